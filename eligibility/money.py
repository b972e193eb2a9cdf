"""Money: yuan at the door, whole fen inside; periods and their words."""

from __future__ import annotations

import re
from typing import Literal, get_args

from eligibility.words import Words

Period = Literal["once", "day", "month", "term", "school_year", "year"]
PERIODS: tuple[Period, ...] = get_args(Period)

PERIOD_WORDS: dict[str, Words] = {
    "once": Words("一次性", "once"),
    "day": Words("每天", "a day"),
    "month": Words("每月", "a month"),
    "term": Words("每学期", "a term"),
    "school_year": Words("每学年", "a school year"),
    "year": Words("每年", "a year"),
}
LARGEST_FEN = 10**12
"""The largest amount that a fact or a figure may state (MEANING M28)."""

UNITS_IN_FEN = {"fen": 1, "jiao": 10, "yuan": 100}
"""The units to which an exact amount can be rounded."""

_YUAN = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]{1,2}))?")


def fen(text: str) -> int:
    """Returns the whole fen of an amount written in yuan, such as `485` or `1110.50`.

    Raises:
        ValueError: the text is not a plain decimal with at most two places, or is beyond 10^12 fen.
    """
    found = _YUAN.fullmatch(text)
    if not found or len(text) > 16:  # noqa: PLR2004 - longer than the largest amount
        raise ValueError(text)
    sign, whole, cents = found.groups()
    amount = int(whole) * 100 + int((cents or "").ljust(2, "0"))
    if amount > LARGEST_FEN:
        raise ValueError(text)
    return -amount if sign else amount


def yuan(amount: int) -> str:
    """Returns fen as yuan without needless zeros: `1000`, `1110.50`."""
    sign = "-" if amount < 0 else ""
    whole, cents = divmod(abs(amount), 100)
    return f"{sign}{whole}.{cents:02}" if cents else f"{sign}{whole}"


def plain(text: str, lang: str) -> str:
    """Returns an amount without a period as people say it: `1,450元`, `1,450 yuan`."""
    return f"{_grouped(text)}元" if lang == "zh" else f"{_grouped(text)} yuan"


def spoken(text: str, per: str, lang: str) -> str:
    """Returns an amount with its period as people say it: `每月100元`, `100 yuan a month`."""
    when = PERIOD_WORDS[per][lang]
    return f"{when}{plain(text, lang)}" if lang == "zh" else f"{plain(text, lang)} {when}"


def _grouped(text: str) -> str:
    sign = "-" if text.startswith("-") else ""
    whole, _, cents = text.removeprefix("-").partition(".")
    return f"{sign}{int(whole):,}" + (f".{cents}" if cents else "")
