"""The pack that ships before the solver: outcomes, amounts and criteria as the core has them, and households that show them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from conftest import PackMaker
from hypothesis import given, settings
from hypothesis import strategies as st
from packs_for_tests import facts_file, rule, shipped

from eligibility import Profile, Rules
from eligibility.answer import Answer
from eligibility.asking import answers
from eligibility.derived import Prepared, contradictions, prepare
from eligibility.profile import read_profiles
from eligibility.profile_file import as_data, as_yaml
from eligibility.profile_reader import Profile as Read
from eligibility.ruled import ruled
from eligibility.situation import Facts
from eligibility.solver.binding import DEAD, Told
from eligibility.solver.comparing import compared
from eligibility.solver.compiling import Who
from eligibility.solver.ground import Ground
from eligibility.solver.households import Claim, Mismatch, called, household, smallest, witnessed
from eligibility.solver.logic import Sum, every, no, total
from eligibility.solver.ordinary import ordinary
from eligibility.solver.proving import NotProved, Prover
from eligibility.solver.values import Code, Number, Truth, exactly
from eligibility.solver.views import Changed, Partly
from eligibility.targets.smt import Asked, World, members_for
from eligibility.testing.strategies import boundary_profiles, partly_known, profiles

DAYS = (date(2017, 12, 31), date(2021, 7, 1))
OUTCOMES = ("eligible", "ineligible", "undetermined")


def drawn() -> st.SearchStrategy[Profile]:
    """Draws a household known well, half or hardly."""
    makers = (profiles, partly_known, boundary_profiles)
    return st.one_of(*(make(shipped().on(day)) for day in DAYS for make in makers))


def told(rules: Rules, prepared: Prepared, dead: Facts | None) -> World:
    """Returns a household of which nothing is known but what is told."""
    people: dict[Who, Facts] = {None: prepared.situation.household, **dict(enumerate(prepared.situation.members))}
    if dead is not None:
        people[DEAD] = dead
    said = Told(people, closed=prepared.situation.complete, completed=False)
    return World(rules, Ground(), len(prepared.situation.members), said, dead=dead is not None)


def truth(value: Truth) -> bool | None:
    """Returns a truth of which everything is told."""
    assert isinstance(value.yes, bool)
    assert isinstance(value.no, bool)
    return True if value.yes else False if value.no else None


def amount(value: Number) -> Fraction | None:
    """Returns a number of which everything is told."""
    if value.known is False:
        return None
    (base,) = (base for when, base in value.pieces if when is True)
    assert isinstance(base, Sum)
    return Fraction(base.constant, value.denominator)


@settings(max_examples=40)
@given(drawn())
def test_the_pack_comes_to_the_same(profile: Profile) -> None:
    """Every criterion, outcome and amount of the pack is the core's, for any household, the dead and open lists among them."""
    rules = shipped().on(profile.as_of or DAYS[0])
    prepared = prepare(rules, profile.household, profile.members, own_day=True)
    world = told(rules, prepared, None)
    places: dict[int, Who] = {id(each): at for at, each in enumerate(prepared.situation.members)}
    for answer in answers(rules, prepared):
        lone = told(rules, prepared, answer.own) if answer.ruled.entitlement.subject == "deceased" else world
        asked = lone.ask(answer.ruled.entitlement.id, places.get(id(answer.own)))
        assert [truth(each) for each in asked.parts] == answer.truths, asked.rule.entitlement.id
        assert [asked.outcome(each) for each in OUTCOMES] == [each == answer.outcome for each in OUTCOMES]
        assert amount(asked.amount) == expected(answer), asked.rule.entitlement.id


def expected(answer: Answer) -> int | None:
    """Returns the amount of an answer."""
    return answer.amount


def worlds(rules: Rules, id: str) -> tuple[World, Asked]:
    """Returns a household of unknowns that is large enough for an entitlement, asked about it."""
    rule = ruled(rules, id)
    count = members_for([part.expr for part in rule.parts if part.expr is not None], rules)
    world = World(rules, Ground(), count, dead=rule.entitlement.subject == "deceased")
    return world, world.ask(id)


@pytest.mark.parametrize("day", [DAYS[0], pytest.param(DAYS[1], marks=pytest.mark.slow)])
def test_each_outcome_has_a_household_that_the_core_confirms(day: date) -> None:
    """For each entitlement and outcome there is an ordinary household that is read from its file and confirmed, or a proof."""
    rules, schema = shipped().on(day), shipped().contents.schema
    reached = set()
    for ruling in rules.state.rulings:
        id = ruling.entitlement.id
        world, asked = worlds(rules, id)
        prover = Prover(world.ground)
        for outcome in OUTCOMES:
            given_ = ordinary(prover.question(asked.outcome(outcome)), [world])
            if given_ is None:
                continue
            claim = Claim(id, called(asked.who), outcome)
            whole = household(world, given_)
            assert not any(contradictions(rules, whole.household, whole.members))
            assert claim.holds(rules, whole)
            small = smallest(rules, whole, lambda each, claim=claim: claim.holds(rules, each))  # type: ignore[misc]  # bound at once
            assert claim.holds(rules, reread(rules, as_yaml(small, schema)))
            reached.add((id, outcome))
    ids = {ruling.entitlement.id for ruling in rules.state.rulings}
    assert {id for id, _ in reached} == ids
    assert len([each for each in reached if each[1] == "eligible"]) > len(ids) * 0.9


def reread(rules: Rules, text: str) -> Read:
    """Returns a household as its file is read."""
    (found,) = read_profiles(text.encode(), "witness.yaml", rules, stem="witness")
    assert isinstance(found, Read), found
    return found


def test_the_same_household_is_found_whatever_was_asked_before() -> None:
    """What is shown does not hang on what was asked before it, nor on another run."""
    rules, schema = shipped().on(DAYS[0]), shipped().contents.schema
    found = []
    for before in ((), ("fee-free-preschool", "hiv-care")):
        world, asked = worlds(rules, "disability-living-subsidy")
        prover = Prover(world.ground)
        for id in before:
            assert prover.model(world.ask(id).eligible) is not None
        given_ = ordinary(prover.question(asked.eligible), [world])
        assert given_ is not None
        found.append(as_data(household(world, given_), schema))
    small = [
        {name: each["members"][0].get(name) for name in ("disability_certificate", "hukou_county")} for each in found
    ]

    assert small[0] == small[1] == {"disability_certificate": True, "hukou_county": "620402"}


def test_a_day_has_come_where_it_may(make: PackMaker) -> None:
    """Where no usual day will do, a day in the past is shown before one that has not come; one to come where it must be so."""
    counted = {
        "since_months": 'type: count, unit: months, range: [0, 900], elapsed: true, derive: "months(since, as_of)"'
    }
    text = {
        "one": rule("one", criteria={"a": "since_months == 5"}),
        "two": rule("two", criteria={"a": "since > as_of"}),
    }
    rules = make(rules=text, facts=facts_file(person=counted)).on(date(2020, 6, 1))
    days = []
    for id in text:
        world, asked = worlds(rules, id)
        given_ = ordinary(Prover(world.ground).question(asked.eligible), [world])
        assert given_ is not None
        days.append(household(world, given_).members[0]["since"])

    assert date(2019, 12, 1) < days[0] <= date(2020, 1, 1)
    assert days[1] == date(2020, 7, 1)


def test_what_the_core_does_not_say_is_not_shown() -> None:
    """Where the core never sees what the solver found, that is our fault; where there is no household, that is a proof."""
    rules = shipped().on(DAYS[0])
    world, asked = worlds(rules, "elderly-health-check")
    prover, names = Prover(world.ground), {"age"}
    tried: list[object] = []
    with pytest.raises(Mismatch):
        witnessed(prover.question(asked.eligible), [world], names, tried.append)

    assert len(tried) == 2
    assert witnessed(prover.question(asked.eligible, asked.ineligible), [world], names, lambda _: True) is None
    assert witnessed(prover.question(asked.eligible), [world], names, lambda _: True) is True


def test_a_question_that_is_too_hard_is_not_proved() -> None:
    """The solver gives up at the same place on every machine, and says so: that is neither yes nor no."""
    world, asked = worlds(shipped().on(DAYS[0]), "minimum-living-guarantee")
    with pytest.raises(NotProved):
        Prover(world.ground, 1).model(every(asked.ineligible, no(asked.parts[0].no)))


def test_more_facts_never_flip_an_answer() -> None:
    """Refinement, proved for every entitlement: what is settled while little is known stays as it is when more is."""
    rules = shipped().on(DAYS[0])
    for ruling in rules.state.rulings:
        world, _ = worlds(rules, ruling.entitlement.id)
        more = Partly(world)
        less = Partly(world, within=more)
        before, after = less.ask(ruling.entitlement.id), more.ask(ruling.entitlement.id)
        prover = Prover(world.ground)
        for outcome in ("eligible", "ineligible"):
            assert prover.model(before.outcome(outcome), no(after.outcome(outcome))) is None, ruling.entitlement.id


def test_a_household_that_differs_in_one_fact(make: PackMaker) -> None:
    """Two households that differ in their income alone: who is poorer never loses, and a rule that breaks that is refuted."""
    for condition, falls in (("income < basic", None), ("income >= basic", "loses")):
        rules = make(rules={"r": rule("r", criteria={"c": condition})}).on(date(2020, 6, 1))
        rich = World(rules, Ground(), 1)
        poor = Changed(rich, {"income"})
        asked, other = rich.ask("r"), poor.ask("r")
        income, less = rich.fact("income", 0), poor.fact("income", 0)
        assert isinstance(income, Number)
        assert isinstance(less, Number)
        poorer = compared("<", less, income, rich.ground).yes
        found = Prover(rich.ground).model(asked.eligible, no(other.eligible), poorer)
        assert (None if found is None else "loses") == falls


def test_a_grant_moves_what_leans_on_its_status() -> None:
    """A status that a grant brings is seen by the rules that read it (M17)."""
    rules = shipped().on(DAYS[0])
    world = World(rules, Ground(), 1)
    granted = world.ask("extreme-poverty-support")
    (gift,) = [each for each in granted.gifts if each.fact == "extreme_poverty_support"]
    after = Changed(world, values={(gift.fact, gift.who): gift.value})
    prover = Prover(world.ground)
    loses = every(granted.eligible, gift.when, after.sound())

    assert prover.model(loses, world.ask("disability-living-subsidy").eligible) is not None
    assert prover.model(loses, after.ask("disability-living-subsidy").eligible) is None


def test_rules_between_facts_hold_of_what_is_found(make: PackMaker) -> None:
    """No household is found that violates a rule between facts, or states what does not apply."""
    integrity = "- id: i\n  owner: person\n  label: {zh: 名称, en: name}\n  holds: not disabled or married\n"
    pack = make(
        facts=facts_file(integrity=integrity), rules={"r": rule("r", criteria={"c": "disabled and not married"})}
    )
    asked = World(pack.on(date(2020, 6, 1)), Ground(), 1).ask("r")

    assert Prover(asked.world.ground).model(asked.eligible) is None
    grade = make(rules={"r": rule("r", criteria={"c": 'grade >= 1 and stage == "none"'})}).on(date(2020, 6, 1))
    lone = World(grade, Ground(), 1).ask("r")
    assert Prover(lone.world.ground).model(lone.eligible) is None


def test_what_clashes_is_named() -> None:
    """Where formulas cannot hold together, the fewest of them are named that cannot, whatever else is asked beside them."""
    rules = shipped().on(DAYS[0])
    world = World(rules, Ground(), 1)
    age, hukou = world.fact("age", 0), world.fact("hukou_province", 0)
    assert isinstance(age, Number)
    assert isinstance(hukou, Code)
    young, old = (compared(order, age, exactly(limit), world.ground).yes for order, limit in (("<", 7), (">=", 18)))
    here = hukou.cases["62"]
    question = Prover(world.ground).question()

    assert question.clash(here, young, world.ask("elderly-health-check").subject, old) == (young, old)
    assert question.clash(here, young) is None
    assert question.clash(old, young, here) == (old, young)


def test_the_greatest_of_a_sum_is_found() -> None:
    """The greatest that a number can be is found with a household for it, to the last unit."""
    world = World(shipped().on(DAYS[0]), Ground(), 1)
    age, since = world.fact("pension_contribution_years", 0), world.fact("monthly_income", 0)
    assert isinstance(age, Number)
    assert isinstance(since, Number)
    ((_, years),), ((_, income),) = age.pieces, since.pieces
    assert isinstance(years, Sum)
    assert isinstance(income, Sum)
    question = Prover(world.ground).question(compared("<=", age, exactly(77), world.ground).yes)
    found = question.greatest(years.times(3) - income)

    assert found is not None
    assert found[0] == 231
    assert total(years, found[1]) == 77
    assert question.greatest(years, compared(">", age, exactly(77), world.ground).yes) is None


def test_an_amount_is_compared_to_the_fen() -> None:
    """The greatest amount of an entitlement is proved: somebody has it, and nobody has a fen more."""
    world, asked = worlds(shipped().on(DAYS[0]), "disability-living-subsidy")
    prover, ground = Prover(world.ground), world.ground

    assert prover.model(asked.eligible, compared("==", asked.amount, exactly(10_000), ground).yes) is not None
    assert prover.model(asked.eligible, compared(">", asked.amount, exactly(10_000), ground).yes) is None
