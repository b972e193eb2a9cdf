"""One determination: what an entitlement comes to for a subject, in the published form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from eligibility.answer import Answer, Outcome
from eligibility.leaves import Missing
from eligibility.minimum import at_least
from eligibility.money import spoken, yuan
from eligibility.packs.model import Benefit, Body, Promise
from eligibility.resting import resting
from eligibility.situation import Facts
from eligibility.words import Words

FrozenT = TypeVar("FrozenT")
JsonValue = bool | int | str | list[str] | None
ABSENT: Final = "absent"
"""What stands for the outcome of what is not in force."""


@dataclass(frozen=True, slots=True)
class Claim:
    """An entitlement for somebody.

    Args:
        entitlement: its id.
        subject: a member's id, or `household`.
    """

    entitlement: str
    subject: str


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

    The outcome is there at once. Everything else is worked out when it is first asked for, and then kept: whoever wants
    outcomes alone does not wait for the rest.

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

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any of the fields
        """Works out a field that nobody asked for yet."""
        work = _WORK.get(name)
        if work is None:
            raise AttributeError(name)
        found = self.__dict__[name] = work(self.__dict__["evidence"])
        return found

    def whole(self) -> Determination:
        """Returns itself, every field worked out."""
        for name in _WORK:
            getattr(self, name)
        return self

    @property
    def label(self) -> Words:
        """What people call the entitlement."""
        held: Answer = self.evidence
        return held.ruled.entitlement.label

    @property
    def claim(self) -> Claim:
        """The entitlement and the subject."""
        return Claim(self.entitlement, self.subject)


def determination(answer: Answer) -> Determination:
    """Returns an answer in the published form."""
    entitlement = answer.ruled.entitlement
    return _filled(
        Determination,
        entitlement=entitlement.id,
        subject=answer.subject,
        outcome=answer.outcome,
        promise=entitlement.promise,
        evidence=answer,
    )


def _money(answer: Answer, fen: int | None) -> Amount | None:
    per = answer.ruled.per
    return None if fen is None or per is None else Amount(yuan(fen), per)


_item = lru_cache(maxsize=1 << 14)(MissingItem)
"""The same thing is missing for many answers."""


def _items(missing: Sequence[Missing]) -> tuple[MissingItem, ...]:
    return tuple([_item(*each) for each in missing]) if missing else ()


def _reasons(answer: Answer) -> Iterator[Reason]:
    said = _said(answer)
    mine = said[id(answer.own)] if answer.own else answer.own
    for part, truth in zip(answer.ruled.parts, answer.truths, strict=True):
        reads = part.reads
        # Most criteria read the subject's own facts alone.
        if reads.household or reads.member:
            facts = answer.facts(part, said)
        else:
            facts = {name: mine.get(name) for name in reads.own}
        yield _filled(
            Reason, criterion=part.id, truth=_TRUTHS[truth], exclusion=part.exclusion, facts=facts, cite=part.cite
        )


def _filled(kind: type[FrozenT], **fields: Any) -> FrozenT:  # noqa: ANN401 - the fields of any of our shapes
    """Returns a frozen dataclass with all its fields set at once; its own `__init__` takes four times as long."""
    made = object.__new__(kind)
    made.__dict__.update(fields)
    return made


_WORK: dict[str, Callable[[Answer], Any]] = {
    "marks": lambda answer: answer.marks(),
    "amount": lambda answer: _money(answer, answer.amount),
    "amount_at_least": lambda answer: _money(answer, at_least(answer)),
    "amount_missing": lambda answer: _items(answer.amount_missing()),
    "missing": lambda answer: _items(answer.missing()),
    "readings": resting,
    "reasons": lambda answer: tuple(_reasons(answer)) if answer.truths else (),
}
"""How each field is worked out that is not there at once."""

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


def answer(found: Determination) -> Answer:
    """Returns what a determination rests on."""
    held: Answer = found.evidence
    return held


def body_of(found: Determination) -> Body:
    """Returns what the entitlement says on the day."""
    return answer(found).ruled.ruling.body


def benefit_of(found: Determination) -> Benefit | None:
    """Returns what the entitlement gives on the day."""
    return body_of(found).benefit
