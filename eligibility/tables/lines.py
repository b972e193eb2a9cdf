"""A table of text cut into rows, block by block: quoted cells with line breaks in them, and rows that are broken, each by itself."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from itertools import islice
from pathlib import Path

import polars as pl

from eligibility.tables.cells import LOST_SIGN, MARK
from eligibility.tables.encodings import Encoding
from eligibility.words import Words

BLOCK = 1 << 24
"""How many bytes are held at a time; no line may be longer."""
MOST_LINES = 50
"""Over so many lines a quoted cell may reach; one that reaches further was never closed."""
_TOO_LONG = "\x00long"
"""Stands in the place of a line that is longer than a block."""

BROKEN = {
    "fewer": Words(
        "这一行的格数比标题少；可能断成了两行",
        "this row has fewer cells than there are headings; it may be broken in two",
    ),
    "more": Words(
        "这一行的格数比标题多；含分隔符的格要放在引号里",
        "this row has more cells than there are headings; a cell with a separator in it stands in quotes",
    ),
    "quote": Words("引号没有成对", "a quote is opened and not closed, or stands in the middle of a cell in quotes"),
    "long": Words("这一行太长", "this line is too long"),
}
"""What is wrong with a row as a whole."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it was cut.

    Args:
        cells: what stands in them; of a row that is broken, what stands before the break, for what it tells of whose row it is.
        broken: what is wrong with it, a key of `BROKEN`; None where it is whole.
    """

    cells: tuple[str, ...]
    broken: str | None = None


def blocks(path: Path, encoding: Encoding, size: int = BLOCK) -> Iterator[str]:
    """Yields the text of a file in blocks of whole lines, each line ending in a line feed.

    Args:
        path: the file.
        encoding: of it.
        size: of a block, in bytes.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        file.seek(encoding.start)
        rest = b""
        while block := file.read(size):
            block = rest + block
            cut = max(block.rfind(b"\n"), block.rfind(b"\r", 0, -1) if b"\n" not in block else -1) + 1
            if not cut and len(block) > size:
                rest = _rest_of_line(file, size)
                yield f"{_TOO_LONG}\n"
                continue
            rest = block[cut:]
            if cut:
                yield _lines(encoding.text(block[:cut]))
        if rest:
            yield _lines(encoding.text(rest))


def _rest_of_line(file: BufferedReader, size: int) -> bytes:
    """Reads to the end of a line that is too long, and returns what follows in the block where it ends."""
    while block := file.read(size):
        _, end, after = block.partition(b"\n")
        if end:
            return after
    return b""


def _lines(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace(MARK, LOST_SIGN)
    return text if text.endswith("\n") else f"{text}\n"


@dataclass(frozen=True, slots=True)
class Cut:
    """What became of the lines of a block.

    Args:
        text: the lines that are a whole row each, quotes closed, with as many cells as there are headings.
        rows: their numbers.
        odd: all other rows, by their number.
    """

    text: str
    rows: pl.Series
    odd: list[tuple[int, Line]]


class Cutter:
    """Cuts lines into rows; what a quoted cell needs of the next block waits for it.

    Args:
        separator: between cells.
        width: how many cells a row has.
    """

    def __init__(self, separator: str, width: int) -> None:
        """Begins at the first row with nothing waiting."""
        self.separator, self.width = separator, width
        sign = re.escape(separator)
        cell = f'(?:[^"{sign}]*|"(?:[^"]|"")*")'
        self.whole = f"^{cell}(?:{sign}{cell})*$"
        self.empty = f'^["{sign}\\s]*$'
        self.row = 1
        self.waiting: list[str] = []

    def cut(self, block: str, *, last: bool) -> Cut:
        """Returns the rows of a block.

        Args:
            block: whole lines.
            last: whether no block follows.
        """
        lines = [*self.waiting, *block.split("\n")[:-1]]
        series = pl.Series(lines, dtype=pl.String)
        odd = self._is_odd(series, quoted='"' in block or bool(self.waiting))
        self.waiting = []
        first, self.row = self.row, self.row + len(lines)
        if not odd.any():
            return Cut("\n".join(lines), pl.int_range(first, self.row, dtype=pl.Int64, eager=True), [])
        return self._one_by_one(lines, odd.to_list(), first, last=last)

    def _is_odd(self, lines: pl.Series, *, quoted: bool) -> pl.Series:
        """Returns which lines are not a whole row each: quotes that are open, another number of cells, or nothing at all."""
        outside = lines.str.replace_all('"[^"]*"', "") if quoted else lines
        odd = outside.str.count_matches(self.separator, literal=True) != self.width - 1
        odd |= lines.str.contains(self.empty) | (lines == _TOO_LONG)
        return odd | ~lines.str.contains(self.whole) if quoted else odd

    def _one_by_one(self, lines: list[str], odd: list[bool], row: int, *, last: bool) -> Cut:
        """Returns the rows where some are odd."""
        kept: list[str] = []
        rows: list[int] = []
        apart: list[tuple[int, Line]] = []
        at = 0
        while at < len(lines):
            if not odd[at]:
                kept.append(lines[at])
                rows.append(row)
                at += 1
            else:
                line, taken = self._row(lines, at, last=last)
                if line is None:
                    self.waiting = lines[at:]
                    break
                apart.append((row, line))
                at += taken
            row += 1
        self.row = row
        return Cut("\n".join(kept), pl.Series(rows, dtype=pl.Int64), apart)

    def _row(self, lines: list[str], at: int, *, last: bool) -> tuple[Line | None, int]:
        """Returns the row that begins in a line and how many lines it takes; None where it may go on in the next block."""
        if lines[at] == _TOO_LONG:
            return Line((), "long"), 1
        cells, _, why = self._read(lines, at, 1)
        if cells is not None:
            return self._checked(cells), 1
        cells, taken, why = self._read(lines, at, MOST_LINES)
        if cells is None:
            goes_on = at + taken == len(lines) and taken < MOST_LINES and not last
            return None if goes_on else self._open(lines[at], why), 1
        line = self._checked(cells)
        whole = line.broken is None and not self._swallowed(lines[at : at + taken])
        return (line, taken) if whole else (self._open(lines[at], "quote"), 1)

    def _swallowed(self, lines: list[str]) -> bool:
        """Returns whether lines that one quoted cell holds together look like rows of their own, so that it is open by mistake.

        The breaks of a cell part the separators of a row among its lines: hardly do two of them have all, or one inside.
        """
        most = self.width - 1
        full = [at for at, line in enumerate(lines) if line.count(self.separator) >= most]
        return most > 1 and (len(full) > 1 or any(0 < at < len(lines) - 1 for at in full))

    def _open(self, line: str, why: str) -> Line:
        """Returns a row that breaks at a quote."""
        return Line(tuple(line.partition('"')[0].split(self.separator)[:-1]), why)

    def _read(self, lines: list[str], at: int, most: int) -> tuple[tuple[str, ...] | None, int, str]:
        """Returns the cells of the row that begins in a line, from at most so many lines, and how many it took."""
        reader = csv.reader((f"{line}\n" for line in lines[at : at + most]), delimiter=self.separator, strict=True)
        try:
            return tuple(next(reader)), reader.line_num, ""
        except csv.Error as error:
            return None, reader.line_num, "long" if "limit" in str(error) else "quote"

    def _checked(self, cells: tuple[str, ...]) -> Line:
        """Returns a row, its empty surplus cells left out."""
        if not any(cell.strip() for cell in cells):
            return Line(())
        if len(cells) < self.width:
            return Line(cells, "fewer")
        return Line(cells[: self.width], "more" if any(cells[self.width :]) else None)


def top(text: str, separator: str, most: int) -> list[tuple[str, ...]]:
    """Returns the first rows of a table, whatever they hold; one that is broken is empty."""
    reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=separator)
    found: list[tuple[str, ...]] = []
    try:
        found.extend(tuple(row) for row in islice(reader, most))
    except csv.Error:
        found.append(())
    return found
