"""The worker process: plans and households in, claims out, one JSON object a line; it may die, and is started again.

What comes in is `{"plan": NAME, "program": {…}}`, answered by `{"ready": NAME}`, or `{"plan": NAME, "household": {…}}`, answered
by `{"claims": […], "evidence": {…}}` or `{"fault": "…"}`. Nothing of a household is written anywhere else.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Mapping
from typing import Any

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]  # there it stays unbounded

from eligibility.rete.sessions import FaultError, Program

MOST_BYTES = 2 << 30
"""How much memory the process may have, where the system can be told."""
GRACE_SECONDS = 2.0
"""How much longer than whoever waits the process may take: it is for the case that nobody waits any more."""
MOST_PLANS = 64
"""How many plans a worker holds before it forgets them all: the engine never gives back what a ruleset took."""


class Worker:
    """What is kept between two lines."""

    def __init__(self) -> None:
        """Starts with no plan."""
        self.programs: dict[str, Program] = {}

    def answer(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the answer to one line."""
        name = asked["plan"]
        if "program" in asked:
            if len(self.programs) >= MOST_PLANS:
                return {"fault": "too many plans"}
            self.programs[name] = Program(asked["program"])
            return {"ready": name}
        if name not in self.programs:
            return {"unknown": name}
        try:
            return self.programs[name].run(asked["household"])
        except FaultError as fault:
            return {"fault": str(fault)}


def main() -> None:
    """Answers line by line until the input ends."""
    _bounded()
    worker = Worker()
    for line in sys.stdin:
        asked = json.loads(line)
        _alarm(asked.get("seconds", 0))
        told = json.dumps(worker.answer(asked), ensure_ascii=False)
        _alarm(0)
        sys.stdout.write(told + "\n")
        sys.stdout.flush()


def _bounded() -> None:
    """Lets the system end the process that wants too much memory."""
    if resource is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = MOST_BYTES if hard == resource.RLIM_INFINITY else min(MOST_BYTES, hard)
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


def _alarm(seconds: float) -> None:
    """Lets the system end the process that takes too long, also when nobody waits for it any more; 0 for no limit."""
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds + GRACE_SECONDS if seconds else 0)


if __name__ == "__main__":
    main()
