"""A city laid down in a folder: its two tables, and beside them where wrong cells were planted."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import polars as pl
from xlsxwriter.exceptions import XlsxWriterException

from eligibility.errors import Lacking
from eligibility.invented.city import City
from eligibility.invented.damage import planted
from eligibility.invented.draws import Draws
from eligibility.invented.files import Csv, Excel, Parquet
from eligibility.invented.written import AS_OF, Hand
from eligibility.schema import Owner
from eligibility.words import Words

Form = Literal["parquet", "csv", "xlsx"]
TABLES: dict[Owner, str] = {"person": "persons", "household": "households"}
"""The names of the two tables, by whose facts they hold."""
DAMAGED = "damaged.jsonl"
"""The file that says where wrong cells were planted, one a line."""


@dataclass
class Laid:
    """What was laid down.

    Args:
        people: how many rows of persons.
        households: how many rows of households.
        damaged: how many cells are wrong.
        files: those that were written.
    """

    people: int = 0
    households: int = 0
    damaged: int = 0
    files: tuple[Path, ...] = ()


def places(folder: Path, form: Form) -> list[Path]:
    """Returns the files that a city comes to in a folder."""
    return [*(folder / f"{name}.{form}" for name in TABLES.values()), folder / DAMAGED]


def lay(
    city: City, hand: Hand, folder: Path, form: Form, damage: float, told: Callable[[int], None] = lambda _: None
) -> Laid:
    """Writes a city into a folder, over what is there.

    Args:
        city: to be invented.
        hand: how it is written.
        folder: an existing one.
        form: of the tables.
        damage: the share of cells that are made wrong.
        told: is told how many people are written, block after block.

    Raises:
        OSError: a file cannot be written.
        Lacking: the disk is full; nothing is left of what was begun.
    """
    laid = Laid()
    with _room(), TemporaryDirectory(dir=folder, prefix=".") as scratch:
        tables = {owner: _table(hand, owner, folder, Path(scratch), form) for owner in TABLES}
        wrong = Path(scratch) / DAMAGED
        for persons, households in city.blocks():
            frames: dict[Owner, pl.DataFrame] = {"person": persons, "household": households}
            counted: dict[Owner, int] = {"person": laid.people, "household": laid.households}
            for owner, frame in frames.items():
                block, cells = _written(frame, owner, hand, form, damage, Draws(city.seed), counted[owner])
                tables[owner].add(block)
                _note(cells, wrong, tables[owner].path.name)
                laid.damaged += cells.height
            laid.people += persons.height
            laid.households += households.height
            told(laid.people)
        for table in tables.values():
            table.close()
        (folder / DAMAGED).unlink(missing_ok=True)
        if damage:
            wrong.replace(folder / DAMAGED)
    laid.files = tuple(path for path in places(folder, form) if path.exists())
    return laid


@contextmanager
def _room() -> Iterator[None]:
    """Says of a full disk that it is full; Polars tells it by a text alone."""
    try:
        yield
    except (OSError, pl.exceptions.PolarsError, XlsxWriterException) as error:
        if getattr(error, "errno", None) != errno.ENOSPC and os.strerror(errno.ENOSPC) not in str(error):
            raise
        advice = Words("腾出空间，或换一个文件夹、少要一些人", "make room, or take another folder, or fewer people")
        raise Lacking(Words("磁盘已满", "the disk is full"), advice) from None


def _table(hand: Hand, owner: Owner, folder: Path, scratch: Path, form: Form) -> Parquet | Csv | Excel:
    path, headings = folder / f"{TABLES[owner]}.{form}", hand.headings(owner)
    if form == "parquet":
        return Parquet(path, scratch)
    if form == "csv":
        return Csv(path, scratch, headings, "gb18030" if hand.office else "utf-8")
    kinds = {fact.name: fact.type for fact in hand.facts(owner)} | {AS_OF: "date"}
    return Excel(path, scratch, headings, kinds, office=hand.office)


def _written(
    frame: pl.DataFrame, owner: Owner, hand: Hand, form: Form, damage: float, draws: Draws, first: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns a block as it is written, and where wrong cells stand in it."""
    written = hand.typed(frame, owner) if form == "parquet" else hand.texts(frame, owner)
    found = planted(written, hand.facts(owner), damage, draws, first)
    return found.frame, found.cells.with_columns(pl.col("column").replace(hand.headings(owner)))


def _note(cells: pl.DataFrame, path: Path, name: str) -> None:
    with path.open("ab") as file:
        file.write(cells.select(pl.lit(name).alias("file"), "row", "column").write_ndjson().encode())
