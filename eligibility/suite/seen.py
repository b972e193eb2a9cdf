"""A household of a suite as the core sees it: what an entitlement comes to for its subject, under the rules and under changed ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from eligibility.answer import Answer
from eligibility.derived import Prepared, prepare
from eligibility.leaves import HOUSEHOLD
from eligibility.profile_reader import Profile
from eligibility.ruled import Ruled
from eligibility.situation import NOBODY, Facts, Situation
from eligibility.suite.altered import Altered
from eligibility.suite.changes import Edit
from eligibility.suite.sides import Reader, Side, readers, stands
from eligibility.worth import months


class Result(NamedTuple):
    """What an entitlement comes to.

    Args:
        outcome: eligible, ineligible or undetermined.
        amount: in fen; None where there is none or it is unknown.
        months: for how many it is drawn at most; None where that is unknown or not limited.
        grants: the statuses that a grant would bring: which fact, and what it would be.
    """

    outcome: str
    amount: int | None
    months: int | None
    grants: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, answer: Answer) -> Result:
        """Returns what an answer says."""
        refused = answer.outcome == "ineligible"
        return cls(answer.outcome, answer.amount, None if refused else months(answer), frozenset(answer.grants()))


@dataclass(eq=False)
class Seen:
    """A household, and one entitlement put to it.

    Args:
        rule: the entitlement.
        profile: the household; the subject is its first member, or the one who has died.
        shows: the sides and changes for which it is in the suite, as people read them.
    """

    rule: Ruled
    profile: Profile
    shows: list[Side | Edit] = field(default_factory=list)

    @cached_property
    def prepared(self) -> Prepared:
        """The household as rules see it."""
        return prepare(self.rule.rules, self.profile.household, self.profile.members, own_day=True)

    @cached_property
    def own(self) -> Facts:
        """The facts of the subject."""
        return subject(self.rule, self.prepared)

    @cached_property
    def answer(self) -> Answer:
        """What the entitlement answers."""
        return Answer(self.rule, self.prepared.situation, self.own, lambda _: None)

    @cached_property
    def result(self) -> Result:
        """What the entitlement comes to."""
        return Result.of(self.answer)

    @cached_property
    def read(self) -> dict[int, list[Reader]]:
        """As whom each condition is read."""
        return readers(self.rule.exprs, self.prepared.situation, self.own)

    def under(self, rule: Altered) -> Result:
        """Returns what the entitlement would come to with something otherwise."""
        situation, own = self.prepared.situation, self.own
        if any(kind == "fact" for kind, _ in rule.names):
            prepared = prepare(rule.rules, self.profile.household, self.profile.members, own_day=True)
            situation, own = prepared.situation, subject(rule, prepared)
        other = Situation(rule.rules, situation.household, situation.members, situation.complete)
        return Result.of(Answer(rule, other, own, lambda _: None))

    def notices(self, rule: Altered) -> bool:
        """Returns whether a change comes to something else for this household."""
        return self.under(rule) != self.result

    def stands(self, side: Side) -> bool:
        """Returns whether somebody of the household stands on a side."""
        if side.leaf.expr is None:
            return True
        found = self.read.get(id(side.leaf.expr), ())
        return any(stands(side, self.prepared.situation, each) for each in found)


def subject(rule: Ruled, prepared: Prepared) -> Facts:
    """Returns the facts of whom an entitlement is about: the first member, the one who has died, nobody of a household."""
    kind = rule.entitlement.subject
    if kind == HOUSEHOLD:
        return NOBODY
    return prepared.dead[0] if kind == "deceased" else prepared.situation.members[0]
