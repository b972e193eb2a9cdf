"""What several conditions, or all members of a household, come to together while some facts are unknown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from eligibility.gathering import ORDERS
from eligibility.spread import ANYTHING, EITHER, Spread, compared, joined, one, reckoned

Each = tuple[Spread, Spread]
"""Of one member, whether it is among those asked, and what it comes to."""


def fold(parts: Iterable[Spread], *, decisive: bool, complete: bool = True) -> Spread:
    """Returns what several conditions come to together.

    Args:
        parts: what each may come to.
        decisive: the truth that settles it alone: true for `or`, false for `and`.
        complete: whether there are no others; else nothing but that truth is settled.
    """
    may, rest, open = False, complete, not complete
    for each in parts:
        values = each.truths
        if each.impossible:
            return Spread(frozenset())
        if decisive in values:
            if len(values) == 1 and not each.open:
                return one(decisive)
            may = True
        # The other truth needs every part to come to it.
        rest &= (not decisive) in values
        open |= each.open
    return Spread(frozenset(truth for truth, can in ((decisive, may), (not decisive, rest)) if can), open=open)


def gathered(gathering: str, members: Iterable[Each], *, complete: bool) -> Spread:
    """Returns what a quantifier comes to (MEANING M2, M3).

    Args:
        gathering: `any`, `all`, `count`, `sum`, `min` or `max`.
        members: the living members.
        complete: whether there are no others.
    """
    if gathering == "any":
        return fold((fold(each, decisive=False) for each in members), decisive=True, complete=complete)
    if gathering == "all":
        return fold(
            (fold((_not(among), body), decisive=True) for among, body in members), decisive=False, complete=complete
        )
    if not complete:
        return one(None)
    if gathering == "count":
        least, most, open = _tally(members)
        return Spread(None, least, most, open) if least < most else one(least)
    # Of the least and the greatest nothing is said: no rule waits for more.
    return _sum(members) if gathering == "sum" else ANYTHING.opened(open=True)


def counted_against(members: Iterable[Each], order: str, limit: Any, *, complete: bool) -> Spread:  # noqa: ANN401 - a whole number
    """Returns what a count against a constant comes to: its bounds settle it (MEANING M3)."""
    least, most, open = _tally(members)
    if least == most and complete:
        return one(ORDERS[order](least, limit))
    top = most if complete else None
    found = compared(order, Spread(None, least, top), one(limit))
    return found.opened(open=found.values == EITHER.values and (open or top is None))


def _not(spread: Spread) -> Spread:
    return Spread(frozenset(not each for each in spread.truths), open=spread.open)


def _tally(members: Iterable[Each]) -> tuple[int, int, bool]:
    """Returns how many are surely in, how many not surely out, and whether any of it may stay unknown."""
    least = most = 0
    open = False
    for each in members:
        inside = fold(each, decisive=False)
        least += inside.surely(value=True)
        most += True in inside.truths or inside.open
        open |= inside.open
    return least, most, open


def _sum(members: Iterable[Each]) -> Spread:
    total = one(0)
    for among, body in members:
        if among.impossible or body.impossible:
            return Spread(frozenset())
        if not among.surely(value=False):
            share = body if among.truths == {True} else joined([body, one(0)])
            total = reckoned("+", total, share).opened(open=among.open)
    return total
