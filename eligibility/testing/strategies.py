"""Hypothesis strategies for profiles, drawn from a pack itself: aimed at its criteria, at and around every limit of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from hypothesis import strategies as st

from eligibility.ir import Expr
from eligibility.packs.calendar import Rules
from eligibility.profile import Profile
from eligibility.testing.aims import Aim, aims
from eligibility.testing.boundaries import Boundaries, boundaries
from eligibility.testing.chance import MOST, Chooser, Seeded
from eligibility.testing.drawing import KNOWN, any_aim, consistent, drawn
from eligibility.testing.entitling import entitling, excluding

__all__ = ["boundary_profiles", "consistent", "draw_profile", "entitled", "excluded", "partly_known", "profiles"]

T = TypeVar("T")

_whole = cache(st.integers)
_MOSTLY = (0.5, 0.9, 1.0)
_FINE = 10_000
"""How finely a choice tells whether a fact is known, and its value."""


def profiles(rules: Rules, only: Sequence[str] = ()) -> st.SearchStrategy[Profile]:
    """Returns profiles of none to six living members, of whom anything from nothing to everything is known.

    Args:
        rules: of the day.
        only: ids of entitlements: what they say is aimed at, and what they read is known; those of all where empty.
    """
    return _profiles(_From(boundaries(rules, only=only), aims(rules, only), KNOWN))


def partly_known(rules: Rules, only: Sequence[str] = ()) -> st.SearchStrategy[Profile]:
    """Returns profiles of which about half is known; see `profiles`."""
    return _profiles(_From(boundaries(rules, only=only), aims(rules, only), (0.5,)))


def boundary_profiles(rules: Rules, only: Sequence[str] = ()) -> st.SearchStrategy[Profile]:
    """Returns profiles of which nearly everything is known, each fact where some answer turns; see `profiles`."""
    return _profiles(_From(boundaries(rules, only=only), aims(rules, only), (0.9, 1.0)))


def entitled(rules: Rules, id: str, also: Sequence[Expr] = ()) -> st.SearchStrategy[Profile] | None:
    """Returns profiles in which somebody is eligible for an entitlement, where that can be found; most else is known.

    Args:
        rules: of the day.
        id: of the entitlement.
        also: conditions on the same subject that hold as well.

    Returns:
        The strategy; None where the entitlement is not in force, or nobody can be eligible since a figure is not held.

    Raises:
        UnknownName: the pack has no such entitlement.
    """
    found = entitling(rules, id, also)
    return _aimed(_From(*found, _MOSTLY)) if found is not None else None


def excluded(rules: Rules, id: str) -> st.SearchStrategy[Profile] | None:
    """Returns profiles in which one exclusion alone stands in somebody's way, where that can be found; see `entitled`."""
    found = excluding(rules, id)
    return _aimed(_From(*found, _MOSTLY)) if found is not None else None


def draw_profile(source: random.Random, limits: Boundaries, known: float, aim: Aim | None = None) -> Profile:
    """Draws one profile that contradicts itself nowhere, quickly and without shrinking.

    Args:
        source: of chance; the same seed gives the same profile.
        limits: what to try for each fact.
        known: the share of facts that are known beside those that the aim needs, between 0 and 1.
        aim: what it is to show, if that can be; any of the pack's conditions, or none, where None.
    """
    chooser = Seeded(source)
    return drawn(chooser, limits, known, aim or any_aim(chooser, aims(limits.rules)))


class _From:
    """What profiles are drawn from. It is told in a word: Hypothesis writes down strategies, and a whole pack would be in them."""

    def __init__(self, limits: Boundaries, at: Sequence[Aim], known: tuple[float, ...]) -> None:
        self.limits = limits
        self.at = at
        self.known = known

    def __repr__(self) -> str:
        return f"rules of {self.limits.rules.day}"


@st.composite
def _profiles(draw: st.DrawFn, held: _From) -> Profile:
    chooser = _Drawn(draw)
    aim = any_aim(chooser, held.at)
    return drawn(chooser, held.limits, chooser.pick(held.known), aim)


@st.composite
def _aimed(draw: st.DrawFn, held: _From) -> Profile:
    chooser = _Drawn(draw)
    aim = chooser.pick(held.at)
    return drawn(chooser, held.limits, chooser.pick(held.known), aim)


class _Drawn:
    """Lets Hypothesis choose, so that it can make a household smaller: less known, fewer members, nothing aimed at."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def pick(self, values: Sequence[T]) -> T:
        """Returns one of several values; the first is the simplest."""
        return values[self._draw(_whole(0, len(values) - 1))]

    def chance(self, share: float) -> bool:
        """Returns yes in about a share of all times; no is simplest, and possible even of all."""
        return self._draw(_whole(0, 99)) >= max(1, 100 - round(100 * share))

    def some(self, values: Mapping[str, Sequence[Any]], share: float) -> dict[str, Any]:
        """Returns a share of facts, each at one of its values; one choice tells both, and unknown is simplest."""
        unknown = max(1, _FINE - round(_FINE * share))
        found: dict[str, Any] = {}
        for name, each in values.items():
            chosen = self._draw(_whole(0, _FINE - 1)) - unknown
            if chosen >= 0:
                found[name] = each[chosen * len(each) // (_FINE - unknown)]
        return found

    def several(self, build: Callable[[Chooser], T]) -> list[T]:
        """Returns none to six of a kind."""
        return self._draw(st.lists(_one(build), max_size=MOST))


@st.composite
def _one(draw: st.DrawFn, build: Callable[[Chooser], T]) -> T:
    return build(_Drawn(draw))
