"""What people see of a screening: what they can have, may have, will have later, and cannot, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from eligibility import speech
from eligibility.checklist import Checklist
from eligibility.footnotes import Footnotes
from eligibility.money import spoken, yuan
from eligibility.offers import KINDS, Offers
from eligibility.outlook import HORIZON_MONTHS, Opening
from eligibility.packs.calendar import Rules
from eligibility.page import Block, Section, Table
from eligibility.profile import Profile
from eligibility.screening import Screening
from eligibility.summary import Line, Summary, deciding, jointly, names_of, truths
from eligibility.telling import Telling
from eligibility.truth import Truth

Blocks = tuple[Block, ...]


@dataclass(frozen=True)
class Report(Telling):
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
    names: Mapping[str, str] = field(init=False, repr=False)
    footnotes: Footnotes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Finds out what members are called, and begins with no footnote."""
        object.__setattr__(self, "names", names_of(self.profile, personal=self.personal))
        object.__setattr__(self, "footnotes", Footnotes(self.rules.pack.contents, self.lang))

    @cached_property
    def summary(self) -> Summary:
        """The screening, put together."""
        return Summary(self.screening, self.everything)

    @cached_property
    def offers(self) -> Offers:
        """What can be had and what may be."""
        return Offers(self.rules.pack.contents, self.summary, self.lang, self.names)

    def sections(self, more: Sequence[Section] = ()) -> list[Section]:
        """Returns the report from top to bottom; a section with nothing to say is left out.

        Args:
            more: further sections, which stand before what is closed.
        """
        first: list[tuple[str, Blocks]] = [
            (self.say("可以享受的", "Can have"), self.offers.granted()),
            (self.say("可能享受的，还要弄清", "May have: still to be found out"), self.offers.undetermined()),
            (self.say("以后会符合的", "Opens later"), self.later()),
        ]
        rest: list[tuple[str, Blocks]] = [
            (self.say("不符合的", "Closed"), self.closed()),
            (self.say("已知金额合计", "Known sums"), self.sums()),
            (self.say("申请材料", "Papers for the application"), self.checklist.blocks()),
            (self.say("表格里这样读", "How the form was read"), self.taken()),
            (self.say("出处", "Sources"), self.footnotes.lines()),
            (self.say("请注意", "Please note"), self.notice()),
        ]
        told, others = ([Section(heading, blocks) for heading, blocks in part if blocks] for part in (first, rest))
        return [self.head(), *told, *more, *others]

    def head(self) -> Section:
        """Returns who was screened, on which day, with how many members, by which rules."""
        found, say = self.screening, self.say
        title = say(f"初筛结果：{found.household}", f"Screening of {found.household}")
        day = speech.day(found.as_of, self.lang)
        lines = [say(f"按{day}的规定（初筛，不是审批决定）", f"as of {day} (a first screening, not a decision)")]
        lines += [*self.held(), self.counted(), *self.left_out()]
        digest = found.pack.digest.removeprefix("sha256:")[:12]
        rules = f"{found.pack.id} {found.pack.version}"
        lines.append(say(f"规则包：{rules}（摘要 {digest}）", f"rules: {rules} (digest {digest})"))
        return Section(title, (*lines, *self.chosen()))

    def held(self) -> Iterator[str]:
        """Yields of which day the facts are, where that is not the day of the rules."""
        if self.profile.as_of is not None and self.profile.as_of != self.screening.as_of:
            held = speech.day(self.profile.as_of, self.lang)
            yield self.say(f"情况是{held}的，其间视为没有变化", f"the facts are of {held} and are taken to last")

    def left_out(self) -> Iterator[str]:
        """Yields who is listed and does not count, if anybody."""
        if self.screening.left_out:
            yield speech.left_out(self.screening.left_out, self.screening.as_of, self.names, self.lang)

    def chosen(self) -> Iterator[str]:
        """Yields the other readings that were chosen, if any."""
        chosen = ", ".join(f"{id}={other}" for id, other in self.screening.pack.readings.items())
        if chosen:
            yield self.say(f"改用的读法：{chosen}", f"under other readings: {chosen}")

    def counted(self) -> str:
        """Returns how many members are assumed, and whether these are all (MEANING M2)."""
        out = {each.id for each in self.screening.left_out}
        count = self.screening.members
        who = self.who(id for each in self.profile.members if (id := str(each["id"])) not in out)
        inside = [who] if who else []
        if self.profile.household.get("members_complete") is False:
            inside.append(self.say("可能还有别人", "there may be more"))
        if not count:
            inside.append(self.say("没有列出成员，所以没有筛查什么人", "no member is listed, so nobody was screened"))
        told = self.say("（{}）", " ({})").format(self.say("；", "; ").join(inside)) if inside else ""
        return self.say(f"家庭成员按 {count} 人计算{told}", f"members assumed: {count}{told}")

    def later(self) -> Blocks:
        """Returns what opens later and from when, if nothing else changes."""
        say = self.say
        rows = []
        for each in self.openings:
            label = self.rules.pack.entitlement(each.entitlement).label[self.lang]
            why = say("规定变化", "the law changes") if each.by_law else say("年龄或时间届满", "age or time reached")
            if not each.sure:
                why += say("，可能符合，还要弄清", ": may have, still to be found out")
            day = speech.day(each.day, self.lang)
            day = say(f"{day}起", f"from {day}")
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
            head = f"{status}  {line.first.label[self.lang]} · {self.who(line.subjects)}{self.sure(line)}"
            why = self.criteria(line) if self.everything else [self.criterion(line)]
            lines.append("\n".join([head, *why]))
        return (tuple(lines),) if lines else ()

    def sure(self, line: Line) -> str:
        """Returns that a refusal is certain though facts are unknown, where it is."""
        told = speech.MARKS["certain"][self.lang] if "certain" in line.first.marks else ""
        return self.say(f"（{told}）", f" ({told})") if told else ""

    def criterion(self, line: Line) -> str:
        """Returns the first criterion that closes an entitlement, with its clause, or those that cannot all be met."""
        part = deciding(line.first)[0]
        if jointly(line.first):
            several = self.listed(
                f"{each.label[self.lang]}{self.footnotes.mark(each.cite)}" for each in deciding(line.first)
            )
            return self.say(f"以下几条不会都满足：{several}", f"these are never all met: {several}")
        word = speech.EXCLUSION_TRUTHS["true"] if part.exclusion else speech.TRUTHS["false"]
        return f"{word[self.lang]}{self.say('：', ': ')}{part.label[self.lang]}{self.footnotes.mark(part.cite)}"

    def criteria(self, line: Line) -> Iterator[str]:
        """Yields every criterion and exclusion with its truth and clause."""
        for part, truth in truths(line.first):
            words = speech.EXCLUSION_TRUTHS if part.exclusion else speech.TRUTHS
            word = words[Truth.of(truth).value][self.lang]
            yield f"{word}{self.say('：', ': ')}{part.label[self.lang]}{self.footnotes.mark(part.cite)}"

    def known(self) -> Iterator[str]:
        """Yields the cash and the waivers of a year, each for itself (MEANING M23)."""
        for kind, sums in self.summary.sums().items():
            amounts = [spoken(yuan(sums.yearly), "year", self.lang)] if sums.yearly else []
            amounts += [spoken(yuan(sums.once), "once", self.lang)] if sums.once else []
            yield self.say("{}：{}", "{}: {}").format(KINDS[kind][self.lang], self.listed(amounts))

    def sums(self) -> Blocks:
        """Returns the cash and the waivers of a year, and how much stands beside them."""
        rows = [*self.known()]
        beside = len(self.summary.beside())
        if beside:
            zh = f"另有 {beside} 项由机关决定、金额未知或不能同时享受，没有算在内"
            en = f"not counted: {beside} by decision of an office, of unknown amount, or not to be had together"
            rows.append(self.say(zh, en))
        return (tuple(rows),) if rows else ()

    @cached_property
    def checklist(self) -> Checklist:
        """The papers for all that can be had, each once."""
        return Checklist(self.rules.pack.contents, self.summary, self.lang, self.names)

    def taken(self) -> Blocks:
        """Returns what answers of a form were taken for, where that is not what is written (MEANING M16)."""
        lines = tuple(speech.taken(self.profile.taken, self.rules.pack.contents, self.lang))
        return (lines,) if lines else ()

    def notice(self) -> Blocks:
        """Returns that this is a screening, where to object, and where the full reasons are."""
        file = self.rules.pack.contents.file
        more = self.say("每一项的全部理由：", "All reasons of one answer: ") + "eligibility explain PROFILE ID"
        return (file.notice[self.lang], file.objection[self.lang], more)
