"""Laws that the answers for the real pack keep, whatever the household, with profiles drawn from its own limits."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any
from zlib import crc32

from hypothesis import given
from hypothesis import strategies as st
from packs_for_tests import shipped

from eligibility import Determination, Profile, RulePack, Rules, screen
from eligibility.testing.boundaries import boundaries
from eligibility.testing.strategies import boundary_profiles, consistent, partly_known, profiles

DAYS = [
    date(2017, 12, 31),
    date(2016, 2, 1),
    date(2017, 2, 28),
    date(2017, 3, 1),
    date(2019, 9, 1),
    date(2021, 6, 30),
    date(2021, 7, 1),
    date(2026, 7, 1),
]
"""Days of laws that differ, two of them on the eve of a change and on its day."""

SEEDS = st.integers(0, 1000)


@cache
def pack() -> RulePack:
    """Returns the pack that ships."""
    return shipped()


def rules(profile: Profile) -> Rules:
    """Returns the rules of a household's day."""
    return pack().on(profile.as_of or DAYS[0])


def drawn() -> st.SearchStrategy[Profile]:
    """Draws a household of a day on which the law differs, known well, half or hardly."""
    makers = (profiles, partly_known, boundary_profiles)
    return st.one_of(*(make(pack().on(day)) for day in DAYS for make in makers))


def answers(found: tuple[Determination, ...], names: dict[str, str]) -> set[tuple[object, ...]]:
    """Returns what was answered, members called by other names, in no order."""
    return {
        (
            each.entitlement,
            names.get(each.subject, each.subject),
            each.outcome,
            each.amount,
            each.marks,
            frozenset((names.get(item.subject, item.subject), item.name) for item in each.missing),
            frozenset((names.get(item.subject, item.subject), item.name) for item in each.amount_missing),
        )
        for each in found
    }


def unread(law: Rules) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns a value for each fact of a household, then of a person, that no rule reads and from which none follows."""
    limits, facts = boundaries(law), law.pack.contents.schema.facts.values()
    read = limits.person.keys() | limits.household.keys()
    values = {"bool": True, "text": "某某", "count": 1, "money": 100, "date": date(2010, 1, 1), "set": frozenset()}
    free = [each for each in facts if each.name not in read and each.derive is None and each.name != "resident_id"]
    told = [(each, values.get(each.type, next(iter(each.values), "620402"))) for each in free]
    home, person = (
        {each.name: value for each, value in told if each.owner == owner} for owner in ("household", "person")
    )
    return home, person


@given(drawn(), SEEDS)
def test_order_and_names_of_members_do_not_matter(profile: Profile, seed: int) -> None:
    """Members in another order and with other ids get the same answers."""
    law = rules(profile)
    shuffled = list(profile.members)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - tests need no secrets
    names = {str(member["id"]): f"x{index}" for index, member in enumerate(shuffled)}
    other = replace(profile, members=tuple({**member, "id": names[str(member["id"])]} for member in shuffled))

    assert answers(screen(law, other).determinations, {}) == answers(screen(law, profile).determinations, names)


@given(drawn())
def test_irrelevant_facts_do_not_matter(profile: Profile) -> None:
    """Facts that no rule of the day reads change nothing."""
    law = rules(profile)
    home, person = unread(law)
    assert "name" in person
    members = tuple({**person, **member} for member in profile.members)
    other = replace(profile, members=members, household={**home, **profile.household})

    assert answers(screen(law, other).determinations, {}) == answers(screen(law, profile).determinations, {})


@given(drawn(), SEEDS)
def test_more_facts_never_flip_a_settled_answer(profile: Profile, seed: int) -> None:
    """Whatever is settled with less known is settled the same way with more; defaults aside (M2, M4)."""
    law = rules(profile)
    kept = {"id", "died", "members_complete"}

    def less(facts: Mapping[str, Any]) -> dict[str, Any]:
        # What becomes of one fact does not hang on the others, so that a household that fails can be made smaller.
        told = {name: crc32(f"{seed} {facts.get('id')} {name}".encode()) % 10 < 6 for name in facts}
        return {name: value for name, value in facts.items() if name in kept or told[name]}

    household, members = consistent(law, less(profile.household), [less(each) for each in profile.members])
    fewer = screen(law, replace(profile, household=household, members=members))
    more = screen(law, profile)

    for before in fewer.determinations:
        after = more.find(before.entitlement, before.subject)
        if before.outcome != "undetermined" and after is not None:
            assert after.outcome == before.outcome, (before, after)


@given(drawn())
def test_what_is_missing_is_said_exactly_when_something_is(profile: Profile) -> None:
    """A settled answer misses nothing, an open one names what it waits for, and no amount is below zero."""
    law = rules(profile)
    for found in screen(law, profile).determinations:
        assert bool(found.missing) is (found.outcome == "undetermined"), found
        assert found.amount is None or not found.amount.yuan.startswith("-")
        assert not (found.outcome == "ineligible" and (found.amount or found.amount_missing))


@given(drawn(), SEEDS)
def test_learning_what_is_missing_narrows_the_question(profile: Profile, seed: int) -> None:
    """Once the missing facts of an answer are known it is settled, or it names others: never the same again."""
    law = rules(profile)
    limits = boundaries(law)
    household, members = dict(profile.household), [dict(each) for each in profile.members]
    by_id = {str(each["id"]): each for each in members}
    waiting = [each for each in screen(law, profile).determinations if each.missing]
    if not waiting:
        return
    source = random.Random(seed)  # noqa: S311 - tests need no secrets
    chosen = source.choice(waiting)
    for item in chosen.missing:
        values = (limits.household if item.subject == "household" else limits.person).get(item.name, ())
        if item.kind == "fact" and values:
            (household if item.subject == "household" else by_id[item.subject])[item.name] = source.choice(values)
    learnt = replace(profile, household=household, members=tuple(members))
    after = screen(law, learnt).find(chosen.entitlement, chosen.subject)
    asked = {item for item in chosen.missing if item.kind == "fact"}

    assert (
        after is None
        or not asked
        or not asked & set(after.missing)
        or "members_complete" in {each.name for each in asked}
    )
