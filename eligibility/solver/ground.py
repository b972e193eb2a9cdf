"""Unknowns and what must hold of them: only what hangs together with a question is ever put to a solver."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from eligibility.solver.logic import Flag, Formula, Unknown, Whole, unknowns

Maker = Callable[[], None]
"""Adds what must hold of an unknown, once somebody asks about it."""


@dataclass
class Ground:
    """The unknowns of one or several households that are asked about together.

    Args:
        impossible: whether something must hold that never does, so that no household is like that.
        memo: what was made before of something else.
    """

    impossible: bool = False
    memo: dict[Any, Any] = field(default_factory=dict)
    _count: int = 0
    _axioms: dict[Unknown, list[Formula]] = field(default_factory=dict)
    _makers: dict[Unknown, list[Maker]] = field(default_factory=dict)

    def whole(self, name: str, low: int, high: int) -> Whole:
        """Returns a new whole number between two others."""
        self._count += 1
        return Whole(f"{name}#{self._count}", low, high)

    def flag(self, name: str) -> Flag:
        """Returns something new that is so or not so."""
        self._count += 1
        return Flag(f"{name}#{self._count}")

    def require(self, formula: Formula) -> None:
        """Keeps what must hold wherever one of its unknowns is asked about."""
        if formula is False:
            self.impossible = True
        if not isinstance(formula, bool):
            for each in unknowns(formula):
                self._axioms.setdefault(each, []).append(formula)

    def later(self, unknown: Unknown, maker: Maker) -> None:
        """Keeps what adds more that must hold of an unknown, until somebody asks about it."""
        self._makers.setdefault(unknown, []).append(maker)

    def around(self, formulas: Iterable[Formula]) -> tuple[list[Unknown], list[Formula]]:
        """Returns the unknowns that hang together with some formulas, and everything that must hold of them."""
        found: dict[Unknown, None] = {}
        axioms: dict[Formula, None] = {}
        waiting = [each for formula in formulas for each in unknowns(formula)]
        while waiting:
            unknown = waiting.pop(0)
            if unknown in found:
                continue
            found[unknown] = None
            for maker in self._makers.pop(unknown, ()):
                maker()
            for axiom in self._axioms.get(unknown, ()):
                if axiom not in axioms:
                    axioms[axiom] = None
                    waiting += unknowns(axiom)
        return list(found), list(axioms)
