"""Facts over tables: as they are stated, as they follow from others, and who of the persons lives (MEANING M4, M9, M13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from eligibility import ir
from eligibility.columns.cells import NO, YES, Cell, Kind, compared, constant, denied, every, filled, surely
from eligibility.columns.plan import LIVING, Owner, Plan
from eligibility.columns.terms import col
from eligibility.ir import Expr
from eligibility.packs.calendar import Rules
from eligibility.schema import Fact

Seat = Literal["own", "member", "home", "pair"]
"""Who reads: a person of themself, a quantifier of the member at hand, the household, or a person of each member."""
_KINDS: dict[str, Kind] = {"bool": "bool", "number": "number", "money": "number", "date": "date"}
_DEFAULTS = {"died": NO, "members_complete": YES}
"""What holds of a fact that nobody states (MEANING M2)."""


def kind_of(type: ir.Type) -> Kind:
    """Returns what a cell of a type holds."""
    return _KINDS.get(type.kind, "text")


@dataclass(frozen=True)
class Given:
    """Which columns the two tables have, and whether the facts were stated for this very day (MEANING M9)."""

    persons: frozenset[str]
    households: frozenset[str]
    own_day: bool = True


class Facts:
    """The facts of persons and households over two tables, and who of the persons lives."""

    def __init__(self, rules: Rules, given: Given) -> None:
        """Says who of the persons lives; everything else is made when it is first asked for.

        Args:
            rules: of the day.
            given: the columns that are there.
        """
        self.rules, self.given = rules, given
        self.contents = rules.pack.contents
        self.schema = self.contents.schema
        self.plan = Plan()
        self.facts: dict[str, Cell] = {}
        self.deriving = False
        self.unborn, self.dead = self.gone()
        self.living = every(denied(self.unborn), denied(self.dead))
        if not self.living.fixed:
            self.living = self.plan.column("person", LIVING, self.living)
            self.plan.living = LIVING

    def gone(self) -> tuple[Cell, Cell]:
        """Returns who is not born yet, and who has died; neither is ever unknown (MEANING M4)."""
        facts = self.schema.facts
        born = self.known("birth_date") if "birth_date" in facts else constant("date", None)
        later = surely(compared(">", born, constant("date", self.rules.day)), is_=True)
        unborn = self.column("person", later, "x")
        died = surely(self.known("died"), is_=True) if "died" in facts else NO
        return unborn, every(denied(unborn), died)

    @property
    def complete(self) -> Cell:
        """Whether all members are listed; never unknown (MEANING M2)."""
        return self.known("members_complete") if "members_complete" in self.schema.facts else YES

    def stated(self, name: str) -> Cell:
        """Returns a fact as the table states it; unknown where it has no such column, or the count is stale."""
        fact = self.schema.facts[name]
        columns = self.given.persons if fact.owner == "person" else self.given.households
        if name not in columns or (fact.elapsed and not self.given.own_day):
            return constant(kind_of(fact.kind), None)
        return self.plan.known(fact.owner, name, Cell(kind_of(fact.kind), col(name)))

    def known(self, name: str) -> Cell:
        """Returns a fact, stated or derived, in the table of its owner."""
        if name not in self.facts:
            self.facts[name] = self.fact(self.schema.facts[name])
        return self.facts[name]

    def fact(self, fact: Fact) -> Cell:
        """Makes a fact."""
        said = self.stated(fact.name)
        if fact.name in _DEFAULTS:
            found = filled(said, _DEFAULTS[fact.name])
        elif fact.derive is None:
            return said
        else:
            before, self.deriving = self.deriving, self.deriving or fact.owner == "person"
            found = filled(said, self.cell(fact.derive.expr, "own" if fact.owner == "person" else "home"))
            self.deriving = before
        return found if found is said else self.column(fact.owner, found, "d")

    def column(self, owner: Owner, cell: Cell, mark: str) -> Cell:
        """Returns what reads a value, made a column of its own."""
        return cell if cell.fixed else self.plan.named(owner, cell, mark)[1]

    def cell(self, expr: Expr, seat: Seat) -> Cell:
        """Returns what an expression becomes as somebody reads it."""
        raise NotImplementedError
