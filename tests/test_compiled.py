"""A pack kept on disk is the pack that was loaded, and whatever is wrong with what is kept does no harm."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import pytest

from eligibility import PackError, RulePack
from eligibility.packs.calendar import default_folder


def kept(cache: Path) -> list[Path]:
    """Returns what is kept."""
    return sorted(cache.glob("*.pickle"))


def test_a_kept_pack_is_the_loaded_pack(tmp_path: Path) -> None:
    """The second load comes from what was kept, and holds the same."""
    first = RulePack.default(cache=tmp_path)
    second = RulePack.default(cache=tmp_path)

    assert len(kept(tmp_path)) == 1
    assert second.contents.digest == first.contents.digest
    assert second.changes == first.changes
    assert list(second.contents.entitlements) == list(first.contents.entitlements)
    assert second.contents.clauses == first.contents.clauses


def test_any_change_of_a_file_is_noticed(tmp_path: Path) -> None:
    """What is kept of a pack does not outlive one byte of it."""
    folder = tmp_path / "pack"
    shutil.copytree(default_folder(), folder)
    before = RulePack.load(folder, cache=tmp_path / "cache").contents.digest
    file = folder / "documents.yaml"
    file.write_text(file.read_text("utf-8") + "\n# a note\n", "utf-8")

    assert RulePack.load(folder, cache=tmp_path / "cache").contents.digest != before


def test_a_pack_that_does_not_load_is_not_kept(tmp_path: Path) -> None:
    """An error is found again each time."""
    folder = tmp_path / "pack"
    shutil.copytree(default_folder(), folder)
    (folder / "concepts.yaml").write_text("a: [", "utf-8")

    for _ in range(2):
        with pytest.raises(PackError):
            RulePack.load(folder, cache=tmp_path / "cache")
    assert kept(tmp_path / "cache") == []


@pytest.mark.parametrize("rubbish", [b"", b"not a pickle", b"\x80\x05."], ids=["empty", "text", "cut"])
def test_rubbish_is_ignored(tmp_path: Path, rubbish: bytes) -> None:
    """A kept file that is broken counts as none."""
    RulePack.default(cache=tmp_path)
    file = kept(tmp_path)[0]
    file.write_bytes(rubbish)
    file.chmod(0o600)

    assert RulePack.default(cache=tmp_path).contents.entitlements


def test_what_others_may_write_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kept file that somebody else could have written is never unpickled."""
    RulePack.default(cache=tmp_path)
    kept(tmp_path)[0].chmod(0o666)
    monkeypatch.setattr(pickle, "loads", lambda _: pytest.fail("it was read"))

    assert RulePack.default(cache=tmp_path).contents.entitlements


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    """Where nothing can be kept the pack is loaded all the same."""
    (tmp_path / "file").write_text("")

    assert RulePack.default(cache=tmp_path / "file" / "cache").contents.entitlements


def test_only_a_few_are_kept(tmp_path: Path) -> None:
    """Old packs do not pile up."""
    for number in range(12):
        (tmp_path / f"{number}.pickle").write_bytes(b"")
    RulePack.default(cache=tmp_path)

    assert len(kept(tmp_path)) == 8
