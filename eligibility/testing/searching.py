"""How a law is tried: households that Hypothesis draws, and the first one that breaks it, made as small as can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st

from eligibility.packs.calendar import EARLIEST, RulePack, Rules
from eligibility.profile import Profile
from eligibility.testing.breach import Breach
from eligibility.testing.declared import Declared
from eligibility.testing.smaller import smaller

MOST_DAYS = 8
"""On how many days a law is tried unless its caller names some."""
LEAST = 10
"""How many households are drawn for each part of a law at least."""
_SEEDS = st.integers(0, 1000)
_PHASES = (Phase.explicit, Phase.generate, Phase.target, Phase.shrink)


class Trial:
    """One household on one day.

    It is no dataclass: Hypothesis writes down the fields of those that it drew, and a whole pack would be among them.
    """

    __slots__ = ("profile", "rules", "seed")

    def __init__(self, rules: Rules, profile: Profile, seed: int = 0) -> None:
        """Takes the rules of the day, the household, and a seed for whatever else a law chooses."""
        self.rules = rules
        self.profile = profile
        self.seed = seed


Look = Callable[[Trial], Iterator[Breach]]
"""Yields how a household breaks a law."""


@dataclass(frozen=True)
class Scope:
    """On what a law is tried.

    Args:
        pack: whose rules.
        declared: what the pack declares.
        days: of the law.
        only: ids of entitlements; all where empty.
        examples: how many households are drawn; for each part of a law that has many, a fourth of them.
    """

    pack: RulePack
    declared: Declared
    days: Sequence[date]
    only: Sequence[str]
    examples: int

    def laws(self) -> list[Rules]:
        """Returns the rules of each day."""
        return [self.pack.on(day) for day in self.days]

    @property
    def share(self) -> int:
        """How many households are drawn for a part of a law that has many."""
        return max(LEAST, self.examples // 4)

    def means(self, id: str) -> bool:
        """Returns whether an entitlement is looked at."""
        return not self.only or id in self.only


def days_of(pack: RulePack) -> list[date]:
    """Returns days that show a pack: the first of each law in which most of it is in force, or of some where they are many."""
    held = {day: len(pack.on(day).state.rulings) for day in pack.changes}
    found = [day for day, count in held.items() if 2 * count >= max(held.values())] or [EARLIEST]
    step = (len(found) - 1) / (MOST_DAYS - 1)
    return found if len(found) <= MOST_DAYS else [found[round(at * step)] for at in range(MOST_DAYS)]


def trials(laws: Sequence[Rules], make: Callable[[Rules], st.SearchStrategy[Profile] | None]) -> Any:  # noqa: ANN401 - a strategy of trials, or None
    """Returns a strategy of households on some days, or None where none can be drawn.

    Args:
        laws: the rules of the days.
        make: gives the households of a day; None where there are none to draw.
    """
    made = [(rules, strategy) for rules in laws if (strategy := make(rules)) is not None]
    if not made:
        return None
    return _trials(made)


@st.composite
def _trials(draw: st.DrawFn, made: Sequence[tuple[Rules, st.SearchStrategy[Profile]]]) -> Trial:
    rules, strategy = made[draw(st.integers(0, len(made) - 1))]
    return Trial(rules, draw(strategy), draw(_SEEDS))


class _FoundError(Exception):
    """A household breaks a law; Hypothesis makes it smaller and raises it again."""

    def __init__(self, trial: Trial, breach: Breach) -> None:
        self.trial = trial
        self.breach = breach
        super().__init__(breach.law)


def broken(strategy: st.SearchStrategy[Any] | None, look: Look, examples: int) -> Breach | None:
    """Returns the smallest household found that breaks a law, or None.

    Args:
        strategy: of trials; nothing is tried where None.
        look: yields how a trial breaks the law.
        examples: how many are drawn.
    """
    if strategy is None:
        return None

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=_PHASES,
        verbosity=Verbosity.quiet,
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def run(trial: Any) -> None:  # noqa: ANN401 - whatever the strategy draws
        for breach in look(trial):
            raise _FoundError(trial, breach)

    try:
        run()
    except _FoundError as found:
        return least(found.trial, found.breach, look)
    return None


def least(trial: Trial, breach: Breach, look: Look) -> Breach:
    """Returns the breach of the household from which nothing more can be taken: Hypothesis may leave what takes two steps."""
    rules, seed = trial.rules, trial.seed

    def found(profile: Profile) -> Breach | None:
        told = look(Trial(rules, profile, seed))
        return next((each for each in told if each.entitlement == breach.entitlement), None)

    small = smaller(rules, trial.profile, lambda each: found(each) is not None)
    members = tuple({**each, "id": f"m{at}"} for at, each in enumerate(small.members))
    return found(replace(small, members=members)) or found(small) or breach
