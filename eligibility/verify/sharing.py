"""What an entitlement reads of the law: where that is the same on two days, what is proved of one holds of the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from eligibility import ir
from eligibility.bonds import bonds
from eligibility.ir import Expr
from eligibility.packs.calendar import Rules
from eligibility.packs.floors import floors
from eligibility.ruled import ruled

Reading = frozenset[Any]
"""Everything that is read, each by what it is: the same twice only where the law is."""


def reading(rules: Rules, id: str) -> Reading:
    """Returns what an entitlement in force reads: its conditions and amounts, concepts, figures, places, rules between facts."""
    key = ("reading", id)
    found: Reading | None = rules.state.memo.get(key)
    if found is None:
        rule = ruled(rules, id)
        parts = [part.expr for part in rule.parts if part.expr is not None]
        tiers = [expr for pair in rule.tiers for expr in pair if expr is not None]
        own: list[Any] = [(part.id, part.exclusion, id_(part.expr)) for part in rule.parts]
        own += [("tier", at, id_(when), id_(amount)) for at, (when, amount) in enumerate(rule.tiers)]
        unsure = ("unsure", rule.ruling.unsure, rule.per, len(rule.parts))
        found = rules.state.memo[key] = between(rules) | frozenset([id, unsure, *own, *_read([*parts, *tiers], rules)])
    return found


def between(rules: Rules) -> Reading:
    """Returns what the rules between facts read."""
    found: Reading | None = rules.state.memo.get("reading of bonds")
    if found is None:
        exprs = [bond.expr for bond in bonds(rules)]
        found = rules.state.memo["reading of bonds"] = frozenset(_read(exprs, rules))
    return found


def _read(exprs: Iterable[Expr], rules: Rules) -> Iterator[Any]:
    waiting, seen = list(exprs), set[Any]()
    while waiting:
        expr = waiting.pop()
        for node in ir.walk(expr):
            if isinstance(node, ir.Literal) and isinstance(node.value, date):
                # A day in a condition may lie before the day of the law or after it.
                yield "day", rules.day
            name = node.attribute if isinstance(node, ir.PlaceOf) else getattr(node, "name", None)
            if name is None or (type(node), name) in seen:
                continue
            seen.add((type(node), name))
            yield from _behind(node, rules, waiting)


def _behind(node: Expr, rules: Rules, waiting: list[Expr]) -> Iterator[Any]:
    """Yields what a name stands for, and lets what that reads be looked at too."""
    state, contents = rules.state, rules.pack.contents
    if isinstance(node, ir.Concept):
        body = state.concepts.get(node.name)
        yield "concept", node.name, id_(body)
        waiting += [body] if body is not None else []
    elif isinstance(node, ir.Figure):
        names = [node.name, *(floor for name, floor in floors(contents.parameters) if name == node.name)]
        for name in names:
            yield from (("figure", name, place, id(entry)) for place, entry in state.figures[name].entries.items())
        waiting += [key.expr for key in contents.selectors.get(node.name, ())]
    elif isinstance(node, ir.PlaceOf) and node.attribute in state.attributes:
        entries = state.attributes[node.attribute].entries
        yield from (("place", node.attribute, place, id(entry)) for place, entry in entries.items())
    elif isinstance(node, ir.Fact):
        fact = contents.schema.facts[node.name]
        waiting += [each.expr for each in (fact.derive, fact.only_if) if each is not None]


def id_(expr: Expr | None) -> int | None:
    """Returns the identity of an expression, which the pack keeps for as long as it lives."""
    return None if expr is None else id(expr)
