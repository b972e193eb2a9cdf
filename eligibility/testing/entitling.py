"""What a drawing aims at so that somebody is eligible for an entitlement, and what to try for the facts that it reads."""

from __future__ import annotations

from collections.abc import Sequence

from eligibility import ir
from eligibility.ir import Expr
from eligibility.packs.calendar import Rules
from eligibility.ruled import Ruled, ruled
from eligibility.testing.aims import Aim, eligible
from eligibility.testing.boundaries import Boundaries, boundaries
from eligibility.testing.possible import possible

Aimed = tuple[Boundaries, list[Aim]]
"""What to try for each fact, and what to aim at."""


def entitling(rules: Rules, id: str, also: Sequence[Expr] = ()) -> Aimed | None:
    """Returns what to try and what to aim at so that somebody is eligible, as a whole and in each tier of the amount.

    Args:
        rules: of the day.
        id: of the entitlement.
        also: conditions on the same subject that hold as well.

    Returns:
        None where the entitlement is not in force, or nobody can be eligible since a figure is not held.

    Raises:
        UnknownName: the pack has no such entitlement.
    """
    if rules.ruling(id) is None:
        return None
    key = "entitling", id
    if also or key not in rules.state.memo:
        found = _entitling(rules, id, also)
        if also:
            return found
        rules.state.memo[key] = rules.day, found
    day, kept = rules.state.memo[key]
    return kept if day == rules.day else _entitling(rules, id, also)


def _entitling(rules: Rules, id: str, also: Sequence[Expr]) -> Aimed | None:
    rule = ruled(rules, id)
    tiers = [when for when, _ in rule.tiers if when is not None]
    wholes = [ir.And((eligible(rule), *also, *tier)) for tier in ((), *((each,) for each in tiers))]
    return _aimed(rules, rule, wholes, also)


def excluding(rules: Rules, id: str) -> Aimed | None:
    """Returns what to try and what to aim at so that one exclusion alone stands in somebody's way; see `entitling`."""
    if rules.ruling(id) is None:
        return None
    rule = ruled(rules, id)
    met = [part.expr for part in rule.parts if part.expr is not None and not part.exclusion]
    wholes = [ir.And((*met, part.expr)) for part in rule.parts if part.expr is not None and part.exclusion]
    return _aimed(rules, rule, wholes, ())


def _aimed(rules: Rules, rule: Ruled, wholes: Sequence[Expr], also: Sequence[Expr]) -> Aimed | None:
    """Returns the conditions that can hold on a day as aims, and what to try for everything that the entitlement reads."""
    id, subject = rule.entitlement.id, rule.entitlement.subject
    at = [Aim(id, "", subject, whole, truth=True) for whole in wholes if True in possible(whole, rules)]
    exprs = [part.expr for part in rule.parts if part.expr is not None]
    exprs += [*also, *(expr for tier in rule.tiers for expr in tier if expr is not None)]
    return (boundaries(rules, exprs), at) if at else None
