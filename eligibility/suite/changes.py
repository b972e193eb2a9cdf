"""Every small change of the rules of a day: each operator, limit and connective otherwise, a figure, a criterion, a tier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from eligibility import ir
from eligibility.ir import Expr
from eligibility.packs.calendar import Rules
from eligibility.packs.figures import Entry, Table
from eligibility.printer import to_text
from eligibility.ruled import Ruled, ruled
from eligibility.suite.altered import Change, Name, leaning, named
from eligibility.suite.swaps import nearby, swaps
from eligibility.words import Words


@dataclass(frozen=True, eq=False)
class Edit:
    """One change of the rules.

    Args:
        where: the entitlement, concept, derived fact or figure that is changed.
        part: the criterion, exclusion or tier, or the value; empty of a concept.
        said: what stands there and what in its place, or what is left out.
        change: what is otherwise.
        readers: the entitlements that read it.
    """

    where: str
    part: str
    said: Words
    change: Change
    readers: tuple[str, ...] = field(default=())

    def told(self) -> Words:
        """Returns the change, for people."""
        where = f"{self.where}/{self.part}" if self.part else self.where
        return Words(f"改动：{where}：{self.said.zh}", f"change: {where}: {self.said.en}")


def edits(rules: Rules, ids: Sequence[str]) -> Iterator[Edit]:
    """Yields every change of what some entitlements say themselves, of the concepts that they read, and of the figures.

    Args:
        rules: of the day.
        ids: the entitlements, in force.
    """
    uses = {id: _uses(rules, id) for id in ids}
    for id in ids:
        yield from _own(ruled(rules, id))
    for name, body in rules.state.concepts.items():
        readers = _readers(rules, ("concept", name), uses)
        for node, other in swaps(body, rules) if readers else ():
            yield Edit(name, "", _said(node, other), Change(((node, other),)), readers)
    for name, spec in rules.pack.contents.schema.facts.items():
        readers = _readers(rules, ("fact", name), uses) if spec.derive is not None else ()
        for node, other in swaps(spec.derive.expr, rules) if spec.derive is not None and readers else ():
            yield Edit(name, "derive", _said(node, other), Change(((node, other),)), readers)
    for name, table in rules.state.figures.items():
        readers = _readers(rules, ("figure", name), uses)
        for key, said, instead in _values(table) if readers else ():
            yield Edit(name, key, said, Change(tables={name: instead}), readers)


def _uses(rules: Rules, id: str) -> frozenset[Name]:
    """Returns what the conditions and amounts of an entitlement name, those that it requires left to themselves."""
    rule = ruled(rules, id)
    exprs = [part.expr for part in rule.parts if part.expr is not None and "/" not in part.id]
    exprs += [each for tier in rule.tiers for each in tier if each is not None]
    return frozenset(name for each in exprs for name in named(each))


def _readers(rules: Rules, name: Name, uses: Mapping[str, frozenset[Name]]) -> tuple[str, ...]:
    touched = leaning(rules, [name])
    return tuple(id for id, names in uses.items() if not touched.isdisjoint(names))


def _own(rule: Ruled) -> Iterator[Edit]:
    """Yields the changes of what an entitlement says itself."""
    id = rule.entitlement.id
    for part in rule.parts:
        if part.expr is None or "/" in part.id:
            continue
        yield Edit(id, part.id, _OUT, Change(dropped=frozenset({part.id})), (id,))
        for node, other in swaps(part.expr, rule.rules):
            yield Edit(id, part.id, _said(node, other), Change(((node, other),)), (id,))
    for other_id in rule.entitlement.requires:
        dropped = frozenset(each.id for each in rule.parts if each.id.startswith(f"{other_id}/"))
        yield Edit(id, f"requires {other_id}", _OUT, Change(dropped=dropped), (id,))
    yield from _tiers(rule, id)


def _tiers(rule: Ruled, id: str) -> Iterator[Edit]:
    numbers = range(len(rule.tiers))
    for at in numbers:
        name = f"amount {at + 1}"
        yield Edit(id, name, _OUT, Change(order=tuple(each for each in numbers if each != at)), (id,))
        if at:
            order = (*numbers[: at - 1], at, at - 1, *numbers[at + 1 :])
            yield Edit(id, name, Words(f"提到第 {at} 档之前", f"moved before amount {at}"), Change(order=order), (id,))
        for expr in rule.tiers[at]:
            for node, other in swaps(expr, rule.rules) if expr is not None else ():
                yield Edit(id, name, _said(node, other), Change(((node, other),)), (id,))


_OUT = Words("去掉", "left out")


def _said(node: Expr, other: Expr) -> Words:
    """Returns what is changed, in few words."""
    if isinstance(node, ir.And | ir.Or):
        if isinstance(other, ir.And | ir.Or) and len(other.items) == len(node.items):
            signs = ("and", "or") if isinstance(node, ir.And) else ("or", "and")
            text = to_text(node)
            return Words(f"{signs[0]} 改为 {signs[1]}：`{text}`", f"{signs[0]} -> {signs[1]} in `{text}`")
        kept = {id(each) for each in (other.items if type(other) is type(node) else (other,))}
        text = to_text(next(each for each in node.items if id(each) not in kept))
        return Words(f"去掉 `{text}`", f"without `{text}`")
    text = f"`{to_text(node)}` -> `{to_text(other)}`"
    return Words(text, text)


def _values(table: Table) -> Iterator[tuple[str, Words, Table]]:
    """Yields each value of a figure that is in force one unit beside what it is, as a table of its own."""
    for place, entry in table.entries.items():
        for key, value, other, changed in _entries(place, entry, table.series.kind):
            yield key, Words(*(f"{value} -> {other}",) * 2), Table(table.series, {**table.entries, place: changed})


def _entries(place: str, entry: Entry, kind: ir.Type) -> Iterator[tuple[str, Any, Any, Entry]]:
    """Yields each value of an entry: which one it is, what it is, what it could be, and the entry with that."""
    if entry.value is not None:
        for other in _beside(entry.value, kind):
            yield place, entry.value, other, replace(entry, value=other)
    for row, value in entry.rows.items():
        for other in _beside(value, kind):
            key = "/".join([place, *map(str, row)])
            yield key, value, other, replace(entry, rows={**entry.rows, row: other})
    if entry.further is not None:
        for other in _beside(entry.further, kind):
            yield f"{place}+", entry.further, other, replace(entry, further=other)


def _beside(value: Any, kind: ir.Type) -> list[Any]:  # noqa: ANN401 - a value of the figure
    """Returns what a value of a figure could be: one unit less or more, the other truth, another choice."""
    if kind.kind == "choice":
        return [each for each in kind.values if each != value][:1]
    if kind.denominator > 1:
        return [value + Fraction(step, kind.denominator) for step in (-1, 1)]
    return list(nearby(value))
