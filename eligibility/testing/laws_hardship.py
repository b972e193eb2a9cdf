"""The law that hardship takes nothing away: a declared fact alone becomes worse, and nobody loses an entitlement or gets less."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from eligibility import ir
from eligibility.answer import Answer
from eligibility.determinations import shown
from eligibility.errors import Problem
from eligibility.ir import Expr
from eligibility.leaves import HOUSEHOLD
from eligibility.money import yuan
from eligibility.packs.calendar import Rules
from eligibility.profile import Profile
from eligibility.testing.asked import answered, possible, stating
from eligibility.testing.boundaries import Boundaries, boundaries
from eligibility.testing.breach import AS_IS, Breach, Kept, deciding, said
from eligibility.testing.lawnames import AMOUNT
from eligibility.testing.searching import Scope, Trial
from eligibility.testing.waiving import sought, unused
from eligibility.testing.worse import Worse
from eligibility.words import Words


@dataclass
class Hardship:
    """One law of a pack, tried on one entitlement.

    Args:
        scope: on what it is tried.
        law: its id.
        id: of the entitlement.
        used: the waivers that excused something; it grows.
    """

    scope: Scope
    law: str
    id: str
    used: set[str] = field(default_factory=set)

    @property
    def worse(self) -> Collection[Worse]:
        """The facts that become worse."""
        return self.scope.declared.worse[self.law]

    @property
    def waivers(self) -> Mapping[str, Any]:
        """The waivers of the law, by the rule that each excuses."""
        return self.scope.declared.waivers(self.law)

    def look(self, trial: Trial) -> Iterator[Breach]:
        """Yields what somebody loses because one fact alone is worse."""
        before = answered(trial.rules, trial.profile, (self.id,))
        entitled = {claim: each for claim, each in before.items() if each.outcome == "eligible"}
        for whose, name, value in self.moves(trial) if entitled else ():
            other = stating(trial.profile, whose, name, value)
            if not possible(trial.rules, other):
                continue
            after = answered(trial.rules, other, (self.id,))
            for claim, one in entitled.items():
                two = after.get(claim)
                lost = [f"{self.id}/{each}" for each in losses(one, two)] if two is not None else []
                self.used |= set(lost) & self.waivers.keys()
                if two is not None and set(lost) - self.waivers.keys():
                    yield self.breach(trial, (whose, name, value), other, (one, two))

    def moves(self, trial: Trial) -> Iterator[tuple[int | None, str, Any]]:
        """Yields whose fact becomes what, each worse than it is; what is not known bears nothing and stays so."""
        limits = self.limits(trial.rules)
        for each in self.worse:
            home = each.fact.owner == "household"
            values = (limits.household if home else limits.person).get(each.fact.name, ())
            owners: list[tuple[int | None, Mapping[str, Any]]] = [(None, trial.profile.household)]
            for whose, facts in owners if home else list(enumerate(trial.profile.members)):
                if each.fact.name in facts:
                    worse = each.than(facts[each.fact.name], values)
                    yield from ((whose, each.fact.name, value) for value in worse)

    def better(self, rules: Rules) -> list[tuple[Expr, ...]]:
        """Leads to households of which something can become worse: one after another, a truth or a choice is the best it can be."""
        found: list[tuple[Expr, ...]] = [()]
        if rules.ruling(self.id) is None:
            return found
        limits, subject = self.limits(rules), rules.pack.entitlement(self.id).subject
        for each in self.worse:
            home = each.fact.owner == HOUSEHOLD
            if each.fact.name in (limits.household if home else limits.person):
                whose: ir.Scope = "household" if home else "member" if subject == HOUSEHOLD else "own"
                best = each.best(ir.Fact(whose, each.fact.name))
                if best is not None:
                    found.append((ir.Quantifier("any", best, None) if whose == "member" else best,))
        return found

    def limits(self, rules: Rules) -> Boundaries:
        """Returns what to try for each fact that the entitlement reads."""
        return boundaries(rules, only=[self.id])

    def breach(
        self, trial: Trial, move: tuple[int | None, str, Any], other: Profile, both: tuple[Answer, Answer]
    ) -> Breach:
        """Returns what is told of a loss."""
        (whose, name, value), (one, two) = move, both
        facts = trial.profile.household if whose is None else trial.profile.members[whose]
        owner = "household" if whose is None else str(facts["id"])
        new, old = (_plain(shown(each, money=name in _money(trial.rules))) for each in (value, facts[name]))
        asked = Words(f"{owner}.{name} 由 {old} 变为 {new}", f"{owner}.{name} {new} instead of {old}")
        label = self.scope.declared.file.monotone[self.law].label
        wanted: dict[str, Any] = {"outcome": "eligible"}
        if one.amount is not None and two.outcome == "eligible":
            wanted[AMOUNT] = yuan(one.amount)
        keep = Kept(trial.rules, other, {one.subject: wanted})
        answers = ((AS_IS, said(one)), (asked, said(two)))
        return Breach(self.law, label, self.id, one.subject, trial.rules, trial.profile, answers, keep)

    def unused(self) -> Iterator[Problem]:
        """Yields each waiver of the entitlement for which nothing was found that it excuses, though it was looked for."""
        for rule in self.waivers:
            if rule.partition("/")[0] == self.id and rule not in self.used:
                sought(self.scope.pack, self.id, self.used, rule, self.look)
        yield from unused(self.scope, self.law, self.used, self.id)


def losses(before: Answer, after: Answer) -> list[str]:
    """Returns the criteria and exclusions by which somebody who was eligible no longer is, or `amount` where that falls."""
    if after.outcome == "ineligible":
        return [part.id for part in deciding(after)]
    if after.outcome == "eligible" and None not in {before.amount, after.amount}:
        return [AMOUNT] if (after.amount or 0) < (before.amount or 0) else []
    return []


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _money(rules: Rules) -> Collection[str]:
    return rules.pack.contents.schema.money
