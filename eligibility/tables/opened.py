"""One opened table: where its rows are, and what stands where in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import polars as pl
from python_calamine import CalamineError

from eligibility.columns.frames import ID
from eligibility.errors import Problems
from eligibility.schema import Fact, Owner
from eligibility.source import Span
from eligibility.tables import parquet, text, workbook
from eligibility.tables.files import File
from eligibility.tables.layout import FAR, Layout, heading_row, laid_out
from eligibility.tables.mapped import Mapped
from eligibility.tables.typed import unreadable
from eligibility.tables.vocabulary import Vocabulary, heard
from eligibility.words import Words


class Rows(Protocol):
    """Where rows are: a text, a sheet, a file of columns."""

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings as they stand there."""

    def where(self, at: int) -> Span:
        """Returns the place of a heading."""

    def frames(self, wanted: Sequence[int]) -> Iterator[pl.DataFrame]:
        """Yields the rows in order, with their number, what is wrong with a row as a whole, and the columns asked for."""


@dataclass(frozen=True)
class Table:
    """One table.

    Args:
        name: as its rows are told.
        file: it stands in.
        owner: whether its rows are persons or households.
        rows: where they are.
        layout: what stands where.
        count: of the rows, where that is known.
        from_1904: whether its days count from 1904.
    """

    name: str
    file: File
    owner: Owner
    rows: Rows
    layout: Layout
    count: int | None = None
    from_1904: bool = False


class Opening:
    """Opens the tables of one kind.

    Args:
        owner: whether their rows are persons or households.
        vocabulary: of the pack.
        mapped: what a mapping says of them.
        problems: grows by what is wrong.
        notes: grows by what is worth knowing.
    """

    def __init__(
        self, owner: Owner, vocabulary: Vocabulary, mapped: Mapped, problems: Problems, notes: list[Words]
    ) -> None:
        """Keeps what all of them have in common."""
        self.owner, self.vocabulary, self.mapped = owner, vocabulary, mapped
        self.problems, self.notes = problems, notes

    def open(self, file: File) -> Table | None:
        """Returns a table, or None after noting why it cannot be used.

        Raises:
            OSError: the file cannot be read.
        """
        if file.kind == "parquet":
            return self._parquet(file)
        return self._workbook(file) if file.kind == "workbook" else self._text(file)

    def _parquet(self, file: File) -> Table | None:
        found = parquet.opened(file, self.problems)
        if found is None:
            return None
        layout = self._layout(found)
        for column in layout.columns:
            why = unreadable(found.types[found.headings[column.at]], column)
            if why is not None:
                self.problems.add(found.where(column.at), why.zh, why.en)
        return Table(file.name, file, self.owner, found, layout, found.rows)

    def _text(self, file: File) -> Table | None:
        encoding = text.looked_at(file, self.problems)
        if encoding is None:
            return None
        tops = {sign: text.first_rows(file, encoding, sign) for sign in text.SEPARATORS}
        scores = {sign: heading_row(rows, self.vocabulary, self.mapped) for sign, rows in tops.items()}
        sign = max(scores, key=lambda each: (scores[each][1], len(tops[each][0]) if tops[each] else 0))
        row, score = scores[sign]
        if not score:
            self._no_headings(file, len(tops[sign][0]) if tops[sign] else 0)
            return None
        found = text.Text(file, encoding, sign, tuple(tops[sign][: row + 1]))
        name, called = encoding.codec.upper(), text.SEPARATORS[sign]
        if encoding.codec != "utf-8" or sign != ",":
            zh, en = f"编码 {name}，以{called[0]}分隔", f"in {name}, separated by {called[1]}"
            self.notes.append(Words(f"`{file.name}`：{zh}", f"`{file.name}`: {en}"))
        self._lower(file.name, row)
        return Table(file.name, file, self.owner, found, self._layout(found))

    def _workbook(self, file: File) -> Table | None:
        found = workbook.opened(file, self.mapped.sheet, self.problems)
        if found is None:
            return None
        try:
            rows = workbook.first_rows(found, FAR)
        except CalamineError:
            self.problems.add(file.span(), "工作表读不出来", "the sheet cannot be read")
            return None
        row, score = heading_row(rows, self.vocabulary, self.mapped)
        if not score:
            self._no_headings(file, len(rows[0]) if rows else 0)
            return None
        found = replace(found, head=tuple(rows[: row + 1]))
        layout = self._layout(found)
        shared = frozenset(each.at for each in layout.columns if _of_a_household(each.about))
        name = file.name if self.mapped.sheet is None else f"{file.name}!{found.sheet}"
        self._lower(name, row)
        return Table(name, file, self.owner, replace(found, shared=shared), layout, None, found.from_1904)

    def _layout(self, rows: Rows) -> Layout:
        found = laid_out(rows.headings, self.owner, self.vocabulary, self.mapped, self.problems, rows.where)
        for column in found.columns:
            if column.scale is not None and heard(column.heading) not in self.mapped.columns:
                zh, en = (
                    f"“{column.heading}”列按标题写的单位换算",
                    f"column `{column.heading}` is reckoned from the unit in its heading",
                )
                self.notes.append(Words(zh, en))
        return found

    def _lower(self, name: str, row: int) -> None:
        if row:
            zh, en = f"`{name}`：标题在第 {row + 1} 行", f"`{name}`: the headings stand in row {row + 1}"
            self.notes.append(Words(zh, en))

    def _no_headings(self, file: File, columns: int) -> None:
        """Notes a table without headings; what stands there may be somebody's, and is not shown."""
        zh = f"前 {FAR} 行里没有认得的标题（共 {columns} 列）"
        en = f"the first {FAR} rows hold no heading that is known ({columns} columns)"
        advice = Words(
            "标题写事实的名称或标签，或用 --map 写明",
            "headings are names or labels of facts, or stated in a mapping (--map)",
        )
        self.problems.add(file.span(), zh, en, advice)


def _of_a_household(about: Fact | str) -> bool:
    return about.owner == "household" if isinstance(about, Fact) else about != ID
