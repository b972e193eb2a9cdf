"""What several truths, codes or values come to for a solver: all of them, any of them, one of them by a condition (MEANING M3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import lcm

from eligibility.solver.logic import Formula, every, some
from eligibility.solver.values import Code, Number, Truth, Value, merged, surely, truth


def denied(item: Truth) -> Truth:
    """Returns the negation."""
    return Truth(item.no, item.yes, item.total)


def all_of(items: Sequence[Truth]) -> Truth:
    """Returns whether all hold; one that does not settles it."""
    held = every(*(each.yes for each in items))
    if all(each.total for each in items):
        return surely(held)
    return _settled(held, some(*(each.no for each in items)))


def _settled(yes: Formula, no: Formula) -> Truth:
    return Truth(yes, no, total=isinstance(yes, bool) and isinstance(no, bool) and yes is not no)


def any_of(items: Sequence[Truth]) -> Truth:
    """Returns whether any holds; one that does settles it."""
    held = some(*(each.yes for each in items))
    if all(each.total for each in items):
        return surely(held)
    return _settled(held, every(*(each.no for each in items)))


def alike(left: Code, right: Code) -> Truth:
    """Returns whether two codes are the same."""
    held = some(*(every(when, right.cases[code]) for code, when in left.cases.items() if code in right.cases))
    return truth(every(left.known, right.known), held)


def agreeing(left: Truth, right: Truth) -> Truth:
    """Returns whether two conditions come to the same."""
    same = some(every(left.yes, right.yes), every(left.no, right.no))
    if left.total and right.total:
        return surely(same)
    return Truth(same, some(every(left.yes, right.no), every(left.no, right.yes)))


def chosen(condition: Truth, then: Value, otherwise: Value) -> Value:
    """Returns one of two values by a condition; unknown where the condition is (MEANING M3)."""
    if isinstance(then, Truth) and isinstance(otherwise, Truth):
        yes = some(every(condition.yes, then.yes), every(condition.no, otherwise.yes))
        if condition.total and then.total and otherwise.total:
            return surely(yes)
        return Truth(yes, some(every(condition.yes, then.no), every(condition.no, otherwise.no)))
    assert not isinstance(then, Truth)  # noqa: S101 - both branches are of one type
    assert not isinstance(otherwise, Truth)  # noqa: S101 - likewise
    return sorted_out([(condition.yes, then), (condition.no, otherwise)], covers=condition.total)


def sorted_out(parts: Iterable[tuple[Formula, Number | Code]], *, covers: bool = False) -> Number | Code:
    """Returns what is one of several values of one type, each where something holds; nothing where none of that does.

    Args:
        parts: when it is each value; never two at once.
        covers: whether it is always one of them.
    """
    found = [(when, value) for when, value in parts if when is not False]
    always = covers and all(value.known is True for _, value in found)
    known = True if always else some(*(every(when, value.known) for when, value in found))
    if any(isinstance(value, Code) for _, value in found):
        cases: dict[str, Formula] = {}
        for when, value in found:
            for code, case in value.cases.items() if isinstance(value, Code) else ():
                cases[code] = some(cases.get(code, False), every(when, case))
        return Code(known, {code: case for code, case in cases.items() if case is not False})
    numbers = [(when, value) for when, value in found if isinstance(value, Number)]
    common = lcm(*(value.denominator for _, value in numbers))
    pieces = [(every(when, each), base) for when, value in numbers for each, base in value.over(common).pieces]
    return Number(known, merged(pieces), common)
