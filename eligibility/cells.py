"""Where to divide what a fact may be, so that conditions come out in each part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from eligibility import ir
from eligibility.ir import Expr
from eligibility.packs.calendar import Rules
from eligibility.spread import Spread, one


def written(expr: Expr, rules: Rules) -> Counter[str]:
    """Returns how often each fact is written in an expression, concepts and what selects figures opened."""
    memo, key = rules.state.memo, ("written", id(expr))
    if key not in memo:
        inner = list(ir.children(expr))
        if isinstance(expr, ir.Concept) and expr.name in rules.state.concepts:
            inner = [rules.state.concepts[expr.name]]
        elif isinstance(expr, ir.Figure):
            inner = [each.expr for each in rules.pack.contents.selectors.get(expr.name, ())]
        own = Counter({expr.name: 1} if isinstance(expr, ir.Fact) else {})
        # The expression is kept beside it, so that no other one can ever come to have the same identity.
        memo[key] = expr, sum((written(each, rules) for each in inner), own)
    found: Counter[str] = memo[key][1]
    return found


def compared(expr: Expr, name: str, rules: Rules) -> Iterator[Expr]:
    """Yields what an expression compares a fact with, or the whole list where it asks for one of several; concepts opened."""
    if isinstance(expr, ir.Compare):
        for side, other in ((expr.left, expr.right), (expr.right, expr.left)):
            if isinstance(side, ir.Fact) and side.name == name:
                yield other
    elif isinstance(expr, ir.In) and isinstance(expr.item, ir.Fact) and expr.item.name == name:
        yield expr
    elif isinstance(expr, ir.Concept) and expr.name in rules.state.concepts:
        yield from compared(rules.state.concepts[expr.name], name, rules)
    for child in ir.children(expr):
        yield from compared(child, name, rules)


def between(spread: Spread, cuts: set[Any]) -> Iterator[Spread]:
    """Yields a range in parts: each cut alone, and what lies between two of them."""
    low, high = spread.low, spread.high
    step: Any = timedelta(1) if any(isinstance(each, date) for each in (*cuts, low, high)) else 1
    for cut in sorted(cuts):
        if (low is not None and cut < low) or (high is not None and cut > high):
            continue
        if low is None or low < cut:
            yield Spread(None, low, cut - step)
        yield one(cut)
        low = cut + step
    if low is None or high is None or low <= high:
        yield Spread(None, low, high)
