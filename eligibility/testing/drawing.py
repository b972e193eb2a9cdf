"""Households drawn for the rules of a day: aimed at something that they say, the rest as it comes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from eligibility.derived import contradictions
from eligibility.packs.calendar import Rules
from eligibility.profile import Profile
from eligibility.testing.aiming import Aimer
from eligibility.testing.aims import Aim
from eligibility.testing.boundaries import Boundaries
from eligibility.testing.chance import MOST, Chooser, Seeded, turned
from eligibility.testing.draft import DEFAULTED, Draft, Whose
from eligibility.testing.turning import Who

KNOWN = (0.0, 0.15, 0.5, 0.85, 1.0)
"""How much is known of what nothing is aimed at: from nothing to everything."""
AIMED, _DEAD, _UNBORN, _OPEN = 0.85, 0.12, 0.04, 0.12

Facts = dict[str, Any]


def drawn(chooser: Chooser, limits: Boundaries, known: float, aim: Aim | None) -> Profile:
    """Draws one household that contradicts itself nowhere.

    Args:
        chooser: what chooses at every turn.
        limits: what to try for each fact.
        known: the share of facts that are known beside those that the aim needs, between 0 and 1.
        aim: what it is to show, if that can be; anything where None. Where the first household cannot show it, others of
            one to six members are begun anew.
    """
    person, household = (
        {name: each for name, each in values.items() if name not in DEFAULTED}
        for values in (limits.person, limits.household)
    )
    people = chooser.several(lambda each: each.some(person, known))
    home = chooser.some(household, known)
    others = list(_others(chooser, limits.rules, aim))
    complete = not chooser.chance(_OPEN)
    draft = Draft(limits.rules, len(people), others, complete=complete)
    if aim is not None and not aimed(draft, chooser, limits, aim):
        for living in turned(chooser, range(1, MOST + 1)):
            whole = aim.truth is not None or not chooser.chance(
                0.5
            )  # what is unknown may wait for who else lives there
            draft = Draft(limits.rules, living, others, complete=whole)
            if aimed(draft, chooser, limits, aim):
                break
    people += [chooser.some(person, known) for _ in others]
    for whose, facts in ((None, home), *enumerate(people[: len(draft.members)])):
        _fill(draft, whose, facts)
    members = [dict(draft.stated(at)) for at in range(len(draft.members))]
    return Profile("drawn", limits.rules.day, *consistent(limits.rules, dict(draft.stated(None)), members))


def aimed(draft: Draft, chooser: Chooser, limits: Boundaries, aim: Aim) -> bool:
    """Returns whether facts could be added to a household so that it shows what is aimed at."""
    subjects: dict[str, list[Whose]] = {
        "person": list(draft.living),
        "household": [None] if draft.living else [],
        "deceased": [at for at, facts in enumerate(draft.members) if facts["died"]],
    }
    found = subjects[aim.subject]
    return bool(found) and Aimer(draft, chooser, limits).reach(aim.expr, aim.truth, Who(chooser.pick(found)))


def reachable(limits: Boundaries, aim: Aim, source: random.Random) -> bool:
    """Returns whether some household was found that shows what is aimed at and contradicts itself nowhere.

    Args:
        limits: what to try for each fact.
        aim: what it is to show.
        source: of chance.
    """
    chooser = Seeded(source)
    for living in (1, *range(1, MOST + 1)) * 3:
        draft = Draft(limits.rules, living, [{"died": True}] if aim.subject == "deceased" else [])
        if aimed(draft, chooser, limits, aim):
            members = [dict(draft.stated(at)) for at in range(len(draft.members))]
            if not any(contradictions(limits.rules, draft.stated(None), members)):
                return True
    return False


def _others(chooser: Chooser, rules: Rules, aim: Aim | None) -> list[Facts]:
    """Returns what is known of those listed who do not live: the dead, and at times somebody to be born."""
    found: list[Facts] = []
    facts = rules.pack.contents.schema.facts
    if "died" in facts and (chooser.chance(_DEAD) or (aim is not None and aim.subject == "deceased")):
        found.append({"died": True})
    if "birth_date" in facts and chooser.chance(_UNBORN):
        found.append({"birth_date": rules.day + timedelta(chooser.pick((1, 90)))})
    return found


def _fill(draft: Draft, whose: Whose, facts: Facts) -> None:
    """Adds the facts that go with what is known already; what does not stays unknown."""
    for name, value in facts.items():
        if draft.open(whose, name):
            draft.put(whose, name, value)


def any_aim(chooser: Chooser, at: Sequence[Aim]) -> Aim | None:
    """Returns one of several aims, mostly; at times none."""
    return chooser.pick(at) if at and chooser.chance(AIMED) else None


def consistent(rules: Rules, household: Facts, members: list[Facts]) -> tuple[Facts, tuple[Facts, ...]]:
    """Returns the facts without those that contradict others: they become unknown."""
    for _ in range(20):
        found = list(contradictions(rules, household, members))
        if not found:
            break
        for each in found:
            owner = household if each.subject is None else members[each.subject]
            gone = owner.pop(each.fact, None)
            if gone is None and each.against is not None:
                index, name = each.against
                (household if index is None else members[index]).pop(name, None)
    return household, tuple(members)
