"""What people say or write for a fact, taken for a value: yes and no, full-width digits, `1.2万`, dates, labels (MEANING M16)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from eligibility.errors import did_you_mean, one_of
from eligibility.kinds import PROVINCES
from eligibility.money import yuan
from eligibility.packs.contents import Contents
from eligibility.schema import Fact
from eligibility.words import Words

_YES = frozenset({"是", "有", "对", "是的", "yes", "y", "true", "t"})
_NO = frozenset({"否", "无", "没有", "不是", "没", "不", "no", "n", "false", "f"})
_NONE = frozenset({"无", "没有", "none", "no"})
_TIMES = {"百": 100, "千": 1000, "万": 10_000, "萬": 10_000, "亿": 100_000_000, "k": 1000, "w": 10_000}
_DIGITS = {
    digit: value
    for value, digits in enumerate(["〇零", "一", "二两", "三", "四", "五", "六", "七", "八", "九"])
    for digit in digits
}
_UNITS = re.compile(
    r"\s*(周岁|岁|个?整?月|年|级|类|人|口|元/月|元|块|rmb|cny|yuan|years?|months?|persons?|grade|class)(\s*(old|a month))?$"
)
_LEAD = re.compile(r"^(每月|月|人民币|[¥￥]|rmb|cny|grade|class|第)\s*")
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*([百千万萬亿kw]?)")
_DATE = re.compile(r"(\d{4})\s*[-—/.年]\s*(\d{1,2})\s*[-—/.月]\s*(\d{1,2})\s*[日号]?(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_TIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_PARTS = re.compile(r"[、,;，；\n]+")
_MOST_COMMAS = 5
"""So many commas has the name of an item at most."""


class NotUnderstood(Exception):  # noqa: N818 - it is no fault: it says what to write instead
    """What was said is no value of the fact.

    Args:
        words: what belongs there, without what was said.
    """

    def __init__(self, zh: str, en: str) -> None:
        """Keeps both texts."""
        self.words = Words(zh, en)
        super().__init__(en)


def heard(fact: Fact, said: str, contents: Contents) -> Any:  # noqa: ANN401 - a value of the fact
    """Returns the value that somebody meant.

    Args:
        fact: that was asked for.
        said: what was typed, or stands in a cell.
        contents: of the pack, for the labels of places.

    Raises:
        NotUnderstood: it is no value of the fact, or out of its range.
    """
    text = plain(said)
    if fact.type == "place":
        return _place(fact, text, contents)
    if fact.type == "set":
        return frozenset(items(fact, said, contents))
    read = {"bool": _flag, "count": _number, "money": _number, "date": _day, "choice": _choice}.get(fact.type)
    return said.strip() if read is None else read(fact, text)


def names(fact: Fact, contents: Contents) -> Mapping[str, str]:
    """Returns what an item of a set may be called, as `plain` has it, and the item: an entitlement of any day, by id or by name.

    Args:
        fact: a set.
        contents: of the pack.
    """
    kept: dict[str, Mapping[str, str]] = contents.__dict__.setdefault("_names_of_items", {})
    if fact.name not in kept:
        labels = fact.values or {one.id: one.label for one in contents.entitlements.values()}
        called = [(plain(each), id) for id, label in labels.items() for each in (label.zh, label.en)]
        several = {name for name, id in called if any(name == other and id != its for other, its in called)}
        found = {name: id for name, id in called if name not in several}
        kept[fact.name] = found | {plain(id): id for id in labels}
    return kept[fact.name]


def items(fact: Fact, said: str, contents: Contents) -> tuple[str, ...]:
    """Returns the items of a list that somebody wrote, each by its id; none where it says so.

    Raises:
        NotUnderstood: one of them is no item of the set.
    """
    if plain(said) in _NONE:
        return ()
    known, found, start = names(fact, contents), [], 0
    ends = [*(each.span() for each in _PARTS.finditer(said)), (len(said), len(said))]
    while start < len(said):
        # A name may have a comma in it: the longest one counts.
        own = [(end, after) for end, after in ends if end >= start]
        named = [(end, after) for end, after in own[:_MOST_COMMAS] if plain(said[start:end]) in known]
        end, after = named[-1] if named else own[0]
        if said[start:end].strip():
            found.append(known.get(plain(said[start:end])) or _no_item(fact, said[start:end], contents))
        start = after
    return tuple(found)


def _no_item(fact: Fact, said: str, contents: Contents) -> str:
    wrong = no_item(fact, said, contents)
    raise NotUnderstood(*(f"{wrong[0][lang]}{sign}{wrong[1][lang]}" for lang, sign in (("zh", "；"), ("en", "; "))))


def no_item(fact: Fact, said: str, contents: Contents) -> tuple[Words, Words]:
    """Returns what is wrong with what is no item of a set, and what to write instead."""
    known = names(fact, contents)
    parts = plain(said).split()
    advice = did_you_mean(plain(said), known)
    if len(parts) > 1 and all(part in known for part in parts):
        advice = Words("几项之间用 `、` 或 `;` 隔开", "part them by `,` or `;`")
    listed = Words("写事项的代码或名称，见 `eligibility list`", "write ids or names as `eligibility list` shows them")
    return Words("没有这样的事项", "there is no such entitlement"), advice or listed


def plain(said: str) -> str:
    """Returns a text with half-width digits, letters and signs, in lower case, without spaces around it."""
    return unicodedata.normalize("NFKC", said).strip().casefold()


def _flag(_: Fact, text: str) -> bool:
    if text in _YES or text in _NO:
        return text in _YES
    raise NotUnderstood("这里答是或否", "yes or no belongs here")


def _number(fact: Fact, text: str) -> int:
    number = amount(text)
    scale = 100 if fact.type == "money" else 1
    low, high = fact.limits
    if number is None or number * scale != int(number * scale):
        if fact.type == "money":
            raise NotUnderstood(
                "这里是金额（元），如 `485`、`1,110.50`、`1.2万`",
                "an amount in yuan belongs here: `485`, `1,110.50`, `1.2万`",
            )
        raise NotUnderstood("这里是整数，如 `3`", "a whole number belongs here, such as `3`")
    value = int(number * scale)
    if not low <= value <= high:
        least, most = (yuan(low), yuan(high)) if fact.type == "money" else (str(low), str(high))
        raise NotUnderstood(f"要在 {least} 与 {most} 之间", f"it lies between {least} and {most}")
    return value


def amount(said: str) -> Decimal | None:
    """Returns the number that somebody meant, exactly, without its unit; None where it is none."""
    return _amount(_UNITS.sub("", _LEAD.sub("", plain(said))))


def _amount(text: str) -> Decimal | None:
    """Returns a number as people write it: with commas, with 万, in Chinese below a hundred; None where it is none."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        small = _small(text)
        return None if small is None else Decimal(small)
    whole, part, times = found.groups()
    try:
        return Decimal(whole.replace(",", "") + (part or "")) * _TIMES.get(times, 1)
    except InvalidOperation:
        return None


def _small(text: str) -> int | None:
    """Returns a whole number below a hundred written in Chinese: 三, 十二, 六十三."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGITS.get(text)
    left = 1 if not tens else _DIGITS.get(tens)
    right = 0 if not ones else _DIGITS.get(ones)
    return None if left is None or right is None else left * 10 + right


def day(said: str) -> date:
    """Returns the day that somebody meant: `1969-10-08`, `1969/10/8`, `1969.10.8`, `1969年10月8日`, `19691008`.

    Raises:
        NotUnderstood: it names no day.
    """
    text = plain(said)
    found = _DATE.fullmatch(text) or _TIGHT.fullmatch(text)
    if found is None:
        raise NotUnderstood(
            "这里是日期（年月日），如 `1969-10-08`、`1969年10月8日`",
            "a day belongs here: `1969-10-08`, `1969/10/8`, `1969年10月8日`",
        )
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        raise NotUnderstood("没有这一天", "there is no such day") from None


def _day(_: Fact, text: str) -> date:
    return day(text)


def _choice(fact: Fact, text: str) -> str:
    """Returns a value by its code, its label, or a part of the label that no other one has."""
    named = {value: tuple(plain(each) for each in (value, label.zh, label.en)) for value, label in fact.values.items()}
    found = _one(named, text)
    if found is None and text in _NONE and "none" in fact.values:
        return "none"
    if found is None:
        both = [one_of([label[lang] for label in fact.values.values()]) for lang in ("zh", "en")]
        raise NotUnderstood(both[0].zh, both[1].en)
    return found


def _one(named: Mapping[str, tuple[str, ...]], text: str) -> str | None:
    """Returns the one key that a text names wholly, else the one a name of which it begins or is part of."""
    for fits in (_is, _begins, _within):
        found = [key for key, names in named.items() if any(fits(name, text) for name in names)]
        if len(found) == 1:
            return found[0]
        if found:
            return None
    return None


def _is(name: str, text: str) -> bool:
    return name == text


def _begins(name: str, text: str) -> bool:
    return len(text) > 1 and name.startswith(text)


def _within(name: str, text: str) -> bool:
    return len(text) > 1 and text in name


def _place(fact: Fact, text: str, contents: Contents) -> str:
    """Returns the code of a place by itself, by its label, or by an address that ends in the label."""
    if text in fact.also:
        return text
    if text in _NONE and "none" in fact.also:
        return "none"
    digits = 2 if fact.level == "province" else 6
    if re.fullmatch(r"[1-9]\d*", text, re.ASCII) and len(text) == digits and text[:2] in PROVINCES:
        return text
    named = dict(_places(contents, digits))
    found = _one(named, text) or next((code for code, names in named.items() if text.endswith(names[0])), None)
    if found is None:
        zh, en = (
            f"这里是地名或 {digits} 位行政区划代码",
            f"the name of a place or its code of {digits} digits belongs here",
        )
        raise NotUnderstood(zh, en)
    return found


def _places(contents: Contents, digits: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yields the places of a level that the pack lists, with what they are called."""
    for code, label in contents.places.items():
        if len(code) == digits:
            yield code, (plain(label.zh), plain(label.en))
