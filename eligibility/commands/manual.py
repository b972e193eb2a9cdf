"""The help of commands, every line inside the page: Chinese counts two columns, which click does not know."""

from __future__ import annotations

import re
from collections.abc import Iterable

import click

from eligibility.words import fold, width

_AS_IT_STANDS = "\b\n"
"""How click marks a paragraph whose lines stay as they are."""


_OURS = {
    "Options": "选项 Options",
    "Commands": "命令 Commands",
    "Show this message and exit.": "显示这段说明 Show this message and exit.",
    "Show the version and exit.": "显示版本 Show the version and exit.",
}
"""What click says in English alone, in both languages."""
_USAGE = "用法 Usage: "


class _Formatter(click.HelpFormatter):
    """Writes help as click does, in both languages, its lines folded by how wide they look."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Writes how a command is called; click counts a Chinese character as one column."""
        beyond = width(_USAGE) - len(_USAGE)
        self.width -= beyond
        super().write_usage(prog, args, _USAGE if prefix is None else prefix)
        self.width += beyond

    def write_heading(self, heading: str) -> None:
        """Writes the heading of a part."""
        super().write_heading(_OURS.get(heading, heading))

    def write_text(self, text: str) -> None:
        """Writes paragraphs, an empty line between them."""
        lead = " " * self.current_indent
        for index, paragraph in enumerate(re.split(r"\n\s*\n", text.strip("\n"))):
            stands = paragraph.startswith(_AS_IT_STANDS)
            said = " ".join(paragraph.split())
            lines = paragraph.splitlines()[1:] if stands else fold(said, self.width - len(lead))
            self.write(("\n" if index else "") + "".join(f"{lead}{line}\n" for line in lines))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Writes names with what each means beside it, or below where the name is long."""
        lead = " " * self.current_indent
        rows = list(rows)
        column = min(max((width(name) for name, _ in rows), default=0), col_max) + col_spacing
        for name, meaning in rows:
            lines = fold(_OURS.get(meaning, meaning), self.width - len(lead) - column)
            if width(name) > column - col_spacing:
                self.write(f"{lead}{name}\n")
            else:
                self.write(f"{lead}{name}{' ' * (column - width(name))}{lines.pop(0)}".rstrip() + "\n")
            self.write("".join(f"{lead}{' ' * column}{line}\n" for line in lines))


class Context(click.Context):
    """What click knows of a call, with our way of writing help."""

    formatter_class = _Formatter
