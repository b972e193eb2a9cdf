"""The first steps of a newcomer: the README's two commands, and what the checks run on a fresh clone."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from eligibility.packs.calendar import default_folder

ROOT = Path(__file__).resolve().parent.parent
SET_UP = "python3 -m venv .venv && .venv/bin/pip install --quiet --editable '.[dev,durable]' && .venv/bin/python "
SCREEN = SET_UP + "cli.py screen examples/li-family.yaml"
TEST = SET_UP + "-m pytest"


def test_the_readme_has_the_two_commands() -> None:
    """The README sets everything up and screens a family by one line, and runs the tests by another."""
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    assert [line for line in lines if line.startswith(SET_UP)] == [SCREEN, TEST]


def test_the_checks_run_the_second_command() -> None:
    """The pattern by which .ci/run finds its command in the README finds the second one alone."""
    found = re.search(r"grep -E '(.+)' README\.md", (ROOT / ".ci" / "run").read_text("utf-8"))
    assert found is not None
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    assert [line for line in lines if re.search(found[1], line)] == [TEST]


def test_the_family_of_the_first_command_is_there() -> None:
    """The README's example is a file of the checkout."""
    assert (ROOT / SCREEN.rpartition(" ")[2]).is_file()


def test_slow_tests_wait_until_they_are_asked_for() -> None:
    """A plain run of pytest leaves the slow tests out; .ci/run runs them once."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    options = project["tool"]["pytest"]["ini_options"]
    assert options["addopts"][-2:] == ["-m", "not slow"]
    assert {each.partition(":")[0] for each in options["markers"]} == {"slow", "browser", "spark"}
    assert (ROOT / ".ci" / "run").read_text("utf-8").count("pytest -m slow") == 1


def test_the_checks_look_at_pages_in_a_browser() -> None:
    """.ci/run installs a browser and a Chinese font, and there a browser that is missing fails the tests that want it."""
    run = (ROOT / ".ci" / "run").read_text("utf-8")
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]

    assert "apt-get install -qq --no-install-recommends chromium fonts-noto-cjk" in run
    assert run.count("ELIGIBILITY_BROWSER=required .venv/bin/python -m pytest -m browser") == 1
    assert "--editable '.[browser]'" in run
    assert {"browser", "pdf"} <= set(extras)


def test_a_checkout_uses_its_own_rules() -> None:
    """From a checkout, also when installed as editable, the pack that ships is the one in `rules/`."""
    assert default_folder() == ROOT / "rules" / "baiyin"
