"""Trees, tables and lists on a terminal, every line inside its width."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import click
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from eligibility.commands.console import console
from eligibility.page import BOX, PLAIN, THIN, Block, Branch, Checks, Section, Table, markdown, tree
from eligibility.words import fold, width

STYLES = {"true": "green", "unknown": "yellow", "false": "red", "heading": "bold"}
"""How the first words of a line look on a terminal in colour; what they say never depends on it."""
NARROW = 60
"""Below so many columns a table is shown row by row; so is a wider one of which words would have to be cut."""
_INDENT, _GAP = 2, 2
"""How far a table stands in, and how far its columns stand apart."""
_LEAST = 8
"""The columns that a cell of several words has at least."""


def print_page(sections: Sequence[Section], form: str) -> None:
    """Prints sections on standard output, as `text` for a terminal or as `markdown`."""
    if form == "markdown":
        click.echo(markdown(sections).rstrip())
    else:
        show(sections, console())


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
    guides = THIN if console.width < NARROW else BOX
    for lead, text, status in tree(root, console.width, PLAIN if console.options.ascii_only else guides):
        first, gap, rest = text.partition("  ")
        coloured = (first, STYLES.get(status, "")) if gap else text
        console.print(Text.assemble((lead, "dim"), coloured, gap + rest), soft_wrap=True)


def _show(block: Block, console: Console) -> None:
    widths = _widths(block, console.width - _INDENT) if isinstance(block, Table) else None
    if isinstance(block, Table) and widths is not None and console.width >= NARROW:
        console.print(Padding(_grid(block, widths), (0, 0, 0, _INDENT)))
    elif isinstance(block, Table):
        for row, status in block.each():
            first, *rest = (each for each in zip(block.head, row, strict=True) if each[1])
            console.print(Flow(first[1], STYLES.get(status, ""), "  "))
            for name, cell in rest:
                console.print(Flow(f"{name}: {cell}" if name else cell, "", "    "))
    elif isinstance(block, (tuple, Checks)):
        items, sign = (block.items, "[ ] ") if isinstance(block, Checks) else (block, "- ")
        for text in items:
            console.print(Flow(text, "", f"  {sign}"))
    else:
        console.print(Flow(block, "", "  "))


def _widths(block: Table, room: int) -> list[int] | None:
    """Returns how wide each column is; None where they cannot stand side by side without a word of them being cut."""
    columns = [[_extent(cell) for cell in cells] for cells in zip(block.head, *block.rows, strict=True)]
    best = [max(widest for _, widest in cells) for cells in columns]
    floors = [min(most, max(_LEAST, *(least for least, _ in cells))) for most, cells in zip(best, columns, strict=True)]
    room -= _GAP * (len(best) - 1)
    if best and sum([best[0], *floors[1:]]) <= room:
        floors[0] = best[0]
    if sum(floors) > room:
        return None
    while sum(best) > room:
        # The last column has no gap behind it: columns are alike with their gaps.
        own = [most + _GAP * (at < len(best) - 1) for at, most in enumerate(best)]
        widest = max((at for at, most in enumerate(best) if most > floors[at]), key=own.__getitem__)
        best[widest] -= 1
    return best


def _extent(text: str) -> tuple[int, int]:
    """Returns how wide the longest word of a text is, and its longest line; Chinese may be parted anywhere."""
    words = (width(word) for word in re.split(r"[\s\u1100-\uffff]", text))
    return max(2, *words, 0), max(width(line) for line in text.split("\n"))


def _grid(block: Table, widths: Sequence[int]) -> Grid:
    grid = Grid(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style=STYLES["heading"])
    for name, columns in zip(block.head, widths, strict=True):
        grid.add_column(Flow(name), width=columns)
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
        rest = " " * width(self.first) if self.rest is None else self.rest
        lines = [line for part in self.text.split("\n") for line in fold(part, options.max_width - width(rest))]
        for index, line in enumerate(lines):
            yield Text((rest if index else self.first) + line, style=self.style, no_wrap=True, overflow="ignore")

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Returns the least and the best width."""
        least, best = _extent(self.text)
        return Measurement(min(least, options.max_width), min(best + width(self.first), options.max_width))
