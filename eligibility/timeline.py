"""Month by month: what held, what began, what ended, and what was due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from eligibility.determinations import ABSENT, Amount, Determination, answer, body_of
from eligibility.elapsed import after_months
from eligibility.outlook import own_days
from eligibility.packs.calendar import RulePack
from eligibility.profile import Profile
from eligibility.screening import Screening, screen
from eligibility.worth import SUMMED, limited, longest

Key = tuple[str, str]
"""An entitlement and its subject."""
_DAY = timedelta(1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """An entitlement that a subject has from one day to another, all the same.

    Args:
        entitlement: its id.
        subject: a member's id, or `household`.
        first: the first day.
        last: the last day, or that of the timeline.
        promise: how firm the clause is.
        kind: of the benefit.
        per: the period of the amount; None where there is none.
        amount: None while unknown, or where there is none.
        paid_from: from which month it is paid, where a source says so.
        most: for how many months it is paid at most, where that is limited and known.
        apart: whether it is in no sum, because it competes with something else, or is limited and nobody said since when
            it is drawn or for how long.
        fen: the amount.
        since: the day from which it was had without a break, whatever the amount.
        until: the day until which it was.
        then: what the answer is on the day after that: `ineligible`, `undetermined` or `absent`.
        waits: the names of what an undetermined one waits for.
    """

    entitlement: str
    subject: str
    first: date
    last: date
    promise: str
    kind: str
    per: str | None
    amount: Amount | None
    paid_from: str | None
    most: int | None = None
    apart: bool = False
    fen: int | None = None
    since: date = date.min
    until: date = date.max
    then: str = ABSENT
    waits: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """The entitlement and its subject."""
        return (self.entitlement, self.subject)


@dataclass(frozen=True, slots=True)
class Month:
    """One month.

    Args:
        first: its first day.
        holds: what is had on some day of it.
        began: what is had from a day in it and was not the day before; none in the first month.
        ended: what is had until a day in it and surely no longer the day after.
        unsettled: what is had until a day in it and undetermined the day after.
        changed: what is had with another amount from a day in it.
        due: the cash by the month that is due for it, in fen; neither `may` nor unknown amounts.
        unknown: how much more cash by the month is had of which the amount is unknown, that an office decides on, that competes
            with something else, or that is limited and of which nobody said since when it is drawn or for how long.
        open: how many answers are undetermined on its last day.
    """

    first: date
    holds: tuple[Stretch, ...]
    began: tuple[Stretch, ...]
    ended: tuple[Stretch, ...]
    unsettled: tuple[Stretch, ...]
    changed: tuple[Stretch, ...]
    due: int
    unknown: int
    open: int


@dataclass(frozen=True)
class Timeline:
    """A household over time, its facts taken to last (MEANING M9).

    Args:
        first: the first day.
        last: the last day.
        applied: the day from which applications count, where one is given.
        months: each month, the first and the last one perhaps in part.
        stretches: what was had, in order of the first day.
    """

    first: date
    last: date
    applied: date | None
    months: tuple[Month, ...]
    stretches: tuple[Stretch, ...]

    @property
    def due(self) -> int:
        """The cash by the month that was due in all months, in fen."""
        return sum(month.due for month in self.months)


def timeline(
    pack: RulePack,
    profile: Profile,
    first: date,
    last: date,
    *,
    applied: date | None = None,
    only: Sequence[str] = (),
) -> Timeline:
    """Returns what a household had between two days, month by month.

    A month counts in full when something is had on one of its days. What a source says to be paid from the month of
    application, or from the month after approval, is taken as applied for on the first day on which it is had, or on `applied`
    where that is later, and as approved in the same month.

    Args:
        pack: whose law counts on each day.
        profile: its facts are taken to last, stated counts of elapsed time apart; without a day of its own it holds on `first`.
        first: the first day.
        last: the last day, not before the first.
        applied: a day before which nothing was applied for.
        only: ids of entitlements; all where empty.
    """
    seen = _Seen()
    held = profile.as_of or first
    profile = replace(profile, as_of=held)
    # Beside the days of law and age: what is stated as a count of elapsed time holds on the profile's own day alone (M9).
    days = {*pack.changes, *own_days(pack.on(first), profile, last), held, held + _DAY}
    starts = [first, *sorted(day for day in days if first < day <= last)]
    for day, end in zip(starts, [*(day - _DAY for day in starts[1:]), last], strict=True):
        seen.add(screen(pack.on(day), profile, only), day, end)
    runs = (_limited(each, first, applied) for each in _in_runs(seen))
    stretches = tuple(sorted((each for each in runs if each is not None), key=lambda each: each.first))
    months = tuple(_month(start, first, last, stretches, applied, seen.open) for start in _months(first, last))
    return Timeline(first, last, applied, months, stretches)


@dataclass
class _Seen:
    """What was found on the days looked at so far."""

    stretches: list[Stretch] = field(default_factory=list)
    open: dict[date, int] = field(default_factory=dict)
    found: dict[date, Screening] = field(default_factory=dict)
    running: dict[Key, Stretch] = field(default_factory=dict)

    def add(self, screening: Screening, day: date, end: date) -> None:
        """Adds the answers that hold from one day to another."""
        self.open[day] = len(screening.undetermined)
        self.found[day] = screening
        before, self.running = self.running, {}
        for each in screening.eligible:
            new = _stretch(each, day, end)
            new = replace(new, apart=new.apart or each.claim in screening.apart)
            old = before.get(new.key)
            if old is not None and replace(old, last=end) == replace(new, first=old.first):
                self.stretches.remove(old)
                new = replace(new, first=old.first)
            self.running[new.key] = new
            self.stretches.append(new)


def _stretch(found: Determination, day: date, end: date) -> Stretch:
    body = body_of(found)
    benefit = body.benefit
    return Stretch(
        entitlement=found.entitlement,
        subject=found.subject,
        first=day,
        last=end,
        promise=found.promise,
        kind=benefit.kind if benefit else "",
        per=benefit.per if benefit else None,
        amount=found.amount,
        paid_from=body.apply.paid_from if body.apply else None,
        most=longest(found),
        apart=limited(found) and longest(found) is None,
        fen=answer(found).amount,
    )


def _in_runs(seen: _Seen) -> Iterator[Stretch]:
    """Yields each stretch with the days between which it was had without a break, and what comes after."""
    by_key: dict[Key, list[Stretch]] = {}
    for each in sorted(seen.stretches, key=lambda one: one.first):
        by_key.setdefault(each.key, []).append(each)
    for found in by_key.values():
        runs: list[list[Stretch]] = []
        for each in found:
            if runs and runs[-1][-1].last + _DAY == each.first:
                runs[-1].append(each)
            else:
                runs.append([each])
        for run in runs:
            since, until = run[0].first, run[-1].last
            after = seen.found.get(until + _DAY)
            then = after.find(*run[0].key) if after is not None else None
            waits = tuple(dict.fromkeys(item.name for item in then.missing)) if then is not None else ()
            for each in run:
                yield replace(each, since=since, until=until, then=then.outcome if then else ABSENT, waits=waits)


def _limited(stretch: Stretch, first: date, applied: date | None) -> Stretch | None:
    """Returns what is left of a stretch within the months for which it is paid at most, counted from where that is known."""
    if stretch.most is None:
        return stretch
    if applied is None and stretch.since == first:
        return replace(stretch, apart=True)  # since when it was drawn before the first day is not said
    last = after_months(_paid_since(stretch, applied), stretch.most) - _DAY
    if stretch.first > last:
        return None
    if stretch.until <= last:
        return stretch
    return replace(stretch, last=min(stretch.last, last), until=last, then="ineligible", waits=())


def _months(first: date, last: date) -> Iterator[date]:
    """Yields the first day of every month between two days."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = after_months(month, 1)


def _month(
    start: date, first: date, last: date, stretches: Sequence[Stretch], applied: date | None, open: Mapping[date, int]
) -> Month:
    """Returns one month."""
    end = after_months(start, 1) - _DAY
    holds = [each for each in stretches if each.first <= end and each.last >= start]
    paid = {each.key: each for each in holds if _by_month(each) and _due(each, start, applied)}
    known = [each.fen for each in paid.values() if each.fen is not None and each.promise != "may" and not each.apart]
    gone = [each for each in holds if each.last == each.until and each.last <= end and each.last < last]
    return Month(
        first=start,
        holds=tuple(holds),
        began=tuple(each for each in holds if each.first == each.since and each.first >= start and each.first > first),
        ended=tuple(each for each in gone if each.then != "undetermined"),
        unsettled=tuple(each for each in gone if each.then == "undetermined"),
        changed=tuple(each for each in holds if each.first > each.since and each.first >= start),
        due=sum(known),
        unknown=len(paid) - len(known),
        open=open[max(day for day in open if day <= min(end, last))],
    )


def _by_month(stretch: Stretch) -> bool:
    """Returns whether it is cash by the month, or would be were the amount known."""
    return stretch.kind == SUMMED[0] and stretch.per == "month"


def _due(stretch: Stretch, month: date, applied: date | None) -> bool:
    """Returns whether it is paid for a month."""
    return _paid_since(stretch, applied) <= month


def _paid_since(stretch: Stretch, applied: date | None) -> date:
    """Returns the first day of the month from which it is paid."""
    begun = max(stretch.since, applied or date.min).replace(day=1)
    return after_months(begun, 1) if stretch.paid_from == "month_after_approval" else begun
