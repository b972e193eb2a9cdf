"""Proofs about rules: each check fires on a small pack with the fault and is silent on one without; what is shown is what the core says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from packs_for_tests import DAY, benefit, concept, facts_file, figure, make_pack, rule

from eligibility.packs.calendar import RulePack
from eligibility.solver import comparing, views
from eligibility.solver.households import answered
from eligibility.solver.logic import every, no, some
from eligibility.solver.values import Truth
from eligibility.testing.cases import read_cases, run
from eligibility.testing.declared import declared
from eligibility.verify.proof import Found
from eligibility.verify.told import case
from eligibility.verify.whole import Report, Run

LINES = {"three": 300, "five": 500, "seven": 700, "nine": 900}
"""Limits of income that rules may name as figures: `three_hundred` and so on."""
WHY = "why: {zh: 因为, en: because}, cite: law art1"
NUMBERS = count()


@pytest.fixture
def report(tmp_path: Path) -> Any:  # noqa: ANN401 - a function
    """Returns a function that proves a small pack on a day."""

    def prove(
        rules: Mapping[str, str], laws: str = "", days: tuple[date, ...] = (DAY,), effort: int = 4_000_000, **said: str
    ) -> Report:
        folder = tmp_path / f"pack{next(NUMBERS)}"
        used = [figure(f"{name}_hundred", f"from: 2000-01-01, value: {value}") for name, value in LINES.items()]
        named = [each for each in used if each.partition(":")[0] in "".join(rules.values())]
        make_pack(folder, rules=rules, **{**said, "parameters": "".join([*named, said.get("parameters", "")])})
        (folder / "laws.yaml").write_text(laws or "{}\n", "utf-8")
        pack = RulePack.load(folder)
        return Run(pack, declared(pack), effort=effort).over(list(days))

    return prove


def told(found: Report) -> dict[tuple[str, str], Found]:
    """Returns the findings that count, by check and rule."""
    return {(each.found.check, each.found.rule): each.found for each in found.told if each.counts}


def one(criteria: Mapping[str, str], unless: Mapping[str, str] | None = None, **said: str) -> dict[str, str]:
    """Returns one entitlement with some criteria."""
    return {"one": rule("one", criteria=criteria, unless=unless, **said)}


FAULTS = {
    ("dead", "one/odd"): (one({"odd": "age < 10 and age > 20"}), one({"odd": "age < 30 and age > 20"})),
    ("dead", "one"): (one({"young": "age < 10", "old": "age > 20"}), one({"young": "age < 30", "old": "age > 20"})),
    ("dead", "one/graded"): (
        one({"graded": "stage == 'none' and grade > 3"}),
        one({"graded": "stage != 'none' and grade > 3"}),
    ),
    ("dead", "one/never"): (
        one({"adult": "age >= 18"}, {"never": "age > 130"}),
        one({"adult": "age >= 18"}, {"never": "age > 100"}),
    ),
    ("always", "one/rooms"): (one({"rooms": "rooms <= 20"}), one({"rooms": "rooms <= 19"})),
    ("redundant", "one/adult"): (
        one({"adult": "age >= 18", "senior": "age >= 60"}),
        one({"adult": "age >= 18", "senior": "disabled"}),
    ),
    ("redundant", "one/child"): (
        one({"adult": "age >= 18"}, {"child": "age < 10"}),
        one({"adult": "age >= 18"}, {"child": "age < 20"}),
    ),
    ("gap", "one"): (
        one({"all": "true"}, benefit=benefit({"age < 10": "basic", "age >= 11": "basic * 2"})),
        one({"all": "true"}, benefit=benefit({"age < 11": "basic", "age >= 11": "basic * 2"})),
    ),
    ("overlap", "one/tier-2"): (
        one({"all": "true"}, benefit=benefit({"age < 12": "basic", "age >= 11": "basic * 2"})),
        one({"all": "true"}, benefit=benefit({"age < 11": "basic", "": "basic * 2"})),
    ),
    ("shadowed", "one/tier-2"): (
        one({"all": "true"}, benefit=benefit({"age < 20": "basic", "age < 10": "basic * 2", "": "basic * 3"})),
        one({"all": "true"}, benefit=benefit({"age < 10": "basic", "age < 20": "basic * 2", "": "basic * 3"})),
    ),
}
"""By check and rule, an entitlement with the fault and one without."""


@pytest.mark.parametrize(("check", "rule_"), list(FAULTS))
def test_a_fault_is_found_and_its_absence_is_proved(report: Any, check: str, rule_: str) -> None:  # noqa: ANN401 - a function
    """Each check finds the fault that was put there, and nothing where it was taken out."""
    faulty, sound = FAULTS[check, rule_]

    assert (check, rule_) in told(report(faulty))
    assert (check, rule_) not in told(report(sound))


def test_the_household_of_a_gap_lies_in_the_gap(report: Any, tmp_path: Path) -> None:  # noqa: ANN401 - a function
    """Whoever is shown for a gap is of the one age that no tier takes, and the case that keeps it passes."""
    found = report(FAULTS["gap", "one"][0])
    (each,) = [each for each in found.told if each.found.check == "gap"]
    shown = each.found.shown
    assert shown is not None
    answer = answered(shown.rules, shown.profile, "one", "a")

    assert answer is not None
    assert (answer.outcome, answer.amount) == ("eligible", None)
    assert answer.own["age"] == 10
    kept = case(each)
    assert kept is not None
    file = tmp_path / "one.test.yaml"
    file.write_text(kept[1], "utf-8")
    (read,) = read_cases(found.pack, file)
    assert run(read) == []


def test_a_status_that_is_held_has_to_exclude(report: Any) -> None:  # noqa: ANN401 - a function
    """Whoever holds a status must not be eligible for what gives it again, nor for what is not drawn beside it."""
    gives = "{status: urban}"
    open_ = {
        "one": rule("one", subject="household", gives=gives, not_with="[two]", unless={"held": 'status == "urban"'}),
        "two": rule("two", subject="household"),
    }
    closed = open_ | {"two": rule("two", subject="household", unless={"held": 'status == "urban"'})}

    assert ("exclusions", "two/status") in told(report(open_))
    found = told(report(open_))["exclusions", "two/status"].shown
    assert found is not None
    assert found.profile.household["status"] == "urban"
    assert told(report(closed)) == {}


def test_rules_between_facts_leave_every_fact_possible(report: Any) -> None:  # noqa: ANN401 - a function
    """A value that rules between facts forbid to everybody is found, and so is a fact that can never be known."""
    rules = one({"renting": "rents"})
    tight = "- id: no-rent\n  owner: household\n  holds: not rents\n  label: {zh: 一, en: one}\n"
    loose = "- id: rent\n  owner: household\n  holds: not rents or rooms > 0\n  label: {zh: 一, en: one}\n"

    assert ("integrity", "rents/true") in told(report(rules, facts=facts_file(integrity=tight)))
    assert ("dead", "one/renting") in told(report(rules, facts=facts_file(integrity=tight)))
    assert told(report(rules, facts=facts_file(integrity=loose))) == {}


CLASHES = {
    "money": ("household", "rent > 0", "rent <= 0", "rent"),
    "count": ("household", "rooms > 3", "rooms < 3", "rooms"),
    "members": ("household", "any(m.age < 5 for m in members)", "all(m.age > 6 for m in members)", "birth_date"),
    "date": ("person", 'since > date("2001-01-01")', 'since < date("2000-01-01")', "since"),
    "choice": ("household", "status == 'urban'", "status == 'rural'", "status"),
    "yes or no": ("household", "rents", "not rents", "rents"),
}
"""Rules between facts that cannot hold together, and the fact that no household can have."""


@pytest.mark.parametrize("kind", CLASHES)
def test_rules_between_facts_that_clash_are_found_and_named(report: Any, kind: str) -> None:  # noqa: ANN401 - a function
    """Whatever the type of the fact that two rules leave no value to, it is told with these two and no third; one alone is well."""
    owner, first, second, fact = CLASHES[kind]
    rule_ = "- id: {0}\n  owner: {1}\n  holds: {2}\n  label: {{zh: 一, en: one}}\n".format
    other = rule_("idle", "person", "not poor or disabled or not married")
    both = other + rule_("first", owner, first) + rule_("second", owner, second)
    found = told(report(one({"all": "true"}), facts=facts_file(integrity=both)))

    assert ("integrity", fact) in found
    assert found["integrity", fact].said.en.endswith("ruled out by the rules first, second")
    alone = told(report(one({"all": "true"}), facts=facts_file(integrity=other + rule_("first", owner, first))))
    assert ("integrity", fact) not in alone


POORER = (
    "monotone:\n  poorer:\n    label: {zh: 更穷, en: Poorer}\n    facts:\n      income: lower\n      disabled: true\n"
)


def test_a_declared_law_of_hardship_is_proved_or_refuted(report: Any) -> None:  # noqa: ANN401 - a function
    """Who loses by being poorer is shown with both households; with the comparison turned round nobody does."""
    wrong, right = one({"enough": "income >= five_hundred"}), one({"little": "income < five_hundred"})
    found = told(report(wrong, POORER))["poorer", "one/enough"]
    shown = found.shown
    assert shown is not None
    assert shown.other is not None

    before, after = (answered(shown.rules, each, "one", "a") for each in (shown.other, shown.profile))
    assert before is not None
    assert after is not None
    assert (before.outcome, after.outcome) == ("eligible", "ineligible")
    assert after.own["income"] < before.own["income"]
    assert told(report(right, POORER)) == {}


def test_an_amount_that_falls_with_hardship_is_found(report: Any) -> None:  # noqa: ANN401 - a function
    """A lower amount for whoever is disabled breaks the law as a refusal does."""
    tiers = {"disabled": "basic", "": "basic * 2"}

    assert list(told(report(one({"all": "true"}, benefit=benefit(tiers)), POORER))) == [("poorer", "one/amount")]


def test_a_waiver_excuses_what_it_names_and_no_waiver_may_lie_idle(report: Any) -> None:  # noqa: ANN401 - a function
    """With its waiver a finding does not count; a waiver that excuses nothing is told where all laws are looked at."""
    rules = one({"adult": "age >= 18", "senior": "age >= 60"})
    waived = f"waived:\n  redundant:\n    one/adult: {{{WHY}}}\n"
    idle = f"{waived}    one/senior: {{{WHY}}}\n"

    assert report(rules, waived, days=()).passes
    found = report(rules, idle, days=())
    assert not found.passes
    assert [each.span.source.text[each.span.start : each.span.end] for each in found.unused] == ["one/senior"]
    assert report(rules, idle).unused == ()


def test_the_waiver_of_a_law_of_hardship_is_used(report: Any) -> None:  # noqa: ANN401 - a function
    """What a pack excuses from its own law is not told, and the waiver counts as used."""
    waived = f"{POORER}waived:\n  poorer:\n    one/enough: {{{WHY}}}\n"

    assert report(one({"enough": "income >= five_hundred"}), waived, days=()).passes
    assert not report(one({"enough": "income < five_hundred"}), waived, days=()).passes


def cliff(found: Report, rule_: str) -> Found:
    """Returns a cliff that was found."""
    return next(each.found for each in found.told if (each.found.check, each.found.rule) == ("cliff", rule_))


def test_the_steepest_cliff_has_its_exact_spot(report: Any) -> None:  # noqa: ANN401 - a function
    """The largest loss is found to the fen, where it happens, and nothing where amounts do not fall."""
    tiers = {"income < three_hundred": "basic * 3", "income < seven_hundred": "basic", "": "basic"}
    found = cliff(report(one({"little": "income < seven_hundred"}, benefit=benefit(tiers))), "one/income")

    assert found.measure == 2 * 12 * 100_00
    assert found.shown is not None
    assert (found.shown.profile.members[0]["income"], found.shown.other.members[0]["income"]) == (299_99, 300_00)  # type: ignore[union-attr]  # both are there
    assert [each for each in report(one({"rich": "income >= three_hundred"})).told if each.found.check == "cliff"] == []


def test_a_fact_whose_range_settles_a_condition_is_stated(report: Any) -> None:  # noqa: ANN401 - a function
    """What the solver need not know, the core must: a household states a fact, too, of which any value would do."""
    found = report(one({"any": "age >= 0", "little": "income < three_hundred"}))

    assert [each.found.said.en for each in found.told if each.found.weight == "not_proved"] == []
    shown = cliff(found, "one/income").shown
    assert shown is not None
    assert shown.profile.members[0].keys() == {"id", "income", "age"}


def test_incomes_of_members_are_usual_ones(report: Any) -> None:  # noqa: ANN401 - a function
    """A household in which something hangs on what its members earn together has a usual income, and no sum that makes it none."""
    found = cliff(
        report(one({"some": "income_per_person < figure"}, subject="household"), parameters=BEYOND), "one/income"
    )

    assert found.shown is not None
    assert found.shown.profile.members[0]["income"] == 2_000_00


BEYOND = figure("figure", "from: 2000-01-01, value: 2000.01")


def test_a_cliff_sees_the_status_that_ends(report: Any) -> None:  # noqa: ANN401 - a function
    """Whoever earns a fen too much loses the status, its payment, and all that hangs on it."""
    rules = {
        "one": rule(
            "one",
            subject="household",
            gives="{status: urban}",
            criteria={"little": "income_total < five_hundred"},
            unless={"held": 'status == "urban"'},
        ),
        "two": rule("two", subject="household", criteria={"held": 'status == "urban"'}, benefit=benefit("basic * 2")),
    }
    found = cliff(report(rules), "household/income")

    assert found.measure == 3 * 12 * 100_00
    assert found.shown is not None
    assert found.shown.profile.household["status"] == "urban"
    assert found.shown.other is not None
    assert found.shown.other.household["status"] == "none"


def test_of_rivals_only_the_best_counts_in_a_cliff(report: Any) -> None:  # noqa: ANN401 - a function
    """What may not be drawn together is not added up: the loss is that of the higher one less what the lower one still gives."""
    rules = {
        "one": rule(
            "one", criteria={"little": "income < five_hundred"}, benefit=benefit("basic * 3"), higher_of="[two]"
        ),
        "two": rule("two", criteria={"some": "income < nine_hundred"}),
    }

    assert cliff(report(rules), "household/income").measure == 2 * 12 * 100_00


def test_an_unheld_figure_may_be_anything(report: Any) -> None:  # noqa: ANN401 - a function
    """What hangs on a figure that is not held is proved for every value, and the value is told beside the household."""
    line = figure("line", "from: 2000-01-01, unknown: LABEL")
    impossible = one({"below": "income < line", "above": "income >= line"})
    broken = told(report(one({"above": "income >= line"}), POORER, parameters=line))["poorer", "one/above"]

    assert ("dead", "one") in told(report(impossible, parameters=line))
    assert broken.shown is not None
    assert [each.name for each, _ in broken.shown.supposed.values.values()] == ["line"]


def test_what_lies_inside_what_is_information(report: Any) -> None:  # noqa: ANN401 - a function
    """An entitlement whose people all have another one too is told, and the pack passes all the same."""
    found = report({"one": rule("one", criteria={"a": "age >= 60"}), "two": rule("two", criteria={"a": "age >= 18"})})

    assert [each.found.rule for each in found.told if each.found.check == "inside"] == ["one/two"]
    assert found.passes


def test_what_is_not_proved_does_not_pass(report: Any) -> None:  # noqa: ANN401 - a function
    """Where the solver may not work, nothing is proved and the pack does not pass; how fast the machine is plays no part."""
    found = report(
        one({"little": "income_total < five_hundred and age > 3 and any(m.disabled for m in members)"}), effort=1
    )

    assert not found.passes
    assert {each.found.weight for each in found.told if each.counts} == {"not_proved"}


def test_a_solver_that_differs_from_the_core_proves_nothing(report: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401 - a function
    """A household that the core does not see as the solver does is never shown: the check counts as not proved."""
    monkeypatch.setitem(comparing._ORDERS, "<", comparing._ORDERS["<="])
    found = report(one({"all": "true"}, benefit=benefit({"age < 11": "basic", "age >= 11": "basic * 2"})))

    assert {(each.found.check, each.found.weight) for each in found.told if each.counts} == {("overlap", "not_proved")}


def test_a_language_that_takes_unknown_for_no_breaks_refinement(report: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401 - a function
    """An engine in which what is not known counts as no is found, since more facts then turn a settled answer round."""
    rules = one({"any": "disabled or poor"}, {"never": "married"})
    assert told(report(rules)) == {}

    def closed(value: Any, known: Any) -> Any:  # noqa: ANN401 - the deliberate fault
        if isinstance(value, Truth):
            return Truth(every(known, value.yes), some(no(known), value.no))
        return value

    monkeypatch.setattr(views, "restricted", closed)
    assert list(told(report(rules))) == [("refinement", "one")]


def test_what_has_not_changed_is_proved_once(report: Any) -> None:  # noqa: ANN401 - a function
    """Of two laws that differ in one figure only what reads the figure is proved again, and what only the second does wrong is dated so."""
    limit = figure("limit", "from: 2000-01-01, value: 10\nfrom: 2010-01-01, value: 131", type="count, unit: years")
    rules = {
        "one": rule("one", criteria={"young": "age < limit"}),
        "two": rule("two", criteria={"adult": "age >= 18"}),
    }
    found = report(rules, days=(), parameters=limit)

    assert found.days == (date(2000, 1, 1), date(2010, 1, 1))
    assert found.shared > 9
    assert {key: each.days for key, each in told(found).items()} == {("always", "one/young"): (date(2010, 1, 1),)}


def test_a_concept_without_a_meaning_is_found(report: Any) -> None:  # noqa: ANN401 - a function
    """An entitlement that reads a concept on a day on which it means nothing is told so, with the days."""
    body = concept("grown", "age >= 18").replace("  cite: law art1\n  when: >-\n    age >= 18", "")
    body += "  versions:\n    - from: 2010-01-01\n      cite: law art1\n      when: age >= 18\n"
    found = told(report(one({"grown": "grown"}), days=(), concepts=body))

    assert found["dates", "one/grown"].days == (date(2000, 1, 1),)
