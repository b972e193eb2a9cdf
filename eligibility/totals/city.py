"""The tables of a whole city, made from its counts: the whole, by county, by entitlement, by age, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import polars as pl

from eligibility.leaves import HOUSEHOLD
from eligibility.packs.calendar import Rules
from eligibility.speech import MARKS, question
from eligibility.totals import headings
from eligibility.totals.coming import COMING
from eligibility.totals.counts import ALL, ANSWERS, HOUSEHOLDS, PERSONS, added, money
from eligibility.totals.groups import UNKNOWN, bands, counties
from eligibility.totals.tables import Column, Table
from eligibility.totals.takeup import TAKE_UP, used
from eligibility.totals.waits import FIELDS, FIGURES
from eligibility.words import Words

Row = dict[str, Any]
Counts = Counter[tuple[str, str]]
"""Counts of one group, by table and measure; measures of money begin with the kind."""


class Count(NamedTuple):
    """One count of `counts.counted`."""

    table: str
    county: str | None
    band: str | None
    name: str
    measure: str
    value: int


def merged(rules: Rules, parts: pl.LazyFrame, only: Sequence[str] = ()) -> dict[str, Table]:
    """Returns the tables of a whole city, by their keys.

    Args:
        rules: of the day.
        parts: the counts of all chunks, see `counts.counted`, in any order.
        only: ids of the entitlements that were asked for; all where empty.
    """
    rows = added(parts).collect().iter_rows()
    counts = [Count(each[0], each[1], each[2], each[3], each[4], int(each[5])) for each in rows]
    return {table.key: table for table in _City(rules, counts, only).tables()}


class _City:
    """The counts of a city, put together in several ways."""

    def __init__(self, rules: Rules, counts: list[Count], only: Sequence[str]) -> None:
        self.rules, self.counts, self.only = rules, counts, only
        rulings = {each.entitlement.id: each for each in rules.state.rulings}
        self.rulings = {id: each for id, each in rulings.items() if not only or id in only}
        self.kinds = {
            id: each.body.benefit.kind for id, each in self.rulings.items() if each.body.benefit and money(each)
        }
        self.where = self._counties()

    def tables(self) -> Iterator[Table]:
        """Yields every table."""
        people, found, sums = headings.PEOPLE, (*headings.FOUND, *headings.OPEN), headings.SUMS
        whole = self.by(lambda _: (), everyone=False)
        yield headings.table("whole", (*people, *headings.HOMES, *found, *sums), [_row(whole.get((), Counter()))])
        yield headings.table("counties", (*headings.COUNTY, *people, *headings.HOMES, *found, *sums), self.counties())
        yield headings.table("age_bands", (*headings.BAND, *people, *found, *sums), self.ages())
        of_one = (*headings.WHAT, *headings.FOUND, *headings.SUMS_OF_ONE)
        yield headings.table("entitlements", of_one, self.entitlements())
        yield headings.table("counties_entitlements", (*headings.COUNTY, *of_one), self.crossed())
        yield headings.table("fields", headings.WAITS, self.waits(FIELDS))
        yield headings.table("figures", headings.WAITS, self.waits(FIGURES))
        yield headings.table("coming", (*headings.WHAT, *headings.SOON), self.listed(COMING, _soon))
        if any(each.table == TAKE_UP for each in self.counts):
            yield headings.table("take_up", (*headings.WHAT, *headings.DRAWN_OF_ONE), self.listed(TAKE_UP, _drawn))
            counties = (*headings.COUNTY, *headings.KNOWN, *headings.DRAWN)
            yield headings.table("take_up_counties", counties, self.drawn())

    def by(self, key: Callable[[Count], Hashable], *, everyone: bool) -> dict[Hashable, Counts]:
        """Returns counts by a key; services that are open to all are among the answers with `everyone`, else apart as `open`."""
        found: dict[Hashable, Counts] = {}
        for each in self.counts:
            table, measure = each.table, each.measure
            if table == ANSWERS and not everyone and self.rulings[each.name].entitlement.promise == "open":
                table = _OPEN
            elif table == ANSWERS and measure in headings.MONEY:
                measure = f"{self.kinds[each.name]}_{measure}"
            found.setdefault(key(each), Counter())[table, measure] += each.value
        return found

    def counties(self) -> Iterator[Row]:
        """Yields a row for each county."""
        found = self.by(lambda each: each.county, everyone=False)
        for code, label in self.where.items():
            yield {"county": code, "county_name": label, **_row(found.get(code, Counter()))}

    def ages(self) -> Iterator[Row]:
        """Yields a row for each age band; what whole households may have has no age."""
        mine = {id for id, each in self.rulings.items() if each.entitlement.subject != HOUSEHOLD}
        found = self.by(
            lambda each: each.band if each.table == PERSONS or (each.table == ANSWERS and each.name in mine) else _NOT,
            everyone=False,
        )
        for key, label in bands().items():
            if key in found:
                yield {"band": key, "band_name": label, **_row(found[key])}

    def entitlements(self) -> Iterator[Row]:
        """Yields a row for each entitlement in force, in the order of the plan."""
        found = self.by(lambda each: each.name if each.table == ANSWERS else _NOT, everyone=True)
        for id in self.rulings:
            yield {**self.what(id), **_row(found.get(id, Counter()))}

    def crossed(self) -> Iterator[Row]:
        """Yields a row for each county and entitlement."""
        found = self.by(lambda each: (each.county, each.name) if each.table == ANSWERS else _NOT, everyone=True)
        for code, label in self.where.items():
            for id in self.rulings:
                if (code, id) in found:
                    yield {"county": code, "county_name": label, **self.what(id), **_row(found[code, id])}

    def what(self, id: str) -> Row:
        """Returns what an entitlement is: what it is called, whose it is, what it gives."""
        one = self.rules.pack.entitlement(id)
        ruling = self.rulings.get(id)
        benefit = ruling.body.benefit if ruling else one.benefit
        kind = benefit.kind if benefit else None
        return {
            "entitlement": id,
            "name": one.label,
            "subject": headings.SUBJECTS[one.subject],
            "kind": headings.KINDS[kind] if kind else None,
            "mark": MARKS.get(one.promise),
        }

    def waits(self, table: str) -> Iterator[Row]:
        """Yields a row for each thing that answers wait for, first what settles the most people by itself."""
        found = self.by(lambda each: each.name if each.table == table else None, everyone=True)
        rows = {str(name): counts for name, counts in found.items() if name is not None}
        order = ("persons_alone", "answers_alone", "persons", "answers", "amounts")
        for name in sorted(rows, key=lambda name: ([-rows[name][table, each] for each in order], name)):
            (zh, asked_zh), (en, asked_en) = (question(name, self.rules.pack.contents, lang) for lang in ("zh", "en"))
            counts = {measure: value for (_, measure), value in rows[name].items()}
            zero = dict.fromkeys((each.key for each in headings.WAITS if each.kind == "count"), 0)
            yield {"code": name, "name": Words(zh, en), "asked": Words(asked_zh, asked_en), **zero, **counts}

    def listed(self, table: str, row: Callable[[Counter[str]], Row]) -> Iterator[Row]:
        """Yields a row for each entitlement of which a table counts something; what is not in force today comes last."""
        found = self.measures(table, lambda each: each.name)
        contents = self.rules.pack.contents
        for id in (*self.rulings, *(each for each in contents.entitlements if each not in self.rulings)):
            if id in found:
                yield {**self.what(id), **row(found[id])}

    def drawn(self) -> Iterator[Row]:
        """Yields take-up by county."""
        out = {id for id, ruling in self.rulings.items() if used(ruling) and id not in self.only}
        found = self.measures(TAKE_UP, lambda each: _NOT if each.name in out else each.county)
        for code, label in self.where.items():
            counts = found.get(code, Counter())
            known = {each.key: counts[each.key] for each in headings.KNOWN}
            yield {"county": code, "county_name": label, **known, **_drawn(counts)}

    def measures(self, table: str, key: Callable[[Count], str | None]) -> dict[str | None, Counter[str]]:
        """Returns the measures of one table by a key."""
        found: dict[str | None, Counter[str]] = {}
        for each in self.counts:
            if each.table == table:
                found.setdefault(key(each), Counter())[each.measure] += each.value
        return found

    def _counties(self) -> Mapping[str | None, Words]:
        """Returns the counties of the pack, those that it does not list, and the unknown, as far as somebody lives there."""
        there = {each.county for each in self.counts if each.table in {PERSONS, HOUSEHOLDS}}
        listed = counties(self.rules)
        found: dict[str | None, Words] = {code: label for code, label in listed.items() if code in there}
        for code in sorted(each for each in there if each is not None and each not in listed):
            found[code] = Words(f"{code}（规则包未列）", f"{code} (not listed in the rules)")
        return found | ({None: UNKNOWN} if None in there else {})


_OPEN = "open"
"""The answers about services that are open to all, where they are counted apart."""
_NOT = "\0"
"""The key of what belongs to no group."""


def _row(counts: Counts) -> Row:
    """Returns the cells of one group that hold counts and sums."""
    row: Row = {}
    for each in (*headings.PEOPLE, *headings.HOMES, *headings.FOUND, *headings.OPEN):
        whose, _, measure = each.key.partition("_")
        row[each.key] = counts[whose, measure or ALL]
    return row | _sums(
        headings.SUMS, Counter({measure: value for (table, measure), value in counts.items() if table == ANSWERS})
    )


def _sums(columns: Iterable[Column], counts: Counter[str]) -> Row:
    """Returns counts and sums of money; those of one entitlement, which is cash or a waiver, without a kind too."""
    row: Row = {}
    for each in columns:
        value = counts[each.key.removesuffix("_yuan")]
        row[each.key] = _yuan(value) if each.kind == "yuan" else value
    for period in headings.MONEY:
        row[f"{period}_yuan"] = _yuan(counts[f"cash_{period}"] + counts[f"waiver_{period}"])
    return row


def _yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


def _soon(counts: Counter[str]) -> Row:
    row: Row = {}
    for change in ("opens", "ends"):
        row |= {change: counts[f"{change}_count"], f"{change}_by_law": counts[f"{change}_by_law"]}
        row[f"{change}_year_yuan"] = _yuan(counts[f"{change}_year"])
    return row


def _drawn(counts: Counter[str]) -> Row:
    due = counts["drawn"] + counts["unclaimed"]
    return _sums(headings.DRAWN, counts) | {"share": percent(counts["drawn"], due)}


def percent(part: int, whole: int) -> Decimal | None:
    """Returns a share in percent, rounded half up to a tenth, exactly; None of nothing."""
    return Decimal((2 * 1000 * part + whole) // (2 * whole)).scaleb(-1) if whole else None
