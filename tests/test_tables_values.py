"""Cells for values: what is taken a whole column at a time is what one cell alone is taken for, and what a profile may state."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from towns import FACTS, PACK, cell

from eligibility.money import yuan
from eligibility.profile_models import profile_model
from eligibility.schema import Fact
from eligibility.spoken_values import plain
from eligibility.tables.cells import written
from eligibility.tables.columns import Column
from eligibility.tables.dates import form
from eligibility.tables.hearing import Hearing
from eligibility.tables.units import scale
from eligibility.tables.values import Values

CONTENTS = PACK.contents
INCOME, MONTHS = FACTS["monthly_income"], FACTS["residence_months"]


def column(name: str, **more: Any) -> Column:  # noqa: ANN401 - passed on as given
    """Returns the column of a fact or key."""
    return Column(0, name, FACTS.get(name, name), **more)


COLUMNS = {
    **{name: column(name) for name in (*FACTS, "household_id", "id", "as_of")},
    "codes": column("sex", codes={"1": "male", "2": "female", "9": None}),
    "a number for unknown": column("monthly_income", unknown=frozenset({"0", "-1", "99999"})),
    "a word for unknown": column("name", unknown=frozenset({plain("无名氏")})),
    "by the year": column("monthly_income", scale=scale(INCOME, "yuan a year", None)),
    "by the year, rounded": column("monthly_income", scale=scale(INCOME, "万元/年", "half_up")),
    "in years": column("residence_months", scale=scale(MONTHS, "years", None)),
    "in fen": column("monthly_income", fen=True),
    "days first": column("birth_date", day=form("DD/MM/YYYY")),
    "year, day, month": column("birth_date", day=form("YYYY-DD-MM")),
    "numbers of days": column("birth_date", day=form("serial")),
}
USUAL = re.findall(
    r"\S+",
    "是 否 √ 1 0 2 9 -1 99999 不知道 unknown UNKNOWN 男 女 白银区 620402 62 无 110101 999999 2017-02-29 2016-02-29 2016/2/29 "
    "20160229 08/10/1969 1969-08-10 25484 1.2万 1,110.50 1110.5 1110.555 0.1 007 12000 10000 10000001 1e5 ６３ 63岁 3年 "
    "3个月 household 620402198703011234 11010519491231002X 11010519491231002x a-1 户1 =1+1 ='001' \"001 '001 none Pack pack",
)
ODD = [
    "",
    "a b",
    " a",
    '="001"',
    "王\x00",
    "丽\u200b",
    "e\u0301",
    "\ufa10",
    "A" * 65,
    "名" * 201,
    "\ufffd",
    "x\x85",
    "Ｋ",
    "\u212a",
]
WORDS = st.sampled_from([*USUAL, *ODD])
NEARLY = st.one_of(
    WORDS,
    st.text("0123456789.-/X年月日万", max_size=19),
    st.from_regex(r"[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9])[0-9]{3}[0-9X]", fullmatch=True),
    st.dates(date(1, 1, 1)).map(str),
    st.integers(-5, 10**13).map(yuan),
    st.text(max_size=6),
)


KINDS: dict[str, list[str]] = {}
for _name, _column in COLUMNS.items():
    KINDS.setdefault(_column.kind if _name in FACTS else _name, []).append(_name)
"""The columns that are read alike: those of the facts of each type, and each with something of its own."""


@pytest.mark.parametrize("kind", KINDS)
@given(cells=st.lists(NEARLY, min_size=1, max_size=60), data=st.data())
def test_a_column_is_taken_as_each_of_its_cells_is(kind: str, cells: list[str], data: st.DataObject) -> None:
    """What a column comes to is what each cell comes to alone: the value, or the same reason."""
    column = COLUMNS[data.draw(st.sampled_from(KINDS[kind]))]
    texts = pl.Series([written(each) for each in cells], dtype=pl.String)
    hearing = Hearing(column, CONTENTS)

    found = Values(column, CONTENTS).take(texts)

    alone = [None if each is None else hearing(each) for each in texts]
    assert found.values.to_list() == [each and each.value for each in alone]
    assert dict(found.wrong.select("index", "en").iter_rows()) == {
        index: each.wrong.en for index, each in enumerate(alone) if each and each.wrong
    }


@pytest.mark.parametrize("name", FACTS)
def test_what_is_taken_is_what_a_profile_may_state(name: str) -> None:
    """A value that a table gives is one that the strict reader of profiles takes, and takes for the same."""
    fact = FACTS[name]
    labels = [said for value, label in fact.values.items() for said in (value, label.zh, label.en)]
    cells = [*USUAL, *ODD, *labels, *fact.also]

    values = Values(column(name), CONTENTS).take(pl.Series([written(each) for each in cells], dtype=pl.String)).values

    assert values.drop_nulls().len()
    for value in values.drop_nulls().unique().to_list():
        profile: Any = profile_model(PACK).model_validate(_stating(fact, value))
        stated = getattr(profile.household if fact.owner == "household" else profile.members[0], name)
        assert (sorted(stated) if isinstance(stated, frozenset) else stated) == value


def _stating(fact: Fact, value: Any) -> dict[str, Any]:  # noqa: ANN401 - a value of the fact
    """Returns a profile that states one fact, strictly."""
    strict = value if fact.type in {"bool", "count", "set"} else cell(fact.name, value)
    facts = {fact.name: strict}
    return {"household": facts, "members": []} if fact.owner == "household" else {"members": [{"id": "a", **facts}]}


def taken(name: str, cells: pl.Series) -> list[Any]:
    """Returns values of typed cells; of one that is refused, why."""
    found = Values(COLUMNS[name], CONTENTS).take(cells)
    why = dict(found.wrong.select("index", "en").iter_rows())
    return [why.get(index, value) for index, value in enumerate(found.values.to_list())]


BINARY = "this number has more decimals than an amount, as reckoning leaves them; round it first"
RANGE = "it lies between 0 and 10000000"
AMOUNT = "an amount in yuan belongs here: `485`, `1,110.50`, `1.2万`"
CLOCK = "this is a time of day and not only a day; write the day alone"
MIDNIGHT = datetime(1969, 10, 8)  # noqa: DTZ001 - as a file of columns has it, without a zone
GOT = ["basic-funeral", "orphan-allowance"]
NONE_SUCH = "there is no such entitlement; write ids or names as `eligibility list` shows them"
SETS = [
    ("医疗救助、学前教育免（补助）保教费", ["fee-free-preschool", "medical-assistance"]),
    (
        "fee-free-preschool; Medical Assistance\nbasic-funeral，",
        ["basic-funeral", "fee-free-preschool", "medical-assistance"],
    ),
    (
        "基本殡葬服务免费,妇女宫颈癌、乳腺癌免费检查,医疗救助",
        ["basic-funeral", "medical-assistance", "womens-cancer-screening"],
    ),
    ("无", []),
    ("resident-pension medical-assistance", "there is no such entitlement; part them by `,` or `;`"),
    ("医疗救助、低保", NONE_SUCH),
    ("medical-asistance", "there is no such entitlement; did you mean `medical-assistance`?"),
]


@pytest.mark.parametrize(("said", "value"), SETS, ids=[each[0] for each in SETS])
def test_a_list_holds_entitlements_and_nothing_else(said: str, value: list[str] | str) -> None:
    """Entitlements stand by id or by name in either language, a name with a comma in it too; what is none refuses its row."""
    assert taken("receives", pl.Series([said])) == [value]


TYPED: list[tuple[str, pl.Series, list[Any]]] = [
    (
        "monthly_income",
        pl.Series([1110.5, 0.1 + 0.2, 0.3, float("nan"), None, -1.0]),
        [111050, BINARY, 30, None, None, AMOUNT],
    ),
    ("monthly_income", pl.Series([1110.5, 0.3, 0.301], dtype=pl.Float32), [111050, 30, BINARY]),
    ("monthly_income", pl.Series([485, 10**9], dtype=pl.UInt64), [48500, RANGE]),
    ("monthly_income", pl.Series([2**64 - 1], dtype=pl.UInt64), [RANGE]),
    ("monthly_income", pl.Series([Decimal("1110.50"), Decimal("1.255")], dtype=pl.Decimal(20, 3)), [111050, AMOUNT]),
    ("monthly_income", pl.Series([True]), [AMOUNT]),
    ("in fen", pl.Series([1200, None]), [1200, None]),
    ("by the year", pl.Series([12000.0, 24000.0]), [100000, 200000]),
    ("age", pl.Series([3.0, None]), [3, None]),
    ("age", pl.Series([3, 131], dtype=pl.Int16), [3, "it lies between 0 and 130"]),
    ("sex", pl.Series(["男", None, "female"], dtype=pl.Categorical), ["male", None, "female"]),
    ("sex", pl.Series(["男", "女"], dtype=pl.Enum(["女", "男"])), ["male", "female"]),
    ("codes", pl.Series([1, 2, 9, 3]), ["male", "female", None, "one of: `female`, `male`"]),
    ("codes", pl.Series([1.0, 9.0, None]), ["male", None, None]),
    ("hukou_county", pl.Series([620402.0, None]), ["620402", None]),
    ("died", pl.Series([True, False, None]), [True, False, None]),
    ("died", pl.Series([1, 0, 2]), [True, False, "yes or no belongs here"]),
    ("receives", pl.Series([["orphan-allowance", "basic-funeral", "basic-funeral"], [], None]), [GOT, [], None]),
    ("receives", pl.Series([["基本殡葬服务免费"], ["foo"]]), [["basic-funeral"], NONE_SUCH]),
    ("receives", pl.Series([["a", None]]), ["an item of the list is empty; leave it out"]),
    ("birth_date", pl.Series([date(1900, 1, 1), None]), [date(1900, 1, 1), None]),
    ("birth_date", pl.Series([MIDNIGHT, MIDNIGHT.replace(hour=16)]), [date(1969, 10, 8), CLOCK]),
    ("birth_date", pl.Series([19691008]), [date(1969, 10, 8)]),
    ("household_id", pl.Series([12, None]), ["12", None]),
    (
        "resident_id",
        pl.Series([110105194912310021]),
        ["this is no resident number; the last digit does not fit the others"],
    ),
    ("name", pl.Series([None], dtype=pl.Null), [None]),
]


@pytest.mark.parametrize(("name", "cells", "values"), TYPED, ids=[f"{name}-{cells.dtype}" for name, cells, _ in TYPED])
def test_a_typed_cell_is_its_value_or_is_refused(name: str, cells: pl.Series, values: list[Any]) -> None:
    """Each type that a file of columns may have is taken exactly, or refused with the reason; none is rounded."""
    assert taken(name, cells) == values


def test_a_day_with_a_zone_is_the_day_of_its_own_midnight() -> None:
    """A midnight in Shanghai is that day there; as 16:00 the day before elsewhere it is refused, and never another day."""
    shanghai = pl.Series([MIDNIGHT]).dt.replace_time_zone("Asia/Shanghai")

    assert taken("birth_date", shanghai) == [date(1969, 10, 8)]
    assert taken("birth_date", shanghai.dt.convert_time_zone("UTC")) == [CLOCK]


def test_what_was_taken_for_something_else_is_told_once_for_each_form() -> None:
    """A form is told with the number of its rows; days and numbers by their shape, words of the vocabulary as they are."""
    told = Values(COLUMNS["birth_date"], CONTENTS)
    told.take(pl.Series(["1969/10/08", "1970/11/09", "1970-01-01", "1969年1月8日"]))
    ticks = Values(COLUMNS["died"], CONTENTS)
    ticks.take(pl.Series(["√", "×", "√", "是"]))
    address = Values(COLUMNS["hukou_county"], CONTENTS)
    address.take(pl.Series(["甘肃省白银市白银区", "白银区"]))

    assert {words.en: rows for words, rows in told.remarks().items()} == {
        "column `birth_date`: `####/##/##` was taken as `a day`": 2,
        "column `birth_date`: `####年#月#日` was taken as `a day`": 1,
    }
    assert {words.zh: rows for words, rows in ticks.remarks().items()} == {
        "“died”列：`√` 读作“是”": 2,
        "“died”列：`×` 读作“否”": 1,
    }
    assert [words.zh for words in address.remarks()] == ["“hukou_county”列：`…白银区` 读作“白银区”"]
