"""Arithmetic over tables in whole numerators, and elapsed time: exact, and the same in every engine (MEANING M10, M28, M29)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import reduce
from math import lcm
from typing import Any

from eligibility.builtin import BUILTINS
from eligibility.columns.cells import NO, Cell, chosen, compared, constant, either, latest
from eligibility.columns.terms import INT64, among, case, lit
from eligibility.money import UNITS_IN_FEN

_SIGNS: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_YEAR, _LONG_MONTH = 12, 31


def reckoned(sign: str, left: Cell, right: Cell) -> Cell:
    """Returns a sum, a difference, a product, or a quotient by a whole constant."""
    if sign == "/":
        return replace(left, denominator=left.denominator * int(right.held))
    if sign == "*":
        common = left.denominator * right.denominator
    else:
        common = lcm(left.denominator, right.denominator)
        left, right = left.over(common), right.over(common)
    if any(each.fixed and each.held is None for each in (left, right)):
        return constant("number", None, common)
    if left.fixed and right.fixed:
        return constant("number", _SIGNS[sign](left.held, right.held), common)
    held = _SIGNS[sign](left.held if left.fixed else left.expr, right.held if right.fixed else right.expr)
    return Cell("number", held, denominator=common, at=latest((left, right)))


def divided(number: Cell, by: Cell) -> Cell:
    """Returns the whole quotient, cut down, of a numerator by something that is greater than zero where it counts.

    The remainder comes off first, with whatever sign the engine gives it, so that what is left divides exactly: some
    engines cut towards zero, and some divide in floating point.
    """
    if number.fixed and by.fixed:
        return constant("number", None if None in {number.held, by.held} else number.held // by.held)
    divisor = by.held if by.fixed else by.expr
    if by.fixed and divisor == 1:
        return replace(number, denominator=1)
    rest = number.expr % divisor
    rest = case(rest.compared(operator.lt, 0), rest + divisor, rest)
    return Cell("number", ((number.expr - rest) // divisor).cast(INT64), at=latest((number, by)))


def called(function: str, cells: Sequence[Cell], unit: str | None) -> Cell:
    """Returns what a built-in function comes to."""
    if all(each.fixed for each in cells):
        return _constant(function, cells, unit)
    if function in {"min", "max"}:
        return reduce(lambda a, b: _extreme(function, a, b), cells)
    if function in {"yearly", "monthly"}:
        (rate,) = cells
        twelve = constant("number", _YEAR)
        return reckoned("*" if function == "yearly" else "/", rate, twelve)
    return _CALLS[function](cells, UNITS_IN_FEN[unit] if unit else 1)


def _constant(function: str, cells: Sequence[Cell], unit: str | None) -> Cell:
    values = [
        Fraction(each.held, each.denominator) if each.kind == "number" and each.held is not None else each.held
        for each in cells
    ]
    found = None if None in values else BUILTINS[function](*values, *((UNITS_IN_FEN[unit],) if unit else ()))
    kind = _YIELDS.get(function, "number")
    if kind != "number":
        return constant(kind, found)  # type: ignore[arg-type]  # one of the kinds
    exact = Fraction(found) if found is not None else None
    if exact is None:
        return constant("number", None)
    return constant("number", exact.numerator, exact.denominator)


_YIELDS = {"born": "date", "sex_of": "text"}


def _extreme(function: str, left: Cell, right: Cell) -> Cell:
    common = lcm(left.denominator, right.denominator)
    left, right = left.over(common), right.over(common)
    return chosen(compared("<=" if function == "min" else ">=", left, right), left, right)


def _rounded(number: Cell, unit: int, *, half: bool = False) -> Cell:
    """Returns a number cut down to a multiple of a unit, or to the nearest one, halves up."""
    step = number.denominator * unit
    if half:
        number = reckoned("+", replace(number, held=number.held * 2, denominator=1), constant("number", step))
        step *= 2
    whole = divided(replace(number, denominator=1), constant("number", step))
    return reckoned("*", whole, constant("number", unit))


def _round_up(cells: Sequence[Cell], unit: int) -> Cell:
    (number,) = cells
    minus = constant("number", -1)
    return reckoned("*", _rounded(reckoned("*", number, minus), unit), minus)


def _per_head(cells: Sequence[Cell], _: int) -> Cell:
    total, heads = cells
    return chosen(compared(">", heads, constant("number", 0)), divided(total, heads), constant("number", None))


def _months(cells: Sequence[Cell], _: int) -> Cell:
    start, end = cells
    count = reckoned("-", _month_of(end), _month_of(start))
    short = _ends_before(start, end)
    if not (short.fixed and not short.held):
        count = reckoned("-", count, either(short, constant("number", 1), constant("number", 0)))
    return chosen(compared("<=", start, end), count, constant("number", None))


def _years(cells: Sequence[Cell], unit: int) -> Cell:
    return divided(_months(cells, unit), constant("number", _YEAR))


def _month_of(day: Cell) -> Cell:
    """Returns the number of a month, counted from the year nought."""
    if day.fixed:
        return constant("number", day.held.year * _YEAR + day.held.month if day.held else None)
    held = day.held.called("dt.year").cast(INT64) * _YEAR + day.held.called("dt.month").cast(INT64)
    return Cell("number", held, at=day.at)


def _day_of(day: Cell) -> Cell:
    if day.fixed:
        return constant("number", day.held.day if day.held else None)
    return Cell("number", day.held.called("dt.day").cast(INT64), at=day.at)


def _ends_before(start: Cell, end: Cell) -> Cell:
    """Returns whether the last month is not full: its day is not reached, and the month has more days than that."""
    later = compared(">", _day_of(start), _day_of(end))
    if end.fixed:
        return later if end.held is not None and end.held.day < _last_day(end.held) else NO
    at_end = compared("==", _day_of(end), _days_in(end))
    return Cell("bool", later.expr & ~at_end.expr, at=latest((start, end)))


def _last_day(day: date) -> int:
    last = _LONG_MONTH
    while True:
        try:
            return day.replace(day=last).day
        except ValueError:
            last -= 1


def _days_in(day: Cell) -> Cell:
    """Returns how many days the month of a day has."""
    year, month = day.held.called("dt.year").cast(INT64), day.held.called("dt.month").cast(INT64)
    by_four, by_hundred, by_four_hundred = ((year % each).compared(operator.eq, 0) for each in (4, 100, 400))
    leap = (by_four & ~by_hundred) | by_four_hundred
    february = case(leap, lit(29, INT64), lit(28, INT64))
    others = case(among(month, (4, 6, 9, 11)), lit(30, INT64), lit(_LONG_MONTH, INT64))
    return Cell("number", case(month.compared(operator.eq, 2), february, others), at=day.at)


def _born(cells: Sequence[Cell], _: int) -> Cell:
    (number,) = cells
    return Cell("date", number.held.called("str.slice", 6, 8).called("str.to_date", "%Y%m%d"), at=number.at)


def _sex(cells: Sequence[Cell], _: int) -> Cell:
    (number,) = cells
    odd = Cell("number", number.held.called("str.slice", 16, 1).cast(INT64) % 2, at=number.at)
    return chosen(compared("==", odd, constant("number", 1)), constant("text", "male"), constant("text", "female"))


_CALLS: dict[str, Callable[[Sequence[Cell], int], Cell]] = {
    "months": _months,
    "years": _years,
    "round_down": lambda cells, unit: _rounded(cells[0], unit),
    "round_up": _round_up,
    "round_half_up": lambda cells, unit: _rounded(cells[0], unit, half=True),
    "per_head": _per_head,
    "born": _born,
    "sex_of": _sex,
}
