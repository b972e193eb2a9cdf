"""Full months and years: on the day itself, and on the last day of a month that lacks it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from eligibility.elapsed import after_months, months, years

DAYS = st.dates(date(1900, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("start", "end", "full"),
    [
        ("1999-12-22", "2017-12-21", 17),
        ("1999-12-22", "2017-12-22", 18),
        ("2000-02-29", "2017-02-27", 16),
        ("2000-02-29", "2017-02-28", 17),
        ("2000-02-29", "2020-02-28", 19),
        ("2000-02-29", "2020-02-29", 20),
        ("2001-02-28", "2020-02-28", 19),
        ("2017-12-22", "2017-12-22", 0),
    ],
)
def test_full_years(start: str, end: str, full: int) -> None:
    """A year is over on the birthday itself; that of 29 February is the last day of February in a common year."""
    assert years(date.fromisoformat(start), date.fromisoformat(end)) == full


@pytest.mark.parametrize(
    ("start", "end", "full"),
    [
        ("2017-01-31", "2017-02-27", 0),
        ("2017-01-31", "2017-02-28", 1),
        ("2016-01-31", "2016-02-28", 0),
        ("2016-01-31", "2016-02-29", 1),
        ("2017-03-31", "2017-04-30", 1),
        ("2017-04-30", "2017-05-30", 1),
        ("2017-12-15", "2018-06-14", 5),
        ("2017-12-15", "2018-06-15", 6),
    ],
)
def test_full_months(start: str, end: str, full: int) -> None:
    """A month is over on the day of the same number; where the month lacks it, on its last day."""
    assert months(date.fromisoformat(start), date.fromisoformat(end)) == full


@given(DAYS, DAYS)
def test_nothing_runs_backwards(start: date, end: date) -> None:
    """The time to an earlier day is unknown."""
    assume(end < start)
    assert months(start, end) is None
    assert years(start, end) is None


@given(DAYS, st.integers(0, 1300))
def test_after_so_many_months(start: date, count: int) -> None:
    """On the day after so many months just that many are over, and on the day before one less."""
    end = after_months(start, count)
    assert months(start, end) == count
    assert count == 0 or months(start, end - timedelta(1)) == count - 1


@given(DAYS, st.integers(0, 36500))
def test_time_only_grows(start: date, length: int) -> None:
    """One more day never takes a full month away, and years are twelves of months."""
    end = start + timedelta(length)
    now, later = months(start, end), months(start, end + timedelta(1))
    assert now is not None
    assert later is not None
    assert now <= later <= now + 1
    assert years(start, end) == now // 12
