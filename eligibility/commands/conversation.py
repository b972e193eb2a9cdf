"""The talk of an interview: how a question looks, what an answer is taken for, and what people are told in between."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from eligibility import speech
from eligibility.commands.console import note, page_width
from eligibility.ir import Call
from eligibility.ir import Fact as FactNode
from eligibility.slots import Slot
from eligibility.spoken_values import NotUnderstood, day, heard, plain
from eligibility.words import Words, width

if TYPE_CHECKING:
    from eligibility.commands.answers import Answers
    from eligibility.derived import Contradiction
    from eligibility.interview import Interview, Question
    from eligibility.schema import Fact

UNKNOWN = frozenset({"不知道", "不清楚", "dk", "don't know", "dont know", "do not know", "unknown"})
SKIP = frozenset({"s", "skip", "跳过", "以后再问"})
BACK = frozenset({"b", "back", "返回", "上一题"})
WHY = frozenset({"?", "w", "why", "为什么", "为何问"})
QUIT = frozenset({"q", "quit", "结束", "退出"})
HELP = Words(
    "直接回车：不知道　s：以后再问　b：上一题　?：为什么问　q：结束，看结果",
    "Enter: don't know  s: ask later  b: the one before  ?: why this is asked  q: stop and see the result",
)
_MOST_NAMED = 4

LONGEST = 200
"""How many characters an answer has at most."""


@dataclass
class Talk:
    """One talk with a caseworker.

    Args:
        interview: what is known and asked.
        answers: where answers come from.
        lang: `zh` or `en`.
        at: the question that is gone back to, counted in those asked; None where the next one is asked.
        number: how many questions were asked.
    """

    interview: Interview
    answers: Answers
    lang: str
    at: int | None = None
    number: int = 0
    helped: bool = field(default=False, repr=False)

    def say(self, zh: str, en: str) -> None:
        """Says something on standard error."""
        note(Words(zh, en)[self.lang])

    def turns(self) -> Iterator[None]:
        """Asks until nothing can change an answer any more, or answers end; yields after each answer."""
        while True:
            question = self.interview.next() if self.at is None else self.interview.again(self.asked[self.at])
            if question is None:
                self.say("没有问题能再改变结果了。", "No question can change a result any more.")
                return
            self.ask(question)
            reply = self.reply(question)
            if reply is None:
                self.say("到此为止，先看已知的结果。", "Stopping here; this is what is known so far.")
                return
            yield

    @property
    def asked(self) -> list[Slot]:
        """What was asked and answered, in order."""
        return list(self.interview.asked)

    def ask(self, question: Question) -> None:
        """Shows a question."""
        fact = question.fact
        if not self.helped:
            note(HELP[self.lang])
            self.helped = True
        self.head(question)
        note(fact.question[self.lang])
        choices = self.choices(question)
        if choices:
            numbered = [f"  {at} {choice}" for at, choice in enumerate(choices, 1)]
            line = "".join(numbered)
            note(line if width(line) <= page_width(sys.stderr) else "\n".join(numbered))
        if _dated(fact):
            self.say("  也可以直接写日期", "  the date will do as well")
        if self.at is None:
            note("  " + self.stake(question))

    def head(self, question: Question) -> None:
        """Says whom a question is about, and how far the interview is; or what was answered before."""
        talk, who = self.interview, self.who(question.slot)
        if self.at is None:
            self.number += 1
            settled, all_of_them = sum(each != "undetermined" for each in talk.outcomes.values()), len(talk.outcomes)
            left = question.left - 1
            zh = f"\n[已定 {settled}/{all_of_them}] {who} 第 {self.number} 题，另有至多 {left} 题"
            en = f"\n[settled {settled}/{all_of_them}] {who}: question {self.number}, up to {left} after it"
        else:
            former, contents = talk.facts(question.slot.whose).get(question.fact.name), talk.rules.pack.contents
            shown = speech.fact_value(question.fact, former, contents, self.lang)
            zh = f"\n[改答] {who}，原来是：{shown}；回车保留"
            en = f"\n[again] {who}, so far: {shown}; Enter keeps it"
        self.say(zh, en)

    def who(self, slot: Slot) -> str:
        """Returns whose fact it is, for people."""
        return Words("全家", "household")[self.lang] if slot.whose is None else self.interview.called(slot.whose)

    def choices(self, question: Question) -> list[str]:
        """Returns what may be answered, where that can be listed."""
        if question.fact.type == "bool":
            return [Words("是", "yes")[self.lang], Words("否", "no")[self.lang]]
        return [question.fact.values[value][self.lang] for value in question.values]

    def offered(self, question: Question) -> list[str]:
        """Returns what is completed while somebody types."""
        if question.fact.type != "place":
            return self.choices(question)
        digits = 2 if question.fact.level == "province" else 6
        places = self.interview.rules.pack.contents.places
        return [label[self.lang] for code, label in places.items() if len(code) == digits]

    def stake(self, question: Question) -> str:
        """Returns why a question matters, in one line."""
        settles, waits = len(question.settles), len(question.bears)
        if settles:
            zh, en = (
                f"待定 {question.open} 项，这一题可能定下 {settles} 项",
                f"could settle {settles} of the {question.open} open",
            )
        else:
            zh, en = (
                f"待定 {question.open} 项，其中 {waits} 项要看这一题",
                f"{waits} of the {question.open} open wait for it",
            )
        return Words(zh, en)[self.lang]

    def why(self, question: Question) -> None:
        """Tells what a question is for, who knows, and which paper shows it."""
        talk, lang, fact = self.interview, self.lang, question.fact
        listed = {each.key: each for each in (*question.settles, *question.bears)}
        named = list(dict.fromkeys(each.ruled.entitlement.label[lang] for each in listed.values()))
        shown = ("；" if lang == "zh" else "; ").join(named[: _MOST_NAMED + 2])
        more = len(named) - _MOST_NAMED - 2
        rest = Words(f" 等 {len(named)} 项", f" and {more} more")[lang] if more > 0 else ""
        if named:
            self.say(f"  用于：{shown}{rest}", f"  for: {shown}{rest}")
        note("  " + speech.question(fact.name, talk.rules.pack.contents, lang)[1])
        if fact.note is not None:
            note("  " + fact.note[lang])

    def reply(self, question: Question) -> str | None:
        """Takes one answer; asks again while it is none. Returns None where the talk is to end."""
        while True:
            text = self.answers.line(self.offered(question))
            word = plain(text) if text is not None else "q"
            if word in QUIT:
                return None
            if word in WHY:
                self.why(question)
            elif word in BACK:
                if self.back():
                    return word
            elif self.taken(question, word, text or ""):
                self.at = None
                return word

    def back(self) -> bool:
        """Goes back by one question; returns False where there is none before."""
        before = (len(self.asked) if self.at is None else self.at) - 1
        if before < 0:
            self.say("前面没有问过别的", "nothing was asked before this")
            return False
        self.at = before
        return True

    def taken(self, question: Question, word: str, text: str) -> bool:
        """Takes what is neither why nor back; returns False where it is to be said again."""
        talk, slot = self.interview, question.slot
        if not word and self.at is not None:
            return True
        if not word or word in UNKNOWN:
            talk.decline(slot)
            return True
        if word in SKIP:
            if self.at is None:
                talk.put_off(slot)
            return True
        try:
            slot, value = self.meant(question, word, text)
        except NotUnderstood as error:
            note("  " + error.words[self.lang])
            return False
        refused = talk.refused(slot, value)
        if refused is not None:
            note("  " + self.refusal(refused)[self.lang])
            return False
        self.take(slot, value)
        return True

    def meant(self, question: Question, word: str, text: str) -> tuple[Slot, Any]:
        """Returns the fact and the value that an answer is taken for; a date where a count from it was asked for will do."""
        if len(text) > LONGEST:
            raise NotUnderstood("回答太长了", "the answer is too long")
        fact, contents = question.fact, self.interview.rules.pack.contents
        choices = list(question.values) if fact.type == "choice" else [True, False] if fact.type == "bool" else []
        if word.isdecimal() and word not in fact.values and 0 < int(word) <= len(choices):
            return question.slot, choices[int(word) - 1]
        source = _dated(fact)
        if source:
            try:
                value = day(text)
            except NotUnderstood:
                return question.slot, heard(fact, text, contents)
            return Slot(question.slot.whose, source), self.past(value)
        value = heard(fact, text, contents)
        return question.slot, self.past(value) if isinstance(value, date) else value

    def past(self, value: date) -> date:
        """Returns a day, if it is not still to come."""
        if value > self.interview.as_of:
            zh, en = (speech.day(self.interview.as_of, lang) for lang in ("zh", "en"))
            raise NotUnderstood(f"这一天在{zh}之后", f"this day is after {en}")
        return value

    def refusal(self, found: Contradiction) -> Words:
        """Returns why an answer cannot be, in words for people instead of the names of facts."""
        facts = self.interview.rules.pack.contents.schema.facts
        if found.advice is None or found.against is None:
            return found.advice or found.message
        other = facts[found.against[1]].label
        return Words(f"与“{other.zh}”不符：{found.advice.zh}", f"this does not go with {other.en}: {found.advice.en}")

    def take(self, slot: Slot, value: Any) -> None:  # noqa: ANN401 - a value of the fact
        """Takes an answer, says what it was taken for, and what it settled."""
        talk, lang, contents = self.interview, self.lang, self.interview.rules.pack.contents
        fact = contents.schema.facts[slot.name]
        before, followed, idle = dict(talk.outcomes), dict(talk.follows), talk.idle(slot, value)
        talk.answer(slot, value)
        said = speech.fact_value(fact, value, contents, lang)
        age = talk.draft.facts(slot.whose).get("age") if slot.name == "birth_date" else None
        also = "" if age is None else Words(f"（{age}周岁）", f" (age {age})")[lang]
        self.say(f"  记为 {fact.label.zh}：{said}{also}", f"  taken as {fact.label.en}: {said}{also}")
        for each in idle:
            label = contents.schema.facts[each.name].label
            self.say(f"  不再适用，已去掉：{label.zh}", f"  no longer applies, left out: {label.en}")
        self.news([key for key, outcome in talk.outcomes.items() if before[key] != outcome])
        for each in talk.follows.keys() - followed.keys():
            other, who = contents.schema.facts[each.name], self.who(each)
            said = speech.fact_value(other, talk.follows[each], contents, lang)
            self.say(
                f"  由此可知 {who} {other.label.zh}：{said}", f"  so it follows for {who}, {other.label.en}: {said}"
            )

    def news(self, changed: Sequence[tuple[str, int | None]]) -> None:
        """Says which answers were settled or opened."""
        talk = self.interview
        for outcome, words in speech.OUTCOMES.items():
            found = [self.named(*each) for each in changed if talk.outcomes[each] == outcome]
            shown = found[:_MOST_NAMED] if outcome == "eligible" else []
            colon, comma = ("：", "、") if self.lang == "zh" else (": ", ", ")
            if found:
                told = colon + comma.join(shown) if shown else ""
                self.say(f"  {words.zh} +{len(found)}{told}", f"  {words.en} +{len(found)}{told}")

    def named(self, id: str, whose: int | None) -> str:
        """Returns what an entitlement is called, and whose it is."""
        label = self.interview.rules.pack.entitlement(id).label[self.lang]
        who = self.who(Slot(whose, ""))
        return f"{label}（{who}）" if self.lang == "zh" else f"{label} ({who})"


def _dated(fact: Fact) -> str:
    """Returns the date from which a fact is counted; empty where it is not counted from one."""
    derive = fact.derive.expr if fact.derive is not None else None
    if fact.elapsed and isinstance(derive, Call) and isinstance(derive.arguments[0], FactNode):
        return derive.arguments[0].name
    return ""
