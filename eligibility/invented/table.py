"""The table of what is assumed of invented people, read from `assumptions.yaml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from eligibility.invented.assume import Assumption

TABLE = Path(__file__).with_name("assumptions.yaml")


@dataclass(frozen=True)
class Assumptions:
    """Everything that is assumed.

    Args:
        homes: the kinds of household, by name.
        towns: the share of households in towns, by county, and `otherwise`.
        cities: the counties where a town is a city.
        gaps: how much more or less than others a paper, or a fact, is missing.
        receives: the share of those who draw an entitlement, by what it comes to for them.
        people: of people, before anything is known of their household's means.
        households: of households.
        statuses: of people again.
    """

    homes: Mapping[str, Mapping[str, Any]]
    towns: Mapping[str, float]
    cities: Sequence[str]
    gaps: Mapping[str, Mapping[str, float]]
    receives: Mapping[str, float]
    people: Sequence[Assumption]
    households: Sequence[Assumption]
    statuses: Sequence[Assumption]

    @property
    def facts(self) -> frozenset[str]:
        """The names of the facts of which something is assumed."""
        every = (*self.people, *self.households, *self.statuses)
        return frozenset(name for each in every for name in (each.fact, each.count) if name and name[0] != "_")


@cache
def assumptions() -> Assumptions:
    """Returns the table that the program has."""
    said = yaml.safe_load(TABLE.read_text("utf-8"))
    parts = ("people", "households", "statuses")
    return Assumptions(**said | {part: [Assumption.read(*each) for each in _entries(said[part])] for part in parts})


def _entries(said: Sequence[Mapping[str, Any]]) -> Sequence[tuple[str, Mapping[str, Any]]]:
    return [next(iter(entry.items())) for entry in said]
