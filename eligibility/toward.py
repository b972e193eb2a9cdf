"""What would open an entitlement: the fewest facts that people can change and that would have to be others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from eligibility.answer import Answer
from eligibility.asking import answers
from eligibility.bounds import Slot, reach
from eligibility.derived import prepare
from eligibility.errors import BadChoice
from eligibility.leaves import HOUSEHOLD
from eligibility.packs.calendar import Rules
from eligibility.profile import Profile
from eligibility.schema import Fact
from eligibility.smallest import Smallest, smallest
from eligibility.whatif import Change, changed

MOST_CHANGES = 3
"""How many facts are changed together at most."""
MOST_TRIED = 3000
"""How many changes are tried for one subject."""


@dataclass(frozen=True, slots=True)
class Toward:
    """What would open an entitlement for a subject.

    Args:
        subject: a member's id, or `household`.
        before: the outcome as things are.
        changes: the fewest changes that open it; empty where none is needed, or none was found.
        after: the outcome after them.
        waits: what stays to be found out after them.
        fixed: sets of facts nobody can change that keep it refused, whatever else changes.
        whole: whether every change of so many facts was tried.
    """

    subject: str
    before: str
    changes: tuple[Change, ...]
    after: str
    waits: tuple[tuple[str, str], ...] = ()
    fixed: tuple[Smallest, ...] = ()
    whole: bool = True


def toward(rules: Rules, profile: Profile, id: str) -> list[tuple[Answer, Toward]]:
    """Returns, for each subject of an entitlement, what would open it.

    Only facts that the vocabulary calls `changeable` are changed: never age, sex, birth, disability or hukou.

    Args:
        rules: of the day.
        profile: of the household.
        id: of the entitlement.
    """
    return [(answer, _Path(rules, profile, answer).found()) for answer in _answers(rules, profile, id)]


def _answers(rules: Rules, profile: Profile, id: str) -> list[Answer]:
    prepared = prepare(rules, profile.household, profile.members, own_day=profile.as_of in {None, rules.day})
    return list(answers(rules, prepared, [id]))


@dataclass
class _Path:
    """Looks for the fewest changes for one subject."""

    rules: Rules
    profile: Profile
    answer: Answer

    def found(self) -> Toward:
        """Returns the fewest changes that open it; where none does, the fewest after which it is no longer refused."""
        answer, subject = self.answer, self.answer.subject
        if answer.outcome == "eligible":
            return Toward(subject, answer.outcome, (), answer.outcome)
        kept = [each for each in smallest(answer).sets if not any(map(self.moves, each.slots))]
        if kept:
            return Toward(subject, answer.outcome, (), answer.outcome, fixed=tuple(kept))
        best: Toward | None = None
        tried = 0
        for changes in self.candidates():
            tried += 1
            if tried > MOST_TRIED:
                break
            after = self.after(changes)
            if after is None or after.outcome == "ineligible":
                continue
            if after.outcome == "eligible":
                return Toward(subject, answer.outcome, changes, after.outcome)
            if best is None and answer.outcome == "ineligible":
                waits = tuple((each.subject, each.name) for each in after.missing())
                best = Toward(subject, answer.outcome, changes, after.outcome, waits)
        waits = tuple((each.subject, each.name) for each in answer.missing())
        none = Toward(subject, answer.outcome, (), answer.outcome, waits, whole=tried <= MOST_TRIED)
        return best or none

    def moves(self, slot: Slot) -> bool:
        """Returns whether a fact can change: itself, one that it follows from, or one that gates it."""
        facts = self.rules.pack.contents.schema.facts
        spec = facts[slot[1]]
        written = [each.expr for each in (spec.derive, spec.only_if) if each is not None]
        names = {slot[1]}.union(*(reach(each, self.rules) for each in written))
        return any(facts[name].changeable for name in names)

    def candidates(self) -> Iterator[tuple[Change, ...]]:
        """Yields changes, the fewest facts first, those of the subject before those of others."""
        slots = list(self.slots())
        for count in range(1, MOST_CHANGES + 1):
            for some in combinations(slots, count):
                choices = [[Change(who, spec.name, value) for value in self.values(who, spec)] for who, spec in some]
                yield from product(*choices)

    def slots(self) -> Iterator[tuple[str, Fact]]:
        """Yields the facts that can change and on which the entitlement may hang, with those tied to them."""
        exprs = [part.expr for part in self.answer.ruled.parts if part.expr is not None]
        schema = self.rules.pack.contents.schema
        names = {name for expr in exprs for name in reach(expr, self.rules)}
        specs = [spec for spec in schema.facts.values() if spec.changeable and spec.name in names]
        mine = self.answer.subject
        others = [str(each["id"]) for each in self.answer.situation.members if each["id"] != mine]
        for spec in specs:
            if spec.owner == "household":
                yield HOUSEHOLD, spec
            elif mine != HOUSEHOLD:
                yield mine, spec
        shared = {name for part in self.answer.ruled.parts for name in part.reads.member}
        yield from ((who, spec) for who in others for spec in specs if spec.name in shared)

    def values(self, who: str, spec: Fact) -> Sequence[Any]:
        """Returns the other values that a fact may take."""
        facts = self.answer.situation.household if who == HOUSEHOLD else self.person(who)
        values: Sequence[Any] = (True, False) if spec.type == "bool" else tuple(spec.values)
        return [each for each in values if each != facts.get(spec.name)]

    def person(self, who: str) -> Any:  # noqa: ANN401 - somebody's facts
        """Returns somebody's facts."""
        return next((each for each in self.answer.situation.members if each["id"] == who), self.answer.own)

    def after(self, changes: Sequence[Change]) -> Answer | None:
        """Returns the answer after changes; None where they contradict something."""
        try:
            profile = changed(self.rules, self.profile, changes).profile
        except BadChoice:
            return None
        again = _answers(self.rules, profile, self.answer.ruled.entitlement.id)
        return next((each for each in again if each.subject == self.answer.subject), None)
