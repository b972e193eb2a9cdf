"""Conditions on two rails: what is certainly so, and what is possibly so; what is possible and not certain is unknown.

A rail has tests of facts and no third value. `certain` keeps each test as written, and an absent field fails it; `possible`
lets an absent field pass. A negation swaps the rails: it is certain that not, where it is not possible.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from eligibility import ir
from eligibility.conditions import is_condition
from eligibility.errors import NotCompilable
from eligibility.evaluate import closure
from eligibility.ir import Expr, Scope
from eligibility.packs.calendar import Rules
from eligibility.printer import to_text
from eligibility.rete.formula import across, Constant, Formula, Probe, ProbeOrder, every, negated, some, witness
from eligibility.situation import NOBODY, Situation

How = Literal["base", "reckoned"]
TURNED: dict[str, ProbeOrder] = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
INVERSE: dict[str, ProbeOrder] = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True, slots=True)
class Derived:
    """What the core works out for a fact, because the engine of other hands does not reckon.

    Args:
        home: whose fact it is put on.
        fields: their names; two where both sides of a comparison are worked out, three never.
        exprs: what they come to; one for each field, or a `count` for its two bounds.
        how: `base` where it is a fact about one person or place (`age`, a county's line), `reckoned` where sums, counts or
            arithmetic between facts are in it.
    """

    home: Scope
    fields: tuple[str, ...]
    exprs: tuple[Expr, ...]
    how: How


@dataclass(frozen=True, slots=True)
class Free:
    """Whose facts an expression reads outside its own quantifiers, and what it does with them.

    Args:
        scopes: whose.
        reckons: whether it gathers, adds or chooses.
    """

    scopes: frozenset[Scope]
    reckons: bool


@dataclass
class Rails:
    """Puts conditions of one state of the law on the two rails.

    Args:
        rules: of a day of that state.
        derived: what has to be worked out, by the text of it and whose fact it goes on.
    """

    rules: Rules
    derived: dict[tuple[str, Scope], Derived] = field(default_factory=dict)

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

    def fixed(self, expr: Expr) -> bool:
        """Returns whether no fact and no day decides a value."""
        return not self.free(expr).scopes

    def free(self, expr: Expr, own: Scope = "own") -> Free:
        """Returns whose facts an expression reads, concepts and selectors of figures opened.

        Args:
            expr: parsed.
            own: as whom its own facts are read.
        """
        match expr:
            case ir.Fact(scope):
                return Free(frozenset({own if scope == "own" else scope}), reckons=False)
            case ir.Size():
                return Free(frozenset({"household"}), reckons=True)
            case ir.AsOf():
                return Free(frozenset({"household"}), reckons=False)
            case ir.Figure(name):
                selectors = self.rules.pack.contents.selectors.get(name, ())
                return _union([self.free(each.expr, own) for each in selectors])
            case ir.Concept(scope, name):
                body = self.rules.state.concepts.get(name)
                return Free(frozenset(), reckons=False) if body is None else self.free(body, own if scope == "own" else scope)
            case ir.Quantifier():
                inner = _union([self.free(each, own) for each in ir.children(expr)])
                return Free((inner.scopes - {"member"}) | {"household"}, reckons=True)
        parts = _union([self.free(each, own) for each in ir.children(expr)])
        reckons = isinstance(expr, ir.Arithmetic | ir.Choice) or (isinstance(expr, ir.Call) and expr.function not in _PLAIN)
        return Free(parts.scopes, parts.reckons or (reckons and bool(parts.scopes)))

    def value(self, expr: Expr) -> Any:  # noqa: ANN401 - of any type
        """Returns what a fixed value comes to."""
        return closure(expr, self.rules)(Situation(self.rules, NOBODY, ()), NOBODY, NOBODY)

    def home(self, *exprs: Expr) -> Scope:
        """Returns on whose fact values are put that are compared with each other.

        Raises:
            NotCompilable: they read the subject and another member at once.
        """
        scopes = _union([self.free(each) for each in exprs]).scopes
        if {"own", "member"} <= scopes:
            both = next(each for each in exprs if self.free(each).scopes & {"own", "member"})
            raise NotCompilable(" , ".join(map(to_text, exprs)), both.span)
        return "member" if "member" in scopes else "own" if "own" in scopes else "household"

    def work_out(self, home: Scope, *exprs: Expr, count: bool = False) -> tuple[str, ...]:
        """Returns the names of the fields that hold what the core works out for a fact."""
        key = ("count " * count + " | ".join(map(to_text, exprs)), home)
        if key not in self.derived:
            number = len(self.derived)
            many = 2 if count else len(exprs)
            fields = tuple(f"D{number}{'ab'[index]}" for index in range(many))
            how: How = "reckoned" if count or any(self.free(each).reckons for each in exprs) else "base"
            self.derived[key] = Derived(home, fields, exprs, how)
        return self.derived[key].fields


_PLAIN = frozenset({"years", "months", "monthly", "yearly"})
"""Functions of one person's dates, or of one figure: what they come to is a fact like any other."""


def _union(found: list[Free]) -> Free:
    return Free(frozenset().union(*(each.scopes for each in found)), any(each.reckons for each in found))


def _literal(rails: Rails, expr: ir.Literal, so: bool, possible: bool) -> Formula:  # noqa: FBT001 - the two ends of a rail
    return rails.constant(expr.value, so=so, possible=possible)


def _fact(_: Rails, expr: ir.Fact | ir.Concept, so: bool, possible: bool) -> Formula:  # noqa: FBT001
    """A yes-or-no fact, or a concept, whose truth the stratum before has put on the fact."""
    return Probe(expr.scope, expr.name, "==", so, absent=possible)


def _worked_out(rails: Rails, expr: Expr, so: bool, possible: bool) -> Formula:  # noqa: FBT001
    """A yes or no that a figure or a place gives."""
    if rails.fixed(expr):
        return rails.constant(rails.value(expr), so=so, possible=possible)
    home = rails.home(expr)
    (name,) = rails.work_out(home, expr)
    return Probe(home, name, "==", so, absent=possible)


def _not(rails: Rails, expr: ir.Not, so: bool, possible: bool) -> Formula:  # noqa: FBT001
    return rails.put(expr.item, so=not so, possible=possible)


def _and(rails: Rails, expr: ir.And, so: bool, possible: bool) -> Formula:  # noqa: FBT001
    return (every if so else some)([rails.put(item, so=so, possible=possible) for item in expr.items])


def _or(rails: Rails, expr: ir.Or, so: bool, possible: bool) -> Formula:  # noqa: FBT001
    return (some if so else every)([rails.put(item, so=so, possible=possible) for item in expr.items])


def _choice(rails: Rails, expr: ir.Choice, so: bool, possible: bool) -> Formula:  # noqa: FBT001
    """Where the condition is unknown the whole is, whatever the branches say (MEANING M3)."""
    yes, no = (rails.put(expr.condition, so=each, possible=possible) for each in (True, False))
    then, otherwise = (rails.put(each, so=so, possible=possible) for each in (expr.then, expr.otherwise))
    if possible:
        return every((some((no, then)), some((yes, otherwise))))
    return some((every((yes, then)), every((no, otherwise))))


def _in(rails: Rails, expr: ir.In, so: bool, possible: bool) -> Formula:  # noqa: FBT001
    order: ProbeOrder = "in" if so else "not in"
    if not _whole_valued(expr.item, rails):
        each = [ir.Compare("==", expr.item, ir.Literal(value), span=expr.span) for value in expr.values]
        return rails.put(ir.Or(tuple(each)) if len(each) > 1 else each[0], so=so, possible=possible)
    if rails.fixed(expr.item):
        value = rails.value(expr.item)
        return rails.constant(None if value is None else value in expr.values, so=so, possible=possible)
    home, name = _side(rails, expr.item)
    return Probe(home, name, order, tuple(expr.values), absent=possible)


def _compare(rails: Rails, expr: ir.Compare, so: bool, possible: bool) -> Formula:  # noqa: FBT001
    left, right, order = expr.left, expr.right, expr.order
    if is_condition(left, rails.rules):
        same, other = (right, ir.Not(right)) if order == "==" else (ir.Not(right), right)
        return rails.put(ir.Choice(left, same, other, span=expr.span), so=so, possible=possible)
    for counted, limit, turned in ((left, right, order), (right, left, TURNED[order])):
        if isinstance(counted, ir.Quantifier) and counted.gathering == "count" and type(_whole(limit)) is int:
            return _count(rails, counted, turned, _whole(limit), so=so, possible=possible)
    asked: ProbeOrder = order if so else INVERSE[order]
    if rails.fixed(left):
        left, right, asked = right, left, TURNED[asked]
    if rails.fixed(right):
        limit = rails.value(right)
        if limit is None or rails.fixed(left):
            answer = None if limit is None else rails.value(expr)
            return rails.constant(answer, so=so, possible=possible)
        if not isinstance(limit, Fraction) or limit.denominator == 1:
            if _whole_valued(left, rails):
                home, name = _side(rails, left)
                return Probe(home, name, asked, plain(limit), absent=possible)
    sides = [rails.free(each).scopes - {"household"} for each in (left, right)]
    if sorted(map(sorted, sides)) == [["member"], ["own"]]:
        if sides[0] == {"own"}:
            left, right, asked = right, left, TURNED[asked]
        return _between(rails, left, right, asked, possible=possible)
    home = rails.home(left, right)
    mine, other = rails.work_out(home, left, right)
    return Probe(home, mine, asked, beside=other, absent=possible)


def _between(rails: Rails, member: Expr, own: Expr, order: ProbeOrder, *, possible: bool) -> Formula:
    """A value of a member against one of the subject: two facts are joined."""
    if not (_whole_valued(member, rails) and _whole_valued(own, rails)):
        raise NotCompilable(f"{to_text(member)} , {to_text(own)}", member.span)
    mine, other = _side(rails, member)[1], _side(rails, own)[1]
    return across(mine, order, other, absent=possible)


def _whole(expr: Expr) -> Any:  # noqa: ANN401 - whatever the constant is
    return expr.value if isinstance(expr, ir.Literal) else None


def _whole_valued(expr: Expr, rails: Rails) -> bool:
    """Returns whether a value can only be whole: no division and no decimal constant is in it."""
    for node in ir.walk(expr):
        if isinstance(node, ir.Arithmetic | ir.Quantifier | ir.Choice):
            return False
        if isinstance(node, ir.Call) and node.function not in {"years", "months", "round_down", "round_up", "round_half_up"}:
            return False
        if isinstance(node, ir.Figure) and rails.rules.state.figures[node.name].series.kind.denominator > 1:
            return False
        if isinstance(node, ir.Concept):
            body = rails.rules.state.concepts.get(node.name)
            if body is not None and not _whole_valued(body, rails):
                return False
    return True


def _side(rails: Rails, expr: Expr) -> tuple[Scope, str]:
    """Returns where a value stands: a fact's own field, or one that is worked out."""
    if isinstance(expr, ir.Fact):
        return expr.scope, expr.name
    home = rails.home(expr)
    return home, rails.work_out(home, expr)[0]


def plain(value: Any) -> bool | int | str:  # noqa: ANN401 - any known value
    """Returns a known value as the engine has it: whole numbers, fen, day numbers, yes and no, keys."""
    if isinstance(value, date):
        return value.toordinal()
    if isinstance(value, bool | str):
        return value
    return int(value)


def _count(
    rails: Rails,
    expr: ir.Quantifier,
    order: str,
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
    return bound(lower if asked in {">", ">="} else upper, asked)  # type: ignore[arg-type]


def _quantifier(rails: Rails, expr: ir.Quantifier, so: bool, possible: bool) -> Formula:  # noqa: FBT001
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
