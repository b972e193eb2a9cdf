"""The ways in which a formula can be so: each asks something of each fact, and becomes one rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TypeVar

from eligibility.rete.formula import (
    ALWAYS,
    NEVER,
    Across,
    Constant,
    Every,
    Formula,
    Some,
    TooLongError,
    Witness,
    every,
    fits,
    scopes,
    some,
)

ItemT = TypeVar("ItemT")


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


MOST_COMBINED = 1_000
"""How many combinations of alternatives are looked at before a condition counts as one that the engine cannot hold."""


def combined(parts: Sequence[Sequence[ItemT]]) -> Iterator[tuple[ItemT, ...]]:
    """Yields each choice of one alternative from each part.

    Raises:
        TooLongError: there are too many.
    """
    if prod(len(part) for part in parts) > MOST_COMBINED:
        raise TooLongError
    return product(*parts)


def _all_of(parts: Sequence[list[Product]]) -> list[Product]:
    found: dict[Product, None] = {}
    for chosen in combined(parts):
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
            tuple(part for term in chosen for part in term)
            for chosen in combined([_terms(item) for item in body.items])
        ]
    return [(body,)]
