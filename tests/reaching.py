"""Households in which each criterion of the pack comes out true, false and unknown."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from packs_for_tests import shipped

from eligibility import Profile, RulePack, Rules
from eligibility.answer import Answer
from eligibility.asking import answers
from eligibility.derived import Prepared, prepare
from eligibility.packs.figures import Entry, Series
from eligibility.packs.model import Criterion
from eligibility.testing.aims import Aim, aims
from eligibility.testing.boundaries import Boundaries, boundaries
from eligibility.testing.possible import lacking, possible
from eligibility.testing.strategies import draw_profile

LEAST = 20
MOST_TRIED = 150
"""How many households are aimed at one truth of one criterion before it counts as one that does not come out."""
DAYS = [date(2017, 12, 31), date(2019, 9, 1), date(2021, 7, 1)]
FIRST, UNTIL = date(2016, 1, 1), date(2026, 11, 1)
KNOWN = (0.0, 0.15, 0.5, 0.85, 1.0)
LISTED: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "unreachable.yaml").read_text("utf-8")) or []
WORDS = {True: "true", False: "false", None: "unknown"}
OUTCOMES = {"eligible": "true", "ineligible": "false", "undetermined": "unknown"}


class Key(NamedTuple):
    """One truth of one criterion or exclusion, or of all of an entitlement together where none is named."""

    entitlement: str
    criterion: str
    truth: str


@cache
def filled(*, yes: bool) -> RulePack:
    """Returns the pack with a value for each figure that is not held: 600 yuan, and yes or no."""
    contents = shipped().contents
    figures = {name: replace(series, entries=_held(series, yes=yes)) for name, series in contents.parameters.items()}
    return RulePack(replace(contents, parameters=figures))


def _held(series: Series, *, yes: bool) -> tuple[Entry, ...]:
    values = {"bool": yes, "money": 60_000, "number": 3, "date": date(2018, 1, 1), "choice": series.kind.values[:1]}
    value: Any = values[series.kind.kind]
    return tuple(
        each
        if each.said.unknown is None
        else replace(each, said=each.said.model_copy(update={"unknown": None}), value=value)
        for each in series.entries
    )


def states(pack: RulePack) -> list[date]:
    """Returns the first day of each state of the law from 2016 on."""
    return [FIRST, *(day for day in pack.changes if FIRST < day <= UNTIL)]


def criteria(rules: Rules) -> Iterator[tuple[str, Criterion]]:
    """Yields every criterion and exclusion in force, its own alone, with its entitlement."""
    for ruling in rules.state.rulings:
        for each in (*(ruling.body.criteria or ()), *(ruling.body.unless or ())):
            yield ruling.entitlement.id, each


def shut(rules: Rules) -> dict[Key, Mapping[str, Any]]:
    """Returns what no fact can bring about on a day, with the figures that are not held for it and their reasons."""
    return {
        Key(id, each.id, WORDS[truth]): lacking(each.when.expr, rules)
        for id, each in criteria(rules)
        for truth in set(WORDS) - possible(each.when.expr, rules)
    }


def listed(day: date, *, filled: bool | None = None) -> set[Key]:
    """Returns what the checked list says cannot come out on a day; with `filled`, what does or does not with figures."""
    return {
        Key(each["entitlement"], each["criterion"], truth)
        for each in LISTED
        for truth in each["truths"]
        if each["from"] <= day <= each.get("to", date.max) and filled in {None, each["filled"]}
    }


class Reach:
    """Counts in how many households each criterion of a day comes out how."""

    def __init__(self, rules: Rules) -> None:
        """Takes the rules of the day."""
        self.rules = rules
        self.limits: Boundaries = boundaries(rules)
        self.count: Counter[Key] = Counter()
        self.aims: dict[Key, Aim] = {Key(each.entitlement, each.part, WORDS[each.truth]): each for each in aims(rules)}
        self.profiles: list[Profile] = []
        self._source = random.Random(str(rules.day))  # noqa: S311 - tests need no secrets

    def seek(self, wanted: Collection[Key], beside: Collection[Key] = ()) -> set[Key]:
        """Draws households aimed at what came out too rarely so far; returns what still did.

        Args:
            wanted: what is to come out often.
            beside: what is looked at too, if it is not to come out.
        """
        kept = {key.entitlement for key in beside}
        for key in sorted(wanted):
            ids = sorted(kept | {each.entitlement for each in wanted if self.count[each] < LEAST})
            for _ in range(MOST_TRIED if key in self.aims else 0):
                if self.count[key] >= LEAST:
                    break
                self.draw(self.aims[key], ids)
        return {key for key in wanted if self.count[key] < LEAST}

    def draw(self, aim: Aim, ids: Sequence[str]) -> None:
        """Draws one household and counts what came of it in some entitlements, each at most once."""
        profile = draw_profile(self._source, self.limits, self._source.choice(KNOWN), aim)
        self.profiles.append(profile)
        ready = prepare(self.rules, profile.household, profile.members, own_day=True)
        found = set()
        for answer in self.answers(ready, ids):
            id = answer.ruled.entitlement.id
            found.add(Key(id, "", OUTCOMES[answer.outcome]))
            pairs = zip(answer.ruled.parts, answer.truths, strict=True)
            found |= {Key(id, part.id, WORDS[truth]) for part, truth in pairs}
        self.count.update(found)

    def answers(self, ready: Prepared, ids: Sequence[str]) -> Sequence[Answer]:
        """Returns the answers of some entitlements."""
        return list(answers(self.rules, ready, ids))


def wanted(rules: Rules) -> tuple[set[Key], set[Key]]:
    """Returns which truths of criteria are to come out on a day, and which cannot."""
    never = shut(rules).keys() | listed(rules.day)
    return {Key(id, each.id, truth) for id, each in criteria(rules) for truth in WORDS.values()} - never, never
