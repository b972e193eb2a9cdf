"""Cells that have a type already, as those of Parquet do: their values, or texts that are heard like those of other tables."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import polars as pl

from eligibility.schema import Fact
from eligibility.tables.cells import MARK, marked
from eligibility.tables.columns import Column
from eligibility.words import Words

_WHOLE = 10.0**15
"""From here on a floating-point number has lost its last digits."""
_CENTS = 100


def unreadable(kind: Any, column: Column) -> Words | None:  # noqa: ANN401 - a type of Polars
    """Returns what is said of a typed column that cannot hold what it is about; None where it can."""
    nested = isinstance(kind, (pl.List, pl.Array, pl.Struct))
    if nested and column.kind == "set" and isinstance(kind, pl.List) and _is_text(kind.inner):
        return None
    if nested:
        return Words(
            "这一列是列表或结构，这里只能是单个的值",
            "this column holds lists or structures, and single values belong here",
        )
    if kind in {pl.Binary, pl.Time, pl.Duration, pl.Object, pl.Int128, pl.Unknown}:
        return Words(f"不能读 {kind} 类型的列", f"a column of type {kind} cannot be read")
    return None


def _is_text(kind: Any) -> bool:  # noqa: ANN401 - a type of Polars
    return kind == pl.Null or isinstance(kind, (pl.Categorical, pl.Enum)) or kind in {pl.String, pl.Categorical}


def sorted_out(cells: pl.Series, column: Column, items: Collection[str] = ()) -> tuple[pl.Series, pl.Series | None]:
    """Returns what the cells of a batch hold.

    Args:
        cells: of any type that `unreadable` passes.
        column: what they are about.
        items: what a set may hold; what a list has beside them is to be heard.

    Returns:
        The values of the cells that have one by their type, null for the others; and the others as texts to be heard,
        null where a cell is empty or has its value, None where no cell is left.
    """
    nothing = pl.Series("value", [None], dtype=column.dtype).new_from_index(0, len(cells))
    kind = cells.dtype
    if kind == pl.Null or cells.null_count() == len(cells):
        return nothing, None
    if kind == pl.String:
        return nothing, cells
    if isinstance(kind, (pl.Categorical, pl.Enum)):
        return nothing, cells.cast(pl.String)
    frame = cells.rename("cell").to_frame()
    if isinstance(kind, pl.List):
        return _lists(frame, items)
    whole = frame.with_columns(_value(kind, column).cast(column.dtype, strict=False).alias("value"))["value"]
    if not column.plain or column.codes or column.unknown:
        whole = nothing
    texts = frame.select(pl.when(whole.is_null()).then(_text(kind, column)).alias("text"))["text"]
    return whole, None if texts.null_count() == len(texts) else texts


def _value(kind: Any, column: Column) -> pl.Expr:  # noqa: ANN401 - a type of Polars
    """Returns the value that a cell has by its type, as far as that is the type of what it is about."""
    cell = pl.col("cell")
    if kind == pl.Boolean and column.kind == "bool":
        return cell
    if kind.is_integer() and column.kind in {"money", "count"}:
        return _within(cell.cast(pl.Int64, strict=False), column)
    if kind == pl.Date and column.kind == "date":
        return pl.when(cell.dt.year().is_between(1, 9999)).then(cell)
    if isinstance(kind, pl.Datetime) and column.kind == "date":
        return pl.when(_midnight(cell) & cell.dt.year().is_between(1, 9999)).then(cell.dt.date())
    return pl.lit(None)


def _within(number: pl.Expr, column: Column) -> pl.Expr:
    """Keeps the numbers in the range of a fact; money comes in yuan and goes in fen."""
    low, high = column.about.limits if isinstance(column.about, Fact) else (0, 0)
    times = _CENTS if column.kind == "money" else 1
    inside = number.is_between(-(-low // times), high // times)
    return pl.when(inside).then(number * times)


def _midnight(cell: pl.Expr) -> pl.Expr:
    return (cell.dt.hour() == 0) & (cell.dt.minute() == 0) & (cell.dt.second() == 0) & (cell.dt.nanosecond() == 0)


def _text(kind: Any, column: Column) -> pl.Expr:  # noqa: ANN401 - a type of Polars
    """Returns cells as texts that say what they hold."""
    cell = pl.col("cell")
    if kind == pl.Boolean:
        return pl.lit(f"{MARK}b") + cell.cast(pl.Int8).cast(pl.String)
    if kind == pl.Date:
        return pl.lit(f"{MARK}s") + cell.dt.strftime("%Y-%m-%d") + pl.lit("T00:00:00")
    if isinstance(kind, pl.Datetime):
        day = pl.lit(f"{MARK}s") + cell.dt.strftime("%Y-%m-%dT00:00:00")
        return pl.when(cell.is_not_null()).then(pl.when(_midnight(cell)).then(day).otherwise(pl.lit(marked("clock"))))
    if kind.is_decimal():
        return cell.cast(pl.String).str.replace(r"(\.[0-9]*?)0+$", "${1}").str.replace(r"\.$", "")
    if kind.is_float():
        return _float_text(cell, column)
    return cell.cast(pl.String)


def _float_text(cell: pl.Expr, column: Column) -> pl.Expr:
    """Returns floating-point cells as texts, each the shortest decimal that is nearest to it alone; NaN is empty.

    An amount is such a decimal with two places, not a number near one: and Polars divides by multiplying.
    """
    text = cell.cast(pl.String)
    told = pl.when((cell == cell.floor()) & (cell.abs() < _WHOLE)).then(
        cell.cast(pl.Int64, strict=False).cast(pl.String)
    )
    lost = pl.when(cell.is_infinite()).then(pl.lit(marked("error"))).otherwise(pl.lit(f"{MARK}n") + text)
    binary = ~text.str.contains(r"\.[0-9]{1,2}$") & (column.kind == "money") & column.plain
    odd = pl.when(cell.abs() >= _WHOLE).then(lost).when(binary).then(pl.lit(marked("binary"))).otherwise(text)
    return pl.when(~cell.is_nan()).then(told.otherwise(odd))


def _lists(frame: pl.DataFrame, items: Collection[str]) -> tuple[pl.Series, pl.Series | None]:
    """Returns sets from lists; a list with an empty item is none, and one with something else than an id is to be heard."""
    cell = pl.col("cell").cast(pl.List(pl.String))
    empty = cell.list.eval(pl.element().is_null() | (pl.element().str.strip_chars() == "")).list.any()
    known = cell.list.eval(pl.element().is_in(sorted(items))).list.all()
    sets = pl.when(known & ~empty).then(cell.list.unique().list.sort())
    text = pl.when(empty).then(pl.lit(marked("item"))).when(~known).then(cell.list.join("\n"))
    found = frame.select(sets.alias("value"), text.alias("text"))
    return found["value"], None if found["text"].null_count() == len(found) else found["text"]
