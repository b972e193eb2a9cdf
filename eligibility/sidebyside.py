"""What people see of a second opinion: whether both engines agree, and where they do not, both answers side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eligibility import speech
from eligibility.crosscheck import UNCHANGED
from eligibility.determinations import Determination
from eligibility.opinion import Difference, Opinion, Side
from eligibility.page import Section, Table
from eligibility.prospects import Prospects
from eligibility.words import Words

_UNCHANGED = Words("不变", "unchanged")


@dataclass(frozen=True)
class SideBySide:
    """The section of a report about the second opinion.

    Args:
        prospects: of the same report.
        opinion: of the second engine.
    """

    prospects: Prospects
    opinion: Opinion

    def section(self) -> Section:
        """Returns the section."""
        say = self.prospects.report.say
        blocks: list[str | Table] = [self.sentence()]
        if self.opinion.differences:
            what = say("事项和对象", "entitlement and subject"), say("条件", "criterion")
            head = (*what, say("本引擎", "this engine"), self.opinion.engine, say("读到的事实", "facts read"))
            rows = [row for each in self.opinion.differences for row in self.rows(each)]
            blocks.append(Table((*head, say("相匹配的", "matched")), tuple(rows), ("false",) * len(rows)))
        if self.opinion.turns:
            head = (say("批准", "granted"), say("随之变化", "turns"), say("本引擎", "this engine"), self.opinion.engine)
            turns = [
                (self.prospects.claim(each.granted), self.prospects.claim(each.claim), *map(self.word, (each.core, each.durable)))
                for each in self.opinion.turns
            ]
            blocks.append(Table(head, tuple(turns), ("false",) * len(turns)))
        return Section(say("第二引擎的意见", "Second opinion"), tuple(blocks))

    def sentence(self) -> str:
        """Returns in one sentence whether there is a second opinion and whether it agrees."""
        say, engine = self.prospects.report.say, self.opinion.engine
        if self.opinion.missing is not None:
            why = self.opinion.missing[self.prospects.report.lang]
            return say(f"没有第二意见，以上结果仍然有效：{why}", f"there is no second opinion, and the answers stand: {why}")
        if self.opinion.agrees:
            count = len(self.opinion.claims)
            return say(f"{engine} 另行核算 {count} 项，结论全部一致", f"{engine} worked out {count} answers by itself: all agree")
        found = len(self.opinion.differences) + len(self.opinion.turns)
        zh = f"两个引擎有 {found} 处不一致：不要据此答复，请连同规则包摘要报告"
        return say(zh, f"the engines differ in {found} places: answer nobody by this; report it with the digest of the rules")

    def rows(self, difference: Difference) -> Iterator[tuple[str, ...]]:
        """Yields the outcomes of a claim, then each criterion on which the engines differ."""
        what = self.prospects.claim(difference.claim)
        yield (what, "", self.word(difference.core), self.word(difference.durable), "", "")
        found = self.prospects.report.screening.of(difference.claim)
        for side in difference.criteria:
            truths = (speech.HOLDS[each][self.prospects.report.lang] for each in (side.core, side.durable))
            yield ("", side.criterion, *truths, self.facts(found, side), self.matched(side))

    def word(self, outcome: str) -> str:
        """Returns an outcome as people say it."""
        words = _UNCHANGED if outcome == UNCHANGED else speech.OUTCOMES.get(outcome, speech.ABSENT)
        return words[self.prospects.report.lang]

    def facts(self, found: Determination | None, side: Side) -> str:
        """Returns what a criterion reads."""
        reason = next((each for each in found.reasons if each.criterion == side.criterion), None) if found else None
        unknown = speech.UNKNOWN[self.prospects.report.lang]
        shown = {name: unknown if value is None else value for name, value in (reason.facts if reason else {}).items()}
        return "\n".join(f"{name} = {value}" for name, value in shown.items())

    def matched(self, side: Side) -> str:
        """Returns whose facts the second engine says matched, on its surest rail."""
        rails = {"certain": Words("一定", "certain"), "possible": Words("可能", "possible")}
        report = self.prospects.report
        told = (
            report.say("{}：{}", "{}: {}").format(words[report.lang], report.who(side.matched[rail]))
            for rail, words in rails.items()
            if rail in side.matched
        )
        return "\n".join(told) or report.say("没有", "nothing")
