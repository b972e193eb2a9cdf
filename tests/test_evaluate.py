"""THE meaning: it agrees with a naive reading of the rulings, and unknown behaves."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import World, month_later, value
from packs_for_tests import make_pack
from strategies_rules import DAY, Chance, amounts, chances, conditions, numbers, rules_file

from eligibility import RulePack, Truth, ir
from eligibility.checker import check
from eligibility.elapsed import months, years
from eligibility.errors import Problems
from eligibility.evaluate import closure, evaluate
from eligibility.ir import Expr
from eligibility.leaves import PACK, undecided
from eligibility.parser import parse
from eligibility.situation import NOBODY, Facts, Situation
from eligibility.source import passage
from eligibility.trace import Trace, trace

HOUSEHOLDS = 20
"""How many households each drawn expression is asked about."""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> RulePack:
    """Returns a pack with the vocabulary of the strategies."""
    return make_pack(tmp_path_factory.mktemp("meaning") / "pack", **rules_file())


def said(text: str, pack: RulePack) -> Expr:
    """Returns a condition of a person as ir, checked."""
    expr, problems = parse(passage(text), pack.contents.names, "person"), Problems()
    check(expr, pack.contents.names, problems)
    assert problems.found == []
    return expr


def alone(pack: RulePack, **facts: Any) -> tuple[Situation, dict[str, Any]]:  # noqa: ANN401 - facts of any type
    """Returns a household of one person, and that person's facts."""
    own = {"id": "a", **facts}
    return Situation(pack.on(DAY), {}, [own]), own


@settings(max_examples=400)
@given(expr=st.one_of(conditions(), conditions(), numbers(), amounts()), chance=chances())
def test_it_agrees_with_a_naive_reading(pack: RulePack, expr: Expr, chance: Chance) -> None:
    """Any well-typed expression comes to the same for any household as by the naive evaluator."""
    problems = Problems()
    assert check(expr, pack.contents.names, problems).kind != "any", problems.found
    for _ in range(HOUSEHOLDS):
        situation, world = chance.household(pack)
        own = situation.members[0]
        found, expected = evaluate(expr, situation, own), value(expr, world, own)
        assert found == (Truth.of(expected) if isinstance(found, Truth) else expected), world


@given(expr=conditions(), chance=chances())
def test_learning_never_unsettles(pack: RulePack, expr: Expr, chance: Chance) -> None:
    """What is settled stays settled, with the same value, when more facts become known."""
    for _ in range(HOUSEHOLDS):
        situation, _ = chance.household(pack)
        before = evaluate(expr, situation, situation.members[0])
        more = [_learned(chance, member, {"p0", "q0"}) for member in situation.members]
        after = evaluate(expr, Situation(situation.rules, situation.household, more, situation.complete), more[0])
        assert before in {after, Truth.UNKNOWN}


@given(expr=conditions(), chance=chances())
def test_what_is_not_missing_cannot_matter(pack: RulePack, expr: Expr, chance: Chance) -> None:
    """What is unknown stays so while only facts outside its list of missing ones become known (MEANING M21)."""
    for _ in range(HOUSEHOLDS):
        situation, _ = chance.household(pack)
        own = situation.members[0]
        if evaluate(expr, situation, own) is not Truth.UNKNOWN:
            continue
        waits = {leaf.name for leaf in undecided([expr], situation, own)} | {"p0", "q0"}
        more = [_learned(chance, member, waits) for member in situation.members]
        later = Situation(situation.rules, situation.household, more, situation.complete)
        assert evaluate(expr, later, more[0]) is Truth.UNKNOWN


def _learned(chance: Chance, member: Facts, never: set[str]) -> Facts:
    """Returns a member of whom more is known; a place is not learned, a new county could contradict its province."""
    return {name: found for name, found in chance.person().items() if name not in never} | dict(member)


@given(expr=conditions(), chance=chances())
def test_missing_is_listed_once_in_order(pack: RulePack, expr: Expr, chance: Chance) -> None:
    """What is missing is listed once each: own facts, the household's, other members' as listed, the pack's (MEANING M21)."""
    for _ in range(HOUSEHOLDS):
        situation, _ = chance.household(pack)
        found = undecided([expr], situation, situation.members[0])
        order = [situation.members[0]["id"], "household", *(each["id"] for each in situation.members[1:]), PACK]
        assert len(found) == len(set(found))
        assert [order.index(leaf.subject) for leaf in found] == sorted(order.index(leaf.subject) for leaf in found)
        assert {leaf.kind for leaf in found if leaf.subject == PACK} <= {"parameter"}


@given(expr=conditions(2), chance=chances())
def test_a_trace_says_what_evaluate_says(pack: RulePack, expr: Expr, chance: Chance) -> None:
    """Each part of a trace has the value that the part has by itself."""

    def every(one: Trace) -> list[Trace]:
        return [one, *(inner for part in one.parts for inner in every(part))]

    situation, _ = chance.household(pack)
    for part in every(trace(expr, situation, situation.members[0])):
        assert part.value == evaluate(part.expr, situation, part.own, part.member)


@given(st.dates(date(1990, 1, 1), date(2030, 12, 31)), st.integers(0, 15000))
def test_elapsed_time_agrees_with_counting(start: date, length: int) -> None:
    """Full months and years are those found by counting month after month."""
    end = date.fromordinal(start.toordinal() + length)
    found = months(start, end)
    assert found is not None
    assert month_later(start, found) <= end < month_later(start, found + 1)
    assert years(start, end) == found // 12


def test_an_expression_is_not_taken_for_another(pack: RulePack) -> None:
    """Expressions made and dropped one after the other never get each other's meaning."""
    situation, own = alone(pack, b0=True)
    for at in range(200):
        assert evaluate(ir.Literal(at), situation, own) == at
        assert evaluate(ir.Literal(value=at % 2 == 0), situation, own) is Truth.of(at % 2 == 0)


def test_unknown_stays_unknown_by_plain_rules(pack: RulePack) -> None:
    """Kleene does not see that `x or not x` holds, nor that both branches agree (MEANING M3, M25)."""
    situation, own = alone(pack)
    assert evaluate(said("b0 or not b0", pack), situation, own) is Truth.UNKNOWN
    assert evaluate(said("(1 if b0 else 1) == 1", pack), situation, own) is Truth.UNKNOWN
    assert evaluate(said("n0 * 0 == 0", pack), situation, own) is Truth.UNKNOWN


def test_exact_amounts_are_compared_exactly(pack: RulePack) -> None:
    """A third of an amount, three times, is the amount again: nothing is rounded on the way."""
    situation, own = alone(pack, m0=100)
    assert evaluate(said("m0 / 3 * 3 == m0", pack), situation, own) is Truth.TRUE
    assert evaluate(said("round_down(m0 / 3, fen) * 3 == m0", pack), situation, own) is Truth.FALSE


def test_a_count_against_a_decimal_waits_for_the_count(pack: RulePack) -> None:
    """Only a whole constant is compared by the bounds of a count (MEANING M3)."""
    situation = Situation(pack.on(DAY), {}, [{"id": "a", "b0": True}, {"id": "b", "b0": True}, {"id": "c"}])
    whole, decimal = said("count(m.b0 for m in members) > 1", pack), said("count(m.b0 for m in members) > 1.5", pack)
    assert evaluate(whole, situation, situation.members[0]) is Truth.TRUE
    assert evaluate(decimal, situation, situation.members[0]) is Truth.UNKNOWN


def test_the_naive_reading_is_another(pack: RulePack) -> None:
    """The naive evaluator does not go through the closures that it is compared with."""
    text = (Path(__file__).parent / "naive.py").read_text("utf-8")
    assert "eligibility.evaluate import" not in text
    assert "gathering" not in text.replace("expr.gathering", "").replace("side.gathering", "")
    world = World(DAY, {}, ({"id": "a"},), closed=True, concepts={}, figures={}, attributes={})
    assert value(said("b0 and false", pack), world, {}) is False
    assert closure(said("b0 and false", pack), pack.on(DAY))(alone(pack)[0], NOBODY, NOBODY) is False
