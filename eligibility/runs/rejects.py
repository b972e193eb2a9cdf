"""Rows that are in no result, each with its reason: of a household that cannot be so every row, and the count of all rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from eligibility.columns.frames import HOME, ID
from eligibility.errors import EligibilityError
from eligibility.runs.files import csv
from eligibility.tables.chunks import Chunk
from eligibility.tables.rows import FILE, REJECTS, ROW
from eligibility.words import Words

ANOTHER = Words("这一户另有一行被退回", "another row of this household was refused")
HEADS = {
    FILE: Words("文件", "file"),
    ROW: Words("行", "row"),
    "column": Words("列", "column"),
    "value": Words("值（隐去）", "value (masked)"),
    "reason": Words("原因", "reason"),
}
"""What the columns of the file of rejects are called."""


_AT_ONCE = 500_000
"""So many rows of a table are put in order at once."""


class MiscountedError(EligibilityError):
    """Rows that are in no result and among no rejects, or in both: a fault of ours."""

    def __init__(self, rows: int, answered: int, refused: int) -> None:
        """Keeps the numbers."""
        self.message = Words(
            f"行数对不上：读入 {rows} 行，结果里 {answered} 行，被拒 {refused} 行。这是程序的错，结果不可用",
            f"the rows do not add up: {rows} were read, {answered} are in the results and {refused} among the rejects. "
            "The fault is ours, do not use the results",
        )
        super().__init__(self.message.en)

    def text(self, lang: str, columns: int = 0) -> str:
        """Returns the numbers."""
        del columns
        return self.message[lang]


def of_households(
    persons: pl.DataFrame,
    households: pl.DataFrame,
    found: pl.DataFrame,
    headings: Mapping[tuple[str, str], str] | None = None,
) -> pl.DataFrame:
    """Returns every row of the households in which something cannot be so, with the reason.

    Args:
        persons: of a chunk.
        households: of a chunk.
        found: `household_id`, `id` (null where it is about the household), `fact`, `zh`, `en`.
        headings: by table and fact, what the column is headed with; a fact that has no column goes by its name.
    """
    called = pl.DataFrame(
        [(*key, heading) for key, heading in (headings or {}).items()],
        schema=dict.fromkeys((FILE, "fact", "heading"), pl.String),
        orient="row",
    )
    keys = [HOME, ID, FILE, ROW]
    own = households.filter(pl.col(ROW).is_not_null()).with_columns(pl.lit(None, pl.String).alias(ID))
    rows = pl.concat([own.select(keys), persons.select(keys)]).join(found, on=HOME, how="semi", maintain_order="left")
    # What is about a household without a row of its own stands at the first row that names it.
    first = rows.unique(HOME, keep="first", maintain_order=True).with_columns(pl.lit(None, pl.String).alias(ID))
    places = pl.concat([rows, first]).unique([HOME, ID], keep="first", maintain_order=True)
    told = found.join(places, on=[HOME, ID], how="left", nulls_equal=True, maintain_order="left")
    told = told.join(called, on=[FILE, "fact"], how="left", maintain_order="left")
    column = pl.coalesce("heading", "fact").alias("column")
    reasons = told.select(FILE, ROW, column, pl.lit("").alias("value"), "zh", "en")
    each = households.select(HOME).join(rows, on=HOME, maintain_order="left_right")
    each = each.join(reasons, on=[FILE, ROW], how="left", maintain_order="left")
    others = {"column": "", "value": "", "zh": ANOTHER.zh, "en": ANOTHER.en}
    return each.select(FILE, ROW, *(pl.col(name).fill_null(text) for name, text in others.items())).cast(
        pl.Schema(REJECTS)
    )


def in_order(parts: Sequence[Path], files: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Yields the rejects of all chunks in the order of the tables and of their rows, some rows at a time.

    Args:
        parts: the rejects of each chunk, in Parquet.
        files: what the tables are called, in order.
    """
    if not parts:
        return
    every = pl.scan_parquet(list(parts))
    last = dict(every.group_by(FILE).agg(pl.col(ROW).max()).collect().iter_rows())
    for file in (each for each in dict.fromkeys(files) if each in last):
        mine = every.filter(pl.col(FILE) == file)
        for start in range(0, last[file] + 1, _AT_ONCE):
            found = mine.filter(pl.col(ROW).is_between(start, start + _AT_ONCE - 1)).collect()
            if found.height:
                yield found.sort(ROW, maintain_order=True)


def as_csv(rejects: pl.DataFrame, lang: str, *, heading: bool) -> bytes:
    """Returns rejects as CSV in one language."""
    said = rejects.rename({lang: "reason"}).with_columns(pl.col(pl.String).replace("", None))
    told = said.select(pl.col(key).alias(words[lang]) for key, words in HEADS.items())
    return csv(told, heading=heading)


def heading(lang: str) -> bytes:
    """Returns what stands above the rejects of all chunks."""
    return as_csv(pl.DataFrame(schema=REJECTS), lang, heading=True)


def count(chunk: Chunk, persons: pl.DataFrame, households: pl.DataFrame, rejects: pl.DataFrame) -> tuple[int, int]:
    """Returns how many rows of a chunk are in the results and how many are refused.

    Args:
        chunk: as it was read.
        persons: who are answered.
        households: that are answered.
        rejects: everything that is refused.

    Raises:
        MiscountedError: a row is in neither, or in both.
    """
    refused = rejects.select(FILE, ROW).unique()
    mine, ours = persons.select(FILE, ROW), households.filter(pl.col(ROW).is_not_null()).select(FILE, ROW)
    answered = pl.concat([mine, ours])
    both = answered.join(refused, on=[FILE, ROW], how="semi").height
    if both or answered.height + refused.height != chunk.rows:
        raise MiscountedError(chunk.rows, answered.height, refused.height)
    return answered.height, refused.height
