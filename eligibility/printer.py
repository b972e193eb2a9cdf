"""The ir back to condition text, with as few brackets as the syntax needs, and to plain words in zh or en."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from eligibility import ir
from eligibility.ir import Expr
from eligibility.wording import decimal, to_words

__all__ = ["to_text", "to_words"]

_CHOICE, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _ATOM = range(8)
"""How tightly a form holds together, the loosest first."""

_LEVELS: dict[type, int] = {
    ir.Choice: _CHOICE,
    ir.Or: _OR,
    ir.And: _AND,
    ir.Not: _NOT,
    ir.Compare: _COMPARE,
    ir.In: _COMPARE,
}


def to_text(expr: Expr) -> str:
    """Returns the condition text that the parser reads as the same ir."""
    return _WRITERS[type(expr)](expr)


def _level(expr: Expr) -> int:
    match expr:
        case ir.Not(ir.In()):
            return _COMPARE
        case ir.Arithmetic(sign):
            return _SUM if sign in "+-" else _PRODUCT
        # A number below zero opens with a minus: like a sum it needs brackets beside `*` and after another minus.
        case ir.Literal(value) if not isinstance(value, (str, date)) and value < 0:
            return _SUM
        case _:
            return _LEVELS.get(type(expr), _ATOM)


def _part(expr: Expr, least: int) -> str:
    """Returns a part, in brackets where it holds together less tightly than its place asks."""
    text = to_text(expr)
    return text if _level(expr) >= least else f"({text})"


def _literal(node: ir.Literal) -> str:
    value = node.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    return decimal(value)


def _quoted(text: str) -> str:
    return f"'{text}'" if '"' in text else f'"{text}"'


def _named(node: ir.Fact | ir.Concept) -> str:
    return f"m.{node.name}" if node.scope == "member" else node.name


def _not(node: ir.Not) -> str:
    if isinstance(node.item, ir.In):
        return _membership(node.item, "not in")
    return f"not {_part(node.item, _NOT)}"


def _membership(node: ir.In, word: str) -> str:
    values = ", ".join(_quoted(value) if isinstance(value, str) else str(value) for value in node.values)
    return f"{_part(node.item, _SUM)} {word} {{{values}}}"


def _arithmetic(node: ir.Arithmetic) -> str:
    own = _level(node)
    return f"{_part(node.left, own)} {node.sign} {_part(node.right, own + 1)}"


def _choice(node: ir.Choice) -> str:
    return f"{_part(node.then, _OR)} if {_part(node.condition, _OR)} else {to_text(node.otherwise)}"


def _quantifier(node: ir.Quantifier) -> str:
    filtered = f" if {_part(node.condition, _OR)}" if node.condition is not None else ""
    return f"{node.gathering}({to_text(node.body)} for m in members{filtered})"


def _call(node: ir.Call) -> str:
    parts = [to_text(argument) for argument in node.arguments]
    return f"{node.function}({', '.join([*parts, node.unit] if node.unit else parts)})"


_WRITERS: dict[type, Callable[[Any], str]] = {
    ir.Literal: _literal,
    ir.Fact: _named,
    ir.Concept: _named,
    ir.Figure: lambda node: node.name,
    ir.PlaceOf: lambda node: f"place({to_text(node.place)}).{node.attribute}",
    ir.AsOf: lambda _: "as_of",
    ir.Size: lambda _: "size",
    ir.Not: _not,
    ir.And: lambda node: " and ".join(_part(item, _NOT) for item in node.items),
    ir.Or: lambda node: " or ".join(_part(item, _AND) for item in node.items),
    ir.Compare: lambda node: f"{_part(node.left, _SUM)} {node.order} {_part(node.right, _SUM)}",
    ir.In: lambda node: _membership(node, "in"),
    ir.Arithmetic: _arithmetic,
    ir.Choice: _choice,
    ir.Quantifier: _quantifier,
    ir.Call: _call,
}
