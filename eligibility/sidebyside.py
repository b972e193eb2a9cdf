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

_RAILS = {"certain": Words("一定如此", "certainly so"), "possible": Words("可能如此", "possibly so")}
_KNOWN = {None: speech.UNKNOWN, True: speech.HOLDS["true"], False: speech.HOLDS["false"]}
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
        blocks: list[str | tuple[str, ...] | Table] = [self.sentence()]
        for each in self.opinion.differences:
            blocks += self.difference(each)
        if self.opinion.turns:
            head = (say("批准", "granted"), say("随之变化", "turns"), say("本引擎", "ours"), self.opinion.engine)
            turns = [
                (
                    self.prospects.claim(each.granted),
                    self.prospects.claim(each.claim),
                    *map(self.word, (each.core, each.durable)),
                )
                for each in self.opinion.turns
            ]
            blocks.append(Table(head, tuple(turns), ("false",) * len(turns)))
        return Section(say("第二引擎的意见", "Second opinion"), tuple(blocks))

    def sentence(self) -> str:
        """Returns in one sentence whether there is a second opinion and whether it agrees."""
        say, engine = self.prospects.report.say, self.opinion.engine
        if self.opinion.missing is not None:
            why = self.opinion.missing[self.prospects.report.lang]
            return say(
                f"没有第二意见，以上结果仍然有效：{why}", f"there is no second opinion, and the answers stand: {why}"
            )
        if not self.opinion.differs:
            count = len(self.opinion.claims)
            answers = "1 answer" if count == 1 else f"{count} answers"
            return say(
                f"{engine} 另行核算 {count} 项，结论全部一致",
                f"{engine} worked out {answers} by itself: all agree",
            )
        found = len(self.opinion.differences) + len(self.opinion.turns)
        zh = f"两个引擎有 {found} 处不一致：不要据此答复，请连同规则包摘要报告"
        places = "1 place" if found == 1 else f"{found} places"
        return say(zh, f"the engines differ in {places}: answer nobody by this; report it with the digest of the rules")

    def difference(self, difference: Difference) -> Iterator[str | tuple[str, ...] | Table]:
        """Yields a claim on which the engines differ: both outcomes, both truths of each criterion, and what they rest on."""
        report = self.prospects.report
        say, found = report.say, report.screening.of(difference.claim)
        yield self.prospects.claim(difference.claim)
        rows = [(say("结论", "outcome"), self.word(difference.core), self.word(difference.durable))]
        rows += [
            (side.criterion, speech.HOLDS[side.core][report.lang], speech.HOLDS[side.durable][report.lang])
            for side in difference.criteria
        ]
        head = (say("条件", "criterion"), say("本引擎", "ours"), self.opinion.engine)
        yield Table(head, tuple(rows), ("false",) * len(rows))
        yield tuple(
            line
            for side in difference.criteria
            for line in (
                say(f"{side.criterion} 读到：", f"{side.criterion} reads ") + report.listed(self.facts(found, side)),
                say(f"{side.criterion} 相匹配的事实：", f"{side.criterion} matched the facts of ") + self.matched(side),
            )
        )

    def word(self, outcome: str) -> str:
        """Returns an outcome as people say it."""
        words = _UNCHANGED if outcome == UNCHANGED else speech.OUTCOMES.get(outcome, speech.ABSENT)
        return words[self.prospects.report.lang]

    def facts(self, found: Determination | None, side: Side) -> Iterator[str]:
        """Yields what a criterion reads."""
        reason = next((each for each in found.reasons if each.criterion == side.criterion), None) if found else None
        for name, value in (reason.facts if reason else {}).items():
            word = _KNOWN.get(value) if value is None or isinstance(value, bool) else None
            yield f"{name} = {word[self.prospects.report.lang] if word else value}"

    def matched(self, side: Side) -> str:
        """Returns whose facts the second engine says matched, on its surest rail."""
        report = self.prospects.report
        for rail, words in _RAILS.items():
            if rail in side.matched:
                return report.say("{}（{}）", "{} ({})").format(report.who(side.matched[rail]), words[report.lang])
        return report.say("没有人", "nobody")
