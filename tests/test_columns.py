"""Conditions over tables: any of them comes to the same as in the core, and waits for the same, for everybody at once.

Each deliberate breakage of the compiler is noticed by the same comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from packs_for_tests import make_pack
from strategies_rules import DAY, MORE, Chance, amounts, chances, conditions, rules_file, tricky
from strategies_rules import numbers as counts

from eligibility import RulePack, Truth, ir
from eligibility.columns import cells, compiling, lacking, lookup, members, numbers, stating
from eligibility.columns.answering import mask
from eligibility.columns.cells import Cell, unknown
from eligibility.columns.compiling import Compiler
from eligibility.columns.frames import HOME, ID, to_frames
from eligibility.columns.lacking import Lacking, gated
from eligibility.columns.stating import Given
from eligibility.columns.terms import Lowering
from eligibility.errors import NotCompilable
from eligibility.evaluate import evaluate
from eligibility.ir import Expr
from eligibility.leaves import HOUSEHOLD, PACK, undecided
from eligibility.profile_reader import Profile
from eligibility.situation import Situation

HOUSEHOLDS = 25
TOGETHER = 8


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> RulePack:
    """Returns a pack with the vocabulary of the strategies."""
    return make_pack(tmp_path_factory.mktemp("columns") / "pack", **rules_file())


def drawn(pack: RulePack, chance: Chance, count: int) -> list[Situation]:
    """Returns households, each with a list of members that is closed or open."""
    return [chance.household(pack)[0] for _ in range(count)]


def tables(pack: RulePack, situations: Sequence[Situation]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns the persons and the households of situations."""
    profiles = [
        Profile(f"h{at}", None, {**each.household, "members_complete": each.complete}, tuple(each.members))
        for at, each in enumerate(situations)
    ]
    return to_frames(pack.contents.schema, profiles)


class Asked:
    """Expressions put to everybody at once."""

    def __init__(self, pack: RulePack, exprs: Sequence[Expr], situations: Sequence[Situation]) -> None:
        """Compiles and runs them."""
        persons, households = tables(pack, situations)
        compiler = Compiler(pack.on(DAY), Given(frozenset(persons.columns), frozenset(households.columns)))
        lacking = Lacking(compiler)
        self.denominators, self.names = [], []
        columns: dict[str, str] = {}
        for at, expr in enumerate(exprs):
            cell = compiler.cell(expr, "own")
            self.denominators.append(cell.denominator)
            leaves = lacking.names(gated(unknown(cell), lacking.of(expr, "own")), "own")
            self.names.append(tuple(leaves))
            columns[f"v{at}"] = compiler.plan.named("person", cell, "a")[0]
            columns[f"l{at}"] = compiler.plan.named("person", mask(list(leaves.values())), "b")[0]
        found, _ = compiler.plan.run(persons.lazy(), households.lazy(), Lowering(pl))
        wanted = [pl.col(column).alias(name) for name, column in columns.items()]
        self.rows = {
            (row[HOME], row[ID]): row for row in found.select(HOME, ID, *wanted).collect().iter_rows(named=True)
        }

    def value(self, at: int, key: tuple[str, str]) -> Any:  # noqa: ANN401 - of the type of the expression
        """Returns what an expression comes to for a member."""
        held = self.rows[key][f"v{at}"]
        return held if held is None or isinstance(held, bool) else Fraction(held, self.denominators[at])

    def waits(self, at: int, key: tuple[str, str]) -> list[str]:
        """Returns what it waits for."""
        bits = self.rows[key][f"l{at}"]
        return [name for bit, name in enumerate(self.names[at]) if bits >> bit & 1]


def waits(expr: Expr, situation: Situation, own: Any) -> list[str]:  # noqa: ANN401 - the facts of a member
    """Returns what an expression waits for, as the core finds it."""
    found = set()
    for each in undecided((expr,), situation, own):
        if each.subject in {PACK, HOUSEHOLD}:
            found.add(f"{each.subject}.{each.name}")
        else:
            found.add(each.name if each.subject == own["id"] else f"members.{each.name}")
    return sorted(found)


def differing(pack: RulePack, exprs: Sequence[Expr], situations: Sequence[Situation]) -> list[str]:
    """Returns where tables and core differ, a few expressions at a time: Polars takes far longer over many at once."""
    return [each for group in batched(exprs) for each in differing_at_once(pack, group, situations)]


def batched(exprs: Sequence[Expr]) -> Iterator[Sequence[Expr]]:
    """Yields expressions in groups."""
    for at in range(0, len(exprs), TOGETHER):
        yield exprs[at : at + TOGETHER]


def differing_at_once(pack: RulePack, exprs: Sequence[Expr], situations: Sequence[Situation]) -> list[str]:
    """Returns where tables and core differ, as value or in what is missing."""
    asked, found = Asked(pack, exprs, situations), []
    for index, situation in enumerate(situations):
        for own in situation.members:
            key = (f"h{index}", own["id"])
            for at, expr in enumerate(exprs):
                told = evaluate(expr, situation, own)
                value = (
                    {Truth.TRUE: True, Truth.FALSE: False, Truth.UNKNOWN: None}[told]
                    if isinstance(told, Truth)
                    else told
                )
                if value != asked.value(at, key):
                    found.append(f"{at} {key}: {value}, {asked.value(at, key)}")
                if waits(expr, situation, own) != asked.waits(at, key):
                    found.append(f"{at} {key} waits: {waits(expr, situation, own)}, {asked.waits(at, key)}")
    return found


@settings(max_examples=120)
@given(expr=conditions(), chance=chances())
def test_any_condition_comes_to_the_same(pack: RulePack, expr: Expr, chance: Chance) -> None:
    """Any well-typed condition has the same truth, and waits for the same, for every member of any household."""
    try:
        assert differing(pack, [expr], drawn(pack, chance, HOUSEHOLDS)) == []
    except NotCompilable:
        return


@settings(max_examples=120)
@given(expr=amounts() | counts(), chance=chances())
def test_any_amount_comes_to_the_same(pack: RulePack, expr: Expr, chance: Chance) -> None:
    """Any well-typed amount or number is the same to the last fraction, and waits for the same."""
    assert differing(pack, [expr], drawn(pack, chance, HOUSEHOLDS)) == []


def test_the_tricky_conditions_come_to_the_same(pack: RulePack) -> None:
    """As the compiler stands, nothing differs among a hundred people; else what follows would show nothing."""
    assert differing(pack, [*tricky(pack), *more(pack)], hundred(pack)) == []


def more(pack: RulePack) -> list[Expr]:
    """Returns conditions that need what the second engine does not hold."""
    return tricky(pack, MORE)


def hundred(pack: RulePack) -> list[Situation]:
    """Returns households of a hundred people."""
    chance, found = Chance(11), list[Situation]()
    while sum(len(each.members) for each in found) < PEOPLE:
        found.append(chance.household(pack)[0])
    return found


PEOPLE = 97
"""A household more may make a hundred of it, and no more than that."""
Patch = Callable[[pytest.MonkeyPatch], None]


def unknown_is_false_in_any(patch: pytest.MonkeyPatch) -> None:
    """An unknown member counts as one of whom it is not so."""
    patch.setattr(members, "_OPEN", members._FALSE)


def case_takes_the_other_branch(patch: pytest.MonkeyPatch) -> None:
    """A case whose condition is unknown takes the other branch, as `when` of most engines does."""
    patch.setattr(compiling, "chosen", cells.either)


def sum_skips_unknown(patch: pytest.MonkeyPatch) -> None:
    """A sum leaves out what is unknown, as sums over columns do."""
    patch.setattr(members, "unknown", lambda _: cells.NO)


def count_by_its_least(patch: pytest.MonkeyPatch) -> None:
    """A count is those who are surely in."""
    tally = members.tally
    patch.setattr(members, "tally", lambda *args: (tally(*args)[0], tally(*args)[0]))


def lists_are_closed(patch: pytest.MonkeyPatch) -> None:
    """Every list of members is taken for whole."""
    patch.setattr(stating.Facts, "complete", cells.YES)


def unknown_denied_is_true(patch: pytest.MonkeyPatch) -> None:
    """What is not known to be so is taken for not so."""
    denied = cells.denied

    def broken(cell: Cell) -> Cell:
        return denied(cells.surely(cell, is_=True))

    patch.setattr(compiling, "denied", broken)


def a_neighbour_s_figure(patch: pytest.MonkeyPatch) -> None:
    """Where the county is unknown, what holds everywhere stands for its province too."""
    patch.setattr(lookup.Lookup, "_around", lambda _, of: of("--"))


def unlisted_places_are_nothing(patch: pytest.MonkeyPatch) -> None:
    """What the pack holds for places that it does not list holds for those too that it lists."""
    attribute = lookup.attribute
    patch.setattr(compiling, "attribute", lambda table, place, other, _, kind: attribute(table, place, other, [], kind))


def a_day_too_early(patch: pytest.MonkeyPatch) -> None:
    """A month is full a day before it is."""
    patch.setattr(numbers, "_ends_before", lambda *_: cells.NO)


def denominators_forgotten(patch: pytest.MonkeyPatch) -> None:
    """A third of an amount is compared as if it were the whole."""
    over = Cell.over
    patch.setattr(
        Cell, "over", lambda cell, denominator: replace(over(cell, cell.denominator), denominator=denominator)
    )


def cut_towards_zero(patch: pytest.MonkeyPatch) -> None:
    """What is rounded up is cut."""
    patch.setitem(numbers._CALLS, "round_up", numbers._CALLS["round_down"])


def no_step_beyond_the_last_row(patch: pytest.MonkeyPatch) -> None:
    """A table ends with its last row."""
    patch.setattr(lookup.Lookup, "_beyond", lambda self, _: cells.constant(self.kind, None))


def the_member_is_the_subject(patch: pytest.MonkeyPatch) -> None:
    """In pairs, a person is compared with themself."""
    patch.setattr(Compiler, "member_of_pair", Compiler.own_of_pair)


def null_is_not_among(patch: pytest.MonkeyPatch) -> None:
    """What is unknown is none of the values listed."""
    among = cells.among
    patch.setattr(compiling, "among", lambda cell, values: cells.surely(among(cell, values), is_=True))


def leaves_of_the_settled(patch: pytest.MonkeyPatch) -> None:
    """A case asks for both of its branches, whatever its condition."""
    patch.setitem(lacking._NODES, ir.Choice, Lacking.parts)


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
    denominators_forgotten,
    cut_towards_zero,
    no_step_beyond_the_last_row,
    the_member_is_the_subject,
    null_is_not_among,
    leaves_of_the_settled,
)


@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda each: str(each.__name__))
def test_a_broken_compiler_is_noticed(pack: RulePack, monkeypatch: pytest.MonkeyPatch, breakage: Patch) -> None:
    """Every deliberate mistake shows within a hundred people."""
    situations, exprs = hundred(pack), [*tricky(pack), *more(pack)]
    breakage(monkeypatch)
    assert differing(pack, exprs, situations) != []
