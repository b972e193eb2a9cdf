"""The folder of a run: a new or empty one, or one of our own to go on with; chunk by chunk it fills, whatever happens."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from eligibility.errors import BadChoice, EligibilityError
from eligibility.runs import manifest as manifests
from eligibility.runs.disk import PART, Disk, Mark, marked, put
from eligibility.runs.lock import Lock
from eligibility.runs.manifest import Basis, Counts, Manifest, Piece
from eligibility.words import Words

Files = Mapping[str, Iterable[bytes]]
"""Files to be written, by their place in the folder of a run, each in blocks."""
LOCK, WORK, PARTS = ".lock", ".work", "parts"
"""The lock, the scratch folder, and what is kept only until the whole is put together."""
_BARE = frozenset({LOCK, manifests.NAME + PART})
"""What a run that was ended before it began may leave in a folder."""
_ANOTHER = Words("换一个新的或空的文件夹", "choose a new or empty folder")


class Folder:
    """The folder of a run, held for this process alone until it is closed.

    Args:
        path: of the folder.
        resume: whether a run that is there is gone on with.
        disk: what writes.
    """

    def __init__(self, path: Path, *, resume: bool = False, disk: Disk | None = None) -> None:
        """Looks at the folder, makes it where there is none, and holds it.

        Raises:
            BadChoice: it holds something else, or a run that is not to be gone on with; another process writes to it, or
                nobody may.
            OSError: it cannot be made or opened, or is a file.
        """
        self.path, self.resume, self.disk = path, resume, disk or Disk()
        self.manifest: Manifest | None = None
        self.check()
        self.made = not path.exists()
        try:
            if self.made:
                with suppress(FileExistsError):
                    self.disk.make_folder(path)
                self.disk.sync_folder(path.parent)
            self.lock = Lock(path / LOCK)
        except PermissionError:
            raise BadChoice(Words(f"`{path}` 没有写入权限", f"`{path}` may not be written")) from None
        self.notes = self.lock.notes
        try:
            # Before it was held another run may have begun in it.
            self.found = self.check()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        """Returns itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Lets go of the folder; where what was given cannot be used, and nothing was done yet, nothing of it is left."""
        del error, trace
        useless = kind is not None and issubclass(kind, EligibilityError)
        if useless and self.found is None and self.manifest is not None and not self.manifest.pieces:
            self.disk.remove(self.path / manifests.NAME)
        self.close()

    @property
    def work(self) -> Path:
        """The scratch folder, which is gone when the folder is closed."""
        return self.path / WORK

    def check(self) -> Manifest | None:
        """Returns the manifest of the run that is there; None where the folder is new or empty."""
        if self.path.is_symlink() and not self.path.exists():
            raise _refused(f"`{self.path}` 是个失效的链接", f"`{self.path}` is a link to nothing", _ANOTHER)
        if not self.path.exists():
            return None
        if not self.path.is_dir():
            raise OSError(errno.ENOTDIR, "no folder", str(self.path))
        inside = {each.name for each in self.path.iterdir()}
        if inside <= _BARE:
            return None
        name = f"`{self.path}`"
        if manifests.NAME not in inside:
            raise _refused(f"{name} 里有别的东西", f"{name} holds something else", _ANOTHER)
        found = read(self.path)
        if found is None:
            file = manifests.NAME
            raise _refused(f"{name} 里的 {file} 认不出", f"the {file} in {name} is none that can be read", _ANOTHER)
        if not self.resume:
            advice = Words(
                "加 --resume 接着做，或换一个文件夹", "add --resume to go on with it, or choose another folder"
            )
            raise _refused(f"{name} 里已有一次批量筛查", f"{name} holds a run already", advice)
        return found

    def begin(self, basis: Basis) -> Manifest:
        """Begins a run, or goes on with the one that is there, and returns what of it stands as it was written.

        Raises:
            BadChoice: the run that is there rests on something else.
            OSError: the folder cannot be written.
        """
        found = self.found or Manifest(basis)
        different = list(found.basis.differences(basis))
        if different:
            zh, en = "、".join(each.zh for each in different), ", ".join(each.en for each in different)
            name = f"`{self.path}`"
            advice = Words("照原来的写，或换一个文件夹", "give what it was given, or choose another folder")
            raise _refused(
                f"{name} 里的那次筛查不同于这一次：{zh}", f"the run in {name} differs from this one in {en}", advice
            )
        whole = tuple(piece for piece in found.pieces if self.holds(piece.files))
        if not (found.complete and whole == found.pieces and self.holds(found.files)):
            # Of what was complete once the parts are gone: if anything of it is lost, all is done anew.
            found = Manifest(basis, () if found.complete else whole)
        self.manifest = found
        self.clean()
        if self.found != found:
            self.save()
        if not found.complete:
            self.disk.make_folder(self.work)
        return found

    def holds(self, files: Mapping[str, Mark]) -> bool:
        """Returns whether files are as they were written."""
        return all(marked(self.path / name) == mark for name, mark in files.items())

    def clean(self) -> None:
        """Removes what a run left behind that was ended midway."""
        for path in self.left_behind():
            self.disk.remove(path)
        if self.work.exists():
            self.disk.remove(self.work)
        if self.manifest and self.manifest.complete and (self.path / PARTS).exists():
            self.disk.remove(self.path / PARTS)

    def left_behind(self) -> Iterator[Path]:
        """Yields the files that were never finished."""
        for folder, _, names in os.walk(self.path):
            yield from (Path(folder) / name for name in names if name.endswith(PART))

    def keep(self, number: int, counts: Counts, files: Files) -> None:
        """Writes a chunk, and then vouches for it.

        Raises:
            OSError: it cannot be written; all earlier chunks stay.
        """
        marks = {name: self.put(name, blocks) for name, blocks in files.items()}
        self.manifest = self.known.with_piece(Piece(number, counts, marks))
        self.save()

    def finish(self, files: Files) -> None:
        """Writes what belongs to the whole, vouches for it, and removes the parts that it was put together from.

        Raises:
            OSError: it cannot be written; all chunks stay.
        """
        marks = {name: self.put(name, blocks) for name, blocks in files.items()}
        pieces = (replace(piece, files=_lasting(piece.files)) for piece in self.known.pieces)
        self.manifest = replace(self.known, pieces=tuple(pieces), files=marks, complete=True)
        self.save()
        self.clean()

    @property
    def known(self) -> Manifest:
        """What is vouched for; there is something once the run has begun."""
        if self.manifest is None:
            msg = "the run has not begun"
            raise RuntimeError(msg)
        return self.manifest

    def put(self, name: str, blocks: Iterable[bytes]) -> Mark:
        """Writes one file, its folder made where it is missing."""
        path = self.path / name
        for folder in reversed(path.relative_to(self.path).parents[:-1]):
            place = self.path / folder
            if place.is_symlink() or (place.exists() and not place.is_dir()):
                raise _refused(f"`{place}` 不是文件夹", f"`{place}` is no folder", _ANOTHER)
            if not place.exists():
                self.disk.make_folder(place)
                self.disk.sync_folder(place.parent)
        return put(self.disk, path, blocks)

    def save(self) -> None:
        """Writes the manifest."""
        put(self.disk, self.path / manifests.NAME, [self.known.written()])

    def close(self) -> None:
        """Lets go of the folder; where nothing was begun, nothing of it is left."""
        try:
            if self.work.exists():
                with suppress(OSError):
                    self.disk.remove(self.work)
            if self.path.is_dir() and {each.name for each in self.path.iterdir()} == {LOCK}:
                self.lock.path.unlink()
                if self.made:
                    self.path.rmdir()
        finally:
            self.lock.release()


def read(path: Path) -> Manifest | None:
    """Returns the manifest in a folder; None where there is none of ours."""
    file = path / manifests.NAME
    return manifests.read(file.read_bytes()) if file.is_file() and not file.is_symlink() else None


def _lasting(files: Mapping[str, Mark]) -> dict[str, Mark]:
    return {name: mark for name, mark in files.items() if not name.startswith(f"{PARTS}/")}


def _refused(zh: str, en: str, advice: Words) -> BadChoice:
    return BadChoice(Words(f"{zh}；{advice.zh}", f"{en}: {advice.en}"))
