"""Findings about a pack that loads: criteria that never or always hold, gaps in tiers, facts that do not vanish, loose ends."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from eligibility import ir
from eligibility.errors import Problem
from eligibility.evaluate import closure
from eligibility.ir import Expr
from eligibility.leaves import Reads, reads
from eligibility.packs.calendar import EARLIEST, RulePack, Rules
from eligibility.packs.model import Body, Criterion, Entitlement
from eligibility.ruled import Part, ruled
from eligibility.schema import Fact
from eligibility.situation import NOBODY, Situation
from eligibility.testing.boundaries import Boundaries, boundaries
from eligibility.words import Words

TRIALS = 400
"""How many combinations of boundary values each criterion is tried with."""


def findings(pack: RulePack) -> list[Problem]:
    """Returns what is odd in a pack although it loads.

    Args:
        pack: loaded; every body that was ever in force is looked at on its first day.
    """
    found = [*pack.contents.findings, *_loose_ends(pack)]
    for day in _first_days(pack):
        rules = pack.on(day)
        limits = boundaries(rules)
        for ruling in rules.state.rulings:
            begun = ruling.body.start or ruling.entitlement.in_force.first
            if max(begun, EARLIEST) == day:
                look = _Look(rules, limits, random.Random(ruling.entitlement.id))  # noqa: S311 - tests need no secrets
                found += look.entitlement(ruling.entitlement.id)
    return list(dict.fromkeys(found))


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
    limits: Boundaries
    source: random.Random

    def entitlement(self, id: str) -> Iterator[Problem]:
        """Yields what is odd in its criteria and its tiers."""
        rule = ruled(self.rules, id)
        criteria = {each.id: each for each in (*(rule.ruling.body.criteria or ()), *(rule.ruling.body.unless or ()))}
        for part in rule.parts:
            if part.id in criteria and part.expr is not None:
                yield from self.criterion(part, criteria[part.id])
        if len(rule.tiers) > 1:
            yield from self.tiers(rule.tiers, [part for part in rule.parts if part.expr is not None])

    def criterion(self, part: Part, said: Criterion) -> Iterator[Problem]:
        """Yields that a criterion never or always holds, or that a fact in it does not vanish where it does not apply."""
        seen = (
            {self.value(part.expr, self.facts(part.reads)) for _ in range(TRIALS)} if any(part.reads.names()) else set()
        )
        span = said.when.expr.span
        if seen == {False}:
            yield Problem(Words(f"`{part.id}` 永远不成立", f"`{part.id}` is never true"), span)
        if seen == {True}:
            yield Problem(Words(f"`{part.id}` 永远成立", f"`{part.id}` is always true"), span)
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

    def vanishes(self, part: Part, fact: Fact) -> bool:
        """Returns whether a criterion is settled without a fact wherever the fact does not apply (MEANING M14)."""
        if fact.only_if is None:
            return True
        for _ in range(TRIALS):
            person, household = self.facts(part.reads)
            situation = Situation(self.rules, household, [person])
            own = person if fact.owner == "person" else NOBODY
            if closure(fact.only_if.expr, self.rules)(situation, own, NOBODY) is not False:
                continue
            before = self.value(part.expr, (person, household))
            without = {name: value for name, value in person.items() if name != fact.name}
            home = {name: value for name, value in household.items() if name != fact.name}
            if self.value(part.expr, (without, home)) is not before:
                return False
        return True

    def tiers(self, tiers: tuple[tuple[Expr | None, Expr], ...], parts: list[Part]) -> Iterator[Problem]:
        """Yields that somebody eligible falls between the tiers, or into two at once."""
        wanted = Reads()
        for part in parts:
            wanted.add(part.reads)
        for when, _ in tiers:
            if when is not None:
                wanted.add(reads(when, self.rules))
        span = tiers[-1][1].span
        gap = overlap = False
        for _ in range(TRIALS * 10):
            facts = self.facts(wanted)
            if any(self.value(part.expr, facts) is part.exclusion for part in parts):
                continue
            held = [True if when is None else self.value(when, facts) for when, _ in tiers]
            gap |= all(each is False for each in held)
            overlap |= held[:-1].count(True) + (held[-1] is True and tiers[-1][0] is not None) > 1
        if gap:
            zh, en = "有人符合条件，却不在任何一档", "somebody eligible is in no tier"
            yield Problem(Words(zh, en), span)
        if overlap:
            zh, en = "有人同时在两档里，只按前一档算", "somebody is in two tiers at once, and only the first counts"
            yield Problem(Words(zh, en), span)

    def facts(self, wanted: Reads) -> tuple[dict[str, Any], dict[str, Any]]:
        """Returns a person and a household with every fact that is read known, at a value from the limits."""
        household = self.some(self.limits.household, wanted)
        person = {"id": "a", **self.some(self.limits.person, wanted)}
        return person, household

    def some(self, values: Mapping[str, tuple[Any, ...]], wanted: Reads) -> dict[str, Any]:
        """Returns a value for each fact that is read; the dead and open lists are left out."""
        names = set(wanted.names()) - {"died", "members_complete"}
        schema = self.rules.pack.contents.schema
        for name in list(names):
            gate = schema.facts[name].only_if
            names |= {node.name for node in ir.walk(gate.expr) if isinstance(node, ir.Fact)} if gate else set()
        return {name: self.source.choice(each) for name, each in values.items() if name in names}

    def value(self, expr: Expr | None, facts: tuple[dict[str, Any], dict[str, Any]]) -> Any:  # noqa: ANN401 - of any type
        """Returns what an expression comes to for a household of one."""
        person, household = facts
        if expr is None:
            return None
        return closure(expr, self.rules)(Situation(self.rules, household, [person]), person, NOBODY)


def _loose_ends(pack: RulePack) -> Iterator[Problem]:
    """Yields concepts, figures, papers and sources that nothing uses."""
    contents = pack.contents
    used = _used(pack)
    for kind, names in (
        (Words("概念", "concept"), contents.concepts),
        (Words("参数", "parameter"), contents.parameters),
    ):
        for name in names:
            if name not in used and not (
                name.endswith("_floor") and name.removesuffix("_floor") in contents.parameters
            ):
                yield Problem(Words(f"{kind.zh} `{name}` 没有用到", f"nothing uses the {kind.en} `{name}`"))
    cited = set(_cited(pack))
    for id in contents.sources:
        if id not in cited and id != contents.file.plan:
            yield Problem(Words(f"来源 `{id}` 没有用到", f"nothing rests on the source `{id}`"))


def _used(pack: RulePack) -> set[str]:
    contents = pack.contents
    written = [each for one in contents.entitlements.values() for _, each in one.expressions()]
    written += [version.body for concept in contents.concepts.values() for version in concept.versions]
    written += [fact.derive for fact in contents.schema.facts.values() if fact.derive is not None]
    written += [
        version.body
        for reading in contents.readings.values()
        for other in reading.others.values()
        for version in other.versions
    ]
    exprs = [each.expr for each in written] + [key.expr for keys in contents.selectors.values() for key in keys]
    nodes = [node for expr in exprs for node in ir.walk(expr)]
    return {node.name for node in nodes if isinstance(node, (ir.Concept, ir.Figure))}


def _cited(pack: RulePack) -> Iterator[str]:
    contents = pack.contents
    cites: list[str] = []
    for one in contents.entitlements.values():
        bodies: list[Entitlement | Body] = [one, *one.versions]
        for body in bodies:
            cites += [cite for each in (*(body.criteria or ()), *(body.unless or ())) for cite in each.cite]
            if body.benefit:
                cites += [
                    *(body.benefit.cite or ()),
                    *(cite for tier in body.benefit.amount for cite in tier.cite or ()),
                ]
        cites += one.in_force.cite or ()
    cites += [cite for concept in contents.concepts.values() for version in concept.versions for cite in version.cite]
    cites += [cite for fact in contents.schema.facts.values() for cite in fact.cite]
    cites += [cite for rule in contents.schema.integrity for cite in rule.cite]
    yield from (cite.partition(" ")[0] for cite in cites)
    for series in (*contents.parameters.values(), *contents.attributes.values()):
        yield from (entry.said.source for entry in series.entries if entry.said.source is not None)
