"""What changed between two answers: gained, lost, another amount, open, settled; each with its reason, as a line out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import ConfigDict, TypeAdapter

from eligibility.answer import Outcome
from eligibility.determinations import ABSENT, Amount, Claim, Determination, MissingItem, answer
from eligibility.evaluate import figure_entry
from eligibility.opinion import Stand
from eligibility.packs.calendar import RulePack
from eligibility.packs.model import Entitlement
from eligibility.screening import Notice
from eligibility.situation import NOBODY

Kind = Literal["gained", "lost", "amount_changed", "undetermined", "settled", "engines_differ"]
State = Literal["eligible", "ineligible", "undetermined", "absent"]


@dataclass(frozen=True, slots=True)
class Held:
    """What an answer was.

    Args:
        outcome: `absent` where the entitlement is not in force or the subject is not in the household.
        amount: of what is eligible; null while unknown, or where there is none.
    """

    outcome: State
    amount: Amount | None = None


Told = Mapping[str, Mapping[str, str]]
"""What was last told of a household: by subject and entitlement, `i`, `u`, or `e` and the amount, as in `e110/month`."""
GONE = "a"
"""What stands for what is not in force, or for nobody of the household."""
_STATES: Mapping[str, State] = {"i": "ineligible", "u": "undetermined", "e": "eligible", GONE: "absent"}


def code(outcome: Outcome, amount: Amount | None) -> str:
    """Returns an answer as it is kept: a household has hundreds, and most of them never change."""
    return outcome[0] if outcome != "eligible" or amount is None else f"e{amount.yuan}/{amount.per}"


def held(code: str) -> Held:
    """Returns what an answer was that was kept."""
    yuan, _, per = code[1:].partition("/")
    return Held(_STATES[code[0]], Amount(yuan, per) if per else None)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a household was looked at.

    Args:
        kind: an event, a day that came, or another law than before.
        event: the id of the event, if one was the cause.
        passed: of a day: the names of the counts that grew, `law` where the law changed on it, `stated` where stated counts
            of elapsed time ceased to hold.
        digest: of a law that took the place of another: that of its pack.
    """

    kind: Literal["event", "day", "law"]
    event: str | None = None
    passed: tuple[str, ...] = ()
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """A criterion or an exclusion that turned, or that decides.

    Args:
        criterion: its id; `in_force` or `subject` where the entitlement or the subject is gone.
        truth: of its condition; an exclusion that is true excludes.
        exclusion: whether it is one.
        cite: where it is written.
        label: what it says.
    """

    criterion: str
    truth: Literal["true", "false", "unknown"]
    exclusion: bool
    cite: str
    label: Notice


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that the amount rests on.

    Args:
        parameter: its name.
        source: where its value is written; null where it is not known.
        since: the first day of that value.
    """

    parameter: str
    source: str | None
    since: date


@dataclass(frozen=True, slots=True)
class Change:
    """One line out: what changed for one subject of one case.

    Args:
        event: the id of the line, the same whenever it is written again.
        cause: why the case was looked at.
        case: its id.
        day: from which the change holds.
        change: its kind; `docs/watch.md` says what each means.
        entitlement: its id.
        subject: a member's id, or `household`.
        label: what people call the entitlement.
        clauses: the paragraphs of the plan.
        promise: how firm it is.
        before: what was last told.
        after: what holds now.
        reasons: what turned, or else what decides.
        figures: what the amount rests on.
        missing: what an open answer waits for.
        amount_missing: what an unknown amount waits for.
        marks: what a reader must know about the answer.
        core: where two engines differ, the outcome of the first.
        durable: likewise, of the second.
        second_opinion: `missing` where the second engine was asked for and gave no answer.
    """

    __pydantic_config__ = ConfigDict(title="Change", defer_build=True)

    event: str
    cause: Cause
    case: str
    day: date
    change: Kind
    entitlement: str
    subject: str
    label: Notice
    clauses: tuple[str, ...]
    promise: str
    before: Held
    after: Held
    reasons: tuple[Why, ...] = ()
    figures: tuple[Figure, ...] = ()
    missing: tuple[MissingItem, ...] = ()
    amount_missing: tuple[MissingItem, ...] = ()
    marks: tuple[str, ...] = ()
    core: Stand | None = None
    durable: Stand | None = None
    second_opinion: Literal["missing"] | None = None


ADAPTER: TypeAdapter[Change] = TypeAdapter(Change)
_ONLY_WHERE = ("core", "durable", "second_opinion")
"""What a line has only where there is something to say."""


def as_data(change: Change) -> dict[str, Any]:
    """Returns a change as JSON has it."""
    found: dict[str, Any] = ADAPTER.dump_python(change, mode="json")
    return {name: value for name, value in found.items() if value is not None or name not in _ONLY_WHERE}


def kind_of(before: Held, after: Held, *, opening: bool) -> Kind | None:
    """Returns what kind of change lies between two answers, or None; no two kinds fit one pair.

    Args:
        before: what was last told.
        after: what holds now.
        opening: whether the case is only being opened: what is open from the start has not become open.
    """
    if after.outcome == "eligible":
        if before.outcome != "eligible":
            return "gained"
        return "amount_changed" if before.amount != after.amount else None
    if after.outcome == "undetermined":
        newly = before.outcome == ABSENT and opening
        return None if before.outcome == "undetermined" or newly else "undetermined"
    return {"eligible": "lost", "undetermined": "settled"}.get(before.outcome)  # type: ignore[return-value]  # two of the kinds


def line_id(cause: Cause, case: str, day: date, claim: Claim, what: str) -> str:
    """Returns the id of a line: a digest over what it is about, so that writing it again gives it again."""
    said = [cause.kind, cause.event, cause.digest, case, day.isoformat(), claim.entitlement, claim.subject, what]
    return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()[:24]


def reasons(now: Determination, before: Determination | None) -> tuple[Why, ...]:
    """Returns what turned and decides the answer; where nothing turned, all that decides it.

    Args:
        now: the answer.
        before: the same one when the case was last looked at, if that can be found out.
    """
    parts = answer(now).ruled.parts
    labels = {part.id: part.label for part in parts}
    past = {each.criterion: each.truth for each in before.reasons} if before is not None else {}
    decides: dict[str, Callable[..., bool]] = {
        "eligible": lambda _: True,
        "ineligible": lambda each: each.truth == ("true" if each.exclusion else "false"),
        "undetermined": lambda each: each.truth == "unknown",
    }
    deciding = [each for each in now.reasons if decides[now.outcome](each)]
    turned = [each for each in deciding if before is not None and past.get(each.criterion) != each.truth]
    found = tuple(
        Why(
            each.criterion,
            each.truth,
            each.exclusion,
            each.cite,
            Notice(labels[each.criterion].zh, labels[each.criterion].en),
        )
        for each in turned or deciding
    )
    # What asks nothing of anybody is had because it is in force.
    return found or (
        _plain("in_force", "true", _in_force(answer(now).ruled.entitlement), Notice("施行中", "in force")),
    )


def gone(pack: RulePack, claim: Claim, *, in_force: bool) -> tuple[Why, ...]:
    """Returns why there is no answer any more: the entitlement is not in force, or the subject is not in the household."""
    if in_force:
        return (_plain("subject", "false", "", Notice("不再是家庭成员", "no longer in the household")),)
    entitlement = pack.contents.entitlements.get(claim.entitlement)
    cite = _in_force(entitlement) if entitlement else ""
    return (_plain("in_force", "false", cite, Notice("不再施行", "no longer in force")),)


def _plain(criterion: str, truth: Literal["true", "false"], cite: str, label: Notice) -> Why:
    return Why(criterion, truth, exclusion=False, cite=cite, label=label)


def _in_force(entitlement: Entitlement) -> str:
    return "; ".join(entitlement.in_force.cite or ())


def figures(now: Determination, before: Determination | None) -> tuple[Figure, ...]:
    """Returns the figures that an amount may rest on and that turned; where none did, all that it may rest on."""
    found = tuple(_figures(now))
    past = set(_figures(before)) if before is not None else set()
    return tuple(each for each in found if past and each not in past) or found


def _figures(now: Determination) -> Iterator[Figure]:
    held = answer(now)
    rules = held.ruled.rules
    for name, figure in held.ruled.amount_reads.figures.items():
        entry = _entry(held, figure, rules)
        if entry is not None:
            yield Figure(name, entry.said.source, entry.said.start)


def _entry(held: Any, figure: Any, rules: Any) -> Any:  # noqa: ANN401 - an answer, a figure, and the entry of it that is read
    from_figure = figure_entry(figure, rules)
    return from_figure(held.situation, held.own, NOBODY)[0]
