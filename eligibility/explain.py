"""A trace to reasons that name their clause, their figures and their sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eligibility import ir, speech
from eligibility.evaluate import figure_entry
from eligibility.leaves import HOUSEHOLD, PACK
from eligibility.packs.contents import Contents
from eligibility.packs.figures import Entry
from eligibility.printer import to_words
from eligibility.ruled import Answer, Part
from eligibility.screening import Determination, MissingItem
from eligibility.situation import NOBODY
from eligibility.trace import Trace, trace
from eligibility.truth import Truth
from eligibility.words import Words


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of an explanation, and what it rests on.

    Args:
        text: what is said.
        status: `true`, `false`, `unknown`, or empty for a plain line.
        branches: the lines below it.
    """

    text: str
    status: str = ""
    branches: tuple[Branch, ...] = ()


def explain(found: Determination, lang: str = "zh") -> str:
    """Returns the full reasons of a determination as a tree of lines.

    Args:
        found: from a screening.
        lang: `zh` or `en`.
    """
    return "\n".join(_lines(explanation(found, lang)))


def explanation(found: Determination, lang: str = "zh") -> Branch:
    """Returns the full reasons of a determination: each criterion, what it reads, its figures, clauses and sources."""
    return _Teller(found, lang).root()


def citation(cite: str, contents: Contents, lang: str) -> str:
    """Returns a citation as people read it: the document's title, and the paragraph's heading where it is the plan."""
    parts = []
    for each in cite.split("; "):
        source, _, locator = each.partition(" ")
        entry = contents.sources.get(source)
        title = entry.title[lang] if entry else source
        if entry and entry.number and lang == "zh":
            title = f"{title}（{entry.number}）"
        clause = contents.clauses.get(locator.partition(" ")[0]) if source == contents.file.plan else None
        where = f"{locator} {clause.heading[lang]}" if clause else locator
        parts.append(f"{title} {where}".strip())
    return ("；" if lang == "zh" else "; ").join(parts)


def figure_line(entry: Entry, contents: Contents, lang: str) -> str:
    """Returns where a figure comes from: source, first day, confidence; or why it is unknown and whom to ask."""
    said = entry.said
    if said.unknown is not None:
        ask = said.ask[lang] if said.ask else ""
        return f"{said.unknown[lang]}；询问：{ask}" if lang == "zh" else f"{said.unknown[lang]}; ask: {ask}"
    source = contents.sources.get(said.source or "")
    title = source.title[lang] if source else ""
    sure = speech.CONFIDENCE[said.confidence or "unsure"][lang]
    since = speech.day(said.start, lang)
    return f"{title}，自{since}起，{sure}" if lang == "zh" else f"{title}, from {since}, {sure}"


def missing_line(item: MissingItem, contents: Contents, lang: str, *, own: str) -> str:
    """Returns what has to be found out: the question's label, who attests it, which paper proves it."""
    if item.subject == PACK:
        label = contents.names.labels.get(item.name)
        name = label[lang] if label else _in_force(item.name, contents, lang)
        return Words(
            f"{name}（规则包未收录，需向主管部门核实）", f"{name} (not held in the pack: ask the competent office)"
        )[lang]
    fact = contents.schema.facts[item.name]
    who = (
        ""
        if item.subject == own
        else Words("家庭：", "household: ")[lang]
        if item.subject == HOUSEHOLD
        else f"{item.subject}: "
    )
    attester = contents.schema.attesters[fact.attested_by][lang]
    document = contents.documents[fact.document].label[lang] if fact.document else ""
    paper = Words(f"，凭{document}", f", shown by {document}")[lang] if document else ""
    by = Words(f"（由{attester}说明{paper}）", f" (told by {attester}{paper})")[lang]
    return f"{who}{fact.label[lang]}{by}"


def _in_force(name: str, contents: Contents, lang: str) -> str:
    entitlement = contents.entitlements.get(name.removesuffix(".in_force"))
    if entitlement is None:
        return name
    return Words(f"{entitlement.label.zh}当日是否已经施行", f"whether {entitlement.label.en} was in force that day")[
        lang
    ]


class _Teller:
    """Tells one determination in one language."""

    def __init__(self, found: Determination, lang: str) -> None:
        self.found = found
        self.lang = lang
        self.answer: Answer = found.evidence
        self.rules = self.answer.ruled.rules
        self.contents = self.rules.pack.contents

    def say(self, zh: str, en: str) -> str:
        """Returns one of two texts."""
        return zh if self.lang == "zh" else en

    def root(self) -> Branch:
        """Returns the whole explanation."""
        found = self.found
        entitlement = self.answer.ruled.entitlement
        outcome = speech.OUTCOMES[found.outcome][self.lang]
        parts = [
            self.part(part, truth) for part, truth in zip(self.answer.ruled.parts, self.answer.truths, strict=True)
        ]
        branches = [*parts, *self.amount(), *self.missing(), *self.marks()]
        head = f"{outcome}  {entitlement.label[self.lang]} ({found.entitlement}) · {found.subject}"
        return Branch(head, "", tuple(branches))

    def part(self, part: Part, truth: bool | None) -> Branch:  # noqa: FBT001 - a truth value
        """Returns a criterion or exclusion with everything it rests on."""
        value = Truth.of(truth).value
        words = (speech.EXCLUSION_TRUTHS if part.exclusion else speech.TRUTHS)[value][self.lang]
        cite = citation(part.cite, self.contents, self.lang) if part.cite else ""
        below: tuple[Branch, ...] = ()
        if part.expr is not None:
            traced = trace(part.expr, self.answer.situation, self.answer.own, NOBODY)
            below = (self.branch(traced),)
        basis = (Branch(self.say(f"依据：{cite}", f"basis: {cite}")),) if cite else ()
        lead = self.say("排除：", "exclusion: ") if part.exclusion else ""
        return Branch(f"{words}  {lead}{part.label[self.lang]}", value, (*basis, *below))

    def branch(self, traced: Trace) -> Branch:
        """Returns one condition in words, with its value, and what it reads."""
        value = traced.value.value if isinstance(traced.value, Truth) else ""
        truth = speech.TRUTHS[value][self.lang] if value else ""
        expr = traced.expr
        words = to_words(expr, self.lang, self.contents.names)  # type: ignore[arg-type]  # zh or en
        if isinstance(expr, (ir.And, ir.Or, ir.Not)):
            joint = {
                ir.And: self.say("全部满足", "all of"),
                ir.Or: self.say("满足其一", "any of"),
                ir.Not: self.say("不是", "not"),
            }
            return Branch(f"{truth}  {joint[type(expr)]}", value, tuple(self.branch(part) for part in traced.parts))
        if isinstance(expr, ir.Concept):
            return Branch(f"{truth}  {words}".strip(), value, tuple(self.branch(part) for part in traced.parts))
        if isinstance(expr, ir.Quantifier):
            return Branch(f"{truth}  {words}".strip(), value, tuple(self.members(traced)))
        return Branch(f"{truth}  {words}".strip(), value, tuple(self.leaves(traced)))

    def members(self, traced: Trace) -> Iterator[Branch]:
        """Yields, for each member, what a quantifier asks."""
        for part in traced.parts:
            inner = self.branch(part)
            yield Branch(f"{part.member.get('id', '')}: {inner.text}", inner.status, inner.branches)

    def leaves(self, traced: Trace) -> Iterator[Branch]:
        """Yields the facts and figures that a comparison reads, each with its value."""
        expr = traced.expr
        if isinstance(expr, ir.Fact):
            whose = traced.own if expr.scope == "own" else traced.member if expr.scope == "member" else {}
            fact = self.contents.schema.facts[expr.name]
            value = (
                whose.get(expr.name) if expr.scope != "household" else self.answer.situation.household.get(expr.name)
            )
            owner = f"{whose.get('id')}: " if expr.scope == "member" else ""
            finding = self.finding(fact.attested_by, value)
            yield Branch(
                f"{owner}{fact.label[self.lang]} = {speech.fact_value(fact, value, self.contents, self.lang)}{finding}"
            )
        elif isinstance(expr, ir.Figure):
            yield self.figure(expr, traced)
        elif isinstance(expr, (ir.Concept, ir.Quantifier)):
            yield self.branch(traced)
        else:
            for part in traced.parts:
                yield from self.leaves(part)

    def finding(self, attester: str, value: object) -> str:
        """Returns who found a known fact, where an office or a school must."""
        if attester == "applicant" or value is None:
            return ""
        who = self.contents.schema.attesters[attester][self.lang]
        return self.say(f"（{who}认定）", f" (found by {who})")

    def figure(self, expr: ir.Figure, traced: Trace) -> Branch:
        """Returns a figure with its value and source."""
        series = self.contents.parameters[expr.name]
        entry, _ = figure_entry(expr, self.rules)(self.answer.situation, traced.own, traced.member)
        value = traced.value
        if isinstance(value, Truth):
            value = {Truth.TRUE: True, Truth.FALSE: False, Truth.UNKNOWN: None}[value]
        shown = speech.any_value(series.kind, value, self.contents, self.lang)
        source = (Branch(figure_line(entry, self.contents, self.lang)),) if entry else ()
        return Branch(f"{series.label[self.lang]} = {shown}", "", source)

    def amount(self) -> Iterator[Branch]:
        """Yields what is given, and how much, with the figures behind it."""
        benefit = self.answer.ruled.ruling.body.benefit
        if benefit is None or self.found.outcome == "ineligible":
            return
        held = (
            self.found.amount.said(self.lang)
            if self.found.amount
            else speech.UNKNOWN[self.lang]
            if benefit.amount
            else ""
        )
        below: list[Branch] = []
        for when, amount in self.answer.ruled.tiers:
            if when is None or trace(when, self.answer.situation, self.answer.own).value is not Truth.FALSE:
                below += self.leaves(trace(amount, self.answer.situation, self.answer.own))
        yield Branch(f"{benefit.label[self.lang]} {held}".strip(), "", tuple(below))

    def missing(self) -> Iterator[Branch]:
        """Yields what has to be found out."""
        items = [*self.found.missing, *(each for each in self.found.amount_missing if each not in self.found.missing)]
        lines = (missing_line(item, self.contents, self.lang, own=self.found.subject) for item in items)
        branches = tuple(Branch(line) for line in lines)
        if branches:
            yield Branch(self.say("还要弄清", "still to be found out"), "", branches)

    def marks(self) -> Iterator[Branch]:
        """Yields what a reader must know about the answer."""
        for mark in self.found.marks:
            yield Branch(self.say("注意：", "note: ") + speech.MARKS[mark][self.lang])


def _lines(branch: Branch, lead: str = "", below: str = "") -> Iterator[str]:
    yield lead + branch.text
    for index, child in enumerate(branch.branches):
        last = index == len(branch.branches) - 1
        yield from _lines(child, below + ("└─ " if last else "├─ "), below + ("   " if last else "│  "))
