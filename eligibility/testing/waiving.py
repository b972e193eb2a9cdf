"""Waivers of `laws.yaml`: each excuses something that is found, on whatever day of the law; one that does not is an error."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator

from eligibility.errors import Problem
from eligibility.packs.calendar import RulePack
from eligibility.testing.entitling import entitling
from eligibility.testing.led import Leads, anywhere
from eligibility.testing.searching import Look, Scope, Trial
from eligibility.testing.strategies import draw_profile
from eligibility.words import Words

MOST_SOUGHT = 40
"""How many households are drawn on each day to find one that a waiver excuses."""
_UNUSED = Words("这条免除没有用处：法则在这里成立", "this waiver excuses nothing: the law holds here without it")
_ADVICE = Words("删去它", "take it out")
_KNOWN = (0.3, 0.7, 1.0)


def sought(pack: RulePack, id: str, used: Collection[str], rule: str, look: Look, leads: Leads = anywhere) -> None:
    """Draws households that are eligible, on every law of a pack, until a waiver has excused something.

    Args:
        pack: whose laws.
        id: of the entitlement.
        used: the waivers that excused something; the look adds to them.
        rule: what the waiver excuses.
        look: the law.
        leads: where it would break.
    """
    source = random.Random(rule)  # noqa: S311 - tests need no secrets
    for day in reversed(pack.changes):
        rules = pack.on(day)
        places = [found for also in leads(rules) if (found := entitling(rules, id, also)) is not None]
        for _ in range(MOST_SOUGHT if places else 0):
            limits, at = source.choice(places)
            profile = draw_profile(source, limits, source.choice(_KNOWN), source.choice(at))
            for _ in look(Trial(rules, profile)):  # what it yields is told elsewhere
                pass
            if rule in used:
                return


def unused(scope: Scope, law: str, used: Collection[str], id: str | None = None) -> Iterator[Problem]:
    """Yields each waiver of a law that excused nothing.

    Args:
        scope: what is looked at.
        law: its id.
        used: those that did.
        id: the entitlement whose waivers are meant; those of all that are looked at where None.
    """
    for rule, span in scope.declared.waivers(law).items():
        of = rule.partition("/")[0]
        meant = of == id if id is not None else not scope.only or of in scope.only
        if meant and rule not in used:
            yield Problem(_UNUSED, span, _ADVICE)
