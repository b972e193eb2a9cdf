"""The sheet for the citizen: what can be applied for and where, what to bring, what may come, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from eligibility import speech
from eligibility.determinations import body_of
from eligibility.packs.model import Apply
from eligibility.page import Block, Section, Sheet
from eligibility.report import Report
from eligibility.summary import Line


@dataclass(frozen=True)
class Handout:
    """One screening for the people whom it is about.

    Args:
        report: of the screening.
    """

    report: Report

    def sheet(self) -> Sheet:
        """Returns the sheet, a section with nothing to say left out."""
        say = self.report.say
        parts: list[tuple[str, tuple[Block, ...]]] = [
            (say("可以申请的", "You can apply for"), tuple(self.granted())),
            (
                say("要带的材料，和谁要用", "What to bring, and for whom"),
                replace(self.report.checklist, brief=True).blocks(),
            ),
            (say("可能还有，请向办事人员问清", "You may also have these: ask at the desk"), tuple(self.maybe())),
            (say("以后可能有的", "Perhaps later"), tuple(self.later())),
            (say("您的权利", "Your rights"), self.rights()),
        ]
        return Sheet("citizen", (self.head(), *(Section(heading, blocks) for heading, blocks in parts if blocks)))

    def head(self) -> Section:
        """Returns whom it is for and on which day, and that it is no decision."""
        found, say = self.report.screening, self.report.say
        day = speech.day(found.as_of, self.report.lang)
        return Section(
            say(f"初筛告知单：{found.household}", f"What you may apply for: {found.household}"),
            (
                say(
                    "初筛，不是审批决定。由主管部门决定。",
                    "A first screening, not a decision. The office in charge decides.",
                ),
                say(f"按{day}的规定。{self.report.counted()}。", f"By the rules of {day}; {self.report.counted()}."),
            ),
        )

    def granted(self) -> Iterator[Block]:
        """Yields what can be applied for, that of the same office together, and what is known of the sums."""
        offices: dict[str, list[str]] = {}
        for line in self.report.summary.lines("eligible"):
            office = self.report.rules.pack.entitlement(line.first.entitlement).authority[self.report.lang]
            offices.setdefault(office, []).append("\n".join(self.told(line, office)))
        if not offices:
            yield self.report.say("目前还没有能确定的。", "Nothing is certain yet.")
            return
        yield tuple(text for texts in offices.values() for text in texts)
        sums = self.report.listed(self.report.known())
        if sums:
            yield self.report.say(f"已知金额合计：{sums}。", f"Known sums: {sums}.")

    def told(self, line: Line, office: str) -> Iterator[str]:
        """Yields what it is, for whom and how much, then where and how one applies."""
        say, lang, first = self.report.say, self.report.lang, line.first
        amount = self.report.offers.amount(first, several=len(line.each) > 1).replace("\n", say("，", ", "))
        marks = " ".join(["", *self.report.offers.marks(first)])
        head = f"{first.label[lang]} · {self.report.who(line.subjects)}"
        yield (say(f"{head}：{amount}", f"{head}: {amount}") if amount else head) + marks
        apply = body_of(first).apply
        yield say("去哪里：", "Where: ") + say("。", ". ").join([office, *(self.how(apply) if apply else ())])

    def how(self, apply: Apply) -> Iterator[str]:
        """Yields the way to apply, until when, and how long it takes."""
        say, lang = self.report.say, self.report.lang
        yield say("怎么办：", "How: ") + apply.route[lang]
        if apply.deadline:
            yield say("什么时候：", "When: ") + apply.deadline[lang]
        if apply.takes:
            yield say("多久办好：", "How long it takes: ") + apply.takes[lang]

    def later(self) -> Iterator[Block]:
        """Yields what opens later, for whom and from when."""
        lines = [
            self.report.say(
                f"{speech.day(each.day, 'zh')}起：{label.zh} · {self.report.who([each.subject])}",
                f"from {speech.day(each.day, 'en')}: {label.en} · {self.report.who([each.subject])}",
            )
            for each in self.report.openings
            for label in [self.report.rules.pack.entitlement(each.entitlement).label]
        ]
        if lines:
            yield tuple(lines)

    def maybe(self) -> Iterator[Block]:
        """Yields what is open, each once; for whom, where somebody else has it already."""
        summary = self.report.summary
        had = {each.entitlement for each in summary.of("eligible")}
        people: dict[str, list[str]] = {}
        for each in summary.of("undetermined"):
            people.setdefault(each.entitlement, []).append(each.subject)
        if people:
            labels = {id: self.report.rules.pack.entitlement(id).label[self.report.lang] for id in people}
            yield tuple(
                f"{labels[id]} · {self.report.who(who)}" if id in had else labels[id] for id, who in people.items()
            )

    def rights(self) -> tuple[Block, ...]:
        """Returns that a person decides, and where to object."""
        file = self.report.rules.pack.contents.file
        return (file.notice[self.report.lang], file.objection[self.report.lang])
