"""What two laws decide differently: for each entitlement who gains, who loses and whose amount changes, each with a household."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from eligibility.answer import Answer
from eligibility.derived import contradictions
from eligibility.ir import Expr
from eligibility.leaves import reads
from eligibility.packs.calendar import Rules
from eligibility.profile_reader import Profile
from eligibility.ruled import ruled
from eligibility.solver.ground import Ground
from eligibility.solver.households import Mismatch, answered, called, household, smallest
from eligibility.solver.logic import Formula, every, no, some
from eligibility.solver.ordinary import ordinary
from eligibility.solver.places import named
from eligibility.solver.proving import NotProved, Prover, Question
from eligibility.solver.stating import Told
from eligibility.solver.values import compared
from eligibility.solver.views import Beside, shared
from eligibility.targets.smt import MOST_MEMBERS, Asked, World, members_for
from eligibility.words import Words

KINDS: Mapping[str, Words] = {
    "gains": Words("得到：以前不符合或未定，现在符合", "gains: eligible now and not before"),
    "loses": Words("失去：以前符合，现在不符合或未定", "loses: eligible before and not now"),
    "opens": Words("有望：以前不符合，现在未定", "opens: refused before, undetermined now"),
    "closes": Words("无望：以前未定，现在不符合", "closes: undetermined before, refused now"),
    "more": Words("金额增加", "a higher amount"),
    "less": Words("金额减少", "a lower amount"),
    "amount_known": Words("金额以前不知道，现在知道", "the amount was unknown and is known now"),
    "amount_unknown": Words("金额以前知道，现在不知道", "the amount was known and is unknown now"),
    "period": Words("计发周期不同", "the amount is by another period"),
}
"""How two laws can decide differently, and how people call it."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one law says of a subject.

    Args:
        outcome: what it comes to.
        amount: in fen; None where there is none or it is unknown.
        per: the period of the amount.
    """

    outcome: str
    amount: int | None
    per: str | None

    @classmethod
    def of(cls, answer: Answer) -> Side:
        """Returns what an answer of the core says."""
        return cls(answer.outcome, answer.amount, answer.ruled.per)


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which two laws decide differently, with a household that shows it.

    Args:
        entitlement: its id.
        kind: one of `KINDS`.
        subject: who it is about.
        profile: a household that both laws read; the core says of it what stands in `before` and `after`.
        before: what the first law says.
        after: what the other one says.
    """

    entitlement: str
    kind: str
    subject: str
    profile: Profile
    before: Side
    after: Side


@dataclass(frozen=True)
class Differences:
    """Everything that two laws decide differently.

    Args:
        old: the first law.
        new: the other one.
        members: up to how many living members were looked at, where conditions look at members.
        found: the differences, each with a household.
        equal: entitlements of which it is proved that nobody of whom everything is known is decided upon differently.
        unproved: entitlements of which that was not found out.
        aged: entitlements whose conditions ask for a day itself, so that between the laws' days everybody grows older.
    """

    old: Rules
    new: Rules
    members: int
    found: tuple[Difference, ...]
    equal: tuple[str, ...]
    unproved: tuple[str, ...]
    aged: tuple[str, ...] = ()

    @cached_property
    def only_old(self) -> tuple[str, ...]:
        """Entitlements that are in force under the first law alone, or about somebody else under the other."""
        return tuple(id for id in _ids(self.old) if id not in _both(self.old, self.new))

    @cached_property
    def only_new(self) -> tuple[str, ...]:
        """Entitlements that are in force under the other law alone, or about somebody else under the first."""
        return tuple(id for id in _ids(self.new) if id not in _both(self.old, self.new))

    @cached_property
    def facts(self) -> Mapping[str, str]:
        """Facts that one vocabulary has alone, or that mean something else in the other: `old`, `new` or `other`."""
        here, there = self.old.pack.contents.schema.facts, self.new.pack.contents.schema.facts
        found = {name: "old" for name in here if name not in there} | {
            name: "new" for name in there if name not in here
        }
        return found | {name: "other" for name, spec in here.items() if name in there and not shared(spec, there[name])}

    @property
    def none(self) -> bool:
        """Whether it is proved that nothing differs."""
        return not (self.found or self.unproved or self.only_old or self.only_new)


def differences(old: Rules, new: Rules, only: Sequence[str] = (), members: int = MOST_MEMBERS) -> Differences:
    """Returns what two laws decide differently, for households of which everything is known.

    Where the laws are of different days, a household is one that looks the same on both: as old in years, as long out of work.

    Args:
        old: the first law.
        new: the other one.
        only: ids of entitlements; all that are in force under both where empty.
        members: up to how many living members a household has, where conditions look at members.
    """
    compare = _Compare(old, new, members)
    found: list[Difference] = []
    equal, unproved = [], []
    for id in _both(old, new):
        if only and id not in only:
            continue
        try:
            differing = list(compare.entitlement(id))
        except NotProved:
            unproved.append(id)
            continue
        found += differing
        equal += [] if differing else [id]
    return Differences(old, new, members, tuple(found), tuple(equal), tuple(unproved), tuple(compare.aged))


def _ids(rules: Rules) -> list[str]:
    return [ruling.entitlement.id for ruling in rules.state.rulings]


def _both(old: Rules, new: Rules) -> list[str]:
    """Returns the entitlements that are in force under both laws, about the same kind of subject."""
    there = {each.entitlement.id: each.entitlement.subject for each in new.state.rulings}
    return [
        each.entitlement.id for each in old.state.rulings if there.get(each.entitlement.id) == each.entitlement.subject
    ]


@dataclass
class _Pair:
    """One household under two laws."""

    old: World
    new: World
    prover: Prover


@dataclass
class _Compare:
    """Compares two laws, entitlement by entitlement."""

    old: Rules
    new: Rules
    members: int
    aged: list[str] = field(default_factory=list)
    _pairs: dict[tuple[Any, ...], _Pair] = field(default_factory=dict)

    def entitlement(self, id: str) -> Iterator[Difference]:
        """Yields how the laws differ in one entitlement.

        Raises:
            NotProved: the solver gave up.
        """
        pair = self.pair(id)
        before, after = pair.old.ask(id), pair.new.ask(id)
        kinds = dict(_kinds(before, after))
        question = pair.prover.question(some(*kinds.values()))
        if question.model() is None:
            return
        for kind, formula in kinds.items():
            found = self.shown(pair, question, kind, formula, before)
            if found is not None:
                yield Difference(id, kind, called(before.who), *found)

    def pair(self, id: str) -> _Pair:
        """Returns a household that is large enough for both versions of an entitlement, under both laws."""
        exprs = {rules: list(_written(rules, id)) for rules in (self.old, self.new)}
        count = max(members_for(each, rules, self.members) for rules, each in exprs.items())
        untold = self.untold(id, exprs)
        dead = ruled(self.old, id).entitlement.subject == "deceased"
        key = (count, untold, dead)
        if key not in self._pairs:
            ground = Ground()
            codes = tuple(sorted({*named(self.old.pack), *named(self.new.pack)}))
            old = World(self.old, ground, count, Told(codes=codes, untold=untold), dead=dead)
            self._pairs[key] = _Pair(old, Beside(old, self.new), Prover(ground))
        return self._pairs[key]

    def untold(self, id: str, exprs: Mapping[Rules, Sequence[Expr]]) -> frozenset[str]:
        """Returns the days that nobody states because what is counted from them is stated: those that no condition asks for."""
        if self.old.day == self.new.day:
            return frozenset()
        facts = {rules: rules.pack.contents.schema.facts for rules in exprs}
        counted = {
            name
            for rules, schema in facts.items()
            for fact in schema.values()
            if fact.elapsed and fact.derive is not None
            for name in reads(fact.derive.expr, rules).names()
        }
        asked = {name for rules, each in exprs.items() for expr in each for name in reads(expr, rules).names()}
        if asked & counted:
            self.aged.append(id)
        return frozenset(counted - asked)

    def shown(
        self, pair: _Pair, question: Question, kind: str, formula: Formula, asked: Asked
    ) -> tuple[Profile, Side, Side] | None:
        """Returns a small household for which something holds, with what the core says of it; None where there is none."""
        given = ordinary(question, [pair.old, pair.new], formula)
        if given is None:
            return None
        day = self.old.day if self.old.day == self.new.day else None
        whole = _joined(household(pair.old, given), household(pair.new, given), day)
        id, subject = asked.rule.entitlement.id, called(asked.who)
        sides = self.sides(whole, id, subject)
        if sides is None or not _shows(kind, *sides):
            raise Mismatch(f"{id}: the core does not say of a household what the solver found: {kind}")
        return smallest(self.old, whole, lambda each: self.sides(each, id, subject) == sides), *sides

    def sides(self, profile: Profile, id: str, subject: str) -> tuple[Side, Side] | None:
        """Returns what the core says under both laws; None where one of them refuses the household."""
        found = []
        for rules in (self.old, self.new):
            own = _for(rules, profile)
            answer = answered(rules, own, id, subject)
            if answer is None or any(contradictions(rules, own.household, own.members)):
                return None
            found.append(Side.of(answer))
        return found[0], found[1]


def _written(rules: Rules, id: str) -> Iterator[Expr]:
    """Yields every condition and amount of an entitlement in force, those of required ones too."""
    rule = ruled(rules, id)
    yield from (part.expr for part in rule.parts if part.expr is not None)
    yield from (expr for tier in rule.tiers for expr in tier if expr is not None)


def _kinds(before: Asked, after: Asked) -> Iterator[tuple[str, Formula]]:
    """Yields each way in which two answers can differ, and when they do."""
    ground, both = before.world.ground, every(before.eligible, after.eligible)
    yield "gains", every(no(before.eligible), after.eligible)
    yield "loses", every(before.eligible, no(after.eligible))
    yield "opens", every(before.ineligible, after.undetermined)
    yield "closes", every(before.undetermined, after.ineligible)
    if before.rule.per != after.rule.per:
        yield "period", both
        return
    one, other = before.amount, after.amount
    yield "more", every(both, compared("<", one, other, ground).yes)
    yield "less", every(both, compared(">", one, other, ground).yes)
    yield "amount_known", every(both, no(one.known), other.known)
    yield "amount_unknown", every(both, one.known, no(other.known))


def _shows(kind: str, before: Side, after: Side) -> bool:
    """Returns whether what the core says is a difference of a kind."""
    was, now = before.outcome == "eligible", after.outcome == "eligible"
    if kind in {"gains", "loses"}:
        return (was, now) == (kind == "loses", kind == "gains")
    if kind in {"opens", "closes"}:
        wanted = ("ineligible", "undetermined")
        return (before.outcome, after.outcome) == (wanted if kind == "opens" else wanted[::-1])
    if kind == "period":
        return was and now and before.per != after.per
    known = (before.amount is not None, after.amount is not None)
    if kind in {"amount_known", "amount_unknown"}:
        return was and now and known == (kind == "amount_unknown", kind == "amount_known")
    if before.amount is None or after.amount is None:
        return False
    return was and now and (before.amount < after.amount if kind == "more" else before.amount > after.amount)


def _joined(one: Profile, other: Profile, day: date | None) -> Profile:
    """Returns what two laws were asked about as one household; what follows differently under each is not stated."""
    members = {str(each["id"]): dict(each) for each in one.members}
    for each in other.members:
        members[str(each["id"])] = _agreed(members.get(str(each["id"]), {}), each)
    return Profile(one.id, day, _agreed(one.household, other.household), tuple(members.values()))


def _agreed(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**one, **other}.items() if one.get(name, value) == other.get(name, value)}


def _for(rules: Rules, profile: Profile) -> Profile:
    """Returns what a vocabulary can state of a household."""
    facts = rules.pack.contents.schema.facts
    household_ = {name: value for name, value in profile.household.items() if name in facts}
    members = tuple({name: each[name] for name in each if name in facts or name == "id"} for each in profile.members)
    return Profile(profile.id, profile.as_of, household_, members)
