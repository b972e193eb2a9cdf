"""What is certain beyond Kleene: it settles more, never otherwise, and every completion of the facts agrees."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import PackMaker
from families import printed
from hypothesis import given, settings
from hypothesis import strategies as st
from often import often
from packs_for_tests import LABEL, concept, facts_file, family, figure, make_pack, only, rule, shipped, waits
from strategies_rules import Chance, amounts, chances, conditions, numbers, rules_file

from eligibility import Determination, Profile, RulePack, Rules, screen
from eligibility.bonds import bonds
from eligibility.bounds import Case, reach
from eligibility.evaluate import closure
from eligibility.ir import Expr
from eligibility.ruled import ruled
from eligibility.schema import Fact
from eligibility.situation import NOBODY, Facts, Situation
from eligibility.spread import holds
from eligibility.testing.boundaries import boundaries
from eligibility.testing.draft import Draft
from eligibility.testing.strategies import boundary_profiles, partly_known, profiles

DAYS = (date(2017, 12, 31), date(2021, 7, 1))
COMPLETIONS = 4
"""How many completions of a household are drawn for each answer that is certain."""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> RulePack:
    """Returns a pack with the vocabulary of the strategies."""
    return make_pack(tmp_path_factory.mktemp("certain") / "pack", **rules_file())


def drawn() -> st.SearchStrategy[Profile]:
    """Draws a household known well, half or hardly."""
    makers = (profiles, partly_known, boundary_profiles)
    return st.one_of(*(make(shipped().on(day)) for day in DAYS for make in makers))


def completed(rules: Rules, profile: Profile, found: Determination, source: random.Random) -> Profile | None:
    """Returns a household with everything known on which an answer may hang; None where chance came upon none."""
    limits, schema = boundaries(rules), rules.pack.contents.schema
    others = [each for each in profile.members if each.get("died") or each.get("birth_date", rules.day) > rules.day]
    complete = profile.household.get("members_complete") is not False
    draft = Draft(rules, len(profile.members) - len(others), others, complete=complete)
    for at, facts in ((None, profile.household), *enumerate(profile.members)):
        assert all(draft.put(at, name, value) for name, value in facts.items() if draft.open(at, name))
    parts = [part.expr for part in ruled(rules, found.entitlement).parts if part.expr is not None]
    names = {name for expr in parts for name in reach(expr, rules)}
    names |= {name for bond in bonds(rules) if bond.kind != "follows" for name in (*reach(bond.expr, rules), bond.fact)}
    slots = [(at, name) for name in sorted(names - {""}) for at in _owners(draft, schema.facts[name].owner)]
    source.shuffle(slots)
    for at, name in slots:
        values = list((limits.household if at is None else limits.person).get(name, ())) or _plain(schema.facts[name])
        values = [each for each in values if name != "birth_date" or each <= rules.day]
        source.shuffle(values)
        gate = schema.facts[name].only_if
        untold = draft.open(at, name) and not any(draft.put(at, name, value) for value in values)
        if untold and (gate is None or draft.value(gate.expr, at) is not False):
            return None
    return replace(
        profile,
        household=dict(draft.stated(None)),
        members=tuple(map(dict, map(draft.stated, range(len(draft.members))))),
    )


def _owners(draft: Draft, owner: str) -> list[int | None]:
    return [None] if owner == "household" else list(draft.living)


def _plain(fact: Fact) -> list[Any]:
    return [True, False] if fact.type == "bool" else list(fact.values)


@settings(max_examples=8)
@given(profile=drawn(), seed=st.integers(0, 1000))
def test_every_completion_agrees_with_what_is_certain(profile: Profile, seed: int) -> None:
    """Whatever the unknown facts turn out to be, as long as no rule between facts is violated, the answer is the same."""
    rules = shipped().on(profile.as_of or DAYS[0])
    source = random.Random(seed)  # noqa: S311 - tests need no secrets
    for found in screen(rules, profile, certain=True).determinations:
        for _ in range(COMPLETIONS if "certain" in found.marks else 0):
            more = completed(rules, profile, found, source)
            if more is not None:
                after = screen(rules, more, [found.entitlement]).find(found.entitlement, found.subject)
                assert after is not None
                assert after.outcome == found.outcome, (found, more)


test_every_completion_agrees_with_what_is_certain_often = often(
    test_every_completion_agrees_with_what_is_certain, 30, profile=drawn(), seed=st.integers(0, 1000)
)


@settings(max_examples=5)
@given(profile=drawn())
def test_what_is_settled_stays_as_it_is(profile: Profile) -> None:
    """M25: what Kleene settles is the same with `certain` and not marked; what it settles more is marked and misses nothing."""
    rules = shipped().on(profile.as_of or DAYS[0])
    plain, more = screen(rules, profile), screen(rules, profile, certain=True)

    for before, after in zip(plain.determinations, more.determinations, strict=True):
        if before.outcome == "undetermined":
            assert ("certain" in after.marks) is (after.outcome != "undetermined")
            assert bool(after.missing) is (after.outcome == "undetermined")
        else:
            assert after.whole() == before.whole()


test_what_is_settled_stays_as_it_is_often = often(test_what_is_settled_stays_as_it_is, 15, profile=drawn())


@settings(max_examples=5)
@given(profile=drawn(), seed=st.integers(0, 1000))
def test_learning_more_never_flips_what_is_certain(profile: Profile, seed: int) -> None:
    """The refinement law holds for certain answers too: more facts leave them as they are."""
    rules = shipped().on(profile.as_of or DAYS[0])
    source = random.Random(seed)  # noqa: S311 - tests need no secrets
    found = [each for each in screen(rules, profile, certain=True).determinations if "certain" in each.marks]
    for before in found[:3]:
        more = completed(rules, profile, before, source)
        if more is None:
            continue
        after = screen(rules, more, [before.entitlement], certain=True).find(before.entitlement, before.subject)
        assert after is not None
        assert after.outcome == before.outcome


test_learning_more_never_flips_what_is_certain_often = often(
    test_learning_more_never_flips_what_is_certain, 15, profile=drawn(), seed=st.integers(0, 1000)
)


@settings(max_examples=400)
@given(expr=st.one_of(conditions(), conditions(), numbers(), amounts()), chance=chances(), seed=st.integers(0, 99))
def test_no_value_lies_outside_its_spread(pack: RulePack, expr: Expr, chance: Chance, seed: int) -> None:
    """What an expression comes to for a household is among what it may come to for the same household less known."""
    source, facts = random.Random(seed), pack.contents.schema.facts  # noqa: S311 - tests need no secrets

    def less(known: Facts) -> dict[str, Any]:
        return {name: value for name, value in known.items() if name == "id" or source.random() < 0.5}

    for _ in range(10):
        situation, _ = chance.household(pack)
        everybody = (situation.household, *situation.members)
        read = reach(expr, situation.rules)
        # A completion knows everything that is read; of what nobody knows nothing is claimed.
        if any(
            name not in each
            for each in everybody
            for name in read
            if (facts[name].owner == "household") is (each is situation.household)
        ):
            continue
        fewer = Situation(
            situation.rules, less(situation.household), [less(each) for each in situation.members], situation.complete
        )
        people = {"household": fewer.household, **{str(each["id"]): each for each in fewer.members}}
        spread = Case(fewer, people, own_day=True).spread(expr, fewer.members[0])
        value = closure(expr, situation.rules)(situation, situation.members[0], NOBODY)
        assert spread.open if value is None else holds(spread, value), (spread, value)


RULES = {
    "pregnant": 'not pregnant or sex == "female"',
    "allowance": "not allowance or orphan",
    "both": "not (orphan and unattended)",
    "born": "birth_date <= since",
}
INTEGRITY = "".join(f"- id: {id}\n  owner: person\n  label: {LABEL}\n  holds: {holds}\n" for id, holds in RULES.items())
PERSON = dict.fromkeys(("pregnant", "allowance", "orphan", "unattended"), "type: bool")

SETTLED: dict[str, tuple[str, dict[str, Any], str]] = {
    "either way": ("married or not married", {}, "eligible"),
    "neither way": ("married and not married", {}, "ineligible"),
    "all ages": ("age < 18 or age >= 18", {}, "eligible"),
    "in the range": ("age <= 130", {}, "eligible"),
    "out of the range": ("grade > 9", {"stage": "primary"}, "ineligible"),
    "every value": ('stage in {"none", "primary", "secondary"}', {}, "eligible"),
    "both branches alike": ("(1 if married else 1) == 1", {}, "eligible"),
    "by a rule": ('sex == "female"', {"pregnant": True}, "eligible"),
    "by a rule turned round": ("pregnant", {"sex": "male"}, "ineligible"),
    "by two rules": ("allowance", {"unattended": True}, "ineligible"),
    "what is stated applies": ('stage != "none"', {"grade": 3}, "eligible"),
    "known by the age": ('birth_date <= date("2010-01-01")', {"age": 30}, "eligible"),
    "by the count": ("count(m.married for m in members) <= 1", {}, "eligible"),
    "the sum of nothing less": ("sum(m.rooms_of for m in members) >= 2", {"rooms_of": 2}, "eligible"),
}
OPEN: dict[str, tuple[str, dict[str, Any]]] = {
    "an open question": ("married", {}),
    "a figure that is not held": ("unheld or not unheld", {}),
    "what may not apply": ("grade < 5 or grade >= 5", {}),
    "two ages": ("age < 18 or age > 18", {}),
    "another one's": ("all(m.married or not m.poor for m in members)", {}),
    "a place of which nothing is held": ("by_county == by_county", {}),
}


def small(make: PackMaker, condition: str) -> RulePack:
    """Returns a pack of one rule with a condition, rules between facts, and a figure that is not held."""
    facts = facts_file(
        {**PERSON, "since": "type: date", "rooms_of": "type: count, unit: rooms, range: [0, 9]"}, integrity=INTEGRITY
    )
    parameters = figure("unheld", "from: 2000-01-01, unknown: LABEL", type="bool")
    parameters += figure("by_county", 'from: 2000-01-01, place: "620402", value: 1', by="hukou_county")
    places = f'places: {{"620402": {LABEL}, "62": {LABEL}}}\n'
    return make(facts=facts, parameters=parameters, places=places, rules={"r": rule("r", criteria={"c": condition})})


@pytest.mark.parametrize("name", list(SETTLED))
def test_what_is_certain_is_settled(make: PackMaker, name: str) -> None:
    """Kleene leaves each of these open, and with `certain` each is settled, marked, and misses nothing."""
    condition, facts, outcome = SETTLED[name]
    pack = small(make, condition)
    profile, rules = family(pack, facts), pack.on(date(2020, 6, 1))
    found = only(screen(rules, profile, certain=True))

    assert only(screen(rules, profile)).outcome in {"undetermined", outcome}
    assert (found.outcome, waits(found)) == (outcome, [])
    assert found.marks[-1:] == ("certain",) or only(screen(rules, profile)).outcome == outcome


@pytest.mark.parametrize("name", list(OPEN))
def test_what_is_not_certain_stays_open(make: PackMaker, name: str) -> None:
    """What another household could come to differently, or what waits for a figure, stays open and unmarked."""
    condition, facts = OPEN[name]
    pack = small(make, condition)
    found = only(screen(pack.on(date(2020, 6, 1)), family(pack, facts), certain=True))

    assert found.outcome == "undetermined"
    assert "certain" not in found.marks
    assert found.missing


def test_two_criteria_that_cannot_both_hold_refuse(make: PackMaker) -> None:
    """No criterion is settled alone, and still every household is refused by one of them."""
    pack = make(rules={"r": rule("r", criteria={"young": "age < 18", "old": "age >= 60"})})
    found = only(screen(pack.on(date(2020, 6, 1)), family(pack, {}), certain=True))

    assert (found.outcome, found.marks) == ("ineligible", ("certain",))
    assert {each.truth for each in found.reasons} == {"unknown"}


def test_an_open_list_is_not_closed(make: PackMaker) -> None:
    """A list of members that may go on leaves open what others could change (M2)."""
    pack = small(make, "all(m.married or not m.married for m in members)")
    rules = pack.on(date(2020, 6, 1))

    assert only(screen(rules, family(pack, {}), certain=True)).outcome == "eligible"
    assert only(screen(rules, family(pack, {}, members_complete=False), certain=True)).outcome == "undetermined"


def test_on_another_day_a_stated_age_keeps_to_no_range(make: PackMaker) -> None:
    """A count stated for another day does not hold, so its range says nothing either (M9)."""
    pack = small(make, "age <= 130")
    profile = family(pack, {"age": 30})
    later = screen(pack.on(date(2020, 6, 2)), profile, certain=True)

    assert only(later).outcome == "undetermined"


def test_a_finding_that_certainty_rests_on_is_marked(make: PackMaker) -> None:
    """A certain answer is `attested` only where it would be another without what an office found."""
    with_finding = small(make, "poor and (married or not married)")
    without = small(make, "(poor or not poor) and (married or not married)")
    rules = [each.on(date(2020, 6, 1)) for each in (with_finding, without)]
    found = [only(screen(law, family(law.pack, {"poor": True}), certain=True)) for law in rules]

    assert [each.marks for each in found] == [("attested", "certain"), ("certain",)]


@pytest.mark.parametrize(("count", "outcome"), [(4, "eligible"), (12, "undetermined")])
def test_the_work_is_bounded(make: PackMaker, monkeypatch: pytest.MonkeyPatch, count: int, outcome: str) -> None:
    """Without the solver nothing is said of what has more cases than are gone through, though it holds in each of them."""
    monkeypatch.setattr("eligibility.solver.engine.available", lambda: False)
    names = [f"b{at}" for at in range(count)]
    total = concept("total", "value: " + " + ".join(f"(1 if {name} else 0)" for name in names))
    condition = " or ".join(f"total == {at}" for at in range(count + 1))
    facts = facts_file(dict.fromkeys(names, "type: bool"))
    pack = make(facts=facts, concepts=total, rules={"r": rule("r", criteria={"c": condition})})

    assert only(screen(pack.on(date(2020, 6, 1)), family(pack, {}), certain=True)).outcome == outcome


FURTHER: dict[str, tuple[str, dict[str, Any], str]] = {
    "a day bounds another": ("age >= 60", {"since": "1950-01-01"}, "eligible"),
    "two facts that cannot both be": ('age < 60 and since <= date("1950-01-01")', {}, "ineligible"),
    "of whichever member": ('any(m.since <= date("1950-01-01") and m.age < 60 for m in members)', {}, "ineligible"),
}


@pytest.mark.parametrize("name", list(FURTHER))
def test_the_solver_settles_more(make: PackMaker, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """What ranges and cases leave open, because facts hang together, the solver settles; without it that stays open."""
    condition, facts, outcome = FURTHER[name]
    pack = small(make, condition)
    profile, rules = family(pack, facts), pack.on(date(2020, 6, 1))
    found = only(screen(rules, profile, certain=True))
    monkeypatch.setattr("eligibility.solver.engine.available", lambda: False)
    without = only(screen(rules, profile, certain=True))

    assert (found.outcome, found.marks[-1:], waits(found)) == (outcome, ("certain",), [])
    assert without.outcome == "undetermined"


CERTAIN = """\
as_of: 2017-12-31
id: certain
household: {residence_county: "620402", area: urban}
members: [{id: boy, age: 9, unattended_child: true, hukou_county: "620402"}]
"""


@pytest.mark.parametrize(
    ("lang", "told"), [("zh", "无论未知事实如何都成立"), ("en", "certain whatever the unknown facts are")]
)
def test_the_command_marks_what_is_certain(lang: str, told: str) -> None:
    """`screen --certain` closes what a rule between facts closes, and says that it is certain; without it that stays open."""
    arguments = ("screen", "-", "--only", "orphan-allowance", "--lang", lang)
    plain, more = printed(*arguments, given=CERTAIN), printed(*arguments, "--certain", given=CERTAIN)

    assert told not in " ".join(plain.split())
    assert told.replace(" ", "") in "".join(more.split())
    (found,) = json.loads(printed(*arguments, "--certain", "--format", "json", given=CERTAIN))["determinations"]
    assert (found["outcome"], found["marks"], found["missing"]) == ("ineligible", ["attested", "certain"], [])


def test_a_refusal_by_several_criteria_together_is_told(make: PackMaker, tmp_path: Path) -> None:
    """Where no criterion alone is surely the one that fails, the report names those that are never all met."""
    make(rules={"r": rule("r", criteria={"young": "age < 18", "old": "age >= 60"})})
    arguments = ("screen", "-", "--certain", "--pack", str(tmp_path / "pack1"), "--as-of", "2020-06-01")
    given_one = "members: [{id: a}]\n"

    assert "以下几条不会都满足：" in printed(*arguments, given=given_one)
    assert "these are never all met:" in printed(*arguments, "--lang", "en", given=given_one)
