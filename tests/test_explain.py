"""`explain`: every answer in full, nothing said twice, each figure with its source."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from families import QIAO, ROOT, printed, run
from packs_for_tests import shipped

from eligibility import RulePack, explain, read_profile, screen
from eligibility.explain import explanation
from eligibility.page import BOX, Branch, tree

LI = "examples/li-family.yaml"
FAMILIES = sorted(path.stem for path in (ROOT / "examples").glob("*.yaml") if path.stem != "heating")
NURSING = "severe-disability-nursing-subsidy"


@pytest.fixture(scope="module")
def pack() -> RulePack:
    """The pack that ships."""
    return shipped()


def trees(pack: RulePack, family: str, lang: str) -> Iterator[Branch]:
    """Yields the explanation of every answer of an example."""
    profile = read_profile(ROOT / f"examples/{family}.yaml", pack.on(date(2017, 12, 31)))
    for found in screen(pack.on(profile.as_of or date(2017, 12, 31)), profile).determinations:
        yield explanation(found, lang)


def below(branch: Branch) -> Iterator[tuple[Branch, Branch]]:
    """Yields every line of a tree with the one that it stands under."""
    for each in branch.branches:
        yield branch, each
        yield from below(each)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("family", FAMILIES)
def test_no_line_says_what_its_parent_says(pack: RulePack, family: str, lang: str) -> None:
    """A criterion that is one fact stands alone; no line repeats the words above it."""
    for root in trees(pack, family, lang):
        for parent, child in below(root):
            assert child.text.partition("  ")[2].casefold() not in {"", parent.text.partition("  ")[2].casefold()} or (
                "  " not in child.text
            ), child.text


@pytest.mark.parametrize("family", FAMILIES)
def test_every_criterion_says_where_it_is_written(pack: RulePack, family: str) -> None:
    """Each criterion and exclusion has its basis below it."""
    for root in trees(pack, family, "en"):
        criteria = [each for each in root.branches if each.status]
        assert all(any(line.text.startswith("basis: ") for line in each.branches) for each in criteria), root.text


def test_a_comparison_says_the_value_and_the_limit() -> None:
    """Income below a limit shows both, and the limit leads to its source."""
    text = printed(
        "explain", "examples/zhao-guarantee.yaml", "minimum-living-guarantee", environment={"COLUMNS": "100"}
    )
    flat = "".join(part.strip("│├└─ ") for part in text.splitlines())

    assert "人均月收入 每月283.50元，全省城市低保标准下限 每月524元" in flat
    assert "全省城市低保标准下限：甘肃省2019年城乡低保和特困供养标准的报道" in flat
    assert "已见原文" in flat


def test_what_was_opened_is_not_opened_again() -> None:
    """A concept of a member is told once; the second time it says `see above`."""
    text = printed("explain", "examples/zhao-guarantee.yaml", "minimum-living-guarantee", "--lang", "en")

    assert text.count("wife") >= 3
    assert "(see above)" in " ".join(text.split())
    assert text.count("clergy living apart") == 3


def test_what_is_missing_says_who_tells_it_and_which_paper() -> None:
    """An open answer ends with what to find out, who attests it and the document."""
    text = printed("explain", LI, "disability-living-subsidy", "grandfather")

    assert "领取孤儿基本生活费（本人说明，凭孤儿、事实无人抚养儿童认定记录）" in text


def test_a_finding_says_who_found_it() -> None:
    """A fact that an office attests is told with the office."""
    text = printed("explain", "examples/chen-single.yaml", "single-person-minimum-living-guarantee", "son")

    assert "（主管部门认定）" in text


def test_what_is_open_ends_with_how_to_apply_and_what_is_closed_does_not() -> None:
    """Authority, route and papers stand under what may be applied for alone."""
    text = printed("explain", LI, NURSING, "grandfather", "--lang", "en")
    closed = printed("explain", LI, NURSING, "mother", "--lang", "en")

    assert text.index("how to apply") < text.index("Disability certificate (second generation)")
    assert "office in charge" in text
    assert "how to apply" not in closed


def test_what_another_entitlement_requires_stands_by_itself() -> None:
    """M18: the criteria of a required entitlement are gathered under its name."""
    text = printed("explain", "examples/wang-preschool.yaml", "preschool-poverty-supplement", "girl", "--lang", "en")

    assert "also required: Fee-free preschool" in text


def test_without_a_subject_all_are_told() -> None:
    """Each member has a branch of the one tree, and the notice stands once."""
    found = json.loads(printed("explain", LI, NURSING, "--format", "json"))
    texts = [each["text"] for each in found["branches"]]

    assert [text.rpartition(" · ")[2] for text in texts[:3]] == ["mother", "child", "grandfather"]
    assert [text for text in texts if text.startswith("初筛，不是审批决定")] == texts[3:4]


def test_the_json_is_a_tree_of_texts() -> None:
    """Every node has a text, a status and branches, and nothing else."""

    def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield node
        for each in node["branches"]:
            yield from nodes(each)

    found = list(nodes(json.loads(printed("explain", LI, NURSING, "grandfather", "--format", "json"))))

    assert all(set(each) == {"text", "status", "branches"} for each in found)
    assert {each["status"] for each in found} == {"", "true", "false"}


def test_before_it_is_in_force_its_first_day_is_told() -> None:
    """An entitlement that is not in force says so, with the day on which it begins."""
    text = printed("explain", LI, "fee-free-preschool", "--as-of", "2015-12-31", "--lang", "en")

    assert "not in force on 31 December 2015; it begins on 1 March 2016" in " ".join(text.replace("│", "").split())


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ((LI, "fee-free-prescool"), b"`fee-free-preschool`"),
        ((LI, "fee-free-preschool", "chld"), b"`child`"),
        ((LI, "minimum-living-guarantee", "child"), b"`household`"),
        ((LI, "fee-free-preschool", "household"), b"`mother`"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(arguments: tuple[str, ...], hint: bytes) -> None:
    """An unknown entitlement or subject ends with 2 and names what exists."""
    done = run("explain", *arguments)

    assert (done.returncode, done.stdout) == (2, b"")
    assert hint in done.stderr


def test_a_stream_is_refused() -> None:
    """One profile belongs here; two end with 3."""
    done = run("explain", "-", NURSING, given=b"members: []\n---\nmembers: []\n")

    assert (done.returncode, done.stdout) == (3, b"")
    assert "2" in done.stderr.decode()


def test_numbers_and_names_of_a_person_stay_hidden(tmp_path: Path) -> None:
    """A resident number never shows, a name only when asked for."""
    path = tmp_path / "who.yaml"
    path.write_text(QIAO.replace("birth_date: 1955-02-28", 'resident_id: "999999194801010011"'), "utf-8")
    arguments = ("explain", str(path), NURSING, "nana")

    assert "Qiaoxing" not in printed(*arguments)
    assert "Qiaoxing-Marker (nana)" in printed(*arguments, "--show-personal")
    assert "999999194801010011" not in printed(*arguments, "--show-personal")


def test_the_library_says_the_same(pack: RulePack) -> None:
    """`explain` of the library gives the tree as lines, in both languages, with the notice."""
    profile = read_profile(ROOT / LI, pack.on(date(2017, 12, 31)))
    found = screen(pack.on(date(2017, 12, 31)), profile).find(NURSING, "grandfather")
    assert found is not None

    assert explain(found).startswith("符合  重度残疾人护理补贴")
    assert "初筛，不是审批决定" in explain(found, "zh")
    assert "a decision made by a person" in explain(found, "en")


@pytest.mark.parametrize("columns", [40, 80, 100])
def test_a_long_line_goes_on_under_itself(columns: int) -> None:
    """A line that is cut goes on where its text began, with the guides drawn through."""
    root = Branch("head", "", (Branch("word " * 40, "", (Branch("leaf"),)), Branch("last " * 40)))
    lines = [lead + text for lead, text, _ in tree(root, columns, BOX)]

    assert all(len(line) <= columns for line in lines)
    assert all(line.startswith(("│  │  ", "│  └")) for line in lines[2:] if "word" in line)


def test_the_front_door_gives_the_function_whatever_was_imported_before() -> None:
    """`eligibility.explain` is the function, also after the room of that name was imported as a module."""
    code = "import eligibility.explain, eligibility\nfrom eligibility import explain\nprint(callable(explain), callable(eligibility.explain))"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["True", "True"]
