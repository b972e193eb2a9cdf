"""In which chunk each row of tables belongs: found in one reading of the keys, so that rows may come in any order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from eligibility.tables.reading import Reading

CROWD = 10_000
"""A household with more rows than this is refused row by row, and never held as a whole."""
_KEY, _CHUNK = "key", "chunk"
_SCATTERED = 3


@dataclass(frozen=True)
class Survey:
    """Where the rows of tables belong.

    Args:
        persons: by table, the chunk of each row.
        households: likewise.
        crowded: by table, first those of persons, whether a row belongs to a household that is far too large.
        chunks: how many there are.
    """

    persons: tuple[pl.Series, ...]
    households: tuple[pl.Series, ...]
    crowded: tuple[pl.Series | None, ...]
    chunks: int


def surveyed(persons: Sequence[Reading], households: Sequence[Reading], size: int) -> Survey:
    """Returns in which chunk each row belongs.

    Households are in the order of their first persons; those that only a table of households names come last. Numbers
    stand for households while they are put in order: should two households ever share one, they share a chunk.

    Args:
        persons: the tables of persons.
        households: the tables of households.
        size: about how many rows a chunk has.

    Raises:
        OSError: a file cannot be read.
    """
    keys = [_joined(reading.keys()) for reading in (*persons, *households)]
    crowded = _crowded(keys)
    if crowded is not None:
        keys = [_scattered(each, flags, table) for table, (each, flags) in enumerate(zip(keys, crowded, strict=True))]
    order = _order(keys, size)
    chunks = [each.to_frame(_KEY).join(order, on=_KEY, how="left", maintain_order="left")[_CHUNK] for each in keys]
    flags: Sequence[pl.Series | None] = crowded or [None] * len(keys)
    last = order[_CHUNK].max()
    several = len(persons)
    count = int(last) + 1 if isinstance(last, int) else 0
    return Survey(tuple(chunks[:several]), tuple(chunks[several:]), tuple(flags), count)


def _joined(keys: Iterable[pl.Series]) -> pl.Series:
    parts = list(keys)
    return pl.concat(parts, rechunk=True) if parts else pl.Series(_KEY, [], dtype=pl.UInt64)


def _order(keys: Sequence[pl.Series], size: int) -> pl.DataFrame:
    """Returns the chunk of each household: they follow each other, and a new one begins where so many rows are behind."""
    every = pl.concat([each.rename(_KEY) for each in keys]).to_frame()
    counted = every.group_by(_KEY, maintain_order=True).len("rows")
    before = pl.col("rows").cum_sum() - pl.col("rows")
    return counted.select(_KEY, (before // size).rle_id().cast(pl.UInt32).alias(_CHUNK))


def _crowded(keys: Sequence[pl.Series]) -> list[pl.Series] | None:
    """Returns which rows belong to households that are far too large; None where there is no such household."""
    every = pl.concat([each.rename(_KEY) for each in keys]).to_frame()
    large = every.group_by(_KEY).len("rows").filter(pl.col("rows") > CROWD)[_KEY]
    return [each.is_in(large.implode()) for each in keys] if len(large) else None


def _scattered(keys: pl.Series, crowded: pl.Series, table: int) -> pl.Series:
    """Returns keys of which those of households that are far too large are each a household of its own."""
    rows = pl.int_range(len(keys), dtype=pl.Int64, eager=True) + (table << 40)
    return keys.zip_with(~crowded, rows.hash(_SCATTERED))
