"""A household that shows what the solver found: ordinary, small, and asked about again by the core before anybody sees it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from eligibility.answer import Answer
from eligibility.derived import contradictions
from eligibility.determinations import shown
from eligibility.money import yuan
from eligibility.packs.calendar import Rules
from eligibility.profile_reader import Profile
from eligibility.solver.households import Claim, Step, answered, counted, household, smallest, witnessed
from eligibility.solver.logic import Formula, Given
from eligibility.testing.breach import said
from eligibility.verify.assuming import Supposed, Supposition, supposition
from eligibility.verify.lawful import Law
from eligibility.verify.proof import Shown
from eligibility.words import Words

Holds = Callable[[Rules, Profile], bool]
"""Whether a household shows what it is to show, by the core."""


def one(
    law: Law, world: Supposed, claims: Sequence[Claim], formulas: Sequence[Formula], also: Holds | None = None
) -> Shown | None:
    """Returns the household for which formulas hold, or None where there is none, which is a proof.

    Args:
        law: of the day.
        world: the household of unknowns.
        claims: what the core has to say of it.
        formulas: what holds.
        also: what else the core has to say.

    Raises:
        NotProved: the solver gave up.
        Mismatch: the core does not say so.
    """
    claimed = _claimed(claims, also)

    def look(given: Given) -> tuple[Profile, Supposition] | None:
        profile, supposed = household(world, given), supposition(world, given)
        rules = supposed.rules(law.rules)
        sound = not any(contradictions(rules, profile.household, profile.members))
        return (profile, supposed) if sound and claimed(rules, profile) else None

    found = witnessed(law.question(*formulas), [world], law.facts(each.entitlement for each in claims), look)
    if found is None:
        return None
    profile, supposed = found
    rules = supposed.rules(law.rules)
    profile = smallest(rules, profile, partial(claimed, rules))
    supposed = fewer(supposed, lambda each: claimed(each.rules(law.rules), profile))
    rules = supposed.rules(law.rules)
    answers = {each.subject: answered(rules, profile, each.entitlement, each.subject) for each in claims}
    return Shown(law.rules, profile, supposed, expected(answers), tuple(said(each) for each in answers.values()))


def _claimed(claims: Sequence[Claim], also: Holds | None) -> Holds:
    """Returns whether the core says of a household what is claimed, and what else it has to say."""

    def claimed(rules: Rules, profile: Profile) -> bool:
        return all(each.holds(rules, profile) for each in claims) and (also is None or also(rules, profile))

    return claimed


def fewer(supposed: Supposition, keeps: Callable[[Supposition], bool]) -> Supposition:
    """Returns a supposition without every figure that does not matter."""
    for key in list(supposed.values):
        less = supposed.without(key)
        if keeps(less):
            supposed = less
    return supposed


def expected(answers: Mapping[str, Answer | None]) -> dict[str, Any]:
    """Returns what a case says of answers, by subject."""
    found: dict[str, Any] = {}
    for subject, answer in answers.items():
        if answer is not None:
            found[subject] = {"outcome": answer.outcome}
            if answer.outcome == "eligible" and answer.amount is not None:
                found[subject]["amount"] = yuan(answer.amount)
    return found


def both(
    law: Law,
    worlds: tuple[Supposed, Supposed],
    formulas: Sequence[Formula],
    shows: Callable[[Rules, Profile, Profile], bool],
    moved: tuple[str | None, str],
    ids: Collection[str],
) -> tuple[Profile, Profile, Supposition] | None:
    """Returns two households that differ in little and for which formulas hold, as small as they can be; None is a proof.

    Args:
        law: of the day.
        worlds: the household of unknowns, and the other one.
        formulas: what holds.
        shows: whether the core says of both what they are to show.
        moved: whose fact differs, and which; it stays.
        ids: of the entitlements that are asked about.

    Raises:
        NotProved: the solver gave up.
        Mismatch: the core does not say so.
    """
    base, changed = worlds

    def look(given: Given) -> tuple[Pair, Supposition] | None:
        pair, supposed = (household(base, given), household(changed, given, "other")), supposition(base, given)
        rules = supposed.rules(law.rules)
        return (pair, supposed) if _sound(rules, pair) and shows(rules, *pair) else None

    found = witnessed(law.question(*formulas), [base], law.facts(ids), look)
    if found is None:
        return None
    pair, supposed = found
    rules = supposed.rules(law.rules)
    for steps in (_smaller, _counted):
        for smaller in list(steps(rules, pair, moved)):
            tried = smaller(pair)
            if tried is not None and _sound(rules, tried) and shows(rules, *tried):
                pair = tried
    return *pair, fewer(supposed, lambda each: shows(each.rules(law.rules), *pair))


Pair = tuple[Profile, Profile]


def _sound(rules: Rules, pair: Pair) -> bool:
    return not any(any(contradictions(rules, each.household, each.members)) for each in pair)


def _counted(rules: Rules, pair: Pair, _: tuple[str | None, str]) -> Iterator[Callable[[Pair], Pair | None]]:
    """Yields steps that state of both an age, or months, in place of a day."""
    for step in counted(rules, pair[0]):
        yield lambda found, step=step: _stepped(step, found)  # type: ignore[misc]  # bound at once


def _smaller(_: Rules, pair: Pair, moved: tuple[str | None, str]) -> Iterator[Callable[[Pair], Pair | None]]:
    """Yields steps that leave out a member or a fact of both."""
    for member in (each for each in reversed(pair[0].members[1:]) if each["id"] != moved[0]):
        yield lambda found, gone=member["id"]: tuple(_alone(each, gone) for each in found)  # type: ignore[misc]  # bound at once
    owners: list[str | None] = [None, *(str(member["id"]) for member in pair[0].members)]
    for owner in owners:
        names = dict.fromkeys(name for each in pair for name in _facts(each, owner))
        for name in reversed(list(names)):
            if name not in {"id", "died"} and (owner, name) != moved:
                yield lambda found, owner=owner, name=name: tuple(_dropped(each, owner, name) for each in found)  # type: ignore[misc]  # likewise


def _stepped(step: Step, pair: Pair) -> Pair | None:
    one, other = (step(each) for each in pair)
    return None if one is None or other is None else (one, other)


def _facts(profile: Profile, owner: str | None) -> Mapping[str, Any]:
    if owner is None:
        return profile.household
    return next((each for each in profile.members if each["id"] == owner), {})


def _alone(profile: Profile, id: str) -> Profile:
    return replace(profile, members=tuple(each for each in profile.members if each["id"] != id))


def _dropped(profile: Profile, owner: str | None, name: str) -> Profile:
    def without(facts: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in facts.items() if key != name}

    if owner is None:
        return replace(profile, household=without(profile.household))
    return replace(profile, members=tuple(without(each) if each["id"] == owner else each for each in profile.members))


def differences(rules: Rules, one: Profile, other: Profile) -> Words:
    """Returns in words what differs between two households of the same members."""
    money = rules.pack.contents.schema.money
    told: list[tuple[str, str]] = []
    for owner in (None, *(str(member["id"]) for member in one.members)):
        before, after = _facts(one, owner), _facts(other, owner)
        for name in dict.fromkeys((*before, *after)):
            if before.get(name) != after.get(name):
                old, new = (
                    _plain(shown(each[name], money=name in money)) if name in each else "?" for each in (before, after)
                )
                told.append((f"{owner or 'household'}.{name}", f"{old} → {new}"))
    text = ", ".join(f"{name}: {moved}" for name, moved in told)
    return Words(text.replace(", ", "，"), text)


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
