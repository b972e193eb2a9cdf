"""What people see beside the answers: what competes, what a grant would open or end, what another reading would change."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from eligibility import speech
from eligibility.chain import Consequence, Effect
from eligibility.determinations import Amount, Claim
from eligibility.otherwise import Otherwise
from eligibility.packages import Combination, Package
from eligibility.page import Section
from eligibility.report import Report
from eligibility.words import Words

_WHY = {
    "not_with": Words("不能与{}同时享受", "not together with {}"),
    "higher_of": Words("与{}只能择高享受", "only the higher of it and {}"),
}


KeyT = TypeVar("KeyT", bound=Hashable)


@dataclass(frozen=True)
class Prospects:
    """Further sections of a report.

    Args:
        report: that they belong to.
        consequences: what each grant would bring with it.
        others: what other readings would change; None where that was not asked.
    """

    report: Report
    consequences: Sequence[Consequence] = ()
    others: Sequence[Otherwise] | None = None

    def sections(self) -> list[Section]:
        """Returns the sections that have something to say."""
        say = self.report.say
        parts = (
            (say("不能同时享受的", "Not together"), [*self.together(), *self.falling()]),
            (say("批准之后会怎样", "If granted"), [*self.granted()]),
            (say("换一种读法会怎样", "Under another reading"), [*self.readings()]),
        )
        return [Section(heading, (tuple(lines),)) for heading, lines in parts if lines]

    def claim(self, claim: Claim) -> str:
        """Returns an entitlement and its subject."""
        return self.same([claim])

    def claims(self, claims: Iterable[Claim]) -> str:
        """Returns several in a row."""
        return self.report.listed(self.claim(each) for each in claims)

    def together(self) -> Iterator[str]:
        """Yields, for each group that competes, what is best, what is dropped and why, and what is next best."""
        for package in self.report.screening.packages:
            yield "\n".join(self.package(package))

    def package(self, package: Package) -> Iterator[str]:
        """Yields the lines of one group."""
        say, lang = self.report.say, self.report.lang
        if package.best is None:
            yield say(
                "有金额未知，不能比较，都列在上面：", "an amount is unknown, so all stand above and none is dropped:"
            )
            for pair in package.rivalries:
                yield f"{self.claim(pair.first)}{say('：', ': ')}{_WHY[pair.relation][lang].format(self.claim(pair.second))}"
            return
        yield say("最好的组合：", "best: ") + self.combination(package.best)
        for each in package.dropped:
            why = _WHY[each.relation][lang].format(self.claim(each.beside))
            yield say(f"不领：{self.claim(each.claim)}（{why}）", f"dropped: {self.claim(each.claim)} ({why})")
        if package.runner_up is not None:
            yield say("其次：", "next best: ") + self.combination(package.runner_up)

    def combination(self, found: Combination) -> str:
        """Returns what is drawn together, and what it comes to."""
        told = self.claims(found.claims)
        return self.report.say(f"{told}，{found.yearly.said('zh')}", f"{told}, {found.yearly.said('en')}")

    def falling(self) -> Iterator[str]:
        """Yields what would fall away beside something that is still open."""
        for each in self.report.screening.falling:
            granted, falls = self.claim(each.granted), self.claim(each.falls)
            yield self.report.say(f"如果批准{granted}，就不再有{falls}", f"if {granted} is granted, {falls} falls away")

    def granted(self) -> Iterator[str]:
        """Yields, for each grant, what would open and what would end."""
        say = self.report.say
        for each in self.consequences:
            lines = [say(f"批准{self.claim(each.claim)}以后：", f"once {self.claim(each.claim)} is granted:")]
            lines += (say(f"可以有 {told}", f"opens {told}") for told in self.effects(each.unlocks, "eligible"))
            lines += (say(f"可能有 {told}", f"may open {told}") for told in self.effects(each.unlocks, "undetermined"))
            lines += (say(f"不再有 {told}", f"ends {told}") for told in self.effects(each.closes, "ineligible"))
            lines += (
                say(f"要再弄清 {told}", f"leaves open {told}") for told in self.effects(each.closes, "undetermined")
            )
            if each.contradiction is not None:
                lines.append(each.contradiction[self.report.lang])
            if len(lines) > 1:
                yield "\n".join(lines)

    def effects(self, effects: Iterable[Effect], outcome: str) -> Iterator[str]:
        """Yields those that come to an outcome, each with its amount; services open to all are left out."""
        told = [each for each in effects if each.outcome == outcome and self.tells(each.claim)]
        for claims, amount in _alike((each.claim, each.amount) for each in told):
            yield self.same(claims) + self.amount(amount)

    def tells(self, claim: Claim) -> bool:
        """Returns whether people are told of an entitlement: services open to all only when they are asked for."""
        return self.report.everything or self.report.rules.pack.entitlement(claim.entitlement).promise != "open"

    def same(self, claims: Sequence[Claim]) -> str:
        """Returns one entitlement with all its subjects."""
        label = self.report.rules.pack.entitlement(claims[0].entitlement).label[self.report.lang]
        return f"{label} · {self.report.who(each.subject for each in claims)}"

    def amount(self, amount: Amount | None) -> str:
        """Returns how much, where that is known."""
        return self.report.say("，", ", ") + amount.said(self.report.lang) if amount else ""

    def readings(self) -> Iterator[str]:
        """Yields what each other reading would change, or how many readings there are behind the answers."""
        say, lang = self.report.say, self.report.lang
        known = self.report.rules.pack.contents.readings
        if self.others is None:
            count = len({id for each in self.report.screening.determinations for id in each.readings})
            if count:
                yield say(
                    f"以上结果依据 {count} 处读法：来源没有说清，我们取了一种。加 --readings 看换一种会改变什么",
                    f"the answers rest on {count} {'reading' if count == 1 else 'readings'} of what the sources leave open; "
                    "--readings tells what others change",
                )
            return
        for (id, other), found in groupby(self.others, key=lambda each: (each.reading, each.other)):
            reading = known[id]
            head = say("{}（{}={}）：{}", "{} ({}={}): {}")
            lines = [head.format(reading.question[lang], id, other, reading.others[other].label[lang])]
            lines += self.changes(list(found))
            yield "\n".join(lines)
        if not self.others:
            yield say("换哪一种读法，结果都一样", "no other reading that can be asked changes an answer")

    def changes(self, others: Sequence[Otherwise]) -> Iterator[str]:
        """Yields the answers that would be other ones, the same change for several subjects together."""
        for claims, (outcome, amount) in _alike((each.claim, (each.outcome, each.amount)) for each in others):
            word = speech.OUTCOMES.get(outcome, speech.ABSENT)[self.report.lang]
            yield f"{self.same(claims)} -> {word}{self.amount(amount)}"


def _alike(found: Iterable[tuple[Claim, KeyT]]) -> Iterator[tuple[list[Claim], KeyT]]:
    """Yields claims on one entitlement that come to the same together, in the order of the first of each."""
    groups: dict[tuple[str, KeyT], list[Claim]] = {}
    for claim, key in found:
        groups.setdefault((claim.entitlement, key), []).append(claim)
    yield from ((claims, key) for (_, key), claims in groups.items())
