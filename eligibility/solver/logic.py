"""Formulas over unknowns, folded as they are made: flags, whole numbers, and sums of them up to a limit; no solver is asked yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import gcd


@dataclass(frozen=True, slots=True, eq=False)
class Flag:
    """Something that is so or not so."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """A whole number between two others, both included."""

    name: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of whole numbers, each times a constant, and a constant."""

    terms: tuple[tuple[Whole, int], ...] = ()
    constant: int = 0

    def __add__(self, other: Sum) -> Sum:
        """Returns both together; what comes to nothing is left out."""
        if not other.terms:
            return Sum(self.terms, self.constant + other.constant)
        found = dict(self.terms)
        for whole, times in other.terms:
            found[whole] = found.get(whole, 0) + times
        return Sum(tuple((whole, times) for whole, times in found.items() if times), self.constant + other.constant)

    def __sub__(self, other: Sum) -> Sum:
        """Returns the difference."""
        return self + other.times(-1)

    def times(self, factor: int) -> Sum:
        """Returns the sum times a constant."""
        if factor == 1:
            return self
        terms = tuple((whole, each * factor) for whole, each in self.terms) if factor else ()
        return Sum(terms, self.constant * factor)

    @property
    def ends(self) -> tuple[int, int]:
        """The least and the greatest value that the ranges allow."""
        low = high = self.constant
        for whole, times in self.terms:
            ends = (whole.low * times, whole.high * times)
            low, high = low + min(ends), high + max(ends)
        return low, high


@dataclass(frozen=True, slots=True, eq=False)
class AtMost:
    """Whether a sum without its constant is at most a limit."""

    terms: tuple[tuple[Whole, int], ...]
    limit: int


@dataclass(frozen=True, slots=True, eq=False)
class Denied:
    """The negation of a formula."""

    item: Flag | AtMost | Joined


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """Any of several formulas where `any`, else all of them."""

    items: tuple[Formula, ...]
    any: bool
    closed: list[tuple[Unknown, ...]] = field(default_factory=list, repr=False)


Formula = bool | Flag | AtMost | Denied | Joined
Unknown = Flag | Whole
Given = Mapping[Unknown, bool | int]
"""What each unknown is."""


def number(value: int) -> Sum:
    """Returns a constant as a sum."""
    return Sum((), value)


def of(whole: Whole) -> Sum:
    """Returns a whole number as a sum."""
    return Sum(((whole, 1),), 0)


def no(item: Formula) -> Formula:
    """Returns the negation."""
    if isinstance(item, bool):
        return not item
    return item.item if isinstance(item, Denied) else Denied(item)


def every(*items: Formula) -> Formula:
    """Returns whether all hold."""
    return _joined(items, decisive=False)


def some(*items: Formula) -> Formula:
    """Returns whether any holds."""
    return _joined(items, decisive=True)


def _joined(items: Iterable[Formula], *, decisive: bool) -> Formula:
    kept: dict[Formula, None] = {}
    for each in items:
        if isinstance(each, bool):
            if each is decisive:
                return decisive
        elif isinstance(each, Joined) and each.any is decisive:
            kept.update(dict.fromkeys(each.items))
        else:
            kept[each] = None
    if len(kept) < 2:  # noqa: PLR2004 - nothing to join
        return next(iter(kept), not decisive)
    denied = {each.item for each in kept if isinstance(each, Denied)}
    if not denied.isdisjoint(kept):
        return decisive
    return Joined(tuple(kept), decisive)


def follows(condition: Formula, then: Formula) -> Formula:
    """Returns whether something holds where a condition does."""
    return some(no(condition), then)


def same(one: Formula, other: Formula) -> Formula:
    """Returns whether two formulas come to the same."""
    if isinstance(one, bool):
        return other if one else no(other)
    if isinstance(other, bool):
        return one if other else no(one)
    return True if one is other else every(follows(one, other), follows(other, one))


def either(condition: Formula, then: Formula, otherwise: Formula) -> Formula:
    """Returns one of two formulas by a condition."""
    if isinstance(condition, bool):
        return then if condition else otherwise
    return then if then is otherwise else some(every(condition, then), every(no(condition), otherwise))


def at_most(left: Sum, right: Sum) -> Formula:
    """Returns whether one sum is at most another, decided at once where the ranges decide it."""
    apart = left - right
    low, high = apart.ends
    if high <= 0:
        return True
    if low > 0:
        return False
    share = gcd(*(times for _, times in apart.terms))
    return AtMost(tuple((whole, times // share) for whole, times in apart.terms), -apart.constant // share)


def equal(left: Sum, right: Sum) -> Formula:
    """Returns whether two sums are equal."""
    return every(at_most(left, right), at_most(right, left))


def unknowns(item: Formula) -> tuple[Unknown, ...]:
    """Returns the unknowns of a formula, once each, in the order in which they stand."""
    if isinstance(item, Joined):
        if not item.closed:
            found = dict.fromkeys(each for part in item.items for each in unknowns(part))
            item.closed.append(tuple(found))
        return item.closed[0]
    return tuple(_unknowns(item))


def _unknowns(item: Formula) -> Iterator[Unknown]:
    if isinstance(item, Denied):
        yield from unknowns(item.item)
    elif isinstance(item, AtMost):
        yield from (whole for whole, _ in item.terms)
    elif isinstance(item, Flag):
        yield item


def holds(item: Formula, given: Given, seen: dict[Formula, bool] | None = None) -> bool:
    """Returns what a formula comes to where every unknown of it is given.

    Args:
        item: the formula.
        given: what its unknowns are.
        seen: what parts of formulas came to before for the same; it grows.
    """
    if isinstance(item, bool):
        return item
    seen = {} if seen is None else seen
    found = seen.get(item)
    if found is None:
        found = seen[item] = _holds(item, given, seen)
    return found


def _holds(item: Flag | AtMost | Denied | Joined, given: Given, seen: dict[Formula, bool]) -> bool:
    if isinstance(item, Flag):
        return bool(given[item])
    if isinstance(item, Denied):
        return not holds(item.item, given, seen)
    if isinstance(item, AtMost):
        return total(Sum(item.terms, 0), given) <= item.limit
    return item.any is any(holds(each, given, seen) is item.any for each in item.items)


def total(item: Sum, given: Given) -> int:
    """Returns what a sum comes to."""
    return item.constant + sum(times * int(given[whole]) for whole, times in item.terms)
