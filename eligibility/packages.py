"""What may be drawn together: the best lawful combination, the next best, and why something was dropped (MEANING M24)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from eligibility.determinations import Amount, Claim, Determination, answer
from eligibility.leaves import HOUSEHOLD
from eligibility.money import yuan
from eligibility.packs.calendar import Rules
from eligibility.packs.model import Entitlement
from eligibility.worth import worth

MOST = 10_000
"""How many lawful combinations of one group are gone through."""

Relation = Literal["not_with", "higher_of"]


@dataclass(frozen=True, slots=True)
class Contender:
    """What somebody is entitled to, or may be.

    Args:
        claim: which entitlement, and whose.
        entitlement: that very one: it names its rivals.
        worth: what it comes to in a year; None where that is unknown or no sum of money.
    """

    claim: Claim
    entitlement: Entitlement
    worth: int | None


@dataclass(frozen=True, slots=True)
class Rivalry:
    """Two entitlements that may not be drawn together.

    Args:
        first: the one whose rule says so, and its subject.
        second: the other one.
        relation: `not_with`, or `higher_of` where the higher one is paid.
    """

    first: Claim
    second: Claim
    relation: Relation


@dataclass(frozen=True, slots=True)
class Combination:
    """Entitlements that may be drawn together.

    Args:
        claims: in the order of the screening.
        yearly: what they come to in a year together; what is paid once counts once.
    """

    claims: tuple[Claim, ...]
    yearly: Amount


@dataclass(frozen=True, slots=True)
class Dropped:
    """What is not in the best combination.

    Args:
        claim: what is left out.
        beside: what is kept and may not be drawn beside it.
        relation: why.
    """

    claim: Claim
    beside: Claim
    relation: Relation


@dataclass(frozen=True, slots=True)
class Package:
    """Eligible entitlements of which not all may be drawn together.

    Args:
        claims: all of them.
        rivalries: which of them exclude each other.
        best: the lawful combination with the most money; None while an unknown amount leaves that open, or where there
            are more combinations than can be gone through.
        runner_up: the next best one.
        dropped: what the best one leaves out, and why.
    """

    claims: tuple[Claim, ...]
    rivalries: tuple[Rivalry, ...]
    best: Combination | None
    runner_up: Combination | None
    dropped: tuple[Dropped, ...]


@dataclass(frozen=True, slots=True)
class Falling:
    """An eligible entitlement that would fall away beside one that is still open.

    Args:
        granted: what is undetermined.
        falls: what is eligible.
        relation: why.
    """

    granted: Claim
    falls: Claim
    relation: Relation


def packages(found: Sequence[Determination]) -> tuple[Package, ...]:
    """Returns the groups of eligible entitlements that compete, each with its best lawful combination."""
    return combined(_contenders(found, ("eligible",)))


def combined(eligible: Sequence[Contender]) -> tuple[Package, ...]:
    """Returns the groups of what competes, each with its best lawful combination.

    Args:
        eligible: of one household, in the order of its screening.
    """
    if len(eligible) < 2:  # noqa: PLR2004 - nobody competes alone
        return ()
    return tuple(_package(eligible, group) for group in _groups(list(_rivalries(eligible, eligible))))


def apart(found: Sequence[Package]) -> frozenset[Claim]:
    """Returns what is in no sum: what the best combination leaves out, and everything that competes while that is open."""
    open_ones = {claim for each in found if each.best is None for claim in each.claims}
    return frozenset(open_ones | {each.claim for package in found for each in package.dropped})


def rivals(rules: Rules) -> frozenset[str]:
    """Returns the ids of entitlements that name rivals or are named as such, made once for each state of the law."""
    ids: frozenset[str] | None = rules.state.memo.get("rivals")
    if ids is None:
        found: set[str] = set()
        for one in (ruling.entitlement for ruling in rules.state.rulings):
            named = {*one.not_with, *one.higher_of}
            found |= named | {one.id} if named else set()
        ids = rules.state.memo["rivals"] = frozenset(found)
    return ids


def falling(found: Sequence[Determination]) -> tuple[Falling, ...]:
    """Returns what would fall away if an undetermined entitlement were granted."""
    among = _contenders(found, ("eligible", "undetermined"))
    sure = {each.claim for each in found if each.outcome == "eligible"}
    pairs = []
    for rivalry in _rivalries(among, [each for each in among if each.claim not in sure]):
        granted, falls = rivalry.first, rivalry.second
        if granted in sure:
            granted, falls = falls, granted
        if falls in sure:
            pairs.append(Falling(granted, falls, rivalry.relation))
    return tuple(pairs)


def _contenders(found: Sequence[Determination], outcomes: tuple[str, ...]) -> list[Contender]:
    """Returns the determinations of some outcomes, of entitlements that name rivals or are named as such."""
    if not found:
        return []
    ids = rivals(answer(found[0]).ruled.rules)
    held = [each for each in found if each.entitlement in ids and each.outcome in outcomes]
    return [Contender(each.claim, answer(each).ruled.entitlement, _worth(each)) for each in held]


def _worth(found: Determination) -> int | None:
    return worth(found) if found.outcome == "eligible" else None


def _rivalries(among: Sequence[Contender], one_of: Sequence[Contender]) -> Iterator[Rivalry]:
    """Yields, once each, two claims of one person, or of a person and the household, that exclude each other."""
    by_id: dict[str, list[Contender]] = {}
    for each in among:
        by_id.setdefault(each.entitlement.id, []).append(each)
    wanted = {each.claim for each in one_of}
    seen: set[frozenset[Claim]] = set()
    for each in among:
        for relation in ("not_with", "higher_of"):
            for other in (found for id in getattr(each.entitlement, relation) for found in by_id.get(id, ())):
                pair = frozenset({each.claim, other.claim})
                if _meet(each.claim, other.claim) and pair & wanted and pair not in seen:
                    seen.add(pair)
                    yield Rivalry(each.claim, other.claim, relation)


def _meet(one: Claim, other: Claim) -> bool:
    """Returns whether two claims concern one person, or one of them the household."""
    return one != other and (one.subject == other.subject or HOUSEHOLD in {one.subject, other.subject})


def _groups(rivalries: Sequence[Rivalry]) -> list[list[Rivalry]]:
    """Returns rivalries together that hang together through what they name."""
    groups: list[tuple[set[Claim], list[Rivalry]]] = []
    for rivalry in rivalries:
        claims, held = {rivalry.first, rivalry.second}, [rivalry]
        apart = []
        for group in groups:
            if group[0] & claims:
                claims |= group[0]
                held = [*group[1], *held]
            else:
                apart.append(group)
        groups = [*apart, (claims, held)]
    return [held for _, held in groups]


def _package(eligible: Sequence[Contender], rivalries: Sequence[Rivalry]) -> Package:
    """Returns a group with its best combination, unless an unknown amount leaves that open."""
    wanted = {claim for each in rivalries for claim in (each.first, each.second)}
    found = [each for each in eligible if each.claim in wanted]
    claims = tuple(each.claim for each in found)
    worths = {each.claim: each.worth for each in found if each.worth is not None}
    lawful = list(islice(_lawful(claims, rivalries), MOST + 1)) if len(worths) == len(found) else []
    if not 0 < len(lawful) <= MOST:
        return Package(claims, tuple(rivalries), None, None, ())
    sums = [sum(worths[claim] for claim in kept) for kept in lawful]
    ranked = sorted(zip(sums, lawful, strict=True), key=lambda pair: -pair[0])
    best, *others = (Combination(kept, Amount(yuan(total), "year")) for total, kept in ranked[:2])
    return Package(claims, tuple(rivalries), best, next(iter(others), None), tuple(_dropped(best, rivalries)))


def _dropped(best: Combination, rivalries: Sequence[Rivalry]) -> Iterator[Dropped]:
    """Yields, once each, what a combination leaves out, with a kept one that it may not be drawn beside."""
    told: set[Claim] = set()
    for rivalry in rivalries:
        for out, beside in ((rivalry.first, rivalry.second), (rivalry.second, rivalry.first)):
            if out not in best.claims and beside in best.claims and out not in told:
                told.add(out)
                yield Dropped(out, beside, rivalry.relation)


def _lawful(claims: tuple[Claim, ...], rivalries: Sequence[Rivalry]) -> Iterator[tuple[Claim, ...]]:
    """Yields every combination without rivals to which nothing can be added (Bron and Kerbosch's algorithm, 1973)."""
    rivals: dict[Claim, set[Claim]] = {each: {each} for each in claims}
    for each in rivalries:
        rivals[each.first].add(each.second)
        rivals[each.second].add(each.first)

    def grow(kept: frozenset[Claim], left: set[Claim], seen: set[Claim]) -> Iterator[frozenset[Claim]]:
        if not left and not seen:
            yield kept
        pivot = next(iter(left or seen), None)
        for key in [each for each in claims if each in left and pivot is not None and each in rivals[pivot]]:
            yield from grow(kept | {key}, left - rivals[key], seen - rivals[key])
            left, seen = left - {key}, seen | {key}

    for kept in grow(frozenset(), set(claims), set()):
        yield tuple(each for each in claims if each in kept)
