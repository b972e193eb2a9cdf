"""A household while it is drawn: each fact goes in with what follows from it, and nothing that contradicts it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eligibility.evaluate import closure
from eligibility.ir import Expr
from eligibility.leaves import reads
from eligibility.packs.calendar import Rules
from eligibility.schema import Fact, Integrity, Owner
from eligibility.situation import NOBODY, Facts, Situation, Value

Whose = int | None
"""A member by the place in the list, or None for the household."""

DEFAULTED = _OPEN, _DEAD = "members_complete", "died"
"""The two facts that are taken for known where nothing is said of them (MEANING M2, M4)."""


@dataclass
class _Bonds:
    """What must still hold once a fact is known.

    Args:
        derived: facts that may follow.
        gated: facts that may no longer apply, the fact itself among them.
        rules: that it may violate.
    """

    derived: list[Fact]
    gated: list[Fact]
    rules: list[Integrity]


def _bonds(rules: Rules) -> Mapping[str, _Bonds]:
    """Returns, by fact, what must still hold once it is known; made once for each state of the law."""
    found: dict[str, _Bonds] | None = rules.state.memo.get("bonds")
    if found is None:
        found = rules.state.memo["bonds"] = {}
        schema = rules.pack.contents.schema
        for fact in schema.facts.values():
            for name in reads(fact.derive.expr, rules).names() if fact.derive else ():
                found.setdefault(name, _Bonds([], [], [])).derived.append(fact)
            for name in (fact.name, *reads(fact.only_if.expr, rules).names()) if fact.only_if else ():
                found.setdefault(name, _Bonds([], [], [])).gated.append(fact)
        for rule in schema.integrity:
            for name in reads(rule.holds.expr, rules).names():
                found.setdefault(name, _Bonds([], [], [])).rules.append(rule)
    return found


class Draft:
    """A household to which facts are added one by one, and from which the last ones can be taken back."""

    def __init__(
        self, rules: Rules, living: int, others: Sequence[Mapping[str, Value]] = (), *, complete: bool = True
    ) -> None:
        """Takes how many live in it, what is known of the dead and the unborn, and whether these are all."""
        known = rules.pack.contents.schema.facts.keys()
        self.rules = rules
        self.household: dict[str, Any] = {_OPEN: complete} if _OPEN in known else {}
        self.members: list[dict[str, Any]] = [{"id": f"m{at}", _DEAD: False} for at in range(living)]
        self.members += [{_DEAD: False, **facts, "id": f"m{living + at}"} for at, facts in enumerate(others)]
        self.living = range(living)
        self.gone: set[tuple[Whose, str]] = set()
        self.situation = Situation(rules, self.household, self.members[:living], complete)
        self._bonds = _bonds(rules)
        self._implied: set[tuple[Whose, str]] = {(at, _DEAD) for at in self.living}
        self._implied |= {(at, _DEAD) for at, facts in enumerate(self.members) if not facts[_DEAD]}
        if complete:
            self._implied.add((None, _OPEN))
        self._trail: list[tuple[Whose, str, bool]] = []

    def facts(self, whose: Whose) -> dict[str, Any]:
        """Returns what is known of a member or of the household."""
        return self.household if whose is None else self.members[whose]

    def value(self, expr: Expr, own: Whose = None, member: Whose = None) -> Value:
        """Returns what an expression comes to by what is known so far."""
        mine = NOBODY if own is None else self.members[own]
        theirs = NOBODY if member is None else self.members[member]
        return closure(expr, self.rules)(self.situation, mine, theirs)

    def open(self, whose: Whose, name: str) -> bool:
        """Returns whether a fact is neither known nor to stay unknown."""
        return name not in self.facts(whose) and (whose, name) not in self.gone

    def put(self, whose: Whose, name: str, value: Value) -> bool:
        """Adds a fact and what follows from it; returns False, and adds nothing, where that cannot be."""
        facts = self.facts(whose)
        if name in facts:
            return bool(facts[name] == value)
        mark = self.mark()
        if (whose, name) not in self.gone and self._set(whose, name, value, implied=False):
            return True
        self.undo(mark)
        return False

    def leave(self, whose: Whose, name: str) -> bool:
        """Lets a fact stay unknown; returns False where it is known already."""
        if name in self.facts(whose):
            return False
        if (whose, name) not in self.gone:
            self.gone.add((whose, name))
            self._trail.append((whose, name, False))
        return True

    def mark(self) -> int:
        """Returns the place to which `undo` can go back."""
        return len(self._trail)

    def undo(self, mark: int) -> None:
        """Takes back everything since a mark."""
        while len(self._trail) > mark:
            whose, name, added = self._trail.pop()
            if added:
                del self.facts(whose)[name]
                self._implied.discard((whose, name))
            else:
                self.gone.discard((whose, name))
        self.situation.memo.clear()

    def stated(self, whose: Whose) -> Facts:
        """Returns what a profile states of a member or of the household: all that does not follow."""
        return {name: value for name, value in self.facts(whose).items() if (whose, name) not in self._implied}

    def _set(self, whose: Whose, name: str, value: Value, *, implied: bool) -> bool:
        """Adds a fact; returns whether it goes with the others."""
        self.facts(whose)[name] = value
        self._trail.append((whose, name, True))
        if implied:
            self._implied.add((whose, name))
        self.situation.memo.clear()
        bonds = self._bonds.get(name)
        return bonds is None or (
            all(self._follows(fact, whose) for fact in bonds.derived)
            and all(self._applies(fact, whose) for fact in bonds.gated)
            and all(self._holds(rule, whose) for rule in bonds.rules)
        )

    def _owners(self, owner: Owner, whose: Whose) -> Iterable[Whose]:
        """Returns for whom something is to be looked at after a fact of somebody has changed."""
        if owner == "household":
            return (None,)
        return range(len(self.members)) if whose is None else (whose,)

    def _follows(self, fact: Fact, whose: Whose) -> bool:
        """Adds a fact that is derived; returns False where it may not be known, or is another already."""
        for each in self._owners(fact.owner, whose):
            found = self.value(fact.derive.expr, each) if fact.derive else None
            if found is None:
                continue
            facts = self.facts(each)
            if fact.name in facts:
                near = abs(found - facts[fact.name]) <= 1 if fact.type == "money" else found == facts[fact.name]
                if not near:
                    return False
                continue
            far = fact.type in {"count", "money"} and not fact.limits[0] <= found <= fact.limits[1]
            if far or (each, fact.name) in self.gone or not self._set(each, fact.name, found, implied=True):
                return False
        return True

    def _applies(self, fact: Fact, whose: Whose) -> bool:
        """Returns whether a fact is not known of anybody to whom it does not apply (MEANING M14)."""
        return fact.only_if is None or not any(
            fact.name in self.facts(each) and self.value(fact.only_if.expr, each) is False
            for each in self._owners(fact.owner, whose)
        )

    def _holds(self, rule: Integrity, whose: Whose) -> bool:
        """Returns whether a rule between facts is not violated (MEANING M15)."""
        return not any(self.value(rule.holds.expr, each) is False for each in self._owners(rule.owner, whose))
