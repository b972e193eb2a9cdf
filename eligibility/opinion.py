"""What a second engine says of a household, and where it differs from the core."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from eligibility.answer import Answer, Outcome
from eligibility.determinations import Claim
from eligibility.words import Words

Engine = Literal["core", "durable"]
"""Whose answers stand: ours, or those of durable-rules."""
Stand = Outcome | Literal["absent"]
"""What an engine says of a claim; `absent` where it knows no such claim."""


@dataclass(frozen=True, slots=True)
class Side:
    """One criterion on which the engines differ.

    Args:
        criterion: its id.
        core: what the core found: true, false or unknown.
        durable: what durable-rules found.
        matched: the facts that durable-rules says matched, by rail: `certain` or `possible`, then whose.
    """

    criterion: str
    core: str
    durable: str
    matched: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A claim on which the engines differ.

    Args:
        claim: the entitlement and the subject.
        core: the core's outcome, or `absent`.
        durable: the outcome of durable-rules, or `absent`.
        criteria: those on which they differ.
    """

    claim: Claim
    core: Stand
    durable: Stand
    criteria: tuple[Side, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """A claim that a grant would turn, and on which the engines differ.

    Args:
        granted: what would be granted.
        claim: what that would turn.
        core: what it would be, as the core says; `unchanged` where it would not turn.
        durable: as durable-rules says.
    """

    granted: Claim
    claim: Claim
    core: str
    durable: str


@dataclass(frozen=True, slots=True)
class Told:
    """What durable-rules answered to one claim.

    Args:
        outcome: eligible, ineligible or undetermined.
        parts: of each criterion and exclusion: true, false or unknown.
        gives: of each status that a grant gives, whether it does.
        matched: of each criterion and exclusion, by rail, whose facts matched.
    """

    outcome: Outcome
    parts: tuple[str, ...]
    gives: tuple[str, ...]
    matched: tuple[dict[str, list[str]], ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What durable-rules says of a household.

    Args:
        engine: its name and version.
        differences: from the core's answers; none where they agree.
        missing: why there is no second opinion; None where there is one.
        turns: differences in what grants would open and end, where that was asked.
        claims: what it answered; empty where it is missing.
    """

    engine: str
    differences: tuple[Difference, ...]
    missing: Words | None
    turns: tuple[Turn, ...] = ()
    claims: Annotated[SkipJsonSchema[Mapping[Claim, Told]], Field(exclude=True)] = field(default_factory=dict)

    @property
    def differs(self) -> bool:
        """Whether something differs; that nothing does is no agreement while the opinion is missing."""
        return bool(self.differences or self.turns)

    @property
    def outcomes(self) -> dict[Claim, Outcome]:
        """The outcomes that it answered."""
        return {claim: told.outcome for claim, told in self.claims.items()}


_TRUTHS: dict[str, bool | None] = {"true": True, "false": False, "unknown": None}


def take(answers: Iterable[Answer], opinion: Opinion) -> None:
    """Lets the outcomes and truths of a second engine stand, where it has any."""
    for answer in answers:
        told = opinion.claims.get(Claim(answer.ruled.entitlement.id, answer.subject))
        if told is not None:
            answer.by(told.outcome, [_TRUTHS[each] for each in told.parts])
