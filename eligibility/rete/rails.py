"""Conditions on two rails: what is certainly so, and what is possibly so; what is possible and not certain is unknown.

A rail has tests of facts and no third value. `certain` keeps each test as written, and an absent field fails it; `possible`
lets an absent field pass. A negation swaps the rails: it is certain that not, where it is not possible.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from eligibility import ir
from eligibility.conditions import is_condition
from eligibility.errors import NotCompilable
from eligibility.ir import Expr
from eligibility.printer import to_text
from eligibility.rete.formula import Constant, Formula, Probe, ProbeOrder, across, every, negated, some
from eligibility.rete.ways import witness
from eligibility.rete.workings import Workings, field_of, plain

TURNED: dict[str, ProbeOrder] = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
INVERSE: dict[str, ProbeOrder] = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


class Rails(Workings):
    """Puts conditions of one state of the law on the two rails."""

    def put(self, expr: Expr, *, so: bool, possible: bool) -> Formula:
        """Returns the formula that says that a condition is certainly, or possibly, so or not so.

        Args:
            expr: a condition.
            so: whether it is to be true, or false.
            possible: on which rail.

        Raises:
            NotCompilable: it cannot be said in the subset of the engine that is sound.
        """
        way = _WAYS.get(type(expr))
        if way is None:
            raise NotCompilable(to_text(expr), expr.span)
        return way(self, expr, so, possible)

    def constant(self, value: Any, *, so: bool, possible: bool) -> Formula:  # noqa: ANN401 - of a condition, or None
        """Returns the formula of what no fact decides."""
        return Constant(possible if value is None else value is so)


def _literal(rails: Rails, expr: ir.Literal, so: bool, possible: bool) -> Formula:
    return rails.constant(expr.value, so=so, possible=possible)


def _fact(_: Rails, expr: ir.Fact | ir.Concept, so: bool, possible: bool) -> Formula:
    """A yes-or-no fact, or a concept, whose truth the stratum before has put on the fact."""
    return Probe(expr.scope, field_of(expr.name), "==", so, absent=possible)


def _worked_out(rails: Rails, expr: Expr, so: bool, possible: bool) -> Formula:
    """A yes or no that a figure or a place gives."""
    if rails.fixed(expr):
        return rails.constant(rails.value(expr), so=so, possible=possible)
    home = rails.home(expr)
    (name,) = rails.work_out(home, expr)
    return Probe(home, name, "==", so, absent=possible)


def _not(rails: Rails, expr: ir.Not, so: bool, possible: bool) -> Formula:
    return rails.put(expr.item, so=not so, possible=possible)


def _and(rails: Rails, expr: ir.And, so: bool, possible: bool) -> Formula:
    return (every if so else some)([rails.put(item, so=so, possible=possible) for item in expr.items])


def _or(rails: Rails, expr: ir.Or, so: bool, possible: bool) -> Formula:
    return (some if so else every)([rails.put(item, so=so, possible=possible) for item in expr.items])


def _choice(rails: Rails, expr: ir.Choice, so: bool, possible: bool) -> Formula:
    """Where the condition is unknown the whole is, whatever the branches say (MEANING M3)."""
    yes, no = (rails.put(expr.condition, so=each, possible=possible) for each in (True, False))
    then, otherwise = (rails.put(each, so=so, possible=possible) for each in (expr.then, expr.otherwise))
    if possible:
        return every((some((no, then)), some((yes, otherwise))))
    return some((every((yes, then)), every((no, otherwise))))


def _in(rails: Rails, expr: ir.In, so: bool, possible: bool) -> Formula:
    order: ProbeOrder = "in" if so else "not in"
    if not rails.whole_valued(expr.item):
        each = [ir.Compare("==", expr.item, ir.Literal(value), span=expr.span) for value in expr.values]
        return rails.put(ir.Or(tuple(each)) if len(each) > 1 else each[0], so=so, possible=possible)
    if rails.fixed(expr.item):
        value = rails.value(expr.item)
        return rails.constant(None if value is None else value in expr.values, so=so, possible=possible)
    home, name = rails.side(expr.item)
    return Probe(home, name, order, tuple(expr.values), absent=possible)


def _compare(rails: Rails, expr: ir.Compare, so: bool, possible: bool) -> Formula:
    left, right, order = expr.left, expr.right, expr.order
    if is_condition(left, rails.rules):
        same, other = (right, ir.Not(right)) if order == "==" else (ir.Not(right), right)
        return rails.put(ir.Choice(left, same, other, span=expr.span), so=so, possible=possible)
    for counted, limit, turned in ((left, right, order), (right, left, TURNED[order])):
        if isinstance(counted, ir.Quantifier) and counted.gathering == "count" and type(_whole(limit)) is int:
            return _count(rails, counted, turned, _whole(limit), so=so, possible=possible)
    if rails.fixed(left) and rails.fixed(right):
        return rails.constant(rails.value(expr), so=so, possible=possible)
    asked: ProbeOrder = order if so else INVERSE[order]
    return _valued(rails, left, right, asked, possible=possible)


def _valued(rails: Rails, left: Expr, right: Expr, order: ProbeOrder, *, possible: bool) -> Formula:
    """Two values of which facts decide at least one."""
    if rails.fixed(left):
        left, right, order = right, left, TURNED[order]
    if rails.fixed(right):
        limit = rails.value(right)
        if limit is None:
            return Constant(possible)
        if rails.whole_valued(left) and (not isinstance(limit, Fraction) or limit.denominator == 1):
            home, name = rails.side(left)
            return Probe(home, name, order, plain(limit), absent=possible)
    sides = [rails.free(each).scopes - {"household"} for each in (left, right)]
    if sides == [{"own"}, {"member"}]:
        return _between(rails, right, left, TURNED[order], possible=possible)
    if sides == [{"member"}, {"own"}]:
        return _between(rails, left, right, order, possible=possible)
    home = rails.home(left, right)
    mine, other = rails.work_out(home, left, right)
    return Probe(home, mine, order, beside=other, absent=possible)


def _between(rails: Rails, member: Expr, own: Expr, order: ProbeOrder, *, possible: bool) -> Formula:
    """A value of a member against one of the subject: two facts are joined."""
    if not (rails.whole_valued(member) and rails.whole_valued(own)):
        raise NotCompilable(f"{to_text(member)} , {to_text(own)}", member.span)
    mine, other = rails.side(member)[1], rails.side(own)[1]
    return across(mine, order, other, absent=possible)


def _whole(expr: Expr) -> Any:  # noqa: ANN401 - whatever the constant is
    return expr.value if isinstance(expr, ir.Literal) else None


def _count(
    rails: Rails,
    expr: ir.Quantifier,
    order: ProbeOrder,
    limit: int,
    *,
    so: bool,
    possible: bool,
) -> Formula:
    """A count against a whole number is settled by its bounds (MEANING M3)."""
    if rails.free(expr).scopes - {"household", "own"}:
        raise NotCompilable(to_text(expr), expr.span)
    home = rails.home(expr)
    least, most = rails.work_out(home, expr, count=True)
    asked = order if so else INVERSE[order]

    def bound(name: str, how: ProbeOrder) -> Probe:
        return Probe(home, name, how, limit, absent=name == most and how in {">", ">="})

    lower, upper = (most, least) if possible else (least, most)
    if asked == "==":
        return every((bound(lower, ">="), bound(upper, "<=")))
    if asked == "!=":
        return some((bound(lower, ">"), bound(upper, "<")))
    return bound(lower if asked in {">", ">="} else upper, asked)


def _quantifier(rails: Rails, expr: ir.Quantifier, so: bool, possible: bool) -> Formula:
    """Some member, or none: `all` is that none is otherwise; an open list may hold one more (MEANING M2)."""
    if expr.gathering not in {"any", "all"}:
        raise NotCompilable(to_text(expr), expr.span)
    wanted = so is (expr.gathering == "any")
    rail = possible if wanted else not possible
    asked = [rails.put(expr.body, so=expr.gathering == "any", possible=rail)]
    if expr.condition is not None:
        asked.insert(0, rails.put(expr.condition, so=True, possible=rail))
    found = witness(every(asked))
    complete = Probe("household", "COMPLETE", "==", value=True)
    if wanted:
        return some((found, Probe("household", "COMPLETE", "==", value=False))) if possible else found
    none = negated(found)
    return none if possible else every((none, complete))


Way = Callable[[Rails, Any, bool, bool], Formula]
_WAYS: dict[type, Way] = {
    ir.Literal: _literal,
    ir.Fact: _fact,
    ir.Concept: _fact,
    ir.Figure: _worked_out,
    ir.PlaceOf: _worked_out,
    ir.Not: _not,
    ir.And: _and,
    ir.Or: _or,
    ir.Choice: _choice,
    ir.In: _in,
    ir.Compare: _compare,
    ir.Quantifier: _quantifier,
}
