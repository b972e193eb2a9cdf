"""The groups by which a city is counted: where a household lives, and how old a person is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import polars as pl

from eligibility.columns.frames import HOME
from eligibility.packs.calendar import Rules
from eligibility.tables.rows import AS_OF
from eligibility.words import Words

COUNTY, BAND, DIED, UNBORN = "residence_county", "band", "deceased", "unborn"
"""The fact that says where a household lives; the column of an age band; the bands of those listed as dead, and not born yet."""
_AGE, _BORN, _NUMBER = "age", "birth_date", "resident_id"
_OWN, _FULL_YEAR = ".own_day", 12


class Band(NamedTuple):
    """An age band: its key, its least age, and what people call it."""

    key: str
    least: int
    label: Words


BANDS = (
    Band("0-2", 0, Words("0-2岁（学前教育之前）", "0-2 (before preschool)")),
    Band("3-5", 3, Words("3-5岁（学前教育）", "3-5 (preschool)")),
    Band("6-11", 6, Words("6-11岁（小学）", "6-11 (primary school)")),
    Band("12-14", 12, Words("12-14岁（初中）", "12-14 (junior middle school)")),
    Band("15-17", 15, Words("15-17岁（高中、中职，未成年）", "15-17 (senior middle or vocational school, minors)")),
    Band("18-59", 18, Words("18-59岁（劳动年龄）", "18-59 (working age)")),
    Band("60-79", 60, Words("60-79岁（老年人，可领居民养老金）", "60-79 (old age, residents' pension)")),
    Band("80+", 80, Words("80岁及以上（高龄）", "80 and over (great age)")),
)
"""Where the plan's own lines lie: the stages of schooling, full age at 18, old age and the pension at 60, great age at 80."""
UNKNOWN = Words("未知", "unknown")
DEAD = Words("列为已去世", "listed as dead")
TO_COME = Words("这一天尚未出生", "not born yet on the day")


def bands() -> dict[str | None, Words]:
    """Returns every group of ages in its order, the unknown, those not born yet and the dead last."""
    return {each.key: each.label for each in BANDS} | {None: UNKNOWN, UNBORN: TO_COME, DIED: DEAD}


def counties(rules: Rules) -> dict[str, Words]:
    """Returns the counties that the pack lists, in the order of their codes."""
    whole = 6
    return {code: label for code, label in sorted(rules.pack.contents.places.items()) if len(code) == whole}


def grouped(rules: Rules, persons: pl.DataFrame, households: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns the groups of persons (`residence_county`, `band`) and of households (`residence_county`), in their order.

    Args:
        rules: of the day.
        persons: see `columns/frames.py`.
        households: likewise, one row for each household that persons name; an age that was stated for another day, by the
            column `as_of`, is not known on that of the rules (MEANING M9).
    """
    county = pl.col(COUNTY) if COUNTY in households.columns else pl.lit(None, pl.String).alias(COUNTY)
    homes = households.select(HOME, county, own_day(rules, households.columns).alias(_OWN))
    people = persons.join(homes, on=HOME, how="left", maintain_order="left")
    return people.select(COUNTY, _band(rules.day, persons.columns).alias(BAND)), homes.select(COUNTY)


def own_day(rules: Rules, there: list[str]) -> pl.Expr:
    """Returns whether the facts of a household were stated for the very day of the rules."""
    return pl.col(AS_OF).fill_null(rules.day) == rules.day if AS_OF in there else pl.lit(value=True)


def _band(day: date, there: list[str]) -> pl.Expr:
    born = born_on(there)
    known = [pl.when(pl.col(_OWN)).then(_AGE)] if _AGE in there else []
    age = pl.coalesce(*known, _months(born, day) // _FULL_YEAR)
    band = pl.lit(None, pl.String)
    for each in BANDS:
        band = pl.when(age >= each.least).then(pl.lit(each.key)).otherwise(band)
    dead = pl.col("died").fill_null(value=False) if "died" in there else pl.lit(value=False)
    living = pl.when(born > day).then(pl.lit(UNBORN)).otherwise(band)
    return pl.when(dead).then(pl.lit(DIED)).otherwise(living)


def born_on(there: list[str]) -> pl.Expr:
    """Returns the day of birth, from itself or from a resident number, as far as the columns that are there tell it."""
    known = [pl.col(_BORN)] if _BORN in there else []
    if _NUMBER in there:
        known.append(pl.col(_NUMBER).str.slice(6, 8).str.to_date("%Y%m%d", strict=False))
    return pl.coalesce(*known) if known else pl.lit(None, pl.Date)


def _months(start: pl.Expr, day: date) -> pl.Expr:
    """Returns the full months from a day to another one; a day that a month lacks is its last (MEANING M10)."""
    last = (day.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)
    count = (day.year - start.dt.year().cast(pl.Int64)) * _FULL_YEAR + (day.month - start.dt.month().cast(pl.Int64))
    early = pl.min_horizontal(start.dt.day().cast(pl.Int64), pl.lit(last.day)) > day.day
    return pl.when(start <= day).then(count - early.cast(pl.Int64))
