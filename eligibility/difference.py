"""What two laws decide differently: for each entitlement who gains, who loses and whose amount changes, each with a household."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from eligibility.bounds import reach
from eligibility.derived import contradictions
from eligibility.ir import Expr
from eligibility.leaves import reads
from eligibility.packs.calendar import Rules
from eligibility.profile_reader import Profile
from eligibility.rewording import Reworded, reworded
from eligibility.ruled import ruled
from eligibility.solver.binding import Told
from eligibility.solver.differing import Side, kinds, shows, unlike
from eligibility.solver.ground import Ground
from eligibility.solver.households import Mismatch, answered, called, household, smallest, witnessed
from eligibility.solver.logic import Formula, Given, some
from eligibility.solver.places import named
from eligibility.solver.proving import EFFORT, NotProved, Prover, Question
from eligibility.solver.views import Beside, Partly, shared
from eligibility.targets.smt import MOST_MEMBERS, Asked, World, members_for


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which two laws decide differently, with a household that shows it.

    Args:
        entitlement: its id.
        kind: one of `KINDS` of `solver/differing.py`.
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
        equal: entitlements of which it is proved that both laws decide alike, whatever is known of the household.
        unproved: entitlements of which that was not found out.
        aged: entitlements whose conditions ask for a day itself, so that between the laws' days everybody grows older.
        only: ids of the entitlements that were asked about; all where empty.
    """

    old: Rules
    new: Rules
    members: int
    found: tuple[Difference, ...]
    equal: tuple[str, ...]
    unproved: tuple[str, ...]
    aged: tuple[str, ...] = ()
    only: tuple[str, ...] = ()

    @cached_property
    def only_old(self) -> tuple[str, ...]:
        """Entitlements that are in force under the first law alone, or about somebody else under the other."""
        return self._alone(self.old)

    @cached_property
    def only_new(self) -> tuple[str, ...]:
        """Entitlements that are in force under the other law alone, or about somebody else under the first."""
        return self._alone(self.new)

    def _alone(self, rules: Rules) -> tuple[str, ...]:
        both = _both(self.old, self.new)
        ids = (ruling.entitlement.id for ruling in rules.state.rulings)
        return tuple(id for id in ids if id not in both and (not self.only or id in self.only))

    @cached_property
    def facts(self) -> Mapping[str, str]:
        """Facts that one vocabulary has alone, or that mean something else in the other: `old`, `new` or `other`."""
        here, there = self.old.pack.contents.schema.facts, self.new.pack.contents.schema.facts
        found = {name: "old" for name in here if name not in there} | {
            name: "new" for name in there if name not in here
        }
        return found | {name: "other" for name, spec in here.items() if name in there and not shared(spec, there[name])}

    @cached_property
    def reworded(self) -> tuple[Reworded, ...]:
        """What is said otherwise and no proof compares: which households are accepted, and what may be drawn together."""
        return tuple(reworded(self.old, self.new, self.only))

    @property
    def none(self) -> bool:
        """Whether it is proved that nothing differs."""
        return not (self.found or self.unproved or self.only_old or self.only_new or self.reworded)


def differences(old: Rules, new: Rules, only: Sequence[str] = (), members: int = MOST_MEMBERS) -> Differences:
    """Returns what two laws decide differently, for households all of whose members are listed.

    Where the laws are of different days, a household is one that looks the same on both: as old in years, as long out of work.

    Args:
        old: the first law.
        new: the other one.
        only: ids of entitlements; all that are in force under both where empty.
        members: up to how many living members a household has, where conditions look at members.
    """
    compare, told = _Compare(old, new, members), Differences(old, new, members, (), (), ())
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
        except Mismatch:
            # Where a fact means something else, what one law reads of a household the other may not.
            if not told.facts and not any(each.about == "fact" for each in told.reworded):
                raise
            unproved.append(id)
            continue
        found += differing
        equal += [] if differing else [id]
    return Differences(old, new, members, tuple(found), tuple(equal), tuple(unproved), tuple(compare.aged), tuple(only))


def _both(old: Rules, new: Rules) -> list[str]:
    """Returns the entitlements that are in force under both laws, about the same kind of subject."""
    there = {each.entitlement.id: each.entitlement.subject for each in new.state.rulings}
    return [
        each.entitlement.id for each in old.state.rulings if there.get(each.entitlement.id) == each.entitlement.subject
    ]


@dataclass
class _Pair:
    """One household under two laws, and the same of which only some is known."""

    old: World
    new: World
    prover: Prover

    @cached_property
    def partly(self) -> tuple[World, World]:
        """The household as both laws see it while only some facts are stated."""
        # What is counted up to two days is not the same number on both.
        never = set() if self.old.rules.day == self.new.rules.day else {*_counted(self.old), *_counted(self.new)}
        before = Partly(self.old, never=never)
        return before, Partly(self.new, like=before, never=never)


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
        ways = dict(kinds(before, after))
        question = pair.prover.question(some(*ways.values()))
        worlds = (pair.old, pair.new)
        if question.model() is None:
            ways = {"while_unknown": unlike(*(world.ask(id) for world in pair.partly))}
            question, worlds = pair.prover.question(*ways.values()), pair.partly
            if question.model() is None:
                return
        for kind, formula in ways.items():
            found = self.shown(pair, worlds, question, kind, formula, before)
            if found is not None:
                yield Difference(id, kind, called(before.who), *found)

    def pair(self, id: str) -> _Pair:
        """Returns a household that is large enough for both versions of an entitlement, under both laws."""
        exprs = {rules: ruled(rules, id).exprs for rules in (self.old, self.new)}
        count = max(members_for(each, rules, self.members) for rules, each in exprs.items())
        untold = self.untold(id, exprs)
        dead = ruled(self.old, id).entitlement.subject == "deceased"
        key = (count, untold, dead)
        if key not in self._pairs:
            ground = Ground()
            codes = tuple(sorted({*named(self.old.pack), *named(self.new.pack)}))
            old = World(self.old, ground, count, Told(codes=codes, untold=untold), dead=dead)
            self._pairs[key] = _Pair(old, Beside(old, self.new), Prover(ground, EFFORT))
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
            for name in _days(fact.derive.expr, rules)
        }
        asked = {name for rules, each in exprs.items() for expr in each for name in reads(expr, rules).names()}
        if asked & counted:
            self.aged.append(id)
        return frozenset(counted - asked)

    def shown(
        self, pair: _Pair, worlds: tuple[World, World], question: Question, kind: str, formula: Formula, asked: Asked
    ) -> tuple[Profile, Side, Side] | None:
        """Returns a small household for which something holds, with what the core says of it; None where there is none."""
        day = self.old.day if self.old.day == self.new.day else None
        id, subject = asked.rule.entitlement.id, called(asked.who)
        names = {
            name for rules in (self.old, self.new) for expr in ruled(rules, id).exprs for name in reach(expr, rules)
        }

        def look(given: Given) -> tuple[Profile, tuple[Side, Side]] | None:
            whole = _joined(*(household(world, given) for world in worlds), day=day)
            sides = self.sides(whole, id, subject)
            return (whole, sides) if sides is not None and shows(kind, *sides) else None

        found = witnessed(question, [pair.old, pair.new], names, look, formula)
        if found is None:
            return None
        whole, sides = found
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


def _counted(world: World) -> Iterator[str]:
    """Yields the facts that are counted from days which are stated."""
    for name in world.schema.elapsed:
        derive = world.schema.facts[name].derive
        if derive is not None and not world.told.untold.issuperset(_days(derive.expr, world.rules)):
            yield name


def _days(expr: Expr, rules: Rules) -> set[str]:
    """Returns the days that an expression reads."""
    facts = rules.pack.contents.schema.facts
    return {name for name in reads(expr, rules).names() if facts[name].type == "date"}


def _joined(one: Profile, other: Profile, *, day: date | None) -> Profile:
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
