"""Two-valued formulas over tests of single facts: what is left of a condition when it is put on one of the two rails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
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
        case Probe(order="present" | "missing"):
            return Probe(formula.scope, formula.field, OPPOSITE[formula.order])
        case Probe(scope, field, order, value, beside, absent):
            return Probe(scope, field, OPPOSITE[order], value, beside, not absent)
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


@dataclass(frozen=True, slots=True)
class Product:
    """One way in which a formula can be so: what is asked of each fact, all of it together.

    Args:
        own: of the subject, where it is a person.
        household: of the household.
        witnesses: of members.
    """

    own: Formula = ALWAYS
    household: Formula = ALWAYS
    witnesses: tuple[Witness, ...] = ()

    def __and__(self, other: Product) -> Product:
        """Returns what asks for both."""
        witnesses = tuple(dict.fromkeys((*self.witnesses, *other.witnesses)))
        return Product(every((self.own, other.own)), every((self.household, other.household)), witnesses)


def products(formula: Formula) -> list[Product]:
    """Returns the ways in which a formula can be so, alternatives of one fact kept together in one way."""
    asked = scopes(formula)
    match formula:
        case Constant(value):
            return [Product()] if value else []
        case Witness():
            return [Product(witnesses=(formula,))]
        case _ if asked == {"own"} and fits(formula):
            return [Product(own=formula)]
        case _ if asked == {"household"} and fits(formula):
            return [Product(household=formula)]
        case Every(items):
            return _all_of([products(item) for item in items])
        case Some(items):
            gathered = _gathered(items)
            return [each for item in gathered for each in products(item)]
        case _:
            raise ValueError(f"a test of a member stands outside a quantifier: {formula}")


def _all_of(parts: Sequence[list[Product]]) -> list[Product]:
    found: dict[Product, None] = {}
    for chosen in product(*parts):
        one = Product()
        for each in chosen:
            one &= each
        found[one] = None
    return list(found)


def _gathered(items: Sequence[Formula]) -> list[Formula]:
    """Returns alternatives with those of one and the same fact put together, as far as one pattern holds them."""
    alike: dict[frozenset[str], list[list[Formula]]] = {}
    apart = []
    for item in items:
        asked = scopes(item)
        if len(asked) != 1 or isinstance(item, Witness | Across) or not fits(item):
            apart.append(item)
            continue
        groups = alike.setdefault(asked, [[]])
        if groups[-1] and not fits(some((*groups[-1], item))):
            groups.append([])
        groups[-1].append(item)
    return [*(some(each) for groups in alike.values() for each in groups), *apart]


def witness(body: Formula) -> Formula:
    """Returns that there is a member of whom `body` is so, with everything that is not about the member outside."""
    found = []
    for term in _terms(body):
        mine = [each for each in term if scopes(each) <= _OF_MEMBERS and each != ALWAYS]
        others = [each for each in term if not scopes(each) <= _OF_MEMBERS]
        found.append(every((*others, Witness(every(mine)))))
    return some(found)


_OF_MEMBERS = frozenset({"member", "across"})


def _terms(body: Formula) -> list[tuple[Formula, ...]]:
    """Returns the alternatives of a formula, each as parts that are about one fact alone."""
    asked = scopes(body)
    if len(asked) <= 1 and fits(body) and (asked != {"across"} or isinstance(body, Across)):
        return [] if body == NEVER else [(body,)]
    if isinstance(body, Some):
        return [term for item in _gathered(body.items) for term in _terms(item)]
    if isinstance(body, Every):
        return [
            tuple(part for term in chosen for part in term) for chosen in product(*(_terms(item) for item in body.items))
        ]
    return [(body,)]


LONGEST = 26
"""How long one part of a pattern may be, so that the pattern has room for its kind and its joins."""


def fits(formula: Formula) -> bool:
    """Returns whether a pattern, or several on the same fact, can hold what is asked of one fact."""
    parts = formula.items if isinstance(formula, Every) else (formula,)
    return all(length(part) <= LONGEST for part in parts)


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
