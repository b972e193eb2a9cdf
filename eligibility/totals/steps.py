"""The days on which elapsed time reaches a number that some rule asks about, for everybody in a table at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from eligibility import ir
from eligibility.columns.frames import HOME
from eligibility.ir import Expr
from eligibility.outlook import dated_by
from eligibility.packs.calendar import Rules
from eligibility.ruled import ruled
from eligibility.schema import Fact
from eligibility.totals.groups import born_on

_YEAR = 12
_MOST_STEPS = 5
"""Full months that can begin within three months, the day itself and a short February counted."""
LONGEST_DAYS = 92
"""How far ahead can be looked: within that many days no more full months begin than are counted."""


def turning(rules: Rules, id: str, count: str) -> frozenset[int] | None:
    """Returns the numbers at which a count of elapsed time can turn what an entitlement in force comes to; None for any.

    A count that is only compared with written numbers turns at each of them, or one after it.

    Args:
        rules: of the day.
        id: of the entitlement.
        count: the name of the fact.
    """
    memo, key = rules.state.memo, ("turning", id, count)
    if key not in memo:
        found: set[int] = set()
        exprs = [part.expr for part in ruled(rules, id).parts if part.expr is not None]
        sure = all(_turning(expr, count, rules, found, set()) for expr in exprs)
        # Before a date that lies ahead nothing is counted; on that day the count begins.
        memo[key] = (frozenset(found | {0}) if found else frozenset()) if sure else None
    turns: frozenset[int] | None = memo[key]
    return turns


def _turning(expr: Expr, count: str, rules: Rules, found: set[int], seen: set[str]) -> bool:
    """Adds the numbers with which a count is compared; returns whether it is nowhere used in another way."""
    if isinstance(expr, ir.Fact):
        if expr.name == count:
            return False
        derive = rules.pack.contents.schema.facts[expr.name].derive
        if derive is None or expr.name in seen:
            return True
        return _turning(derive.expr, count, rules, found, seen | {expr.name})
    numbers = _compared(expr, count)
    if numbers is not None:
        found.update(each + more for each in numbers for more in (0, 1))
        return True
    return all(_turning(each, count, rules, found, seen) for each in _inner(expr, rules))


def _inner(expr: Expr, rules: Rules) -> Iterator[Expr]:
    if isinstance(expr, ir.Concept) and expr.name in rules.state.concepts:
        yield rules.state.concepts[expr.name]
    if isinstance(expr, ir.Figure):
        yield from (each.expr for each in rules.pack.contents.selectors.get(expr.name, ()))
    yield from ir.children(expr)


def _compared(expr: Expr, count: str) -> tuple[int, ...] | None:
    """Returns the written whole numbers that a count is compared with; None where the expression is no such comparison."""
    if isinstance(expr, ir.In) and isinstance(expr.item, ir.Fact) and expr.item.name == count:
        return tuple(each for each in expr.values if isinstance(each, int))
    if isinstance(expr, ir.Compare):
        for side, other in ((expr.left, expr.right), (expr.right, expr.left)):
            if isinstance(side, ir.Fact) and side.name == count and isinstance(other, ir.Literal):
                return (other.value,) if isinstance(other.value, int) else None
    return None


def elapsed(rules: Rules) -> Iterator[Fact]:
    """Yields the counts of elapsed time of persons that follow from a date."""
    for fact in rules.pack.contents.schema.derived["person"]:
        if fact.elapsed and dated_by(fact):
            yield fact


def reached(rules: Rules, persons: pl.DataFrame, fact: Fact, last: date) -> pl.DataFrame:
    """Returns when a count of elapsed time grows after the day of the rules: `household_id`, `day`, and the `count` then reached.

    Args:
        rules: of the day.
        persons: see `columns/frames.py`.
        fact: the count.
        last: the last day that is looked at, at most `LONGEST_DAYS` later.
    """
    since = dated_by(fact)
    start = born_on(persons.columns) if since == "birth_date" else _column(since, persons.columns)
    size = _YEAR if fact.unit == "years" else 1
    dated = persons.select(HOME, start.alias("start")).filter(pl.col("start").is_not_null())
    month = _month(pl.col("start"))
    # One step less than the months between: the first one that may lie after the day.
    first = pl.max_horizontal((rules.day.year * _YEAR + rules.day.month - 1 - month) // size, pl.lit(0, pl.Int64))
    steps = dated.with_columns(pl.int_ranges(first, first + _MOST_STEPS).alias("count")).explode("count")
    days = steps.select(HOME, _after(pl.col("start"), pl.col("count") * size).alias("day"), "count")
    return days.filter((pl.col("day") > rules.day) & (pl.col("day") <= last)).unique()


def counted_on(fact: Fact, there: list[str], day: pl.Expr) -> pl.Expr:
    """Returns a count of elapsed time on a day, from the date that tells it; null where that is not known or lies ahead.

    Args:
        fact: the count.
        there: the columns that are there.
        day: on which.
    """
    since = dated_by(fact)
    start = born_on(there) if since == "birth_date" else _column(since, there)
    months = _month(day) - _month(start)
    # A day that a month lacks is its last (MEANING M10).
    begins = pl.min_horizontal(start.dt.day(), day.dt.month_end().dt.day())
    full = months - (begins > day.dt.day()).cast(pl.Int64)
    return pl.when(start <= day).then(full // (_YEAR if fact.unit == "years" else 1))


def _column(name: str, there: list[str]) -> pl.Expr:
    return pl.col(name) if name in there else pl.lit(None, pl.Date)


def _month(day: pl.Expr) -> pl.Expr:
    return day.dt.year().cast(pl.Int64) * _YEAR + day.dt.month().cast(pl.Int64) - 1


def _after(start: pl.Expr, months: pl.Expr) -> pl.Expr:
    """Returns the day on which full months since another one are over; a day that a month lacks is its last (MEANING M10)."""
    month = _month(start) + months
    first = pl.date(month // _YEAR, month % _YEAR + 1, 1)
    return pl.min_horizontal(first.dt.month_end(), first + pl.duration(days=start.dt.day().cast(pl.Int64) - 1))


def reads_the_day(rules: Rules, id: str) -> bool:
    """Returns whether an entitlement in force asks for the day by itself, rather than for what has elapsed by then."""
    memo, key = rules.state.memo, ("reads the day", id)
    if key not in memo:
        held = ruled(rules, id)
        exprs = [part.expr for part in held.parts] + [expr for pair in held.tiers for expr in pair]
        memo[key] = any(_reads_the_day(expr, rules, set()) for expr in exprs if expr is not None)
    found: bool = memo[key]
    return found


def _reads_the_day(expr: Expr, rules: Rules, seen: set[str]) -> bool:
    if isinstance(expr, ir.AsOf):
        return True
    if isinstance(expr, ir.Fact):
        fact = rules.pack.contents.schema.facts[expr.name]
        if fact.derive is None or fact.elapsed or expr.name in seen:
            return False
        return _reads_the_day(fact.derive.expr, rules, seen | {expr.name})
    return any(_reads_the_day(each, rules, seen) for each in _inner(expr, rules))
