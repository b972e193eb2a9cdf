"""Packs that are kept on disk, read once in a process: a command reads its pack once, tests call a thousand of them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from eligibility.packs import compiled
from eligibility.packs.contents import Contents

_read = compiled._read


def remember() -> None:
    """Has what was read of a file given out again as long as neither the file nor its folder has changed."""
    compiled._read = _remembered


def _remembered(file: Path) -> Contents | None:
    """Returns what a file keeps, if it is ours alone and whole."""
    try:
        here, there = file.lstat(), file.parent.lstat()
    except OSError:
        return _read(file)
    state = (here.st_ino, here.st_mtime_ns, here.st_size, here.st_mode, here.st_uid, there.st_mode, there.st_uid)
    return _held(file, state)


@lru_cache(maxsize=8)
def _held(file: Path, state: tuple[int, ...]) -> Contents | None:
    del state
    return _read(file)
