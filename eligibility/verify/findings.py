"""Findings about a pack that loads: criteria that never or always hold, facts that do not vanish, odd amounts, loose ends."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from eligibility import ir
from eligibility.errors import Problem
from eligibility.evaluate import closure
from eligibility.packs.calendar import EARLIEST, RulePack, Rules
from eligibility.packs.model import Criterion, Subject
from eligibility.ruled import Part, ruled
from eligibility.schema import Fact
from eligibility.situation import NOBODY, Situation
from eligibility.testing.aims import Aim
from eligibility.testing.boundaries import boundaries
from eligibility.testing.drawing import reachable
from eligibility.testing.households import Draw
from eligibility.verify.amounts import amounts
from eligibility.verify.loose import loose_ends
from eligibility.verify.ranges import decided
from eligibility.words import Words

_TRIED = Words(
    "试过的家庭都是这样；`eligibility verify` 可以证明",
    "so it was in every household tried; `eligibility verify` proves it",
)
"""What rests on households that were drawn is no proof, and says so."""


def findings(pack: RulePack) -> list[Problem]:
    """Returns what is odd in a pack although it loads.

    Args:
        pack: loaded; every body that was ever in force is looked at on its first day.
    """
    before = [*pack.contents.findings, *loose_ends(pack), *decided(pack)]
    told = {problem.span for problem in before if problem.span is not None}
    tried: list[Problem] = []
    for day in _first_days(pack):
        rules = pack.on(day)
        for ruling in rules.state.rulings:
            begun = ruling.body.start or ruling.entitlement.in_force.first
            if max(begun, EARLIEST) == day:
                look = _Look(rules, random.Random(ruling.entitlement.id))  # noqa: S311 - tests need no secrets
                tried += look.entitlement(ruling.entitlement.id)
    return [*dict.fromkeys(before), *(each for each in dict.fromkeys(tried) if each.span not in told)]


def _first_days(pack: RulePack) -> list[date]:
    days = {
        max(body.start or entitlement.in_force.first, EARLIEST)
        for entitlement in pack.contents.entitlements.values()
        for body in entitlement.bodies()
    }
    return sorted(days)


@dataclass
class _Look:
    """One entitlement in force on a day, tried with values from its own limits."""

    rules: Rules
    source: random.Random

    def entitlement(self, id: str) -> Iterator[Problem]:
        """Yields what is odd in its criteria and its tiers."""
        rule = ruled(self.rules, id)
        criteria = {each.id: each for each in (*(rule.ruling.body.criteria or ()), *(rule.ruling.body.unless or ()))}
        for part in rule.parts:
            if part.id in criteria and part.expr is not None:
                yield from self.criterion(part, criteria[part.id], rule.entitlement.subject)
        yield from amounts(rule, self.source)

    def criterion(self, part: Part, said: Criterion, subject: Subject) -> Iterator[Problem]:
        """Yields that a criterion never or always holds, or that a fact in it does not vanish where it does not apply."""
        seen, span = self.seen(part, subject), said.when.expr.span
        if seen == {False}:
            yield Problem(Words(f"`{part.id}` 永远不成立", f"`{part.id}` is never true"), span, _TRIED)
        if seen == {True}:
            yield Problem(Words(f"`{part.id}` 永远成立", f"`{part.id}` is always true"), span, _TRIED)
        schema = self.rules.pack.contents.schema
        for name in part.reads.names():
            fact = schema.facts[name]
            if fact.only_if is not None and not self.vanishes(part, fact):
                gate = "".join(sorted({node.name for node in ir.walk(fact.only_if.expr) if isinstance(node, ir.Fact)}))
                advice = Words(f"先写 `{gate}` 的条件", f"ask for `{gate}` first")
                zh, en = (
                    f"`{name}` 不适用时，`{part.id}` 仍要问它",
                    f"`{part.id}` asks for `{name}` where it does not apply",
                )
                yield Problem(Words(zh, en), span, advice)

    def seen(self, part: Part, subject: Subject) -> set[bool | None]:
        """Returns what a criterion comes to for households at its limits, until it came out both ways; then for one aimed at."""
        found: set[bool | None] = set()
        if part.expr is None or not any(part.reads.names()):
            return found
        for household, members in Draw(self.rules, [part.expr], self.source).households():
            found.add(part.ask(Situation(self.rules, household, members), members[0], NOBODY))
            if {True, False} <= found:
                return found
        limits = boundaries(self.rules, [part.expr])
        lacking = [Aim("", part.id, subject, part.expr, truth) for truth in (True, False) if truth not in found]
        return found | {each.truth for each in lacking if reachable(limits, each, self.source)}

    def vanishes(self, part: Part, fact: Fact) -> bool:
        """Returns whether a criterion is settled without a fact wherever the fact does not apply (MEANING M14)."""
        if fact.only_if is None or part.expr is None:
            return True
        applies = closure(fact.only_if.expr, self.rules)
        for household, members in Draw(self.rules, [part.expr], self.source).households():
            own = members[0] if fact.owner == "person" else NOBODY
            if applies(Situation(self.rules, household, members), own, NOBODY) is not False:
                continue
            before = part.ask(Situation(self.rules, household, members), members[0], NOBODY)
            (members[0] if fact.owner == "person" else household).pop(fact.name, None)
            if part.ask(Situation(self.rules, household, members), members[0], NOBODY) is not before:
                return False
        return True
