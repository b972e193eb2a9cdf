"""What a part of a condition becomes for a solver: a truth as two formulas, a number in pieces, a code as cases; each may be unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from eligibility.solver.logic import Formula, Sum, Whole, at_most, every, no, number, some


class Room(Protocol):
    """Where new unknowns come from, and where what must hold of them is kept.

    Args:
        memo: what was made before of something else.
    """

    memo: dict[Any, Any]

    def whole(self, name: str, low: int, high: int) -> Whole:
        """Returns a new whole number between two others."""
        ...

    def require(self, formula: Formula) -> None:
        """Keeps what must hold wherever one of its unknowns is asked about."""
        ...


class Counted(Protocol):
    """A whole number that is best compared as it is, and made an unknown only where it is reckoned with."""

    @property
    def ends(self) -> tuple[int, int]:
        """Returns between which numbers it lies."""
        ...

    def at_least(self, least: int) -> Formula:
        """Returns whether it is that much or more."""
        ...

    def whole(self, room: Room) -> Sum:
        """Returns it as a sum, where it is known."""
        ...


@dataclass(frozen=True, slots=True)
class Floor:
    """A sum divided by a whole number, without what is left over."""

    sum: Sum
    divisor: int

    @property
    def ends(self) -> tuple[int, int]:
        """Returns between which numbers it lies."""
        low, high = self.sum.ends
        return low // self.divisor, high // self.divisor

    def at_least(self, least: int) -> Formula:
        """Returns whether it is that much or more."""
        return at_most(number(least * self.divisor), self.sum)

    def whole(self, room: Room) -> Sum:
        """Returns it as a sum: a new number that lies just there."""
        low, high = self.ends
        found = Sum(((room.whole("floor", low, high), 1),))
        times = found.times(self.divisor)
        room.require(every(at_most(times, self.sum), at_most(self.sum, times + number(self.divisor - 1))))
        return found


@dataclass(frozen=True, slots=True)
class Scaled:
    """A counted number times a whole constant above nothing."""

    counted: Counted
    times: int = 1


Base = Sum | Scaled
Piece = tuple[Formula, Base]
"""When a number is this, and what it is then."""


@dataclass(frozen=True, slots=True)
class Truth:
    """A condition: whether it is certainly so, and whether it is certainly not so.

    Args:
        yes: whether it is so.
        no: whether it is not so.
        total: whether it is always one of the two.
    """

    yes: Formula
    no: Formula
    total: bool = False

    @property
    def known(self) -> Formula:
        """Whether it is settled."""
        return True if self.total else some(self.yes, self.no)

    def is_(self, value: bool | None) -> Formula:  # noqa: FBT001 - a truth
        """Returns whether it comes to a truth; None is unknown."""
        return no(self.known) if value is None else self.yes if value else self.no


@dataclass(frozen=True, slots=True)
class Number:
    """A number, an amount in fen or the number of a day, in pieces of which one holds where it is known.

    Args:
        known: whether it is known.
        pieces: which sums it may be, and when it is each.
        denominator: by what the sums are divided (MEANING M28).
    """

    known: Formula
    pieces: tuple[Piece, ...]
    denominator: int = 1

    def over(self, denominator: int) -> Number:
        """Returns the same over a multiple of its denominator."""
        times = denominator // self.denominator
        return replace(self, pieces=scaled(self.pieces, times), denominator=denominator)


@dataclass(frozen=True, slots=True)
class Code:
    """A choice, a place or a text: which it may be, and when it is each, where it is known."""

    known: Formula
    cases: Mapping[str, Formula]


Value = Truth | Number | Code
YES, NO, OPEN = Truth(yes=True, no=False, total=True), Truth(yes=False, no=True, total=True), Truth(yes=False, no=False)
NOTHING, NOWHERE = Number(known=False, pieces=()), Code(known=False, cases={})


def truth(known: Formula, held: Formula) -> Truth:
    """Returns a condition that is settled where something is known."""
    return surely(held) if known is True else Truth(every(known, held), every(known, no(held)))


def surely(held: Formula) -> Truth:
    """Returns a condition that is always settled."""
    return Truth(held, no(held), total=True)


def exactly(value: int, denominator: int = 1) -> Number:
    """Returns a constant."""
    return Number(known=True, pieces=((True, number(value)),), denominator=denominator)


def scaled(pieces: Iterable[Piece], times: int) -> tuple[Piece, ...]:
    """Returns pieces times a constant above nothing."""
    return tuple(
        (when, base.times(times) if isinstance(base, Sum) else Scaled(base.counted, base.times * times))
        for when, base in pieces
    )


def merged(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Returns pieces without those that never hold, and with one for each sum."""
    found: dict[Base, Formula] = {}
    for when, base in pieces:
        if when is not False:
            found[base] = some(found.get(base, False), when)
    return tuple((when, base) for base, when in found.items())


def restricted(value: Value, known: Formula) -> Value:
    """Returns a value that is known only where something holds."""
    if known is True:
        return value
    if isinstance(value, Truth):
        return Truth(every(known, value.yes), every(known, value.no))
    return replace(value, known=every(known, value.known))


def replace_known(value: Value) -> Value:
    """Returns a value taken to be known, for where it is."""
    return value if isinstance(value, Truth) else replace(value, known=True)
