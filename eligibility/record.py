"""The sheet for the file: what was given, and every criterion with its values, its clause and its sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from eligibility import ir, speech
from eligibility.branches import Conditions
from eligibility.determinations import Determination, benefit_of
from eligibility.evaluate import figure_entry
from eligibility.footnotes import Footnotes
from eligibility.ir import Expr
from eligibility.packs.figures import Entry
from eligibility.page import Block, Section, Sheet, Table
from eligibility.report import Report
from eligibility.situation import Value
from eligibility.summary import deciding, truths
from eligibility.trace import Trace
from eligibility.truth import Truth
from eligibility.words import Words

_HEADINGS = {
    "eligible": Words("可以享受的", "Can have"),
    "undetermined": Words("还要弄清的", "Still open"),
    "ineligible": Words("不符合的", "Closed"),
}
_STATUSES = {"eligible": "true", "undetermined": "unknown", "ineligible": "false"}
_HIDDEN = Words("（不显示）", "(not shown)")


@dataclass(frozen=True)
class Record:
    """One screening for the file.

    Args:
        report: of the screening.
        made: the day on which it was made.
        more: further sections of the report, which stand after the criteria.
    """

    report: Report
    made: date
    more: Sequence[Section] = ()

    @cached_property
    def footnotes(self) -> Footnotes:
        """The documents cited so far."""
        return Footnotes(self.report.rules.pack.contents, self.report.lang)

    def sheet(self) -> Sheet:
        """Returns the sheet."""
        say = self.report.say
        body = [self.head(), *self.given(), *self.outcomes(), *self.more]
        papers = self.report.checklist.blocks()
        body += [Section(say("申请材料", "Papers for the application"), papers)] if papers else []
        body += self.sources()
        body.append(Section(say("请注意", "Please note"), self.notice()))
        return Sheet("file", tuple(body))

    def head(self) -> Section:
        """Returns whose screening it is, on which day it was made, by which rules in full."""
        found, say = self.report.screening, self.report.say
        made = speech.day(self.made, self.report.lang)
        lines = [*self.report.held(), self.report.counted(), *self.report.left_out(), *self.report.chosen()]
        day = speech.day(found.as_of, self.report.lang)
        first = say(f"按{day}的规定；制作日期 {made}", f"as of {day}; made on {made}")
        rules = say("规则包：", "rules: ") + f"{found.pack.id} {found.pack.version}, {found.pack.digest}"
        notice = say("初筛，不是审批决定", "A first screening, not a decision")
        title = say(f"存档记录：{found.household}", f"Record for the file: {found.household}")
        return Section(title, (notice, first, *lines, rules))

    def given(self) -> Iterator[Section]:
        """Yields the facts that the screening rests on, name and resident number only where they may be shown."""
        say, profile = self.report.say, self.report.profile
        people = [(say("全家", "the household"), profile.household)]
        people += [(self.report.who([str(member["id"])]), member) for member in profile.members]
        rows = [(whose, told) for whose, known in people if (told := self.joined(self.facts(known)))]
        if rows:
            head = (say("谁的", "whose"), say("情况", "facts"))
            yield Section(say("提供的情况", "Facts given"), (Table(head, tuple(rows)),))

    def joined(self, texts: Iterable[str]) -> str:
        """Returns several things in a row, each once."""
        return self.report.say("；", "; ").join(dict.fromkeys(texts))

    def facts(self, known: Mapping[str, Value]) -> Iterator[str]:
        """Yields what is known of somebody."""
        contents, lang = self.report.rules.pack.contents, self.report.lang
        for name, value in known.items():
            fact = contents.schema.facts.get(name)
            if fact is None or value is None:
                continue
            hidden = fact.sensitive and not self.report.personal
            shown = _HIDDEN[lang] if hidden else speech.fact_value(fact, value, contents, lang)
            yield self.report.say(f"{fact.label.zh}：{shown}", f"{fact.label.en}: {shown}")

    def outcomes(self) -> Iterator[Section]:
        """Yields what can be had, what is open and what is closed, each answer with its criteria."""
        say = self.report.say
        for outcome, heading in _HEADINGS.items():
            rows = [*self.rows(self.report.summary.of(outcome))]
            if rows:
                head = (
                    say("事项", "entitlement"),
                    say("对象", "for"),
                    say("条件、条款、依据的情况", "criteria, clauses, values"),
                )
                statuses = (_STATUSES[outcome],) * len(rows)
                yield Section(heading[self.report.lang], (Table(head, tuple(rows), statuses),))

    def rows(self, found: Sequence[Determination]) -> Iterator[tuple[str, ...]]:
        """Yields the answers, the subjects together for whom everything is the same."""
        together: dict[tuple[str, str], list[str]] = {}
        for each in found:
            lines = "\n".join([*self.benefit(each), *self.criteria(each), *self.missing(each)])
            together.setdefault((each.entitlement, lines), []).append(each.subject)
        for (id, lines), subjects in together.items():
            label = self.report.rules.pack.entitlement(id).label[self.report.lang]
            yield f"{label} ({id})", self.report.who(subjects), lines

    def criteria(self, found: Determination) -> Iterator[str]:
        """Yields every criterion with its clause and values; of what is closed those that decide, unless all are asked for."""
        say, lang = self.report.say, self.report.lang
        conditions = Conditions(found.evidence, lang, self.report.names)
        brief = found.outcome == "ineligible" and not self.report.everything
        chosen = deciding(found) if brief else [part for part, _ in truths(found)]
        for part, truth in truths(found):
            if part not in chosen:
                continue
            words = (speech.EXCLUSION_TRUTHS if part.exclusion else speech.TRUTHS)[Truth.of(truth).value][lang]
            values = self.values(conditions, part.expr) if part.expr else ""
            text = f"{part.label[lang]}{self.footnotes.mark(part.cite)}"
            yield say(f"{words}：{text}", f"{words}: {text}") + (say(f"（{values}）", f" ({values})") if values else "")

    def values(self, conditions: Conditions, expr: Expr) -> str:
        """Returns everything that a condition or an amount reads, each once."""
        return self.joined(self.read(conditions, conditions.traced(expr)))

    def read(self, conditions: Conditions, traced: Trace) -> Iterator[str]:
        """Yields the facts and figures below a part of a condition, a figure with its source, first day and how sure it is."""
        expr = traced.expr
        if isinstance(expr, ir.Fact):
            leaf = conditions.fact(expr, traced)
            yield conditions.colon(self.whose(conditions, expr, traced) + leaf.label, leaf.shown)
        elif isinstance(expr, ir.Figure):
            leaf = conditions.figure(expr, traced)
            entry, _ = figure_entry(expr, conditions.rules)(conditions.answer.situation, traced.own, traced.member)
            yield conditions.colon(leaf.label, leaf.shown) + (self.sourced(entry) if entry else "")
        for part in traced.parts:
            yield from self.read(conditions, part)

    def whose(self, conditions: Conditions, expr: ir.Fact, traced: Trace) -> str:
        """Returns who a fact is about, where that is another person than the one whom the answer is for."""
        if expr.scope == "household":
            return ""
        id = str((traced.own if expr.scope == "own" else traced.member).get("id", ""))
        return f"{self.report.who([id])} " if id and id != conditions.answer.own.get("id") else ""

    def sourced(self, entry: Entry) -> str:
        """Returns where a figure comes from, since when and how sure it is, or whom to ask for it."""
        lang, said = self.report.lang, entry.said
        if said.unknown is not None or said.source is None:
            ask = said.ask[lang] if said.ask else ""
            return self.report.say(f"（询问{ask}）", f" (ask: {ask})") if ask else ""
        since, sure = speech.day(said.start, lang), speech.CONFIDENCE[said.confidence or "unsure"][lang]
        mark = self.footnotes.mark(said.source)
        return self.report.say(f"{mark} 自{since}起，{sure}", f"{mark} from {since}, {sure}")

    def missing(self, found: Determination) -> Iterator[str]:
        """Yields what the amount of an answer waits for; what the outcome waits for stands among the criteria."""
        contents, lang = self.report.rules.pack.contents, self.report.lang
        asked = dict.fromkeys(each.name for each in found.amount_missing) if found.outcome != "ineligible" else ()
        if asked:
            told = self.report.listed(speech.question(name, contents, lang)[0] for name in asked)
            yield self.report.say("金额还缺：", "the amount still needs: ") + told

    def benefit(self, found: Determination) -> Iterator[str]:
        """Yields what is given and how much, with the figures, the marks, and where to apply."""
        report, lang = self.report, self.report.lang
        if benefit_of(found) is None or found.outcome != "eligible":
            return
        amount = report.offers.amount(found, several=False).replace("\n", report.say("，", ", "))
        figures = self.joined(self.figures(found))
        told = report.say(f"（{figures}）", f" ({figures})") if figures else ""
        yield report.say("给付：", "gives: ") + amount + told + " ".join(["", *report.offers.marks(found)])
        authority = report.rules.pack.entitlement(found.entitlement).authority[lang]
        yield report.say("主管部门：", "office in charge: ") + authority

    def figures(self, found: Determination) -> Iterator[str]:
        """Yields the figures of the amounts that may be the one."""
        benefit, conditions = benefit_of(found), Conditions(found.evidence, self.report.lang, self.report.names)
        for tier in benefit.amount if benefit else ():
            when = conditions.traced(tier.when.expr).value if tier.when else Truth.TRUE
            if when is Truth.FALSE:
                continue
            yield self.values(conditions, tier.amount.expr)
            if when is Truth.TRUE:
                return

    def sources(self) -> Iterator[Section]:
        """Yields every document cited: number, title, day, how sure it is, address."""
        say, lang, contents = self.report.say, self.report.lang, self.report.rules.pack.contents
        rows = []
        for line, id in zip(
            (text for block in self.footnotes.lines() for text in block), self.footnotes.numbers, strict=True
        ):
            entry = contents.sources.get(id)
            number, _, title = line.partition(" ")
            dated = speech.day(entry.date, lang) if entry and entry.date else ""
            sure = speech.CONFIDENCE[entry.confidence][lang] if entry else ""
            where = f"\n{entry.address}" if entry and entry.address else ""
            rows.append((number, title + where, dated, sure))
        if rows:
            head = (say("编号", "no."), say("文件", "document"), say("日期", "date"), say("核实", "how sure"))
            yield Section(say("出处", "Sources"), (Table(head, tuple(rows)),))

    def notice(self) -> tuple[Block, ...]:
        """Returns that this is a screening, where to object, and a line to sign on."""
        *texts, _ = self.report.notice()
        return (
            *texts,
            self.report.say(
                "初筛人：____________　日期：____________", "Screened by: ____________  Date: ____________"
            ),
        )
