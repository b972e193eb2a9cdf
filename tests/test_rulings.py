"""The rulings on people, facts, answers and numbers, M1 to M4 and M13 to M29; law and time are in `test_rulings_law.py`.

`docs/meaning.md` has the rulings; each test here names its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from conftest import PackMaker
from packs_for_tests import (
    amount_waits,
    benefit,
    concept,
    facts_file,
    family,
    figure,
    only,
    rule,
    screened,
    waits,
)

from eligibility import PackError, ProfileError, RulePack, read_profile, screen

Facts = Mapping[str, Any]


def outcome(make: PackMaker, condition: str, *members: Facts, subject: str = "household", **household: Any) -> str:  # noqa: ANN401 - facts of any type
    """Returns what a rule with one condition says of a household, or of its first member."""
    pack = make(rules={"r": rule("r", criteria={"c": condition}, subject=subject)})
    return screened(pack, *members, **household).determinations[0].outcome


def test_m1_a_bare_name_is_the_subjects_then_the_households(make: PackMaker) -> None:
    """M1: in a person's rule a bare name is the person's fact, then the household's; in a household's, members need a quantifier."""
    assert outcome(make, "disabled and rents", {"disabled": True}, subject="person", rents=True) == "eligible"
    with pytest.raises(PackError, match="fact of a person"):
        make(rules={"r": rule("r", criteria={"c": "disabled"}, subject="household")})


@pytest.mark.parametrize(
    ("condition", "closed", "opened"),
    [
        ("any(m.disabled for m in members)", "ineligible", "undetermined"),
        ("all(not m.disabled for m in members)", "eligible", "undetermined"),
        ("size <= 3", "eligible", "undetermined"),
        ("count(not m.disabled for m in members) >= 1", "eligible", "eligible"),
        ("count(m.disabled for m in members) <= 2", "eligible", "undetermined"),
        ("sum(m.age for m in members) >= 1", "eligible", "undetermined"),
    ],
)
def test_m2_an_open_list_settles_only_what_the_listed_settle(
    make: PackMaker, condition: str, closed: str, opened: str
) -> None:
    """M2: with more members possible, an `any` not true, an `all` not false, sums and `size` are unknown."""
    member = {"disabled": False, "age": 5}
    assert outcome(make, condition, member) == closed
    assert outcome(make, condition, member, members_complete=False) == opened


def test_m2_an_open_list_is_what_is_missing(make: PackMaker) -> None:
    """M2, M21: what an open list leaves open waits for `members_complete`."""
    pack = make(rules={"r": rule("r", criteria={"c": "any(m.disabled for m in members)"}, subject="household")})
    assert waits(only(screened(pack, {"disabled": False}, members_complete=False))) == ["household.members_complete"]


@pytest.mark.parametrize(
    ("condition", "members", "expected"),
    [
        ("any(m.disabled for m in members if m.married)", [{"married": False}], "ineligible"),
        ("all(m.disabled for m in members if m.married)", [{"married": False}], "eligible"),
        ("count(m.disabled for m in members if m.married) == 0", [{"married": False}], "eligible"),
        ("sum(m.age for m in members if m.married) == 0", [{"married": False}], "eligible"),
        ("min(m.age for m in members if m.married) < 5", [{"married": False}], "undetermined"),
        ("count(m.disabled for m in members) >= 1", [{"disabled": True}, {}], "eligible"),
        ("count(m.disabled for m in members) >= 2", [{"disabled": True}, {}], "undetermined"),
        ("count(m.disabled for m in members) >= 3", [{"disabled": True}, {}], "ineligible"),
        ("sum(m.age for m in members if m.married) >= 0", [{"age": 3}], "undetermined"),
        ("(5 if rents else 5) == 5", [{}], "undetermined"),
    ],
)
def test_m3_quantifiers(make: PackMaker, condition: str, members: list[Facts], expected: str) -> None:
    """M3: over nobody, with unknown filters and values, counts by their bounds, a choice with an unknown condition."""
    assert outcome(make, condition, *members) == expected


def test_m4_the_dead_and_the_unborn_are_outside(make: PackMaker) -> None:
    """M4: the dead leave quantifiers, size and subjects; so does who is born after the day; `deceased` is about the dead."""
    rules = {
        "living": rule("living", criteria={"c": "age >= 0 or true"}),
        "funeral": rule("funeral", criteria={"c": "died"}, subject="deceased"),
        "two": rule("two", criteria={"c": "size == 1"}, subject="household"),
    }
    found = screened(make(rules=rules), {}, {"died": True}, {"birth_date": "2021-01-01"})

    assert [(each.entitlement, each.subject, each.outcome) for each in found.determinations] == [
        ("funeral", "b", "eligible"),
        ("living", "a", "eligible"),
        ("two", "household", "eligible"),
    ]
    assert screened(make(rules=rules), {"died": True}).determinations[0].entitlement == "funeral"


def test_m13_given_and_derived_agree(make: PackMaker) -> None:
    """M13: what is derived need not be given; where both are, they agree, incomes within a fen."""
    pack = make(rules={"r": rule("r", criteria={"c": "age >= 18"})})
    people = ({"income": "10", "counted": True}, {"income": "0.01", "counted": True}, {"income": "0", "counted": True})
    assert family(pack, *people, income_per_person="3.34").household["income_per_person"] == 334
    with pytest.raises(ProfileError, match="income_per_person"):
        family(pack, *people, income_per_person="3.36")
    with pytest.raises(ProfileError, match="age"):
        family(pack, {"age": 31, "birth_date": "1990-01-01"})


def test_m13_a_finding_of_no_never_hides_a_recognised_status(make: PackMaker) -> None:
    """M13: a concept takes a finding or a status, so that `false` from the office does not undo the status."""
    concepts = concept("poor_family", 'poor or status == "urban"')
    pack = make(rules={"r": rule("r", criteria={"c": "poor_family"})}, concepts=concepts)
    assert only(screened(pack, {"poor": False}, status="urban")).outcome == "eligible"


def test_m14_a_fact_that_does_not_apply(make: PackMaker) -> None:
    """M14: while its condition is false a fact must not be stated and is never missing."""
    pack = make(rules={"r": rule("r", criteria={"c": "grade >= 2 or disabled"})})
    assert waits(only(screened(pack, {"stage": "none"}))) == ["a.disabled"]
    assert waits(only(screened(pack, {"stage": "primary"}))) == ["a.grade", "a.disabled"]
    with pytest.raises(ProfileError, match="grade"):
        family(pack, {"stage": "none", "grade": 2})


def test_m15_a_profile_that_surely_breaks_a_rule_is_refused(make: PackMaker) -> None:
    """M15: an integrity rule that is false refuses the profile; one that is unknown does not."""
    integrity = "- {id: i, owner: person, label: {zh: 不可能, en: impossible}, holds: PLACE}".replace(
        "{id: i, owner: person, label: {zh: 不可能, en: impossible}, holds: PLACE}",
        "id: i\n  owner: person\n  label: {zh: 不可能, en: impossible}\n  holds: not married or age >= 18",
    )
    pack = make(facts=facts_file(integrity=integrity), rules={"r": rule("r")})
    assert family(pack, {"married": True})
    with pytest.raises(ProfileError, match="impossible"):
        family(pack, {"married": True, "age": 12})


@pytest.mark.parametrize("member", [{"age": "１２"}, {"income": "1.2万"}, {"disabled": 1}, {"disabled": "yes"}])
def test_m16_profiles_are_strict(make: PackMaker, member: Facts) -> None:
    """M16: no full-width digits, no `1.2万`, no 1 or `yes` for true."""
    pack = make(rules={"r": rule("r")})
    with pytest.raises(ProfileError):
        family(pack, member)


def test_m17_what_an_entitlement_would_give_changes_nothing(make: PackMaker) -> None:
    """M17: screening answers on the facts as they are, and a circle of `gives` is refused."""
    give = "[{fact: status, value: urban}]"
    rules = {
        "a": rule("a", criteria={"c": "disabled"}, gives=give),
        "b": rule("b", criteria={"c": 'status == "urban"'}),
    }
    found = screened(make(rules=rules), {"disabled": True}, status="none")
    assert [each.outcome for each in found.determinations] == ["eligible", "ineligible"]
    rules["b"] = rule("b", criteria={"c": 'status == "urban"'}, gives="[{fact: rents, value: 'true'}]")
    rules["a"] = rule("a", criteria={"c": "rents"}, gives=give)
    with pytest.raises(PackError, match="circle"):
        make(rules=rules)


def test_m18_requires_counts_the_others_criteria_as_ones_own(make: PackMaker) -> None:
    """M18: the other's criteria and exclusions count, under its id; a circle is refused."""
    rules = {
        "base": rule("base", criteria={"c": "disabled"}, unless={"u": "married"}),
        "more": rule("more", criteria={"d": "poor"}, requires="[base]"),
    }
    found = screened(make(rules=rules), {"disabled": True, "poor": True, "married": True}).find("more", "a")
    assert found is not None
    assert [each.criterion for each in found.reasons] == ["d", "base/c", "base/u"]
    assert found.outcome == "ineligible"
    rules["base"] = rule("base", requires="[more]")
    with pytest.raises(PackError, match="circle"):
        make(rules=rules)


def test_m19_what_somebody_receives_is_no_criterion() -> None:
    """M19: no rule that ships reads `receives`."""
    rules = RulePack.default()
    texts = [each.passage.text for one in rules.contents.entitlements.values() for _, each in one.expressions()]
    assert [text for text in texts if re.search(r"\breceives\b", text)] == []


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


def test_m22_the_first_tier_that_matches(make: PackMaker) -> None:
    """M22: an unknown condition before it leaves the amount unknown; the ineligible have none and miss nothing."""
    parameters = figure("high", "from: 2000-01-01, value: 200")
    tiers = benefit({"disabled": "high", "": "basic"})
    pack = make(rules={"r": rule("r", criteria={"c": "rents"}, benefit=tiers)}, parameters=parameters)

    known = only(screened(pack, {"disabled": False}, rents=True))
    unknown = only(screened(pack, {}, rents=True))
    refused = only(screened(pack, {}, rents=False))
    assert known.amount is not None
    assert (known.amount.yuan, known.amount.per) == ("100", "month")
    assert (unknown.amount, amount_waits(unknown), unknown.marks) == (None, ["a.disabled"], ())
    assert (refused.amount, amount_waits(refused)) == (None, [])


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


@pytest.mark.parametrize(("day", "expected"), [(date(2021, 6, 30), 50000), (date(2021, 7, 1), 0)])
def test_m27_parents_count_for_the_guarantee_until_2021(day: date, expected: int) -> None:
    """M27: sum and divisor use one concept of who counts, which parents leave on 1 July 2021."""
    rules = RulePack.default().on(day)
    common = {"in_prison": False, "clergy_away_3_years": False, "shares_livelihood": False}
    members = [
        {"id": "a", "relation": "head", "monthly_income": 0, **common},
        {"id": "b", "relation": "parent", "monthly_income": 1000, **common},
    ]
    profile = read_profile({"as_of": day.isoformat(), "members": members, "household": {"area": "urban"}}, rules)
    found = screen(rules, profile, ["minimum-living-guarantee"]).determinations[0]
    shown = {name: value for reason in found.reasons for name, value in reason.facts.items()}
    assert shown["income_per_person"] == str(expected // 100)


@pytest.mark.parametrize("order", ["<=", ">", "=="])
def test_m27_an_average_is_compared_by_below_alone(make: PackMaker, order: str) -> None:
    """M27: a cut average is compared by `<` or `>=` only."""
    with pytest.raises(PackError, match="`<` and `>=` only"):
        make(rules={"r": rule("r", criteria={"c": f"income_per_person {order} basic"}, subject="household")})


@pytest.mark.parametrize(
    "condition",
    ["rent * 100000000000 < rent", "rent / 1000 / 1000 / 10 < rent", "rent / 0 < rent", "rent / 1001 < rent"],
)
def test_m28_numbers_stay_inside_their_bounds(make: PackMaker, condition: str) -> None:
    """M28: what could pass 62 bits, be cut finer than a million, or be divided by more than a constant is refused."""
    with pytest.raises(PackError):
        make(rules={"r": rule("r", criteria={"c": condition}, subject="household")})


@pytest.mark.parametrize("condition", ["rooms * rooms > 3", "rent * basic > 0", "rent > 5", "rent > rooms"])
def test_m29_products_and_bare_numbers(make: PackMaker, condition: str) -> None:
    """M29: one factor depends on facts, money is not multiplied by money, and beside money only 0 stands."""
    with pytest.raises(PackError):
        make(rules={"r": rule("r", criteria={"c": condition}, subject="household")})


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("round_down(basic / 7, fen)", "14.28"),
        ("round_up(basic / 7, fen)", "14.29"),
        ("round_half_up(basic / 8, yuan)", "13"),
    ],
)
def test_m29_roundings(make: PackMaker, amount: str, expected: str) -> None:
    """M29: exact until rounded, down, up, or to the nearest with halves up."""
    found = only(screened(make(rules={"r": rule("r", benefit=benefit(amount))}), {}))
    assert found.amount is not None
    assert found.amount.yuan == expected
