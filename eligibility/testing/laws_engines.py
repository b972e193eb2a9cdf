"""Laws of engines: each one that is there answers as the core does, and a household alone as inside a table of others."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from eligibility import speech
from eligibility.asking import answers
from eligibility.columns.frames import HOME, ID, to_frames
from eligibility.columns.onebyone import OUTCOMES, answered
from eligibility.derived import prepare
from eligibility.engines import lack
from eligibility.errors import Lacking
from eligibility.leaves import HOUSEHOLD
from eligibility.packs.calendar import Rules
from eligibility.profile import Profile
from eligibility.secondopinion import shared
from eligibility.targets.columnar import answer
from eligibility.testing.boundaries import boundaries
from eligibility.testing.breach import Breach, Kept
from eligibility.testing.drawing import KNOWN
from eligibility.testing.laws_facts import IRRELEVANT
from eligibility.testing.searching import Scope
from eligibility.testing.smaller import smaller
from eligibility.testing.strategies import draw_profile
from eligibility.words import Words

ENGINES = Words("每个引擎的结果都一样", "every engine answers the same")
BATCH = Words("一户单独算和放在许多户里一起算，结果一样", "a household alone and one among many are answered alike")
COLUMNS, DURABLE = "columns", "durable"
_CORE = Words("核心引擎", "the core")
NAMES = {COLUMNS: Words("表格引擎", "over tables"), DURABLE: Words("第二引擎 durable-rules", "durable-rules")}
"""The engines beside the core."""
_APART, _AMONG = Words("同别的户在一起", "beside some households"), Words("同另一些户在一起", "beside others")
_OTHERS = 2
"""By how many other households one is replaced: those of which most is known."""
_FEWEST, _MOST = 6, 100
"""How many households are drawn for a day."""

Rows = Mapping[tuple[str, str], Mapping[str, Any]]
"""By household and subject, what is answered, column by column."""


@dataclass(frozen=True)
class Differs:
    """One answer that two ways give differently.

    Args:
        entitlement: its id.
        subject: a member's id, or `household`.
        ours: what the first way answers.
        theirs: what the second does.
    """

    entitlement: str
    subject: str
    ours: Words
    theirs: Words


Way = Callable[[Rules, Sequence[Profile], Sequence[str]], Iterator[tuple[Profile, Differs]]]
"""Yields where an engine differs from the core, household by household, for some entitlements or for all."""


def engine(scope: Scope, name: str) -> Iterator[Breach]:
    """Yields, for each day, an answer of an engine that is another one than the core's.

    Raises:
        Lacking: the engine cannot be used here.
    """
    ways: dict[str, Way] = {COLUMNS: columns, DURABLE: durable}
    way = ways[name]
    for rules in scope.laws():
        found = next(way(rules, drawn(scope, rules), scope.only), None)
        if found is not None:
            profile, differs = found
            only = (differs.entitlement,)

            def first(each: Profile, law: Rules = rules, only: Sequence[str] = only) -> Differs | None:
                return next((told for _, told in way(law, (each,), only)), None)

            least = smaller(rules, profile, lambda each: first(each) is not None) if first(profile) else profile
            yield _breach("engines", ENGINES, rules, least, first(least) or differs, (_CORE, NAMES[name]))


def drawn(scope: Scope, rules: Rules) -> list[Profile]:
    """Returns households at the limits of a pack, quickly drawn, each with an id of its own."""
    source, limits = random.Random(f"{rules.day}"), boundaries(rules, only=scope.only)  # noqa: S311 - tests need no secrets
    count = min(max(scope.examples, _FEWEST), _MOST)
    found = (draw_profile(source, limits, source.choice(KNOWN)) for _ in range(count))
    return [replace(each, id=f"h{at}") for at, each in enumerate(found)]


def columns(rules: Rules, profiles: Sequence[Profile], only: Sequence[str]) -> Iterator[tuple[Profile, Differs]]:
    """Yields where tables are answered otherwise than by the core."""
    ours, theirs = rows(answered(rules, profiles, tuple(only))), over_tables(rules, profiles, only, missing=True)
    yield from _differing(profiles, ours, theirs)


def durable(rules: Rules, profiles: Sequence[Profile], only: Sequence[str]) -> Iterator[tuple[Profile, Differs]]:
    """Yields where durable-rules answers otherwise than the core."""
    lacking = lack()
    if lacking is not None:
        raise Lacking(lacking.why, lacking.fix)
    for profile in profiles:
        prepared = prepare(rules, profile.household, profile.members, own_day=profile.as_of in {None, rules.day})
        opinion = shared().compare(rules, prepared, list(answers(rules, prepared, only)))
        if opinion.missing is not None:
            fix = Words("用 `eligibility doctor` 看原因", "`eligibility doctor` says why")
            raise Lacking(opinion.missing, fix)
        for each in opinion.differences:
            ours, theirs = (speech.OUTCOMES.get(side, speech.ABSENT) for side in (each.core, each.durable))
            yield profile, Differs(each.claim.entitlement, each.claim.subject, ours, theirs)


def batch(scope: Scope) -> Iterator[Breach]:
    """Yields, for each day, a household that is answered otherwise beside others than it is beside others again."""
    for rules in scope.laws():
        found = drawn(scope, rules)
        half = len(found) // 2
        halves = {**over_tables(rules, found[:half], scope.only), **over_tables(rules, found[half:], scope.only)}
        alone = over_tables(rules, found[:1], scope.only)
        whole = over_tables(rules, found[::-1], scope.only)
        for profile, differs in _differing(found, {**halves, **alone}, whole):
            yield _breach("batch", BATCH, rules, profile, differs, (_APART, _AMONG))
            break


def neighbours(scope: Scope) -> Iterator[Breach]:
    """Yields, for each day, a household that is answered otherwise once the facts of another one in the table are others."""
    for rules in scope.laws():
        first, *rest = drawn(scope, rules)
        ours = over_tables(rules, (first, *rest), scope.only)
        ours = {key: told for key, told in ours.items() if key[0] != first.id}
        known = sorted(rest, key=lambda each: -sum(map(len, each.members)))
        others = (over_tables(rules, (replace(each, id=first.id), *rest), scope.only) for each in known[:_OTHERS])
        found = (each for theirs in others for each in _differing(rest, ours, theirs))
        for profile, differs in islice(found, 1):
            yield _breach("irrelevant", IRRELEVANT, rules, profile, differs, (_APART, _AMONG))


def over_tables(rules: Rules, profiles: Sequence[Profile], only: Sequence[str], *, missing: bool = False) -> Rows:
    """Returns what tables of some households are answered, and what each answer waits for where that is wanted."""
    return rows(answer(rules, *to_frames(rules.pack.contents.schema, profiles), only, missing=missing))


def rows(frames: tuple[Any, Any]) -> Rows:
    """Returns the answers of two tables by household and subject."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for frame in frames:
        for row in frame.iter_rows(named=True):
            told = {name: value for name, value in row.items() if name not in {HOME, ID}}
            found[row[HOME], str(row.get(ID, HOUSEHOLD))] = told
    return found


def _differing(profiles: Sequence[Profile], ours: Rows, theirs: Rows) -> Iterator[tuple[Profile, Differs]]:
    """Yields each column of each subject in which two ways differ."""
    by_id = {profile.id: profile for profile in profiles}
    for (home, subject), told in ours.items():
        other = theirs[home, subject]
        for name in told:
            if told[name] != other[name]:
                pair = (_said(name, each[name]) for each in (told, other))
                yield by_id[home], Differs(name.partition(".")[0], subject, *pair)


def _said(column: str, value: Any) -> Words:  # noqa: ANN401 - of any column
    """Returns what a column says."""
    field = column.partition(".")[2]
    if not field:
        return speech.ABSENT if value is None else speech.OUTCOMES[OUTCOMES[value]]
    return Words(f"{field}: {value}", f"{field}: {value}")


def _breach(
    law: str, label: Words, rules: Rules, profile: Profile, differs: Differs, asked: tuple[Words, Words]
) -> Breach:
    prepared = prepare(rules, profile.household, profile.members, own_day=True)
    core = {each.subject: each.outcome for each in answers(rules, prepared, (differs.entitlement,))}
    keep = Kept(rules, profile, {differs.subject: {"outcome": core.get(differs.subject, "absent")}})
    both = ((asked[0], differs.ours), (asked[1], differs.theirs))
    return Breach(law, label, differs.entitlement, differs.subject, rules, profile, both, keep)
