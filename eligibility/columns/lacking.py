"""What answers over tables wait for: the unknown leaves in the undecided parts of conditions (MEANING M21).

Each leaf is a condition that is never unknown itself: whether the leaf is missing in a row. Leaves of members are two: how
many living members lack it, and whether the row's own person is one of them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from eligibility import ir
from eligibility.columns.cells import (
    YES,
    Cell,
    compared,
    constant,
    denied,
    every,
    latest,
    some,
    surely,
    unknown,
)
from eligibility.columns.compiling import Compiler
from eligibility.columns.frames import ID
from eligibility.columns.plan import MEMBER
from eligibility.columns.stating import Seat
from eligibility.columns.terms import INT64, case, col, lit
from eligibility.ir import Expr
from eligibility.leaves import HOUSEHOLD
from eligibility.schema import Fact


@dataclass(frozen=True, eq=False)
class Shared:
    """Members who lack a fact.

    Args:
        count: how many, in the households' table, or in that of persons where `paired`.
        mine: whether the person of the row is one of them, as 0 or 1 where `paired`.
        paired: whether it was found by pairs of a person and a member.
    """

    count: Cell
    mine: Cell
    paired: bool = False


class Leaf(NamedTuple):
    """A leaf as somebody reads it.

    Args:
        whose: the reader's own, the member's at hand, the household's, the pack's, or that of some members.
        name: of the fact or the parameter.
        shared: of some members: which.
    """

    whose: Literal["own", "member", "household", "pack", "members"]
    name: str
    shared: Shared | None = None


Leaves = Mapping[Leaf, Cell]
COMPLETE = Leaf("household", "members_complete")
_SETTLED = {"any": False, "count": False, "all": True}


def gated(gate: Cell, *parts: Leaves) -> Leaves:
    """Returns the leaves of several parts together, where something holds."""
    found: dict[Leaf, list[Cell]] = {}
    for part in parts:
        for leaf, cell in part.items():
            found.setdefault(leaf, []).append(cell)
    cells = {leaf: every(gate, some(*cells)) for leaf, cells in found.items()}
    return {leaf: cell for leaf, cell in cells.items() if not (cell.fixed and not cell.held)}


class Lacking:
    """Finds the leaves that conditions wait for."""

    def __init__(self, compiler: Compiler) -> None:
        """Takes the compiler whose cells tell what is unknown."""
        self.compiler = compiler
        self.memo: dict[tuple[Seat, int], tuple[Expr, Leaves]] = {}
        self.concepts: dict[tuple[str, str], Leaves] = {}
        self.quantified: dict[ir.Quantifier, Leaves] = {}

    def of(self, expr: Expr, seat: Seat) -> Leaves:
        """Returns the leaves of an expression where it is unknown."""
        key = (seat, id(expr))
        if key not in self.memo or seat == "pair":
            self.memo[key] = expr, _NODES.get(type(expr), Lacking.parts)(self, expr, seat)
        return self.memo[key][1]

    def lacks(self, expr: Expr, seat: Seat) -> Cell:
        """Returns whether an expression is unknown."""
        return unknown(self.compiler.cell(expr, seat))

    def parts(self, expr: Expr, seat: Seat) -> Leaves:
        """Gathers from every part."""
        gate = self.lacks(expr, seat)
        if gate.fixed and not gate.held:
            return {}
        return gated(gate, *(self.of(part, seat) for part in ir.children(expr)))

    def fact(self, expr: ir.Fact, seat: Seat) -> Leaves:
        """Gives an unknown fact, unless it does not apply (MEANING M14)."""
        fact = self.compiler.schema.facts[expr.name]
        applies = self.applies(fact, expr, seat)
        gate = every(self.lacks(expr, seat), denied(surely(applies, is_=False)))
        listed = fact.derive is not None and any(isinstance(part, ir.Quantifier) for part in ir.walk(fact.derive.expr))
        return gated(gate, {self.leaf(expr, fact, seat): YES}, self.open_list(seat) if listed else {})

    def leaf(self, expr: ir.Fact, fact: Fact, seat: Seat) -> Leaf:
        """Returns whose fact it is, as the reader sees it; a member's own are `own` in the table of members."""
        if fact.owner == "household":
            return Leaf("household", fact.name)
        return Leaf("member" if seat == "pair" and expr.scope == "member" else "own", fact.name)

    def applies(self, fact: Fact, expr: ir.Fact, seat: Seat) -> Cell:
        """Returns whether a fact applies to whose it is."""
        if fact.only_if is None:
            return YES
        found = self.compiler.cell(fact.only_if.expr, "home" if fact.owner == "household" else "own")
        if fact.owner == "household":
            return self.compiler.of_home(self.compiler.column("household", found, "c"), seat)
        return self.compiler.of_person(self.compiler.column("person", found, "c"), expr.scope, seat)

    def open_list(self, seat: Seat) -> Leaves:
        """Gives the completeness of the list of members, where the list is open (MEANING M2)."""
        return gated(denied(self.compiler.of_home(self.compiler.complete, seat)), {COMPLETE: YES})

    def figure(self, expr: ir.Figure, seat: Seat) -> Leaves:
        """Gives what selects a figure while that could still settle it, else the figure."""
        looked, by = self.compiler.lookup(expr, seat), self.compiler.contents.selectors.get(expr.name, ())
        open_, held = looked.open_place(), looked.held()
        nowhere = denied(looked.exists())
        lacking: list[Leaves] = []
        asked: list[Cell] = []
        for each in by:
            selects = every(nowhere, open_) if each.place else some(held, every(nowhere, open_))
            reached = every(selects, self.lacks(each.expr, seat))
            asked.append(reached)
            lacking.append(gated(reached, self.of(each.expr, seat)))
        itself = {Leaf("pack", expr.name): denied(some(*asked))}
        return gated(self.lacks(expr, seat), *lacking, itself)

    def concept(self, expr: ir.Concept, seat: Seat) -> Leaves:
        """Opens a concept; one that means nothing on the day is the pack's gap."""
        body = self.compiler.rules.state.concepts.get(expr.name)
        if body is None:
            return {Leaf("pack", expr.name): YES}
        owner = self.compiler.contents.names.concepts[expr.name][0]
        mine: Seat = "home" if owner == "household" else "own"
        if (expr.name, mine) not in self.concepts:
            leaves = self.of(body, mine)
            self.concepts[expr.name, mine] = {
                leaf: self.compiler.column(owner, cell, "l") for leaf, cell in leaves.items()
            }
        found = self.concepts[expr.name, mine]
        if owner == "household":
            return {leaf: self.compiler.of_home(cell, seat) for leaf, cell in found.items()}
        turned = seat == "pair" and expr.scope == "member"
        return {
            leaf._replace(whose="member") if turned and leaf.whose == "own" else leaf: self.compiler.of_person(
                cell, expr.scope, seat
            )
            for leaf, cell in found.items()
        }

    def place(self, expr: ir.PlaceOf, seat: Seat) -> Leaves:
        """Gives an unknown place, or what the pack does not know of a known one."""
        inner = gated(self.lacks(expr.place, seat), self.of(expr.place, seat))
        itself: Leaves = {}
        if expr.attribute not in {"province", "city"}:
            itself = {Leaf("pack", expr.attribute): denied(self.lacks(expr.place, seat))}
        return gated(self.lacks(expr, seat), inner, itself)

    def size(self, _: ir.Size, seat: Seat) -> Leaves:
        """Gives the open list."""
        return self.open_list(seat)

    def choice(self, expr: ir.Choice, seat: Seat) -> Leaves:
        """Gives what the condition lacks, and what the branches lack that may be taken."""
        held = self.compiler.cell(expr.condition, seat)
        return gated(
            self.lacks(expr, seat),
            self.of(expr.condition, seat),
            gated(denied(surely(held, is_=False)), self.of(expr.then, seat)),
            gated(denied(surely(held, is_=True)), self.of(expr.otherwise, seat)),
        )

    def quantifier(self, expr: ir.Quantifier, seat: Seat) -> Leaves:
        """Gives what each undecided member lacks, and what an open list leaves open."""
        if seat == "own" and self.compiler.reads_own(expr):
            return self.pairs(expr)
        if expr not in self.quantified:
            gate = self.lacks(expr, "home")
            found = gated(gate, self.over_members(expr), self.open_list("home"))
            self.quantified[expr] = {leaf: self.compiler.column("household", each, "l") for leaf, each in found.items()}
        return {leaf: self.compiler.of_home(cell, seat) for leaf, cell in self.quantified[expr].items()}

    def undecided(self, expr: ir.Quantifier, seat: Seat) -> Leaves:
        """Returns what a member lacks who may still decide."""
        body, among = self.compiler.inner(expr, seat)
        settled = _SETTLED.get(expr.gathering)
        open_ = YES if settled is None else denied(surely(body, is_=settled))
        parts = [self.of(part, seat) for part in ir.children(expr)]
        return gated(every(denied(surely(among, is_=False)), open_), *parts)

    def over_members(self, expr: ir.Quantifier) -> Leaves:
        """Gathers what members lack, in the households' table."""
        found: dict[Leaf, Cell] = {}
        for leaf, cell in self.undecided(expr, "member").items():
            if leaf.whose == "own":
                mine = self.compiler.column("person", every(self.compiler.living, cell), "l")
                count = self.compiler.gather(number(mine), "sum", 0)
                found[Leaf("members", leaf.name, Shared(count, mine))] = YES
            else:
                found[leaf] = compared(">", self.compiler.gather(number(cell), "sum", 0), constant("number", 0))
        return found

    def pairs(self, expr: ir.Quantifier) -> Leaves:
        """Gathers what members, or the subject, lack where a quantifier reads both."""
        oneself = Cell("bool", col(ID).compared(operator.eq, col(MEMBER + ID)))

        def build(gather: Callable[..., Cell]) -> dict[Leaf, Cell]:
            found: dict[Leaf, Cell] = {}
            for leaf, cell in self.undecided(expr, "pair").items():
                count = gather(number(cell), "sum", 0)
                if leaf.whose == "member":
                    mine = gather(number(every(oneself, cell)), "sum", 0)
                    found[Leaf("members", leaf.name, Shared(count, mine, paired=True))] = YES
                else:
                    found[leaf] = compared(">", count, constant("number", 0))
            return found

        found = self.compiler.paired(build)
        return gated(self.lacks(expr, "own"), found, self.open_list("own"))

    def names(self, leaves: Leaves, seat: Seat) -> dict[str, Cell]:
        """Returns the leaves as reports call them, each with whether it is missing, in the order of the alphabet."""
        found: dict[str, list[Cell]] = {}
        for leaf, reached in leaves.items():
            for name, cell in self.told(leaf, seat):
                found.setdefault(name, []).append(every(reached, cell))
        return {name: some(*found[name]) for name in sorted(found)}

    def told(self, leaf: Leaf, seat: Seat) -> Iterable[tuple[str, Cell]]:
        """Yields what a leaf is called by a person, or by a household, and where it is missing."""
        none = constant("number", 0)
        if leaf.shared is None:
            bare = leaf.whose == "own" or (leaf.whose == HOUSEHOLD and seat == "home")
            yield leaf.name if bare else f"{leaf.whose}.{leaf.name}", YES
        elif seat == "home":
            yield f"members.{leaf.name}", compared(">", leaf.shared.count, none)
        else:
            shared = leaf.shared
            count = shared.count if shared.paired else self.compiler.of_home(shared.count, seat)
            mine = compared(">", shared.mine, none) if shared.paired else shared.mine
            yield leaf.name, mine
            others = (count.expr - number(mine).expr).compared(operator.gt, 0)
            yield f"members.{leaf.name}", Cell("bool", others, at=latest((count, mine)))


def number(condition: Cell) -> Cell:
    """Returns a condition that is never unknown as 1 or 0."""
    one, none = lit(1, INT64), lit(0, INT64)
    if condition.fixed:
        return Cell("number", one if condition.held else none)
    return Cell("number", case(condition.held, one, none), at=condition.at)


_NODES: dict[type, Callable[..., Leaves]] = {
    ir.Fact: Lacking.fact,
    ir.Figure: Lacking.figure,
    ir.Concept: Lacking.concept,
    ir.PlaceOf: Lacking.place,
    ir.Size: Lacking.size,
    ir.Choice: Lacking.choice,
    ir.Quantifier: Lacking.quantifier,
}
