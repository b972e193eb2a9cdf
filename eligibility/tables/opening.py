"""All tables of a run opened together: what each of them has, what they have in common, and whether that can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from eligibility.columns.frames import HOME, ID, dtype
from eligibility.errors import Problems, TableError, did_you_mean
from eligibility.packs.contents import Contents
from eligibility.schema import Owner
from eligibility.tables.files import File, gathered, seal
from eligibility.tables.mapped import Mapped, resolved
from eligibility.tables.mapping import MOST_BYTES, limited, read_mapping
from eligibility.tables.opened import Opening, Table
from eligibility.tables.rows import AS_OF, called, joined
from eligibility.tables.vocabulary import Vocabulary, heard, shown
from eligibility.tables.whole import Form
from eligibility.tables.workbook import Beside, Workbook, others
from eligibility.words import Words

_OPEN = Words(
    "没有 `household_id` 列：每一行算一户，家里还有谁不知道",
    "there is no column `household_id`: each row is a household of its own, and who else is in it is not known",
)
_MOST_TOLD = 20
"""So many headings that name nothing are told one by one."""


@dataclass(frozen=True)
class Opened:
    """The tables of a run.

    Args:
        persons: in order.
        households: in order.
        digest: over the bytes of all files and of the mapping.
        notes: what is worth knowing.
        form: what they have.
        person_rows: the columns that rows of persons have, each with its type.
    """

    persons: tuple[Table, ...]
    households: tuple[Table, ...]
    digest: str
    notes: tuple[Words, ...]
    form: Form
    person_rows: Mapping[str, Any]

    @property
    def tables(self) -> tuple[Table, ...]:
        """All of them."""
        return (*self.persons, *self.households)

    @property
    def headings(self) -> Mapping[tuple[str, str], str]:
        """By the name of a table and that of a fact or key, what the column is headed with."""
        return {(table.name, each.name): each.heading for table in self.tables for each in table.layout.columns}


def opened(persons: Sequence[Path], households: Sequence[Path], contents: Contents, mapping: Path | None) -> Opened:
    """Returns opened tables.

    Args:
        persons: files or folders of persons.
        households: files or folders of households.
        contents: of the pack.
        mapping: what foreign columns and codes mean.

    Raises:
        OSError: a file cannot be opened.
        TableError: the tables or the mapping cannot be used, with every reason.
    """
    return _Opening(contents).opened(persons, households, mapping)


class _Opening:
    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.vocabulary = Vocabulary.of(contents)
        self.problems = Problems()
        self.notes: list[Words] = []

    def opened(self, persons: Sequence[Path], households: Sequence[Path], mapping: Path | None) -> Opened:
        raw = b"" if mapping is None else limited(mapping)
        mapped = self.mapped(raw, mapping)
        files = [gathered(paths, self.problems, self.notes) for paths in (persons, households)]
        self.refuse()
        tables = [self.tables(owner, several, mapped[owner]) for owner, several in zip(mapped, files, strict=True)]
        self.refuse()
        self.unmet(tables, mapped)
        self.together(*tables)
        self.refuse()
        self.sheets([*tables[0], *tables[1]])
        self.unused([*tables[0], *tables[1]])
        parts: list[tuple[str, File | bytes]] = [("mapping", raw)]
        parts += [(owner, file) for owner, several in zip(mapped, files, strict=True) for file in several]
        form, rows = self.form(*tables)
        return Opened(tuple(tables[0]), tuple(tables[1]), seal(parts), tuple(self.notes), form, rows)

    def refuse(self) -> None:
        """Raises what was found wrong so far."""
        if self.problems.found:
            raise TableError(self.problems.found)

    def mapped(self, raw: bytes, path: Path | None) -> dict[Owner, Mapped]:
        """Returns what the mapping says of both kinds of tables."""
        if path is None:
            return {"person": Mapped(), "household": Mapped()}
        if len(raw) > MOST_BYTES:
            zh, en = f"映射文件超过 {MOST_BYTES:,} 字节", f"the mapping is over {MOST_BYTES:,} bytes"
            self.problems.add(None, zh, en)
            raise TableError(self.problems.found)
        found = read_mapping(raw, str(path), self.problems)
        if found is None:
            raise TableError(self.problems.found)
        said, node = found
        return {
            "person": resolved(said.persons, node, "person", self.vocabulary, self.problems),
            "household": resolved(said.households, node, "household", self.vocabulary, self.problems),
        }

    def tables(self, owner: Owner, files: Sequence[File], mapped: Mapped) -> list[Table]:
        """Returns the tables of one kind."""
        opening = Opening(owner, self.vocabulary, mapped, self.problems, self.notes)
        return [table for file in files if (table := opening.open(file)) is not None]

    def together(self, persons: Sequence[Table], households: Sequence[Table]) -> None:
        """Notes what tables lack, by themselves or beside the others."""
        for key in (HOME, ID):
            with_key = [table for table in persons if table.layout.column(key) is not None]
            for table in persons if with_key else ():
                if table.layout.column(key) is None:
                    zh, en = (
                        f"别的表有 `{key}` 列，这张没有",
                        f"other tables have a column `{key}`, and this one has none",
                    )
                    self.problems.add(table.file.span(), zh, en)
        for table in households:
            if table.layout.column(HOME) is None:
                zh, en = f"家庭表没有 `{HOME}` 列", f"a table of households has a column `{HOME}`"
                self.problems.add(table.file.span(), zh, en)
        if households and not any(table.layout.column(HOME) for table in persons):
            zh, en = (
                f"人员表没有 `{HOME}` 列，对不上家庭表",
                f"no column `{HOME}` tells which household these persons are of",
            )
            self.problems.add(persons[0].file.span(), zh, en)
        if not any(table.layout.about_anything() for table in (*persons, *households)):
            zh, en = "没有一列是规则包里的事实", "no column is a fact of the pack"
            self.problems.add(persons[0].file.span(), zh, en)
        if not any(table.layout.column(HOME) for table in persons):
            self.notes.append(_OPEN)

    def unmet(self, tables: Sequence[Sequence[Table]], mapped: Mapping[Owner, Mapped]) -> None:
        """Notes columns of the mapping that no table has: one that is misspelt would be passed over."""
        for several, each in zip(tables, mapped.values(), strict=True):
            met = {heard(table.rows.headings[column.at]) for table in several for column in table.layout.columns}
            left = [heard(heading) for table in several for heading in table.layout.unused]
            for said, place in each.places.items() if several else ():
                if said not in met:
                    zh, en = "表里没有这一列", "no table has this column"
                    self.problems.add(place, zh, en, did_you_mean(said, left))

    def sheets(self, tables: Sequence[Table]) -> None:
        """Tells of each workbook which sheets nobody reads, and how many rows stand there."""
        read = {(each.file.path, each.rows.sheet) for each in tables if isinstance(each.rows, Workbook)}
        for path in dict.fromkeys(path for path, _ in read):
            book = next(each.rows for each in tables if isinstance(each.rows, Workbook) and each.file.path == path)
            left = [each for each in others(book) if (path, each.name) not in read]
            if left:
                zh = "、".join(
                    f"`{_sheet(each)}`（{each.rows:,} 行{'，标题相同' if each.alike else ''}）" for each in left
                )
                en = ", ".join(
                    f"`{_sheet(each)}` ({each.rows:,} rows{' under the same headings' if each.alike else ''})"
                    for each in left
                )
                advice = Words("要读就各存成一个文件", "to have them read, save each as a file of its own")
                zh = f"`{book.file.name}` 只读了 `{shown(called(book.sheet))}` 表，没有读：{zh}"
                en = f"of `{book.file.name}` the sheet `{shown(called(book.sheet))}` is read, and not {en}"
                # It stands before all else: whole counties may be on them.
                self.notes.insert(0, joined(Words(zh, en), advice))

    def unused(self, tables: Sequence[Table]) -> None:
        """Tells each heading that names nothing, once, with the nearest name."""
        told: dict[str, Words | None] = {}
        for table in tables:
            for heading in table.layout.unused:
                if heading not in told:
                    told[heading] = self.vocabulary.near(heading, table.owner) if len(told) < _MOST_TOLD else None
        for heading, near in list(told.items())[:_MOST_TOLD]:
            zh, en = f"没有用 `{heading}` 列", f"the column `{heading}` is not used"
            self.notes.append(joined(Words(zh, en), near))
        more = len(told) - _MOST_TOLD
        if more > 0:
            self.notes.append(Words(f"另有 {more} 列没有用", f"{more} more columns are not used"))

    def form(self, persons: Sequence[Table], households: Sequence[Table]) -> tuple[Form, Mapping[str, Any]]:
        """Returns what the tables have, and the columns of rows of persons."""
        facts = self.contents.schema.facts
        there = [_names(persons), _names(households)]
        own = tuple(name for name in facts if facts[name].owner == "household" and name in there[0])
        own = (*own, AS_OF) if AS_OF in there[0] else own
        homes = [name for name in facts if facts[name].owner == "household" and name in there[0] | there[1]]
        people = {name: dtype(facts[name]) for name in facts if facts[name].owner == "person" and name in there[0]}
        stated = {name: dtype(facts[name]) for name in homes}
        stated |= {AS_OF: pl.Date} if AS_OF in there[0] | there[1] else {}
        numbered = ID not in there[0]
        form = Form(
            {HOME: pl.String, ID: pl.String, **people},
            {HOME: pl.String, **stated},
            own,
            (tuple(table.name for table in persons), tuple(table.name for table in households)),
            (_headings(persons), _headings(households)),
            numbered,
            bool(households),
            HOME not in there[0],
        )
        key = {} if numbered else {ID: pl.String}
        return form, {HOME: pl.String, **key, **people, **{name: stated[name] for name in own}}


def _sheet(each: Beside) -> str:
    return shown(called(each.name))


def _names(tables: Sequence[Table]) -> set[str]:
    """Returns the facts and keys of some tables."""
    columns = {column.name for table in tables for column in table.layout.columns}
    return columns | {each.column.name for table in tables for each in table.layout.constants}


def _headings(tables: Sequence[Table]) -> dict[tuple[int, str], str]:
    return {
        (number, column.name): column.heading for number, table in enumerate(tables) for column in table.layout.columns
    }
