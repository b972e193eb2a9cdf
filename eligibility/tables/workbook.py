"""A table in a workbook: one sheet of it, its cells as texts that say what they hold, formulas and errors among them."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import polars as pl
import python_calamine as calamine

from eligibility.errors import Problems, did_you_mean
from eligibility.sheets import letters
from eligibility.source import Source, Span
from eligibility.tables.cells import marked, written
from eligibility.tables.files import File
from eligibility.tables.marks import LARGEST, Broken, Marks, TooLarge, marks_of, sheets_of
from eligibility.tables.rows import BROKEN, ROW
from eligibility.words import Words

_STRETCH = 50_000
"""So many rows are turned at once."""
Merge = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Beside:
    """A sheet that is not read.

    Args:
        name: of it.
        rows: how many of them something stands in; below the headings where it has those of the table.
        alike: whether it has the very headings of the table.
    """

    name: str
    rows: int
    alike: bool


@dataclass(frozen=True)
class Workbook:
    """An opened sheet.

    Args:
        file: it stands in.
        sheet: its name.
        part: of the workbook that holds it.
        from_1904: whether its days count from 1904.
        head: its first rows, up to that of the headings.
        shared: the columns in which merged cells stand for each of their rows.
    """

    file: File
    sheet: str
    part: str
    from_1904: bool
    head: tuple[tuple[str, ...], ...] = ()
    shared: frozenset[int] = frozenset()

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings as they stand there."""
        return self.head[-1]

    def where(self, at: int) -> Span:
        """Returns the place of a heading."""
        text = " ".join(self.headings[at].split()) or " "
        cell = f"{self.sheet}!{letters(at)}{len(self.head)}"
        return Span(Source(self.file.name, text, private=True, shown={(0, len(text))}, cells=(cell,)), 0, len(text))

    def frames(self, wanted: Sequence[int]) -> Iterator[pl.DataFrame]:
        """Yields the rows in order, with the columns asked for; rows in which nothing stands are left out.

        Args:
            wanted: the columns, from 0.

        Raises:
            OSError: the file cannot be read.
        """
        marks = marks_of(self.file.path, self.part)
        with calamine.CalamineWorkbook.from_path(self.file.path) as book:
            sheet = book.get_sheet_by_name(self.sheet)
            left = (sheet.start or (0, 0))[1]
            merged = [
                each for each in sheet.merged_cell_ranges or () if each[0] != each[1] and each[1][0] >= len(self.head)
            ]
            turning = _Turning(wanted, left, marks, merged, self.shared)
            rows = islice(enumerate(sheet.iter_rows()), len(self.head), None)
            while several := list(islice(rows, _STRETCH)):
                yield turning.frame(several)


class _Turning:
    """Turns rows of cells to columns of texts."""

    def __init__(
        self, wanted: Sequence[int], left: int, marks: Marks, merged: Sequence[Merge], shared: frozenset[int]
    ) -> None:
        self.wanted, self.left, self.marks, self.shared = wanted, left, marks, shared
        self.merged = merged
        self.values: dict[Merge, str | None] = {}

    def frame(self, rows: Sequence[tuple[int, Sequence[Any]]]) -> pl.DataFrame:
        """Returns some rows that follow each other."""
        first, last = rows[0][0], rows[-1][0]
        merged = [each for each in self.merged if each[0][0] <= last and each[1][0] >= first]
        columns = {at: self.column(at, rows, merged) for at in self.wanted}
        held = {row for found in self.marks.values() for each in found.values() for row in _between(each, first, last)}
        kept = [index for index, (row, cells) in enumerate(rows) if row in held or any(cell != "" for cell in cells)]
        frame = pl.DataFrame(
            {
                ROW: pl.Series([row + 1 for row, _ in rows], dtype=pl.Int64),
                BROKEN: pl.Series([None] * len(rows), dtype=pl.String),
                **{str(at): pl.Series(cells, dtype=pl.String) for at, cells in columns.items()},
            }
        )
        return frame if len(kept) == len(rows) else frame[kept]

    def column(self, at: int, rows: Sequence[tuple[int, Sequence[Any]]], merged: Sequence[Merge]) -> list[str | None]:
        """Returns the cells of a column as texts."""
        first, last, index = rows[0][0], rows[-1][0], at - self.left
        if index < 0:
            texts: list[str | None] = [None] * len(rows)
        else:
            texts = [written(cells[index]) if index < len(cells) else None for _, cells in rows]
        for merge in merged:
            if merge[0][1] <= at <= merge[1][1]:
                self.spread(merge, at, texts, first)
        for what, found in self.marks.items():
            for row in _between(found.get(at, array("I")), first, last):
                texts[row - first] = marked(what)
        return texts

    def spread(self, merge: Merge, at: int, texts: list[str | None], first: int) -> None:
        """Puts the value of merged cells in each row that they cover, where that is what they mean, or says that it is not."""
        (top, left), (bottom, right) = merge
        if top >= first and left == at:
            self.values[merge] = texts[top - first]
        value = self.values.get(merge)
        if left == right == at and at in self.shared:
            said = value
        elif value is None:
            return
        else:
            said = marked("merged")
        for index in range(max(top - first, 0), min(bottom + 1 - first, len(texts))):
            texts[index] = said


def _between(rows: array[int], first: int, last: int) -> array[int]:
    return rows[bisect_left(rows, first) : bisect_left(rows, last + 1)]


def opened(file: File, sheet: str | None, problems: Problems) -> Workbook | None:
    """Returns a sheet of a workbook, or None after noting why it cannot be read; the first one where none is named."""
    try:
        parts, from_1904 = sheets_of(file.path)
        name = next(iter(parts), "") if sheet is None else sheet
        if name not in parts:
            zh, en = f"没有工作表 `{name}`", f"there is no sheet `{name}`"
            problems.add(file.span(), zh, en, did_you_mean(name, parts))
            return None
    except (Broken, calamine.CalamineError):
        advice = Words("重新传一次，或在表格软件里打开后另存", "copy it again, or open it and save it anew")
        problems.add(file.span(), "表格文件不完整或已损坏", "the workbook is not whole, or damaged", advice)
        return None
    except TooLarge:
        problems.add(file.span(), f"表格展开后超过 {LARGEST:,} 字节", f"the workbook holds over {LARGEST:,} bytes")
        return None
    return Workbook(file, name, parts[name], from_1904)


def first_rows(book: Workbook, most: int) -> list[tuple[str, ...]]:
    """Returns the first rows of a sheet as texts."""
    with calamine.CalamineWorkbook.from_path(book.file.path) as opened_book:
        sheet = opened_book.get_sheet_by_name(book.sheet)
        left = (sheet.start or (0, 0))[1]
        return [("",) * left + tuple(str(cell) for cell in cells) for cells in islice(sheet.iter_rows(), most)]


def others(book: Workbook) -> Iterator[Beside]:
    """Yields the other sheets of a workbook in which anything stands, hidden ones among them."""
    headings = _filled(book.headings)
    with calamine.CalamineWorkbook.from_path(book.file.path) as opened_book:
        for name in opened_book.sheet_names:
            if name == book.sheet:
                continue
            try:
                sheet = opened_book.get_sheet_by_name(name)
            except calamine.CalamineError:  # a sheet of charts has no cells
                continue
            rows, alike = 0, False
            for cells in sheet.iter_rows():
                if not alike and _filled(cells) == headings:
                    rows, alike = 0, True
                elif any(cell != "" for cell in cells):
                    rows += 1
            if rows:
                yield Beside(name, rows, alike)


def _filled(cells: Sequence[Any]) -> list[str]:
    return [" ".join(str(cell).split()) for cell in cells if cell != ""]
