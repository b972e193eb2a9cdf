"""The facts that one comparison reads, chosen just where it turns, or left out where it is to stay open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple

from eligibility import ir
from eligibility.ir import Expr, Scope
from eligibility.packs.calendar import Rules
from eligibility.situation import Value
from eligibility.testing.boundaries import Boundaries, boundaries
from eligibility.testing.chance import Chooser, turned
from eligibility.testing.draft import DEFAULTED, Draft, Whose

MOST_TURNS = 4
"""How often other values are tried where several facts decide a comparison together."""
_SOURCES = 0.3
"""How often what a fact derives from is chosen in its stead."""
_LEARNT = 0.7
"""How often the other facts of a comparison are known that stays open for want of one."""
_NEAREST = 0.5
"""How often a number or a day is moved to where the comparison turns, beyond the limits that stand written."""

Slot = tuple[Whose, str]
"""Somebody's fact."""
Wanted = bool | None
"""What a condition is to come to; None is unknown."""


class Who(NamedTuple):
    """As whom a condition is read: the subject, and the member that a quantifier runs over."""

    own: Whose
    member: Whose = None

    def of(self, scope: Scope) -> Whose:
        """Returns whose facts a scope means."""
        return self.own if scope == "own" else self.member if scope == "member" else None


class Turner:
    """Chooses the facts of comparisons for a household that is drawn."""

    def __init__(self, draft: Draft, chooser: Chooser, limits: Boundaries) -> None:
        """Takes the household, what chooses, and what to try for facts that a comparison does not limit itself."""
        self.draft = draft
        self.chooser = chooser
        self.limits = limits

    def trying(self, step: Callable[[], bool]) -> bool:
        """Takes a step, and takes back what it added where it fails."""
        mark = self.draft.mark()
        if step():
            return True
        self.draft.undo(mark)
        return False

    def leaf(self, expr: Expr, truth: Wanted, who: Who) -> bool:
        """Chooses the facts that an open comparison reads so that it comes to a truth and keeps to it."""
        slots = [slot for slot in dict.fromkeys(self.slots(expr, who)) if self.draft.open(*slot)]
        if not slots:
            return truth is None
        if truth is None:
            return self.trying(partial(self._but_one, expr, slots, who)) or all(
                self.draft.leave(*slot) for slot in slots
            )
        turns = range(min(len(slots), MOST_TURNS))
        return any(self.trying(partial(self._settle, expr, truth, who, slots)) for _ in turns)

    def _settle(self, expr: Expr, truth: Wanted, who: Who, slots: Sequence[Slot]) -> bool:
        """Gives all facts but one any value, and the last one a value with which it comes out."""
        near = _near(expr, self.draft.rules)
        last, *others = turned(self.chooser, slots)
        for slot in others:
            self._any(slot, near)
        now = self.draft.value(expr, *who)
        if now is not None:
            return now is truth
        last = self._sourced(last)
        fits = partial(self._fits, last, expr, truth, who)
        good = [value for value in self._values(last, near) if fits(value)]
        if not good:
            return False
        chosen = self.chooser.pick(good)
        if (isinstance(chosen, date) or type(chosen) is int) and self.chooser.chance(_NEAREST):
            chosen = _edge(chosen, self._values(last, near), fits)
        return self.draft.put(*last, chosen)

    def _fits(self, slot: Slot, expr: Expr, truth: Wanted, who: Who, value: Value) -> bool:
        """Returns whether a condition comes to a truth with one more fact."""
        mark = self.draft.mark()
        good = self.draft.put(*slot, value) and self.draft.value(expr, *who) is truth
        self.draft.undo(mark)
        return good

    def _but_one(self, expr: Expr, slots: Sequence[Slot], who: Who) -> bool:
        """Lets one fact stay unknown, mostly that one alone."""
        first, *others = turned(self.chooser, slots)
        self.draft.leave(*first)
        for slot in others:
            if not (self.chooser.chance(_LEARNT) and self._any(slot, _near(expr, self.draft.rules))):
                self.draft.leave(*slot)
        return self.draft.value(expr, *who) is None

    def _any(self, slot: Slot, near: Boundaries) -> bool:
        """Gives a fact any of its values, if that one goes with the others."""
        values = self._values(slot, near)
        return bool(values) and self.draft.put(*slot, self.chooser.pick(values))

    def _values(self, slot: Slot, near: Boundaries) -> Sequence[Any]:
        """Returns what to try for a fact: values near the limits at hand, else near those of all rules."""
        whose, name = slot
        for limits in (near, self.limits):
            values = (limits.household if whose is None else limits.person).get(name)
            if values:
                return values
        return ()

    def _sourced(self, slot: Slot) -> Slot:
        """Returns at times, in the stead of a fact, the one that it derives from."""
        whose, name = slot
        derive = self.draft.rules.pack.contents.schema.facts[name].derive
        if derive is None or whose is None or not self.chooser.chance(_SOURCES):
            return slot
        sources = [node.name for node in ir.walk(derive.expr) if isinstance(node, ir.Fact)]
        good = [each for each in sources if self.draft.open(whose, each) and each in self.limits.person]
        return (whose, good[0]) if len(good) == 1 else slot

    def slots(self, expr: Expr, who: Who) -> Iterator[Slot]:
        """Yields whose which facts an expression reads, those that have a default left out."""
        if isinstance(expr, ir.Fact):
            whose = who.of(expr.scope)
            if expr.name not in DEFAULTED and (whose is not None or expr.scope == "household"):
                yield whose, expr.name
        for part, each in self._parts(expr, who):
            yield from self.slots(part, each)

    def _parts(self, expr: Expr, who: Who) -> Iterator[tuple[Expr, Who]]:
        """Yields what an expression reads, and as whom: concepts opened, members one by one, what selects a figure."""
        rules = self.draft.rules
        if isinstance(expr, ir.Figure):
            yield from ((selector.expr, who) for selector in rules.pack.contents.selectors.get(expr.name, ()))
        elif isinstance(expr, ir.Concept):
            body = rules.state.concepts.get(expr.name)
            if body is not None:
                yield body, Who(who.of(expr.scope))
        else:
            people = self.draft.living if isinstance(expr, ir.Quantifier) else (who.member,)
            yield from ((part, Who(who.own, each)) for each in people for part in ir.children(expr))


def _edge(good: Any, values: Sequence[Any], fits: Callable[[Any], bool]) -> Any:  # noqa: ANN401 - a number or a day
    """Returns the value nearest to the limit between one that fits and the next one that does not."""
    beside = next((each for each in values if each > good and not fits(each)), None)
    bad = (
        beside
        if beside is not None
        else next((each for each in reversed(values) if each < good and not fits(each)), None)
    )
    while bad is not None and abs(bad - good) not in {0, 1, timedelta(1), timedelta(-1)}:
        middle = good + (bad - good) // 2
        good, bad = (middle, bad) if fits(middle) else (good, middle)
    return good


def _near(expr: Expr, rules: Rules) -> Boundaries:
    """Returns the values at which one expression turns, found once for each day."""
    key = ("near", id(expr), rules.day)
    if key not in rules.state.memo:
        # The expression is kept beside them, so that no other one can ever come to have the same identity.
        rules.state.memo[key] = expr, boundaries(rules, [expr])
    found: Boundaries = rules.state.memo[key][1]
    return found
