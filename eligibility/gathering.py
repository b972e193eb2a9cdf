"""Quantifiers over the living members, settled as far as what is known settles them (MEANING M2, M3)."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from eligibility.situation import Closure, Facts, Situation, Value

ORDERS: dict[str, Callable[[Value, Value], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_GATHER: dict[str, Callable[[list[Any]], Any]] = {"sum": sum, "min": min, "max": max}
Tally = Callable[[Situation, Facts], tuple[int, int | None]]


def closure(kind: str, body: Closure, condition: Closure | None) -> Closure:
    """Returns the closure of a quantifier from those of its body and condition."""
    if kind == "count":
        return _count(tally(body, condition))
    return _settled(kind == "any", body, condition) if kind in {"any", "all"} else _gathered(kind, body, condition)


def bounded(body: Closure, condition: Closure | None, order: str, limit: Value) -> Closure:
    """Returns the closure of a count against a constant, settled by the count's bounds."""
    counted = tally(body, condition)

    def compare(situation: Situation, own: Facts, _: Facts) -> Value:
        least, most = counted(situation, own)
        if order in {"==", "!="}:
            if least == most:
                return (least == limit) is (order == "==")
            outside = limit < least or (most is not None and limit > most)
            return (order == "!=") if outside else None
        compared = ORDERS[order]
        at_least = compared(least, limit)
        at_most = order in {">", ">="} if most is None else compared(most, limit)
        return at_least if at_least is at_most else None

    return compare


def tally(body: Closure, condition: Closure | None) -> Tally:
    """Returns the function that counts those surely in and those not surely out; None for no upper bound."""

    def counted(situation: Situation, own: Facts) -> tuple[int, int | None]:
        least = most = 0
        for each in situation.members:
            among = condition(situation, own, each) if condition else True
            if among is False:
                continue
            value = body(situation, own, each)
            least += value is True and among is True
            most += value is not False
        return least, most if situation.complete else None

    return counted


def _count(counted: Tally) -> Closure:
    def count(situation: Situation, own: Facts, _: Facts) -> Value:
        least, most = counted(situation, own)
        return least if least == most else None

    return count


def _settled(decisive: bool, body: Closure, condition: Closure | None) -> Closure:  # noqa: FBT001 - true for any, false for all
    """`any` is settled by one true member, `all` by one false; an open list settles nothing else."""

    def settle(situation: Situation, own: Facts, _: Facts) -> Value:
        result: bool | None = (not decisive) if situation.complete else None
        for each in situation.members:
            among = condition(situation, own, each) if condition else True
            if among is False:
                continue
            value = body(situation, own, each)
            if value is decisive and among is True:
                return decisive
            if value is None or value is decisive:
                result = None
        return result

    return settle


def _gathered(kind: str, body: Closure, condition: Closure | None) -> Closure:
    gather, empty = _GATHER[kind], 0 if kind == "sum" else None

    def collect(situation: Situation, own: Facts, _: Facts) -> Value:
        values = []
        for each in situation.members:
            among = condition(situation, own, each) if condition else True
            if among is False:
                continue
            value = body(situation, own, each)
            if among is None or value is None:
                return None
            values.append(value)
        if not situation.complete:
            return None
        return gather(values) if values else empty

    return collect
