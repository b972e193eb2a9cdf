"""Rows that are slow to read, turned once and kept on disk while a run lasts, so that they can be read twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from eligibility.source import Span
from eligibility.tables.opened import Rows, Table
from eligibility.tables.rows import BROKEN, ROW


class Settled:
    """The rows of a workbook on disk.

    Args:
        rows: as they are read.
        wanted: every column that will ever be asked for.
        folder: where they go.
        name: what the names of the files begin with.
    """

    def __init__(self, rows: Rows, wanted: Sequence[int], folder: Path, name: str) -> None:
        """Reads all rows once."""
        self.rows = rows
        self.parts: list[Path] = []
        for number, frame in enumerate(rows.frames(wanted)):
            self.parts.append(folder / f"{name}-{number:05}.parquet")
            frame.write_parquet(self.parts[-1], compression="lz4")

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings as they stand there."""
        return self.rows.headings

    def where(self, at: int) -> Span:
        """Returns the place of a heading."""
        return self.rows.where(at)

    def frames(self, wanted: Sequence[int]) -> Iterator[pl.DataFrame]:
        """Yields the rows in order, with their number, what is wrong with a row as a whole, and the columns asked for."""
        for part in self.parts:
            yield pl.read_parquet(part, columns=[ROW, BROKEN, *map(str, wanted)])


def settled(table: Table, folder: Path, name: str) -> Table:
    """Returns a table whose rows can be read twice at little cost."""
    if table.file.kind != "workbook":
        return table
    wanted = [column.at for column in table.layout.columns]
    return replace(table, rows=Settled(table.rows, wanted, folder, name))
