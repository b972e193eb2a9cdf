"""A text in the two languages that people read, and how wide it looks."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en"]


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


def width(text: str) -> int:
    """Returns how many terminal columns a text takes: two for a wide East Asian character, none for a combining one."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
