"""Offices as they are: the example of every command, run from the root of a copy as a person would, on machines of many kinds."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_OFFLINE = """\
import os, sys

def watch(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request"}:
        os._exit(99)

sys.addaudithook(watch)
"""
"""What ends a process that would reach for the network."""


def premises(folder: Path) -> Path:
    """Returns a folder that looks like the root of the project, in which an example may write its files."""
    for name in ("cli.py", "eligibility", "examples", "rules"):
        (folder / name).symlink_to(ROOT / name)
    return folder


def environment(folder: Path, own: Mapping[str, str]) -> dict[str, str]:
    """Returns the environment of an office: little more than a path, without network."""
    offline = folder / "offline"
    offline.mkdir(exist_ok=True)
    (offline / "sitecustomize.py").write_text(_OFFLINE, "utf-8")
    kept = {name: os.environ[name] for name in ("PATH", "ELIGIBILITY_CACHE") if name in os.environ}
    found = {**kept, "LANG": "zh_CN.UTF-8", "PYTHONUTF8": "1", "PYTHONPATH": f"{offline}{os.pathsep}{ROOT}", **own}
    return {name: value for name, value in found.items() if value}


def call(line: str, folder: Path, own: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    """Runs an example in an office, with nobody at the keyboard."""
    return subprocess.run(
        [sys.executable, "cli.py", *shlex.split(line)],
        cwd=folder,
        env=environment(folder, own),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=300,
    )
