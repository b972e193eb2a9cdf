"""What a row of a table carries beside its facts, what is said of one that is refused, and how a value is hidden in that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from eligibility.ids import without_numbers
from eligibility.kinds import MOST_MEMBERS
from eligibility.words import Words

ROW, FILE, AS_OF, BAD, BROKEN = "row", "file", "as_of", "bad", "broken"
"""Where a row stands (as a table program counts, the heading being row 1), its file, its day, what is wrong with its
cells, and what is wrong with it as a whole."""
REJECTS: Mapping[str, Any] = {
    FILE: pl.String,
    ROW: pl.Int64,
    "column": pl.String,
    "value": pl.String,
    "zh": pl.String,
    "en": pl.String,
}
"""The columns of what was refused; of a value, only its shape is there."""
REMARKS: Mapping[str, Any] = {"zh": pl.String, "en": pl.String, "rows": pl.Int64}
"""The columns of what is no error and should be known: each sentence once, with the number of rows that it is about."""
WRONG = pl.List(pl.Struct({"at": pl.Int32, "column": pl.String, "value": pl.String, "zh": pl.String, "en": pl.String}))
"""What is wrong with the cells of a row: the number of the column, its heading, the shape of the value, and the reason."""

MANY = Words(f"一户超过 {MOST_MEMBERS} 人", f"this household has over {MOST_MEMBERS} members")
"""What is said of the rows of a household that is too large."""

_LONGEST = 24
_SIGNS = frozenset(" .,:;=/+-%()[]'\"_~¥￥、，。；：（）－／．")
_NUMERALS = frozenset("年月日号时分万千百亿元岁周个人口级类eExX")
"""What may stand beside digits in a number or a day and says nothing of anybody."""


def shape(value: str) -> str:
    """Returns a value with its digits as `#` and all else that might tell something as `*`: `#.#E+##`, `####/##/##`, `***`.

    Runs of letters and characters become three stars, so that nobody counts the letters of a name.
    """
    head = value[: 2 * _LONGEST]
    numeric = any(sign.isdigit() for sign in head)
    shown = "".join(_sign(sign, numeric=numeric) for sign in head)
    shown = re.sub(r"\*+", "***", shown)
    return shown if len(shown) <= _LONGEST and len(value) <= 2 * _LONGEST else shown[:_LONGEST] + "…"


def _sign(sign: str, *, numeric: bool) -> str:
    if sign.isdigit():
        return "#"
    if sign in _SIGNS or (numeric and sign in _NUMERALS):
        return sign
    return "*"


def plainly(value: str) -> str:
    """Returns a shape in which every run of digits is one `#`, so that all numbers of a kind are one form."""
    return re.sub("#+", "#", shape(value))


def digits_hidden(number: str) -> str:
    """Returns what was taken for a number, every run of digits as one `#`: beside them only signs and units stand there."""
    return re.sub("[0-9０-９〇零一二两三四五六七八九十]+", "#", number.strip())


def called(name: str) -> str:
    """Returns what a file is called in what is said of its rows: by its name, without what may be somebody's number."""
    return without_numbers(name)


def joined(words: Words, advice: Words | None) -> Words:
    """Returns what is wrong and what to do as one sentence."""
    return Words(f"{words.zh}；{advice.zh}", f"{words.en}; {advice.en}") if advice else words
