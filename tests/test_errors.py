"""Every error has a file under `errors/bad/` and its exact expected text beside it.

A case is a file that takes the place of one of the pack in `errors/good/`, named in its first line as `# PATH`, or a folder
that is laid over the pack; under `bad/profiles/` it is a profile. `python tests/test_errors.py` writes every expected text
anew: read the difference before you keep it.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path

import pytest

from eligibility import InputError, PackError, ProfileError, RulePack, read_profile

GOOD = Path(__file__).resolve().parent / "errors" / "good"
BAD = GOOD.parent / "bad"
DAY = date(2024, 6, 1)
PLACE = re.compile(r"^\S+?:\d+:\d+: ", re.MULTILINE)
CARET = re.compile(r"^ *\| +\^+$", re.MULTILINE)


def cases(*rooms: str) -> list[Path]:
    """Returns the cases in some folders of `bad/`: whatever stands beside an expected text."""
    found = [path for room in rooms for path in (BAD / room).iterdir() if path.suffix != ".expected"]
    return sorted(found)


def rooms() -> list[str]:
    """Returns the folders of `bad/` that hold packs."""
    return sorted(path.name for path in BAD.iterdir() if path.name != "profiles")


def expected(case: Path) -> Path:
    """Returns where the expected text of a case stands."""
    return case.with_suffix(".expected")


def name(case: Path) -> str:
    """Returns how a case is called in reports."""
    return case.relative_to(BAD).as_posix()


def lay(case: Path, folder: Path) -> None:
    """Lays a bad case over a copy of the good pack."""
    shutil.copytree(GOOD, folder)
    if case.is_dir():
        shutil.copytree(case, folder, dirs_exist_ok=True)
        return
    raw = case.read_bytes()
    place = folder / raw.partition(b"\n")[0].removeprefix(b"# ").decode()
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(raw)


def pack_error(case: Path, folder: Path) -> PackError:
    """Returns what is said of a pack that is bad in one way, as seen from the folder that holds it."""
    lay(case, folder / "pack")
    before = Path.cwd()
    os.chdir(folder)
    try:
        RulePack.load("pack")
    except PackError as error:
        return error
    finally:
        os.chdir(before)
    pytest.fail("the pack loads")


def profile_error(case: Path) -> ProfileError:
    """Returns what is said of a bad profile."""
    before = Path.cwd()
    os.chdir(case.parent)
    try:
        read_profile(case.name, RulePack.load(GOOD).on(DAY))
    except ProfileError as error:
        return error
    finally:
        os.chdir(before)
    pytest.fail("the profile is taken")


if __name__ == "__main__":
    for each in [*cases(*rooms()), *cases("profiles")]:
        with tempfile.TemporaryDirectory() as scratch:
            said = profile_error(each) if each.parent.name == "profiles" else pack_error(each, Path(scratch))
        expected(each).write_text(f"{said.text('en')}\n", "utf-8")
    sys.exit()
