"""Two rails: any condition comes to the same in the engine of other hands, or is refused in so many words.

Each deliberate breakage of the compiler is noticed by the same comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from packs_for_tests import make_pack, shipped
from strategies_rules import DAY, Chance, chances, conditions, rules_file, tricky

from eligibility import RulePack, Truth
from eligibility.derived import Prepared
from eligibility.engines import MEASURED, lack
from eligibility.errors import NotCompilable
from eligibility.evaluate import evaluate
from eligibility.ir import Expr
from eligibility.rete import encoding, formula, patterns, plan, rails
from eligibility.rete.encoding import encode
from eligibility.rete.formula import Every, Formula, Probe, Some, Witness
from eligibility.rete.plan import Claiming, Goal, Part, Ruleset
from eligibility.rete.sessions import FaultError, Program
from eligibility.situation import Situation
from eligibility.targets.durable import Compiled, Compiler

pytestmark = pytest.mark.skipif(lack() is not None, reason=f"durable-rules {MEASURED} cannot be used here")

HOUSEHOLDS = 12
OUTCOMES = {Truth.TRUE: "eligible", Truth.FALSE: "ineligible", Truth.UNKNOWN: "undetermined"}


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> RulePack:
    """Returns a pack with the vocabulary of the strategies."""
    return make_pack(tmp_path_factory.mktemp("rete") / "pack", **rules_file())


def compiled(pack: RulePack, *exprs: Expr) -> Compiled:
    """Returns conditions of a person, each compiled as the one criterion of an entitlement."""
    goals = {Goal(f"C{at}", "person"): expr for at, expr in enumerate(exprs)}
    claims = (Claiming(goal.field, "area", "person", (Part("one", exclusion=False, goal=goal),)) for goal in goals)
    return Compiler(pack.on(DAY)).of({"area": goals}, tuple(claims))


def differing(found: Compiled, exprs: Sequence[Expr], situation: Situation, program: Program) -> Iterator[str]:
    """Yields each condition on which the engines differ for some member, as truth or as outcome of a claim."""
    facts = encode(situation.rules, found.plan, found.derived, Prepared(situation, (), ()))
    told = {(each["entitlement"], each["subject"]): each for each in program.run(facts)["claims"]}
    for own in situation.members:
        for at, expr in enumerate(exprs):
            truth, claim = evaluate(expr, situation, own), told[f"C{at}", own["id"]]
            assert isinstance(truth, Truth)
            if claim["parts"] != [truth.value] or claim["outcome"] != OUTCOMES[truth]:
                yield f"condition {at}: {truth.value}, {claim['parts'][0]}, {claim['outcome']}"


@settings(max_examples=150)
@given(expr=conditions(), chance=chances())
def test_any_condition_comes_to_the_same(pack: RulePack, expr: Expr, chance: Chance) -> None:
    """Any well-typed condition that compiles has the same truth for every member of any household."""
    try:
        found = compiled(pack, expr)
    except NotCompilable:
        return
    program = Program(found.plan.wired)
    for _ in range(HOUSEHOLDS):
        situation, world = chance.household(pack)
        assert list(differing(found, [expr], situation, program)) == [], world


def test_few_conditions_are_refused(pack: RulePack) -> None:
    """At least 95 of 100 drawn conditions compile."""
    refused = []

    @settings(max_examples=300, database=None)
    @given(expr=conditions())
    def count(expr: Expr) -> None:
        try:
            compiled(pack, expr)
        except NotCompilable:
            refused.append(expr)

    count()
    assert len(refused) <= 300 * 5 // 100


def noticed(pack: RulePack) -> set[str]:
    """Returns what differs in some of sixty households between the engines, or that the engine failed."""
    pack.on(DAY).state.memo.clear()
    chance, exprs = Chance(11), tricky(pack)
    found = compiled(pack, *exprs)
    program = Program(found.plan.wired)
    differences: set[str] = set()
    for _ in range(60):
        try:
            differences |= set(differing(found, exprs, chance.household(pack)[0], program))
        except FaultError as fault:
            differences.add(str(fault))
    return differences


def test_the_tricky_conditions_come_to_the_same(pack: RulePack) -> None:
    """As the compiler stands, nothing differs; else what follows would show nothing."""
    assert noticed(pack) == set()


Patch = Callable[[pytest.MonkeyPatch], None]


def groups_first(patch: pytest.MonkeyPatch) -> None:
    """Alternatives stand before the comparisons with other facts, which the engine then forgets."""
    matched = patterns._matched

    def broken(*args: Any, **named: Any) -> Iterator[patterns.Pattern]:  # noqa: ANN401 - whatever is passed
        for each in matched(*args, **named):
            kind, *rest = each.condition["$and"]
            yield replace(each, condition={"$and": [kind, *sorted(rest, key=lambda one: "$or" not in one)]})

    patch.setattr(patterns, "_matched", broken)


def guard_left_out(patch: pytest.MonkeyPatch) -> None:
    """Fields are compared with the subject's without a look whether they are there."""
    patch.setattr(patterns, "guards", lambda _: [])
    patch.setattr(patterns, "_guard", lambda _: iter(()))


def rails_not_swapped(patch: pytest.MonkeyPatch) -> None:
    """The negation of a quantifier stays on its rail."""
    negated = formula.negated

    def broken(found: Formula) -> Formula:
        if isinstance(found, Probe):
            return replace(found, order=formula.OPPOSITE[found.order])
        if isinstance(found, Witness):
            return replace(found, body=_unabsent(found.body), holds=not found.holds)
        return negated(found)

    patch.setattr(rails, "negated", broken)


def _unabsent(found: Formula) -> Formula:
    """Returns a formula on the other rail."""
    if isinstance(found, Probe):
        return replace(found, absent=not found.absent)
    if isinstance(found, Every | Some):
        return type(found)(tuple(map(_unabsent, found.items)))
    return found


def shadow_left_out(patch: pytest.MonkeyPatch) -> None:
    """What must not be found is looked for among the facts themselves, which come too late."""
    patch.setattr(patterns, "SHADOW", patterns.MEMBER)


def one_stratum_too_few(patch: pytest.MonkeyPatch) -> None:
    """The last stratum of concepts is left out."""
    strata = Compiler.concepts

    def broken(self: Compiler, exprs: list[Expr]) -> Iterator[plan.Stratum]:
        yield from list(strata(self, exprs))[:-1]

    patch.setattr(Compiler, "concepts", broken)


def absence_left_out(patch: pytest.MonkeyPatch) -> None:
    """On the possible rail an absent field fails a test."""
    alternatives = patterns._alternatives

    def broken(found: Formula) -> list[patterns.Condition]:
        return [each for each in alternatives(found) if "$nex" not in each]

    patch.setattr(patterns, "_alternatives", broken)


def distinct_facts(patch: pytest.MonkeyPatch) -> None:
    """One member may not be the witness of two things."""
    definition = Ruleset.definition

    def broken(self: Ruleset) -> dict[str, Any]:
        return {name: {"all": rule["all"]} for name, rule in definition(self).items()}

    patch.setattr(Ruleset, "definition", broken)


def open_list_closed(patch: pytest.MonkeyPatch) -> None:
    """A list of members that may go on counts as complete."""
    encoded = encoding.encode

    def broken(*args: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever is passed
        found = encoded(*args)
        found["household"]["COMPLETE"] = True
        return found

    patch.setattr(f"{__name__}.encode", broken)


def unknown_is_no(patch: pytest.MonkeyPatch) -> None:
    """What is not known goes in as false."""
    stated = encoding._stated

    def broken(facts: Any, wanted: frozenset[str]) -> dict[str, Any]:  # noqa: ANN401 - somebody's facts
        return {name: False for name in wanted if name.startswith(("b", "h0"))} | stated(facts, wanted)

    patch.setattr(encoding, "_stated", broken)


def continuation_of_anybody(patch: pytest.MonkeyPatch) -> None:
    """Where a condition is too long for one pattern, the rest is asked of any person."""
    patch.setattr(patterns, "ID", "HOME")


def fractions_cut(patch: pytest.MonkeyPatch) -> None:
    """Exact amounts are cut to whole fen before they are compared."""
    patch.setattr(encoding, "lcm", lambda *_: 1)


def bounds_swapped(patch: pytest.MonkeyPatch) -> None:
    """A count's bounds are taken for each other."""
    counted = encoding._counted

    def broken(*args: Any) -> Any:  # noqa: ANN401 - whatever is passed
        work = counted(*args)
        return lambda *asked: tuple(reversed(work(*asked)))

    patch.setattr(encoding, "_counted", broken)


def possible_without_certain(patch: pytest.MonkeyPatch) -> None:
    """The certain rail of a claim asks no more than the possible one."""
    verdict = Compiler.verdict
    patch.setattr(Compiler, "verdict", lambda self, claim, _: verdict(self, claim, "possible"))


BREAKAGES = (
    groups_first,
    guard_left_out,
    rails_not_swapped,
    shadow_left_out,
    one_stratum_too_few,
    absence_left_out,
    distinct_facts,
    open_list_closed,
    unknown_is_no,
    continuation_of_anybody,
    fractions_cut,
    bounds_swapped,
    possible_without_certain,
)


@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda breakage: breakage.__name__)
def test_each_breakage_of_the_compiler_is_noticed(
    pack: RulePack, monkeypatch: pytest.MonkeyPatch, breakage: Patch
) -> None:
    """A compiler that is broken on purpose gives another answer to some tricky condition, or the engine refuses."""
    breakage(monkeypatch)

    assert noticed(pack) != set()


def test_names_that_the_engine_cannot_tell_apart_are_refused() -> None:
    """Two fields with one 32-bit hash are found, and no two of the pack that ships have one."""
    assert plan.one_hash(["costarring", "age", "liquid"]) == ("costarring", "liquid")
    assert plan.one_hash(["costarring", "age", "costarring"]) is None
    assert plan.one_hash(shipped().contents.schema.facts) is None
