"""A household looked at once more: what holds now, and each change since it was last told, ready to be written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from eligibility.changes import (
    GONE,
    Cause,
    Change,
    Held,
    Kind,
    Told,
    code,
    figures,
    gone,
    held,
    kind_of,
    line_id,
    reasons,
)
from eligibility.determinations import Claim, Determination
from eligibility.opinion import Opinion
from eligibility.packs.calendar import RulePack, Rules
from eligibility.packs.model import Entitlement
from eligibility.profile import Profile
from eligibility.screening import Notice, Screening, screen
from eligibility.secondopinion import SecondOpinion
from eligibility.words import Words

Engine = Literal["core", "durable", "both"]


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
        only: ids of the entitlements that are watched; all where empty.
    """

    pack: RulePack
    engine: Engine = "core"
    second: SecondOpinion | None = None
    only: tuple[str, ...] = ()

    def look(self, look: Look) -> Found:
        """Returns what holds for a household, and what changed since it was last told."""
        rules = self.pack.on(look.day)
        ids = self._asked(look.ids if self.second is None else None)
        named = _in_force(rules, ids)
        asked = self.second is not None
        screening = (
            screen(rules, look.profile, named, cross_check=asked, second=self.second) if ids is None or named else None
        )
        now = {each.claim: each for each in screening.determinations} if screening else {}
        opinion = screening.second_opinion if screening else None
        codes: dict[str, dict[str, str]] = {}
        for claim, each in now.items():
            codes.setdefault(claim.subject, {})[claim.entitlement] = self._code(each, opinion)
        found = Found(_after(look.told, codes, ids), missing=opinion.missing if opinion else None)
        before = _Before(self.pack, look, ids)
        for claim, old, new in _differing(look.told, codes, ids):
            kind = kind_of(held(old), held(new), opening=look.opening)
            if kind is not None:
                change = self._change(look, claim, kind, (held(old), held(new)), now.get(claim), before)
                found.changes.append(replace(change, second_opinion="missing") if found.missing is not None else change)
        if opinion is not None:
            found.changes += self._differences(look, opinion, now)
            found.differences = len(opinion.differences)
        return found

    def _asked(self, ids: tuple[str, ...] | None) -> tuple[str, ...] | None:
        """Returns those of some entitlements that are watched; None for all of all."""
        if not self.only:
            return ids
        return self.only if ids is None else tuple(id for id in ids if id in self.only)

    def _code(self, now: Determination, opinion: Opinion | None) -> str:
        """Returns what is told of an answer: that of the engine whose answers count."""
        outcome = now.outcome
        if self.engine == "durable" and opinion is not None:
            outcome = opinion.outcomes.get(now.claim, outcome)
        return code(outcome, now.amount if outcome == now.outcome == "eligible" else None)

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
                more |= {"figures": figures(now, before.of(claim)), "amount_missing": now.amount_missing}
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
            claim, found = each.claim, now.get(each.claim)
            old = held(look.told.get(claim.subject, {}).get(claim.entitlement, GONE))
            new = held(self._code(found, None) if found else GONE)
            line = self._change(look, claim, "engines_differ", (old, new), found, _Before(self.pack, look, ()))
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
        if self.look.earlier is None or claim.entitlement not in self.look.told.get(claim.subject, {}):
            return None
        if self.found is None:
            profile, day = self.look.earlier
            rules = self.pack.on(day)
            self.found = screen(rules, profile, _in_force(rules, self.ids))
        return self.found.of(claim)


def _clauses(entitlement: Entitlement | None) -> tuple[str, ...]:
    found = entitlement.clause if entitlement else ()
    return (found,) if isinstance(found, str) else tuple(found)


def _in_force(rules: Rules, ids: tuple[str, ...] | None) -> tuple[str, ...]:
    """Returns those of some entitlements that the pack has."""
    return tuple(id for id in ids or () if id in rules.pack.contents.entitlements)


def _after(told: Told, codes: dict[str, dict[str, str]], ids: tuple[str, ...] | None) -> Told:
    """Returns what is told from now on: what was asked now, and of the rest what was told before."""
    if ids is None:
        return codes
    asked = frozenset(ids)
    kept = {subject: {id: said for id, said in each.items() if id not in asked} for subject, each in told.items()}
    return {subject: kept.get(subject, {}) | codes.get(subject, {}) for subject in {**kept, **codes}}


def _differing(
    told: Told, codes: Mapping[str, Mapping[str, str]], ids: tuple[str, ...] | None
) -> Iterator[tuple[Claim, str, str]]:
    """Yields each answer that is not what was told, with both; those that are gone last, in order of their names."""
    for subject, found in codes.items():
        past = told.get(subject, {})
        for id, new in found.items():
            if (old := past.get(id, GONE)) != new:
                yield Claim(id, subject), old, new
    asked = None if ids is None else frozenset(ids)
    for subject in sorted(told):
        found = codes.get(subject, {})
        for id, old in sorted(told[subject].items()):
            if id not in found and (asked is None or id in asked):
                yield Claim(id, subject), old, GONE
