"""Dated values as written to series of typed values; overlaps and misplaced values are refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eligibility.errors import Problems
from eligibility.fields import whole
from eligibility.ir import Type
from eligibility.packs.contents import Selector
from eligibility.packs.figures import (
    EVERYWHERE,
    Attribute,
    DatedValue,
    Entry,
    Parameter,
    Reader,
    Series,
    Value,
    kind_of,
    reader,
)
from eligibility.packs.nodes import Node, at
from eligibility.packs.shapes import key_span, span_of
from eligibility.schema import Names
from eligibility.source import Span

_CODE_LENGTHS = {2, 4, 6}


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
        return self.ordered(Series(self.name, kind, said.label, entries, by_place=True))

    def parameter(self, said: Parameter, selectors: Sequence[Selector], names: Names) -> Series:
        """Returns the series of a parameter."""
        kind = kind_of(self.name, said)
        rows = [_row_reader(selector, names) for selector in selectors if not selector.place]
        by_place = any(selector.place for selector in selectors)
        entries = tuple(self.entry(index, value, kind, rows) for index, value in enumerate(said.values))
        for index, value in enumerate(said.values):
            if by_place != (value.place is not None):
                zh = "按地点选值，每一项都要写 `place`" if by_place else "没有按地点选值，不写 `place`"
                en = (
                    "selected by place, each value says `place`"
                    if by_place
                    else "nothing selects by place, so no `place`"
                )
                self.problems.add(self.where("values", index), zh, en)
            if bool(rows) != bool(value.rows) and value.unknown is None:
                zh, en = "`rows` 与 `by` 不相称", "`rows` belong to a `by` that is not a place, and only there"
                self.problems.add(self.where("values", index), zh, en)
        return self.ordered(Series(self.name, kind, said.label, entries, by_place, len(rows)))

    def where(self, *loc: str | int) -> Span:
        """Returns where a part of the figure stands."""
        return span_of(at(self.node, loc))

    def entry(self, index: int, said: DatedValue, kind: Type, rows: Sequence[Reader]) -> Entry:
        """Returns one dated value, typed."""
        read = reader(kind)
        if (
            said.place is not None
            and said.place != EVERYWHERE
            and not (said.place.isdigit() and len(said.place) in _CODE_LENGTHS)
        ):
            zh, en = f"`{said.place}` 不是地点代码", f"`{said.place}` is no code of a place"
            self.problems.add(self.where("values", index, "place"), zh, en)
        value = self.value(said.value, read, ("values", index, "value"))
        further = self.value(said.each_further, read, ("values", index, "each_further"))
        found: dict[tuple[Any, ...], Value] = {}
        if said.rows is not None and rows:
            self.rows(said.rows, rows, read, ("values", index, "rows"), (), found)
        return Entry(said, value, found, further if not isinstance(further, (str, bool)) else None)  # type: ignore[arg-type]

    def value(self, text: str | None, read: Reader, loc: tuple[str | int, ...]) -> Value | None:
        """Reads one value."""
        if text is None:
            return None
        found = read(text)
        if found is None:
            zh, en = f"`{text}` 不是这个参数的值", f"`{text}` is no value of this figure"
            self.problems.add(self.where(*loc), zh, en)
        return found

    def rows(
        self,
        said: Mapping[str, Any],
        keys: Sequence[Reader],
        read: Reader,
        loc: tuple[str | int, ...],
        path: tuple[Any, ...],
        found: dict[tuple[Any, ...], Value],
    ) -> None:
        """Reads the rows of a table, one or two keys deep."""
        for key, value in said.items():
            typed = keys[0](key)
            if typed is None:
                zh, en = f"行 `{key}` 不是选行事实的值", f"row `{key}` is no value of what selects the row"
                self.problems.add(key_span(self.node, (*loc, key)), zh, en)
            elif len(keys) > 1 and isinstance(value, dict):
                self.rows(value, keys[1:], read, (*loc, key), (*path, typed), found)
            elif len(keys) > 1 or isinstance(value, (dict, list)):
                zh, en = "行的层数与 `by` 不符", "rows are as deep as `by` is long"
                self.problems.add(key_span(self.node, (*loc, key)), zh, en)
            else:
                single = self.value(getattr(value, "text", value), read, (*loc, key))
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
                    also = self.where("values", before[0])
                    zh, en = "与另一项时间重叠", "this overlaps another value in time"
                    self.problems.add(self.where("values", index), zh, en, also=also)
            last[place] = (index, entry.said)
        entries = tuple(sorted(series.entries, key=lambda each: each.said.start))
        return Series(series.name, series.kind, series.label, entries, series.by_place, series.rows)


def _row_reader(selector: Selector, names: Names) -> Reader:
    """Returns what reads a row's key: whole numbers, or the values of a choice."""
    kind = Type("number", low=0)
    name = getattr(selector.expr, "name", "")
    if name in names.facts:
        kind = names.facts[name].kind
    elif name in names.concepts:
        kind = names.concepts[name][1]
    if kind.kind == "choice":
        return lambda text: text if text in kind.values else None
    if kind.kind == "bool":
        return {"true": True, "false": False}.get
    return whole
