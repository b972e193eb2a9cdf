"""What another reading of the sources would make of the answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eligibility.determinations import ABSENT, Amount, Claim, Determination
from eligibility.packs.calendar import Rules
from eligibility.packs.readings import Alternative, Reading
from eligibility.profile import Profile
from eligibility.screening import Screening, screen


@dataclass(frozen=True, slots=True)
class Otherwise:
    """An answer that would be another one under another reading.

    Args:
        reading: its id.
        other: the id of the other reading.
        claim: the entitlement and the subject.
        outcome: what it would be, or `absent`.
        amount: how much it would be; None where there is none or it is unknown.
    """

    reading: str
    other: str
    claim: Claim
    outcome: str
    amount: Amount | None


def otherwise(rules: Rules, profile: Profile, screening: Screening, only: Sequence[str] = ()) -> list[Otherwise]:
    """Returns every answer that another reading would change, in the order of the readings.

    One reading at a time is changed. What stands in words only cannot be asked.

    Args:
        rules: of the day of the screening.
        profile: what was screened.
        screening: its result.
        only: ids of the entitlements that were screened; all where empty.
    """
    found: list[Otherwise] = []
    chosen = rules.pack.contents.chosen
    for id, other, wanted in _askable(rules, screening, only):
        there = screen(rules.pack.under({**chosen, id: other}).on(rules.day), profile, wanted)
        found += (Otherwise(id, other, *change) for change in _changes(screening, there, wanted))
    return found


def _askable(rules: Rules, screening: Screening, only: Sequence[str]) -> Iterator[tuple[str, str, list[str]]]:
    """Yields each other reading that can be screened under, with the entitlements whose answer it may change."""
    contents = rules.pack.contents
    replaced = {contents.readings[id].concept for id in contents.chosen}
    for id, reading in contents.readings.items():
        if id in contents.chosen or not reading.on(rules.day) or reading.concept in replaced - {None}:
            continue
        for other, alternative in reading.others.items():
            wanted = _asked(rules, id, reading, alternative, screening, only)
            if wanted:
                yield id, other, wanted


def _asked(
    rules: Rules, id: str, reading: Reading, other: Alternative, screening: Screening, only: Sequence[str]
) -> list[str]:
    """Returns the entitlements whose answer another reading may change."""
    found: dict[str, None] = {}
    if other.versions:
        found.update(dict.fromkeys(each.entitlement for each in screening.determinations if id in each.readings))
    if other.in_force is not None:
        bearers = reading.bearers()
        found.update(dict.fromkeys(one for one in rules.pack.contents.entitlements if one in bearers))
    return [one for one in found if not only or one in only]


def _changes(here: Screening, there: Screening, wanted: Sequence[str]) -> Iterator[tuple[Claim, str, Amount | None]]:
    """Yields claim, outcome and amount of every answer that differs; to be refused and not to be in force are one."""
    both = (*here.determinations, *there.determinations)
    for claim in dict.fromkeys(each.claim for each in both if each.entitlement in wanted):
        now, then = here.of(claim), there.of(claim)
        refused = all(each is None or each.outcome == "ineligible" for each in (now, then))
        if _said(now) != _said(then) and not refused:
            yield (claim, *_said(then))


def _said(found: Determination | None) -> tuple[str, Amount | None]:
    return (found.outcome, found.amount) if found is not None else (ABSENT, None)
