"""Asking a solver for households of a suite: such as stand on a side where it decides, or as tell a change from the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from eligibility import ir
from eligibility.bounds import reach
from eligibility.derived import contradictions, prepare
from eligibility.elapsed import after_months
from eligibility.ir import Expr
from eligibility.packs.calendar import Rules
from eligibility.profile_reader import Profile
from eligibility.ruled import Ruled
from eligibility.solver.binding import DEAD
from eligibility.solver.comparing import compared
from eligibility.solver.compiling import Who
from eligibility.solver.ground import Ground
from eligibility.solver.households import Mismatch, household
from eligibility.solver.joining import alike
from eligibility.solver.logic import Formula, every, some
from eligibility.solver.numbers import reckoned
from eligibility.solver.ordinary import include, ordinary
from eligibility.solver.proving import EFFORT, Prover, Question
from eligibility.solver.values import Code, Number, Value, exactly
from eligibility.suite.altered import Altered
from eligibility.suite.beside import Beside, apart
from eligibility.suite.sides import Side
from eligibility.targets.smt import Asked, World, members_for

FARTHEST = 1 << 62
"""Farther than anybody can stand from a limit."""
MONTHS = {"years": 12, "months": 1}
"""How many months each function counts as one."""
_OLDEST = 1200


class Watched(World):
    """A household of unknowns that notes as whom each condition is read."""

    @cached_property
    def noted(self) -> dict[int, dict[tuple[Who, Who], None]]:
        """By the identity of each node, the subjects and members for whom it is read."""
        return {}

    def value(self, expr: Expr, own: Who = None, member: Who = None) -> Value:
        """Returns what an expression becomes."""
        self.noted.setdefault(id(expr), {})[own, member] = None
        return super().value(expr, own, member)


@dataclass(eq=False)
class Asker:
    """Asks a solver about one entitlement.

    Args:
        rule: the entitlement.
        most: how many living members a household has at most where somebody looks at members.
        effort: how much work one question may take.
    """

    rule: Ruled
    most: int
    effort: int = EFFORT

    @cached_property
    def world(self) -> Watched:
        """The household of unknowns."""
        rules = self.rule.rules
        dead = self.rule.entitlement.subject == "deceased"
        return Watched(rules, Ground(), members_for(self.rule.exprs, rules, self.most), dead=dead)

    @cached_property
    def asked(self) -> Asked:
        """What the entitlement comes to for it."""
        found = self.world.ask(self.rule.entitlement.id)
        _ = found.amount, found.months, found.gifts  # made now, so that everything that is read was noted
        return found

    @cached_property
    def question(self) -> Question:
        """What is asked again and again."""
        return Prover(self.world.ground, self.effort).question(self.asked.subject)

    def differs(self, rule: Altered) -> Formula:
        """Returns whether a change comes to something else."""
        asked = self.asked
        return apart(asked, Beside(self.world, rule).put())

    def edge(self, side: Side, least: int | None) -> Formula:
        """Returns whether somebody stands on a side, at most so far from the limit; None is any distance."""
        return True if side.look == "paid" else some(*self._stands(side, least).values())

    def _stands(self, side: Side, least: int | None) -> dict[tuple[Who, Who], Formula]:
        """Returns whether each who reads the condition stands on a side of it."""
        expr, world, found = side.leaf.expr, self.world, {}
        assert expr is not None  # noqa: S101 - only a tier has none
        for own, member in world.noted.get(id(expr), {}):
            there = [world.present(who) for who in (own, member) if who is not None and who != DEAD]
            truth = world.truth(expr, own, member)
            found[own, member] = every(*there, truth.is_(side.truth), self._close(side, expr, (own, member), least))
        return found

    def turning(self, side: Side, least: int) -> list[Formula]:
        """Returns, of a limit to full years or months since a day, that this day is the last or the first on its side."""
        expr, rules = side.leaf.expr, self.rule.rules
        if side.look != "near" or not isinstance(expr, ir.Compare) or not isinstance(expr.right, ir.Literal):
            return []
        counted, limit = expr.left, expr.right.value
        derive = rules.pack.contents.schema.facts[counted.name].derive if isinstance(counted, ir.Fact) else None
        call = derive.expr if derive is not None else counted
        if not isinstance(call, ir.Call) or call.function not in MONTHS or type(limit) is not int:
            return []
        since, turn = call.arguments[0], limit + (expr.order in {"<=", ">"})
        day = after_months(rules.day, -MONTHS[call.function] * turn).toordinal() if 0 <= turn <= _OLDEST else 0
        if not isinstance(since, ir.Fact) or not day:
            return []
        found: list[Formula] = []
        for step in (0, 1):
            readers = self._stands(side, least).items()
            days = ((there, self._since(since, counted, reader)) for reader, there in readers)
            found.append(
                some(
                    *(
                        every(there, compared("==", each, exactly(day + step), self.world.ground).yes)
                        for there, each in days
                    )
                )
            )
        return found

    def _since(self, since: ir.Fact, counted: Expr, reader: tuple[Who, Who]) -> Number:
        """Returns the day since when something is counted for somebody."""
        own, member = reader
        who = member if isinstance(counted, ir.Fact) and counted.scope == "member" else own
        return self.world.number(since, who, who)

    def _close(self, side: Side, expr: Expr, reader: tuple[Who, Who], least: int | None) -> Formula:
        world = self.world
        if side.look == "value" and isinstance(expr, ir.In):
            item = world.value(expr.item, *reader)
            if isinstance(item, Code):
                return alike(item, Code(known=True, cases={str(side.value): True})).yes
            assert isinstance(item, Number)  # noqa: S101 - nothing else is listed
            return compared("==", item, exactly(int(side.value)), world.ground).yes
        if side.look == "near" and least is not None and isinstance(expr, ir.Compare):
            return within(world.number(expr.left, *reader), world.number(expr.right, *reader), least, world.ground)
        return True

    def nearest(self, side: Side, differs: Formula) -> int | None:
        """Returns how near to its limit somebody can stand who shows a side; None where nobody shows it, which is a proof.

        Raises:
            NotProved: the solver gave up.
        """
        if self.question.model(differs, self.edge(side, None)) is None:
            return None
        if side.look != "near":
            return 0
        low, high = 0, 0
        while self.question.model(differs, self.edge(side, high)) is None:
            low, high = high + 1, high * 2 + 1
            if high > FARTHEST:
                return FARTHEST
        while low < high:
            middle = (low + high) // 2
            if self.question.model(differs, self.edge(side, middle)) is None:
                low = middle + 1
            else:
                high = middle
        return low

    def reachable(self, side: Side) -> bool:
        """Returns whether anybody stands on a side at all, whether or not it decides there.

        Raises:
            NotProved: the solver gave up.
        """
        return self.question.model(self.edge(side, None)) is not None

    def household(self, rule: Ruled, *formulas: Formula, wishes: Sequence[Formula] = ()) -> Profile | None:
        """Returns an ordinary household for which some formulas hold, or None where there is none, which is a proof.

        Args:
            rule: what reads it beside the entitlement.
            formulas: what is to hold.
            wishes: what is to hold beside it, the first of several that can.

        Raises:
            NotProved: the solver gave up.
            Mismatch: what it found contradicts itself.
        """
        exprs = [*self.rule.exprs, *rule.exprs]
        # The core knows no fact that is not stated, though its range alone settles a condition.
        include(self.question, [self.world], set[str]().union(*(reach(each, self.rule.rules) for each in exprs)))
        kept = list(formulas)
        for wish in wishes:
            if self.question.model(*formulas, wish) is not None:
                kept.append(wish)
                break
        given = ordinary(self.question, [self.world], *kept)
        if given is None:
            return None
        found = stated(self.rule.rules, household(self.world, given), exprs)
        if any(contradictions(self.rule.rules, found.household, found.members)):
            raise Mismatch("a household that was found contradicts itself")
        return found


def within(left: Number, right: Number, least: int, ground: Ground) -> Formula:
    """Returns whether two numbers lie at most so far from each other."""
    apart_ = reckoned("-", left, right, ground)
    low = compared(">=", apart_, exactly(-least), ground).yes
    return every(low, compared("<=", apart_, exactly(least), ground).yes)


def stated(rules: Rules, profile: Profile, exprs: Sequence[Expr]) -> Profile:
    """Returns a household that states what is read, and from two facts of which one follows from the other that other one.

    Args:
        rules: of its day.
        profile: the household.
        exprs: the conditions and amounts that read it.
    """
    wanted = {"died"}.union(*(reach(each, rules) for each in exprs))
    home = {name: value for name, value in profile.household.items() if name in wanted}
    members = tuple(
        {name: value for name, value in each.items() if name in wanted or name == "id"} for each in profile.members
    )
    found = Profile(profile.id, profile.as_of, home, members)
    whole = _view(rules, found)
    derived = rules.pack.contents.schema.derived
    for at in (None, *range(len(members))):
        for spec in reversed(derived["household" if at is None else "person"]):
            facts = found.household if at is None else found.members[at]
            if spec.name in facts:
                smaller = _without(found, at, spec.name)
                found = smaller if _view(rules, smaller) == whole else found
    return found


def _view(rules: Rules, profile: Profile) -> tuple[Any, ...]:
    """Returns everything that is known of a household, what follows included."""
    found = prepare(rules, profile.household, profile.members, own_day=True)
    return found.situation.household, list(found.situation.members), found.dead


def _without(profile: Profile, at: int | None, name: str) -> Profile:
    if at is None:
        return replace(profile, household={key: value for key, value in profile.household.items() if key != name})
    members = list(profile.members)
    members[at] = {key: value for key, value in members[at].items() if key != name}
    return replace(profile, members=tuple(members))
