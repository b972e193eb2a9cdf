"""Which criterion, and which side of which boundary, no case of a pack exercises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from eligibility import ir
from eligibility.answer import Answer
from eligibility.asking import answers
from eligibility.derived import prepare
from eligibility.errors import Problem
from eligibility.evaluate import closure
from eligibility.ir import Expr
from eligibility.packs.calendar import RulePack
from eligibility.packs.model import Entitlement
from eligibility.situation import NOBODY, Facts, Situation, Value
from eligibility.testing.cases import Case
from eligibility.testing.goals import Goal, Look, goals, looked, on_day
from eligibility.testing.lawdays import law_days, stretches
from eligibility.testing.witness import witness
from eligibility.trace import parts_of
from eligibility.words import Words

_DAY = timedelta(1)
_IN_FORCE = "in_force"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that no case of an entitlement exercises.

    Args:
        entitlement: its id.
        part: the criterion, exclusion or tier; `in_force` for a day on which the law changes.
        problem: what, where, and the values wanted.
    """

    entitlement: str
    part: str
    problem: Problem


def not_exercised(pack: RulePack, cases: Iterable[Case]) -> list[Gap]:
    """Returns what the cases of a pack leave out, entitlement by entitlement.

    Asked for are, of what is written in each entitlement: each criterion and exclusion true, false and unknown; the value
    nearest to a limit on both its sides; each value that a list names and one that it does not; each tier of the amount;
    each day on which its law changes, and the day before. What stands at the top and holds for every version is asked for
    once. What no household can show, whatever the day, is not asked for. What it requires has cases of its own.

    Args:
        pack: whose rules are tested.
        cases: all of them, passed or not.
    """
    by_entitlement: dict[str, list[Case]] = {id: [] for id in pack.contents.entitlements}
    for case in cases:
        by_entitlement[case.entitlement].append(case)
    return [gap for id, own in by_entitlement.items() for gap in _gaps(pack, pack.entitlement(id), own)]


def _gaps(pack: RulePack, one: Entitlement, cases: Sequence[Case]) -> Iterator[Gap]:
    where = pack.contents.where[one.id]
    if not cases:
        said = Words(f"`{one.id}` 没有案例", f"`{one.id}` has no case")
        yield Gap(one.id, "", Problem(said, where))
        return
    days = law_days(pack, one)
    asked = _asked(pack, one, days)
    seen = _Seen({id(goal.expr): set() for goal, _ in asked})
    for goal, _ in asked:
        seen.wanted[id(goal.expr)].add(goal.look)
    for case in cases:
        seen.case(case)
    for goal, when in asked:
        if not any(goal.meets(value) for value in seen.found.get(goal.key, ())):
            shows = witness(pack, goal, when)
            if shows is not None:
                message = Words(f"{one.id}：`{goal.part}`：{goal.said.zh}", f"{one.id}: `{goal.part}`: {goal.said.en}")
                yield Gap(one.id, goal.part, Problem(message, goal.span, shows.said(pack.on(shows.day))))
    on = {case.rules.day for case in cases}
    for day in days:
        for lacking, before in ((day - _DAY, True), (day, False)):
            if lacking not in on:
                said = on_day(lacking, before=before)
                yield Gap(one.id, _IN_FORCE, Problem(Words(f"{one.id}：{said.zh}", f"{one.id}: {said.en}"), where))


def _asked(pack: RulePack, one: Entitlement, changes: Sequence[date]) -> list[tuple[Goal, list[date]]]:
    """Returns what the cases must show, each once, with the days on which to look for somebody who shows it."""
    found: dict[tuple[tuple[Look, int], str], tuple[Goal, list[date]]] = {}
    for body, first, last in stretches(one):
        days = [first, *(day for day in changes if first < day <= last)]
        for day in days:
            for goal in goals(body, pack.on(day)):
                found.setdefault((goal.key, goal.said.en), (goal, []))[1].append(day)
    return list(found.values())


@dataclass
class _Seen:
    """What the cases of one entitlement show.

    Args:
        wanted: what is looked at in a node, by its identity.
        found: what was seen there.
    """

    wanted: dict[int, set[Look]]
    found: dict[tuple[Look, int], set[Value]] = field(default_factory=dict)

    def case(self, case: Case) -> None:
        """Adds what one case shows of those about whom it expects something."""
        profile = case.profile
        prepared = prepare(case.rules, profile.household, profile.members, own_day=True)
        for answer in answers(case.rules, prepared, [case.entitlement]):
            if answer.subject in case.expect:
                self.answer(answer)

    def answer(self, answer: Answer) -> None:
        """Adds what one answer rests on; an amount only where it is not refused."""
        body = answer.ruled.ruling.body
        for criterion in (*(body.criteria or ()), *(body.unless or ())):
            self.visit(criterion.when.expr, answer.situation, answer.own, NOBODY)
        held: list[bool | None] = []
        for when, amount in answer.ruled.tiers if answer.outcome != "ineligible" else ():
            value = closure(when, answer.ruled.rules)(answer.situation, answer.own, NOBODY) if when else True
            if value is True and not any(each is not False for each in held):
                self.found["reached", id(when or amount)] = {True}
            held.append(value)
            for expr in (when, *(node.condition for node in ir.walk(amount) if isinstance(node, ir.Choice))):
                if expr is not None:
                    self.visit(expr, answer.situation, answer.own, NOBODY)

    def visit(self, expr: Expr, situation: Situation, own: Facts, member: Facts) -> None:
        """Adds what a node comes to, and everything below it."""
        for look in self.wanted.get(id(expr), ()):
            value = looked(look, expr, situation.rules)(situation, own, member)
            self.found.setdefault((look, id(expr)), set()).add(value)
        for part in parts_of(expr, situation, own, member):
            self.visit(*part)
