"""Two rails: any condition comes to the same in the engine of other hands, or is refused in so many words."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packs_for_tests import make_pack
from strategies_rules import DAY, Chance, chances, conditions, rules_file

from eligibility import RulePack, Truth
from eligibility.derived import Prepared
from eligibility.errors import NotCompilable
from eligibility.evaluate import evaluate
from eligibility.ir import Expr
from eligibility.rete.encoding import encode
from eligibility.rete.plan import Claiming, Goal, Part
from eligibility.rete.sessions import Program
from eligibility.targets.durable import Compiled, Compiler

pytest.importorskip("durable", reason="durable-rules is not installed")

HOUSEHOLDS = 12


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> RulePack:
    """Returns a pack with the vocabulary of the strategies."""
    return make_pack(tmp_path_factory.mktemp("rete") / "pack", **rules_file())


def compiled(pack: RulePack, expr: Expr) -> Compiled:
    """Returns one condition of a person, compiled as an entitlement of its own."""
    goal = Goal("C0", "person")
    claim = Claiming("one", "area", "person", (Part("one", exclusion=False, goal=goal),))
    return Compiler(pack.on(DAY)).of({"area": {goal: expr}}, (claim,))


SEEN: Counter[str] = Counter()


@settings(max_examples=5000)
@given(expr=conditions(), chance=chances())
def test_any_condition_comes_to_the_same(pack: RulePack, expr: Expr, chance: Chance) -> None:
    """Any well-typed condition that compiles has the same truth for every member of any household."""
    try:
        found = compiled(pack, expr)
    except NotCompilable as refused:
        SEEN[str(refused)[:60]] += 1
        return
    SEEN["ok"] += 1
    program = Program(found.plan.wired)
    for _ in range(HOUSEHOLDS):
        situation, world = chance.household(pack)
        facts = encode(situation.rules, found.plan, found.derived, Prepared(situation, (), ()))
        answers = {each["subject"]: each["parts"][0] for each in program.run(facts)["claims"]}
        for own in situation.members:
            truth = evaluate(expr, situation, own)
            assert isinstance(truth, Truth)
            assert answers[own["id"]] == truth.value, world


def test_print() -> None:
    """x."""
    print(SEEN.most_common(8))
