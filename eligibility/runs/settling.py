"""A chunk settled: a household in which something cannot be so is refused with all its rows, every other one is answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from eligibility.columns.frames import HOME, ID
from eligibility.packs.calendar import Rules
from eligibility.runs.rejects import of_households
from eligibility.tables.chunks import Chunk
from eligibility.tables.rows import AS_OF
from eligibility.targets.columnar import answer, contradictions


@dataclass(frozen=True)
class Group:
    """Households that were answered together.

    Args:
        own_day: whether their facts were stated for the very day whose law applies (MEANING M9).
        persons: with their facts.
        households: likewise.
        mine: the answers of persons, in their order.
        ours: the answers of households, in their order.
    """

    own_day: bool
    persons: pl.DataFrame
    households: pl.DataFrame
    mine: pl.DataFrame
    ours: pl.DataFrame


@dataclass(frozen=True)
class Settled:
    """A chunk of which every row is settled.

    Args:
        number: of the chunk.
        groups: everybody who is answered.
        persons: who are answered, with their facts, in the order of the chunk.
        households: likewise.
        rejects: every row that is refused.
        remarks: what should be known.
    """

    number: int
    groups: tuple[Group, ...]
    persons: pl.DataFrame
    households: pl.DataFrame
    rejects: pl.DataFrame
    remarks: pl.DataFrame

    @property
    def mine(self) -> pl.DataFrame:
        """The answers of persons, in their order."""
        return _ordered(self.persons.select(HOME, ID), [each.mine for each in self.groups])

    @property
    def ours(self) -> pl.DataFrame:
        """The answers of households, in their order."""
        return _ordered(self.households.select(HOME), [each.ours for each in self.groups])


def settle(rules: Rules, chunk: Chunk, only: Sequence[str] = ()) -> Settled:
    """Returns a chunk with its answers.

    Args:
        rules: of the day.
        chunk: as it was read.
        only: ids of entitlements; all where empty.
    """
    persons, households, rejects = refuse(rules, chunk)
    groups = tuple(_groups(rules, persons, households, tuple(only)))
    return Settled(chunk.number, groups, persons, households, rejects, chunk.remarks)


def refuse(rules: Rules, chunk: Chunk) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Returns the persons and households of a chunk that can be so, and everything in it that is refused.

    Args:
        rules: of the day; what holds on another day is looked at by the law of that day.
        chunk: as it was read.
    """
    persons, households = chunk.persons, chunk.households
    found = pl.concat(
        contradictions(rules.pack.on(day), _members(persons, homes), homes) for day, homes in _by_day(rules, households)
    )
    if found.is_empty():
        return persons, households, chunk.rejects
    refused = pl.concat([chunk.rejects, of_households(persons, households, found, chunk.headings)])
    persons, households = (
        each.join(found, on=HOME, how="anti", maintain_order="left") for each in (persons, households)
    )
    return persons, households, refused


def _by_day(rules: Rules, households: pl.DataFrame) -> Iterator[tuple[date, pl.DataFrame]]:
    """Yields the households by the day on which their facts hold."""
    if AS_OF not in households.columns or households[AS_OF].drop_nulls().is_empty():
        yield rules.day, households
        return
    own = pl.col(AS_OF).fill_null(rules.day).alias(AS_OF)
    for (day,), homes in households.with_columns(own).partition_by(AS_OF, as_dict=True, maintain_order=True).items():
        yield day, homes


def _groups(rules: Rules, persons: pl.DataFrame, households: pl.DataFrame, only: tuple[str, ...]) -> Iterator[Group]:
    own = pl.lit(value=True) if AS_OF not in households.columns else pl.col(AS_OF).fill_null(rules.day) == rules.day
    for own_day in (True, False):
        homes = households.filter(own if own_day else ~own)
        if homes.height or own_day:
            people = persons if homes.height == households.height else _members(persons, homes)
            yield Group(own_day, people, homes, *answer(rules, people, homes, only, own_day=own_day, vet=False))


def _members(persons: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    return persons.join(homes, on=HOME, how="semi", maintain_order="left")


def _ordered(keys: pl.DataFrame, parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Returns answers in the order of their keys."""
    if len(parts) == 1:
        return parts[0]
    return keys.join(pl.concat(parts), on=keys.columns, how="left", maintain_order="left")
