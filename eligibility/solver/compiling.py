"""Conditions to formulas: each node of the ir as somebody reads it, with the meaning of `evaluate`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from eligibility import ir
from eligibility.builtin import BUILTINS
from eligibility.checker import check
from eligibility.errors import Problems
from eligibility.ir import Expr
from eligibility.packs.calendar import Rules
from eligibility.solver import members, numbers
from eligibility.solver.comparing import compared
from eligibility.solver.days import elapsed
from eligibility.solver.ground import Ground
from eligibility.solver.joining import agreeing, alike, all_of, any_of, chosen, denied
from eligibility.solver.logic import Formula
from eligibility.solver.lookup import Lookup, attribute, constant, digits, kind_of, switch, unknown
from eligibility.solver.members import Others, Seen
from eligibility.solver.values import NOWHERE, YES, Code, Number, Truth, Value, exactly

Who = int | None
"""The place of a member in the household; None where nobody is at hand, or the household."""
_TURNED: dict[str, ir.Order] = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Compiler(ABC):
    """Compiles conditions of one day for a household of unknowns.

    Args:
        rules: of the day.
        ground: where unknowns come from.
        count: how many living members there may be.
        closed: whether these are all; else what other members come to may be anything.
    """

    def __init__(self, rules: Rules, ground: Ground, count: int, *, closed: bool = True) -> None:
        """Takes the rules; everything is made when it is first asked for."""
        self.rules, self.ground, self.count, self.closed = rules, ground, count, closed
        self.contents = rules.pack.contents
        self.schema = self.contents.schema
        self._memo: dict[tuple[int, Who, Who], tuple[Expr, Value]] = {}
        self._concepts: dict[tuple[str, Who], Value] = {}

    @abstractmethod
    def fact(self, name: str, who: Who) -> Value:
        """Returns a fact of a member, or of the household."""

    @abstractmethod
    def present(self, who: int) -> Formula:
        """Returns whether there is such a living member."""

    def value(self, expr: Expr, own: Who = None, member: Who = None) -> Value:
        """Returns what an expression becomes, made once for each who reads it.

        Args:
            expr: parsed and checked.
            own: the subject, where it is a person.
            member: the member at hand, inside a quantifier.
        """
        key = (id(expr), own, member)
        if key not in self._memo:
            self._memo[key] = expr, _NODES[type(expr)](self, expr, own, member)
        return self._memo[key][1]

    def truth(self, expr: Expr, own: Who = None, member: Who = None) -> Truth:
        """Returns what a condition becomes."""
        found = self.value(expr, own, member)
        assert isinstance(found, Truth)  # noqa: S101 - the checker has seen to it
        return found

    def number(self, expr: Expr, own: Who = None, member: Who = None) -> Number:
        """Returns what a number, an amount or a day becomes."""
        found = self.value(expr, own, member)
        assert isinstance(found, Number)  # noqa: S101 - the checker has seen to it
        return found

    def read(self, node: ir.Fact, own: Who, member: Who) -> Value:
        """Returns a fact as somebody reads it."""
        if node.scope == "household":
            return self.fact(node.name, None)
        who = own if node.scope == "own" else member
        return self.fact(node.name, who) if who is not None else unknown(kind_of(self.schema.facts[node.name].kind))

    def concept(self, node: ir.Concept, own: Who, member: Who) -> Value:
        """Returns a concept as somebody reads it, made once for each."""
        who = {"household": None, "own": own, "member": member}[node.scope]
        key = (node.name, who)
        if key not in self._concepts:
            body = self.rules.state.concepts.get(node.name)
            kind = kind_of(self.contents.names.concepts[node.name][1])
            self._concepts[key] = unknown(kind) if body is None else self.value(body, who)
        return self._concepts[key]

    def figure(self, node: ir.Figure, own: Who, member: Who) -> Value:
        """Returns a figure of the pack."""
        by = self.contents.selectors.get(node.name, ())
        place = next((key for key in by if key.place), None)
        return Lookup(
            kind_of(self.contents.names.figures[node.name]),
            self.rules.state.figures[node.name],
            self.code(place.expr, own, member) if place else None,
            self.code(place.wider, own, member) if place and place.wider else None,
            [self.value(key.expr, own, member) for key in by if not key.place],
            self.ground,
        ).value()

    def code(self, expr: Expr, own: Who, member: Who) -> Code:
        """Returns what a choice or a place becomes."""
        found = self.value(expr, own, member)
        return found if isinstance(found, Code) else NOWHERE

    def place(self, node: ir.PlaceOf, own: Who, member: Who) -> Value:
        """Returns what a place is."""
        place = self.code(node.place, own, member)
        if node.attribute in {"province", "city"}:
            return digits(place, 2 if node.attribute == "province" else 4)
        table, otherwise = self.rules.state.attributes[node.attribute], self.contents.otherwise.get(node.attribute)
        kind = kind_of(self.contents.names.attributes[node.attribute])
        return attribute(table, place, otherwise, self.contents.places)(kind)

    def size(self) -> Number:
        """Returns the number of living members."""
        found = members.counted([self.present(each) for each in range(self.count)])
        if self.closed:
            return found
        others = self.others(ir.Size())
        more = Number(known=others.known, pieces=((True, others.least),))
        return numbers.reckoned("+", found, more, self.ground)

    def quantifier(self, node: ir.Quantifier, own: Who) -> Value:
        """Returns a quantifier."""
        others = None if self.closed else self.others(node)
        return members.quantified(node.gathering, self.seen(node, own), others, self.ground)

    def seen(self, node: ir.Quantifier, own: Who) -> list[Seen]:
        """Returns each living member as a quantifier sees it."""
        return [
            Seen(
                self.present(each),
                self.truth(node.condition, own, each) if node.condition is not None else YES,
                self.value(node.body, own, each),
            )
            for each in range(self.count)
        ]

    def others(self, node: Expr) -> Others:
        """Returns what members may come to who are not listed."""
        kind = check(node, self.contents.names, Problems())
        return Others.of(self.ground, kind.low, kind.high, kind.denominator)

    def compare(self, node: ir.Compare, own: Who, member: Who) -> Truth:
        """Returns a comparison; a count against a whole number is settled by its bounds (MEANING M3)."""
        for counted, limit, order in (
            (node.left, node.right, node.order),
            (node.right, node.left, _TURNED[node.order]),
        ):
            if is_count(counted) and isinstance(limit, ir.Literal) and type(limit.value) is int:
                return self.bounded(counted, order, limit.value, own)
        left, right = self.value(node.left, own, member), self.value(node.right, own, member)
        if isinstance(left, Number) and isinstance(right, Number):
            return compared(node.order, left, right, self.ground)
        found = alike(left, right) if isinstance(left, Code) and isinstance(right, Code) else None
        if isinstance(left, Truth) and isinstance(right, Truth):
            found = agreeing(left, right)
        assert found is not None  # noqa: S101 - both sides are of one type
        return found if node.order == "==" else denied(found)

    def bounded(self, node: Any, order: ir.Order, limit: int, own: Who) -> Truth:  # noqa: ANN401 - a quantifier
        """Returns a count against a whole number."""
        others = None if self.closed else self.others(node)
        bounds = members.tally(self.seen(node, own), others, self.ground)
        return members.bounded(order, limit, bounds, self.ground)

    def inside(self, node: ir.In, own: Who, member: Who) -> Truth:
        """Returns whether a value is one of those listed."""
        if is_count(node.item):
            return any_of([self.bounded(node.item, "==", int(each), own) for each in node.values])
        found = self.value(node.item, own, member)
        if isinstance(found, Code):
            return alike(found, Code(known=True, cases=dict.fromkeys(map(str, node.values), True)))
        assert isinstance(found, Number)  # noqa: S101 - nothing else is listed
        return any_of([compared("==", found, exactly(int(each)), self.ground) for each in node.values])

    def call(self, node: ir.Call, own: Who, member: Who) -> Value:
        """Returns a built-in function."""
        items = [self.value(each, own, member) for each in node.arguments]
        if node.function in {"born", "sex_of"}:
            return _says(node.function, items[0])
        found = [each for each in items if isinstance(each, Number)]
        if node.function in {"years", "months"}:
            return elapsed(node.function, found[0], found[1], self.ground)
        return numbers.called(node.function, found, node.unit, self.ground)


def _says(function: str, number: Value) -> Value:
    """Returns what a resident number says, where it is stated."""
    kind = "number" if function == "born" else "code"
    cases = number.cases.items() if isinstance(number, Code) else ()
    return switch(kind, ((when, constant(kind, BUILTINS[function](text))) for text, when in cases))


def is_count(expr: Expr) -> bool:
    """Returns whether an expression counts members."""
    return isinstance(expr, ir.Quantifier) and expr.gathering == "count"


def _literal(_: Compiler, node: ir.Literal, *__: Who) -> Value:
    value = node.value
    kind = "bool" if isinstance(value, bool) else "number" if isinstance(value, int | Fraction | date) else "code"
    return constant(kind, value)


def _arithmetic(compiler: Compiler, node: ir.Arithmetic, own: Who, member: Who) -> Value:
    left, right = compiler.number(node.left, own, member), compiler.number(node.right, own, member)
    return numbers.reckoned(node.sign, left, right, compiler.ground)


_NODES: dict[type, Callable[..., Value]] = {
    ir.Literal: _literal,
    ir.Fact: Compiler.read,
    ir.Figure: Compiler.figure,
    ir.Concept: Compiler.concept,
    ir.PlaceOf: Compiler.place,
    ir.AsOf: lambda compiler, _, __, ___: constant("number", compiler.rules.day),
    ir.Size: lambda compiler, _, __, ___: compiler.size(),
    ir.Not: lambda compiler, node, own, member: denied(compiler.truth(node.item, own, member)),
    ir.And: lambda compiler, node, own, member: all_of([compiler.truth(each, own, member) for each in node.items]),
    ir.Or: lambda compiler, node, own, member: any_of([compiler.truth(each, own, member) for each in node.items]),
    ir.Compare: Compiler.compare,
    ir.In: Compiler.inside,
    ir.Arithmetic: _arithmetic,
    ir.Choice: lambda compiler, node, own, member: chosen(
        compiler.truth(node.condition, own, member),
        compiler.value(node.then, own, member),
        compiler.value(node.otherwise, own, member),
    ),
    ir.Quantifier: lambda compiler, node, own, _: compiler.quantifier(node, own),
    ir.Call: Compiler.call,
}
