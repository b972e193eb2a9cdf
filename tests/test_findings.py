"""`check` finds meanings that nobody wants, and finds none in the packs of this project."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from conftest import PackMaker
from packs_for_tests import benefit, concept, facts_file, figure, rule

from eligibility import RulePack
from eligibility.packs.calendar import default_folder
from eligibility.verify.findings import findings

ROOT = Path(__file__).resolve().parent.parent
BASIC = "fee-free-preschool"
SUBSIDY = "disability-living-subsidy"


def changed(folder: Path, file: str, before: str, after: str) -> list[str]:
    """Returns what is found in a copy of the pack in which one text stands for another."""
    copy = folder / "pack"
    shutil.copytree(default_folder(), copy)
    path = copy / file
    text = path.read_text("utf-8")
    assert before in text, before
    path.write_text(text.replace(before, after, 1), "utf-8")
    return [problem.text("en") for problem in findings(RulePack.load(copy))]


@pytest.mark.parametrize("folder", [default_folder(), ROOT / "examples/packs/heating"], ids=["baiyin", "heating"])
def test_the_packs_of_this_project_are_clean(folder: Path) -> None:
    """Nothing is found in what ships."""
    assert [problem.text("en") for problem in findings(RulePack.load(folder))] == []


def test_what_was_only_tried_says_so(make: PackMaker) -> None:
    """That nobody meets a criterion is drawn and no proof: the advice names the command that proves it."""
    (found,) = findings(make(rules={"r": rule("r", criteria={"c": "age < 7 and age > 8"})}))
    assert found.help is not None
    assert "`eligibility verify` proves it" in found.help.en


MISTAKES = {
    "never": (f"education/{BASIC}.yaml", 'when: hukou_province == "62"', "when: age < 7 and age > 8", "is never true"),
    "always": (f"education/{BASIC}.yaml", 'when: hukou_province == "62"', "when: age >= 0", "is always true"),
    "not-applicable": (
        "concepts.yaml",
        'disability_certificate and disability_category != "none" and disability_grade <= 2',
        "disability_certificate and disability_grade <= 2",
        "asks for `disability_grade` where it does not apply",
    ),
    "gap": (f"disability/{SUBSIDY}.yaml", "dibao_class >= 3", "dibao_class >= 4", "somebody eligible is in no tier"),
    "overlap": (f"disability/{SUBSIDY}.yaml", "dibao_class >= 3", "dibao_class >= 2", "in two tiers at once"),
    "unused": (
        f"education/{BASIC}.yaml",
        "amount: preschool_fee_waiver",
        "amount: preschool_poverty_supplement",
        "nothing uses the parameter `preschool_fee_waiver`",
    ),
    "harmless": ("education/free-textbooks.yaml", "textbooks-2016", "plan C02", ""),
}
QUICK = {"never", "gap", "harmless"}
"""The whole pack is looked through for each mistake."""


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [pytest.param(*each, id=name, marks=[pytest.mark.slow] * (name not in QUICK)) for name, each in MISTAKES.items()],
)
def test_a_mistake_is_found(tmp_path: Path, file: str, before: str, after: str, said: str) -> None:
    """Each kind of mistake is found, and nothing is said of a change that is none."""
    found = changed(tmp_path, file, before, after)

    assert (re.search(re.escape(said), "\n".join(found)) is not None) if said else found == []


def found_in(make: PackMaker, text: str = "", **files: str) -> list[str]:
    """Returns what is found in a small pack of one entitlement."""
    found = findings(make(rules={"one": text or rule("one", criteria={"c": "poor"})}, **files))
    return [problem.text("en") for problem in found]


def test_the_range_of_a_share_is_told_in_its_own_unit(make: PackMaker) -> None:
    """What is divided is told in what it comes to, not in the parts that it is counted in."""
    told = found_in(make, rule("one", criteria={"c": "age / 4 > 70", "d": "married"}))

    assert any("`age / 4` lies between 0 and 65/2" in each for each in told)


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("size > 200", "`size > 200` is never true"),
        ("size <= 100", "`size <= 100` is always true"),
        ("age >= 131", "`age >= 131` is never true"),
        ("poor and 130 < age", "`130 < age` is never true"),
        ("poor or age * 2 <= 260", "`age * 2 <= 260` is always true"),
        ("age == 131", "`age == 131` is never true"),
        ("grade != 10 and poor", "`grade != 10` is always true"),
        ("count(m.poor for m in members) >= 101", "is never true"),
        ("any(m.ancient for m in members)", "`age > 130` is never true"),
        ("income >= 0", "`income >= 0` is always true"),
    ],
)
def test_a_comparison_that_ranges_decide_is_found_once(make: PackMaker, condition: str, said: str) -> None:
    """Each comparison that nothing can change is told once, at its place, with the range that decides it."""
    text = rule("one", criteria={"c": condition, "d": "married"})
    ancient = concept("ancient", "age > 130") if "ancient" in condition else ""
    told = [each for each in found_in(make, text, concepts=ancient) if "asks for" not in each and "`c` is" not in each]

    assert len(told) == 1
    assert said in told[0]
    assert "lies between" in told[0]


@pytest.mark.parametrize(
    "condition",
    ["size > 99", "age >= 130", "age * 2 < 260", "age != 130", "income > 0", "income < basic", "since < as_of"],
)
def test_a_comparison_that_is_open_is_none(make: PackMaker, condition: str) -> None:
    """What may come out either way is no finding."""
    assert found_in(make, rule("one", criteria={"c": condition})) == []


@pytest.mark.parametrize(
    ("amount", "below"),
    [
        ("basic - income", True),
        ("basic * size - sum(m.income for m in members)", True),
        ("max(basic - income, 0)", False),
        ("basic", False),
    ],
)
def test_an_amount_below_zero_is_found(make: PackMaker, amount: str, below: bool) -> None:  # noqa: FBT001 - a case
    """Somebody eligible who would get less than nothing is found, and only where there is somebody."""
    found = found_in(make, rule("one", criteria={"c": "poor", "d": "age >= 60"}, benefit=benefit(amount)))

    assert ["gets an amount below zero" in each for each in found] == ([True] if below else [])


def test_an_amount_that_criteria_keep_above_zero_is_none(make: PackMaker) -> None:
    """Where the criteria refuse whoever would get less than nothing, nothing is found."""
    criteria = {"c": "income < basic", "d": "not married or disabled"}

    assert found_in(make, rule("one", criteria=criteria, benefit=benefit("basic - income"))) == []


@pytest.mark.parametrize(
    ("in_force", "days", "said"),
    [
        ("from: 2000-01-01", ["2000-01-01"], ""),
        (
            "from: 2000-01-01",
            ["2001-01-01"],
            "it is in force from 2000-01-01, and no version says anything until 2000-12-31",
        ),
        (
            "not_before: 2000-01-01, surely_from: 2000-06-01",
            ["2000-06-01"],
            "no version says anything until 2000-05-31",
        ),
        (
            "from: 2000-01-01",
            ["2000-01-01, to: 2009-12-31"],
            "from 2010-01-01, and no version says anything from then on",
        ),
        ("from: 2000-01-01, to: 2009-12-31", ["2000-01-01, to: 2009-12-31"], ""),
        ("from: 2000-01-01, to: 2009-12-31", ["2000-01-01, to: 2008-12-31"], "anything until 2009-12-31"),
        ("from: 2000-01-01", ["1990-01-01", "1995-01-01"], "this version never holds"),
        ("from: 2000-01-01, to: 2009-12-31", ["2000-01-01", "2010-01-01"], "this version never holds"),
    ],
)
def test_days_on_which_no_version_says_anything_are_found(
    make: PackMaker, in_force: str, days: list[str], said: str
) -> None:
    """Versions fill the time in which an entitlement is in force, and each holds on some day of it."""
    label = "{zh: 名称, en: name}"
    one = f"criteria: [{{id: c, label: {label}, cite: law art1, when: poor}}]"
    block = one.replace("[{id: c, ", "\n      - id: c\n        ").replace(", cite", "\n        cite")
    block = block.replace(", when: poor}]", "\n        when: poor")
    versions = "".join(f"\n  - from: {day.replace(', ', chr(10) + '    ')}\n    {block}" for day in days)
    text = rule("one", criteria=None, versions=versions, in_force=f"{{{in_force}}}").replace("criteria: []\n", "", 1)
    found = found_in(make, text)

    assert [said in each for each in found] == ([True] if said else [])


def test_a_floor_is_used_with_its_figure(make: PackMaker) -> None:
    """A floor is no loose end while something reads its figure, and is one when nothing does."""
    figures = figure("line", "from: 2000-01-01, unknown: LABEL") + figure("line_floor", "from: 2000-01-01, value: 5")

    used = found_in(make, rule("one", criteria={"c": "poor"}, benefit=benefit("line + basic")), parameters=figures)
    loose = found_in(make, parameters=figures)

    assert used == []
    assert loose == ["nothing uses the parameter `line`", "nothing uses the parameter `line_floor`"]


@pytest.mark.parametrize(
    ("rows", "found"), [("{primary: 5}", False), ("{none: 5}", True), ("{none: 5, secondary: 6}", False)]
)
def test_a_table_in_no_row_of_which_anybody_is_eligible(make: PackMaker, rows: str, found: bool) -> None:  # noqa: FBT001 - a case
    """A table is found that has rows only for those whom the criteria refuse."""
    table = figure("table", f"from: 2000-01-01, rows: {rows}", by="stage")
    text = rule("one", criteria={"c": 'stage in {"primary", "secondary"}'}, benefit=benefit("table + basic"))
    said = found_in(make, text, parameters=table)

    assert ["nobody eligible is in any row of `table`" in each for each in said] == ([True] if found else [])


WIDE = (
    "disabled or poor or married or counted or rents or status != 'none' or stage != 'none' or age != 7 or rooms != 3"
)
LONG = "disabled and poor and married and counted and rents and status == 'urban' and stage == 'primary' and age == 7 and rooms == 3 and sex == 'male'"


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (WIDE, []),
        (LONG, []),
        (f"({WIDE}) or not rents", ["`c` is always true"]),
        (f"{LONG} and sex == 'female'", ["`c` is never true"]),
    ],
    ids=["wide", "long", "always", "never"],
)
def test_what_hardly_ever_comes_out_is_not_taken_for_what_never_does(
    make: PackMaker, condition: str, said: list[str]
) -> None:
    """A condition that random households miss is aimed at before it is said to hold always or never."""
    found = found_in(make, rule("one", criteria={"c": condition}))

    assert [text for each in found for text in said if text in each] == said
    assert len(found) == len(said)


def test_a_condition_that_chance_seldom_meets_is_open(make: PackMaker) -> None:
    """A criterion with many ways to be true, or many ways to be false, is neither always nor never so."""
    names = [f"q{at}" for at in range(14)]
    facts = facts_file(person=dict.fromkeys(names, "type: bool"))
    text = rule("one", criteria={"any": " or ".join(names), "all": " and ".join(names)})

    assert found_in(make, text, facts=facts) == []
