"""Lines as they come in, from a file or from standard input, none of them waited for longer than it takes."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from eligibility.commands.console import STDIN, stdin_is_closed

if TYPE_CHECKING:
    from eligibility.monitor import Line

_CHUNK = 1 << 16


class Inlet:
    """A file, or standard input, line by line.

    Whatever has come is read at once, and before more is waited for, None says that what was done can be made to last.
    """

    def __init__(self, path: str) -> None:
        """Opens it.

        Raises:
            OSError: it cannot be opened, is a folder, or standard input is closed.
        """
        self.path = path
        self.read = 0
        self.size = 0
        if path != STDIN:
            if Path(path).is_dir():
                raise OSError(errno.EISDIR, "folder", path)
            self.descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
            self.size = os.fstat(self.descriptor).st_size
        elif stdin_is_closed():
            raise OSError(errno.EBADF, "closed", STDIN)
        else:
            self.descriptor = sys.stdin.fileno()

    def __enter__(self) -> Self:
        """Returns itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the file."""
        del kind, error, trace
        if self.path != STDIN:
            os.close(self.descriptor)

    def lines(self) -> Iterator[Line | None]:
        """Yields each line that is not empty, and None before more is waited for; of an endless line only its beginning."""
        from eligibility.events import MOST_BYTES
        from eligibility.monitor import Line

        rest, number = b"", 0
        while chunk := self._chunk():
            self.read += len(chunk)
            *whole, last = chunk.split(b"\n")
            for index, part in enumerate(whole):
                raw = rest + part if index == 0 else part
                number += 1
                raw = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
                if raw.strip():
                    yield Line(number, raw.removesuffix(b"\r"))
            rest = last if whole else rest + last
            # Enough of a line to see that it is too long; what else it has is let go.
            rest = rest[: MOST_BYTES + 1]
            yield None
        rest = rest.removeprefix(b"\xef\xbb\xbf") if number == 0 else rest
        if rest.strip():
            yield Line(number + 1, rest.removesuffix(b"\r"))

    def _chunk(self) -> bytes:
        try:
            return os.read(self.descriptor, _CHUNK)
        except OSError as error:
            # Without a name it would pass for a fault of standard output.
            raise OSError(error.errno or errno.EIO, "unreadable", self.path) from None
