"""Who was screened in a run, and where each household lives: what two runs are compared by."""

from __future__ import annotations

import polars as pl

from eligibility.columns.frames import HOME, ID
from eligibility.packs.calendar import Rules
from eligibility.totals.groups import COUNTY

HOMES, PEOPLE = "index/homes", "index/people"
"""The folders of both tables in a run; chunk by chunk, always Parquet."""
MEMBERS, FACTS = "members", "facts"


def index(rules: Rules, persons: pl.DataFrame, households: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Returns the two tables of a chunk, by their folders.

    Args:
        rules: whose vocabulary says what a fact is.
        persons: see `columns/frames.py`.
        households: likewise.

    Returns:
        Households: `household_id`, `residence_county`, how many `members` it lists, and how many `facts` are known of all of
        them; persons: `household_id` and `id`.
    """
    facts = rules.pack.contents.schema.facts
    mine, ours = (
        [pl.col(name).is_not_null().cast(pl.UInt32) for name in table.columns if name in facts]
        for table in (persons, households)
    )
    nothing = pl.lit(0, pl.UInt32)
    members = (
        persons.select(HOME, pl.sum_horizontal(nothing, *mine).alias(FACTS))
        .group_by(HOME)
        .agg(pl.len().cast(pl.UInt32).alias(MEMBERS), pl.col(FACTS).sum())
    )
    county = pl.col(COUNTY) if COUNTY in households.columns else pl.lit(None, pl.String).alias(COUNTY)
    homes = households.select(HOME, county, pl.sum_horizontal(nothing, *ours).alias("own"))
    both = homes.join(members, on=HOME, how="left", maintain_order="left").with_columns(
        pl.col(MEMBERS).fill_null(0), pl.col(FACTS).fill_null(0) + pl.col("own")
    )
    return {HOMES: both.select(HOME, COUNTY, MEMBERS, FACTS), PEOPLE: persons.select(HOME, ID)}
