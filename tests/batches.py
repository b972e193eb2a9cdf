"""Small tables of people, a pack to screen them by, and disks that fail, for the tests of runs."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from io import FileIO
from pathlib import Path
from typing import Any

import polars as pl
from packs_for_tests import DAY, benefit, rule

from eligibility import RulePack
from eligibility.population import Population, screen_tables
from eligibility.runs.disk import PART, Disk
from eligibility.runs.folder import LOCK
from eligibility.runs.manifest import NAME, RunOptions

Make = Callable[..., RulePack]
WRONG = "h3"
"""The household in which something cannot be so."""
PERSONS = {
    "household_id": pl.String,
    "id": pl.String,
    "birth_date": pl.Date,
    "stage": pl.String,
    "grade": pl.Int64,
}
HOUSEHOLDS = {"household_id": pl.String, "rents": pl.Boolean, "status": pl.String}
"""The columns of the tables."""


def small_pack(make: Make) -> RulePack:
    """Returns a pack with two rules about persons, one with an amount, and one about households."""
    return make(
        rules={
            "old": rule("old", criteria={"age": "age >= 60"}),
            "pupil": rule(
                "pupil",
                criteria={"school": "stage == 'primary'", "town": "status != 'rural'"},
                benefit=benefit("basic * 3"),
            ),
            "renting": rule("renting", subject="household", criteria={"rents": "rents and status == 'urban'"}),
        }
    )


def people(homes: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns persons and households as tables: some facts unknown, and one household that cannot be so."""
    persons: list[dict[str, Any]] = []
    households: list[dict[str, Any]] = []
    for at in range(homes):
        home = f"h{at}"
        households.append({"household_id": home, "rents": at % 4 > 0, "status": [None, "urban", "rural"][at // 2 % 3]})
        persons.append({"household_id": home, "id": "a", "birth_date": date(1930 + 3 * at, 2, 28), "stage": "none"})
        for other in range(at % 3):
            stage = ["primary", None][(at + other) % 2]
            born = date(2010, 1 + other, 1 + at % 28)
            persons.append({"household_id": home, "id": f"b{other}", "birth_date": born, "stage": stage})
    for row in persons:
        row["grade"] = 4 if row["household_id"] == WRONG else None
    return pl.DataFrame(persons, schema=PERSONS), pl.DataFrame(households, schema=HOUSEHOLDS)


@dataclass(frozen=True)
class City:
    """Tables on disk, with the pack by which they are screened."""

    pack: RulePack
    persons: Path
    households: Path

    @classmethod
    def build(cls, make: Make, folder: Path, homes: int = 14) -> City:
        """Writes the tables."""
        folder.mkdir(exist_ok=True)
        persons, households = folder / "persons.parquet", folder / "households.parquet"
        for table, path in zip(people(homes), (persons, households), strict=True):
            table.write_parquet(path)
        return cls(small_pack(make), persons, households)

    def screen(
        self,
        out: Path,
        *,
        resume: bool = False,
        disk: Disk | None = None,
        day: date = DAY,
        **options: Any,  # noqa: ANN401 - options of any type
    ) -> Population:
        """Screens them into a folder, in chunks of five rows unless told otherwise."""
        asked = RunOptions(**{"chunk_rows": 5, **options})
        rules = self.pack.on(day)
        return screen_tables(
            rules, [self.persons], out, households=[self.households], options=asked, resume=resume, disk=disk
        )


def tree(folder: Path) -> dict[str, bytes]:
    """Returns every file of a folder by its place, the empty lock apart."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files if path.name != LOCK}


class PowerCutError(Exception):
    """The machine stops."""


@dataclass
class Failing(Disk):
    """A disk on which the nth step fails, and every one after it.

    Args:
        at: counted from 1; 0 never fails.
        how: `before` the step is done, when `half` of it is done, just `after`; or it is done, and what was not synced is `lost`.
        whole: every file that got its final name, in any state that it had.
    """

    at: int = 0
    how: str = ""
    whole: dict[Path, list[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begins to count."""
        self.steps = 0
        self.open: dict[int, Path] = {}
        self.unsynced: set[Path] = set()
        self.renamed: list[tuple[Path, Path, bytes | None]] = []
        self.made: list[Path] = []

    def step(self, act: Callable[[], Any], half: Callable[[], Any] | None = None) -> Any:  # noqa: ANN401 - what the act returns
        """Does one step, or fails."""
        self.steps += 1
        if not self.at or self.steps < self.at:
            return act()
        if self.steps == self.at:
            if self.how == "half" and half is not None:
                half()
            elif self.how in {"after", "lost"}:
                act()
            if self.how == "lost":
                self.lose()
        raise PowerCutError

    def lose(self) -> None:
        """Forgets whatever was not synced: the end of files, new names, and new folders."""
        for path in self.unsynced:
            data = path.read_bytes()
            path.write_bytes(data[: len(data) // 2])
        # A system may keep a later name and lose an earlier one.
        torn = self.at % 2
        for old, new, before in reversed(self.renamed):
            if new.exists() and not (torn and new.name == NAME):
                new.replace(old)
                if before is not None:
                    new.write_bytes(before)
        for folder in [] if torn else self.made:
            shutil.rmtree(folder, ignore_errors=True)

    def create(self, path: Path) -> FileIO:
        """Opens a file or fails."""
        create = super().create

        def act() -> FileIO:
            file = create(path)
            if self.steps == self.at:
                file.close()
            return file

        file: FileIO = self.step(act)
        self.open[file.fileno()] = path
        return file

    def write(self, file: FileIO, data: bytes) -> None:
        """Writes all, half, or nothing."""
        write = super().write
        self.unsynced.add(self.open[file.fileno()])
        self.step(lambda: write(file, data), lambda: write(file, data[: len(data) // 2]))

    def sync(self, file: FileIO) -> None:
        """Syncs or fails."""
        sync = super().sync

        def act() -> None:
            sync(file)
            self.unsynced.discard(self.open[file.fileno()])

        self.step(act)

    def rename(self, old: Path, new: Path) -> None:
        """Renames or fails."""
        rename = super().rename

        def act() -> None:
            before = new.read_bytes() if new.exists() else None
            rename(old, new)
            self.whole.setdefault(new, []).append(new.read_bytes())
            self.renamed.append((old, new, before))
            if old in self.unsynced:
                self.unsynced = self.unsynced - {old} | {new}

        self.step(act)

    def sync_folder(self, folder: Path) -> None:
        """Syncs or fails."""
        sync = super().sync_folder

        def act() -> None:
            sync(folder)
            self.renamed = [each for each in self.renamed if each[1].parent != folder]
            self.made = [each for each in self.made if each.parent != folder]

        self.step(act)

    def make_folder(self, folder: Path) -> None:
        """Makes a folder or fails."""
        make = super().make_folder

        def act() -> None:
            make(folder)
            self.made.append(folder)

        self.step(act)

    def remove(self, path: Path) -> None:
        """Removes or fails."""
        remove = super().remove
        self.step(lambda: remove(path))


class InPlace(Failing):
    """A worse design: a file is written under its final name."""

    def part(self, path: Path) -> Path:
        """Returns the final name."""
        return path

    def create(self, path: Path) -> FileIO:
        """Opens the file, whatever stands in it."""
        path.unlink(missing_ok=True)
        return super().create(path)


class Unsynced(Failing):
    """A worse design: a file gets its final name before it is on the disk."""

    def sync(self, file: FileIO) -> None:
        """Does nothing."""


class Unnamed(Failing):
    """A worse design: nobody waits until new names are on the disk."""

    def sync_folder(self, folder: Path) -> None:
        """Does nothing."""


def finished(folder: Path) -> dict[str, bytes]:
    """Returns the files that have their final names; what lies in the scratch folder is nobody's."""
    return {
        name: data for name, data in tree(folder).items() if not name.endswith(PART) and not name.startswith(".work/")
    }
