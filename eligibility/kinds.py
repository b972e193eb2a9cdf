"""Types of values: how people call them, how large they may become, and what two of them have in common."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from math import lcm

from eligibility.errors import did_you_mean, one_of
from eligibility.ir import Constant, Type
from eligibility.money import PERIOD_WORDS
from eligibility.words import Words

WILD = Type("any")
"""The type of what is already known to be wrong."""
BOOL = Type("bool", fixed=True)
MOST_MEMBERS = 100
MOST_DENOMINATOR = 10**6
MOST_DIVISOR = 1000
MOST_NUMERATOR = 2**62
NUMERIC = frozenset({"number", "money"})
PROVINCES = frozenset(
    str(code)
    for codes in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82),
    )
    for code in codes
)
"""The province codes of GB/T 2260."""
CODES = {"province": re.compile(r"[0-9]{2}"), "city": re.compile(r"[0-9]{4}"), "county": re.compile(r"[0-9]{6}")}

LEVELS = {
    "province": (Words("省份", "a province"), 2, "62"),
    "city": (Words("市", "a city"), 4, "6204"),
    "county": (Words("县区", "a county"), 6, "620402"),
}
"""How people call the levels of places, and how their codes look."""
NARROW = Words("缩小其中事实的 `range:`", "narrow the `range:` of the facts in it")

KIND_WORDS: dict[str, Words] = {
    "bool": Words("条件", "a condition"),
    "number": Words("数", "a number"),
    "money": Words("金额", "money"),
    "date": Words("日期", "a day"),
    "choice": Words("选项", "a choice"),
    "place": Words("地点", "a place"),
    "set": Words("集合", "a set"),
    "text": Words("文字", "a text"),
    "any": Words("任意", "anything"),
}

YIELDS: dict[str, Type] = {
    "years": Type("number", "years", low=0, high=200),
    "months": Type("number", "months", low=0, high=200 * 12),
    "born": Type("date"),
    "sex_of": Type("choice", "sex", values=("female", "male")),
}
"""What a built-in function yields, where its arguments do not decide it."""


ARGUMENTS = {
    "years": ("date", "date"),
    "months": ("date", "date"),
    "per_head": ("money", "number"),
    "born": ("text",),
    "sex_of": ("text",),
}
"""What the built-in functions take; every other one takes money."""


def named(kind: Type) -> Words:
    """Returns how people call a type: `money a month`, `a number of years`."""
    words = KIND_WORDS[kind.kind]
    if kind.kind == "money" and kind.unit:
        period = PERIOD_WORDS[kind.unit]
        return Words(f"{period.zh}的金额", "money once" if kind.unit == "once" else f"money {period.en}")
    if kind.kind == "number" and kind.unit:
        return Words(f"数（{_UNITS.get(kind.unit, kind.unit)}）", f"a number ({kind.unit})")
    return words


_UNITS = {"years": "年", "months": "个月", "days": "天", "persons": "人", "grade": "级", "class": "类"}
COMPARED = Words('比较才是条件，如 `x >= 60`、`x == "a"`', 'a comparison is one: `x >= 60`, `x == "a"`')
CONVERT = Words("用 `yearly(x)` 或 `monthly(x)` 换算", "convert with `yearly(x)` or `monthly(x)`")


def of_constant(value: Constant) -> Type:
    """Returns the type of a constant; a bare number has no unit until it meets one.

    A decimal of d places is counted in numerators over 10^d (MEANING M28).
    """
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, str):
        return Type("text", fixed=True)
    if not isinstance(value, (int, Fraction)):
        return Type("date", fixed=True)
    places = next(each for each in range(19) if 10**each % Fraction(value).denominator == 0)
    top = int(value * 10**places)
    return Type("number", None, low=top, high=top, denominator=10**places, fixed=True)


def in_common(left: Type, right: Type) -> tuple[int, int, int]:
    """Returns the least common multiple of two denominators, and by what to multiply the numerators of each."""
    scale = lcm(left.denominator, right.denominator)
    return scale, scale // left.denominator, scale // right.denominator


def either(joined: Type, left: Type, right: Type) -> Type:
    """Returns a type that holds the values of both; `joined` is what they have in common."""
    fixed = left.fixed and right.fixed
    if joined.kind not in NUMERIC:
        return replace(joined, fixed=fixed)
    scale, a, b = in_common(left, right)
    low, high = min(left.low * a, right.low * b), max(left.high * a, right.high * b)
    return replace(joined, low=low, high=high, denominator=scale, fixed=fixed)


def together(sign: str, joined: Type, left: Type, right: Type) -> Type:
    """Returns the type of a sum or a difference."""
    scale, a, b = in_common(left, right)
    if sign == "+":
        low, high = left.low * a + right.low * b, left.high * a + right.high * b
    else:
        low, high = left.low * a - right.high * b, left.high * a - right.low * b
    return replace(joined, low=low, high=high, denominator=scale, fixed=left.fixed and right.fixed)


def times(left: Type, right: Type) -> Type:
    """Returns the type of a product: money if either is, else the unit of the one that has one."""
    corners = [x * y for x in (left.low, left.high) for y in (right.low, right.high)]
    lead = right if right.kind == "money" or left.unit is None else left
    return replace(
        lead,
        low=min(corners),
        high=max(corners),
        denominator=left.denominator * right.denominator,
        fixed=left.fixed and right.fixed,
    )


def rounded(money: Type) -> Type:
    """Returns the type of an exact amount rounded to whole fen, jiao or yuan; it is no longer fixed (MEANING M29)."""
    scale = money.denominator
    return replace(money, low=money.low // scale - 100, high=money.high // scale + 100, denominator=1, fixed=False)


def crosswise(left: Type, right: Type) -> int:
    """Returns the greatest number that comparing two exact values can need: each side times the other's denominator."""
    ours = max(abs(left.high), abs(left.low)) * right.denominator
    theirs = max(abs(right.high), abs(right.low)) * left.denominator
    return max(ours, theirs)


def misfit(kind: Type, value: str) -> tuple[Words, Words] | None:
    """Returns why a text is no value of a choice or a place, with advice; None where it is one."""
    if value in kind.values or kind.kind not in {"choice", "place"}:
        return None
    if kind.kind == "choice":
        message = Words(f"`{kind.unit}` 没有 `{value}` 这个值", f"`{kind.unit}` has no value `{value}`")
        return message, did_you_mean(value, kind.values) or one_of(kind.values)
    level = kind.level or "county"
    place, digits, like = LEVELS[level]
    if CODES[level].fullmatch(value):
        no_province = Words("没有这样开头的省份代码", "no province has a code that begins like this")
        return None if value[:2] in PROVINCES else (no_province, Words(f'如 `"{like}"`', f'as in `"{like}"`'))
    message = Words(f"`{value}` 不是{place.zh}代码", f"`{value}` is no code of {place.en}")
    return message, Words(f'{digits} 位数字，如 `"{like}"`', f'{digits} digits, as in `"{like}"`')


def mismatch(left: Type, right: Type) -> tuple[Words, Words | None] | None:
    """Returns why two types do not go together, with advice; None where they do.

    A bare number takes its neighbour's unit, never money, `0` apart (MEANING M29).
    """
    bare = [side for side in (left, right) if side.kind == "number" and side.unit is None]
    if {left.kind, right.kind} == NUMERIC and bare and bare[0].low == bare[0].high:
        if bare and bare[0].low == bare[0].high == 0:
            return None
        advice = Words("金额写成参数，注明来源", "make the figure a parameter, with its source")
        return Words("金额旁的数字只能是 0", "beside money only `0` stands as a number"), advice
    if left.kind == right.kind == "place" and left.level and right.level and left.level != right.level:
        message = Words("省、市、县不能互相比较", "a province, a city and a county are not compared with each other")
        return message, Words("用 `place(x).province` 取省份", "take the province by `place(x).province`")
    if left.kind == right.kind and (left.unit == right.unit or (bare and left.kind == "number")):
        return None
    here, there = named(left), named(right)
    message = Words(f"{here.zh}与{there.zh}不能放在一起", f"{here.en} and {there.en} do not go together")
    return message, _meeting(left, right)


_MEETINGS: tuple[tuple[set[str], Words], ...] = (
    ({"number"}, Words("两边用同一个单位", "both sides take the same unit")),
    ({"date", "text"}, Words('日期写成 `date("2017-12-22")`', 'a day is written `date("2017-12-22")`')),
    ({"number", "text"}, Words("数不加引号", "a number has no quotes")),
    ({"place", "number"}, Words('代码放在引号里，如 `"62"`', 'a code stands in quotes: `"62"`')),
)
"""How two types that do not go together could."""


def _meeting(left: Type, right: Type) -> Words | None:
    kinds = {left.kind, right.kind}
    if kinds == {"money"} and {left.unit, right.unit} == {"month", "year"}:
        return CONVERT
    if "bool" in kinds:
        return Words("条件单独写：`x` 或 `not x`", "a condition stands alone: `x` or `not x`")
    return next((words for each, words in _MEETINGS if each == kinds), None)
