"""What people see of a timeline: each month that differs from the one before, and what was due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from eligibility import speech
from eligibility.money import plain, spoken, yuan
from eligibility.offers import KINDS
from eligibility.packs.calendar import RulePack
from eligibility.packs.contents import Contents
from eligibility.page import Section, Table
from eligibility.telling import Telling
from eligibility.timeline import Month, Stretch, Timeline
from eligibility.words import Words
from eligibility.worth import SUMMED

_STEPS = {
    "held": Words("已有", "held"),
    "began": Words("开始", "began"),
    "changed": Words("改变", "changed"),
    "ended": Words("结束", "ended"),
    "unsettled": Words("转为待定", "open from here"),
}


@dataclass(frozen=True)
class Almanac(Telling):
    """One timeline in one language.

    Args:
        pack: whose labels are told.
        household: the id of the profile.
        line: the timeline.
        lang: `zh` or `en`.
        names: what a member is called where that is not the id.
        everything: whether services open to all are told too.
    """

    pack: RulePack
    household: str
    line: Timeline
    lang: str
    names: Mapping[str, str]
    everything: bool = False

    @property
    def contents(self) -> Contents:
        """What the pack holds."""
        return self.pack.contents

    def sections(self) -> list[Section]:
        """Returns the timeline from top to bottom."""
        say, file = self.say, self.contents.file
        return [
            self.head(),
            Section(say("逐月", "Month by month"), (self.table(),)),
            Section(say("按月发放的现金合计", "Cash by the month, in all"), self.sum()),
            Section(say("请注意", "Please note"), (file.notice[self.lang], file.objection[self.lang])),
        ]

    def head(self) -> Section:
        """Returns whose timeline it is, between which days, and what is assumed."""
        line, say = self.line, self.say
        first, last = speech.day(line.first, self.lang), speech.day(line.last, self.lang)
        digest = self.contents.digest.removeprefix("sha256:")[:12]
        held = f"{self.contents.file.id} {self.contents.file.version}"
        applied = (
            speech.day(line.applied, self.lang) if line.applied else say("符合之日", "the first day on which it holds")
        )
        lines = (
            say(f"{first}至{last}（初筛，不是审批决定）", f"{first} to {last} (a first screening, not a decision)"),
            say(
                "情况视为一直没有变化，只有年龄和期限随时间增长",
                "the facts are taken to last; only ages and terms grow",
            ),
            say(f"视为在{applied}申请、当月批准", f"taken as applied for on {applied} and approved in the same month"),
            say(f"规则包：{held}（摘要 {digest}）", f"rules: {held} (digest {digest})"),
        )
        return Section(say(f"逐月情况：{self.household}", f"Timeline of {self.household}"), lines)

    def table(self) -> Table:
        """Returns a row for each month that differs from the one before; others stand in the row above."""
        say = self.say
        head = (say("月份", "month"), say("变化", "what changed"), say("有", "has"), say("当月现金", "cash"))
        rows = tuple(self.row(months) for months in self.runs())
        return Table(head, rows, ("",) * len(rows))

    def runs(self) -> Iterator[Sequence[Month]]:
        """Yields months together of which only the first brings something new."""
        number, numbered = 0, []
        previous: Month | None = None
        for month in self.line.months:
            same = previous is not None and not any(
                (month.began, month.changed, month.ended, month.unsettled, previous.ended, previous.unsettled)
            )
            if not same or (previous is not None and (month.due, month.unknown) != (previous.due, previous.unknown)):
                number += 1
            numbered.append((number, month))
            previous = month
        yield from ([month for _, month in group] for _, group in groupby(numbered, key=lambda pair: pair[0]))

    def row(self, months: Sequence[Month]) -> tuple[str, ...]:
        """Returns one or several months as a row."""
        first, last = months[0], months[-1]
        name = f"{first.first:%Y-%m}" + (f"\n{self.say('至', 'to')} {last.first:%Y-%m}" if last is not first else "")
        cash = spoken(yuan(first.due), "month", self.lang) if first.due else ""
        if first.unknown:
            cash += ("\n" if cash else "") + self.say(f"另 {first.unknown} 项未计", f"and {first.unknown} not counted")
        return name, "\n".join(self.changes(first)), str(len({each.key for each in self.told(first.holds)})), cash

    def changes(self, month: Month) -> Iterator[str]:
        """Yields what began, changed and ended in a month, and what was had when the timeline begins."""
        held = [each for each in month.holds if each.first == self.line.first] if month is self.line.months[0] else []
        steps: list[tuple[str, Sequence[Stretch]]] = [
            ("held", held),
            ("began", month.began),
            ("changed", month.changed),
            ("ended", month.ended),
        ]
        steps.append(("unsettled", month.unsettled))
        for step, found in steps:
            over = step in {"ended", "unsettled"}
            for same in self.alike(self.told(found), ended=over):
                yield f"{_STEPS[step][self.lang]} {self.stretch(same, ended=over)}{self.waits(same) if over else ''}"

    def waits(self, same: Sequence[Stretch]) -> str:
        """Returns what an answer that is open from here on waits for."""
        names = dict.fromkeys(name for each in same for name in each.waits)
        if not names:
            return ""
        labels = self.listed(speech.question(name, self.contents, self.lang)[0] for name in names)
        return self.say(f"（缺：{labels}）", f" (needs: {labels})")

    @staticmethod
    def alike(found: Sequence[Stretch], *, ended: bool) -> list[list[Stretch]]:
        """Returns the same step for several subjects together, in the order of the first of each."""
        groups: dict[object, list[Stretch]] = {}
        for each in found:
            key = (each.entitlement, each.last, None) if ended else (each.entitlement, each.first, each.amount)
            groups.setdefault(key, []).append(each)
        return list(groups.values())

    def told(self, found: Sequence[Stretch]) -> list[Stretch]:
        """Returns what is told: services open to all only when they are asked for."""
        return [each for each in found if self.everything or each.promise != "open"]

    def stretch(self, same: Sequence[Stretch], *, ended: bool) -> str:
        """Returns an entitlement with its day, subjects and amount."""
        each = same[0]
        label = self.contents.entitlements[each.entitlement].label[self.lang]
        who = self.who(one.subject for one in same)
        day = each.last if ended else each.first
        amount = self.say("，", ", ") + each.amount.said(self.lang) if each.amount and not ended else ""
        when = self.say(f"{day.day}日", f"on {speech.day(day, 'en')}:") if day != self.line.first else ""
        return f"{when} {label} · {who}{amount}".strip()

    def sum(self) -> tuple[str, ...]:
        """Returns the cash of all months, and what stands beside it."""
        say = self.say
        lines = [plain(yuan(self.line.due), self.lang)]
        lines.append(
            say(
                "只计按月发放、金额已知、不由机关酌定的现金；按学期、学年、年或一次性给付的不在内",
                "only cash by the month of known amount that no office decides on; nothing by the term, year or once",
            )
        )
        if any(month.unknown for month in self.line.months):
            zh = "有些月份另有现金没有计入：金额未知、由机关酌定、不能同时享受，或不知从何时领起"
            en = "in some months there is more cash: of unknown amount, by decision, not to be had together, or drawn since nobody knows when"
            lines.append(say(zh, en))
        return (*lines, *self.beside())

    def beside(self) -> Iterator[str]:
        """Yields the cash and the waivers of other periods, each with the days between which it is had."""
        for each in self.told(self.line.stretches):
            if each.kind in SUMMED and each.amount is not None and each.per != "month":
                label = self.contents.entitlements[each.entitlement].label[self.lang]
                first, last = (speech.day(end, self.lang) for end in (each.first, each.last))
                days = self.say(f"{first}至{last}", f"{first} to {last}")
                kind = KINDS[each.kind][self.lang]
                yield f"{each.amount.said(self.lang)} ({kind}) {label} · {self.who([each.subject])} {days}"
