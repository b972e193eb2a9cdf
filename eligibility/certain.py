"""What is settled in every completion of the unknown facts, beyond Kleene: ranges, rules between facts, case by case (MEANING M25)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from eligibility import ir
from eligibility.answer import Answer, Outcome, outcome_of
from eligibility.bonds import Bond, bonds, tied, violated
from eligibility.bounds import Case, Slot, timeless
from eligibility.cells import between, compared, written
from eligibility.derived import Prepared
from eligibility.leaves import HOUSEHOLD, reads, undecided
from eligibility.ruled import Part
from eligibility.schema import Owner
from eligibility.situation import Facts
from eligibility.spread import Spread, one, some

MOST_CASES = 40
"""How many cases are gone through for one criterion before it is left open."""
_SMALL = 12
"""Numbers of so few values are gone through one by one."""
MARK = "certain"


class Certain(Answer):
    """An answer of which something is settled that Kleene leaves open.

    Args:
        plain: the answer as Kleene has it.
        truths: what each criterion and exclusion comes to in every household that it may be.
        refused: whether something refuses it in every such household, though not the same in each.
        again: settles the answer without what only an office can find.
    """

    __slots__ = ("again",)

    def __init__(
        self, plain: Answer, truths: list[bool | None], again: Callable[[Answer], Answer], *, refused: bool
    ) -> None:
        """Takes over the answer, and what is settled more."""
        self.ruled, self.situation, self.own = plain.ruled, plain.situation, plain.own
        self.stripped, self.again = plain.stripped, again
        self.truths = truths
        self.outcome = "ineligible" if refused else outcome_of(self.ruled.parts, truths)
        self._tier = None
        self._amount_missing = None

    def marks(self) -> tuple[str, ...]:
        """Returns the marks of the answer, `certain` the last."""
        return (*super().marks(), MARK)

    def _attested(self) -> bool:
        """Returns whether the answer would be another without what only an office can find, certainty included."""
        stripped = self.stripped(self.own)
        if stripped is None:
            return False
        situation, own = stripped
        return self.again(Answer(self.ruled, situation, own, self.stripped)).outcome != self.outcome


class Completing(Protocol):
    """What settles more answers of one household."""

    def outcomes(self, answer: Answer) -> frozenset[Outcome] | None:
        """Returns the outcomes that completions come to, two at most; None where that was not found out.

        There are none where what is known contradicts itself.
        """
        ...


class Further(Protocol):
    """What settles more, for any household."""

    def __call__(self, prepared: Prepared, *, own_day: bool) -> Completing:
        """Takes a household."""
        ...


@dataclass
class Certainty:
    """Settles the answers for one household.

    Args:
        prepared: the household.
        own_day: whether its facts were stated for the day of the screening.
        further: makes what settles still more of a household; nothing more is settled where None.
    """

    prepared: Prepared
    own_day: bool
    further: Further | None = None
    _left: int = field(default=0, init=False)
    _others: dict[int, Certainty] = field(default_factory=dict, init=False)

    def settle(self, answer: Answer) -> Answer:
        """Returns an answer with more settled, marked `certain`; the same where nothing is."""
        case = self._known
        if answer.outcome != "undetermined" or case is None:
            return answer
        if answer.situation is not self.prepared.situation:
            return self._other(answer).settle(answer)
        sure = self._completions.outcomes(answer) if self._completions is not None else None
        if sure and (len(sure) > 1 or answer.outcome in sure):
            return answer
        truths = [
            truth if truth is not None or part.expr is None else self._truth([part], answer, case)
            for part, truth in zip(answer.ruled.parts, answer.truths, strict=True)
        ]
        refused = False
        if outcome_of(answer.ruled.parts, truths) == "undetermined":
            open_parts = [part for part, truth in zip(answer.ruled.parts, truths, strict=True) if truth is None]
            open_parts = [part for part in open_parts if part.expr is not None]
            refused = len(open_parts) > 1 and self._truth(open_parts, answer, case) is False
        if not refused and outcome_of(answer.ruled.parts, truths) == "undetermined":
            if not sure:
                return answer
            refused = "ineligible" in sure
            truths = truths if refused else [not part.exclusion for part in answer.ruled.parts]
        return Certain(answer, truths, self.settle, refused=refused)

    def _other(self, answer: Answer) -> Certainty:
        """Returns what settles an answer of the same household without what offices find, made once where it can be."""
        like = _like(answer, self.prepared)
        made = Certainty(like, self.own_day, self.further)
        return made if like.dead else self._others.setdefault(id(answer.situation), made)

    @cached_property
    def _completions(self) -> Completing | None:
        return self.further(self.prepared, own_day=self.own_day) if self.further is not None else None

    def _truth(self, parts: Sequence[Part], answer: Answer, case: Case) -> bool | None:
        """Returns what one condition comes to in every case; of several, False where one of them refuses in every case."""
        exprs = [part.expr for part in parts if part.expr is not None]
        missing = undecided(exprs, answer.situation, answer.own)
        slots = [(each.subject, each.name) for each in missing if each.kind == "fact"]
        times = sum((written(expr, answer.ruled.rules) for expr in exprs), Counter[str]())
        # What is read once and tied to nothing needs no cases: the spreads say already all that they could.
        search = _Search(
            self, parts, answer.own, [each for each in slots if times[each[1]] > 1 or each[1] in self._bonds]
        )
        self._left = MOST_CASES
        found = search.settled(case)
        return next(iter(found)) if found else None

    @cached_property
    def _known(self) -> Case | None:
        """What is known, narrowed by what no household violates; None where it violates something all the same."""
        situation = self.prepared.situation
        people = {str(each["id"]): each for each in (*situation.members, *self.prepared.dead)}
        case: Case | None = Case(situation, {**people, HOUSEHOLD: situation.household}, self.own_day)
        for whose in (HOUSEHOLD, *people):
            for bond in dict.fromkeys(each for several in self._bonds.values() for each in several):
                if case is not None and (bond.owner == "household") is (whose == HOUSEHOLD):
                    case = self._narrowed(case, bond, whose)
        return case

    @cached_property
    def _bonds(self) -> Mapping[str, list[Bond]]:
        """By fact, what must hold once something is supposed of it."""
        rules = self.prepared.situation.rules
        key = ("bonds of certainty", self.own_day)
        found: dict[str, list[Bond]] | None = rules.state.memo.get(key)
        if found is None:
            found = rules.state.memo[key] = {}
            for bond in bonds(rules):
                if self.own_day or timeless(bond.expr, rules):
                    for name in dict.fromkeys((*reads(bond.expr, rules).names(), *([bond.fact] if bond.fact else ()))):
                        found.setdefault(name, []).append(bond)
        return found

    def suppose(self, case: Case, slot: Slot, spread: Spread) -> Case | None:
        """Returns the case in which something more is supposed, with what follows; None where no household is like that."""
        found: Case | None = case.supposing(slot, spread)
        self._left -= 1
        for bond in self._bonds.get(slot[1], ()):
            for whose in self._owners(bond.owner, slot[0]):
                found = self._narrowed(found, bond, whose) if found is not None else None
        return found

    def _owners(self, owner: Owner, whose: str) -> Iterator[str]:
        if owner == "household":
            yield HOUSEHOLD
        elif whose != HOUSEHOLD:
            yield whose
        else:
            yield from (str(each["id"]) for each in (*self.prepared.situation.members, *self.prepared.dead))

    def _narrowed(self, case: Case, bond: Bond, whose: str) -> Case | None:
        """Returns a case without the values that violate something; None where no value is left."""
        if violated(case, bond, whose):
            return None
        narrowed = case
        for slot in tied(bond, whose):
            spread = narrowed.of(slot)
            if narrowed.known(slot) is not None or spread.values is None or len(spread.values) > _SMALL:
                continue
            cells = [*(one(value) for value in spread.values), *([one(None)] if spread.open else [])]
            fits = [cell for cell in cells if not violated(narrowed.supposing(slot, cell), bond, whose)]
            if not fits:
                return None
            if len(fits) < len(cells):
                values = [value for cell in fits for value in cell.values or ()]
                after = self.suppose(narrowed, slot, some(values, open=any(cell.open for cell in fits)))
                if after is None:
                    return None
                narrowed = after
        return narrowed

    @property
    def exhausted(self) -> bool:
        """Whether no further case is gone through."""
        return self._left <= 0


@dataclass(frozen=True, slots=True)
class _Search:
    """Goes through the cases of what is unknown.

    Args:
        certainty: of the household.
        parts: one criterion or exclusion, or several of which one is to refuse.
        own: the subject's facts.
        slots: the unknown facts, in the order in which they are split.
    """

    certainty: Certainty
    parts: Sequence[Part]
    own: Facts
    slots: Sequence[Slot]

    def settled(self, case: Case) -> frozenset[bool] | None:
        """Returns the truths to which households of a case come; None where that was not found out, none where none is so."""
        found = self.truth(case)
        if found is not None or self.certainty.exhausted:
            return found
        split = next(((slot, cells) for slot in self.slots if (cells := list(self.cells(case, slot)))), None)
        if split is None:
            return None
        common: frozenset[bool] = frozenset()
        for cell in split[1]:
            inner = self.certainty.suppose(case, split[0], cell)
            truths = frozenset[bool]() if inner is None else self.settled(inner)
            if truths is None or len(common | truths) > 1:
                return None
            common |= truths
        return common

    def truth(self, case: Case) -> frozenset[bool] | None:
        """Returns the truth that is plain to see in a case; no truth where no household is like that."""
        found = [case.spread(part.expr, self.own) for part in self.parts if part.expr is not None]
        if any(each.impossible for each in found):
            return frozenset()
        if len(self.parts) == 1:
            return frozenset(found[0].values or ()) if found[0].single else None
        pairs = zip(self.parts, found, strict=True)
        refused = any(each.surely(part.exclusion) for part, each in pairs)
        return frozenset({False}) if refused else None

    def cells(self, case: Case, slot: Slot) -> Iterator[Spread]:
        """Yields what one unknown fact may be, part by part; nothing where it cannot be divided."""
        spread = case.of(slot)
        count = 0 if spread.values is None else len(spread.values)
        if spread.values is not None and count + spread.open > 1:
            yield from (one(value) for value in sorted(spread.values, key=repr, reverse=True))
        elif spread.values is None:
            parts = list(between(spread, self.cuts(case, slot)))
            if len(parts) + spread.open < 2:  # noqa: PLR2004 - nothing to divide
                return
            yield from parts
        else:
            return
        if spread.open:
            yield one(None)

    def cuts(self, case: Case, slot: Slot) -> set[Any]:
        """Returns the values with which conditions compare a fact, and every value of a small range."""
        low, high = case.of(slot).ends
        if type(low) is int and type(high) is int and high - low < _SMALL:
            return set(range(low, high + 1))
        rules = case.situation.rules
        found = set()
        for part in self.parts:
            for each in compared(part.expr, slot[1], rules) if part.expr is not None else ():
                found |= set(each.values if isinstance(each, ir.In) else case.spread(each, self.own).values or ())
        return {each for each in found if type(each) is type(low if low is not None else high)}


def _like(answer: Answer, prepared: Prepared) -> Prepared:
    """Returns the household of an answer: another one than that which was prepared lacks what offices find."""
    living = {id(each) for each in answer.situation.members}
    dead = (answer.own,) if answer.own and id(answer.own) not in living else ()
    return Prepared(answer.situation, dead, prepared.left_out)
