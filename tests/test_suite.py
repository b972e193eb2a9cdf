"""`cases`: a suite in which each condition decides alone on both sides, and which notices every change of the rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from families import run
from packs_for_tests import benefit, concept, facts_file, figure, gives, lasting, make_pack, rule

from eligibility import RulePack
from eligibility.packs.calendar import Rules
from eligibility.ruled import ruled
from eligibility.solver.logic import no, same
from eligibility.suite import making
from eligibility.suite.altered import altered
from eligibility.suite.changes import edits
from eligibility.suite.making import DECIDED, NOBODY, Made, Maker
from eligibility.suite.scoring import Judge
from eligibility.suite.sides import Side
from eligibility.suite.strangers import compared, met, strangers
from eligibility.suite.whole import Suite, suite
from eligibility.suite.writing import case_file
from eligibility.testing.cases import read_cases
from eligibility.testing.cases import run as run_case

DAY = date(2026, 7, 1)
SAMPLE = ("severe-disability-nursing-subsidy", "migrant-children-enrolment", "needy-student-living-subsidy")
Build = Callable[..., RulePack]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Returns what makes a small pack."""
    return lambda **files: make_pack(tmp_path / "pack", **files)


def small(build: Build, criteria: dict[str, str], **said: Any) -> Rules:  # noqa: ANN401 - fields of a rule
    """Returns the rules of a pack with one entitlement."""
    more = {name: said.pop(name) for name in ("concepts", "parameters", "facts") if name in said}
    return build(rules={"one": rule("one", criteria=criteria, **said)}, **more).on(DAY)


def made(rules: Rules) -> Made:
    """Returns the households of its one entitlement."""
    return Maker(ruled(rules, "one")).make()


def facts(found: Made) -> list[tuple[Any, ...]]:
    """Returns what each household says of its first member, and what the entitlement comes to."""
    return [
        (*(value for name, value in each.profile.members[0].items() if name != "id"), each.result[0])
        for each in found.households
    ]


def never(found: Made) -> set[tuple[str, str]]:
    """Returns which sides nobody shows, and why."""
    return {(side.told().en, why.en) for side, why in found.unreachable}


def test_a_limit_is_shown_on_the_last_day_on_either_side(build: Build) -> None:
    """Of a limit of age, somebody is just old enough on the very day, and somebody is a day too young."""
    found = made(small(build, {"old": "age >= 60"}))

    assert {(date(1966, 7, 1), "eligible"), (date(1966, 7, 2), "ineligible")} <= set(facts(found))
    assert not found.unreachable
    assert not found.open


def test_money_is_shown_at_the_limit_and_a_fen_beyond(build: Build) -> None:
    """Of an amount that must not exceed a figure, one household has just that, another one a fen more."""
    rules = small(build, {"low": "rent <= basic"}, subject="household", facts=facts_file())
    found = made(rules)
    rents = {(each.profile.household["rent"], each.result[0]) for each in found.households}

    assert {(10_000, "eligible"), (10_001, "ineligible")} <= rents
    assert {(side.truth, side.least) for side in found.shown if side.look == "near"} == {(True, 0), (False, 1)}


def test_each_value_of_a_list_is_shown_and_another_one(build: Build) -> None:
    """Of a list, each of its values decides in some household, and one that is not listed in another."""
    rules = small(build, {"in": 'status in {"urban", "rural"}'}, subject="household")
    found = {(each.profile.household["status"], each.result[0]) for each in made(rules).households}

    assert found == {("urban", "eligible"), ("rural", "eligible"), ("none", "ineligible")}


def test_a_condition_decides_alone(build: Build) -> None:
    """In a household that shows a condition, the answer is another one as soon as that condition alone comes out otherwise."""
    found = made(small(build, {"a": "age >= 60 or (counted and income < basic)", "b": "not died"}))

    assert {side for each in found.households for side in each.shows} == set(found.shown)
    for each in found.households:
        for side in (shown for shown in each.shows if isinstance(shown, Side)):
            assert each.notices(altered(found.rule, side.leaf.change)), side.told().en
            assert each.stands(side), side.told().en
    assert {each.told().en for each in found.shown} >= {
        "a: `age >= 60` just true",
        "a: `age >= 60` just false",
        "a: `counted` true",
        "a: `counted` false",
    }


def test_what_never_decides_is_proved_so(build: Build) -> None:
    """A condition that another one swallows is out of reach, and so is a side on which nobody can be; each says why."""
    found = made(small(build, {"old": "age >= 60 or age >= 65", "alive": "age <= 900"}))

    assert ("old: `age >= 65` just true", DECIDED.en) in never(found)
    assert ("alive: `age <= 900` just false", NOBODY.en) in never(found)
    assert not found.open


def test_a_solver_that_gives_up_proves_nothing(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the solver gives up, a side is not proved, and neither is the suite."""
    monkeypatch.setattr(making, "EFFORT", 1)
    found = made(small(build, {"sum": "sum(m.income for m in members) < basic and age >= 60"}))

    assert found.open
    assert not Suite(found.rule.rules, {"one": found}).proved


@pytest.fixture(scope="module")
def pack() -> RulePack:
    """Returns the pack that ships."""
    return RulePack.default()


@pytest.fixture(scope="module")
def sample(pack: RulePack) -> Suite:
    """Returns the suite of some of its entitlements."""
    return suite(pack.on(DAY), SAMPLE)


def test_every_change_is_noticed_or_makes_no_difference(sample: Suite) -> None:
    """Of the changes of three entitlements none escapes their suite, and most are noticed by the sides of conditions alone."""
    counts = sample.counts

    assert sample.proved
    assert counts["missed"] == counts["open"] == 0
    assert counts["noticed"] >= 150
    assert sample.before >= 0.9 * counts["noticed"]


def test_a_suite_without_a_household_misses_a_change(sample: Suite) -> None:
    """Nearly every household is needed: without it some change goes unnoticed that was noticed before, or some side unshown."""
    whole = sample.made[SAMPLE[0]]
    own = [each.edit for each in sample.verdicts if SAMPLE[0] in each.edit.readers and each.fate == "noticed"]
    needed = 0
    for each in whole.households:
        judge = Judge(sample.rules, {SAMPLE[0]: [other for other in whole.households if other is not each]})
        needed += any(not judge.noticed(edit) for edit in own if edit.readers == (SAMPLE[0],))

    assert needed >= 0.7 * len(whole.households)


def test_what_makes_no_difference_makes_none_to_anybody_drawn(sample: Suite) -> None:
    """A change that is proved to make no difference is noticed by nobody among households that are drawn."""
    drawn = strangers(sample.rules, 25)
    judge = Judge(sample.rules, {id: met(each.rule, drawn) for id, each in sample.made.items()})
    equivalent = [each.edit for each in sample.verdicts if each.fate == "equivalent"]

    assert equivalent
    assert [each.told().en for each in equivalent if judge.noticed(each)] == []


def test_households_as_people_come_notice_less(sample: Suite) -> None:
    """As many households that know nothing of the limits notice far fewer changes."""
    found = [each.fate for each in compared(sample)]

    assert len(found) == len(sample.verdicts)
    assert 0.2 < found.count("noticed") / sample.counts["noticed"] < 0.95


def test_the_cases_pass_as_they_are_written(sample: Suite, pack: RulePack, tmp_path: Path) -> None:
    """What is written is a case file of the pack, in either language; every case of it passes, and says what it shows."""
    for lang in ("zh", "en"):
        for id, each in sample.made.items():
            path = tmp_path / f"{id}.test.yaml"
            path.write_text(case_file(each, lang), "utf-8")
            cases = read_cases(pack, path)

            assert len(cases) == len(each.households)
            assert [run_case(case) for case in cases] == [[]] * len(cases)
    assert "# severe-by-list: `disability_grade == 2` just true" in (tmp_path / f"{SAMPLE[0]}.test.yaml").read_text(
        "utf-8"
    )


CHANGES = {
    "age >= 60": {
        *(f"`age >= 60` -> `age {order} 60`" for order in ("<", "<=", "==", "!=", ">")),
        "`60` -> `59`",
        "`60` -> `61`",
    },
    "age >= 60 and counted": {
        "and -> or in `age >= 60 and counted`",
        "without `age >= 60`",
        "without `counted`",
        "`counted` -> `not counted`",
    },
    "income < basic or not counted": {"or -> and in `income < basic or not counted`", "`not counted` -> `counted`"},
    "any(m.counted for m in members if m.age < 18)": {
        f"`any(m.counted for m in members if m.age < 18)` -> `{other}`"
        for other in ("all(m.counted for m in members if m.age < 18)", "any(m.counted for m in members)")
    },
    'status in {"urban", "rural"}': {
        f'`status in {{"urban", "rural"}}` -> `{other}`'
        for other in (
            'status in {"urban"}',
            'status in {"rural"}',
            'status in {"urban", "rural", "none"}',
            'status not in {"urban", "rural"}',
        )
    },
}


@pytest.mark.parametrize("condition", list(CHANGES))
def test_each_operator_limit_and_connective_is_changed(build: Build, condition: str) -> None:
    """A condition is changed in each of its operators, limits, values and connectives."""
    rules = small(build, {"a": condition})
    found = {each.said.en for each in edits(rules, ["one"]) if each.part == "a"}

    assert found >= CHANGES[condition]


def test_criteria_exclusions_tiers_concepts_and_figures_are_changed(build: Build) -> None:
    """Beside conditions, each criterion and exclusion is left out, tiers are left out and swapped, figures moved by a fen."""
    rules = small(
        build,
        {"a": "grown"},
        unless={"x": "counted"},
        benefit=benefit({"age >= 80": "basic", "": "other"}),
        concepts=concept("grown", "age >= 60"),
        parameters=figure("other", "from: 2000-01-01, value: 50"),
    )
    found = {each.told().en.removeprefix("change: ") for each in edits(rules, ["one"])}

    assert found >= {
        "one/a: left out",
        "one/x: left out",
        "one/amount 1: left out",
        "one/amount 2: moved before amount 1",
        "one/amount 1: `basic` -> `other`",
        "grown: `age >= 60` -> `age > 60`",
        "basic/everywhere: 10000 -> 9999",
        "other/everywhere: 5000 -> 5001",
    }
    assert suite(rules).proved


PLACES = """
attributes:
  poor_area:
    type: bool
    label: {zh: 名称, en: name}
    values:
      - {place: "620402", value: true, from: 2000-01-01, source: law, confidence: seen}
    otherwise: false
places: {"620402": {zh: 区, en: district}}
"""


def test_months_statuses_and_places_are_changed_and_noticed(build: Build, tmp_path: Path) -> None:
    """For how long something is drawn, what a grant brings, and what is said of places: each is changed, noticed and written down."""
    text = rule(
        "one",
        criteria={"poor": "place(residence_county).poor_area"},
        subject="household",
        benefit=lasting({"rooms >= 3": 24, "": 12}),
        gives=gives(("rents", "status", "urban"), ("not rents", "status", "rural")),
    )
    pack = build(rules={"one": text}, places=PLACES)
    found = suite(pack.on(DAY))
    fates = {each.edit.told().en.removeprefix("change: "): each.fate for each in found.verdicts}

    assert found.proved
    for change in (
        "one/months 1: left out",
        "one/months 1: `24` -> `25`",
        "one/months 1: `rooms >= 3` -> `rooms > 3`",
        "one/months 2: moved before months 1",
        "one/gives 1: left out",
        "one/gives 1: `status: urban` -> `none`",
        "one/gives 2: `not rents` -> `rents`",
        "poor_area/620402: True -> False",
        "poor_area/otherwise: False -> True",
    ):
        assert fates[change] == "noticed", change
    path = tmp_path / "one.test.yaml"
    path.write_text(case_file(found.made["one"], "en"), "utf-8")
    assert all(each in path.read_text("utf-8") for each in ("months: 12", "months: 24", "gives: {status: urban}"))
    assert [run_case(case) for case in read_cases(pack, path)] == [[]] * len(found.made["one"].households)


def verdicts(rules: Rules, found: Made) -> dict[str, str]:
    """Returns what becomes of each change before the households of one entitlement."""
    judge = Judge(rules, {"one": found.households})
    return {each.told().en: judge.verdict(each).fate for each in edits(rules, ["one"])}


def test_a_change_that_nobody_could_notice_is_proved_so(build: Build) -> None:
    """A change that makes no difference is told from one that no household notices yet."""
    rules = small(build, {"old": "age >= 60 or age >= 65"})
    found = verdicts(rules, made(rules))

    assert found["change: one/old: `age >= 65` -> `age > 65`"] == "equivalent"
    assert found["change: one/old: `60` -> `59`"] == "noticed"
    none = Judge(rules, {"one": []})
    missed = [none.verdict(each) for each in edits(rules, ["one"]) if each.said.en == "`60` -> `59`"]
    assert [(each.fate, each.witness is not None) for each in missed] == [("missed", True)]


def test_a_change_of_the_law_behind_a_derived_fact_is_noticed(build: Build) -> None:
    """A concept on which a derived fact hangs is changed with it: households state what it follows from."""
    derived = {"income_total": 'type: money, per: month, derive: "sum(m.income for m in members if m.earns)"'}
    rules = small(
        build,
        {"low": "income_total < basic"},
        subject="household",
        concepts=concept("earns", "age >= 16"),
        facts=facts_file(household=derived),
    )
    found = suite(rules)

    assert found.proved
    fates = {each.edit.told().en: each.fate for each in found.verdicts}
    assert fates["change: earns: `age >= 16` -> `age > 16`"] == "noticed"
    whole = "`sum(m.income for m in members if m.earns)` -> `sum(m.income for m in members)`"
    assert fates[f"change: income_total/derive: {whole}"] == "noticed"
    assert fates["change: age/derive: `years(birth_date, as_of)` -> `months(birth_date, as_of)`"] == "noticed"


def test_a_reading_that_overlooks_amounts_is_noticed(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were amounts not compared, a change of a figure would pass for none; so this test can fail."""
    rules = small(build, {"all": "age >= 0"})
    assert verdicts(rules, Made(ruled(rules, "one")))["change: basic/everywhere: 10000 -> 9999"] == "missed"

    def outcomes(one: Any, other: Any) -> Any:  # noqa: ANN401 - formulas
        return no(same(one.holds.yes, other.holds.yes))

    monkeypatch.setattr("eligibility.suite.asking.apart", outcomes)
    assert verdicts(rules, Made(ruled(rules, "one")))["change: basic/everywhere: 10000 -> 9999"] == "equivalent"


def test_the_command_writes_the_same_bytes_again(tmp_path: Path) -> None:
    """Two runs write the same files to the byte, whatever the order of hashes, and say what nobody can show."""
    texts = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        done = run(
            *("cases", "--only", SAMPLE[0], "--on", "2026-07-01", "-o", str(folder), "--lang", "en"),
            environment={"PYTHONHASHSEED": seed},
        )
        assert done.returncode == 0, done.stderr.decode()
        assert b"score 100 %" in done.stdout
        assert b"amount 1: paid: " in done.stdout
        texts.append((folder / f"{SAMPLE[0]}.test.yaml").read_bytes())

    assert texts[0] == texts[1]


def test_the_command_has_other_forms_and_refuses_to_overwrite(tmp_path: Path) -> None:
    """Profiles come one a line, everything comes as JSON, and no file is written over without being told to."""
    base = ("cases", "--only", "disabled-job-services", "--on", "2026-07-01", "--lang", "en")
    lines = run(*base, "--format", "jsonl").stdout.decode().splitlines()
    told = json.loads(run(*base, "--format", "json", "--score").stdout)
    (tmp_path / "disabled-job-services.test.yaml").write_text("", "utf-8")
    refused = run(*base, "-o", str(tmp_path))

    assert [json.loads(line)["id"] for line in lines] == ["disabled-job-services-1", "disabled-job-services-2"]
    assert told["households"] == 2
    assert told["changes"]["score"] == 1
    assert {"made", "noticed", "no_difference", "not_noticed", "not_proved"} <= told["as_people_come"].keys()
    assert refused.returncode == 2
    assert b"--force" in refused.stderr
    assert (tmp_path / "disabled-job-services.test.yaml").read_bytes() == b""


def test_an_entitlement_that_is_not_in_force_is_refused() -> None:
    """An entitlement that is not in force on the day, or that does not exist, is an error of the command line."""
    early = run("cases", "--only", "disabled-job-services", "--on", "1950-01-01", "--lang", "en")
    wrong = run("cases", "--only", "disabled-job", "--lang", "en")

    assert (early.returncode, wrong.returncode) == (2, 2)
    assert b"not in force on 1950-01-01" in early.stderr
    assert b"disabled-job-services" in wrong.stderr


@pytest.mark.slow
def test_the_whole_pack_has_a_small_suite_that_notices_everything(pack: RulePack) -> None:
    """The suite of the pack that ships has at most 1,500 households, leaves nothing unproved and notices every change."""
    found = suite(pack.on(DAY))

    assert found.proved
    assert found.size <= 1500
    assert found.counts["noticed"] > 1500
    assert sum(len(each.shown) for each in found.made.values()) > 1000
