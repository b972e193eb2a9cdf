"""Facts changed, and what that moves: what is gained and lost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from eligibility.bounds import reach
from eligibility.derived import Contradiction, Stated, contradictions
from eligibility.determinations import ABSENT, Amount, Claim, Determination
from eligibility.errors import BadChoice, ProfileError
from eligibility.leaves import HOUSEHOLD
from eligibility.packs.calendar import Rules
from eligibility.profile import Profile, read_profile
from eligibility.ruled import Part
from eligibility.schema import Schema
from eligibility.screening import Screening
from eligibility.summary import deciding, truths
from eligibility.words import Words

Turning = Literal["gained", "lost", "unsure", "amount", "opened", "closed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that is supposed to be another.

    Args:
        subject: a member's id, or `household`.
        fact: its name.
        value: what it is supposed to be; None for unknown.
    """

    subject: str
    fact: str
    value: Any


@dataclass(frozen=True, slots=True)
class Changed:
    """A household of which some facts are supposed to be others.

    Args:
        profile: with the changes.
        dropped: facts that no longer count, whose and which: what changed would follow from them, or they from it.
    """

    profile: Profile
    dropped: tuple[tuple[str, str], ...]


def changed(rules: Rules, profile: Profile, changes: Sequence[Change]) -> Changed:
    """Returns a household with some facts changed; what follows from a fact that changes is no longer taken as stated.

    Args:
        rules: of any day, with the pack of the profile.
        profile: as read.
        changes: at least one; a later one of the same fact wins.

    Raises:
        BadChoice: the changes contradict each other, or something that does not follow from them.
    """
    household, members = dict(profile.household), [dict(each) for each in profile.members]
    index: dict[str, int | None] = {str(each["id"]): at for at, each in enumerate(members)} | {HOUSEHOLD: None}
    fixed: set[Stated] = set()
    for change in changes:
        at = index[change.subject]
        owner = household if at is None else members[at]
        owner.pop(change.fact, None)
        if change.value is not None:
            owner[change.fact] = change.value
        fixed.add((at, change.fact))
    law = rules.pack.on(profile.as_of) if profile.as_of is not None else rules
    gone: list[Stated] = []
    while (found := next(contradictions(law, household, members), None)) is not None:
        stale = _stale(found, fixed, law)
        at, name = stale
        (household if at is None else members[at]).pop(name)
        gone.append(stale)
    names = {at: id for id, at in index.items()}
    after = replace(profile, household=household, members=tuple(members))
    return Changed(after, tuple((names[at], name) for at, name in gone))


def _stale(found: Contradiction, fixed: set[Stated], rules: Rules) -> Stated:
    """Returns the fact that no longer counts beside one that was changed.

    Raises:
        BadChoice: there is none.
    """
    facts = rules.pack.contents.schema.facts
    pair = [each for each in ((found.subject, found.fact), found.against) if each is not None and each[1]]
    for stale, kept in (pair, pair[::-1]) if len(pair) == 2 else ():  # noqa: PLR2004 - two facts
        follows = facts[stale[1]].derive or facts[kept[1]].derive
        gated = facts[stale[1]].only_if
        linked = follows is not None and _hang(stale[1], kept[1], rules)
        applies = gated is not None and kept[1] in reach(gated.expr, rules)
        if stale not in fixed and (kept in fixed or stale[1] != found.fact) and (linked or applies):
            return stale
    why = f": {found.advice.en}" if found.advice else ""
    zh = f"：{found.advice.zh}" if found.advice else ""
    raise BadChoice(Words(f"这样改不成立：{found.message.zh}{zh}", f"this cannot be supposed: {found.message.en}{why}"))


def _hang(one: str, other: str, rules: Rules) -> bool:
    """Returns whether one of two facts follows from the other."""
    facts = rules.pack.contents.schema.facts
    return any(
        spec.derive is not None and source in reach(spec.derive.expr, rules)
        for spec, source in ((facts[one], other), (facts[other], one))
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """An answer that changes.

    Args:
        kind: how.
        claim: the entitlement and the subject.
        before: the outcome before, or `absent`.
        after: the outcome after, or `absent`.
        amount_before: how much it was.
        amount_after: how much it is then.
        parts: of what is lost or closed, the criteria that close it; of what is no longer sure, those that are open.
    """

    kind: Turning
    claim: Claim
    before: str
    after: str
    amount_before: Amount | None
    amount_after: Amount | None
    parts: tuple[Part, ...] = ()


def differences(before: Screening, after: Screening) -> list[Difference]:
    """Returns every answer that differs between two screenings, in order."""
    claims = dict.fromkeys(each.claim for each in (*before.determinations, *after.determinations))
    found = (_difference(before.of(claim), after.of(claim), claim) for claim in claims)
    return [each for each in found if each is not None]


def _difference(before: Determination | None, after: Determination | None, claim: Claim) -> Difference | None:
    was, now = (each.outcome if each is not None else ABSENT for each in (before, after))
    amounts = tuple(each.amount if each is not None else None for each in (before, after))
    kind: Turning
    if now == "eligible" and was == "eligible":
        if amounts[0] == amounts[1]:
            return None
        kind = "amount"
    elif now == "eligible":
        kind = "gained"
    elif was == "eligible":
        kind = "unsure" if now == "undetermined" else "lost"
    elif (was == "undetermined") is (now == "undetermined"):
        return None
    else:
        kind = "opened" if now == "undetermined" else "closed"
    parts: tuple[Part, ...] = ()
    if after is not None and kind != "amount":
        open_ones = (part for part, truth in truths(after) if truth is None)
        parts = tuple(deciding(after) if now == "ineligible" else open_ones if kind == "unsure" else ())
    return Difference(kind, claim, was, now, amounts[0], amounts[1], parts)


def fact_of(schema: Schema, profile: Profile, written: str) -> tuple[str, str]:
    """Returns whose and which fact `member.fact` or `household.fact` means; a bare name of a household fact is enough.

    Raises:
        BadChoice: nobody is listed under that name, or it has no such fact.
    """
    subject, dot, name = written.rpartition(".")
    spec = schema.facts.get(name)
    if spec is None or spec.sensitive:
        raise BadChoice(Words(f"没有可改的事实 `{name}`", f"there is no fact `{name}` to change"))
    ids = [str(each["id"]) for each in profile.members]
    if spec.owner == "household":
        if dot and subject != HOUSEHOLD:
            raise BadChoice(Words(f"`{name}` 是家庭的事实", f"`{name}` is a fact of the household"))
        return HOUSEHOLD, name
    if not dot and len(ids) == 1:
        return ids[0], name
    if subject not in ids:
        zh = f"`{name}` 是成员的事实，写成 `成员.{name}=…`，成员有：{'、'.join(ids)}"
        raise BadChoice(
            Words(zh, f"`{name}` is a fact of a member: write `member.{name}=...`, with one of {', '.join(ids)}")
        )
    return subject, name


def read_value(rules: Rules, name: str, written: str) -> Any:  # noqa: ANN401 - a value of the fact
    """Returns the value of a fact from its text as a profile would have it; nothing is unknown.

    Raises:
        BadChoice: it is no value of the fact.
    """
    if not written:
        return None
    spec = rules.pack.contents.schema.facts[name]
    value: Any = written
    if spec.type == "bool":
        value = {"true": True, "false": False}.get(written, written)
    elif spec.type == "count":
        value = int(written) if _WHOLE.fullmatch(written) else written
    elif spec.type == "set":
        value = written.split(",")
    told: dict[str, Any] = {"household": {name: value}} if spec.owner == "household" else {}
    told["members"] = [{"id": "a"} if spec.owner == "household" else {"id": "a", name: value}]
    try:
        profile = read_profile(told, rules)
    except ProfileError as error:
        problem = error.problems[0]
        more = problem.help or Words("", "")
        zh = f"`{name}`：{problem.message.zh}" + (f"，{more.zh}" if more.zh else "")
        raise BadChoice(Words(zh, f"`{name}`: {problem.message.en}" + (f", {more.en}" if more.en else ""))) from None
    return (profile.household if spec.owner == "household" else profile.members[0])[name]


_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
