"""Whole households from their rows: what is wrong among the rows of one refuses all of them; the rest becomes two tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from eligibility.columns.frames import HOME, ID
from eligibility.kinds import MOST_MEMBERS
from eligibility.tables.rows import BAD, FILE, MANY, REJECTS, ROW
from eligibility.words import Words

_INDEX = "index"
_TWICE = Words("这一户里有两行的成员标识相同", "two rows of this household have the same id")
_NUMBER = "resident_id"
_ONE_NUMBER = Words(
    "这一户里有两行的公民身份号码相同；同一人只列一次，或更正号码",
    "two rows of this household have the same resident number; list each person once, or correct the number",
)
_DIFFER = Words("这一户各行的值不一致", "the rows of this household do not agree on this")
_SEVERAL = Words("家庭表里这一户有两行", "two rows of the table of households are about this household")
_NOBODY = Words("人员表里没有这一户的人", "no person of this household is listed")
_OTHERS = Words("这一户另有一行被退回", "another row of this household was refused")
_WRONG: Mapping[str, Any] = {
    _INDEX: pl.UInt32,
    "at": pl.Int32,
    "column": pl.String,
    "value": pl.String,
    "zh": pl.String,
    "en": pl.String,
}


@dataclass(frozen=True)
class Form:
    """What the tables have.

    Args:
        persons: the columns of persons, keys first, each with its type; with an `id`, whether the tables have one or not.
        households: likewise of households; `as_of` where any table has it.
        own: the columns of households that stand in the tables of persons.
        names: of the tables of persons, then of those of households.
        headings: likewise; by number of a table and name of a fact or key, how it is headed there.
        numbered: whether members have no ids of their own.
        listed: whether there is a table of households.
        open: whether rows do not name their households, so that nobody knows who else is in them.
    """

    persons: Mapping[str, Any]
    households: Mapping[str, Any]
    own: tuple[str, ...]
    names: tuple[tuple[str, ...], tuple[str, ...]]
    headings: tuple[Mapping[tuple[int, str], str], Mapping[tuple[int, str], str]]
    numbered: bool
    listed: bool
    open: bool


@dataclass(frozen=True)
class Whole:
    """Whole households, and the rows of those that were refused.

    Args:
        persons: see `Chunk`.
        households: likewise.
        rejects: likewise.
        unlisted: how many households no table of households names although there is one.
    """

    persons: pl.DataFrame
    households: pl.DataFrame
    rejects: pl.DataFrame
    unlisted: int


def whole(persons: pl.DataFrame, households: pl.DataFrame, form: Form) -> Whole:
    """Returns the households of some rows.

    Args:
        persons: typed rows, with all rows of every household in them.
        households: the rows of the table of households that belong to them, and those of households without persons.
        form: what the tables have.
    """
    persons = _ordered(persons, form)
    households = households.with_row_index(_INDEX)
    wrong = pl.concat([_stated(persons), *_among(persons, form), *_against(persons, households, form)])
    wrong_homes = pl.concat([_stated(households), *_of_households(persons, households, form)])
    wrong_homes = pl.concat([wrong_homes, *_against(households, persons, form)])
    wrong, wrong_homes = (each.unique(maintain_order=True) for each in (wrong, wrong_homes))
    refused = pl.concat([_whose(persons, wrong), _whose(households, wrong_homes)]).drop_nulls().unique().implode()
    kept, gone = _parted(persons, refused)
    kept_homes, gone_homes = _parted(households, refused)
    told = [
        _told(rows, reasons, names, headings)
        for rows, reasons, names, headings in zip(
            (gone, gone_homes), (wrong, wrong_homes), form.names, form.headings, strict=True
        )
    ]
    homes = _homes(kept, kept_homes, form)
    unlisted = homes[ROW].null_count() if form.listed else 0
    return Whole(kept.select(*form.persons, ROW, _names(form.names[0])), homes, pl.concat(told), unlisted)


def _whose(rows: pl.DataFrame, wrong: pl.DataFrame) -> pl.Series:
    """Returns the households of the rows with which something is wrong."""
    return rows.join(wrong, on=_INDEX, how="semi")[HOME]


def _parted(rows: pl.DataFrame, refused: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns the rows that are kept, and those of no household or of one that is refused."""
    gone = pl.col(HOME).is_null() | pl.col(HOME).is_in(refused)
    return rows.filter(~gone), rows.filter(gone)


def _ordered(persons: pl.DataFrame, form: Form) -> pl.DataFrame:
    """Returns persons household by household, in the order of the first row of each; members without ids get theirs."""
    homes = persons.select(HOME).unique(maintain_order=True).with_row_index("home")
    found = persons.join(homes, on=HOME, how="left", maintain_order="left", nulls_equal=True)
    found = found.sort("home", maintain_order=True).drop("home")
    if form.numbered:
        number = pl.int_range(1, pl.len() + 1).over(HOME).cast(pl.String)
        found = found.with_columns((pl.lit("m") + number).alias(ID))
    return found.with_row_index(_INDEX)


def _stated(rows: pl.DataFrame) -> pl.DataFrame:
    """Returns what is wrong with the cells of rows."""
    bad = rows.filter(pl.col(BAD).is_not_null()).select(_INDEX, BAD)
    return bad.explode(BAD).unnest(BAD).select(*_WRONG) if len(bad) else pl.DataFrame(schema=_WRONG)


def _among(persons: pl.DataFrame, form: Form) -> Iterator[pl.DataFrame]:
    """Yields what is wrong among the persons of a household."""
    named = persons.filter(pl.col(HOME).is_not_null())
    if not form.numbered:
        yield _because(named.filter(pl.col(ID).is_not_null() & pl.struct(HOME, ID).is_duplicated()), ID, _TWICE)
    if _NUMBER in form.persons:
        numbered = named.filter(pl.col(_NUMBER).is_not_null())
        yield _because(numbered.filter(pl.struct(HOME, _NUMBER).is_duplicated()), _NUMBER, _ONE_NUMBER)
    yield _because(named.filter(pl.len().over(HOME) > MOST_MEMBERS), HOME, MANY)
    for name in form.own:
        value = _comparable(pl.col(name), form.households[name])
        stated = named.filter(pl.col(name).is_not_null())
        yield _because(stated.filter(value.n_unique().over(HOME) > 1), name, _DIFFER)


def _against(rows: pl.DataFrame, others: pl.DataFrame, form: Form) -> Iterator[pl.DataFrame]:
    """Yields the rows that say otherwise of their household than a row of the other kind of table."""
    for name in form.own if form.listed else ():
        if name not in rows.columns or name not in others.columns:
            continue
        value = _comparable(pl.col(name), form.households[name])
        stated = rows.filter(pl.col(name).is_not_null() & pl.col(HOME).is_not_null()).select(
            _INDEX, HOME, value.alias("one")
        )
        against = others.filter(pl.col(name).is_not_null()).select(HOME, value.alias("other"))
        differ = stated.join(against, on=HOME).filter(pl.col("one") != pl.col("other"))
        yield _because(differ.unique(_INDEX, maintain_order=True), name, _DIFFER)


def _of_households(persons: pl.DataFrame, households: pl.DataFrame, form: Form) -> Iterator[pl.DataFrame]:
    """Yields what is wrong among the rows of the table of households."""
    if form.listed:
        named = households.filter(pl.col(HOME).is_not_null())
        yield _because(named.filter(pl.col(HOME).is_duplicated()), HOME, _SEVERAL)
        yield _because(named.join(persons, on=HOME, how="anti"), HOME, _NOBODY)


def _comparable(value: pl.Expr, kind: Any) -> pl.Expr:  # noqa: ANN401 - a type of Polars
    return value.list.join("\n") if isinstance(kind, pl.List) else value


def _because(rows: pl.DataFrame, column: str, words: Words) -> pl.DataFrame:
    """Returns rows with a reason."""
    return rows.select(
        pl.col(_INDEX).cast(pl.UInt32),
        pl.lit(-1, dtype=pl.Int32).alias("at"),
        pl.lit(column).alias("column"),
        pl.lit("").alias("value"),
        pl.lit(words.zh).alias("zh"),
        pl.lit(words.en).alias("en"),
    )


def _told(
    rows: pl.DataFrame, wrong: pl.DataFrame, names: Sequence[str], headings: Mapping[tuple[int, str], str]
) -> pl.DataFrame:
    """Returns the rows that were refused with each reason; those that are well themselves with that of the others."""
    called = pl.DataFrame(
        [(file, name, heading) for (file, name), heading in headings.items()],
        schema={FILE: pl.Int32, "column": pl.String, "heading": pl.String},
        orient="row",
    )
    own = rows.select(_INDEX, ROW, FILE).join(wrong, on=_INDEX, how="left", maintain_order="left")
    own = own.join(called, on=[FILE, "column"], how="left", maintain_order="left")
    own = own.sort(FILE, ROW, "at", maintain_order=True)
    return own.select(
        _names(names),
        ROW,
        pl.when(pl.col("at") < 0).then(pl.col("heading")).fill_null(pl.col("column")).fill_null("").alias("column"),
        pl.col("value").fill_null(""),
        pl.col("zh").fill_null(_OTHERS.zh),
        pl.col("en").fill_null(_OTHERS.en),
    ).cast(pl.Schema(REJECTS))


def _names(names: Sequence[str]) -> pl.Expr:
    numbers = list(range(len(names)))
    return pl.col(FILE).replace_strict(numbers, list(names), return_dtype=pl.String, default=None).alias(FILE)


def _homes(persons: pl.DataFrame, households: pl.DataFrame, form: Form) -> pl.DataFrame:
    """Returns a row for each household, with what both kinds of tables say of it."""
    stated = [pl.col(name).drop_nulls().first().alias(f"{name}.own") for name in form.own]
    homes = persons.group_by(HOME, maintain_order=True).agg(*stated)
    homes = homes.join(households.drop(_INDEX, BAD), on=HOME, how="left", maintain_order="left")
    columns = [_either(name, homes.columns, kind) for name, kind in form.households.items() if name != HOME]
    found = homes.select(HOME, *columns, ROW, _names(form.names[1]))
    if form.open:
        complete = pl.col("members_complete") if "members_complete" in found.columns else pl.lit(None, dtype=pl.Boolean)
        found = found.with_columns(complete.fill_null(value=False).alias("members_complete"))
        found = found.select(*(name for name in found.columns if name not in {ROW, FILE}), ROW, FILE)
    return found


def _either(name: str, there: Sequence[str], kind: Any) -> pl.Expr:  # noqa: ANN401 - a type of Polars
    values = [pl.col(each) for each in (name, f"{name}.own") if each in there]
    return pl.coalesce(values).cast(kind).alias(name)
