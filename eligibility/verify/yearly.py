"""What the core says a household draws in a year: eligible, or held rightly already, in the best lawful combination."""

from __future__ import annotations

from collections.abc import Sequence

from eligibility.answer import Answer
from eligibility.asking import answers
from eligibility.derived import prepare
from eligibility.evaluate import closure
from eligibility.packs.calendar import Rules
from eligibility.profile_reader import Profile
from eligibility.ruled import Ruled
from eligibility.situation import NOBODY
from eligibility.solver.logic import number
from eligibility.verify.drawn import Drawn, gifts, groups, lasting, lawful, yearly

Worths = dict[tuple[str, str], int]
"""By entitlement and subject, what is drawn in a year, in fen."""


def worths(rules: Rules, held: Rules, profile: Profile, ids: Sequence[str]) -> Worths:
    """Returns what each subject draws.

    Args:
        rules: with the figures that are supposed.
        held: as they are; what rests on a figure that is not held counts for nothing.
        profile: the household.
        ids: of the entitlements that count.
    """
    amounts = {(each.ruled.entitlement.id, each.subject): _amount(each) for each in _answers(held, profile, ids)}
    found: Worths = {}
    for each in _answers(rules, profile, ids):
        key = each.ruled.entitlement.id, each.subject
        benefit = each.ruled.ruling.body.benefit
        amount = amounts.get(key)
        if amount is not None and benefit is not None and (each.outcome == "eligible" or _held(each)):
            found[key] = amount * (yearly(benefit) or 0)
    return found


def best(rules: Rules, found: Worths) -> int:
    """Returns what the best lawful combination comes to."""
    members = {subject: at for at, subject in enumerate(dict.fromkeys(subject for _, subject in found))}
    items = [
        Drawn(id, None if subject == "household" else members[subject], number(worth))
        for (id, subject), worth in found.items()
    ]
    parts = groups(items, rules)
    return sum(max(sum(each.worth.constant for each in kept) for kept in lawful(group, rules)) for group in parts)


def ended_rightly(rules: Rules, one: Profile, other: Profile, givers: Sequence[str]) -> bool:
    """Returns whether every status that one household has and the other has not was rightly held, and lost its conditions."""
    after = {(each.ruled.entitlement.id, each.subject): each for each in _answers(rules, other, givers)}
    for each in _answers(rules, one, givers):
        two = after.get((each.ruled.entitlement.id, each.subject))
        for fact in gifts(each.ruled):
            moved = two is not None and _value(each, fact) != _value(two, fact) and _holds(each, fact)
            if moved and two is not None and (not _lasting(each, fact) or _lasting(two, fact)):
                return False
    return True


def _answers(rules: Rules, profile: Profile, ids: Sequence[str]) -> list[Answer]:
    prepared = prepare(rules, profile.household, profile.members, own_day=True)
    return list(answers(rules, prepared, ids)) if ids else []


def _amount(answer: Answer) -> int | None:
    for when, amount in answer.ruled.tiers:
        held = True if when is None else closure(when, answer.ruled.rules)(answer.situation, answer.own, NOBODY)
        if held is not False:
            value = closure(amount, answer.ruled.rules)(answer.situation, answer.own, NOBODY) if held else None
            return None if value is None else int(value)
    return None


def _held(answer: Answer) -> bool:
    return any(_holds(answer, fact) and _lasting(answer, fact) for fact in gifts(answer.ruled))


def _holds(answer: Answer, fact: str) -> bool:
    return _plain(_value(answer, fact)) in gifts(answer.ruled)[fact]


def _value(answer: Answer, fact: str) -> object:
    return answer.own.get(fact, answer.situation.household.get(fact))


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _lasting(answer: Answer, fact: str) -> bool:
    rule: Ruled = answer.ruled
    kept = {part.id for part in lasting(rule, fact)}
    pairs = zip(rule.parts, answer.truths, strict=True)
    return all(truth is not part.exclusion and truth is not None for part, truth in pairs if part.id in kept)
