"""A household made smaller while something still holds of it: member by member, fact by fact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from eligibility.packs.calendar import Rules
from eligibility.profile import Profile
from eligibility.testing.asked import possible, stating


def smaller(rules: Rules, profile: Profile, still: Callable[[Profile], bool]) -> Profile:
    """Returns a household from which nothing more can be taken.

    Args:
        rules: of the day.
        profile: of which something holds.
        still: whether it holds of a smaller one.
    """
    while True:
        found = next((each for each in _less(profile) if possible(rules, each) and still(each)), None)
        if found is None:
            return profile
        profile = found


def _less(profile: Profile) -> Iterator[Profile]:
    """Yields the household without each member, then without each fact."""
    for at in range(len(profile.members)):
        yield replace(profile, members=(*profile.members[:at], *profile.members[at + 1 :]))
    for whose, facts in ((None, profile.household), *enumerate(profile.members)):
        yield from (stating(profile, whose, name, None) for name in facts if name != "id")
