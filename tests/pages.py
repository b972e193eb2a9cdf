"""The pages of the project: what they show, and what it prints now. Run as a script it brings shown outputs up to date."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
WALK = "author.md"
"""The page whose commands follow each other in a folder of its own."""
_CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(kind: str) -> list[tuple[str, str]]:
    """Returns every fenced block of one kind, with the page it stands on."""
    fence = re.compile(rf"^```{kind}\n(.*?)^```", re.MULTILINE | re.DOTALL)
    return [(page.name, text) for page in PAGES for text in fence.findall(page.read_text("utf-8"))]


def sessions() -> list[tuple[str, str, str]]:
    """Returns every command shown with its output: page, command, output; a walk is a test of its own."""
    return [(page, *each) for page, text in blocks("console") if page != WALK for each in commands(text)]


def commands(text: str) -> list[tuple[str, str]]:
    """Returns every command of a block with its output."""
    parts = (part.partition("\n") for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:])
    return [(command, output.rstrip()) for command, _, output in parts]


def run(command: str) -> str:
    """Returns what a command of the pages prints, output and errors together, in a pipe 80 columns wide."""
    words = shlex.split(command)
    if words[0] == "eligibility":
        words[:1] = ["python", "cli.py"]
    words[0] = sys.executable
    environment = {"COLUMNS": "80", "LANG": "zh_CN.UTF-8", "PYTHONUTF8": "1"} | {
        name: os.environ[name] for name in ("PATH", "ELIGIBILITY_CACHE") if name in os.environ
    }
    done = subprocess.run(
        words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    return "\n".join(line.rstrip() for line in done.stdout.decode().splitlines()).rstrip()


def _refreshed(found: re.Match[str]) -> str:
    """Returns a console block with the outputs of today; one that shows a part keeps its number of lines."""
    text = ""
    for command, output in commands(found[1]):
        printed = run(command)
        if output.endswith("\n..."):
            printed = "\n".join(printed.split("\n")[: output.count("\n")]) + "\n..."
        text += f"$ {command}\n{printed}\n"
    return f"```console\n{text}```"


def main() -> None:
    """Rewrites every page whose shown outputs have changed."""
    for page in (each for each in PAGES if each.name != WALK):
        before = page.read_text("utf-8")
        after = _CONSOLE.sub(_refreshed, before)
        if after != before:
            page.write_text(after, "utf-8")


if __name__ == "__main__":
    main()
