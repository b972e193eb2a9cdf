"""A status that is held closes what it rules out: proved for each entitlement that gives one, and each that is not drawn beside it."""

from __future__ import annotations

from collections.abc import Iterator

from eligibility.leaves import HOUSEHOLD
from eligibility.packs.calendar import Rules
from eligibility.profile_reader import Profile
from eligibility.solver.households import Claim
from eligibility.solver.joining import alike
from eligibility.solver.logic import every
from eligibility.solver.lookup import constant, kind_of
from eligibility.solver.values import Code, Truth
from eligibility.testing.laws_exclusions import Status, statuses
from eligibility.verify.lawful import Law
from eligibility.verify.proof import Found
from eligibility.verify.showing import one
from eligibility.words import Words


def exclusions(law: Law, id: str) -> Iterator[Found]:
    """Yields who is eligible for something that a status rules out which is held already (MEANING M17, M24)."""
    for status in statuses(law.rules.pack):
        if status.closed == id and status.giver in law.ids:
            yield from _held(law, status)
    entitlement = law.rules.pack.entitlement(id)
    for other in dict.fromkeys((*entitlement.not_with, *entitlement.higher_of)):
        if other in law.ids:
            yield from _apart(law, id, other)


def _held(law: Law, status: Status) -> Iterator[Found]:
    spec = law.rules.pack.contents.schema.facts[status.fact]
    subject = law.rules.pack.entitlement(status.closed).subject
    if spec.owner == "person" and subject == HOUSEHOLD:
        return
    asked, world = law.ask(status.closed), law.world(status.closed)
    fact = world.fact(status.fact, asked.who if spec.owner == "person" else None)
    value = constant(kind_of(spec.kind), status.value)
    if isinstance(fact, Truth):
        has = fact.is_(status.value)
    elif isinstance(fact, Code) and isinstance(value, Code):
        has = alike(fact, value).yes
    else:
        return
    claim = Claim(status.closed, law.subject(status.closed), "eligible")

    def holds(_: Rules, profile: Profile) -> bool:
        owner = profile.household if spec.owner == HOUSEHOLD else profile.members[0]
        return bool(owner.get(spec.name) == status.value)

    shown = one(law, world, [claim], [every(asked.eligible, has)], holds)
    if shown is not None:
        giver = law.rules.pack.entitlement(status.giver).label
        zh = f"已有“{giver.zh}”给予的 {status.fact}，仍符合"
        en = f"somebody is eligible who holds {status.fact} already, which {giver.en} gives"
        yield Found("exclusions", status.rule, Words(zh, en), status.closed, shown=shown)


def _apart(law: Law, id: str, other: str) -> Iterator[Found]:
    """Yields that two entitlements which may not be drawn together never meet, so that saying so has no effect."""
    one_, two = law.ask(id), law.ask(other)
    subjects = {each.rule.entitlement.subject for each in (one_, two)}
    if "deceased" in subjects or None in (law.model(one_.eligible), law.model(two.eligible)):
        return
    if law.model(every(one_.eligible, two.eligible)) is None:
        zh, en = (
            f"与 {other} 从不同时符合，不写也一样",
            f"nobody is ever eligible for {other} as well: to exclude it says nothing",
        )
        yield Found("exclusions", f"{id}/{other}", Words(zh, en), id, "information")
