"""What people are shown: trees, tables, lists and boxes to tick, before a terminal, Markdown, HTML or a PDF has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from eligibility.words import fold, width

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
_FEW = 3
"""A list of more short items than these goes into columns."""
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
    stem = guides.through if branch.branches else ""
    text = fold(branch.text, max(_LEAST, columns - width(below + stem))) if columns else [branch.text]
    for index, line in enumerate(text):
        yield (below + stem if index else lead), line, branch.status
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
class Checks:
    """Things to tick off; the first line of each is the thing, the others say more of it."""

    items: tuple[str, ...]


Block = str | tuple[str, ...] | Table | Checks
"""What may stand under a heading: a text, a list, a table, things to tick off."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and what stands under it.

    Args:
        heading: of the section.
        blocks: from top to bottom.
        depth: 1 where it belongs to the section before it, 0 where it stands for itself.
    """

    heading: str
    blocks: tuple[Block, ...]
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is handed to one reader, to be printed for itself.

    Args:
        name: a short key.
        sections: from top to bottom; the first one's heading is the title.
    """

    name: str
    sections: tuple[Section, ...]


def short(texts: Sequence[str]) -> bool:
    """Returns whether a list has several items and all of them are short, so that paper has it in columns."""
    return len(texts) > _FEW and not any("\n" in text for text in texts)


def markdown(sections: Sequence[Section]) -> str:
    """Returns sections as a Markdown page; the first one's heading is the title."""
    lines: list[str] = []
    for index, section in enumerate(sections):
        lines += [f"{'#' * (2 + section.depth) if index else '#'} {_escaped(section.heading)}", ""]
        for block in section.blocks:
            lines += [*_marked(block), ""]
    return "\n".join(lines)


def _marked(block: Block) -> Iterable[str]:
    if isinstance(block, str):
        return [_escaped(block)]
    if isinstance(block, Checks):
        return [f"- [ ] {_escaped(text)}" for text in block.items]
    if isinstance(block, tuple):
        return [f"- {_escaped(text)}" for text in block]
    rows = [block.head, tuple("---" for _ in block.head), *block.rows]
    return ["| " + " | ".join(_escaped(cell) if row is not rows[1] else cell for cell in row) + " |" for row in rows]


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text).replace("\n", "<br>")
