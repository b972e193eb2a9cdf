"""What the core works out for a fact, because the engine of other hands does not reckon, and whose fact it goes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from eligibility import ir
from eligibility.errors import NotCompilable
from eligibility.evaluate import closure
from eligibility.ir import Expr, Scope
from eligibility.packs.calendar import Rules
from eligibility.printer import to_text
from eligibility.situation import NOBODY, Situation

How = Literal["base", "reckoned"]


@dataclass(frozen=True, slots=True)
class Derived:
    """What the core works out for a fact, because the engine of other hands does not reckon.

    Args:
        home: whose fact it is put on.
        fields: their names; two where both sides of a comparison are worked out, three never.
        exprs: what they come to; one for each field, or a `count` for its two bounds.
        how: `base` where it is a fact about one person or place (`age`, a county's line), `reckoned` where sums, counts or
            arithmetic between facts are in it.
    """

    home: Scope
    fields: tuple[str, ...]
    exprs: tuple[Expr, ...]
    how: How


@dataclass(frozen=True, slots=True)
class Free:
    """Whose facts an expression reads outside its own quantifiers, and what it does with them.

    Args:
        scopes: whose.
        reckons: whether it gathers, adds or chooses.
    """

    scopes: frozenset[Scope]
    reckons: bool


@dataclass
class Workings:
    """Finds out what has to be worked out in one state of the law.

    Args:
        rules: of a day of that state.
        derived: what has to be worked out, by the text of it and whose fact it goes on.
    """

    rules: Rules
    derived: dict[tuple[str, Scope], Derived] = field(default_factory=dict)

    def fixed(self, expr: Expr) -> bool:
        """Returns whether no fact and no day decides a value."""
        return not self.free(expr).scopes

    def free(self, expr: Expr, own: Scope = "own") -> Free:
        """Returns whose facts an expression reads, concepts and selectors of figures opened.

        Args:
            expr: parsed.
            own: as whom its own facts are read.
        """
        parts = [self.free(each, own) for each in ir.children(expr)]
        match expr:
            case ir.Fact(scope):
                return Free(frozenset({own if scope == "own" else scope}), reckons=False)
            case ir.Size() | ir.AsOf():
                return Free(frozenset({"household"}), reckons=isinstance(expr, ir.Size))
            case ir.Figure(name):
                selectors = self.rules.pack.contents.selectors.get(name, ())
                parts = [self.free(each.expr, own) for each in selectors]
            case ir.Concept(scope, name):
                body = self.rules.state.concepts.get(name)
                parts = [self.free(body, own if scope == "own" else scope)] if body is not None else []
        scopes = frozenset[Scope]().union(*(each.scopes for each in parts))
        reckons = any(each.reckons for each in parts)
        if isinstance(expr, ir.Quantifier):
            return Free((scopes - {"member"}) | {"household"}, reckons=True)
        reckoning = isinstance(expr, ir.Arithmetic | ir.Choice) or (
            isinstance(expr, ir.Call) and expr.function not in _PLAIN
        )
        return Free(scopes, reckons or (reckoning and bool(scopes)))

    def value(self, expr: Expr) -> Any:  # noqa: ANN401 - of any type
        """Returns what a fixed value comes to."""
        return closure(expr, self.rules)(Situation(self.rules, NOBODY, ()), NOBODY, NOBODY)

    def home(self, *exprs: Expr) -> Scope:
        """Returns on whose fact values are put that are compared with each other.

        Raises:
            NotCompilable: they read the subject and another member at once.
        """
        scopes = frozenset[Scope]().union(*(self.free(each).scopes for each in exprs))
        if {"own", "member"} <= scopes:
            both = next(each for each in exprs if self.free(each).scopes & {"own", "member"})
            raise NotCompilable(" , ".join(map(to_text, exprs)), both.span)
        return "member" if "member" in scopes else "own" if "own" in scopes else "household"

    def work_out(self, home: Scope, *exprs: Expr, count: bool = False) -> tuple[str, ...]:
        """Returns the names of the fields that hold what the core works out for a fact."""
        key = ("count " * count + " | ".join(map(to_text, exprs)), home)
        if key not in self.derived:
            number = len(self.derived)
            many = 2 if count else len(exprs)
            fields = tuple(f"D{number}{'ab'[index]}" for index in range(many))
            how: How = "reckoned" if count or any(self.free(each).reckons for each in exprs) else "base"
            self.derived[key] = Derived(home, fields, exprs, how)
        return self.derived[key].fields

    def whole_valued(self, expr: Expr) -> bool:
        """Returns whether a value can only be whole: no division and no decimal constant is in it."""
        for node in ir.walk(expr):
            if isinstance(node, ir.Arithmetic | ir.Quantifier | ir.Choice):
                return False
            if isinstance(node, ir.Call) and node.function not in _WHOLE:
                return False
            if isinstance(node, ir.Figure) and self.rules.state.figures[node.name].series.kind.denominator > 1:
                return False
            if isinstance(node, ir.Concept):
                body = self.rules.state.concepts.get(node.name)
                if body is not None and not self.whole_valued(body):
                    return False
        return True

    def side(self, expr: Expr) -> tuple[Scope, str]:
        """Returns where a value stands: a fact's own field, or one that is worked out."""
        if isinstance(expr, ir.Fact):
            return expr.scope, field_of(expr.name)
        home = self.home(expr)
        return home, self.work_out(home, expr)[0]


_WHOLE = frozenset({"years", "months", "round_down", "round_up", "round_half_up"})
"""Functions whose results are whole."""
_PLAIN = frozenset({"years", "months", "monthly", "yearly"})
"""Functions of one person's dates, or of one figure: what they come to is a fact like any other."""


def field_of(name: str) -> str:
    """Returns the field that holds a fact or a concept of the pack: none of the engine's own words ends so."""
    return f"{name}_"


def plain(value: Any) -> bool | int | str:  # noqa: ANN401 - any known value
    """Returns a known value as the engine has it: whole numbers, fen, day numbers, yes and no, keys."""
    if isinstance(value, date):
        return value.toordinal()
    if isinstance(value, bool | str):
        return value
    return int(value)
