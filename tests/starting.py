"""The command line started many times: what it imports is imported once, and each command runs in a fork of its own."""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Timer
from typing import IO

PLAIN = {"LANG": "zh_CN.UTF-8", "PYTHONUTF8": "1"}
"""How the process was started of which forks are made: what Python reads as it starts cannot be changed afterwards."""
_BY_PYTHON = ("PYTHON", "LANG", "LC_", "TZ")
_SECONDS = 120


def forks(environment: Mapping[str, str]) -> bool:
    """Returns whether a fork comes to the same as a process of its own: only where Python would start alike."""
    read = {name: value for name, value in environment.items() if name.startswith(_BY_PYTHON)}
    return hasattr(os, "fork") and hasattr(socket, "send_fds") and read == PLAIN


def fork(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], given: bytes | None
) -> subprocess.CompletedProcess[bytes]:
    """Runs a command in a fork and returns how it ended and what it wrote; where nothing is given nobody is at the keyboard."""
    (reading, feeding), (hearing, out), (heeding, err) = (_pipe() for _ in range(3))
    if given is None:
        reading.close()
        reading = Path(os.devnull).open("rb")  # noqa: SIM115 - closed with the others
    number, ended = begin(arguments, folder, environment, [each.fileno() for each in (reading, out, err)])
    late = Timer(_SECONDS, os.kill, (number, signal.SIGKILL))
    late.start()
    for each in (reading, out, err):
        each.close()
    with hearing, heeding, ThreadPoolExecutor(2) as pool:
        pool.submit(_feed, feeding, given or b"")
        told = pool.submit(heeding.read)
        written = hearing.read()
    code = int(ended.readline())
    late.cancel()
    return subprocess.CompletedProcess([*arguments], code, written, told.result())


def begin(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], handles: Sequence[int]
) -> tuple[int, IO[bytes]]:
    """Starts a command on three streams, and returns the number of its process and whence its code comes as a line.

    One command runs at a time: the line has to be read before the next one is started.
    """
    told = {"arguments": [*arguments], "folder": str(folder.absolute()), "environment": dict(environment)}
    line, answers = _line()
    socket.send_fds(line, [json.dumps(told).encode() + b"\n"], handles)
    return int(answers.readline()), answers


@cache
def _line() -> tuple[socket.socket, IO[bytes]]:
    """Starts the process of which forks are made, and returns the line to it and its answers."""
    here, there = socket.socketpair()
    kept = {name: os.environ[name] for name in ("PATH", "ELIGIBILITY_CACHE") if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("forked.py")), str(there.fileno())],
        env=PLAIN | kept,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=[there.fileno()],
    )
    there.close()
    answers = here.makefile("rb")

    def end() -> None:
        answers.close()
        here.close()
        process.wait()

    atexit.register(end)
    return here, answers


def _pipe() -> tuple[IO[bytes], IO[bytes]]:
    """Returns the two ends of a pipe."""
    reading, writing = os.pipe()
    return os.fdopen(reading, "rb"), os.fdopen(writing, "wb")


def _feed(stream: IO[bytes], given: bytes) -> None:
    """Writes to a stream whose reader may go away."""
    with suppress(BrokenPipeError), stream:
        stream.write(given)
