"""The law of time: with the same facts an answer changes overnight only where the law changes, or an age or a term is reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from eligibility import ir
from eligibility.answer import Answer
from eligibility.derived import prepare
from eligibility.errors import Problem
from eligibility.evaluate import closure
from eligibility.ir import Expr
from eligibility.packs.calendar import EARLIEST, LATEST, RulePack, Rules
from eligibility.profile import Profile
from eligibility.ruled import ruled
from eligibility.situation import NOBODY
from eligibility.speech import day as told_day
from eligibility.testing.asked import answered
from eligibility.testing.boundaries import opened
from eligibility.testing.breach import Breach, Kept, said
from eligibility.testing.lawdays import expressions, law_days
from eligibility.testing.searching import Scope, Trial
from eligibility.testing.waiving import sought, unused
from eligibility.words import Words

TIME = Words(
    "事实不变，结果只在法规变动或到了年龄、期限的那天改变",
    "with the same facts an answer changes only where the law does or an age or a term is reached",
)
_NOTE = Words(
    "写在条件里的日期是隐蔽的法规变动：写成 `versions`、概念的版本或有日期的参数",
    "a day inside a condition is a hidden change of the law: write `versions`, a dated concept or a dated figure",
)
_DAY = timedelta(1)


@dataclass
class Time:
    """The law of time, tried on one entitlement.

    Args:
        scope: on what it is tried.
        id: of the entitlement.
        used: the waivers that excused something; it grows.
    """

    scope: Scope
    id: str
    used: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Finds the days on which the law of the entitlement changes, and those that stand in its conditions."""
        self.changes = set(_changes(self.scope.pack, self.id))
        self.named = set(_named(self.scope.pack, self.id))

    def nights(self) -> Scope:
        """Returns what the law is tried on: the days of the caller, and each day that a condition names."""
        days = {*self.scope.days, *(day for day in self.named if EARLIEST <= day <= LATEST)}
        return replace(self.scope, days=sorted(days))

    def look(self, trial: Trial) -> Iterator[Breach]:
        """Yields each answer that is another one on the next day, or was on the day before, for no reason that counts."""
        profile = replace(trial.profile, as_of=None)
        today = trial.rules.day
        for first, second in ((today - _DAY, today), (today, today + _DAY)):
            if not EARLIEST <= first < second <= LATEST or second in self.changes:
                continue
            nights = [self.scope.pack.on(day) for day in (first, second)]
            before, after = (answered(rules, profile, (self.id,)) for rules in nights)
            differing = [claim for claim in before if _told(before[claim]) != _told(after.get(claim))]
            if not differing or _clock(nights[0], self.id, profile) != _clock(nights[1], self.id, profile):
                continue
            if self.id in self.scope.declared.waivers("time"):
                self.used.add(self.id)
                continue
            for claim in differing:
                yield self.breach(nights, profile, claim, (before[claim], after.get(claim)))

    def breach(
        self, nights: list[Rules], profile: Profile, claim: tuple[str, str], both: tuple[Answer, Answer | None]
    ) -> Breach:
        """Returns what is told of an answer that changed overnight."""
        asked = [Words(told_day(rules.day, "zh"), told_day(rules.day, "en")) for rules in nights]
        keep = Kept(nights[1], replace(profile, as_of=nights[1].day), {claim[1]: {"outcome": both[0].outcome}})
        answers = ((asked[0], said(both[0])), (asked[1], said(both[1])))
        return Breach("time", TIME, *claim, nights[1], profile, answers, keep, _NOTE)

    def unused(self) -> Iterator[Problem]:
        """Yields the waiver of the entitlement, if it excuses nothing."""
        if self.id in self.scope.declared.waivers("time") and self.id not in self.used:
            sought(self.scope.pack, self.id, self.used, self.id, self.look)
        yield from unused(self.scope, "time", self.used, self.id)


def _changes(pack: RulePack, id: str) -> Iterator[date]:
    """Yields the days on which the law of an entitlement changes, or of what it requires."""
    one = pack.entitlement(id)
    yield from law_days(pack, one)
    for other in one.requires:
        yield from _changes(pack, other)


def _named(pack: RulePack, id: str) -> Iterator[date]:
    """Yields the days that stand in the conditions and amounts of an entitlement."""
    for rules in {pack.on(day).state: pack.on(day) for day in pack.changes}.values():
        ruling = rules.ruling(id)
        for expr in expressions(ruling.body) if ruling is not None else ():
            for node in opened(expr, rules):
                if isinstance(node, ir.Literal) and isinstance(node.value, date):
                    yield node.value


def _told(answer: Answer | None) -> tuple[object, ...]:
    """Returns what counts of an answer; one that stays open may come to wait for something else."""
    return (answer.outcome, answer.amount) if answer is not None else ()


def _clock(rules: Rules, id: str, profile: Profile) -> list[Any]:
    """Returns everything that time alone moves: who lives, counts of elapsed time, and periods between two days."""
    prepared = prepare(rules, profile.household, profile.members, own_day=True)
    situation = prepared.situation
    elapsed = rules.pack.contents.schema.elapsed
    found: list[Any] = [[each["id"] for each in situation.members]]
    found += [each.get(name) for each in (*situation.members, *prepared.dead) for name in sorted(elapsed)]
    rule = ruled(rules, id) if rules.ruling(id) is not None else None
    exprs = [part.expr for part in rule.parts if part.expr is not None] if rule is not None else []
    exprs += [expr for tier in rule.tiers for expr in tier if expr is not None] if rule is not None else []
    for node in (node for expr in exprs for node in opened(expr, rules) if _period(node)):
        found += [closure(node, rules)(situation, each, each) for each in (*situation.members, NOBODY)]
    return found


def _period(node: Expr) -> bool:
    return isinstance(node, ir.Call) and node.function in {"years", "months"}
