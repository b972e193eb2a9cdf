"""Full years and months between two days (MEANING M10).

Source: 民法总则 art. 202 (a period by months or years ends on the day of the same number, or on the last day of the month).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def months(start: date, end: date) -> int | None:
    """Returns the full months from one day to another; None when `end` is earlier."""
    if end < start:
        return None
    count = (end.year - start.year) * 12 + end.month - start.month
    day = min(start.day, monthrange(end.year, end.month)[1])
    return count - 1 if end.day < day else count


def years(start: date, end: date) -> int | None:
    """Returns the full years from one day to another; None when `end` is earlier."""
    count = months(start, end)
    return None if count is None else count // 12


def after_months(start: date, count: int) -> date:
    """Returns the day on which `count` full months since `start` are over; a day that a month lacks is its last."""
    month = start.month - 1 + count
    year, month = start.year + month // 12, month % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))
