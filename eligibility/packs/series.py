"""Dated values as written to series of typed values; overlaps and misplaced values are refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from eligibility import ir
from eligibility.errors import Problems
from eligibility.fields import whole
from eligibility.ir import Type
from eligibility.kinds import MOST_MEMBERS, NUMERIC
from eligibility.packs.contents import Selector
from eligibility.packs.figures import (
    CODE,
    DIGITS,
    EVERYWHERE,
    Attribute,
    DatedValue,
    Entry,
    Parameter,
    Series,
    Value,
    form,
    kind_of,
    reader,
)
from eligibility.packs.nodes import Node, at
from eligibility.packs.shapes import Loc, key_span, span_of, value_span
from eligibility.schema import Names
from eligibility.source import Span
from eligibility.words import Words

_SELECTED = Words("写一个地点代码，或 `everywhere`", "write the code of a place, or `everywhere`")


class SeriesReader:
    """Reads the values of one parameter or attribute.

    Args:
        name: of the figure.
        node: where it stands.
        problems: grows by what is wrong.
    """

    def __init__(self, name: str, node: Node, problems: Problems) -> None:
        """Keeps where to say what is wrong."""
        self.name = name
        self.node = node
        self.problems = problems

    def attribute(self, said: Attribute) -> Series:
        """Returns the series of an attribute of places."""
        kind = kind_of(self.name, said)
        entries = tuple(self.entry(index, value, kind, ()) for index, value in enumerate(said.values))
        for index, value in enumerate(said.values):
            self.place(index, value, wanted=True)
            self.form(index, value, rows=False)
        return self.ordered(Series(self.name, kind, said.label, entries, by_place=True))

    def parameter(self, said: Parameter, selectors: Sequence[Selector], names: Names) -> Series:
        """Returns the series of a parameter."""
        kind = kind_of(self.name, said)
        rows = [_rows(selector, names) for selector in selectors if not selector.place]
        by_place = any(selector.place for selector in selectors)
        entries = tuple(self.entry(index, value, kind, rows) for index, value in enumerate(said.values))
        unsure = any(isinstance(selector.expr, ir.Figure) for selector in selectors)
        for index, value in enumerate(said.values if not unsure else ()):
            self.place(index, value, wanted=by_place)
            self.form(index, value, rows=bool(rows))
            if value.each_further is not None and rows:
                self.further(index, kind, rows[-1].kind)
        return self.ordered(Series(self.name, kind, said.label, entries, by_place, len(rows)))

    def place(self, index: int, said: DatedValue, *, wanted: bool) -> None:
        """Notes a value without the place that selects it, or with one that nothing asks for."""
        loc = ("values", index)
        if wanted and said.place is None:
            self.problems.add(self.where(*loc), "缺少 `place`", "`place` is missing", _SELECTED)
        elif not wanted and said.place is not None:
            advice = Words("在 `by` 里写一个地点事实", "name the fact of a place in `by`")
            self.problems.add(self.key(*loc, "place"), "没有按地点选值", "nothing selects by place", advice)

    def form(self, index: int, said: DatedValue, *, rows: bool) -> None:
        """Notes a single value where rows belong, and the reverse."""
        if rows and said.value is not None:
            en = "`by` selects a row, and here is a single value"
            advice = Words("写成 `rows: {…: …}`", "write `rows: {…: …}`")
            self.problems.add(self.key("values", index, "value"), "`by` 要选行，这里却只有一个值", en, advice)
        elif not rows and said.rows is not None:
            advice = Words("在 `by` 里写一个事实", "name the fact that selects it in `by`")
            self.problems.add(self.key("values", index, "rows"), "没有什么来选行", "nothing selects a row", advice)

    def further(self, index: int, kind: Type, row: Type) -> None:
        """Notes steps above a last row that is no number, or steps of what cannot be added."""
        if kind.kind not in NUMERIC or row.kind not in {"number", "any"}:
            zh, en = (
                "`each_further` 只用于数，按整数选行",
                "`each_further` adds numbers, above a row that is a whole number",
            )
            self.problems.add(self.key("values", index, "each_further"), zh, en)

    def where(self, *loc: str | int) -> Span:
        """Returns where a part of the figure stands."""
        return span_of(at(self.node, loc))

    def key(self, *loc: str | int) -> Span:
        """Returns where the key of a part of the figure stands."""
        return key_span(self.node, loc)

    def entry(self, index: int, said: DatedValue, kind: Type, rows: Sequence[_Rows]) -> Entry:
        """Returns one dated value, typed."""
        if said.place is not None and said.place != EVERYWHERE and not CODE.fullmatch(said.place):
            zh, en = f"`{said.place}` 不是地点代码", f"`{said.place}` is no code of a place"
            self.problems.add(self.where("values", index, "place"), zh, en, DIGITS)
        value = self.value(said.value, kind, ("values", index, "value"))
        further = self.value(said.each_further, kind, ("values", index, "each_further"))
        found: dict[tuple[Any, ...], Value] = {}
        if said.rows is not None and rows:
            self.rows(said.rows, rows, kind, ("values", index, "rows"), (), found)
        step = further if isinstance(further, (int, Fraction)) else None
        return Entry(said, value, found, step, self.where("values", index))

    def value(self, text: str | None, kind: Type, loc: Loc) -> Value | None:
        """Reads one value."""
        if text is None:
            return None
        found = reader(kind)(text)
        if found is None:
            zh, en = f"`{text}` 不是 `{self.name}` 的值", f"`{text}` is no value of `{self.name}`"
            self.problems.add(value_span(self.node, loc), zh, en, form(kind, text))
        return found

    def rows(
        self,
        said: Mapping[str, Any],
        keys: Sequence[_Rows],
        kind: Type,
        loc: Loc,
        path: tuple[Any, ...],
        found: dict[tuple[Any, ...], Value],
    ) -> None:
        """Reads the rows of a table, one or two keys deep."""
        for key, value in said.items():
            typed = keys[0].read(key)
            if typed is None:
                zh, en = f"`by` 选不到 `{key}` 这一行", f"`by` never selects a row `{key}`"
                self.problems.add(self.key(*loc, key), zh, en, keys[0].advice(key))
            elif len(keys) > 1 and isinstance(value, dict):
                self.rows(value, keys[1:], kind, (*loc, key), (*path, typed), found)
            elif len(keys) > 1 or isinstance(value, (dict, list)):
                en = "the rows are not as deep as `by` is long"
                advice = Words("`by` 有几项，行就有几层", "each name in `by` is a level of rows")
                self.problems.add(self.key(*loc, key), "行的层数与 `by` 不符", en, advice)
            else:
                single = self.value(getattr(value, "text", value), kind, (*loc, key))
                if single is not None:
                    found[(*path, typed)] = single

    def ordered(self, series: Series) -> Series:
        """Refuses two values of one place from one day, and a value that begins before an earlier one ends."""
        last: dict[str, tuple[int, DatedValue]] = {}
        for index, entry in sorted(enumerate(series.entries), key=lambda each: each[1].said.start):
            place = entry.said.place or EVERYWHERE
            before = last.get(place)
            if before is not None:
                earlier = before[1]
                if earlier.start == entry.said.start or (earlier.to is not None and entry.said.start <= earlier.to):
                    also = self.where("values", before[0], "from")
                    zh, en = "与另一项时间重叠", "this overlaps another value in time"
                    self.problems.add(self.where("values", index, "from"), zh, en, also=also)
            last[place] = (index, entry.said)
        entries = tuple(sorted(series.entries, key=lambda each: each.said.start))
        return Series(series.name, series.kind, series.label, entries, series.by_place, series.rows)


@dataclass(frozen=True)
class _Rows:
    """What may select a row: a whole number, a choice, yes or no, or anything where that is not known."""

    kind: Type

    def read(self, key: str) -> Any:  # noqa: ANN401 - a value of its type
        """Returns the key of a row as the fact has it, or None."""
        if self.kind.kind == "any":
            return key
        if self.kind.kind in {"choice", "bool"}:
            return reader(self.kind)(key)
        number = whole(key)
        beyond = number is not None and self.kind.kind == "number" and not self.kind.low <= number <= self.kind.high
        return None if beyond else number

    def advice(self, key: str) -> Words | None:
        """Returns what the key may be."""
        if self.kind.kind == "number" and whole(key) is not None:
            low, high = self.kind.low, self.kind.high
            return Words(f"这里只会是 {low} 到 {high}", f"it is from {low} to {high}")
        return form(self.kind, key)


def _rows(selector: Selector, names: Names) -> _Rows:
    """Returns what reads the keys of rows; anything goes where it is not known what selects them."""
    if isinstance(selector.expr, ir.Figure):
        return _Rows(Type("any"))
    name = getattr(selector.expr, "name", "")
    if name in names.facts:
        return _Rows(names.facts[name].kind)
    if name in names.concepts:
        return _Rows(names.concepts[name][1])
    size = Type("number", low=1, high=MOST_MEMBERS)
    return _Rows(size if isinstance(selector.expr, ir.Size) else Type("any"))
