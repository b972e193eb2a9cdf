"""The leaves of an expression: what it reads, and what of that is unknown and undecided (MEANING M21)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from eligibility import ir
from eligibility.evaluate import closure, figure_entry
from eligibility.ir import Expr, Scope
from eligibility.packs.calendar import Rules
from eligibility.packs.contents import Selector
from eligibility.situation import NOBODY, Facts, Situation, Value

PACK = "pack"
HOUSEHOLD = "household"
LeafKind = Literal["fact", "parameter"]


class Missing(NamedTuple):
    """An unknown leaf: whose it is (a member's id, `household`, or `pack`), its name, and what it is."""

    subject: str
    name: str
    kind: LeafKind


@dataclass
class Reads:
    """What an expression may read, concepts opened, in reading order, once each."""

    own: dict[str, None] = field(default_factory=dict)
    household: dict[str, None] = field(default_factory=dict)
    member: dict[str, None] = field(default_factory=dict)
    figures: dict[str, ir.Figure] = field(default_factory=dict)
    attributes: dict[str, None] = field(default_factory=dict)
    concepts: dict[str, None] = field(default_factory=dict)

    def add(self, other: Reads) -> None:
        """Adds what another expression reads."""
        for mine, theirs in (
            (self.own, other.own),
            (self.household, other.household),
            (self.member, other.member),
            (self.attributes, other.attributes),
            (self.concepts, other.concepts),
        ):
            mine.update(theirs)
        self.figures.update(other.figures)

    def names(self) -> Iterator[str]:
        """Yields the names of all facts read, whosever they are."""
        yield from self.own
        yield from self.household
        yield from self.member


def reads(expr: Expr, rules: Rules, scope: Scope | None = None) -> Reads:
    """Returns what an expression may read.

    Args:
        expr: parsed.
        rules: of the day: they say what concepts mean.
        scope: as whom its own facts are read, when a concept is opened for a member.
    """
    found = Reads()
    _collect(expr, rules, scope or "own", found)
    return found


def _collect(expr: Expr, rules: Rules, own: Scope, found: Reads) -> None:
    if isinstance(expr, ir.Fact):
        scope = own if expr.scope == "own" else expr.scope
        {"own": found.own, "household": found.household, "member": found.member}[scope][expr.name] = None
    elif isinstance(expr, ir.Figure):
        for selector in rules.pack.contents.selectors.get(expr.name, ()):
            _collect(selector.expr, rules, own, found)
        found.figures.setdefault(expr.name, expr)
    elif isinstance(expr, ir.Concept):
        found.concepts[expr.name] = None
        body = rules.state.concepts.get(expr.name)
        if body is not None:
            _collect(body, rules, own if expr.scope == "own" else expr.scope, found)
    else:
        if isinstance(expr, ir.PlaceOf) and expr.attribute not in {"province", "city"}:
            found.attributes[expr.attribute] = None
        for child in ir.children(expr):
            _collect(child, rules, own, found)


def undecided(exprs: Iterable[Expr], situation: Situation, own: Facts) -> list[Missing]:
    """Returns the unknown leaves in the undecided parts of expressions that came out unknown.

    Own facts stand first, then the household's, then the members', then the pack's parameters; once each.
    """
    found: Found = {}
    for expr in exprs:
        gatherer(expr, situation.rules)(situation, own, NOBODY, found)
    if len(found) < 2:  # noqa: PLR2004 - nothing to put in order
        return list(found)
    order = _order(situation, own)
    return sorted(found, key=lambda leaf: order.get(leaf.subject, 2))


def _order(situation: Situation, own: Facts) -> Mapping[str, int]:
    """Returns where the leaves of each subject stand among those of an answer, made once for each subject."""
    first = own.get("id", HOUSEHOLD)
    key = ("order of leaves", first)
    order: dict[str, int] | None = situation.memo.get(key)
    if order is None:
        order = {first: 0, HOUSEHOLD: 1, PACK: len(situation.members) + 3}
        order |= {member["id"]: 2 + index for index, member in enumerate(situation.members) if member["id"] != first}
        situation.memo[key] = order
    return order


Found = dict[Missing, None]
Gatherer = Callable[[Situation, Facts, Facts, Found], None]
"""Adds the leaves of an expression to what was found, where the expression comes out unknown."""


def gatherer(expr: Expr, rules: Rules) -> Gatherer:
    """Returns what gathers the leaves of an expression, made once for each state of the law."""
    memo, key = rules.state.memo, ("leaves", id(expr))
    found: tuple[Expr, Gatherer] | None = memo.get(key)
    if found is None:
        # The expression is kept beside it, so that no other one can ever come to have the same identity.
        found = memo[key] = expr, _GATHERERS.get(type(expr), _parts)(expr, rules)
    return found[1]


def _parts(expr: Expr, rules: Rules) -> Gatherer:
    """Gathers from every part."""
    ask, parts = closure(expr, rules), [gatherer(child, rules) for child in ir.children(expr)]

    def gather(situation: Situation, own: Facts, member: Facts, found: Found) -> None:
        if ask(situation, own, member) is None:
            for part in parts:
                part(situation, own, member, found)

    return gather


def _fact(expr: ir.Fact, rules: Rules) -> Gatherer:
    """Adds an unknown fact, unless it does not apply (MEANING M14)."""
    name, scope = expr.name, expr.scope
    spec = rules.pack.contents.schema.facts[name]
    applies = closure(spec.only_if.expr, rules) if spec.only_if is not None else None
    listed = spec.derive is not None and any(isinstance(node, ir.Quantifier) for node in ir.walk(spec.derive.expr))

    def gather(situation: Situation, own: Facts, member: Facts, found: Found) -> None:
        whose = own if scope == "own" else member if scope == "member" else NOBODY
        known = situation.household if scope == "household" else whose
        if known.get(name) is not None:
            return
        if applies is not None and applies(situation, whose, NOBODY) is False:
            return
        found[Missing(whose.get("id", HOUSEHOLD), name, "fact")] = None
        if listed:
            _open_list(situation, found)

    return gather


def _open_list(situation: Situation, found: Found) -> None:
    """Adds the completeness of the list of members, where it is what is missing (MEANING M2)."""
    if not situation.complete:
        found[Missing(HOUSEHOLD, "members_complete", "fact")] = None


def _figure(expr: ir.Figure, rules: Rules) -> Gatherer:
    """Adds what selects a figure while that could still settle it, else the figure."""
    ask, find = closure(expr, rules), figure_entry(expr, rules)
    selectors = rules.pack.contents.selectors.get(expr.name, ())
    parts = [(each, closure(each.expr, rules), gatherer(each.expr, rules)) for each in selectors]
    itself = Missing(PACK, expr.name, "parameter")

    def gather(situation: Situation, own: Facts, member: Facts, found: Found) -> None:
        if ask(situation, own, member) is not None:
            return
        entry, _ = find(situation, own, member)
        lacking = [(each, part) for each, value, part in parts if value(situation, own, member) is None]
        if entry is not None:
            lacking = [(each, part) for each, part in lacking if not each.place and entry.said.unknown is None]
        elif not any(each.place and _open_place(expr.name, each, rules, situation, own, member) for each, _ in lacking):
            lacking = []
        for _, part in lacking:
            part(situation, own, member, found)
        if not lacking:
            found[itself] = None

    return gather


def _open_place(name: str, selector: Selector, rules: Rules, situation: Situation, own: Facts, member: Facts) -> bool:
    """Returns whether some place inside what is known has a figure of its own."""
    wider = closure(selector.wider, rules)(situation, own, member) if selector.wider else None
    return not rules.state.figures[name].settled_without_place(wider)


def _concept(expr: ir.Concept, rules: Rules) -> Gatherer:
    """Opens a concept; one that means nothing on the day is the pack's gap."""
    ask, scope, body = closure(expr, rules), expr.scope, rules.state.concepts.get(expr.name)
    inner, itself = gatherer(body, rules) if body is not None else None, Missing(PACK, expr.name, "parameter")
    name = f"leaves of {expr.name}"

    def gather(situation: Situation, own: Facts, member: Facts, found: Found) -> None:
        if inner is None:
            found[itself] = None
        elif ask(situation, own, member) is None:
            whose = own if scope == "own" else member if scope == "member" else NOBODY
            key, memo = (name, whose.get("id")), situation.memo
            mine: Found | None = memo.get(key)
            if mine is None:
                mine = memo[key] = {}
                inner(situation, whose, NOBODY, mine)
            found.update(mine)

    return gather


def _place(expr: ir.PlaceOf, rules: Rules) -> Gatherer:
    """Adds an unknown place, or what the pack does not know of a known one."""
    ask, place, inner = closure(expr, rules), closure(expr.place, rules), gatherer(expr.place, rules)
    itself = Missing(PACK, expr.attribute, "parameter")

    def gather(situation: Situation, own: Facts, member: Facts, found: Found) -> None:
        if ask(situation, own, member) is not None:
            return
        if place(situation, own, member) is None:
            inner(situation, own, member, found)
        elif expr.attribute not in {"province", "city"}:
            found[itself] = None

    return gather


def _size(_: ir.Size, __: Rules) -> Gatherer:
    return lambda situation, _own, _member, found: _open_list(situation, found)


def _choice(expr: ir.Choice, rules: Rules) -> Gatherer:
    """Adds what the condition lacks, and what the branches lack that may be taken."""
    ask, condition = closure(expr, rules), closure(expr.condition, rules)
    asked, then, otherwise = (gatherer(each, rules) for each in (expr.condition, expr.then, expr.otherwise))

    def gather(situation: Situation, own: Facts, member: Facts, found: Found) -> None:
        if ask(situation, own, member) is not None:
            return
        held: Value = condition(situation, own, member)
        asked(situation, own, member, found)
        if held is not False:
            then(situation, own, member, found)
        if held is not True:
            otherwise(situation, own, member, found)

    return gather


def _quantifier(expr: ir.Quantifier, rules: Rules) -> Gatherer:
    """Adds what each undecided member lacks, and what an open list leaves open."""
    ask, settled = closure(expr, rules), {"any": False, "count": False, "all": True}.get(expr.gathering)
    body, inner = closure(expr.body, rules), gatherer(expr.body, rules)
    condition = closure(expr.condition, rules) if expr.condition is not None else None
    filtered = gatherer(expr.condition, rules) if expr.condition is not None else None

    def gather(situation: Situation, own: Facts, member: Facts, found: Found) -> None:
        if ask(situation, own, member) is not None:
            return
        for each in situation.members:
            among = True if condition is None else condition(situation, own, each)
            value = body(situation, own, each)
            if among is False or (settled is not None and value is settled):
                continue
            if filtered is not None:
                filtered(situation, own, each, found)
            inner(situation, own, each, found)
        _open_list(situation, found)

    return gather


_GATHERERS: dict[type, Callable[..., Gatherer]] = {
    ir.Fact: _fact,
    ir.Figure: _figure,
    ir.Concept: _concept,
    ir.PlaceOf: _place,
    ir.Size: _size,
    ir.Choice: _choice,
    ir.Quantifier: _quantifier,
}
