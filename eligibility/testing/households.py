"""Households of which everything is known that rules read, each fact at a value at which the rules turn."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from eligibility import ir
from eligibility.evaluate import closure
from eligibility.ir import Expr
from eligibility.leaves import reads
from eligibility.packs.calendar import Rules
from eligibility.ruled import Ruled
from eligibility.schema import Owner
from eligibility.situation import NOBODY, Facts, Situation
from eligibility.testing.boundaries import boundaries, opened

MOST_TRIED = 600
"""How many households are tried, unless all there are come to less."""
MOST_STEERED = 30
"""How many are drawn to be led to a truth that none of the others came to."""
MOST_MEMBERS = 4
_MENDED = 40
"""How often a household is changed that is not yet what is wanted, before another one is drawn."""

Household = tuple[dict[str, Any], list[dict[str, Any]]]


@dataclass
class Draw:
    """What some expressions read, and what to try for it.

    Args:
        rules: of the day.
        exprs: the expressions.
        source: of chance.
    """

    rules: Rules
    exprs: Sequence[Expr]
    source: random.Random

    def __post_init__(self) -> None:
        """Finds the facts, the two that have a default left out, and whether it matters how many members there are."""
        limits = boundaries(self.rules, self.exprs)
        names = gated((name for expr in self.exprs for name in reads(expr, self.rules).names()), self.rules)
        self.home = {name: values for name, values in limits.household.items() if name in names}
        self.person = {name: values for name, values in limits.person.items() if name in names}
        nodes = (node for expr in self.exprs for node in opened(expr, self.rules))
        self.several = any(isinstance(node, ir.Quantifier | ir.Size) for node in nodes)

    def households(self) -> Iterator[Household]:
        """Yields every household of one where they are few, else some of one or several members."""
        values = (*self.home.values(), *self.person.values())
        if self.several or math.prod(map(len, values)) > MOST_TRIED:
            yield from (self.one() for _ in range(MOST_TRIED))
            return
        for chosen in product(*values):
            home, person = chosen[: len(self.home)], chosen[len(self.home) :]
            member = {"id": "a", **dict(zip(self.person, person, strict=True))}
            yield dict(zip(self.home, home, strict=True)), [member]

    def one(self) -> Household:
        """Returns one household."""
        count = self.source.randint(1, MOST_MEMBERS) if self.several else 1
        members = [{"id": "abcd"[at], **self.some(self.person)} for at in range(count)]
        return self.some(self.home), members

    def steered(self, expr: Expr, wanted: bool) -> Iterator[Household]:  # noqa: FBT001 - a truth
        """Yields households for which a condition comes to a truth: what stands in its way is drawn again and again."""
        for _ in range(MOST_STEERED):
            household, members = self.one()
            for _ in range(_MENDED):
                situation = Situation(self.rules, household, members)
                if closure(expr, self.rules)(situation, members[0], members[0]) is wanted:
                    yield household, members
                    break
                household, members = self.mended(situation, expr, wanted)

    def mended(self, situation: Situation, expr: Expr, wanted: bool) -> Household:  # noqa: FBT001 - a truth
        """Returns a household in which those facts are drawn anew that stand in the way of a truth."""
        way = self.obstacle(situation, expr, wanted)
        again = gated(reads(way, self.rules).names(), self.rules)
        members = [{**member, **self.some(self.person, again)} for member in situation.members]
        return {**situation.household, **self.some(self.home, again)}, members

    def obstacle(self, situation: Situation, expr: Expr, wanted: bool) -> Expr:  # noqa: FBT001 - a truth
        """Returns the part of a condition that keeps it from a truth; of several, any one of which would do, one by chance."""
        if isinstance(expr, ir.Not):
            return self.obstacle(situation, expr.item, not wanted)
        if isinstance(expr, ir.Concept) and expr.name in self.rules.state.concepts:
            return self.obstacle(situation, self.rules.state.concepts[expr.name], wanted)
        if not isinstance(expr, ir.And | ir.Or):
            return expr
        one = situation.members[0]
        wrong = [each for each in expr.items if closure(each, self.rules)(situation, one, one) is not wanted]
        return self.obstacle(situation, self.source.choice(wrong or list(expr.items)), wanted)

    def applicable(self, household: dict[str, Any], members: list[dict[str, Any]]) -> Household:
        """Returns a household without the facts that do not apply (MEANING M14)."""
        gates = [fact for fact in self.rules.pack.contents.schema.facts.values() if fact.only_if is not None]
        situation = Situation(self.rules, household, members)

        def left(facts: dict[str, Any], owner: Owner, own: Facts) -> dict[str, Any]:
            gone = {
                fact.name
                for fact in gates
                if fact.owner == owner and fact.name in facts and fact.only_if is not None
                if closure(fact.only_if.expr, self.rules)(situation, own, NOBODY) is False
            }
            return {name: value for name, value in facts.items() if name not in gone}

        return left(household, "household", NOBODY), [left(each, "person", each) for each in members]

    def some(self, values: dict[str, tuple[Any, ...]], only: set[str] | None = None) -> dict[str, Any]:
        """Returns a value for each fact, or for some of them."""
        return {name: self.source.choice(each) for name, each in values.items() if only is None or name in only}


def gated(names: Iterator[str], rules: Rules) -> set[str]:
    """Returns facts with those that gate them, without the two that have a default."""
    found = set(names)
    for name in list(found):
        gate = rules.pack.contents.schema.facts[name].only_if
        found |= {node.name for node in ir.walk(gate.expr) if isinstance(node, ir.Fact)} if gate else set()
    return found - {"died", "members_complete"}


def qualifying(rule: Ruled, exprs: Sequence[Expr], source: random.Random) -> Iterator[tuple[Situation, Facts]]:
    """Yields households that nothing refuses an entitlement, each with the facts of the subject.

    A household that is refused is changed in what refuses it, again and again, before another one is drawn. Facts of one may
    contradict each other.

    Args:
        rule: the entitlement.
        exprs: what else is to be known of them.
        source: of chance.
    """
    rules = rule.rules
    parts = [part for part in rule.parts if part.expr is not None]
    draw = Draw(rules, [*(part.expr for part in parts if part.expr is not None), *exprs], source)
    for _ in range(MOST_TRIED):
        household, members = draw.one()
        for _ in range(_MENDED):
            situation = Situation(rules, *draw.applicable(household, members))
            own = NOBODY if rule.entitlement.subject == "household" else situation.members[0]
            refusing = next((part for part in parts if part.ask(situation, own, NOBODY) is part.exclusion), None)
            if refusing is None:
                yield situation, own
                break
            if refusing.expr is not None:
                raw = Situation(rules, household, members)
                household, members = draw.mended(raw, refusing.expr, not refusing.exclusion)
