"""What people see of a what-if: what is gained and lost, the cliffs of a sweep, and what would open an entitlement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from eligibility import speech
from eligibility.answer import Answer
from eligibility.branches import Conditions
from eligibility.derived import prepare
from eligibility.leaves import HOUSEHOLD
from eligibility.margins import comparison_line
from eligibility.money import plain, yuan
from eligibility.offers import KINDS
from eligibility.packs.calendar import Rules
from eligibility.page import Section, Table
from eligibility.profile import Profile
from eligibility.screening import Screening
from eligibility.summary import Summary
from eligibility.sweep import Curve, Turn
from eligibility.telling import Telling
from eligibility.toward import Toward
from eligibility.whatif import Change, Changed, Difference, differences
from eligibility.words import Words

Blocks = tuple[str | tuple[str, ...] | Table, ...]
HEADINGS = {
    "gained": Words("会增加的", "Gained"),
    "lost": Words("会失去的", "Lost"),
    "unsure": Words("不再确定的", "No longer sure"),
    "amount": Words("金额会变的", "Other amounts"),
    "opened": Words("会变成待定的", "No longer closed: still to be found out"),
    "closed": Words("会变成不符合的", "No longer open: closed"),
}


@dataclass(frozen=True)
class Supposing(Telling):
    """Tells what-ifs of one household in one language.

    Args:
        rules: of the day.
        profile: as read.
        lang: `zh` or `en`.
        names: what a member is called where that is not the id.
    """

    rules: Rules
    profile: Profile
    lang: str
    names: Mapping[str, str]

    def head(self, changes: Sequence[Change], dropped: Sequence[tuple[str, str]]) -> Section:
        """Returns who and when, what is supposed, and what no longer counts beside it."""
        day = speech.day(self.rules.day, self.lang)
        lines = [self.say(f"按{day}的规定（初筛，不是审批决定）", f"as of {day} (a first screening, not a decision)")]
        lines += [self.supposed(each) for each in changes]
        lines += [self.not_counted(*each) for each in dropped]
        return Section(self.say(f"假设：{self.profile.id}", f"What if: {self.profile.id}"), tuple(lines))

    def supposed(self, change: Change) -> str:
        """Returns one change: whose fact, from what, to what."""
        was = self.value(change.fact, self.facts(change.subject).get(change.fact))
        return self.say("改动：{}：{} -> {}", "change: {}: {} -> {}").format(
            self.fact(change.subject, change.fact), was, self.value(change.fact, change.value)
        )

    def not_counted(self, subject: str, name: str) -> str:
        """Returns that a stated fact no longer counts."""
        told = self.fact(subject, name)
        return self.say(
            f"不再采用：{told}（与改动的事实相连）", f"no longer counted: {told} (it is tied to what changes)"
        )

    def facts(self, subject: str) -> Mapping[str, object]:
        """Returns what is known of somebody, with what follows from it."""
        own_day = self.profile.as_of in {None, self.rules.day}
        prepared = prepare(self.rules, self.profile.household, self.profile.members, own_day=own_day)
        if subject == HOUSEHOLD:
            return prepared.situation.household
        people = (*prepared.situation.members, *prepared.dead, *self.profile.members)
        return next(each for each in people if each["id"] == subject)

    def fact(self, subject: str, name: str) -> str:
        """Returns whose and which fact."""
        label = self.rules.pack.contents.schema.facts[name].label[self.lang]
        return f"{self.who([subject])} · {label}"

    def value(self, name: str, value: object) -> str:
        """Returns a value of a fact."""
        contents = self.rules.pack.contents
        return speech.fact_value(contents.schema.facts[name], value, contents, self.lang)

    def compared(self, before: Screening, after: Screening, done: Changed, changes: Sequence[Change]) -> list[Section]:
        """Returns everything that changes between two screenings."""
        found = differences(before, after)
        told = [self.head(changes, done.dropped)]
        for kind, heading in HEADINGS.items():
            lines = tuple(self.difference(each) for each in found if each.kind == kind and self.tells(each))
            told += [Section(heading[self.lang], (lines,))] if lines else []
        if len(told) == 1:
            told.append(
                Section(
                    self.say("没有变化", "Nothing changes"),
                    (self.say("各项结果都一样。", "Every answer stays as it is."),),
                )
            )
        sums = tuple(self.sums(before, after))
        told += [Section(self.say("已知金额合计", "Known sums"), (sums,))] if sums else []
        return [*told, self.notice()]

    def tells(self, found: Difference) -> bool:
        """Returns whether people are told of an entitlement: of services open to all they are not."""
        return self.rules.pack.entitlement(found.claim.entitlement).promise != "open"

    def claim(self, found: Difference) -> str:
        """Returns the entitlement and whom it is for."""
        label = self.rules.pack.entitlement(found.claim.entitlement).label[self.lang]
        return f"{label} · {self.who([found.claim.subject])}"

    def difference(self, found: Difference) -> str:
        """Returns one answer that changes, with amounts, and the clause that closes it."""
        amounts = [each.said(self.lang) for each in (found.amount_before, found.amount_after) if each is not None]
        if found.kind == "amount" and len(amounts) == 1:
            unknown = speech.UNKNOWN[self.lang]
            amounts = [unknown, amounts[0]] if found.amount_before is None else [amounts[0], unknown]
        told = f"{self.claim(found)}{self.say('，', ', ') if amounts else ''}{' -> '.join(amounts)}"
        return "\n".join([told, *self.why(found)])

    def why(self, found: Difference) -> Iterator[str]:
        """Yields the first criterion that closes an entitlement or leaves it open, with its clause."""
        for part in found.parts[:1]:
            closing = speech.EXCLUSION_TRUTHS["true"] if part.exclusion else speech.TRUTHS["false"]
            word = speech.TRUTHS["unknown"] if found.kind == "unsure" else closing
            yield f"{word[self.lang]}{self.say('：', ': ')}{part.label[self.lang]}"
            cite = speech.citation(part.cite, self.rules.pack.contents, self.lang) if part.cite else ""
            if cite:
                yield self.say(f"依据：{cite}", f"by clause: {cite}")

    def sums(self, before: Screening, after: Screening) -> Iterator[str]:
        """Yields cash and waivers before and after, each for itself (MEANING M23)."""
        both = [Summary(each, everything=True) for each in (before, after)]
        pairs = [each.sums() for each in both]
        for kind in dict.fromkeys((*pairs[0], *pairs[1])):
            for name, per in (("yearly", self.say("每年", "a year")), ("once", self.say("一次性", "once"))):
                was, now = (getattr(each[kind], name) if kind in each else 0 for each in pairs)
                if was or now:
                    change = f"{self.money(was)} -> {self.money(now)}"
                    yield self.say(f"{KINDS[kind].zh}（{per}）：{change}", f"{KINDS[kind].en} {per}: {change}")
        was, now = (len(each.beside()) for each in both)
        if was != now:
            zh = f"没有算在内的（金额未知、由机关决定或不能同时享受）：{was} 项 -> {now} 项"
            yield self.say(
                zh, f"not counted (unknown, by decision of an office, or not to be had together): {was} -> {now}"
            )

    def money(self, fen: int) -> str:
        """Returns a sum without a period."""
        return plain(yuan(fen), self.lang)

    def notice(self) -> Section:
        """Returns that this is a screening, and where to object."""
        file = self.rules.pack.contents.file
        return Section(self.say("请注意", "Please note"), (file.notice[self.lang], file.objection[self.lang]))

    def curve(self, curve: Curve) -> list[Section]:
        """Returns the cliffs of a sweep, and where more is had."""
        cliffs = tuple(self.turn(each, curve.fact) for each in curve.turns if each.cliff)
        rises = tuple(
            told for each in curve.turns if not each.cliff and (told := self.turn(each, curve.fact, rise=True))
        )
        name = self.fact(curve.subject, curve.fact)
        none = self.say(
            "这一段里没有断崖：不失去什么，合计也不减少。",
            "No cliff on the way: nothing is lost, and the sum does not fall.",
        )
        found = [Section(self.say(f"断崖：{name}", f"Cliffs: {name}"), (cliffs or none,))]
        found += [Section(self.say("会增加的地方", "Where more is had"), (rises,))] if rises else []
        seen = self.say(
            "每一步的两端相同时，其间先变后又变回的看不到。",
            "What changes and changes back inside one step is not seen.",
        )
        return [*found, Section(self.say("请注意", "Please note"), (seen, *self.notice().blocks))]

    def turn(self, turn: Turn, fact: str, *, rise: bool = False) -> str:
        """Returns what changes from one value to the next; nothing where only open services do."""
        kinds = {"gained", "opened", "amount"} if rise else {"lost", "unsure", "amount"}
        lines = [
            f"{HEADINGS[each.kind][self.lang]}{self.say('：', ': ')}{self.difference(each)}"
            for each in turn.differences
            if each.kind in kinds and self.tells(each)
        ]
        sums = tuple(self.fall(turn))
        if not lines and not sums:
            return ""
        below, at = (self.value(fact, each.value) for each in (turn.before, turn.after))
        place = self.say(f"从{below}到{at}", f"from {below} to {at}")
        return "\n".join([place, *sums, *lines])

    def fall(self, turn: Turn) -> Iterator[str]:
        """Yields by how much the known sum of a year falls or rises, and that more stands beside it, where it does."""
        change = turn.after.total - turn.before.total
        amount = self.money(abs(change))
        if change:
            less = self.say(f"已知合计少{amount}", f"known sum {amount} less")
            more = self.say(f"已知合计多{amount}", f"known sum {amount} more")
            zh, en = (
                "（又有金额未知或不能同时享受的，没有算在内）",
                " (more is unknown, or not to be had together, and not counted)",
            )
            aside = self.say(zh, en) if turn.after.beside > turn.before.beside else ""
            yield (less if change < 0 else more) + aside

    def toward(self, found: Sequence[tuple[Answer, Toward]], label: str) -> list[Section]:
        """Returns what would open an entitlement, subject by subject."""
        lines = tuple("\n".join(self.path(answer, each)) for answer, each in found)
        none = self.say("名单里没有这个事项的对象。", "Nobody listed is a subject of it.")
        head = self.say(f"怎样才能享受：{label}", f"What would open it: {label}")
        limits = self.say(
            "只试本人能改变的是非和选项，不动年龄、性别、出生、残疾、户籍，也不试金额和数目。",
            "Only yes-or-no facts and choices that people can change are tried: never age, sex, birth, disability or hukou, "
            "and no amounts or counts.",
        )
        return [Section(head, (limits, lines or none)), self.notice()]

    def path(self, answer: Answer, found: Toward) -> Iterator[str]:
        """Yields what would open an entitlement for one subject, or what keeps it closed."""
        outcome = speech.OUTCOMES[found.before][self.lang]
        yield f"{outcome}  {self.who([found.subject])}"
        if found.before == "eligible":
            yield self.say("已经符合，不用改变什么", "it is open already: nothing has to change")
        elif found.changes:
            yield from (self.supposed(each) for each in found.changes)
            after = speech.OUTCOMES[found.after][self.lang]
            yield self.say(f"这样就会：{after}", f"then it is: {after}")
            yield from self.waiting(found)
        elif found.fixed:
            yield self.say(
                "改不了：这些事实本人改变不了，单凭它们就不符合",
                "no change opens it: these facts, which nobody can change, refuse it alone",
            )
            conditions = Conditions(answer, self.lang, self.names)
            for each in found.fixed[0].comparisons:
                yield comparison_line(each, conditions)
            if not found.fixed[0].comparisons:
                yield from (part.label[self.lang] for part in found.fixed[0].parts)
        else:
            tried = self.say("试过的改动都不能使它符合", "no change that was tried opens it")
            if found.before == "undetermined":
                tried = self.say(
                    "它没有被拒绝：先弄清下面的", "it is not refused: what is below has to be found out first"
                )
            yield (
                tried
                if found.before == "undetermined" or found.whole
                else tried + self.say("（没有试完）", " (not all were tried)")
            )
            yield from self.waiting(found)

    def waiting(self, found: Toward) -> Iterator[str]:
        """Yields what stays to be found out."""
        names = [
            self.fact(subject, name)
            if name in self.rules.pack.contents.schema.facts
            else speech.question(name, self.rules.pack.contents, self.lang)[0]
            for subject, name in found.waits
        ]
        if names:
            yield self.say("还要弄清：", "still to be found out: ") + self.listed(names)
