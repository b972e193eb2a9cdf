"""The smallest reasons: each decides alone, nothing can be left out of it, and none is missing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from conftest import PackMaker
from families import ROOT, printed
from hypothesis import given, settings
from hypothesis import strategies as st
from often import often
from packs_for_tests import concept, facts_file, family, figure, only, rule, shipped

from eligibility import Profile, Rules, explain, read_profile, screen
from eligibility.answer import Answer
from eligibility.determinations import answer
from eligibility.smallest import FRAME, Found, outcome_with, smallest
from eligibility.testing.strategies import boundary_profiles, partly_known, profiles

DAYS = (date(2017, 12, 31), date(2021, 7, 1))
DAY = date(2020, 6, 1)
ASKED = 12
"""How many answers of each household are looked at."""


def drawn() -> st.SearchStrategy[Profile]:
    """Draws a household known well, half or hardly."""
    makers = (profiles, partly_known, boundary_profiles)
    return st.one_of(*(make(shipped().on(day)) for day in DAYS for make in makers))


def settled(rules: Rules, profile: Profile, seed: int) -> Iterator[tuple[Answer, Found]]:
    """Yields some settled answers of a household with their smallest reasons."""
    found = [each for each in screen(rules, profile).determinations if each.outcome != "undetermined"]
    for each in random.Random(seed).sample(found, min(len(found), ASKED)):  # noqa: S311 - tests need no secrets
        yield answer(each), smallest(answer(each))


@settings(max_examples=5)
@given(profile=drawn(), seed=st.integers(0, 1000))
def test_each_set_decides_alone_and_nothing_can_be_left_out(profile: Profile, seed: int) -> None:
    """Asked again with the facts of a set alone the answer is the same, and with any of them left out it is not."""
    rules = shipped().on(profile.as_of or DAYS[0])
    for held, found in settled(rules, profile, seed):
        assert found.sets, held.ruled.entitlement.id
        for each in found.sets[:20]:
            assert outcome_with(held, each.slots) == held.outcome
            assert all(outcome_with(held, each.slots - {slot}) == "undetermined" for slot in each.slots)


test_each_set_decides_alone_and_nothing_can_be_left_out_often = often(
    test_each_set_decides_alone_and_nothing_can_be_left_out, 15, profile=drawn(), seed=st.integers(0, 1000)
)


@settings(max_examples=5)
@given(profile=drawn(), seed=st.integers(0, 1000))
def test_a_profile_of_a_set_alone_screens_the_same(profile: Profile, seed: int) -> None:
    """A profile that states nothing but the facts of a set, and who there is, comes to the same answer."""
    rules = shipped().on(profile.as_of or DAYS[0])
    for held, found in settled(rules, profile, seed):
        slots, whole = found.sets[0].slots, held.situation
        dead = [held.own] if held.own and not any(each is held.own for each in whole.members) else []
        members = tuple(
            {name: value for name, value in each.items() if name in FRAME or (each["id"], name) in slots}
            for each in (*whole.members, *dead)
        )
        home = {name: value for name, value in whole.household.items() if name in FRAME or ("household", name) in slots}
        bare = replace(profile, as_of=rules.day, household=home, members=members)
        after = screen(rules, bare, [held.ruled.entitlement.id]).find(held.ruled.entitlement.id, held.subject)
        assert after is not None
        assert after.outcome == held.outcome


test_a_profile_of_a_set_alone_screens_the_same_often = often(
    test_a_profile_of_a_set_alone_screens_the_same, 10, profile=drawn(), seed=st.integers(0, 1000)
)


CONDITIONS = {
    "and": "married and disabled and rents",
    "or": "married or disabled or age < 18",
    "both": "(married or disabled) and (rents or age < 18)",
    "not": "not (married and disabled) or rents",
    "any": "any(m.married and m.age > 40 for m in members)",
    "all": "all(m.married or m.disabled for m in members if m.age >= 18)",
    "count": "count(m.married for m in members) >= 2",
    "count below": "count(m.disabled for m in members if m.age >= 18) < 1",
    "sum": "sum(m.income for m in members) < basic",
    "choice": "(rents if married else disabled)",
    "concept": "needy and rents",
    "read for nothing": "(age if married else 5) > 60",
    "twice": "(age < 18 or married) and (age < 60 or disabled)",
}
FAMILY = (
    {"married": False, "disabled": False, "age": 44, "income": "300"},
    {"married": True, "disabled": False, "age": 17},
)


def subsets(held: Answer) -> set[frozenset[tuple[str, str]]]:
    """Returns every smallest set of facts that keeps an answer, found by trying all sets of facts."""
    people = {str(each["id"]): each for each in held.situation.members} | {"household": held.situation.household}
    slots = [(who, name) for who, facts in people.items() for name in facts if name not in FRAME]
    found: set[frozenset[tuple[str, str]]] = set()
    for size in range(len(slots) + 1):
        for some in map(frozenset, combinations(slots, size)):
            if not any(each <= some for each in found) and outcome_with(held, some) == held.outcome:
                found.add(some)
    return found


@pytest.mark.parametrize("exclusion", [False, True])
@pytest.mark.parametrize("name", list(CONDITIONS))
def test_no_smallest_set_is_missed(make: PackMaker, name: str, exclusion: bool) -> None:  # noqa: FBT001 - a parameter
    """For small households the sets are exactly those that trying every set of facts finds."""
    said = {"unless" if exclusion else "criteria": {"c": CONDITIONS[name]}}
    concepts = concept("needy", "disabled or income < basic")
    pack = make(concepts=concepts, rules={"r": rule("r", **said)})  # type: ignore[arg-type]  # either of the two
    for found in screen(pack.on(DAY), family(pack, *FAMILY, rents=False)).determinations:
        held = answer(found)
        if held.outcome == "ineligible":
            assert {each.slots for each in smallest(held).sets} == subsets(held)
        elif held.outcome == "eligible":
            (each,) = smallest(held).sets
            assert len(each.slots) == min(map(len, subsets(held)))


def test_a_distance_is_told(make: PackMaker) -> None:
    """A refusal says the actual value, the limit, and how far they are apart, in both languages."""
    parameters = figure("line", "from: 2000-01-01, value: 623")
    pack = make(parameters=parameters, rules={"r": rule("r", subject="household", criteria={"poor": "rent < line"})})
    found = only(screen(pack.on(DAY), family(pack, {}, rent="640")))

    assert "640元" in explain(found)
    assert "高出17元" in explain(found)
    assert "623 yuan" in explain(found, "en")
    assert "17 yuan above" in explain(found, "en")


@pytest.mark.parametrize(
    ("condition", "facts", "told"),
    [
        ("age >= 60", {"age": 55}, "5 years below"),
        ("age > 60", {"age": 60}, "exactly at it"),
        ('since < date("2020-01-01")', {"since": "2020-01-03"}, "2 days later"),
        ('since < date("2020-01-01")', {"since": "2020-01-01"}, "that very day"),
        ("18 <= age", {"age": 17}, "1 years below"),
    ],
)
def test_each_kind_of_distance(make: PackMaker, condition: str, facts: dict[str, object], told: str) -> None:
    """Ages, days and values at the limit have their own words."""
    pack = make(rules={"r": rule("r", criteria={"c": condition})})

    assert told in explain(only(screen(pack.on(DAY), family(pack, facts))), "en")


def test_many_sets_are_counted(make: PackMaker) -> None:
    """Ten sets are shown, and the number of all is told."""
    conditions = {f"c{at}": f"b{at}" for at in range(12)}
    facts = facts_file(dict.fromkeys(conditions.values(), "type: bool"))
    pack = make(facts=facts, rules={"r": rule("r", criteria=conditions)})
    text = explain(only(screen(pack.on(DAY), family(pack, dict.fromkeys(conditions.values(), False)))), "en")

    assert "each of these alone refuses it (12 in all, 10 are shown)" in text


def test_an_open_answer_has_no_smallest_reasons(make: PackMaker) -> None:
    """What is undetermined is decided by nothing."""
    pack = make(rules={"r": rule("r", criteria={"c": "married"})})
    found = only(screen(pack.on(DAY), family(pack, {})))

    assert smallest(answer(found)) == Found((), whole=True)
    assert "alone" not in explain(found, "en")


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.slow)])
def test_every_example_is_explained(lang: str) -> None:
    """Every settled answer of the example families has smallest reasons, told in both languages."""
    heads = {"zh": ("仅凭",), "en": ("alone refuses", "alone decide")}[lang]
    for path in sorted((ROOT / "examples").glob("*.yaml")):
        if path.stem == "heating":
            continue
        profile = read_profile(path, shipped().on(DAYS[0]))
        for found in screen(shipped().on(profile.as_of or DAYS[0]), profile).determinations:
            text = explain(found, lang)
            assert any(head in text for head in heads) is (found.outcome != "undetermined")


def test_the_command_tells_them() -> None:
    """`explain` shows the set that refuses, with what is actual."""
    text = printed("explain", "examples/li-family.yaml", "fee-free-preschool", "mother", "--lang", "en")

    assert "this alone refuses it" in text
    assert "no, stage of education is kindergarten: actually not enrolled" in text
