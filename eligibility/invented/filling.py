"""What was invented in the form of a pack: a column for each of its facts, drawn from its type where nothing is assumed of it."""

from __future__ import annotations

from datetime import date

import polars as pl

from eligibility import ir
from eligibility.columns.frames import dtype
from eligibility.invented.assume import DAYS_OLD, ago
from eligibility.invented.draws import HOUSE, KEY, Draws, picked, spread
from eligibility.invented.homes import BARE
from eligibility.invented.table import assumptions
from eligibility.ir import Expr
from eligibility.leaves import reads
from eligibility.packs.calendar import Rules
from eligibility.schema import Fact, Owner

_WIDEST, _LATEST = 100, 3_650
"""A number of which nothing is assumed lies so far from its least at most; a day is so many days ago at most."""
_YES = 0.15
_PURSE = (0, 30_000, 120_000, 280_000, 600_000)
"""Fen, as marks between which equally many sums lie of which nothing is assumed."""


def filled(frame: pl.LazyFrame, rules: Rules, owner: Owner, draws: Draws) -> pl.LazyFrame:
    """Returns a table with the columns of a pack for an owner, beside what helps to invent.

    A value that the pack does not know of a fact, or that lies outside its range, is left out, and so is a fact that does not
    apply (MEANING M14). What follows from other facts is stated only where it was invented with all of them, and a fact that
    is bound to others by a rule only where something is assumed of it.

    Args:
        frame: with the columns that were invented.
        rules: of the day on which the facts hold.
        owner: whose facts.
        draws: of the city.
    """
    there, schema = frame.collect_schema(), rules.pack.contents.schema
    mine = assumptions().facts | BARE
    bound = {name for rule in schema.integrity for name in reads(rule.holds.expr, rules).names()}
    columns = []
    for fact in schema.of(owner):
        follows = fact.derive is not None and not mine.issuperset(reads(fact.derive.expr, rules).names())
        value = pl.lit(None)
        if there.get(fact.name) == dtype(fact) and not follows:
            value = _possible(fact, pl.col(fact.name))
        elif fact.derive is None and fact.name not in bound:
            value = _possible(fact, _drawn(fact, owner, draws, rules.day))
        columns.append(value.cast(dtype(fact)).alias(fact.name))
    frame = frame.with_columns(columns)
    for fact in schema.of(owner):
        if fact.only_if is not None:
            applies = _holds(fact.only_if.expr).fill_null(value=True)
            frame = frame.with_columns(pl.when(applies).then(pl.col(fact.name)).alias(fact.name))
    return frame


def _possible(fact: Fact, value: pl.Expr) -> pl.Expr:
    if fact.type == "choice":
        return pl.when(value.is_in(list(fact.values))).then(value)
    if fact.type in {"count", "money"}:
        return pl.when(value.is_between(*fact.limits)).then(value)
    return value


def _drawn(fact: Fact, owner: Owner, draws: Draws, day: date) -> pl.Expr:
    """Returns values of a fact of which only its type is known; texts have none, nor have sets."""
    drawn = draws(fact.name, KEY if owner == "person" else HOUSE)
    low, high = fact.limits
    county = pl.col("residence_county")
    past = pl.lit(_LATEST) if owner == "household" else pl.col(DAYS_OLD).clip(upper_bound=_LATEST)
    by_type = {
        "bool": drawn < _YES,
        "choice": picked(drawn, dict.fromkeys(fact.values, 1 / max(1, len(fact.values)))),
        "count": (low + drawn * (min(high, low + _WIDEST) - low + 1)).floor().cast(pl.Int64),
        "money": spread(drawn, _PURSE).floor().cast(pl.Int64).clip(low, high),
        "date": ago((drawn * past).floor(), day),
        "place": county if fact.level == "county" else county.str.slice(0, 2),
    }
    return by_type.get(fact.type, pl.lit(None))


def _holds(expr: Expr) -> pl.Expr:
    """Returns whether a fact applies, null while that is not known: one `==`, `!=` or `in` on one fact (MEANING M14)."""
    match expr:
        case ir.Compare("==", ir.Fact(_, name), ir.Literal(value)):
            return pl.col(name).eq(pl.lit(value))
        case ir.Compare("!=", ir.Fact(_, name), ir.Literal(value)):
            return pl.col(name).ne(pl.lit(value))
        case ir.In(ir.Fact(_, name), values):
            return pl.col(name).is_in(list(values))
        case ir.Fact(_, name):
            return pl.col(name)
    msg = "a fact applies by one comparison of another one"
    raise ValueError(msg)
