"""The service guide of one entitlement: who, what, how much, on what basis, with which papers, where, since when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from eligibility import ir, speech
from eligibility.grounds import Basis, Change, Figure, basis, figures_in_force, history
from eligibility.ir import Expr
from eligibility.leaves import Reads, reads
from eligibility.ledger import OpenPoint, open_point, readings_of
from eligibility.packs.calendar import EARLIEST, RulePack, Rules
from eligibility.packs.figures import reader
from eligibility.packs.model import Benefit, Body, Criterion, Entitlement, Gives, Tier
from eligibility.printer import to_text, to_words
from eligibility.words import Words

PROMISES = {
    "right": Words("符合条件就应当给予", "a right of whoever meets the conditions"),
    "may": speech.MARKS["may"],
    "goal": speech.MARKS["goal"],
    "first": speech.MARKS["first"],
    "open": speech.MARKS["open"],
}
KINDS = {
    "cash": Words("现金", "cash"),
    "waiver": Words("减免", "waiver"),
    "in_kind": Words("实物", "in kind"),
    "service": Words("服务", "service"),
    "insurance": Words("保险待遇", "insurance benefit"),
    "loan": Words("贷款", "loan"),
    "priority": Words("优先办理", "priority"),
}
SUBJECTS = {
    "person": Words("个人", "a person"),
    "household": Words("家庭", "the household"),
    "deceased": Words("去世的家庭成员", "a member who has died"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A criterion, an exclusion, or what a named condition means.

    Args:
        id: of the criterion, or the concept's name.
        label: what people call it.
        condition: in plain words.
        text: as the rule is written.
        cite: where it is written, in words.
    """

    id: str
    label: Words
    condition: Words
    text: str
    cite: Words


@dataclass(frozen=True, slots=True)
class Given:
    """One amount: what it is for, when it is that one, and how it is reckoned."""

    label: Words | None
    condition: Words | None
    amount: Words


@dataclass(frozen=True, slots=True)
class Paper:
    """A document to bring, who issues it, and whether the office can fetch it itself."""

    id: str
    label: Words
    issuer: Words
    office_can_fetch: bool


@dataclass(frozen=True)
class Guide:
    """Everything a service guide says of one entitlement on one day.

    Args:
        as_of: the day asked for.
        shown: the day whose rules are shown: another one where it is not in force on the day asked for.
        in_force: whether it is, or may be, in force on the day asked for.
        unsure: whether it is not sure that it is in force on the day shown.
    """

    id: str
    label: Words
    as_of: date
    shown: date
    in_force: bool
    unsure: bool
    since: date
    until: date | None
    area: Words
    clauses: tuple[Words, ...]
    subject: Words
    promise: Words
    authority: Words
    criteria: tuple[Rule, ...]
    exclusions: tuple[Rule, ...]
    meanings: tuple[Rule, ...]
    requires: tuple[Words, ...]
    kind: Words | None
    benefit: Words | None
    per: str | None
    amounts: tuple[Given, ...]
    at_most: tuple[Given, ...]
    figures: tuple[Figure, ...]
    documents: tuple[Paper, ...]
    route: Words | None
    deadline: Words | None
    takes: Words | None
    paid_from: Words | None
    gives: tuple[Words, ...]
    not_with: tuple[Words, ...]
    higher_of: tuple[Words, ...]
    readings: tuple[OpenPoint, ...]
    basis: tuple[Basis, ...]
    changes: tuple[Change, ...]
    note: Words | None
    notice: Words
    objection: Words


def guide(pack: RulePack, id: str, as_of: date) -> Guide:
    """Returns the service guide of an entitlement as it stands on a day.

    Args:
        pack: that holds it.
        id: of the entitlement.
        as_of: the day; where it is not in force then, its nearest day is shown.

    Raises:
        UnknownName: the pack has no such entitlement.
    """
    entitlement = pack.entitlement(id)
    force = entitlement.in_force
    first = max(force.first, EARLIEST)
    shown = first if as_of < first else min(as_of, force.to or as_of)
    rules = pack.on(shown)
    ruling = rules.ruling(id)
    body = ruling.body if ruling else list(entitlement.bodies())[-1]
    return _Writer(rules, entitlement, body).guide(as_of)


class _Writer:
    """Writes the guide of one entitlement from the rules of one day."""

    def __init__(self, rules: Rules, entitlement: Entitlement, body: Body) -> None:
        self.rules = rules
        self.contents = rules.pack.contents
        self.entitlement = entitlement
        self.body = body
        self.reads = Reads()
        for expr in self.expressions():
            self.reads.add(reads(expr, rules))

    def guide(self, as_of: date) -> Guide:
        """Returns the whole guide."""
        one, body, contents = self.entitlement, self.body, self.contents
        benefit = body.benefit
        return Guide(
            id=one.id,
            label=one.label,
            as_of=as_of,
            shown=self.rules.day,
            in_force=one.in_force.on(as_of),
            unsure=one.in_force.unsure_on(self.rules.day),
            since=one.in_force.first,
            until=one.in_force.to,
            area=contents.file.areas[one.area],
            clauses=tuple(self.clause(clause) for clause in one.clause),
            subject=SUBJECTS[one.subject],
            promise=PROMISES[one.promise],
            authority=one.authority,
            criteria=tuple(self.criterion(each) for each in body.criteria or ()),
            exclusions=tuple(self.criterion(each) for each in body.unless or ()),
            meanings=tuple(self.meanings()),
            requires=self.labels(one.requires),
            kind=KINDS[benefit.kind] if benefit else None,
            benefit=benefit.label if benefit else None,
            per=benefit.per if benefit else None,
            amounts=tuple(self.given(tier) for tier in benefit.amount) if benefit else (),
            at_most=tuple(self.longest(benefit)) if benefit else (),
            figures=figures_in_force(self.rules, self.reads),
            **self.applying(),
            gives=tuple(self.status(each) for each in one.gives),
            not_with=self.labels(one.not_with),
            higher_of=self.labels(one.higher_of),
            readings=tuple(open_point(id, contents.readings[id]) for id in readings_of(one, contents)),
            basis=basis(one, contents),
            changes=history(self.rules.pack, one),
            note=body.note,
            notice=contents.file.notice,
            objection=contents.file.objection,
        )

    def applying(self) -> dict[str, Any]:
        """Returns how one applies, as fields of the guide."""
        apply = self.body.apply
        return {
            "documents": tuple(self.papers(apply.documents)) if apply else (),
            "route": apply.route if apply else None,
            "deadline": apply.deadline if apply else None,
            "takes": apply.takes if apply else None,
            "paid_from": speech.PAID_FROM[apply.paid_from] if apply and apply.paid_from else None,
        }

    def expressions(self) -> Iterator[Expr]:
        """Yields everything that the body asks and reckons with."""
        for criterion in (*(self.body.criteria or ()), *(self.body.unless or ())):
            yield criterion.when.expr
        benefit = self.body.benefit
        for tier in (*benefit.amount, *(benefit.at_most.tiers if benefit.at_most else ())) if benefit else ():
            yield tier.amount.expr
            if tier.when is not None:
                yield tier.when.expr

    def clause(self, id: str) -> Words:
        """Returns a paragraph of the plan by number and heading."""
        clause = self.contents.clauses[id]
        return Words(f"{id} {clause.heading.zh}", f"{id} {clause.heading.en}")

    def said(self, expr: Expr) -> Words:
        """Returns an expression in plain words."""
        names = self.contents.names
        return Words(to_words(expr, "zh", names), to_words(expr, "en", names))

    def cited(self, cite: Sequence[str]) -> Words:
        """Returns citations in words."""
        joined = "; ".join(cite)
        return Words(speech.citation(joined, self.contents, "zh"), speech.citation(joined, self.contents, "en"))

    def criterion(self, one: Criterion) -> Rule:
        """Returns a criterion or an exclusion."""
        expr = one.when.expr
        return Rule(one.id, one.label, self.said(expr), to_text(expr), self.cited(one.cite))

    def meanings(self) -> Iterator[Rule]:
        """Yields what each named condition that the rules read means on the day, also those that others lean on."""
        waiting = list(self.expressions())
        seen: set[str] = set()
        while waiting:
            for node in ir.walk(waiting.pop(0)):
                expr = self.rules.state.concepts.get(node.name) if isinstance(node, ir.Concept) else None
                if not isinstance(node, ir.Concept) or expr is None or node.name in seen:
                    continue
                seen.add(node.name)
                waiting.append(expr)
                concept = self.contents.concepts[node.name]
                cite = next(each.cite for each in concept.versions if each.body.expr is expr)
                yield Rule(node.name, concept.label, self.said(expr), to_text(expr), self.cited(cite))

    def labels(self, ids: Iterable[str]) -> tuple[Words, ...]:
        """Returns what people call other entitlements."""
        return tuple(self.contents.entitlements[id].label for id in ids)

    def status(self, given: Gives) -> Words:
        """Returns a status that a grant gives."""
        fact = self.contents.schema.facts[given.fact]
        value = reader(fact.kind)(given.value)
        zh, en = (speech.fact_value(fact, value, self.contents, lang) for lang in ("zh", "en"))
        return Words(f"{fact.label.zh}：{zh}", f"{fact.label.en}: {en}")

    def given(self, tier: Tier) -> Given:
        """Returns one tier of an amount."""
        return Given(tier.label, self.said(tier.when.expr) if tier.when else None, self.said(tier.amount.expr))

    def longest(self, benefit: Benefit) -> Iterator[Given]:
        """Yields for how long the benefit is drawn at most."""
        if benefit.at_most is None:
            return
        if benefit.at_most.months is not None:
            months = benefit.at_most.months
            yield Given(None, None, Words(f"{months} 个月", f"{months} months"))
        for tier in benefit.at_most.tiers:
            given = self.given(tier)
            yield replace(given, amount=Words(f"{given.amount.zh} 个月", f"{given.amount.en} months"))

    def papers(self, ids: Iterable[str]) -> Iterator[Paper]:
        """Yields the documents to bring."""
        for id in ids:
            paper = self.contents.documents[id]
            yield Paper(id, paper.label, paper.issuer, paper.office_can_fetch)
