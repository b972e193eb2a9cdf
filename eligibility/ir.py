"""The typed expression: a dozen frozen nodes; spans take no part in equality."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal as OneOf

from eligibility.source import Span

Scope = OneOf["own", "household", "member"]
"""Whose fact it is: the subject's own, the household's, or that of the member a quantifier runs over."""
Order = OneOf["==", "!=", "<", "<=", ">", ">="]
Gathering = OneOf["any", "all", "count", "sum", "min", "max"]
Constant = bool | int | Fraction | str | date
Kind = OneOf["bool", "number", "money", "date", "choice", "place", "set", "text", "any"]


@dataclass(frozen=True, slots=True)
class Type:
    """What an expression yields.

    Args:
        kind: `any` is the type of what is already known to be wrong; it agrees with everything.
        unit: the unit of a number (`years`), or the period of money (`month`); None for a bare number.
        values: the values of a choice, or those beside codes of a place.
        low: the least value, in numerators over `denominator`; fen for money.
        high: the greatest value, likewise.
        denominator: by what the whole numerators are divided (MEANING M28).
        fixed: whether it is known once the law is: no fact decides its range (MEANING M29).
        level: of a place, `province` or `county`.
    """

    kind: Kind
    unit: str | None = None
    values: tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    denominator: int = 1
    fixed: bool = False
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """What every node has: where it was written."""

    span: Span | None = field(default=None, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A constant: a boolean, a whole or decimal number, a text or a day."""

    value: Constant


@dataclass(frozen=True, slots=True)
class Fact(Node):
    """A fact of the subject, of the household, or of the member at hand."""

    scope: Scope
    name: str


@dataclass(frozen=True, slots=True)
class Figure(Node):
    """A parameter of the pack, as the day, the place and the row give it."""

    name: str


@dataclass(frozen=True, slots=True)
class Concept(Node):
    """A named condition or amount of the pack, read on the subject, the household or the member at hand."""

    scope: Scope
    name: str


@dataclass(frozen=True, slots=True)
class PlaceOf(Node):
    """An attribute of a place: `place(code).province`."""

    place: Expr
    attribute: str


@dataclass(frozen=True, slots=True)
class AsOf(Node):
    """The day of the screening."""


@dataclass(frozen=True, slots=True)
class Size(Node):
    """The number of living members."""


@dataclass(frozen=True, slots=True)
class Not(Node):
    """The negation."""

    item: Expr


@dataclass(frozen=True, slots=True)
class And(Node):
    """All of two or more."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Any of two or more."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """Two values compared."""

    order: Order
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class In(Node):
    """Whether a value is one of those listed; the list is never empty."""

    item: Expr
    values: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`+`, `-`, `*`, or `/` by a whole constant."""

    sign: OneOf["+", "-", "*", "/"]
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Choice(Node):
    """`then if condition else otherwise`."""

    condition: Expr
    then: Expr
    otherwise: Expr


@dataclass(frozen=True, slots=True)
class Quantifier(Node):
    """Something over the living members, those for whom the condition holds."""

    gathering: Gathering
    body: Expr
    condition: Expr | None = None


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A built-in function; `unit` is the unit of a rounding."""

    function: str
    arguments: tuple[Expr, ...]
    unit: str | None = None


Expr = (
    Literal
    | Fact
    | Figure
    | Concept
    | PlaceOf
    | AsOf
    | Size
    | Not
    | And
    | Or
    | Compare
    | In
    | Arithmetic
    | Choice
    | Quantifier
    | Call
)


def children(expr: Expr) -> tuple[Expr, ...]:
    """Returns the parts of a node, in the order in which they are read."""
    match expr:
        case Not(item) | In(item) | PlaceOf(item):
            return (item,)
        case And(items) | Or(items) | Call(_, items):
            return items
        case Compare(_, left, right) | Arithmetic(_, left, right):
            return (left, right)
        case Choice(condition, then, otherwise):
            return (condition, then, otherwise)
        case Quantifier(_, body, condition):
            return (body,) if condition is None else (body, condition)
        case _:
            return ()


def walk(expr: Expr) -> Iterator[Expr]:
    """Yields a node and everything below it, in reading order."""
    yield expr
    for child in children(expr):
        yield from walk(child)
