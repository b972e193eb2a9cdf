"""Readings: what the sources leave open, which answers rest on it, and what another reading would make of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from packs_for_tests import DAY, concept, family, only, reading, rule, screened

from eligibility import RulePack
from eligibility.errors import BadChoice, UnknownName
from eligibility.otherwise import Otherwise, otherwise

PackMaker = Callable[..., RulePack]
OLD = concept("old", "age >= 60")
LATER = reading("old-age", "from-65: age >= 65\nolder: age >= 70\nby-the-office:", concept="old")
RULES = {"one": rule("one", criteria={"old": "old", "disabled": "disabled"})}


def otherwises(pack: RulePack, *members: dict[str, object], day: date = DAY) -> list[Otherwise]:
    """Returns what other readings would change for a family."""
    profile = family(pack, *members, day=day)
    return otherwise(pack.on(day), profile, screened(pack, *members, day=day))


def test_a_determination_names_what_its_deciding_criteria_rest_on(make: PackMaker) -> None:
    """A grant and an open answer rest on the readings of all criteria, a refusal on those of the ones that refuse."""
    pack = make(rules=RULES, concepts=OLD, readings=LATER)

    def rests(**facts: object) -> tuple[str, ...]:
        return only(screened(pack, facts)).readings

    assert rests(age=60, disabled=True) == ("old-age",)
    assert rests(age=60) == ("old-age",)
    assert rests(age=59, disabled=True) == ("old-age",)
    assert rests(age=60, disabled=False) == ()
    assert rests(age=59, disabled=False) == ("old-age",)


def test_readings_behind_amounts_selectors_and_other_concepts_count(make: PackMaker) -> None:
    """A reading reaches an answer through another concept, through a tier, and through a required entitlement."""
    through = make(
        rules={
            "one": rule("one", criteria={"any": "either"}),
            "two": rule("two", criteria={"any": "disabled"}, benefit=_tiers("old")),
            "three": rule("three", criteria={"any": "disabled"}, requires="[one]"),
            "four": rule("four", criteria={"any": "disabled"}),
        },
        concepts=OLD + concept("either", "old or disabled"),
        readings=LATER,
    )

    found = {
        each.claim.entitlement: each.readings
        for each in screened(through, {"age": 60, "disabled": True}).determinations
    }

    assert found == {"one": ("old-age",), "two": ("old-age",), "three": ("old-age",), "four": ()}


def _tiers(when: str) -> str:
    label = "{zh: 名称, en: name}"
    return f"\n  kind: cash\n  label: {label}\n  per: month\n  amount:\n    - when: {when}\n      amount: basic\n    - amount: basic * 2"


def test_what_bears_on_an_entitlement_or_a_criterion_counts_in_its_days(make: PackMaker) -> None:
    """A reading without a concept rests on entitlements, or on single criteria, and only on the days on which it matters."""
    pack = make(
        rules=RULES,
        concepts=OLD,
        readings=reading("whole", "other:", bears_on="one")
        + reading("criterion", "other:", bears_on="one/disabled")
        + reading("past", "other:", bears_on="one", to="2019-12-31"),
    )

    assert only(screened(pack, {"age": 60, "disabled": True})).readings == ("whole", "criterion")
    assert only(screened(pack, {"age": 59, "disabled": True})).readings == ("whole",)
    last = screened(pack, {"age": 60, "disabled": True}, day=date(2019, 12, 31))
    assert only(last).readings == ("whole", "criterion", "past")


def test_another_reading_takes_the_place_of_the_concept(make: PackMaker) -> None:
    """Under another reading the rule asks what that reading asks, and what was not chosen stays as it was."""
    pack = make(rules=RULES, concepts=OLD, readings=LATER)

    under = pack.under({"old-age": "from-65"})

    assert only(screened(under, {"age": 64, "disabled": True})).outcome == "ineligible"
    assert only(screened(under, {"age": 65, "disabled": True})).outcome == "eligible"
    assert only(screened(pack, {"age": 64, "disabled": True})).outcome == "eligible"
    assert under.contents.chosen == {"old-age": "from-65"}
    assert pack.under({"old-age": "taken"}).contents.chosen == {}


def test_another_reading_may_move_the_days_in_force(make: PackMaker) -> None:
    """Days that another reading states replace those of the entitlement, a sure first day an unsure one and the reverse."""
    days = "in-force: {from: 2000-01-01}\nlate: {from: 2021-01-01}\nended: {to: 2019-12-31}"
    unsure = rule("one", in_force="{not_before: 2000-01-01, surely_from: 2022-01-01}")
    pack = make(rules={"one": unsure}, readings=reading("first-day", days, bears_on="one"))

    def outcomes(other: str) -> list[str]:
        return [each.outcome for each in screened(pack.under({"first-day": other}), {}).determinations]

    assert outcomes("taken") == ["undetermined"]
    assert outcomes("in-force") == ["eligible"]
    assert outcomes("late") == []
    with pytest.raises(UnknownName):
        pack.under({"first-day": "later"})


def test_which_answers_another_reading_would_change(make: PackMaker) -> None:
    """Every changed answer is named with what it would be; where the answer stays the same nothing is said."""
    pack = make(rules=RULES, concepts=OLD, readings=LATER)

    found = otherwises(
        pack, {"age": 64, "disabled": True}, {"age": 66, "disabled": True}, {"age": 64, "disabled": False}
    )

    assert [(each.other, each.claim.subject, each.outcome) for each in found] == [
        ("from-65", "a", "ineligible"),
        ("older", "a", "ineligible"),
        ("older", "b", "ineligible"),
    ]
    assert otherwises(pack, {"age": 80, "disabled": True}) == []


def test_an_entitlement_that_another_reading_brings_into_force_is_named(make: PackMaker) -> None:
    """What is absent under the reading taken and would hold under another is told, and the reverse."""
    early = reading("first-day", "early: {from: 2020-01-01}", bears_on="one")
    pack = make(rules={"one": rule("one", in_force="{from: 2021-01-01}")}, readings=early)

    (found,) = otherwises(pack, {})

    assert (found.reading, found.other, found.claim.entitlement, found.outcome) == (
        "first-day",
        "early",
        "one",
        "eligible",
    )
    ended = make(rules={"one": rule("one")}, readings=reading("last-day", "past: {to: 2019-12-31}", bears_on="one"))
    (gone,) = otherwises(ended, {})
    assert gone.outcome == "absent"


def test_what_cannot_be_chosen_is_refused(make: PackMaker) -> None:
    """No such reading, no such other one, one in words only, and two that would replace one concept."""
    pack = make(rules=RULES, concepts=OLD, readings=LATER + reading("age", "never: false", concept="old"))

    with pytest.raises(UnknownName, match="did you mean `old-age`"):
        pack.under({"old-ages": "from-65"})
    with pytest.raises(UnknownName, match="did you mean `old-age=from-65`"):
        pack.under({"old-age": "from-56"})
    with pytest.raises(BadChoice, match="in words only"):
        pack.under({"old-age": "by-the-office"})
    with pytest.raises(BadChoice, match="replace the same concept"):
        pack.under({"old-age": "from-65", "age": "never"})


def test_beside_a_chosen_reading_its_rivals_are_left_alone(make: PackMaker) -> None:
    """Under a chosen reading the other ones of the same concept are not asked as well."""
    pack = make(rules=RULES, concepts=OLD, readings=LATER + reading("age", "never: false", concept="old"))

    assert otherwises(pack.under({"old-age": "from-65"}), {"age": 64, "disabled": True}) == []


def test_readings_that_are_well_alone_and_not_together_are_refused_together(make: PackMaker) -> None:
    """Two that would lean on each other, and two whose days contradict, are a choice that cannot be made."""
    concepts = concept("one", "age >= 60") + concept("two", "disabled")
    leaning = reading("first", "x: two", concept="one") + reading("second", "y: one", concept="two")
    pack = make(rules={"r": rule("r", criteria={"c": "one or two"})}, concepts=concepts, readings=leaning)
    days = reading("begin", "late: {from: 2018-01-01}", bears_on="r") + reading(
        "end", "early: {to: 2017-06-30}", bears_on="r"
    )
    dated = make(rules={"r": rule("r")}, readings=days)

    assert only(screened(pack.under({"first": "x"}), {"age": 50, "disabled": True})).outcome == "eligible"
    with pytest.raises(BadChoice, match="`first`, `second` lean on each other"):
        pack.under({"first": "x", "second": "y"})
    with pytest.raises(BadChoice, match="`begin`, `end` state days in force that contradict"):
        dated.under({"begin": "late", "end": "early"})
