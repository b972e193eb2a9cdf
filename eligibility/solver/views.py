"""Other households beside one of unknowns: the same of which less is known, or one that differs in some facts alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import partial

from eligibility.bounds import reach
from eligibility.ir import Expr
from eligibility.packs.calendar import Rules
from eligibility.schema import Fact
from eligibility.solver.comparing import compared
from eligibility.solver.compiling import Who
from eligibility.solver.logic import Formula, every, no, same, some
from eligibility.solver.stating import Facts
from eligibility.solver.values import Code, Number, Value, exactly, restricted
from eligibility.targets.smt import World

Slot = tuple[str, Who]
"""A fact and whose it is."""


class Partly(World):
    """The same household of which only some facts are stated; the others are unknown unless they follow (MEANING M13).

    Args:
        whole: the household, of which everything is known.
        within: another view of it; what is stated here is stated there too.
        like: a view of it under another law; of what both laws know, the same is stated there.
        never: names of facts that are never stated, though they may follow.
    """

    def __init__(
        self,
        whole: World,
        within: Partly | None = None,
        like: Partly | None = None,
        never: Collection[str] = (),
    ) -> None:
        """Takes the household; which facts are stated are unknowns of their own."""
        super().__init__(whole.rules, whole.ground, whole.count, whole.told, dead=whole.dead)
        self.whole, self.within, self.like, self.never = whole, within, like, never
        self._stated: dict[Slot, Formula] = {}

    def present(self, who: int) -> Formula:
        """Returns whether there is such a living member: they are the same."""
        return self.whole.present(who)

    def stated(self, name: str, who: Who) -> Formula:
        """Returns whether a fact is stated."""
        key = (name, who)
        if name in self.never:
            return False
        if self.like is not None and name in self.like.schema.facts:
            return self.like.stated(name, who)
        if key not in self._stated:
            flag = self.ground.flag(f"stated {who}.{name}")
            self._stated[key] = flag if self.within is None else every(flag, self.within.stated(name, who))
        return self._stated[key]

    def made(self, spec: Fact, who: Who) -> Value:
        """Makes a fact: that of the household, known where it is stated or follows."""
        found = self.whole.fact(spec.name, who)
        if spec.name in {"died", "members_complete"}:
            return found
        known = self.stated(spec.name, who)
        if spec.derive is not None:
            known = some(known, self.value(spec.derive.expr, who).known)
        return restricted(found, known)


class Changed(World):
    """A household that differs from another in some facts, and in what follows from them or hangs on whether they apply.

    Args:
        base: the other household; all else is the same.
        differing: names of facts that may be others for everybody.
        values: facts that are something else; they are nobody's to choose.
        label: a word in the names of the unknowns.
    """

    def __init__(
        self,
        base: World,
        differing: Collection[str] = (),
        values: Mapping[Slot, Value] | None = None,
        label: str = "other ",
    ) -> None:
        """Takes the household; what differs are unknowns of their own."""
        values = values or {}
        own = {*differing, *(name for name, _ in values)}
        facts = base.schema.facts
        self.touched = frozenset(name for name in facts if name in own or not own.isdisjoint(hung(base, facts[name])))
        people = {
            who: {name: value for name, value in told.items() if name not in self.touched}
            for who, told in base.told.people.items()
        }
        told = replace(base.told, people=people, codes=base.codes)
        super().__init__(base.rules, base.ground, base.count, told, dead=base.dead, label=label)
        self.base, self.values = base, values

    def present(self, who: int) -> Formula:
        """Returns whether there is such a living member: they are the same."""
        return self.base.present(who)

    def value(self, expr: Expr, own: Who = None, member: Who = None) -> Value:
        """Returns what an expression becomes: the same as in the other household where nothing of it differs."""
        if self.touched.isdisjoint(reach(expr, self.rules)):
            return self.base.value(expr, own, member)
        return super().value(expr, own, member)

    def made_before(self) -> Collection[Slot]:
        """Returns the facts that somebody asked about, here or of the other household."""
        return {**dict.fromkeys(self.facts), **dict.fromkeys(self.base.made_before())}

    def made(self, spec: Fact, who: Who) -> Value:
        """Makes a fact."""
        if (spec.name, who) in self.values:
            return self.values[spec.name, who]
        return super().made(spec, who) if spec.name in self.touched else self.base.fact(spec.name, who)

    def sound(self) -> Formula:
        """Returns whether nothing that no household violates goes against the values that are something else."""
        return every(*self.bonds(self.values))


def hung(world: Facts, fact: Fact) -> Iterable[str]:
    """Returns every fact on which another one hangs: those that it follows from, and those that gate it."""
    written = [each for each in (fact.derive, fact.only_if) if each is not None]
    return {name for each in written for name in reach(each.expr, world.rules)}


def shared(one: Fact, other: Fact) -> bool:
    """Returns whether two vocabularies mean the same by a fact, its values and its range apart."""
    return all(getattr(one, part) == getattr(other, part) for part in ("type", "owner", "unit", "per", "level"))


class Beside(World):
    """The same household under another law: every fact that both vocabularies have is the same, as a profile would state it.

    It is one that both can read: it states no value, and no fact that does not apply, that one of them would refuse.

    Args:
        base: the household under the first law.
        rules: the other law.
        label: a word in the names of the unknowns.
    """

    def __init__(self, base: World, rules: Rules, label: str = "new ") -> None:
        """Takes the household; what only the other law knows are unknowns of their own."""
        super().__init__(rules, base.ground, base.count, base.told, dead=base.dead, label=label)
        self.base = base
        there = base.schema.facts
        self.shared = frozenset(
            name for name, spec in self.schema.facts.items() if name in there and shared(spec, there[name])
        )

    def present(self, who: int) -> Formula:
        """Returns whether there is such a living member: they are the same."""
        return self.base.present(who)

    def gate(self, spec: Fact, who: Who) -> Formula:
        """Returns whether a fact applies, as it does under the first law."""
        found = super().gate(spec, who)
        if spec.name in self.shared:
            self.ground.require(same(found, self.base.gate(self.base.schema.facts[spec.name], who)))
        return found

    def applicable(self, spec: Fact, who: Who) -> Value:
        """Returns a fact that applies; what follows is known under both laws, or stated for both."""
        found = super().applicable(spec, who)
        there = self.base.schema.facts.get(spec.name)
        if spec.name not in self.shared or spec.derive is None or there is None or there.derive is None:
            return found
        known, before = (
            world.value(each.derive.expr, who).known
            for world, each in ((self, spec), (self.base, there))
            if each.derive is not None
        )
        if spec.type == "money":
            stated = self.agrees(spec, self.base.free(there, who), self.free(spec, who))
            self.ground.require(some(every(known, before), stated))
        else:
            self.ground.require(same(known, before))
        return found

    def unknown(self, spec: Fact, who: Who) -> Value:
        """Makes an unknown for a fact: that of the first law, where both mean the same by it."""
        if spec.name not in self.shared or (spec.type == "money" and spec.derive is not None):
            return super().unknown(spec, who)
        there = self.base.schema.facts[spec.name]
        found = self.base.free(there, who)
        if isinstance(found, Code):
            here = self.choices(spec)
            self.ground.require(no(some(*(when for code, when in found.cases.items() if code not in here))))
        if isinstance(found, Number):
            low, high = self.range(spec)
            inside = (
                compared(">=", found, exactly(low), self.ground),
                compared("<=", found, exactly(high), self.ground),
            )
            self.ground.require(every(*(each.yes for each in inside)))
        for each in self.base.unknowns[spec.name, who]:
            self.ground.later(each, partial(self.bind, spec.name, who))
        return found
