"""What a mapping says of tables of one kind, made of its words: facts, codes, units, days, constants, each held to the pack."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from pydantic_core import PydanticCustomError

from eligibility.columns.frames import HOME, ID
from eligibility.errors import Problems, did_you_mean
from eligibility.packs.nodes import Node
from eligibility.packs.shapes import key_span, value_span
from eligibility.schema import Fact, Owner
from eligibility.source import Span
from eligibility.spoken_values import plain
from eligibility.tables import dates, units
from eligibility.tables.columns import Column
from eligibility.tables.hearing import Hearing
from eligibility.tables.mapping import ColumnSaid, TableSaid
from eligibility.tables.rows import AS_OF
from eligibility.tables.vocabulary import Vocabulary, heard
from eligibility.words import Words

T = TypeVar("T")
UNKNOWN = "unknown"
"""What a code is mapped to that says nothing."""


@dataclass(frozen=True)
class Constant:
    """One value for every row of a table.

    Args:
        column: that stands nowhere.
        value: typed.
    """

    column: Column
    value: Any


@dataclass
class Mapped:
    """What a mapping says of the tables of persons, or of households.

    Args:
        sheet: the sheet of a workbook to read; the first where None.
        columns: by what a heading says, the column; its place is not known yet.
        constants: in the order of the file.
        unused: what the headings of columns say that are known not to be needed.
        unknown: words for unknown in every column.
        day: the form of days in every column that states none.
        places: by what a heading says, where it stands in the file.
    """

    sheet: str | None = None
    columns: dict[str, Column] = field(default_factory=dict)
    constants: list[Constant] = field(default_factory=list)
    unused: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    day: dates.Day | None = None
    places: dict[str, Span] = field(default_factory=dict)

    def dressed(self, column: Column) -> Column:
        """Returns a column with what holds for every column of the tables."""
        day = self.day if column.day is None and column.kind in {"date", AS_OF} else column.day
        return replace(column, unknown=column.unknown | self.unknown, day=day)


def resolved(said: TableSaid, node: Node, owner: Owner, vocabulary: Vocabulary, problems: Problems) -> Mapped:
    """Returns what a mapping says, what has no meaning for the pack noted at its place.

    Args:
        said: of the tables of an owner.
        node: the whole file.
        owner: whose tables.
        vocabulary: of the pack.
        problems: grows by what is wrong.
    """
    return _Resolving(said, node, owner, vocabulary, problems).mapped()


class _Resolving:
    def __init__(self, said: TableSaid, node: Node, owner: Owner, vocabulary: Vocabulary, problems: Problems) -> None:
        self.said, self.node, self.owner = said, node, owner
        self.vocabulary, self.problems = vocabulary, problems
        self.base = "persons" if owner == "person" else "households"

    def mapped(self) -> Mapped:
        found = Mapped(
            self.said.sheet,
            unused=frozenset(map(heard, self.said.unused)),
            unknown=frozenset(map(plain, self.said.unknown)),
            day=self.day(self.said.dates, ("dates",)),
        )
        for heading, said in self.said.columns.items():
            column = self.column(heading, said)
            if heard(heading) in found.columns:
                self.wrong(("columns", heading), "这一列写了两次", "this column stands here twice")
            elif column is not None:
                found.columns[heard(heading)] = column
                found.places[heard(heading)] = key_span(self.node, (self.base, "columns", heading))
        for name, text in self.said.constants.items():
            constant = self.constant(name, text)
            if constant is not None:
                found.constants.append(constant)
        return found

    def column(self, heading: str, said: ColumnSaid) -> Column | None:
        """Returns a column, or None after noting what is wrong with it."""
        loc = ("columns", heading)
        about = self.about(said.fact, (*loc, "fact"))
        if about is None:
            return None
        before = len(self.problems.found)
        scale = self.scale(about, said, loc)
        day = self.day(said.dates, (*loc, "dates"))
        dated = about == AS_OF or (isinstance(about, Fact) and about.type == "date")
        if said.dates and not dated:
            self.wrong((*loc, "dates"), "只有日期才有日期的写法", "only days have a form of days")
        codes = {plain(code): self.code(about, code, value, loc) for code, value in said.values.items()}
        column = Column(-1, heading, about, codes, frozenset(map(plain, said.unknown)), scale, day)
        return column if len(self.problems.found) == before else None

    def day(self, said: str | None, loc: tuple[str, ...]) -> dates.Day | None:
        """Returns what reads days in a form."""
        return None if said is None else self.made(loc, lambda: dates.form(said))

    def scale(self, about: Fact | str, said: ColumnSaid, loc: tuple[str, ...]) -> units.Scale | None:
        """Returns how the numbers of a column become those of its fact."""
        if said.unit is None:
            if said.round is not None:
                self.wrong((*loc, "round"), "没有写 `unit`，不用舍入", "nothing is rounded where no `unit` is stated")
            return None
        if isinstance(about, str):
            self.wrong((*loc, "unit"), "只有金额和数目才有单位", "only money and counts have a unit")
            return None
        unit = said.unit
        return self.made((*loc, "unit"), lambda: units.scale(about, unit, said.round))

    def about(self, name: str, loc: tuple[str, ...]) -> Fact | str | None:
        """Returns the fact or key that a name stands for in tables of this owner."""
        found = self.vocabulary.named(name)
        if found is None:
            known = [HOME, ID, AS_OF, *self.vocabulary.contents.schema.facts]
            zh, en = f"没有事实 `{name}`", f"there is no fact `{name}`"
            self.wrong(loc, zh, en, did_you_mean(name, known))
        elif self.owner == "household" and (found == ID or (isinstance(found, Fact) and found.owner == "person")):
            zh, en = "这是成员的事实，写在 `persons` 里", "this is a fact of a member: it stands in `persons`"
            self.wrong(loc, zh, en)
            return None
        return found

    def code(self, about: Fact | str, code: str, said: str, loc: tuple[str, ...]) -> Any:  # noqa: ANN401 - a value of the fact
        """Returns the value that a code stands for."""
        if said == UNKNOWN and not (isinstance(about, Fact) and said in about.values):
            return None
        return self.value(about, said, (*loc, "values", code))

    def constant(self, name: str, text: str) -> Constant | None:
        """Returns a value for every row."""
        about = self.about(name, ("constants", name))
        if isinstance(about, str) and about != AS_OF:
            zh, en = "标识不能每一行都相同", "an id cannot be the same in every row"
            self.wrong(("constants", name), zh, en)
        elif about is not None:
            column = Column(-1, name, about)
            return Constant(column, self.value(about, text, ("constants", name)))
        return None

    def value(self, about: Fact | str, text: str, loc: tuple[str, ...]) -> Any:  # noqa: ANN401 - a value of the fact
        """Returns a value as offices write it."""
        found = Hearing(Column(-1, "", about), self.vocabulary.contents)(text)
        if found.wrong is not None:
            self.problems.add(value_span(self.node, (self.base, *loc)), found.wrong.zh, found.wrong.en)
        return found.value

    def made(self, loc: tuple[str, ...], make: Callable[[], T]) -> T | None:
        """Returns what is made of a text, or None after noting why nothing can be."""
        try:
            return make()
        except PydanticCustomError as error:
            context: Mapping[str, Any] = error.context or {}
            self.problems.add(value_span(self.node, (self.base, *loc)), context["zh"], context["en"], context["advice"])
            return None

    def wrong(self, loc: tuple[str, ...], zh: str, en: str, advice: Words | None = None) -> None:
        """Notes what is wrong."""
        self.problems.add(key_span(self.node, (self.base, *loc)), zh, en, advice)
