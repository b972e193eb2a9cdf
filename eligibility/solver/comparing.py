"""Numbers compared for a solver, piece by piece: a number in many pieces becomes an unknown of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import lcm

from eligibility.solver.logic import Formula, Sum, at_most, every, no, number, some
from eligibility.solver.values import OPEN, Base, Floor, Number, Room, Scaled, Truth, truth

MOST_PIECES = 60
"""How many pairs of pieces are looked at one by one before a number is made an unknown of its own."""


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
