"""An invented city, block by block: the same people from the same seed, whatever the number of processors and the size of the city."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from eligibility.columns.frames import columns_of
from eligibility.invented.assume import assumed
from eligibility.invented.counties import county_shares
from eligibility.invented.draws import HOUSE, KEY, Draws
from eligibility.invented.filling import filled
from eligibility.invented.gaps import with_gaps
from eligibility.invented.homes import bare_homes, members
from eligibility.invented.numbers import numbered
from eligibility.invented.receiving import receiving
from eligibility.invented.table import assumptions
from eligibility.packs.calendar import Rules

BLOCK = 40_000
"""Households that are invented at a time: some hundred thousand people."""
Tables = tuple[pl.DataFrame, pl.DataFrame]
"""Persons and households, in the form of `columns/frames.py`."""


@dataclass(frozen=True)
class City:
    """What city is to be invented.

    Args:
        rules: of the day on which its facts hold.
        people: how many live there.
        seed: another seed, other people.
        gaps: what share of the cells is empty, about.
        numbers: whether people have resident numbers and names, plainly invented ones.
    """

    rules: Rules
    people: int
    seed: int = 1
    gaps: float = 0.2
    numbers: bool = False

    def blocks(self) -> Iterator[Tables]:
        """Yields the city as blocks of whole households; a larger city begins as a smaller one does, but for its last household."""
        left, first = self.people, 0
        while left > 0:
            # A household has one member at least: more of them are not wanted.
            count = min(BLOCK, left)
            persons, households = self._block(first, count)
            if persons.height > left:
                persons = persons.head(left)
                households = households.head(persons.get_column(HOUSE).n_unique())
            yield self._told(persons, households)
            left, first = left - persons.height, first + count

    @property
    def _draws(self) -> Draws:
        return Draws(self.seed)

    def _block(self, first: int, count: int) -> Tables:
        """Returns so many households, from a number on, of which everything is known."""
        table, draws, day = assumptions(), self._draws, self.rules.day
        counties = county_shares(list(self.rules.pack.contents.places))
        homes = bare_homes(first, count, counties, table, draws).collect()
        people = assumed(members(homes.lazy(), table, draws, day), table.people, draws, day, KEY).collect()
        homes = assumed(_with_means(homes, people), table.households, draws, day, HOUSE).collect()
        means = [HOUSE, *(name for name in homes.columns if name not in people.columns)]
        living = people.lazy().join(homes.lazy().select(means), on=HOUSE, how="left", maintain_order="left")
        return assumed(living, table.statuses, draws, day, KEY).collect(), homes

    def _told(self, persons: pl.DataFrame, households: pl.DataFrame) -> Tables:
        """Returns a block in the form of the pack, with what people draw, and with gaps."""
        schema, draws, table = self.rules.pack.contents.schema, self._draws, assumptions()
        known = filled(persons.lazy(), self.rules, "person", draws).collect()
        home = filled(households.lazy(), self.rules, "household", draws).collect()
        known = receiving(self.rules, known, home, table.receives, draws)
        left = with_gaps(known.lazy(), schema, "person", self.gaps, table, draws)
        if self.numbers:
            left = numbered(left, draws)
        told = with_gaps(home.lazy(), schema, "household", self.gaps, table, draws)
        return (
            left.select(list(columns_of(schema, "person"))).collect(),
            told.select(list(columns_of(schema, "household"))).collect(),
        )


def _with_means(homes: pl.DataFrame, people: pl.DataFrame) -> pl.LazyFrame:
    """Returns households with what the table says of them: what they have on average, and who works."""
    alive, work = ~pl.col("died"), pl.col("employment").is_in(["employed", "self_employed"])
    stays = pl.col("relation").is_in(["head", "spouse"]) & ~pl.col("in_prison") & ~pl.col("clergy_away_3_years")
    sums = (
        people.lazy()
        .group_by(HOUSE)
        .agg(
            pl.col("monthly_income").filter(alive).sum().alias("_sum"),
            alive.sum().cast(pl.Int64).alias("_alive"),
            (alive & pl.col("age").is_between(16, 59) & pl.col("able_to_work")).any().alias("_could_work"),
            (alive & work).any().alias("_work"),
            (alive & stays).any().alias("_stays"),
        )
    )
    joined = homes.lazy().join(sums, on=HOUSE, how="left", maintain_order="left")
    per_head = pl.when(pl.col("_alive") > 0).then(pl.col("_sum") // pl.col("_alive"))
    return joined.with_columns(per_head.alias("_per_head"))
