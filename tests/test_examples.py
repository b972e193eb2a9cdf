"""The invented families in examples/ are read, screened, and show between them every kind of answer."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from packs_for_tests import shipped

from eligibility import RulePack, Screening, read_profile, screen

ROOT = Path(__file__).resolve().parent.parent
FAMILIES = sorted(
    path for path in (ROOT / "examples").iterdir() if path.suffix in {".yaml", ".json"} and path.stem != "heating"
)
NEVER_GRANTED = {"free-treatment-for-the-poor": "free_treatment_covers_illness"}
"""What cannot be granted on any day with the figures held: the list of illnesses treated free was not found."""


@pytest.fixture(scope="module")
def pack() -> RulePack:
    """The pack that ships."""
    return shipped()


def screened(pack: RulePack, path: Path) -> Screening:
    """Returns the screening of an example on its own day."""
    profile = read_profile(path, pack.on(date(2017, 12, 31)))
    assert profile.as_of is not None
    return screen(pack.on(profile.as_of), profile)


def test_there_are_at_least_eight_families() -> None:
    """A newcomer finds eight families or more to try."""
    assert len(FAMILIES) >= 8


def test_every_outcome_is_shown_for_every_entitlement_that_can_have_it(pack: RulePack) -> None:
    """Between them the families show each entitlement granted that can be, and each outcome somewhere."""
    found = [each for path in FAMILIES for each in screened(pack, path).determinations]

    assert {each.outcome for each in found} == {"eligible", "ineligible", "undetermined"}
    granted = {each.entitlement for each in found if each.outcome == "eligible"}
    assert granted == set(pack.contents.entitlements) - set(NEVER_GRANTED)


@pytest.mark.parametrize(("id", "figure"), NEVER_GRANTED.items())
def test_what_no_family_is_granted_waits_for_a_figure_that_is_held_on_no_day(
    pack: RulePack, id: str, figure: str
) -> None:
    """The figure is unknown from its first day to its last, and some family lacks nothing else."""
    found = [each for path in FAMILIES for each in screened(pack, path).determinations if each.entitlement == id]

    assert all(entry.said.unknown for entry in pack.contents.parameters[figure].entries)
    assert [("pack", figure, "parameter")] in [
        [(item.subject, item.name, item.kind) for item in each.missing] for each in found
    ]


@pytest.mark.parametrize("day", [date(2016, 6, 1), date(2017, 12, 31), date(2021, 8, 1), date(2024, 6, 1)])
def test_one_family_has_almost_nothing_known(pack: RulePack, day: date) -> None:
    """Of somebody of whom nothing is known only open services are granted, and what is not refused by law alone is missing."""
    rules = pack.on(day)
    found = screen(rules, read_profile(ROOT / "examples/nearly-nothing.yaml", rules)).determinations

    assert {each.outcome for each in found} >= {"eligible", "undetermined"}
    assert all(value is None for each in found for reason in each.reasons for value in reason.facts.values())
    for each in found:
        in_force = f"{each.entitlement}.in_force" not in {item.name for item in each.missing}
        assert (each.outcome == "eligible") is (each.promise == "open" and in_force), each
        assert bool(each.missing) is (each.outcome == "undetermined"), each
        if each.outcome == "ineligible":
            assert any(reason.truth == ("true" if reason.exclusion else "false") for reason in each.reasons), each


def test_nobody_in_them_is_real() -> None:
    """A resident number in an example is of a region that does not exist."""
    numbers = [number for path in FAMILIES for number in re.findall(r"\b\d{17}[\dX]\b", path.read_text("utf-8"))]

    assert numbers
    assert {number[:6] for number in numbers} == {"999999"}


@pytest.mark.parametrize("path", FAMILIES, ids=lambda path: path.stem)
def test_a_family_comes_out_of_the_command_line_as_json(path: Path) -> None:
    """`screen FILE --format json` prints one JSON object, and so does `-` from standard input."""
    command = [sys.executable, "cli.py", "screen", "--format", "json"]
    by_name = subprocess.run([*command, str(path)], cwd=ROOT, capture_output=True, check=True)
    piped = subprocess.run([*command, "-"], cwd=ROOT, input=path.read_bytes(), capture_output=True, check=True)

    assert json.loads(by_name.stdout)["determinations"]
    assert json.loads(piped.stdout) == json.loads(by_name.stdout)
