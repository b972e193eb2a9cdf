"""The rows of a table as typed rows: keys and facts in columns, and beside each row what is wrong with its cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import polars as pl

from eligibility.columns.frames import HOME, ID
from eligibility.packs.contents import Contents
from eligibility.tables.columns import Column
from eligibility.tables.lines import BROKEN as REASONS
from eligibility.tables.opened import Table
from eligibility.tables.rows import BAD, BROKEN, FILE, ROW, WRONG
from eligibility.tables.values import CELL, Values
from eligibility.words import Words

_HOME_SEED, _ROW_SEED = 1, 2
_NO_HOME = Words("没有写是哪一户", "the household is not named")
_NO_ID = Words("没有写成员的标识", "the id of the member is missing")


class Reading:
    """Reads a table.

    Args:
        table: opened.
        number: of the table among all of its kind, from 0.
        contents: of the pack.
        apart: what the name of a household begins with where rows do not name theirs.
    """

    def __init__(self, table: Table, number: int, contents: Contents, apart: str) -> None:
        """Begins without having read anything."""
        self.table, self.number, self.contents, self.apart = table, number, contents, apart
        self.told: Counter[Words] = Counter()

    def keys(self) -> Iterator[pl.Series]:
        """Yields for each row in order a number that is the same for all rows of a household, and hardly for others.

        A row whose household cannot be read is one by itself.
        """
        column = self.table.layout.column(HOME)
        values = None if column is None else self._values(column)
        for frame in self.table.rows.frames([] if column is None else [column.at]):
            rows = frame.select((pl.col(ROW) + pl.lit(self.number << 40)).hash(_ROW_SEED).alias("key"))["key"]
            if column is None or values is None:
                yield rows
                continue
            homes = values.take(frame[str(column.at)]).values
            yield homes.hash(_HOME_SEED).zip_with(homes.is_not_null(), rows)

    def frames(self) -> Iterator[pl.DataFrame]:
        """Yields typed rows in order, with `row`, the number of the table as `file`, and `bad`."""
        columns = self.table.layout.columns
        values = [self._values(each) for each in columns]
        for frame in self.table.rows.frames([each.at for each in columns]):
            typed = self._typed(frame, values)
            # Before the rows are handed on: nobody comes back here for what belongs to the last of them.
            for each in values:
                self.told.update(each.remarks())
            yield typed

    def remarks(self) -> Counter[Words]:
        """Returns what was told since this was last asked."""
        told, self.told = self.told, Counter()
        return told

    def _values(self, column: Column) -> Values:
        return Values(column, self.contents, from_1904=self.table.from_1904)

    def _typed(self, frame: pl.DataFrame, values: list[Values]) -> pl.DataFrame:
        found: list[pl.Series] = []
        wrong: list[pl.DataFrame] = [_whole(frame)]
        for each in values:
            column = each.column
            taken = each.take(_sound(frame, column))
            found.append(taken.values.alias(column.name))
            wrong.append(_cells(taken.wrong, column))
            if column.name in {HOME, ID}:
                wrong.append(_missing(frame, taken.values, taken.wrong, column))
        typed = pl.DataFrame([frame[ROW], *found])
        constants = [
            pl.lit(each.value, dtype=each.column.dtype).alias(each.column.name) for each in self.table.layout.constants
        ]
        if self.table.layout.column(HOME) is None:
            constants.append((pl.lit(self.apart) + pl.col(ROW).cast(pl.String)).alias(HOME))
        typed = typed.with_columns(*constants, pl.lit(self.number, dtype=pl.Int32).alias(FILE))
        return _with_wrong(typed, pl.concat(wrong))


_WRONG = {"index": pl.UInt32, "at": pl.Int32, "column": pl.String, "value": pl.String, "zh": pl.String, "en": pl.String}


def _sound(frame: pl.DataFrame, column: Column) -> pl.Series:
    """Returns the cells of a column; of a row that is broken only the household counts, which is refused with it."""
    cells = frame[str(column.at)]
    if column.name == HOME or frame[BROKEN].null_count() == len(frame):
        return cells
    return frame.select(pl.when(pl.col(BROKEN).is_null()).then(cells).alias("cells"))["cells"]


def _whole(frame: pl.DataFrame) -> pl.DataFrame:
    """Returns what is wrong with rows as a whole."""
    if frame[BROKEN].null_count() == len(frame):
        return pl.DataFrame(schema=_WRONG)
    keys = list(REASONS)
    said = {lang: [REASONS[key][lang] for key in keys] for lang in ("zh", "en")}
    broken = frame.select(BROKEN).with_row_index("index").filter(pl.col(BROKEN).is_not_null())
    return broken.select(
        "index",
        pl.lit(-1, dtype=pl.Int32).alias("at"),
        pl.lit("").alias("column"),
        pl.lit("").alias("value"),
        *(pl.col(BROKEN).replace_strict(keys, said[lang], return_dtype=pl.String).alias(lang) for lang in ("zh", "en")),
    )


def _cells(wrong: pl.DataFrame, column: Column) -> pl.DataFrame:
    place = pl.lit(column.at, dtype=pl.Int32).alias("at"), pl.lit(column.heading).alias("column")
    return wrong.select("index", *place, *list(CELL)[1:])


def _missing(frame: pl.DataFrame, values: pl.Series, wrong: pl.DataFrame, column: Column) -> pl.DataFrame:
    """Returns the rows without a key that are not wrong already."""
    words = _NO_HOME if column.name == HOME else _NO_ID
    rows = frame.select(BROKEN, values.alias("key")).with_row_index("index")
    rows = rows.filter(pl.col("key").is_null() & pl.col(BROKEN).is_null()).join(wrong, on="index", how="anti")
    return rows.select(
        "index",
        pl.lit(column.at, dtype=pl.Int32).alias("at"),
        pl.lit(column.heading).alias("column"),
        pl.lit("").alias("value"),
        pl.lit(words.zh).alias("zh"),
        pl.lit(words.en).alias("en"),
    )


def _with_wrong(typed: pl.DataFrame, wrong: pl.DataFrame) -> pl.DataFrame:
    """Returns rows with what is wrong with each, in the order of its columns."""
    if not len(wrong):
        return typed.with_columns(pl.lit(None, dtype=WRONG).alias(BAD))
    listed = (
        wrong.sort("index", "at").group_by("index", maintain_order=True).agg(pl.struct(*list(_WRONG)[1:]).alias(BAD))
    )
    return (
        typed.with_row_index("index")
        .join(listed, on="index", how="left", maintain_order="left")
        .drop("index")
        .with_columns(pl.col(BAD).cast(WRONG))
    )
