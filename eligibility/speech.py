"""Values, outcomes and marks as people say them, in Chinese and English."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from eligibility.ir import Type
from eligibility.money import spoken, yuan
from eligibility.packs.contents import Contents
from eligibility.schema import Fact
from eligibility.words import Words

UNKNOWN = Words("未知", "unknown")
OUTCOMES = {
    "eligible": Words("符合", "eligible"),
    "ineligible": Words("不符合", "not eligible"),
    "undetermined": Words("待定", "open"),
}
TRUTHS = {
    "true": Words("满足", "met"),
    "false": Words("不满足", "not met"),
    "unknown": Words("待查", "not known"),
}
EXCLUSION_TRUTHS = {
    "true": Words("属排除情形", "excludes"),
    "false": Words("无此情形", "does not exclude"),
    "unknown": Words("待查", "not known"),
}
MARKS = {
    "may": Words("可以申请，由机关决定", "may apply; the office decides"),
    "goal": Words("工作目标，不是既得权利", "a goal, not an accrued right"),
    "first": Words("优先办理", "priority"),
    "open": Words("面向所有人", "open to all"),
    "attested": Words("依据主管部门或学校的认定", "rests on a finding of an office or school"),
    "figure_unverified": Words("数字未经核实", "figure not verified"),
    "figure_unknown": Words("金额由当地确定，本规则包未收录", "the figure is set locally and not held here"),
    "stale": Words("数字或规定已过复核日期", "past its review date"),
    "certain": Words("无论未知事实如何都成立", "certain whatever the unknown facts are"),
}
CONFIDENCE = {
    "seen": Words("已见原文", "seen"),
    "known": Words("据正式文件，未见原文", "known, text not at hand"),
    "unsure": Words("不确定", "unsure"),
}
_UNITS = {
    "years": Words("年", "years"),
    "months": Words("个月", "months"),
    "persons": Words("人", "persons"),
    "grade": Words("级", ""),
    "class": Words("类", ""),
}
_YES_NO = {True: Words("是", "yes"), False: Words("否", "no")}


def fact_value(fact: Fact, value: Any, contents: Contents, lang: str) -> str:  # noqa: ANN401 - a value of any fact
    """Returns a fact's value as people say it; None is unknown."""
    if value is None:
        return UNKNOWN[lang]
    if fact.type == "choice":
        return fact.values[value][lang] if value in fact.values else str(value)
    if fact.type == "money":
        return spoken(yuan(value), fact.per or "once", lang)
    if fact.name == "age":
        return f"{value} 周岁" if lang == "zh" else f"{value} years"
    return any_value(fact.kind, value, contents, lang)


def any_value(kind: Type, value: Any, contents: Contents, lang: str) -> str:  # noqa: ANN401 - a value of any type
    """Returns a value of a type as people say it; None is unknown."""
    if value is None:
        return UNKNOWN[lang]
    if isinstance(value, bool):
        return _YES_NO[value][lang]
    if kind.kind == "money":
        return (
            spoken(yuan(int(value)), kind.unit or "once", lang)
            if Fraction(value).denominator == 1
            else _exact(value, lang)
        )
    if kind.kind == "place" and value in contents.places:
        return contents.places[value][lang]
    if kind.kind == "number" and kind.unit in _UNITS:
        return f"{value} {_UNITS[kind.unit][lang]}".strip()
    if isinstance(value, date):
        return day(value, lang)
    if isinstance(value, frozenset):
        return ("、" if lang == "zh" else ", ").join(sorted(value)) or Words("无", "none")[lang]
    return str(value)


def _exact(value: Fraction, lang: str) -> str:
    amount = f"{float(value) / 100:.4f}"
    return f"约 {amount} 元" if lang == "zh" else f"about {amount} yuan"


def day(value: date, lang: str) -> str:
    """Returns a day as people write it: `2017年12月31日`, `31 December 2017`."""
    if lang == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
