"""What an answer is worth in a year (MEANING M23)."""

from __future__ import annotations

from typing import Any

from eligibility.answer import Answer
from eligibility.determinations import Determination, answer, benefit_of
from eligibility.evaluate import closure
from eligibility.ir import Expr
from eligibility.packs.model import Benefit
from eligibility.situation import NOBODY

TIMES_A_YEAR = {"month": 12, "term": 2, "school_year": 1, "year": 1}
"""How often an amount is paid in a year, by its period."""
SUMMED = ("cash", "waiver")
"""The kinds of benefits that are added up."""


def times(benefit: Benefit) -> int | None:
    """Returns how often an amount is paid in a year; None where the rule does not say."""
    return benefit.days if benefit.per == "day" else TIMES_A_YEAR.get(benefit.per or "")


def limited(found: Determination) -> bool:
    """Returns whether a benefit is drawn for some time only, known or not."""
    benefit = benefit_of(found)
    return benefit is not None and benefit.at_most is not None


def longest(found: Determination) -> int | None:
    """Returns for how many months a benefit is drawn at most, or None where that is not known or not limited (MEANING M22)."""
    return months(answer(found))


def months(held: Answer) -> int | None:
    """Returns for how many months what an answer gives is drawn at most, or None where that is not known or not limited."""
    for condition, number in held.ruled.lasting:
        when = True if condition is None else _value(held, condition)
        if when is not False:
            return _value(held, number) if when else None
    return None


def _value(held: Answer, expr: Expr) -> Any:  # noqa: ANN401 - a value of any type
    return closure(expr, held.ruled.rules)(held.situation, held.own, NOBODY)


def worth(found: Determination) -> int | None:
    """Returns what an entitlement comes to in a year, in fen; None where that is unknown or no sum of money.

    What is paid once counts once.
    """
    benefit, amount = benefit_of(found), answer(found).amount
    if benefit is None or amount is None:
        return None
    each = 1 if benefit.per == "once" else times(benefit)
    return None if each is None else amount * each
