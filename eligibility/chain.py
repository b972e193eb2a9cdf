"""What would open, and what would end, if an entitlement were granted (MEANING M17)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from eligibility import ir
from eligibility.derived import contradictions, prepare
from eligibility.determinations import Amount, Claim
from eligibility.evaluate import closure
from eligibility.leaves import HOUSEHOLD
from eligibility.packs.calendar import Rules
from eligibility.packs.figures import reader
from eligibility.profile import Profile
from eligibility.screening import Screening, screen
from eligibility.situation import NOBODY
from eligibility.words import Words


@dataclass(frozen=True, slots=True)
class Effect:
    """An answer that would be another one.

    Args:
        claim: the entitlement and the subject.
        outcome: what it would be.
        amount: how much it would be; None where there is none or it is unknown.
        step: 1 for what the grant itself does, 2 for what a grant does that it opened, and so on.
    """

    claim: Claim
    outcome: str
    amount: Amount | None
    step: int


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a grant would bring with it.

    Args:
        claim: what would be granted, to whom.
        unlocks: what would become eligible, or open, and is not now.
        closes: what is eligible now and would not surely be.
        contradiction: why the status that it gives does not fit what is known, where it does not.
    """

    claim: Claim
    unlocks: tuple[Effect, ...]
    closes: tuple[Effect, ...]
    contradiction: Words | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a claim stands in a chain of grants.

    Args:
        outcome: eligible, ineligible or undetermined.
        gives: of each status that a grant gives, whether it does; None where that is not known.
        amount: how much it is; None where there is none, it is unknown, or whoever answers does not reckon.
    """

    outcome: str
    gives: Callable[[], Sequence[bool | None]]
    amount: Callable[[], Amount | None] = lambda: None


Standings = Mapping[Claim, Standing]
Ask = Callable[[Profile, int], Standings]
"""Puts a household to an engine after so many grants in a row; it may leave out what they cannot change."""

_RANK = {"ineligible": 0, "undetermined": 1, "eligible": 2}


def consequences(rules: Rules, profile: Profile, screening: Screening, ask: Ask | None = None) -> list[Consequence]:
    """Returns what each eligible entitlement that gives a status would bring with it, if it were granted.

    What it opens surely is taken as granted in turn.

    Args:
        rules: of the day of the screening.
        profile: what was screened.
        screening: its result, of every entitlement.
        ask: who is asked; the core where None.
    """
    ask = ask or core(rules)
    first = ask(profile, 0)
    found = []
    for each in screening.eligible:
        if rules.pack.entitlement(each.entitlement).gives and first[each.claim].outcome == "eligible":
            one = _Chain(rules, profile, first, ask).grant(each.claim)
            if one.unlocks or one.closes or one.contradiction:
                found.append(one)
    return found


def core(rules: Rules) -> Ask:
    """Returns what asks the core."""

    def ask(profile: Profile, _: int) -> Standings:
        return {
            each.claim: Standing(each.outcome, each.evidence.gives, partial(getattr, each, "amount"))
            for each in screen(rules, profile).determinations
        }

    return ask


class _Chain:
    """Grants one entitlement, then what that opens, and so on."""

    def __init__(self, rules: Rules, profile: Profile, first: Standings, ask: Ask) -> None:
        self.rules = rules
        self.profile = profile
        self.first = first
        self.ask = ask
        self.schema = rules.pack.contents.schema

    def grant(self, claim: Claim) -> Consequence:
        """Returns what a grant would bring with it."""
        granted = {claim: self.first[claim]}
        done = {claim}
        unlocks: dict[Claim, Effect] = {}
        closes: dict[Claim, Effect] = {}
        step = 0
        while granted:
            step += 1
            for each, standing in granted.items():
                self.apply(each, standing)
            wrong = next(contradictions(self.rules, self.profile.household, self.profile.members), None)
            if wrong is not None:
                return Consequence(claim, (), (), wrong.advice or wrong.message)
            opened = {}
            for each, standing in self.changed(self.ask(self.profile, step), done):
                better = self.rank(standing) > self.rank(self.first.get(each))
                effect = Effect(each, standing.outcome, standing.amount(), step)
                (unlocks if better else closes).setdefault(each, effect)
                if better and standing.outcome == "eligible" and self.rules.pack.entitlement(each.entitlement).gives:
                    opened[each] = standing
            granted = opened
            done |= granted.keys()
        return Consequence(claim, tuple(unlocks.values()), tuple(closes.values()))

    def changed(self, then: Standings, done: set[Claim]) -> Iterator[tuple[Claim, Standing]]:
        """Yields what opens or ends; what was closed before and is closed still is neither."""
        for claim, standing in then.items():
            if claim not in done and self.rank(standing) != self.rank(self.first.get(claim)):
                yield claim, standing

    @staticmethod
    def rank(standing: Standing | None) -> int:
        """Returns how far an answer is from a refusal."""
        return _RANK[standing.outcome] if standing is not None else 0

    def apply(self, claim: Claim, standing: Standing) -> None:
        """Puts the statuses that a grant gives into the profile; an unknown `when` gives none."""
        for given, held in zip(self.rules.pack.entitlement(claim.entitlement).gives, standing.gives(), strict=True):
            if held is True:
                fact = self.schema.facts[given.fact]
                self.put(claim.subject, fact.owner, given.fact, reader(fact.kind)(given.value))

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
