"""The help of each command: its example can be copied."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from families import ROOT, run

from eligibility.commands import COMMANDS, cli

FINDING = {"check", "test", "diff-run"}
"""The commands that end with 1 where they find something."""
COSTLY = ("check rules", "test rules", "diff rules", "batch", "invent")
"""What takes a second and more: it runs in one language each time, and in the other one where there is time for it."""


def examples() -> Iterator[str]:
    """Yields the commands that the help of each command shows."""
    context = cli.make_context("eligibility", ["doctor"])
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        joined = re.sub(r"\\\n\s*", "", command.help or "")
        yield from re.findall(r"^\s*python cli\.py (.*)$", joined, re.MULTILINE)


@pytest.mark.parametrize(
    ("example", "lang"),
    [
        pytest.param(example, lang, marks=[pytest.mark.slow] * (lang == "zh" and example.startswith(COSTLY)))
        for example in examples()
        for lang in ("zh", "en")
    ],
)
def test_the_examples_of_the_help_run(example: str, lang: str, tmp_path: Path) -> None:
    """What `--help` of a command shows can be copied, and ends well in both languages."""
    for room in ("examples", "rules"):
        (tmp_path / room).symlink_to(ROOT / room)
    words = example.split()
    done = run(*words, environment={"ELIGIBILITY_LANG": lang, "COLUMNS": "60"}, folder=tmp_path)

    assert done.returncode in {0, 1} if words[0] in FINDING else done.returncode == 0, done.stderr.decode()
    assert done.stdout or list(tmp_path.glob(words[-1]))


def test_each_command_has_an_example() -> None:
    """The help of every command shows at least one call of it."""
    assert {each.split()[0] for each in examples()} >= set(COMMANDS)
