"""A service guide as sections of lines, for the terminal and as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eligibility import speech
from eligibility.grounds import Basis, Figure, FigureValue
from eligibility.guide import Given, Guide, Paper, Rule
from eligibility.money import PERIOD_WORDS
from eligibility.words import Words, fold

_EXACTLY = Words("", "")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>])")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a section, and what stands below it."""

    text: str
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its lines."""

    heading: str
    items: tuple[Item, ...]


def sections(guide: Guide, lang: str) -> list[Section]:
    """Returns a service guide as sections in the order in which people ask: who, what, how much, why, how, since when."""
    return _Leaflet(guide, lang).sections()


def text_lines(found: Sequence[Section], columns: int) -> Iterator[tuple[str, bool]]:
    """Yields the lines for a terminal, each with whether it is a heading."""
    for section in found:
        yield from ((line, True) for line in fold(section.heading, columns))
        for item in section.items:
            yield from ((line, False) for line in _indented(item.text, "  - ", "    ", columns))
            for below in item.below:
                yield from ((line, False) for line in _indented(below, "      ", "      ", columns))
        yield "", False


def _indented(text: str, first: str, rest: str, columns: int) -> Iterator[str]:
    for index, line in enumerate(fold(text, columns - len(rest))):
        yield (rest if index else first) + line


def markdown_lines(found: Sequence[Section]) -> Iterator[str]:
    """Yields the lines of a Markdown page; the first section's heading is the title."""
    for index, section in enumerate(found):
        yield f"{'##' if index else '#'} {_escaped(section.heading)}"
        yield ""
        for item in section.items:
            yield f"- {_escaped(item.text)}"
            yield from (f"  - {_escaped(below)}" for below in item.below)
        yield ""


def _escaped(text: str) -> str:
    return " ".join(word if "://" in word else _MARKDOWN.sub(r"\\\1", word) for word in text.split(" "))


class _Leaflet:
    """Says one guide in one language."""

    def __init__(self, guide: Guide, lang: str) -> None:
        self.guide = guide
        self.lang = lang

    def say(self, zh: str, en: str) -> str:
        """Returns one of two texts."""
        return zh if self.lang == "zh" else en

    def pair(self, zh: str, en: str, words: Words | None) -> Iterator[Item]:
        """Yields a named line, where there is something to say."""
        if words is not None:
            yield Item(self.say(f"{zh}：{words.zh}", f"{en}: {words.en}"))

    def sections(self) -> list[Section]:
        """Returns every section that has something to say."""
        guide, say = self.guide, self.say
        parts = [
            (f"{guide.label[self.lang]} ({guide.id})", [*self.head()]),
            (say("谁可以享受", "Who"), [self.rule(each) for each in guide.criteria]),
            (say("哪些情形除外", "Who is excluded"), [self.rule(each) for each in guide.exclusions]),
            (say("以上用语的意思", "What these words mean"), [self.rule(each) for each in guide.meanings]),
            (say("给什么，给多少", "What, and how much"), [*self.benefit()]),
            (say("所用数字", "Figures"), [item for figure in guide.figures for item in self.figure(figure)]),
            (say("怎样办理", "How to apply"), [*self.route()]),
            (say("要带的材料", "Documents"), [self.paper(each) for each in guide.documents]),
            (say("与其他事项的关系", "Beside other entitlements"), [*self.relations()]),
            (say("来源没有说清、我们取了一种读法的", "What the sources leave open"), [*self.open_points()]),
            (say("依据", "Sources"), [self.basis(each) for each in guide.basis]),
            (say("何时起，怎样变", "Since when, and what changed"), [*self.changes()]),
            (say("请注意", "Please note"), [Item(each[self.lang]) for each in (guide.notice, guide.objection)]),
        ]
        return [Section(heading, tuple(items)) for heading, items in parts if items]

    def head(self) -> Iterator[Item]:
        """Yields what it is, for whom, and on which day."""
        guide = self.guide
        yield from self.pair("领域", "area", guide.area)
        for clause in guide.clauses:
            yield from self.pair("条款", "clause", clause)
        yield from self.pair("对象", "for", guide.subject)
        yield from self.pair("性质", "promise", guide.promise)
        yield from self.pair("主管部门", "office in charge", guide.authority)
        day, shown = speech.day(guide.as_of, self.lang), speech.day(guide.shown, self.lang)
        if not guide.in_force:
            yield Item(self.say(f"{day}没有施行；以下是{shown}的规定", f"not in force on {day}; this is as of {shown}"))
        elif guide.unsure:
            yield Item(
                self.say(
                    f"按{day}的规定；当日是否已经施行不确定", f"as of {day}; it is not sure that it is in force then"
                )
            )
        else:
            yield Item(self.say(f"按{day}的规定", f"as of {day}"))
        if guide.note is not None:
            yield Item(guide.note[self.lang])

    def rule(self, rule: Rule) -> Item:
        """Returns a criterion: what it says, how it is tested, where it is written."""
        label, condition = rule.label[self.lang], rule.condition[self.lang]
        tested = () if condition.casefold() == label.casefold() else (condition,)
        return Item(label, (*tested, self.say(f"依据：{rule.cite.zh}", f"basis: {rule.cite.en}")))

    def benefit(self) -> Iterator[Item]:
        """Yields what is given, and each amount with the case that it is for."""
        guide = self.guide
        if guide.benefit is None or guide.kind is None:
            return
        yield Item(self.say(f"{guide.kind.zh}：{guide.benefit.zh}", f"{guide.kind.en}: {guide.benefit.en}"))
        for given in guide.amounts:
            yield self.given(given, PERIOD_WORDS[guide.per][self.lang] if guide.per else "")
        for given in guide.at_most:
            yield self.given(given, self.say("最长", "at most"))
        if guide.paid_from is not None:
            yield Item(guide.paid_from[self.lang])

    def given(self, given: Given, lead: str) -> Item:
        """Returns one amount."""
        below = [given.condition[self.lang]] if given.condition else []
        amount = f"{lead}：{given.amount.zh}" if self.lang == "zh" else f"{lead}: {given.amount.en}"
        return Item(given.label[self.lang], (*below, amount)) if given.label else Item(amount, tuple(below))

    def figure(self, figure: Figure) -> Iterator[Item]:
        """Yields a figure with its values in force."""
        values = tuple(line for value in figure.values for line in self.value(value))
        yield Item(figure.label[self.lang], values or (self.say("当日没有数值", "no value on the day"),))

    def value(self, value: FigureValue, how_much: Words = _EXACTLY) -> Iterator[str]:
        """Yields one value: how much, where, since when, on what source; or why it is unknown and whom to ask."""
        say, lang = self.say, self.lang
        lead = (
            f"{value.applies[lang]}："
            if value.applies and lang == "zh"
            else f"{value.applies.en}: "
            if value.applies
            else ""
        )
        since = speech.day(value.since, lang)
        if value.unknown is not None:
            yield lead + say(f"未知（{value.unknown.zh}）", f"unknown ({value.unknown.en})")
            if value.ask is not None:
                yield say(f"请询问：{value.ask.zh}", f"ask: {value.ask.en}")
            for floor in value.floors:
                yield from self.value(floor, Words("至少", "at least "))
            return
        how = how_much[lang] + (value.value[lang] if value.value else speech.UNKNOWN[lang])
        source = value.source[lang] if value.source else ""
        sure = speech.CONFIDENCE[value.confidence or "unsure"][lang]
        yield lead + say(f"{how}，自{since}起（{source}，{sure}）", f"{how}, from {since} ({source}, {sure})")
        if value.review_by is not None:
            review = speech.day(value.review_by, lang)
            stale = say("，已过期，请核对有无新文件", ", past: look for a newer text") if value.stale else ""
            yield say(f"复核日期：{review}{stale}", f"review by {review}{stale}")
        if value.note is not None:
            yield value.note[lang]

    def route(self) -> Iterator[Item]:
        """Yields where and how one applies, until when, and how long it takes."""
        yield from self.pair("途径", "route", self.guide.route)
        yield from self.pair("受理和决定", "decided by", self.guide.authority)
        yield from self.pair("申请期限", "deadline", self.guide.deadline)
        yield from self.pair("办理时限", "it takes", self.guide.takes)

    def paper(self, paper: Paper) -> Item:
        """Returns a document, who issues it, and whether the office can fetch it itself."""
        fetch = self.say("；部门可以自行核验", "; the office can fetch it itself") if paper.office_can_fetch else ""
        return Item(
            self.say(f"{paper.label.zh}（{paper.issuer.zh}{fetch}）", f"{paper.label.en} ({paper.issuer.en}{fetch})")
        )

    def relations(self) -> Iterator[Item]:
        """Yields what it needs, and what it cannot be drawn with."""
        for each in self.guide.requires:
            yield from self.pair("要先符合", "also needs", each)
        for each in self.guide.gives:
            yield from self.pair("批准后即为", "a grant makes it", each)
        for each in self.guide.not_with:
            yield from self.pair("不能同时享受", "not together with", each)
        for each in self.guide.higher_of:
            yield from self.pair("只能择高享受", "only the higher of this and", each)

    def open_points(self) -> Iterator[Item]:
        """Yields each open point with the reading taken, the others, and why it is open."""
        for point in self.guide.readings:
            others = [
                self.say(f"另一种读法 {id}：{other.zh}", f"another reading, {id}: {other.en}")
                + ("" if id in point.written else self.say("（只有文字）", " (in words only)"))
                for id, other in point.others.items()
            ]
            taken = self.say(f"所取读法：{point.taken.zh}", f"taken: {point.taken.en}")
            why = self.say(f"为什么没有定论：{point.why.zh}", f"why it is open: {point.why.en}")
            yield Item(f"{point.question[self.lang]} ({point.id})", (taken, *others, why))

    def basis(self, source: Basis) -> Item:
        """Returns a source, how sure it is, and its address."""
        number = f"（{source.number}）" if source.number and self.lang == "zh" else ""
        dated = f", {speech.day(source.dated, self.lang)}" if source.dated else ""
        dated = dated.replace(", ", "，") if self.lang == "zh" else dated
        sure = speech.CONFIDENCE[source.confidence][self.lang]
        below = [source.note[self.lang]] if source.note else []
        below += [source.address] if source.address else []
        return Item(f"{source.title[self.lang]}{number}{dated}{self.say('；', '; ')}{sure}", tuple(below))

    def changes(self) -> Iterator[Item]:
        """Yields what began to hold, by day."""
        days = dict.fromkeys(change.day for change in self.guide.changes)
        for day in days:
            below = tuple(change.what[self.lang] for change in self.guide.changes if change.day == day)
            yield Item(speech.day(day, self.lang), below)
