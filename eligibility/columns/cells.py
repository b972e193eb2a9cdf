"""What a part of a condition becomes over a table: a constant, or an expression of Narwhals; null is unknown in both.

Truths follow Kleene: `&`, `|` and `~` of nullable booleans do in every engine. A comparison with null is null. A case
whose condition is null is null too, although `when` of most engines would take the other branch (MEANING M3).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import reduce
from math import lcm
from typing import Any, Literal

from eligibility.columns import terms
from eligibility.columns.terms import BOOLEAN, DATE, INT64, STRING, Term, case, coalesce, lit

Kind = Literal["bool", "number", "date", "text"]
When = tuple[int, int]
"""At which stage a value is there, and after how many layers of it."""
START: When = (0, 0)
_TYPES: dict[str, str] = {"bool": BOOLEAN, "number": INT64, "date": DATE, "text": STRING}
_ORDERS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Cell:
    """A value over a table.

    Args:
        kind: what it holds; money and counts are numbers, choices and places are texts.
        held: an expression, or a constant where `fixed`; None is the unknown constant.
        fixed: whether it is the same in every row.
        denominator: by what a number is divided (MEANING M28).
        at: when it is there.
    """

    kind: Kind
    held: Any
    fixed: bool = False
    denominator: int = 1
    at: When = START

    @property
    def expr(self) -> Term:
        """The expression, also of a constant."""
        if not self.fixed:
            found: Term = self.held
            return found
        return lit(self.held, _TYPES[self.kind])

    def over(self, denominator: int) -> Cell:
        """Returns the same number over a multiple of its denominator."""
        times = denominator // self.denominator
        if times == 1 or (self.fixed and self.held is None):
            return replace(self, denominator=denominator)
        return replace(self, held=self.held * times, denominator=denominator)


def constant(kind: Kind, value: Any, denominator: int = 1) -> Cell:  # noqa: ANN401 - a value of the kind
    """Returns a constant; None is unknown."""
    return Cell(kind, value, fixed=True, denominator=denominator)


YES, NO, OPEN = (constant("bool", each) for each in (True, False, None))


def latest(cells: Iterable[Cell]) -> When:
    """Returns when all of several values are there."""
    return max((each.at for each in cells), default=START)


def denied(cell: Cell) -> Cell:
    """Returns the negation."""
    if cell.fixed:
        return OPEN if cell.held is None else constant("bool", not cell.held)
    return replace(cell, held=~cell.held)


def joined(cells: Iterable[Cell], *, decisive: bool) -> Cell:
    """Returns `or` where true decides, `and` where false does."""
    waiting: list[Cell] = []
    for each in cells:
        if each.fixed and each.held is decisive:
            return each
        if not (each.fixed and each.held is not None):
            waiting.append(each)
    if not waiting:
        return constant("bool", not decisive)
    opens = [each for each in waiting if each.fixed]
    others = [each for each in waiting if not each.fixed]
    kept = [*others, *opens[:1]]
    if len(kept) == 1:
        return kept[0]
    sign = operator.or_ if decisive else operator.and_
    return Cell("bool", reduce(sign, [each.expr for each in kept]), at=latest(kept))


def every(*cells: Cell) -> Cell:
    """Returns whether all hold."""
    return joined(cells, decisive=False)


def some(*cells: Cell) -> Cell:
    """Returns whether any holds."""
    return joined(cells, decisive=True)


def unknown(cell: Cell) -> Cell:
    """Returns whether a value is unknown; that is never unknown itself."""
    if cell.fixed:
        return constant("bool", cell.held is None)
    return Cell("bool", cell.held.is_null(), at=cell.at)


def surely(cell: Cell, *, is_: bool) -> Cell:
    """Returns whether a condition is certainly true, or certainly false; that is never unknown itself."""
    if cell.fixed:
        return constant("bool", cell.held is is_)
    wanted = cell.held if is_ else ~cell.held
    return Cell("bool", wanted.fill_null(value=False), at=cell.at)


def compared(order: str, left: Cell, right: Cell) -> Cell:
    """Returns a comparison; numbers are brought over one denominator first."""
    if left.kind == "number":
        common = lcm(left.denominator, right.denominator)
        left, right = left.over(common), right.over(common)
    if any(each.fixed and each.held is None for each in (left, right)):
        return OPEN
    if left.fixed and right.fixed:
        return constant("bool", _ORDERS[order](left.held, right.held))
    return Cell("bool", left.expr.compared(_ORDERS[order], right.expr), at=latest((left, right)))


def among(cell: Cell, values: Iterable[Any]) -> Cell:
    """Returns whether a value is one of several."""
    listed = list(values)
    if cell.fixed:
        return OPEN if cell.held is None else constant("bool", cell.held in listed)
    if cell.kind == "number":
        listed = [each * cell.denominator for each in listed]
    # In some engines null is simply not among the values; here it stays unknown.
    if len(listed) > _FEW:
        held = terms.among(cell.held, listed)
    else:
        held = reduce(operator.or_, [cell.held.compared(operator.eq, value) for value in listed])
    return Cell("bool", held, at=cell.at)


_FEW = 4
"""Up to so many values are compared one by one, which engines do faster than looking in a list."""


def chosen(condition: Cell, then: Cell, otherwise: Cell) -> Cell:
    """Returns one of two values by a condition; unknown where the condition is (MEANING M3)."""
    common = lcm(then.denominator, otherwise.denominator)
    then, otherwise = then.over(common), otherwise.over(common)
    if condition.fixed:
        return (
            replace(OPEN, kind=then.kind, denominator=common)
            if condition.held is None
            else (then if condition.held else otherwise)
        )
    if then.fixed and otherwise.fixed and then.held is None and otherwise.held is None:
        return then
    rest = None if otherwise.fixed and otherwise.held is None else case(~condition.held, otherwise.expr)
    held = case(condition.held, then.expr, rest)
    return Cell(then.kind, held, denominator=common, at=latest((condition, then, otherwise)))


def either(condition: Cell, then: Cell, otherwise: Cell) -> Cell:
    """Returns one of two values by a condition that is never unknown."""
    common = lcm(then.denominator, otherwise.denominator)
    then, otherwise = then.over(common), otherwise.over(common)
    if condition.fixed:
        return then if condition.held else otherwise
    held = case(condition.held, then.expr, otherwise.expr)
    return Cell(then.kind, held, denominator=common, at=latest((condition, then, otherwise)))


def filled(cell: Cell, other: Cell) -> Cell:
    """Returns a value, or another where it is unknown."""
    if cell.fixed:
        return other if cell.held is None else cell
    if other.fixed and other.held is None:
        return cell
    return Cell(cell.kind, coalesce(cell.held, other.expr), denominator=cell.denominator, at=latest((cell, other)))
