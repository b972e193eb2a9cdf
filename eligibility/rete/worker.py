"""The worker process: plans and households in, claims out, one JSON object a line; it may die, and is started again.

What comes in is `{"plan": NAME, "program": {…}}`, answered by `{"ready": NAME}`, or `{"plan": NAME, "household": {…}}`, answered
by `{"claims": […], "evidence": {…}}` or `{"fault": "…"}`. Nothing of a household is written anywhere else.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from eligibility.rete.sessions import FaultError, Program

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
    worker = Worker()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(worker.answer(json.loads(line)), ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
