"""What is written strictly taken for values a whole column at a time; all that is not is left to be heard form by form.

Whatever is taken here has the value that `hearing` gives it; `tests/test_tables_values.py` holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import polars as pl

from eligibility.cell_values import UNKNOWN
from eligibility.columns.frames import HOME, ID
from eligibility.ids import RESERVED
from eligibility.schema import Fact
from eligibility.tables.cells import UNREADABLE
from eligibility.tables.columns import Column

_YUAN = r"^(?:0|[1-9][0-9]{0,9})(?:\.[0-9]{1,2})?$"
_WHOLE = r"^(?:0|[1-9][0-9]{0,8})$"
_FEN = r"^(?:0|[1-9][0-9]{0,11})$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_SIMPLE_ID = "^[A-Za-z0-9\u3400-\u4dbf\u4e00-\u9fff][-A-Za-z0-9_.\u3400-\u4dbf\u4e00-\u9fff]{0,63}$"
_NUMBER = "(?:^|[^0-9])[1-9][0-9]{16}[0-9Xx](?:$|[^0-9])"
_RESIDENT = r"^[1-9][0-9]{16}[0-9X]$"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""Of the digits of a resident number, from the first (GB 11643-1999)."""
_LONGEST = 200
_X = 10
_MOST = 2**62


def quickly(texts: pl.Series, column: Column) -> pl.Series:
    """Returns the values of what is written strictly, null for all else.

    Args:
        texts: what stands in the cells.
        column: what it is about.
    """
    read = _READERS.get(column.kind)
    if read is None or column.day is not None:
        return pl.Series("value", [None], dtype=column.dtype).new_from_index(0, len(texts))
    said = pl.col("said")
    taken = read(said, column)
    words = sorted({*column.codes, *column.unknown})
    if words:
        taken = pl.when(~_folded(said).is_in(words)).then(taken)
    return texts.rename("said").to_frame().with_columns(taken.alias("value"))["value"].cast(column.dtype)


def _money(said: pl.Expr, column: Column) -> pl.Expr:
    if column.fen:
        return _within(pl.when(said.str.contains(_FEN)).then(said).cast(pl.Int64, strict=False), column)
    strict = pl.when(said.str.contains(_YUAN)).then(said)
    amount = strict.str.replace(".", "", literal=True).cast(pl.Int64, strict=False)
    places = strict.str.len_bytes() - strict.str.find(".", literal=True) - 1
    fen = amount * pl.when(places.is_null()).then(100).when(places == 1).then(10).otherwise(1)
    return _within(fen if column.scale is None else _scaled(fen, column.scale.factor / 100), column)


def _count(said: pl.Expr, column: Column) -> pl.Expr:
    whole = pl.when(said.str.contains(_WHOLE)).then(said).cast(pl.Int64, strict=False)
    return _within(whole if column.scale is None else _scaled(whole, column.scale.factor), column)


def _scaled(number: pl.Expr, factor: Fraction) -> pl.Expr:
    """Returns what comes out whole in another unit, and stays inside 64 bits on the way."""
    many = pl.when(number <= _MOST // factor.numerator).then(number * factor.numerator)
    return pl.when(many % factor.denominator == 0).then(many // factor.denominator)


def _within(value: pl.Expr, column: Column) -> pl.Expr:
    """Keeps what lies in the range of the fact."""
    low, high = column.about.limits if isinstance(column.about, Fact) else (0, 0)
    return pl.when(value.is_between(low, high)).then(value)


def _date(said: pl.Expr, column: Column) -> pl.Expr:
    del column
    return pl.when(said.str.contains(_DAY)).then(said).str.to_date("%Y-%m-%d", strict=False)


def _text(said: pl.Expr, column: Column) -> pl.Expr:
    del column
    well = (
        (said.str.strip_chars() == said)
        & (said.str.len_chars() <= _LONGEST)
        & ~said.str.contains(UNREADABLE)
        & ~said.str.contains("^[=']")
        & ~_folded(said).is_in(sorted(UNKNOWN))
    )
    return pl.when(well & (said != "")).then(said)


def _id(said: pl.Expr, column: Column) -> pl.Expr:
    well = said.str.contains(_SIMPLE_ID) & ~said.str.contains(_NUMBER)
    lower = said.str.to_lowercase()
    taken = pl.when(well & ~lower.is_in(sorted(UNKNOWN))).then(said)
    return pl.when(~said.is_in(RESERVED)).then(taken) if column.kind == ID else taken


def _resident(said: pl.Expr, column: Column) -> pl.Expr:
    del column
    strict = pl.when(said.str.contains(_RESIDENT)).then(said)
    digits = strict.str.slice(0, 17).cast(pl.Int64, strict=False)
    total = pl.sum_horizontal(
        *(digits // 10 ** (16 - place) % 10 * weight for place, weight in enumerate(_WEIGHTS)), ignore_nulls=False
    )
    last = strict.str.slice(17, 1)
    check = pl.when(last == "X").then(_X).otherwise(last.cast(pl.Int64, strict=False))
    born = strict.str.slice(6, 8).str.to_date("%Y%m%d", strict=False).is_not_null()
    return pl.when(born & ((total + check) % 11 == 1)).then(strict)


def _folded(said: pl.Expr) -> pl.Expr:
    """Returns texts as `spoken_values.plain` has them, as far as words for unknown and codes tell them apart."""
    return said.str.normalize("NFKC").str.strip_chars().str.to_lowercase()


_READERS: Mapping[str, Callable[[pl.Expr, Column], pl.Expr]] = {
    "money": _money,
    "count": _count,
    "date": _date,
    "text": _text,
    "resident_id": _resident,
    HOME: _id,
    ID: _id,
}
