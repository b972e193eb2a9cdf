"""What reaches the disk of a run, one step at a time: files under another name until they are whole."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from eligibility import outlet

PART = ".eligibility-part"
"""How the name of a file ends that is not whole yet."""
_BLOCK = 1 << 20
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a file holds.

    Args:
        bytes: how many.
        sha256: over all of them.
    """

    bytes: int
    sha256: str


class Disk(outlet.Disk):
    """What reaches the disk, one step at a time; tests let each of them fail."""

    def part(self, path: Path) -> Path:
        """Returns the name under which a file is written until it is whole."""
        return path.with_name(path.name + PART)

    def create(self, path: Path) -> FileIO:
        """Opens a new file for its owner alone; one that is there, or a link, is an error."""
        return FileIO(os.open(path, _NEW, 0o600), "w")

    def rename(self, old: Path, new: Path) -> None:
        """Gives a file its final name, in the place of the file that had it."""
        old.replace(new)

    def sync_folder(self, folder: Path) -> None:
        """Returns when the names in a folder are on the disk, where the system can."""
        outlet.sync_folder(folder)

    def make_folder(self, folder: Path) -> None:
        """Makes a folder for its owner alone."""
        folder.mkdir(mode=0o700)

    def remove(self, path: Path) -> None:
        """Removes a file, or a folder with all that is in it."""
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def put(disk: Disk, path: Path, blocks: Iterable[bytes]) -> Mark:
    """Writes a file whole or not at all: under another name, synced, renamed, and its folder synced.

    Raises:
        OSError: it cannot be written; nothing stands under its name then but what stood there before.
    """
    part, digest, size = disk.part(path), hashlib.sha256(), 0
    created = disk.create(part)
    try:
        with created as file:
            for block in _cut(blocks):
                disk.write(file, block)
                digest.update(block)
                size += len(block)
            disk.sync(file)
        disk.rename(part, path)
    except BaseException:
        with suppress(OSError):
            disk.remove(part)
        raise
    disk.sync_folder(path.parent)
    return Mark(size, digest.hexdigest())


def _cut(blocks: Iterable[bytes]) -> Iterator[bytes]:
    for block in blocks:
        for start in range(0, len(block), _BLOCK):
            yield block[start : start + _BLOCK]


def marked(path: Path) -> Mark | None:
    """Returns what a file holds; None where there is no regular file of that name."""
    if path.is_symlink() or not path.is_file():
        return None
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return Mark(file.tell(), digest.hexdigest())
