"""The boundary report: what no case of a pack exercises is said, that and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from packs_for_tests import benefit, concept, facts_file, figure, make_pack, rule

from eligibility import RulePack
from eligibility.testing.cases import case_files, read_cases
from eligibility.testing.exercised import not_exercised

ROOT = Path(__file__).resolve().parent.parent
Report = Callable[..., list[str]]


@pytest.fixture
def report(tmp_path: Path) -> Report:
    """Returns what is not exercised in a pack of one entitlement, by the families of its cases: `day: facts`."""

    def build(families: dict[str, list[str]], *, only: str = "", **files: str) -> list[str]:
        text = files.pop("text")
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        pack = make_pack(folder, rules={"one": text}, **files)
        cases = "".join(_case(number, day, members) for number, (day, members) in enumerate(families.items()))
        (folder / "area" / "one.test.yaml").write_text(cases or "[]", "utf-8")
        found = not_exercised(pack, [case for path in case_files(folder) for case in read_cases(pack, path)])
        said = [gap.problem.message.en.removeprefix("one: ") for gap in found]
        return [each for each in said if only in each]

    return build


def _case(number: int, day: str, members: list[str]) -> str:
    """Returns the text of a case; each member is written as `facts`, or as `household facts; facts`."""
    home, _, first = members[0].rpartition("; ")
    lines = [f"    - {{id: m{at}, {facts}}}\n" for at, facts in enumerate([first, *members[1:]])]
    expect = "".join(f"    m{at}: {{outcome: eligible}}\n" for at in range(len(members)))
    return f"- name: case {number}\n  as_of: {day}\n  household: {{{home}}}\n  members:\n{''.join(lines)}  expect:\n{expect}"


def _all_but(members: list[str], left_out: int) -> dict[str, list[str]]:
    """Returns the families of two days: everybody but one on the first day of the law, somebody on the day before."""
    return {"1999-12-31": [members[0]], "2000-01-01": [each for at, each in enumerate(members) if at != left_out]}


AGES = ["age: 60", "age: 59", "married: true"]


def test_cases_on_both_sides_leave_nothing(report: Report) -> None:
    """The day before the law, and on its day the limit, the value below it and an unknown one: nothing is left."""
    assert report(_all_but(AGES, -1), text=rule("one", criteria={"old": "age >= 60"})) == []


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        (0, ["`old`: no case has it true", "`old`: no case stands just on the true side of `age >= 60`"]),
        (1, ["`old`: no case has it false", "`old`: no case stands just on the false side of `age >= 60`"]),
        (2, ["`old`: no case has it unknown"]),
    ],
    ids=["true", "false", "unknown"],
)
def test_one_side_left_out_is_said_and_nothing_else(report: Report, left_out: int, said: list[str]) -> None:
    """Where the cases leave out one side of a limit, exactly that side is told."""
    assert report(_all_but(AGES, left_out), text=rule("one", criteria={"old": "age >= 60"})) == said


def test_a_value_further_off_is_not_the_nearest(report: Report) -> None:
    """An age of 61 does not exercise a limit of 60."""
    families = _all_but(["age: 61", *AGES[1:]], -1)

    assert report(families, text=rule("one", criteria={"old": "age >= 60"})) == [
        "`old`: no case stands just on the true side of `age >= 60`"
    ]


@pytest.mark.parametrize(
    ("condition", "inside", "outside"),
    [
        ("age > 60", "age: 61", "age: 60"),
        ("age <= 60", "age: 60", "age: 61"),
        ("age < 60", "age: 59", "age: 60"),
        ("age == 60", "age: 60", "age: 61"),
        ("2 * age >= 61", "age: 31", "age: 30"),
        ("income < basic", 'income: "99.01"', "income: 100"),
        ("yearly(income) < yearly(basic)", 'income: "99.5"', "income: 100"),
        ("income * 3 - 7 * basic < basic", 'income: "266.66"', 'income: "266.67"'),
        ("years(birth_date, as_of) >= 60", "birth_date: 1940-01-01", "birth_date: 1940-01-02"),
        ('since >= date("1990-05-01")', "since: 1990-05-01", "since: 1990-04-30"),
    ],
)
def test_each_kind_of_limit_has_two_nearest_values(report: Report, condition: str, inside: str, outside: str) -> None:
    """Numbers, sums of money within a yuan, elapsed time and days are taken at the limit, and each side is missed."""
    text = rule("one", criteria={"limit": condition})

    assert report(_all_but([inside, outside, "married: true"], -1), text=text) == []
    assert len(report(_all_but([inside, outside, "married: true"], 0), text=text, only="just on the true side")) == 1
    assert len(report(_all_but([inside, outside, "married: true"], 1), text=text, only="just on the false side")) == 1


def test_each_value_of_a_list_and_one_outside(report: Report) -> None:
    """A list is exercised by each value that it names and by one that it does not."""
    text = rule("one", criteria={"pupil": 'stage in {"primary", "secondary"}'})
    everybody = ["stage: primary", "stage: secondary", "stage: none", "married: true"]

    assert report(_all_but(everybody, -1), text=text) == []
    assert report(_all_but(everybody, 1), text=text) == ["`pupil`: no case has `stage` at `secondary`"]
    assert report(_all_but(everybody, 2), text=text, only="outside") == [
        '`pupil`: no case has `stage` at a value outside `stage in {"primary", "secondary"}`'
    ]


def test_concepts_are_opened_and_quantifiers_looked_into(report: Report) -> None:
    """A limit inside a concept that is read of each member is asked for like any other."""
    text = rule("one", subject="household", criteria={"child": "any(m.minor for m in members)"})
    families = {"1999-12-31": ["age: 17"], "2000-01-01": ["age: 17"]}
    cases = report(families, text=text, concepts=concept("minor", "age < 18"), only="side of")

    assert cases == [
        "`child`: no case stands just on the true side of `age < 18`",
        "`child`: no case stands just on the false side of `age < 18`",
    ]


def test_a_side_that_chance_seldom_meets_is_asked_for(report: Report) -> None:
    """A condition of many parts, all of which must hold, is asked for although hardly any household shows it."""
    names = [f"q{at}" for at in range(14)]
    facts = facts_file(person=dict.fromkeys(names, "type: bool"))
    everybody = [", ".join(f"{name}: true" for name in names), "q1: false", "age: 1"]
    text = rule("one", criteria={"all": " and ".join(names)})

    assert report(_all_but(everybody, -1), text=text, facts=facts) == []
    assert report(_all_but(everybody, 0), text=text, facts=facts) == ["`all`: no case has it true"]


def test_only_those_of_whom_something_is_expected_count(report: Report, tmp_path: Path) -> None:
    """A member about whom a case says nothing exercises nothing."""
    assert report(_all_but(AGES, -1), text=rule("one", criteria={"old": "age >= 60"})) == []
    (folder,) = tmp_path.iterdir()
    path = folder / "area" / "one.test.yaml"
    path.write_text(path.read_text("utf-8").replace("    m1: {outcome: eligible}\n", ""), "utf-8")
    pack = RulePack.load(folder)

    found = [gap.problem.message.en for gap in not_exercised(pack, read_cases(pack, path))]

    assert "one: `old`: no case has it false" in found


def test_each_tier_is_reached(report: Report) -> None:
    """A tier that nobody comes to is named, and a refused subject comes to none."""
    amounts = {"married": "basic", "not married": "basic"}
    text = rule("one", criteria={"poor": "poor"}, benefit=benefit(amounts))
    everybody = ["poor: true, married: true", "poor: true, married: false", "poor: false, married: false", "age: 1"]

    assert report(_all_but(everybody, -1), text=text) == []
    assert report(_all_but(everybody, 1), text=text) == ["`amount 2`: no case comes to tier 2 of the amount"]


def test_what_no_household_can_show_is_not_asked_for(report: Report) -> None:
    """A limit that is not held, a value out of range and facts that cannot go together ask for no case."""
    unheld = figure("line", "from: 2000-01-01, unknown: LABEL")
    conditions = {"below": "income < line", "any": "grade >= 1", "both": 'grade <= 3 and stage == "none"'}
    everybody = ["married: true", "stage: primary, grade: 1", "stage: primary, grade: 3", "stage: primary, grade: 4"]
    found = report(_all_but(everybody, -1), text=rule("one", criteria=conditions), parameters=unheld)

    assert found == ["`both`: no case has `stage` at `none`"]


def test_each_day_on_which_the_law_changes_and_the_day_before(report: Report) -> None:
    """First days, days of figures and of concepts that are read are asked for, and others are not."""
    figures = figure("line", "from: 2000-01-01, value: 5\nfrom: 2010-01-01, value: 6")
    figures += figure("other", "from: 2000-01-01, value: 5\nfrom: 2011-01-01, value: 6")
    text = rule(
        "one",
        criteria={"below": "income < line", "held": "other > 0 or married"},
        in_force="{from: 2001-01-01, to: 2010-12-31}",
    )
    everybody = ["income: 5", 'income: "4.99"', "married: true"]
    days = ["2000-12-31", "2001-01-01", "2009-12-31", "2010-01-01", "2010-12-31", "2011-01-01"]
    exercised = {"2005-01-01": everybody}

    def lacking(*left_out: str) -> list[str]:
        families = exercised | {day: ["income: 1"] for day in days if day not in left_out}
        return report(families, text=text, parameters=figures, only="the law changes")

    assert lacking() == []
    assert lacking("2009-12-31") == ["no case is on 2009-12-31, the day before the law changes"]
    assert lacking("2010-01-01") == ["no case is on 2010-01-01, the day on which the law changes"]
    assert lacking("2011-01-01") == ["no case is on 2011-01-01, the day on which the law changes"]


def test_what_is_written_anew_is_asked_for_anew(report: Report) -> None:
    """A criterion at the top is asked for once, one that a version writes again in each."""
    version = "\n  - from: {day}\n    criteria:\n      - id: poor\n        label: {{zh: 名称, en: name}}\n        cite: law art1\n        when: poor"
    versions = version.format(day="2000-01-01") + version.format(day="2010-01-01")
    text = rule("one", criteria=None, unless={"wed": "married"}, versions=versions).replace("criteria: []\n", "", 1)
    everybody = ["poor: true, married: true", "poor: false, married: false", "age: 1"]
    families = {
        "1999-12-31": ["age: 1"],
        "2000-01-01": everybody,
        "2009-12-31": ["age: 1"],
        "2010-01-01": everybody[:1],
    }

    assert report(families, text=text) == ["`poor`: no case has it false", "`poor`: no case has it unknown"]


def test_an_entitlement_without_cases_is_one_line(report: Report) -> None:
    """Where there is no case at all, that alone is said."""
    assert report({}, text=rule("one", criteria={"old": "age >= 60"})) == ["`one` has no case"]


def test_a_hint_gives_the_values_and_the_day(report: Report, tmp_path: Path) -> None:
    """Each limit that is missed comes with a household that would show it, in both languages, at its place."""
    report(_all_but(AGES, 1), text=rule("one", criteria={"old": "age >= 60"}))
    (folder,) = tmp_path.iterdir()
    pack = RulePack.load(folder)
    *_, gap = not_exercised(pack, read_cases(pack, folder / "area" / "one.test.yaml"))

    assert (gap.entitlement, gap.part) == ("one", "old")
    assert gap.problem.span is not None
    assert gap.problem.span.source.text[gap.problem.span.start : gap.problem.span.end] == "age >= 60"
    assert gap.problem.help is not None
    assert gap.problem.help.en == "for example on 2000-01-01 with age: 59"
    assert gap.problem.help.zh == "如 2000-01-01，age: 59"
    assert gap.problem.message.zh == "one：`old`：没有案例刚好在 `age >= 60` 不成立的一侧"


@pytest.mark.parametrize("name", ["rules/baiyin", "examples/packs/heating"])
def test_the_cases_of_this_project_leave_nothing(name: str) -> None:
    """Every criterion, limit, tier and day of what ships is exercised."""
    folder = ROOT / name
    pack = RulePack.load(folder)
    cases = [case for path in case_files(folder) for case in read_cases(pack, path)]

    assert [gap.problem.text("en") for gap in not_exercised(pack, cases)] == []
