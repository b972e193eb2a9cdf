"""Conditions to columns: each node of the ir over the table of its subject, concepts and figures made once each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from eligibility import ir
from eligibility.columns import members
from eligibility.columns.cells import (
    YES,
    Cell,
    among,
    chosen,
    compared,
    constant,
    denied,
    joined,
    some,
)
from eligibility.columns.lookup import Lookup, attribute
from eligibility.columns.numbers import called, reckoned
from eligibility.columns.plan import MEMBER, Gathered, Paired, stage_of
from eligibility.columns.stating import Facts, Given, Seat, kind_of
from eligibility.columns.terms import INT64, Term, col, lit
from eligibility.errors import NotCompilable
from eligibility.ir import Expr
from eligibility.leaves import reads
from eligibility.packs.calendar import Rules
from eligibility.printer import to_text
from eligibility.words import Words

T = TypeVar("T")
_TURNED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OWN_ORDER = Words("由成员推出的事实不能再看全体成员", "what is derived for a member cannot look at all members")


class Compiler(Facts):
    """Compiles conditions of one day for two tables."""

    def __init__(self, rules: Rules, given: Given) -> None:
        """Takes the rules of the day, and which columns are there; everything is made when it is first asked for."""
        self.memo: dict[tuple[Seat, int], tuple[Expr, Cell]] = {}
        self.quantified: dict[tuple[Expr, str], Cell] = {}
        self.concepts: dict[tuple[str, str], Cell] = {}
        self.pair_own: dict[str, Cell] = {}
        self.pair_member: dict[str, Cell] = {}
        super().__init__(rules, given)

    def cell(self, expr: Expr, seat: Seat) -> Cell:
        """Returns what an expression becomes, made once for each who reads it."""
        key = (seat, id(expr))
        if seat == "pair":
            # What a table of pairs holds belongs to that table alone.
            found: Cell = _NODES[type(expr)](self, expr, seat)
            return found
        if key not in self.memo:
            self.memo[key] = expr, _NODES[type(expr)](self, expr, seat)
        return self.memo[key][1]

    def read_fact(self, node: ir.Fact, seat: Seat) -> Cell:
        """Returns a fact as somebody reads it."""
        found = self.known(node.name)
        if self.schema.facts[node.name].owner == "household":
            return self.of_home(found, seat)
        return self.of_person(found, node.scope, seat)

    def of_home(self, cell: Cell, seat: Seat) -> Cell:
        """Returns a value of the household, as somebody reads it."""
        if cell.fixed or seat == "home":
            return cell
        there = self.plan.to_persons(cell)
        return self.own_of_pair(there) if seat == "pair" else there

    def of_person(self, cell: Cell, scope: str, seat: Seat) -> Cell:
        """Returns a value of a person, as somebody reads it: of themself, or of the member at hand."""
        if cell.fixed:
            return cell
        if scope == "member":
            return self.member_of_pair(cell) if seat == "pair" else cell
        if seat == "pair":
            return self.own_of_pair(cell)
        # A household has no facts of its own person, and a quantifier that reads the subject's is asked in pairs.
        return cell if seat == "own" else replace(cell, held=None, fixed=True)

    def own_of_pair(self, cell: Cell) -> Cell:
        """Returns a value of the subject, in the table of pairs."""
        name, there = self.plan.named("person", cell, "g")
        self.pair_own[name] = there
        return replace(there, held=col(name), at=(there.at[0], 0))

    def member_of_pair(self, cell: Cell) -> Cell:
        """Returns a value of the member at hand, in the table of pairs."""
        name, there = self.plan.named("person", cell, "g")
        self.pair_member[name] = there
        return replace(there, held=col(MEMBER + name), at=(there.at[0], 0))

    def read_concept(self, node: ir.Concept, seat: Seat) -> Cell:
        """Returns a concept, as somebody reads it."""
        owner, type_ = self.contents.names.concepts[node.name]
        if owner == "household":
            return self.of_home(self.concept(node.name, "home", type_), seat)
        if node.scope == "own" and seat in {"home", "member"}:
            return constant(kind_of(type_), None)
        return self.of_person(self.concept(node.name, "own", type_), node.scope, seat)

    def concept(self, name: str, seat: Seat, type_: ir.Type) -> Cell:
        """Returns what a concept comes to in the table of its owner."""
        if (name, seat) not in self.concepts:
            body = self.rules.state.concepts.get(name)
            found = constant(kind_of(type_), None) if body is None else self.cell(body, seat)
            self.concepts[name, seat] = self.column("household" if seat == "home" else "person", found, "c")
        return self.concepts[name, seat]

    def lookup(self, node: ir.Figure, seat: Seat) -> Lookup:
        """Returns the figure with what selects its value."""
        by = self.contents.selectors.get(node.name, ())
        place = next((key for key in by if key.place), None)
        return Lookup(
            kind_of(self.contents.names.figures[node.name]),
            self.rules.state.figures[node.name],
            self.cell(place.expr, seat) if place else None,
            self.cell(place.wider, seat) if place and place.wider else None,
            [self.cell(key.expr, seat) for key in by if not key.place],
        )

    def figure(self, node: ir.Figure, seat: Seat) -> Cell:
        """Returns a figure of the pack."""
        found = self.lookup(node, seat).value()
        if seat == "pair":
            return found
        key = (f"figure {node.name}", seat)
        if key not in self.concepts:
            self.concepts[key] = self.column("household" if seat == "home" else "person", found, "f")
        return self.concepts[key]

    def place(self, node: ir.PlaceOf, seat: Seat) -> Cell:
        """Returns what a place is."""
        place = self.cell(node.place, seat)
        if node.attribute in {"province", "city"}:
            digits = 2 if node.attribute == "province" else 4
            if place.fixed:
                whole = place.held is not None and place.held.isdigit() and len(place.held) >= digits
                return constant("text", place.held[:digits] if whole else None)
            coded = Cell("bool", place.held.called("str.contains", f"^[0-9]{{{digits}}}[0-9]*$"), at=place.at)
            return chosen(coded, replace(place, held=place.held.called("str.slice", 0, digits)), constant("text", None))
        table, otherwise = self.rules.state.attributes[node.attribute], self.contents.otherwise.get(node.attribute)
        kind = kind_of(self.contents.names.attributes[node.attribute])
        return attribute(table, place, otherwise, list(self.contents.places), kind)

    def size(self, seat: Seat) -> Cell:
        """Returns the number of living members, where all are listed."""
        living = self.gather(Cell("number", lit(1, INT64)), "sum", 0)
        return self.of_home(chosen(self.complete, living, constant("number", None)), seat)

    def gather(self, cell: Cell, how: Any, empty: Any) -> Cell:  # noqa: ANN401 - see Plan.gather
        """Returns a value of the living members together, in the households' table."""
        if self.deriving:
            raise NotCompilable("members", None, _OWN_ORDER)
        return self.plan.gather(cell, how, empty)

    def quantifier(self, node: ir.Quantifier, seat: Seat) -> Cell:
        """Returns a quantifier."""
        return self.over_members(node, "", seat, partial(members.quantified, node.gathering))

    def compare(self, node: ir.Compare, seat: Seat) -> Cell:
        """Returns a comparison; a count against a whole number is settled by its bounds (MEANING M3)."""
        for counted, limit, order in (
            (node.left, node.right, node.order),
            (node.right, node.left, _TURNED[node.order]),
        ):
            if is_count(counted) and isinstance(limit, ir.Literal) and type(limit.value) is int:
                return self.bounded(counted, order, limit.value, seat)
        return compared(node.order, self.cell(node.left, seat), self.cell(node.right, seat))

    def bounded(self, node: Expr, order: str, limit: int, seat: Seat) -> Cell:
        """Returns a count against a whole number."""

        def settled(body: Cell, among_: Cell, gather: members.Gather, complete: Cell) -> Cell:
            return members.bounded(order, limit, members.tally(body, among_, gather), complete)

        return self.over_members(node, f"{order} {limit}", seat, settled)

    def inside(self, node: ir.In, seat: Seat) -> Cell:
        """Returns whether a value is one of those listed."""
        if is_count(node.item):
            return some(*(self.bounded(node.item, "==", int(value), seat) for value in node.values))
        return among(self.cell(node.item, seat), node.values)

    def over_members(self, node: Any, what: str, seat: Seat, settle: Callable[..., Cell]) -> Cell:  # noqa: ANN401 - a quantifier
        """Returns what members come to together: once for the household, or, where the subject is read, for each person."""
        if seat == "own" and self.reads_own(node):
            return self.pairs(node, settle)
        if seat in {"member", "pair"} and self.reads_own(node):
            raise NotCompilable(to_text(node), node.span)
        key = (node, what)
        if key not in self.quantified:
            body, condition = self.inner(node, "member")
            found = settle(body, condition, self.gather, self.complete)
            self.quantified[key] = self.column("household", found, "m")
        return self.of_home(self.quantified[key], seat)

    def inner(self, node: ir.Quantifier, seat: Seat) -> tuple[Cell, Cell]:
        """Returns what a quantifier asks of a member, and which members it asks."""
        return self.cell(node.body, seat), self.cell(node.condition, seat) if node.condition is not None else YES

    def reads_own(self, node: ir.Quantifier) -> bool:
        """Returns whether a quantifier reads facts of the subject beside those of the member at hand."""
        return any(reads(part, self.rules).own for part in ir.children(node))

    def pairs(self, node: ir.Quantifier, settle: Callable[..., Cell]) -> Cell:
        """Returns a quantifier that reads the subject too, worked out for each person with each living member."""
        complete = self.of_home(self.complete, "own")
        found: Cell = self.paired(lambda gather: settle(*self.inner(node, "pair"), gather, complete))
        return self.column("person", found, "m")

    def paired(self, build: Callable[[Callable[..., Cell]], T]) -> T:
        """Returns what is built of pairs of a person and a living member.

        Args:
            build: gets what gathers a value of the pairs of a person.
        """
        if self.deriving:
            raise NotCompilable("members", None, _OWN_ORDER)
        before = self.pair_own, self.pair_member
        self.pair_own, self.pair_member = {}, {}
        made: dict[str, Term] = {}
        wanted: list[Gathered] = []

        def gather(cell: Cell, how: Any, empty: Any) -> Cell:  # noqa: ANN401 - see Plan.gather
            source, name = self.plan.fresh("g"), self.plan.fresh("q")
            made[source] = cell.expr
            wanted.append(Gathered(name, source, how, empty))
            stage = stage_of([*self.pair_own.values(), *self.pair_member.values()])
            return Cell("number", col(name), denominator=cell.denominator, at=(stage + 1, 0))

        found = build(gather)
        stage = stage_of([*self.pair_own.values(), *self.pair_member.values()])
        if wanted:
            self.plan.paired[stage].append(Paired(made, tuple(wanted), tuple(self.pair_own), tuple(self.pair_member)))
        self.pair_own, self.pair_member = before
        return found


def is_count(expr: Expr) -> bool:
    """Returns whether an expression counts members."""
    return isinstance(expr, ir.Quantifier) and expr.gathering == "count"


def _literal(_: Compiler, node: ir.Literal, __: Seat) -> Cell:
    value: Any = node.value
    if isinstance(value, bool):
        return constant("bool", value)
    if isinstance(value, str):
        return constant("text", value)
    if hasattr(value, "year"):
        return constant("date", value)
    return constant("number", value.numerator, value.denominator)


def _items(compiler: Compiler, node: ir.And | ir.Or, seat: Seat) -> Sequence[Cell]:
    return [compiler.cell(item, seat) for item in node.items]


def _call(compiler: Compiler, node: ir.Call, seat: Seat) -> Cell:
    cells = [compiler.cell(argument, seat) for argument in node.arguments]
    if any(each.fixed and each.held is None for each in cells):
        return constant({"born": "date", "sex_of": "text"}.get(node.function, "number"), None)  # type: ignore[arg-type]  # kinds
    return called(node.function, cells, node.unit)


_NODES: dict[type, Callable[..., Cell]] = {
    ir.Literal: _literal,
    ir.Fact: Compiler.read_fact,
    ir.Figure: Compiler.figure,
    ir.Concept: Compiler.read_concept,
    ir.PlaceOf: Compiler.place,
    ir.AsOf: lambda compiler, _, __: constant("date", compiler.rules.day),
    ir.Size: lambda compiler, _, seat: compiler.size(seat),
    ir.Not: lambda compiler, node, seat: denied(compiler.cell(node.item, seat)),
    ir.And: lambda compiler, node, seat: joined(_items(compiler, node, seat), decisive=False),
    ir.Or: lambda compiler, node, seat: joined(_items(compiler, node, seat), decisive=True),
    ir.Compare: Compiler.compare,
    ir.In: Compiler.inside,
    ir.Arithmetic: lambda compiler, node, seat: reckoned(
        node.sign, compiler.cell(node.left, seat), compiler.cell(node.right, seat)
    ),
    ir.Choice: lambda compiler, node, seat: chosen(
        *(compiler.cell(part, seat) for part in (node.condition, node.then, node.otherwise))
    ),
    ir.Quantifier: Compiler.quantifier,
    ir.Call: _call,
}
