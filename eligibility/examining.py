"""A household looked at once more: what holds now, and each change since it was last told, ready to be written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal, Protocol

from eligibility.answer import Outcome
from eligibility.changes import NOTHING, Cause, Change, Held, Kind, Told, figures, gone, kind_of, line_id, reasons
from eligibility.determinations import Claim, Determination
from eligibility.packs.calendar import RulePack, Rules
from eligibility.packs.model import Entitlement
from eligibility.profile import Profile
from eligibility.screening import Notice, Screening, screen
from eligibility.words import Words

Engine = Literal["core", "durable", "both"]


class Difference(Protocol):
    """Two engines that do not agree."""

    @property
    def claim(self) -> Claim:
        """On what."""
        ...

    @property
    def core(self) -> Outcome | None:
        """What the first says."""
        ...

    @property
    def durable(self) -> Outcome | None:
        """What the second says."""
        ...


class Opinion(Protocol):
    """What a second engine says."""

    @property
    def outcomes(self) -> Mapping[Claim, Outcome]:
        """Its answers; none where it gave none."""
        ...

    @property
    def differences(self) -> Sequence[Difference]:
        """Where it does not agree with the first."""
        ...

    @property
    def missing(self) -> Words | None:
        """Why it gave no answer, or None."""
        ...


class Second(Protocol):
    """A second engine."""

    def compare(self, rules: Rules, profile: Profile, screening: Screening) -> Opinion:
        """Answers what was screened once more."""
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """A household that is looked at.

    Args:
        case: its id.
        profile: its facts now.
        day: on which it is looked at.
        cause: why.
        told: what was last told.
        ids: the entitlements that may have changed; all where None.
        earlier: the facts and the day of the last look, where the same law counted.
        opening: whether its case is only being opened.
    """

    case: str
    profile: Profile
    day: date
    cause: Cause
    told: Told
    ids: tuple[str, ...] | None = None
    earlier: tuple[Profile, date] | None = None
    opening: bool = False


@dataclass
class Found:
    """What a look came to.

    Args:
        told: what is told from now on.
        changes: the lines out, in order.
        differences: how many times two engines differ.
        missing: why a second engine gave no answer, where it was asked for.
    """

    told: Told
    changes: list[Change] = field(default_factory=list)
    differences: int = 0
    missing: Words | None = None


@dataclass(frozen=True)
class Examiner:
    """Looks at households under the law of a pack, with one engine or with two.

    Args:
        pack: the law.
        engine: whose answers count.
        second: the second engine, where it is asked for.
    """

    pack: RulePack
    engine: Engine = "core"
    second: Second | None = None

    def look(self, look: Look) -> Found:
        """Returns what holds for a household, and what changed since it was last told."""
        rules = self.pack.on(look.day)
        ids = look.ids if self.second is None else None
        screening = screen(rules, look.profile, ids or ()) if ids != () else None
        now = {each.claim: each for each in screening.determinations} if screening else {}
        found = Found(look.told)
        opinion = self.second.compare(rules, look.profile, screening) if self.second and screening else None
        if opinion is not None:
            found.missing = opinion.missing
        held = {claim: self._held(each, opinion) for claim, each in now.items()}
        asked = {claim for claim in look.told if ids is None or claim.entitlement in ids}
        found.told = {**{claim: each for claim, each in look.told.items() if claim not in asked}, **held}
        before = _Before(self.pack, look, ids)
        for claim in (*held, *sorted(asked - held.keys(), key=lambda each: (each.entitlement, each.subject))):
            old, new = look.told.get(claim, NOTHING), held.get(claim, NOTHING)
            kind = kind_of(old, new, opening=look.opening)
            if kind is not None:
                change = self._change(look, claim, kind, (old, new), now.get(claim), before)
                missing = self.engine == "durable" and opinion is not None and opinion.missing is not None
                found.changes.append(replace(change, second_opinion="missing") if missing else change)
        if self.engine == "both" and opinion is not None:
            found.changes += self._differences(look, opinion, now)
            found.differences = len(opinion.differences)
        return found

    def _held(self, now: Determination, opinion: Opinion | None) -> Held:
        """Returns what is told of an answer: that of the engine whose answers count."""
        outcome = now.outcome
        if self.engine == "durable" and opinion is not None:
            outcome = opinion.outcomes.get(now.claim, outcome)
        return Held(outcome, now.amount if outcome == now.outcome == "eligible" else None)

    def _change(
        self,
        look: Look,
        claim: Claim,
        kind: Kind,
        states: tuple[Held, Held],
        now: Determination | None,
        before: _Before,
    ) -> Change:
        entitlement = self.pack.contents.entitlements.get(claim.entitlement)
        label = entitlement.label if entitlement else Words(claim.entitlement, claim.entitlement)
        more: dict[str, Any] = {}
        if now is None:
            in_force = any(each.entitlement.id == claim.entitlement for each in self.pack.on(look.day).state.rulings)
            more["reasons"] = gone(self.pack, claim, in_force=in_force)
        else:
            more = {"reasons": reasons(now, before.of(claim)), "missing": now.missing, "marks": now.marks}
            if now.outcome == "eligible":
                more |= {"figures": tuple(figures(now)), "amount_missing": now.amount_missing}
        return Change(
            event=line_id(look.cause, look.case, look.day, claim, "answer"),
            cause=look.cause,
            case=look.case,
            day=look.day,
            change=kind,
            entitlement=claim.entitlement,
            subject=claim.subject,
            label=Notice(label.zh, label.en),
            clauses=_clauses(entitlement),
            promise=entitlement.promise if entitlement else "",
            before=states[0],
            after=states[1],
            **more,
        )

    def _differences(self, look: Look, opinion: Opinion, now: Mapping[Claim, Determination]) -> Iterator[Change]:
        """Yields a line for each answer on which two engines differ."""
        for each in opinion.differences:
            found, old = now.get(each.claim), look.told.get(each.claim, NOTHING)
            new = self._held(found, None) if found else NOTHING
            line = self._change(look, each.claim, "engines_differ", (old, new), found, _Before(self.pack, look, ()))
            id = line_id(look.cause, look.case, look.day, each.claim, "engines_differ")
            yield replace(line, event=id, core=each.core, durable=each.durable)


class _Before:
    """The answers of the last look, worked out again when a reason is asked for."""

    def __init__(self, pack: RulePack, look: Look, ids: tuple[str, ...] | None) -> None:
        """Keeps what to ask."""
        self.pack, self.look, self.ids = pack, look, ids
        self.found: Screening | None = None

    def of(self, claim: Claim) -> Determination | None:
        """Returns an answer of the last look, or None where there is none."""
        if self.look.earlier is None or claim not in self.look.told:
            return None
        if self.found is None:
            profile, day = self.look.earlier
            rules = self.pack.on(day)
            asked = [id for id in self.ids or () if id in self.pack.contents.entitlements]
            self.found = screen(rules, profile, asked)
        return self.found.of(claim)


def _clauses(entitlement: Entitlement | None) -> tuple[str, ...]:
    found = entitlement.clause if entitlement else ()
    return (found,) if isinstance(found, str) else tuple(found)
