"""Who becomes entitled within the next days if facts last, with the first day, and what ends in that time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import polars as pl

from eligibility.amendments import moved
from eligibility.columns.frames import HOME, ID
from eligibility.columns.onebyone import AMOUNT
from eligibility.packs.calendar import LATEST, Rules
from eligibility.targets.columnar import answer
from eligibility.totals.ahead import DAY, ROW, copies, turns
from eligibility.totals.counts import VALUE
from eligibility.totals.groups import BAND, COUNTY
from eligibility.totals.steps import reads_the_day
from eligibility.worth import times

WITHIN_DAYS = 90
"""How many days ahead is looked."""
COMING = "coming"
"""The table of counts."""
OPENS, ENDS = "opens", "ends"
_INELIGIBLE, _ELIGIBLE = 0, 2
_DAY = timedelta(1)
_Tables = tuple[pl.DataFrame, pl.DataFrame]
"""One of persons and one of households."""
SHAPE: Mapping[str, type[pl.DataType]] = {
    HOME: pl.String,
    ID: pl.String,
    "entitlement": pl.String,
    "change": pl.String,
    "day": pl.Date,
    "by_law": pl.Boolean,
    "amount_fen": pl.Int64,
    "per": pl.String,
    "year_fen": pl.Int64,
}


def coming(
    rules: Rules,
    persons: pl.DataFrame,
    households: pl.DataFrame,
    answers_p: pl.DataFrame,
    answers_h: pl.DataFrame,
    only: tuple[str, ...] = (),
) -> pl.DataFrame:
    """Returns what surely opens and what surely ends within 90 days, each with its first day.

    What is refused or not in force today and will be granted opens; what is granted today and will be refused or will not be
    in force ends. What an open answer, or one that turns open, may come to is not told. Facts are taken to last; stated
    counts of elapsed time hold on their own day only (MEANING M9).

    Args:
        rules: of the day.
        persons: see `columns/frames.py`.
        households: likewise.
        answers_p: of `targets/columnar.answer`, in the order of `persons`.
        answers_h: likewise, in the order of `households`.
        only: ids of the entitlements that were asked for; all where empty.

    Returns:
        The columns `household_id`, `id` (null for the household), `entitlement`, `change` (`opens` or `ends`), `day`, `by_law`,
        and `amount_fen`, `per` and `year_fen`: on that day of what opens, today of what ends; null while unknown, and
        `year_fen` where it is paid once.
    """
    today = _Today(rules, (persons, households), (answers_p, answers_h), only)
    found = pl.concat([pl.DataFrame(schema=dict(SHAPE)), *today.found()])
    keys = [HOME, ID, "entitlement", "change"]
    first = found.sort(DAY, maintain_order=True).unique(keys, keep="first", maintain_order=True)
    return first.sort(DAY, HOME, "entitlement", ID)


class _Today:
    """Two tables and their answers of today."""

    def __init__(self, rules: Rules, tables: _Tables, answers: _Tables, only: tuple[str, ...]) -> None:
        self.rules, self.tables, self.answers, self.only = rules, tables, answers, only
        self.last = min(rules.day + timedelta(WITHIN_DAYS), LATEST)
        self.law = [day for day in rules.pack.changes if rules.day < day <= self.last]

    def found(self) -> Iterator[pl.DataFrame]:
        """Yields what opens and ends on each day on which something may."""
        for day in self.law:
            yield from self.amended(day)
        ends = [*(day - _DAY for day in self.law), self.last]
        stretches = turns(self.rules, self.tables[0], self.last, self.only, self.law)
        for end, those in zip(ends, stretches, strict=True):
            if those.height:
                yield from self.elapsed(self.rules.pack.on(end), those)

    def amended(self, day: date) -> Iterator[pl.DataFrame]:
        """Yields what opens and ends where the law changes, for everybody."""
        later = self.rules.pack.on(day)
        ids = [id for id in moved(self.rules.pack, day) if not self.only or id in self.only]
        whose = [table.select(HOME).with_columns(pl.lit(day).alias(DAY)) for table in self.tables]
        for id in ids:
            if later.ruling(id) is None:
                yield from self.gone(id, whose)
        asked = tuple(id for id in ids if later.ruling(id) is not None)
        if asked:
            now = answer(later, *self.tables, asked, own_day=False, missing=False, vet=False)
            for before, each, keys in zip(self.answers, now, whose, strict=True):
                yield from self.turned(later, asked, before, each, keys)

    def elapsed(self, later: Rules, those: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Yields what opens and ends by what has elapsed, between two changes of the law.

        Args:
            later: the rules of the last day of that time.
            those: which households something may turn in: `household_id`, `day`, `entitlement`.
        """
        ids = [each.entitlement.id for each in later.state.rulings if not self.only or each.entitlement.id in self.only]
        daily = [id for id in ids if reads_the_day(later, id)]
        asked = tuple(id for id in ids if id not in daily)
        for (day,), some in those.filter(pl.col("entitlement").is_in(daily)).partition_by(DAY, as_dict=True).items():
            yield from self.asked(self.rules.pack.on(day), tuple(daily), some)
        yield from self.asked(later, asked, those.filter(pl.col("entitlement").is_in(list(asked))))

    def asked(self, later: Rules, ids: tuple[str, ...], those: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Yields what opens and ends for copies of households as they will be."""
        for some in copies(self.rules, *self.tables, those):
            now = answer(later, some.persons, some.households, ids, missing=False, vet=False)
            for before, each, rows in zip(self.answers, now, some.rows, strict=True):
                for found in self.turned(later, ids, before[rows[ROW]], each, rows.drop(ROW)):
                    # What did not turn that day for this household turned before, and was told then.
                    yield found.join(those, on=[HOME, DAY, "entitlement"], how="semi", maintain_order="left")

    def turned(
        self, later: Rules, ids: tuple[str, ...], before: pl.DataFrame, now: pl.DataFrame, whose: pl.DataFrame
    ) -> Iterator[pl.DataFrame]:
        """Yields for whom entitlements open or end, compared with today.

        Args:
            later: the rules by which is asked.
            ids: of the entitlements.
            before: the answers of today.
            now: the answers then, in the same order.
            whose: their households, and the days.
        """
        keys = whose.with_columns(before[ID] if ID in before.columns else pl.lit(None, pl.String).alias(ID))
        for id in (each for each in ids if each in now.columns):
            granted = (now[id] == _ELIGIBLE).fill_null(value=False)
            past = before[id] if id in before.columns else pl.repeat(None, len(now), dtype=pl.Int8, eager=True)
            opens = granted & (past.fill_null(_INELIGIBLE) == _INELIGIBLE)
            if opens.any():
                yield self.told(later, id, OPENS, keys.with_columns(now[id + AMOUNT].alias("amount_fen")).filter(opens))
            ends = (past == _ELIGIBLE).fill_null(value=False) & (now[id] == _INELIGIBLE).fill_null(value=False)
            if ends.any():
                had = before[id + AMOUNT].alias("amount_fen")
                yield self.told(self.rules, id, ENDS, keys.with_columns(had).filter(ends))

    def gone(self, id: str, whose: list[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """Yields for whom an entitlement ends that is in force no longer."""
        for table, keys in zip(self.answers, whose, strict=True):
            if id in table.columns:
                named = table[ID] if ID in table.columns else pl.lit(None, pl.String).alias(ID)
                held = keys.with_columns(named, table[id + AMOUNT].alias("amount_fen"))
                yield self.told(self.rules, id, ENDS, held.filter(table[id] == _ELIGIBLE))

    def told(self, rules: Rules, id: str, change: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Returns what opens or ends in the columns of `SHAPE`.

        Args:
            rules: by which the amount counts.
            id: of the entitlement.
            change: which of the two.
            rows: whose, on which day, and the amount.
        """
        ruling = rules.ruling(id)
        benefit = ruling.body.benefit if ruling else None
        amount = pl.col("amount_fen")
        return rows.with_columns(
            pl.lit(id).alias("entitlement"),
            pl.lit(change).alias("change"),
            pl.col(DAY).is_in(self.law).alias("by_law"),
            pl.when(amount.is_not_null()).then(pl.lit(benefit.per if benefit else None, pl.String)).alias("per"),
            (amount * pl.lit(times(benefit) if benefit else None, pl.Int64)).alias("year_fen"),
        ).select(*SHAPE)


def counted(found: pl.DataFrame, households: pl.DataFrame) -> pl.DataFrame:
    """Returns how much opens and ends, by county and entitlement, in the form of `counts.counted`.

    Args:
        found: of `coming`.
        households: see `columns/frames.py`.
    """
    null = pl.lit(None, pl.String).alias(COUNTY)
    homes = households.select(HOME, pl.col(COUNTY) if COUNTY in households.columns else null)
    told = (
        found.join(homes, on=HOME, how="left")
        .group_by(COUNTY, "entitlement", "change")
        .agg(
            pl.len().cast(pl.Int128).alias("count"),
            pl.col("by_law").sum().cast(pl.Int128).alias("by_law"),
            pl.col("year_fen").cast(pl.Int128).sum().alias("year"),
        )
    )
    long = told.unpivot(index=[COUNTY, "entitlement", "change"], variable_name="what", value_name="value")
    return long.select(
        pl.lit(COMING).alias("table"),
        COUNTY,
        pl.lit(None, pl.String).alias(BAND),
        pl.col("entitlement").alias("name"),
        (pl.col("change") + "_" + pl.col("what")).alias("measure"),
        pl.col("value").cast(VALUE),
    )
