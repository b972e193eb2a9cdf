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
from eligibility.totals.counts import VALUE
from eligibility.totals.groups import BAND, COUNTY, born_on
from eligibility.totals.steps import elapsed, reached, turning
from eligibility.worth import times

WITHIN_DAYS = 90
"""How many days ahead is looked."""
COMING = "coming"
"""The table of counts."""
OPENS, ENDS = "opens", "ends"
_INELIGIBLE, _ELIGIBLE = 0, 2
_ROW = "row"
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
    found = list(today.found())
    if not found:
        return pl.DataFrame(schema=dict(SHAPE))
    keys = [HOME, ID, "entitlement", "change"]
    first = pl.concat(found).sort("day", maintain_order=True).unique(keys, keep="first", maintain_order=True)
    return first.sort("day", HOME, "entitlement", ID)


class _Today:
    """Two tables and their answers of today."""

    def __init__(self, rules: Rules, tables: _Tables, answers: _Tables, only: tuple[str, ...]) -> None:
        self.rules, self.tables, self.answers, self.only = rules, tables, answers, only
        self.last = min(rules.day + timedelta(WITHIN_DAYS), LATEST)
        self.law = [day for day in rules.pack.changes if rules.day < day <= self.last]

    def found(self) -> Iterator[pl.DataFrame]:
        """Yields what opens and ends on each day on which something may."""
        for day in self.law:
            yield from self.on(
                day, [id for id in moved(self.rules.pack, day) if not self.only or id in self.only], None
            )
        for (day,), those in self.turning().partition_by("day", as_dict=True).items():
            yield from self.on(day, those["entitlement"].unique().sort().to_list(), those)

    def turning(self) -> pl.DataFrame:
        """Returns on which days a count of elapsed time may turn which entitlement in which household."""
        starts, unborn = [self.rules.day, *self.law], self.unborn()
        found = [pl.DataFrame(schema={HOME: pl.String, "day": pl.Date, "entitlement": pl.String})]
        for fact in elapsed(self.rules):
            steps = reached(self.rules, self.tables[0], fact, self.last)
            for start, end in zip(starts, [*self.law, date.max], strict=True):
                some = steps.filter((pl.col("day") >= start) & (pl.col("day") < end))
                found += self.matched(some, start, fact.name)
                found.append(self.every(some.join(unborn, on=HOME, how="semi"), start))
        return pl.concat(found).unique()

    def unborn(self) -> pl.DataFrame:
        """Returns the households that list somebody who is not born yet: who is born becomes the subject of everything."""
        born = born_on(self.tables[0].columns)
        return self.tables[0].filter(born > self.rules.day).select(HOME).unique()

    def every(self, steps: pl.DataFrame, day: date) -> pl.DataFrame:
        """Returns steps beside every entitlement in force from a day on."""
        ids = [ruling.entitlement.id for ruling in self.rules.pack.on(day).state.rulings]
        asked = pl.DataFrame({"entitlement": [id for id in ids if not self.only or id in self.only]})
        return steps.join(asked, how="cross").select(HOME, "day", "entitlement")

    def matched(self, steps: pl.DataFrame, day: date, count: str) -> Iterator[pl.DataFrame]:
        """Yields the steps to numbers at which an entitlement in force from a day on may turn, beside that entitlement."""
        later = self.rules.pack.on(day)
        asked = (ruling.entitlement.id for ruling in later.state.rulings)
        numbers = {id: turning(later, id, count) for id in asked if not self.only or id in self.only}
        always = [id for id, each in numbers.items() if each is None]
        pairs = [(id, number) for id, each in numbers.items() for number in sorted(each or ())]
        for ids, those in (
            (pl.DataFrame({"entitlement": always}, schema={"entitlement": pl.String}), None),
            (pl.DataFrame(pairs, schema={"entitlement": pl.String, "count": pl.Int64}, orient="row"), "count"),
        ):
            both = steps.join(ids, how="cross") if those is None else steps.join(ids, on=those)
            yield both.select(HOME, "day", "entitlement")

    def on(self, day: date, ids: list[str], those: pl.DataFrame | None) -> Iterator[pl.DataFrame]:
        """Yields what opens and ends on one day.

        Args:
            day: the day.
            ids: of the entitlements that may turn on it.
            those: for which households each of them may, by `household_id` and `entitlement`; for all where None.
        """
        later = self.rules.pack.on(day)
        asked = tuple(id for id in ids if later.ruling(id) is not None)
        for id in ids:
            if id not in asked:
                yield from self.gone(id, day)
        if not asked:
            return
        homes = None if those is None else those.select(HOME).unique()
        rows = [_rows(table, homes) for table in self.tables]
        persons, households = (table[each] for table, each in zip(self.tables, rows, strict=True))
        answers = answer(later, persons, households, asked, own_day=False, missing=False)
        for before, those_rows, now in zip(self.answers, rows, answers, strict=True):
            for id in asked:
                if id in now.columns:
                    found = self.turned(before[those_rows], now, id, day)
                    yield found if those is None else _among(found, those.filter(pl.col("entitlement") == id))

    def turned(self, before: pl.DataFrame, now: pl.DataFrame, id: str, day: date) -> pl.DataFrame:
        """Returns for whom an entitlement opens or ends on a day, compared with today."""
        nothing = pl.Series([None] * len(now), dtype=pl.Int64)
        past, had = (before[name] if name in before.columns else nothing for name in (id, id + AMOUNT))
        both = now.with_columns(past.alias("past"), had.alias("had"))
        opens = (pl.col(id) == _ELIGIBLE) & (pl.col("past").fill_null(_INELIGIBLE) == _INELIGIBLE)
        ends = (pl.col("past") == _ELIGIBLE) & (pl.col(id) == _INELIGIBLE)
        later = self.rules.pack.on(day)
        return pl.concat(
            (
                both.filter(opens).select(*self.told(later, id, day, OPENS, pl.col(id + AMOUNT), now)),
                both.filter(ends).select(*self.told(self.rules, id, day, ENDS, pl.col("had"), now)),
            )
        )

    def gone(self, id: str, day: date) -> Iterator[pl.DataFrame]:
        """Yields for whom an entitlement ends that is in force no longer."""
        for table in self.answers:
            if id in table.columns:
                told = self.told(self.rules, id, day, ENDS, pl.col(id + AMOUNT), table)
                yield table.filter(pl.col(id) == _ELIGIBLE).select(*told)

    def told(
        self, rules: Rules, id: str, day: date, change: str, amount: pl.Expr, table: pl.DataFrame
    ) -> tuple[pl.Expr, ...]:
        """Returns the columns of what opens or ends.

        Args:
            rules: of the day on which the amount counts.
            id: of the entitlement.
            day: on which it changes.
            change: which of the two.
            amount: in fen.
            table: of persons, or of households.
        """
        ruling = rules.ruling(id)
        benefit = ruling.body.benefit if ruling else None
        per = pl.lit(benefit.per if benefit else None, pl.String)
        return (
            pl.col(HOME),
            (pl.col(ID) if ID in table.columns else pl.lit(None, pl.String)).alias(ID),
            pl.lit(id).alias("entitlement"),
            pl.lit(change).alias("change"),
            pl.lit(day).alias("day"),
            pl.lit(day in self.law).alias("by_law"),
            amount.alias("amount_fen"),
            pl.when(amount.is_not_null()).then(per).alias("per"),
            (amount * pl.lit(times(benefit) if benefit else None, pl.Int64)).alias("year_fen"),
        )


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


def _rows(table: pl.DataFrame, homes: pl.DataFrame | None) -> pl.Series:
    """Returns the numbers of the rows of some households, in their order; of all where None."""
    rows = table.select(HOME).with_row_index(_ROW)
    kept = rows if homes is None else rows.join(homes, on=HOME, how="semi", maintain_order="left")
    return kept[_ROW]


def _among(found: pl.DataFrame, those: pl.DataFrame) -> pl.DataFrame:
    return found.join(those, on=HOME, how="semi", maintain_order="left")
