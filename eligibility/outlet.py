"""Where lines go: a file whose length is vouched for by the store, or a stream; and who may write to it."""

from __future__ import annotations

import errno
import hashlib
import os
import sqlite3
import stat
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any, Protocol

from eligibility.errors import BadChoice
from eligibility.words import Words

_TAIL = 4096


class Disk:
    """What reaches the disk, one step at a time; tests let each of them fail."""

    def write(self, file: FileIO, data: bytes) -> None:
        """Writes all of it."""
        view = memoryview(data)
        while view:
            view = view[file.write(view) or 0 :]

    def sync(self, file: FileIO) -> None:
        """Returns when the file is on the disk."""
        os.fsync(file.fileno())

    def run(self, database: sqlite3.Connection, statement: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        """Runs a statement that changes the store."""
        return database.execute(statement, values)

    def commit(self, database: sqlite3.Connection) -> None:
        """Makes what was changed last."""
        database.execute("COMMIT")


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a file is vouched for.

    Args:
        length: its bytes.
        digest: over the last 4,096 of them, by which it is known again.
    """

    length: int = 0
    digest: str = hashlib.sha256().hexdigest()


class Outlet(Protocol):
    """Where lines go."""

    def write(self, line: str) -> None:
        """Writes a line."""
        ...

    def settle(self) -> Mark | None:
        """Returns when everything written is safe; a file says how far it reaches."""
        ...


def hold(path: Path, busy: Words) -> sqlite3.Connection:
    """Holds a path for this process alone, until it ends, however it ends: the system lets go of it.

    Args:
        path: the lock is a file beside it.
        busy: what to say where another process holds it.

    Raises:
        BadChoice: another process holds it.
    """
    lock = sqlite3.connect(path.with_name(path.name + ".lock"), timeout=0, isolation_level=None)
    try:
        lock.execute("PRAGMA journal_mode = MEMORY")
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        lock.close()
        raise BadChoice(busy) if "locked" in str(error) else error from None
    return lock


def named_once(path: Path) -> None:
    """Refuses a file that has a second name (a hard link): two processes would not see that it is one.

    Raises:
        BadChoice: it has.
    """
    if path.exists() and path.stat().st_nlink > 1:
        zh, en = f"`{path}` 还有别的名字（硬链接）", f"`{path}` has another name too, a hard link"
        raise BadChoice(Words(f"{zh}；复制一份再用", f"{en}: use a copy of it"))


class FileOutlet:
    """A file that holds each line once.

    Whatever was written after the last mark belongs to nothing that was kept, and is cut off.
    """

    def __init__(self, path: Path, mark: Mark | None, disk: Disk) -> None:
        """Opens the file, makes sure that it is the one that the store vouches for, and cuts it back.

        Raises:
            OSError: it cannot be opened, or is no regular file.
            BadChoice: it is another file, or another process writes to it.
        """
        self.path, self.disk, self.mark, self.written = path, disk, mark or Mark(), 0
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            raise OSError(errno.EISDIR if path.is_dir() else errno.EINVAL, "no file", str(path))
        named_once(path)
        named = f"`{path}`"
        busy = Words(f"{named} 正由另一个进程写", f"another process is writing to {named}")
        fresh = not path.exists()
        path.touch()
        self.lock = hold(path, busy)
        self.file = FileIO(path, "r+")
        try:
            self._check(named, known=mark is not None)
            self.file.truncate(self.mark.length)
            self.file.seek(self.mark.length)
            self.disk.sync(self.file)
            if fresh:
                sync_folder(path.parent)
            self.tail = self._last(self.mark.length)
        except BaseException:
            self.close()
            raise

    def _check(self, named: str, *, known: bool) -> None:
        size = os.fstat(self.file.fileno()).st_size
        if size and not known:
            zh, en = f"{named} 里已有别的内容；换一个文件", f"{named} holds something else already: choose another file"
            raise BadChoice(Words(zh, en))
        if size < self.mark.length:
            zh = f"{named} 比案件库记下的短：被截断或换掉了；用 -o 另写一个文件"
            en = f"{named} is shorter than the store says: it was cut or replaced; choose another file with -o"
            raise BadChoice(Words(zh, en))
        if hashlib.sha256(self._last(self.mark.length)).hexdigest() != self.mark.digest:
            zh = f"{named} 不是案件库写的那个文件；用 -o 另写一个文件"
            en = f"{named} is not the file that the store has written: choose another with -o"
            raise BadChoice(Words(zh, en))

    def _last(self, length: int) -> bytes:
        self.file.seek(max(0, length - _TAIL))
        found = self.file.read(min(length, _TAIL))
        self.file.seek(length)
        return found

    def write(self, line: str) -> None:
        """Writes a line."""
        data = f"{line}\n".encode()
        self.disk.write(self.file, data)
        self.tail = (self.tail + data)[-_TAIL:]
        self.written += len(data)

    def settle(self) -> Mark | None:
        """Returns how far the file reaches, once it is on the disk; None where nothing was written."""
        if not self.written:
            return None
        self.disk.sync(self.file)
        self.mark = Mark(self.mark.length + self.written, hashlib.sha256(self.tail).hexdigest())
        self.written = 0
        return self.mark

    def close(self) -> None:
        """Lets go of the file."""
        self.file.close()
        self.lock.close()


def sync_folder(folder: Path) -> None:
    """Puts the names of new files on the disk too, where the system can."""
    with suppress(OSError):
        found = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(found)
        finally:
            os.close(found)
