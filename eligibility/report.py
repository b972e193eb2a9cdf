"""What people see of a screening: what they can have, may have, will have later, and cannot, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from eligibility import speech
from eligibility.leaves import HOUSEHOLD, PACK
from eligibility.money import spoken, yuan
from eligibility.outlook import Opening
from eligibility.profile import Profile
from eligibility.ruled import Answer
from eligibility.screening import Determination, MissingItem, Screening
from eligibility.words import Words

_YEARLY = {"month": 12, "term": 2, "school_year": 1, "year": 1}


@dataclass(frozen=True)
class Report:
    """One screening in one language.

    Args:
        screening: what was found.
        profile: what it was found on.
        openings: what opens later.
        lang: `zh` or `en`.
        everything: whether open services and every closed entitlement are shown in full.
        personal: whether names are shown.
    """

    screening: Screening
    profile: Profile
    openings: Sequence[Opening]
    lang: str
    everything: bool = False
    personal: bool = False

    def say(self, zh: str, en: str) -> str:
        """Returns one of two texts."""
        return zh if self.lang == "zh" else en

    def print(self, console: Console) -> None:
        """Prints the whole report."""
        console.print(Group(*self.parts()))

    def parts(self) -> Iterator[RenderableType]:
        """Yields the parts from top to bottom."""
        yield from self.head()
        for title, parts in (
            (Words("可以享受", "Can have"), list(self.granted())),
            (Words("可能享受，还要弄清", "May have: still to be found out"), list(self.open())),
            (Words("以后可以享受", "Opens later"), list(self.later())),
            (Words("不能享受", "Cannot have"), list(self.closed())),
            (Words("合计", "Sums"), list(self.sums())),
            (Words("要带的材料", "Papers to bring"), list(self.papers())),
        ):
            if parts:
                yield Text("")
                yield Text(title[self.lang], style="bold")
                yield from (Padding(part, (0, 0, 0, 2)) for part in parts)
        yield Text("")
        yield Text(self.screening.notice.zh if self.lang == "zh" else self.screening.notice.en)
        yield Text(self.answers[0].ruled.rules.pack.contents.file.objection[self.lang] if self.answers else "")

    @property
    def answers(self) -> list[Answer]:
        """What the determinations rest on."""
        return [each.evidence for each in self.screening.determinations]

    def head(self) -> Iterator[RenderableType]:
        """Yields who was screened, on which day, by which rules."""
        found = self.screening
        day = speech.day(found.as_of, self.lang)
        yield Text(self.say(f"{found.household}  按 {day} 的规定", f"{found.household}  as of {day}"), style="bold")
        digest = found.pack.digest.removeprefix("sha256:")[:12]
        yield Text(
            self.say(
                f"家庭成员按 {found.members} 人计；规则包 {found.pack.id} {found.pack.version} ({digest})",
                f"members assumed: {found.members}; rules {found.pack.id} {found.pack.version} ({digest})",
            )
        )

    def who(self, subject: str) -> str:
        """Returns what a subject is called."""
        if subject == HOUSEHOLD:
            return self.say("家庭", "household")
        names = {str(each["id"]): each.get("name") for each in self.profile.members}
        return f"{subject} {names.get(subject) or ''}".strip() if self.personal else subject

    def granted(self) -> Iterator[RenderableType]:
        """Yields what they can have and how much."""
        rows = [each for each in self.screening.eligible if self.everything or each.promise != "open"]
        if not rows:
            yield Text(self.say("目前没有确定可以享受的事项", "nothing is certain so far"))
            return
        table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
        for each in rows:
            benefit = each.evidence.ruled.ruling.body.benefit
            amount = (
                each.amount.said(self.lang)
                if each.amount
                else speech.UNKNOWN[self.lang]
                if benefit.amount
                else benefit.label[self.lang]
            )
            status = (
                self.say("可申请", "may apply") if each.promise == "may" else speech.OUTCOMES["eligible"][self.lang]
            )
            marks = [speech.MARKS[mark][self.lang] for mark in each.marks]
            label = Text(each.label[self.lang])
            label.append("".join(f"\n({mark})" for mark in marks), style="dim")
            table.add_row(status, label, self.who(each.subject), amount)
        yield table

    def open(self) -> Iterator[RenderableType]:
        """Yields what is open, and which facts would settle it, each with who tells it."""
        needed: dict[MissingItem, None] = {}
        table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
        for each in self.screening.undetermined:
            needed.update(dict.fromkeys(each.missing))
            table.add_row(speech.OUTCOMES["undetermined"][self.lang], each.label[self.lang], self.who(each.subject))
        if needed:
            yield table
            yield Text(self.say("要弄清：", "to be found out:"))
        contents = self.answers[0].ruled.rules.pack.contents if self.answers else None
        grouped: dict[str, list[str]] = {}
        for item in needed:
            grouped.setdefault(item.name, []).append("" if item.subject == PACK else self.who(item.subject))
        for name, whose in grouped.items():
            label, told = speech.question(name, contents, self.lang) if contents else (name, "")
            people = ", ".join(each for each in whose if each)
            yield Text(f"- {label}" + (f" [{people}]" if people else "") + self.say(f"（{told}）", f" ({told})"))

    def later(self) -> Iterator[RenderableType]:
        """Yields what opens later and from when."""
        for each in self.openings:
            pack = self.answers[0].ruled.rules.pack
            label = pack.entitlement(each.entitlement).label[self.lang]
            why = (
                self.say("规定变化", "the law changes")
                if each.by_law
                else self.say("年龄或期限届满", "age or term reached")
            )
            yield Text(f"{speech.day(each.day, self.lang)}  {label}  {self.who(each.subject)} ({why})")

    def closed(self) -> Iterator[RenderableType]:
        """Yields what is closed, by the first criterion that closes it, with its clause."""
        grouped: dict[tuple[str, str, str], list[str]] = {}
        for each in self.screening.ineligible:
            answer: Answer = each.evidence
            pairs = zip(answer.ruled.parts, answer.truths, strict=True)
            part = next(part for part, truth in pairs if truth is part.exclusion)
            lead = self.say("有：", "because: ") if part.exclusion else self.say("不符合：", "not met: ")
            cite = speech.citation(part.cite, answer.ruled.rules.pack.contents, self.lang) if part.cite else ""
            key = (each.label[self.lang], f"{lead}{part.label[self.lang]}", cite)
            grouped.setdefault(key, []).append(self.who(each.subject))
        for (label, why, cite), whose in grouped.items():
            yield Text(f"{label}  [{', '.join(whose)}]\n  {why}\n  {cite}")

    def sums(self) -> Iterator[RenderableType]:
        """Yields the cash and the waivers of a year, each for itself; what may be granted or is unknown stands beside."""
        sums: dict[tuple[str, bool], int] = {}
        beside = 0
        for each in self.screening.eligible:
            benefit = each.evidence.ruled.ruling.body.benefit
            if benefit.kind not in {"cash", "waiver"} or not benefit.amount:
                continue
            amount, per = each.evidence.amount, benefit.per
            times = benefit.days if per == "day" else _YEARLY.get(per or "", 1)
            if each.promise == "may" or amount is None or times is None:
                beside += 1
                continue
            key = (benefit.kind, per == "once")
            sums[key] = sums.get(key, 0) + amount * times
        kinds = {"cash": Words("现金", "cash"), "waiver": Words("减免", "waived")}
        for (kind, once), total in sums.items():
            yield Text(f"{kinds[kind][self.lang]}  {spoken(yuan(total), 'once' if once else 'year', self.lang)}")
        if beside:
            yield Text(
                self.say(
                    f"另有 {beside} 项由机关决定或金额未知，未计入",
                    f"{beside} more by decision or of unknown amount, not counted",
                )
            )

    def papers(self) -> Iterator[RenderableType]:
        """Yields each paper once, with who issues it and whether the office can fetch it."""
        found: dict[str, list[Determination]] = {}
        for each in self.screening.eligible:
            apply = each.evidence.ruled.ruling.body.apply
            for document in apply.documents if apply else ():
                found.setdefault(document, []).append(each)
        for id, whose in found.items():
            document = whose[0].evidence.ruled.rules.pack.contents.documents[id]
            fetch = self.say("，可由部门共享核验", ", the office can fetch it") if document.office_can_fetch else ""
            people = ", ".join(dict.fromkeys(self.who(each.subject) for each in whose))
            yield Text(
                f"- {document.label[self.lang]} [{people}]"
                + self.say(f"（{document.issuer.zh}{fetch}）", f" ({document.issuer.en}{fetch})")
            )
