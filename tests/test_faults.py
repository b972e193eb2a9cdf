"""Mistakes sown into copies of the Baiyin pack: each is found by whom it is expected of, and the true pack raises no alarm.

`tests/faults/` holds the mistakes; `python tests/test_faults.py` writes `docs/faults.md` anew.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sown import FINDERS, FOUND, HERE, KINDS, TRUE, Fault, called, faults, table

PAGE = HERE.parent / "docs" / "faults.md"
ALL = faults()
PAIRS = [(fault, finder) for fault in ALL for finder in fault.found_by]
STRUCTURAL = {"check", "laws", "verify"}
pytestmark = pytest.mark.usefixtures("same_draws")
AT_ONCE = ("misspelt-fact", "rows-swapped", "lost-exclusion-of-what-is-drawn-already")
"""The mistakes that are tried at once, one for each finder; the others wait for the slow part."""


def named(value: object) -> str:
    """Returns how a mistake or a finder is called in reports."""
    return value.id if isinstance(value, Fault) else str(value)


def look(fault: Fault, finder: str, folder: Path) -> None:
    """Fails where a finder does not find a mistake."""
    assert FOUND[finder](fault.sown(folder), fault.found_by[finder])


@pytest.mark.parametrize(
    ("fault", "finder"),
    [pair for pair in PAIRS if pair[0].id in AT_ONCE and pair[1] in {"check", "test", "laws"}],
    ids=named,
)
def test_a_mistake_is_found(fault: Fault, finder: str, tmp_path: Path) -> None:
    """A misspelt name is found by `check`, a wrong figure by the cases, a lost exclusion by a law."""
    look(fault, finder, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "finder"), PAIRS, ids=named)
def test_every_mistake_is_found_by_whom_it_is_expected_of(fault: Fault, finder: str, tmp_path: Path) -> None:
    """Each finder that was written down beforehand finds the mistake."""
    look(fault, finder, tmp_path)


@pytest.mark.parametrize("fault", ALL, ids=named)
def test_a_mistake_can_be_sown(fault: Fault) -> None:
    """What a mistake replaces stands where it says, and it changes something."""
    for edit in fault.edits:
        text = (TRUE / edit.file).read_text("utf-8")
        assert edit.made(text) != text


def test_there_are_mistakes_of_every_kind() -> None:
    """There are over forty, those of structure for finders that do not know what is right, those of value for cases and `diff`."""
    assert len({fault.id for fault in ALL}) == len(ALL) > 40
    kinds = Counter(fault.kind for fault in ALL)
    assert all(kinds[kind] >= 20 for kind in KINDS)
    for fault in ALL:
        assert set(fault.found_by) <= set(FINDERS), fault.id
        assert fault.kind == "values" or STRUCTURAL & set(fault.found_by), fault.id
        assert fault.kind == "structure" or {"test", "diff"} <= set(fault.found_by), fault.id


@pytest.mark.slow
def test_the_true_pack_raises_no_alarm() -> None:
    """In the pack as it is, `check`, `test` and `diff` find nothing; the laws and `verify` are tried in files of their own."""
    assert called("check", str(TRUE))[0] == 0
    assert called("test", str(TRUE))[0] == 0
    assert called("diff", str(TRUE), str(TRUE))[0] == 0


def test_the_page_is_what_was_written_down() -> None:
    """`docs/faults.md` shows every mistake with its finders."""
    assert PAGE.read_text("utf-8") == "\n".join(table()) + "\n"


if __name__ == "__main__":
    PAGE.write_text("\n".join(table()) + "\n", "utf-8")
