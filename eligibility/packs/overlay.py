"""Local figures laid over those of a pack: values are added, never rules."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from pydantic import Field

from eligibility.errors import Problems
from eligibility.fields import Identifier, Model, Name
from eligibility.packs.contents import LocalFile
from eligibility.packs.figures import EVERYWHERE, DatedValue, Entry, Series
from eligibility.packs.model import SourceEntry

_DAY = timedelta(1)


class Overlay(Model):
    """Further values of a parameter that the pack has; everything else about it stays as the pack says."""

    values: tuple[DatedValue, ...] = Field(min_length=1)


class OverlayFile(Model):
    """Local figures, and the documents that they come from."""

    sources: dict[Identifier, SourceEntry] = Field(default_factory=dict)
    parameters: dict[Name, Overlay] = Field(min_length=1)


def described(name: str, raw: bytes, file: OverlayFile, sources: Mapping[str, SourceEntry]) -> LocalFile:
    """Returns what a file of local figures is, for those who must know what answers rest on.

    Args:
        name: of the file.
        raw: its bytes.
        file: what they say.
        sources: every source of the pack and of the file, by id.
    """
    ids = [value.source for more in file.parameters.values() for value in more.values if value.source is not None]
    titles = tuple(sources[id].title for id in dict.fromkeys(ids))
    return LocalFile(name, f"sha256:{hashlib.sha256(raw).hexdigest()}", tuple(file.parameters), titles)


def laid_over(base: Series, added: Series, problems: Problems) -> Series:
    """Returns a figure with further values in the place of the unknown ones that they overlap.

    Args:
        base: as the pack has it.
        added: as the overlay has it.
        problems: grows by each value of the overlay that overlaps one that the pack knows.
    """
    entries = list(base.entries)
    for entry in added.entries:
        for known in entries:
            if known.said.unknown is None and _clash(entry.said, known.said):
                zh, en = "与规则包里已有的值时间重叠", "this overlaps a value that the pack has"
                problems.add(entry.span, zh, en)
        last = _last(entry, entries)
        entries = [piece for each in entries for piece in _around(each, entry, last, entries)]
        entries = sorted([*entries, entry], key=lambda each: each.said.start)
    return replace(base, entries=tuple(entries))


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
