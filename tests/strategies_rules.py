"""Hypothesis strategies that draw well-typed expressions, and households of which only part is known.

The vocabulary is small and so are its values: limits, equal values and unknown ones then meet often.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from hypothesis import strategies as st
from naive import Table, World
from packs_for_tests import LABEL, concept, facts_file, figure, rule

from eligibility import RulePack, ir
from eligibility.checker import check
from eligibility.errors import Problems
from eligibility.ir import Expr
from eligibility.parser import parse
from eligibility.situation import Situation
from eligibility.source import passage

DAY = date(2020, 2, 29)
COUNTIES = ("620402", "620403", "620102", "610102")
PERSON = {
    "b0": "type: bool",
    "b1": "type: bool",
    "n0": "type: count, unit: years, range: [0, 6]",
    "n1": "type: count, unit: years, range: [0, 6]",
    "m0": "type: money, per: month, range: [0, 1000]",
    "c0": "type: choice, values: {x: LABEL, y: LABEL, z: LABEL}",
    "p0": "type: place, level: county, wider: q0",
    "q0": "type: place, level: province",
    "d0": "type: date",
}
HOUSEHOLD = {
    "h0": "type: bool",
    "h1": "type: count, unit: years, range: [0, 6]",
    "h2": "type: money, per: month, range: [0, 1000]",
}
CONCEPTS = {
    "k0": ("person", "b0 and n0 < 3"),
    "k1": ("person", "value: m0 / 3"),
    "k2": ("household", "h0 or any(m.b0 for m in members if m.b1)"),
    "k3": ("person", "m0 < f0"),
}
FIGURES = {
    "f0": Table({"6204": 300, "620402": None, "62": 200}, county="p0", province="q0"),
    "f1": Table({"61": 100, "everywhere": 400}, county="p0", province="q0"),
    "f2": Table(rows={1: 100, 2: 150, 4: 200}, row="n0", further=50),
    "f3": Table({"everywhere": 250}),
}
ATTRIBUTES = {
    "a0": Table({"620402": True, "6201": False}, otherwise=False, listed=frozenset({"620403"})),
    "a1": Table({"62": True, "620403": None}),
}
TRICKY = (
    "not (b0 or h0)",
    "b0 and (b1 or n0 < 3) and not (h0 and n1 >= 2)",
    'c0 in {"x", "z"} or n0 in {0, 2, 5}',
    'not (c0 in {"x", "z"}) and n0 != 4',
    "any(m.b0 for m in members) and any(m.b1 for m in members)",
    "not any(m.b0 and (m.b1 or m.n0 < 2) for m in members)",
    "all(m.b0 for m in members if m.b1)",
    "any(m.n0 < n1 and (m.b0 or m.b1) for m in members)",
    "not any(m.n0 == n1 for m in members if m.b0)",
    "all(m.n0 >= n1 or m.b0 for m in members)",
    "k2 or n1 >= 2 and k3",
    "any(m.k3 for m in members) or h0",
    "m0 / 3 <= f1",
    "m0 < f0 or m0 < f2",
    "b0 if b1 else h0",
    "count(m.b0 for m in members) >= 2",
    "count(m.b0 for m in members if m.b1) == 1",
    "not (count(m.b0 for m in members) in {1, 2})",
    "sum(m.m0 for m in members) < f3",
    'place(p0).a0 or place(p0).city == "6204"',
    "years(d0, as_of) >= 2",
    "size >= 2 and b0",
    " and ".join(f"(n0 != {at} or n1 != {at} or b0)" for at in range(7)),
    " and ".join(f"n0 != {at} and n1 != {at}" for at in range(1, 6)) + ' and c0 != "x" and c0 != "y" and b0 and b1',
    " and ".join(f"(n0 >= {at} or h1 >= {at})" for at in range(1, 5)),
)
"""Conditions that between them need everything that a compiler does."""
MORE = (
    "m0 / 3 + f2 <= round_half_up(m0 / 2, yuan)",
    "round_up(m0 / 7, jiao) != round_down(m0 / 7, jiao)",
    "max(m.m0 for m in members if m.b0) > f0",
    "min(m0, h2) < f2",
    'months(d0, date("2020-01-15")) < 24',
    "place(p0).a0",
    "size == 2 or 2 < size",
)
"""Conditions beyond those that need what the second engine does not hold."""
_ORDERS = ("==", "!=", "<", "<=", ">", ">=")


def rules_file() -> dict[str, Any]:
    """Returns what `make_pack` needs for a pack of this vocabulary."""
    return {
        "facts": facts_file(PERSON, HOUSEHOLD),
        "concepts": "".join(concept(name, body, owner) for name, (owner, body) in CONCEPTS.items()),
        "parameters": "".join(_figure(name, table) for name, table in FIGURES.items()),
        "places": _places(),
        "rules": {"one": rule("one")},
    }


def _figure(name: str, table: Table) -> str:
    if table.row:
        rows = ", ".join(f"{key}: {_yuan(found)}" for key, found in table.rows.items())
        return figure(name, f"from: 2000-01-01, rows: {{{rows}}}, each_further: {_yuan(table.further)}", by=table.row)
    if not table.county:
        return figure(name, f"from: 2000-01-01, value: {_yuan(table.places['everywhere'])}")
    lines = (
        f'from: 2000-01-01, place: "{place}", ' + ("unknown: LABEL" if found is None else f"value: {_yuan(found)}")
        for place, found in table.places.items()
    )
    return figure(name, "\n".join(lines), by=table.county)


def _yuan(fen: int | None) -> str:
    return f"{(fen or 0) // 100}.{(fen or 0) % 100:02}"


def _places() -> str:
    lines = ["attributes:"]
    for name, table in ATTRIBUTES.items():
        lines += [f"  {name}:", "    type: bool", f"    label: {LABEL}"]
        lines += [] if table.otherwise is None else [f"    otherwise: {str(table.otherwise).lower()}"]
        lines += ["    values:"]
        for place, found in table.places.items():
            said = (
                f"unknown: {LABEL}, ask: {LABEL}"
                if found is None
                else f"value: {str(found).lower()}, source: law, confidence: seen"
            )
            lines.append(f'      - {{from: 2000-01-01, place: "{place}", {said}}}')
    listed = (f'  "{code}": {LABEL}' for code in ("620402", "620403", "6204", "6201", "62"))
    return "\n".join([*lines, "places:", *listed]) + "\n"


@cache
def conditions(depth: int = 3, *, member: bool = False) -> st.SearchStrategy[Expr]:
    """Draws conditions; with `member`, those that stand inside a quantifier."""
    leaves = st.one_of(
        _facts("b0 b1", "h0", member=member),
        _concepts("k0 k3", "k2", member=member),
        st.builds(ir.Literal, st.booleans()),
    )
    if depth == 0:
        return leaves
    inner = conditions(depth - 1, member=member)
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    place = _facts("p0", "", member=member)
    drawn: list[st.SearchStrategy[Expr]] = [
        leaves,
        st.builds(ir.Not, inner),
        st.builds(ir.And, parts),
        st.builds(ir.Or, parts),
        st.builds(ir.Choice, inner, inner, inner),
        _comparisons(depth - 1, member=member),
        st.builds(ir.In, _facts("n0 n1", "h1", member=member), st.sampled_from(((1,), (0, 2, 5)))),
        st.builds(ir.In, _facts("c0", "", member=member), st.sampled_from((("x",), ("x", "z")))),
        st.builds(ir.In, place, st.sampled_from((COUNTIES[:1], COUNTIES[:3]))),
        st.builds(ir.PlaceOf, place, st.sampled_from(("a0", "a1"))),
        st.builds(
            ir.Compare,
            st.just("=="),
            st.builds(ir.PlaceOf, place, st.just("city")),
            st.builds(ir.Literal, st.just("6204")),
        ),
    ]
    return st.one_of(
        *drawn, *([] if member else [_quantifiers(("any", "all"), depth - 1, conditions(depth - 1, member=True))])
    )


def _comparisons(depth: int, *, member: bool) -> st.SearchStrategy[Expr]:
    order = st.sampled_from(_ORDERS)
    years, money = numbers(depth, member=member), amounts(depth, member=member)
    found: list[st.SearchStrategy[Expr]] = [
        st.builds(ir.Compare, order, years, years),
        st.builds(ir.Compare, order, money, money),
    ]
    if not member:
        counted = _quantifiers(("count",), depth, conditions(max(0, depth - 1), member=True)) | st.just(ir.Size())
        limit = st.builds(ir.Literal, st.integers(0, 4))
        found += [st.builds(ir.Compare, order, counted, limit | counted), st.builds(ir.Compare, order, limit, counted)]
        found.append(st.builds(ir.In, counted, st.sampled_from(((1,), (1, 2), (0, 3)))))
    return st.one_of(*found)


@cache
def numbers(depth: int = 2, *, member: bool = False) -> st.SearchStrategy[Expr]:
    """Draws numbers of years."""
    day = _facts("d0", "", member=member) | st.just(ir.AsOf()) | st.just(ir.Literal(date(2018, 1, 31)))
    elapsed = st.builds(ir.Call, st.just("years"), st.tuples(day, day))
    leaves = st.one_of(_facts("n0 n1", "h1", member=member), st.builds(ir.Literal, st.integers(0, 6)), elapsed)
    return leaves if depth == 0 else st.one_of(leaves, *_reckoned(numbers, depth, member=member))


@cache
def amounts(depth: int = 2, *, member: bool = False) -> st.SearchStrategy[Expr]:
    """Draws amounts of money by the month, exact ones among them."""
    figures = st.builds(ir.Figure, st.sampled_from(tuple(FIGURES)))
    leaves = st.one_of(_facts("m0", "h2", member=member), figures, _concepts("k1", "", member=member))
    if depth == 0:
        return leaves
    inner = amounts(depth - 1, member=member)
    rounded = st.builds(
        ir.Call,
        st.sampled_from(("round_down", "round_up", "round_half_up")),
        st.tuples(inner),
        st.sampled_from(("fen", "jiao", "yuan")),
    )
    yearly = inner.map(lambda each: ir.Call("monthly", (ir.Call("yearly", (each,)),)))
    return st.one_of(leaves, rounded, yearly, *_reckoned(amounts, depth, member=member))


def _reckoned(kind: Any, depth: int, *, member: bool) -> list[st.SearchStrategy[Expr]]:  # noqa: ANN401 - `numbers` or `amounts`
    inner = kind(depth - 1, member=member)
    factor = st.builds(ir.Literal, st.integers(0, 3))
    found: list[st.SearchStrategy[Expr]] = [
        st.builds(ir.Arithmetic, st.sampled_from("+-"), inner, inner),
        st.builds(ir.Arithmetic, st.just("*"), factor, inner),
        st.builds(ir.Arithmetic, st.just("/"), inner, st.builds(ir.Literal, st.integers(1, 4))),
        st.builds(ir.Choice, conditions(depth - 1, member=member), inner, inner),
        st.builds(ir.Call, st.sampled_from(("min", "max")), st.tuples(inner, inner)),
    ]
    return found if member else [*found, _quantifiers(("sum", "min", "max"), depth - 1, kind(depth - 1, member=True))]


def _quantifiers(kinds: tuple[str, ...], depth: int, body: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    condition = st.none() | conditions(min(depth, 1), member=True)
    return st.builds(ir.Quantifier, st.sampled_from(kinds), body, condition)


def _facts(own: str, household: str, *, member: bool) -> st.SearchStrategy[Expr]:
    return _leaves(ir.Fact, own, household, member=member)


def _concepts(own: str, household: str, *, member: bool) -> st.SearchStrategy[Expr]:
    return _leaves(ir.Concept, own, household, member=member)


def _leaves(node: Any, own: str, household: str, *, member: bool) -> st.SearchStrategy[Expr]:  # noqa: ANN401 - a kind of node
    scopes = ("own", "member") if member else ("own",)
    found = [node(scope, name) for scope in scopes for name in own.split()]
    return st.sampled_from([*found, *(node("household", name) for name in household.split())])


class Chance:
    """Draws households by a seed, which is quick: one expression is asked about many."""

    def __init__(self, seed: int) -> None:
        """Starts a series that the seed alone decides."""
        self.random = random.Random(seed)  # noqa: S311 - no secret depends on it

    def known(self, values: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
        """Returns facts of which about two in three are known."""
        return {name: self.random.choice(found) for name, found in values.items() if self.random.random() < KNOWN}

    def person(self) -> dict[str, Any]:
        """Returns what is known of a person."""
        place: dict[str, Any] = {}
        kind = self.random.randrange(4)
        if kind > 1:
            place = {"p0": (county := self.random.choice(COUNTIES)), "q0": county[:2]}
        elif kind == 1:
            place = {"q0": self.random.choice(("62", "61", "11"))}
        return self.known(_PERSON_VALUES) | place

    def household(self, pack: RulePack) -> tuple[Situation, World]:
        """Returns a household, as the evaluator sees it and as the naive one does."""
        members = [{"id": f"m{at}", **self.person()} for at in range(self.random.randint(1, 4))]
        household, closed = self.known(_HOUSEHOLD_VALUES), self.random.random() < KNOWN
        rules = pack.on(DAY)
        world = World(DAY, household, tuple(members), closed, rules.state.concepts, FIGURES, ATTRIBUTES)
        return Situation(rules, household, members, closed), world


def chances() -> st.SearchStrategy[Chance]:
    """Draws where households come from."""
    return st.integers(0, 2**32).map(Chance)


KNOWN = 0.65
_PERSON_VALUES: Mapping[str, Sequence[Any]] = {
    "b0": (False, True),
    "b1": (False, True),
    "n0": range(7),
    "n1": range(7),
    "m0": (0, 100, 150, 299, 300, 301),
    "c0": "xyz",
    "d0": (date(2016, 2, 29), date(2017, 12, 31), date(2018, 1, 31), date(2020, 2, 28), date(2020, 3, 1)),
}
_HOUSEHOLD_VALUES: Mapping[str, Sequence[Any]] = {"h0": (False, True), "h1": range(7), "h2": (0, 200, 400)}


def tricky(pack: RulePack, texts: Sequence[str] = TRICKY) -> list[Expr]:
    """Returns conditions as ir, those that need everything where none are given."""
    found = []
    for text in texts:
        expr, problems = parse(passage(text), pack.contents.names, "person"), Problems()
        check(expr, pack.contents.names, problems)
        assert problems.found == [], text
        found.append(expr)
    return found
