"""THE meaning: ir and facts to a truth or a value, as closures.

Inside, `None` is unknown, in conditions as in values; `Truth` stands at the border. Each node becomes one closure over a
situation, the subject's own facts and the member at hand.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeGuard

from eligibility import gathering, ir
from eligibility.builtin import BUILTINS
from eligibility.conditions import is_condition
from eligibility.ir import Expr
from eligibility.money import UNITS_IN_FEN
from eligibility.packs.calendar import Rules
from eligibility.packs.figures import Entry, Table
from eligibility.situation import NOBODY, Closure, Facts, Situation, Value
from eligibility.truth import Truth


def evaluate(expr: Expr, situation: Situation, own: Facts = NOBODY, member: Facts = NOBODY) -> Truth | Value:
    """Returns what an expression comes to: a Truth for a condition, else the value, with None for unknown.

    Args:
        expr: parsed and checked.
        situation: the household and the day.
        own: the facts of the subject, where it is a person.
        member: the facts of the member at hand, inside a quantifier.
    """
    value = closure(expr, situation.rules)(situation, own, member)
    return Truth.of(value) if is_condition(expr, situation.rules) else value


def closure(expr: Expr, rules: Rules) -> Closure:
    """Returns the closure of an expression in the law of a day, made once."""
    memo = rules.state.memo
    key = id(expr)
    if key not in memo:
        # The expression is kept beside its closure, so that no other one can ever come to have the same identity.
        memo[key] = expr, _COMPILERS[type(expr)](expr, rules)
    found: Closure = memo[key][1]
    return found


def _literal(node: ir.Literal, _: Rules) -> Closure:
    value = node.value
    return lambda _s, _o, _m: value


def _fact(node: ir.Fact, _: Rules) -> Closure:
    name = node.name
    if node.scope == "own":
        return lambda _s, own, _m: own.get(name)
    if node.scope == "member":
        return lambda _s, _o, member: member.get(name)
    return lambda situation, _o, _m: situation.household.get(name)


def _concept(node: ir.Concept, rules: Rules) -> Closure:
    name, scope = node.name, node.scope
    body = rules.state.concepts.get(name)
    if body is None:
        return lambda _s, _o, _m: None
    inner = closure(body, rules)

    def read(situation: Situation, own: Facts, member: Facts) -> Value:
        whose = member if scope == "member" else own if scope == "own" else NOBODY
        key = (name, whose.get("id"))
        memo = situation.memo
        if key not in memo:
            memo[key] = inner(situation, whose, NOBODY)
        return memo[key]

    return read


def _figure(node: ir.Figure, rules: Rules) -> Closure:
    finder = figure_entry(node, rules)

    def read(situation: Situation, own: Facts, member: Facts) -> Value:
        entry, keys = finder(situation, own, member)
        return None if entry is None or None in keys else entry.at(keys)

    return read


Finder = Callable[[Situation, Facts, Facts], tuple[Entry | None, tuple[Value, ...]]]
"""Finds the dated value of a figure, and the keys of its row."""


def figure_entry(node: ir.Figure, rules: Rules) -> Finder:
    """Returns the function that finds the entry a figure is read from, and the row's keys."""
    table = rules.state.figures[node.name]
    by = rules.pack.contents.selectors.get(node.name, ())
    place = next((key for key in by if key.place), None)
    rows = [closure(key.expr, rules) for key in by if not key.place]
    here = closure(place.expr, rules) if place else None
    around = closure(place.wider, rules) if place and place.wider else None

    def find(situation: Situation, own: Facts, member: Facts) -> tuple[Entry | None, tuple[Value, ...]]:
        code = here(situation, own, member) if here else None
        wider = around(situation, own, member) if around and code is None else None
        return table.entry(code, wider), tuple(row(situation, own, member) for row in rows)

    return find


def _place(node: ir.PlaceOf, rules: Rules) -> Closure:
    inner, attribute = closure(node.place, rules), node.attribute
    if attribute in {"province", "city"}:
        digits = 2 if attribute == "province" else 4

        def part(situation: Situation, own: Facts, member: Facts) -> Value:
            code = inner(situation, own, member)
            return code[:digits] if code is not None and code.isdigit() and len(code) >= digits else None

        return part
    table = rules.state.attributes[attribute]
    contents = rules.pack.contents
    otherwise, listed = contents.otherwise.get(attribute), contents.places

    def read(situation: Situation, own: Facts, member: Facts) -> Value:
        code = inner(situation, own, member)
        return None if code is None else attribute_of(table, code, otherwise, listed)

    return read


def attribute_of(table: Table, code: str, otherwise: Value, listed: Mapping[str, Any]) -> Value:
    """Returns a place's attribute: its own entry's, or what holds for places that the pack does not list (M8)."""
    entry = table.entry(code, None)
    if entry is not None:
        return entry.value
    return None if code in listed else otherwise


def _as_of(_: ir.AsOf, __: Rules) -> Closure:
    return lambda situation, _o, _m: situation.rules.day


def _size(_: ir.Size, __: Rules) -> Closure:
    return lambda situation, _o, _m: len(situation.members) if situation.complete else None


def _not(node: ir.Not, rules: Rules) -> Closure:
    inner = closure(node.item, rules)

    def negate(situation: Situation, own: Facts, member: Facts) -> Value:
        value = inner(situation, own, member)
        return None if value is None else not value

    return negate


def _junction(node: ir.And | ir.Or, rules: Rules) -> Closure:
    items = tuple(closure(item, rules) for item in node.items)
    decisive = isinstance(node, ir.Or)

    def join(situation: Situation, own: Facts, member: Facts) -> Value:
        result: bool | None = not decisive
        for item in items:
            value = item(situation, own, member)
            if value is decisive:
                return decisive
            if value is None:
                result = None
        return result

    return join


_TURNED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _is_whole(expr: Expr) -> TypeGuard[ir.Literal]:
    return isinstance(expr, ir.Literal) and type(expr.value) is int


def _compare(node: ir.Compare, rules: Rules) -> Closure:
    for counted, limit, order in ((node.left, node.right, node.order), (node.right, node.left, _TURNED[node.order])):
        if isinstance(counted, ir.Quantifier) and counted.gathering == "count" and _is_whole(limit):
            body = closure(counted.body, rules)
            condition = closure(counted.condition, rules) if counted.condition is not None else None
            return gathering.bounded(body, condition, order, limit.value)
    order_of = gathering.ORDERS[node.order]
    right = closure(node.right, rules)
    left = closure(node.left, rules)

    def compare(situation: Situation, own: Facts, member: Facts) -> Value:
        a = left(situation, own, member)
        if a is None:
            return None
        b = right(situation, own, member)
        return None if b is None else order_of(a, b)

    return compare


def _in(node: ir.In, rules: Rules) -> Closure:
    if isinstance(node.item, ir.Quantifier) and node.item.gathering == "count":
        # Each value is settled by the bounds of the count, as in a comparison with it (MEANING M3).
        each = [ir.Compare("==", node.item, ir.Literal(value)) for value in node.values]
        return closure(ir.Or(tuple(each)), rules) if len(each) > 1 else closure(each[0], rules)
    inner, values = closure(node.item, rules), frozenset(node.values)

    def among(situation: Situation, own: Facts, member: Facts) -> Value:
        value = inner(situation, own, member)
        return None if value is None else value in values

    return among


_SIGNS: dict[str, Callable[[Value, Value], Value]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": Fraction,
}


def _arithmetic(node: ir.Arithmetic, rules: Rules) -> Closure:
    left, right, sign = closure(node.left, rules), closure(node.right, rules), _SIGNS[node.sign]

    def reckon(situation: Situation, own: Facts, member: Facts) -> Value:
        a = left(situation, own, member)
        b = right(situation, own, member)
        return None if a is None or b is None else sign(a, b)

    return reckon


def _choice(node: ir.Choice, rules: Rules) -> Closure:
    condition, then = closure(node.condition, rules), closure(node.then, rules)
    otherwise = closure(node.otherwise, rules)

    def choose(situation: Situation, own: Facts, member: Facts) -> Value:
        held = condition(situation, own, member)
        if held is None:
            return None
        return then(situation, own, member) if held else otherwise(situation, own, member)

    return choose


def _quantifier(node: ir.Quantifier, rules: Rules) -> Closure:
    body = closure(node.body, rules)
    condition = closure(node.condition, rules) if node.condition is not None else None
    return gathering.closure(node.gathering, body, condition)


def _call(node: ir.Call, rules: Rules) -> Closure:
    arguments = tuple(closure(argument, rules) for argument in node.arguments)
    function = BUILTINS[node.function]
    unit = (UNITS_IN_FEN[node.unit],) if node.unit else ()

    def apply(situation: Situation, own: Facts, member: Facts) -> Value:
        values = [argument(situation, own, member) for argument in arguments]
        return None if None in values else function(*values, *unit)

    return apply


_COMPILERS: dict[type, Callable[..., Closure]] = {
    ir.Literal: _literal,
    ir.Fact: _fact,
    ir.Figure: _figure,
    ir.Concept: _concept,
    ir.PlaceOf: _place,
    ir.AsOf: _as_of,
    ir.Size: _size,
    ir.Not: _not,
    ir.And: _junction,
    ir.Or: _junction,
    ir.Compare: _compare,
    ir.In: _in,
    ir.Arithmetic: _arithmetic,
    ir.Choice: _choice,
    ir.Quantifier: _quantifier,
    ir.Call: _call,
}
