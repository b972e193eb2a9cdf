"""The rulings on facts, statuses, and rules that lean on rules, M13 to M19.

`docs/meaning.md` has the rulings; each test here names its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from conftest import PackMaker
from packs_for_tests import DAY, concept, facts_file, family, only, refused, rule, screened, shipped, waits

from eligibility import ProfileError, RulePack, Truth
from eligibility.derived import prepare
from eligibility.evaluate import evaluate
from eligibility.situation import Situation

WOMAN = "110101199003070003"
"""A resident number: born on 1990-03-07, female."""


def facts_of(pack: RulePack, member: Mapping[str, Any], **household: Any) -> Mapping[str, Any]:  # noqa: ANN401 - facts of any type
    """Returns a member's facts as rules see them, derived ones among them."""
    profile = family(pack, member, **household)
    return prepare(pack.on(DAY), profile.household, profile.members, own_day=True).situation.members[0]


def profile_error(pack: RulePack, *members: Mapping[str, Any], **household: Any) -> str:  # noqa: ANN401 - facts of any type
    """Returns what is said of a family that is refused."""
    with pytest.raises(ProfileError) as caught:
        family(pack, *members, **household)
    return caught.value.text("en")


def test_m13_what_is_derived(make: PackMaker) -> None:
    """M13: birth date and sex come from the resident number, the age from the birth date, the province from the county."""
    found = facts_of(make(), {"resident_id": WOMAN, "hukou_county": "620402"})
    assert (found["birth_date"], found["sex"], found["age"]) == (date(1990, 3, 7), "female", 30)
    assert found["hukou_province"] == "62"
    assert "age" not in facts_of(make(), {"hukou_province": "62"})


@pytest.mark.parametrize(
    ("member", "fact", "against"),
    [
        ({"resident_id": WOMAN, "birth_date": "1990-03-08"}, "birth_date", "resident_id"),
        ({"resident_id": WOMAN, "sex": "male"}, "sex", "resident_id"),
        ({"birth_date": "2000-06-01", "age": 19}, "age", "birth_date"),
        ({"hukou_county": "620402", "hukou_province": "61"}, "hukou_province", "hukou_county"),
    ],
)
def test_m13_given_and_derived_agree(member: Mapping[str, Any], fact: str, against: str, make: PackMaker) -> None:
    """M13: what is given contradicts what follows: an error with both places."""
    said = profile_error(make(), member)
    assert f"`{fact}` contradicts `{against}`" in said
    assert "see also" in said


def test_m13_incomes_agree_within_a_fen(make: PackMaker) -> None:
    """M13: a stated income may differ from the one that follows by one fen, no more."""
    people = [{"income": "100", "counted": True}, {"income": "0", "counted": True}, {"income": "0", "counted": True}]
    pack = make()
    for stated in ("33.33", "33.34", "33.32"):
        family(pack, *people, income_per_person=stated)
    for stated in ("33.31", "33.35"):
        assert "`income_per_person` contradicts" in profile_error(pack, *people, income_per_person=stated)


def test_m13_a_finding_of_no_hides_no_status() -> None:
    """M13: a status that is recognised makes a pupil poor although the school's own finding is no."""
    rules = shipped().on(date(2017, 12, 31))
    poor, own = rules.state.concepts["poor_student"], {"id": "a", "needy_student": False, "single_person_dibao": "none"}
    known = own | {"extreme_poverty_support": False, "orphan": False}
    for home, expected in (
        ({"dibao": "urban"}, Truth.TRUE),
        ({"dibao": "none", "poverty_registered": False}, Truth.FALSE),
    ):
        assert evaluate(poor, Situation(rules, home, [known]), known) is expected


def test_m13_only_these_are_derived() -> None:
    """M13: the vocabulary that ships derives birth date, sex, provinces, elapsed counts and incomes, and nothing else."""
    schema = shipped().contents.schema
    derived = {name for name, fact in schema.facts.items() if fact.derive is not None}
    provinces = {name for name in derived if name.endswith("_province")}
    assert derived - provinces - schema.elapsed == {"birth_date", "sex", "income_total", "income_per_person"}


def test_m14_what_does_not_apply(make: PackMaker) -> None:
    """M14: while `only_if:` is false a fact must not be stated and is never missing; while it is unknown or true it is."""
    pack = make(
        rules={"one": rule("one", criteria={"it": 'stage == "none" or grade <= 2', "too": "disabled and grade <= 3"})}
    )
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"stage": "none"}, ["a.disabled"]),
        ({"stage": "primary"}, ["a.grade", "a.disabled"]),
        ({}, ["a.stage", "a.grade", "a.disabled"]),
    ]
    for member, missing in cases:
        assert waits(only(screened(pack, member))) == missing
    said = profile_error(pack, {"stage": "none", "grade": 1})
    assert "`grade` does not apply here" in said
    assert "see also" in said


@pytest.mark.parametrize(
    "gate",
    [
        "rents",
        "age > 5",
        "stage != 'none' and married",
        "not married",
        "stage == other",
        "any(m.married for m in members)",
    ],
)
def test_m14_one_comparison(gate: str, make: PackMaker) -> None:
    """M14: `only_if:` is one comparison of a yes-or-no fact or a choice of the same owner with a constant."""
    other = "type: choice, values: {none: LABEL}"
    said = refused(make, facts=facts_file(person={"other": other, "gated": f'type: bool, only_if: "{gate}"'}))
    assert "`only_if` is one `==`, `!=` or `in`" in said or "do not go together" in said


INTEGRITY = """
- id: pregnant
  owner: person
  holds: not married or age >= 16
  label: {zh: 已婚的须满16岁, en: Whoever is married is 16 or over}
"""


def test_m15_integrity(make: PackMaker) -> None:
    """M15: a profile that surely breaks a rule between facts is refused, with both places; a doubt is let through."""
    pack = make(facts=facts_file(integrity=INTEGRITY))
    said = profile_error(pack, {"married": True, "age": 15})
    assert "Whoever is married is 16 or over" in said
    assert "see also" in said
    for member in ({"married": True}, {"age": 15}, {"married": True, "age": 16}):
        family(pack, member)


@pytest.mark.parametrize(
    "member",
    [
        {"age": True},
        {"age": "18"},
        {"age": "１８"},
        {"age": 18.5},
        {"age": "020"},
        {"married": 1},
        {"married": "是"},
        {"married": "true"},
        {"income": "1.2万"},
        {"income": "1,000"},
        {"income": 1.005},
        {"income": float("nan")},
        {"income": float("inf")},
        {"since": "2019/10/08"},
        {"since": "2019-02-29"},
        {"hukou_county": 620402},
        {"stage": "Primary"},
        {"agee": 18},
    ],
)
def test_m16_the_doors_are_strict(member: Mapping[str, Any], make: PackMaker) -> None:
    """M16: a profile takes no full-width digit, no `1.2万`, no `True` for 1, and nothing that only looks like a value."""
    profile_error(make(), member)


def test_m17_a_status_is_a_fact(make: PackMaker) -> None:
    """M17: what an entitlement would bring changes no answer; a status held opens and closes."""
    rules = {
        "a-status": rule(
            "a-status", subject="household", unless={"held": 'status == "urban"'}, gives="{status: urban}"
        ),
        "b-leans": rule("b-leans", subject="household", criteria={"it": 'status == "urban"'}),
    }
    pack = make(rules=rules)
    found = {
        status: [each.outcome for each in screened(pack, {}, status=status).determinations]
        for status in ("none", "urban")
    }
    assert found == {"none": ["eligible", "ineligible"], "urban": ["ineligible", "eligible"]}


def test_m17_what_is_given_goes_in_no_circle(make: PackMaker) -> None:
    """M17: a status that leads back to the conditions on which it is given is refused, through concepts and `requires:` too."""
    on_status = concept("on_status", 'status == "urban"', "household")
    gives = rule("a", subject="household", criteria={"it": "rents"}, gives="{status: urban}")
    back = {
        "directly": rule("b", subject="household", criteria={"it": 'status == "urban"'}, gives="{rents: 'true'}"),
        "by a concept": rule("b", subject="household", criteria={"it": "on_status"}, gives="{rents: 'true'}"),
    }
    for leaning in back.values():
        assert "`gives` goes in a circle: a → b → a" in refused(
            make, rules={"a": gives, "b": leaning}, concepts=on_status
        )
    required = rule("c", subject="household", requires="[b]", gives="{rents: 'true'}")
    middle = rule("b", subject="household", criteria={"it": 'status == "urban"'})
    assert "`gives` goes in a circle" in refused(make, rules={"a": gives, "b": middle, "c": required})
    alone = rule("a", subject="household", criteria={"it": 'status == "urban"'}, gives="{status: urban}")
    assert "`gives` goes in a circle: a → a" in refused(make, rules={"a": alone})


def test_m17_a_status_by_condition(make: PackMaker) -> None:
    """M17: `gives:` may be a list of conditions, facts and values; a value that the fact does not have is refused."""
    listed = (
        "\n  - when: rents\n    fact: status\n    value: urban\n  - when: not rents\n    fact: status\n    value: rural"
    )
    pack = make(rules={"a": rule("a", subject="household", gives=listed)})
    given = pack.entitlement("a").gives
    assert [(each.fact, each.value, each.when is not None) for each in given] == [
        ("status", "urban", True),
        ("status", "rural", True),
    ]
    assert "`city`" in refused(make, rules={"a": rule("a", subject="household", gives="{status: city}")})


def test_m18_requires(make: PackMaker) -> None:
    """M18: the other's criteria and exclusions count as one's own for the same subject, named after it, once each."""
    rules = {
        "base": rule("base", criteria={"adult": "age >= 18"}, unless={"wed": "married"}),
        "mid": rule("mid", criteria={"ill": "disabled"}, requires="[base]"),
        "top": rule("top", criteria={"poor": "poor"}, unless={"home": "rents"}, requires="[mid, base]"),
    }
    pack = make(rules=rules)
    found = screened(pack, {"age": 18, "poor": True}).find("top", "a")
    assert found is not None
    assert [each.criterion for each in found.reasons] == ["poor", "mid/ill", "base/adult", "home", "base/wed"]
    assert waits(found) == ["a.disabled", "household.rents", "a.married"]
    held = {"poor": True, "disabled": True, "married": False}
    outcomes = {age: screened(pack, {"age": age, **held}, rents=False).find("top", "a") for age in (17, 18)}
    assert {age: each.outcome for age, each in outcomes.items() if each} == {17: "ineligible", 18: "eligible"}
    assert screened(pack, {"age": 18, **held, "married": True}, rents=False).find("top", "a").outcome == "ineligible"  # type: ignore[union-attr]  # in force


def test_m18_what_is_required_has_its_days(make: PackMaker) -> None:
    """M18: where the other is not in force, or not surely, neither are its conditions met, or surely met."""
    rules = {
        "base": rule("base", in_force="{not_before: 2020-01-01, surely_from: 2020-07-01}"),
        "top": rule("top", requires="[base]", criteria={}),
    }
    pack = make(rules=rules)
    found = [screened(pack, {}, day=date(year, 6, 1)).find("top", "a") for year in (2019, 2020, 2021)]
    assert [(each.outcome, waits(each)) for each in found if each] == [
        ("ineligible", []),
        ("undetermined", ["pack.base.in_force"]),
        ("eligible", []),
    ]


def test_m18_no_circle_and_one_subject(make: PackMaker) -> None:
    """M18: `requires:` goes in no circle and stays with one kind of subject."""
    circle = {"a": rule("a", requires="[b]"), "b": rule("b", requires="[a]")}
    assert "`requires` goes in a circle: a → b → a" in refused(make, rules=circle)
    other = {"a": rule("a", requires="[b]"), "b": rule("b", subject="household")}
    assert "`b`" in refused(make, rules=other)


@pytest.mark.parametrize("condition", ["receives == receives", "any(m.receives == m.receives for m in members)"])
def test_m19_receives_is_no_criterion(condition: str, make: PackMaker) -> None:
    """M19: what somebody already receives is never read by a condition."""
    assert "`receives` is for take-up" in refused(make, rules={"one": rule("one", criteria={"it": condition})})


def test_m19_what_somebody_receives_is_no_criterion() -> None:
    """M19: no rule that ships reads `receives`."""
    rules = shipped()
    texts = [each.passage.text for one in rules.contents.entitlements.values() for _, each in one.expressions()]
    assert [text for text in texts if re.search(r"\breceives\b", text)] == []
