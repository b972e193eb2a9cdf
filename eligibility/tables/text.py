"""A table of text, as CSV is: its encoding, its separator and its headings found, its rows as frames of texts."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from eligibility.errors import Problems
from eligibility.source import Source, Span
from eligibility.tables.encodings import Encoding, encoding_of
from eligibility.tables.files import File
from eligibility.tables.lines import BLOCK, Cut, Cutter, Line, blocks, top
from eligibility.tables.rows import BROKEN, ROW

SEPARATORS = {",": ("逗号", "commas"), "\t": ("制表符", "tabs"), ";": ("分号", "semicolons")}
"""What may stand between cells, and what it is called."""
_HEAD = 20
_FIRST = 1 << 20


@dataclass(frozen=True)
class Text:
    """An opened table of text.

    Args:
        file: it stands in.
        encoding: of it.
        separator: between cells.
        head: its first rows, up to that of the headings.
    """

    file: File
    encoding: Encoding
    separator: str
    head: tuple[tuple[str, ...], ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings as they stand there."""
        return self.head[-1]

    def where(self, at: int) -> Span:
        """Returns the place of a heading."""
        texts = [" ".join(each.split()) for each in self.headings]
        line = self.separator.join(texts)
        source = Source(self.file.name, line, private=True, shown={(0, len(line))}, first=len(self.head))
        start = len(self.separator.join(texts[:at])) + (1 if at else 0)
        return Span(source, start, start + len(texts[at]))

    def frames(self, wanted: Sequence[int]) -> Iterator[pl.DataFrame]:
        """Yields the rows in order: their number, what is wrong with a row as a whole, and the cells of the columns asked for.

        Rows in which nothing stands are left out; they are counted, as table programs count them.

        Args:
            wanted: the columns, from 0.

        Raises:
            OSError: the file cannot be read.
        """
        cutter = Cutter(self.separator, len(self.headings))
        several = blocks(self.file.path, self.encoding, BLOCK)
        block = next(several, None)
        while block is not None:
            following = next(several, None)
            cut = cutter.cut(block, last=following is None)
            frame = _whole(cut, self.separator, len(self.headings), wanted)
            odd = [(row, line) for row, line in cut.odd if line.broken or line.cells]
            if odd:
                frame = pl.concat([frame, _odd(odd, wanted)]).sort(ROW)
            frame = frame.filter(pl.col(ROW) > len(self.head))
            if len(frame):
                yield frame
            block = following


def _whole(cut: Cut, separator: str, width: int, wanted: Sequence[int]) -> pl.DataFrame:
    """Returns the rows that are a whole line each."""
    if not len(cut.rows):
        return _odd([], wanted)
    frame = pl.read_csv(
        io.BytesIO(cut.text.encode()),
        has_header=False,
        separator=separator,
        schema={str(at): pl.String for at in range(width)},
        columns=sorted(wanted) or [0],
    )
    if len(frame) != len(cut.rows):
        message = "rows were lost in reading"
        raise AssertionError(message)
    broken = pl.lit(None, dtype=pl.String).alias(BROKEN)
    return frame.select(cut.rows.alias(ROW), broken, *map(str, wanted))


def _odd(lines: Sequence[tuple[int, Line]], wanted: Sequence[int]) -> pl.DataFrame:
    """Returns rows that were cut one by one."""
    columns: dict[str, pl.Series] = {
        ROW: pl.Series([row for row, _ in lines], dtype=pl.Int64),
        BROKEN: pl.Series([line.broken for _, line in lines], dtype=pl.String),
    }
    for at in wanted:
        cells = [(line.cells[at] or None) if at < len(line.cells) else None for _, line in lines]
        columns[str(at)] = pl.Series(cells, dtype=pl.String)
    return pl.DataFrame(columns)


def first_rows(file: File, encoding: Encoding, separator: str) -> list[tuple[str, ...]]:
    """Returns the first rows of a table, cut at a separator."""
    return top(next(blocks(file.path, encoding, _FIRST), ""), separator, _HEAD)


def looked_at(file: File, problems: Problems) -> Encoding | None:
    """Returns the encoding of a table of text, or None after noting why it cannot be read.

    Raises:
        OSError: it cannot be read.
    """
    if file.state[0] == 0:
        problems.add(file.span(), "文件是空的", "the file is empty")
        return None
    found = encoding_of(file.path)
    if isinstance(found, Encoding):
        return found
    problems.add(file.span(), found.zh, found.en)
    return None
