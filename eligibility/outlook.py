"""What opens later: who is not entitled yet but will be, and from which day, if the facts last and time passes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from eligibility import ir
from eligibility.asking import answers
from eligibility.derived import prepare
from eligibility.elapsed import after_months
from eligibility.packs.calendar import LATEST, RulePack, Rules
from eligibility.packs.model import Entitlement
from eligibility.profile import Profile
from eligibility.ruled import ruled
from eligibility.schema import Fact
from eligibility.screening import Screening

HORIZON_MONTHS = 36
"""How far ahead is looked."""


@dataclass(frozen=True, slots=True)
class Opening:
    """An entitlement that opens later.

    Args:
        entitlement: its id.
        subject: a member's id, or `household`.
        day: the first day on which it is eligible.
        by_law: whether the law changes on that day, rather than the age or a term of the person.
    """

    entitlement: str
    subject: str
    day: date
    by_law: bool


def openings(rules: Rules, profile: Profile, screening: Screening) -> list[Opening]:
    """Returns what is not eligible now and will be within three years, each with its first day.

    Args:
        rules: of the day of the screening.
        profile: what was screened.
        screening: its result; an entitlement that it does not hold is not in force yet.
    """
    pack = rules.pack
    settled = {(each.entitlement, each.subject) for each in screening.determinations if each.outcome != "ineligible"}
    found: dict[tuple[str, str], Opening] = {}
    last = min(after_months(rules.day, HORIZON_MONTHS), LATEST)
    law = [day for day in pack.changes if rules.day < day <= last]
    own = _own_days(pack, profile, rules.day, last)
    for day in sorted({*law, *own}):
        later = pack.on(day)
        wanted = [
            each.id for each in pack.contents.entitlements.values() if _may_open(later, each, day in law, own.get(day))
        ]
        if not wanted:
            continue
        prepared = prepare(later, profile.household, profile.members, own_day=profile.as_of == day)
        for answer in answers(later, prepared, wanted):
            key = (answer.ruled.entitlement.id, answer.subject)
            if answer.outcome == "eligible" and key not in settled and key not in found:
                found[key] = Opening(*key, day, by_law=day in law)
    return sorted(found.values(), key=lambda each: (each.day, each.entitlement, each.subject))


def _own_days(pack: RulePack, profile: Profile, after: date, last: date) -> dict[date, set[str]]:
    """Returns the days on which some elapsed count of a member becomes another number, with the counts' names."""
    found: dict[date, set[str]] = {}
    for fact in pack.contents.schema.of("person"):
        if not fact.elapsed or fact.derive is None:
            continue
        for member in profile.members:
            start = member.get(_dated_by(fact))
            if isinstance(start, date):
                for day in _steps(start, 12 if fact.unit == "years" else 1, after, last):
                    found.setdefault(day, set()).add(fact.name)
    return found


def _dated_by(fact: Fact) -> str:
    nodes = ir.walk(fact.derive.expr) if fact.derive else ()
    return next((node.name for node in nodes if isinstance(node, ir.Fact)), "")


def _steps(start: date, months: int, after: date, last: date) -> Iterator[date]:
    """Yields the days on which one more full step since `start` is over."""
    count = max(0, ((after.year - start.year) * 12 + after.month - start.month) // months - 1)
    day = start
    while day <= last:
        day = after_months(start, count * months)
        if after < day <= last:
            yield day
        count += 1
        if day > last - timedelta(0):
            return


def _may_open(rules: Rules, entitlement: Entitlement, by_law: bool, counts: set[str] | None) -> bool:  # noqa: FBT001 - read once, above
    if not entitlement.in_force.on(rules.day) or rules.ruling(entitlement.id) is None:
        return False
    if by_law:
        return True
    if not counts:
        return False
    return any(name in counts for part in ruled(rules, entitlement.id).parts for name in part.reads.names())
