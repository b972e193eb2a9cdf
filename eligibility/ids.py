"""Ids of households and of members: which texts may be one, and what is said of another; no resident number is one."""

from __future__ import annotations

import re

from eligibility.words import Words

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_ID = re.compile(f"[A-Za-z0-9{_HAN}][-A-Za-z0-9_.{_HAN}]{{0,63}}")
RESERVED = ("household", "pack", "全家")
"""What no member is called: it stands for the whole household, or for the rules, where answers are listed."""
_NUMBER = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])")
"""What looks like a resident number."""
_DIGITS = re.compile(r"[0-9]{7,}[Xx]?")
"""What in the name of a file may be somebody's number, of whatever kind."""
_A_NUMBER = (
    Words("不能用公民身份号码作标识", "a resident number cannot be an id"),
    Words("另编一个代号", "make up a key of your own"),
)
_NO_FORM = (
    Words("标识不能这样写", "an id is not written like this"),
    Words(
        "1 至 64 个英文字母、数字、汉字或 `-`、`_`、`.`，以字母、数字或汉字开头",
        "1 to 64 ASCII letters, digits, Han or `-_.`, beginning with a letter, digit or Han",
    ),
)


def is_id(text: str) -> bool:
    """Returns whether a text may be the id of a household."""
    return unfit(text) is None


def unfit(id: str, *, member: bool = False) -> tuple[Words, Words | None] | None:
    """Returns what is wrong with an id, and what to do; None where it may be one. Ids stand on every page.

    Args:
        id: after NFC.
        member: whether it is that of a member, for which some words are reserved.
    """
    if _NUMBER.search(id):
        return _A_NUMBER
    if not _ID.fullmatch(id):
        return _NO_FORM
    if member and id in RESERVED:
        return Words(f"`{id}` 不能用作成员的标识", f"`{id}` cannot be the id of a member"), None
    return None


def without_numbers(name: str) -> str:
    """Returns the name of a file or folder without what may be somebody's number."""
    return _DIGITS.sub("…", name)
