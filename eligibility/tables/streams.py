"""The rows of tables chunk by chunk: as they come where they come in order, else put in order on disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from eligibility.errors import Problem, TableError
from eligibility.tables.files import File
from eligibility.tables.reading import Reading
from eligibility.tables.rows import BAD, FILE, MANY, ROW, WRONG
from eligibility.words import Words

_CHUNK, _SEQUENCE = "chunk", "sequence"
_AT_ONCE = 400_000
"""So many rows are put in order at once."""
_GROUP = 4_096


def changed(file: File) -> TableError:
    """Returns the error of a file that is no longer what it was when it was opened."""
    return TableError([Problem(Words("读的时候文件变了", "the file changed while it was read"), file.span())])


class Stream:
    """The rows of the tables of one kind.

    Args:
        readings: of the tables, in order.
        chunks: by table, the chunk of each row.
        crowded: by table, which rows belong to a household that is far too large.
        schema: of the rows: every column that any of the tables has.
        spill: where rows are put that come in no order; a folder, and what the names of files in it begin with.
    """

    def __init__(
        self,
        readings: Sequence[Reading],
        chunks: Sequence[pl.Series],
        crowded: Sequence[pl.Series | None],
        schema: Mapping[str, Any],
        spill: tuple[Path, str],
    ) -> None:
        """Reads nothing yet, unless the rows come in no order: then all of them are put on disk."""
        self.readings, self.chunks, self.crowded = readings, chunks, crowded
        self.schema = {**schema, ROW: pl.Int64, FILE: pl.Int32, BAD: WRONG}
        self.told: Counter[Words] = Counter()
        self.rows = self._rows()
        self.ahead = pl.DataFrame(schema={**self.schema, _CHUNK: pl.UInt32})
        numbers = pl.concat([*chunks, pl.Series("", [], dtype=pl.UInt32)])
        self.parts = None if numbers.is_sorted() else list(self._spilled(*spill))

    def take(self, number: int) -> pl.DataFrame:
        """Returns the rows of a chunk; chunks are asked for in order, each once.

        Raises:
            OSError: a file cannot be read.
            TableError: a file changed.
        """
        if self.parts is not None:
            found = [part.filter_for(number) for part in self.parts]
            return pl.concat([pl.DataFrame(schema=self.schema), *found])
        held = [self.ahead]
        while not len(held[-1]) or held[-1][_CHUNK][-1] <= number:
            following = next(self.rows, None)
            if following is None:
                break
            held.append(following)
        every = pl.concat(held)
        self.ahead = every.filter(pl.col(_CHUNK) > number)
        return every.filter(pl.col(_CHUNK) == number).drop(_CHUNK)

    def remarks(self) -> Counter[Words]:
        """Returns what was told since this was last asked."""
        told, self.told = self.told, Counter()
        return told

    def _rows(self) -> Iterator[pl.DataFrame]:
        """Yields every row with its chunk."""
        for reading, chunks, crowded in zip(self.readings, self.chunks, self.crowded, strict=True):
            done = 0
            for frame in reading.frames():
                if done + len(frame) > len(chunks):
                    raise changed(reading.table.file)
                numbered = self._same(frame).with_columns(chunks.slice(done, len(frame)).alias(_CHUNK))
                if crowded is not None:
                    numbered = _refused(numbered, crowded.slice(done, len(frame)))
                done += len(frame)
                self.told.update(reading.remarks())
                if len(numbered):
                    yield numbered
            if done != len(chunks):
                raise changed(reading.table.file)

    def _same(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Returns rows with the columns that all tables have together."""
        return frame.select(
            pl.col(name) if name in frame.columns else pl.lit(None, dtype=kind).alias(name)
            for name, kind in self.schema.items()
        )

    def _spilled(self, folder: Path, name: str) -> Iterator[_Part]:
        """Yields parts on disk, in each of which the rows are in the order of their chunks."""
        held: list[pl.DataFrame] = []
        count = number = 0
        for frame in self.rows:
            held.append(frame)
            count += len(frame)
            if count >= _AT_ONCE:
                yield _Part.put(pl.concat(held), folder / f"{name}-{number:05}.parquet")
                held, count, number = [], 0, number + 1
        if held:
            yield _Part.put(pl.concat(held), folder / f"{name}-{number:05}.parquet")


class _Part:
    """Some rows on disk."""

    def __init__(self, path: Path, places: Mapping[int, tuple[int, int]]) -> None:
        self.path, self.places = path, places

    @classmethod
    def put(cls, rows: pl.DataFrame, path: Path) -> _Part:
        """Puts rows on disk in the order of their chunks."""
        ordered = rows.sort(_CHUNK, maintain_order=True)
        counts = ordered.group_by(_CHUNK, maintain_order=True).len("rows")
        starts = counts["rows"].cum_sum() - counts["rows"]
        ordered.drop(_CHUNK).write_parquet(path, compression="lz4", row_group_size=_GROUP, statistics=False)
        return cls(path, dict(zip(counts[_CHUNK], zip(starts, counts["rows"], strict=True), strict=True)))

    def filter_for(self, number: int) -> pl.DataFrame:
        """Returns the rows of a chunk."""
        start, count = self.places.get(number, (0, 0))
        return pl.scan_parquet(self.path).slice(start, count).collect()


def _refused(rows: pl.DataFrame, crowded: pl.Series) -> pl.DataFrame:
    """Returns rows of which those of a household that is far too large say so."""
    why = pl.struct(
        pl.lit(-1, dtype=pl.Int32).alias("at"),
        pl.lit("household_id").alias("column"),
        pl.lit("").alias("value"),
        pl.lit(MANY.zh).alias("zh"),
        pl.lit(MANY.en).alias("en"),
    )
    bad = pl.concat_list(pl.col(BAD).fill_null([]), why)
    return rows.with_columns(pl.when(crowded).then(bad).otherwise(pl.col(BAD)).alias(BAD))
