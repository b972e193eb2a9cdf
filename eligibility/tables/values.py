"""The values of a column: what is typed or strictly written at once, every other form heard once and put wherever it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from eligibility.packs.contents import Contents
from eligibility.schema import Fact
from eligibility.spoken_values import names
from eligibility.tables.cells import looks
from eligibility.tables.columns import Column
from eligibility.tables.hearing import Heard, Hearing
from eligibility.tables.quick import quickly
from eligibility.tables.rows import shape
from eligibility.tables.typed import sorted_out
from eligibility.words import Words

_MOST_KEPT = 300_000
"""How many forms of a column are remembered; what is written in more ways is mostly written strictly."""
CELL: Mapping[str, Any] = {"index": pl.UInt32, "value": pl.String, "zh": pl.String, "en": pl.String}
"""The columns of what is wrong: in which row of the batch, the shape of what stands there, and the reason."""


@dataclass(frozen=True)
class Taken:
    """What a column comes to in a batch.

    Args:
        values: typed; null where unknown or wrong.
        wrong: the cells that hold no value; see `CELL`.
    """

    values: pl.Series
    wrong: pl.DataFrame


class Values:
    """Reads one column of a table, batch after batch.

    Args:
        column: what it is about.
        contents: of the pack.
        from_1904: whether the days of a workbook count from 1904.
    """

    def __init__(self, column: Column, contents: Contents, *, from_1904: bool = False) -> None:
        """Begins without having heard anything."""
        self.column = column
        self.hearing = Hearing(column, contents, from_1904=from_1904)
        fact = column.about
        of_set = isinstance(fact, Fact) and fact.type == "set"
        self.items = frozenset(names(fact, contents).values() if isinstance(fact, Fact) and of_set else ())
        self.heard: dict[str, Heard] = {}
        self.told: Counter[Words] = Counter()

    def take(self, cells: pl.Series) -> Taken:
        """Returns what the cells of a batch hold."""
        values, texts = sorted_out(cells, self.column, self.items)
        if texts is None:
            return Taken(values, pl.DataFrame(schema=CELL))
        quick = quickly(texts, self.column)
        values = values.zip_with(values.is_not_null(), quick)
        left = texts.zip_with(values.is_null(), pl.Series("", [None], dtype=pl.String))
        if left.null_count() == len(left):
            return Taken(values, pl.DataFrame(schema=CELL))
        return self._slowly(values, left.rename("said"))

    def _slowly(self, values: pl.Series, left: pl.Series) -> Taken:
        """Returns the values with those of the forms that are left, each form heard once."""
        forms = left.drop_nulls().value_counts()
        heard = [self._hear(said, rows) for said, rows in forms.iter_rows()]
        wrong = [each.wrong for each in heard]
        table = forms.select(
            "said",
            pl.Series("taken", [each.value for each in heard], dtype=self.column.dtype),
            pl.Series(
                "value",
                [shape(looks(said)) if why else None for said, why in zip(forms["said"], wrong, strict=True)],
                dtype=pl.String,
            ),
            pl.Series("zh", [why.zh if why else None for why in wrong], dtype=pl.String),
            pl.Series("en", [why.en if why else None for why in wrong], dtype=pl.String),
        )
        put = left.to_frame().join(table, on="said", how="left", maintain_order="left")
        values = values.zip_with(values.is_not_null(), put["taken"])
        if not any(wrong):
            return Taken(values, pl.DataFrame(schema=CELL))
        bad = put.with_row_index("index").filter(pl.col("zh").is_not_null()).select(*CELL)
        return Taken(values, bad)

    def _hear(self, said: str, rows: int) -> Heard:
        found = self.heard.get(said)
        if found is None:
            if len(self.heard) >= _MOST_KEPT:
                self.heard.clear()
            found = self.heard[said] = self.hearing(said)
        if found.told is not None:
            self.told[found.told] += rows
        return found

    def remarks(self) -> Counter[Words]:
        """Returns what was told since this was last asked."""
        told, self.told = self.told, Counter()
        return told
