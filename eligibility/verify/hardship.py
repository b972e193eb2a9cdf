"""What a pack declares of hardship, proved: one fact alone becomes worse, and nobody loses an entitlement or gets less."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from eligibility.bounds import reach
from eligibility.packs.calendar import Rules
from eligibility.profile_reader import Profile
from eligibility.solver.comparing import compared
from eligibility.solver.compiling import Who
from eligibility.solver.households import answered, called
from eligibility.solver.logic import Formula, every, some
from eligibility.solver.values import Code, Number, Truth, Value
from eligibility.targets.smt import Asked, members_for
from eligibility.testing.breach import AS_IS, said
from eligibility.testing.lawnames import AMOUNT
from eligibility.testing.laws_hardship import losses
from eligibility.testing.worse import Worse
from eligibility.verify.assuming import Supposed
from eligibility.verify.lawful import Law, exprs, held
from eligibility.verify.others import Otherwise, as_held
from eligibility.verify.proof import Found, Shown
from eligibility.verify.showing import both, differences, expected
from eligibility.words import Words


@dataclass
class Monotone:
    """One declared law put to one entitlement.

    Args:
        law: the rules of the day.
        name: of the declared law.
        label: what it says.
        id: of the entitlement.
        waived: what is excused: `entitlement/criterion`, or `entitlement/amount`.
        used: the waivers that excuse something; it grows.
    """

    law: Law
    name: str
    label: Words
    id: str
    waived: Collection[str]
    used: set[str]

    def look(self, worse: Collection[Worse]) -> Iterator[Found]:
        """Yields what somebody loses because one fact alone is worse."""
        base, asked = self.law.world(self.id), self.law.ask(self.id)
        read = {name for expr in exprs(asked) for name in reach(expr, self.law.rules)}
        for each in worse:
            other = _otherwise(base, each)
            if not other.touched.isdisjoint(read):
                for who in self.whose(each, asked):
                    yield from self.one(each, (base, other), who)

    def whose(self, worse: Worse, asked: Asked) -> Iterator[Who]:
        """Yields whose fact may become worse: the household's, the subject's, another member's."""
        if worse.fact.owner == "household":
            yield None
            return
        yield asked.who if asked.who is not None else 0
        if asked.rule.entitlement.subject != "household" and members_for(exprs(asked), self.law.rules) > 1:
            yield 1 if asked.who == 0 else 0

    def one(self, worse: Worse, worlds: tuple[Supposed, Otherwise], who: Who) -> Iterator[Found]:
        """Yields what is lost where one fact of one person or of the household becomes worse."""
        base, other = worlds
        before, after = base.ask(self.id), other.ask(self.id)
        slot = (worse.fact.name, who)
        moved = every(is_worse(worse, base.fact(*slot), other.fact(*slot), base), other.remains(slot), before.eligible)
        if isinstance(who, int) and who > 0:
            moved = every(moved, base.present(who))
        question = self.law.question(moved)
        left: list[tuple[str, Formula]] = []
        for rule, formula in self.losses(worlds, after):
            if rule not in self.waived:
                left.append((rule, formula))
            elif rule not in self.used and question.model(formula) is not None:
                self.used.add(rule)
        while left and question.model(some(*(formula for _, formula in left))) is not None:
            rule, formula = next((rule, formula) for rule, formula in left if question.model(formula) is not None)
            left = [each for each in left if each[0] != rule]
            yield self.found(
                rule, worlds, (moved, formula), (called(who) if who is not None else None, worse.fact.name)
            )

    def losses(self, worlds: tuple[Supposed, Otherwise], after: Asked) -> Iterator[tuple[str, Formula]]:
        """Yields each criterion or exclusion by which the entitlement may be lost, and that the amount may fall."""
        for part, truth in held(after):
            if truth.no is not False:
                yield f"{self.id}/{part.id}", truth.no
        one, two = (as_held(each).ask(self.id).amount for each in worlds)
        less = compared("<", two, one, worlds[0].ground).yes
        yield f"{self.id}/{AMOUNT}", every(after.eligible, less)

    def found(
        self,
        rule: str,
        worlds: tuple[Supposed, Otherwise],
        formulas: tuple[Formula, Formula],
        moved: tuple[str | None, str],
    ) -> Found:
        """Returns what is told of a loss, with both households."""
        subject = self.law.subject(self.id)

        def shows(rules: Rules, one: Profile, two: Profile) -> bool:
            answers = [answered(rules, each, self.id, subject) for each in (one, two)]
            if answers[0] is None or answers[1] is None or answers[0].outcome != "eligible":
                return False
            if rule != f"{self.id}/{AMOUNT}":
                return rule.removeprefix(f"{self.id}/") in losses(answers[0], answers[1])
            held_ = [answered(self.law.rules, each, self.id, subject) for each in (one, two)]
            amounts = [each.amount for each in held_ if each is not None and each.amount is not None]
            return answers[1].outcome == "eligible" and len(amounts) == len(held_) and amounts[1] < amounts[0]

        pair = both(self.law, worlds, formulas, shows, moved, [self.id])
        assert pair is not None  # noqa: S101 - it was found a moment ago
        one, two, supposed = pair
        rules = supposed.rules(self.law.rules)
        answers = [answered(rules, each, self.id, subject) for each in (one, two)]
        differs = differences(rules, one, two)
        told = tuple(
            Words(f"{what.zh}：{said(each).zh}", f"{what.en}: {said(each).en}")
            for what, each in zip((AS_IS, differs), answers, strict=True)
        )
        shown = Shown(self.law.rules, two, supposed, expected({subject: answers[0]}), told, one, differs)
        zh, en = f"{self.label.zh}：在 {rule} 上不成立", f"{self.label.en}: broken by {rule}"
        return Found(self.name, rule, Words(zh, en), self.id, shown=shown)


def _otherwise(base: Supposed, worse: Worse) -> Otherwise:
    key = ("worse", base.dead, worse.fact.name)
    if key not in base.ground.memo:
        base.ground.memo[key] = Otherwise(base, (worse.fact.name,), label=f"worse {worse.fact.name} ")
    found: Otherwise = base.ground.memo[key]
    return found


def is_worse(worse: Worse, before: Value, after: Value, world: Supposed) -> Formula:
    """Returns whether one value of a fact is worse than another."""
    if isinstance(before, Truth) and isinstance(after, Truth):
        better = not worse.said
        return every(before.is_(better), after.is_(not better))
    if isinstance(before, Number) and isinstance(after, Number):
        return compared("<" if worse.said == "lower" else ">", after, before, world.ground).yes
    assert isinstance(before, Code)  # noqa: S101 - a choice
    assert isinstance(after, Code)  # noqa: S101 - likewise
    assert isinstance(worse.said, tuple)  # noqa: S101 - a choice has levels
    levels = [
        every(each.known, some(*(each.cases.get(value, False) for value in level)))
        for level in worse.said
        for each in (before,)
    ]
    lower = [every(after.known, some(*(after.cases.get(value, False) for value in level))) for level in worse.said]
    return some(*(every(levels[at], lower[to]) for at in range(len(levels)) for to in range(at + 1, len(lower))))
