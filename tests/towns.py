"""Households as offices write them: drawn profiles in tables of every kind, each value in one of the forms that are usual."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from packs_for_tests import shipped

from eligibility.columns.frames import to_profiles
from eligibility.money import yuan
from eligibility.profile import Profile
from eligibility.schema import Fact
from eligibility.tables.chunks import Chunk, People

DAY = date(2017, 12, 31)
PACK = shipped()
RULES = PACK.on(DAY)
SCHEMA = PACK.contents.schema
FACTS = SCHEMA.facts
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
Form = Callable[[Any, Fact], str]

FORMS: Mapping[str, tuple[Form, ...]] = {
    "bool": (
        lambda value, _: "是" if value else "否",
        lambda value, _: "√" if value else "×",
        lambda value, _: "1" if value else "0",
        lambda value, _: "true" if value else "no",
    ),
    "count": (
        lambda value, _: str(value),
        lambda value, _: str(value).translate(_WIDE),
        lambda value, _: f" {value} ",
    ),
    "money": (
        lambda value, _: yuan(value),
        lambda value, _: f"{value / 100:,.2f}",
        lambda value, _: f"￥{yuan(value)}元",
        lambda value, _: f"{value // 10**6}.{value % 10**6:06}万".replace(".000000", ""),
    ),
    "date": (
        lambda value, _: str(value),
        lambda value, _: f"{value.year:04}/{value.month}/{value.day}",
        lambda value, _: f"{value.year:04}年{value.month:02}月{value.day:02}日",
        lambda value, _: f"{value:%Y%m%d}".rjust(8, "0"),
    ),
    "choice": (
        lambda value, _: value,
        lambda value, fact: fact.values[value].zh,
        lambda value, fact: fact.values[value].en,
    ),
    "place": (
        lambda value, _: value,
        lambda value, _: PACK.contents.places[value].zh if value in PACK.contents.places else value,
    ),
    "set": (lambda value, _: "、".join(sorted(value)) or "无", lambda value, _: ", ".join(sorted(value)) or "none"),
    "text": (lambda value, _: value,),
}
"""The usual forms of each type; the first is the strict one."""


def named(profiles: Iterable[Profile]) -> list[Profile]:
    """Returns profiles that have members, under ids of their own."""
    return [replace(each, id=f"户{at}", as_of=None) for at, each in enumerate(profiles, 1) if each.members]


def said(profile: Profile) -> dict[str, Any]:
    """Returns what a strict profile would state."""

    def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: _strict(name, value) for name, value in facts.items()}

    return {
        "id": profile.id,
        "household": plain(profile.household),
        "members": [plain(each) for each in profile.members],
    }


def _strict(name: str, value: Any) -> Any:  # noqa: ANN401 - a value of a fact
    fact = FACTS.get(name)
    if fact is None or fact.type in {"bool", "count"}:
        return value
    return sorted(value) if fact.type == "set" else FORMS[fact.type][0](value, fact)


def cell(name: str, value: Any, chance: random.Random | None = None) -> str:  # noqa: ANN401 - a value of a fact
    """Returns a value as an office might write it; strictly where nothing is left to chance."""
    fact = FACTS.get(name)
    if value is None:
        return chance.choice(["", "", "不知道", "—", "?"]) if chance else ""
    if fact is None:
        return str(value)
    forms = FORMS[fact.type]
    return (chance.choice(forms) if chance else forms[0])(value, fact)


def heading(name: str, chance: random.Random | None = None) -> str:
    """Returns what a column might be headed with."""
    keys = {"household_id": "户 号", "id": "成员编号", "as_of": "as_of"}
    if chance is None or chance.random() < 0.5:
        return name
    return FACTS[name].label[chance.choice(["zh", "en"])] if name in FACTS else keys[name]


def rows(profiles: Sequence[Profile], *, together: bool = True) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Returns the rows of persons and of households; household facts stand with the persons where `together`."""
    homes = [{"household_id": each.id, **each.household} for each in profiles]
    people = [
        {"household_id": each.id, **member, **(each.household if together else {})}
        for each in profiles
        for member in each.members
    ]
    return people, homes


def columns(table: Sequence[Mapping[str, Any]]) -> list[str]:
    """Returns every name that a row has, keys first."""
    return list(dict.fromkeys(name for row in table for name in row)) or ["household_id"]


def text(table: Sequence[Mapping[str, Any]], chance: random.Random, separator: str = ",") -> str:
    """Returns a table as text, in forms and under headings that are left to chance."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=chance.choice(["\n", "\r\n"]))
    names = columns(table)
    writer.writerow([heading(name, chance) for name in names])
    writer.writerows([[cell(name, row.get(name), chance) for name in names] for row in table])
    return out.getvalue()


def parquet(table: Sequence[Mapping[str, Any]], path: Path, chance: random.Random) -> None:
    """Writes a table in Parquet, some columns with types of their own, others as texts."""
    series = []
    for name in columns(table):
        values = [row.get(name) for row in table]
        fact = FACTS.get(name)
        if chance.random() < 0.3 or fact is None:
            series.append(pl.Series(name, [cell(name, value, chance) for value in values], dtype=pl.String))
        elif fact.type == "money":
            series.append(_money(name, values, chance))
        elif fact.type == "set":
            lists = [None if value is None else sorted(value) for value in values]
            series.append(pl.Series(name, lists, dtype=pl.List(pl.String)))
        else:
            series.append(pl.Series(name, values))
    pl.DataFrame(series).write_parquet(path)


def _money(name: str, values: Sequence[int | None], chance: random.Random) -> pl.Series:
    kind = chance.choice(["fen", "float", "text"])
    if kind == "fen":
        return pl.Series(f"{name}_fen", values, dtype=pl.Int64)
    if kind == "float":
        return pl.Series(name, [None if value is None else value / 100 for value in values], dtype=pl.Float64)
    texts = [None if value is None else f"{value // 100}.{value % 100:02}" for value in values]
    return pl.Series(name, texts).cast(pl.Decimal(20, 4))


def workbook(table: Sequence[Mapping[str, Any]], path: Path, chance: random.Random) -> None:
    """Writes a table as a workbook, some values as texts, others as numbers, days and booleans of its own."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy/m/d"})
        names = columns(table)
        for at, name in enumerate(names):
            sheet.write_string(0, at, heading(name, chance))
            for row, each in enumerate(table, 1):
                value, fact = each.get(name), FACTS.get(name)
                if fact is None or value is None or chance.random() < 0.4:
                    sheet.write_string(row, at, cell(name, value, chance))
                elif isinstance(value, bool):
                    sheet.write_boolean(row, at, value)
                elif isinstance(value, date) and value >= date(1910, 1, 2):
                    sheet.write_datetime(row, at, value, day)
                elif isinstance(value, int):
                    sheet.write_number(row, at, value / 100 if fact.type == "money" else value)
                else:
                    sheet.write_string(row, at, cell(name, value, chance))


def take(
    persons: Sequence[Path], households: Sequence[Path], work: Path, *, size: int = 7, mapping: Path | None = None
) -> list[Chunk]:
    """Returns the chunks of tables."""
    work.mkdir(exist_ok=True)
    return list(People.open(persons, households, RULES, mapping).chunks(work, size))


def profiles(chunks: Iterable[Chunk]) -> list[Profile]:
    """Returns the households of chunks."""
    return [
        each for chunk in chunks for each in to_profiles(chunk.persons, chunk.households, as_of=None, schema=SCHEMA)
    ]


def rejects(chunks: Iterable[Chunk]) -> list[tuple[str, int, str, str, str]]:
    """Returns what was refused: file, row, column, shape, reason in English."""
    return [
        (row["file"], row["row"], row["column"], row["value"], row["en"])
        for chunk in chunks
        for row in chunk.rejects.iter_rows(named=True)
    ]
