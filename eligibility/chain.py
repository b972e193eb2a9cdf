"""What would open, and what would end, if an entitlement were granted (MEANING M17)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from eligibility import ir
from eligibility.derived import contradictions, prepare
from eligibility.evaluate import closure
from eligibility.leaves import HOUSEHOLD
from eligibility.packs.calendar import Rules
from eligibility.packs.figures import reader
from eligibility.profile import Profile
from eligibility.screening import Amount, Determination, Screening, screen
from eligibility.situation import NOBODY
from eligibility.words import Words


@dataclass(frozen=True, slots=True)
class Effect:
    """An answer that would be another one.

    Args:
        entitlement: its id.
        subject: a member's id, or `household`.
        outcome: what it would be.
        amount: how much it would be; None where there is none or it is unknown.
        step: 1 for what the grant itself does, 2 for what a grant does that it opened, and so on.
    """

    entitlement: str
    subject: str
    outcome: str
    amount: Amount | None
    step: int


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a grant would bring with it.

    Args:
        entitlement: that would be granted.
        subject: to whom.
        unlocks: what would become eligible, or open, and is not now.
        closes: what is eligible now and would not surely be.
        contradiction: why the status that it gives does not fit what is known, where it does not.
    """

    entitlement: str
    subject: str
    unlocks: tuple[Effect, ...]
    closes: tuple[Effect, ...]
    contradiction: Words | None = None


_RANK = {"ineligible": 0, "undetermined": 1, "eligible": 2}


def consequences(rules: Rules, profile: Profile, screening: Screening) -> list[Consequence]:
    """Returns what each eligible entitlement that gives a status would bring with it, if it were granted.

    What it opens surely is taken as granted in turn.

    Args:
        rules: of the day of the screening.
        profile: what was screened.
        screening: its result, of every entitlement.
    """
    found = []
    for each in screening.eligible:
        if rules.pack.entitlement(each.entitlement).gives:
            one = _Chain(rules, profile, screening).grant(each)
            if one.unlocks or one.closes or one.contradiction:
                found.append(one)
    return found


class _Chain:
    """Grants one entitlement, then what that opens, and so on."""

    def __init__(self, rules: Rules, profile: Profile, screening: Screening) -> None:
        self.rules = rules
        self.profile = profile
        self.first = screening
        self.schema = rules.pack.contents.schema

    def grant(self, found: Determination) -> Consequence:
        """Returns what a grant would bring with it."""
        granted = [found]
        done = {(found.entitlement, found.subject)}
        unlocks: dict[tuple[str, str], Effect] = {}
        closes: dict[tuple[str, str], Effect] = {}
        step = 0
        while granted:
            step += 1
            for each in granted:
                self.apply(each)
            wrong = next(contradictions(self.rules, self.profile.household, self.profile.members), None)
            if wrong is not None:
                return Consequence(found.entitlement, found.subject, (), (), wrong.advice or wrong.message)
            then = screen(self.rules, self.profile)
            opened = [each for each in self.changed(then, done) if self.rank(each) > self.rank(self.before(each))]
            for each in self.changed(then, done):
                better = self.rank(each) > self.rank(self.before(each))
                (unlocks if better else closes).setdefault(_key(each), _effect(each, step))
            granted = [each for each in opened if each.outcome == "eligible" and self.gives(each)]
            done |= {_key(each) for each in granted}
        return Consequence(found.entitlement, found.subject, tuple(unlocks.values()), tuple(closes.values()))

    def changed(self, then: Screening, done: set[tuple[str, str]]) -> Iterator[Determination]:
        """Yields what opens or ends; what was closed before and is closed still is neither."""
        for each in then.determinations:
            before = self.before(each)
            if _key(each) not in done and self.rank(each) != self.rank(before):
                yield each

    def before(self, found: Determination) -> Determination | None:
        """Returns the answer on the facts as they are."""
        return self.first.find(found.entitlement, found.subject)

    @staticmethod
    def rank(found: Determination | None) -> int:
        """Returns how far an answer is from a refusal."""
        return _RANK[found.outcome] if found is not None else 0

    def gives(self, found: Determination) -> bool:
        """Returns whether a grant gives a status."""
        return bool(self.rules.pack.entitlement(found.entitlement).gives)

    def apply(self, found: Determination) -> None:
        """Puts the statuses that a grant gives into the profile; an unknown `when` gives none."""
        answer = found.evidence
        for given in self.rules.pack.entitlement(found.entitlement).gives:
            if given.when is not None:
                held = closure(given.when.expr, self.rules)(answer.situation, answer.own, NOBODY)
                if held is not True:
                    continue
            fact = self.schema.facts[given.fact]
            self.put(found.subject, fact.owner, given.fact, reader(fact.kind)(given.value))

    def put(self, subject: str, owner: str, name: str, value: Any) -> None:  # noqa: ANN401 - a value of any fact
        """Puts one status into the profile; what no longer applies beside it goes."""
        household, members = dict(self.profile.household), [dict(each) for each in self.profile.members]
        if owner == HOUSEHOLD:
            household[name] = value
        for each in members:
            if owner != HOUSEHOLD and subject in {each["id"], HOUSEHOLD}:
                each[name] = value
        ready = prepare(self.rules, household, members, own_day=True)
        known = {each["id"]: each for each in (*ready.situation.members, *ready.dead)}
        for fact in self.schema.facts.values():
            gate = fact.only_if.expr if fact.only_if else None
            if gate is None or not any(isinstance(node, ir.Fact) and node.name == name for node in ir.walk(gate)):
                continue
            for each in [household] if fact.owner == HOUSEHOLD else members:
                own = NOBODY if each is household else known.get(each["id"], each)
                if closure(gate, self.rules)(ready.situation, own, NOBODY) is False:
                    each.pop(fact.name, None)
        self.profile = replace(self.profile, household=household, members=tuple(members))


def _key(found: Determination) -> tuple[str, str]:
    return (found.entitlement, found.subject)


def _effect(found: Determination, step: int) -> Effect:
    return Effect(found.entitlement, found.subject, found.outcome, found.amount, step)
