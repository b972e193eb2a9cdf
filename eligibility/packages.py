"""What may be drawn together: the best lawful combination, the next best, and why something was dropped (MEANING M24)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from eligibility.leaves import HOUSEHOLD
from eligibility.screening import Determination, Screening
from eligibility.summary import answer, benefit_of, times

MOST = 10_000
"""How many lawful combinations of one group are gone through."""

Relation = Literal["not_with", "higher_of"]
Key = tuple[str, str]
"""An entitlement and its subject."""


@dataclass(frozen=True, slots=True)
class Rivalry:
    """Two entitlements that may not be drawn together.

    Args:
        first: the one whose rule says so, and its subject.
        second: the other one.
        relation: `not_with`, or `higher_of` where the higher one is paid.
    """

    first: Key
    second: Key
    relation: Relation


@dataclass(frozen=True, slots=True)
class Combination:
    """Entitlements that may be drawn together.

    Args:
        keys: each with its subject, in the order of the screening.
        yearly: cash and waivers of a year together, in fen; those paid once count once.
    """

    keys: tuple[Key, ...]
    yearly: int


@dataclass(frozen=True, slots=True)
class Package:
    """Eligible entitlements of which not all may be drawn together.

    Args:
        keys: all of them.
        rivalries: which of them exclude each other.
        best: the lawful combination with the most money; None while an unknown amount leaves that open, or where there
            are more combinations than can be gone through.
        runner_up: the next best one.
    """

    keys: tuple[Key, ...]
    rivalries: tuple[Rivalry, ...]
    best: Combination | None
    runner_up: Combination | None

    @property
    def dropped(self) -> tuple[tuple[Key, Key, Relation], ...]:
        """What is not in the best combination, each with the kept one that it may not be drawn beside, and why."""
        kept = set(self.best.keys) if self.best else set()
        found: dict[Key, tuple[Key, Key, Relation]] = {}
        for rivalry in self.rivalries if self.best else ():
            for out, beside in ((rivalry.first, rivalry.second), (rivalry.second, rivalry.first)):
                if out not in kept and beside in kept:
                    found.setdefault(out, (out, beside, rivalry.relation))
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Falling:
    """An eligible entitlement that would fall away beside one that is still open."""

    granted: Key
    falls: Key
    relation: Relation


def packages(screening: Screening) -> list[Package]:
    """Returns the groups of eligible entitlements that compete, each with its best lawful combination."""
    rivalries = list(_rivalries(screening.eligible, screening.eligible))
    return [_package(screening, group) for group in _groups(rivalries)]


def falling(screening: Screening) -> list[Falling]:
    """Returns what would fall away if an undetermined entitlement were granted."""
    found = []
    eligible = {_key(each) for each in screening.eligible}
    among = [each for each in screening.determinations if each.outcome != "ineligible"]
    for rivalry in _rivalries(among, screening.undetermined):
        granted, falls = rivalry.first, rivalry.second
        if granted in eligible:
            granted, falls = falls, granted
        if falls in eligible:
            found.append(Falling(granted, falls, rivalry.relation))
    return found


def _rivalries(among: Sequence[Determination], one_of: Sequence[Determination]) -> Iterator[Rivalry]:
    """Yields, once each, two determinations for one person, or a person and the household, that exclude each other."""
    by_id: dict[str, list[Determination]] = {}
    for each in among:
        by_id.setdefault(each.entitlement, []).append(each)
    wanted = {_key(each) for each in one_of}
    seen: set[frozenset[Key]] = set()
    for each in among:
        entitlement = answer(each).ruled.entitlement
        for relation in ("not_with", "higher_of"):
            for other in (found for id in getattr(entitlement, relation) for found in by_id.get(id, ())):
                pair = frozenset({_key(each), _key(other)})
                if _meet(each, other) and pair & wanted and pair not in seen:
                    seen.add(pair)
                    yield Rivalry(_key(each), _key(other), relation)


def _meet(one: Determination, other: Determination) -> bool:
    """Returns whether two determinations concern one person, or one of them the household."""
    return one is not other and (one.subject == other.subject or HOUSEHOLD in {one.subject, other.subject})


def _groups(rivalries: Sequence[Rivalry]) -> list[list[Rivalry]]:
    """Returns rivalries together that hang together through what they name."""
    groups: list[tuple[set[Key], list[Rivalry]]] = []
    for rivalry in rivalries:
        keys, held = {rivalry.first, rivalry.second}, [rivalry]
        apart = []
        for group in groups:
            if group[0] & keys:
                keys |= group[0]
                held = [*group[1], *held]
            else:
                apart.append(group)
        groups = [*apart, (keys, held)]
    return [held for _, held in groups]


def _package(screening: Screening, rivalries: Sequence[Rivalry]) -> Package:
    """Returns a group with its best combination, unless an unknown amount leaves that open."""
    wanted = {key for each in rivalries for key in (each.first, each.second)}
    found = [each for each in screening.eligible if _key(each) in wanted]
    keys = tuple(_key(each) for each in found)
    worths = [_worth(each) for each in found]
    if None in worths:
        return Package(keys, tuple(rivalries), None, None)
    worth = {key: value or 0 for key, value in zip(keys, worths, strict=True)}
    lawful = [Combination(kept, sum(worth[key] for key in kept)) for kept in islice(_lawful(keys, rivalries), MOST + 1)]
    if len(lawful) > MOST:
        return Package(keys, tuple(rivalries), None, None)
    ranked = sorted(lawful, key=lambda each: -each.yearly)
    return Package(keys, tuple(rivalries), ranked[0], ranked[1] if len(ranked) > 1 else None)


def _lawful(keys: tuple[Key, ...], rivalries: Sequence[Rivalry]) -> Iterator[tuple[Key, ...]]:
    """Yields every combination without rivals to which nothing can be added (Bron and Kerbosch's algorithm, 1973)."""
    rivals: dict[Key, set[Key]] = {key: {key} for key in keys}
    for each in rivalries:
        rivals[each.first].add(each.second)
        rivals[each.second].add(each.first)

    def grow(kept: frozenset[Key], left: set[Key], seen: set[Key]) -> Iterator[frozenset[Key]]:
        if not left and not seen:
            yield kept
        pivot = next(iter(left or seen), None)
        for key in [each for each in keys if each in left and pivot is not None and each in rivals[pivot]]:
            yield from grow(kept | {key}, left - rivals[key], seen - rivals[key])
            left, seen = left - {key}, seen | {key}

    for kept in grow(frozenset(), set(keys), set()):
        yield tuple(key for key in keys if key in kept)


def _worth(found: Determination) -> int | None:
    """Returns what an entitlement comes to in a year, in fen; None where that is unknown or no sum of money."""
    benefit, amount = benefit_of(found), answer(found).amount
    if benefit is None or amount is None:
        return None
    each = 1 if benefit.per == "once" else times(benefit)
    return None if each is None else amount * each


def _key(found: Determination) -> Key:
    return (found.entitlement, found.subject)
