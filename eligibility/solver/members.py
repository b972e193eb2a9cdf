"""Quantifiers for a solver: what the living members come to together, settled as far as what is known settles it (MEANING M2, M3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from eligibility import ir
from eligibility.solver.comparing import compared
from eligibility.solver.ground import Ground
from eligibility.solver.joining import all_of, any_of, denied
from eligibility.solver.logic import Formula, Sum, at_most, either, every, no, number, of, some
from eligibility.solver.numbers import gathered, reckoned
from eligibility.solver.values import NOTHING, Number, Truth, Value, exactly, surely

MOST_OTHERS = 100
"""How many members a household may have (MEANING M28)."""


@dataclass(frozen=True)
class Seen:
    """One member as a quantifier sees it.

    Args:
        there: whether the member is one of the household.
        among: whether the member is one of those who are asked.
        value: what is asked.
    """

    there: Formula
    among: Truth
    value: Value

    @property
    def inside(self) -> Formula:
        """Whether the member is there and surely among those who are asked."""
        return every(self.there, self.among.yes)

    @property
    def out(self) -> Formula:
        """Whether the member is not there, or surely not among those who are asked."""
        return some(no(self.there), self.among.no)


def quantified(kind: ir.Gathering, seen: Sequence[Seen], others: Others | None, ground: Ground) -> Value:
    """Returns a quantifier.

    Args:
        kind: which.
        seen: every member who may be there.
        others: what members may come to who are not listed, where the list is open.
        ground: for new unknowns.
    """
    if kind in {"any", "all"}:
        return settled(kind, seen, others)
    if kind == "count":
        least, most = tally(seen, others, ground)
        return replace(least, known=True if least is most else compared("==", least, most, ground).yes)
    return _gathered(kind, seen, others, ground)


@dataclass(frozen=True)
class Others:
    """What members may come to who are not listed: anything, since nothing is known of them.

    Args:
        decisive: whether one of them settles an `any` or an `all`.
        harmless: whether all of them are surely no such one.
        least: how many of them are surely counted.
        most: how many may be.
        known: whether everything is known of them that is gathered.
        total: what they add to a sum, or what the outermost of them is.
    """

    decisive: Formula
    harmless: Formula
    least: Sum
    most: Sum
    known: Formula
    total: Number

    @classmethod
    def of(cls, ground: Ground, low: int, high: int, denominator: int) -> Others:
        """Returns what they may come to, each of them between two numbers, or together where these are of a sum."""
        decisive, harmless = ground.flag("others decide"), ground.flag("others do not")
        least, most = (of(ground.whole("others", 0, MOST_OTHERS)) for _ in range(2))
        ground.require(no(every(decisive, harmless)))
        ground.require(at_most(least, most))
        known = ground.flag("others known")
        value = of(ground.whole("others' value", low, high))
        return cls(decisive, harmless, least, most, known, Number(known, ((True, value),), denominator))


UNKNOWN_OTHERS = Others(False, False, number(0), number(MOST_OTHERS), False, NOTHING)  # noqa: FBT003 - formulas
"""Members who are not listed while nothing of them is asked: there may be any number of them."""


def settled(kind: str, seen: Sequence[Seen], others: Others | None) -> Truth:
    """Returns `any` or `all`: one member who is surely so settles it."""
    wanted = kind == "any"
    each_one = [
        all_of([surely(each.there), each.among, each.value if wanted else denied(each.value)])
        for each in seen
        if isinstance(each.value, Truth)
    ]
    if others is not None:
        each_one.append(Truth(others.decisive, others.harmless))
    found = any_of(each_one)
    return found if wanted else denied(found)


def tally(seen: Sequence[Seen], others: Others | None, ground: Ground) -> tuple[Number, Number]:
    """Returns how many members are surely in, and how many are not surely out."""
    truths = [(each, each.value) for each in seen]
    inside = [all_of([surely(each.there), each.among, value]) for each, value in truths if isinstance(value, Truth)]
    least = counted([each.yes for each in inside])
    most = least if all(each.total for each in inside) else counted([no(each.no) for each in inside])
    if others is not None:
        least = reckoned("+", least, Number(known=True, pieces=((True, others.least),)), ground)
        most = reckoned("+", most, Number(known=True, pieces=((True, others.most),)), ground)
    return least, most


def counted(items: Sequence[Formula]) -> Number:
    """Returns how many of several formulas hold, case by case."""
    exactly_so: list[Formula] = [True]
    for each in items:
        more = [False, *exactly_so]
        exactly_so = [either(each, fewer_, same) for fewer_, same in zip(more, [*exactly_so, False], strict=True)]
    pieces = [(when, number(count)) for count, when in enumerate(exactly_so) if when is not False]
    return Number(known=True, pieces=tuple(pieces))


def bounded(order: ir.Order, limit: int, bounds: tuple[Number, Number], ground: Ground) -> Truth:
    """Returns a count against a whole number, settled by the bounds of the count."""
    least, most = bounds
    here = exactly(limit)
    if least is most:
        return compared(order, least, here, ground)
    if order in {"==", "!="}:
        both = every(compared("==", least, here, ground).yes, compared("==", most, here, ground).yes)
        outside = some(compared(">", least, here, ground).yes, compared("<", most, here, ground).yes)
        return Truth(both, outside) if order == "==" else Truth(outside, both)
    at_least, at_most = compared(order, least, here, ground), compared(order, most, here, ground)
    return Truth(every(at_least.yes, at_most.yes), every(at_least.no, at_most.no))


def _gathered(kind: str, seen: Sequence[Seen], others: Others | None, ground: Ground) -> Number:
    values = [(each, each.value) for each in seen]
    known = [
        True if each.among.total and value.known is True else some(each.out, every(each.inside, value.known))
        for each, value in values
    ]
    parts = [(each.inside, value) for each, value in values if isinstance(value, Number)]
    inside = [when for when, _ in parts]
    if others is not None:
        known.append(others.known)
        some_of_them = True if others.known is False else ground.flag("others there")
        parts.append((True if kind == "sum" else some_of_them, others.total))
        inside.append(some_of_them)
    found = gathered(kind, parts, ground)
    return replace(found, known=every(*known, True if kind == "sum" else some(*inside)))
