"""Hypothesis strategies for profiles, drawn from a pack itself, that land on, just below and just above every limit."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from eligibility.derived import contradictions
from eligibility.packs.calendar import Rules
from eligibility.profile import Profile
from eligibility.testing.boundaries import Boundaries, boundaries

MOST_MEMBERS = 4
_KNOWN = (0.15, 0.5, 0.85, 1.0)
"""How much of what rules read is known: from almost nothing to everything."""


def profiles(rules: Rules) -> st.SearchStrategy[Profile]:
    """Returns profiles of one to four members, of whom anything from little to everything is known."""
    return st.builds(_seeded(rules), st.integers(0, 2**63), st.sampled_from(_KNOWN))


def partly_known(rules: Rules) -> st.SearchStrategy[Profile]:
    """Returns profiles of which about half is known."""
    return st.builds(_seeded(rules), st.integers(0, 2**63), st.just(0.5))


def boundary_profiles(rules: Rules) -> st.SearchStrategy[Profile]:
    """Returns profiles of which nearly everything is known, each fact at a value where some answer turns."""
    return st.builds(_seeded(rules), st.integers(0, 2**63), st.sampled_from((0.9, 1.0)))


def _seeded(rules: Rules) -> Any:  # noqa: ANN401 - a function of a seed and a share
    limits = boundaries(rules)

    def build(seed: int, known: float) -> Profile:
        return draw_profile(random.Random(seed), limits, known)  # noqa: S311 - tests need no secrets

    return build


def draw_profile(source: random.Random, limits: Boundaries, known: float) -> Profile:
    """Draws one profile that contradicts itself nowhere.

    Args:
        source: of chance; the same seed gives the same profile.
        limits: what to try for each fact.
        known: the share of facts that are known, between 0 and 1.
    """
    household = _facts(source, limits.household, known)
    members = [
        {"id": f"m{index}", **_facts(source, limits.person, known)} for index in range(source.randint(1, MOST_MEMBERS))
    ]
    for member in members:
        if source.random() < 0.9:  # noqa: PLR2004 - the dead are few
            member.pop("died", None)
    if source.random() < 0.7:  # noqa: PLR2004 - most lists are whole
        household.pop("members_complete", None)
    return Profile("drawn", limits.rules.day, *consistent(limits.rules, household, members))


def _facts(source: random.Random, values: Mapping[str, tuple[Any, ...]], known: float) -> dict[str, Any]:
    return {name: source.choice(each) for name, each in values.items() if source.random() < known}


def consistent(
    rules: Rules, household: dict[str, Any], members: list[dict[str, Any]]
) -> tuple[dict[str, Any], tuple[dict[str, Any], ...]]:
    """Returns the facts without those that contradict others: they become unknown."""
    for _ in range(20):
        found = list(contradictions(rules, household, members))
        if not found:
            break
        for each in found:
            owner = household if each.subject is None else members[each.subject]
            gone = owner.pop(each.fact, None)
            if gone is None and each.against is not None:
                index, name = each.against
                (household if index is None else members[index]).pop(name, None)
    return household, tuple(members)
