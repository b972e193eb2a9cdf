"""Both engines give the same answer, criterion by criterion, on households drawn at every limit of the pack."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from packs_for_tests import shipped
from reaching import DAYS, LEAST, WORDS, Reach, states, wanted

from eligibility import Rules
from eligibility.answer import Answer
from eligibility.asking import answers
from eligibility.derived import Prepared
from eligibility.engines import MEASURED, lack
from eligibility.rete.encoding import encode
from eligibility.rete.sessions import Program
from eligibility.targets.durable import compiled

pytestmark = pytest.mark.skipif(lack() is not None, reason=f"durable-rules {MEASURED} cannot be used here")

LEAST_COMPARED = 20_000
"""How many determinations are compared at least in one state of the law."""


class Agreement(Reach):
    """Draws households at the limits, and puts each to both engines, whole pack."""

    def __init__(self, rules: Rules) -> None:
        """Compiles the rules of the day."""
        super().__init__(rules)
        self.compiled = compiled(rules)
        self.program = Program(self.compiled.plan.wired)
        self.compared = 0
        self.differences: list[str] = []

    def answers(self, ready: Prepared, ids: Sequence[str]) -> Sequence[Answer]:
        """Compares every answer; returns those of some entitlements."""
        plan = self.compiled.plan
        told = self.program.run(encode(self.rules, plan, self.compiled.derived, ready))["claims"]
        found = list(answers(self.rules, ready))
        theirs = {(each["entitlement"], each["subject"]): (each["outcome"], each["parts"]) for each in told}
        ours = {
            (each.ruled.entitlement.id, each.subject): (each.outcome, [WORDS[truth] for truth in each.truths])
            for each in found
        }
        self.compared += len(ours)
        self.differences += [
            f"{key}: {ours.get(key)} {theirs.get(key)}" for key in ours | theirs if ours.get(key) != theirs.get(key)
        ]
        return [each for each in found if each.ruled.entitlement.id in ids]


def agreement(day: date) -> Agreement:
    """Returns a comparison in which each criterion came out each way often enough, if it can."""
    found = Agreement(shipped().on(day))
    possible, never = wanted(found.rules)
    rare = found.seek(possible, beside=never)
    assert rare == set(), f"less than {LEAST} times on {day}"
    return found


@pytest.mark.parametrize("day", [DAYS[1]], ids=str)
def test_the_engines_agree(day: date) -> None:
    """On a day each criterion is true, false and unknown twenty times or more, and no answer differs in any criterion."""
    found = agreement(day)

    assert found.differences == []
    assert found.compared >= LEAST_COMPARED


PARTS = 4
"""Into how many tests the states of the law are dealt, so that they can run side by side."""


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_the_engines_agree_in_every_law(part: int) -> None:
    """In every state of the law since 2016 likewise."""
    for day in states(shipped())[part::PARTS]:
        found = agreement(day)
        assert found.differences == []
        assert found.compared >= LEAST_COMPARED
