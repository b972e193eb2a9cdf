"""The laws of the pack that ships, as a rule author tries them: by the law of a day here, through its years in the slow part.

What the pack promises beyond single cases, and what it excuses with a reason, stands in `rules/baiyin/laws.yaml`.
"""

from __future__ import annotations

from datetime import date

import pytest

from eligibility import RulePack
from eligibility.testing import laws
from eligibility.testing.declared import declared
from eligibility.testing.laws import Law

pytestmark = pytest.mark.usefixtures("same_draws")

PLAN = [date(2017, 12, 31)]
"""A day of the plan; in the slow part the days are those on which the law changed."""

test_refinement = laws.refinement(days=PLAN, examples=30)
test_order = laws.order(days=PLAN, examples=30)
test_irrelevant = laws.irrelevant(days=PLAN, examples=20)
test_engines = laws.engines(days=PLAN, examples=20)
test_batch = laws.batch(days=PLAN, examples=20)
test_monotone = laws.monotone(days=PLAN, examples=40)
test_exclusions = laws.exclusions(days=PLAN, examples=40)
test_implies = laws.implies(days=PLAN, examples=40)
test_amounts = laws.amounts(days=PLAN, examples=40)
test_time = laws.time(days=PLAN, examples=40)
test_rises = laws.rises(days=PLAN, examples=40)


@pytest.mark.slow
@pytest.mark.parametrize("law", laws.LAWS, ids=str)
def test_every_law_through_the_years(law: Law) -> None:
    """On days of eight laws between 2016 and 2026 nothing breaks any of them, whatever is drawn."""
    law.holds(examples=200)


def test_what_hardship_takes_away_is_declared() -> None:
    """Six losses are excused, two of them because the rules themselves take a subsidy from whoever becomes poorer."""
    pack = RulePack.default()
    waived = declared(pack).file.waived["poorer"]
    taken = {rule for rule, waiver in waived.items() if waiver.cite == ("gansu-two-subsidies-2016",)}
    assert len(waived) == 6
    assert taken == {
        "disability-living-subsidy/extreme-poverty-support",
        "severe-disability-nursing-subsidy/extreme-poverty-support",
    }


def test_every_entitlement_with_a_test_says_who_has_it() -> None:
    """What is no service open to all declares of everybody who is eligible what they are; what rests on poverty alone does not."""
    contents = RulePack.default().contents
    said = declared(RulePack.default()).file.implies
    silent = {id for id, one in contents.entitlements.items() if id not in said and one.promise != "open"}
    assert silent == {
        "free-treatment-for-the-poor",
        "medical-assistance",
        "one-job-per-household",
        "temporary-assistance",
    }
