"""Other households beside one of unknowns: the same of which less is known, or one that differs in some facts alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from eligibility.bounds import reach
from eligibility.ir import Expr
from eligibility.schema import Fact
from eligibility.solver.compiling import Who
from eligibility.solver.logic import Formula, every, some
from eligibility.solver.stating import Facts, restricted
from eligibility.solver.values import Value
from eligibility.targets.smt import World

Slot = tuple[str, Who]
"""A fact and whose it is."""


class Partly(World):
    """The same household of which only some facts are stated; the others are unknown unless they follow (MEANING M13).

    Args:
        whole: the household, of which everything is known.
        within: another view of it; what is stated here is stated there too.
    """

    def __init__(self, whole: World, within: Partly | None = None) -> None:
        """Takes the household; which facts are stated are unknowns of their own."""
        super().__init__(whole.rules, whole.ground, whole.count, whole.told, dead=whole.dead)
        self.whole, self.within = whole, within
        self._stated: dict[Slot, Formula] = {}

    def present(self, who: int) -> Formula:
        """Returns whether there is such a living member: they are the same."""
        return self.whole.present(who)

    def stated(self, name: str, who: Who) -> Formula:
        """Returns whether a fact is stated."""
        key = (name, who)
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
