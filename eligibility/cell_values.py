"""What a cell of a table program holds for a fact: days by number, numbers that lost digits, ticks, units, words for unknown."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Any

from eligibility.money import yuan
from eligibility.packs.contents import Contents
from eligibility.schema import Fact
from eligibility.sheets import LOST
from eligibility.spoken_values import NotUnderstood, day, heard, items, plain
from eligibility.words import Words

UNKNOWN = frozenset(
    {
        "",
        "?",
        "-",
        "--",
        "—",
        "——",
        "/",
        "不知道",
        "不清楚",
        "不详",
        "未知",
        "待查",
        "unknown",
        "not known",
        "don't know",
    }
)
_TICKS = {"√": "是", "✓": "是", "✔": "是", "1": "是", "×": "否", "✗": "否", "✘": "否", "x": "否", "0": "否"}
_PLAINLY = frozenset({"是", "否", "yes", "no", "true", "false"})
_UNITS = {
    "years": re.compile(r"(周岁|岁|年|years?)( old)?$"),
    "months": re.compile(r"(月|months?)$"),
    "persons": re.compile(r"(人|口|persons?)$"),
    "grade": re.compile(r"(级|grade)$"),
    "class": re.compile(r"(类|class)$"),
}
_COUNTED = {
    "years": Words("这里是年数", "a number of years belongs here"),
    "months": Words("这里是月数", "a number of months belongs here"),
    "persons": Words("这里是人数", "a number of persons belongs here"),
    "grade": Words("这里是级别", "a grade belongs here"),
    "class": Words("这里是类别", "a class belongs here"),
}
_FIRST_SERIAL = 3654
"""Below it, 2 January 1910, a number in a cell is rather a year, an age or a slip than a day."""
_LAST_SERIAL = 73415
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_TIGHT = range(1900_01_01, 2101_01_01)


class NotTaken(Exception):  # noqa: N818 - it is no fault: it says what to write instead
    """What a cell holds is no value of its fact.

    Args:
        words: what is wrong, without what stands there.
        advice: what to do.
    """

    def __init__(self, words: Words, advice: Words | None = None) -> None:
        """Keeps both."""
        self.words = words
        self.advice = advice
        super().__init__(words.en)


def is_unknown(held: Any) -> bool:  # noqa: ANN401 - whatever a cell holds
    """Returns whether a cell says nothing: it is empty, or says in a word that the answer is not known."""
    return isinstance(held, str) and plain(held) in UNKNOWN


def say(held: Any, fact: Fact | str, *, from_1904: bool = False) -> str:  # noqa: ANN401 - whatever a cell holds
    """Returns what a cell holds as somebody would say it.

    Args:
        held: a text, a number, a boolean, a day or a time.
        fact: what it is about; `id` and `as_of` by their names.
        from_1904: whether days by number count from 1904.

    Raises:
        NotTaken: a table program made something of it that is not what was typed.
    """
    kind = fact if isinstance(fact, str) else fact.type
    dated = kind in {"as_of", "date"}
    if isinstance(held, bool):
        return "true" if held else "false"
    if isinstance(held, (int, float)):
        return _serial(held, from_1904=from_1904) if dated else _number(float(held), kind)
    if isinstance(held, (date, datetime)) and dated:
        if f"{held:%Y-%m-%d}" < f"{_EPOCH + timedelta(days=_FIRST_SERIAL):%Y-%m-%d}":
            raise _no_day()
        return f"{held:%Y-%m-%d}"
    if isinstance(held, (date, datetime, time, timedelta)):
        zh, en = "表格软件把它当成了日期或时间", "a table program made a day or a time of it"
        raise NotTaken(Words(zh, en), _AS_TEXT)
    text = str(held).strip()
    return _TICKS.get(plain(text), text) if kind == "bool" else text


_AS_TEXT = Words("把这一格设为“文本”格式，再写一遍", "set the cell to the form `Text` and write it again")


def _number(held: float, kind: str) -> str:
    if abs(held) >= LOST:
        zh = "表格软件把长号码改成了 6.2E+17 这样的数，末几位已丢失"
        raise NotTaken(Words(zh, "a table program made this long number 6.2E+17: its last digits are lost"), _AS_TEXT)
    text = str(int(held)) if held == int(held) else format(held, ".10f").rstrip("0")
    return _TICKS.get(text, text) if kind == "bool" else text


def _serial(held: float, *, from_1904: bool) -> str:
    """Returns the day that a number stands for, as `YYYY-MM-DD`, or the number where it is written as eight digits."""
    if held == int(held) and int(held) in _TIGHT:
        return str(int(held))
    if not _FIRST_SERIAL <= held <= _LAST_SERIAL:
        raise _no_day()
    return str((_EPOCH_1904 if from_1904 else _EPOCH) + timedelta(days=int(held)))


def _no_day() -> NotTaken:
    zh, en = "这个数不像日期，像年份或别的数", "this number is no likely day, rather a year or something else"
    return NotTaken(Words(zh, en), Words("年月日写全，如 1969-10-08", "write year, month and day, as in 1969-10-08"))


def taken_as(said: str, fact: Fact | str, contents: Contents) -> str | tuple[str, ...]:
    """Returns what a profile would write for an answer; of a set, each of its items.

    Args:
        said: the answer.
        fact: what it is about; `id` and `as_of` by their names.
        contents: of the pack.

    Raises:
        NotTaken: it is no value of the fact.
    """
    try:
        if isinstance(fact, str):
            return said if fact == "id" else day(said).isoformat()
        if fact.type == "set":
            return items(fact, said, contents)
        if fact.type == "text":
            return unicodedata.normalize("NFKC", said).upper() if fact.name == "resident_id" else said
        if fact.type == "count":
            same_unit(said, fact.unit)
        value = heard(fact, said, contents)
    except NotUnderstood as error:
        raise NotTaken(error.words) from None
    return yuan(value) if fact.type == "money" else str(value).lower() if fact.type == "bool" else str(value)


def same_unit(said: str, unit: str | None) -> None:
    """Refuses a count in another unit: three years are not three months.

    Raises:
        NotTaken: the answer names a unit that is not the one asked for.
    """
    own = _UNITS.get(unit or "")
    if own is None or own.search(plain(said)):
        return
    if any(other.search(plain(said)) for other in _UNITS.values()):
        raise NotTaken(
            _COUNTED[unit or ""], Words("单位不对，只写数字", "the unit is another one: write the number alone")
        )


def as_written(said: str, value: str | tuple[str, ...], fact: Fact | str, held: Any, contents: Contents) -> bool:  # noqa: ANN401 - whatever a cell holds
    """Returns whether a cell says plainly what it was taken for, so that nobody needs to look at it again."""
    kind = fact if isinstance(fact, str) else fact.type
    if kind in {"text", "id", "set"}:
        return True
    if kind in {"date", "as_of"}:
        return said == value and not isinstance(held, (int, float))
    if kind == "bool":
        return plain(str(held)) in _PLAINLY
    if isinstance(fact, Fact) and kind in {"choice", "place"}:
        label = (fact.values if kind == "choice" else contents.places).get(str(value))
        return plain(said) in {plain(each) for each in (str(value), *((label.zh, label.en) if label else ()))}
    return said == value
