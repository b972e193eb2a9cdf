"""Laws that the answers for the real pack keep, whatever the household, with profiles drawn from its own limits."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from eligibility import Determination, Profile, RulePack, Rules, screen
from eligibility.testing.boundaries import boundaries
from eligibility.testing.strategies import boundary_profiles, consistent, partly_known, profiles

DAYS = [date(2016, 2, 1), date(2017, 12, 31), date(2019, 9, 1), date(2021, 7, 1), date(2026, 7, 1)]


@cache
def rules(day: date) -> Rules:
    """Returns the rules that ship, on a day."""
    return RulePack.default().on(day)


def drawn() -> st.SearchStrategy[tuple[Rules, Profile]]:
    """Draws a day on which the law differs, and a household known well, half or hardly."""
    return st.sampled_from(DAYS).flatmap(
        lambda day: st.tuples(
            st.just(rules(day)), st.one_of(*(make(rules(day)) for make in (profiles, partly_known, boundary_profiles)))
        )
    )


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


@given(drawn(), st.randoms(use_true_random=False))
def test_order_and_names_of_members_do_not_matter(case: tuple[Rules, Profile], source: random.Random) -> None:
    """Members in another order and with other ids get the same answers."""
    law, profile = case
    shuffled = list(profile.members)
    source.shuffle(shuffled)
    names = {str(member["id"]): f"x{index}" for index, member in enumerate(shuffled)}
    other = replace(profile, members=tuple({**member, "id": names[str(member["id"])]} for member in shuffled))

    assert answers(screen(law, other).determinations, {}) == answers(screen(law, profile).determinations, names)


@given(drawn())
def test_irrelevant_facts_do_not_matter(case: tuple[Rules, Profile]) -> None:
    """Facts that no rule of the pack reads change nothing."""
    law, profile = case
    members = tuple({**member, "name": "某某", "hiv": "none", "veteran": True} for member in profile.members)
    other = replace(profile, members=members, household={**profile.household, "only_home": True})
    limits = boundaries(law)
    assert not {"name", "hiv", "veteran"} & limits.person.keys()
    assert "only_home" not in limits.household

    assert answers(screen(law, other).determinations, {}) == answers(screen(law, profile).determinations, {})


@given(drawn(), st.randoms(use_true_random=False))
def test_more_facts_never_flip_a_settled_answer(case: tuple[Rules, Profile], source: random.Random) -> None:
    """Whatever is settled with less known is settled the same way with more; defaults aside (M2, M4)."""
    law, profile = case
    kept = {"id", "died", "members_complete"}

    def less(facts: dict[str, object]) -> dict[str, object]:
        return {name: value for name, value in facts.items() if name in kept or source.random() < 0.6}

    household, members = consistent(law, less(dict(profile.household)), [less(dict(each)) for each in profile.members])
    fewer = screen(law, replace(profile, household=household, members=members))
    more = screen(law, profile)

    for before in fewer.determinations:
        after = more.find(before.entitlement, before.subject)
        if before.outcome != "undetermined" and after is not None:
            assert after.outcome == before.outcome, (before, after)


@given(drawn())
def test_what_is_missing_is_said_exactly_when_something_is(case: tuple[Rules, Profile]) -> None:
    """A settled answer misses nothing, an open one names what it waits for, and no amount is below zero."""
    law, profile = case
    for found in screen(law, profile).determinations:
        assert bool(found.missing) is (found.outcome == "undetermined"), found
        assert found.amount is None or not found.amount.yuan.startswith("-")
        assert not (found.outcome == "ineligible" and (found.amount or found.amount_missing))


@given(drawn(), st.randoms(use_true_random=False))
def test_learning_what_is_missing_narrows_the_question(case: tuple[Rules, Profile], source: random.Random) -> None:
    """Once the missing facts of an answer are known it is settled, or it names others: never the same again."""
    law, profile = case
    limits = boundaries(law)
    household, members = dict(profile.household), [dict(each) for each in profile.members]
    by_id = {str(each["id"]): each for each in members}
    waiting = [each for each in screen(law, profile).determinations if each.missing]
    if not waiting:
        return
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
