"""What a household comes to against one fact, and every place where answers change, to the fen, the unit or the day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Any

from eligibility.determinations import Claim, Determination, answer
from eligibility.errors import BadChoice
from eligibility.evaluate import closure
from eligibility.leaves import HOUSEHOLD
from eligibility.packs.calendar import Rules
from eligibility.profile import Profile
from eligibility.screening import Screening, screen
from eligibility.situation import NOBODY
from eligibility.summary import Summary, Sums
from eligibility.whatif import Change, Difference, changed, differences
from eligibility.words import Words

MOST_POINTS = 1000
"""How many values of a fact are tried on a sweep."""


@dataclass(frozen=True)
class Point:
    """What a household comes to at one value of a fact.

    Args:
        value: of the fact: fen, a whole number, or a day.
        sums: known cash and waivers by kind (MEANING M23, M24).
        beside: how many amounts stand beside them: unknown, by decision, or competing.
    """

    value: Any
    sums: Mapping[str, Sums]
    beside: int = 0

    def yearly(self, kind: str) -> int:
        """Returns what comes every year of one kind, in fen."""
        return self.sums[kind].yearly if kind in self.sums else 0

    @property
    def total(self) -> int:
        """Everything known: cash and waivers of a year, and what comes once."""
        return sum(each.yearly + each.once for each in self.sums.values())


@dataclass(frozen=True)
class Turn:
    """Two neighbouring values of a fact between which answers change.

    Args:
        before: at the lower value.
        after: at the next one.
        differences: what changes.
    """

    before: Point
    after: Point
    differences: tuple[Difference, ...]

    @property
    def cliff(self) -> bool:
        """Whether something is lost or no longer sure, or the total falls without more standing beside it."""
        falls = self.after.total < self.before.total and self.after.beside <= self.before.beside
        return falls or any(each.kind in {"lost", "unsure"} for each in self.differences)


@dataclass(frozen=True)
class Curve:
    """What a household comes to against one fact.

    Args:
        subject: a member's id, or `household`.
        fact: its name.
        points: one for each step.
        turns: every place where answers change, to the fen, the unit or the day.
        dropped: facts that do not count while it is swept.
    """

    subject: str
    fact: str
    points: tuple[Point, ...]
    turns: tuple[Turn, ...]
    dropped: tuple[tuple[str, str], ...]


def sweep(rules: Rules, profile: Profile, first: Change, last: Any, step: int) -> Curve:  # noqa: ANN401 - a value of the fact
    """Returns what a household comes to while one fact goes from one value to another.

    Within a step a change is found where the answers at its two ends differ; what changes and changes back between them is
    not seen.

    Args:
        rules: of the day.
        profile: of the household.
        first: the fact and its first value: fen, a whole number, or a day.
        last: its last value.
        step: how far one value is from the next: fen, units or days.

    Raises:
        BadChoice: the fact has no such values, or they contradict others.
    """
    low, high = _ordinal(first.value), _ordinal(last)
    if step <= 0 or high < low or (high - low) // step >= MOST_POINTS:
        zh, en = (
            f"步长要大于零，终点不小于起点，至多 {MOST_POINTS} 点",
            f"it goes upward, in at most {MOST_POINTS} steps",
        )
        raise BadChoice(Words(zh, en))
    begun, ended = (changed(rules, profile, [replace(first, value=each)]) for each in (first.value, last))
    walk = _Walk(rules, begun.profile, first)
    dropped = tuple(dict.fromkeys((*begun.dropped, *ended.dropped)))
    values = [*range(low, high, step), high]
    turns = [turn for a, b in pairwise(values) for turn in walk.turns(a, b)]
    return Curve(first.subject, first.fact, tuple(walk.point(each) for each in values), tuple(turns), dropped)


def _ordinal(value: Any) -> int:  # noqa: ANN401 - a value of the fact
    return value.toordinal() if isinstance(value, date) else int(value)


@dataclass
class _Walk:
    """Screens a household at any value of one fact, once for each."""

    rules: Rules
    profile: Profile
    first: Change
    kept: dict[int, Screening] = field(default_factory=dict)

    def value(self, at: int) -> Any:  # noqa: ANN401 - a value of the fact
        """Returns the value that stands for a number."""
        return date.fromordinal(at) if isinstance(self.first.value, date) else at

    def screening(self, at: int) -> Screening:
        """Returns the screening at a value."""
        if at not in self.kept:
            told = {self.first.fact: self.value(at)}
            home, members = self.profile.household, self.profile.members
            if self.first.subject == HOUSEHOLD:
                home = {**home, **told}
            else:
                members = tuple({**each, **told} if each["id"] == self.first.subject else each for each in members)
            self.kept[at] = screen(self.rules, replace(self.profile, household=home, members=members))
        return self.kept[at]

    def point(self, at: int) -> Point:
        """Returns what the household comes to at a value."""
        summary = Summary(self.screening(at), everything=True)
        return Point(self.value(at), summary.sums(), len(summary.beside()))

    def turns(self, low: int, high: int) -> Iterator[Turn]:
        """Yields each pair of neighbouring values between two others at which answers change."""
        before, after = self.screening(low), self.screening(high)
        if _state(before) == _state(after):
            return
        if high - low > 1:
            middle = (low + high) // 2
            yield from self.turns(low, middle)
            yield from self.turns(middle, high)
            return
        yield Turn(self.point(low), self.point(high), tuple(differences(before, after)))


def _state(screening: Screening) -> list[tuple[Claim, str, int | None]]:
    """Returns what changes by leaps alone: outcomes, and which tier of an amount applies."""
    return [(each.claim, each.outcome, _tier(each)) for each in screening.determinations]


def _tier(found: Determination) -> int | None:
    held = answer(found)
    if found.outcome == "ineligible":
        return None
    for number, (when, _) in enumerate(held.ruled.tiers):
        if when is None or closure(when, held.ruled.rules)(held.situation, held.own, NOBODY) is not False:
            return number
    return None
