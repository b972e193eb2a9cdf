"""What a value may be while some facts are unknown: some values, a range, or nothing that is known; and what operators make of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from eligibility.builtin import BUILTINS
from eligibility.gathering import ORDERS

MOST_LISTED = 24
"""How many values are kept one by one; more of them are kept as a range."""


@dataclass(frozen=True, slots=True)
class Spread:
    """What a value may be. It may hold too much, never too little.

    Args:
        values: all it may be, one by one; None where they are not listed.
        low: the least it may be, where that is known and the values are not listed.
        high: the greatest, likewise.
        open: whether it may be unknown, however much is told of the facts.
    """

    values: frozenset[Any] | None
    low: Any = None
    high: Any = None
    open: bool = False

    @property
    def impossible(self) -> bool:
        """Whether it cannot come to anything: no household is like that."""
        return self.values is not None and not self.values and not self.open

    @property
    def single(self) -> bool:
        """Whether it surely comes to one known value."""
        return not self.open and self.values is not None and len(self.values) == 1

    @property
    def truths(self) -> frozenset[bool]:
        """The truths that a condition may come to."""
        return frozenset((True, False)) if self.values is None else self.values

    def surely(self, value: Any) -> bool:  # noqa: ANN401 - any value
        """Returns whether it comes to that value and to no other."""
        return not self.open and self.values == frozenset((value,))

    @property
    def ends(self) -> tuple[Any, Any]:
        """The least and the greatest value; None where there is no such end."""
        if self.values is None:
            return self.low, self.high
        return (min(self.values), max(self.values)) if self.values else (None, None)

    def opened(self, *, open: bool) -> Spread:
        """Returns the same that may be unknown too, where it may."""
        return Spread(self.values, self.low, self.high, self.open or open)


def one(value: Any) -> Spread:  # noqa: ANN401 - any known value, or None
    """Returns the spread of what is one known value; of None, what is unknown and stays so."""
    return Spread(frozenset() if value is None else frozenset({value}), open=value is None)


def some(values: Iterable[Any], *, open: bool = False) -> Spread:
    """Returns the spread of several values; a range where they are many numbers or days."""
    found = frozenset(values)
    if len(found) > MOST_LISTED and not any(isinstance(each, (str, frozenset)) for each in found):
        return Spread(None, min(found), max(found), open)
    return Spread(found, open=open)


ANYTHING = Spread(None)
EITHER = some((True, False))


def joined(spreads: Iterable[Spread]) -> Spread:
    """Returns what is one of several spreads."""
    parts = list(spreads)
    open = any(each.open for each in parts)
    told = [each for each in parts if each.values is None or each.values]
    if all(each.values is not None for each in told):
        return some((value for each in told for value in each.values or ()), open=open)
    lows, highs = zip(*(each.ends for each in told), strict=True)
    low = None if None in lows else min(lows)
    return Spread(None, low, None if None in highs else max(highs), open)


def met(one: Spread, other: Spread) -> Spread:
    """Returns what is in both spreads; unknown only where either may be."""
    open = one.open or other.open
    if one.values is None and other.values is None:
        low = _of(max, one.low, other.low)
        high = _of(min, one.high, other.high)
        if low is not None and high is not None and low > high:
            return Spread(frozenset(), open=open)
        return Spread(None, low, high, open)
    listed, around = (one, other) if one.values is not None else (other, one)
    return Spread(frozenset(each for each in listed.values or () if holds(around, each)), open=open)


def holds(spread: Spread, value: Any) -> bool:  # noqa: ANN401 - any value
    """Returns whether a value may be in a spread."""
    if spread.values is not None:
        return value in spread.values
    return (spread.low is None or spread.low <= value) and (spread.high is None or value <= spread.high)


def compared(order: str, left: Spread, right: Spread) -> Spread:
    """Returns what a comparison may come to."""
    open = left.open or right.open
    if _void(left) or _void(right):
        return Spread(frozenset(), open=open)
    if left.values is not None and right.values is not None:
        test = ORDERS[order]
        return Spread(frozenset(test(a, b) for a, b in product(left.values, right.values)), open=open)
    if order in {"==", "!="}:
        apart = not _overlap(left, right)
        return Spread(frozenset({order == "!="}) if apart else frozenset({True, False}), open=open)
    (low, high), (least, most) = (left.ends, right.ends) if order in {"<", "<="} else (right.ends, left.ends)
    strict = order in {"<", ">"}
    may = _under(low, most, strict=strict)
    fails = _under(least, high, strict=not strict)
    return Spread(frozenset(truth for truth, can in ((True, may), (False, fails)) if can), open=open)


def among(spread: Spread, values: frozenset[Any]) -> Spread:
    """Returns whether a value may be one of several."""
    if spread.values is not None:
        return Spread(frozenset(each in values for each in spread.values), open=spread.open)
    may = any(holds(spread, each) for each in values)
    return Spread(frozenset({True, False} if may else {False}), open=spread.open)


def reckoned(sign: str, left: Spread, right: Spread) -> Spread:
    """Returns what `+`, `-`, `*` or `/` by a constant makes of two spreads."""
    open = left.open or right.open
    if _void(left) or _void(right):
        return Spread(frozenset(), open=open)
    return _listed(_SIGNS[sign], (left, right)) or _ranged(sign, left.ends, right.ends, open=open)


def called(function: str, arguments: tuple[Spread, ...], unit: tuple[int, ...]) -> Spread:
    """Returns what a built-in function makes of spreads."""
    open = any(each.open for each in arguments)
    if any(_void(each) for each in arguments):
        return Spread(frozenset(), open=open)

    def apply(*values: Any) -> Any:  # noqa: ANN401 - a value of any type
        return BUILTINS[function](*values, *unit)

    listed = _listed(apply, arguments)
    if listed is not None:
        return listed
    if function in {"years", "months"}:
        return _elapsed(function, *arguments)
    if function not in _RISING:
        return ANYTHING.opened(open=True)
    lows, highs = zip(*(each.ends for each in arguments), strict=True)
    low, high = (None if None in each else apply(*each) for each in (lows, highs))
    return Spread(None, low, high, open)


_RISING = {"min", "max", "round_down", "round_up", "round_half_up", "yearly", "monthly"}
"""Functions whose value never falls when an argument rises."""
_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": Fraction,
}


def _void(spread: Spread) -> bool:
    return spread.values is not None and not spread.values


def _of(choose: Callable[..., Any], one: Any, other: Any) -> Any:  # noqa: ANN401 - an end, or none
    ends = [each for each in (one, other) if each is not None]
    return choose(ends) if ends else None


def _under(low: Any, high: Any, *, strict: bool) -> bool:  # noqa: ANN401 - ends, or none
    """Returns whether something from `low` on may lie under something up to `high`."""
    return low is None or high is None or low < high or (not strict and low == high)


def _overlap(left: Spread, right: Spread) -> bool:
    for listed, around in ((left, right), (right, left)):
        if listed.values is not None:
            return any(holds(around, each) for each in listed.values)
    return _under(left.low, right.high, strict=False) and _under(right.low, left.high, strict=False)


def _listed(apply: Callable[..., Any], arguments: tuple[Spread, ...]) -> Spread | None:
    """Returns what a function makes of listed values, each with each, or None where they are too many."""
    count = 1
    for each in arguments:
        if each.values is None:
            return None
        count *= len(each.values)
    if count > MOST_LISTED * 4:
        return None
    found = {apply(*values) for values in product(*(each.values or () for each in arguments))}
    open = None in found or any(each.open for each in arguments)
    return some(found - {None}, open=open)


def _ranged(sign: str, left: tuple[Any, Any], right: tuple[Any, Any], *, open: bool) -> Spread:
    (a, b), (c, d) = left, right
    if sign == "+":
        return Spread(None, _both(a, c, sign), _both(b, d, sign), open)
    if sign == "-":
        return Spread(None, _both(a, d, sign), _both(b, c, sign), open)
    if None not in {a, b, c, d} and (sign == "*" or c > 0):
        corners = [_SIGNS[sign](x, y) for x in (a, b) for y in (c, d)]
        return Spread(None, min(corners), max(corners), open)
    return ANYTHING.opened(open=open or sign == "/")


def _both(one: Any, other: Any, sign: str) -> Any:  # noqa: ANN401 - ends, or none
    return None if one is None or other is None else _SIGNS[sign](one, other)


def _elapsed(function: str, start: Spread, end: Spread) -> Spread:
    """Returns how many full years or months lie between two days; to an earlier day that is unknown."""
    (first, last), (until, latest) = start.ends, end.ends
    backward = last is None or until is None or until < last
    low = 0 if last is None or until is None or backward else BUILTINS[function](last, until)
    high = None if first is None or latest is None else BUILTINS[function](first, latest)
    if high is None and first is not None and latest is not None:
        return Spread(frozenset(), open=True)
    return Spread(None, low, high, start.open or end.open or backward)
