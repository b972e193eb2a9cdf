"""What no household of unknowns violates: rules between facts, facts that apply or do not, facts that follow (MEANING M13-M15)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from eligibility.bonds import Bond, bonds
from eligibility.bounds import reach, timeless
from eligibility.packs.calendar import Rules
from eligibility.schema import Fact
from eligibility.situation import Facts as Known
from eligibility.solver.comparing import compared
from eligibility.solver.compiling import Compiler, Who
from eligibility.solver.ground import Ground
from eligibility.solver.joining import agreeing, alike
from eligibility.solver.logic import Formula, every, no, number, some
from eligibility.solver.values import Code, Number, Truth, Value, exactly

DEAD = -1
"""The place of a member who has died, where there is one."""
_FEN = 1
"""By how much a stated sum may differ from what follows (MEANING M13)."""


@dataclass(frozen=True)
class Told:
    """What is told of the household beforehand.

    Args:
        people: facts of each member by place, those of the household under None; what is told is a constant.
        closed: whether the members are all.
        own_day: whether the facts were stated for the day itself; else counts of elapsed time and rules of another law hold
            no longer (MEANING M9).
        loose: whether a stated sum may differ by a fen from what follows, as a profile's may.
        completed: whether everything else is known too, whatever it is; else what is not told is unknown.
        codes: codes of places that are told apart, beside those that the law names.
        untold: names of facts that nobody states; what would follow from them is stated instead.
    """

    people: Mapping[Who, Known] = field(default_factory=dict)
    closed: bool = True
    own_day: bool = True
    loose: bool = False
    completed: bool = True
    codes: tuple[str, ...] = ()
    untold: frozenset[str] = frozenset()


NOTHING_TOLD = Told()
"""Every member is listed, and each fact may be anything."""


class Binding(Compiler):
    """A household of unknowns that violates nothing.

    Args:
        rules: of the day.
        ground: where unknowns come from.
        count: how many living members there may be.
        told: what is told of it.
        dead: whether a member has died, under `DEAD`.
    """

    def __init__(self, rules: Rules, ground: Ground, count: int, told: Told, *, dead: bool) -> None:
        """Takes the rules; everything is made when it is first asked for."""
        super().__init__(rules, ground, count, closed=told.closed)
        self.told, self.dead = told, dead
        self.following: set[tuple[str, Who]] = set()
        self._bound: set[tuple[int, Who]] = set()

    def bind(self, name: str, who: Who) -> None:
        """Requires everything that no household violates and that reads a fact."""
        for bond in _bonds(self.rules).get(name, ()):
            if self.told.own_day or timeless(bond.expr, self.rules):
                for whose in self.owners(bond, who):
                    self.hold(bond, whose)

    def bonds(self, slots: Iterable[tuple[str, Who]]) -> Iterator[Formula]:
        """Yields that nothing is surely violated that no household violates and that reads one of several facts."""
        for name, who in slots:
            for bond in _bonds(self.rules).get(name, ()):
                yield from (self.kept(bond, whose) for whose in self.owners(bond, who))

    def owners(self, bond: Bond, who: Who) -> Iterator[Who]:
        """Yields whose bonds of a kind read a fact of a member or of the household."""
        if bond.owner == "household":
            yield None
        elif who is not None:
            yield who
        else:
            yield from range(self.count)
            yield from (DEAD,) if self.dead else ()

    def hold(self, bond: Bond, who: Who) -> None:
        """Requires once that a bond is not violated."""
        if (id(bond), who) not in self._bound:
            self._bound.add((id(bond), who))
            self.ground.require(self.kept(bond, who))

    def kept(self, bond: Bond, who: Who) -> Formula:
        """Returns whether a bond is not surely violated."""
        held = self.value(bond.expr, who)
        if bond.kind != "follows":
            gated = bond.kind == "rule" or bond.fact in self.told.people.get(who, {})
            return no(held.no) if gated and isinstance(held, Truth) else True
        spec = self.schema.facts[bond.fact]
        fact = self.fact(bond.fact, who)
        # What is nothing but what follows from others agrees with that.
        follows_only = (bond.fact, who) in self.following
        return every(self.fits(spec, held), True if follows_only else self.agrees(spec, fact, held))

    def fits(self, spec: Fact, held: Value) -> Formula:
        """Returns whether what follows lies in the range of the fact."""
        if not isinstance(held, Number) or spec.type not in {"count", "money"}:
            return True
        low, high = spec.limits
        least = compared(">=", held, exactly(low), self.ground).no
        return no(some(least, compared("<=", held, exactly(high), self.ground).no))

    def agrees(self, spec: Fact, fact: Value, held: Value) -> Formula:
        """Returns whether a fact is what follows from others, where that is known."""
        if isinstance(fact, Number) and isinstance(held, Number):
            if spec.type == "money" and self.told.loose:
                more, less = (_shifted(fact, each) for each in (_FEN, -_FEN))
                near = (compared(">=", more, held, self.ground).no, compared("<=", less, held, self.ground).no)
                return no(some(*near))
            return no(compared("==", fact, held, self.ground).no)
        if isinstance(fact, Code) and isinstance(held, Code):
            return no(alike(fact, held).no)
        return no(agreeing(fact, held).no) if isinstance(fact, Truth) and isinstance(held, Truth) else True


def _shifted(value: Number, by: int) -> Number:
    return replace(value, pieces=tuple((when, base + number(by)) for when, base in value.pieces))  # type: ignore[operator]  # sums


def _bonds(rules: Rules) -> Mapping[str, tuple[Bond, ...]]:
    """Returns by fact everything that no household violates and that hangs on it, made once for a law."""
    key = "bonds of a solver"
    found: dict[str, list[Bond]] | None = rules.state.memo.get(key)
    if found is None:
        found = rules.state.memo[key] = {}
        for bond in bonds(rules):
            for name in (*reach(bond.expr, rules), *([bond.fact] if bond.fact else ())):
                found.setdefault(name, []).append(bond)
    return found  # type: ignore[return-value]  # lists are not changed any more
