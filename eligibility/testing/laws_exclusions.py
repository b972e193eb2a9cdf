"""Laws of what excludes: an exclusion that holds refuses, rivals are never drawn together, and a status held closes what it rules out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from hypothesis import strategies as st

from eligibility import ir
from eligibility.answer import Answer
from eligibility.determinations import Claim, determination
from eligibility.errors import Problem
from eligibility.ir import Expr
from eligibility.packages import Package
from eligibility.packs.calendar import RulePack, Rules
from eligibility.packs.figures import reader
from eligibility.packs.model import Entitlement
from eligibility.profile import Profile
from eligibility.ruled import ruled
from eligibility.screening import screen
from eligibility.testing.aims import eligible
from eligibility.testing.asked import answered
from eligibility.testing.breach import AS_IS, Breach, Kept, said
from eligibility.testing.searching import Scope, Trial
from eligibility.testing.strategies import entitled, profiles
from eligibility.testing.waiving import sought, unused
from eligibility.words import Words
from eligibility.worth import worth

LABEL = Words(
    "排除情形成立就不符合，不能同领的不会一起领，已有的身份排除与它冲突的事项",
    "an exclusion refuses, rivals are never drawn together, and a status held excludes what it rules out",
)
_HELD = Words("已有这一身份，仍符合", "with the status held already")
_ADVICE = Words(
    "写一条 `unless`，或在 `laws.yaml` 里写明为什么可以", "write an `unless`, or say in `laws.yaml` why both may be"
)


@dataclass(frozen=True)
class Status:
    """A status that an entitlement gives, and another one, or the same again, that it rules out.

    Args:
        giver: the entitlement that gives the status.
        fact: the fact that is the status.
        value: its value.
        closed: the entitlement that it rules out.
    """

    giver: str
    fact: str
    value: Any
    closed: str

    @property
    def rule(self) -> str:
        """What a waiver names."""
        return f"{self.closed}/{self.fact}"


def statuses(pack: RulePack) -> Iterator[Status]:
    """Yields what a status that is held rules out: the entitlement that gives it, and those not drawn beside that one (MEANING M17)."""
    facts = pack.contents.schema.facts
    for one in pack.contents.entitlements.values():
        rivals = [other.id for other in pack.contents.entitlements.values() if _rival(one, other)]
        for given in one.gives:
            value = reader(facts[given.fact].kind)(given.value)
            yield from (Status(one.id, given.fact, value, closed) for closed in (one.id, *rivals))


def _rival(one: Entitlement, other: Entitlement) -> bool:
    return other.id in one.not_with or one.id in other.not_with


def pairs(pack: RulePack) -> Iterator[tuple[str, str]]:
    """Yields each two entitlements of which only one may be drawn."""
    for one in pack.contents.entitlements.values():
        yield from ((one.id, other) for other in dict.fromkeys((*one.not_with, *one.higher_of)))


@dataclass
class Exclusions:
    """What excludes, tried on a pack.

    Args:
        scope: on what it is tried.
        used: the waivers that excused something; it grows.
    """

    scope: Scope
    used: set[str] = field(default_factory=set)

    def together(self, pair: tuple[str, str], rules: Rules) -> st.SearchStrategy[Profile] | None:
        """Returns households that are eligible for both of two rivals, if that can be."""
        one, other = pair
        if rules.ruling(one) is None or rules.ruling(other) is None:
            return None
        if rules.pack.entitlement(one).subject != rules.pack.entitlement(other).subject:
            return profiles(rules, pair)
        return entitled(rules, one, (eligible(ruled(rules, other)),))

    def held(self, status: Status, trial: Trial) -> Iterator[Breach]:
        """Yields who is eligible for what a status that is held rules out."""
        for claim, one in answered(trial.rules, trial.profile, (status.closed,)).items():
            facts = one.own if trial.rules.pack.contents.schema.facts[status.fact].owner == "person" else None
            has = (one.situation.household if facts is None else facts).get(status.fact) == status.value
            if one.outcome == "eligible" and has:
                if status.rule in self.scope.declared.waivers("exclusions"):
                    self.used.add(status.rule)
                    continue
                yield self.breach(trial, claim, one, _HELD, _status(trial.rules, status))

    @staticmethod
    def refused(id: str, trial: Trial) -> Iterator[Breach]:
        """Yields who is not refused although an exclusion holds."""
        for claim, one in answered(trial.rules, trial.profile, (id,)).items():
            found = [part for part, truth in zip(one.ruled.parts, one.truths, strict=True) if part.exclusion and truth]
            if one.outcome != "ineligible" and found:
                yield Exclusions.breach(trial, claim, one, AS_IS, found[0].label)

    def drawn(self, pair: tuple[str, str], trial: Trial) -> Iterator[Breach]:
        """Yields two rivals that a best combination draws together, and a lower one that it keeps."""
        screening = screen(trial.rules, trial.profile, pair)
        answers = answered(trial.rules, trial.profile, pair)
        for package in screening.packages:
            for claim, asked in (*_both(package), *_lower(package, answers)):
                key = claim.entitlement, claim.subject
                yield self.breach(trial, key, answers[key], asked, LABEL)

    @staticmethod
    def breach(trial: Trial, claim: tuple[str, str], one: Answer, asked: Words, note: Words) -> Breach:
        """Returns what is told of somebody who is eligible and may not be."""
        keep = Kept(trial.rules, trial.profile, {claim[1]: {"outcome": "ineligible"}})
        answers = ((asked, said(one)),)
        return Breach("exclusions", LABEL, *claim, trial.rules, trial.profile, answers, keep, note)

    def unused(self) -> Iterator[Problem]:
        """Yields each waiver that excuses nothing."""
        pack, waived = self.scope.pack, self.scope.declared.waivers("exclusions")
        for status in statuses(pack):
            if status.rule in waived and status.rule not in self.used:
                look, where = partial(self.held, status), partial(self.holding, status)
                sought(pack, status.closed, self.used, status.rule, look, where)
        yield from unused(self.scope, "exclusions", self.used)

    @staticmethod
    def holding(status: Status, rules: Rules) -> list[list[Expr]]:
        """Returns where whoever is eligible would have a status; nowhere where that cannot be put as a condition."""
        found = _holds(rules, status)
        return [] if found is None else [[found]]


def _holds(rules: Rules, status: Status) -> Expr | None:
    """Returns the condition that the subject of what is ruled out has a status; None where it cannot be put so."""
    fact = rules.pack.contents.schema.facts[status.fact]
    subject = rules.pack.entitlement(status.closed).subject
    if fact.owner == "person" and subject == "household":
        return None
    held = ir.Fact("own" if fact.owner == "person" else "household", fact.name)
    if fact.type == "bool":
        return held if status.value else ir.Not(held)
    return ir.Compare("==", held, ir.Literal(status.value))


def _status(rules: Rules, status: Status) -> Words:
    """Returns what a status is and who gives it."""
    label = rules.pack.contents.schema.facts[status.fact].label
    giver = rules.pack.entitlement(status.giver).label
    zh = f"“{giver.zh}”给予的身份“{label.zh}”（{status.fact}）已有；{_ADVICE.zh}"
    return Words(zh, f"what {giver.en} gives, {label.en} ({status.fact}), is held; {_ADVICE.en}")


def _both(package: Package) -> Iterator[tuple[Claim, Words]]:
    """Yields what the best combination keeps beside a rival."""
    kept = set(package.best.claims) if package.best is not None else set()
    for each in package.rivalries:
        if {each.first, each.second} <= kept:
            other = each.second.entitlement
            yield each.first, Words(f"与 {other} 一起领", f"drawn together with {other}")


def _lower(package: Package, answers: Mapping[tuple[str, str], Answer]) -> Iterator[tuple[Claim, Words]]:
    """Yields what is kept of two alone of which the higher one is paid, and is the lower one."""
    if package.best is None or len(package.claims) != 2 or package.rivalries[0].relation != "higher_of":  # noqa: PLR2004 - two alone
        return
    (kept,) = package.best.claims
    (left,) = set(package.claims) - {kept}
    worths = [worth(determination(answers[each.entitlement, each.subject])) for each in (kept, left)]
    if (worths[0] or 0) < (worths[1] or 0):
        other = left.entitlement
        yield kept, Words(f"{other} 更高，却没有领", f"{other} is higher and is not drawn")
