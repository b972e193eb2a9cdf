"""When a household has to be looked at again without an event, and which answers can have changed by then."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from eligibility.amendments import moved
from eligibility.derived import prepare
from eligibility.elapsed import after_months
from eligibility.outlook import own_days, rests_on
from eligibility.packs.calendar import LATEST, RulePack, Rules
from eligibility.profile import Profile

LAW, STATED, BORN = "law", "stated", "born"
"""What passes on a day, beside the counts that grow: the law changes, stated counts of elapsed time cease to hold (MEANING M9),
somebody may be born who is listed already."""
_DAY = timedelta(1)
_YEAR = 13


@dataclass(frozen=True, slots=True)
class Due:
    """A day on which an answer can change without an event.

    Args:
        day: the day.
        what: the names of the counts that grow on it, and `law`, `stated` and `born`.
    """

    day: date
    what: tuple[str, ...]


def due(pack: RulePack, profile: Profile, day: date) -> Due | None:
    """Returns the first day after another one on which an answer can change without an event; None where none can.

    Args:
        pack: whose law counts.
        profile: its facts are taken to last.
        day: the day on which the household was looked at.
    """
    at = bisect_right(pack.changes, day)
    law = pack.changes[at] if at < len(pack.changes) else None
    rules = pack.on(day)
    born = _unborn(rules, profile)
    stated = profile.as_of == day and _counts(pack, profile)
    last = day + _DAY if stated else law or LATEST
    # Most households have a birthday within a year; only where none has is it worth looking to the end.
    for end in sorted({min(last, after_months(day, _YEAR)), last}):
        for each, counts in sorted(own_days(rules, profile, end).items()):
            if each < last and (born or _resting(pack.on(each), frozenset(counts))):
                return Due(each, (*sorted(counts), *((BORN,) if born else ())))
    if not stated and law is None:
        return None
    counts = own_days(pack.on(last - _DAY), profile, last).get(last, set())
    flags = ((LAW, last == law), (STATED, stated), (BORN, born))
    return Due(last, (*sorted(counts), *(name for name, holds in flags if holds)))


def touched(pack: RulePack, day: date, what: Sequence[str]) -> tuple[str, ...] | None:
    """Returns the entitlements that what passes on a day may move; None for all.

    Whoever is born becomes the subject of everything, and counts as a member for the others.
    """
    if STATED in what or BORN in what:
        return None
    rules = pack.on(day)
    found = _resting(rules, frozenset(what) - {LAW})
    return found if LAW not in what else tuple(dict.fromkeys((*found, *moved(pack, day))))


def _counts(pack: RulePack, profile: Profile) -> bool:
    """Returns whether a profile states a count of elapsed time, which holds on its own day alone (MEANING M9)."""
    elapsed = pack.contents.schema.elapsed
    return any(name in elapsed for facts in (profile.household, *profile.members) for name in facts)


def _unborn(rules: Rules, profile: Profile) -> bool:
    """Returns whether a member is listed who is not born yet."""
    left_out = prepare(rules, profile.household, profile.members, own_day=True).left_out
    return any(each.why == "not_born" for each in left_out)


def _resting(rules: Rules, counts: frozenset[str]) -> tuple[str, ...]:
    key = ("resting", counts)
    found: tuple[str, ...] | None = rules.state.memo.get(key)
    if found is None:
        ids = (each.entitlement.id for each in rules.state.rulings)
        found = rules.state.memo[key] = tuple(id for id in ids if rests_on(rules, id, counts, amounts=True))
    return found
