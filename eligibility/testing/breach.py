"""What a law found: a household that breaks it, both answers in words, and the lines that keep it as a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from eligibility import speech
from eligibility.answer import Answer
from eligibility.money import spoken, yuan
from eligibility.packs.calendar import Rules
from eligibility.profile import Profile
from eligibility.ruled import Part
from eligibility.testing.cases import SUFFIX
from eligibility.testing.written import case_text, profile_text
from eligibility.words import Words

AS_IS = Words("原样", "as it is")
"""What was asked first: the household as it is."""


@dataclass(frozen=True)
class Kept:
    """The case that would keep a breach from coming back.

    Args:
        rules: of its day.
        profile: the household.
        expect: by subject, what the law wants.
    """

    rules: Rules
    profile: Profile
    expect: Mapping[str, Any]


@dataclass(frozen=True)
class Breach:
    """A household that breaks a law.

    Args:
        law: the id of the law.
        label: what the law says.
        entitlement: the id of what it breaks in.
        subject: for whom.
        rules: of the day.
        profile: the household.
        answers: each answer with what was asked: as it is, and then otherwise.
        keep: the case to keep; None where no case can say it.
        note: what else the reader has to know.
    """

    law: str
    label: Words
    entitlement: str
    subject: str
    rules: Rules
    profile: Profile
    answers: tuple[tuple[Words, Words], ...]
    keep: Kept | None = None
    note: Words | None = None

    def text(self, lang: str, columns: int = 0) -> str:
        """Returns everything: the law, both answers, the household as a profile file, and the lines of a case."""
        del columns
        return "\n".join(self._lines(lang))

    def _lines(self, lang: str) -> Iterator[str]:
        contents = self.rules.pack.contents
        one = contents.entitlements.get(self.entitlement)
        label = f"{one.label[lang]} ({self.entitlement})" if one else self.entitlement
        broken = Words("法则不成立", "a law is broken")[lang]
        colon = Words("：", ": ")[lang]
        yield f"{broken}{colon}{self.law}{colon}{self.label[lang]}"
        yield f"  {label} · {self.subject} · {speech.day(self.rules.day, lang)}"
        yield from (f"  {asked[lang]}{colon}{found[lang]}" for asked, found in self.answers)
        if self.note is not None:
            yield f"  {self.note[lang]}"
        yield ""
        yield Words("这户人家，可存为档案文件：", "the household, as a profile file:")[lang]
        yield ""
        yield profile_text(self.rules, self.profile).rstrip()
        if self.keep is not None and one is not None:
            yield ""
            where = f"{one.area}/{self.entitlement}{SUFFIX}"
            zh, en = f"要留作案例，把下面几行加到 {where} 末尾：", f"to keep it as a case, add these lines to {where}:"
            yield Words(zh, en)[lang]
            yield ""
            # Two households that break one law are two cases, and each case has a name of its own.
            number = crc32(profile_text(self.rules, self.keep.profile).encode()) % 10_000
            name = f"{Words('法则', 'law')[lang]} {self.law} {number:04}{colon}{self.answers[-1][0][lang]}"
            yield case_text(self.keep.rules, self.keep.profile, name, self.keep.expect).rstrip()


def said(answer: Answer | None) -> Words:
    """Returns an answer in words: the outcome with its amount, or with what decides it, or with what it waits for."""
    if answer is None:
        return speech.ABSENT
    return Words(*(f"{speech.OUTCOMES[answer.outcome][lang]}{_more(answer, lang)}" for lang in ("zh", "en")))


def _more(answer: Answer, lang: str) -> str:
    """Returns what belongs to an outcome, with what parts it from the outcome."""
    comma = Words("，", ", ")[lang]
    if answer.outcome == "undetermined":
        names = comma.join(f"{each.subject}.{each.name}" for each in answer.missing())
        return f"{comma}{Words('缺少', 'waits for')[lang]} {names}"
    if answer.outcome == "ineligible":
        named = "; ".join(f"{part.label[lang]} ({part.id})" for part in deciding(answer))
        return f"{Words('：', ': ')[lang]}{named}"
    per = answer.ruled.per
    return f"{comma}{spoken(yuan(answer.amount), per, lang)}" if answer.amount is not None and per else ""


def deciding(answer: Answer) -> list[Part]:
    """Returns the criteria that are false and the exclusions that are true."""
    pairs = zip(answer.ruled.parts, answer.truths, strict=True)
    return [part for part, truth in pairs if truth is part.exclusion]
