"""What a part of a condition becomes for a solver: a truth as two formulas, a number in pieces, a code as cases; each may be unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import lcm
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
MOST_PIECES = 60
"""How many pairs of pieces are looked at one by one before a number is made an unknown of its own."""


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


def denied(item: Truth) -> Truth:
    """Returns the negation."""
    return Truth(item.no, item.yes, item.total)


def all_of(items: Sequence[Truth]) -> Truth:
    """Returns whether all hold; one that does not settles it."""
    held = every(*(each.yes for each in items))
    if all(each.total for each in items):
        return surely(held)
    return _settled(held, some(*(each.no for each in items)))


def _settled(yes: Formula, no: Formula) -> Truth:
    return Truth(yes, no, total=isinstance(yes, bool) and isinstance(no, bool) and yes is not no)


def any_of(items: Sequence[Truth]) -> Truth:
    """Returns whether any holds; one that does settles it."""
    held = some(*(each.yes for each in items))
    if all(each.total for each in items):
        return surely(held)
    return _settled(held, every(*(each.no for each in items)))


def simple(item: Number, room: Room) -> Number:
    """Returns a number of which every piece is a sum."""
    return replace(item, pieces=tuple((when, plain(base, room)) for when, base in item.pieces))


def plain(base: Base, room: Room) -> Sum:
    """Returns a piece as a sum."""
    return base if isinstance(base, Sum) else base.counted.whole(room).times(base.times)


def single(item: Number, room: Room) -> Sum:
    """Returns a number as one sum: a new unknown where it has several pieces."""
    item = simple(item, room)
    sums = [base for _, base in item.pieces if isinstance(base, Sum)]
    if len(sums) < 2:  # noqa: PLR2004 - nothing to choose from
        return sums[0] if sums else number(0)
    ends = [each.ends for each in sums]
    found = Sum(((room.whole("one", min(low for low, _ in ends), max(high for _, high in ends)), 1),))
    for (when, _), each in zip(item.pieces, sums, strict=True):
        room.require(some(no(when), every(at_most(found, each), at_most(each, found))))
    return found


def fewer(left: Number, right: Number, room: Room) -> tuple[Number, Number]:
    """Returns two numbers over one denominator, in so few pieces that each can meet each."""
    common = lcm(left.denominator, right.denominator)
    if len(left.pieces) * len(right.pieces) > MOST_PIECES:
        left, right = (
            replace(each, pieces=((True, single(each, room)),)) if len(each.pieces) > _FEW else each
            for each in (left, right)
        )
    return left.over(common), right.over(common)


_FEW = 4


def compared(order: str, left: Number, right: Number, room: Room) -> Truth:
    """Returns a comparison of two numbers."""
    left, right = fewer(left, right, room)
    known = every(left.known, right.known)
    if known is False:
        return OPEN
    pairs = [(every(a, b), base, other) for a, base in left.pieces for b, other in right.pieces]
    held = some(*(every(when, _ORDERS[order](base, other, room)) for when, base, other in pairs if when is not False))
    return truth(known, held)


def _under(left: Base, right: Base, room: Room) -> Formula:
    """Returns whether one piece is at most another."""
    if left == right:
        return True
    if isinstance(left, Scaled) and isinstance(right, Sum):
        found = _counted_under(left, right)
    elif isinstance(left, Sum) and isinstance(right, Scaled):
        found = _under_counted(left, right)
    else:
        found = None
    return at_most(plain(left, room), plain(right, room)) if found is None else found


def _counted_under(left: Scaled, right: Sum) -> Formula | None:
    """Returns whether a counted number is at most a sum; None where that is to be reckoned."""
    if not right.terms:
        return no(left.counted.at_least(right.constant // left.times + 1))
    if not isinstance(left.counted, Floor) or left.times > 1:
        return None
    divisor = left.counted.divisor
    return at_most(left.counted.sum, right.times(divisor) + number(divisor - 1))


def _under_counted(left: Sum, right: Scaled) -> Formula | None:
    """Returns whether a sum is at most a counted number; None where that is to be reckoned."""
    if not left.terms:
        return right.counted.at_least(-(-left.constant // right.times))
    if not isinstance(right.counted, Floor) or right.times > 1:
        return None
    return at_most(left.times(right.counted.divisor), right.counted.sum)


_ORDERS: dict[str, Callable[[Base, Base, Room], Formula]] = {
    "<=": _under,
    ">=": lambda left, right, room: _under(right, left, room),
    "<": lambda left, right, room: no(_under(right, left, room)),
    ">": lambda left, right, room: no(_under(left, right, room)),
    "==": lambda left, right, room: every(_under(left, right, room), _under(right, left, room)),
    "!=": lambda left, right, room: no(every(_under(left, right, room), _under(right, left, room))),
}


def alike(left: Code, right: Code) -> Truth:
    """Returns whether two codes are the same."""
    held = some(*(every(when, right.cases[code]) for code, when in left.cases.items() if code in right.cases))
    return truth(every(left.known, right.known), held)


def agreeing(left: Truth, right: Truth) -> Truth:
    """Returns whether two conditions come to the same."""
    same = some(every(left.yes, right.yes), every(left.no, right.no))
    if left.total and right.total:
        return surely(same)
    return Truth(same, some(every(left.yes, right.no), every(left.no, right.yes)))


def chosen(condition: Truth, then: Value, otherwise: Value) -> Value:
    """Returns one of two values by a condition; unknown where the condition is (MEANING M3)."""
    if isinstance(then, Truth) and isinstance(otherwise, Truth):
        yes = some(every(condition.yes, then.yes), every(condition.no, otherwise.yes))
        if condition.total and then.total and otherwise.total:
            return surely(yes)
        return Truth(yes, some(every(condition.yes, then.no), every(condition.no, otherwise.no)))
    assert not isinstance(then, Truth)  # noqa: S101 - both branches are of one type
    assert not isinstance(otherwise, Truth)  # noqa: S101 - likewise
    return sorted_out([(condition.yes, then), (condition.no, otherwise)], covers=condition.total)


def sorted_out(parts: Iterable[tuple[Formula, Number | Code]], *, covers: bool = False) -> Number | Code:
    """Returns what is one of several values of one type, each where something holds; nothing where none of that does.

    Args:
        parts: when it is each value; never two at once.
        covers: whether it is always one of them.
    """
    found = [(when, value) for when, value in parts if when is not False]
    always = covers and all(value.known is True for _, value in found)
    known = True if always else some(*(every(when, value.known) for when, value in found))
    if any(isinstance(value, Code) for _, value in found):
        cases: dict[str, Formula] = {}
        for when, value in found:
            for code, case in value.cases.items() if isinstance(value, Code) else ():
                cases[code] = some(cases.get(code, False), every(when, case))
        return Code(known, {code: case for code, case in cases.items() if case is not False})
    numbers = [(when, value) for when, value in found if isinstance(value, Number)]
    common = lcm(*(value.denominator for _, value in numbers))
    pieces = [(every(when, each), base) for when, value in numbers for each, base in value.over(common).pieces]
    return Number(known, merged(pieces), common)


def merged(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Returns pieces without those that never hold, and with one for each sum."""
    found: dict[Base, Formula] = {}
    for when, base in pieces:
        if when is not False:
            found[base] = some(found.get(base, False), when)
    return tuple((when, base) for base, when in found.items())
