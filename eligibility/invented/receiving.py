"""Who draws what: entitlements in money, taken up by most who may have them, and by a few who may not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from eligibility.columns.frames import HOME, ID, columns_of
from eligibility.columns.onebyone import OUTCOMES
from eligibility.invented.draws import KEY, Draws
from eligibility.packs.calendar import Rules, Ruling
from eligibility.targets.columnar import answer

RECEIVES = "receives"
"""The fact that holds what somebody draws already; no rule reads it (MEANING M19)."""
_ROW, _FIRST = "_row", "_first"


def receiving(
    rules: Rules, persons: pl.DataFrame, households: pl.DataFrame, shares: Mapping[str, float], draws: Draws
) -> pl.DataFrame:
    """Returns the persons with what they draw; what is the household's is drawn by its first member.

    Whoever holds a status that an entitlement gives draws it; the others by what it comes to for them on the facts as they are.

    Args:
        rules: of the day.
        persons: with every fact of members, those of a household one after another.
        households: likewise.
        shares: of those who draw an entitlement: `held`, `eligible`, `undetermined`, `ineligible`.
        draws: of the city.
    """
    rulings = [each for each in rules.state.rulings if in_money(each)]
    schema = rules.pack.contents.schema
    if RECEIVES not in schema.facts or not rulings:
        return persons
    mine, home = answer(
        rules,
        persons.select(list(columns_of(schema, "person"))),
        households.select(list(columns_of(schema, "household"))),
        tuple(each.entitlement.id for each in rulings),
        missing=False,
    )
    statuses = {given.fact for each in rulings for given in each.entitlement.gives}
    own = persons.select(KEY, HOME, *sorted(statuses & set(persons.columns)))
    theirs = households.select(HOME, *sorted(statuses & set(households.columns) - set(own.columns)))
    frame = (
        pl.concat([own, mine.drop(HOME, ID)], how="horizontal")
        .with_columns(pl.col(HOME).is_first_distinct().alias(_FIRST))
        .join(pl.concat([theirs, home.drop(HOME)], how="horizontal"), on=HOME, how="left", maintain_order="left")
    )
    known = frozenset(frame.columns)
    flags = frame.select(_draws_it(each, shares, draws, known).alias(each.entitlement.id) for each in rulings)
    return persons.with_columns(_lists(flags).alias(RECEIVES))


def in_money(ruling: Ruling) -> bool:
    """Returns whether an entitlement is paid out in money, so that somebody has a list of those who draw it."""
    benefit = ruling.body.benefit
    return benefit is not None and benefit.kind == "cash"


def _draws_it(ruling: Ruling, shares: Mapping[str, float], draws: Draws, known: frozenset[str]) -> pl.Expr:
    """Returns whether somebody draws an entitlement."""
    id = ruling.entitlement.id
    rate = pl.lit(0.0)
    for at, outcome in enumerate(OUTCOMES):
        rate = pl.when(pl.col(id) == at).then(shares[outcome]).otherwise(rate)
    for held in _held(ruling, known):
        rate = pl.when(held).then(shares["held"]).otherwise(rate)
    drawn = draws(f"receives/{id}", KEY) < rate
    return drawn & pl.col(_FIRST) if ruling.entitlement.subject == "household" else drawn


def _held(ruling: Ruling, known: frozenset[str]) -> Iterator[pl.Expr]:
    """Yields whether somebody holds a status that the entitlement gives."""
    for given in ruling.entitlement.gives:
        if given.fact in known:
            yield pl.col(given.fact).cast(pl.String) == given.value


def _lists(flags: pl.DataFrame) -> pl.Series:
    """Returns for each row the names of the columns that are so."""
    found = [pl.DataFrame({_ROW: flags.get_column(id).arg_true(), RECEIVES: id}) for id in flags.columns]
    lists = pl.concat(found).group_by(_ROW).agg(RECEIVES)
    rows = pl.DataFrame({_ROW: pl.int_range(flags.height, dtype=pl.UInt32, eager=True)})
    joined = rows.join(lists, on=_ROW, how="left", maintain_order="left")
    return joined.get_column(RECEIVES).fill_null([]).list.sort()
