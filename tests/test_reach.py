"""Each criterion of the pack comes out true, false and unknown, in each state of the law."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from eligibility import RulePack, screen
from eligibility.packs.calendar import default_folder
from eligibility.testing.boundaries import boundaries
from eligibility.testing.strategies import draw_profile

LEAST = 20
MOST_DRAWN = 6_000
UNTIL = date(2026, 11, 1)
KNOWN = (0.15, 0.5, 0.85, 1.0)
CHECKED: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "unreachable.yaml").read_text("utf-8"))
Key = tuple[str, str, str]


def days(pack: RulePack) -> list[date]:
    """Returns the first day of each state of the law from 2016 on."""
    first = date(2016, 1, 1)
    return [first, *(day for day in pack.changes if first < day <= UNTIL)]


def expected(pack: RulePack, day: date) -> set[Key]:
    """Returns every criterion and exclusion in force on a day with each truth, its own alone."""
    found = set()
    for ruling in pack.on(day).state.rulings:
        for part in (*(ruling.body.criteria or ()), *(ruling.body.unless or ())):
            found |= {(ruling.entitlement.id, part.id, truth) for truth in ("true", "false", "unknown")}
    return found


def unreachable(day: date, *, overlay: bool = False) -> set[Key]:
    """Returns what the checked list says cannot come out on a day; with the overlay, what still cannot."""
    return {
        (each["entitlement"], each["criterion"], truth)
        for each in CHECKED["unreachable"]
        for truth in each["truths"]
        if each["from"] <= day <= each.get("to", date.max) and not (overlay and each["overlay"])
    }


def counted(pack: RulePack, day: date, wanted: set[Key]) -> Iterator[Counter[Key]]:
    """Yields, profile after profile, how often each criterion came out how, until all that is wanted came out enough."""
    rules = pack.on(day)
    limits = boundaries(rules)
    count: Counter[Key] = Counter()
    for seed in range(MOST_DRAWN):
        source = random.Random(seed)  # noqa: S311 - tests need no secrets
        profile = draw_profile(source, limits, source.choice(KNOWN))
        for found in screen(rules, profile).determinations:
            count.update((found.entitlement, reason.criterion, reason.truth) for reason in found.reasons)
        yield count
        if seed % 50 == 0 and all(count[key] >= LEAST for key in wanted):
            return


def check(pack: RulePack, day: date) -> None:
    """Asserts that all comes out often enough, and what cannot does not."""
    never = unreachable(day)
    wanted = expected(pack, day) - never
    *_, count = counted(pack, day, wanted)

    assert {key: count[key] for key in wanted if count[key] < LEAST} == {}
    assert {key for key in never if count[key]} == set()


@pytest.fixture(scope="module")
def pack() -> RulePack:
    """The pack that ships."""
    return RulePack.default()


@pytest.mark.parametrize("day", [date(2017, 12, 31), date(2019, 9, 1), date(2021, 7, 1)], ids=str)
def test_each_criterion_comes_out_each_way(pack: RulePack, day: date) -> None:
    """On days of three different laws each criterion is true, false and unknown at least twenty times."""
    check(pack, day)


@pytest.mark.slow
def test_each_criterion_comes_out_each_way_in_every_law(pack: RulePack) -> None:
    """In every state of the law since 2016 each criterion is true, false and unknown at least twenty times."""
    for day in days(pack):
        check(pack, day)


def test_the_list_names_what_exists(pack: RulePack) -> None:
    """Each entry of the checked list speaks of a criterion in force on its first day, and gives a reason."""
    for each in CHECKED["unreachable"]:
        assert {(each["entitlement"], each["criterion"], truth) for truth in each["truths"]} <= expected(
            pack, each["from"]
        )
        assert each["reason"]


def test_what_a_missing_figure_closes_comes_out_with_the_figure(tmp_path: Path) -> None:
    """Under figures laid over the pack, what could not come out for want of them does, somewhere in its time."""
    figures = tmp_path / "local.yaml"
    figures.write_text(CHECKED["overlay"], "utf-8")
    local = RulePack.load(default_folder(), local=[figures])
    wanted = {
        (each["entitlement"], each["criterion"], truth)
        for each in CHECKED["unreachable"]
        if each["overlay"]
        for truth in each["truths"]
    }
    found: Counter[Key] = Counter()
    for day in (date(2017, 6, 1), date(2018, 1, 1), date(2021, 8, 1), date(2022, 5, 1)):
        for _, count in zip(range(400), counted(local, day, wanted), strict=False):
            latest = count
        found.update(latest)
    assert {key for key in wanted if found[key] < LEAST} == set()
