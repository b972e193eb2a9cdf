"""Full months and years between two days for a solver, exactly: as limits of the one day that is not fixed, or by the calendar (MEANING M10)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from eligibility.elapsed import after_months
from eligibility.elapsed import months as full_months
from eligibility.solver.logic import Formula, Sum, at_most, equal, every, follows, no, number, of, some
from eligibility.solver.values import Floor, Number, Room, Scaled, plain, sorted_out

EARLIEST, LATEST = date.min.toordinal(), date.max.toordinal()
_MARCH = date(1, 3, 1).toordinal()
_OFFSETS = (0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337)
"""How many days of a year that begins in March lie before each of its months."""
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
        start, end = Parts.of(self.start, room), Parts.of(self.end, room)
        late = every(at_most(end.day + number(1), start.day), no(end.last))
        months = end.month - start.month
        low, high = months.ends
        found = of(room.whole("months", low - 1, high))
        room.require(some(late, equal(found, months)))
        room.require(some(no(late), equal(found, months - number(1))))
        return found if self.period == 1 else Floor(found, self.period).whole(room)


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
            month = (here.year - 1) * _YEAR + here.month - 3
            return cls(number(month), number(here.day), here.day == monthrange(here.year, here.month)[1])
        low, high = day.ends
        year = of(room.whole("year", (low - _MARCH) // 366, (high - _MARCH) // 365 + 1))
        begins, over = _first(year, room), _first(year + number(1), room)
        room.require(every(at_most(begins, day), at_most(day + number(1), over)))
        at, gone = of(room.whole("month", 0, _YEAR - 1)), day - begins
        of_month = of(room.whole("day", 1, 31))
        lasts = []
        for month, before in enumerate(_OFFSETS):
            after = begins + number(_OFFSETS[month + 1]) if month + 1 < _YEAR else over
            inside = every(at_most(number(before), gone), at_most(day + number(1), after))
            told = every(equal(at, number(month)), equal(of_month, gone - number(before - 1)))
            room.require(follows(inside, told))
            lasts.append(equal(day + number(1), after))
        return cls(year.times(_YEAR) + at, of_month, some(*lasts))


def _first(year: Sum, room: Room) -> Sum:
    """Returns the first of March of a year, counted from the year 1 on."""
    days = year.times(365) + number(_MARCH)
    after = year + number(1)
    for every_so_many, sign in ((4, 1), (100, -1), (400, 1)):
        days = days + _leaps(after, every_so_many, room).times(sign)
    return days


def _leaps(year: Sum, every_so_many: int, room: Room) -> Sum:
    return Floor(year, every_so_many).whole(room)


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
