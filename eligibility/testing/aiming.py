"""Facts chosen so that a condition comes out as it should: sides of an `or`, members of a quantifier, concepts opened."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from eligibility import ir
from eligibility.gathering import ORDERS
from eligibility.ir import Expr, Order
from eligibility.testing.boundaries import Boundaries
from eligibility.testing.chance import Chooser, turned
from eligibility.testing.draft import Draft
from eligibility.testing.turning import Turner, Wanted, Who

_OPPOSED = 0.5
"""How often the sides that need not decide are turned the other way, so that one alone decides."""
_OPEN = 0.3
"""How often the sides beside an unknown one are unknown as well."""

_Count = tuple[ir.Quantifier, Callable[[int], bool], int]
"""The members counted, whether a number of them meets a limit, and the limit."""


class Aimer:
    """Adds facts to a household that is drawn until conditions come out as they should; what fails adds nothing."""

    def __init__(self, draft: Draft, chooser: Chooser, limits: Boundaries) -> None:
        """Takes the household, what chooses, and what to try for facts that a condition does not limit itself."""
        self.draft = draft
        self.chooser = chooser
        self._turner = Turner(draft, chooser, limits)
        self._trying = self._turner.trying
        self._kinds: dict[type, Callable[..., bool]] = {
            ir.Not: self._not,
            ir.And: self._junction,
            ir.Or: self._junction,
            ir.Choice: self._choice,
            ir.Concept: self._concept,
        }

    def reach(self, expr: Expr, truth: Wanted, who: Who) -> bool:
        """Returns whether a condition now comes to a truth and, however much else is learnt, keeps to it."""
        now = self.draft.value(expr, *who)
        return now is truth if now is not None else self._trying(partial(self._open, expr, truth, who))

    def _open(self, expr: Expr, truth: Wanted, who: Who) -> bool:
        """Works on a condition that nothing settles yet, and sees whether an open list of members leaves it so."""
        return self._work(expr, truth, who) and self.draft.value(expr, *who) is truth

    def _work(self, expr: Expr, truth: Wanted, who: Who) -> bool:
        counted = _counted(expr)
        if counted is not None:
            return self._count(counted, truth, who)
        if isinstance(expr, ir.Quantifier) and expr.gathering in {"any", "all"}:
            return self._quantifier(expr, truth, who)
        return self._kinds.get(type(expr), self._turner.leaf)(expr, truth, who)

    def _not(self, expr: ir.Not, truth: Wanted, who: Who) -> bool:
        return self.reach(expr.item, None if truth is None else not truth, who)

    def _concept(self, expr: ir.Concept, truth: Wanted, who: Who) -> bool:
        body = self.draft.rules.state.concepts.get(expr.name)
        return truth is None if body is None else self.reach(body, truth, Who(who.of(expr.scope)))

    def _choice(self, expr: ir.Choice, truth: Wanted, who: Who) -> bool:
        def branch(held: Wanted, part: Expr) -> bool:
            return self.reach(expr.condition, held, who) and self.reach(part, truth, who)

        if truth is None and self.chooser.chance(_OPPOSED) and self.reach(expr.condition, None, who):
            return True
        branches = turned(self.chooser, [(True, expr.then), (False, expr.otherwise)])
        return any(self._trying(partial(branch, held, part)) for held, part in branches)

    def _junction(self, expr: ir.And | ir.Or, truth: Wanted, who: Who) -> bool:
        """One side decides an `or` that is true and an `and` that is false; all of them decide it the other way."""
        decisive = isinstance(expr, ir.Or)
        if truth is (not decisive):
            return all(self.reach(item, truth, who) for item in expr.items)
        items = turned(self.chooser, expr.items)
        first = next((item for item in items if self.reach(item, truth, who)), None)
        rest = [item for item in items if item is not first]
        if first is None:
            return False
        if truth is None:
            return all(self._aside(item, not decisive, who) for item in rest)
        for item in rest:
            if self.chooser.chance(_OPPOSED):
                self.reach(item, not decisive, who)
        return True

    def _aside(self, item: Expr, harmless: Wanted, who: Who) -> bool:
        """Keeps a side from deciding: mostly the harmless way, else unknown."""
        first, second = (None, harmless) if self.chooser.chance(_OPEN) else (harmless, None)
        return self.reach(item, first, who) or self.reach(item, second, who)

    def _quantifier(self, expr: ir.Quantifier, truth: Wanted, who: Who) -> bool:
        """One member decides an `any` that is true and an `all` that is false; all of them decide it the other way."""
        decisive, complete = expr.gathering == "any", self.draft.situation.complete
        people = turned(self.chooser, [Who(who.own, each) for each in self.draft.living])
        if truth is decisive:
            return any(self._trying(partial(self._within, expr, decisive, each)) for each in people)
        if truth is not None:
            return complete and all(self._without(expr, decisive, each) for each in people)
        first = next((each for each in people if self._undecided(expr, decisive, each)), None)
        rest = [each for each in people if each != first]
        return (first is not None or not complete) and all(
            self._without(expr, decisive, each) or self._undecided(expr, decisive, each) for each in rest
        )

    def _within(self, expr: ir.Quantifier, truth: Wanted, each: Who) -> bool:
        """Makes a member one of those meant, for whom the body comes to a truth."""
        return self._among(expr, truth=True, each=each) and self.reach(expr.body, truth, each)

    def _among(self, expr: ir.Quantifier, truth: Wanted, each: Who) -> bool:
        return expr.condition is None or self.reach(expr.condition, truth, each)

    def _without(self, expr: ir.Quantifier, decisive: Wanted, each: Who) -> bool:
        """Keeps a member from deciding: not meant, or with the body the other way."""
        steps = [partial(self.reach, expr.body, not decisive, each)]
        if expr.condition is not None:
            steps.append(partial(self.reach, expr.condition, False, each))  # noqa: FBT003 - passed on by place
        return any(step() for step in turned(self.chooser, steps))

    def _undecided(self, expr: ir.Quantifier, decisive: Wanted, each: Who) -> bool:
        """Leaves open of a member whether it is meant, or how the body comes out."""

        def leave(among: Wanted, truth: Wanted) -> bool:
            return self._among(expr, among, each) and self.reach(expr.body, truth, each)

        pairs: list[tuple[Wanted, Wanted]] = [(True, None)]
        if expr.condition is not None:
            pairs.append((None, decisive))
        return any(self._trying(partial(leave, *pair)) for pair in turned(self.chooser, pairs))

    def _count(self, counted: _Count, truth: Wanted, who: Who) -> bool:
        """Makes as many members count as a limit wants; for unknown, leaves one open on whom it hangs."""
        expr, holds, limit = counted
        people = turned(self.chooser, [Who(who.own, each) for each in self.draft.living])
        near = sorted(number for number in {0, limit - 1, limit, limit + 1, len(people)} if 0 <= number <= len(people))
        if truth is None:
            near = [number for number in near if number < len(people) and holds(number) is not holds(number + 1)]
        else:
            near = [number for number in near if holds(number) is truth]
        if not near:
            return False
        inside, counts = self.chooser.pick(near), True
        outside = inside + (truth is None)
        return (
            all(self._within(expr, counts, each) for each in people[:inside])
            and all(self._undecided(expr, counts, each) for each in people[inside:outside])
            and all(self._without(expr, counts, each) for each in people[outside:])
        )


def _counted(expr: Expr) -> _Count | None:
    """Returns the count that a comparison sets against a whole constant, if it does."""
    if isinstance(expr, ir.Compare):
        for count, limit, turn in ((expr.left, expr.right, False), (expr.right, expr.left, True)):
            whole = limit.value if isinstance(limit, ir.Literal) else None
            if isinstance(count, ir.Quantifier) and count.gathering == "count" and type(whole) is int:
                return count, partial(_meets, expr.order, whole, turn), whole
    return None


def _meets(order: Order, limit: int, turn: bool, number: int) -> bool:  # noqa: FBT001 - which side the count stands on
    return ORDERS[order](limit, number) if turn else ORDERS[order](number, limit)
