"""A text in the two languages that people read, and how wide it looks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

Lang = Literal["zh", "en"]
_PIECE = re.compile(
    r"\s+|[（《〔“‘「(\[]*(?:[^\s\u1100-\uffff“”‘’]+|[\u1100-\uffff])[，。；：、！？）》〕”’」),.;:!?\]]*|[“”‘’]"
)
"""What stays together on a line: a word, or one Chinese character, with the signs that open before and close after it."""


@dataclass(frozen=True, slots=True)
class Words:
    """One thing said in Chinese and in English; `words["zh"]` picks one."""

    zh: str
    en: str

    def __getitem__(self, lang: str) -> str:
        """Returns the text in `lang`, `zh` or `en`.

        Raises:
            KeyError: `lang` is neither.
        """
        if lang == "zh":
            return self.zh
        if lang == "en":
            return self.en
        raise KeyError(lang)


_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905 - a list of twelve is longer
)


def spelled(day: date, lang: str) -> str:
    """Returns a day as people write it: `2017年12月31日`, `31 December 2017`."""
    if lang == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def width(text: str) -> int:
    """Returns how many terminal columns a text takes: two for a wide East Asian character, none for a combining one."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def fold(text: str, columns: int) -> list[str]:
    """Returns a text cut into lines of at most so many columns; Chinese breaks anywhere but before its closing signs."""
    lines: list[str] = []
    line = ""
    for piece in _PIECE.findall(text):
        for part in _chopped(piece, columns):
            if line and width(line + part.rstrip()) > columns:
                lines.append(line.rstrip())
                line = ""
            line += part if line else part.lstrip()
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def folded(text: str, columns: int) -> str:
    """Returns a text with every line inside so many columns; what goes on stands in by two more than its line."""
    lines: list[str] = []
    for line in text.split("\n"):
        if width(line) <= columns:
            lines.append(line)
            continue
        lead = " " * (len(line) - len(line.lstrip(" ")))
        first, *more = fold(line[len(lead) :], columns - len(lead) - 2)
        lines += [lead + first, *(f"{lead}  {each}" for each in more)]
    return "\n".join(lines)


def _chopped(piece: str, columns: int) -> Iterator[str]:
    """Yields a piece, in parts where it is wider than a whole line."""
    part = ""
    for character in piece if width(piece.rstrip()) > columns and not piece.isascii() else ():
        if part and width(part + character) > columns:
            yield part
            part = ""
        part += character
    yield part or piece
