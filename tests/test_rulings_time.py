"""The rulings on time, M9 to M12: days, elapsed time, terms, the clock.

`docs/meaning.md` has the rulings; each test here names its own.
"""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import pytest
from conftest import PackMaker
from packs_for_tests import DAY, figure, only, rule, screened, waits

from eligibility import read_profile, screen

ROOT = Path(__file__).resolve().parent.parent


def test_m9_counts_hold_on_their_own_day(make: PackMaker) -> None:
    """M9: on another day a stated count of elapsed time is unknown unless its date is given; the other facts last."""
    pack = make(rules={"one": rule("one", criteria={"it": "age >= 18 and married"})})
    facts = ({"id": "a", "age": 17, "married": True}, {"id": "b", "birth_date": "2002-06-02", "married": True})
    profile = read_profile({"as_of": "2020-06-01", "members": list(facts)}, pack.on(DAY))
    same, later = screen(pack.on(DAY), profile), screen(pack.on(date(2020, 6, 2)), profile)
    assert [each.outcome for each in same.determinations] == ["ineligible", "ineligible"]
    assert [(each.outcome, waits(each)) for each in later.determinations] == [
        ("undetermined", ["a.age"]),
        ("eligible", []),
    ]


def test_m9_a_profile_without_a_day(make: PackMaker) -> None:
    """M9: a profile without `as_of` holds on the day that is screened."""
    pack = make(rules={"one": rule("one", criteria={"it": "age >= 18"})})
    profile = read_profile({"members": [{"id": "a", "age": 18}]}, pack.on(DAY))
    assert [only(screen(pack.on(day), profile)).outcome for day in (DAY, date(2030, 1, 1))] == ["eligible"] * 2


@pytest.mark.parametrize(
    ("born", "day", "outcome"),
    [
        ("2002-06-01", "2020-05-31", "ineligible"),
        ("2002-06-01", "2020-06-01", "eligible"),
        ("2004-02-29", "2022-02-27", "ineligible"),
        ("2004-02-29", "2022-02-28", "eligible"),
    ],
)
def test_m10_full_periods(born: str, day: str, outcome: str, make: PackMaker) -> None:
    """M10: full years on the birthday itself, 29 February on the last day of February; 18 or over includes 18."""
    pack = make(rules={"one": rule("one", criteria={"it": "age >= 18"})})
    assert only(screened(pack, {"birth_date": born}, day=date.fromisoformat(day))).outcome == outcome


def test_m10_to_an_earlier_day(make: PackMaker) -> None:
    """M10: the time to an earlier day is unknown."""
    pack = make(rules={"one": rule("one", criteria={"it": "months(as_of, since) >= 0"})})
    assert only(screened(pack, {"since": "2020-05-31"})).outcome == "undetermined"
    assert only(screened(pack, {"since": "2020-06-01"})).outcome == "eligible"


def test_m10_first_and_last_days(make: PackMaker) -> None:
    """M10: days of law are first and last days, both included; what is not in force is absent, not ineligible."""
    values = "from: 2020-01-01, to: 2020-06-30, value: true"
    pack = make(
        rules={"one": rule("one", in_force="{from: 2020-01-01, to: 2020-12-31}", criteria={"it": "paid"})},
        parameters=figure("paid", values, type="bool"),
    )
    days = [
        date(2019, 12, 31),
        date(2020, 1, 1),
        date(2020, 6, 30),
        date(2020, 7, 1),
        date(2020, 12, 31),
        date(2021, 1, 1),
    ]
    # The last days are asked first: the rules of a stretch of time are kept as its first asker found them.
    asked = {day: [each.outcome for each in screened(pack, {}, day=day).determinations] for day in reversed(days)}
    found = [asked[day] for day in days]
    assert found == [[], ["eligible"], ["eligible"], ["undetermined"], ["undetermined"], []]


def test_m11_terms_begin_by_convention() -> None:
    """M11: a date of the pack on 1 March or 1 September has the convention written beside it."""
    for path in sorted((ROOT / "rules").rglob("*.yaml")):
        lines = path.read_text("utf-8").splitlines()
        for at, line in enumerate(lines):
            if path.name.endswith(".test.yaml") or not any(
                f"from: {year}-{day}" in line for year in range(1990, 2030) for day in ("03-01", "09-01")
            ):
                continue
            beside = line + lines[at - 1]
            assert "convention" in beside, f"{path.name}:{at + 1}"


def test_m12_only_the_doors_read_the_clock() -> None:
    """M12: no room but the commands reads the clock, the locale or the environment."""
    watched = {
        "today",
        "now",
        "utcnow",
        "time_ns",
        "environ",
        "getenv",
        "getlocale",
        "getdefaultlocale",
        "setlocale",
        "localtime",
    }
    found = []
    for path in sorted((ROOT / "eligibility").rglob("*.py")):
        if path.parent.name in {"commands", "testing"}:
            continue
        names = {node.attr for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Attribute)}
        found += [f"{path.name}: {name}" for name in names & watched]
    assert found == []
