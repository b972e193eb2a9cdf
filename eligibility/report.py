"""What people see of a screening: what they can have, may have, will have later, and cannot, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from eligibility import speech
from eligibility.footnotes import Footnotes
from eligibility.leaves import HOUSEHOLD, PACK
from eligibility.money import spoken, yuan
from eligibility.outlook import HORIZON_MONTHS, Opening
from eligibility.packs.calendar import Rules
from eligibility.page import Section, Table
from eligibility.profile import Profile
from eligibility.screening import Screening
from eligibility.summary import Line, Summary, benefit_of, deciding, truths
from eligibility.truth import Truth
from eligibility.words import Words

_KINDS = {
    "cash": Words("现金", "cash"),
    "waiver": Words("减免", "waived"),
    "in_kind": Words("实物", "in kind"),
    "insurance": Words("保险待遇", "insurance benefit"),
    "loan": Words("贷款", "loan"),
}
Blocks = tuple[str | tuple[str, ...] | Table, ...]


def names_of(profile: Profile, *, personal: bool) -> Mapping[str, str]:
    """Returns what each member is called: the name where it may be shown and is known, beside the id."""
    named = {str(each["id"]): each.get("name") for each in profile.members}
    return {id: f"{name} ({id})" for id, name in named.items() if personal and name}


@dataclass(frozen=True)
class Report:
    """One screening in one language.

    Args:
        rules: of the day.
        screening: what was found.
        profile: what it was found on.
        openings: what opens later.
        lang: `zh` or `en`.
        everything: whether open services and every closed entitlement are shown in full.
        personal: whether names are shown.
    """

    rules: Rules
    screening: Screening
    profile: Profile
    openings: Sequence[Opening]
    lang: str
    everything: bool = False
    personal: bool = False
    footnotes: Footnotes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Begins with no footnote."""
        object.__setattr__(self, "footnotes", Footnotes(self.rules.pack.contents, self.lang))

    @cached_property
    def summary(self) -> Summary:
        """The screening, put together."""
        return Summary(self.screening, self.everything)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What members are called."""
        return names_of(self.profile, personal=self.personal)

    def say(self, zh: str, en: str) -> str:
        """Returns one of two texts."""
        return zh if self.lang == "zh" else en

    def listed(self, items: Iterable[str]) -> str:
        """Returns several things in a row."""
        return self.say("、", ", ").join(items)

    def who(self, subjects: Iterable[str]) -> str:
        """Returns what subjects are called."""
        home = self.say("全家", "the household")
        return self.listed(home if each == HOUSEHOLD else self.names.get(each, each) for each in subjects)

    def sections(self) -> list[Section]:
        """Returns the report from top to bottom; a section with nothing to say is left out."""
        parts: list[tuple[str, Blocks]] = [
            (self.say("可以享受的", "Can have"), self.granted()),
            (self.say("可能享受的，还要弄清", "May have: still to be found out"), self.undetermined()),
            (self.say("以后会符合的", "Opens later"), self.later()),
            (self.say("不符合的", "Closed"), self.closed()),
            (self.say("已知金额合计", "Known sums"), self.sums()),
            (self.say("申请材料", "Papers for the application"), self.papers()),
            (self.say("出处", "Sources"), self.footnotes.lines()),
            (self.say("请注意", "Please note"), self.notice()),
        ]
        return [self.head(), *(Section(heading, blocks) for heading, blocks in parts if blocks)]

    def head(self) -> Section:
        """Returns who was screened, on which day, with how many members, by which rules."""
        found, say = self.screening, self.say
        title = say(f"初筛结果：{found.household}", f"Screening of {found.household}")
        day = speech.day(found.as_of, self.lang)
        lines = [say(f"按{day}的规定（初筛，不是审批决定）", f"as of {day} (a first screening, not a decision)")]
        if self.profile.as_of not in {None, found.as_of} and self.profile.as_of is not None:
            held = speech.day(self.profile.as_of, self.lang)
            lines.append(say(f"情况是{held}的，其间视为没有变化", f"the facts are of {held} and are taken to last"))
        lines.append(self.counted())
        if found.left_out:
            lines.append(speech.left_out(found.left_out, found.as_of, self.names, self.lang))
        digest = found.pack.digest.removeprefix("sha256:")[:12]
        held = f"{found.pack.id} {found.pack.version}"
        lines.append(say(f"规则包：{held}（摘要 {digest}）", f"rules: {held} (digest {digest})"))
        return Section(title, tuple(lines))

    def counted(self) -> str:
        """Returns how many members are assumed, and whether these are all (MEANING M2)."""
        out = {each.id for each in self.screening.left_out}
        count = self.screening.members
        who = self.who(id for each in self.profile.members if (id := str(each["id"])) not in out)
        inside = [who] if who else []
        if self.profile.household.get("members_complete") is False:
            inside.append(self.say("可能还有别人", "there may be more"))
        told = self.say("（{}）", " ({})").format(self.say("；", "; ").join(inside)) if inside else ""
        return self.say(f"家庭成员按 {count} 人计算{told}", f"members assumed: {count}{told}")

    def row(self, line: Line, status: str) -> tuple[str, ...]:
        """Returns an answer as a row: status, entitlement with its marks below, for whom, how much."""
        found = line.first
        marks = [f"({speech.MARKS[mark][self.lang]})" for mark in found.marks]
        if self.lang == "zh":
            marks = [f"（{mark[1:-1]}）" for mark in marks]
        return status, "\n".join([found.label[self.lang], *marks]), self.who(line.subjects), self.amount(line)

    def amount(self, line: Line) -> str:
        """Returns how much, with its period and kind; or what is given where that is no sum."""
        benefit = benefit_of(line.first)
        if benefit is None:
            return ""
        if not benefit.amount:
            return benefit.label[self.lang]
        kind = _KINDS.get(benefit.kind)
        what = "" if kind is None or benefit.kind == "cash" else self.say(f"（{kind.zh}）", f" ({kind.en})")
        if line.first.amount is None:
            least = line.first.amount_at_least
            return speech.amount_unknown(least.said(self.lang) if least else None, self.lang) + what
        each = self.say("各", " each") if len(line.each) > 1 else ""
        said = line.first.amount.said(self.lang)
        return self.say(f"{each}{said}{what}", f"{said}{each}{what}")

    def granted(self) -> Blocks:
        """Returns what they can have and how much."""
        head = (
            self.say("结果", "result"),
            self.say("事项", "entitlement"),
            self.say("对象", "for"),
            self.say("金额", "amount"),
        )
        rows: list[tuple[str, ...]] = []
        blocks: list[str | Table] = []
        for line in self.summary.lines("eligible"):
            may = line.first.promise == "may"
            status = self.say("可申请", "may apply") if may else speech.OUTCOMES["eligible"][self.lang]
            status_word, label, who, amount = self.row(line, status)
            if line.questions:
                amount += "\n" + self.say(f"缺 {_ranges(line.questions)}", f"needs {_ranges(line.questions)}")
            rows.append((status_word, label, who, amount))
        if rows:
            blocks.append(Table(head, tuple(rows), ("true",) * len(rows)))
        else:
            blocks.append(self.say("目前没有确定可以享受的事项。", "Nothing is certain so far."))
        if self.summary.left_out:
            left = self.summary.left_out
            blocks.append(
                self.say(f"另有 {left} 项面向所有人的服务，用 --all 列出。", f"{left} services open to all: see --all.")
            )
        return tuple(blocks)

    def undetermined(self) -> Blocks:
        """Returns what is open, and what would settle it, once for everybody whom it concerns."""
        say = self.say
        head = (say("结果", "result"), say("事项", "entitlement"), say("对象", "for"), say("金额", "amount"))
        status = speech.OUTCOMES["undetermined"][self.lang]
        lines = self.summary.lines("undetermined")
        rows = tuple((*self.row(line, status), _ranges(line.questions)) for line in lines)
        blocks: list[str | Table] = (
            [Table((*head, say("还缺", "needs")), rows, ("unknown",) * len(rows))] if rows else []
        )
        asked = self.summary.questions
        if asked:
            blocks.append(say("要弄清的事：", "To be found out:"))
            blocks.append(
                Table(("", say("什么", "what"), say("谁的", "whose"), say("怎样弄清", "how")), self.questions())
            )
        return tuple(blocks)

    def questions(self) -> tuple[tuple[str, ...], ...]:
        """Returns what to find out: number, what, whose, who tells it and which paper shows it."""
        rows = []
        for question in self.summary.questions:
            label, told = speech.question(question.name, self.rules.pack.contents, self.lang)
            whose = self.say("规定", "the rules") if question.subjects == (PACK,) else self.who(question.subjects)
            rows.append((str(question.number), label, whose, told))
        return tuple(rows)

    def later(self) -> Blocks:
        """Returns what opens later and from when, if nothing else changes."""
        say = self.say
        rows = []
        for each in self.openings:
            label = self.rules.pack.entitlement(each.entitlement).label[self.lang]
            why = say("规定变化", "the law changes") if each.by_law else say("年龄或时间届满", "age or time reached")
            day = say(f"{each.day}起", f"from {each.day}")
            rows.append((day, label, self.who([each.subject]), why))
        if not rows:
            return ()
        head = (say("何时", "when"), say("事项", "entitlement"), say("对象", "for"), say("原因", "why"))
        years = HORIZON_MONTHS // 12
        until = say(f"往后看 {years} 年，其他情况不变：", f"Within {years} years, if nothing else changes:")
        return until, Table(head, tuple(rows), ("unknown",) * len(rows))

    def closed(self) -> Blocks:
        """Returns what is closed: the criterion that decides, or everything where it is asked for, with its clause."""
        status = speech.OUTCOMES["ineligible"][self.lang]
        lines = []
        for line in self.summary.closed_in_full() if self.everything else self.summary.closed():
            head = f"{status}  {line.first.label[self.lang]} · {self.who(line.subjects)}"
            why = self.criteria(line) if self.everything else [self.criterion(line)]
            lines.append("\n".join([head, *why]))
        return (tuple(lines),) if lines else ()

    def criterion(self, line: Line) -> str:
        """Returns the first criterion that closes an entitlement, with its clause."""
        part = deciding(line.first)[0]
        word = speech.EXCLUSION_TRUTHS["true"] if part.exclusion else speech.TRUTHS["false"]
        return f"{word[self.lang]}{self.say('：', ': ')}{part.label[self.lang]}{self.footnotes.mark(part.cite)}"

    def criteria(self, line: Line) -> Iterator[str]:
        """Yields every criterion and exclusion with its truth and clause."""
        for part, truth in truths(line.first):
            words = speech.EXCLUSION_TRUTHS if part.exclusion else speech.TRUTHS
            word = words[Truth.of(truth).value][self.lang]
            yield f"{word}{self.say('：', ': ')}{part.label[self.lang]}{self.footnotes.mark(part.cite)}"

    def sums(self) -> Blocks:
        """Returns the cash and the waivers of a year, each for itself, and what stands beside them (MEANING M23)."""
        rows = []
        for kind, sums in self.summary.sums().items():
            amounts = [spoken(yuan(sums.yearly), "year", self.lang)] if sums.yearly else []
            amounts += [spoken(yuan(sums.once), "once", self.lang)] if sums.once else []
            rows.append(self.say("{}：{}", "{}: {}").format(_KINDS[kind][self.lang], self.listed(amounts)))
        beside = len(self.summary.beside())
        if beside:
            zh = f"另有 {beside} 项由机关决定或金额未知，没有算在内"
            rows.append(self.say(zh, f"not counted: {beside} by decision of an office, or of unknown amount"))
        return (tuple(rows),) if rows else ()

    def papers(self) -> Blocks:
        """Returns each paper once, with who issues it, whether the office can fetch it, and what it is for."""
        say, documents = self.say, self.rules.pack.contents.documents
        rows = []
        for id, found in self.summary.papers().items():
            document = documents[id]
            fetch = say("部门可核验", "office fetches") if document.office_can_fetch else say("请带", "bring")
            what = self.listed(dict.fromkeys(each.label[self.lang] for each in found))
            rows.append((fetch, document.label[self.lang], document.issuer[self.lang], what))
        rows.sort(key=lambda row: row[0] != say("请带", "bring"))
        head = (say("带不带", "bring?"), say("材料", "paper"), say("出具", "issued by"), say("用于", "for"))
        return (Table(head, tuple(rows)),) if rows else ()

    def notice(self) -> Blocks:
        """Returns that this is a screening, where to object, and where the full reasons are."""
        file = self.rules.pack.contents.file
        more = self.say("每一项的全部理由：", "All reasons of one answer: ") + "eligibility explain PROFILE ID"
        return (file.notice[self.lang], file.objection[self.lang], more)


def _ranges(numbers: Sequence[int]) -> str:
    """Returns numbers in order, those in a row as `3-6`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
