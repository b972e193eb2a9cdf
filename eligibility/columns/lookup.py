"""Figures and attributes of places over tables: which dated value a place and a row select (MEANING M5, M7, M8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from eligibility.columns.cells import NO, YES, Cell, Kind, among, compared, constant, either, every, some, unknown
from eligibility.columns.numbers import reckoned
from eligibility.packs.figures import EVERYWHERE, Entry, Table

Of = Callable[[Entry | None], Cell]
"""What an entry comes to; None where no entry is in force."""
_PROVINCE = 2


@dataclass(frozen=True)
class Lookup:
    """One figure, as a day has it.

    Args:
        kind: of its values.
        table: its entries in force.
        place: the code that selects, if one does.
        wider: the code of the province around it, where one may be known.
        keys: what selects the row.
    """

    kind: Kind
    table: Table
    place: Cell | None = None
    wider: Cell | None = None
    keys: Sequence[Cell] = ()

    def value(self) -> Cell:
        """Returns the value; unknown where an entry, or what selects one, is."""
        return self.pick(self._value)

    def exists(self) -> Cell:
        """Returns whether an entry is in force; never unknown."""
        return self.pick(lambda entry: constant("bool", entry is not None))

    def held(self) -> Cell:
        """Returns whether an entry is in force that is not stated as unknown; never unknown itself."""
        return self.pick(lambda entry: constant("bool", entry is not None and entry.said.unknown is None))

    def open_place(self) -> Cell:
        """Returns whether the place is unknown and some place inside what is known has an entry of its own."""
        if self.place is None:
            return NO
        inside = self._around(lambda wider: NO if self.table.settled_without_place(wider) else YES)
        return every(unknown(self.place), inside)

    def pick(self, of: Of) -> Cell:
        """Returns what the entry that the place selects comes to."""
        general = of(self.table.entries.get(EVERYWHERE))
        if self.place is None:
            # Without a place nothing but what holds everywhere can be selected.
            return general if self.table.settled_without_place(None) else of(None)
        found = general
        for size in sorted({len(code) for code in self.table.entries} - {len(EVERYWHERE)}):
            for codes, entry in _alike(self.table.entries, size):
                found = either(self._inside(self.place, codes, size), of(entry), found)
        lacking = self._around(lambda wider: of(self.table.entry(None, wider)))
        return either(unknown(self.place), lacking, found)

    @staticmethod
    def _inside(place: Cell, codes: Sequence[str], size: int) -> Cell:
        """Returns whether a place lies in one of several; where it is unknown, that is not asked."""
        if place.fixed:
            return constant("bool", place.held is not None and place.held[:size] in codes)
        return among(place if size == _COUNTY else _front(place, size), codes)

    def _around(self, of: Callable[[str | None], Cell]) -> Cell:
        """Returns what holds by the province around an unknown place."""
        nowhere = of(None)
        if self.wider is None or (self.wider.fixed and self.wider.held is None):
            return nowhere
        provinces = sorted({code[:_PROVINCE] for code in self.table.entries if code != EVERYWHERE})
        found = of("--")  # a province inside which nothing has an entry
        for code in provinces:
            found = either(compared("==", self.wider, constant("text", code)), of(code), found)
        return either(unknown(self.wider), nowhere, found)

    def _value(self, entry: Entry | None) -> Cell:
        if entry is None or any(key.fixed and key.held is None for key in self.keys):
            return constant(self.kind, None)
        found = self._row(entry) if entry.rows else _number(self.kind, entry.value)
        lacking = some(*(unknown(key) for key in self.keys))
        return either(lacking, constant(self.kind, None), found) if self.keys else found

    def _row(self, entry: Entry) -> Cell:
        found = self._beyond(entry)
        for row, value in entry.rows.items():
            found = either(self._is(row, self.keys), _number(self.kind, value), found)
        return found

    def _is(self, row: Sequence[Any], keys: Sequence[Cell]) -> Cell:
        return every(*(compared("==", key, constant(key.kind, at)) for key, at in zip(keys, row, strict=True)))

    def _beyond(self, entry: Entry) -> Cell:
        """Returns what holds above the last row, where each step adds something; unknown where none does."""
        found = constant(self.kind, None)
        last = self.keys[-1]
        if entry.further is None or last.kind != "number":
            return found
        further = _number(self.kind, entry.further)
        for front in dict.fromkeys(row[:-1] for row in entry.rows):
            top = max(row[-1] for row in entry.rows if row[:-1] == front)
            steps = reckoned("-", last, constant("number", top))
            reached = reckoned("+", _number(self.kind, entry.rows[*front, top]), reckoned("*", steps, further))
            above = every(self._is(front, self.keys[:-1]), compared(">", last, constant("number", top)))
            found = either(above, reached, found)
        return found


_COUNTY = 6


def _front(place: Cell, size: int) -> Cell:
    return Cell("text", place.held.called("str.slice", 0, size), at=place.at)


def _alike(entries: Mapping[str, Entry], size: int) -> list[tuple[list[str], Entry]]:
    """Returns the codes of a size that have one value together, with an entry that has it."""
    found: list[tuple[list[str], Entry]] = []
    for code, entry in entries.items():
        if len(code) != size or code == EVERYWHERE:
            continue
        same = next((codes for codes, other in found if _same(entry, other)), None)
        if same is None:
            found.append(([code], entry))
        else:
            same.append(code)
    return found


def _same(one: Entry, other: Entry) -> bool:
    parts = [(each.value, each.rows, each.further, each.said.unknown is None) for each in (one, other)]
    return parts[0] == parts[1]


def _number(kind: Kind, value: Any) -> Cell:  # noqa: ANN401 - a value of the kind
    """Returns a constant of the pack; a fraction as its numerator over its denominator."""
    if isinstance(value, Fraction):
        return constant(kind, value.numerator, value.denominator)
    return constant(kind, value)


def attribute(table: Table, place: Cell, otherwise: Any, listed: Sequence[str], kind: Kind) -> Cell:  # noqa: ANN401 - a value of the kind
    """Returns an attribute of a place (MEANING M8)."""
    looked = Lookup(kind, table, place)
    at_home = among(place, list(listed)) if listed else NO
    elsewhere = either(at_home, constant(kind, None), _number(kind, otherwise))
    value = looked.pick(lambda entry: elsewhere if entry is None else _number(kind, entry.value))
    return either(unknown(place), constant(kind, None), value)
