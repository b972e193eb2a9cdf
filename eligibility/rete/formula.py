"""Two-valued formulas over tests of single facts: what is left of a condition when it is put on one of the two rails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from eligibility.ir import Scope

ProbeOrder = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in", "present", "missing"]
ProbeValue = bool | int | str | tuple[str | int, ...]
OPPOSITE: dict[ProbeOrder, ProbeOrder] = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    ">=": "<",
    "<=": ">",
    ">": "<=",
    "in": "not in",
    "not in": "in",
    "present": "missing",
    "missing": "present",
}


@dataclass(frozen=True, slots=True)
class Constant:
    """What no fact decides."""

    value: bool


@dataclass(frozen=True, slots=True)
class Probe:
    """A test of one field of one fact.

    Args:
        scope: whose fact.
        field: of the fact.
        order: how it is compared.
        value: with what; unused beside another field.
        beside: the other field of the same fact with which it is compared; both are there, or neither.
        absent: what the test is where the field is not there.
    """

    scope: Scope
    field: str
    order: ProbeOrder
    value: ProbeValue = True
    beside: str | None = None
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Across:
    """A comparison of a member's field with one of the subject's; false where one of them is not there.

    Args:
        field: the member's.
        order: how it is compared.
        other: the subject's.
    """

    field: str
    order: ProbeOrder
    other: str


@dataclass(frozen=True, slots=True)
class Every:
    """All of two or more."""

    items: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Any of two or more."""

    items: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Witness:
    """Whether there is a living member of whom something is so.

    Args:
        body: over tests of the member alone.
        holds: true where there is one, false where there is none.
    """

    body: Formula
    holds: bool = True


class TooLongError(ValueError):
    """A formula that the engine would refuse, and that cannot be split."""


Formula = Constant | Probe | Across | Every | Some | Witness
NEVER, ALWAYS = Constant(value=False), Constant(value=True)


def every(items: Iterable[Formula]) -> Formula:
    """Returns the conjunction, as flat and short as it can be."""
    return _joined(Every, items, neutral=ALWAYS, decisive=NEVER)


def some(items: Iterable[Formula]) -> Formula:
    """Returns the disjunction, as flat and short as it can be."""
    return _joined(Some, items, neutral=NEVER, decisive=ALWAYS)


def _joined(kind: type[Every | Some], items: Iterable[Formula], *, neutral: Formula, decisive: Formula) -> Formula:
    found: dict[Formula, None] = {}
    for item in items:
        found.update(dict.fromkeys(item.items if isinstance(item, kind) else (item,)))
    found.pop(neutral, None)
    if decisive in found:
        return decisive
    if not found:
        return neutral
    return next(iter(found)) if len(found) == 1 else kind(tuple(found))


def negated(formula: Formula) -> Formula:
    """Returns the negation; an absent field that made a test false makes its negation true."""
    match formula:
        case Constant(value):
            return Constant(not value)
        case Probe(scope, field, order, value, beside, absent):
            known = order not in {"present", "missing"}
            return Probe(scope, field, OPPOSITE[order], value, beside, known and not absent)
        case Across(field, order, other):
            return across(field, OPPOSITE[order], other, absent=True)
        case Every(items):
            return some(negated(item) for item in items)
        case Some(items):
            return every(negated(item) for item in items)
        case Witness(body, holds):
            return Witness(body, not holds)


def across(field: str, order: ProbeOrder, other: str, *, absent: bool) -> Formula:
    """Returns the comparison of a member's field with one of the subject's.

    Args:
        field: the member's.
        order: how it is compared.
        other: the subject's.
        absent: what it is where one of them is not there.
    """
    there = every((Probe("own", other, "present"), Across(field, order, other)))
    return some((there, Probe("member", field, "missing"), Probe("own", other, "missing"))) if absent else there


def scopes(formula: Formula) -> frozenset[str]:
    """Returns whose facts a formula tests; a witness counts as one of its own."""
    match formula:
        case Probe(scope):
            return frozenset({scope})
        case Every(items) | Some(items):
            return frozenset().union(*map(scopes, items))
        case Witness():
            return frozenset({"witness"})
        case Across():
            return frozenset({"across"})
        case _:
            return frozenset()


def tests(formula: Formula) -> Iterator[Probe | Across]:
    """Yields every test, those of witnesses among them."""
    match formula:
        case Probe() | Across():
            yield formula
        case Every(items) | Some(items):
            for item in items:
                yield from tests(item)
        case Witness(body):
            yield from tests(body)
        case _:
            return


LONGEST = 26
"""How long one part of a pattern may be, so that the pattern has room for its kind and its joins."""
WIDEST = 40
"""How many tests may wait in what is asked of one fact, so that a ruleset has room for it."""


def fits(formula: Formula) -> bool:
    """Returns whether a pattern, or several on the same fact, can hold what is asked of one fact."""
    parts = formula.items if isinstance(formula, Every) else (formula,)
    return all(length(part) <= LONGEST for part in parts) and places(formula) <= WIDEST


def length(formula: Formula, *, inside: bool = False) -> int:
    """Returns how long a formula is as the engine counts: a beginning and an end for each bracket that is needed.

    Args:
        formula: over one fact.
        inside: whether it stands among alternatives.
    """
    match formula:
        case Probe(_, _, order, value, beside, absent):
            several = isinstance(value, tuple) and len(value) > 1
            bracketed = beside is not None or (order == "not in" and several)
            group = absent or (order == "in" and several)
            return 2 * (bracketed and (absent or inside)) + 2 * (group and not inside)
        case Across():
            return 1
        case Every(items):
            return sum(length(item) for item in items) + 2 * inside
        case Some(items):
            return sum(length(item, inside=True) for item in items) + 2 * (not inside)
        case _:
            return 0


def places(formula: Formula) -> int:
    """Returns how many tests of one fact wait at once at most while the engine walks through a formula.

    Values of one list shut each other out, and so do a test and the absence of its field. Measured against the engine in
    `tests/test_durable_hazards.py`: alternatives add up, and each further group adds all of its own but one.
    """
    match formula:
        case Every(items):
            return 1 + sum(places(item) - 1 for item in items)
        case Some(items):
            return sum(places(item) for item in items)
        case _:
            return 1
