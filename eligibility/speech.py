"""Values, outcomes, marks, citations and questions as people say them, in Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from eligibility.answered import Taken
from eligibility.derived import LeftOut
from eligibility.ir import Type
from eligibility.money import spoken, yuan
from eligibility.packs.contents import Contents
from eligibility.packs.figures import Entry
from eligibility.schema import Fact
from eligibility.wording import decimal
from eligibility.words import Words, spelled

UNKNOWN = Words("未知", "unknown")
OUTCOMES = {
    "eligible": Words("符合", "eligible"),
    "ineligible": Words("不符合", "not eligible"),
    "undetermined": Words("待定", "undetermined"),
}
TRUTHS = {
    "true": Words("满足", "met"),
    "false": Words("不满足", "not met"),
    "unknown": Words("待查", "not known"),
}
HOLDS = {"true": Words("是", "yes"), "false": Words("否", "no"), "unknown": Words("待查", "not known")}
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
    "figure_unknown": Words("有数字没有掌握", "a figure is not held here"),
    "amount_below_zero": Words(
        "算出的金额不足零，请向主管部门核实", "the amount comes out below zero: ask the office in charge"
    ),
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


_OF_DAY = Words("情况的日期", "day of the facts")
ABSENT = Words("没有这一事项", "not in force")
"""What an entitlement is that does not hold on a day."""
PAID_FROM = {
    "month_of_application": Words("从申请当月起发放", "paid from the month of application"),
    "month_after_approval": Words("从批准的次月起发放", "paid from the month after approval"),
}


def fact_value(fact: Fact, value: Any, contents: Contents, lang: str) -> str:  # noqa: ANN401 - a value of any fact
    """Returns a fact's value as people say it; None is unknown."""
    if value is None:
        return UNKNOWN[lang]
    if fact.type == "choice":
        return fact.values[value][lang] if value in fact.values else str(value)
    if fact.type == "money":
        return spoken(yuan(value), fact.per or "once", lang)
    if fact.type == "set" and fact.values:
        return any_value(fact.kind, frozenset(fact.values[each][lang] for each in value), contents, lang)
    if fact.unit == "years" and "岁" in fact.label.zh:
        return f"{value}周岁" if lang == "zh" else f"{value} years"
    return any_value(fact.kind, value, contents, lang)


def any_value(kind: Type, value: Any, contents: Contents, lang: str) -> str:  # noqa: ANN401 - a value of any type
    """Returns a value of a type as people say it; None is unknown."""
    if value is None or isinstance(value, bool):
        return UNKNOWN[lang] if value is None else _YES_NO[value][lang]
    if kind.kind == "money":
        return (
            spoken(yuan(int(value)), kind.unit or "once", lang)
            if Fraction(value).denominator == 1
            else _exact(value, lang)
        )
    if kind.kind == "place" and value in contents.places:
        return contents.places[value][lang]
    if kind.kind == "choice" and value in (choices := contents.choices.get(kind.unit or "", {})):
        return choices[value][lang]
    if kind.kind == "number" and kind.unit in _UNITS:
        return f"{value}{'' if lang == 'zh' else ' '}{_UNITS[kind.unit][lang]}".strip()
    return _other(value, lang)


def _other(value: Any, lang: str) -> str:  # noqa: ANN401 - a value of any type
    if isinstance(value, date):
        return day(value, lang)
    if isinstance(value, frozenset):
        return ("、" if lang == "zh" else ", ").join(sorted(value)) or Words("无", "none")[lang]
    return str(value)


def _exact(value: Fraction, lang: str) -> str:
    amount = decimal(value / 100)
    return f"约{amount}元" if lang == "zh" else f"about {amount} yuan"


def day(value: date, lang: str) -> str:
    """Returns a day as people write it: `2017年12月31日`, `31 December 2017`."""
    return spelled(value, lang)


def left_out(members: Sequence[LeftOut], when: date, names: Mapping[str, str], lang: str) -> str:
    """Returns who is listed and not in the household on a day, and why (MEANING M4).

    Args:
        members: the ones left out, at least one.
        when: the day.
        names: what a member is called where that is not the id.
        lang: `zh` or `en`.
    """
    told = [
        Words(f"{name}（{why.zh}）", f"{name} ({why.en})")[lang]
        for name, why in ((names.get(each.id, each.id), why_left_out(each, when)) for each in members)
    ]
    return Words(f"没有算作家庭成员：{'、'.join(told)}", f"not counted as members: {', '.join(told)}")[lang]


def why_left_out(member: LeftOut, when: date) -> Words:
    """Returns why somebody who is listed is not in the household on a day."""
    if member.why == "died":
        return Words("已去世", "died")
    zh = f"出生日期在{day(when, 'zh')}之后，请核对"
    return Words(zh, f"the date of birth is after {day(when, 'en')}: please check it")


def taken(answers: Sequence[Taken], contents: Contents, lang: str) -> Iterator[str]:
    """Yields what answers of a form were taken for: cell, fact, value (MEANING M16)."""
    for each in answers:
        label = _OF_DAY if each.name == "as_of" else contents.schema.facts[each.name].label
        value = taken_value(each, contents, lang)
        yield (
            f"{each.cell} {label[lang]}：读作{value}"
            if lang == "zh"
            else f"{each.cell} {label[lang]}: taken for {value}"
        )


def taken_value(answer: Taken, contents: Contents, lang: str) -> str:
    """Returns what an answer of a form was taken for, as people say it."""
    if answer.name == "as_of":
        return day(answer.value, lang)
    return fact_value(contents.schema.facts[answer.name], answer.value, contents, lang)


def citation(cite: str, contents: Contents, lang: str) -> str:
    """Returns a citation as people read it: the document's title, and the paragraph's heading where it is the plan."""
    parts = []
    for each in cite.split("; "):
        source, place = cited(each, contents, lang)
        entry = contents.sources.get(source)
        title = entry.title[lang] if entry else source
        if entry and entry.number and lang == "zh":
            title = f"{title}（{entry.number}）"
        parts.append(f"{title} {place}".strip())
    return ("；" if lang == "zh" else "; ").join(parts)


def cited(cite: str, contents: Contents, lang: str) -> tuple[str, str]:
    """Returns the id of the document that one citation names, and the place in it; of the plan the paragraph's heading."""
    source, _, place = cite.partition(" ")
    clause = contents.clauses.get(place.partition(" ")[0]) if source == contents.file.plan else None
    if lang == "zh":
        place = re.sub(r"\bart\. (\d+)", r"第\1条", place)
    return source, f"{place} {clause.heading[lang]}" if clause else place


def figure_line(entry: Entry, contents: Contents, lang: str) -> str:
    """Returns where a figure comes from: source, first day, confidence; or why it is unknown and whom to ask."""
    said = entry.said
    if said.unknown is not None:
        ask = said.ask[lang] if said.ask else ""
        return f"{said.unknown[lang]}；询问：{ask}" if lang == "zh" else f"{said.unknown[lang]}; ask: {ask}"
    source = contents.sources.get(said.source or "")
    title = source.title[lang] if source else ""
    sure = CONFIDENCE[said.confidence or "unsure"][lang]
    since = day(said.start, lang)
    return f"{title}，自{since}起，{sure}" if lang == "zh" else f"{title}, from {since}, {sure}"


def amount_unknown(at_least: str | None, lang: str) -> str:
    """Returns that an amount is not known, and what it surely reaches where a floor says so."""
    if at_least is None:
        return Words("金额未知", "amount not known")[lang]
    return Words(f"至少{at_least}，确切金额未知", f"at least {at_least}, exact amount not known")[lang]


def at_most(months: int | None, lang: str) -> str:
    """Returns for how long something that is limited is drawn."""
    if months is None:
        return Words("有期限，多久未知", "a limited time, how long is not known")[lang]
    return Words(f"最长 {months} 个月", f"at most {months} months")[lang]


def question(name: str, contents: Contents, lang: str) -> tuple[str, str]:
    """Returns what an unknown fact or figure is called, and who tells it, shown by which paper, or whom to ask."""
    fact = contents.schema.facts.get(name)
    if fact is None:
        return _parameter(name, contents, lang)
    who = contents.schema.attesters[fact.attested_by][lang]
    paper = contents.documents[fact.document].label[lang] if fact.document else ""
    told = (
        Words(f"{who}说明", f"told by {who}")
        if fact.attested_by == "applicant"
        else Words(f"{who}认定", f"found by {who}")
    )
    by = Words(f"，凭{paper}", f", shown by: {paper}")[lang] if paper else ""
    return fact.label[lang], told[lang] + by


def _parameter(name: str, contents: Contents, lang: str) -> tuple[str, str]:
    """Returns what the rules themselves lack, and whom to ask for it."""
    entitlement = contents.entitlements.get(name.removesuffix(".in_force"))
    label = contents.names.labels.get(name)
    series = contents.parameters.get(name) or contents.attributes.get(name)
    asks = [entry.said.ask for entry in series.entries if entry.said.ask is not None] if series else []
    if entitlement is not None and label is None:
        label = Words(f"{entitlement.label.zh}是否已经施行", f"whether this is in force yet: {entitlement.label.en}")
        asks = [entitlement.in_force.ask] if entitlement.in_force.ask else [entitlement.authority]
    whom = asks[-1] if asks else Words("主管部门", "the competent office")
    told = Words(f"规则包未收录；询问：{whom.zh}", f"not held in these rules; ask: {whom.en}")
    return label[lang] if label else name, told[lang]


def paper(id: str, contents: Contents, lang: str) -> str:
    """Returns a document with who issues it, and whether the office can fetch it itself."""
    document = contents.documents[id]
    fetch = (
        Words("；部门可自行核验", "; the office can fetch it itself") if document.office_can_fetch else Words("", "")
    )
    said = Words(
        f"{document.label.zh}（{document.issuer.zh}{fetch.zh}）",
        f"{document.label.en} ({document.issuer.en}{fetch.en})",
    )
    return said[lang]
