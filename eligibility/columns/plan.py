"""A plan over two tables: layers of columns, what is gathered from members to households, and what goes back to persons.

Stage by stage: what the stage before left in the persons' table is gathered, the households' columns are made, then those
columns go to the persons, and theirs are made. The plan is lowered to Polars, or to Narwhals for any engine of its.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from eligibility.columns.cells import START, Cell, Kind, When, latest
from eligibility.columns.frames import HOME, ID
from eligibility.columns.terms import INT64, Lowering, Term, col

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

    made: Mapping[str, Term]
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

    layers: dict[Owner, dict[When, dict[str, Term]]] = field(
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
        return self.known(owner, name, replace(cell, held=col(name), at=(stage, layer + 1)))

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
        known = self.known("person", name, replace(there, held=col(name), at=(stage, 0)))
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
        found = Cell(kind, col(name), denominator=cell.denominator, at=(stage + 1, 0))
        return self.known("household", name, found)

    def stages(self) -> int:
        """Returns how many stages there are."""
        when = [at[0] for layers in self.layers.values() for at in layers]
        after = [stage + 1 for stage in self.gathered if self.gathered[stage]]
        pairs = [stage + 1 for stage in self.paired if self.paired[stage]]
        spread = [stage for stage in self.spread if self.spread[stage]]
        return max([*when, *after, *pairs, *spread, 0]) + 1

    def run(self, persons: Any, households: Any, lowering: Lowering) -> tuple[Any, Any]:  # noqa: ANN401 - lazy frames
        """Returns both tables with every column of the plan.

        Args:
            persons: a lazy frame of the library that is lowered to.
            households: likewise.
            lowering: to that library.
        """
        for stage in range(self.stages()):
            if stage:
                households = self._gathered(stage - 1, persons, households, lowering)
                for pair in self.paired.get(stage - 1, ()):
                    persons = self._paired(pair, persons, lowering)
            households = self._made("household", stage, households, lowering)
            spread = list(self.spread.get(stage, ()))
            if spread:
                persons = persons.join(households.select(HOME, *spread), on=HOME, how="left")
            persons = self._made("person", stage, persons, lowering)
        return persons, households

    def _made(self, owner: Owner, stage: int, frame: Any, lowering: Lowering) -> Any:  # noqa: ANN401 - a lazy frame
        for at in sorted(self.layers[owner]):
            if at[0] == stage:
                frame = frame.with_columns(**{name: lowering.of(term) for name, term in self.layers[owner][at].items()})
        return frame

    def _living(self, persons: Any, lowering: Lowering) -> Any:  # noqa: ANN401 - a lazy frame
        return persons if self.living is None else persons.filter(lowering.module.col(self.living))

    def _gathered(self, stage: int, persons: Any, households: Any, lowering: Lowering) -> Any:  # noqa: ANN401 - lazy frames
        wanted = list(self.gathered.get(stage, {}).values())
        if not wanted:
            return households
        sources = list(dict.fromkeys(each.source for each in wanted))
        living = self._living(persons, lowering).select(HOME, *sources)
        return _joined(households, [HOME], living.group_by(HOME), wanted, lowering)

    def _paired(self, pair: Paired, persons: Any, lowering: Lowering) -> Any:  # noqa: ANN401 - a lazy frame
        named = [lowering.module.col(name).alias(MEMBER + name) for name in (ID, *pair.member)]
        members = self._living(persons, lowering).select(HOME, *named)
        pairs = persons.select(HOME, ID, *pair.own).join(members, on=HOME, how="inner")
        made = pairs.with_columns(**{name: lowering.of(term) for name, term in pair.made.items()})
        return _joined(persons, [HOME, ID], made.group_by(HOME, ID), pair.gathered, lowering)


def _joined(frame: Any, keys: list[str], groups: Any, wanted: Sequence[Gathered], lowering: Lowering) -> Any:  # noqa: ANN401 - lazy frames
    """Returns a table with what was gathered; where nobody lives, with what that comes to."""
    found = groups.agg(*(getattr(lowering.module.col(each.source), each.how)().alias(each.name) for each in wanted))
    return frame.join(found, on=keys, how="left").with_columns(
        **{each.name: lowering.of(_emptied(each)) for each in wanted}
    )


def _emptied(each: Gathered) -> Term:
    """Returns what was gathered; a sum keeps the size that it had before some engine widened it."""
    found = col(each.name).cast(INT64) if each.how == "sum" else col(each.name)
    return found if each.empty is None else found.fill_null(each.empty)


def stage_of(cells: Sequence[Cell]) -> int:
    """Returns the stage at which all of several values are there."""
    return (latest(cells) if cells else START)[0]
