"""Laws of what is known: more of it flips nothing, order and ids do not count, and what no rule reads changes nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from zlib import crc32

from hypothesis import strategies as st

from eligibility import ir
from eligibility.answer import Answer
from eligibility.packs.calendar import Rules
from eligibility.profile import Profile
from eligibility.schema import Fact
from eligibility.testing.asked import answered
from eligibility.testing.boundaries import boundaries
from eligibility.testing.breach import AS_IS, Breach, Kept, said
from eligibility.testing.searching import Scope, Trial, trials
from eligibility.testing.strategies import boundary_profiles, consistent, partly_known, profiles
from eligibility.words import Words

REFINEMENT = Words("知道得更多，已有定论的不会改变", "learning more never changes what is settled")
ORDER = Words("成员的顺序和代号不影响结果", "order and ids of members change nothing")
IRRELEVANT = Words("没有规则读取的事实不影响结果", "facts that no rule reads change nothing")

_KEPT = frozenset({"id", "died", "members_complete"})
"""What is not left out: the two facts that have a default make another household (MEANING M2)."""
_TENTHS_KNOWN = 6
_VALUES: Mapping[str, Any] = {
    "bool": True,
    "text": "某某",
    "count": 1,
    "money": 100,
    "date": date(2010, 1, 1),
    "set": frozenset(),
}


def households(scope: Scope) -> Any:  # noqa: ANN401 - a strategy of trials
    """Returns households known well, half or hardly, of each of the days."""

    def make(rules: Rules) -> st.SearchStrategy[Profile]:
        return st.one_of(*(make(rules, scope.only) for make in (profiles, partly_known, boundary_profiles)))

    return trials(scope.laws(), make)


def refinement(scope: Scope, trial: Trial) -> Iterator[Breach]:
    """Yields each answer that is settled with less known and another one with more (the defaults aside, MEANING M2, M4)."""
    fewer = _fewer(trial)
    before, after = (answered(trial.rules, each, scope.only) for each in (fewer, trial.profile))
    for claim, one in before.items():
        two = after.get(claim)
        if one.outcome != "undetermined" and two is not None and two.outcome != one.outcome:
            asked = (
                (Words("少知道一些", "with less known"), said(one)),
                (Words("都知道", "with all known"), said(two)),
            )
            keep = Kept(trial.rules, fewer, {claim[1]: {"outcome": "undetermined"}})
            yield Breach("refinement", REFINEMENT, *claim, trial.rules, trial.profile, asked, keep)


def _fewer(trial: Trial) -> Profile:
    """Returns a household of which less is known; what becomes of one fact does not hang on the others."""

    def less(facts: Mapping[str, Any]) -> dict[str, Any]:
        def known(name: str) -> bool:
            return crc32(f"{trial.seed} {facts.get('id')} {name}".encode()) % 10 < _TENTHS_KNOWN

        return {name: value for name, value in facts.items() if name in _KEPT or known(name)}

    profile = trial.profile
    household, members = consistent(trial.rules, less(profile.household), [less(each) for each in profile.members])
    return replace(profile, household=household, members=members)


def order(scope: Scope, trial: Trial) -> Iterator[Breach]:
    """Yields each answer that is another one when the members stand in another order under other ids."""
    shuffled = list(reversed(trial.profile.members))
    if trial.seed:
        random.Random(trial.seed).shuffle(shuffled)  # noqa: S311 - tests need no secrets
    names = {str(member["id"]): f"x{at}" for at, member in enumerate(shuffled)}
    members = tuple({**member, "id": names[str(member["id"])]} for member in shuffled)
    other = replace(trial.profile, members=members)
    asked = Words("换了顺序和代号", "in another order under other ids")
    yield from _same("order", ORDER, scope, trial, (other, names, asked))


def irrelevant(scope: Scope, trial: Trial) -> Iterator[Breach]:
    """Yields each answer that is another one once facts are known that no rule reads."""
    home, person = unread(trial.rules)
    members = tuple({**person, **member} for member in trial.profile.members)
    other = replace(trial.profile, household={**home, **trial.profile.household}, members=members)
    asked = Words("补上无关的事实", "with facts added that no rule reads")
    yield from _same("irrelevant", IRRELEVANT, scope, trial, (other, {}, asked))


def _same(
    law: str, label: Words, scope: Scope, trial: Trial, second: tuple[Profile, Mapping[str, str], Words]
) -> Iterator[Breach]:
    """Yields each claim that is answered otherwise for a household that is the same in other words."""
    other, names, asked = second
    ours, theirs = (answered(trial.rules, each, scope.only) for each in (trial.profile, other))
    for claim, one in ours.items():
        two = theirs.get((claim[0], names.get(claim[1], claim[1])))
        if two is None or _told(one, names) != _told(two, {}):
            both = ((AS_IS, said(one)), (asked, said(two)))
            keep = Kept(trial.rules, trial.profile, {claim[1]: {"outcome": one.outcome}})
            yield Breach(law, label, *claim, trial.rules, trial.profile, both, keep)


def _told(answer: Answer, names: Mapping[str, str]) -> tuple[object, ...]:
    """Returns everything that an answer says, members called by other names, in no order."""
    missing = [
        frozenset((names.get(each.subject, each.subject), each.name) for each in items)
        for items in (answer.missing(), answer.amount_missing())
    ]
    return answer.outcome, answer.amount, answer.marks(), *missing


def unread(rules: Rules) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns a value for each fact of a household, then of a person, that no rule reads and from which none follows."""
    limits, facts = boundaries(rules), list(rules.pack.contents.schema.facts.values())
    read = limits.person.keys() | limits.household.keys()
    read |= {
        node.name
        for fact in facts
        if fact.derive is not None
        for node in ir.walk(fact.derive.expr)
        if isinstance(node, ir.Fact)
    }
    free = [each for each in facts if each.name not in read and each.derive is None and each.only_if is None]
    home, person = (
        {each.name: _value(each, rules) for each in free if each.owner == owner} for owner in ("household", "person")
    )
    return home, person


def _value(fact: Fact, rules: Rules) -> Any:  # noqa: ANN401 - a value of the fact
    """Returns some value of a fact."""
    if fact.type == "choice":
        return next(iter(fact.values))
    if fact.type == "place":
        digits = 2 if fact.level == "province" else 6
        listed = (code for code in rules.pack.contents.places if len(code) == digits)
        return next(listed, "110101"[:digits])
    return _VALUES[fact.type]
