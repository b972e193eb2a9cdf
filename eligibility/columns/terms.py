"""Expressions over columns, kept as what they say: lowered once to those of Polars, or to those of Narwhals for other engines.

A part that several expressions share is one object, and is lowered once. Everything here exists, under the same names, in
both libraries; a truth is a nullable boolean in both, and its `&`, `|` and `~` are Kleene's.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

BOOLEAN, INT8, INT64, STRING, DATE = "Boolean", "Int8", "Int64", "String", "Date"
"""The types of columns, as both libraries call them."""


class Term:
    """One expression.

    Args:
        make: builds it in a library, from that library's own expressions of its parts.
        parts: what it is made of.
    """

    __slots__ = ("make", "parts")

    def __init__(self, make: Callable[..., Any], *parts: Term) -> None:
        """Keeps what it is made of."""
        self.make = make
        self.parts = parts

    def __invert__(self) -> Term:
        """Returns the negation."""
        return Term(lambda _, a: ~a, self)

    def __and__(self, other: Term) -> Term:
        """Returns whether both hold."""
        return _both(operator.and_, self, other)

    def __or__(self, other: Term) -> Term:
        """Returns whether one holds."""
        return _both(operator.or_, self, other)

    def __add__(self, other: Any) -> Term:  # noqa: ANN401 - another expression, or a plain value
        """Returns the sum."""
        return _both(operator.add, self, other)

    def __sub__(self, other: Any) -> Term:  # noqa: ANN401 - see above
        """Returns the difference."""
        return _both(operator.sub, self, other)

    def __rsub__(self, other: Any) -> Term:  # noqa: ANN401 - see above
        """Returns the difference from a plain value."""
        return Term(lambda _, a: other - a, self)

    def __mul__(self, other: Any) -> Term:  # noqa: ANN401 - see above
        """Returns the product."""
        return _both(operator.mul, self, other)

    def __floordiv__(self, other: Any) -> Term:  # noqa: ANN401 - see above
        """Returns the quotient, of which the caller knows that it is whole."""
        return _both(operator.floordiv, self, other)

    def __mod__(self, other: Any) -> Term:  # noqa: ANN401 - see above
        """Returns the remainder, with the sign that the engine gives it."""
        return _both(operator.mod, self, other)

    def compared(self, order: Callable[[Any, Any], Any], other: Any) -> Term:  # noqa: ANN401 - see above
        """Returns a comparison; null where a side is."""
        return _both(order, self, other)

    def called(self, method: str, *arguments: Any, **named: Any) -> Term:  # noqa: ANN401 - plain values
        """Returns what a method comes to; `str.slice` names one in a namespace."""
        return Term(lambda _, a: operator.attrgetter(method)(a)(*arguments, **named), self)

    def cast(self, type_: str) -> Term:
        """Returns the value in another type."""
        return Term(lambda module, a: a.cast(getattr(module, type_)), self)

    def is_null(self) -> Term:
        """Returns whether it is unknown."""
        return self.called("is_null")

    def fill_null(self, value: Any) -> Term:  # noqa: ANN401 - a plain value
        """Returns a plain value where it is unknown."""
        return self.called("fill_null", value)


def col(name: str) -> Term:
    """Returns a column."""
    return Term(lambda module: module.col(name))


def lit(value: Any, type_: str) -> Term:  # noqa: ANN401 - a plain value
    """Returns a constant of a type; None is null."""
    return Term(lambda module: module.lit(value, dtype=getattr(module, type_)))


def case(condition: Term, then: Term, otherwise: Term | None = None) -> Term:
    """Returns one of two; null where the condition does not hold and nothing else is given.

    Where the condition is null, engines take the other branch.
    """
    if otherwise is None:
        return Term(lambda module, c, a: module.when(c).then(a), condition, then)
    return Term(lambda module, c, a, b: module.when(c).then(a).otherwise(b), condition, then, otherwise)


def coalesce(first: Term, second: Term) -> Term:
    """Returns the first, or the second where that is null."""
    return Term(lambda module, a, b: module.coalesce(a, b), first, second)


def among(term: Term, values: Sequence[Any]) -> Term:
    """Returns whether a value is one of several; null where it is."""
    listed = list(values)
    return Term(lambda _, a: a.is_in(listed), term)


def _both(sign: Callable[[Any, Any], Any], left: Term, right: Any) -> Term:  # noqa: ANN401 - an expression, or a plain value
    if isinstance(right, Term):
        return Term(lambda _, a, b: sign(a, b), left, right)
    return Term(lambda _, a: sign(a, right), left)


class Lowering:
    """Lowers terms to one library, each once."""

    def __init__(self, module: ModuleType) -> None:
        """Takes Polars or Narwhals."""
        self.module = module
        self._made: dict[int, tuple[Term, Any]] = {}

    def of(self, term: Term) -> Any:  # noqa: ANN401 - an expression of the library
        """Returns the expression of the library."""
        found = self._made.get(id(term))
        if found is None:
            # The term is kept beside it, so that no other one can ever come to have the same identity.
            found = self._made[id(term)] = term, term.make(self.module, *(self.of(part) for part in term.parts))
        return found[1]
