"""A process that has imported the program once: each command asked of it runs in a fork of its own, and ends as a process does.

It is told by a line of JSON what to run, with the three streams beside it, and answers with the number of the process and how it ended.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import pkgutil
import socket
import sys
import threading
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOST = 120
"""How Python ends a process whose output could not be written at the very end."""


def prepare() -> None:
    """Imports every module of the program, and keeps the collector away from them.

    Polars makes the threads that work for it at its first query, which is never asked here: a fork inherits no thread.
    """
    sys.path[:1] = [str(ROOT), sys.path[0]]
    package = import_module("eligibility")
    for found in pkgutil.walk_packages(package.__path__, "eligibility."):
        if found.name != "eligibility.testing.plugin":
            with suppress(ImportError):
                import_module(found.name)
    import_module("kept").remember()
    package.RulePack.default(cache=import_module("eligibility.commands.console").cache_folder())
    gc.collect()
    gc.freeze()
    del sys.path[1]


def asked(line: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Waits for what to run, and returns it with its three streams; ends where nobody asks any more."""
    raw, handles, _, _ = socket.recv_fds(line, 1 << 16, 3)
    while raw and not raw.endswith(b"\n"):
        raw += line.recv(1 << 16)
    if not raw:
        os._exit(0)
    return json.loads(raw), handles


def become(told: dict[str, Any], handles: list[int]) -> None:
    """Makes this process what a new one would be that was started so."""
    for stream, handle in enumerate(handles):
        os.dup2(handle, stream)
        os.close(handle)
    os.environ.clear()
    os.environ.update(told["environment"])
    os.chdir(told["folder"])
    sys.argv = [str(ROOT / "cli.py"), *told["arguments"]]
    plain = {"encoding": "utf-8", "closefd": False}
    sys.stdin = sys.__stdin__ = open(0, errors="surrogateescape", **plain)  # type: ignore[misc, call-overload]  # noqa: SIM115 - a number, open as long as the process
    sys.stdout = sys.__stdout__ = open(1, "w", errors="surrogateescape", newline="\n", **plain)  # type: ignore[misc, call-overload]  # noqa: SIM115 - likewise
    sys.stderr = sys.__stderr__ = open(2, "w", errors="backslashreplace", newline="\n", buffering=1, **plain)  # type: ignore[misc, call-overload]  # noqa: SIM115 - likewise


def serve(line: socket.socket) -> None:
    """Returns in each process that is to run a command; the one that was asked stays."""
    while True:
        told, handles = asked(line)
        child = os.fork()
        if not child:
            line.close()
            become(told, handles)
            return
        for handle in handles:
            os.close(handle)
        line.sendall(b"%d\n" % child)
        line.sendall(b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def end(code: object) -> None:
    """Ends a process as Python would, but for taking apart all that was imported, which takes longer than most commands."""
    threading._shutdown()  # type: ignore[attr-defined]  # what Python calls at the end of a process
    atexit._run_exitfuncs()
    ended = code if isinstance(code, int) else int(code is not None)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        ended = LOST
    os._exit(ended)


if __name__ == "__main__":
    prepare()
    serve(socket.socket(fileno=int(sys.argv[1])))
    from eligibility.commands import main

    try:
        main()
    except SystemExit as ended:
        end(ended.code)
