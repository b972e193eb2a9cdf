"""The leaves of an expression: what it reads, and what of that is unknown and undecided (MEANING M21)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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


def opened(expr: Expr, rules: Rules) -> Iterator[Expr]:
    """Yields a node and everything below it, concepts opened as the day has them."""
    yield expr
    if isinstance(expr, ir.Concept) and expr.name in rules.state.concepts:
        yield from opened(rules.state.concepts[expr.name], rules)
    for child in ir.children(expr):
        yield from opened(child, rules)


def undecided(exprs: Iterable[Expr], situation: Situation, own: Facts) -> list[Missing]:
    """Returns the unknown leaves in the undecided parts of expressions that came out unknown.

    Own facts stand first, then the household's, then the members', then the pack's parameters; once each.
    """
    walk = _Undecided(situation)
    for expr in exprs:
        walk.visit(expr, own, NOBODY)
    first = own.get("id", HOUSEHOLD)
    order = {first: 0, HOUSEHOLD: 1, PACK: len(situation.members) + 3}
    order |= {member["id"]: 2 + index for index, member in enumerate(situation.members) if member["id"] != first}
    return sorted(walk.found, key=lambda leaf: order.get(leaf.subject, 2))


class _Undecided:
    """A walk over the parts that are not settled, without short cuts."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.rules = situation.rules
        self.found: dict[Missing, None] = {}

    def unknown(self, expr: Expr, own: Facts, member: Facts) -> bool:
        """Returns whether a part came out unknown."""
        return closure(expr, self.rules)(self.situation, own, member) is None

    def visit(self, expr: Expr, own: Facts, member: Facts) -> None:
        """Adds the leaves of an unknown part."""
        if not self.unknown(expr, own, member):
            return
        match expr:
            case ir.Fact(scope, name):
                self.fact(name, own if scope == "own" else member if scope == "member" else NOBODY)
            case ir.Figure():
                self.figure(expr, own, member)
            case ir.Concept(scope, name):
                self.concept(name, own if scope == "own" else member if scope == "member" else NOBODY)
            case ir.PlaceOf(place, attribute):
                self.place(place, attribute, own, member)
            case ir.Size():
                self.open_list()
            case ir.Choice():
                self.choice(expr, own, member)
            case ir.Quantifier():
                self.quantifier(expr, own)
            case _:
                for child in ir.children(expr):
                    self.visit(child, own, member)

    def fact(self, name: str, whose: Facts) -> None:
        """Adds an unknown fact, unless it does not apply (MEANING M14)."""
        spec = self.rules.pack.contents.schema.facts[name]
        if spec.only_if is not None:
            applies = closure(spec.only_if.expr, self.rules)(self.situation, whose, NOBODY)
            if applies is False:
                return
        self.found[Missing(whose.get("id", HOUSEHOLD), name, "fact")] = None
        if spec.derive is not None and any(isinstance(node, ir.Quantifier) for node in ir.walk(spec.derive.expr)):
            self.open_list()

    def open_list(self) -> None:
        """Adds the completeness of the list of members, where it is what is missing (MEANING M2)."""
        if not self.situation.complete:
            self.found[Missing(HOUSEHOLD, "members_complete", "fact")] = None

    def figure(self, expr: ir.Figure, own: Facts, member: Facts) -> None:
        """Adds what selects a figure while that could still settle it, else the figure."""
        selectors = self.rules.pack.contents.selectors.get(expr.name, ())
        entry, _ = figure_entry(expr, self.rules)(self.situation, own, member)
        lacking = [each for each in selectors if self.unknown(each.expr, own, member)]
        if entry is not None:
            lacking = [each for each in lacking if not each.place and entry.said.unknown is None]
        elif not any(each.place and self.open_place(expr.name, each, own, member) for each in lacking):
            lacking = []
        for each in lacking:
            self.visit(each.expr, own, member)
        if not lacking:
            self.parameter(expr.name)

    def open_place(self, name: str, selector: Selector, own: Facts, member: Facts) -> bool:
        """Returns whether some place inside what is known has a figure of its own."""
        wider = closure(selector.wider, self.rules)(self.situation, own, member) if selector.wider else None
        return not self.rules.state.figures[name].settled_without_place(wider)

    def parameter(self, name: str) -> None:
        """Adds a figure that the pack does not hold."""
        self.found[Missing(PACK, name, "parameter")] = None

    def concept(self, name: str, whose: Facts) -> None:
        """Opens a concept; one that means nothing on the day is the pack's gap."""
        body = self.rules.state.concepts.get(name)
        if body is None:
            self.parameter(name)
        else:
            self.visit(body, whose, NOBODY)

    def place(self, place: Expr, attribute: str, own: Facts, member: Facts) -> None:
        """Adds an unknown place, or what the pack does not know of a known one."""
        if self.unknown(place, own, member):
            self.visit(place, own, member)
        elif attribute not in {"province", "city"}:
            self.parameter(attribute)

    def choice(self, expr: ir.Choice, own: Facts, member: Facts) -> None:
        """Adds what the condition lacks, and what the branches lack that may be taken."""
        held: Value = closure(expr.condition, self.rules)(self.situation, own, member)
        self.visit(expr.condition, own, member)
        if held is not False:
            self.visit(expr.then, own, member)
        if held is not True:
            self.visit(expr.otherwise, own, member)

    def quantifier(self, expr: ir.Quantifier, own: Facts) -> None:
        """Adds what each undecided member lacks, and what an open list leaves open."""
        settled = {"any": False, "count": False, "all": True}.get(expr.gathering)
        condition = expr.condition
        for each in self.situation.members:
            among = True if condition is None else closure(condition, self.rules)(self.situation, own, each)
            value = closure(expr.body, self.rules)(self.situation, own, each)
            if among is False or (settled is not None and value is settled):
                continue
            if condition is not None:
                self.visit(condition, own, each)
            self.visit(expr.body, own, each)
        self.open_list()
