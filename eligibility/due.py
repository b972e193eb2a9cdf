"""When a household has to be looked at again without an event, and what can have changed by then."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta

from eligibility.derived import prepare
from eligibility.elapsed import after_months
from eligibility.outlook import own_days, rests_on
from eligibility.packs.calendar import LATEST, RulePack, Rules
from eligibility.profile import Profile

LAW, STATED = "law", "stated"
"""What passed on a day, beside the counts that grew: the law changed, or stated counts of elapsed time ceased to hold."""
_DAY = timedelta(1)
_YEAR = 13


@dataclass(frozen=True, slots=True)
class Passed:
    """What time brought on a day.

    Args:
        what: the names of the counts that grew, `law` where the law changed, `stated` where stated counts ceased to hold.
        ids: the entitlements that may have changed; all where None.
    """

    what: tuple[str, ...]
    ids: tuple[str, ...] | None = None


def due(pack: RulePack, profile: Profile, day: date) -> date | None:
    """Returns the first day after another one on which an answer can change without an event; None where none can.

    Args:
        pack: whose law counts.
        profile: its facts are taken to last.
        day: the day on which the household was looked at.
    """
    at = bisect_right(pack.changes, day)
    law = pack.changes[at] if at < len(pack.changes) else None
    if profile.as_of == day and _counts(pack, profile):
        return day + _DAY
    last = law - _DAY if law is not None else LATEST
    unborn = _unborn(pack.on(day), profile)
    # Most households have a birthday within a year; only where none has is it worth looking to the end.
    for end in sorted({min(last, after_months(day, _YEAR)), last}):
        own = own_days(pack.on(day), profile, end)
        found = next((each for each in sorted(own) if unborn or _resting(pack.on(each), frozenset(own[each]))), None)
        if found is not None:
            return found
    return law


def passed(pack: RulePack, profile: Profile, day: date) -> Passed:
    """Returns what time brought to a household on a day."""
    counts = own_days(pack.on(day - _DAY), profile, day).get(day, set())
    law = day in pack.changes
    stated = profile.as_of == day - _DAY and _counts(pack, profile)
    what = (*sorted(counts), *((LAW,) if law else ()), *((STATED,) if stated else ()))
    # Whoever is born becomes the subject of everything, and counts as a member for the others.
    everything = law or stated or _unborn(pack.on(day - _DAY), profile)
    return Passed(what, None if everything else _resting(pack.on(day), frozenset(counts)))


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
