"""Floors: what a source states as a minimum of a figure, and that no value of the figure lies below it (MEANING M6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from eligibility.errors import Problems
from eligibility.kinds import named
from eligibility.packs.figures import EVERYWHERE, Entry, Series, Table, changes

FLOOR = "_floor"
"""What the name of a parameter ends in that holds the floor of another."""


def floors(names: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yields each figure that has a floor, with the floor's name."""
    return ((name, name + FLOOR) for name in names if name + FLOOR in names)


def none_below(figures: Mapping[str, Series], problems: Problems) -> None:
    """Notes each value, the pack's or a local one, that is below the floor of its day and place.

    Args:
        figures: every parameter, local figures laid over.
        problems: grows by each such value once, and by floors that cannot be compared with their figure.
    """
    for name, floor in floors(figures):
        if _alike(figures[name], figures[floor], problems):
            _above(figures[name], figures[floor], problems)


def _alike(series: Series, floor: Series, problems: Problems) -> bool:
    """Returns whether a floor is of the kind and the period of its figure; it is noted where not."""
    if (series.kind.kind, series.kind.unit) == (floor.kind.kind, floor.kind.unit):
        return True
    ours, its = named(series.kind), named(floor.kind)
    span = floor.entries[0].span if floor.entries else None
    also = series.entries[0].span if series.entries else None
    zh, en = (
        f"`{series.name}` 是{ours.zh}，它的下限却是{its.zh}",
        f"`{series.name}` is {ours.en}, and its floor is {its.en}",
    )
    problems.add(span, zh, en, also=also)
    return False


def _above(series: Series, floor: Series, problems: Problems) -> None:
    low: dict[int, tuple[Entry, Entry]] = {}
    for day in sorted(changes((series, floor))):
        figures, floors_held = series.on(day), floor.on(day)
        for code in (*figures.entries, *floors_held.entries):
            entry, least = held_at(figures, code), held_at(floors_held, code)
            if entry is not None and least is not None and _below(entry, least):
                low.setdefault(id(entry.said), (entry, least))
    for entry, least in low.values():
        start = least.said.start
        zh, en = (
            f"低于 {start} 起的下限 `{floor.name}`",
            f"this is below the floor `{floor.name}` in force from {start}",
        )
        problems.add(entry.span, zh, en, also=least.span)


def held_at(table: Table, code: str) -> Entry | None:
    """Returns what holds at a place, or for all places that have no entry of their own."""
    return table.entries.get(EVERYWHERE) if code == EVERYWHERE else table.entry(code, None)


def _below(entry: Entry, least: Entry) -> bool:
    keys = list(dict.fromkeys([*entry.rows, *least.rows])) or [()]
    pairs = ((entry.at(key), least.at(key)) for key in keys)
    return any(value is not None and floor is not None and value < floor for value, floor in pairs)  # type: ignore[operator]  # of one type: both are figures of one kind
