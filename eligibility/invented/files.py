"""The files of an invented city: written block by block, never the whole city in memory, each put in its place when it is whole."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

MOST_ROWS = 1_048_575
"""How many rows stand in a sheet below its heading."""
_GROUP = 100_000
"""Rows of a group of a Parquet file: always as many, so that no number of processors changes a byte."""
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook knows no time zones
_FIRST_DAY = date(1910, 1, 2)
"""An earlier day is written as a text: as a number it would rather be a year or a slip."""


class Parquet:
    """A Parquet file; blocks are kept beside it until all are there.

    Args:
        path: of the file.
        scratch: an empty folder for the blocks.
    """

    def __init__(self, path: Path, scratch: Path) -> None:
        """Begins without a block."""
        self.path, self.scratch = path, scratch
        self.parts: list[Path] = []

    def add(self, frame: pl.DataFrame) -> None:
        """Adds a block."""
        self.parts.append(self.scratch / f"{self.path.stem}-{len(self.parts):05}.parquet")
        frame.write_parquet(self.parts[-1], row_group_size=_GROUP, compression_level=1)

    def close(self) -> None:
        """Makes one file of the blocks."""
        whole = self.scratch / self.path.name
        pl.scan_parquet(self.parts).sink_parquet(whole, row_group_size=_GROUP)
        whole.replace(self.path)


class Csv:
    """A CSV file.

    Args:
        path: of the file.
        scratch: a folder in which it grows.
        headings: what stands above each column.
        encoding: `utf-8`, which gets a BOM so that table programs know it, or `gb18030`.
    """

    def __init__(self, path: Path, scratch: Path, headings: Mapping[str, str], encoding: str) -> None:
        """Writes the headings."""
        self.path, self.whole, self.encoding = path, scratch / path.name, encoding
        self.file = self.whole.open("wb")
        self.file.write(codecs.BOM_UTF8 if encoding == "utf-8" else b"")
        self.file.write(pl.DataFrame(schema=list(headings.values())).write_csv().encode(encoding))

    def add(self, frame: pl.DataFrame) -> None:
        """Adds a block of texts."""
        self.file.write(frame.write_csv(include_header=False).encode(self.encoding))

    def close(self) -> None:
        """Ends the file and puts it in its place."""
        self.file.close()
        self.whole.replace(self.path)


class Excel:
    """A workbook of one sheet, written row by row.

    Args:
        path: of the file.
        scratch: a folder in which it grows.
        headings: what stands above each column.
        kinds: the type of the fact of a column; what is none is a text.
        office: whether days and yes and no stand there as texts.
    """

    def __init__(
        self, path: Path, scratch: Path, headings: Mapping[str, str], kinds: Mapping[str, str], *, office: bool
    ) -> None:
        """Writes the headings."""
        self.path, self.whole = path, scratch / path.name
        self.book = xlsxwriter.Workbook(self.whole, {"constant_memory": True, "tmpdir": str(scratch)})
        self.book.set_properties({"created": _MADE})
        self.sheet = self.book.add_worksheet(path.stem)
        self.sheet.freeze_panes(1, 0)
        self.forms = {
            "date": self.book.add_format({"num_format": "yyyy-mm-dd"}),
            "money": self.book.add_format({"num_format": "0.00"}),
        }
        self.makers = [
            None if office and kinds.get(name) in {"date", "bool"} else _CELLS.get(kinds.get(name, ""))
            for name in headings
        ]
        self.styles = [self.forms.get(kinds.get(name, "")) for name in headings]
        self.row = 0
        for at, heading in enumerate(headings.values()):
            self.sheet.write_string(0, at, heading)

    def add(self, frame: pl.DataFrame) -> None:
        """Adds a block of texts, numbers and days as what they are."""
        for row in frame.iter_rows():
            self.row += 1
            for at, text in enumerate(row):
                if text is not None:
                    self._cell(at, text)

    def _cell(self, at: int, text: str) -> None:
        maker = self.makers[at]
        try:
            value = text if maker is None else maker(text)
        except ValueError:
            value = text
        if isinstance(value, str):
            self.sheet.write_string(self.row, at, value)
        else:
            self.sheet.write(self.row, at, value, self.styles[at])

    def close(self) -> None:
        """Ends the workbook and puts it in its place."""
        self.book.close()
        self.whole.replace(self.path)


def _day(text: str) -> date | str:
    day = date.fromisoformat(text)
    return day if day >= _FIRST_DAY else text


def _flag(text: str) -> bool | str:
    return {"true": True, "false": False}.get(text, text)


_CELLS: Mapping[str, Callable[[str], Any]] = {"count": int, "money": float, "date": _day, "bool": _flag}
