"""Conditions before a solver: any of them comes to the same as in the core, for households that are told and for unknown ones.

Each deliberate breakage of the compiler is noticed by the same comparisons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from often import often
from packs_for_tests import make_pack
from strategies_rules import DAY, MORE, Chance, amounts, chances, conditions, numbers, rules_file, tricky

from eligibility import RulePack, ir
from eligibility.evaluate import closure
from eligibility.ir import Expr
from eligibility.situation import NOBODY, Facts, Situation
from eligibility.solver import comparing, compiling, days, joining, lookup, members, stating
from eligibility.solver import numbers as numbers_
from eligibility.solver.binding import Told
from eligibility.solver.comparing import compared
from eligibility.solver.compiling import Who
from eligibility.solver.ground import Ground
from eligibility.solver.joining import alike, any_of
from eligibility.solver.logic import Formula, Sum, at_most, every, holds, no, number
from eligibility.solver.lookup import Lookup, constant
from eligibility.solver.members import Others
from eligibility.solver.proving import Prover
from eligibility.solver.values import Code, Number, Truth, Value, exactly, surely
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
        known: dict[Who, Facts] = {None: situation.household, **dict(enumerate(situation.members))}
        world = World(rules, Ground(), len(situation.members), Told(known, situation.complete, completed=False))
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


@settings(max_examples=20)
@given(expr=conditions() | amounts() | numbers(), chance=chances())
def test_any_expression_of_unknowns_comes_to_the_same(pack: RulePack, expr: Expr, chance: Chance) -> None:
    """Of unknowns that are made to be like a household, any expression is proved to come to what the core says of it."""
    assert list(unknown(pack, [expr], drawn(pack, chance, 5))) == []


test_any_expression_of_unknowns_comes_to_the_same_often = often(
    test_any_expression_of_unknowns_comes_to_the_same, 60, expr=conditions() | amounts() | numbers(), chance=chances()
)


def test_the_tricky_conditions_come_to_the_same(pack: RulePack) -> None:
    """As the compiler stands, nothing differs among some dozens of people; else what follows would show nothing."""
    exprs = [*tricky(pack), *tricky(pack, ALSO)]
    assert list(differing(pack, exprs, people(pack))) == []


ALSO = (
    *MORE,
    "years(d0, d0) == 0",
    'months(d0, date("2020-03-30")) >= 26',
    "any(months(m.d0, d0) in {24, 25, 47} for m in members)",
    "p0 == p0 and q0 == place(p0).province",
)


def differing(pack: RulePack, exprs: Sequence[Expr], situations: Sequence[Situation]) -> Iterator[str]:
    """Yields where the formulas and the core differ."""
    yield from told(pack, exprs, situations)
    yield from unknown(pack, exprs, situations)


def people(pack: RulePack) -> list[Situation]:
    """Returns some households."""
    return drawn(pack, Chance(11), 18)


Patch = Callable[[pytest.MonkeyPatch], None]


def unknown_is_false_in_any(patch: pytest.MonkeyPatch) -> None:
    """An unknown member counts as one of whom it is not so."""
    patch.setattr(members, "any_of", lambda items: surely(any_of(items).yes))


def case_takes_the_other_branch(patch: pytest.MonkeyPatch) -> None:
    """A case whose condition is unknown takes the other branch."""
    chosen = joining.chosen
    patch.setattr(compiling, "chosen", lambda condition, *parts: chosen(surely(condition.yes), *parts))


def sum_skips_unknown(patch: pytest.MonkeyPatch) -> None:
    """A sum leaves out what is unknown."""
    whole = members._gathered
    patch.setattr(members, "_gathered", lambda *args: replace(whole(*args), known=True))


def count_by_its_least(patch: pytest.MonkeyPatch) -> None:
    """A count is those who are surely in."""
    tally = members.tally
    patch.setattr(members, "tally", lambda *args: (tally(*args)[0],) * 2)


def lists_are_closed(patch: pytest.MonkeyPatch) -> None:
    """Every list of members is taken for whole."""
    patch.setattr(members, "MOST_OTHERS", 0)
    patch.setattr(stating, "UNKNOWN_OTHERS", Others(False, True, number(0), number(0), True, exactly(0)))  # noqa: FBT003 - formulas


def unknown_denied_is_true(patch: pytest.MonkeyPatch) -> None:
    """What is not known to be so is taken for not so."""
    patch.setattr(compiling, "denied", lambda item: Truth(no(item.yes), item.yes))


def a_neighbour_s_figure(patch: pytest.MonkeyPatch) -> None:
    """Where the county is unknown, what holds everywhere stands for its province too."""
    entries = Lookup._entries

    def broken(self: Lookup) -> Iterator[tuple[Formula, Any]]:
        return ((when, entry or self.table.entries.get("everywhere")) for when, entry in entries(self))

    patch.setattr(Lookup, "_entries", broken)


def unlisted_places_are_nothing(patch: pytest.MonkeyPatch) -> None:
    """What the pack holds for places that it does not list holds for those too that it lists."""
    attribute = lookup.attribute
    patch.setattr(compiling, "attribute", lambda table, place, otherwise, _: attribute(table, place, otherwise, {}))


def a_day_too_early(patch: pytest.MonkeyPatch) -> None:
    """A month is full a day before it is."""
    latest = days.latest
    patch.setattr(days, "latest", lambda *args: latest(*args) + 1)


def a_month_more(patch: pytest.MonkeyPatch) -> None:
    """By the calendar, a month that has begun counts as full."""
    parts = days.Parts.of
    patch.setattr(days.Parts, "of", lambda *args: replace(parts(*args), last=True))


def denominators_forgotten(patch: pytest.MonkeyPatch) -> None:
    """A third of an amount is compared as if it were the whole."""
    patch.setattr(Number, "over", lambda item, denominator: replace(item, denominator=denominator))


def cut_towards_zero(patch: pytest.MonkeyPatch) -> None:
    """What is rounded up is cut."""
    rounded = numbers_.rounded
    patch.setattr(numbers_, "rounded", lambda _, *args: rounded("round_down", *args))


def no_step_beyond_the_last_row(patch: pytest.MonkeyPatch) -> None:
    """A table ends with its last row."""
    patch.setattr(Lookup, "_beyond", lambda *_: iter(()))


def the_member_is_the_subject(patch: pytest.MonkeyPatch) -> None:
    """A member at hand is taken for the subject."""
    read = compiling.Compiler.read
    patch.setitem(
        compiling._NODES,
        ir.Fact,
        lambda self, node, own, member: read(self, node, own, own if own is not None else member),
    )


def unknown_is_not_among(patch: pytest.MonkeyPatch) -> None:
    """What is unknown is none of the values listed."""
    inside = compiling.Compiler.inside
    patch.setitem(compiling._NODES, ir.In, lambda *args: surely(inside(*args).yes))


def under_is_at_most(patch: pytest.MonkeyPatch) -> None:
    """A value is under another where it is the same."""
    patch.setitem(comparing._ORDERS, "<", comparing._ORDERS["<="])


def limits_a_bit_wide(patch: pytest.MonkeyPatch) -> None:
    """A sum may be one more than its limit."""
    patch.setattr(comparing, "at_most", lambda left, right: at_most(left, right + number(1)))


def what_must_hold_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    """Nothing is required of the numbers that stand for parts of formulas."""
    patch.setattr(Ground, "require", lambda *_: None)


BREAKAGES: tuple[Patch, ...] = (
    unknown_is_false_in_any,
    case_takes_the_other_branch,
    sum_skips_unknown,
    count_by_its_least,
    lists_are_closed,
    unknown_denied_is_true,
    a_neighbour_s_figure,
    unlisted_places_are_nothing,
    a_day_too_early,
    a_month_more,
    denominators_forgotten,
    cut_towards_zero,
    no_step_beyond_the_last_row,
    the_member_is_the_subject,
    unknown_is_not_among,
    under_is_at_most,
    limits_a_bit_wide,
    what_must_hold_is_forgotten,
)


@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda each: str(each.__name__))
def test_a_broken_compiler_is_noticed(pack: RulePack, monkeypatch: pytest.MonkeyPatch, breakage: Patch) -> None:
    """Every deliberate mistake shows within some dozens of people."""
    situations, exprs = people(pack), [*tricky(pack), *tricky(pack, ALSO)]
    breakage(monkeypatch)
    assert next(differing(pack, exprs, situations), None) is not None
