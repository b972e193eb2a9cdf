"""What a pack says: sources, clauses, places, documents, concepts, parameters, and entitlements with their criteria.

Every model is what stands on disk, closed and unchanging; `docs/pack-format.md` shows each with an example.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from eligibility.fields import (
    AS_TEXT,
    Address,
    Day,
    Expression,
    Flag,
    Identifier,
    Label,
    Model,
    Name,
    Text,
    Whole,
    Written,
    listed,
    wrong,
)
from eligibility.money import Period
from eligibility.packs.figures import Confidence
from eligibility.packs.force import Cite, InForce
from eligibility.schema import Owner

Promise = Literal["right", "may", "goal", "open", "first"]
Subject = Literal["person", "household", "deceased"]
PaidFrom = Literal["month_of_application", "month_after_approval"]
BenefitKind = Literal["cash", "waiver", "in_kind", "service", "insurance", "loan", "priority"]
DAYS_OF_A_YEAR = 366
Ids = Annotated[tuple[Identifier, ...], BeforeValidator(listed)]


class PackFile(Model):
    """`pack.yaml`: who the pack is, and what every output must say."""

    id: Identifier
    version: Text
    title: Label
    jurisdiction: Text
    plan: Identifier
    areas: dict[Identifier, Label]
    notice: Label
    objection: Label


class SourceEntry(Model):
    """A document that a figure or a criterion rests on."""

    title: Label
    number: Text | None = None
    date: Day | None = None
    confidence: Confidence
    address: Address | None = None
    note: Label | None = None


class Clause(Model):
    """A paragraph of the plan, and what it gives or why it gives nothing."""

    part: Label
    heading: Label
    classes: tuple[Annotated[Literal["E", "P", "U", "D"], AS_TEXT], ...] = Field(alias="class", min_length=1)
    lead: Label
    gives: Ids = ()
    to_come: Ids = ()
    nothing_because: Label | None = None


class Document(Model):
    """A paper, who issues it, and whether the office can fetch it itself."""

    label: Label
    issuer: Label
    office_can_fetch: Flag = False


class DatedMeaning(Model):
    """A condition or a value from a day on."""

    start: Day = Field(alias="from", default=date.min)
    to: Day | None = None
    when: Expression | None = None
    value: Expression | None = None

    @model_validator(mode="after")
    def one_body(self) -> Self:
        """Refuses a version with no meaning or two."""
        if (self.when is None) == (self.value is None):
            raise wrong("`when` 和 `value` 只写其中一个", "either `when` or `value` belongs here, and only one")
        return self

    @property
    def body(self) -> Written:
        """The condition or value."""
        return self.when or self.value  # type: ignore[return-value]  # one_body


class ConceptVersion(DatedMeaning):
    """What a concept meant from a day on, and where that is written."""

    cite: Cite


def versioned(value: Any) -> Any:  # noqa: ANN401 - whatever stood in the file
    """Takes a meaning without versions as one version for all time."""
    if isinstance(value, dict) and "versions" not in value:
        inner = {key: value[key] for key in ("cite", "when", "value") if key in value}
        return {key: item for key, item in value.items() if key not in inner} | {"versions": [inner]}
    return value


class Concept(Model):
    """A named condition or amount, dated and cited."""

    conditions: ClassVar[frozenset[str]] = frozenset({"value", "when"})
    owner: Annotated[Owner, AS_TEXT]
    label: Label
    versions: tuple[ConceptVersion, ...] = Field(min_length=1)
    note: Label | None = None

    _one_version = model_validator(mode="before")(versioned)


class Criterion(Model):
    """One condition of an entitlement, or one exclusion, with its clause."""

    id: Identifier
    label: Label
    cite: Cite
    when: Expression


class Tier(Model):
    """An amount, and when it is that one."""

    when: Expression | None = None
    amount: Expression
    label: Label | None = None
    cite: Cite | None = None


def _tiers(value: Any) -> Any:  # noqa: ANN401 - whatever stood in the file
    return value if isinstance(value, list) else [{"amount": value}]


class AtMost(Model):
    """For how long a benefit is drawn at most."""

    months: Whole | None = None
    tiers: tuple[Tier, ...] = ()

    @model_validator(mode="after")
    def one_form(self) -> AtMost:
        """Refuses no length, two, or one that is no time at all."""
        if (self.months is None) == (not self.tiers):
            raise wrong("`months` 和 `tiers` 只写其中一个", "either `months` or `tiers` belongs here, and only one")
        if self.months is not None and self.months < 1:
            raise wrong("至少写 1 个月", "this is at least one month", key="months")
        return self


class Benefit(Model):
    """What is given: kind, amount in tiers (the first that matches), period."""

    kind: Annotated[BenefitKind, AS_TEXT]
    label: Label
    amount: Annotated[tuple[Tier, ...], BeforeValidator(_tiers)] = ()
    per: Annotated[Period, AS_TEXT] | None = None
    cite: Cite | None = None
    days: Whole | None = None
    at_most: AtMost | None = None

    @model_validator(mode="after")
    def period_of_amount(self) -> Benefit:
        """Refuses an amount without its period."""
        if bool(self.amount) != (self.per is not None):
            missing, has = ("per", "amount") if self.amount else ("amount", "per")
            raise wrong(f"有 `{has}` 就要有 `{missing}`", f"`{missing}` is missing beside `{has}`", key=has)
        if self.days is not None and self.per != "day":
            raise wrong("`days` 只写在 `per: day` 旁边", "`days` stands beside `per: day` only", key="days")
        if self.days is not None and not 1 <= self.days <= DAYS_OF_A_YEAR:
            raise wrong("一年里只有 1 到 366 天", "a year has 1 to 366 days", key="days")
        return self


class Apply(Model):
    """How one applies: route, papers, deadline, how long the office has, from which month it pays."""

    route: Label
    documents: Ids = ()
    deadline: Label | None = None
    takes: Label | None = None
    paid_from: Annotated[PaidFrom, AS_TEXT] | None = None


class Gives(Model):
    """The status that an entitlement brings when granted."""

    when: Expression | None = None
    fact: Name
    value: Text


def _gives(value: Any) -> Any:  # noqa: ANN401 - whatever stood in the file
    if isinstance(value, dict) and "fact" not in value:
        return [{"fact": fact, "value": given} for fact, given in value.items()]
    return listed(value)


class Body(Model):
    """What an entitlement says in one stretch of time."""

    start: Day | None = Field(alias="from", default=None)
    to: Day | None = None
    criteria: tuple[Criterion, ...] | None = None
    unless: tuple[Criterion, ...] | None = None
    benefit: Benefit | None = None
    apply: Apply | None = None
    note: Label | None = None


class Entitlement(Model):
    """One entitlement: who may have what, on which clause, from when, and how one applies."""

    conditions: ClassVar[frozenset[str]] = frozenset({"amount", "when"})
    id: Identifier
    label: Label
    clause: Ids
    area: Identifier
    subject: Annotated[Subject, AS_TEXT]
    promise: Annotated[Promise, AS_TEXT]
    authority: Label
    in_force: InForce
    criteria: tuple[Criterion, ...] | None = None
    unless: tuple[Criterion, ...] | None = None
    benefit: Benefit | None = None
    apply: Apply | None = None
    versions: tuple[Body, ...] = ()
    not_with: Ids = ()
    higher_of: Ids = ()
    requires: Ids = ()
    gives: Annotated[tuple[Gives, ...], BeforeValidator(_gives)] = ()
    note: Label | None = None

    def bodies(self) -> Iterator[Body]:
        """Yields each dated body whole: what a version leaves out holds from the top."""
        common = {
            "criteria": self.criteria,
            "unless": self.unless,
            "benefit": self.benefit,
            "apply": self.apply,
            "note": self.note,
        }
        versions = self.versions or (Body.model_validate({"from": self.in_force.first, "to": self.in_force.to}),)
        for version in versions:
            said = {name: found for name in common if (found := getattr(version, name)) is not None}
            yield version.model_copy(update=common | said)

    def expressions(self) -> Iterator[tuple[str, Written]]:
        """Yields every condition and amount once, each with what is wanted of it: `bool` or `amount`."""
        parts: list[Entitlement | Body] = [self, *self.versions]
        for part in parts:
            for criterion in (*(part.criteria or ()), *(part.unless or ())):
                yield "bool", criterion.when
            if part.benefit:
                yield from _amounts(part.benefit)
        for given in self.gives:
            if given.when is not None:
                yield "bool", given.when


def _amounts(benefit: Benefit) -> Iterator[tuple[str, Written]]:
    for tier in benefit.amount:
        if tier.when is not None:
            yield "bool", tier.when
        yield f"amount {benefit.per}", tier.amount
    for tier in benefit.at_most.tiers if benefit.at_most else ():
        if tier.when is not None:
            yield "bool", tier.when
        yield "months", tier.amount
