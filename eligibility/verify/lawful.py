"""The rules of one day before the solver: one household of unknowns that every check asks about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from eligibility import ir
from eligibility.bounds import reach
from eligibility.ir import Expr
from eligibility.leaves import HOUSEHOLD
from eligibility.packs.calendar import Rules
from eligibility.ruled import Part
from eligibility.solver.binding import DEAD
from eligibility.solver.ground import Ground
from eligibility.solver.households import called
from eligibility.solver.joining import denied
from eligibility.solver.logic import Formula, Given
from eligibility.solver.proving import EFFORT, Prover, Question
from eligibility.solver.values import Truth
from eligibility.targets.smt import MOST_MEMBERS, Asked
from eligibility.verify.assuming import Supposed

REQUIRED = "/"
"""Parts the id of an entitlement that is required from the id of its criterion."""


class Law:
    """The rules of a day, and a household of up to a few members of which everything is known.

    Args:
        rules: of the day.
        effort: how much work one question may take.
        members: how many living members it has at most.
    """

    def __init__(self, rules: Rules, effort: int = EFFORT, members: int = MOST_MEMBERS) -> None:
        """Takes the rules; whatever is asked is made when it is first asked for."""
        self.rules, self.ground, self.members = rules, Ground(), members
        self.prover = Prover(self.ground, effort)

    @cached_property
    def living(self) -> Supposed:
        """A household of the living."""
        return Supposed(self.rules, self.ground, self.members)

    @cached_property
    def bereaved(self) -> Supposed:
        """A household of whom somebody has died."""
        return Supposed(self.rules, self.ground, self.members, dead=True, label="bereaved ")

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """What is in force."""
        return tuple(ruling.entitlement.id for ruling in self.rules.state.rulings)

    def world(self, id: str) -> Supposed:
        """Returns the household that an entitlement is put to."""
        return self.bereaved if self.rules.pack.entitlement(id).subject == "deceased" else self.living

    def ask(self, id: str) -> Asked:
        """Returns what an entitlement comes to."""
        return self.world(id).ask(id)

    def facts(self, ids: Iterable[str]) -> set[str]:
        """Returns every fact on which entitlements may hang."""
        found = set[str]()
        for id in ids:
            written = (each.expr for _, each in self.rules.pack.entitlement(id).expressions())
            found.update(*(reach(each, self.rules) for each in (*exprs(self.ask(id)), *written)))
        return found

    def model(self, *formulas: Formula) -> Given | None:
        """Returns unknowns for which formulas hold, or None, which is a proof."""
        return self.prover.model(*formulas)

    def question(self, *formulas: Formula) -> Question:
        """Returns a question that is asked again and again."""
        return self.prover.question(*formulas)

    def subject(self, id: str) -> str:
        """Returns what the subject of an entitlement is called in a household that was found."""
        kind = self.rules.pack.entitlement(id).subject
        return HOUSEHOLD if kind == HOUSEHOLD else called(DEAD if kind == "deceased" else 0)


def held(asked: Asked) -> list[tuple[Part, Truth]]:
    """Returns each criterion and exclusion with whether it lets its subject pass."""
    pairs = zip(asked.rule.parts, asked.parts, strict=True)
    return [(part, denied(truth) if part.exclusion else truth) for part, truth in pairs]


def own(asked: Asked) -> Iterator[tuple[int, Part, Truth]]:
    """Yields the entitlement's own written criteria and exclusions, those that it requires left out."""
    for at, (part, truth) in enumerate(held(asked)):
        if part.expr is not None and REQUIRED not in part.id:
            yield at, part, truth


def exprs(asked: Asked) -> list[Expr]:
    """Returns every condition and amount of an entitlement."""
    found = [part.expr for part in asked.rule.parts if part.expr is not None]
    return found + [expr for pair in asked.rule.tiers for expr in pair if expr is not None]


def looks_at_places(expr: Expr, rules: Rules) -> bool:
    """Returns whether a condition reads an attribute of places, which may be unknown of some."""
    waiting, seen = [expr], set[str]()
    while waiting:
        for node in ir.walk(waiting.pop()):
            if isinstance(node, ir.PlaceOf) and node.attribute in rules.state.attributes:
                return True
            if isinstance(node, ir.Concept) and node.name not in seen and node.name in rules.state.concepts:
                seen.add(node.name)
                waiting.append(rules.state.concepts[node.name])
    return False
