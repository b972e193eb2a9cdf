"""A small city of drawn households for the tests of totals: frames, answers, and what the core says of each household."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

import polars as pl
from packs_for_tests import shipped

from eligibility import RulePack, Rules, Screening, screen
from eligibility.columns.frames import to_frames
from eligibility.profile import Profile
from eligibility.targets.columnar import answer
from eligibility.testing.boundaries import boundaries
from eligibility.testing.strategies import draw_profile

DAY = date(2017, 12, 31)
_YEARS = (0, 1, 3, 6, 7, 14, 15, 16, 18, 35, 50, 60, 65, 80)
_COUNTS = ("age", "residence_months", "unemployed_months", "months_since_discharge", "years_since_cancer_screening")
_BIRTHDAYS = ("birth_date", "cancer_screened_on")
_DATES = (*_BIRTHDAYS, "resident_since", "unemployed_since", "discharged_on")


@lru_cache(maxsize=1)
def pack() -> RulePack:
    """Returns the pack that ships."""
    return shipped()


@dataclass(frozen=True)
class DrawnCity:
    """Drawn households on a day."""

    rules: Rules
    profiles: tuple[Profile, ...]

    @cached_property
    def frames(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Persons and households."""
        return to_frames(self.rules.pack.contents.schema, self.profiles)

    @cached_property
    def chunk(self) -> tuple[Rules, pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """What the functions of totals take of a chunk: rules, persons, households, and the answers of both."""
        persons, households = self.frames
        return (self.rules, persons, households, *answer(self.rules, persons, households))

    @cached_property
    def screenings(self) -> tuple[Screening, ...]:
        """What the core says of each household."""
        return tuple(screen(self.rules, profile) for profile in self.profiles)

    def each(self) -> Iterator[tuple[Profile, Screening]]:
        """Yields each household with what the core says of it."""
        return zip(self.profiles, self.screenings, strict=True)

    def split(self, at: Sequence[int]) -> Iterator[DrawnCity]:
        """Yields the city in parts that end after so many households."""
        ends = [0, *sorted(at), len(self.profiles)]
        for start, end in pairwise(ends):
            yield DrawnCity(self.rules, self.profiles[start:end])


@lru_cache(maxsize=8)
def drawn(count: int = 80, seed: int = 1, day: date = DAY, *, soon: bool = False) -> DrawnCity:
    """Returns a city; the same seed gives the same one.

    Args:
        count: of households.
        seed: of chance.
        day: whose law applies, and for which the facts hold.
        soon: whether dates are moved so that ages and terms are reached within the next months.
    """
    source, rules = random.Random(seed), pack().on(day)  # noqa: S311 - drawn, not secret
    limits = boundaries(rules)
    profiles = []
    for number in range(count):
        profile = draw_profile(source, limits, source.choice([0.5, 0.8, 0.95]))
        members = [_member(dict(each), source, day, soon=soon) for each in profile.members]
        profiles.append(replace(profile, id=f"h{number}", as_of=day, members=tuple(members)))
    return DrawnCity(rules, tuple(profiles))


def _member(facts: dict[str, Any], source: random.Random, day: date, *, soon: bool) -> dict[str, Any]:
    if source.random() < 0.8:
        ids = list(pack().contents.entitlements)
        facts["receives"] = frozenset(source.sample(ids, source.choice([0, 1, 3])))
    if not soon:
        return facts
    for name in (*_COUNTS, "resident_id"):
        facts.pop(name, None)
    for name in _DATES:
        if name in facts and source.random() < 0.7:
            years = source.choice(_YEARS) if name in _BIRTHDAYS else source.choice([0, 0, 1, 1, 2])
            near = day + timedelta(source.randrange(-5, 95) if name in _BIRTHDAYS else source.randrange(-370, 95))
            facts[name] = near.replace(year=near.year - years, day=min(near.day, 28))
    return facts
