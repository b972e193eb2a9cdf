"""When a household is looked at again: no answer changes on a day between, and none that a change of the law cannot move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from families import ROOT
from packs_for_tests import benefit, family, rule, shipped

from eligibility import Profile, RulePack, read_profile, screen
from eligibility.amendments import moved
from eligibility.changes import code
from eligibility.due import due, touched

Make = Callable[..., RulePack]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
PACK = shipped()
YEARS = (date(2016, 6, 1), date(2022, 2, 1))


def answers(profile: Profile, day: date) -> dict[tuple[str, str], str]:
    """Returns every answer of a day as it is kept, amounts among them."""
    found = screen(PACK.on(day), profile).determinations
    return {(each.entitlement, each.subject): code(each.outcome, each.amount) for each in found}


def example(path: Path) -> Profile:
    """Returns an example family of the Baiyin pack."""
    pack = PACK if path.stem != "heating" else None
    if pack is None:
        pytest.skip("it speaks the vocabulary of another pack")
    return read_profile(path, PACK.on(YEARS[0]))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda each: each.stem)
def test_nothing_changes_unlooked_at(path: Path) -> None:
    """From one look to the next no answer changes, neither on the day before the next nor half-way to it."""
    profile = example(path)
    day = profile.as_of or YEARS[0]
    while (soon := due(PACK, profile, day)) is not None and soon.day < YEARS[1]:
        last = soon.day - timedelta(1)
        between = day + (last - day) // 2
        assert all(answers(profile, each) == answers(profile, day) for each in {last, between} if each > day)
        day = soon.day


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda each: each.stem)
def test_what_is_not_looked_at_did_not_change(path: Path) -> None:
    """On a day that is due, whatever changed is among the entitlements that are looked at."""
    profile = example(path)
    day = profile.as_of or YEARS[0]
    while (soon := due(PACK, profile, day)) is not None and soon.day < YEARS[1]:
        before, after = answers(profile, day), answers(profile, soon.day)
        changed = {key[0] for key in {*before, *after} if before.get(key) != after.get(key)}
        looked_at = touched(PACK, soon.day, soon.what)
        assert looked_at is None or changed <= set(looked_at)
        day = soon.day


def test_a_change_of_the_law_moves_few_entitlements() -> None:
    """Most changes of the law leave most entitlements alone, and each moves at least what begins or ends on it."""
    days = [day for day in PACK.changes if YEARS[0] < day < YEARS[1]]
    for day in days:
        before, after = (
            {each.entitlement.id for each in PACK.on(each_day).state.rulings} for each_day in (day - timedelta(1), day)
        )
        assert before ^ after <= set(moved(PACK, day))
    assert sum(len(moved(PACK, day)) for day in days) < len(days) * 20


def test_a_birthday_that_no_rule_reads_is_passed_over(make: Make) -> None:
    """Where nothing rests on an age, no birthday is due, and with no change of the law ahead nothing is."""
    pack = make(rules={"paid": rule("paid")})
    profile = family(pack, {"birth_date": "2000-01-01"})

    assert due(pack, profile, date(2020, 6, 1)) is None


def test_a_birthday_on_a_leap_day_is_due_on_the_last_of_february(make: Make) -> None:
    """Whoever was born on 29 February is looked at on 28 February of a common year (MEANING M10)."""
    pack = make(rules={"young": rule("young", criteria={"child": "age < 3"})})
    profile = family(pack, {"birth_date": "2020-02-29"})

    found = due(pack, profile, date(2020, 6, 1))
    assert found is not None
    assert (found.day, found.what) == (date(2021, 2, 28), ("age",))


def test_an_amount_that_rests_on_an_age_is_due(make: Make) -> None:
    """A birthday is due when the amount alone reads the age."""
    pack = make(rules={"paid": rule("paid", benefit=benefit({"age < 3": "basic", "": "basic * 2"}))})
    profile = family(pack, {"birth_date": "2018-07-01"})

    found = due(pack, profile, date(2020, 6, 1))
    assert found is not None
    assert (found.day, touched(pack, found.day, found.what)) == (date(2020, 7, 1), ("paid",))
