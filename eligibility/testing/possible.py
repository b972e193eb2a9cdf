"""To what a condition can come at all while some figures are not held, whatever the facts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from eligibility import ir
from eligibility.evaluate import closure
from eligibility.ir import Expr
from eligibility.packs.calendar import Rules
from eligibility.packs.figures import Entry
from eligibility.situation import NOBODY, Situation
from eligibility.testing.boundaries import opened
from eligibility.words import Words

Truths = frozenset[bool | None]
"""What a condition may come to; None is unknown."""

_ANY: Truths = frozenset({True, False, None})
_OPEN: Truths = frozenset({None})


def possible(expr: Expr, rules: Rules) -> Truths:
    """Returns what a condition may come to; facts are taken to be independent, so what is left out surely cannot be.

    Args:
        expr: the condition.
        rules: of the day: they say which figures are held.
    """
    match expr:
        case ir.Not(item):
            return frozenset(None if each is None else not each for each in possible(item, rules))
        case ir.And(items) | ir.Or(items):
            decisive = isinstance(expr, ir.Or)
            return reduce(lambda one, other: _joined(one, other, decisive=decisive), _all(items, rules))
        case ir.Concept(_, name):
            return possible(rules.state.concepts[name], rules) if name in rules.state.concepts else _OPEN
        case ir.Choice():
            return _choice(expr, rules)
        case ir.Quantifier(gathering, body) if gathering in {"any", "all"}:
            decisive = gathering == "any"
            return _ANY if decisive in possible(body, rules) else _ANY - {decisive}
        case _:
            return _figure(expr, rules) if isinstance(expr, ir.Figure) else _leaf(expr, rules)


def lacking(expr: Expr, rules: Rules) -> dict[str, Words]:
    """Returns the figures that a condition reads and the pack does not hold on the day, each with its reason."""
    figures = {node.name for node in opened(expr, rules) if isinstance(node, ir.Figure)}
    return {
        name: entry.said.unknown
        for name in sorted(figures)
        for entry in _entries(name, rules)
        if entry.said.unknown is not None
    }


def _all(items: tuple[Expr, ...], rules: Rules) -> Iterator[Truths]:
    return (possible(item, rules) for item in items)


def _joined(one: Truths, other: Truths, *, decisive: bool) -> Truths:
    """Returns what two sides of an `or` or an `and` may come to together."""
    return frozenset(
        decisive if decisive in {a, b} else None if None in {a, b} else not decisive for a in one for b in other
    )


def _choice(expr: ir.Choice, rules: Rules) -> Truths:
    held = possible(expr.condition, rules)
    branches = [part for truth, part in ((True, expr.then), (False, expr.otherwise)) if truth in held]
    return (held & _OPEN).union(*(possible(part, rules) for part in branches))


def _figure(expr: ir.Figure, rules: Rules) -> Truths:
    """Returns what a figure says on the day, wherever; unknown too where a place or a row selects it."""
    selected = rules.pack.contents.selectors.get(expr.name)
    values = {each for entry in _entries(expr.name, rules) for each in (entry.rows.values() or (entry.value,))}
    return frozenset(
        None if each is None else bool(each) for each in values | ({None} if selected or not values else set())
    )


def _leaf(expr: Expr, rules: Rules) -> Truths:
    """Returns what a comparison or a fact may come to: anything, unless no fact moves it or a side is not held."""
    if any(_unheld(part, rules) for part in ir.children(expr)):
        return _OPEN
    nodes = list(opened(expr, rules))
    moved = any(isinstance(node, ir.Fact | ir.Size | ir.Quantifier) for node in nodes) or any(
        isinstance(node, ir.Figure) and node.name in rules.pack.contents.selectors for node in nodes
    )
    return _ANY if moved else frozenset({closure(expr, rules)(Situation(rules, {}, []), NOBODY, NOBODY)})


def _unheld(expr: Expr, rules: Rules) -> bool:
    """Returns whether a value is unknown whatever the facts, because a figure in it is not held."""
    match expr:
        case ir.Figure(name):
            return all(entry.said.unknown is not None for entry in _entries(name, rules))
        case ir.Concept(_, name):
            return name not in rules.state.concepts or _unheld(rules.state.concepts[name], rules)
        case ir.Choice(condition, then, otherwise):
            return possible(condition, rules) == _OPEN or (_unheld(then, rules) and _unheld(otherwise, rules))
        case ir.Quantifier() | ir.Not() | ir.And() | ir.Or():
            return False
        case _:
            return any(_unheld(part, rules) for part in ir.children(expr))


def _entries(name: str, rules: Rules) -> list[Entry]:
    return list(rules.state.figures[name].entries.values())
