"""A run on disk: whatever fails, and whenever, it goes on to the same bytes, no row lost and none there twice."""

from __future__ import annotations

import errno
from collections.abc import Callable
from io import FileIO
from pathlib import Path

import pytest
from batches import (
    City,
    Failing,
    InPlace,
    Make,
    PowerCutError,
    Unnamed,
    Unsynced,
    finished,
    tree,
)

from eligibility.runs.disk import PART, Disk, Mark
from eligibility.runs.folder import Files, Folder, read
from eligibility.runs.manifest import Counts, Piece

WAYS = ["before", "half", "after", "lost"]


class Undisturbed:
    """A run that nothing disturbs: its files, every state that a file of it had under its final name, and its steps."""

    def __init__(self, city: City, folder: Path) -> None:
        """Runs it."""
        disk = Failing()
        city.screen(folder, disk=disk)
        self.tree = tree(folder)
        self.states = {path.relative_to(folder).as_posix(): data for path, data in disk.whole.items()}
        self.steps = disk.steps


def check_fault(city: City, whole: Undisturbed, folder: Path, disk: Failing) -> None:
    """Lets a run fail, looks at what is left, goes on, and compares the files."""
    place = f"step {disk.at} of {whole.steps} failing {disk.how}"
    with pytest.raises(PowerCutError):
        city.screen(folder, disk=disk)
    left = finished(folder) if folder.exists() else {}
    assert [name for name, data in left.items() if data not in whole.states[name]] == [], place
    manifest = read(folder)
    vouched = [name for piece in manifest.pieces for name in piece.files] if manifest else []
    assert [name for name in vouched if name not in left] == [], place
    again = city.screen(folder, resume=True)

    assert tree(folder) == whole.tree, place
    assert again.counts.answered + again.counts.refused == again.counts.rows


def check_all(city: City, whole: Undisturbed, folder: Path, disk: Callable[[int], Failing]) -> None:
    """Lets one step after the other fail, from the middle on."""
    for at in range(whole.steps // 2, whole.steps):
        check_fault(city, whole, folder / f"{at}", disk(at))


def check_every(make: Make, folder: Path, every: int, how: str) -> None:
    """Lets each step fail in turn."""
    city = City.build(make, folder / "in", homes=7)
    whole = Undisturbed(city, folder / "whole")
    assert whole.steps > 80
    for at in range(1 + whole.steps % every, whole.steps + 1, every):
        check_fault(city, whole, folder / f"{how}{at}", Failing(at, how))


@pytest.mark.parametrize("how", WAYS)
def test_some_steps_fail(how: str, make: Make, tmp_path: Path) -> None:
    """A write, a sync or a rename that fails leaves nothing half-written, and what goes on comes to the same bytes."""
    check_every(make, tmp_path, 61, how)


@pytest.mark.slow
@pytest.mark.parametrize("how", WAYS)
def test_every_step_fails(how: str, make: Make, tmp_path: Path) -> None:
    """Each write, sync, rename, new folder and removal fails in turn, and the files come out the same, byte by byte."""
    check_every(make, tmp_path, 1, how)


@pytest.mark.slow
def test_failures_upon_failures(make: Make, tmp_path: Path) -> None:
    """Where every run fails at the same step, as long as a run gets a chunk further, all is done in the end."""
    city = City.build(make, tmp_path / "in", homes=7)
    whole = Undisturbed(city, tmp_path / "whole")
    for tenths in (6, 7, 8):
        every = whole.steps * tenths // 10
        here = tmp_path / f"every{every}"
        for _ in range(whole.steps):
            try:
                city.screen(here, resume=True, disk=Failing(every, "lost"))
            except PowerCutError:
                continue
            break
        else:
            pytest.fail("no run gets on")
        assert tree(here) == whole.tree


@pytest.mark.parametrize(("design", "how"), [(InPlace, "half"), (Unsynced, "lost"), (Unnamed, "lost")])
def test_a_worse_design_is_noticed(design: type[Failing], how: str, make: Make, tmp_path: Path) -> None:
    """Without the name in between, without syncing files, or without syncing folders, the faults above show it."""
    city = City.build(make, tmp_path / "in", homes=7)
    whole = Undisturbed(city, tmp_path / "whole")
    with pytest.raises(AssertionError, match="failing"):
        check_all(city, whole, tmp_path, lambda at: design(at, how))


def test_a_manifest_that_comes_first_is_noticed(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A manifest that vouches for a chunk before its files are there is seen by the faults above."""

    def keep(self: Folder, number: int, counts: Counts, files: Files) -> None:
        before = self.known
        self.manifest = before.with_piece(Piece(number, counts, {name: Mark(0, "") for name in files}))
        self.save()
        self.manifest = before
        kept(self, number, counts, files)

    city = City.build(make, tmp_path / "in", homes=7)
    whole = Undisturbed(city, tmp_path / "whole")
    kept = Folder.keep
    monkeypatch.setattr(Folder, "keep", keep)
    with pytest.raises(AssertionError, match="failing"):
        check_all(city, whole, tmp_path, lambda at: Failing(at, "before"))


class Full(Disk):
    """A disk that is full after so many bytes."""

    def __init__(self, room: int) -> None:
        """Keeps how many bytes there is room for."""
        self.room = room

    def write(self, file: FileIO, data: bytes) -> None:
        """Writes what there is room for, and fails."""
        super().write(file, data[: self.room])
        if len(data) > self.room:
            raise OSError(errno.ENOSPC, "full")
        self.room -= len(data)


def check_full(make: Make, folder: Path, points: int) -> None:
    """Fills the disk at many points, and goes on when there is room again."""
    city = City.build(make, folder / "in", homes=7)
    whole = Undisturbed(city, folder / "whole")
    most = sum(map(len, whole.tree.values()))
    for room in range(0, most, most // points):
        here = folder / f"{room}"
        with pytest.raises(OSError, match="full"):
            city.screen(here, disk=Full(room))
        assert [name for name, data in finished(here).items() if data not in whole.states[name]] == []
        assert [path for path in here.rglob("*") if path.name.endswith(PART)] == []
        city.screen(here, resume=True)
        assert tree(here) == whole.tree


def test_a_disk_that_fills(make: Make, tmp_path: Path) -> None:
    """A disk that is full leaves no half-written file, and with room again all is done."""
    check_full(make, tmp_path, 4)


@pytest.mark.slow
def test_a_disk_that_fills_anywhere(make: Make, tmp_path: Path) -> None:
    """The same at each of a hundred and fifty points."""
    check_full(make, tmp_path, 150)
