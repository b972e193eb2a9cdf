"""The invented families in examples/ are read, screened, and show between them every kind of answer."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from eligibility import RulePack, Screening, read_profile, screen

ROOT = Path(__file__).resolve().parent.parent
FAMILIES = sorted(
    path for path in (ROOT / "examples").iterdir() if path.suffix in {".yaml", ".json"} and path.stem != "heating"
)


@pytest.fixture(scope="module")
def pack() -> RulePack:
    """The pack that ships."""
    return RulePack.default()


def screened(pack: RulePack, path: Path) -> Screening:
    """Returns the screening of an example on its own day."""
    profile = read_profile(path, pack.on(date(2017, 12, 31)))
    assert profile.as_of is not None
    return screen(pack.on(profile.as_of), profile)


def test_there_are_at_least_eight_families() -> None:
    """A newcomer finds eight families or more to try."""
    assert len(FAMILIES) >= 8


def test_every_outcome_is_shown_for_every_entitlement_that_can_have_it(pack: RulePack) -> None:
    """Between them the families show each entitlement granted, and each outcome somewhere."""
    found = [each for path in FAMILIES for each in screened(pack, path).determinations]

    assert {each.outcome for each in found} == {"eligible", "ineligible", "undetermined"}
    granted = {each.entitlement for each in found if each.outcome == "eligible"}
    assert granted == set(pack.contents.entitlements)


def test_one_family_has_almost_nothing_known(pack: RulePack) -> None:
    """Of somebody of whom nothing is known nothing is said but what is missing."""
    found = screened(pack, ROOT / "examples/nearly-nothing.yaml").determinations

    assert {each.outcome for each in found} == {"undetermined"}
    assert all(each.missing for each in found)


@pytest.mark.parametrize("path", FAMILIES, ids=lambda path: path.stem)
def test_a_family_comes_out_of_the_command_line_as_json(path: Path) -> None:
    """`screen FILE --format json` prints one JSON object, and so does `-` from standard input."""
    command = [sys.executable, "cli.py", "screen", "--format", "json"]
    by_name = subprocess.run([*command, str(path)], cwd=ROOT, capture_output=True, check=True)
    piped = subprocess.run([*command, "-"], cwd=ROOT, input=path.read_bytes(), capture_output=True, check=True)

    assert json.loads(by_name.stdout)["determinations"]
    assert json.loads(piped.stdout) == json.loads(by_name.stdout)
