"""What is put in the place of each node of a condition, one at a time: other operators, limits, connectives and figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from eligibility import ir
from eligibility.conditions import is_condition
from eligibility.ir import Expr
from eligibility.kinds import NUMERIC
from eligibility.packs.calendar import Rules
from eligibility.packs.figures import Series
from eligibility.testing.goals import compared

ORDERS: tuple[ir.Order, ...] = ("<", "<=", "==", "!=", ">=", ">")
MOST_FIGURES = 3
"""How many other figures of its unit are put in the place of one."""


Swap = tuple[Expr, Expr]


def swaps(expr: Expr, rules: Rules) -> Iterator[Swap]:
    """Yields each node of an expression with each thing that is put in its place; concepts are not opened."""
    for node in ir.walk(expr):
        for other in _instead(node, rules):
            yield node, other


def _instead(node: Expr, rules: Rules) -> Iterator[Expr]:
    """Yields each thing that is put in the place of a node."""
    match node:
        case ir.And() | ir.Or():
            yield from _junction(node)
        case ir.Compare():
            yield from _compare(node, rules)
        case ir.In():
            yield from _listed(node, rules)
        case ir.Quantifier():
            yield from _quantifier(node)
        case ir.Call():
            yield from _call(node)
        case ir.Figure():
            yield from _figure(node, rules)
        case ir.Fact() | ir.Concept() | ir.PlaceOf():
            yield from (ir.Not(node),) if is_condition(node, rules) else ()
        case _:
            yield from _simple(node)


def _simple(node: Expr) -> Iterator[Expr]:
    """Yields what is put in the place of a node that needs no rules to be read."""
    match node:
        case ir.Not(item):
            yield item
        case ir.Choice(condition, then, otherwise):
            yield ir.Choice(condition, otherwise, then)
        case ir.Arithmetic("+" | "-", left, right):
            yield ir.Arithmetic("-" if node.sign == "+" else "+", left, right)
        case ir.Literal(value):
            yield from (ir.Literal(each) for each in nearby(value))


def _listed(node: ir.In, rules: Rules) -> Iterator[Expr]:
    """Yields the negation of a list, and the list without each of its values and with each further one."""
    yield ir.Not(node)
    for each in node.values:
        left = tuple(value for value in node.values if value != each)
        yield ir.In(node.item, left) if left else ir.Literal(value=False)
    yield from (ir.In(node.item, (*node.values, each)) for each in _further(node.item, node.values, rules))


def _junction(node: ir.And | ir.Or) -> Iterator[Expr]:
    """Yields a junction of the other kind, and the same without each of its parts."""
    yield (ir.Or if isinstance(node, ir.And) else ir.And)(node.items)
    for at in range(len(node.items)):
        left = node.items[:at] + node.items[at + 1 :]
        yield left[0] if len(left) == 1 else type(node)(left)


def _compare(node: ir.Compare, rules: Rules) -> Iterator[Expr]:
    numeric = compared(node.left, rules.pack.contents.names).kind in {*NUMERIC, "date"}
    for order in ORDERS if numeric else ("==", "!="):
        if order != node.order:
            yield ir.Compare(order, node.left, node.right)
    for side, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(side, ir.Literal) and isinstance(side.value, str):
            for each in _further(other, (side.value,), rules):
                literal = ir.Literal(each)
                yield ir.Compare(node.order, *((literal, other) if side is node.left else (other, literal)))


def _further(item: Expr, values: Sequence[Any], rules: Rules) -> list[Any]:
    """Returns the values of a choice that are not listed."""
    kind = compared(item, rules.pack.contents.names)
    return [each for each in kind.values if each not in values] if kind.kind == "choice" else []


_OTHERS: Mapping[str, ir.Gathering] = {"any": "all", "all": "any", "min": "max", "max": "min"}


def _quantifier(node: ir.Quantifier) -> Iterator[Expr]:
    if node.gathering in _OTHERS:
        yield replace(node, gathering=_OTHERS[node.gathering])
    if node.condition is not None:
        yield replace(node, condition=None)


_ROUNDINGS = ("round_down", "round_up", "round_half_up")
_FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    "min": ("max",),
    "max": ("min",),
    "years": ("months",),
    "months": ("years",),
}


def _call(node: ir.Call) -> Iterator[Expr]:
    others = _FUNCTIONS.get(node.function, ())
    if node.function in _ROUNDINGS:
        others = tuple(each for each in _ROUNDINGS if each != node.function)
    for each in others:
        yield replace(node, function=each)
    if node.function in {"yearly", "monthly"}:
        yield node.arguments[0]


def nearby(value: Any) -> Iterator[Any]:  # noqa: ANN401 - a constant
    """Yields what lies one unit, fen or day beside a constant, or the other truth; nothing for a text."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, date):
        yield from (value + timedelta(step) for step in (-1, 1))
    elif isinstance(value, int):
        yield from (value + step for step in (-1, 1))
    elif isinstance(value, Fraction):
        yield from (value + Fraction(step, value.denominator) for step in (-1, 1))


def _figure(node: ir.Figure, rules: Rules) -> Iterator[Expr]:
    """Yields a figure turned where it is a truth, and other figures of its unit that are in force."""
    figures, own = rules.state.figures, rules.state.figures[node.name].series
    if own.kind.kind == "bool":
        yield ir.Not(node)
    alike = [
        name for name, table in figures.items() if name != node.name and _alike(table.series, own) and table.entries
    ]
    at = sum(name < node.name for name in alike)
    for name in [*alike[at:], *alike[:at]][:MOST_FIGURES]:
        yield ir.Figure(name)


def _alike(one: Series, other: Series) -> bool:
    kind = one.kind
    return (kind.kind, kind.unit, kind.values, kind.denominator) == (
        other.kind.kind,
        other.kind.unit,
        other.kind.values,
        other.kind.denominator,
    )
