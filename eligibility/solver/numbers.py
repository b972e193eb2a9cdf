"""Arithmetic for a solver in whole numerators: sums, products with what is fixed, rounding, and a share for each head (MEANING M28, M29)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import lcm

from eligibility.money import UNITS_IN_FEN
from eligibility.solver.comparing import compared, fewer, plain, simple, single
from eligibility.solver.joining import sorted_out
from eligibility.solver.logic import Formula, Sum, every, no, number, some
from eligibility.solver.values import NOTHING, Base, Floor, Number, Piece, Room, Scaled, exactly, merged


def reckoned(sign: str, left: Number, right: Number, room: Room) -> Number:
    """Returns `+`, `-`, `*`, or `/` by a whole constant."""
    if sign == "*":
        return product(left, right, room)
    if sign == "/":
        (_, by), *_ = right.pieces
        divisor = by.constant if isinstance(by, Sum) else 1
        return replace(left, denominator=left.denominator * divisor)
    left, right = fewer(simple(left, room), simple(right, room), room)
    known = every(left.known, right.known)
    return Number(known, _pairs(left, right, room, lambda a, b: a + b if sign == "+" else a - b), left.denominator)


def product(left: Number, right: Number, room: Room) -> Number:
    """Returns a product, of which one factor is the same whatever the facts, case by case."""
    left, right = simple(left, room), simple(right, room)
    if any(isinstance(base, Sum) and base.terms for _, base in left.pieces):
        left, right = right, left
    pieces = _pairs(left, right, room, lambda a, b: b.times(a.constant))
    return Number(every(left.known, right.known), pieces, left.denominator * right.denominator)


def _pairs(left: Number, right: Number, room: Room, made: Callable[[Sum, Sum], Sum]) -> tuple[Piece, ...]:
    found = [
        (every(a, b), made(plain(base, room), plain(other, room)))
        for a, base in left.pieces
        for b, other in right.pieces
    ]
    return merged(found)


def extreme(items: Sequence[Number], room: Room, *, greatest: bool) -> Number:
    """Returns the greatest or the least of several numbers."""
    found = items[0]
    for each in items[1:]:
        first = compared(">=" if greatest else "<=", found, each, room)
        both = every(found.known, each.known)
        chosen = sorted_out([(first.yes, found), (first.no, each)])
        assert isinstance(chosen, Number)  # noqa: S101 - it is one of two numbers
        found = replace(chosen, known=both)
    return found


def rounded(function: str, item: Number, unit: str, room: Room) -> Number:
    """Returns an amount rounded to whole fen, jiao or yuan."""
    step = UNITS_IN_FEN[unit]
    divisor = item.denominator * step
    pieces = [(when, _rounded(function, plain(base, room), divisor, step)) for when, base in item.pieces]
    if function == "round_up":
        # What is rounded up is the negative of its negative rounded down.
        return reckoned("-", exactly(0), Number(item.known, tuple(pieces)), room)
    return Number(item.known, tuple(pieces))


def _rounded(function: str, base: Sum, divisor: int, step: int) -> Base:
    if function == "round_up":
        base = base.times(-1)
    if function == "round_half_up":
        base, divisor = base.times(2) + number(divisor), divisor * 2
    return number(base.constant // divisor * step) if not base.terms else Scaled(Floor(base, divisor), step)


def per_head(total: Number, heads: Number, room: Room) -> Number:
    """Returns a share of whole fen for each head, by how many heads there are; unknown where there are none."""
    found: list[tuple[Formula, Number]] = []
    for when, base in heads.pieces:
        count = base.constant if isinstance(base, Sum) and not base.terms else None
        if count is not None and count > 0:
            pieces = tuple((each, _rounded("", plain(sum_, room), count, 1)) for each, sum_ in total.pieces)
            found.append((when, replace(total, pieces=pieces)))
    if not found:
        return NOTHING
    share = sorted_out([(every(heads.known, when), value) for when, value in found])
    assert isinstance(share, Number)  # noqa: S101 - it is made of numbers
    return share


def called(function: str, items: Sequence[Number], unit: str | None, room: Room) -> Number:
    """Returns what a built-in function makes of numbers."""
    if function in {"min", "max"}:
        return extreme(items, room, greatest=function == "max")
    if function == "per_head":
        return per_head(items[0], items[1], room)
    if function == "yearly":
        return reckoned("*", items[0], exactly(12), room)
    if function == "monthly":
        return replace(items[0], denominator=items[0].denominator * 12)
    return rounded(function, items[0], unit or "fen", room)


def gathered(kind: str, items: Sequence[tuple[Formula, Number]], room: Room) -> Number:
    """Returns a sum, a least or a greatest over those for whom something holds; whether it is known is for the caller to say.

    Args:
        kind: `sum`, `min` or `max`.
        items: when each counts, and what it is.
        room: for new unknowns.
    """
    common = lcm(1, *(value.denominator for _, value in items))
    parts = [(when, value.over(common)) for when, value in items if when is not False]
    if kind != "sum":
        return _outermost(parts, room, "<=" if kind == "min" else ">=")
    total = exactly(0, common)
    for when, value in parts:
        counted = sorted_out([(when, replace(value, known=True)), (no(when), exactly(0, common))])
        assert isinstance(counted, Number)  # noqa: S101 - it is one of two numbers
        if len(counted.pieces) > 1 and any(not isinstance(base, Sum) or base.terms for _, base in counted.pieces):
            counted = replace(counted, pieces=((True, single(counted, room)),))
        total = replace(reckoned("+", total, counted, room), known=True)
    return total


def _outermost(parts: Sequence[tuple[Formula, Number]], room: Room, order: str) -> Number:
    found: list[tuple[Formula, Number]] = []
    for at, (when, value) in enumerate(parts):
        first = [
            some(no(other), compared(order if at < place else order[0], value, against, room).yes)
            for place, (other, against) in enumerate(parts)
            if place != at
        ]
        found.append((every(when, *first), value))
    outermost = sorted_out(found) if found else NOTHING
    assert isinstance(outermost, Number)  # noqa: S101 - it is made of numbers
    return outermost
