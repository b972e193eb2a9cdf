"""Who draws what, of a part of a city: each entitlement, and what may not be drawn beside it (MEANING M19, M24)."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from eligibility.columns.frames import HOME, ID
from eligibility.held import statuses
from eligibility.leaves import HOUSEHOLD
from eligibility.packs.calendar import Rules
from eligibility.totals.groups import COUNTY

RECEIVES = "receives"
"""The fact that says what a person draws already (MEANING M19)."""
TOWNSHIP, ORDER, GOT, RIVAL = "township", ".order", ".got", ".rival"
"""Where a household lives, if a table says so; its place among the others; whether something is drawn, and whether a rival of it."""
_HOLDS = ".holds"


class Drawn:
    """What persons and households draw.

    Args:
        rules: of the day.
        persons: see `columns/frames.py`.
        households: likewise.
    """

    def __init__(self, rules: Rules, persons: pl.DataFrame, households: pl.DataFrame) -> None:
        """Takes of both what is needed."""
        self.rules = rules
        null = pl.lit(None, pl.String)
        where = [pl.col(name) if name in households.columns else null.alias(name) for name in (COUNTY, TOWNSHIP)]
        self.homes = households.select(HOME, *where).with_row_index(ORDER)
        self.tables = (persons, households)
        nothing = pl.lit(None, pl.List(pl.String)).alias(RECEIVES)
        self.told = persons.select(HOME, ID, pl.col(RECEIVES) if RECEIVES in persons.columns else nothing)
        self.people = self.told.join(self.homes, on=HOME, how="left", maintain_order="left")
        self.rivals = _rivals(rules)

    def of(self, id: str, *, whole: bool) -> pl.DataFrame:
        """Returns who draws an entitlement, in the order of persons, or of households, and who draws a rival of it.

        Somebody draws it where the table says so, or where a fact is as a grant would make it; a household where any member
        does. It is not drawn where neither is so, and one of them is known.

        Args:
            id: of the entitlement.
            whole: whether it is for whole households.
        """
        others = self.rivals.get(id, frozenset())
        if not whole:
            told = pl.col(RECEIVES).list.contains(id)
            mine = self.people.with_columns(_either(told, self._status(id, 0)).alias(GOT))
            theirs = [each for each in others if self._is_whole(each)]
            own = _any(each for each in others if not self._is_whole(each)).alias(RIVAL)
            with_home = mine.with_columns(own).join(self._holding(theirs), on=HOME, how="left", maintain_order="left")
            return with_home.with_columns(pl.col(RIVAL) | pl.col(_HOLDS).fill_null(value=False))
        got = self.told.select(HOME, pl.col(RECEIVES).list.contains(id).alias(GOT), self._status(id, 0).alias(_HOLDS))
        found = got.group_by(HOME).agg(_some(GOT), _some(_HOLDS))
        table = self.homes.join(found, on=HOME, how="left", maintain_order="left")
        table = table.with_columns(_either(_either(pl.col(GOT), table[_HOLDS]), self._status(id, 1)).alias(GOT))
        table = table.drop(_HOLDS)
        held = table.join(self._holding(others), on=HOME, how="left", maintain_order="left")
        return held.with_columns(pl.lit(None, pl.String).alias(ID), pl.col(_HOLDS).fill_null(value=False).alias(RIVAL))

    def _status(self, id: str, owner: int) -> pl.Series:
        """Returns whether the facts of persons (0) or households (1) are as a grant would make them; null where not known."""
        table = self.tables[owner]
        told = statuses(self.rules, id).items()
        each = [pl.col(name).is_in(list(values)) for name, values in told if name in table.columns]
        nothing = pl.Series(_HOLDS, [None] * len(table), dtype=pl.Boolean)
        return table.select(pl.any_horizontal(each).alias(_HOLDS))[_HOLDS] if each else nothing

    def _is_whole(self, id: str) -> bool:
        return self.rules.pack.entitlement(id).subject == HOUSEHOLD

    def _holding(self, ids: Iterable[str]) -> pl.DataFrame:
        """Returns the households in which somebody draws one of several entitlements."""
        holds = self.told.filter(_any(ids)).select(HOME).unique()
        return holds.with_columns(pl.lit(value=True).alias(_HOLDS))

    def elsewhere(self, ids: Iterable[str]) -> pl.DataFrame:
        """Returns who draws one of several entitlements, each once for a person, or for a household where it is for them all."""
        wanted = list(ids)
        whole = [id for id in wanted if self._is_whole(id)]
        each = self.people.select(HOME, ID, pl.col(RECEIVES).alias("entitlement")).explode("entitlement")
        mine = pl.when(pl.col("entitlement").is_in(whole)).then(pl.lit(None, pl.String)).otherwise(ID).alias(ID)
        told = each.filter(pl.col("entitlement").is_in(wanted)).with_columns(mine).unique(maintain_order=True)
        return told.join(self.homes, on=HOME, how="left", maintain_order="left")


def _either(one: pl.Expr, other: pl.Series) -> pl.Expr:
    """Returns whether one of two is so, and not where neither is and one is known."""
    both = pl.lit(other)
    return (one | both).fill_null(one.fill_null(both))


def _some(name: str) -> pl.Expr:
    """Returns whether something is so of anybody in a group, and not so where it is not so of all."""
    one = pl.col(name)
    known = pl.when(one.any()).then(pl.lit(value=True)).when(one.is_not_null().all()).then(pl.lit(value=False))
    return known.alias(name)


def _any(ids: Iterable[str]) -> pl.Expr:
    """Returns whether a person surely draws one of several entitlements."""
    held = [pl.col(RECEIVES).list.contains(id).fill_null(value=False) for id in ids]
    return pl.any_horizontal(pl.lit(value=False), *held)


def _rivals(rules: Rules) -> dict[str, frozenset[str]]:
    """Returns, for each entitlement that may not be drawn beside others, those others."""
    found: dict[str, set[str]] = {}
    for one in (ruling.entitlement for ruling in rules.state.rulings):
        for other in (*one.not_with, *one.higher_of):
            found.setdefault(one.id, set()).add(other)
            found.setdefault(other, set()).add(one.id)
    return {id: frozenset(others) for id, others in found.items()}
