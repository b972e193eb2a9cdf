"""What an answer is worth in a year (MEANING M23)."""

from __future__ import annotations

from eligibility.determinations import Determination, answer, benefit_of
from eligibility.packs.model import Benefit

TIMES_A_YEAR = {"month": 12, "term": 2, "school_year": 1, "year": 1}
"""How often an amount is paid in a year, by its period."""
SUMMED = ("cash", "waiver")
"""The kinds of benefits that are added up."""


def times(benefit: Benefit) -> int | None:
    """Returns how often an amount is paid in a year; None where the rule does not say."""
    return benefit.days if benefit.per == "day" else TIMES_A_YEAR.get(benefit.per or "")


def worth(found: Determination) -> int | None:
    """Returns what an entitlement comes to in a year, in fen; None where that is unknown or no sum of money.

    What is paid once counts once.
    """
    benefit, amount = benefit_of(found), answer(found).amount
    if benefit is None or amount is None:
        return None
    each = 1 if benefit.per == "once" else times(benefit)
    return None if each is None else amount * each
