"""The totals of a part of a city, as whole numbers that add up in any order: by county, age band and entitlement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from eligibility.columns.frames import HOME
from eligibility.columns.onebyone import AMOUNT
from eligibility.packs.calendar import Rules, Ruling
from eligibility.totals.groups import BAND, COUNTY, grouped
from eligibility.totals.rivals import APART, set_apart
from eligibility.totals.waits import waits
from eligibility.worth import SUMMED, times

KEYS = ("table", COUNTY, BAND, "name", "measure")
"""What tells one count from another; beside them stands its `value`."""
VALUE = pl.Decimal(38, 0)
"""Counts and fen beyond 64 bits: the sums of a city do not wrap (MEANING M28)."""
ANSWERS, PERSONS, HOUSEHOLDS = "answers", "persons", "households"
OUTCOMES = ("ineligible", "undetermined", "eligible")
ALL, NONE = "all", "none"
_OUTCOME, _PAID = ".outcome", ".paid"


@dataclass(frozen=True, slots=True)
class Money:
    """How the amounts of an entitlement are added up (MEANING M23).

    Args:
        times: how often one is paid in a year, or once; None where the rule does not say.
        period: `year` or `once`.
        may: whether an office decides, so that the amounts stand beside the sum.
    """

    times: int | None
    period: str
    may: bool


def money(ruling: Ruling) -> Money | None:
    """Returns how the amounts of an entitlement are added up; None for what is no cash and no waiver, states none, or is open to all."""
    benefit, promise = ruling.body.benefit, ruling.entitlement.promise
    if benefit is None or benefit.kind not in SUMMED or not benefit.amount or promise == "open":
        return None
    once = benefit.per == "once"
    return Money(1 if once else times(benefit), "once" if once else "year", may=promise == "may")


def counted(
    rules: Rules,
    persons: pl.DataFrame,
    households: pl.DataFrame,
    answers_p: pl.DataFrame,
    answers_h: pl.DataFrame,
) -> pl.DataFrame:
    """Returns the counts of one chunk of whole households; `city.merged` adds those of all chunks up.

    Args:
        rules: of the day.
        persons: see `columns/frames.py`.
        households: likewise, a row for each household that persons name; the column `as_of` counts where it is there.
        answers_p: of `targets/columnar.answer`, in the order of `persons`.
        answers_h: likewise, in the order of `households`.

    Returns:
        The columns `table`, `residence_county`, `band`, `name`, `measure`, `value`; a null is unknown, or not to be told apart.
    """
    people, homes = grouped(rules, persons, households)
    mine, ours = set_apart(rules, answers_p, answers_h)
    mine, ours = _told(rules, pl.concat([mine, people], how="horizontal")), _told(rules, ours)
    ours = pl.concat(
        [_with_members(ours, mine), homes.with_columns(pl.lit(None, pl.String).alias(BAND))], how="horizontal"
    )
    parts = [_answers(rules, mine), _answers(rules, ours), _best(mine, PERSONS), _best(ours, HOUSEHOLDS)]
    return added(pl.concat([*parts, waits(rules, answers_p, answers_h).select(*KEYS, "value")]).lazy()).collect()


def added(parts: pl.LazyFrame) -> pl.LazyFrame:
    """Returns counts of several chunks as one, in a fixed order."""
    return parts.group_by(KEYS).agg(pl.col("value").sum()).filter(pl.col("value") != 0).sort(KEYS, nulls_last=True)


def _told(rules: Rules, table: pl.DataFrame) -> pl.DataFrame:
    """Adds the best outcome of each row, of all and of cash and waivers; open services apart: those are for everybody."""
    asked = [each for each in rules.state.rulings if each.entitlement.id in table.columns]
    told = [each for each in asked if each.entitlement.promise != "open"]
    best = _most(each.entitlement.id for each in told)
    paid = _most(each.entitlement.id for each in told if each.body.benefit and each.body.benefit.kind in SUMMED)
    return table.with_columns(best.alias(_OUTCOME), paid.alias(_PAID))


def _most(ids: Iterable[str]) -> pl.Expr:
    return pl.max_horizontal(pl.lit(None, pl.Int8), *ids)


def _with_members(ours: pl.DataFrame, mine: pl.DataFrame) -> pl.DataFrame:
    """Lets a household be entitled where somebody in it is."""
    theirs = {name: f"{name}.members" for name in (_OUTCOME, _PAID)}
    members = mine.group_by(HOME).agg(pl.col(name).max().alias(other) for name, other in theirs.items())
    both = ours.join(members, on=HOME, how="left", maintain_order="left")
    return both.with_columns(pl.max_horizontal(name, other).alias(name) for name, other in theirs.items())


def _answers(rules: Rules, table: pl.DataFrame) -> pl.DataFrame:
    """Returns what each entitlement comes to in each group."""
    wanted: list[pl.Expr] = []
    for ruling in rules.state.rulings:
        if ruling.entitlement.id in table.columns:
            wanted += _measures(ruling, apart=ruling.entitlement.id + APART in table.columns)
    return _long(table.group_by(COUNTY, BAND).agg(wanted), ANSWERS)


def _measures(ruling: Ruling, *, apart: bool) -> Iterator[pl.Expr]:
    id = ruling.entitlement.id
    for code, outcome in enumerate(OUTCOMES):
        yield _named((pl.col(id) == code).sum(), id, outcome)
    how = money(ruling)
    if how is None:
        return
    entitled, amount = pl.col(id) == len(OUTCOMES) - 1, pl.col(id + AMOUNT)
    if how.times is None:
        yield _named(entitled.sum(), id, "unknown")
        return
    known = entitled & amount.is_not_null()
    yield _named((entitled & amount.is_null()).sum(), id, "unknown")
    fen = amount.cast(pl.Int128) * how.times
    out = pl.col(id + APART) if apart else pl.lit(value=False)
    beside = "may_" if how.may else ""
    yield _named(fen.filter(known & ~out).sum(), id, f"{beside}{how.period}")
    if how.may:
        yield _named((known & ~out).sum(), id, "may")
    if apart:
        yield _named(fen.filter(known & out).sum(), id, f"apart_{how.period}")
        yield _named((known & out).sum(), id, "apart")


def _best(table: pl.DataFrame, whose: str) -> pl.DataFrame:
    """Returns how many persons or households there are, and what the best of their answers is; no subjects have none."""
    wanted = [_named(pl.len(), "", ALL), _named((pl.col(_PAID) == len(OUTCOMES) - 1).sum(), "", "paid")]
    wanted += [_named((pl.col(_OUTCOME) == code).sum(), "", name) for code, name in enumerate(OUTCOMES)]
    wanted.append(_named(pl.col(_OUTCOME).null_count(), "", NONE))
    return _long(table.group_by(COUNTY, BAND).agg(wanted), whose)


def _named(expr: pl.Expr, name: str, measure: str) -> pl.Expr:
    return expr.cast(pl.Int128).alias(f"{name}\t{measure}")


def _long(wide: pl.DataFrame, table: str) -> pl.DataFrame:
    """Returns a row for each count."""
    if wide.width == 2:  # noqa: PLR2004 - nothing is counted beside the two keys
        return empty()
    long = wide.unpivot(index=[COUNTY, BAND], variable_name="both", value_name="value")
    halves = pl.col("both").str.split_exact("\t", 1)
    return long.select(
        pl.lit(table).alias("table"),
        pl.col(COUNTY),
        pl.col(BAND),
        halves.struct.field("field_0").alias("name"),
        halves.struct.field("field_1").alias("measure"),
        pl.col("value").cast(VALUE),
    )


def empty() -> pl.DataFrame:
    """Returns no counts."""
    return pl.DataFrame(schema=dict.fromkeys(KEYS, pl.String) | {"value": VALUE})
