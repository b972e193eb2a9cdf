"""What people are shown: trees, tables and lists, cut to the width of the page, as text or Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eligibility.words import fold, width

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.measure import Measurement

STYLES = {"true": "green", "unknown": "yellow", "false": "red", "heading": "bold"}
"""How the first words of a line look on a terminal in colour; what they say never depends on it."""
NARROW = 60
"""Below so many columns a table is shown row by row."""
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#])")


@dataclass(frozen=True, slots=True)
class Guides:
    """What is drawn before the lines of a tree: beside a line with more below, the last one, and further down."""

    branch: str
    last: str
    through: str
    blank: str


BOX = Guides("├─ ", "└─ ", "│  ", "   ")
THIN = Guides("├ ", "└ ", "│ ", "  ")
PLAIN = Guides("|- ", "`- ", "|  ", "   ")
_LEAST = 8
"""Columns that a text has at least, however deep it stands."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of an explanation, and what it rests on.

    Args:
        text: what is said.
        status: `true`, `false`, `unknown`, or empty for a plain line.
        branches: the lines below it.
    """

    text: str
    status: str = ""
    branches: tuple[Branch, ...] = ()


def tree(branch: Branch, columns: int = 0, guides: Guides = BOX) -> Iterator[tuple[str, str, str]]:
    """Yields the lines of a tree from top to bottom: the guide before a line, its text, its status.

    Args:
        branch: the root.
        columns: how wide a line may be; longer ones are cut, and 0 cuts none.
        guides: what is drawn before the lines.
    """
    yield from _tree(branch, "", "", columns, guides)


def _tree(branch: Branch, lead: str, below: str, columns: int, guides: Guides) -> Iterator[tuple[str, str, str]]:
    stem = guides.through if branch.branches else guides.blank
    text = fold(branch.text, max(_LEAST, columns - width(lead))) if columns else [branch.text]
    for index, line in enumerate(text):
        yield (below + stem if index and lead else below if index else lead), line, branch.status
    for index, child in enumerate(branch.branches):
        last = index == len(branch.branches) - 1
        first, rest = (guides.last, guides.blank) if last else (guides.branch, guides.through)
        yield from _tree(child, below + first, below + rest, columns, guides)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a heading for each column; the first cell of a row says how it came out.

    Args:
        head: what each column holds.
        rows: a cell for each column; a cell may have several lines.
        statuses: of each row: `true`, `false`, `unknown`, or empty.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    statuses: tuple[str, ...] = ()

    def each(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yields each row with its status."""
        yield from zip(self.rows, self.statuses or ("",) * len(self.rows), strict=True)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and what stands under it: texts, lists (tuples of lines) and tables."""

    heading: str
    blocks: tuple[str | tuple[str, ...] | Table, ...]


def show(sections: Sequence[Section], console: Console) -> None:
    """Prints sections on a console, every line inside its width and without spaces at its end."""
    with console.capture() as capture:
        for index, section in enumerate(sections):
            if index:
                console.print()
            console.print(Flow(section.heading, STYLES["heading"]))
            for block in section.blocks:
                _show(block, console)
    console.file.write("".join(f"{line.rstrip()}\n" for line in capture.get().splitlines()))


def show_tree(root: Branch, console: Console) -> None:
    """Prints a tree on a console, the words of truth in colour where it has colours."""
    from rich.text import Text

    guides = THIN if console.width < NARROW else BOX
    for lead, text, status in tree(root, console.width, PLAIN if console.options.ascii_only else guides):
        first, gap, rest = text.partition("  ")
        coloured = (first, STYLES.get(status, "")) if gap else text
        console.print(Text.assemble((lead, "dim"), coloured, gap + rest), soft_wrap=True)


def _show(block: str | tuple[str, ...] | Table, console: Console) -> None:
    from rich.padding import Padding

    if isinstance(block, Table) and console.width >= NARROW:
        console.print(Padding(_grid(block), (0, 0, 0, 2)))
    elif isinstance(block, Table):
        for row, status in block.each():
            first, *rest = (each for each in zip(block.head, row, strict=True) if each[1])
            console.print(Flow(first[1], STYLES.get(status, ""), "  "))
            for name, cell in rest:
                console.print(Flow(f"{name}: {cell}" if name else cell, "", "    "))
    elif isinstance(block, tuple):
        for text in block:
            console.print(Flow(text, "", "  - ", "    "))
    else:
        console.print(Flow(block, "", "  "))


def _grid(block: Table) -> object:
    from rich.table import Table as Grid

    grid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style=STYLES["heading"])
    for index, name in enumerate(block.head):
        grid.add_column(Flow(name), no_wrap=index == 0)
    for row, status in block.each():
        styles = (STYLES.get(status, ""), *("" for _ in row[1:]))
        grid.add_row(*(Flow(cell, style) for cell, style in zip(row, styles, strict=True)))
    return grid


@dataclass(frozen=True, slots=True)
class Flow:
    """A text that a console cuts to its width, Chinese between any two characters.

    Args:
        text: may have several lines.
        style: how it looks in colour.
        first: what stands before its first line.
        rest: what stands before the others; as many spaces where None.
    """

    text: str
    style: str = ""
    first: str = ""
    rest: str | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yields the lines."""
        from rich.text import Text

        rest = " " * width(self.first) if self.rest is None else self.rest
        lines = [line for part in self.text.split("\n") for line in fold(part, options.max_width - width(rest))]
        for index, line in enumerate(lines):
            yield Text((rest if index else self.first) + line, style=self.style, no_wrap=True, overflow="ignore")

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Returns the least and the best width."""
        from rich.measure import Measurement

        best = max(width(line) for line in self.text.split("\n")) + width(self.first)
        least = max((width(word) for word in re.split(r"[\s\u1100-\uffff]", self.text)), default=0)
        return Measurement(min(max(2, least), options.max_width), min(best, options.max_width))


def markdown(sections: Sequence[Section]) -> str:
    """Returns sections as a Markdown page; the first one's heading is the title."""
    lines: list[str] = []
    for index, section in enumerate(sections):
        lines += [f"{'##' if index else '#'} {_escaped(section.heading)}", ""]
        for block in section.blocks:
            lines += [*_marked(block), ""]
    return "\n".join(lines)


def _marked(block: str | tuple[str, ...] | Table) -> Iterable[str]:
    if isinstance(block, str):
        return [_escaped(block)]
    if isinstance(block, tuple):
        return [f"- {_escaped(text)}" for text in block]
    rows = [block.head, tuple("---" for _ in block.head), *block.rows]
    return ["| " + " | ".join(_escaped(cell) if row is not rows[1] else cell for cell in row) + " |" for row in rows]


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text).replace("\n", "<br>")
