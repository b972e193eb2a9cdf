"""Comparisons that are decided before anything is known, by the ranges of what they compare."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from eligibility import ir
from eligibility.errors import Problem
from eligibility.ir import Expr, Type
from eligibility.kinds import NUMERIC
from eligibility.money import yuan
from eligibility.packs.calendar import RulePack
from eligibility.printer import to_text
from eligibility.schema import Names
from eligibility.testing.goals import compared
from eligibility.words import Words

_NEVER = Words("永远不成立", "is never true")
_ALWAYS = Words("永远成立", "is always true")


def decided(pack: RulePack) -> Iterator[Problem]:
    """Yields each comparison of a pack that is always or never true, or a value that is listed and never occurs."""
    contents = pack.contents
    written = [each for one in contents.entitlements.values() for _, each in one.expressions()]
    written += [version.body for concept in contents.concepts.values() for version in concept.versions]
    for each in written:
        for node in ir.walk(each.expr):
            if isinstance(node, ir.Compare):
                yield from _compare(node, contents.names)


def _compare(node: ir.Compare, names: Names) -> Iterator[Problem]:
    left, right = compared(node.left, names), compared(node.right, names)
    if not {left.kind, right.kind} <= NUMERIC:
        return
    found = _truth(node.order, _bounds(left), _bounds(right))
    if found is not None:
        said = _ALWAYS if found else _NEVER
        text = to_text(node)
        moved, kind = (node.right, right) if left.low == left.high else (node.left, left)
        yield Problem(Words(f"`{text}` {said.zh}", f"`{text}` {said.en}"), node.span, _lies(moved, kind))


def _bounds(kind: Type) -> tuple[Fraction, Fraction]:
    return Fraction(kind.low, kind.denominator), Fraction(kind.high, kind.denominator)


def _truth(order: str, left: tuple[Fraction, Fraction], right: tuple[Fraction, Fraction]) -> bool | None:
    """Returns what a comparison of anything in two ranges comes to, or None where that depends."""
    if order in {">", ">="}:
        return _truth("<" if order == ">" else "<=", right, left)
    apart = left[1] < right[0] or right[1] < left[0]
    if order in {"==", "!="}:
        return (order == "!=") if apart else None
    below = left[1] < right[0] or (order == "<=" and left[1] == right[0])
    above = left[0] > right[1] or (order == "<" and left[0] == right[1])
    return True if below else False if above else None


def _lies(expr: Expr, kind: Type) -> Words:
    """Returns between what something lies."""
    low, high = (
        yuan(end // kind.denominator) if kind.kind == "money" else str(Fraction(end, kind.denominator))
        for end in (kind.low, kind.high)
    )
    text = to_text(expr)
    return Words(f"`{text}` 在 {low} 到 {high} 之间", f"`{text}` lies between {low} and {high}")
