"""Gaps as registers have them: a county that never delivered one, people whom it does not hold, and fields left empty."""

from __future__ import annotations

import polars as pl

from eligibility.invented.draws import COUNTY, HOUSE, KEY, Draws
from eligibility.invented.table import Assumptions
from eligibility.schema import Fact, Owner, Schema


def with_gaps(
    frame: pl.LazyFrame, schema: Schema, owner: Owner, share: float, table: Assumptions, draws: Draws
) -> pl.LazyFrame:
    """Returns a table in which cells are empty as in registers.

    Half of what is missing is missing for whole counties, a quarter for single people, a quarter for single cells. The facts that
    one paper proves come from one register; a fact that none proves has a register of its own.

    Args:
        frame: with the facts of the owner, `residence_county`, and the numbers of the rows.
        schema: the vocabulary of the pack.
        owner: whose facts.
        share: of the cells that are empty, about.
        table: what is assumed of papers and facts.
        draws: of the city.
    """
    key = KEY if owner == "person" else HOUSE
    columns = []
    for fact in schema.of(owner):
        rate = min(1.0, share * _weight(fact, table))
        if rate > 0:
            register = fact.document or fact.name
            rest = 1 - (1 - rate) ** 0.25
            missing = _county(register, 1 - (1 - rate) ** 0.5, draws)
            missing |= draws(f"gap/{register}", key) < rest
            missing |= draws(f"gap/{register}/{fact.name}", key) < rest
            columns.append(pl.when(~missing).then(pl.col(fact.name)).alias(fact.name))
    return frame.with_columns(columns)


def _weight(fact: Fact, table: Assumptions) -> float:
    facts, papers = table.gaps["facts"], table.gaps["papers"]
    return facts.get(fact.name, papers.get(fact.document or "", 1.0))


def _county(register: str, rate: float, draws: Draws) -> pl.Expr:
    """Returns whether a county did not deliver a register: the same for all its people."""
    return draws(f"gap/{register}", COUNTY) < rate
