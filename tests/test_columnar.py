"""Whole tables get the answers that the core gives household by household: outcome, amount, and what is waited for."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from packs_for_tests import shipped
from reaching import DAYS, KNOWN, Reach, states, wanted

from eligibility import Profile, Rules, derived
from eligibility.columns import answering
from eligibility.columns.frames import HOME, ID, to_frames, to_profiles
from eligibility.columns.onebyone import AMOUNT, answered
from eligibility.targets.columnar import answer, contradictions
from eligibility.testing.boundaries import boundaries
from eligibility.testing.strategies import draw_profile

PEOPLE, IN_EVERY_LAW = 1_500, 200_000


def drawn(rules: Rules, people: int) -> list[Profile]:
    """Returns households of so many people at the pack's own limits."""
    source, limits = random.Random(f"columns {rules.day}"), boundaries(rules)  # noqa: S311 - tests need no secrets
    found: list[Profile] = []
    while sum(len(each.members) for each in found) < people:
        found.append(draw_profile(source, limits, source.choice(KNOWN)))
    return [replace(each, id=f"h{at}") for at, each in enumerate(found)]


def aimed(rules: Rules, people: int) -> list[Profile]:
    """Returns households of so many people, then those in which every criterion comes out true, false and unknown."""
    reach = Reach(rules)
    possible, never = wanted(rules)
    assert reach.seek(possible, beside=never) == set()
    return [replace(each, id=f"h{at}") for at, each in enumerate([*drawn(rules, people), *reach.profiles])]


def differing(rules: Rules, profiles: Sequence[Profile], *, own_day: bool = True) -> list[str]:
    """Returns where tables and core differ."""
    schema = rules.pack.contents.schema
    found: list[str] = []
    theirs = answer(rules, *to_frames(schema, profiles), own_day=own_day)
    for ours, their in zip(answered(rules, profiles), theirs, strict=True):
        assert set(ours.columns) == set(their.columns)
        assert ours.select(HOME).equals(their.select(HOME))
        for name in ours.columns:
            one, other = ours[name], their[name].cast(ours[name].dtype)
            if not one.equals(other):
                found += [f"{name}: {a} {b}" for a, b in zip(one, other, strict=True) if a != b]
    return found


def test_tables_get_the_answers_of_the_core() -> None:
    """On a day every criterion comes out true, false and unknown, and no answer, amount or missing fact differs."""
    rules = shipped().on(DAYS[1])
    assert differing(rules, aimed(rules, PEOPLE)) == []


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_tables_get_the_answers_of_the_core_in_every_law(part: int) -> None:
    """In every state of the law likewise, for 200,000 people in all."""
    days = states(shipped())
    for day in days[part::4]:
        rules = shipped().on(day)
        profiles = aimed(rules, IN_EVERY_LAW // len(days))
        assert sum(len(each.members) for each in profiles) >= IN_EVERY_LAW // len(days)
        assert differing(rules, profiles) == []


def test_stale_counts_do_not_hold_on_another_day() -> None:
    """Facts stated for one day are asked on another: counts of elapsed time are unknown unless their date is given."""
    rules = shipped().on(DAYS[1])
    profiles = [replace(each, as_of=rules.day - timedelta(40)) for each in drawn(rules, 200)[:120]]
    assert differing(rules, profiles, own_day=False) == []


def test_a_column_that_is_not_there_is_unknown() -> None:
    """A table without a column is the same as one in which the column is empty."""
    rules = shipped().on(DAYS[0])
    schema = rules.pack.contents.schema
    profiles = drawn(rules, 100)[:60]
    for gone in (("age", "disability_grade"), ("hukou_county", "hukou_province", "monthly_income"), ("died",)):
        left = [
            replace(each, members=tuple({k: v for k, v in m.items() if k not in gone} for m in each.members))
            for each in profiles
        ]
        persons, households = to_frames(schema, left)
        short = answer(rules, persons.drop(gone), households)
        for one, other in zip(short, answer(rules, persons, households), strict=True):
            assert one.equals(other)


def test_many_names_that_are_missing_need_more_than_one_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is told likewise where a number holds only a few names."""
    monkeypatch.setattr(answering, "MASK", 3)
    monkeypatch.setattr("eligibility.targets.columnar.MASK", 3)
    rules = shipped().on(DAYS[1])
    rules.state.memo.clear()
    try:
        assert differing(rules, drawn(rules, 100)[:60]) == []
    finally:
        rules.state.memo.clear()


def test_only_some_entitlements() -> None:
    """With some ids, their columns alone come, and say the same."""
    rules = shipped().on(DAYS[1])
    persons, households = to_frames(rules.pack.contents.schema, drawn(rules, 100)[:60])
    whole, some = (answer(rules, persons, households, only)[0] for only in ((), ("orphan-allowance",)))
    assert set(some.columns) == {HOME, ID} | {name for name in whole.columns if name.startswith("orphan-allowance")}
    assert some.equals(whole.select(some.columns))


def odd(rules: Rules, count: int) -> list[Profile]:
    """Returns households some of whose facts were taken from another household, so that some contradict themselves."""
    source = random.Random(5)  # noqa: S311 - tests need no secrets
    whole, found = drawn(rules, 300), []
    people = [member for each in whole for member in each.members]
    for at, each in enumerate(whole[:count]):
        members = []
        for member in each.members:
            other = source.choice(people)
            taken = source.sample(sorted(other), min(8, len(other)))
            members.append(dict(member) | {name: other[name] for name in taken} | {ID: member[ID]})
        home = dict(each.household) | ({"income_total": 100} if at % 7 == 0 else {})
        found.append(replace(each, members=tuple(members), household=home))
    return found


@pytest.mark.parametrize("day", [date(2017, 12, 31), date(2021, 7, 1)], ids=str)
def test_contradictions_are_those_of_the_core(day: date) -> None:
    """What cannot both be so is found in the same households, members and facts, and said in the same words."""
    rules = shipped().on(day)
    schema = rules.pack.contents.schema
    profiles = odd(rules, 150)
    ours = [
        (each.id, None if one.subject is None else each.members[one.subject][ID], one.fact)
        for each in profiles
        for one in derived.contradictions(
            rules, each.household, [{**member, ID: str(at)} for at, member in enumerate(each.members)]
        )
    ]
    theirs = contradictions(rules, *to_frames(schema, profiles))
    assert len({home for home, _, _ in ours}) > 20
    assert len({home for home, _, _ in ours}) < len(profiles)
    assert theirs.select(HOME, ID, "fact").rows() == ours
    assert theirs.select(pl.col("zh").is_null().any() | pl.col("en").is_null().any()).item() is False


def test_households_go_to_tables_and_come_back() -> None:
    """Nothing is lost between profiles and tables, sets and unknown facts among it."""
    rules = shipped().on(DAYS[0])
    schema, profiles = rules.pack.contents.schema, drawn(rules, 200)[:100]
    back = list(to_profiles(*to_frames(schema, profiles), schema=schema))
    assert [(each.id, each.household, each.members) for each in back] == [
        (each.id, each.household, each.members) for each in profiles
    ]


def test_amounts_are_there_at_all() -> None:
    """Among drawn people some are owed a known amount by ten entitlements or more."""
    rules = shipped().on(DAYS[1])
    found = answer(rules, *to_frames(rules.pack.contents.schema, drawn(rules, PEOPLE)))
    known = [name for each in found for name in each.columns if name.endswith(AMOUNT) and each[name].count()]
    assert len(known) >= 10
