"""The rulings on answers, M20 to M26, and whether every ruling has its test.

`docs/meaning.md` has the rulings; each test here names its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import PackMaker
from packs_for_tests import amount_waits, benefit, concept, figure, only, refused, rule, screened, waits

from eligibility.summary import Summary

ROOT = Path(__file__).resolve().parent.parent
Facts = Mapping[str, Any]


def test_every_ruling_has_a_test() -> None:
    """Each ruling of `docs/meaning.md` is named by a test."""
    rulings = set(re.findall(r"^- \*\*(M[0-9]+)\*\*", (ROOT / "docs" / "meaning.md").read_text("utf-8"), re.MULTILINE))
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").glob("test_rulings*.py"))
    named = {found.upper() for found in re.findall(r"^def test_(m[0-9]+)_", tests, re.MULTILINE)}
    assert len(rulings) > 25
    assert rulings - named == set()


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"disabled": True, "married": False}, "eligible"),
        ({"disabled": False}, "ineligible"),
        ({"married": True}, "ineligible"),
        ({"disabled": True}, "undetermined"),
        ({"married": False}, "undetermined"),
    ],
)
def test_m20_outcomes_and_marks(make: PackMaker, facts: Facts, expected: str) -> None:
    """M20: all criteria true and all exclusions false, one false or one true, or open; `may` marks and does not change."""
    pack = make(rules={"r": rule("r", criteria={"c": "disabled"}, unless={"u": "married"}, promise="may")})
    found = only(screened(pack, facts))
    assert (found.outcome, found.marks) == (expected, ("may",))


def test_m21_missing_in_the_order_of_the_reasons(make: PackMaker) -> None:
    """M21: undecided leaves alone, concepts opened, once each, criteria before exclusions, settled ones left out."""
    concepts = concept("needy", "poor or rents")
    criteria = {"first": "needy and age >= 18", "second": "disabled or poor"}
    pack = make(rules={"r": rule("r", criteria=criteria, unless={"out": "married and rents"})}, concepts=concepts)
    assert waits(only(screened(pack, {"disabled": True}))) == ["a.poor", "a.age", "household.rents", "a.married"]
    assert waits(only(screened(pack, {"age": 20, "poor": True}, rents=True))) == ["a.married"]


@pytest.mark.parametrize(
    ("condition", "member", "missing"),
    [
        ("poor or married and poor", {}, ["a.poor", "a.married"]),
        ("(poor or rents) and (married or disabled)", {"disabled": True}, ["a.poor", "household.rents"]),
        ("(poor and married) or disabled", {"poor": False}, ["a.disabled"]),
        ("age >= 18", {}, ["a.age"]),
        ('hukou_province == "62"', {}, ["a.hukou_province"]),
        ('place(hukou_county).city == "6204"', {}, ["a.hukou_county"]),
        ("any(m.poor for m in members)", {"poor": False}, ["b.poor"]),
        ("any(m.poor for m in members if m.married)", {"married": False}, ["b.married", "b.poor"]),
        ("all(m.poor or rents for m in members)", {}, ["a.poor", "household.rents", "b.poor"]),
        ("count(m.poor for m in members) >= 2", {"poor": True}, ["b.poor"]),
        ("sum(m.income for m in members if m.counted) > 0", {"counted": False}, ["b.counted", "b.income"]),
        ("income_per_person < basic", {}, ["household.income_per_person"]),
        ("income_total < table", {"income": 1}, ["household.income_total", "household.rooms"]),
        ("income * 2 < unheld", {}, ["a.income", "pack.unheld"]),
        (
            "married and needy or unheld > income",
            {"income": 1},
            ["a.married", "a.poor", "household.rents", "pack.unheld"],
        ),
    ],
)
def test_m21_unknown_leaves_of_undecided_parts(
    make: PackMaker, condition: str, member: Facts, missing: list[str]
) -> None:
    """M21: leaves of decided parts are left out; a derivable fact is its own leaf; what selects a figure, or the figure."""
    figures = figure("unheld", "from: 2000-01-01, unknown: LABEL")
    figures += figure("table", "from: 2000-01-01, rows: {1: 5, 2: 9}", by="rooms")
    files = {"concepts": concept("needy", "poor or rents"), "parameters": figures}
    pack = make(rules={"r": rule("r", criteria={"c": condition})}, **files)
    assert waits(screened(pack, member, {}).determinations[0]) == missing


def test_m21_what_selects_a_figure(make: PackMaker) -> None:
    """M21: while what selects a figure is unknown it is missing itself; a row that does not exist is the pack's gap."""
    placed = figure("placed", 'from: 2000-01-01, place: "62", value: 5', by="hukou_county")
    rows = figure("row", "from: 2000-01-01, rows: {1: 5, 2: 9}", by="rooms")
    both = figure("both", "from: 2000-01-01, rows: {primary: {1: 5}, secondary: {1: 9}}", by="[stage, rooms]")
    amounts = {"p": benefit("placed"), "r": benefit("row"), "b": benefit("both")}
    pack = make(rules={id: rule(id, benefit=amount) for id, amount in amounts.items()}, parameters=placed + rows + both)

    def lacks(member: Facts, **household: Any) -> dict[str, list[str]]:  # noqa: ANN401 - facts of any type
        return {each.entitlement: amount_waits(each) for each in screened(pack, member, **household).determinations}

    assert lacks({}) == {"b": ["a.stage", "household.rooms"], "p": ["a.hukou_county"], "r": ["household.rooms"]}
    assert lacks({"stage": "primary", "hukou_province": "61"}, rooms=3) == {
        "b": ["pack.both"],
        "p": ["pack.placed"],
        "r": ["pack.row"],
    }
    assert lacks({"stage": "primary", "hukou_county": "620402"}, rooms=1) == {"b": [], "p": [], "r": []}


def test_m21_what_cannot_help_is_not_asked(make: PackMaker) -> None:
    """M21: where no value is held whatever the row turns out to be, the figure is missing and the row is not asked."""
    mixed = figure("mixed", 'from: 2000-01-01, place: "62", rows: {primary: 5}', by="[hukou_county, stage]")
    gone = figure("gone", "from: 2000-01-01, unknown: LABEL", by="stage")
    later = figure("later", 'from: 2050-01-01, place: "62", value: 5', by="hukou_county")
    rules = {name: rule(name, benefit=benefit(name)) for name in ("mixed", "gone", "later")}
    pack = make(rules=rules, parameters=mixed + gone + later)
    for member, missing in (
        ({}, ["a.hukou_county", "a.stage"]),
        ({"hukou_county": "620402"}, ["a.stage"]),
        ({"hukou_county": "610102"}, ["pack.mixed"]),
        ({"hukou_province": "61"}, ["pack.mixed"]),
        ({"hukou_province": "62"}, ["a.stage"]),
        ({"hukou_province": "62", "stage": "primary"}, []),
    ):
        found = {each.entitlement: amount_waits(each) for each in screened(pack, member).determinations}
        assert found == {"gone": ["pack.gone"], "later": ["pack.later"], "mixed": missing}


def test_m21_settled_answers_miss_nothing(make: PackMaker) -> None:
    """M21: an answer that is settled misses nothing, whatever else is unknown; what is missing is a fact or a parameter."""
    criteria = {"one": "disabled", "two": "poor or married"}
    pack = make(rules={"r": rule("r", criteria=criteria)})
    assert waits(only(screened(pack, {"disabled": False}))) == []
    assert {item.kind for item in only(screened(pack, {})).missing} == {"fact"}


def test_m22_the_first_tier_that_matches(make: PackMaker) -> None:
    """M22: an unknown condition before it leaves the amount unknown; the ineligible have none and miss nothing."""
    parameters = figure("high", "from: 2000-01-01, value: 200")
    tiers = benefit({"disabled": "high", "": "basic"})
    pack = make(rules={"r": rule("r", criteria={"c": "rents"}, benefit=tiers)}, parameters=parameters)

    known = only(screened(pack, {"disabled": False}, rents=True))
    unknown = only(screened(pack, {}, rents=True))
    closed = only(screened(pack, {}, rents=False))
    assert known.amount is not None
    assert (known.amount.yuan, known.amount.per) == ("100", "month")
    assert (unknown.amount, amount_waits(unknown), unknown.marks) == (None, ["a.disabled"], ())
    assert (closed.amount, amount_waits(closed)) == (None, [])


def test_m22_tiers_that_cannot_be_taken(make: PackMaker) -> None:
    """M22: an amount waits for tiers that may be taken only: not for one whose condition is false, nor after a true one."""
    figures = "".join(figure(name, "from: 2000-01-01, unknown: LABEL") for name in ("high", "mid", "low"))
    tiers = benefit({"disabled": "high", "married": "mid", "rents": "basic", "poor": "low"})
    pack = make(rules={"r": rule("r", benefit=tiers)}, parameters=figures)
    cases: list[tuple[Facts, list[str]]] = [
        ({"married": False}, ["a.disabled", "pack.high"]),
        ({}, ["a.disabled", "a.married", "pack.high", "pack.mid"]),
        ({"disabled": False, "married": True}, ["pack.mid"]),
        ({"disabled": False, "married": False}, []),
    ]
    for member, missing in cases:
        found = only(screened(pack, member, rents=True))
        assert amount_waits(found) == missing
        assert ("figure_unknown" in found.marks) is any("pack." in each for each in missing)


def test_m22_nobody_is_promised_less_than_nothing(make: PackMaker) -> None:
    """M22: an amount below zero is null and says so, and zero is an amount."""
    pack = make(rules={"r": rule("r", benefit=benefit("basic - income"))})
    found = {yuan: only(screened(pack, {"income": yuan})) for yuan in (99, 100, 101)}

    assert [each.amount.yuan if each.amount else None for each in found.values()] == ["1", "0", None]
    assert [each.marks for each in found.values()] == [(), (), ("amount_below_zero",)]
    assert (found[101].outcome, found[101].amount_missing, found[101].amount_at_least) == ("eligible", (), None)


def test_m22_an_open_amount_leaves_the_outcome(make: PackMaker) -> None:
    """M22: an amount that is not known changes no outcome, and an open outcome may have its amount."""
    pack = make(rules={"r": rule("r", criteria={"c": "married"})})
    found = only(screened(pack, {}))
    assert found.amount is not None
    assert (found.outcome, found.amount.yuan, found.amount_missing) == ("undetermined", "100", ())


def test_m23_only_cash_and_waivers_are_added_up(make: PackMaker) -> None:
    """M23: by the year, each for itself, once apart; `may` and unknown amounts stand beside the sum."""
    periods = {
        "month": "cash",
        "term": "waiver",
        "year": "cash",
        "school_year": "waiver",
        "once": "cash",
        "day": "cash",
    }
    parameters = "".join(
        figure(f"by_{per}", "from: 2000-01-01, value: 10", type=f"money, per: {per}") for per in periods
    )
    parameters += figure("unheld", "from: 2000-01-01, unknown: LABEL")
    rules = {f"r-{per}": rule(f"r-{per}", benefit=benefit(f"by_{per}", per, kind)) for per, kind in periods.items()}
    rules |= {kind: rule(kind, benefit=benefit("basic", kind=kind)) for kind in ("insurance", "loan")}
    rules["may"] = rule("may", promise="may")
    rules["open"] = rule("open", benefit=benefit("unheld"))
    summary = Summary(screened(make(rules=rules, parameters=parameters), {}))
    sums = {kind: (each.yearly, each.once) for kind, each in summary.sums().items()}
    assert sums == {"cash": (13000, 1000), "waiver": (3000, 0)}
    assert [each.entitlement for each in summary.beside()] == ["may", "open", "r-day"]


def test_m23_kinds(make: PackMaker) -> None:
    """M23: there are seven kinds of benefits and no other."""
    for kind in ("cash", "waiver", "in_kind", "service", "insurance", "loan", "priority"):
        make(rules={"r": rule("r", benefit=benefit("basic", kind=kind))})
    assert "`kind` has no value `gift`" in refused(make, rules={"r": rule("r", benefit=benefit("basic", kind="gift"))})


def test_m25_a_plain_answer_is_kleenes(make: PackMaker) -> None:
    """M25: what only reasoning over every case could settle stays open in a plain screening, and nothing is `certain`."""
    pack = make(rules={"r": rule("r", criteria={"c": "married or not married", "d": "age < 18 or age >= 18"})})
    found = only(screened(pack, {}))
    assert (found.outcome, waits(found)) == ("undetermined", ["a.married", "a.age"])
    assert "certain" not in found.marks


def test_m26_in_the_order_of_the_clauses(make: PackMaker) -> None:
    """M26: by the plan's paragraphs, then by id; the household before its members, members as listed."""
    rules = {
        "z": rule("z", clause="art1"),
        "b": rule("b", clause="art2"),
        "a": rule("a", clause="art2", subject="household"),
    }
    found = screened(make(rules=rules), {"id": "second"}, {"id": "first"})
    assert [(each.entitlement, each.subject) for each in found.determinations] == [
        ("z", "second"),
        ("z", "first"),
        ("a", "household"),
        ("b", "second"),
        ("b", "first"),
    ]
