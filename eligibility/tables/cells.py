"""Cells as texts: what is no text in a table is written so that no text can be taken for it, and read back."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from eligibility.words import Words

MARK = "\x01"
"""Begins every cell that holds something else than a text; one that a text begins with is replaced."""
LOST_SIGN = "\ufffd"
"""Stands in the place of what cannot be read."""
UNREADABLE = "[\\x{0}-\\x{8}\\x{b}\\x{c}\\x{e}-\\x{1f}\\x{7f}-\\x{9f}\\x{fffd}\\x{fffe}\\x{ffff}\\x{2028}\\x{2029}]"
"""Characters that no cell may hold, as an expression of Polars: those that control something, and what replaces a lost one."""
_UNREADABLE = re.compile(re.sub(r"\\x\{(\w+)\}", lambda found: re.escape(chr(int(found[1], 16))), UNREADABLE))
_FORCED = re.compile(r"=\"([^\"]*)\"|'([^']+)")
"""How a text is written so that a table program leaves its digits alone: `="001"`, `'001`."""

_DELETE = Words("删去它，写上值；不知道就留空", "delete it and write the value; leave it empty where that is not known")
MARKS = {
    "formula": Words(f"这里是公式；{_DELETE.zh}", f"a formula stands here; {_DELETE.en}"),
    "error": Words(f"这里是表格的错误值；{_DELETE.zh}", f"a table program left an error here; {_DELETE.en}"),
    "merged": Words(
        "合并的单元格不知道是哪一行的；取消合并，在每一格里各写一遍",
        "merged cells do not say which row this belongs to; take them apart, and write it in each of them",
    ),
    "clock": Words(
        "这里不止是日期，还有钟点；只写日期", "this is a time of day and not only a day; write the day alone"
    ),
    "binary": Words(
        "这个数的小数太多，是计算留下的；四舍五入后再写",
        "this number has more decimals than an amount, as reckoning leaves them; round it first",
    ),
    "item": Words("列表里有空项；去掉它", "an item of the list is empty; leave it out"),
}
"""What is wrong with a cell that holds no value at all, by what stands there."""
LOST = Words(
    "这里有读不出的字符；文件的编码不一致，或字符已经丢失",
    "there are characters here that cannot be read: bytes of another encoding, or what was lost before",
)


class Marked(str):
    """What stands in a cell in the place of a value; a key of `MARKS`."""

    __slots__ = ()


def written(held: Any) -> str | None:  # noqa: ANN401 - whatever a cell holds
    """Returns what a cell holds as a text; None where it is empty."""
    if isinstance(held, str):
        return (held if not held.startswith(MARK) else LOST_SIGN + held) or None
    return None if held is None else MARK + _kind(held)


def _kind(held: Any) -> str:  # noqa: ANN401 - whatever a cell holds
    if isinstance(held, bool):
        return f"b{int(held)}"
    if isinstance(held, (int, float)):
        return f"n{held!r}"
    if isinstance(held, datetime):
        return f"s{held.isoformat()}" if held.time() == time() else f"t{held.isoformat()}"
    return f"s{held.isoformat()}T00:00:00" if isinstance(held, date) else f"t{held}"


def marked(what: str) -> str:
    """Returns the text of a cell that holds no value; see `MARKS`."""
    return f"{MARK}x{what}"


def held(text: str) -> Any:  # noqa: ANN401 - whatever a cell holds
    """Returns what a cell holds, of a text what it says.

    A text that a table program was told to leave alone is what it says without that.
    """
    if not text.startswith(MARK):
        forced = _FORCED.fullmatch(text.strip())
        return text if forced is None else forced[1] if forced[2] is None else forced[2]
    kind, value = text[1:2], text[2:]
    if kind == "b":
        return value == "1"
    if kind == "n":
        return float(value)
    if kind == "s":
        return datetime.fromisoformat(value)
    return Marked(value) if kind == "x" else timedelta()


def unreadable(text: str) -> bool:
    """Returns whether a text holds a character that no cell may hold."""
    return _UNREADABLE.search(text) is not None


def miscoded(text: str) -> bool:
    """Returns whether a text looks like Chinese in GB18030 that was taken for UTF-8: 女 becomes `Ů`, and nothing is lost."""
    odd = [sign for sign in text if not sign.isascii()]
    if not odd or any(sign > "\u07ff" for sign in odd):
        return False
    try:
        meant = text.encode().decode("gb18030")
    except UnicodeDecodeError:
        return False
    return any("\u4e00" <= sign <= "\u9fff" for sign in meant)


def looks(text: str) -> str:
    """Returns a cell as its reader saw it, before it is hidden: a number as it was, nothing for what is no value."""
    if not text.startswith(MARK):
        return text
    return "" if text[1:2] == "x" else text[2:].removesuffix("T00:00:00")
