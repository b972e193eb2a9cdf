"""At least how much, where an amount rests on an unknown figure whose floor is in force (MEANING M6)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from eligibility import ir
from eligibility.answer import Answer
from eligibility.checker import check
from eligibility.errors import Problems
from eligibility.evaluate import closure
from eligibility.ir import Expr
from eligibility.packs.calendar import Rules
from eligibility.packs.floors import FLOOR
from eligibility.situation import NOBODY

_RISING = {"min", "max", "round_down", "round_up", "round_half_up", "yearly", "monthly"}
"""Functions whose value never falls when an argument rises."""


def at_least(answer: Answer) -> int | None:
    """Returns what an unknown amount surely reaches, in fen: the floors in the place of the figures that are not held.

    No amount comes from a floor; this stands beside the amount, which stays unknown.
    """
    if not answer.tier()[1]:
        return None
    lacking = {each.name for each in answer.amount_missing() if each.kind == "parameter"}
    rules = answer.ruled.rules
    floored = frozenset(name for name in lacking if floor_of(name, rules) is not None)
    for when, amount in answer.ruled.tiers if floored else ():
        held = True if when is None else closure(when, rules)(answer.situation, answer.own, NOBODY)
        if held is True:
            value = closure(_lowered(amount, floored, rules), rules)(answer.situation, answer.own, NOBODY)
            return int(value) if value is not None and value > 0 else None
        if held is not False:
            return None
    return None


def floor_of(name: str, rules: Rules) -> ir.Figure | None:
    """Returns the floor of a figure, made once, or None where it has none."""
    if name + FLOOR not in rules.pack.contents.parameters:
        return None
    memo, key = rules.state.memo, ("floor", name)
    found: ir.Figure = memo.setdefault(key, ir.Figure(name + FLOOR))
    return found


def _lowered(amount: Expr, floored: frozenset[str], rules: Rules) -> Expr:
    """Returns an amount with floors in it, made once for each state of the law."""
    memo, key = rules.state.memo, ("lowered", id(amount), floored)
    if key not in memo:
        memo[key] = amount, _low(amount, floored, rules)
    found: Expr = memo[key][1]
    return found


def _low(expr: Expr, floored: Collection[str], rules: Rules) -> Expr:
    """Returns an expression with floors where a lower figure makes a lower value; elsewhere the figure stays unknown."""

    def low(part: Expr) -> Expr:
        return _low(part, floored, rules)

    if isinstance(expr, ir.Figure) and expr.name in floored:
        return floor_of(expr.name, rules) or expr
    if isinstance(expr, ir.Arithmetic):
        signed = expr.sign == "*" and not (_never_negative(expr.left, rules) and _never_negative(expr.right, rules))
        right = low(expr.right) if expr.sign in {"+", "*"} and not signed else expr.right
        return replace(expr, left=expr.left if signed else low(expr.left), right=right)
    if isinstance(expr, ir.Call) and expr.function in _RISING:
        return replace(expr, arguments=tuple(map(low, expr.arguments)))
    if isinstance(expr, ir.Choice):
        return replace(expr, then=low(expr.then), otherwise=low(expr.otherwise))
    return expr


def _never_negative(expr: Expr, rules: Rules) -> bool:
    return check(expr, rules.pack.contents.names, Problems()).low >= 0
