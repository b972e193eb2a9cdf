"""Why an expression came to its value: the value of each of its parts, concepts opened, quantifiers member by member."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eligibility import ir
from eligibility.evaluate import evaluate
from eligibility.ir import Expr
from eligibility.situation import NOBODY, Facts, Situation, Value
from eligibility.truth import Truth


@dataclass(frozen=True, slots=True)
class Trace:
    """Why an expression came to its value.

    Args:
        expr: the node.
        value: what it came to; a Truth for a condition.
        own: whose facts were read, the `id` among them.
        member: the member at hand, inside a quantifier.
        parts: the same for everything it rests on; for a quantifier, for each living member.
    """

    expr: Expr
    value: Truth | Value
    own: Facts
    member: Facts
    parts: tuple[Trace, ...]


def trace(expr: Expr, situation: Situation, own: Facts = NOBODY, member: Facts = NOBODY) -> Trace:
    """Returns the value of an expression with the values of all its parts; concepts are opened."""
    parts = tuple(trace(*part) for part in parts_of(expr, situation, own, member))
    return Trace(expr, evaluate(expr, situation, own, member), own, member, parts)


def parts_of(
    expr: Expr, situation: Situation, own: Facts, member: Facts
) -> Iterator[tuple[Expr, Situation, Facts, Facts]]:
    """Yields what a node rests on, each with whose facts it reads: concepts opened, quantifiers member by member."""
    if isinstance(expr, ir.Concept):
        body = situation.rules.state.concepts.get(expr.name)
        if body is not None:
            whose = {"own": own, "household": NOBODY, "member": member}[expr.scope]
            yield body, situation, whose, NOBODY
    elif isinstance(expr, ir.Quantifier):
        for each in situation.members:
            for child in reversed(ir.children(expr)):
                yield child, situation, own, each
    else:
        for child in ir.children(expr):
            yield child, situation, own, member
