"""Every small change of the rules of a day: each operator, limit and connective otherwise, a figure, a criterion, a tier, a status."""

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
from eligibility.suite.sides import tiers
from eligibility.suite.swaps import nearby, swaps
from eligibility.words import Words


@dataclass(frozen=True, eq=False)
class Edit:
    """One change of the rules.

    Args:
        where: the entitlement, concept, derived fact, figure or attribute of places that is changed.
        part: the criterion, exclusion, tier or status, or the value; empty of a concept.
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
    """Yields every change of what some entitlements say themselves, of the concepts that they read, of figures and places.

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
    yield from _attributes(rules, uses)


def _attributes(rules: Rules, uses: Mapping[str, frozenset[Name]]) -> Iterator[Edit]:
    """Yields the changes of what is said of places, those among them that the pack does not list."""
    for name, table in rules.state.attributes.items():
        readers = _readers(rules, ("attribute", name), uses)
        for key, said, instead in _values(table) if readers else ():
            yield Edit(name, key, said, Change(attributes={name: instead}), readers)
        elsewhere = rules.pack.contents.otherwise.get(name)
        for value in _beside(elsewhere, table.series.kind) if readers and elsewhere is not None else ():
            said = Words(*(f"{elsewhere} -> {value}",) * 2)
            yield Edit(name, "otherwise", said, Change(otherwise={name: value}), readers)


def _uses(rules: Rules, id: str) -> frozenset[Name]:
    """Returns what the conditions and amounts of an entitlement name, those that it requires left to themselves."""
    rule = ruled(rules, id)
    exprs = [part.expr for part in rule.parts if part.expr is not None and "/" not in part.id]
    exprs += [each for tier in (*rule.tiers, *rule.lasting) for each in tier if each is not None]
    exprs += [when for when, _, _ in rule.gifts if when is not None]
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
    for kind, number, exprs, out in tiers(rule):
        name = f"{kind} {number}"
        yield Edit(id, name, _OUT, out, (id,))
        if kind == "gives":
            yield from _gifts(rule, number, name)
        elif number > 1:
            said = Words(f"提到第 {number - 1} 档之前", f"moved before {kind} {number - 1}")
            yield Edit(id, name, said, _earlier(rule, kind, number), (id,))
        for expr in exprs[:1] if kind == "gives" else exprs:
            for node, other in swaps(expr, rule.rules) if expr is not None else ():
                yield Edit(id, name, _said(node, other), Change(((node, other),)), (id,))


def _earlier(rule: Ruled, kind: str, number: int) -> Change:
    """Returns that a tier stands before the one that stands before it."""
    every = range(len(rule.tiers if kind == "amount" else rule.lasting))
    order = (*every[: number - 2], number - 1, number - 2, *every[number:])
    return Change(order=order) if kind == "amount" else Change(lasting=order)


def _gifts(rule: Ruled, number: int, name: str) -> Iterator[Edit]:
    """Yields that a grant makes something else of a fact."""
    _, fact, value = rule.gifts[number - 1]
    spec = rule.rules.pack.contents.schema.facts[fact]
    others = {"bool": ("true", "false"), "choice": tuple(spec.values)}.get(spec.type, ())
    for other in others:
        if other != value:
            gifts = dict.fromkeys(range(len(rule.gifts))) | {number - 1: other}
            said = Words(*(f"`{fact}: {value}` -> `{other}`",) * 2)
            yield Edit(rule.entitlement.id, name, said, Change(gifts=gifts), (rule.entitlement.id,))


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
