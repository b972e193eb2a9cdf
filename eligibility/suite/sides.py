"""What a suite must show of an entitlement: each criterion and each condition in it deciding alone, on each of its sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from eligibility import ir
from eligibility.conditions import is_condition
from eligibility.evaluate import closure
from eligibility.ir import Expr
from eligibility.packs.calendar import Rules
from eligibility.printer import to_text
from eligibility.ruled import Ruled
from eligibility.situation import NOBODY, Facts, Situation
from eligibility.suite.altered import Change
from eligibility.testing.goals import compared
from eligibility.trace import parts_of
from eligibility.words import Words

Look = Literal["truth", "near", "value", "other", "paid"]
"""What a side is: a truth, the nearest value to a limit on one side of it, one value, none of them, a tier that is paid or counted, a status."""
PAID = {
    "amount": Words("按这一档支付", "paid"),
    "months": Words("按这一档计月数", "for so long"),
    "gives": Words("批准后给予", "given by a grant"),
}
"""What is shown of a whole amount, number of months or status."""
_NUMERIC = {"number", "money", "date"}


@dataclass(frozen=True, eq=False)
class Leaf:
    """A condition that is not made of others, or a whole criterion, exclusion or tier.

    Args:
        part: the criterion, exclusion or tier in which it stands.
        expr: the condition; None of a tier without one.
        written: how it is written.
        change: the rules in which it comes out the other way, for everybody of whom it is asked.
        whole: whether it is a whole criterion, exclusion or tier.
    """

    part: str
    expr: Expr | None
    written: str
    change: Change
    whole: bool = False


@dataclass(frozen=True, eq=False)
class Side:
    """One side of a condition, on which it is to decide alone.

    Args:
        leaf: the condition.
        look: what is looked at.
        truth: on which side of it: where it holds, or where it does not.
        value: which value, where one is looked at.
        least: how near to the limit anybody can stand at most, in whole units, fen or days.
    """

    leaf: Leaf
    look: Look
    truth: bool
    value: Any = None
    least: int = 0

    def told(self) -> Words:
        """Returns what is shown, for people."""
        zh, en = ("成立", "true") if self.truth else ("不成立", "false")
        name, text = self.leaf.part, self.leaf.written
        if self.look == "paid":
            done = PAID[name.partition(" ")[0]]
            return Words(f"{name}：{done.zh}", f"{name}: {done.en}")
        if self.look == "near":
            return Words(f"{name}：`{text}` 刚好{zh}", f"{name}: `{text}` just {en}")
        if self.look == "value":
            return Words(f"{name}：`{text}` 遇到 `{self.value}`", f"{name}: `{text}` at `{self.value}`")
        if self.look == "other":
            return Words(f"{name}：`{text}` 遇到所列以外的值", f"{name}: `{text}` at a value that is not listed")
        if self.leaf.whole:
            return Words(f"{name}：{zh}", f"{name}: {en}")
        return Words(f"{name}：`{text}` {zh}", f"{name}: `{text}` {en}")


def leaves(rule: Ruled) -> Iterator[Leaf]:
    """Yields every criterion, exclusion and tier of an entitlement, and every condition inside it, concepts opened."""
    seen: set[int] = set()
    for part in rule.parts:
        if part.expr is not None:
            yield Leaf(part.id, part.expr, to_text(part.expr), _turned(part.expr), whole=True)
            yield from _inside(part.id, part.expr, rule.rules, seen)
    for kind, number, exprs, out in tiers(rule):
        name = f"{kind} {number}"
        yield Leaf(name, exprs[0], to_text(exprs[1]), out, whole=True)
        for expr in exprs:
            if expr is not None:
                yield from _inside(name, expr, rule.rules, seen)


def tiers(rule: Ruled) -> Iterator[tuple[str, int, tuple[Expr | None, Expr], Change]]:
    """Yields each amount, number of months and status of an entitlement: its kind and number, what it says, and how it is left out."""
    for number, exprs in enumerate(rule.tiers, 1):
        yield "amount", number, exprs, Change(order=without(rule.tiers, number))
    for number, exprs in enumerate(rule.lasting, 1):
        yield "months", number, exprs, Change(lasting=without(rule.lasting, number))
    for number, (when, _, value) in enumerate(rule.gifts, 1):
        left = without(rule.gifts, number)
        yield "gives", number, (when, ir.Literal(value)), Change(gifts=dict.fromkeys(left))


def without(items: Sequence[object], number: int) -> tuple[int, ...]:
    """Returns where all items but one stand, which is counted from 1."""
    return tuple(at for at in range(len(items)) if at != number - 1)


def _turned(expr: Expr) -> Change:
    return Change(((expr, expr.item if isinstance(expr, ir.Not) else ir.Not(expr)),))


def _inside(part: str, expr: Expr, rules: Rules, seen: set[int]) -> Iterator[Leaf]:
    """Yields the conditions that stand in an expression and are not made of others, each once for an entitlement."""
    for node, held in conditions(expr, rules, held=is_condition(expr, rules)):
        if held and id(node) not in seen:
            seen.add(id(node))
            yield Leaf(part, node, to_text(node), _turned(node))


def conditions(expr: Expr, rules: Rules, *, held: bool) -> Iterator[tuple[Expr, bool]]:
    """Yields every node below an expression, concepts opened, each with whether it is a condition made of no others.

    Args:
        expr: where to begin.
        rules: they say what concepts mean.
        held: whether a truth is asked of it.
    """
    match expr:
        case ir.Concept(_, name) if name in rules.state.concepts:
            yield expr, False
            yield from conditions(rules.state.concepts[name], rules, held=held)
            return
        case ir.Not() | ir.And() | ir.Or():
            yield expr, False
            inner = [(each, True) for each in ir.children(expr)]
        case ir.Quantifier(kind, body, condition):
            yield expr, False
            inner = [(body, kind == "count" or (held and kind in {"any", "all"}))]
            inner += [(condition, True)] if condition is not None else []
        case ir.Choice(condition, then, otherwise):
            yield expr, False
            inner = [(condition, True), (then, held), (otherwise, held)]
        case ir.Compare() | ir.In():
            yield expr, held
            inner = [(each, False) for each in ir.children(expr)]
        case _:
            yield expr, held and not isinstance(expr, ir.Literal)
            inner = [(each, False) for each in ir.children(expr)]
    for each, asked in inner:
        yield from conditions(each, rules, held=asked)


def sides(leaf: Leaf, rules: Rules) -> Iterator[Side]:
    """Yields the sides of a condition: of a limit the nearest values, of a list each value and another one."""
    expr = leaf.expr
    if leaf.whole and leaf.part.partition(" ")[0] in PAID:
        yield Side(leaf, "paid", truth=True)
        return
    if not leaf.whole and isinstance(expr, ir.In):
        for value in expr.values:
            yield Side(leaf, "value", truth=True, value=value)
        yield Side(leaf, "other", truth=False)
        return
    if not leaf.whole and isinstance(expr, ir.Compare):
        kinds = {compared(each, rules.pack.contents.names).kind for each in (expr.left, expr.right)}
        if kinds & _NUMERIC:
            yield from (Side(leaf, "near", truth) for truth in (True, False))
            return
    yield from (Side(leaf, "truth", truth) for truth in (True, False))


Reader = tuple[Facts, Facts]
"""Whose facts a condition reads: the subject's, and those of the member at hand."""


def readers(exprs: Sequence[Expr], situation: Situation, own: Facts) -> dict[int, list[Reader]]:
    """Returns by the identity of each node as whom it is read."""
    found: dict[int, list[Reader]] = {}
    waiting: list[tuple[Expr, Facts, Facts]] = [(each, own, NOBODY) for each in exprs]
    seen: set[tuple[int, int, int]] = set()
    while waiting:
        expr, whose, member = waiting.pop()
        key = (id(expr), id(whose), id(member))
        if key not in seen:
            seen.add(key)
            found.setdefault(id(expr), []).append((whose, member))
            waiting += [(part, mine, other) for part, _, mine, other in parts_of(expr, situation, whose, member)]
    return found


def stands(side: Side, situation: Situation, reader: Reader) -> bool:
    """Returns whether somebody stands on a side, as the core has it."""
    expr, rules = side.leaf.expr, situation.rules
    if side.look == "paid":
        return True
    assert expr is not None  # noqa: S101 - only a tier has none
    if closure(expr, rules)(situation, *reader) is not side.truth:
        return False
    if side.look == "value":
        return bool(closure(expr.item, rules)(situation, *reader) == side.value)  # type: ignore[union-attr]  # it is a list
    if side.look == "near" and isinstance(expr, ir.Compare):
        return bool(away(expr, situation, reader) <= side.least)
    return True


def away(expr: ir.Compare, situation: Situation, reader: Reader) -> Any:  # noqa: ANN401 - a whole number or a fraction
    """Returns how far somebody stands from a limit, in units, fen or days."""
    left, right = (closure(each, situation.rules)(situation, *reader) for each in (expr.left, expr.right))
    apart = left - right
    return abs(getattr(apart, "days", apart))
