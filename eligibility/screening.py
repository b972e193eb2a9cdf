"""Rules and a profile to one determination for each entitlement and subject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal, TypeVar

from pydantic import ConfigDict, Field, TypeAdapter
from pydantic.json_schema import SkipJsonSchema

from eligibility.answer import Answer, Outcome
from eligibility.asking import answers
from eligibility.derived import LeftOut, Prepared, prepare
from eligibility.errors import UnknownName
from eligibility.leaves import HOUSEHOLD, Missing
from eligibility.minimum import at_least
from eligibility.money import spoken, yuan
from eligibility.packs.calendar import Rules
from eligibility.packs.model import Promise
from eligibility.profile import Profile
from eligibility.resting import resting
from eligibility.situation import Facts
from eligibility.words import Words

SCHEMA = "1"
JsonValue = bool | int | str | list[str] | None
FrozenT = TypeVar("FrozenT")


@dataclass(frozen=True, slots=True)
class Amount:
    """Money for one subject and one period.

    Args:
        yuan: without needless zeros, `1000` or `1110.50`.
        per: `once`, `day`, `month`, `term`, `school_year` or `year`.
    """

    yuan: str
    per: str

    def __str__(self) -> str:
        """Returns it as Chinese speakers write it."""
        return spoken(self.yuan, self.per, "zh")

    def said(self, lang: str) -> str:
        """Returns it as people say it in `lang`."""
        return spoken(self.yuan, self.per, lang)


@dataclass(frozen=True, slots=True)
class MissingItem:
    """Something unknown that an answer waits for.

    Args:
        subject: a member's id, `household`, or `pack` for what the rules themselves lack.
        name: of the fact or the parameter.
        kind: which of the two.
    """

    subject: str
    name: str
    kind: Literal["fact", "parameter"]


@dataclass(frozen=True)
class Reason:
    """What one criterion, or one exclusion, came to.

    Args:
        criterion: its id; of a required entitlement, `<entitlement>/<criterion>`.
        truth: of its condition; an exclusion that is true excludes.
        exclusion: whether it is one.
        facts: everything it reads, by name: own facts bare, then `household.x`, `<id>.x`; null where unknown.
        cite: where it is written.
    """

    criterion: str
    truth: Literal["true", "false", "unknown"]
    exclusion: Annotated[SkipJsonSchema[bool], Field(exclude=True)]
    facts: dict[str, JsonValue]
    cite: str


@dataclass(frozen=True)
class Determination:
    """What one entitlement comes to for one subject.

    Args:
        entitlement: its id.
        subject: a member's id, or `household`.
        outcome: eligible, ineligible or undetermined.
        promise: how firm the clause is: right, may, goal, open or first.
        marks: what a reader must know about the answer; see DESIGN in `docs/house.md`.
        amount: null while unknown, or where there is none.
        amount_at_least: what an unknown amount surely reaches, where a floor is in force; never an amount by itself.
        amount_missing: what the amount waits for.
        missing: what the outcome waits for; empty when settled.
        readings: the interpretations that the answer rests on.
        reasons: every criterion, then every exclusion.
    """

    entitlement: str
    subject: str
    outcome: Outcome
    promise: Promise
    marks: tuple[str, ...]
    amount: Amount | None
    amount_at_least: Amount | None
    amount_missing: tuple[MissingItem, ...]
    missing: tuple[MissingItem, ...]
    readings: tuple[str, ...]
    reasons: tuple[Reason, ...]
    evidence: Annotated[SkipJsonSchema[Any], Field(exclude=True)] = field(default=None, repr=False, compare=False)

    @property
    def label(self) -> Words:
        """What people call the entitlement."""
        answer: Answer = self.evidence
        return answer.ruled.entitlement.label


@dataclass(frozen=True, slots=True)
class PackId:
    """Which rules answered."""

    id: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What every output says, in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Screening:
    """Everything that was found for one household on one day."""

    __pydantic_config__ = ConfigDict(title="Screening", defer_build=True)

    schema: str
    household: str
    as_of: date
    notice: Notice
    pack: PackId
    members: Annotated[SkipJsonSchema[int], Field(exclude=True)]
    left_out: tuple[LeftOut, ...]
    determinations: tuple[Determination, ...]
    packages: tuple[str, ...] = ()

    @property
    def eligible(self) -> tuple[Determination, ...]:
        """The determinations that say yes."""
        return tuple(each for each in self.determinations if each.outcome == "eligible")

    @property
    def undetermined(self) -> tuple[Determination, ...]:
        """The determinations that are open."""
        return tuple(each for each in self.determinations if each.outcome == "undetermined")

    @property
    def ineligible(self) -> tuple[Determination, ...]:
        """The determinations that say no."""
        return tuple(each for each in self.determinations if each.outcome == "ineligible")

    def find(self, entitlement: str, subject: str) -> Determination | None:
        """Returns the determination of an entitlement for a subject, or None where it is not in force or no subject."""
        return self._by_key.get((entitlement, subject))

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], Determination]:
        return {(each.entitlement, each.subject): each for each in self.determinations}

    def model_dump(self, mode: Literal["json", "python"] = "json") -> dict[str, Any]:
        """Returns the published JSON form (`eligibility schema screening`)."""
        found: dict[str, Any] = ADAPTER.dump_python(self, mode=mode)
        return found


ADAPTER: TypeAdapter[Screening] = TypeAdapter(Screening)


def screen(rules: Rules, profile: Profile, only: Sequence[str] = ()) -> Screening:
    """Screens a household.

    Args:
        rules: of the day; it may be another than the profile's own (MEANING M9).
        profile: read with the same pack.
        only: ids of entitlements; all where empty.

    Raises:
        UnknownName: the pack has no such entitlement.
    """
    for id in only:
        rules.pack.entitlement(id)
    prepared = prepare(rules, profile.household, profile.members, own_day=profile.as_of in {None, rules.day})
    return screen_prepared(rules, prepared, profile.id, only)


def screen_prepared(rules: Rules, prepared: Prepared, household: str, only: Sequence[str] = ()) -> Screening:
    """Screens a household whose facts are ready."""
    file = rules.pack.contents.file
    found = tuple(determination(answer) for answer in answers(rules, prepared, only))
    return Screening(
        schema=SCHEMA,
        household=household,
        as_of=rules.day,
        notice=Notice(file.notice.zh, file.notice.en),
        pack=PackId(file.id, file.version, rules.pack.contents.digest),
        members=len(prepared.situation.members),
        left_out=prepared.left_out,
        determinations=found,
    )


def determination(answer: Answer) -> Determination:
    """Returns an answer in the published form."""
    amount, least, per = answer.amount, at_least(answer), answer.ruled.per
    return _filled(
        Determination,
        entitlement=answer.ruled.entitlement.id,
        subject=answer.subject,
        outcome=answer.outcome,
        promise=answer.ruled.entitlement.promise,
        marks=answer.marks(),
        amount=None if amount is None or per is None else Amount(yuan(amount), per),
        amount_at_least=None if least is None or per is None else Amount(yuan(least), per),
        amount_missing=_items(answer.amount_missing()),
        missing=_items(answer.missing()),
        readings=resting(answer),
        reasons=tuple(_reasons(answer)) if answer.truths else (),
        evidence=answer,
    )


_item = lru_cache(maxsize=1 << 14)(MissingItem)
"""The same thing is missing for many answers."""


def _items(missing: Sequence[Missing]) -> tuple[MissingItem, ...]:
    return tuple([_item(*each) for each in missing]) if missing else ()


def _reasons(answer: Answer) -> Iterator[Reason]:
    said = _said(answer)
    for part, truth in zip(answer.ruled.parts, answer.truths, strict=True):
        yield _filled(
            Reason,
            criterion=part.id,
            truth=_TRUTHS[truth],
            exclusion=part.exclusion,
            facts=answer.facts(part, said),
            cite=part.cite,
        )


def _filled(kind: type[FrozenT], **fields: Any) -> FrozenT:  # noqa: ANN401 - the fields of any of our shapes
    """Returns a frozen dataclass with all its fields set at once; its own `__init__` takes four times as long."""
    made = object.__new__(kind)
    made.__dict__.update(fields)
    return made


_TRUTHS: dict[bool | None, Literal["true", "false", "unknown"]] = {True: "true", False: "false", None: "unknown"}


def _said(answer: Answer) -> Mapping[int, Facts]:
    """Returns everybody's facts as JSON has them, by the identity of the facts, made once for each screening."""
    memo, situation, key = answer.situation.memo, answer.situation, ("as JSON", None)
    found: dict[int, Facts] = memo.setdefault(key, {})
    if not found or id(answer.own) not in found:
        money = situation.rules.pack.contents.schema.money
        for facts in (situation.household, *situation.members, answer.own):
            found[id(facts)] = {name: shown(value, money=name in money) for name, value in facts.items()}
    return found


def shown(value: Any, *, money: bool) -> JsonValue:  # noqa: ANN401 - a value of any fact
    """Returns a known value as JSON has it: money in yuan, days as text, sets as sorted lists."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Fraction):
        return str(value)
    return yuan(value) if money else int(value)


def check_subject(screening: Screening, subject: str) -> None:
    """Raises UnknownName where a screening has no such subject."""
    known = {HOUSEHOLD, *(each.subject for each in screening.determinations)}
    if subject not in known:
        raise UnknownName(Words("成员", "member"), subject, known)


def by_entitlement(screening: Screening) -> Mapping[str, list[Determination]]:
    """Returns the determinations of each entitlement, in the order of the screening."""
    found: dict[str, list[Determination]] = {}
    for each in screening.determinations:
        found.setdefault(each.entitlement, []).append(each)
    return found
