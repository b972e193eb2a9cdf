"""Tables that a program gives are looked at before they are answered: nothing wrong is taken for an answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from packs_for_tests import make_pack, rule

from eligibility import Rules
from eligibility.errors import TableError
from eligibility.targets.columnar import answer

GOOD: Mapping[str, Any] = {"household_id": ["a", "a"], "id": ["x", "y"], "age": [60, None], "sex": ["female", None]}
HOMES: Mapping[str, Any] = {"household_id": ["a"], "rooms": [2]}


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Rules:
    """Rules about the old and the poor."""
    made = {
        "old": rule("old", criteria={"age": "age >= 60", "sex": "sex == 'female'"}),
        "home": rule("home", subject="household", criteria={"rooms": "rooms >= 1"}),
    }
    return make_pack(tmp_path_factory.mktemp("vetting"), rules=made).on(date(2020, 6, 1))


@pytest.mark.parametrize(
    ("persons", "households", "said"),
    [
        ({"sex": ["F", None]}, {}, "the table of persons: `sex` has a value that it cannot have in 1 rows"),
        ({"age": [-5, 200]}, {}, "the table of persons: `age` has a value that it cannot have in 2 rows"),
        ({"incme": [1, 2]}, {}, "the table of persons: there is no fact `incme`"),
        ({"rooms": [1, 2]}, {}, "the table of persons: `rooms` belongs into the table of households"),
        ({"income": [670.5, None]}, {}, "the table of persons: `income` is Float64, and should be Int64"),
        ({"income": [Decimal("6.70"), None]}, {}, "and should be Int64"),
        ({"since": ["2020-01-01", None]}, {}, "the table of persons: `since` is String, and should be Date"),
        ({"poor": [1, 0]}, {}, "the table of persons: `poor` is Int64, and should be Boolean"),
        ({"receives": ["old", None]}, {}, "and should be List(String)"),
        ({"id": ["x", "x"]}, {}, "the table of persons: 1 rows repeat `household_id` and `id` of another one"),
        ({"id": ["x", None]}, {}, "the table of persons: `id` is empty in 1 rows"),
        ({"household_id": [1, 1]}, {}, "the table of persons: `household_id` is Int64, and should be text"),
        ({"household_id": ["a", "b"]}, {}, "the households of 1 persons are not in the table of households"),
        ({}, {"household_id": ["a", "a"], "rooms": [1, 2]}, "the table of households: 1 rows repeat `household_id`"),
    ],
)
def test_what_is_wrong_is_refused(
    rules: Rules, persons: Mapping[str, Any], households: Mapping[str, Any], said: str
) -> None:
    """A wrong type, name, key or value is an error that says which column of which table, and shows no value."""
    with pytest.raises(TableError) as caught:
        answer(rules, pl.DataFrame({**GOOD, **persons}), pl.DataFrame({**HOMES, **households}))

    assert said in caught.value.text("en")
    assert "670" not in caught.value.text("en")
    assert caught.value.text("zh")


def test_a_column_that_is_missing_is_named(rules: Rules) -> None:
    """Without the key of the household nothing is answered."""
    with pytest.raises(TableError) as caught:
        answer(rules, pl.DataFrame({"id": ["x"]}), pl.DataFrame(HOMES))
    assert "there is no column `household_id`" in caught.value.text("en")


def test_what_is_right_is_answered(rules: Rules) -> None:
    """Columns of nulls and columns that are no facts are no mistakes; what is not known stays so."""
    more = {"poor": [None, None], "street": ["Long", "Short"]}
    found, homes = answer(rules, pl.DataFrame({**GOOD, **more}), pl.DataFrame({**HOMES, "members_complete": [True]}))

    assert found["old"].to_list() == [2, 1]
    assert found["old.missing"].to_list() == [None, "age sex"]
    assert homes["home"].to_list() == [2]


def test_a_file_that_offices_made_is_refused_in_words(rules: Rules, tmp_path: Path) -> None:
    """All mistakes are told at once."""
    pl.DataFrame({**GOOD, "age": ["60", "x"], "poor": ["yes", "no"]}).write_parquet(tmp_path / "p.parquet")
    with pytest.raises(TableError) as caught:
        answer(rules, pl.read_parquet(tmp_path / "p.parquet"), pl.DataFrame(HOMES))
    assert len(caught.value.problems) == 2
