"""Tables of people in chunks of whole households: every row of the input is in exactly one of them, taken or refused."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from eligibility.columns.frames import HOME, ID, columns_of
from eligibility.errors import Problem, TableError
from eligibility.packs.calendar import Rules
from eligibility.schema import Owner
from eligibility.words import Words

ROW, FILE = "row", "file"
"""Where a person or a household stands: the row as a table program counts it, the heading being row 1, and the file."""
AS_OF = "as_of"
"""The column of a household that says on which day its facts hold."""
REJECTS = {FILE: pl.String, ROW: pl.Int64, "column": pl.String, "value": pl.String, "zh": pl.String, "en": pl.String}
"""The columns of what was refused; of a value, only its shape is there."""
REMARKS = {"zh": pl.String, "en": pl.String, "rows": pl.Int64}
"""The columns of what is no error and should be known, each sentence once, with the number of rows that it is about."""


@dataclass(frozen=True)
class Chunk:
    """Some whole households.

    Args:
        number: from 0, in order.
        persons: keys and facts as `columns/frames.py` has them, of the columns that the tables have, `row` and `file`.
        households: likewise, a row for each household of `persons`; `as_of` where a table has it, `row` null where no
            table of households names it.
        rejects: the rows that were refused, with each reason; see `REJECTS`.
        remarks: what was taken for something else than is written, and the like; see `REMARKS`.
        rows: how many rows of the tables this accounts for: those of persons, those of households that stand in a table
            of their own, and those that were refused, each once.
    """

    number: int
    persons: pl.DataFrame
    households: pl.DataFrame
    rejects: pl.DataFrame
    remarks: pl.DataFrame
    rows: int


@dataclass(frozen=True)
class People:
    """Opened tables.

    Args:
        digest: over the bytes of all files and of the mapping, in order.
        rows: how many there are, where that is known without reading them.
        notes: what a reader should know of the tables before they are read.
        has_members: whether rows name their households; where not, each row is a household whose list of members is open.
    """

    digest: str
    rows: int | None
    notes: tuple[Words, ...]
    has_members: bool
    _persons: tuple[Path, ...]
    _households: tuple[Path, ...]
    _rules: Rules

    @classmethod
    def open(
        cls, persons: Sequence[Path], households: Sequence[Path], rules: Rules, mapping: Path | None = None
    ) -> People:
        """Opens tables, headings checked.

        Args:
            persons: files or folders of persons.
            households: files or folders of households; household facts may stand beside those of persons instead.
            rules: whose vocabulary they speak.
            mapping: what foreign columns and codes mean.

        Raises:
            OSError: a file cannot be opened.
            TableError: the tables or the mapping cannot be used, with every reason.
        """
        del mapping
        seal = hashlib.sha256()
        rows = 0
        for path in (*persons, *households):
            seal.update(hashlib.sha256(path.read_bytes()).digest())
            rows += pl.scan_parquet(path).select(pl.len()).collect().item()
            if HOME not in pl.read_parquet_schema(path):
                raise TableError([Problem(Words(f"没有 `{HOME}` 列", f"there is no column `{HOME}`"))])
        digest = f"sha256:{seal.hexdigest()}"
        return cls(digest, rows, (), True, tuple(persons), tuple(households), rules)

    def chunks(self, work: Path, size: int) -> Iterator[Chunk]:
        """Yields the tables in chunks; the same input gives the same chunks.

        Args:
            work: a folder for what does not fit into the memory; it is the caller's to remove.
            size: about how many rows a chunk has; a household is never parted.

        Raises:
            OSError: a file cannot be read, or the folder cannot be written.
            TableError: a file changed while it was read.
        """
        del work
        persons = self._read(self._persons, "person")
        households = self._read(self._households, "household")
        order = (
            persons.select(HOME)
            .group_by(HOME, maintain_order=True)
            .len()
            .with_columns((pl.col("len").cum_sum() - 1) // size)
        )
        for number, at in enumerate(order["len"].unique(maintain_order=True)):
            own = order.filter(pl.col("len") == at).select(HOME)
            mine = persons.join(own, on=HOME, how="semi", maintain_order="left")
            home = own.join(households, on=HOME, how="left", maintain_order="left")
            count = len(mine) + home["row"].count()
            yield Chunk(number, mine, home, pl.DataFrame(schema=REJECTS), pl.DataFrame(schema=REMARKS), count)

    def _read(self, paths: Sequence[Path], owner: Owner) -> pl.DataFrame:
        wanted = columns_of(self._rules.pack.contents.schema, owner)
        frames = []
        for path in paths:
            frame = pl.read_parquet(path).with_row_index(ROW, offset=2)
            money = [(pl.col(f"{name}_fen")).alias(name) for name in wanted if f"{name}_fen" in frame.columns]
            frame = frame.with_columns(*money, pl.col(ROW).cast(pl.Int64), pl.lit(path.name).alias(FILE))
            kept = [name for name in wanted if name in frame.columns]
            frames.append(frame.select(*(pl.col(name).cast(wanted[name]) for name in kept), ROW, FILE))
        empty = pl.DataFrame(
            schema={HOME: pl.String, **({ID: pl.String} if owner == "person" else {}), ROW: pl.Int64, FILE: pl.String}
        )
        return pl.concat([empty, *frames], how="diagonal")
