"""The walk in `docs/author.md` is true: a rule author who follows it sees what it shows, step by step."""

from __future__ import annotations

from pathlib import Path

import pytest
from walk import PAGE, begin, matches, printed, steps, write


@pytest.mark.slow
def test_the_walk_prints_what_it_shows(tmp_path: Path) -> None:
    """Every file is written and every command run in order; each prints what stands under it."""
    begin(tmp_path)
    ran = 0
    for step in steps():
        if step.kind != "console":
            write(step, tmp_path)
        else:
            told = printed(step, tmp_path)
            assert matches(step.text, told), f"{PAGE.name}: {step.target}\n{told}"
            ran += 1
    assert ran >= 10


def test_the_walk_runs_every_command_of_a_rule_author() -> None:
    """`check`, `test`, `verify`, `diff` and the plugin are all in the walk."""
    told = " ".join(step.target for step in steps() if step.kind == "console")
    assert all(word in told for word in ("eligibility check", "eligibility test", "verify", "diff", "pytest --pack"))


@pytest.mark.parametrize(
    ("shown", "text", "so"),
    [
        ("a\nb", "a\nb", True),
        ("a\nb", "a\nc", False),
        ("a\n...\nd", "a\nb\nc\nd", True),
        ("...\nd", "a\nd", True),
        ("a\n...", "a\nb", True),
        ("a", "a\nb", False),
        ("", "a", False),
        ("", "", True),
    ],
)
def test_dots_stand_for_any_lines(shown: str, text: str, so: bool) -> None:  # noqa: FBT001 - whether it matches
    """A line of three dots stands for lines left out, and for nothing else."""
    assert matches(shown, text) is so
