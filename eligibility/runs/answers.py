"""Answers as tables: long, a row for each answer, or wide, a row for each person and for each household."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from eligibility.columns.frames import HOME, ID
from eligibility.columns.onebyone import AMOUNT, AMOUNT_MISSING, MISSING, OUTCOMES
from eligibility.leaves import HOUSEHOLD
from eligibility.packs.calendar import Rules, Ruling

OUTCOME = pl.Enum(OUTCOMES)
LONG: dict[str, Any] = {
    HOME: pl.String,
    ID: pl.String,
    "entitlement": pl.String,
    "outcome": OUTCOME,
    "amount_fen": pl.Int64,
    "per": pl.String,
    "missing": pl.String,
    "amount_missing": pl.String,
}
"""The columns of a long table; `id` is null where an answer is about the whole household."""
_HOME, _MEMBER, _ORDER = ".home", ".member", ".order"
"""Columns in between; no id of an entitlement begins with a point."""
_BITS_OF_MEMBER, _BITS_OF_RULING = 32, 12


def asked(rules: Rules, only: Sequence[str]) -> list[Ruling]:
    """Returns what is asked: all that is in force, or of that what was chosen."""
    return [each for each in rules.state.rulings if not only or each.entitlement.id in only]


def long(
    rulings: Sequence[Ruling], persons: pl.DataFrame, households: pl.DataFrame, *, everything: bool = False
) -> pl.DataFrame:
    """Returns a row for each answer: household by household, entitlement by entitlement, members as listed.

    Args:
        rulings: what was asked.
        persons: answers as `targets/columnar.answer` gives them.
        households: likewise; their order is that of the rows.
        everything: whether what is closed has rows too.
    """
    order = households.lazy().select(HOME).with_row_index(_HOME)
    mine = persons.lazy().with_row_index(_MEMBER, offset=1).join(order, on=HOME, how="left", maintain_order="left")
    ours = (
        households.lazy()
        .with_row_index(_HOME)
        .with_columns(pl.lit(None, pl.String).alias(ID), pl.lit(0, pl.UInt32).alias(_MEMBER))
    )
    blocks = [
        _block(ours if each.entitlement.subject == HOUSEHOLD else mine, each, at, everything=everything)
        for at, each in enumerate(rulings)
    ]
    if not blocks:
        return pl.DataFrame(schema=LONG)
    return pl.concat(blocks).sort(_ORDER).select(*LONG).collect()


def _block(answers: pl.LazyFrame, ruling: Ruling, at: int, *, everything: bool) -> pl.LazyFrame:
    id, benefit = ruling.entitlement.id, ruling.body.benefit
    place = pl.col(_HOME).cast(pl.Int64) * 2 ** (_BITS_OF_MEMBER + _BITS_OF_RULING)
    per = pl.when(pl.col(id + AMOUNT).is_not_null()).then(pl.lit(benefit.per if benefit else None, pl.String))
    return answers.filter(pl.col(id).is_not_null() if everything else pl.col(id) > 0).select(
        (place + at * 2**_BITS_OF_MEMBER + pl.col(_MEMBER).cast(pl.Int64)).alias(_ORDER),
        HOME,
        ID,
        pl.lit(id).alias("entitlement"),
        _named(id).alias("outcome"),
        pl.col(id + AMOUNT).alias("amount_fen"),
        per.alias("per"),
        pl.col(id + MISSING).alias("missing"),
        pl.col(id + AMOUNT_MISSING).alias("amount_missing"),
    )


def wide(rulings: Sequence[Ruling], answers: pl.DataFrame) -> pl.DataFrame:
    """Returns a row for each person, or each household, outcomes by name.

    Args:
        rulings: what was asked.
        answers: as `targets/columnar.answer` gives them.
    """
    ids = [each.entitlement.id for each in rulings]
    return answers.with_columns(_named(id).alias(id) for id in ids if id in answers.columns)


def _named(id: str) -> pl.Expr:
    """Returns outcomes by name instead of by number."""
    return pl.lit(pl.Series(OUTCOMES, dtype=OUTCOME)).gather(pl.col(id).cast(pl.UInt32))


def outcomes(rulings: Sequence[Ruling], persons: pl.DataFrame, households: pl.DataFrame) -> tuple[int, ...]:
    """Returns how many answers have each of the outcomes, in the order of `OUTCOMES`."""
    found = [0] * len(OUTCOMES)
    for each in rulings:
        column = (households if each.entitlement.subject == HOUSEHOLD else persons)[each.entitlement.id]
        for at in range(len(OUTCOMES)):
            found[at] += int((column == at).sum())
    return tuple(found)
