"""Tables as files: Parquet, JSON Lines, and CSV of which a table program takes no cell for a formula."""

from __future__ import annotations

from io import BytesIO

import polars as pl

from eligibility.runs.manifest import Form

SUFFIX: dict[Form, str] = {"parquet": "parquet", "csv": "csv", "json": "jsonl", "xlsx": "xlsx"}
_ROW_GROUP = 1 << 18
_FORMULA = r"^[\s\u0000-\u0020\u00a0\u2000-\u200f\u3000\ufeff]*[=+\-@＝＋－＠]"
"""How a cell begins that a table program may take for a formula or a command."""


def parquet(frame: pl.DataFrame) -> bytes:
    """Returns a table as Parquet: the same table has the same bytes, whatever it was put together from."""
    raw = BytesIO()
    frame.rechunk().write_parquet(
        raw, compression="zstd", compression_level=3, row_group_size=_ROW_GROUP, statistics=True
    )
    return raw.getvalue()


def json_lines(frame: pl.DataFrame) -> bytes:
    """Returns a table as JSON Lines."""
    raw = BytesIO()
    frame.write_ndjson(raw)
    return raw.getvalue()


def csv(frame: pl.DataFrame, *, heading: bool = True) -> bytes:
    """Returns a table as CSV in UTF-8: with a mark before the heading, by which Excel and WPS know it.

    Args:
        frame: what stands in it.
        heading: whether the mark and the heading stand before the rows; further parts of a file have none.
    """
    raw = BytesIO()
    inert(frame).write_csv(raw, include_bom=heading, include_header=heading, line_terminator="\r\n")
    return raw.getvalue()


def inert(frame: pl.DataFrame) -> pl.DataFrame:
    """Returns a table in which no text can be taken for a formula: such a one has an apostrophe before it."""
    texts = pl.col(pl.String)
    return frame.with_columns(pl.when(texts.str.contains(_FORMULA)).then("'" + texts).otherwise(texts).name.keep())
