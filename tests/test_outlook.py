"""What opens later: by the law, by age, and only what was asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packs_for_tests import shipped

from eligibility import RulePack, read_profile, screen
from eligibility.elapsed import after_months, months
from eligibility.outlook import Opening, _steps, openings

DISABLED = {"hukou_county": "620402", "disability_certificate": True, "receives_work_injury_care_fee": False}
HEARING = {**DISABLED, "disability_category": "hearing", "disability_grade": 2, "extreme_poverty_support": False}
ALONE = {
    "hukou_county": "620402", "employment": "jobless", "disability_certificate": True, "disability_category": "mental",
    "disability_grade": 1, "supported_by_family": True, "can_form_own_household": False, "personal_hardship": True,
    "single_person_dibao": "none", "monthly_income": 0,
}  # fmt: skip


@pytest.fixture(scope="module")
def pack() -> RulePack:
    """The pack that ships."""
    return shipped()


def outlook(pack: RulePack, day: date, member: dict[str, Any], only: tuple[str, ...] = (), **top: Any) -> list[Opening]:  # noqa: ANN401 - facts of a profile
    """Returns what opens later for one person."""
    rules = pack.on(day)
    profile = read_profile({"members": [{"id": "a", **member}], "as_of": day, **top}, rules)
    return openings(rules, profile, screen(rules, profile, only), only)


def test_a_change_of_the_law_opens(pack: RulePack) -> None:
    """The second list for the nursing subsidy opens on 1 January 2019."""
    found = outlook(pack, date(2018, 6, 1), HEARING)

    assert found == [Opening("severe-disability-nursing-subsidy", "a", date(2019, 1, 1), by_law=True)]


def test_what_is_too_far_off_is_not_told(pack: RulePack) -> None:
    """Three years ahead is looked, that day included: what opens later is not told, and everything else in its order."""
    nursing = "severe-disability-nursing-subsidy"
    told = [Opening(nursing, "a", date(2019, 1, 1), by_law=True)]
    assert outlook(pack, date(2016, 1, 1), HEARING, (nursing,)) == told
    assert outlook(pack, date(2015, 12, 31), HEARING, (nursing,)) == []

    days = [each.day for each in outlook(pack, date(2015, 12, 1), HEARING)]
    assert days == sorted(days)
    assert date(2015, 12, 1) < days[0] <= days[-1] <= date(2018, 12, 1)


def test_what_was_not_asked_for_is_not_told(pack: RulePack) -> None:
    """With `only`, other entitlements do not open, though the screening does not hold them."""
    assert outlook(pack, date(2018, 6, 1), HEARING, ("fee-free-preschool",)) == []
    only = ("severe-disability-nursing-subsidy",)
    assert [each.entitlement for each in outlook(pack, date(2018, 6, 1), HEARING, only)] == list(only)


@pytest.mark.parametrize(
    ("born", "day"),
    [
        ({"birth_date": date(2000, 2, 29)}, date(2018, 2, 28)),
        ({"birth_date": date(2000, 5, 31)}, date(2018, 5, 31)),
        ({"resident_id": "999999200005310011"}, date(2018, 5, 31)),
    ],
)
def test_a_birthday_opens(pack: RulePack, born: dict[str, Any], day: date) -> None:
    """The household of one opens on the eighteenth birthday, the 28th for 29 February, also known by the number alone."""
    home = {"area": "urban", "dibao": "none", "residence_county": "620402", "poverty_registered": False}
    found = outlook(pack, date(2017, 12, 31), {**ALONE, **born}, household=home)

    assert found == [Opening("single-person-minimum-living-guarantee", "a", day, by_law=False)]


def test_a_stated_age_foretells_nothing(pack: RulePack) -> None:
    """M9: an age without its date is unknown on another day."""
    home = {"area": "urban", "dibao": "none", "residence_county": "620402", "poverty_registered": False}

    assert outlook(pack, date(2017, 12, 31), {**ALONE, "age": 17}, household=home) == []


@given(
    start=st.dates(date(1990, 1, 1), date(2020, 1, 1)),
    after=st.dates(date(2015, 1, 1), date(2019, 1, 1)),
    step=st.sampled_from([1, 12]),
)
@settings(max_examples=60, deadline=None)
def test_the_days_are_those_on_which_a_count_changes(start: date, after: date, step: int) -> None:
    """Each day found is the first on which one more full step is over, and none is left out."""
    last = after_months(after, 36)
    found = list(_steps(start, step, after, last))

    counts = [months(start, day) for day in found]
    assert all(count is not None and count % step == 0 for count in counts)
    assert all(after < day <= last for day in found)
    expected = [day for n in range(600) if after < (day := after_months(start, n * step)) <= last]
    assert found == sorted(set(expected))


def test_an_age_that_is_reached_is_told_even_where_something_is_open_still(pack: RulePack) -> None:
    """At 60 the pension may open although nothing is known of the contributions; a change of the law tells no such maybe."""
    found = outlook(pack, date(2023, 11, 26), {"birth_date": "1963-12-10"}, ("resident-pension",))

    assert found == [Opening("resident-pension", "a", date(2023, 12, 10), by_law=False, sure=False)]
