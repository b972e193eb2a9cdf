"""What the cases of an entitlement must show: each criterion each way, each limit from both sides, each value, each tier."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Literal

from eligibility import ir
from eligibility.checker import check
from eligibility.conditions import is_condition
from eligibility.errors import Problems
from eligibility.evaluate import closure
from eligibility.ir import Expr, Order, Type
from eligibility.money import UNITS_IN_FEN
from eligibility.packs.calendar import Rules
from eligibility.packs.model import Body, Criterion
from eligibility.printer import to_text
from eligibility.schema import Names
from eligibility.situation import Closure, Facts, Situation, Value
from eligibility.source import Span
from eligibility.testing.boundaries import opened
from eligibility.words import Words

Look = Literal["truth", "distance", "item", "reached"]
"""What is looked at: whether a condition holds, how far a value is from its limit, which value, which tier."""

_NEAR = {"money": UNITS_IN_FEN["yuan"]}
"""How near a limit a value of a kind must come, where that is not one."""
_TRUTHS = {
    True: Words("没有案例使它成立", "no case has it true"),
    False: Words("没有案例使它不成立", "no case has it false"),
    None: Words("没有案例使它未知", "no case has it unknown"),
}
_WITHIN: dict[Order, tuple[Callable[[Any, Any], bool], Callable[[Any, Any], bool]]] = {
    ">=": (lambda d, near: 0 <= d < near, lambda d, near: -near <= d < 0),
    "<": (lambda d, near: -near <= d < 0, lambda d, near: 0 <= d < near),
    ">": (lambda d, near: 0 < d <= near, lambda d, near: -near < d <= 0),
    "<=": (lambda d, near: -near < d <= 0, lambda d, near: 0 < d <= near),
    "==": (lambda d, _: d == 0, lambda d, near: 0 < abs(d) <= near),
    "!=": (lambda d, near: 0 < abs(d) <= near, lambda d, _: d == 0),
}
"""How far from its limit a value stands that is nearest to it on the true side, and on the false side."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing that some case must show.

    Args:
        part: the criterion, the exclusion or the tier that it belongs to.
        span: where it stands in the file of the entitlement.
        look: what is looked at.
        expr: on which node; it is known by its identity.
        meets: whether what was seen there is what is wanted.
        said: that no case shows it.
    """

    part: str
    span: Span | None
    look: Look
    expr: Expr
    meets: Callable[[Value], bool]
    said: Words

    @property
    def key(self) -> tuple[Look, int]:
        """Under what it is noted what cases show."""
        return self.look, id(self.expr)


def looked(look: Look, expr: Expr, rules: Rules) -> Closure:
    """Returns the closure of what is looked at in a node; None is unknown."""
    if look == "item" and isinstance(expr, ir.In | ir.Compare):
        return closure(_item(expr), rules)
    if look == "distance" and isinstance(expr, ir.Compare):
        return partial(_distance, closure(expr.left, rules), closure(expr.right, rules))
    if look == "reached" and not is_condition(expr, rules):
        return lambda _situation, _own, _member: True  # a tier without a condition takes everybody who is left
    return closure(expr, rules)


def _distance(left: Closure, right: Closure, situation: Situation, own: Facts, member: Facts) -> Value:
    """Returns by how much, in whole units, fen or days, the left side is above the right one."""
    a, b = left(situation, own, member), right(situation, own, member)
    if a is None or b is None:
        return None
    return (a - b).days if isinstance(a, date) else a - b


def _item(expr: ir.In | ir.Compare) -> Expr:
    """Returns what is one of several values, or is compared with one."""
    if isinstance(expr, ir.In):
        return expr.item
    return expr.right if isinstance(expr.left, ir.Literal) else expr.left


def goals(body: Body, rules: Rules) -> Iterator[Goal]:
    """Yields what the cases of one body must show, its own criteria, exclusions and tiers alone.

    Args:
        body: whole, as it is in force.
        rules: of a day on which it is: they say what concepts mean.
    """
    for criterion in (*(body.criteria or ()), *(body.unless or ())):
        yield from _truths(criterion)
        yield from _within(criterion.when.expr, criterion.id, rules)
    tiers = body.benefit.amount if body.benefit else ()
    for number, tier in enumerate(tiers, 1):
        part = f"amount {number}"
        chosen = tier.when.expr if tier.when else tier.amount.expr
        said = Words(f"没有案例用到第{number}档金额", f"no case comes to tier {number} of the amount")
        yield Goal(part, chosen.span, "reached", chosen, lambda value: value is True, said)
        conditions = [node.condition for node in ir.walk(tier.amount.expr) if isinstance(node, ir.Choice)]
        for condition in (*conditions, *([tier.when.expr] if tier.when else [])):
            yield from _within(condition, part, rules)


def _truths(criterion: Criterion) -> Iterator[Goal]:
    expr = criterion.when.expr
    for truth, said in _TRUTHS.items():
        yield Goal(criterion.id, expr.span, "truth", expr, partial(_is, truth), said)


def _is(wanted: Value, value: Value) -> bool:
    return value is wanted


def _within(expr: Expr, part: str, rules: Rules) -> Iterator[Goal]:
    """Yields what the comparisons of one condition ask for, concepts opened; what no fact moves is left out."""
    for node in opened(expr, rules):
        if not isinstance(node, ir.In | ir.Compare) or not _moved(node, rules):
            continue
        here = node.span if node.span and expr.span and node.span.source is expr.span.source else expr.span
        for look, meets, said in _sides(node, rules):
            yield Goal(part, here, look, node, meets, said)


def _moved(expr: Expr, rules: Rules) -> bool:
    return any(isinstance(node, ir.Fact | ir.Size) for node in opened(expr, rules))


Side = tuple[Look, Callable[[Value], bool], Words]


def _sides(node: ir.In | ir.Compare, rules: Rules) -> Iterator[Side]:
    """Yields each side of a comparison: of a limit the nearest values, of a list each value and another one."""
    if isinstance(node, ir.In):
        yield from _values(node, node.values)
        return
    kind = compared(node.left, rules.pack.contents.names).kind
    constant = next((each.value for each in (node.left, node.right) if isinstance(each, ir.Literal)), None)
    text = to_text(node)
    if kind in {"number", "money", "date"}:
        near = max(_slope(node.left), _slope(node.right)) * _NEAR.get(kind, 1)
        for meets, (zh, en) in zip(_WITHIN[node.order], (("成立", "true"), ("不成立", "false")), strict=True):
            said = Words(f"没有案例刚好在 `{text}` {zh}的一侧", f"no case stands just on the {en} side of `{text}`")
            yield "distance", partial(_close, meets, near), said
    elif isinstance(constant, str):
        yield from _values(node, (constant,))
    else:
        for truth, zh, en in ((True, "成立", "true"), (False, "不成立", "false")):
            yield "truth", partial(_is, truth), Words(f"没有案例使 `{text}` {zh}", f"no case has `{text}` {en}")


def compared(expr: Expr, names: Names) -> Type:
    """Returns the type of one side of a comparison that was checked; an amount a head is compared and nothing else."""
    return names.facts[expr.name].kind if isinstance(expr, ir.Fact) else check(expr, names, Problems())


def _close(within: Callable[[Any, Any], bool], near: Any, value: Value) -> bool:  # noqa: ANN401 - a number
    return value is not None and within(value, near)


def _values(node: ir.In | ir.Compare, values: tuple[str | int, ...]) -> Iterator[Side]:
    text = to_text(_item(node))
    for value in values:
        said = Words(f"没有案例里 `{text}` 是 `{value}`", f"no case has `{text}` at `{value}`")
        yield "item", partial(_same, value), said
    named = to_text(node)
    said = Words(f"没有案例里 `{text}` 是 `{named}` 之外的值", f"no case has `{text}` at a value outside `{named}`")
    yield "item", partial(_other, values), said


def _same(wanted: str | int, value: Value) -> bool:
    return bool(value == wanted)


def _other(values: tuple[str | int, ...], value: Value) -> bool:
    return value is not None and value not in values


def _slope(expr: Expr) -> Any:  # noqa: ANN401 - a whole number or a fraction
    """Returns by how much a value moves when a fact in it moves by one; 0 where no fact stands in it."""
    match expr:
        case ir.Arithmetic("*", left, right):
            factor = next((each.value for each in (left, right) if isinstance(each, ir.Literal)), 1)
            return max(_slope(left), _slope(right)) * abs(factor)  # type: ignore[arg-type]  # only numbers are multiplied
        case ir.Arithmetic("/", left, ir.Literal(value)):
            return _slope(left) / value
        case ir.Call("yearly", (inner,)):
            return _slope(inner) * 12
        case ir.Literal() | ir.Figure() | ir.AsOf():
            return 0
        case ir.Call("years" | "months") | ir.Quantifier() | ir.Fact() | ir.Concept():
            return 1
        case _:
            return max((_slope(part) for part in ir.children(expr)), default=1)


def on_day(day: date, *, before: bool) -> Words:
    """Returns that no case asks on a day on which the law changes, or on the day before it."""
    shown = day.isoformat()
    if before:
        return Words(f"没有案例在法规变动的前一天（{shown}）", f"no case is on {shown}, the day before the law changes")
    return Words(f"没有案例在法规变动的当天（{shown}）", f"no case is on {shown}, the day on which the law changes")
