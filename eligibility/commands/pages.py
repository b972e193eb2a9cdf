"""The catalogue of a pack as one page: each entitlement in a few lines, area by area."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from eligibility.commands.leaflet import Item, Section
from eligibility.guide import Guide, guide
from eligibility.money import PERIOD_WORDS
from eligibility.words import Words

if TYPE_CHECKING:
    from eligibility.packs.calendar import RulePack
    from eligibility.packs.model import Entitlement


def catalogue(pack: RulePack, found: Sequence[Entitlement], day: date, lang: str) -> list[Section]:
    """Returns entitlements as sections, one an area, the title before them.

    Args:
        pack: that holds them.
        found: what to tell, in order.
        day: the day whose law is told; what is not in force then is told as it begins or ended.
        lang: `zh` or `en`.
    """
    file = pack.contents.file
    held = Words(f"按{day}的规定，{len(found)} 个事项", f"{len(found)} entitlements, by the law of {day}")
    more = Words("eligibility show ID 给出完整的办事指南", "eligibility show ID gives the whole service guide")
    notes = tuple(Item(each[lang]) for each in (held, more, file.notice, file.objection))
    sections = [Section(file.title[lang], notes)]
    for area, label in file.areas.items():
        items = tuple(_entry(guide(pack, one.id, day), lang) for one in found if one.area == area)
        if items:
            sections.append(Section(f"{label[lang]} ({area})", items))
    return sections


def _entry(one: Guide, lang: str) -> Item:
    return Item(f"{one.label[lang]} ({one.id})", tuple(_lines(one, lang)))


def _lines(one: Guide, lang: str) -> Iterator[str]:
    """Yields who may have it, what it gives, on what, where, and since when."""
    and_, colon = ("；", "：") if lang == "zh" else ("; ", ": ")

    def line(zh: str, en: str, *words: Words) -> Iterator[str]:
        if words:
            yield f"{zh if lang == 'zh' else en}{colon}{and_.join(each[lang] for each in words)}"

    yield from line("条款", "clause", *one.clauses)
    yield from line("性质", "promise", one.promise)
    yield from line("条件", "who", *(each.label for each in one.criteria), *one.requires)
    yield from line("除外", "not", *(each.label for each in one.exclusions))
    yield from line("给付", "gives", *([one.benefit] if one.benefit else []))
    if one.per:
        amounts = [
            Words(f"{each.label.zh} {each.amount.zh}", f"{each.label.en} {each.amount.en}")
            if each.label
            else each.amount
            for each in one.amounts
        ]
        yield from line(PERIOD_WORDS[one.per].zh, PERIOD_WORDS[one.per].en, *amounts)
    yield from line("主管部门", "office", one.authority)
    yield from line("材料", "papers", *(each.label for each in one.documents))
    yield from line("不能同时享受", "not together with", *one.not_with)
    yield from line("只能择高享受", "only the higher of this and", *one.higher_of)
    yield from line("依据", "sources", *(each.title for each in one.basis))
    points = [Words(f"{each.question.zh} ({each.id})", f"{each.question.en} ({each.id})") for each in one.readings]
    yield from line("没有定论", "open", *points)
    since = Words(f"{one.since}起", f"from {one.since}")
    yield from line(
        "施行", "in force", Words(since.zh + "（不确定）", since.en + " (not sure)") if one.unsure else since
    )
