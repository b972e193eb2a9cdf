"""Households drawn from a pack: aimed at its conditions, at home in its vocabulary, small once a law fails."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import packs_for_tests
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from packs_for_tests import concept, figure, rule

from eligibility import Profile, RulePack, Rules, read_profile, screen
from eligibility.derived import Prepared, contradictions, prepare
from eligibility.determinations import shown
from eligibility.evaluate import closure
from eligibility.packs.calendar import default_folder
from eligibility.situation import NOBODY
from eligibility.testing.aims import Aim, aims
from eligibility.testing.boundaries import boundaries
from eligibility.testing.drawing import KNOWN
from eligibility.testing.strategies import draw_profile, profiles

DAY = date(2017, 12, 31)
DAYS = [date(2016, 2, 1), DAY, date(2021, 7, 1)]


@cache
def shipped(day: date = DAY) -> Rules:
    """Returns the rules that ship."""
    return packs_for_tests.shipped().on(day)


def seeded(seed: object) -> random.Random:
    """Returns a source of chance."""
    return random.Random(str(seed))  # noqa: S311 - tests need no secrets


def written(profile: Profile, rules: Rules) -> dict[str, Any]:
    """Returns a profile as an intake system would hand it over."""
    money = rules.pack.contents.schema.money

    def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: shown(value, money=name in money) for name, value in facts.items()}

    members = [plain(each) for each in profile.members]
    return {"id": profile.id, "as_of": profile.as_of, "household": plain(profile.household), "members": members}


def comes_out(aim: Aim, profile: Profile, rules: Rules) -> bool:
    """Says whether somebody in a household shows what was aimed at."""
    ready: Prepared = prepare(rules, profile.household, profile.members, own_day=True)
    home = [NOBODY] if ready.situation.members else []
    subjects = {"person": ready.situation.members, "household": home, "deceased": ready.dead}[aim.subject]
    ask = closure(aim.expr, rules)
    return any(ask(ready.situation, own, NOBODY) is aim.truth for own in subjects)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_what_is_drawn_is_a_profile(day: date) -> None:
    """Each household that is drawn says nothing against itself, and is read like any other profile."""
    rules = shipped(day)
    limits = boundaries(rules)
    for seed in range(150):
        source = seeded(seed)
        profile = draw_profile(source, limits, source.choice(KNOWN))
        assert list(contradictions(rules, profile.household, profile.members)) == []
        if profile.members:
            again = read_profile(written(profile, rules), rules)
            assert (again.household, again.members) == (profile.household, profile.members)


def test_all_kinds_of_households_are_drawn() -> None:
    """None to six living, the dead, the unborn, open lists, places in the pack and outside it, and birthdays occur."""
    rules = shipped()
    limits = boundaries(rules)
    drawn = [draw_profile(seeded(seed), limits, 0.5) for seed in range(600)]
    ready = [prepare(rules, each.household, each.members, own_day=True) for each in drawn]
    members = [member for each in drawn for member in each.members]
    places = rules.pack.contents.places

    assert {len(each.situation.members) for each in ready} == set(range(7))
    assert any(each.dead for each in ready)
    assert any(member.get("birth_date", DAY) > DAY for member in members)
    assert {each.situation.complete for each in ready} == {True, False}
    assert {member["hukou_county"] in places for member in members if "hukou_county" in member} == {True, False}
    assert {member["birth_date"].replace(year=2000) for member in members if "birth_date" in member} >= {
        date(2000, 12, 30),
        date(2000, 12, 31),
        date(2000, 1, 1),
    }


def test_the_same_seed_draws_the_same_household() -> None:
    """A seed tells the household that it draws."""
    limits = boundaries(shipped())
    assert draw_profile(seeded(1), limits, 0.5) == draw_profile(seeded(1), limits, 0.5)
    assert len({str(draw_profile(seeded(seed), limits, 0.5)) for seed in range(20)}) > 15


WIDE = "status != 'none' or rents or disabled or poor or married or counted or age >= 60 or rooms <= 2 or stage == 'primary'"
CONDITIONS = [
    WIDE,
    "not (" + WIDE + ")",
    "status == 'urban' and not rents and disabled and poor and age >= 16 and age < 18 and grade == 3 and rooms == 4",
    "poor if stage == 'primary' else income >= line",
    "age == 17 and since > date('2011-11-01')",
    "any(m.disabled and m.age < 18 for m in members if m.counted)",
    "all(m.disabled or m.age < 18 for m in members if m.counted)",
    "count(m.disabled for m in members if m.married) == 2",
    "3 <= count(m.age >= 60 for m in members)",
    "sum(m.income for m in members if m.counted) >= line",
    "income_per_person < line and not any(m.poor for m in members)",
    "income < local and place(residence_county).city == '6204'",
    "hard and not hard_home",
    "size >= 5",
    "years(birth_date, as_of) == 18",
    "hukou_province == '62' and place(hukou_county).city != '6204'",
]


def demanding(make: Callable[..., RulePack]) -> Rules:
    """Returns the rules of a pack whose conditions hardly ever come out by themselves."""
    return make(
        rules={"one": rule("one", criteria={f"c{at}": text for at, text in enumerate(CONDITIONS)})},
        concepts=concept("hard", "disabled and any(m.married and m.poor for m in members) and stage != 'none'")
        + concept("hard_home", "all(m.hard for m in members)", "household"),
        parameters=figure("line", "from: 2000-01-01, value: 250")
        + figure("local", 'from: 2000-01-01, place: "620402", value: 310', by="residence_county"),
        places="places:\n  '620402': {zh: 白银区, en: Baiyin district}\n",
    ).on(date(2020, 6, 1))


def test_numbers_stand_on_either_side_of_what_is_reckoned(make: Callable[..., RulePack]) -> None:
    """A limit that nobody wrote, because it is reckoned, is met on the spot and missed by one fen."""
    rules = make(
        rules={"one": rule("one", criteria={"a": "income * 3 < line * 2"})},
        parameters=figure("line", "from: 2000-01-01, value: 250"),
    ).on(date(2020, 6, 1))
    limits = boundaries(rules)
    money = {True: 16666, False: 16667}
    for aim in (each for each in aims(rules) if each.part == "a" and each.truth is not None):
        drawn = [draw_profile(seeded(seed), limits, 0.5, aim) for seed in range(40)]
        assert money[bool(aim.truth)] in {member.get("income") for each in drawn for member in each.members}


def test_what_is_aimed_at_comes_out(make: Callable[..., RulePack]) -> None:
    """Wide, long and nested conditions come out each way, nearly whenever they are aimed at."""
    rules = demanding(make)
    limits = boundaries(rules)
    for aim in aims(rules):
        if aim.part:
            drawn = [draw_profile(seeded(seed), limits, 0.5, aim) for seed in range(40)]
            shown_by = sum(comes_out(aim, profile, rules) for profile in drawn)
            assert shown_by >= 36, (CONDITIONS[int(aim.part[1:])], aim.truth, shown_by)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(profiles(shipped()))
def test_hypothesis_draws_profiles_too(profile: Profile) -> None:
    """What Hypothesis chooses is a household like any other."""
    rules = shipped()
    assert list(contradictions(rules, profile.household, profile.members)) == []


@pytest.mark.parametrize(
    ("outcome", "most_facts"), [("undetermined", 1), ("eligible", 14)], ids=["one fact", "all criteria"]
)
def test_a_breakage_shrinks_to_a_small_household(tmp_path: Path, outcome: str, most_facts: int) -> None:
    """One limit that is wrong by one is shown by one person of whom hardly more is known than what shows it."""
    id, file = "single-person-minimum-living-guarantee", "disability/single-person-minimum-living-guarantee.yaml"
    folder = tmp_path / "pack"
    shutil.copytree(default_folder(), folder)
    path = folder / file
    assert "when: age >= 18" in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace("when: age >= 18", "when: age > 18"), "utf-8")
    right, wrong = shipped(), RulePack.load(folder).on(DAY)

    def broken(profile: Profile) -> bool:
        before, after = (screen(law, profile, only=[id]).determinations for law in (right, wrong))
        return any(
            one.outcome == outcome and other.outcome == "ineligible" for one, other in zip(before, after, strict=True)
        )

    phases = [Phase.generate, Phase.shrink]
    hard = settings(max_examples=20_000, database=None, derandomize=True, phases=phases, deadline=None)
    found = find(profiles(right, only=[id]), broken, settings=hard)

    (member,) = found.members
    assert member["age"] == 18
    assert len(member) - 1 + len(found.household) <= most_facts, found
