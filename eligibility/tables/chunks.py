"""Tables of people in chunks of whole households: every row of the input is in exactly one of them, taken or refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl

from eligibility.errors import Problem, TableError
from eligibility.packs.calendar import Rules
from eligibility.tables.opened import Table
from eligibility.tables.opening import Opened, opened
from eligibility.tables.reading import Reading
from eligibility.tables.rows import AS_OF, BROKEN, REMARKS
from eligibility.tables.settled import settled
from eligibility.tables.streams import Stream, changed
from eligibility.tables.survey import surveyed
from eligibility.tables.unlisted import counties
from eligibility.tables.values import Values
from eligibility.tables.whole import Whole, whole
from eligibility.words import Words

_UNLISTED = Words(
    "家庭表里没有这一户；家庭的事实未知", "no row of the table of households; facts of the household are unknown"
)


@dataclass(frozen=True)
class Chunk:
    """Some whole households.

    Args:
        number: from 0, in order.
        persons: keys and facts as `columns/frames.py` has them, of the columns that the tables have, `row` and `file`.
        households: likewise, a row for each household of `persons`; `as_of` where a table has it, `row` null where no
            table of households names it.
        rejects: the rows that were refused, with each reason; see `rows.REJECTS`.
        remarks: what was taken for something else than is written, and the like; see `rows.REMARKS`.
        rows: how many rows of the tables this accounts for: those of persons, those of households that stand in a table
            of their own, and those that were refused, each once.
        headings: by the name of a table and that of a fact, what the column is headed with.
    """

    number: int
    persons: pl.DataFrame
    households: pl.DataFrame
    rejects: pl.DataFrame
    remarks: pl.DataFrame
    rows: int
    headings: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class People:
    """Opened tables.

    Args:
        digest: over the bytes of all files and of the mapping, in order.
        rows: how many there are, where that is known without reading them.
        notes: what a reader should know of the tables before they are read.
        has_members: whether rows name their households; where not, each row is a household whose list of members is open.
    """

    digest: str
    rows: int | None
    notes: tuple[Words, ...]
    has_members: bool
    _rules: Rules
    _opened: Opened

    @classmethod
    def open(
        cls, persons: Sequence[Path], households: Sequence[Path], rules: Rules, mapping: Path | None = None
    ) -> People:
        """Opens tables, headings checked.

        Args:
            persons: files or folders of persons.
            households: files or folders of households; household facts may stand beside those of persons instead.
            rules: whose vocabulary they speak.
            mapping: what foreign columns and codes mean.

        Raises:
            OSError: a file cannot be opened.
            TableError: the tables or the mapping cannot be used, with every reason.
        """
        found = opened(persons, households, rules.pack.contents, mapping)
        counts = [table.count for table in found.tables]
        rows = None if None in counts else sum(count or 0 for count in counts)
        return cls(found.digest, rows, found.notes, not found.form.open, rules, found)

    @property
    def files(self) -> tuple[str, ...]:
        """What the tables are called where their rows are told, in order."""
        return tuple(table.name for table in self._opened.tables)

    def one_day(self) -> date | None:
        """Returns the one day that every row names as that of its facts; None where rows name none, or several.

        The tables of persons name it or those of households; what names no day at all is not read.

        Raises:
            OSError: a file cannot be read.
        """
        names = [
            [
                AS_OF
                in {
                    *(each.name for each in table.layout.columns),
                    *(each.column.name for each in table.layout.constants),
                }
                for table in tables
            ]
            for tables in (self._opened.persons, self._opened.households)
        ]
        if not any(several and all(several) for several in names):
            return None
        found: set[date | None] = set()
        for table in self._opened.tables:
            for day in self._days(table):
                found.add(day)
                if len(found) > 1 or day is None:
                    return None
        return next(iter(found), None)

    def _days(self, table: Table) -> Iterator[date | None]:
        """Yields the days that the rows of a table name, and None where one names none; what is refused is left out."""
        yield from (each.value for each in table.layout.constants if each.column.name == AS_OF)
        column = table.layout.column(AS_OF)
        if column is None:
            return
        values = Values(column, self._rules.pack.contents, from_1904=table.from_1904)
        for frame in table.rows.frames([column.at]):
            taken = values.take(frame.filter(pl.col(BROKEN).is_null())[str(column.at)])
            yield from taken.values.drop_nulls().unique()
            if taken.values.null_count() > taken.wrong.height:
                yield None

    def chunks(self, work: Path, size: int) -> Iterator[Chunk]:
        """Yields the tables in chunks; the same input gives the same chunks.

        Args:
            work: a folder for what does not fit into the memory; it is the caller's to remove.
            size: about how many rows a chunk has; a household is never parted.

        Raises:
            OSError: a file cannot be read, or the folder cannot be written.
            TableError: nobody is in the tables, or a file changed while it was read.
        """
        contents, form = self._rules.pack.contents, self._opened.form
        persons, households = (self._readings(kind, work) for kind in ("persons", "households"))
        survey = surveyed(persons, households, size)
        if not sum(map(len, survey.persons)):
            place = self._opened.persons[0].file.span()
            raise TableError([Problem(Words("标题下面一行也没有", "no row stands below the headings"), place)])
        split = len(persons)
        people = Stream(
            persons, survey.persons, survey.crowded[:split], self._opened.person_rows, (work, "rows-of-persons")
        )
        homes = Stream(
            households, survey.households, survey.crowded[split:], form.households, (work, "rows-of-households")
        )
        for number in range(survey.chunks):
            rows = people.take(number), homes.take(number)
            found = whole(*rows, form)
            told = people.remarks() + homes.remarks() + counties(found.persons, found.households, contents)
            if found.unlisted:
                told[_UNLISTED] += found.unlisted
            yield _chunk(number, found, told, sum(map(len, rows)), self._opened.headings)
        for table in self._opened.tables:
            if table.file.changed():
                raise changed(table.file)

    def _readings(self, kind: Literal["persons", "households"], work: Path) -> list[Reading]:
        """Returns the tables of a kind, ready to be read twice."""
        tables = self._opened.persons if kind == "persons" else self._opened.households
        ready = [settled(table, work, f"{kind}-{number}") for number, table in enumerate(tables)]
        apart = ["r"] if len(ready) == 1 else [f"f{number}-r" for number in range(1, len(ready) + 1)]
        contents = self._rules.pack.contents
        return [Reading(table, number, contents, apart[number]) for number, table in enumerate(ready)]


def _chunk(
    number: int, found: Whole, told: Counter[Words], rows: int, headings: Mapping[tuple[str, str], str]
) -> Chunk:
    said = [(words.zh, words.en, count) for words, count in told.items()]
    remarks = pl.DataFrame(said, schema=dict(REMARKS), orient="row").sort("en", "zh")
    return Chunk(number, found.persons, found.households, found.rejects, remarks, rows, headings)
