"""The list of who becomes entitled soon, and of what ends, in words."""

from __future__ import annotations

import polars as pl

from eligibility.columns.frames import HOME, ID
from eligibility.money import PERIOD_WORDS
from eligibility.packs.calendar import Rules
from eligibility.runs.spoken import WHOLE, yuan
from eligibility.totals.coming import ENDS, OPENS
from eligibility.words import Words

_CHANGES = {OPENS: Words("将符合", "will become entitled"), ENDS: Words("将不再符合", "will no longer be entitled")}
_WHY = {True: Words("规定变动", "the law changes"), False: Words("年龄或期限到了", "an age or a term is reached")}
_HEADS = {
    "day": Words("日期", "day"),
    "change": Words("变化", "change"),
    HOME: Words("户编号", "household"),
    ID: Words("成员编号", "member"),
    "label": Words("事项", "entitlement"),
    "why": Words("原因", "reason"),
    "amount_fen": Words("金额（元）", "amount (yuan)"),
    "per": Words("每次或每多久", "paid"),
    "year_fen": Words("每年（元）", "a year (yuan)"),
    "entitlement": Words("事项代码", "code"),
}


def ordered(parts: pl.LazyFrame) -> pl.LazyFrame:
    """Returns the list of a whole city by day, then by household."""
    return parts.sort("day", HOME, ID, "entitlement", "change", nulls_last=True, maintain_order=True)


def said(rules: Rules, rows: pl.DataFrame, lang: str) -> pl.DataFrame:
    """Returns the list in words under headings, every cell a text, money in yuan.

    Args:
        rules: of the day.
        rows: of `coming.coming`.
        lang: `zh` or `en`.
    """
    labels = {id: each.label[lang] for id, each in rules.pack.contents.entitlements.items()}
    periods = {per: words[lang] for per, words in PERIOD_WORDS.items()}
    made = rows.with_columns(
        pl.col("day").cast(pl.String),
        pl.col("change").replace_strict({key: words[lang] for key, words in _CHANGES.items()}, return_dtype=pl.String),
        pl.col(ID).fill_null(WHOLE[lang]),
        pl.col("entitlement").replace_strict(labels, return_dtype=pl.String).alias("label"),
        pl.when("by_law").then(pl.lit(_WHY[True][lang])).otherwise(pl.lit(_WHY[False][lang])).alias("why"),
        pl.col("per").replace_strict(periods, return_dtype=pl.String),
        yuan("amount_fen"),
        yuan("year_fen"),
    )
    return made.select(pl.col(key).alias(words[lang]) for key, words in _HEADS.items())
