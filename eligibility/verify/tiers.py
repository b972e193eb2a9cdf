"""Tiers of an amount: somebody eligible in none, two at once, and one that nobody ever reaches."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from eligibility.evaluate import closure
from eligibility.packs.calendar import Rules
from eligibility.profile_reader import Profile
from eligibility.situation import NOBODY
from eligibility.solver.households import Claim, answered
from eligibility.solver.logic import every, no
from eligibility.verify.lawful import Law
from eligibility.verify.proof import Found
from eligibility.verify.showing import Holds, one
from eligibility.words import Words


def gaps(law: Law, id: str) -> Iterator[Found]:
    """Yields that somebody eligible is in no tier, with whom."""
    asked = law.ask(id)
    if not asked.tiers:
        return
    claim = Claim(id, law.subject(id), "eligible")
    none = [truth.no for truth, _ in asked.tiers]
    shown = one(
        law, law.world(id), [claim], [asked.eligible, *none], _tiers(claim, dict.fromkeys(range(len(none)), False))
    )
    if shown is not None:
        yield Found(
            "gap", id, Words("有人符合条件，却不在任何一档", "somebody eligible is in no tier"), id, shown=shown
        )


def overlaps(law: Law, id: str) -> Iterator[Found]:
    """Yields two tiers that say of somebody eligible that both are theirs, with whom; the last without a condition is for the rest."""
    asked, rule = law.ask(id), law.ask(id).rule
    claim = Claim(id, law.subject(id), "eligible")
    said = [at for at, (when, _) in enumerate(rule.tiers) if when is not None]
    for first, second in combinations(said, 2):
        wanted = [asked.tiers[at][0].yes for at in (first, second)]
        shown = one(law, law.world(id), [claim], [asked.eligible, *wanted], _tiers(claim, {first: True, second: True}))
        if shown is not None:
            zh = f"有人同时在第 {first + 1} 档和第 {second + 1} 档，只按前一档算"
            en = f"somebody is in tiers {first + 1} and {second + 1} at once, and only the first counts"
            yield Found("overlap", f"{id}/tier-{second + 1}", Words(zh, en), id, shown=shown)


def shadowed(law: Law, id: str) -> Iterator[Found]:
    """Yields tiers that nobody eligible reaches, because those before take all of theirs."""
    asked = law.ask(id)
    possible = every(asked.subject, no(asked.holds.no))
    if len(asked.tiers) < 2 or law.model(possible) is None:  # noqa: PLR2004 - the only one
        return
    question = law.question(possible)
    for at, (truth, _) in enumerate(asked.tiers):
        before = [each.no for each, _ in asked.tiers[:at]]
        if question.model(no(truth.no), *before) is None:
            said = Words(f"第 {at + 1} 档没有人能到", f"nobody reaches tier {at + 1}")
            yield Found("shadowed", f"{id}/tier-{at + 1}", said, id)


def _tiers(claim: Claim, wanted: dict[int, bool]) -> Holds:
    """Returns whether the core says of tiers that they hold or not."""

    def look(rules: Rules, profile: Profile) -> bool:
        found = answered(rules, profile, claim.entitlement, claim.subject)
        if found is None:
            return False
        for at, truth in wanted.items():
            when = found.ruled.tiers[at][0]
            said = True if when is None else closure(when, rules)(found.situation, found.own, NOBODY)
            if said is not truth:
                return False
        return True

    return look
