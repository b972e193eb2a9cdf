"""Figures and attributes of places for a solver: which dated value a place and a row select, case by case (MEANING M5, M7, M8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from eligibility import ir
from eligibility.evaluate import attribute_of
from eligibility.packs.figures import Entry, Table
from eligibility.solver.comparing import compared
from eligibility.solver.joining import agreeing, alike, all_of, sorted_out
from eligibility.solver.logic import Formula, every, no, some
from eligibility.solver.numbers import reckoned
from eligibility.solver.values import NO, NOTHING, NOWHERE, OPEN, YES, Code, Number, Room, Truth, Value, exactly, surely

Kind = str
_KINDS = {"bool": "bool", "number": "number", "money": "number", "date": "number"}


def kind_of(type: ir.Type) -> Kind:
    """Returns what a value of a type becomes: `bool`, `number` or `code`."""
    return _KINDS.get(type.kind, "code")


def unknown(kind: Kind) -> Value:
    """Returns what is unknown."""
    return _UNKNOWN[kind]


_UNKNOWN: Mapping[Kind, Value] = {"bool": OPEN, "number": NOTHING, "code": NOWHERE}


def constant(kind: Kind, value: Any) -> Value:  # noqa: ANN401 - a value of the kind
    """Returns a constant; None is unknown."""
    if value is None:
        return unknown(kind)
    if kind == "bool":
        return YES if value else NO
    if kind == "code":
        return Code(known=True, cases={str(value): True})
    if isinstance(value, date):
        return exactly(value.toordinal())
    exact = Fraction(value)
    return exactly(exact.numerator, exact.denominator)


def switch(kind: Kind, parts: Iterable[tuple[Formula, Value]], *, covers: bool = False) -> Value:
    """Returns what is one of several values, each where something holds; see `sorted_out`."""
    found = [(when, value) for when, value in parts if when is not False]
    if kind == "bool":
        truths = [(when, value) for when, value in found if isinstance(value, Truth)]
        yes = some(*(every(when, value.yes) for when, value in truths))
        if covers and all(value.total for _, value in truths):
            return surely(yes)
        return Truth(yes, some(*(every(when, value.no) for when, value in truths)))
    others = [(when, value) for when, value in found if not isinstance(value, Truth)]
    return sorted_out(others, covers=covers) if others else unknown(kind)


@dataclass(frozen=True)
class Lookup:
    """One figure, as a day has it.

    Args:
        kind: of its values.
        table: its entries in force.
        place: the code that selects, if one does.
        wider: the code of the province around it, where one may be known.
        keys: what selects the row.
        room: for new unknowns.
    """

    kind: Kind
    table: Table
    place: Code | None
    wider: Code | None
    keys: Sequence[Value]
    room: Room

    def value(self) -> Value:
        """Returns the value; unknown where an entry, or what selects one, is."""
        by_entry: dict[int, tuple[Entry, Formula]] = {}
        lacking = False
        for when, entry in self._entries():
            if entry is None:
                lacking |= when is not False
            elif when is not False:
                before = by_entry.get(id(entry), (entry, False))[1]
                by_entry[id(entry)] = entry, some(before, when)
        covers = not lacking and (self.place is None or self.place.known is True)
        return switch(self.kind, [(when, self._at(entry)) for entry, when in by_entry.values()], covers=covers)

    def _entries(self) -> Iterator[tuple[Formula, Entry | None]]:
        """Yields each entry that may be selected, and when it is."""
        if self.place is None:
            yield True, self.table.entry(None, None)
            return
        for code, when in self.place.cases.items():
            yield every(self.place.known, when), self.table.entry(code, None)
        lacking = no(self.place.known)
        wider = self.wider or NOWHERE
        for code, when in wider.cases.items():
            yield every(lacking, wider.known, when), self.table.entry(None, code)
        yield every(lacking, no(wider.known)), self.table.entry(None, None)

    def _at(self, entry: Entry) -> Value:
        """Returns what an entry says for the row that is selected."""
        if not entry.rows:
            return constant(self.kind, entry.value)
        rows = {row: self._is(row) for row in entry.rows}
        found = [(when.yes, constant(self.kind, entry.rows[row])) for row, when in rows.items()]
        return switch(self.kind, [*found, *self._beyond(entry)])

    def _is(self, row: Sequence[Any]) -> Truth:
        return all_of([self._equal(key, at) for key, at in zip(self.keys, row, strict=True)] or [YES])

    def _equal(self, key: Value, at: Any) -> Truth:  # noqa: ANN401 - a value of the key's kind
        if isinstance(key, Truth):
            return agreeing(key, YES if at is True else NO)
        if isinstance(key, Code):
            return alike(key, Code(known=True, cases={str(at): True}))
        return compared("==", key, exactly(at), self.room)

    def _beyond(self, entry: Entry) -> Iterator[tuple[Formula, Value]]:
        """Yields what holds above the last row, where each step adds something."""
        last = self.keys[-1]
        if entry.further is None or not isinstance(last, Number):
            return
        further = Fraction(entry.further)
        for front in dict.fromkeys(row[:-1] for row in entry.rows):
            top = max(row[-1] for row in entry.rows if row[:-1] == front)
            steps = reckoned("-", last, exactly(top), self.room)
            more = reckoned("*", steps, exactly(further.numerator, further.denominator), self.room)
            base = constant("number", entry.rows[*front, top])
            above = compared(">", last, exactly(top), self.room)
            same = all_of([self._equal(key, at) for key, at in zip(self.keys, front, strict=False)] or [YES])
            assert isinstance(base, Number)  # noqa: S101 - only numbers go on
            yield every(same.yes, above.yes), reckoned("+", base, more, self.room)


def attribute(table: Table, place: Code, otherwise: Any, listed: Mapping[str, Any]) -> Callable[[Kind], Value]:  # noqa: ANN401 - a value of the kind
    """Returns an attribute of a place for a kind of values (MEANING M8)."""

    def made(kind: Kind) -> Value:
        cases = ((code, attribute_of(table, code, otherwise, listed)) for code in place.cases)
        parts = [(every(place.known, place.cases[code]), constant(kind, value)) for code, value in cases]
        return switch(kind, parts, covers=place.known is True)

    return made


def digits(place: Code, count: int) -> Code:
    """Returns the province or the city in a code; of what is no code, nothing."""
    cases: dict[str, Formula] = {}
    for code, when in place.cases.items():
        if code.isdigit() and len(code) >= count:
            cases[code[:count]] = some(cases.get(code[:count], False), when)
    all_of_them = all(code.isdigit() and len(code) >= count for code in place.cases)
    return Code(place.known if all_of_them else every(place.known, some(*cases.values())), cases)
