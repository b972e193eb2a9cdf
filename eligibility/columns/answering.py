"""Entitlements over tables: outcome and amount of everybody, and what each waits for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from eligibility.columns.cells import (
    NO,
    OPEN,
    YES,
    Cell,
    chosen,
    compared,
    constant,
    denied,
    every,
    latest,
    surely,
    unknown,
)
from eligibility.columns.compiling import Compiler
from eligibility.columns.lacking import Lacking, Leaf, Leaves, gated
from eligibility.columns.onebyone import AMOUNT, AMOUNT_MISSING, MISSING
from eligibility.columns.plan import Owner
from eligibility.columns.stating import Seat
from eligibility.columns.terms import INT8, INT64, Term, case, lit
from eligibility.leaves import HOUSEHOLD
from eligibility.ruled import Ruled
from eligibility.situation import NOBODY, Situation

_NO, _OPEN, _YES = 0, 1, 2
_NOTHING = constant("number", None)
MASK = 62
"""How many names one whole number tells of, a bit each."""


@dataclass(frozen=True)
class Told:
    """Names of which some stand in each row.

    Args:
        names: in the order of the bits.
        columns: whole numbers, the first `MASK` names in the first of them.
    """

    names: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass
class Outputs:
    """Columns that are asked for, in the table of one owner.

    Args:
        names: by the name that people read, that of the column in the plan.
        told: by the name that people read, where names stand that tell what is missing.
    """

    names: dict[str, str] = field(default_factory=dict)
    told: dict[str, Told] = field(default_factory=dict)


class Answering:
    """Puts entitlements into a plan."""

    def __init__(self, compiler: Compiler) -> None:
        """Takes the compiler, whose plan grows."""
        self.compiler = compiler
        self.lacking = Lacking(compiler)
        self.outputs: dict[Owner, Outputs] = {"person": Outputs(), "household": Outputs()}

    def put(self, rule: Ruled, *, missing: bool) -> None:
        """Adds an entitlement in force, and where asked what it waits for."""
        id = rule.entitlement.id
        subject = rule.entitlement.subject
        owner: Owner = "household" if subject == HOUSEHOLD else "person"
        seat: Seat = "home" if owner == "household" else "own"
        whose, truths = self.subjects(subject), self.truths(rule, seat)
        holds = every(
            *(denied(truth) if each.exclusion else truth for each, truth in zip(rule.parts, truths, strict=True))
        )
        refused = surely(holds, is_=False)
        self.output(owner, id, outcome(holds, whose))
        self.output(owner, id + AMOUNT, self.amount(rule, seat, every(whose, denied(refused))))
        if missing:
            self.tell(owner, id + MISSING, gated(every(whose, unknown(holds)), self.waits(rule, truths, seat)))
            self.tell(owner, id + AMOUNT_MISSING, gated(every(whose, denied(refused)), self.amount_waits(rule, seat)))

    def output(self, owner: Owner, name: str, cell: Cell) -> None:
        """Adds a column that is asked for."""
        self.outputs[owner].names[name] = self.compiler.plan.named(owner, cell, "a")[0]

    def tell(self, owner: Owner, name: str, leaves: Leaves) -> None:
        """Adds names that are asked for."""
        cells = self.lacking.names(leaves, "home" if owner == "household" else "own")
        names = tuple(cells)
        columns = tuple(
            self.compiler.plan.named(owner, mask([cells[each] for each in names[at : at + MASK]]), "b")[0]
            for at in range(0, len(names), MASK)
        )
        self.outputs[owner].told[name] = Told(names, columns)

    def subjects(self, subject: str) -> Cell:
        """Returns who an entitlement is about: the living, the dead, or the households in which somebody lives."""
        compiler = self.compiler
        if subject == "deceased":
            return compiler.dead
        if subject == HOUSEHOLD:
            living = compiler.gather(Cell("number", lit(1, INT64)), "sum", 0)
            return compared(">", living, constant("number", 0))
        return compiler.living

    def truths(self, rule: Ruled, seat: Seat) -> Sequence[Cell]:
        """Returns the truth of each criterion and exclusion."""
        nowhere = Situation(rule.rules, NOBODY, ())
        return [
            self.compiler.cell(part.expr, seat) if part.expr is not None else _SAID[part.ask(nowhere, NOBODY, NOBODY)]
            for part in rule.parts
        ]

    def amount(self, rule: Ruled, seat: Seat, kept: Cell) -> Cell:
        """Returns the amount in fen: the first tier that matches, unknown where one before it may (MEANING M22)."""
        found = _NOTHING
        for when, amount in reversed(rule.tiers):
            value = self.compiler.cell(amount, seat)
            found = value if when is None else chosen(self.compiler.cell(when, seat), value, found)
        # Nobody is promised less than nothing.
        return chosen(every(kept, compared(">=", found, constant("number", 0))), found, _NOTHING)

    def waits(self, rule: Ruled, truths: Sequence[Cell], seat: Seat) -> Leaves:
        """Returns what the outcome waits for."""
        found: list[Mapping[Leaf, Cell]] = []
        for part, truth in zip(rule.parts, truths, strict=True):
            if part.expr is not None:
                found.append(gated(unknown(truth), self.lacking.of(part.expr, seat)))
            elif truth is OPEN:
                other, _, _ = part.id.rpartition("/")
                found.append({Leaf("pack", f"{other or rule.entitlement.id}.in_force"): YES})
        return gated(YES, *found)

    def amount_waits(self, rule: Ruled, seat: Seat) -> Leaves:
        """Returns what the amount waits for: conditions of tiers that are open, and amounts that may be due."""
        found: list[Leaves] = []
        reached = YES
        for when, amount in rule.tiers:
            held = YES if when is None else self.compiler.cell(when, seat)
            if when is not None:
                found.append(gated(reached, self.lacking.of(when, seat)))
            found.append(gated(every(reached, denied(surely(held, is_=False))), self.lacking.of(amount, seat)))
            reached = every(reached, denied(surely(held, is_=True)))
        return gated(YES, *found)


_SAID = {True: YES, False: NO, None: OPEN}


def outcome(holds: Cell, whose: Cell) -> Cell:
    """Returns an outcome as a number, null for who is no subject."""
    if holds.fixed:
        held = _code(_OPEN if holds.held is None else _YES if holds.held else _NO)
    else:
        held = case(holds.held, _code(_YES), case(~holds.held, _code(_NO), _code(_OPEN)))
    if not whose.fixed:
        held = case(whose.held, held)
    elif not whose.held:
        held = _code(None)
    return Cell("number", held, at=latest((holds, whose)))


def _code(value: int | None) -> Term:
    return lit(value, INT8)


def mask(cells: Sequence[Cell]) -> Cell:
    """Returns which of several conditions hold, none of them ever unknown, a bit each."""
    none = lit(0, INT64)
    held = none
    for bit, cell in enumerate(cells):
        one = lit(1 << bit, INT64)
        held = held + (case(cell.held, one, none) if not cell.fixed else one if cell.held else none)
    return Cell("number", held, at=latest(cells))
