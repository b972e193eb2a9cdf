"""Households as two tables, persons and households, and back: a column for each fact, nulls for what is unknown.

The persons' table holds `household_id`, `id` and the facts of members; the households' table `household_id` and the facts
of households. Money is whole fen in 64 bits, counts are 64-bit numbers, days are dates, sets are lists of texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from eligibility.profile_reader import Profile
from eligibility.schema import Fact, Owner, Schema

HOME, ID = "household_id", "id"
"""The key of a household, in both tables, and that of a member inside it."""


def dtype(fact: Fact) -> Any:  # noqa: ANN401 - a type of Polars, class or instance
    """Returns the type of the column of a fact."""
    types = {"bool": pl.Boolean, "count": pl.Int64, "money": pl.Int64, "date": pl.Date, "set": pl.List(pl.String)}
    return types.get(fact.type, pl.String)


def columns_of(schema: Schema, owner: Owner) -> dict[str, Any]:
    """Returns the columns of a table, keys first, each with its type."""
    keys = (HOME, ID) if owner == "person" else (HOME,)
    return dict.fromkeys(keys, pl.String) | {fact.name: dtype(fact) for fact in schema.of(owner)}


def to_frames(schema: Schema, profiles: Iterable[Profile]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns the persons and the households of profiles, in their order; every fact has its column.

    Args:
        schema: the vocabulary.
        profiles: their ids differ; the day on which their facts hold is the caller's to keep.
    """
    persons: list[dict[str, Any]] = []
    households: list[dict[str, Any]] = []
    for profile in profiles:
        households.append({HOME: profile.id} | _told(profile.household))
        persons += [{HOME: profile.id} | _told(member) for member in profile.members]
    return (
        pl.DataFrame(persons, schema=columns_of(schema, "person")),
        pl.DataFrame(households, schema=columns_of(schema, "household")),
    )


def _told(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in facts.items()}


def to_profiles(
    persons: pl.DataFrame, households: pl.DataFrame, *, as_of: date | None = None, schema: Schema
) -> Iterator[Profile]:
    """Yields the profiles of two tables, in the order of the households; nulls are left out.

    Args:
        persons: with the columns that are there.
        households: likewise.
        as_of: the day on which the facts hold.
        schema: the vocabulary; columns that are no facts are left out.
    """
    members: dict[str, list[dict[str, Any]]] = {}
    for row in persons.iter_rows(named=True):
        members.setdefault(row[HOME], []).append({ID: row[ID]} | _known(row, schema))
    for row in households.iter_rows(named=True):
        yield Profile(row[HOME], as_of, _known(row, schema), tuple(members.get(row[HOME], ())))


def _known(row: Mapping[str, Any], schema: Schema) -> dict[str, Any]:
    return {
        name: frozenset(value) if isinstance(value, list) else value
        for name, value in row.items()
        if value is not None and name in schema.facts
    }
