"""Resident numbers and names that show at once that nobody has them: of a region that does not exist, and a surname with 某."""

from __future__ import annotations

import polars as pl

from eligibility.invented.draws import KEY, Draws, picked

NUMBER, NAME = "resident_id", "name"
_REGION = "99"
"""No province begins so in GB/T 2260."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_DIGITS = ("1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


def numbered(frame: pl.LazyFrame, draws: Draws) -> pl.LazyFrame:
    """Returns persons with a resident number and a name.

    The number fits birth date, sex and its last digit (GB 11643; ISO/IEC 7064 MOD 11-2), so that whatever reads it can be tried.

    Args:
        frame: with `birth_date`, `sex` and the numbers of the rows.
        draws: of the city.
    """
    row, man = pl.col(KEY), (pl.col("sex") == "male").cast(pl.UInt64)
    birth = pl.col("birth_date").dt.strftime("%Y%m%d")
    order = (row // 10_000 % 500 * 2 + man).cast(pl.String).str.zfill(3)
    body = pl.concat_str(pl.lit(_REGION), (row % 10_000).cast(pl.String).str.zfill(4), birth, order)
    surname = picked(draws(NAME), dict.fromkeys(_SURNAMES, 1 / len(_SURNAMES)))
    total = pl.sum_horizontal(body.str.slice(at, 1).cast(pl.Int32) * weight for at, weight in enumerate(_WEIGHTS))
    last = (total % 11).replace_strict(range(11), _DIGITS, return_dtype=pl.String)
    return frame.with_columns(
        pl.concat_str(body, last).alias(NUMBER),
        pl.concat_str(surname.fill_null(_SURNAMES[0]), pl.lit("某")).alias(NAME),
    )
