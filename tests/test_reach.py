"""Each criterion of the pack comes out true, false and unknown, in each state of the law."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

import pytest
import yaml
from packs_for_tests import shipped
from reaching import (
    DAYS,
    FIRST,
    LEAST,
    LISTED,
    WORDS,
    Key,
    Reach,
    criteria,
    filled,
    listed,
    shut,
    states,
    wanted,
)

from eligibility.testing.lawdays import law_days


def check(day: date) -> set[Key]:
    """Returns what comes out too rarely on a day, after asserting that what cannot does not."""
    rules = shipped().on(day)
    possible, never = wanted(rules)
    reach = Reach(rules)
    rare = reach.seek(possible, beside=never)
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
