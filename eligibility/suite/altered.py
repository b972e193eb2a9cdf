"""The rules of a day with something in them changed, for the core: an entitlement that reads other conditions or figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

from eligibility import ir
from eligibility.evaluate import closure
from eligibility.fields import Written
from eligibility.ir import Expr
from eligibility.packs.calendar import RulePack, Rules
from eligibility.packs.figures import Table
from eligibility.ruled import Part, Ruled

Tier = tuple[Expr | None, Expr]
"""A condition, if there is one, and an amount or a number of months."""
Gift = tuple[Expr | None, str, str]
"""A condition, if there is one, a fact, and what a grant makes of it."""
Name = tuple[str, str]
"""A `concept`, a `fact`, a `figure` or an `attribute` of places, and what it is called."""


@dataclass(frozen=True)
class Change:
    """What is otherwise in the rules.

    Args:
        swaps: nodes, each with what stands in its place; a node is known by its identity.
        tables: figures that have other values.
        attributes: attributes of places that have other values.
        otherwise: attributes that are something else of the places that a pack does not list.
        dropped: the criteria and exclusions that are left out.
        order: the tiers that are left, by number in the order in which they are asked; all of them where None.
        lasting: likewise of the months.
        gifts: the statuses that a grant still brings, by number, each with another value where there is one; all where None.
    """

    swaps: Sequence[tuple[Expr, Expr]] = ()
    tables: Mapping[str, Table] = field(default_factory=dict)
    attributes: Mapping[str, Table] = field(default_factory=dict)
    otherwise: Mapping[str, Any] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()
    order: tuple[int, ...] | None = None
    lasting: tuple[int, ...] | None = None
    gifts: Mapping[int, str | None] | None = None

    @cached_property
    def by_identity(self) -> Mapping[int, Expr]:
        """What stands in the place of each node."""
        return {id(node): other for node, other in self.swaps}


@dataclass(frozen=True)
class Altered(Ruled):
    """An entitlement in force of which something is otherwise.

    Args:
        instead: its tiers.
        longest: for how many months it is drawn at most.
        brings: the statuses that a grant brings.
        names: the concepts, facts, figures and attributes that come out otherwise with it.
    """

    instead: tuple[Tier, ...] = ()
    longest: tuple[Tier, ...] = ()
    brings: tuple[Gift, ...] = ()
    names: frozenset[Name] = frozenset()

    @cached_property
    def tiers(self) -> tuple[Tier, ...]:
        """The amounts, each with its condition."""
        return self.instead

    @cached_property
    def lasting(self) -> tuple[Tier, ...]:
        """The months, each number with its condition."""
        return self.longest

    @cached_property
    def gifts(self) -> tuple[Gift, ...]:
        """The statuses that a grant brings, each with its condition."""
        return self.brings


def altered(rule: Ruled, change: Change) -> Altered:
    """Returns an entitlement as it would be after a change; what a part reads besides its truth is left as it was."""
    swaps, old = change.by_identity, rule.rules
    concepts = {name: put(body, swaps) for name, body in old.state.concepts.items()}
    other = {("concept", name) for name, body in concepts.items() if body is not old.state.concepts[name]}
    other |= {("figure", name) for name in change.tables}
    other |= {("attribute", name) for name in (*change.attributes, *change.otherwise)}
    figures, attributes = {**old.state.figures, **change.tables}, {**old.state.attributes, **change.attributes}
    state = replace(old.state, concepts=concepts, figures=figures, attributes=attributes, memo={})
    pack, facts = _derived(_elsewhere(old.pack, change), swaps)
    other |= {("fact", name) for name in facts}
    rules = Rules(pack, old.day, state)
    parts = tuple(_part(part, swaps, rules) for part in rule.parts if part.id not in change.dropped)
    tiers = (_left(rule.tiers, change.order, swaps), _left(rule.lasting, change.lasting, swaps))
    gifts = tuple(
        (put(when, swaps) if when is not None else None, fact, (change.gifts or {}).get(at) or value)
        for at, (when, fact, value) in enumerate(rule.gifts)
        if change.gifts is None or at in change.gifts
    )
    return Altered(rules, rule.ruling, parts, *tiers, gifts, leaning(old, other) if other else frozenset())


def _left(tiers: Sequence[Tier], order: Sequence[int] | None, swaps: Mapping[int, Expr]) -> tuple[Tier, ...]:
    """Returns the tiers that are left, in their order, with what is in the place of what."""
    found = (tiers[at] for at in (range(len(tiers)) if order is None else order))
    return tuple((put(when, swaps) if when is not None else None, put(amount, swaps)) for when, amount in found)


def _elsewhere(pack: RulePack, change: Change) -> RulePack:
    """Returns a pack in which attributes are something else of places that are not listed; the same pack where none is."""
    if not change.otherwise:
        return pack
    return RulePack(replace(pack.contents, otherwise={**pack.contents.otherwise, **change.otherwise}))


def _derived(pack: RulePack, swaps: Mapping[int, Expr]) -> tuple[RulePack, list[str]]:
    """Returns a pack in which facts follow otherwise from others, and which facts; the same pack where none does."""
    schema, found = pack.contents.schema, {}
    for name, spec in schema.facts.items():
        if spec.derive is not None:
            expr = put(spec.derive.expr, swaps)
            if expr is not spec.derive.expr:
                derive = Written(spec.derive.passage)
                derive.expr = expr
                found[name] = spec.model_copy(update={"derive": derive})
    if not found:
        return pack, []
    other = replace(schema, facts={**schema.facts, **found})
    return RulePack(replace(pack.contents, schema=other)), list(found)


def _part(part: Part, swaps: Mapping[int, Expr], rules: Rules) -> Part:
    if part.expr is None:
        return part
    expr = put(part.expr, swaps)
    return replace(part, expr=expr, ask=closure(expr, rules))


def put(expr: Expr, swaps: Mapping[int, Expr]) -> Expr:
    """Returns an expression with some nodes replaced; the very same one where it holds none of them."""
    if id(expr) in swaps:
        return swaps[id(expr)]
    found: dict[str, Any] = {}
    for each in fields(expr):
        value = getattr(expr, each.name)
        if isinstance(value, ir.Node):
            new = put(value, swaps)  # type: ignore[arg-type]  # every node is an expression
            if new is not value:
                found[each.name] = new
        elif isinstance(value, tuple) and value and isinstance(value[0], ir.Node):
            items = tuple(put(item, swaps) for item in value)
            if any(a is not b for a, b in zip(items, value, strict=True)):
                found[each.name] = items
    return replace(expr, **found) if found else expr


def leaning(rules: Rules, names: Iterable[Name]) -> frozenset[Name]:
    """Returns some concepts, facts, figures and attributes, and all others that lean on them, derived facts among them."""
    key = "what leans on what"
    used: dict[Name, set[Name]] | None = rules.state.memo.get(key)
    if used is None:
        used = rules.state.memo[key] = {}
        for name, expr in _meanings(rules):
            for each in named(expr):
                used.setdefault(each, set()).add(name)
    found, waiting = set[Name](), list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += used.get(name, ())
    return frozenset(found)


def _meanings(rules: Rules) -> Iterator[tuple[Name, Expr]]:
    """Yields what concepts mean, what facts follow from, and what selects the values of figures."""
    contents = rules.pack.contents
    yield from ((("concept", name), body) for name, body in rules.state.concepts.items())
    yield from ((("fact", each.name), each.derive.expr) for each in contents.schema.facts.values() if each.derive)
    for name, selectors in contents.selectors.items():
        for each in selectors:
            yield from ((("figure", name), expr) for expr in (each.expr, each.wider) if expr is not None)


def named(expr: Expr) -> Iterator[Name]:
    """Yields the concepts, facts, figures and attributes of places that stand in an expression."""
    for node in ir.walk(expr):
        if isinstance(node, ir.Concept | ir.Fact | ir.Figure):
            yield type(node).__name__.lower(), node.name
        elif isinstance(node, ir.PlaceOf):
            yield "attribute", node.attribute
