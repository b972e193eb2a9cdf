"""Each criterion of the pack comes out true, false and unknown, in each state of the law."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from eligibility import RulePack, Rules
from eligibility.asking import answers
from eligibility.derived import prepare
from eligibility.packs.figures import Entry, Series
from eligibility.packs.model import Criterion
from eligibility.testing.aims import Aim, aims
from eligibility.testing.boundaries import Boundaries, boundaries
from eligibility.testing.lawdays import law_days
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
def shipped() -> RulePack:
    """Returns the pack that ships."""
    return RulePack.default()


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
        ready = prepare(self.rules, profile.household, profile.members, own_day=True)
        found = set()
        for answer in answers(self.rules, ready, ids):
            id = answer.ruled.entitlement.id
            found.add(Key(id, "", OUTCOMES[answer.outcome]))
            pairs = zip(answer.ruled.parts, answer.truths, strict=True)
            found |= {Key(id, part.id, WORDS[truth]) for part, truth in pairs}
        self.count.update(found)


def check(day: date) -> set[Key]:
    """Returns what comes out too rarely on a day, after asserting that what cannot does not."""
    rules = shipped().on(day)
    never = shut(rules).keys() | listed(day)
    wanted = {Key(id, each.id, truth) for id, each in criteria(rules) for truth in WORDS.values()} - never
    reach = Reach(rules)
    rare = reach.seek(wanted, beside=never)
    for key in sorted(listed(day) & reach.aims.keys()):
        for _ in range(LEAST):
            reach.draw(reach.aims[key], [key.entitlement])
    assert {key for key in never if reach.count[key]} == set()
    return rare


def fill(day: date) -> set[Key]:
    """Returns what does not come out on a day although a value stands for each figure that is not held."""
    rules = shipped().on(day)
    wanted = {key for key, figures in shut(rules).items() if figures} | listed(day, filled=True)
    for yes in (True, False):
        reach = Reach(filled(yes=yes).on(day))
        wanted = reach.seek(wanted & {*reach.aims}) | (wanted - reach.aims.keys())
    return wanted


def entries(rare: Mapping[date, Collection[Key]]) -> str:
    """Returns the entries of the checked list, as YAML, that would excuse what came out too rarely on some days."""
    found: dict[tuple[str, str], list[tuple[date, date | None, list[str]]]] = {}
    for day, keys in sorted(rare.items()):
        for id, criterion in sorted({(key.entitlement, key.criterion) for key in keys}):
            truths = [truth for truth in WORDS.values() if Key(id, criterion, truth) in keys]
            changes = law_days(shipped(), shipped().entitlement(id))
            start = max([FIRST, *(each for each in changes if each <= day)])
            end = min((each - timedelta(1) for each in changes if each > day), default=None)
            before = found.setdefault((id, criterion), [])
            if before and before[-1][2] == truths and (before[-1][1] is None or before[-1][1] >= start - timedelta(1)):
                start = before.pop()[0]
            before.append((start, end, truths))
    lines = []
    for (id, criterion), stretches in found.items():
        for start, end, truths in stretches:
            lines += [f"- entitlement: {id}", f"  criterion: {criterion}"]
            lines += [f"  truths: [{', '.join(f'{truth!r}' for truth in truths)}]", f"  from: {start}"]
            lines += [f"  to: {end}"] if end else []
            lines += ["  filled: true   # whether it comes out once a value stands for each figure that is not held"]
            lines += ["  reason: WHY NO HOUSEHOLD CAN SHOW IT"]
    return "\n".join(["", "to be explained in tests/unreachable.yaml, if it cannot be otherwise:", "", *lines])


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_each_criterion_comes_out_each_way(day: date) -> None:
    """On days of three different laws each criterion is true, false and unknown in twenty households or more."""
    rare = check(day)
    assert not rare, entries({day: rare})


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_each_entitlement_comes_out_each_way(day: date) -> None:
    """On the same days each entitlement is granted, refused and left open in twenty households or more, if it can be."""
    reach = Reach(shipped().on(day))
    unsure = {each.entitlement.id for each in reach.rules.state.rulings if each.unsure}
    wanted = {
        key for key in reach.aims if not key.criterion and not (key.truth == "true" and key.entitlement in unsure)
    }
    assert {key for key in wanted if key.truth == "true"} != set()
    assert reach.seek(wanted) == set()


@pytest.mark.slow
def test_each_criterion_comes_out_each_way_in_every_law() -> None:
    """In every state of the law since 2016 each criterion is true, false and unknown in twenty households or more."""
    rare = {day: found for day in states(shipped()) if (found := check(day))}
    assert not rare, entries(rare)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_what_a_missing_figure_closes_comes_out_with_the_figure(day: date) -> None:
    """What cannot come out for want of a figure does once a value stands for it, in twenty households or more."""
    assert fill(day) == set()


@pytest.mark.slow
def test_what_a_missing_figure_closes_comes_out_with_the_figure_in_every_law() -> None:
    """What cannot come out for want of a figure does once a value stands for it, in every state of the law since 2016."""
    assert {day: found for day in states(shipped()) if (found := fill(day))} == {}


def test_the_list_names_what_exists() -> None:
    """Each entry of the checked list speaks of a criterion in force on its first day, and gives a reason."""
    for each in LISTED:
        names = {(id, criterion.id) for id, criterion in criteria(shipped().on(each["from"]))}
        assert (each["entitlement"], each["criterion"]) in names
        assert set(each["truths"]) <= set(WORDS.values())
        assert each["reason"]


def test_the_list_says_nothing_that_shows_by_itself() -> None:
    """No entry of the checked list repeats what follows from the figures that are not held."""
    for each in LISTED:
        shown = shut(shipped().on(each["from"]))
        assert [each for truth in each["truths"] if Key(each["entitlement"], each["criterion"], truth) in shown] == []


def test_what_comes_out_too_rarely_is_written_out() -> None:
    """The message of a failure holds the entries to add, whole stretches of the law in one."""
    key = Key("minimum-living-guarantee", "income-below-line", "false")
    text = entries({date(2017, 12, 31): {key}, date(2018, 1, 1): {key, key._replace(truth="true")}})
    found = yaml.safe_load(text.partition("otherwise:")[2])

    assert [(each["truths"], each["from"].year) for each in found] == [(["false"], 2016), (["true", "false"], 2018)]
    assert all(each.keys() >= {"entitlement", "criterion", "truths", "from", "filled", "reason"} for each in found)
