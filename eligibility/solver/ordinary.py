"""Of all households for which something holds, an ordinary one: few members, round incomes, ages in the middle of life."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from eligibility.bounds import BORN
from eligibility.elapsed import after_months
from eligibility.schema import Fact
from eligibility.solver.compiling import Who
from eligibility.solver.logic import AtMost, Flag, Formula, Given, Whole, at_most, equal, holds, no, number, of
from eligibility.solver.proving import NotProved, Question
from eligibility.targets.smt import World

_AGES = (35, 45, 25, 10, 65, 5, 16, 75, 55, 1, 85)
_MONTHS_AGO = (120, 60, 24, 12, 7, 3, 1)
_SOON = 30
_INCOME = 200_000
_STEPS = (100_000, 10_000, 1_000, 100)
_NONE = "none"


@dataclass
class Ordinary:
    """Makes what a solver found more ordinary, one fact after another.

    Args:
        question: what is asked.
        more: what holds beside it.
        given: what was found so far.
    """

    question: Question
    more: Sequence[Formula]
    given: Given
    kept: list[Formula] = field(default_factory=list)

    def prefer(self, *wishes: Formula) -> bool:
        """Keeps the first of several wishes that can be had; returns whether one can."""
        for wish in wishes:
            if wish is False or wish is True:
                continue
            if not holds(wish, self.given):
                try:
                    found = self.question.model(*self.more, *self.kept, wish)
                except NotProved:
                    found = None
                if found is None:
                    continue
                self.given = found
            self.kept.append(wish)
            return True
        return False

    def least(self, whole: Whole) -> None:
        """Makes a number as small as it can be."""
        low, high = whole.low, int(self.given[whole])
        while low < high:
            middle = (low + high) // 2
            if self.prefer(at_most(of(whole), number(middle))):
                high = int(self.given[whole])
            else:
                low = middle + 1
        self.kept.append(equal(of(whole), number(high)))

    def round(self, whole: Whole, start: int) -> None:
        """Makes an amount a usual one, or a round one near to what it is."""
        here = int(self.given[whole])
        near = [each for step in _STEPS for each in (here // step * step, -(-here // step) * step)]
        if not self.prefer(
            *(equal(of(whole), number(each)) for each in (start, *near) if whole.low <= each <= whole.high)
        ):
            self.kept.append(equal(of(whole), number(here)))

    def day(self, spec: Fact, whole: Whole, world: World) -> None:
        """Makes a day one long enough ago; where none of the usual ones will do, one that has come before one that has not."""
        today = world.rules.day
        if spec.name == BORN:
            days = [after_months(today, -age * 12 - 6) for age in _AGES if today.year - age > 1]
        else:
            days = [after_months(today, -months) for months in _MONTHS_AGO]
        usual = [equal(of(whole), number(each.toordinal())) for each in days]
        past, soon = at_most(of(whole), number(today.toordinal())), equal(of(whole), number(today.toordinal() + _SOON))
        self.prefer(*usual, past, soon)
        self.kept.append(equal(of(whole), number(int(self.given[whole]))))


def ordinary(question: Question, worlds: Sequence[World], *more: Formula) -> Given | None:
    """Returns unknowns for which everything holds, as ordinary as can be; None where there are none, which is a proof.

    Args:
        question: what is asked.
        worlds: the households whose facts are looked at.
        more: what holds beside it.

    Raises:
        NotProved: the solver gave up before it found any.
    """
    given = question.model(*more)
    if given is None:
        return None
    look = Ordinary(question, more, given)
    for world in worlds:
        for who in reversed(range(world.count)):
            there = world.present(who)
            if isinstance(there, Flag) and there in look.given:
                look.prefer(no(there))
        for spec, whose in _slots(world):
            _fact(look, world, spec, whose)
    return look.given


def include(question: Question, worlds: Sequence[World], names: Collection[str]) -> None:
    """Makes facts a part of a question, those too whose ranges alone settle what is asked of them."""
    found: list[Formula] = []
    for world in worlds:
        for (name, _), made in world.unknowns.items():
            if name in names:
                found += (AtMost(((each, 1),), each.high) if isinstance(each, Whole) else each for each in made)
    question.reach(found)


def _slots(world: World) -> Iterator[tuple[Fact, Who]]:
    """Yields the facts that have an unknown of their own: of the household, of each member, and what the household comes to.

    What follows from what members have comes last: were a sum of incomes made a usual one first, no income would be usual.
    """
    order = {name: at for at, name in enumerate(world.schema.facts)}

    def place(slot: tuple[str, Who]) -> tuple[int, int]:
        name, who = slot
        if who is None:
            return (len(order) if world.schema.facts[name].derive is not None else -1), order[name]
        return abs(who), order[name]

    for name, who in sorted(dict.fromkeys(world.slots.values()), key=place):
        yield world.schema.facts[name], who


def _fact(look: Ordinary, world: World, spec: Fact, who: Who) -> None:
    """Makes one fact ordinary."""
    made = [each for each in world.unknowns[spec.name, who] if each in look.given]
    if not made:
        return
    first = made[0]
    if isinstance(first, Whole):
        if spec.type == "date":
            look.day(spec, first, world)
        elif spec.type == "money":
            look.round(first, _INCOME if who is not None else 0)
        else:
            look.least(first)
    elif spec.type == "bool":
        if not look.prefer(no(first)):
            look.kept.append(first)
    else:
        names = list(world.choices(spec))
        order = sorted(zip(names, made, strict=True), key=lambda each: each[0] != _NONE)
        look.prefer(*(flag for _, flag in order))  # type: ignore[arg-type]  # flags
