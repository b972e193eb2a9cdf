"""Households as they will be on later days: who is reached by a number that some rule asks about, and copies that have it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from eligibility.columns.frames import HOME
from eligibility.packs.calendar import Rules
from eligibility.totals.groups import born_on
from eligibility.totals.steps import counted_on, elapsed, reached, turning

DAY = "day"
_PAIR, ROW = ".pair", ".row"
_MOST = 50_000
"""How many copies are made at a time."""


@dataclass(frozen=True)
class Copies:
    """Copies of households, each as it will be on one day, with the rows that they were made from.

    Args:
        persons: who lives on the day, what has elapsed by then stated; a copy is a household of its own.
        households: likewise.
        rows: for persons and for households: the number of the row that a copy was made from, its household, and the day.
    """

    persons: pl.DataFrame
    households: pl.DataFrame
    rows: tuple[pl.DataFrame, pl.DataFrame]


def leaning(rules: Rules, only: tuple[str, ...]) -> dict[str, dict[str, frozenset[int] | None]]:
    """Returns, for each count of elapsed time, the entitlements in force that it may turn, each with the numbers at which it does.

    Args:
        rules: of the day.
        only: ids of the entitlements that were asked for; all where empty.
    """
    ids = [each.entitlement.id for each in rules.state.rulings if not only or each.entitlement.id in only]
    found = {}
    for fact in elapsed(rules):
        numbers = {id: turning(rules, id, fact.name) for id in ids}
        found[fact.name] = {id: each for id, each in numbers.items() if each is None or each}
    return found


def turns(
    rules: Rules, persons: pl.DataFrame, last: date, only: tuple[str, ...], law: list[date]
) -> Iterator[pl.DataFrame]:
    """Yields, for each stretch between changes of the law, on which days what may turn in which household.

    Args:
        rules: of the first day; stretches begin with it and with each change of the law.
        persons: see `columns/frames.py`.
        last: the last day that is looked at.
        only: ids of the entitlements that were asked for; all where empty.
        law: the days on which the law changes, up to the last one.
    """
    unborn = persons.filter(born_on(persons.columns) > rules.day).select(HOME).unique()
    steps = {fact.name: reached(rules, persons, fact, last) for fact in elapsed(rules)}
    for start, end in zip([rules.day, *law], [*law, date.max], strict=True):
        later = rules.pack.on(start)
        found = [pl.DataFrame(schema={HOME: pl.String, DAY: pl.Date, "entitlement": pl.String})]
        ids = [each.entitlement.id for each in later.state.rulings if not only or each.entitlement.id in only]
        for count, numbers in leaning(later, only).items():
            some = steps[count].filter((pl.col(DAY) >= start) & (pl.col(DAY) < end))
            always = [id for id, each in numbers.items() if each is None]
            pairs = [(id, number) for id, each in numbers.items() for number in sorted(each or ())]
            at = pl.DataFrame(pairs, schema={"entitlement": pl.String, "count": pl.Int64}, orient="row")
            found += [some.join(at, on="count"), some.join(_ids(always), how="cross")]
            # Whoever is born becomes the subject of everything.
            found.append(some.join(unborn, on=HOME, how="semi").join(_ids(ids), how="cross"))
        yield pl.concat([each.select(HOME, DAY, "entitlement") for each in found]).unique()


def _ids(ids: list[str]) -> pl.DataFrame:
    return pl.DataFrame({"entitlement": ids}, schema={"entitlement": pl.String})


def copies(rules: Rules, persons: pl.DataFrame, households: pl.DataFrame, those: pl.DataFrame) -> Iterator[Copies]:
    """Yields copies of households as they will be on some days, so many at a time.

    Args:
        rules: whose vocabulary says what elapses.
        persons: see `columns/frames.py`.
        households: likewise.
        those: `household_id` and `day`.
    """
    pairs = those.select(HOME, DAY).unique().sort(DAY, HOME).with_row_index(_PAIR)
    for some in pairs.iter_slices(_MOST):
        people = persons.with_row_index(ROW).join(some, on=HOME, maintain_order="right_left")
        living = people.filter((born_on(persons.columns) <= pl.col(DAY)).fill_null(value=True))
        homes = households.with_row_index(ROW).join(some, on=HOME, maintain_order="right_left")
        counts = [counted_on(fact, persons.columns, pl.col(DAY)).alias(fact.name) for fact in elapsed(rules)]
        frames = [
            living.with_columns(_unstated(rules, living)).with_columns(counts),
            homes.with_columns(_unstated(rules, homes)),
        ]
        key = pl.col(_PAIR).cast(pl.String).alias(HOME)
        made = [each.with_columns(key).drop(_PAIR, ROW, DAY) for each in frames]
        yield Copies(made[0], made[1], (living.select(ROW, HOME, DAY), homes.select(ROW, HOME, DAY)))


def _unstated(rules: Rules, table: pl.DataFrame) -> Iterator[pl.Expr]:
    """Yields what was stated of elapsed time and does not hold on another day (MEANING M9)."""
    for name in table.columns:
        if name in rules.pack.contents.schema.elapsed:
            yield pl.lit(None, table.schema[name]).alias(name)
