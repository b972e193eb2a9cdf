"""Local figures laid over those of a pack: values are added, never rules, and never below a floor (MEANING M6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from pydantic import Field

from eligibility.errors import Problems
from eligibility.fields import Identifier, Model, Name
from eligibility.packs.figures import EVERYWHERE, DatedValue, Entry, Series, changes
from eligibility.packs.model import SourceEntry
from eligibility.packs.nodes import Node, at
from eligibility.packs.shapes import span_of
from eligibility.source import Span

_DAY = timedelta(1)
FLOOR = "_floor"
"""What the name of a parameter ends in that holds the floor of another."""


class Overlay(Model):
    """Further values of a parameter that the pack has; everything else about it stays as the pack says."""

    values: tuple[DatedValue, ...] = Field(min_length=1)


class OverlayFile(Model):
    """Local figures, and the documents that they come from."""

    sources: dict[Identifier, SourceEntry] = Field(default_factory=dict)
    parameters: dict[Name, Overlay] = Field(min_length=1)


def laid_over(base: Series, added: Series, node: Node, problems: Problems) -> Series:
    """Returns a figure with further values in the place of the unknown ones that they overlap.

    Args:
        base: as the pack has it.
        added: as the overlay has it.
        node: where the overlay stands.
        problems: grows by each value of the overlay that overlaps one that the pack knows.
    """
    entries = list(base.entries)
    for entry in added.entries:
        for known in entries:
            if known.said.unknown is None and _clash(entry.said, known.said):
                zh, en = "与规则包里已有的值时间重叠", "this overlaps a value that the pack has"
                problems.add(_where(node, entry), zh, en)
        last = _last(entry, entries)
        entries = [piece for each in entries for piece in _around(each, entry, last, entries)]
        entries = sorted([*entries, entry], key=lambda each: each.said.start)
    return replace(base, entries=tuple(entries))


def above_floor(series: Series, floor: Series, added: Series, node: Node, problems: Problems) -> None:
    """Notes each value of an overlay that is below the floor of its day and place.

    Args:
        series: the figure with the overlay.
        floor: its floor, with its own overlay.
        added: the overlay alone.
        node: where the overlay stands.
        problems: grows by what is too low.
    """
    low: dict[int, tuple[Entry, Entry]] = {}
    for day in sorted(changes((series, floor))):
        table = floor.on(day)
        for place, entry in series.on(day).entries.items():
            least = table.entry(None if place == EVERYWHERE else place, None)
            if entry in added.entries and least is not None and _below(entry, least):
                low.setdefault(added.entries.index(entry), (entry, least))
    for entry, least in low.values():
        start = least.said.start
        zh, en = (
            f"低于 {start} 起的下限 `{floor.name}`",
            f"this is below the floor `{floor.name}` in force from {start}",
        )
        problems.add(_where(node, entry), zh, en)


def _below(entry: Entry, least: Entry) -> bool:
    keys = list(entry.rows) or [()]
    pairs = ((entry.at(key), least.at(key)) for key in keys)
    return any(value is not None and floor is not None and value < floor for value, floor in pairs)  # type: ignore[operator]  # of one type: both are figures of one kind


def _where(node: Node, entry: Entry) -> Span:
    """Returns where a value of the overlay stands: the one from the same day for the same place."""
    values = at(node, ("values",))
    for item in getattr(values, "items", ()):
        start, place = at(item, ("from",)), at(item, ("place",))
        if getattr(start, "text", "") == str(entry.said.start) and getattr(place, "text", None) == entry.said.place:
            return span_of(item)
    return span_of(values)


def _clash(one: DatedValue, other: DatedValue) -> bool:
    """Returns whether two values are said to hold on one day: from the same one, or within an end that is said."""
    if (one.place or EVERYWHERE) != (other.place or EVERYWHERE):
        return False
    first, second = sorted((one, other), key=lambda said: said.start)
    return first.start == second.start or (first.to is not None and second.start <= first.to)


def _last(entry: Entry, entries: list[Entry]) -> date:
    """Returns the last day of a value of the overlay: as it says, else before the next one that is known."""
    said = entry.said
    nexts = [
        each.said.start - _DAY
        for each in entries
        if each.said.place == said.place and each.said.unknown is None and each.said.start > said.start
    ]
    return said.to or min(nexts, default=date.max)


def _around(each: Entry, entry: Entry, last: date, entries: list[Entry]) -> Iterator[Entry]:
    """Yields what is left of an unknown value beside a known one; known values stay whole."""
    said, start = each.said, entry.said.start
    if said.place != entry.said.place or said.unknown is None:
        yield each
        return
    starts = [other.said.start - _DAY for other in entries if other.said.place == said.place]
    end = min([said.to or date.max, *(day for day in starts if day >= said.start)])
    if end < start or said.start > last:
        yield each
        return
    if said.start < start:
        yield replace(each, said=said.model_copy(update={"to": start - _DAY}))
    if end > last:
        yield replace(each, said=said.model_copy(update={"start": last + _DAY, "to": said.to}))


def floors(names: Mapping[str, Series]) -> Iterator[tuple[str, str]]:
    """Yields each figure that has a floor, with the floor's name."""
    return ((name, name + FLOOR) for name in names if name + FLOOR in names)
