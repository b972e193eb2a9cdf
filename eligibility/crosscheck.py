"""Whether both engines say the same of what grants would open and end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from eligibility.chain import Ask, Consequence, Standing, Standings, consequences
from eligibility.derived import prepare
from eligibility.determinations import Claim
from eligibility.opinion import Opinion, Turn
from eligibility.packs.calendar import Rules
from eligibility.profile import Profile
from eligibility.screening import Screening
from eligibility.secondopinion import NoOpinionError, SecondOpinion, shared

UNCHANGED = "unchanged"
_TRUTHS = {"true": True, "false": False, "unknown": None}


def with_chains(
    rules: Rules,
    profile: Profile,
    screening: Screening,
    core: Sequence[Consequence],
    second: SecondOpinion | None = None,
) -> Opinion | None:
    """Returns the second opinion of a screening with what it says of grants; None where there was none.

    Args:
        rules: of the day of the screening.
        profile: what was screened.
        screening: its result, cross-checked.
        core: what the core says that grants would bring.
        second: who asks durable-rules; the one that this process shares where None.
    """
    opinion = screening.second_opinion
    if opinion is None or opinion.missing is not None:
        return opinion
    try:
        theirs = consequences(rules, profile, screening, durable(rules, second or shared()))
    except NoOpinionError as missing:
        return replace(opinion, missing=missing.why)
    return replace(opinion, turns=tuple(_turns(core, theirs)))


def durable(rules: Rules, second: SecondOpinion) -> Ask:
    """Returns what asks durable-rules in a chain of grants, each stratum after the statuses of the one before."""

    def ask(profile: Profile, grants: int) -> Standings:
        own_day = profile.as_of in {None, rules.day}
        prepared = prepare(rules, profile.household, profile.members, own_day=own_day)
        told = second.ask(rules, prepared, grants)
        return {claim: Standing(each.outcome, partial(_truths, each.gives)) for claim, each in told.items()}

    return ask


def _truths(gives: Sequence[str]) -> list[bool | None]:
    return [_TRUTHS[each] for each in gives]


def _turns(core: Sequence[Consequence], durable: Sequence[Consequence]) -> Iterator[Turn]:
    mine, theirs = ({each.claim: _effects(each) for each in found} for found in (core, durable))
    for granted in {**mine, **theirs}:
        ours, others = mine.get(granted, {}), theirs.get(granted, {})
        for claim in {**ours, **others}:
            pair = ours.get(claim, UNCHANGED), others.get(claim, UNCHANGED)
            if pair[0] != pair[1]:
                yield Turn(granted, claim, *pair)


def _effects(consequence: Consequence) -> dict[Claim, str]:
    return {each.claim: each.outcome for each in (*consequence.unlocks, *consequence.closes)}
