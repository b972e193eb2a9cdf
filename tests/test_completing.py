"""Completions that the solver finds: each is a household that may be, and comes to what the solver says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packs_for_tests import family, shipped

from eligibility import Profile, Rules, screen
from eligibility.answer import Answer
from eligibility.asking import answers
from eligibility.derived import contradictions, prepare
from eligibility.solver import completing
from eligibility.solver.binding import DEAD
from eligibility.solver.completing import OUTCOMES, Completions
from eligibility.solver.households import facts
from eligibility.testing.strategies import boundary_profiles, partly_known, profiles

DAYS = (date(2017, 12, 31), date(2021, 7, 1))


def drawn() -> st.SearchStrategy[Profile]:
    """Draws a household known well, half or hardly."""
    makers = (profiles, partly_known, boundary_profiles)
    return st.one_of(*(make(shipped().on(day)) for day in DAYS for make in makers))


def completions(rules: Rules, profile: Profile, *, own_day: bool = True) -> Completions:
    """Returns the completions of a profile."""
    return Completions(prepare(rules, profile.household, profile.members, own_day=own_day), own_day=own_day)


def completed(profile: Profile, home: Any, given: Any) -> Profile:  # noqa: ANN401 - what the solver looked at, and what it found
    """Returns a profile with what a completion says of everything that was unknown."""
    living = {each["id"]: at for at, each in enumerate(home.prepared.situation.members)}
    if home.dead is not None:
        living[home.dead["id"]] = DEAD
    members = tuple(
        {**facts(home.world, given, living[each["id"]]), **each} if each["id"] in living else each
        for each in profile.members
    )
    return replace(profile, household={**facts(home.world, given, None), **profile.household}, members=members)


@settings(max_examples=12)
@given(drawn())
def test_every_completion_comes_to_what_the_solver_says(profile: Profile) -> None:
    """Each completion that was found contradicts nothing, and the core gives it the outcome for which it was found."""
    rules = shipped().on(profile.as_of or DAYS[0])
    if profile.household.get("members_complete") is False:
        return
    found = completions(rules, profile)
    for each in answers(rules, found.prepared):
        if each.outcome == "undetermined":
            found.outcomes(each)
    for home in found._homes.values():
        for completion in home.seen[:6]:
            more = completed(profile, home, completion.given)
            assert not any(contradictions(rules, more.household, more.members)), more
            screening = screen(rules, more)
            for asked in home.open:
                answer = screening.find(asked.rule.entitlement.id, subject(home, asked.who))
                outcome = next(each for each in OUTCOMES if completion.holds(asked.outcome(each)))
                assert answer is not None
                assert (answer.entitlement, answer.outcome) == (asked.rule.entitlement.id, outcome), more


def subject(home: Any, who: int | None) -> str:  # noqa: ANN401 - what the solver looked at
    """Returns the id of a subject."""
    if who is None:
        return "household"
    return str(home.dead["id"] if who == DEAD else home.prepared.situation.members[who]["id"])


IMPOSSIBLE: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
    ({"age": 15, "discharged_on": "1997-02-28"}, {}),
    ({"single_person_dibao_class": 4}, {"dibao": "urban"}),
    ({}, {"income_total": "104.16", "income_per_person": "5.01"}),
)


@pytest.mark.parametrize(("member", "household"), IMPOSSIBLE)
def test_where_nobody_can_be_like_that_nothing_is_settled(member: dict[str, Any], household: dict[str, Any]) -> None:
    """What contradicts itself in a way that no single rule shows has no completion, and closes no answer."""
    rules = shipped().on(DAYS[0])
    profile = family(shipped(), member, day=DAYS[0], **household)
    found = completions(rules, profile)
    open_ones = [each for each in answers(rules, found.prepared) if each.outcome == "undetermined"]

    assert open_ones
    assert {found.outcomes(each) for each in open_ones} == {frozenset()}


def test_what_takes_too_much_work_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the solver gives up, nothing is said, and the answer is the one that there is without it."""
    rules = shipped().on(DAYS[0])
    profile = family(shipped(), {"age": 40, "hukou_county": "620402"}, {"relation": "child"}, day=DAYS[0])
    before = screen(rules, profile)
    monkeypatch.setattr(completing, "EFFORT", 1)
    found = completions(rules, profile)
    open_ones = [each for each in answers(rules, found.prepared) if each.outcome == "undetermined"]

    assert {found.outcomes(each) for each in open_ones} == {None}
    assert len(screen(rules, profile, certain=True).undetermined) <= len(before.undetermined)


def test_two_looks_come_to_the_same() -> None:
    """What is found does not hang on what was looked for before."""
    rules = shipped().on(DAYS[0])
    profile = family(shipped(), {"age": 40}, {"relation": "child", "discharged_on": "1950-01-01"}, day=DAYS[0])
    first, second = completions(rules, profile), completions(rules, profile)
    open_ones = [each for each in answers(rules, first.prepared) if each.outcome == "undetermined"]
    back = [each for each in answers(rules, second.prepared) if each.outcome == "undetermined"]

    def settled(found: Completions, answer: Answer) -> frozenset[str] | None:
        came_to = found.outcomes(answer)
        return came_to if came_to is not None and len(came_to) == 1 else None

    there = [settled(first, each) for each in open_ones]
    assert [settled(second, each) for each in reversed(back)] == there[::-1]
    assert any(there)
