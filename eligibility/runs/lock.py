"""One writer for a folder: a lock that the system lets go of when the process ends, however it ends."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import IO

from eligibility.errors import BadChoice
from eligibility.words import Words

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


_BUSY = {errno.EAGAIN, errno.EACCES, errno.EWOULDBLOCK, errno.EDEADLK}
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}
UNLOCKED = Words(
    "这个磁盘不支持加锁：请自己留意，不要让两个程序同时写这个文件夹",
    "this disk has no locks: see to it yourself that no two runs write to this folder at once",
)


class Lock:
    """Holds a folder for this process alone, by a file in it.

    Args:
        path: of the file; its content is nobody's concern, and stays as it is.
    """

    def __init__(self, path: Path) -> None:
        """Takes the lock at once.

        Raises:
            BadChoice: another process holds it.
            OSError: the file cannot be opened.
        """
        self.path = path
        self.notes: tuple[Words, ...] = ()
        self.file = self._taken()
        # Whoever held it may have taken the file away in between: then the lock would be on a file without a name.
        while os.fstat(self.file.fileno()).st_nlink == 0:
            self.file.close()
            self.file = self._taken()

    def _taken(self) -> IO[bytes]:
        file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600), "r+b")
        try:
            _lock(file)
        except OSError as error:
            if error.errno in _NO_LOCKS:
                self.notes = (UNLOCKED,)
                return file
            file.close()
            if error.errno not in _BUSY:
                raise
            name = f"`{self.path.parent}`"
            zh, en = f"另一个程序正在写 {name}；等它结束", f"another run is writing to {name}: wait until it has ended"
            raise BadChoice(Words(zh, en)) from None
        return file

    def release(self) -> None:
        """Lets go of it."""
        self.file.close()
