"""A plan over two tables: layers of columns, what is gathered from members to households, and what goes back to persons.

Stage by stage: what the stage before left in the persons' table is gathered, the households' columns are made, then those
columns go to the persons, and theirs are made. All of it is Narwhals, so that any engine of its runs the same plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import narwhals as nw

from eligibility.columns.cells import START, Cell, Kind, When, latest
from eligibility.columns.frames import HOME, ID

Owner = Literal["person", "household"]
How = Literal["max", "min", "sum"]


@dataclass(frozen=True)
class Gathered:
    """One column of the persons gathered to a household over its living members.

    Args:
        name: of the column that it becomes.
        source: of the column that is gathered; it has no nulls but for minima and maxima of numbers.
        how: it is gathered.
        empty: what it is where nobody lives.
    """

    name: str
    source: str
    how: How
    empty: Any = None


@dataclass(frozen=True)
class Paired:
    """Columns of each person gathered over the living members of the household, seen together with that person.

    Args:
        made: by name, what is asked of each pair; columns of the member at hand begin with `m_`.
        gathered: what becomes of it.
        own: columns of the person that are needed.
        member: columns of the member that are needed, as the persons' table calls them.
    """

    made: Mapping[str, nw.Expr]
    gathered: tuple[Gathered, ...]
    own: tuple[str, ...]
    member: tuple[str, ...]


MEMBER = "m_"
LIVING = "x_living"


@dataclass
class Plan:
    """Columns to be made, in the order in which they can be.

    Args:
        living: whether somebody lives, once that is known; None where everybody listed does.
    """

    layers: dict[Owner, dict[When, dict[str, nw.Expr]]] = field(
        default_factory=lambda: {"person": defaultdict(dict), "household": defaultdict(dict)}
    )
    gathered: dict[int, dict[str, Gathered]] = field(default_factory=lambda: defaultdict(dict))
    spread: dict[int, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    paired: dict[int, list[Paired]] = field(default_factory=lambda: defaultdict(list))
    living: str | None = None
    _known: dict[tuple[Owner, str], Cell] = field(default_factory=dict)
    _names: dict[tuple[Owner, int], str] = field(default_factory=dict)
    _count: int = 0

    def fresh(self, mark: str) -> str:
        """Returns a name that no column has."""
        self._count += 1
        return f"{mark}_{self._count}"

    def column(self, owner: Owner, name: str, cell: Cell) -> Cell:
        """Makes a column of a value, unless it is the same everywhere; returns what reads it."""
        if cell.fixed:
            return cell
        stage, layer = cell.at
        self.layers[owner][cell.at][name] = cell.held
        return self.known(owner, name, replace(cell, held=nw.col(name), at=(stage, layer + 1)))

    def known(self, owner: Owner, name: str, cell: Cell) -> Cell:
        """Keeps by what name a value can be read; returns what reads it."""
        found = self._known.setdefault((owner, name), cell)
        self._names[owner, id(found.held)] = name
        return found

    def named(self, owner: Owner, cell: Cell, mark: str) -> tuple[str, Cell]:
        """Returns the name of a column that holds a value, made where there is none, and what reads it."""
        name = self._names.get((owner, id(cell.held)))
        if name is not None and not cell.fixed:
            # The same numerators may stand over another denominator.
            return name, replace(self._known[owner, name], denominator=cell.denominator)
        name = self.fresh(mark)
        return name, self.column(owner, name, replace(cell, held=cell.expr, fixed=False))

    def to_persons(self, cell: Cell) -> Cell:
        """Returns what reads a value of the household in the persons' table."""
        if cell.fixed:
            return cell
        name, there = self.named("household", cell, "h")
        stage = there.at[0]
        self.spread[stage][name] = None
        known = self.known("person", name, replace(there, held=nw.col(name), at=(stage, 0)))
        return replace(known, denominator=cell.denominator)

    def gather(self, cell: Cell, how: How, empty: Any, kind: Kind = "number") -> Cell:  # noqa: ANN401 - of the kind
        """Returns a value of persons gathered to the household over the living members."""
        source, there = self.named("person", cell, "g")
        stage = there.at[0]
        for each in self.gathered[stage].values():
            if (each.source, each.how, each.empty) == (source, how, empty):
                return replace(self._known["household", each.name], denominator=cell.denominator)
        name = self.fresh("q")
        self.gathered[stage][name] = Gathered(name, source, how, empty)
        found = Cell(kind, nw.col(name), denominator=cell.denominator, at=(stage + 1, 0))
        return self.known("household", name, found)

    def stages(self) -> int:
        """Returns how many stages there are."""
        when = [at[0] for layers in self.layers.values() for at in layers]
        after = [stage + 1 for stage in self.gathered if self.gathered[stage]]
        pairs = [stage + 1 for stage in self.paired if self.paired[stage]]
        spread = [stage for stage in self.spread if self.spread[stage]]
        return max([*when, *after, *pairs, *spread, 0]) + 1

    def run(self, persons: Any, households: Any) -> tuple[Any, Any]:  # noqa: ANN401 - lazy frames of Narwhals
        """Returns both tables with every column of the plan.

        Args:
            persons: a lazy frame of Narwhals.
            households: likewise.
        """
        for stage in range(self.stages()):
            if stage:
                households = self._gathered(stage - 1, persons, households)
                for pair in self.paired.get(stage - 1, ()):
                    persons = self._paired(pair, persons)
            households = self._made("household", stage, households)
            spread = list(self.spread.get(stage, ()))
            if spread:
                persons = persons.join(households.select(HOME, *spread), on=HOME, how="left")
            persons = self._made("person", stage, persons)
        return persons, households

    def _made(self, owner: Owner, stage: int, frame: Any) -> Any:  # noqa: ANN401 - a lazy frame of Narwhals
        for at in sorted(self.layers[owner]):
            if at[0] == stage:
                frame = frame.with_columns(**self.layers[owner][at])
        return frame

    def _gathered(self, stage: int, persons: Any, households: Any) -> Any:  # noqa: ANN401 - lazy frames of Narwhals
        wanted = list(self.gathered.get(stage, {}).values())
        if not wanted:
            return households
        living = persons if self.living is None else persons.filter(nw.col(self.living))
        sources = list(dict.fromkeys(each.source for each in wanted))
        found = living.select(HOME, *sources).group_by(HOME).agg(*_aggregates(wanted))
        return households.join(found, on=HOME, how="left").with_columns(**_emptied(wanted))

    def _paired(self, pair: Paired, persons: Any) -> Any:  # noqa: ANN401 - a lazy frame of Narwhals
        living = persons if self.living is None else persons.filter(nw.col(self.living))
        members = living.select(nw.col(HOME), *(nw.col(name).alias(MEMBER + name) for name in (ID, *pair.member)))
        pairs = persons.select(HOME, ID, *pair.own).join(members, on=HOME, how="inner").with_columns(**pair.made)
        found = pairs.group_by(HOME, ID).agg(*_aggregates(pair.gathered))
        return persons.join(found, on=[HOME, ID], how="left").with_columns(**_emptied(pair.gathered))


def _aggregates(wanted: Sequence[Gathered]) -> Iterator[nw.Expr]:
    for each in wanted:
        yield getattr(nw.col(each.source), each.how)().alias(each.name)


def _emptied(wanted: Sequence[Gathered]) -> dict[str, nw.Expr]:
    """Returns what the columns are where nobody lives; sums keep the size that they had before some engine widened them."""
    found = {}
    for each in wanted:
        column = nw.col(each.name).cast(nw.Int64) if each.how == "sum" else nw.col(each.name)
        if each.empty is not None or each.how == "sum":
            found[each.name] = column if each.empty is None else column.fill_null(each.empty)
    return found


def stage_of(cells: Sequence[Cell]) -> int:
    """Returns the stage at which all of several values are there."""
    return (latest(cells) if cells else START)[0]
