"""What a solver found as a household: ordinary where it may be, as small as it can be, and asked about again by the core."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from eligibility.answer import Answer
from eligibility.asking import answers
from eligibility.derived import contradictions, prepare
from eligibility.leaves import HOUSEHOLD, reads
from eligibility.packs.calendar import Rules
from eligibility.profile_reader import Profile
from eligibility.schema import Fact
from eligibility.solver.binding import DEAD
from eligibility.solver.compiling import Who
from eligibility.solver.logic import Formula, Given, Sum, holds, total, unknowns
from eligibility.solver.ordinary import include, ordinary
from eligibility.solver.proving import Question
from eligibility.solver.values import Code, Number, Truth, Value
from eligibility.targets.smt import World

_Seen = TypeVar("_Seen")
_NAMES = "abcdefghijklmnopqrstuvwxyz"


class Mismatch(Exception):  # noqa: N818 - it reads as what happened
    """The core does not say of a household what the solver proved of it: one of the two is wrong."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What is claimed of a household that was found.

    Args:
        entitlement: its id.
        subject: the id of the member, or `household`.
        outcome: what it comes to.
        amount: how much it is, in fen; None where nothing is claimed of it.
    """

    entitlement: str
    subject: str
    outcome: str
    amount: int | None = None

    def holds(self, rules: Rules, profile: Profile) -> bool:
        """Returns whether the core says so too."""
        found = answered(rules, profile, self.entitlement, self.subject)
        same = found is not None and found.outcome == self.outcome
        return same and (self.amount is None or (found is not None and found.amount == self.amount))


def answered(rules: Rules, profile: Profile, entitlement: str, subject: str) -> Answer | None:
    """Returns what the core says of a household; None where there is no such subject, or nothing in force."""
    if rules.ruling(entitlement) is None:
        return None
    prepared = prepare(rules, profile.household, profile.members, own_day=profile.as_of in {None, rules.day})
    found = (each for each in answers(rules, prepared, (entitlement,)) if each.subject == subject)
    return next(found, None)


def called(who: Who) -> str:
    """Returns the id of a member by place, or `household`."""
    return HOUSEHOLD if who is None else _NAMES[who]


def witnessed(
    question: Question,
    worlds: Sequence[World],
    names: Collection[str],
    look: Callable[[Given], _Seen | None],
    *more: Formula,
) -> _Seen | None:
    """Returns what the core sees in an ordinary household for which everything holds; None where there is none, which is a proof.

    A fact whose range alone settles what is asked of it is no part of a question, and the core, to which it would be unknown, may
    want it: where it does not see what the solver found, it is shown a household of which all of that is known.

    Args:
        question: what is asked.
        worlds: the households whose facts are looked at.
        names: of the facts that are read.
        look: returns what the core sees, or None where that is not what the solver found.
        more: what holds beside the question.

    Raises:
        NotProved: the solver gave up.
        Mismatch: the core does not see it.
    """
    for entire in (False, True):
        if entire:
            include(question, worlds, names)
        given = ordinary(question, worlds, *more)
        if given is None:
            return None
        seen = look(given)
        if seen is not None:
            return seen
    raise Mismatch("the core does not see what the solver found")


def household(world: World, given: Given, id: str = "witness") -> Profile:
    """Returns the household that a solver found: everything of it that hangs together with what was asked."""
    there = [who for who in range(world.count) if _is(world.present(who), given)]
    members = [{"id": called(who), **facts(world, given, who)} for who in there]
    if world.dead:
        members.append({"id": called(DEAD), **facts(world, given, DEAD), "died": True})
    return Profile(id, world.rules.day, facts(world, given, None), tuple(members))


def facts(world: World, given: Given, who: Who) -> dict[str, Any]:
    """Returns what is stated of a member or of the household."""
    found = {}
    for spec in world.schema.of("household" if who is None else "person"):
        if (spec.name, who) in world.made_before():
            value = read(world.fact(spec.name, who), spec, given)
            if value is not None:
                found[spec.name] = value
    return found


def read(value: Value, spec: Fact, given: Given) -> Any:  # noqa: ANN401 - a value of the fact
    """Returns what a fact is; None where it is unknown, follows from others, or has nothing to do with what was asked."""
    if isinstance(value, Truth):
        return True if _is(value.yes, given) else False if _is(value.no, given) else None
    if not _is(value.known, given):
        return None
    if isinstance(value, Code):
        return next((code for code, when in value.cases.items() if _is(when, given)), None)
    return _number(value, spec, given)


def _number(value: Number, spec: Fact, given: Given) -> int | date | None:
    for when, base in value.pieces:
        if _is(when, given):
            if not isinstance(base, Sum) or any(whole not in given for whole, _ in base.terms):
                return None
            found = total(base, given)
            return date.fromordinal(found) if spec.type == "date" else found
    return None


def _is(formula: Formula, given: Given) -> bool:
    """Returns whether a formula holds; False where it has nothing to do with what was asked."""
    return all(each in given for each in unknowns(formula)) and holds(formula, given)


def smallest(rules: Rules, profile: Profile, keeps: Callable[[Profile], bool]) -> Profile:
    """Returns a household without everything that does not matter.

    Args:
        rules: of its day.
        profile: the household.
        keeps: whether a smaller one still shows what it is to show.
    """
    found = profile
    for step in (counted, _fewer_members, _fewer_facts):
        waiting = list(step(rules, found))
        while waiting:
            smaller = waiting.pop(0)(found)
            if smaller is not None and _sound(rules, smaller) and keeps(smaller):
                found = smaller
    return found


Step = Callable[[Profile], Profile | None]
"""Makes a household smaller; None where it is that already."""


def _sound(rules: Rules, profile: Profile) -> bool:
    return not any(contradictions(rules, profile.household, profile.members))


def counted(rules: Rules, profile: Profile) -> Iterator[Step]:
    """Yields steps that state an age, or months, in place of a day."""
    prepared = prepare(rules, profile.household, profile.members, own_day=True)
    everybody = {each["id"]: each for each in (*prepared.situation.members, *prepared.dead)}
    for spec in rules.pack.contents.schema.derived["person"]:
        for at, member in enumerate(profile.members):
            value = everybody.get(member["id"], {}).get(spec.name)
            if spec.elapsed and spec.name not in member and value is not None:
                days = {name for name, told in member.items() if isinstance(told, date)}
                yield _restating(at, spec.name, value, days, rules)


def _restating(at: int, name: str, value: int, days: set[str], rules: Rules) -> Step:
    derive = rules.pack.contents.schema.facts[name].derive
    sources = days & set(reads(derive.expr, rules).names()) if derive is not None else set()

    def restate(profile: Profile) -> Profile | None:
        member = dict(profile.members[at])
        if not sources & member.keys():
            return None
        kept = {key: told for key, told in member.items() if key not in sources}
        return _with(profile, at, {**kept, name: value})

    return restate


def _fewer_members(_: Rules, profile: Profile) -> Iterator[Step]:
    for member in reversed(profile.members[1:]):
        yield lambda found, gone=member["id"]: _without_member(found, gone)  # type: ignore[misc]  # bound at once


def _without_member(profile: Profile, id: str) -> Profile:
    members = tuple(each for each in profile.members if each["id"] != id)
    return Profile(profile.id, profile.as_of, profile.household, members)


def _fewer_facts(_: Rules, profile: Profile) -> Iterator[Step]:
    for name in reversed(list(profile.household)):
        yield lambda found, name=name: _without(found, None, name)  # type: ignore[misc]  # bound at once
    for at, member in enumerate(profile.members):
        for name in reversed(list(member)):
            if name not in {"id", "died"}:
                yield lambda found, at=at, name=name: _without(found, at, name)  # type: ignore[misc]  # bound at once


def _without(profile: Profile, at: int | None, name: str) -> Profile:
    facts_ = profile.household if at is None else profile.members[at]
    return _with(profile, at, {key: value for key, value in facts_.items() if key != name})


def _with(profile: Profile, at: int | None, facts_: dict[str, Any]) -> Profile:
    if at is None:
        return Profile(profile.id, profile.as_of, facts_, profile.members)
    members: Sequence[Any] = [facts_ if index == at else each for index, each in enumerate(profile.members)]
    return Profile(profile.id, profile.as_of, profile.household, tuple(members))
