"""What a drawing can aim at: each criterion, exclusion and tier in force, and each entitlement as a whole, one way or another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eligibility import ir
from eligibility.ir import Expr
from eligibility.packs.calendar import Rules
from eligibility.packs.model import Subject
from eligibility.ruled import Ruled, ruled
from eligibility.testing.possible import possible

TRUTHS = (True, False, None)


@dataclass(frozen=True)
class Aim:
    """What a household is drawn to show of one subject.

    Args:
        entitlement: its id.
        part: the criterion or exclusion; empty for all of them together, `amount 2` for the second tier.
        subject: whom it is about.
        expr: the condition.
        truth: what the condition is to come to; None is unknown.
    """

    entitlement: str
    part: str
    subject: Subject
    expr: Expr
    truth: bool | None


def aims(rules: Rules, only: Sequence[str] = ()) -> tuple[Aim, ...]:
    """Returns what households can be drawn to show on a day; what cannot be, since a figure is not held, is left out.

    Args:
        rules: of the day.
        only: ids of entitlements; all where empty.
    """
    if "aims" not in rules.state.memo:
        rulings = rules.state.rulings
        rules.state.memo["aims"] = tuple(
            aim for ruling in rulings for aim in _aims(ruled(rules, ruling.entitlement.id))
        )
    found: tuple[Aim, ...] = rules.state.memo["aims"]
    return tuple(aim for aim in found if aim.entitlement in only) if only else found


def _aims(rule: Ruled) -> Iterator[Aim]:
    id, subject, body = rule.entitlement.id, rule.entitlement.subject, rule.ruling.body
    whole = eligible(rule)
    parts = [(each.id, each.when.expr) for each in (*(body.criteria or ()), *(body.unless or ()))]
    for part, expr in (*parts, ("", whole)):
        can = possible(expr, rule.rules)
        yield from (Aim(id, part, subject, expr, truth) for truth in TRUTHS if truth in can)
    for number, (when, _) in enumerate(rule.tiers, 1):
        tier = ir.And((whole, when)) if when is not None else None
        if tier is not None and True in possible(tier, rule.rules):
            yield Aim(id, f"amount {number}", subject, tier, truth=True)


def eligible(rule: Ruled) -> Expr:
    """Returns the condition under which somebody is entitled, what other entitlements require among it."""
    items = [ir.Not(part.expr) if part.exclusion else part.expr for part in rule.parts if part.expr is not None]
    return ir.And(tuple(items)) if items else ir.Literal(value=True)
