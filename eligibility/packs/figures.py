"""Figures: dated, placed, cited values, and which of them a day, a place and a row select (MEANING M5, M7, M8)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from eligibility.errors import did_you_mean, one_of
from eligibility.fields import AS_TEXT, Day, Identifier, Label, Model, Name, Text, day, listed, ratio, whole, wrong
from eligibility.ir import Type
from eligibility.money import LARGEST_FEN, PERIODS, Period, fen
from eligibility.source import Span
from eligibility.words import Words

Confidence = Annotated[Literal["seen", "known", "unsure"], AS_TEXT]
Value = bool | int | Fraction | str | date
EVERYWHERE = "everywhere"
MOST_RATIO = 100
"""The largest ratio: times the largest amount it still fits where engines reckon (MEANING M28)."""
CODE = re.compile("[0-9]{2}(?:[0-9]{2}){0,2}")
"""How the code of a province, a city or a county is written."""
DIGITS = Words(
    "省两位、市四位、县六位数字，放在引号里", "a province has two digits, a city four, a county six, in quotes"
)


_SOURCE = Words("写明 `source` 和 `confidence`", "write its `source` and `confidence`")


class DatedValue(Model):
    """One dated, cited value of a figure or of a place's attribute; `unknown` says why there is none."""

    start: Day = Field(alias="from")
    to: Day | None = None
    place: Text | None = None
    value: Text | None = None
    rows: dict[Text, Any] | None = None
    each_further: Text | None = None
    unknown: Label | None = None
    ask: Label | None = None
    source: Identifier | None = None
    confidence: Confidence | None = None
    review_by: Day | None = None
    note: Label | None = None

    @model_validator(mode="after")
    def one_form(self) -> DatedValue:
        """Refuses an entry that says nothing, or two things, or gives a value without its source."""
        forms = [self.value is not None, self.rows is not None, self.unknown is not None]
        if sum(forms) != 1:
            second = "unknown" if self.unknown is not None else "rows"
            en = "one of `value`, `rows` and `unknown` belongs here, and only one"
            raise wrong("`value`、`rows`、`unknown` 写其中一个", en, key=second if any(forms) else None)
        missing = next((name for name in ("source", "confidence") if getattr(self, name) is None), None)
        if self.unknown is None and missing is not None:
            raise wrong(f"数值缺少 `{missing}`", f"`{missing}` is missing: a value says where it is written", _SOURCE)
        if self.unknown is not None and self.ask is None:
            raise wrong("未知的数值缺少 `ask`", "`ask` is missing: an unknown value says whom to ask", key="unknown")
        if self.each_further is not None and self.rows is None:
            raise wrong("没有 `rows` 就没有 `each_further`", "`each_further` stands beside `rows`", key="each_further")
        if self.to is not None and self.to < self.start:
            raise wrong("`to` 早于 `from`", "`to` is before `from`", key="to")
        return self


class Parameter(Model):
    """A dated, placed, cited figure."""

    label: Label
    type: Annotated[Literal["money", "count", "ratio", "bool", "date", "choice"], AS_TEXT]
    per: Annotated[Period, AS_TEXT] | None = None
    unit: Text | None = None
    choices: dict[Identifier, Label] = Field(default_factory=dict)
    by: Annotated[tuple[Name, ...], BeforeValidator(listed), Field(max_length=2)] = ()
    values: tuple[DatedValue, ...] = Field(min_length=1)
    note: Label | None = None

    @model_validator(mode="after")
    def period_of_money(self) -> Parameter:
        """Refuses money without a period, and a period of anything else."""
        if self.type == "money" and self.per is None:
            raise wrong(
                "金额缺少 `per`", "`per` is missing: money is by the month, the year and so on", one_of(PERIODS)
            )
        if self.type != "money" and self.per is not None:
            raise wrong("只有金额才写 `per`", "only money has a `per`", key="per")
        if self.type == "choice" and not self.choices:
            raise wrong("选项缺少 `choices`", "`choices` is missing: a choice is one of several")
        return self


class Attribute(Model):
    """What a place is, by date: whether it lies in a poor area, in which wage zone, and so on."""

    type: Annotated[Literal["bool", "choice", "count"], AS_TEXT]
    label: Label
    choices: dict[Identifier, Label] = Field(default_factory=dict)
    otherwise: Text | None = None
    values: tuple[DatedValue, ...] = ()


def _code(value: Any) -> str:  # noqa: ANN401 - whatever stood in the file
    if not CODE.fullmatch(value):
        raise wrong(f"`{value}` 不是地点代码", f"`{value}` is no code of a place", DIGITS)
    return str(value)


class PlacesFile(Model):
    """The whole of `places.yaml`."""

    attributes: dict[Name, Attribute] = Field(default_factory=dict)
    places: dict[Annotated[str, BeforeValidator(_code)], Label]


@dataclass(frozen=True, slots=True)
class Entry:
    """One dated value, read.

    Args:
        said: as the file has it, with its source and confidence.
        value: of a figure without rows; None when unknown.
        rows: by the values of the facts that select them.
        further: what each step above the last row adds.
        span: where it stands.
    """

    said: DatedValue
    value: Value | None = None
    rows: Mapping[tuple[Any, ...], Value] = field(default_factory=dict)
    further: int | Fraction | None = None
    span: Span | None = field(default=None, compare=False, repr=False)

    def at(self, keys: tuple[Any, ...]) -> Value | None:
        """Returns the value of a row; no row is unknown, but for whole numbers above the last one."""
        if not self.rows:
            return self.value
        found = self.rows.get(keys)
        if found is not None or self.further is None or type(keys[-1]) is not int:
            return found
        last = max((row[-1] for row in self.rows if row[:-1] == keys[:-1]), default=None)
        if last is None or keys[-1] <= last:
            return None
        base: Any = self.rows[*keys[:-1], last]
        reached: Value = base + (keys[-1] - last) * self.further
        return reached


@dataclass(frozen=True)
class Series:
    """All values of one figure or attribute over time.

    Args:
        name: of the parameter or attribute.
        kind: what it yields.
        label: what people call it.
        entries: in order of their first days.
        by_place: whether a place selects.
        rows: how many facts select a row.
    """

    name: str
    kind: Type
    label: Words
    entries: tuple[Entry, ...]
    by_place: bool = False
    rows: int = 0

    def on(self, as_of: date) -> Table:
        """Returns what is in force on a day: for each place the last entry begun, while it lasts."""
        found: dict[str, Entry] = {}
        for entry in self.entries:
            if entry.said.start <= as_of:
                found[entry.said.place or EVERYWHERE] = entry
        lasting = {place: entry for place, entry in found.items() if entry.said.to is None or as_of <= entry.said.to}
        return Table(self, lasting)

    def changes(self) -> set[date]:
        """Returns the days on which something begins or has ended."""
        ends = {entry.said.to + timedelta(1) for entry in self.entries if entry.said.to is not None}
        return ends | {entry.said.start for entry in self.entries}


@dataclass(frozen=True)
class Table:
    """What one figure says on one day, by place."""

    series: Series
    entries: Mapping[str, Entry]

    def entry(self, place: str | None, wider: str | None) -> Entry | None:
        """Returns the entry that a place selects: the county's, its city's, its province's, then everywhere's.

        Args:
            place: the code, or None when it is not known.
            wider: the province's code where that alone is known.
        """
        if place is not None:
            for code in (place, place[:4], place[:2], EVERYWHERE):
                if code in self.entries:
                    return self.entries[code]
            return None
        if not self.settled_without_place(wider):
            return None
        return self.entries.get(wider or EVERYWHERE) or self.entries.get(EVERYWHERE)

    def settled_without_place(self, wider: str | None) -> bool:
        """Returns whether the entry is the same whatever the unknown place turns out to be inside `wider`."""
        known = wider or ""
        return not any(code not in {EVERYWHERE, wider} and code.startswith(known) for code in self.entries)


Reader = Callable[[str], Value | None]


def reader(kind: Type) -> Reader:
    """Returns the function that reads a value of a type from its text, or gives None for a text that is none."""
    if kind.kind == "bool":
        return {"true": True, "false": False}.get
    if kind.kind == "date":
        return day
    if kind.kind == "choice":
        return lambda text: text if text in kind.values else None
    if kind.kind == "place":
        return lambda text: text
    number: Callable[[str], int | Fraction | None] = _fen if kind.kind == "money" else whole
    if kind.denominator > 1:
        number = ratio
    return lambda text: _within(number(text), kind)


def _within(number: int | Fraction | None, kind: Type) -> int | Fraction | None:
    """Returns a number inside the range that its type declares, on which every engine relies (MEANING M28)."""
    return number if number is not None and kind.low <= number * kind.denominator <= kind.high else None


def form(kind: Type, said: str = "") -> Words:
    """Returns the advice that tells how a value of a type is written; `said` is what stands there instead."""
    if kind.kind == "choice":
        return did_you_mean(said, kind.values) or one_of(kind.values)
    name = "ratio" if kind.kind == "number" and kind.denominator > 1 else kind.kind
    return _FORMS[name]


_FORMS = {
    "money": Words("以元为单位，至多两位小数，如 `485`、`1110.50`", "yuan with at most two decimals: `485`, `1110.50`"),
    "number": Words("整数，如 `12`", "a whole number: `12`"),
    "ratio": Words("至多四位小数，如 `0.3`", "a decimal with at most four places: `0.3`"),
    "bool": Words("可写：`true`、`false`", "one of: `true`, `false`"),
    "date": Words("日期写成 YYYY-MM-DD", "a day is written YYYY-MM-DD"),
}


def kind_of(name: str, said: Parameter | Attribute) -> Type:
    """Returns the type of a parameter or of an attribute of places; a table that goes on is not fixed (MEANING M29)."""
    if isinstance(said, Attribute):
        return _count(None, fixed=False) if said.type == "count" else _plain(name, said, fixed=False)
    fixed = all(value.each_further is None for value in said.values)
    if said.type == "money":
        return Type("money", said.per, low=0, high=LARGEST_FEN, fixed=fixed)
    if said.type == "ratio":
        return Type("number", None, low=0, high=MOST_RATIO * 10**4, denominator=10**4, fixed=fixed)
    if said.type == "count":
        return _count(said.unit, fixed=fixed)
    return _plain(name, said, fixed=fixed)


def _plain(name: str, said: Parameter | Attribute, *, fixed: bool) -> Type:
    """Returns the type of what is no number; a choice is of the kind that its name says, and of no other."""
    if said.type == "choice":
        return Type("choice", name, values=tuple(said.choices), fixed=fixed)
    return Type("bool" if said.type == "bool" else "date", fixed=fixed)


def _count(unit: str | None, *, fixed: bool) -> Type:
    return Type("number", unit, low=0, high=10**6, fixed=fixed)


def _fen(text: str) -> int | None:
    try:
        return fen(text)
    except ValueError:
        return None


def changes(series: Sequence[Series]) -> set[date]:
    """Returns every day on which one of several figures changes."""
    return {each for one in series for each in one.changes()}
