"""A household asked and changed: what entitlements answer it, whether it contradicts itself, and the same with another fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from eligibility.answer import Answer
from eligibility.asking import answers
from eligibility.derived import contradictions, prepare
from eligibility.packs.calendar import Rules
from eligibility.profile import Profile


def answered(rules: Rules, profile: Profile, only: Sequence[str]) -> dict[tuple[str, str], Answer]:
    """Returns what some entitlements answer a household, by entitlement and subject."""
    own_day = profile.as_of in {None, rules.day}
    prepared = prepare(rules, profile.household, profile.members, own_day=own_day)
    return {(each.ruled.entitlement.id, each.subject): each for each in answers(rules, prepared, only)}


def possible(rules: Rules, profile: Profile) -> bool:
    """Returns whether a household contradicts itself nowhere."""
    return not any(contradictions(rules, profile.household, profile.members))


def stating(profile: Profile, whose: int | None, name: str, value: Any) -> Profile:  # noqa: ANN401 - a value of any fact
    """Returns a household with one fact that is another, or not known where the value is None."""

    def other(facts: Mapping[str, Any]) -> dict[str, Any]:
        rest = {each: kept for each, kept in facts.items() if each != name}
        return rest if value is None else {each: value if each == name else facts[each] for each in (*facts, name)}

    if whose is None:
        return replace(profile, household=other(profile.household))
    members = [other(facts) if at == whose else facts for at, facts in enumerate(profile.members)]
    return replace(profile, members=tuple(members))
