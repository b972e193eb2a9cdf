"""Conditions before a solver: any of them comes to the same as in the core, for households that are told and for unknown ones.

Each deliberate breakage of the compiler is noticed by the same comparisons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from packs_for_tests import make_pack
from strategies_rules import DAY, Chance, amounts, chances, conditions, numbers, rules_file, tricky

from eligibility import RulePack
from eligibility.evaluate import closure
from eligibility.ir import Expr
from eligibility.situation import NOBODY, Situation
from eligibility.solver.ground import Ground
from eligibility.solver.logic import Formula, Sum, every, holds, no
from eligibility.solver.lookup import constant, kind_of
from eligibility.solver.proving import Prover
from eligibility.solver.stating import Told
from eligibility.solver.values import Code, Number, Truth, Value, alike, compared, exactly
from eligibility.solver.views import Partly
from eligibility.targets.smt import World

HOUSEHOLDS = 25
CODES = ("620402", "620403", "620102", "610102", "62", "61", "11")


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> RulePack:
    """Returns a pack with the vocabulary of the strategies."""
    return make_pack(tmp_path_factory.mktemp("solver") / "pack", **rules_file())


def drawn(pack: RulePack, chance: Chance, count: int) -> list[Situation]:
    """Returns households, each with a list of members that is closed or open."""
    return [chance.household(pack)[0] for _ in range(count)]


def fixed(value: Value) -> Any:  # noqa: ANN401 - a value of any type
    """Returns what a value is of which everything is told; None is unknown."""
    if isinstance(value, Truth):
        assert isinstance(value.yes, bool)
        assert isinstance(value.no, bool)
        return True if value.yes else False if value.no else None
    assert isinstance(value.known, bool)
    if not value.known:
        return None
    if isinstance(value, Code):
        return next(code for code, when in value.cases.items() if when is True)
    bases = [base for when, base in value.pieces if when is True]
    assert len(bases) == 1
    assert isinstance(bases[0], Sum)
    assert bases[0].terms == ()
    return Fraction(bases[0].constant, value.denominator)


def told(pack: RulePack, exprs: Sequence[Expr], situations: Sequence[Situation]) -> Iterator[str]:
    """Yields where a household that is told and the core differ."""
    rules = pack.on(DAY)
    for situation in situations:
        people = {None: situation.household, **dict(enumerate(situation.members))}
        world = World(rules, Ground(), len(situation.members), Told(people, situation.complete, completed=False))
        for who, own in enumerate(situation.members):
            for at, expr in enumerate(exprs):
                expected, found = closure(expr, rules)(situation, own, NOBODY), fixed(world.value(expr, who))
                if expected != found:
                    yield f"{at}: {expected}, {found}"


def unknown(pack: RulePack, exprs: Sequence[Expr], situations: Sequence[Situation]) -> Iterator[str]:
    """Yields where a household of unknowns, made to be like one of which only some is known, and the core differ."""
    rules = pack.on(DAY)
    ground = Ground()
    whole = World(rules, ground, max(len(each.members) for each in situations), Told(codes=CODES))
    world = Partly(whole)
    asked = [world.value(expr, 0) for expr in exprs]
    question = Prover(ground).question()
    for situation in situations:
        if not situation.complete:
            continue
        for own in situation.members:
            others = [own, *(each for each in situation.members if each is not own)]
            same = list(alike_to(whole, world, situation, others))
            assert question.model(*same) is not None, situation
            expected = [closure(expr, rules)(situation, own, NOBODY) for expr in exprs]
            agreements = [agrees(value, told, world) for value, told in zip(asked, expected, strict=True)]
            model = question.model(*same, no(every(*agreements)))
            if model is not None:
                yield from (f"{at}: {expected[at]}" for at, each in enumerate(agreements) if not holds(each, model))


def alike_to(whole: World, world: Partly, situation: Situation, members: Sequence[Any]) -> Iterator[Formula]:
    """Yields that a household of unknowns is like another one: who is there, what is stated, and what it is."""
    for at in range(whole.count):
        there = whole.present(at)
        yield there if at < len(members) else no(there)
    for who, facts in ((None, situation.household), *enumerate(members)):
        for spec in whole.schema.of("household" if who is None else "person"):
            if spec.name in {"members_complete", "died"}:
                continue
            stated = world.stated(spec.name, who)
            yield stated if spec.name in facts else no(stated)
            if spec.name in facts:
                yield agrees(whole.fact(spec.name, who), facts[spec.name], whole)


def agrees(value: Value, expected: Any, world: World) -> Formula:  # noqa: ANN401 - a value of any type
    """Returns whether a value comes to what the core says; None is unknown."""
    if isinstance(value, Truth):
        return value.is_(expected)
    if expected is None:
        return no(value.known)
    if isinstance(value, Code):
        return alike(value, Code(known=True, cases={expected: True})).yes
    like = constant("number", expected)
    assert isinstance(like, Number)
    return compared("==", value, like, world.ground).yes


@settings(max_examples=120)
@given(expr=conditions() | amounts() | numbers(), chance=chances())
def test_any_expression_of_what_is_told_comes_to_the_same(pack: RulePack, expr: Expr, chance: Chance) -> None:
    """Any well-typed condition, amount or number is a constant, and the right one, where everything that is known is told."""
    assert list(told(pack, [expr], drawn(pack, chance, HOUSEHOLDS))) == []


@settings(max_examples=60)
@given(expr=conditions() | amounts() | numbers(), chance=chances())
def test_any_expression_of_unknowns_comes_to_the_same(pack: RulePack, expr: Expr, chance: Chance) -> None:
    """Of unknowns that are made to be like a household, any expression is proved to come to what the core says of it."""
    assert list(unknown(pack, [expr], drawn(pack, chance, 5))) == []


