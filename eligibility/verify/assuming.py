"""Figures that a pack does not hold, taken for unknowns like the facts of a household: what is proved then holds whatever they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from eligibility import ir
from eligibility.ir import Expr, Type
from eligibility.packs.calendar import Rules, State
from eligibility.packs.figures import Entry, Table
from eligibility.packs.floors import floors
from eligibility.solver.comparing import compared
from eligibility.solver.compiling import Who
from eligibility.solver.logic import Given, Sum, Whole, holds, no, of, some, total, unknowns
from eligibility.solver.lookup import Lookup, kind_of
from eligibility.solver.values import Code, Number, Truth, Value, surely
from eligibility.targets.smt import World
from eligibility.words import Words


@dataclass(frozen=True)
class Assumed:
    """A figure that the pack does not hold.

    Args:
        name: of the parameter.
        entry: that says it is unknown.
        kind: what it would be.
        value: the unknown that stands for it.
    """

    name: str
    entry: Entry
    kind: Type
    value: Value


@dataclass(frozen=True)
class _Assuming(Lookup):
    """A figure of which what is not held is an unknown."""

    world: Supposed | None = None
    name: str = ""

    def _at(self, entry: Entry) -> Value:
        """Returns what an entry says, or the unknown that stands for what it does not."""
        if entry.said.unknown is None or self.world is None:
            return super()._at(entry)
        return self.world.assume(self.name, entry)


class Supposed(World):
    """A household of unknowns under rules of which every figure is something, whatever it is.

    Each entry of a figure that is not held is one unknown: two members of whom it is read have the same.
    """

    def value(self, expr: Expr, own: Who = None, member: Who = None) -> Value:
        """Returns what an expression becomes, made once for each who reads it."""
        if not isinstance(expr, ir.Figure):
            return super().value(expr, own, member)
        key = (id(expr), own, member)
        if key not in self._memo:
            self._memo[key] = expr, self.figure(expr, own, member)
        return self._memo[key][1]

    def figure(self, node: ir.Figure, own: Who, member: Who) -> Value:
        """Returns a figure of the pack, an unknown where it is not held."""
        by = self.contents.selectors.get(node.name, ())
        place = next((key for key in by if key.place), None)
        return _Assuming(
            kind_of(self.contents.names.figures[node.name]),
            self.rules.state.figures[node.name],
            self.code(place.expr, own, member) if place else None,
            self.code(place.wider, own, member) if place and place.wider else None,
            [self.value(key.expr, own, member) for key in by if not key.place],
            self.ground,
            self,
            node.name,
        ).value()

    @property
    def assumed(self) -> dict[int, Assumed]:
        """The figures that were taken for unknowns, by the identity of the entry, for all households of one ground."""
        found: dict[int, Assumed] = self.ground.memo.setdefault("assumed figures", {})
        return found

    def assume(self, name: str, entry: Entry) -> Value:
        """Returns the unknown that stands for an entry; it keeps to the floor beside it."""
        if id(entry) not in self.assumed:
            kind = self.contents.names.figures[name]
            found = self.assumed[id(entry)] = Assumed(name, entry, kind, self.any(name, kind))
            floor = dict(floors(self.contents.parameters)).get(name)
            held = self.rules.state.figures[floor].entries.get(entry.said.place or "") if floor else None
            if held is not None and isinstance(held.value, int) and isinstance(found.value, Number):
                least = Number(
                    known=True, pieces=((True, Sum((), held.value * kind.denominator)),), denominator=kind.denominator
                )
                self.ground.require(compared(">=", found.value, least, self.ground).yes)
        return self.assumed[id(entry)].value

    def any(self, name: str, kind: Type) -> Value:
        """Returns any value of a type."""
        name = f"figure {name}"
        if kind_of(kind) == "bool":
            return surely(self.ground.flag(name))
        if kind_of(kind) == "code":
            flags = {code: self.ground.flag(f"{name}={code}") for code in kind.values}
            self.ground.require(some(*flags.values()))
            for at, one in enumerate(flags.values()):
                for other in list(flags.values())[:at]:
                    self.ground.require(some(no(one), no(other)))
            return Code(known=True, cases=flags)
        low, high = (
            (date(1949, 1, 1).toordinal(), date(2100, 12, 31).toordinal())
            if kind.kind == "date"
            else (kind.low, kind.high)
        )
        whole = self.ground.whole(name, low, high)
        return Number(known=True, pieces=((True, of(whole)),), denominator=kind.denominator)


@dataclass(frozen=True)
class Supposition:
    """Figures that a household rests on and that the pack does not hold.

    Args:
        values: by the identity of the entry, the figure and what it is taken to be.
    """

    values: Mapping[int, tuple[Assumed, Any]] = field(default_factory=dict)

    def rules(self, rules: Rules) -> Rules:
        """Returns the rules of the day with these figures in place of those that are not held."""
        if not self.values:
            return rules
        figures = {name: self.table(table) for name, table in rules.state.figures.items()}
        state = rules.state
        return Rules(rules.pack, rules.day, State(state.rulings, figures, state.attributes, state.concepts))

    def table(self, table: Table) -> Table:
        """Returns what a figure says with its unknown entries filled in."""
        entries = {
            place: replace(entry, value=self.values[id(entry)][1]) if id(entry) in self.values else entry
            for place, entry in table.entries.items()
        }
        return replace(table, entries=entries)

    def without(self, key: int) -> Supposition:
        """Returns the same without one figure."""
        return Supposition({each: value for each, value in self.values.items() if each != key})


def supposition(world: Supposed, given: Given) -> Supposition:
    """Returns what a model says of the figures that are not held and that hang together with what was asked."""
    found = {key: (each, value) for key, each in world.assumed.items() if (value := _read(each, given)) is not None}
    return Supposition(found)


def _read(each: Assumed, given: Given) -> Any:  # noqa: ANN401 - a value of the figure's type
    value = each.value
    if isinstance(value, Truth):
        return holds(value.yes, given) if all(one in given for one in unknowns(value.yes)) else None
    if isinstance(value, Code):
        return next((code for code, when in value.cases.items() if when in given and holds(when, given)), None)
    ((_, base),) = value.pieces
    if not isinstance(base, Sum) or any(whole not in given for whole, _ in base.terms if isinstance(whole, Whole)):
        return None
    number = total(base, given)
    if each.kind.kind == "date":
        return date.fromordinal(number)
    return number if value.denominator == 1 else Fraction(number, value.denominator)


def label(each: Assumed, world_names: Mapping[str, Any]) -> Words:
    """Returns what people call a figure."""
    found: Words = world_names[each.name].label
    return found
