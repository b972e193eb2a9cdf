"""What each law tries: its parts, by entitlement, figure or status, and the waivers that excuse nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from eligibility.errors import Problem
from eligibility.packs.calendar import Rules
from eligibility.testing.boundaries import boundaries
from eligibility.testing.breach import Breach
from eligibility.testing.laws_amounts import amounts as above
from eligibility.testing.laws_amounts import implies as implied
from eligibility.testing.laws_amounts import odd, without
from eligibility.testing.laws_exclusions import Exclusions, pairs, statuses
from eligibility.testing.laws_facts import households
from eligibility.testing.laws_hardship import Hardship
from eligibility.testing.laws_rises import Rise, figures
from eligibility.testing.laws_time import Time
from eligibility.testing.led import tried
from eligibility.testing.searching import Scope, Trial, broken, trials
from eligibility.testing.strategies import excluded

Told = Breach | Problem
"""What a law found: a household that breaks it, or a waiver that excuses nothing."""


def general(look: Callable[[Scope, Trial], Iterator[Breach]], scope: Scope) -> Iterator[Told]:
    """Tries a law of any household."""
    found = broken(households(scope), partial(look, scope), scope.examples)
    if found is not None:
        yield found


def monotone(scope: Scope) -> Iterator[Told]:
    """Tries each law of hardship that the pack declares on each entitlement that reads one of its facts."""
    for law, worse in scope.declared.worse.items():
        names = {one.fact.name for one in worse}
        waived = {rule.partition("/")[0] for rule in scope.declared.waivers(law)}
        for id in scope.pack.contents.entitlements:
            if not scope.means(id):
                continue
            hardship = Hardship(scope, law, id)
            if any(names & read(rules, id) for rules in scope.laws() if rules.ruling(id) is not None):
                yield from tried(scope, id, hardship.look, hardship.better)
            if id in waived:
                yield from hardship.unused()


def read(rules: Rules, id: str) -> set[str]:
    """Returns the facts that an entitlement reads, those from which others follow among them."""
    found = boundaries(rules, only=[id])
    return found.person.keys() | found.household.keys()


def exclusions(scope: Scope) -> Iterator[Told]:
    """Tries what excludes: each exclusion, each status that is held, and each two rivals."""
    law = Exclusions(scope)
    for id in filter(scope.means, scope.pack.contents.entitlements):
        found = broken(trials(scope.laws(), partial(excluded, id=id)), partial(law.refused, id), scope.share)
        yield from () if found is None else (found,)
    for status in statuses(scope.pack):
        if scope.means(status.closed):
            where = partial(law.holding, status)
            yield from tried(scope, status.closed, partial(law.held, status), where)
    for pair in pairs(scope.pack):
        if any(map(scope.means, pair)):
            found = broken(trials(scope.laws(), partial(law.together, pair)), partial(law.drawn, pair), scope.share)
            yield from () if found is None else (found,)
    yield from law.unused()


def implies(scope: Scope) -> Iterator[Told]:
    """Tries what the pack declares of the eligible."""
    for id in filter(scope.means, scope.declared.file.implies):
        yield from tried(scope, id, partial(implied, scope, id), partial(without, scope, id))


def amounts(scope: Scope) -> Iterator[Told]:
    """Tries the amounts of each entitlement that has some."""
    for id, one in scope.pack.contents.entitlements.items():
        if scope.means(id) and any(body.benefit is not None and body.benefit.amount for body in one.bodies()):
            yield from tried(scope, id, partial(above, scope, id), partial(odd, scope, id))


def time(scope: Scope) -> Iterator[Told]:
    """Tries each entitlement on the nights around the days."""
    for id in scope.pack.contents.entitlements:
        if scope.means(id):
            law = Time(scope, id)
            yield from tried(law.nights(), id, law.look)
            yield from law.unused()


def rises(scope: Scope) -> Iterator[Told]:
    """Tries each figure of money that an amount reads."""
    readers: dict[str, dict[str, None]] = {name: {} for name in scope.declared.waivers("rises")}
    for rules in scope.laws():
        for name, ids in figures(rules).items():
            readers.setdefault(name, {}).update(dict.fromkeys(id for id in ids if scope.means(id)))
    for name, who in readers.items():
        law = Rise(scope, name)
        yield from islice((told for id in who for told in tried(scope, id, law.look)), 1)
        if not scope.only or who:
            yield from law.unused()
