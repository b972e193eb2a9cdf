"""Every case beside the rules holds: of the pack that ships, and of every example pack."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from eligibility import RulePack
from eligibility.testing.cases import case_files, read_cases, run

ROOT = Path(__file__).resolve().parent.parent
PACKS = [ROOT / "rules" / "baiyin", *sorted(path for path in (ROOT / "examples" / "packs").iterdir() if path.is_dir())]
FILES = [(folder, path) for folder in PACKS for path in case_files(folder)]


@cache
def pack(folder: Path) -> RulePack:
    """Returns a pack, loaded once."""
    return RulePack.load(folder)


@pytest.mark.parametrize(("folder", "path"), FILES, ids=lambda path: path.name)
def test_the_cases_of_an_entitlement_hold(folder: Path, path: Path) -> None:
    """Each case comes to what it expects."""
    cases = read_cases(pack(folder), path, path.relative_to(ROOT).as_posix())
    failed = [f"{case.span.where}: {case.name}: {words.en}" for case in cases for words in run(case)]

    assert cases
    assert failed == []


@pytest.mark.parametrize("folder", PACKS, ids=lambda path: path.name)
def test_every_entitlement_has_cases(folder: Path) -> None:
    """No entitlement ships without its cases."""
    tested = {path.name.removesuffix(".test.yaml") for path in case_files(folder)}

    assert set(pack(folder).contents.entitlements) - tested == set()


@pytest.mark.parametrize("folder", PACKS, ids=lambda path: path.name)
def test_every_day_on_which_an_entitlement_changes_has_a_case(folder: Path) -> None:
    """The first day of every version of every entitlement is a case's day."""
    rules = pack(folder)
    lacking = []
    for path in case_files(folder):
        cases = read_cases(rules, path)
        days = {case.rules.day for case in cases}
        one = rules.entitlement(path.name.removesuffix(".test.yaml"))
        lacking += [f"{one.id} {body.start}" for body in one.bodies() if body.start and body.start not in days]

    assert lacking == []
