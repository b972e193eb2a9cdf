"""How the second engine holds each criterion: by itself, by joining facts, or on what the core reckoned for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from eligibility.packs.calendar import RulePack, Rules
from eligibility.printer import to_text
from eligibility.rete.formula import scopes, tests
from eligibility.rete.plan import Goal
from eligibility.rete.workings import Derived
from eligibility.ruled import ruled
from eligibility.targets.durable import Compiled, compiled

How = Literal["native", "joined", "derived"]


@dataclass(frozen=True, slots=True)
class Held:
    """How one criterion or exclusion is held.

    Args:
        entitlement: its id.
        criterion: its id.
        how: `native` on one fact, `joined` on several, `derived` where the core reckoned a side of some comparison.
        on: what the core worked out that is no reckoning: derived facts such as `age`, figures, what a place is.
    """

    entitlement: str
    criterion: str
    how: How
    on: tuple[str, ...] = ()


def held(pack: RulePack, first: date = date.min, last: date = date.max) -> list[Held]:
    """Returns how each distinct criterion of every state of the law between two days is held.

    Args:
        pack: whose rules.
        first: the first day.
        last: the last day.

    Raises:
        NotCompilable: a condition cannot be held; nothing is left out.
    """
    days = [day for day in pack.changes if day <= last]
    start = max((day for day in days if day <= first), default=None)
    found: dict[tuple[str, str, object], Held] = {}
    for day in (each for each in days if each >= (start or first)):
        for key, each in _of_day(pack.on(day)):
            found.setdefault(key, each)
    return list(found.values())


def _of_day(rules: Rules) -> Iterator[tuple[tuple[str, str, object], Held]]:
    """Yields how the criteria of a day are held, those of required entitlements with the entitlements that they are of."""
    made = compiled(rules)
    look = _Look(made)
    for claim in made.plan.claims:
        own = zip(claim.parts, ruled(rules, claim.entitlement).parts, strict=True)
        for part, written in own:
            if part.goal is not None and "/" not in part.id:
                yield (claim.entitlement, part.id, written.expr), Held(claim.entitlement, part.id, *look.at(part.goal))


class _Look:
    """Looks at the formulas of one compilation, those of concepts included."""

    def __init__(self, made: Compiled) -> None:
        self.compiled = made
        self.derived: dict[str, Derived] = {name: each for each in made.derived for name in each.fields}
        self.facts = made.rules.pack.contents.schema.facts
        self.concepts = {goal.field: goal for goal in made.formulas}

    def at(self, goal: Goal) -> tuple[How, tuple[str, ...]]:
        """Returns how a goal is held, and on which derived facts."""
        kinds: set[str] = set()
        on: dict[str, None] = {}
        reckons = False
        waiting, seen = [goal], {goal}
        while waiting:
            asked = waiting.pop()
            formula = self.compiled.formulas[asked]
            kinds |= {"household" if asked.owner == "household" else "own"} | scopes(formula)
            for test in tests(formula):
                others = (getattr(test, "beside", None), getattr(test, "other", None))
                for name in (test.field, *(each for each in others if each)):
                    reckons |= self.base(name, on)
                    leaning = self.concepts.get(name)
                    if leaning is not None and leaning not in seen:
                        seen.add(leaning)
                        waiting.append(leaning)
        how: How = "derived" if reckons else "joined" if len(kinds) > 1 else "native"
        return how, tuple(on)

    def base(self, name: str, on: dict[str, None]) -> bool:
        """Notes a derived fact; returns whether it was reckoned."""
        if name in self.derived:
            each = self.derived[name]
            on.update(dict.fromkeys(to_text(expr) for expr in each.exprs))
            return each.how == "reckoned"
        fact = self.facts.get(name.removesuffix("_"))
        if fact is not None and fact.derive is not None:
            on[fact.name] = None
        return False
