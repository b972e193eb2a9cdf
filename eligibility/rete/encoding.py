"""A household as the engine of other hands has it: closed and typed facts, and what the core works out for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

from eligibility import gathering
from eligibility.derived import Prepared
from eligibility.evaluate import closure
from eligibility.ir import Quantifier
from eligibility.packs.calendar import Rules
from eligibility.rete.plan import Plan
from eligibility.rete.workings import Derived, field_of, plain
from eligibility.situation import NOBODY, Facts, Situation

Fields = dict[str, bool | int | str]


def encode(rules: Rules, plan: Plan, derived: Sequence[Derived], prepared: Prepared) -> dict[str, Any]:
    """Returns a household as the worker takes it: `household`, `people` by id, and the ids of `members` and of the `dead`.

    What is unknown is left out; money is in fen, days are day numbers.

    Args:
        rules: of the day.
        plan: what reads it.
        derived: what the core works out.
        prepared: the household, ready to be screened.
    """
    situation = prepared.situation
    workers = [(each, _worker(each, rules)) for each in derived]
    wanted = plan.fields
    household: Fields = {"COMPLETE": situation.complete}
    household |= _stated(situation.household, wanted.get("household", frozenset()))
    household |= _worked_out(workers, {"household"}, situation, NOBODY, NOBODY)
    people = {}
    of_people = wanted.get("person", frozenset()) | wanted.get("member", frozenset())
    living = {id(each) for each in situation.members}
    for facts in (*situation.members, *prepared.dead):
        fields = _stated(facts, of_people) | _worked_out(workers, {"own"}, situation, facts, NOBODY)
        if id(facts) in living:
            fields |= _worked_out(workers, {"member"}, situation, NOBODY, facts)
        people[str(facts["id"])] = fields
    members = [str(each["id"]) for each in situation.members]
    return {
        "household": household,
        "people": people,
        "members": members,
        "dead": [str(each["id"]) for each in prepared.dead],
    }


def _stated(facts: Facts, wanted: frozenset[str]) -> Fields:
    named = ((field_of(name), value) for name, value in facts.items() if value is not None)
    return {name: plain(value) for name, value in named if name in wanted}


Worker = Callable[[Situation, Facts, Facts], Sequence[Any]]
"""Gives the values of the fields of something derived; None where one of them is unknown."""


def _worked_out(
    workers: Sequence[tuple[Derived, Worker]], homes: set[str], situation: Situation, own: Facts, member: Facts
) -> Fields:
    found: Fields = {}
    for each, work in workers:
        if each.home in homes:
            found |= {
                name: value
                for name, value in zip(each.fields, work(situation, own, member), strict=True)
                if value is not None
            }
    return found


def _worker(derived: Derived, rules: Rules) -> Worker:
    """Returns what works out something derived, made once for each state of the law."""
    key = ("worked out", derived)
    if key not in rules.state.memo:
        made = _counted if len(derived.fields) > len(derived.exprs) else _valued
        rules.state.memo[key] = made(derived, rules)
    found: Worker = rules.state.memo[key]
    return found


def _valued(derived: Derived, rules: Rules) -> Worker:
    asks = [closure(expr, rules) for expr in derived.exprs]

    def work(situation: Situation, own: Facts, member: Facts) -> Sequence[Any]:
        values = [ask(situation, own, member) for ask in asks]
        if None in values:
            return [None] * len(values)
        if any(isinstance(value, Fraction) for value in values):
            # Both sides of a comparison in the same parts, which are whole: the order between them stays.
            whole = lcm(*(Fraction(value).denominator for value in values))
            values = [value * whole for value in values]
        return [plain(value) for value in values]

    return work


def _counted(derived: Derived, rules: Rules) -> Worker:
    (expr,) = derived.exprs
    assert isinstance(expr, Quantifier)  # noqa: S101 - only a count has two bounds
    body = closure(expr.body, rules)
    tally = gathering.tally(body, closure(expr.condition, rules) if expr.condition is not None else None)

    def work(situation: Situation, own: Facts, _: Facts) -> Sequence[Any]:
        return tally(situation, own)

    return work
