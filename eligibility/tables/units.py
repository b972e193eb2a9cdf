"""Units of foreign columns: `yuan a year`, `万元`, `years` for months; exact, or rounded where a mapping says how."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pydantic_core import PydanticCustomError

from eligibility.errors import one_of
from eligibility.fields import wrong
from eligibility.money import PERIOD_WORDS
from eligibility.schema import Fact
from eligibility.words import Words

Rounding = Literal["down", "half_up"]

_MONEY = {
    "fen": 1,
    "分": 1,
    "jiao": 10,
    "角": 10,
    "yuan": 100,
    "元": 100,
    "thousand yuan": 100_000,
    "千元": 100_000,
    "ten thousand yuan": 1_000_000,
    "万元": 1_000_000,
}
_PERIODS = {
    "month": ("month", "月", "每月", "a month"),
    "year": ("year", "年", "每年", "a year"),
    "day": ("day", "天", "日", "a day"),
    "term": ("term", "学期", "a term"),
    "school_year": ("school year", "学年", "a school year"),
    "once": ("once", "一次", "一次性"),
}
_IN_A_YEAR = {"month": 12, "year": 1}
"""How often a year has a period: an amount a month becomes one a year, and the reverse; nothing else is known to last."""
_COUNTED = {"years": ("years", "年", "岁", "周岁"), "months": ("months", "月", "个月")}
_IN_MONTHS = {"years": 12, "months": 1}
_FORM = re.compile(r"(?P<unit>[a-z ]+?|[一-鿿]+?)\s*(?:(?:/|每|a |per )\s*(?P<period>.+)|(?P<once>once))?")


@dataclass(frozen=True, slots=True)
class Scale:
    """How a number in a column becomes one of its fact.

    Args:
        factor: whole fen, or the fact's own unit, for one of the column's.
        unit: the unit that the column counts in, `years` or `months`; None for money.
        rounding: what becomes of parts of a fen or of a unit; where None, they are refused.
    """

    factor: Fraction
    unit: str | None
    rounding: Rounding | None

    def of(self, number: Decimal) -> int | None:
        """Returns the value of a number, or None where it does not come out whole and nothing says how to round."""
        exact = Fraction(number) * self.factor
        if exact.denominator == 1:
            return exact.numerator
        if self.rounding is None:
            return None
        half = Fraction(1, 2) if self.rounding == "half_up" else 0
        return (exact + half).__floor__()


def scale(fact: Fact, said: str, rounding: Rounding | None) -> Scale:
    """Returns what a unit of a mapping means for a fact.

    Raises:
        PydanticCustomError: the unit is none, or none of this fact.
    """
    text = " ".join(said.lower().split())
    factor = _money(fact, text) if fact.type == "money" else _count(fact, text) if fact.type == "count" else None
    if factor is None:
        known = one_of(list(_known(fact)))
        if not _known(fact):
            raise wrong("只有金额和数目才有单位", "only money and counts have a unit")
        raise wrong(
            f"`{said}` 不能换算成这一项的单位", f"`{said}` is no unit that this fact can be reckoned from", known
        )
    own = next((unit for unit, names in _COUNTED.items() if text in names), fact.unit)
    return Scale(factor, own if fact.type == "count" else None, rounding)


def scale_or_none(fact: Fact, said: str = "") -> Scale | None:
    """Returns what a unit means for a fact, its own one where none is stated; None where it is none of this fact."""
    own = "yuan" if fact.type == "money" else fact.unit or ""
    try:
        return scale(fact, said or own, None)
    except PydanticCustomError:
        return None


def _money(fact: Fact, text: str) -> Fraction | None:
    found = _FORM.fullmatch(text)
    if found is None or found["unit"] not in _MONEY:
        return None
    said = "once" if found["once"] else found["period"]
    period = next((period for period, names in _PERIODS.items() if said in names), None) if said else fact.per
    if period is None or fact.per is None:
        return None
    if period == fact.per:
        return Fraction(_MONEY[found["unit"]])
    if period not in _IN_A_YEAR or fact.per not in _IN_A_YEAR:
        return None
    return Fraction(_MONEY[found["unit"]] * _IN_A_YEAR[period], _IN_A_YEAR[fact.per])


def _count(fact: Fact, text: str) -> Fraction | None:
    if text == fact.unit:
        return Fraction(1)
    unit = next((unit for unit, names in _COUNTED.items() if text in names), None)
    if unit is None or fact.unit not in _IN_MONTHS:
        return None
    return Fraction(_IN_MONTHS[unit], _IN_MONTHS[fact.unit])


def _known(fact: Fact) -> list[str]:
    """Returns the units that a column of a fact may have."""
    if fact.type == "count":
        return list(_COUNTED) if fact.unit in _COUNTED else [fact.unit or ""]
    if fact.type != "money" or fact.per is None:
        return []
    return list(_periods(fact.per))


def _periods(own: str) -> Iterator[str]:
    for unit in ("yuan", "ten thousand yuan", "fen"):
        for period in _IN_A_YEAR if own in _IN_A_YEAR else (own,):
            when = PERIOD_WORDS[period].en
            yield f"{unit} {when}"


def inexact(fact: Fact) -> Words:
    """Returns what is said of a number that does not come out whole in the unit of its fact."""
    advice = Words(
        "在映射文件里写 `round: down` 或 `round: half_up`", "state `round: down` or `round: half_up` in the mapping"
    )
    if fact.type == "money":
        zh, en = "换算后不是整分", "this does not come to whole fen"
    else:
        zh, en = "换算后不是整数", "this does not come to a whole number"
    return Words(f"{zh}；{advice.zh}", f"{en}; {advice.en}")
