"""A household that shows what no case does yet: looked for among the values at which the rules turn."""

from __future__ import annotations

import operator
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from eligibility.derived import contradictions
from eligibility.determinations import shown
from eligibility.packs.calendar import RulePack, Rules
from eligibility.situation import Closure, Situation, Value
from eligibility.testing.goals import Goal, looked
from eligibility.testing.households import Draw, Household
from eligibility.words import Words

MOST_TURNED = 30
"""In how many households a fact is moved to a limit."""
_DAYS_OF_A_LIFE = 130 * 366


@dataclass(frozen=True)
class Witness:
    """A household that shows something on a day.

    Args:
        day: of the law.
        household: its facts.
        members: theirs, each with an `id`.
    """

    day: date
    household: dict[str, Any]
    members: list[dict[str, Any]]

    def said(self, rules: Rules) -> Words:
        """Returns the day and the facts, as a case would state them."""
        money = rules.pack.contents.schema.money
        alone = len(self.members) == 1
        told = [("household.", self.household)]
        told += [("" if alone else f"{each['id']}.", each) for each in self.members]
        facts = [
            f"{prefix}{name}: {_plain(shown(value, money=name in money))}"
            for prefix, each in told
            for name, value in each.items()
            if name != "id"
        ]
        if not facts:
            return Words(f"如 {self.day}，其余都不知道", f"for example on {self.day}, with nothing known")
        return Words(f"如 {self.day}，{'，'.join(facts)}", f"for example on {self.day} with {', '.join(facts)}")


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def witness(pack: RulePack, goal: Goal, days: Sequence[date]) -> Witness | None:
    """Returns a household that meets a goal on one of some days, or None where none was found.

    Facts that cannot both be so, figures that the pack does not hold and values outside their range keep a goal from
    being met by anybody; so nobody is asked for a case of it.
    """
    for day in days:
        rules = pack.on(day)
        look = looked(goal.look, goal.expr, rules)
        source = random.Random(goal.said.en)  # noqa: S311 - tests need no secrets
        trials = (_Trial(rules, look, *each) for each in _tried(Draw(rules, [goal.expr], source), goal))
        if goal.look == "distance":
            trials = (turned for trial in islice(trials, MOST_TURNED) for turned in trial.turned())
        for trial in trials:
            if goal.meets(trial.value) and not any(contradictions(rules, trial.household, trial.members)):
                return Witness(day, dict(trial.household), [dict(each) for each in trial.members])
    return None


@dataclass(frozen=True)
class _Trial:
    """A household that may show something; a fact of it can be moved to where the distance from a limit changes its sign."""

    rules: Rules
    look: Closure
    household: dict[str, Any]
    members: list[dict[str, Any]]

    @property
    def value(self) -> Value:
        """What is seen of it, its first member being the one looked at."""
        one = self.members[0]
        return self.look(Situation(self.rules, self.household, self.members), one, one)

    def turned(self) -> Iterator[_Trial]:
        """Yields it as it is, then with one number or day on either side of each place where the distance changes sign."""
        yield self
        for facts in (self.household, *self.members):
            for name, kept in list(facts.items()):
                for low, high in self.ranges(name):
                    for sign in (operator.ge, operator.gt):
                        for number in self.turn(facts, name, low, high, sign):
                            self.put(facts, name, number)
                            yield self
                        facts[name] = kept

    def ranges(self, name: str) -> Iterator[tuple[int, int]]:
        """Yields between which whole numbers, fen or numbers of days a fact may lie; days gone by, then days to come."""
        fact = self.rules.pack.contents.schema.facts.get(name)
        if fact is not None and fact.type in {"count", "money"}:
            yield fact.limits
        elif fact is not None and fact.type == "date":
            today = self.rules.day.toordinal()
            yield from ((today - _DAYS_OF_A_LIFE, today), (today, today + _DAYS_OF_A_LIFE))

    def turn(
        self, facts: dict[str, Any], name: str, low: int, high: int, sign: Callable[[Any, int], bool]
    ) -> tuple[int, ...]:
        """Returns two numbers beside each other between which the sign of the distance changes, if there are any."""

        def side(number: int) -> bool | None:
            self.put(facts, name, number)
            value = self.value
            return None if value is None else sign(value, 0)

        first, last = side(low), side(high)
        if first is None or last is None or first is last:
            return ()
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if side(middle) is first else (low, middle)
        return low, high

    def put(self, facts: dict[str, Any], name: str, number: int) -> None:
        """Moves a fact of the household or of a member."""
        facts[name] = date.fromordinal(number) if isinstance(facts[name], date) else number


def _tried(draw: Draw, goal: Goal) -> Iterator[Household]:
    """Yields the households that are tried: of a condition, at last, such as are led to the truth that is wanted."""
    if goal.meets(None):
        yield from _nothing()
        return
    yield from (draw.applicable(*each) for each in draw.households())
    for truth in (True, False) if goal.look == "truth" else ():
        if goal.meets(truth):
            yield from (draw.applicable(*each) for each in draw.steered(goal.expr, truth))


def _nothing() -> Iterator[Household]:
    """Yields the household of which nothing is known: what is settled for it is settled for all."""
    yield {}, [{"id": "a"}]
