"""Households beside the one that is asked about: the same with the figures as they are held, and one in which a fact is another."""

from __future__ import annotations

from collections.abc import Iterator

from eligibility.schema import Fact
from eligibility.solver.binding import DEAD
from eligibility.solver.comparing import compared
from eligibility.solver.compiling import Who
from eligibility.solver.joining import agreeing, alike
from eligibility.solver.logic import Formula, every, follows, no
from eligibility.solver.values import Code, Number, Truth, Value
from eligibility.solver.views import Changed, Slot
from eligibility.targets.smt import World
from eligibility.verify.assuming import Supposed


class Held(World):
    """The same household under the rules as they are: a figure that is not held is unknown."""

    def __init__(self, base: World) -> None:
        """Takes the household; all of its facts are the same."""
        super().__init__(base.rules, base.ground, base.count, base.told, dead=base.dead)
        self.base = base

    def present(self, who: int) -> Formula:
        """Returns whether there is such a living member: they are the same."""
        return self.base.present(who)

    def made(self, spec: Fact, who: Who) -> Value:
        """Returns a fact: they are the same."""
        return self.base.fact(spec.name, who)


def as_held(base: World) -> Held:
    """Returns a household under the rules as they are, made once for each."""
    key = ("as held", id(base))
    if key not in base.ground.memo:
        base.ground.memo[key] = Held(base)
    found: Held = base.ground.memo[key]
    return found


class Otherwise(Changed, Supposed):
    """A household that differs from another in some facts, under the same figures, held or not."""

    def remains(self, moved: Slot) -> Formula:
        """Returns whether everything but one fact, and what follows from it, is what it is in the other household.

        What applies in one of the two alone may be anything.
        """
        return every(*self._remains(moved))

    def _remains(self, moved: Slot) -> Iterator[Formula]:
        owners: dict[str, list[Who]] = {
            "household": [None],
            "person": [*range(self.count), *([DEAD] if self.dead else [])],
        }
        for name in sorted(self.touched):
            spec = self.schema.facts[name]
            for who in owners[spec.owner]:
                if (name, who) == moved or (name, who) in self.values:
                    continue
                here, there = self.fact(name, who), self.base.fact(name, who)
                free = every(here.known, there.known)
                if spec.derive is not None:
                    free = every(free, no(self.value(spec.derive.expr, who).known))
                yield follows(free, alike_values(here, there, self))


def alike_values(one: Value, other: Value, world: World) -> Formula:
    """Returns whether two values are surely the same."""
    if isinstance(one, Truth) and isinstance(other, Truth):
        return agreeing(one, other).yes
    if isinstance(one, Code) and isinstance(other, Code):
        return alike(one, other).yes
    assert isinstance(one, Number)  # noqa: S101 - both are of one type
    assert isinstance(other, Number)  # noqa: S101 - likewise
    return compared("==", one, other, world.ground).yes
