"""What no household violates: rules between facts, facts that apply or do not, and facts that follow from others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eligibility import ir
from eligibility.bounds import Case, Slot
from eligibility.ir import Expr
from eligibility.leaves import HOUSEHOLD
from eligibility.packs.calendar import Rules
from eligibility.schema import Owner


@dataclass(frozen=True, slots=True)
class Bond:
    """Something that no household violates.

    Args:
        owner: whose facts it is about.
        expr: the rule, what gates a fact, or what it follows from.
        fact: the fact that is gated or follows; empty for a rule.
        kind: which of the three.
    """

    owner: Owner
    expr: Expr
    fact: str
    kind: str


def bonds(rules: Rules) -> Iterator[Bond]:
    """Yields everything that holds between the facts of a vocabulary."""
    schema = rules.pack.contents.schema
    yield from (Bond(rule.owner, rule.holds.expr, "", "rule") for rule in schema.integrity)
    for fact in schema.facts.values():
        if fact.only_if is not None:
            yield Bond(fact.owner, fact.only_if.expr, fact.name, "gate")
        if fact.derive is not None:
            yield Bond(fact.owner, fact.derive.expr, fact.name, "follows")


def tied(bond: Bond, whose: str) -> Iterator[Slot]:
    """Yields the facts that a bond ties together, those of members in quantifiers left out."""
    for node in ir.walk(bond.expr):
        if isinstance(node, ir.Fact) and node.scope != "member":
            yield (HOUSEHOLD if node.scope == "household" else whose), node.name
    if bond.fact:
        yield whose, bond.fact


def violated(case: Case, bond: Bond, whose: str) -> bool:
    """Returns whether every household of a case violates something, so that there is none."""
    spread = case.spread(bond.expr, case.owner((whose, "")))
    if spread.impossible:
        return True
    if bond.kind == "rule":
        return spread.surely(value=False)
    slot = (whose, bond.fact)
    stated, told = case.known(slot) is not None, case.supposed.get(slot)
    if bond.kind == "gate":
        holds, fails = (spread.surely(truth) for truth in (True, False))
        applies = stated or (told is not None and not told.open)
        return (applies and fails) or (holds and told is not None and told.values == frozenset() and not stated)
    if stated and not spread.open:
        return case.agreeing(slot, spread).impossible
    return case.of(slot).impossible
