"""Tables and mappings that cannot be used say so in both languages, at their place: each case has its exact expected text.

`python tests/test_tables_errors.py` writes every expected text anew: read the difference before you keep it.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from towns import RULES

from eligibility.errors import TableError
from eligibility.tables.chunks import People
from eligibility.words import width

ROOM = Path(__file__).resolve().parent / "errors" / "tables"
CASES = sorted(path for path in ROOM.iterdir() if path.is_dir())
LIBRARY = re.compile(r"pydantic|polars|calamine|Traceback|Error|NoneType|\bdict\b|\bstr\b|\bint\b|\bUtf8\b|String")


@contextlib.contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Works in a folder, so that errors name the files in it as its reader would."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def refused(case: Path) -> str:
    """Returns what is said of the tables in a folder, in both languages."""
    with inside(case):
        persons, households = (sorted(Path().glob(f"{name}*")) for name in ("persons", "households"))
        mapping = Path("mapping.yaml")
        with pytest.raises(TableError) as caught:
            People.open(persons, households, RULES, mapping if mapping.exists() else None)
    return f"{caught.value.text('en')}\n\n{caught.value.text('zh')}\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_tables_that_cannot_be_used_say_why(case: Path) -> None:
    """Place, message and advice are those that are expected, in our words, on lines that fit."""
    said = refused(case)

    assert said == case.with_suffix(".expected").read_text("utf-8")
    assert LIBRARY.search(said) is None
    assert all(width(line) <= 160 for line in said.splitlines())


def test_a_table_without_headings_shows_nothing_of_anybody() -> None:
    """Where the first row holds persons instead of headings, none of it is repeated."""
    said = refused(ROOM / "headless")

    assert [word for word in ("王小明", "李雷", "62040219") if word in said] == []


if __name__ == "__main__":
    for each in CASES:
        each.with_suffix(".expected").write_text(refused(each), "utf-8")
