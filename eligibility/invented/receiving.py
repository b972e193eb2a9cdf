"""Who draws what: entitlements in money, taken up by most who may have them, and by a few who may not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from eligibility.columns.frames import HOME, ID, columns_of
from eligibility.columns.onebyone import OUTCOMES
from eligibility.invented.draws import KEY, Draws
from eligibility.packs.calendar import Rules, Ruling
from eligibility.schema import Owner
from eligibility.targets.columnar import answer

RECEIVES = "receives"
"""The fact that holds what somebody draws already; no rule reads it (MEANING M19)."""


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
    owners: tuple[tuple[Owner, pl.DataFrame], ...] = (("person", persons), ("household", households))
    mine, home = answer(
        rules,
        *(frame.select(list(columns_of(schema, owner))) for owner, frame in owners),
        only=tuple(each.entitlement.id for each in rulings),
    )
    facts = households.select(HOME, *(name for name in households.columns if name in schema.facts))
    frame = persons.join(facts, on=HOME, how="left", maintain_order="left", suffix="_")
    frame = frame.join(mine, on=[HOME, ID], how="left", maintain_order="left")
    frame = frame.join(home, on=HOME, how="left", maintain_order="left")
    first = pl.col(HOME).is_first_distinct()
    drawn = [_draws_it(each, shares, draws, first, frozenset(frame.columns)) for each in rulings]
    names = frame.select(pl.concat_list(drawn).list.drop_nulls().alias(RECEIVES))
    return persons.with_columns(names[RECEIVES])


def in_money(ruling: Ruling) -> bool:
    """Returns whether an entitlement is paid out in money, so that somebody has a list of those who draw it."""
    benefit = ruling.body.benefit
    return benefit is not None and benefit.kind == "cash"


def _draws_it(
    ruling: Ruling, shares: Mapping[str, float], draws: Draws, first: pl.Expr, known: frozenset[str]
) -> pl.Expr:
    """Returns the id of an entitlement for those who draw it."""
    id = ruling.entitlement.id
    rate = pl.lit(0.0)
    for at, outcome in enumerate(OUTCOMES):
        rate = pl.when(pl.col(id) == at).then(shares[outcome]).otherwise(rate)
    for held in _held(ruling, known):
        rate = pl.when(held).then(shares["held"]).otherwise(rate)
    whose = first if ruling.entitlement.subject == "household" else pl.lit(value=True)
    return pl.when(whose & (draws(f"receives/{id}", KEY) < rate)).then(pl.lit(id))


def _held(ruling: Ruling, known: frozenset[str]) -> Iterator[pl.Expr]:
    """Yields whether somebody holds a status that the entitlement gives."""
    for given in ruling.entitlement.gives:
        if given.fact in known:
            yield pl.col(given.fact).cast(pl.String) == given.value
