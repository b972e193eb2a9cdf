"""Quantifiers over tables: what members come to together, settled as far as what is known settles it (MEANING M2, M3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eligibility.columns.cells import (
    Cell,
    compared,
    constant,
    denied,
    either,
    every,
    latest,
    some,
    surely,
    unknown,
)
from eligibility.columns.plan import How
from eligibility.columns.terms import INT8, INT64, case, lit
from eligibility.ir import Gathering

Gather = Callable[[Cell, How, Any], Cell]
"""Gathers a value of members that is never unknown, but for minima and maxima; what it is where nobody lives is the last."""
_FALSE, _OPEN, _TRUE = 0, 1, 2
_HOW: dict[Gathering, How] = {"sum": "sum", "min": "min", "max": "max"}


def quantified(kind: Gathering, body: Cell, among: Cell, gather: Gather, complete: Cell) -> Cell:
    """Returns a quantifier of any kind.

    Args:
        kind: which.
        body: what is asked of a member.
        among: whether the member is one of those who are asked.
        gather: gathers over the living members.
        complete: whether all members are listed; never unknown.
    """
    if kind == "count":
        return count(body, among, gather, complete)
    if kind in {"any", "all"}:
        return settled(kind, body, among, gather, complete)
    return gathered(kind, body, among, gather, complete)


def told(condition: Cell) -> Cell:
    """Returns a condition as a number: 0 false, 1 unknown, 2 true. Its greatest is `or`, its least `and`."""
    if condition.fixed:
        value = _OPEN if condition.held is None else _TRUE if condition.held else _FALSE
        return Cell("number", lit(value, INT8))
    false = case(~condition.held, lit(_FALSE, INT8), lit(_OPEN, INT8))
    return Cell("number", case(condition.held, lit(_TRUE, INT8), false), at=condition.at)


def settled(kind: str, body: Cell, among: Cell, gather: Gather, complete: Cell) -> Cell:
    """Returns `any` or `all`: one member that is surely so settles it, and an open list settles nothing else."""
    if kind == "any":
        code = gather(told(every(among, body)), "max", _FALSE)
        decided, rest, result = compared("==", code, constant("number", _TRUE)), _FALSE, True
    else:
        code = gather(told(some(denied(among), body)), "min", _TRUE)
        decided, rest, result = compared("==", code, constant("number", _FALSE)), _TRUE, False
    others = every(compared("==", code, constant("number", rest)), complete)
    open_ = either(others, constant("bool", not result), constant("bool", None))
    return either(decided, constant("bool", result), open_)


def tally(body: Cell, among: Cell, gather: Gather) -> tuple[Cell, Cell]:
    """Returns how many members are surely in, and how many are not surely out."""
    both = every(surely(body, is_=True), surely(among, is_=True))
    may = denied(some(surely(body, is_=False), surely(among, is_=False)))
    return gather(_one(both), "sum", 0), gather(_one(may), "sum", 0)


def _one(condition: Cell) -> Cell:
    one, none = lit(1, INT64), lit(0, INT64)
    if condition.fixed:
        return Cell("number", one if condition.held else none)
    return Cell("number", case(condition.held, one, none), at=condition.at)


def count(body: Cell, among: Cell, gather: Gather, complete: Cell) -> Cell:
    """Returns how many members there are, where that is sure."""
    least, most = tally(body, among, gather)
    return either(every(compared("==", least, most), complete), least, constant("number", None))


def bounded(order: str, limit: int, bounds: tuple[Cell, Cell], complete: Cell) -> Cell:
    """Returns a count compared with a whole number, settled by the bounds of the count."""
    least, most = bounds
    here = constant("number", limit)
    unsure = constant("bool", None)
    if order in {"==", "!="}:
        same = constant("bool", order == "==")
        sure = every(compared("==", least, most), complete)
        outside = some(compared("<", here, least), every(complete, compared(">", here, most)))
        known = either(compared("==", least, here), same, denied(same))
        return either(sure, known, either(outside, denied(same), unsure))
    at_least = compared(order, least, here)
    at_most = either(complete, compared(order, most, here), constant("bool", order in {">", ">="}))
    return either(compared("==", at_least, at_most), at_least, unsure)


def gathered(kind: Gathering, body: Cell, among: Cell, gather: Gather, complete: Cell) -> Cell:
    """Returns a sum, a least or a greatest: unknown with any value, or any membership, that is."""
    doubt = some(unknown(among), every(surely(among, is_=True), unknown(body)))
    doubts = gather(_one(doubt), "sum", 0)
    inside = surely(among, is_=True)
    value = _where(inside, body, 0 if kind == "sum" else None)
    total = gather(value, _HOW[kind], 0 if kind == "sum" else None)
    sure = every(compared("==", doubts, constant("number", 0)), complete)
    return either(sure, total, constant("number", None, body.denominator))


def _where(condition: Cell, value: Cell, otherwise: int | None) -> Cell:
    """Returns a number where a condition holds; the numerator alone counts."""
    expr = number = value.expr
    if not (condition.fixed and condition.held):
        rest = lit(otherwise, INT64)
        expr = rest if condition.fixed else case(condition.held, number, rest)
    if otherwise is not None:
        expr = expr.fill_null(otherwise)
    return Cell("number", expr, denominator=value.denominator, at=latest((condition, value)))


def surely_so(condition: Cell) -> Cell:
    """Returns whether a condition is certainly true; that is never unknown itself."""
    return surely(condition, is_=True)
