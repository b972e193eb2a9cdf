"""What stands where in a table: its headings taken for facts and keys, by name, by label, or by what a mapping says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from eligibility.columns.frames import ID
from eligibility.errors import Problems
from eligibility.schema import Fact, Owner
from eligibility.source import Span
from eligibility.tables.columns import Column
from eligibility.tables.mapped import Constant, Mapped
from eligibility.tables.vocabulary import Vocabulary, heard, shown
from eligibility.words import Words

FAR = 20
"""Within so many rows the headings stand."""
_ONE = Words(
    "只留一个；另一列写进映射的 `unused`", "keep one of them; list the other column under `unused` in the mapping"
)
_OF_A_MEMBER = Words(
    "这是成员的事实，不能放在家庭表里", "this is a fact of a member, and stands in no table of households"
)
_MOVE = Words("放到人员表里", "move it to the table of persons")
_ALL_PERSONS = Words(
    "这像是一张人员表，却放在 `--households` 后面",
    "this looks like a table of persons, and was given as `--households`",
)
_BEFORE = Words("人员表写在前面，不带选项", "a table of persons stands before it, without an option")
_CONSTANT_TOO = Words(
    "映射给了它一个常数，表里又有这一列", "the mapping has a constant for this, and here is a column of it"
)


@dataclass(frozen=True)
class Layout:
    """What stands where in a table.

    Args:
        columns: those that are read, in their order.
        constants: what a mapping says of every row.
        unused: the headings that name nothing.
    """

    columns: tuple[Column, ...]
    constants: tuple[Constant, ...]
    unused: tuple[str, ...]

    def column(self, name: str) -> Column | None:
        """Returns the column of a fact or key, or None."""
        return next((each for each in self.columns if each.name == name), None)

    def about_anything(self) -> bool:
        """Returns whether any column holds a fact."""
        return any(isinstance(each.about, Fact) for each in self.columns)


def heading_row(rows: Sequence[Sequence[str]], vocabulary: Vocabulary, mapped: Mapped) -> tuple[int, int]:
    """Returns which of the first rows of a table holds the headings, from 0, and how many of them say something."""
    scores = [_known(row, vocabulary, mapped) for row in rows[:FAR]]
    best = max(scores, default=0)
    return (scores.index(best) if scores else 0), best


def _known(row: Sequence[str], vocabulary: Vocabulary, mapped: Mapped) -> int:
    """Returns how many headings of a row name something."""
    return len({heard(each) for each in row if heard(each) in mapped.columns or vocabulary.meant(each) is not None})


def laid_out(
    headings: Sequence[str],
    owner: Owner,
    vocabulary: Vocabulary,
    mapped: Mapped,
    problems: Problems,
    where: Callable[[int], Span],
) -> Layout:
    """Returns what stands where, what is wrong with the headings noted.

    Args:
        headings: of every column, an empty text where there is none.
        owner: whose table it is.
        vocabulary: of the pack.
        mapped: what a mapping says of such tables.
        problems: grows by what is wrong.
        where: the place of a heading by the number of its column.
    """
    columns: dict[str, Column] = {}
    unused: list[str] = []
    found = [_column(at, heading, vocabulary, mapped) for at, heading in enumerate(headings)]
    if owner == "household" and (stray := _persons(found)) is not None:
        problems.add(where(stray), _ALL_PERSONS.zh, _ALL_PERSONS.en, _BEFORE)
        return Layout((), (), ())
    for at, (heading, column) in enumerate(zip(headings, found, strict=True)):
        if column is None:
            if heading.strip() and heard(heading) not in mapped.unused:
                unused.append(shown(heading))
        elif owner == "household" and _of_a_person(column):
            problems.add(where(at), _OF_A_MEMBER.zh, _OF_A_MEMBER.en, _MOVE)
        elif column.name in columns:
            zh, en = f"`{column.name}` 有两列", f"two columns hold `{column.name}`"
            problems.add(where(at), zh, en, _ONE, where(columns[column.name].at))
        else:
            columns[column.name] = column
    for each in mapped.constants:
        if each.column.name in columns:
            problems.add(where(columns[each.column.name].at), _CONSTANT_TOO.zh, _CONSTANT_TOO.en, _ONE)
    return Layout(tuple(columns.values()), tuple(mapped.constants), tuple(unused))


def _column(at: int, heading: str, vocabulary: Vocabulary, mapped: Mapped) -> Column | None:
    said = heard(heading)
    if said in mapped.unused:
        return None
    if said in mapped.columns:
        return mapped.dressed(replace(mapped.columns[said], at=at, heading=shown(heading)))
    found = vocabulary.meant(heading) if said else None
    return mapped.dressed(Column(at, shown(heading), found.about, scale=found.scale, fen=found.fen)) if found else None


def _persons(columns: Sequence[Column | None]) -> int | None:
    """Returns the first column about members, where a table has ids of members, or more about them than about households."""
    stray = [each for each in columns if each is not None and _of_a_person(each)]
    homes = [each for each in columns if each is not None and isinstance(each.about, Fact) and each not in stray]
    several = len(stray) > 1 and (any(each.about == ID for each in stray) or len(stray) > len(homes))
    return stray[0].at if several else None


def _of_a_person(column: Column) -> bool:
    return column.about == ID or (isinstance(column.about, Fact) and column.about.owner == "person")
