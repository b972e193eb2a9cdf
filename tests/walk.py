"""The walk of a rule author in `docs/author.md`: its steps, and what each command of it prints in a folder of its own."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from pages import ROOT, commands

PAGE = ROOT / "docs" / "author.md"
PLUGIN = "eligibility.testing.plugin"
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)
_PROGRESS = re.compile(r"[0-9]+ cases so far|the law of [-0-9]+ \([0-9]+ of [0-9]+\)|.*[0-9]+ of [0-9]+.*so far")
"""What is said now and then on a busy machine."""
_TOOK = re.compile(r"in [0-9.]+s( \([0-9:]+\))?$", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """One step: a file that is written, or a command and what it prints.

    Args:
        kind: `file`, `append`, `diff` or `console`.
        target: the file, or the command.
        text: what is written, or what is printed.
    """

    kind: str
    target: str
    text: str


def steps() -> Iterator[Step]:
    """Yields the steps of the page, in order."""
    for kind, told, text in _BLOCK.findall(PAGE.read_text("utf-8")):
        if kind == "console":
            yield from (Step("console", command, output) for command, output in commands(text))
        elif kind == "diff":
            yield Step("diff", told, text)
        else:
            how, _, file = told.partition("=")
            yield Step(how, file, text)


def begin(folder: Path) -> None:
    """Puts the example packs where the walk begins."""
    shutil.copytree(ROOT / "examples" / "packs", folder / "examples" / "packs")


def write(step: Step, folder: Path) -> None:
    """Carries out a step that changes a file."""
    path = folder / step.target
    if step.kind == "diff":
        before, after = (_side(step.text, side) for side in "-+")
        text = path.read_text("utf-8")
        assert text.count(before) == 1, f"{step.target}: {before}"
        path.write_text(text.replace(before, after), "utf-8")
    elif step.kind == "append":
        path.write_text(path.read_text("utf-8") + step.text, "utf-8")
    else:
        assert step.kind == "file", step
        path.write_text(step.text, "utf-8")


def _side(text: str, sign: str) -> str:
    """Returns one side of a change: the lines that stay, and those with a sign."""
    return "".join(line[1:] + "\n" for line in text.splitlines() if line[:1] in {" ", sign})


def printed(step: Step, folder: Path) -> str:
    """Returns what the command of a step prints, in a pipe 80 columns wide; times are left out."""
    words = shlex.split(step.target)
    own = dict(word.split("=", 1) for word in words if re.fullmatch(r"[A-Z_]+=\w+", word))
    words = words[len(own) :]
    if words[0] == "eligibility":
        words[:1] = [sys.executable, str(ROOT / "cli.py")]
    elif words[0] == "pytest":
        installed = any(each.value == PLUGIN for each in entry_points(group="pytest11"))
        words[:1] = [sys.executable, "-m", "pytest", *([] if installed else ["-p", PLUGIN]), "-p", "no:cacheprovider"]
    kept = {name: os.environ[name] for name in ("PATH", "ELIGIBILITY_CACHE") if name in os.environ}
    environment = {"COLUMNS": "80", "LANG": "C.UTF-8", "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)} | kept | own
    done = subprocess.run(
        words, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    lines = (line.rstrip() for line in done.stdout.decode().splitlines() if not _PROGRESS.fullmatch(line.strip()))
    text = "\n".join(lines).rstrip()
    return _TOOK.sub("in …s", text)


def matches(shown: str, text: str) -> bool:
    """Returns whether a command prints what is shown; a line `...` stands for any lines."""
    pattern = "".join(r"(?:.*\n)*?" if line == "..." else f"{re.escape(line)}\n" for line in shown.splitlines())
    return re.fullmatch(pattern, f"{text}\n" if text else "") is not None
