"""Full months and years between two days for a solver, exactly: as limits of the one day that is not fixed, or by the calendar (MEANING M10)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from eligibility.elapsed import after_months
from eligibility.elapsed import months as full_months
from eligibility.solver.comparing import plain
from eligibility.solver.joining import sorted_out
from eligibility.solver.logic import Formula, Sum, at_most, equal, every, follows, no, number, of, some
from eligibility.solver.values import Floor, Number, Room, Scaled

_MARCH = date(1, 3, 1).toordinal() - 365
_FOUR_YEARS = 4
_LENGTHS = (31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28)
_MONTHS = tuple(365 * year + sum(_LENGTHS[:month]) for year in range(_FOUR_YEARS) for month in range(12))
"""How many days of four years that begin in March lie before each of their months."""
_YEAR = 12


@dataclass(frozen=True, slots=True)
class Elapsed:
    """The full periods from one day to another that is not earlier; one of them is fixed where it is compared as it is.

    Args:
        start: the number of the first day.
        end: that of the second.
        period: how many months a period has.
    """

    start: Sum
    end: Sum
    period: int

    @property
    def ends(self) -> tuple[int, int]:
        """Returns between which numbers it lies."""
        days = self.end.ends[1] - self.start.ends[0]
        return 0, max(0, days) // (28 * self.period)

    def at_least(self, least: int) -> Formula:
        """Returns whether so many periods are full."""
        months = least * self.period
        if least <= 0:
            return at_most(self.start, self.end)
        if not self.end.terms:
            last = latest(date.fromordinal(self.end.constant), months)
            return at_most(self.start, number(last)) if last else False
        first = date.fromordinal(self.start.constant)
        if first.year * _YEAR + first.month + months > date.max.year * _YEAR + _YEAR:
            return False
        return at_most(number(after_months(first, months).toordinal()), self.end)

    def whole(self, room: Room) -> Sum:
        """Returns it as a sum."""
        months = room.memo.get(("months", self.start, self.end))
        if months is None:
            months = room.memo["months", self.start, self.end] = self._months(room)
        return months if self.period == 1 else Floor(months, self.period).whole(room)

    def _months(self, room: Room) -> Sum:
        start, end = Parts.of(self.start, room), Parts.of(self.end, room)
        late = every(at_most(end.day + number(1), start.day), no(end.last))
        months = end.month - start.month
        low, high = months.ends
        found = of(room.whole("months", low - 1, high))
        room.require(some(late, equal(found, months)))
        room.require(some(no(late), equal(found, months - number(1))))
        return found


def latest(end: date, months: int) -> int:
    """Returns the last day from which so many months are full on another day; 0 where there is none."""
    at = end.year * _YEAR + end.month - 1 - months
    year, month = at // _YEAR, at % _YEAR + 1
    if year < 1:
        return 0
    length = monthrange(year, month)[1]
    whole = end.day == monthrange(end.year, end.month)[1]
    return date(year, month, length if whole else min(end.day, length)).toordinal()


@dataclass(frozen=True, slots=True)
class Parts:
    """A day in parts.

    Args:
        month: how many months lie before it since a March long ago.
        day: of the month.
        last: whether it is the last of its month.
    """

    month: Sum
    day: Sum
    last: Formula

    @classmethod
    def of(cls, day: Sum, room: Room) -> Parts:
        """Returns the parts of a day."""
        if not day.terms:
            here = date.fromordinal(day.constant)
            month = here.year * _YEAR + here.month - 3
            return cls(number(month), number(here.day), here.day == monthrange(here.year, here.month)[1])
        found = room.memo.get(("parts", day))
        if found is None:
            found = room.memo["parts", day] = cls._of(day, room)
        return found

    @classmethod
    def _of(cls, day: Sum, room: Room) -> Parts:
        low, high = day.ends
        years = range(date.fromordinal(low).year // _FOUR_YEARS - 1, date.fromordinal(high).year // _FOUR_YEARS + 1)
        cycle, gone = (of(room.whole(*each)) for each in (("cycle", years[0], years[-1]), ("gone", 0, 1460)))
        month, of_month = (of(room.whole(*each)) for each in (("month", 0, len(_MONTHS) - 1), ("day", 1, 31)))
        lasts = []
        for at in years:
            begins, over = (number(_leap(each * _FOUR_YEARS)) for each in (at, at + 1))
            inside = every(at_most(begins, day), no(at_most(over, day)))
            room.require(follows(inside, every(equal(cycle, number(at)), equal(gone, day - begins))))
            lasts.append(equal(day + number(1), over))
        for at, before in enumerate(_MONTHS):
            over = number(_MONTHS[at + 1] if at + 1 < len(_MONTHS) else 1461)
            inside = every(at_most(number(before), gone), no(at_most(over, gone)))
            told = every(equal(month, number(at)), equal(of_month, gone - number(before - 1)))
            room.require(follows(inside, told))
            lasts.append(equal(gone + number(1), over))
        return cls(cycle.times(len(_MONTHS)) + month, of_month, some(*lasts))


def _leap(year: int) -> int:
    """Returns the number of the first of March in a year that is divided by four."""
    return 365 * year + year // 4 - year // 100 + year // 400 + _MARCH


def elapsed(function: str, start: Number, end: Number, room: Room) -> Number:
    """Returns the full months or years from one day to another; unknown where that is earlier."""
    period = _YEAR if function == "years" else 1
    known = every(start.known, end.known)
    pieces: list[tuple[Formula, Number]] = []
    for a, first in start.pieces:
        for b, second in end.pieces:
            one, other = plain(first, room), plain(second, room)
            forward = at_most(one, other)
            if forward is not False:
                counted = Elapsed(one, other, period)
                pieces.append((every(a, b, forward), _number(counted, every(known, forward), room)))
    found = sorted_out(pieces) if pieces else Number(known=False, pieces=())
    assert isinstance(found, Number)  # noqa: S101 - it is made of numbers
    return found


def _number(counted: Elapsed, known: Formula, room: Room) -> Number:
    start, end = counted.start, counted.end
    if not start.terms and not end.terms:
        months = full_months(date.fromordinal(start.constant), date.fromordinal(end.constant)) or 0
        return Number(known, ((True, number(months // counted.period)),))
    if start.terms and end.terms:
        return Number(known, ((True, counted.whole(room)),))
    return Number(known, ((True, Scaled(counted)),))
