"""Ways in which a formula can be so, as patterns of the engine, inside the part of it that is sound.

The order inside a pattern is not free: the engine forgets conditions between facts that stand after alternatives, and reads
what is not there where two fields are compared unguarded. So: the kind of the fact, then guards, then the join, which is
always so, then plain tests, alternatives last. What must not be found is looked for among shadow copies of the facts, after
everything that must. `docs/second-opinion.md` tells what was measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from eligibility.rete.formula import (
    ALWAYS,
    Across,
    Every,
    Formula,
    Probe,
    Some,
    TooLongError,
    every,
    length,
    places,
    tests,
)
from eligibility.rete.ways import Product

KIND, HOME, ID = "KIND", "HOME", "ID"
ROOT, PERSON, HOUSEHOLD, MEMBER, SHADOW = "root", "person", "household", "member", "~member"
MOST_FIRST = 3
"""How many tests may wait in a first pattern: it fires once for each combination of alternatives, a later one once."""
MOST_ENTRIES = 31
"""The longest pattern, as the engine counts: each group of alternatives two, each join one, two for the whole."""
_ORDERS = {"!=": "$neq", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}

Condition = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern: an alias, the kind of fact, what is asked of it, and which fields of it are read.

    Args:
        alias: under which the fact that matched is told.
        kind: of the fact.
        condition: as the engine has it.
        fields: that the condition reads.
        places: how many tests of one fact wait at once at most.
        about: the entitlement whose claims it is about, if it is about claims.
    """

    alias: str
    kind: str
    condition: Condition
    fields: frozenset[str]
    places: int
    about: str = ""


def patterns(product: Product, owner: str) -> tuple[Pattern, ...]:
    """Returns the patterns that hold one way, those of what must not be found last.

    Args:
        product: the way.
        owner: of the status that is found: `person` or `household`.

    Raises:
        TooLong: a part of it is longer than the engine holds.
    """
    product &= Product(own=every(_guard(product)))
    alias, kind, asked = ("h", HOUSEHOLD, product.household) if owner == HOUSEHOLD else ("p", PERSON, product.own)
    anchored = places(asked) > MOST_FIRST
    anchor = "a" if anchored else alias
    found = list(_matched("a", ROOT, ALWAYS, first=True, anchor="a")) if anchored else []
    found += _matched(alias, kind, asked, first=not anchored, anchor=anchor)
    if owner != HOUSEHOLD and product.household != ALWAYS:
        found += _matched("h", HOUSEHOLD, product.household, first=False, anchor=anchor)
    for number, each in enumerate(each for each in product.witnesses if each.holds):
        found += _matched(f"m{number}", MEMBER, each.body, first=False, anchor=anchor)
    for number, each in enumerate(each for each in product.witnesses if not each.holds):
        blocked = list(_matched(f"n{number}$not", SHADOW, each.body, first=False, anchor=anchor))
        if len(blocked) > 1:
            raise TooLongError
        found += blocked
    return tuple(found)


def _guard(product: Product) -> Iterator[Probe]:
    """Yields that the subject's fields are there with which some member's are compared; the engine does not look.

    Nothing is lost: where such a field is not there, another way says so (`formula.across`).
    """
    for each in product.witnesses:
        for test in tests(each.body):
            if isinstance(test, Across):
                yield Probe("own", test.other, "present")


def _matched(alias: str, kind: str, formula: Formula, *, first: bool, anchor: str) -> Iterator[Pattern]:
    """Yields the pattern of one fact; what is too long for one goes on in another on the same fact."""
    parts = formula.items if isinstance(formula, Every) else () if formula == ALWAYS else (formula,)
    for number, chunk in enumerate(_chunks(parts)):
        name = f"{alias}{'x' * number}"
        joins: list[Condition] = [_compared(each, {anchor: each.other}) for each in chunk if isinstance(each, Across)]
        if number and kind != HOUSEHOLD:
            joins.append({ID: {alias: ID}})
        if number or not first:
            joins.append({HOME: {anchor: HOME}})
        plain = [part for part in chunk if not isinstance(part, Across)]
        condition = {"$and": [{KIND: kind}, *guards(chunk), *joins, *written(plain)]}
        fields = {test.field for part in chunk for test in tests(part)}
        fields |= {test.beside for part in plain for test in tests(part) if isinstance(test, Probe) and test.beside}
        yield Pattern(name, kind, condition, frozenset(fields), places(Every(tuple(chunk))))


def _chunks(parts: Sequence[Formula]) -> Iterator[list[Formula]]:
    chunk: list[Formula] = []
    for part in parts:
        if 2 + 2 + sum(map(length, (*chunk, part))) > MOST_ENTRIES:
            if not chunk:
                raise TooLongError
            yield chunk
            chunk = []
        chunk.append(part)
    yield chunk


def guards(parts: Iterable[Formula]) -> list[Condition]:
    """Returns the guards of comparisons between two fields that stand by themselves; those in alternatives have theirs."""
    names: dict[str, None] = {}
    for part in parts:
        if isinstance(part, Across):
            names[part.field] = None
        elif isinstance(part, Probe) and part.beside and not part.absent:
            names |= {part.field: None, part.beside: None}
    return [{"$ex": {name: 1}} for name in names]


def written(parts: Iterable[Formula]) -> list[Condition]:
    """Returns the conditions of one fact, alternatives last."""
    found = [condition for part in parts for condition in _conditions(part)]
    return sorted(found, key=lambda condition: "$or" in condition)


def _conditions(formula: Formula) -> list[Condition]:
    """Returns conditions that hold together."""
    match formula:
        case Every(items):
            return [condition for item in items for condition in _conditions(item)]
        case Some(items):
            return [{"$or": [alternative for item in items for alternative in _alternatives(item)]}]
        case Probe(absent=True):
            return [{"$or": _alternatives(formula)}]
        case Probe():
            return _test(formula)
        case _:
            raise TypeError(formula)


def _alternatives(formula: Formula) -> list[Condition]:
    """Returns conditions of which one holds; alternatives inside alternatives are more of the same."""
    if isinstance(formula, Some):
        return [alternative for item in formula.items for alternative in _alternatives(item)]
    if isinstance(formula, Probe) and formula.absent:
        kept = Probe(formula.scope, formula.field, formula.order, formula.value, formula.beside)
        return [*_alternatives(kept), {"$nex": {formula.field: 1}}]
    found = sorted(_conditions(formula), key=lambda condition: "$or" in condition)
    if len(found) == 1:
        (one,) = found
        return list(one["$or"]) if "$or" in one else [one]
    inside = guards([formula]) if isinstance(formula, Probe) else guards(getattr(formula, "items", ()))
    return [{"$and": [*inside, *found]}]


def _test(test: Probe) -> list[Condition]:
    """Returns a test of a field that is there."""
    if test.order in {"present", "missing"}:
        return [{"$ex" if test.order == "present" else "$nex": {test.field: 1}}]
    if test.beside is not None:
        return [_compared(test, {"$m": test.beside})]
    if test.order == "in" and isinstance(test.value, tuple):
        each = [{test.field: value} for value in test.value]
        return each if len(each) == 1 else [{"$or": each}]
    if test.order == "not in" and isinstance(test.value, tuple):
        return [{"$neq": {test.field: value}} for value in test.value]
    return [_compared(test, test.value)]


def _compared(test: Probe | Across, value: Any) -> Condition:  # noqa: ANN401 - what the engine compares with
    order = _ORDERS.get(test.order)
    return {order: {test.field: value}} if order else {test.field: value}
