"""A text, a span in it, and how it looks with carets under it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from eligibility.words import width

_WINDOW, _LEAST = 100, 12
_TAB = "    "


@dataclass(frozen=True, eq=False)
class Source:
    """A text with the name under which its reader knows it.

    Args:
        name: a path or `<stdin>`, shown before line and column.
        text: the whole text.
        private: whether values in it belong to a person and are hidden in excerpts.
        shown: the places of words that stay readable in a private excerpt: keys, never values.
        first: the number of its first line, where the text is a part of a longer one.
        cells: where each line stands, `Members!C5`, in a text that is put together from the cells of a workbook; one that
            names no cell stands for a whole sheet, an empty one for the workbook.
    """

    name: str
    text: str
    private: bool = False
    shown: set[tuple[int, int]] = field(default_factory=set)
    first: int = 1
    cells: tuple[str, ...] = ()

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    def apart(self) -> Source:
        """Returns the same text with no word of it shown: whoever reads a part of it shows the words of that part."""
        found = replace(self, shown=set())
        found.__dict__["_starts"] = self._starts  # many parts of a long text look for its lines once
        return found

    def place(self, offset: int) -> tuple[int, int]:
        """Returns line and column of a character: lines count from that of the first one, columns from 1."""
        line = bisect_right(self._starts, min(max(offset, 0), len(self.text)))
        return line + self.first - 1, offset - self._starts[line - 1] + 1

    def where(self, offset: int) -> str:
        """Returns the place of a character as its reader knows it: `file:line:column`, or `file:sheet!cell`."""
        line, column = self.place(offset)
        if self.cells:
            return ":".join(part for part in (self.name, self.cells[line - self.first]) if part)
        return f"{self.name}:{line}:{column}"

    def rank(self, offset: int) -> tuple[str, int, int, str]:
        """Returns what puts the places of a text in order: where they stand, or sheet, row and column."""
        if not self.cells:
            return "", offset, 0, ""
        sheet, _, cell = self.cells[self.place(offset)[0] - self.first].partition("!")
        column = cell.rstrip("0123456789")
        return sheet, int(cell[len(column) :] or 0), len(column), column

    def mark(self, line: int) -> str:
        """Returns what stands before a line in an excerpt: its number, or its cell."""
        return self.cells[line - self.first].rpartition("!")[2] if self.cells else str(line)

    def line(self, number: int) -> str:
        """Returns one line without its end; lines count from that of the first one."""
        number -= self.first - 1
        start = self._starts[number - 1]
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a source, from `start` up to, not including, `end` (character offsets)."""

    source: Source
    start: int
    end: int

    @property
    def where(self) -> str:
        """The place as `file:line:column`, or as `file:sheet!cell`."""
        return self.source.where(self.start)

    def quoted(self, text: str) -> Span:
        """Returns where a text stands in quotes inside this span, or the span itself."""
        found = re.search(rf"(['\"]){re.escape(text)}\1", self.source.text[self.start : self.end])
        return Span(self.source, self.start + found.start(), self.start + found.end()) if found else self

    def excerpt(self, columns: int = 0) -> str:
        """Returns the source line with carets under the span, by display width; long lines are cut around it.

        What stands for a whole sheet or workbook has no line: its excerpt is empty.

        Args:
            columns: how wide the excerpt may be; 100 and the number of the line where 0.
        """
        line, column = self.source.place(self.start)
        text, mark = self.source.line(line), self.source.mark(line)
        if self.source.cells and not text:
            return ""
        start = min(column - 1, len(text))
        end = max(start, min(len(text), start + self.end - self.start))
        cuts = ((0, start), (start, end), (end, len(text)))
        if self.source.private:
            base = self.start - (column - 1)
            before, marked, after = (_masked(text, base, cut, self.source.shown) for cut in cuts)
        else:
            before, marked, after = (text[first:last] for first, last in cuts)
        gutter = " " * width(mark)
        room = max(_LEAST, columns - len(gutter) - len(" | ")) if columns else _WINDOW
        before, marked, after = _window([part.replace("\t", _TAB) for part in (before, marked, after)], room)
        carets = " " * width(before) + "^" * max(1, width(marked))
        return f"{gutter} |\n{mark} | {before}{marked}{after}\n{gutter} | {carets}"


@dataclass(frozen=True, slots=True)
class Passage:
    """A text cut from a source in which each character still knows where it stands.

    Args:
        text: the text as its reader means it, escapes and folding undone.
        source: where it was cut from.
        offsets: the source offset of each character, and one more for the end.
    """

    text: str
    source: Source
    offsets: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        """Returns the span in the source of the characters from `start` up to `end` of this text."""
        start = min(start, len(self.text))
        end = max(start, min(end, len(self.text)))
        first = self.offsets[start]
        last = self.offsets[end - 1] + 1 if end > start else first
        return Span(self.source, first, max(first, last))


def passage(text: str, name: str = "<text>") -> Passage:
    """Returns a passage that is a whole source of its own, for conditions that come from no file."""
    return Passage(text, Source(name, text), range(len(text) + 1))


def _window(parts: Sequence[str], room: int) -> tuple[str, str, str]:
    """Cuts a long line so that the marked part, the middle one of three, stays in sight and all of it fits."""
    before, marked, after = parts
    if width(before + marked + after) <= room:
        return before, marked, after
    whole, marked = marked, _head(marked, room // 2)
    after = whole[len(marked) :] + after
    beside = (room - width(marked)) // 2
    before = before if width(before) <= beside else "..." + _head(before[::-1], beside - 3)[::-1]
    left = room - width(before + marked)
    return before, marked, after if width(after) <= left else _head(after, left - 3) + "..."


def _head(text: str, columns: int) -> str:
    """Returns as much of the beginning of a text as fits, no word cut in two unless it is the only one."""
    head = text[:columns]
    while width(head) > columns:
        head = head[:-1]
    inside = re.match(r"\w", text[len(head) : len(head) + 1], re.ASCII)
    return re.sub(r"(?a:\w+)$", "", head) or head if inside else head


def _masked(text: str, base: int, cut: tuple[int, int], shown: set[tuple[int, int]]) -> str:
    """Hides the values in a part of a line: keys and punctuation stay, everything else becomes one `…`."""
    first, last = cut
    part = "".join(
        _keep(word, (base + first + word.start(), base + first + word.end()), shown)
        for word in re.finditer(r"[^\s{}\[\],:\-\"']+|[\s{}\[\],:\-\"']+", text[first:last])
    )
    return re.sub(r"…(?:[^\w…]*…)+", "…", part)


def _keep(word: re.Match[str], place: tuple[int, int], shown: set[tuple[int, int]]) -> str:
    punctuation = word[0][0] in " \t{}[],:-\"'"
    key = any(start <= place[0] and place[1] <= end for start, end in shown)
    return word[0] if punctuation or key else "…"
