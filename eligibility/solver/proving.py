"""Asking the solver z3, within bounds that do not hang on the clock: is there a household for which some formulas hold together?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import z3

from eligibility.solver.ground import Ground
from eligibility.solver.logic import (
    AtMost,
    Denied,
    Flag,
    Formula,
    Given,
    Joined,
    Sum,
    Unknown,
    Whole,
    at_most,
    number,
    total,
    unknowns,
)

EFFORT = 4_000_000
"""How much work one question may take, in units of the solver; so many that every machine gives up at the same place."""
SEED = 7
_STOPPED = {"canceled", "interrupted", "interrupted from keyboard"}
"""What the solver says where somebody stopped it; some versions say the first where it did as much work as it may, too."""
_ROUND = 2**32
"""Where its count of work begins again."""


class NotProved(Exception):  # noqa: N818 - it is an answer: neither yes nor no
    """The solver gave up before it came to an answer."""


class Prover:
    """Puts questions about unknowns to the solver.

    Args:
        ground: of the unknowns.
        effort: how much work one question may take.
    """

    def __init__(self, ground: Ground, effort: int = EFFORT) -> None:
        """Prepares a solver of its own, in which nothing of other questions is left."""
        self.ground, self.effort = ground, effort
        self.context = z3.Context()
        self._terms: dict[Formula | Whole, Any] = {}
        self._constants: dict[int, Any] = {}
        self._declared: dict[Unknown, Any] = {}

    def question(self, *formulas: Formula) -> Question:
        """Returns a question that can be asked again and again with more formulas beside some that always hold."""
        return Question(self, formulas)

    def model(self, *formulas: Formula) -> Given | None:
        """Returns unknowns for which formulas hold together, or None where there are none, which is a proof.

        Raises:
            NotProved: the solver gave up.
        """
        return self.question(*formulas).model()

    def term(self, formula: Formula) -> Any:  # noqa: ANN401 - a term of z3, which has no types
        """Returns a formula as a term, made once."""
        if isinstance(formula, bool):
            return z3.BoolVal(formula, self.context)
        if formula not in self._terms:
            self._terms[formula] = _TERMS[type(formula)](self, formula)
        return self._terms[formula]

    def whole(self, whole: Whole) -> Any:  # noqa: ANN401 - a term of z3
        """Returns a whole number as a term, made once."""
        if whole not in self._terms:
            self._terms[whole] = z3.Int(whole.name, self.context)
        return self._terms[whole]

    def declared(self, unknown: Unknown) -> Any:  # noqa: ANN401 - a declaration of z3
        """Returns under what declaration a model knows an unknown."""
        if unknown not in self._declared:
            term = self.whole(unknown) if isinstance(unknown, Whole) else self.term(unknown)
            self._declared[unknown] = term.decl()
        return self._declared[unknown].ast

    def at_most(self, item: AtMost) -> Any:  # noqa: ANN401 - a term of z3
        """Returns whether a sum is at most a limit, as a term."""
        return self.made(z3.Z3_mk_le, self.sum(item.terms), self.constant(item.limit))

    def sum(self, terms: Sequence[tuple[Whole, int]]) -> Any:  # noqa: ANN401 - a term of z3
        """Returns a sum as a term."""
        parts = [
            self.whole(whole) if times == 1 else self.several(z3.Z3_mk_mul, [self.constant(times), self.whole(whole)])
            for whole, times in terms
        ]
        return self.several(z3.Z3_mk_add, parts) if len(parts) > 1 else parts[0]

    def constant(self, value: int) -> Any:  # noqa: ANN401 - a term of z3
        """Returns a whole constant as a term, made once."""
        if value not in self._constants:
            self._constants[value] = z3.IntVal(value, self.context)
        return self._constants[value]

    def joined(self, item: Joined) -> Any:  # noqa: ANN401 - a term of z3
        """Returns a formula of several parts as a term."""
        return self.several(z3.Z3_mk_or if item.any else z3.Z3_mk_and, [self.term(each) for each in item.items])

    def several(self, make: Callable[..., Any], terms: Sequence[Any]) -> Any:  # noqa: ANN401 - a term of z3
        """Returns a term of several others."""
        array = (z3.Ast * len(terms))(*(each.as_ast() for each in terms))
        return self.made(lambda context, *_: make(context, len(terms), array))

    def made(self, make: Callable[..., Any], *terms: Any) -> Any:  # noqa: ANN401 - a term of z3
        """Returns a term that is made past the library's own checks, which take ten times as long."""
        made = make(self.context.ref(), *(each.as_ast() for each in terms))
        return z3.ExprRef(made, self.context)

    def solver(self) -> Any:  # noqa: ANN401 - a solver of z3
        """Returns an empty solver."""
        found = z3.SimpleSolver(ctx=self.context)
        found.set("random_seed", SEED)
        found.set("rlimit", self.effort)
        return found


_TERMS: dict[type, Callable[[Prover, Any], Any]] = {
    Flag: lambda prover, item: z3.Bool(item.name, prover.context),
    AtMost: Prover.at_most,
    Denied: lambda prover, item: prover.made(z3.Z3_mk_not, prover.term(item.item)),
    Joined: Prover.joined,
}


class Question:
    """Formulas that hold together, asked about with more beside them.

    Args:
        prover: who asks.
        formulas: what always holds.
    """

    def __init__(self, prover: Prover, formulas: Sequence[Formula]) -> None:
        """Begins with what always holds."""
        self.prover = prover
        self.solver = prover.solver()
        self.known: dict[Unknown, None] = {}
        self.axioms: set[Formula] = set()
        self.labels: dict[Formula, Any] = {}
        self.never = prover.ground.impossible or False in formulas
        self.reach(formulas)
        for each in formulas:
            self.add(prover.term(each))

    def reach(self, formulas: Iterable[Formula]) -> None:
        """Adds everything that must hold of the unknowns of some formulas."""
        if all(each in self.known for formula in formulas for each in unknowns(formula)):
            return
        found, axioms = self.prover.ground.around(formulas)
        for each in found:
            if each not in self.known:
                self.known[each] = None
                if isinstance(each, Whole):
                    self.range(each)
        for axiom in axioms:
            if axiom not in self.axioms:
                self.axioms.add(axiom)
                self.add(self.prover.term(axiom))

    def range(self, whole: Whole) -> None:
        """Adds between which numbers a whole number lies."""
        prover, term = self.prover, self.prover.whole(whole)
        self.add(prover.made(z3.Z3_mk_ge, term, prover.constant(whole.low)))
        self.add(prover.made(z3.Z3_mk_le, term, prover.constant(whole.high)))

    def add(self, term: Any) -> None:  # noqa: ANN401 - a term of z3
        """Adds what always holds."""
        z3.Z3_solver_assert(self.prover.context.ref(), self.solver.solver, term.as_ast())

    def model(self, *more: Formula) -> Given | None:
        """Returns unknowns for which everything holds, more beside it, or None where there are none, which is a proof.

        Raises:
            NotProved: the solver gave up.
        """
        if self.never or False in more:
            return None
        self.reach(more)
        if self.prover.ground.impossible:
            return None
        labels = [self.label(each) for each in more if each is not True]
        before = self.spent()
        found = self.solver.check(*labels)
        if found == z3.unknown:
            reason = self.solver.reason_unknown()
            if reason in _STOPPED and (self.spent() - before) % _ROUND < self.prover.effort:
                raise KeyboardInterrupt  # the solver takes the signal for itself while it works
            raise NotProved(reason)
        return self.given(self.solver.model()) if found == z3.sat else None

    def spent(self) -> int:
        """Returns how much work the solver has done so far."""
        context = self.prover.context.ref()
        told = z3.Z3_solver_get_statistics(context, self.solver.solver)
        z3.Z3_stats_inc_ref(context, told)
        try:
            places = reversed(range(z3.Z3_stats_size(context, told)))
            at = next(each for each in places if z3.Z3_stats_get_key(context, told, each) == "rlimit count")
            return int(z3.Z3_stats_get_uint_value(context, told, at))
        finally:
            z3.Z3_stats_dec_ref(context, told)

    def clash(self, *more: Formula) -> tuple[Formula, ...] | None:
        """Returns the fewest of some formulas that cannot hold together beside what always holds; None where all can.

        None of those returned could be left out. There is none of them where what always holds cannot.

        Raises:
            NotProved: the solver gave up.
        """
        if self.model(*more) is not None:
            return None
        core = set(self.core(more))
        kept = [each for each in dict.fromkeys(more) if each in core]
        for each in tuple(kept):
            fewer = [other for other in kept if other is not each]
            if self.model(*fewer) is None:
                kept = fewer
        return tuple(kept)

    def core(self, more: Sequence[Formula]) -> Sequence[Formula]:
        """Returns formulas that clashed in the last question; the solver tells that once, so it is asked once."""
        if self.never or self.prover.ground.impossible or False in more:
            return [False] if False in more else []
        named = {self.label(each).get_id(): each for each in more if each is not True}
        return [named[each.get_id()] for each in self.solver.unsat_core()]

    def greatest(self, sum: Sum, *more: Formula) -> tuple[int, Given] | None:
        """Returns the greatest that a sum can be while everything holds, with unknowns for it; None where nothing holds.

        Raises:
            NotProved: the solver gave up before the greatest was sure.
        """
        bounds = at_most(number(0), sum)
        self.reach((bounds,))
        found = self.model(*more)
        if found is None:
            return None
        low, high = total(sum, found), sum.ends[1]
        while low < high:
            middle = (low + high + 1) // 2
            better = self.model(*more, at_most(number(middle), sum))
            if better is None:
                high = middle - 1
            else:
                found, low = better, total(sum, better)
        return low, found

    def label(self, formula: Formula) -> Any:  # noqa: ANN401 - a term of z3
        """Returns a name under which a formula can be assumed."""
        term = self.prover.term(formula)
        if isinstance(formula, Flag) or (isinstance(formula, Denied) and isinstance(formula.item, Flag)):
            return term
        if formula not in self.labels:
            label = self.labels[formula] = z3.Bool(f"label {len(self.labels)}", self.prover.context)
            self.add(self.prover.made(z3.Z3_mk_implies, label, term))
        return self.labels[formula]

    def given(self, model: Any) -> Given:  # noqa: ANN401 - a model of z3
        """Returns what a model says of every unknown that hangs together with the question.

        The values are read past the library's own objects, which take ten times as long as the solver does.
        """
        found: dict[Unknown, bool | int] = {}
        context = self.prover.context.ref()
        for each in self.known:
            value = z3.Z3_model_get_const_interp(context, model.model, self.prover.declared(each))
            if isinstance(each, Whole):
                found[each] = int(z3.Z3_get_numeral_string(context, value)) if value else each.low
            else:
                found[each] = bool(value) and z3.Z3_get_bool_value(context, value) == z3.Z3_L_TRUE
        return found
