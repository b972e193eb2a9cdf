"""A table in Parquet: its columns with their types, its rows a stretch at a time, so that no large group of rows fills the memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from eligibility.errors import Problems
from eligibility.source import Span
from eligibility.tables.files import File
from eligibility.tables.rows import BROKEN, ROW

_STRETCH = 200_000
"""So many rows are read at once."""


@dataclass(frozen=True)
class Parquet:
    """An opened table in Parquet.

    Args:
        file: it stands in.
        types: of its columns, by their names, in order.
        rows: how many it has.
    """

    file: File
    types: Mapping[str, Any]
    rows: int

    @property
    def headings(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(self.types)

    def where(self, at: int) -> Span:
        """Returns the place of a column."""
        return self.file.span(self.headings[at].replace("!", "_"))

    def frames(self, wanted: Sequence[int]) -> Iterator[pl.DataFrame]:
        """Yields the rows in order, with the columns asked for; the first row counts as row 2, as below headings.

        Args:
            wanted: the columns, from 0.

        Raises:
            OSError: the file cannot be read.
        """
        names = self.headings
        table = pl.scan_parquet(self.file.path)
        columns = [pl.col(names[at]).alias(str(at)) for at in wanted]
        for start in range(0, self.rows, _STRETCH):
            frame = table.slice(start, _STRETCH).select(columns or pl.first()).collect()
            row = pl.int_range(start + 2, start + 2 + len(frame), dtype=pl.Int64, eager=True)
            yield frame.select(row.alias(ROW), pl.lit(None, dtype=pl.String).alias(BROKEN), *map(str, wanted))


def opened(file: File, problems: Problems) -> Parquet | None:
    """Returns a table in Parquet, or None after noting why it cannot be read."""
    try:
        table = pl.scan_parquet(file.path)
        types = table.collect_schema()
        rows = table.select(pl.len()).collect().item()
    except (pl.exceptions.PolarsError, OSError):
        if not file.path.is_file():
            raise
        problems.add(file.span(), "文件不完整或已损坏", "the file is not whole, or damaged")
        return None
    return Parquet(file, dict(types), rows)
