"""What an expression may come to in every household that a case allows: facts that are unknown keep to their ranges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from eligibility import ir
from eligibility.evaluate import closure, figure_entry
from eligibility.ir import Expr
from eligibility.leaves import HOUSEHOLD, reads
from eligibility.money import UNITS_IN_FEN
from eligibility.packs.calendar import Rules
from eligibility.packs.figures import EVERYWHERE
from eligibility.schema import Fact
from eligibility.situation import NOBODY, Facts, Situation
from eligibility.spread import ANYTHING, EITHER, Spread, among, called, compared, joined, met, one, reckoned, some
from eligibility.together import Each, counted_against, fold, gathered

Slot = tuple[str, str]
"""Whose fact it is (a member's id, or `household`), and its name."""
BORN = "birth_date"
_TURNED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NOTHING = one(None)


@dataclass(frozen=True)
class Case:
    """A household of which something is supposed beside what is known.

    Args:
        situation: what is known.
        people: everybody's facts by id, the household's under `household`.
        own_day: whether the facts were stated for the day; else counts of elapsed time keep to no range.
        supposed: what some unknown facts are supposed to be.
        before: the case to which the last supposition was added, and the name of that fact.
    """

    situation: Situation
    people: Mapping[str, Facts]
    own_day: bool
    supposed: Mapping[Slot, Spread] = field(default_factory=dict)
    before: tuple[Case, str] | None = None
    memo: dict[Any, Spread] = field(default_factory=dict)

    def supposing(self, slot: Slot, spread: Spread) -> Case:
        """Returns the case in which something more is supposed."""
        return Case(self.situation, self.people, self.own_day, {**self.supposed, slot: spread}, (self, slot[1]))

    def spec(self, slot: Slot) -> Fact:
        """Returns what the vocabulary says of a fact."""
        return self.situation.rules.pack.contents.schema.facts[slot[1]]

    def known(self, slot: Slot) -> Any:  # noqa: ANN401 - any value
        """Returns a known fact, or None."""
        return self.people[slot[0]].get(slot[1])

    def spread(self, expr: Expr, own: Facts, member: Facts = NOBODY) -> Spread:
        """Returns what an expression may come to."""
        key = (id(expr), own.get("id"), member.get("id"))
        found = self.memo.get(key)
        if found is None:
            if self.before is not None and self.before[1] not in reach(expr, self.situation.rules):
                found = self.before[0].spread(expr, own, member)
            else:
                known = closure(expr, self.situation.rules)(self.situation, own, member)
                found = one(known) if known is not None else _BOUNDS[type(expr)](expr, self, own, member)
            self.memo[key] = found
        return found

    def of(self, slot: Slot) -> Spread:
        """Returns what a fact may be."""
        known = self.known(slot)
        if known is not None:
            return one(known)
        found = self.memo.get(slot)
        if found is None:
            found = self.memo[slot] = self._of(slot)
        return found

    def _of(self, slot: Slot) -> Spread:
        spec, own = self.spec(slot), self.owner(slot)
        found = self.kind(spec)
        if spec.derive is not None:
            found = self.following(spec, self.spread(spec.derive.expr, own), found)
        if spec.only_if is not None:
            gate = self.spread(spec.only_if.expr, own)
            if gate.surely(value=False):
                return _NOTHING
            found = found.opened(open=not gate.surely(value=True))
        told = self.supposed.get(slot)
        if told is not None:
            meeting = met(found, told)
            found = Spread(meeting.values, meeting.low, meeting.high, found.open and told.open)
        return found

    def following(self, spec: Fact, follows: Spread, found: Spread) -> Spread:
        """Returns what a fact may be that follows from others, and that may be stated beside them.

        Args:
            spec: what the vocabulary says of it.
            follows: what follows from the others.
            found: what it may be by its type.
        """
        if self.own_day or (spec.derive is not None and timeless(spec.derive.expr, self.situation.rules)):
            # Where what follows may be unknown, the fact may be stated as anything.
            return found if follows.open else met(found, _near(follows) if spec.type == "money" else follows)
        # Stated counts of another day do not hold (MEANING M9), and a stated sum may be that of another law.
        return follows if spec.elapsed else ANYTHING.opened(open=True)

    def agreeing(self, slot: Slot, follows: Spread) -> Spread:
        """Returns what is left of a known fact beside what follows from others."""
        return met(one(self.known(slot)), _near(follows) if self.spec(slot).type == "money" else follows)

    def owner(self, slot: Slot) -> Facts:
        """Returns as whom the expressions of a fact are read."""
        return NOBODY if slot[0] == HOUSEHOLD else self.people[slot[0]]

    def kind(self, spec: Fact) -> Spread:
        """Returns what a fact may be by its type alone; who is listed was born by the day."""
        if spec.type == "bool":
            return EITHER
        if spec.type == "choice":
            return some(spec.values)
        if spec.name == BORN:
            return Spread(None, None, self.situation.rules.day)
        if spec.type in {"count", "money"}:
            return Spread(None, *spec.limits) if self.own_day or not spec.elapsed else ANYTHING
        return ANYTHING


def timeless(expr: Expr, rules: Rules) -> bool:
    """Returns whether an expression comes to the same on every day, as long as the facts last."""
    schema = rules.pack.contents.schema
    return not any(
        isinstance(node, (ir.Concept, ir.Figure, ir.AsOf, ir.Quantifier, ir.Size))
        or (isinstance(node, ir.PlaceOf) and node.attribute not in {"province", "city"})
        or (isinstance(node, ir.Fact) and node.name in schema.elapsed)
        for node in ir.walk(expr)
    )


def _near(spread: Spread) -> Spread:
    """Returns a spread of money with the fen by which a stated sum may differ from what follows (MEANING M13)."""
    low, high = spread.ends
    return Spread(None, None if low is None else low - 1, None if high is None else high + 1, spread.open)


def reach(expr: Expr, rules: Rules) -> frozenset[str]:
    """Returns every fact on which an expression may hang: those it reads, what they follow from, and what gates them."""
    memo, key = rules.state.memo, ("reach", id(expr))
    if key not in memo:
        facts = rules.pack.contents.schema.facts
        names = frozenset(reads(expr, rules).names())
        written = [each for name in names for each in (facts[name].derive, facts[name].only_if) if each is not None]
        # The expression is kept beside it, so that no other one can ever come to have the same identity.
        memo[key] = expr, names.union(*(reach(each.expr, rules) for each in written))
    found: frozenset[str] = memo[key][1]
    return found


def _fact(expr: ir.Fact, case: Case, own: Facts, member: Facts) -> Spread:
    whose = own if expr.scope == "own" else member if expr.scope == "member" else NOBODY
    if expr.scope != "household" and "id" not in whose:
        return _NOTHING
    return case.of((whose.get("id", HOUSEHOLD), expr.name))


def _concept(expr: ir.Concept, case: Case, own: Facts, member: Facts) -> Spread:
    body = case.situation.rules.state.concepts.get(expr.name)
    whose = own if expr.scope == "own" else member if expr.scope == "member" else NOBODY
    return _NOTHING if body is None else case.spread(body, whose)


def _figure(expr: ir.Figure, case: Case, own: Facts, member: Facts) -> Spread:
    """Returns what a figure may be: that of its place and of every row that may be meant, or of all places."""
    rules = case.situation.rules
    entry, keys = figure_entry(expr, rules)(case.situation, own, member)
    selectors = rules.pack.contents.selectors.get(expr.name, ())
    place = next((each for each in selectors if each.place), None)
    entries = [entry] if entry is not None else []
    if place is not None and not case.spread(place.expr, own, member).single:
        entries = list(rules.state.figures[expr.name].entries.values())
    if not entries:
        return _NOTHING
    # Where nothing holds everywhere, a place may be one of which nothing is said.
    missing = place is not None and EVERYWHERE not in rules.state.figures[expr.name].entries
    rows = [case.spread(each.expr, own, member) for each in selectors if not each.place]
    if any(each.values is None for each in rows) and any(each.further is not None for each in entries):
        return ANYTHING.opened(open=True)
    if any(each.values is None for each in rows):
        return joined(some(each.rows.values(), open=True) for each in entries)
    picks = list(product(*(each.values or () for each in rows))) if rows else [keys]
    found = [one(each.at(pick)) for each in entries for pick in picks]
    return joined(found).opened(open=missing or any(each.open for each in rows))


def _place(expr: ir.PlaceOf, case: Case, own: Facts, member: Facts) -> Spread:
    inner = case.spread(expr.place, own, member)
    return _NOTHING if inner.values == frozenset() and inner.open else ANYTHING.opened(open=True)


def _as_of(_: ir.AsOf, case: Case, __: Facts, ___: Facts) -> Spread:
    return one(case.situation.rules.day)


def _unknown(*_: Any) -> Spread:  # noqa: ANN401 - whatever every bound is asked with
    return _NOTHING


def _not(expr: ir.Not, case: Case, own: Facts, member: Facts) -> Spread:
    inner = case.spread(expr.item, own, member)
    return _truths({not each for each in inner.truths}, inner)


def _truths(values: set[bool], *parts: Spread) -> Spread:
    return Spread(frozenset(values), open=any(each.open for each in parts))


def _junction(expr: ir.And | ir.Or, case: Case, own: Facts, member: Facts) -> Spread:
    return fold((case.spread(item, own, member) for item in expr.items), decisive=isinstance(expr, ir.Or))


def _compare(expr: ir.Compare, case: Case, own: Facts, member: Facts) -> Spread:
    for counted, limit, order in ((expr.left, expr.right, expr.order), (expr.right, expr.left, _TURNED[expr.order])):
        whole = isinstance(limit, ir.Literal) and type(limit.value) is int
        if (
            isinstance(limit, ir.Literal)
            and whole
            and isinstance(counted, ir.Quantifier)
            and counted.gathering == "count"
        ):
            return counted_against(_members(counted, case, own), order, limit.value, complete=case.situation.complete)
    return compared(expr.order, case.spread(expr.left, own, member), case.spread(expr.right, own, member))


def _in(expr: ir.In, case: Case, own: Facts, member: Facts) -> Spread:
    if isinstance(expr.item, ir.Quantifier) and expr.item.gathering == "count":
        # Each value is settled by the bounds of the count (MEANING M3).
        each = (ir.Compare("==", expr.item, ir.Literal(value)) for value in expr.values)
        return fold((_compare(one, case, own, member) for one in each), decisive=True)
    return among(case.spread(expr.item, own, member), frozenset(expr.values))


def _arithmetic(expr: ir.Arithmetic, case: Case, own: Facts, member: Facts) -> Spread:
    return reckoned(expr.sign, case.spread(expr.left, own, member), case.spread(expr.right, own, member))


def _choice(expr: ir.Choice, case: Case, own: Facts, member: Facts) -> Spread:
    held = case.spread(expr.condition, own, member)
    branches = ((True, expr.then), (False, expr.otherwise))
    taken = [case.spread(part, own, member) for truth, part in branches if truth in held.truths]
    return joined(taken).opened(open=held.open) if taken else Spread(frozenset(), open=held.open)


def _quantifier(expr: ir.Quantifier, case: Case, own: Facts, _: Facts) -> Spread:
    return gathered(expr.gathering, _members(expr, case, own), complete=case.situation.complete)


def _members(expr: ir.Quantifier, case: Case, own: Facts) -> Iterator[Each]:
    """Yields for each living member whether it is among those asked, and what it comes to."""
    for each in case.situation.members:
        condition = case.spread(expr.condition, own, each) if expr.condition is not None else one(value=True)
        yield condition, case.spread(expr.body, own, each)


def _call(expr: ir.Call, case: Case, own: Facts, member: Facts) -> Spread:
    unit = (UNITS_IN_FEN[expr.unit],) if expr.unit else ()
    return called(expr.function, tuple(case.spread(each, own, member) for each in expr.arguments), unit)


_BOUNDS: dict[type, Callable[..., Spread]] = {
    ir.Literal: _unknown,
    ir.Fact: _fact,
    ir.Figure: _figure,
    ir.Concept: _concept,
    ir.PlaceOf: _place,
    ir.AsOf: _as_of,
    ir.Size: _unknown,
    ir.Not: _not,
    ir.And: _junction,
    ir.Or: _junction,
    ir.Compare: _compare,
    ir.In: _in,
    ir.Arithmetic: _arithmetic,
    ir.Choice: _choice,
    ir.Quantifier: _quantifier,
    ir.Call: _call,
}
