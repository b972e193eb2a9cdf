"""Two tables looked at before they are answered: names, types, keys and values that a fact cannot have are refused, all at once."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

import polars as pl

from eligibility.columns.frames import HOME, ID, dtype
from eligibility.errors import Problem, TableError
from eligibility.schema import Fact, Owner, Schema
from eligibility.words import Words

_TABLES: dict[Owner, Words] = {
    "person": Words("人员表", "the table of persons"),
    "household": Words("家庭表", "the table of households"),
}
_MISSPELT = 0.85
"""How like the name of a fact another column is that is taken for a slip."""


def vetted(schema: Schema, persons: pl.DataFrame, households: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns two tables that can be answered, without columns in which nothing stands.

    Args:
        schema: the vocabulary.
        persons: see `columns/frames.py`; other columns may stand there, and are not looked at.
        households: likewise.

    Raises:
        TableError: with everything that is wrong; no value of a person is in it.
    """
    tables: dict[Owner, pl.DataFrame] = {"person": persons, "household": households}
    problems = [
        Problem(
            Words(f"{_TABLES[owner].zh}：{found.message.zh}", f"{_TABLES[owner].en}: {found.message.en}"),
            help=found.help,
        )
        for owner, table in tables.items()
        for found in _of_table(schema, owner, table)
    ]
    problems += [] if problems else _astray(persons, households)
    if problems:
        raise TableError(problems)
    p, h = (table.drop(name for name, kind in table.schema.items() if kind == pl.Null) for table in tables.values())
    return p, h


def _of_table(schema: Schema, owner: Owner, table: pl.DataFrame) -> Iterator[Problem]:
    """Yields what is wrong with one table by itself."""
    keys = [HOME, ID] if owner == "person" else [HOME]
    gone = [key for key in keys if key not in table.columns]
    for key in gone:
        yield _problem(f"没有 `{key}` 列", f"there is no column `{key}`")
    if not gone:
        yield from _of_keys(table.select(keys))
    for name in table.columns:
        fact = schema.facts.get(name)
        if fact is None:
            yield from _unknown(schema, keys, name)
        elif fact.owner != owner:
            there = _TABLES[fact.owner]
            yield _problem(f"`{name}` 是{there.zh}的列", f"`{name}` belongs into {there.en}")
        elif table.schema[name] not in {dtype(fact), pl.Null}:
            yield _mistyped(fact, table.schema[name])
        elif table.schema[name] != pl.Null:
            yield from _of_values(fact, table[name])


def _of_keys(keys: pl.DataFrame) -> Iterator[Problem]:
    for key, kind in keys.schema.items():
        if kind != pl.String:
            yield _problem(f"`{key}` 是 {kind}，应是文字", f"`{key}` is {kind}, and should be text")
        elif keys[key].null_count():
            yield _problem(f"`{key}` 有空的", f"`{key}` is empty in {keys[key].null_count()} rows")
    twice = len(keys) - keys.unique().height
    if twice:
        both = "、".join(f"`{key}`" for key in keys.columns), " and ".join(f"`{key}`" for key in keys.columns)
        yield _problem(f"{both[0]} 有 {twice} 行重复", f"{twice} rows repeat {both[1]} of another one")


def _unknown(schema: Schema, keys: list[str], name: str) -> Iterator[Problem]:
    """Yields a column that is no fact, where it is so like one that it will be a slip."""
    near = [] if name in keys else get_close_matches(name, schema.facts, n=1, cutoff=_MISSPELT)
    if near:
        help_ = Words(
            f"是否想写 `{near[0]}`？不是就改个列名或去掉", f"did you mean `{near[0]}`? Else rename it or leave it out"
        )
        yield Problem(Words(f"没有叫 `{name}` 的事实", f"there is no fact `{name}`"), help=help_)


def _mistyped(fact: Fact, kind: pl.DataType) -> Problem:
    wanted = dtype(fact)
    told = "List(String)" if fact.type == "set" else wanted.__name__
    advice = Words("金额以分为单位，是整数", "money is whole fen") if fact.type == "money" else None
    zh, en = f"`{fact.name}` 是 {kind}，应是 {told}", f"`{fact.name}` is {kind}, and should be {told}"
    return Problem(Words(zh, en), help=advice)


def _of_values(fact: Fact, column: pl.Series) -> Iterator[Problem]:
    """Yields values that a fact cannot have, by their number."""
    low, high = fact.limits
    if fact.type == "choice":
        wrong = (~column.is_in(list(fact.values))).sum()
        told = Words("、".join(fact.values), ", ".join(fact.values))
    elif fact.type in {"count", "money"}:
        wrong = (~column.is_between(low, high)).sum()
        told = Words(f"{low} 到 {high}", f"{low} to {high}")
    else:
        return
    if wrong:
        zh, en = (
            f"`{fact.name}` 有 {wrong} 行的值不能有",
            f"`{fact.name}` has a value that it cannot have in {wrong} rows",
        )
        yield Problem(Words(zh, en), help=Words(f"能有的：{told.zh}", f"it can have: {told.en}"))


def _astray(persons: pl.DataFrame, households: pl.DataFrame) -> Iterator[Problem]:
    """Yields persons whose household has no row."""
    lost = persons.join(households, on=HOME, how="anti").height
    if lost:
        yield _problem(
            f"{lost} 人的户不在家庭表里", f"the households of {lost} persons are not in the table of households"
        )


def _problem(zh: str, en: str) -> Problem:
    return Problem(Words(zh, en))
