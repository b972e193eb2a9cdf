"""What opens later: who is not entitled yet but will be, and from which day, if the facts last and time passes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from eligibility import ir
from eligibility.asking import answers
from eligibility.derived import prepare
from eligibility.elapsed import after_months
from eligibility.leaves import reads
from eligibility.packs.calendar import LATEST, Rules
from eligibility.profile import Profile
from eligibility.ruled import ruled
from eligibility.schema import Fact
from eligibility.screening import Screening

HORIZON_MONTHS = 36
"""How far ahead is looked."""


@dataclass(frozen=True, slots=True)
class Opening:
    """An entitlement that opens later, or that may.

    Args:
        entitlement: its id.
        subject: a member's id, or `household`.
        day: the first day on which it is eligible.
        by_law: whether the law changes on that day, rather than the age or a term of the person.
        sure: whether it is eligible then; else something has to be found out still.
    """

    entitlement: str
    subject: str
    day: date
    by_law: bool
    sure: bool = True


def openings(rules: Rules, profile: Profile, screening: Screening, only: Sequence[str] = ()) -> list[Opening]:
    """Returns what is refused or not in force now and will be eligible within three years, each with its first day.

    What an age or a term that is reached leaves open is told too.

    Args:
        rules: of the day of the screening.
        profile: what was screened.
        screening: its result; an entitlement that it does not hold is not in force yet.
        only: ids of the entitlements that were screened; all where empty.
    """
    pack = rules.pack
    settled = {(each.entitlement, each.subject) for each in screening.determinations if each.outcome != "ineligible"}
    found: dict[tuple[str, str], Opening] = {}
    last = min(after_months(rules.day, HORIZON_MONTHS), LATEST)
    law = {day for day in pack.changes if rules.day < day <= last}
    own = own_days(rules, profile, last)
    unborn = _unborn(rules, profile)
    for day in sorted({*law, *own}):
        later = pack.on(day)
        counts = own.get(day, set())
        every = day in law or unborn
        ids = (ruling.entitlement.id for ruling in later.state.rulings)
        wanted = [id for id in ids if (not only or id in only) and (every or rests_on(later, id, counts))]
        if not wanted:
            continue
        prepared = prepare(later, profile.household, profile.members, own_day=profile.as_of == day)
        for answer in answers(later, prepared, wanted):
            key = (answer.ruled.entitlement.id, answer.subject)
            if key in settled or key in found:
                continue
            # A change of the law leaves much open of somebody of whom little is known; an age that is reached is worth a word.
            if answer.outcome == "eligible" or (answer.outcome == "undetermined" and day not in law):
                found[key] = Opening(*key, day, by_law=day in law, sure=answer.outcome == "eligible")
    return sorted(found.values(), key=lambda each: each.day)


def _unborn(rules: Rules, profile: Profile) -> bool:
    """Returns whether a member is listed who is not born yet: who is born becomes the subject of everything."""
    left_out = prepare(rules, profile.household, profile.members, own_day=True).left_out
    return any(each.why == "not_born" for each in left_out)


def own_days(rules: Rules, profile: Profile, last: date) -> dict[date, set[str]]:
    """Returns the days, after the rules' own and up to `last`, on which a count of elapsed time of a member grows.

    Args:
        rules: of the first day.
        profile: whose members are looked at.
        last: the last day.

    Returns:
        By day, the names of the counts.
    """
    found: dict[date, set[str]] = {}
    prepared = prepare(rules, profile.household, profile.members, own_day=True)
    for fact in rules.pack.contents.schema.derived["person"]:
        if not fact.elapsed:
            continue
        since = dated_by(fact)
        # From what is known after derivation: a birth date may follow from a resident number.
        for member in (*prepared.situation.members, *prepared.dead, *profile.members):
            start = member.get(since)
            if isinstance(start, date):
                for day in _steps(start, 12 if fact.unit == "years" else 1, rules.day, last):
                    found.setdefault(day, set()).add(fact.name)
    return found


def dated_by(fact: Fact) -> str:
    """Returns the name of the date since which a count of elapsed time is counted; empty where it has none."""
    nodes = ir.walk(fact.derive.expr) if fact.derive else ()
    return next((node.name for node in nodes if isinstance(node, ir.Fact)), "")


def _steps(start: date, months: int, after: date, last: date) -> Iterator[date]:
    """Yields the days after one day, up to another, on which one more full step since `start` is over."""
    count = max(0, ((after.year - start.year) * 12 + after.month - start.month) // months - 1)
    while (day := after_months(start, count * months)) <= last:
        if day > after:
            yield day
        count += 1


def rests_on(rules: Rules, id: str, counts: AbstractSet[str], *, amounts: bool = False) -> bool:
    """Returns whether an entitlement in force reads one of some counts, itself or through facts derived from it.

    Args:
        rules: of the day.
        id: of the entitlement.
        counts: names of facts.
        amounts: whether what its amount reads counts too.
    """
    facts = rules.pack.contents.schema.facts
    asked = ruled(rules, id)
    waiting = [name for part in asked.parts for name in part.reads.names()]
    waiting += asked.amount_reads.names() if amounts else ()
    seen: set[str] = set()
    while counts and waiting:
        name = waiting.pop()
        if name in counts:
            return True
        derive = facts[name].derive if name in facts and name not in seen else None
        seen.add(name)
        if derive is not None:
            waiting += reads(derive.expr, rules).names()
    return False
