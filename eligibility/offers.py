"""What can be had and what may be: each answer with its amount, its marks, and what it waits for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from eligibility import speech
from eligibility.determinations import Determination, benefit_of
from eligibility.leaves import PACK
from eligibility.packs.contents import Contents
from eligibility.packs.model import Benefit
from eligibility.page import Table
from eligibility.summary import Line, Summary
from eligibility.telling import Telling
from eligibility.words import Words
from eligibility.worth import limited, longest

KINDS = {
    "cash": Words("现金", "cash"),
    "waiver": Words("减免", "waived"),
    "in_kind": Words("实物", "in kind"),
    "insurance": Words("保险待遇", "insurance benefit"),
    "loan": Words("贷款", "loan"),
}
"""The kinds of benefits of which the amount says enough, and what people call them."""


@dataclass(frozen=True)
class Offers(Telling):
    """The open and the granted part of a screening in one language.

    Args:
        contents: of the pack.
        summary: the screening, put together.
        lang: `zh` or `en`.
        names: what a member is called where that is not the id.
    """

    contents: Contents
    summary: Summary
    lang: str
    names: Mapping[str, str]

    def granted(self) -> tuple[str | Table, ...]:
        """Returns what they can have and how much."""
        say = self.say
        head = (say("结果", "result"), say("事项", "entitlement"), say("对象", "for"), say("金额", "amount"))
        rows: list[tuple[str, ...]] = []
        for line in self.summary.lines("eligible"):
            may = line.first.promise == "may"
            status = say("可申请", "may apply") if may else speech.OUTCOMES["eligible"][self.lang]
            amount = self.amount(line.first, several=len(line.each) > 1)
            if line.questions:
                amount += "\n" + self.needs(line.questions)
            label = "\n".join([line.first.label[self.lang], *self.marks(line.first)])
            rows.append((status, label, self.who(line.subjects), amount))
        none = say("目前没有确定可以享受的事项。", "Nothing is certain so far.")
        blocks: list[str | Table] = [Table(head, tuple(rows), ("true",) * len(rows)) if rows else none]
        left = self.summary.left_out
        if left:
            open_to_all = f"{left} services open to all: see --all."
            blocks.append(say(f"另有 {left} 项面向所有人的服务，用 --all 列出。", open_to_all))
        return tuple(blocks)

    def marks(self, found: Determination) -> list[str]:
        """Returns what a reader must know about an answer; that its amount is unknown is said by the amount."""
        said = benefit_of(found)
        told = [mark for mark in found.marks if mark != "figure_unknown" or said is None or not said.amount]
        return [self.say("（{}）", "({})").format(speech.MARKS[mark][self.lang]) for mark in told]

    def amount(self, found: Determination, *, several: bool) -> str:
        """Returns how much, with its period and kind; and what is given where a sum alone would not say it."""
        benefit = benefit_of(found)
        if benefit is None:
            return ""
        if not benefit.amount:
            return benefit.label[self.lang]
        told = self.money(found, benefit, several=several)
        if limited(found):
            told += self.say("，", " for ") + speech.at_most(longest(found), self.lang)
        return told if benefit.kind in KINDS else f"{benefit.label[self.lang]}\n{told}"

    def money(self, found: Determination, benefit: Benefit, *, several: bool) -> str:
        """Returns how much money, with its period and kind."""
        kind = KINDS.get(benefit.kind)
        what = "" if kind is None or benefit.kind == "cash" else self.say(f"（{kind.zh}）", f" ({kind.en})")
        if found.amount is None:
            least = found.amount_at_least
            return speech.amount_unknown(least.said(self.lang) if least else None, self.lang) + what
        each = self.say("各", " each") if several else ""
        said = found.amount.said(self.lang)
        return self.say(f"{each}{said}{what}", f"{said}{each}{what}")

    def undetermined(self) -> tuple[str | tuple[str, ...] | Table, ...]:
        """Returns what is open, and what would settle it, once for everybody whom it concerns."""
        found = self.summary.lines("undetermined")
        lines = ["\n".join(self.waiting([*group])) for _, group in groupby(found, lambda line: line.first.entitlement)]
        blocks: list[str | tuple[str, ...] | Table] = [tuple(lines)] if lines else []
        asked = tuple(self.questions())
        if asked:
            head = ("", self.say("什么", "what"), self.say("谁的", "whose"), self.say("怎样弄清", "how"))
            blocks += [self.say("要弄清的事：", "To be found out:"), Table(head, asked)]
        return tuple(blocks)

    def waiting(self, lines: Sequence[Line]) -> Iterator[str]:
        """Yields an entitlement that is open, and below it for whom and what each of them waits for."""
        first = lines[0].first
        status = speech.OUTCOMES["undetermined"][self.lang]
        amounts = {found.amount for line in lines for found in line.each}
        told = first.amount.said(self.lang) if first.amount and len(amounts) == 1 else ""
        kind = KINDS.get(benefit.kind) if (benefit := benefit_of(first)) and benefit.kind != "cash" else None
        what = self.say(f"（{kind.zh}）", f" ({kind.en})") if told and kind else ""
        yield f"{status}  {first.label[self.lang]}{self.say('，', ', ') + told if told else ''}{what}"
        for mark in self.marks(first):
            yield f"  {mark}"
        for line in lines:
            yield f"  {self.who(line.subjects)}{self.say('：', ': ')}{self.needs(line.questions)}"

    def needs(self, numbers: Sequence[int]) -> str:
        """Returns the numbers of what an answer waits for."""
        return self.say("缺 ", "needs ") + self.listed(_ranges(numbers))

    def questions(self) -> Iterator[tuple[str, ...]]:
        """Yields what to find out: number, what, whose, who tells it and which paper shows it."""
        for question in self.summary.questions:
            label, told = speech.question(question.name, self.contents, self.lang)
            whose = self.say("规定", "the rules") if question.subjects == (PACK,) else self.who(question.subjects)
            yield str(question.number), label, whose, told


def _ranges(numbers: Sequence[int]) -> list[str]:
    """Returns numbers in order, those in a row as `3-6`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
