"""A pack that was loaded once, kept on disk under the digest of its files, so that the next command starts sooner.

What is kept is a pickle. It is read only from a folder and a file that belong to the user and that nobody else may write to;
everything else counts as not kept. Nothing is ever lost with it: without it the pack is loaded from its files.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import stat
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pydantic
import yaml

from eligibility.packs.contents import Contents
from eligibility.packs.files import beginning
from eligibility.packs.loader import load

_FORM = "2"
_MOST_KEPT = 8


def load_kept(folder: Path, local: Sequence[Path], cache: Path) -> Contents:
    """Returns a pack from what was kept of it, or loads it and keeps it.

    Args:
        folder: of the pack.
        local: files of local figures, laid over those of the pack.
        cache: the folder to keep it in; it is made where it is missing. Where it cannot be used nothing is kept.

    Raises:
        OSError: the folder of the pack, or a file of local figures, cannot be read.
        PackError: the pack does not load.
    """
    file = cache / f"{_fingerprint(folder, local)}.pickle"
    kept = _read(file)
    if kept is not None:
        return kept
    contents = load(folder, local)
    _write(file, contents)
    return contents


def _fingerprint(folder: Path, local: Sequence[Path]) -> str:
    """Returns a digest of everything that a loaded pack depends on: files, names, this library and its readers."""
    code = Path(__file__).parent.parent
    versions = (_FORM, sys.version, pydantic.VERSION, yaml.__version__)
    digest = hashlib.sha256(f"{versions} {folder.as_posix()}".encode())
    for source in sorted(code.rglob("*.py")):
        found = source.stat()
        digest.update(f"{source.name} {found.st_size} {found.st_mtime_ns}".encode())
    for path in sorted(folder.rglob("*")):
        digest.update(f"{path.relative_to(folder).as_posix()} {path.is_symlink()}\0".encode())
        if path.suffix == ".yaml" and path.is_file():
            digest.update(beginning(path))
    for path in local:
        digest.update(f"{path}\0".encode() + beginning(path))
    return digest.hexdigest()


def _read(file: Path) -> Contents | None:
    """Returns what a file keeps, if it is ours alone and whole."""
    if not (_ours(file.parent) and _ours(file)):
        return None
    try:
        found = pickle.loads(file.read_bytes())  # noqa: S301 - the file is the user's own, which was just made sure of
    except Exception:  # noqa: BLE001 - whatever is wrong with it, the pack itself is still there
        return None
    return found if isinstance(found, Contents) else None


def _ours(path: Path) -> bool:
    """Returns whether a path belongs to this user and nobody else may write to it."""
    try:
        found = path.lstat()
    except OSError:
        return False
    owner = getattr(os, "getuid", lambda: found.st_uid)()
    return not stat.S_ISLNK(found.st_mode) and found.st_uid == owner and not found.st_mode & 0o022


def _write(file: Path, contents: Contents) -> None:
    """Keeps a pack: written beside, then renamed; what cannot be written is not kept."""
    with suppress(OSError, pickle.PicklingError, TypeError, AttributeError, RecursionError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        raw = pickle.dumps(contents, protocol=pickle.HIGHEST_PROTOCOL)
        handle, name = tempfile.mkstemp(dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as beside:
                beside.write(raw)
            Path(name).replace(file)
            _forget(file.parent)
        except OSError:
            Path(name).unlink(missing_ok=True)


def _forget(cache: Path) -> None:
    """Deletes the oldest of what is kept, past a few."""
    kept = sorted(cache.glob("*.pickle"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[_MOST_KEPT:]:
        path.unlink(missing_ok=True)
