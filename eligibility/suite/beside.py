"""Changed rules before a solver: the same household of unknowns, read by other conditions; and whether an answer differs."""

from __future__ import annotations

from eligibility.ir import Expr
from eligibility.leaves import HOUSEHOLD
from eligibility.situation import NOBODY, Situation
from eligibility.solver.binding import DEAD
from eligibility.solver.compiling import Who
from eligibility.solver.differing import apart as unlike
from eligibility.solver.differing import other_grants
from eligibility.solver.logic import Formula, every, no, same, some
from eligibility.solver.lookup import kind_of, switch
from eligibility.solver.values import NO, OPEN, YES, Value
from eligibility.suite.altered import Altered, named
from eligibility.targets.smt import Asked, World


class Beside(World):
    """The same household of unknowns under changed rules; what does not lean on the change is the same.

    Args:
        base: the household under the rules as they are.
        rule: an entitlement of which something is otherwise.
    """

    def __init__(self, base: World, rule: Altered) -> None:
        """Takes the household and what is otherwise."""
        super().__init__(rule.rules, base.ground, base.count, base.told, dead=base.dead)
        self.base, self.rule = base, rule
        self._differs: dict[int, tuple[Expr, bool]] = {}

    def differs(self, expr: Expr) -> bool:
        """Returns whether an expression leans on something that comes out otherwise."""
        if id(expr) not in self._differs:
            # The expression is kept beside it, so that no other one can ever come to have the same identity.
            self._differs[id(expr)] = expr, any(name in self.rule.names for name in named(expr))
        return self._differs[id(expr)][1]

    def present(self, who: int) -> Formula:
        """Returns whether there is such a living member: they are the same."""
        return self.base.present(who)

    def value(self, expr: Expr, own: Who = None, member: Who = None) -> Value:
        """Returns what an expression becomes: the same as under the rules as they are where nothing of it differs."""
        return super().value(expr, own, member) if self.differs(expr) else self.base.value(expr, own, member)

    def fact(self, name: str, who: Who) -> Value:
        """Returns a fact: what follows under the changed rules where it follows, else the same."""
        found, derive = self.base.fact(name, who), self.schema.facts[name].derive
        if ("fact", name) not in self.rule.names or derive is None:
            return found
        if (name, who) not in self.facts:
            # Where it follows under the rules as they are, nobody states it, so that it follows under the changed ones too.
            before, kind = self.base.schema.facts[name].derive, kind_of(self.schema.facts[name].kind)
            follows = self.base.value(before.expr, who).known if before is not None else False
            other = self.value(derive.expr, who)
            self.facts[name, who] = switch(kind, [(follows, other), (no(follows), found)])
        return self.facts[name, who]

    def put(self) -> Asked:
        """Returns what the entitlement comes to for the subject that everybody asks about: the first member."""
        kind = self.rule.entitlement.subject
        who: Who = None if kind == HOUSEHOLD else DEAD if kind == "deceased" else 0
        constants = {True: YES, False: NO, None: OPEN}
        nowhere = Situation(self.rules, NOBODY, ())
        parts = tuple(
            self.truth(part.expr, who) if part.expr is not None else constants[part.ask(nowhere, NOBODY, NOBODY)]
            for part in self.rule.parts
        )
        return Asked(self.rule, self, who, parts)


def apart(one: Asked, other: Asked) -> Formula:
    """Returns whether two readings of an entitlement come to another outcome or amount, to other months or to another status."""
    outcomes = every(same(one.holds.yes, other.holds.yes), same(one.holds.no, other.holds.no))
    found = [no(outcomes)]
    if one.rule.tiers or other.rule.tiers:
        found.append(unlike(one.amount, other.amount, one))
    if one.rule.lasting or other.rule.lasting:
        found.append(every(no(one.ineligible), no(other.ineligible), unlike(one.months, other.months, one)))
    return some(*found, every(no(one.ineligible), no(other.ineligible), other_grants(one, other)))
