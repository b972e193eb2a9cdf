"""What every completion of the unknown facts comes to: the solver looks for one that comes to something else (MEANING M25)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from eligibility.answer import Answer, Outcome
from eligibility.asking import answers
from eligibility.derived import Prepared
from eligibility.situation import Facts
from eligibility.solver.binding import DEAD, Told
from eligibility.solver.compiling import Who
from eligibility.solver.ground import Ground
from eligibility.solver.logic import Formula, Given, holds
from eligibility.solver.proving import NotProved, Prover, Question
from eligibility.targets.smt import Asked, World

OUTCOMES: tuple[Outcome, ...] = ("undetermined", "eligible", "ineligible")
_TWO = 2
EFFORT = 400_000
"""How much work one look for a completion may take; what takes more stays open."""


class Completions:
    """The completions of one household: everybody's unknown facts, never the figures of the law.

    What is told stays; what is not told may be anything that contradicts nothing. Members of an open list who are not listed
    may come to anything, and to nothing that is known.
    """

    def __init__(self, prepared: Prepared, *, own_day: bool) -> None:
        """Takes the household; the solver is asked when an answer is.

        Args:
            prepared: the household.
            own_day: whether its facts were stated for the day of the screening.
        """
        self.prepared, self.own_day = prepared, own_day
        self._homes: dict[int, _Home] = {}

    def outcomes(self, answer: Answer) -> frozenset[Outcome] | None:
        """Returns the outcomes that completions come to, no more than two of them; None where that was not found out.

        There are none where what is told contradicts itself.
        """
        living = {id(each): at for at, each in enumerate(self.prepared.situation.members)}
        who = living.get(id(answer.own), DEAD) if answer.own else None
        key = id(answer.own) if who == DEAD else 0
        if key not in self._homes:
            self._homes[key] = _Home(self.prepared, answer.own if who == DEAD else None, own_day=self.own_day)
        return self._homes[key].outcomes(answer.ruled.entitlement.id, who)


class _Home:
    """A household with its living members, and with one of its dead where that one is asked about."""

    def __init__(self, prepared: Prepared, dead: Facts | None, *, own_day: bool) -> None:
        situation = prepared.situation
        people: dict[Who, Facts] = {None: situation.household, **dict(enumerate(situation.members))}
        if dead is not None:
            people[DEAD] = dead
        told = Told(people, closed=situation.complete, own_day=own_day, loose=True)
        self.prepared, self.dead = prepared, dead
        self.world = World(situation.rules, Ground(), len(situation.members), told, dead=dead is not None)

    @cached_property
    def question(self) -> Question:
        """The household with everything that its open answers hang on."""
        question = Prover(self.world.ground, EFFORT).question()
        question.reach([formula for asked in self.open for formula in _formulas(asked)])
        return question

    @cached_property
    def open(self) -> Sequence[Asked]:
        """Its open answers."""
        situation = self.prepared.situation
        places: dict[int, Who] = {id(each): at for at, each in enumerate(situation.members)}
        if self.dead is not None:
            places = {id(self.dead): DEAD}
        return [
            self.world.ask(each.ruled.entitlement.id, places.get(id(each.own)))
            for each in answers(situation.rules, self.prepared)
            if each.outcome == "undetermined" and (id(each.own) in places or (not each.own and self.dead is None))
        ]

    @cached_property
    def seen(self) -> list[_Completion]:
        """The completions that were found so far."""
        return []

    @cached_property
    def possible(self) -> bool:
        """Whether there is a completion at all; where what is told contradicts itself, nothing is settled."""
        return self.find(True)  # noqa: FBT003 - a formula

    def find(self, formula: Formula) -> bool:
        """Looks for a completion for which something holds; returns whether there is one.

        Raises:
            NotProved: it was not found out.
        """
        found = self.question.model(formula)
        if found is not None:
            self.seen.append(_Completion(found))
        return found is not None

    def outcomes(self, id: str, who: Who) -> frozenset[Outcome] | None:
        """Returns the outcomes that completions come to, no more than two of them, if that is found out."""
        asked = self.world.ask(id, who)
        try:
            if not self.possible:
                return frozenset()
            found = {outcome for outcome in OUTCOMES if self.come_to(asked, outcome)}
            for outcome in OUTCOMES:
                if len(found) < _TWO and outcome not in found and self.find(asked.outcome(outcome)):
                    found.add(outcome)
        except NotProved:
            return None
        return frozenset(found)

    def come_to(self, asked: Asked, outcome: str) -> bool:
        """Returns whether a completion that was found before comes to an outcome."""
        return any(each.holds(asked.outcome(outcome)) for each in self.seen)


class _Completion:
    """One completion, and what formulas came to for it."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.memo: dict[Formula, bool] = {}

    def holds(self, formula: Formula) -> bool:
        return holds(formula, self.given, self.memo)


def _formulas(asked: Asked) -> Sequence[Formula]:
    return [asked.outcome(outcome) for outcome in OUTCOMES]
