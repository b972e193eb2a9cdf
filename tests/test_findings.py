"""`check` finds meanings that nobody wants, and finds none in the packs of this project."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

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


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        (f"education/{BASIC}.yaml", 'when: hukou_province == "62"', "when: age < 7 and age > 8", "is never true"),
        (f"education/{BASIC}.yaml", 'when: hukou_province == "62"', "when: age >= 0", "is always true"),
        (
            "concepts.yaml",
            'disability_certificate and disability_category != "none" and disability_grade <= 2',
            "disability_certificate and disability_grade <= 2",
            "asks for `disability_grade` where it does not apply",
        ),
        (f"disability/{SUBSIDY}.yaml", "dibao_class >= 3", "dibao_class >= 4", "somebody eligible is in no tier"),
        (f"disability/{SUBSIDY}.yaml", "dibao_class >= 3", "dibao_class >= 2", "in two tiers at once"),
        (
            f"education/{BASIC}.yaml",
            "amount: preschool_fee_waiver",
            "amount: preschool_poverty_supplement",
            "nothing uses the parameter `preschool_fee_waiver`",
        ),
        ("education/free-textbooks.yaml", "textbooks-2016", "plan C02", ""),
    ],
    ids=["never", "always", "not-applicable", "gap", "overlap", "unused", "harmless"],
)
def test_a_mistake_is_found(tmp_path: Path, file: str, before: str, after: str, said: str) -> None:
    """Each kind of mistake is found, and nothing is said of a change that is none."""
    found = changed(tmp_path, file, before, after)

    assert (re.search(re.escape(said), "\n".join(found)) is not None) if said else found == []
