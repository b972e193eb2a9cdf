"""durable-rules in a process of its own, for tests: rules and steps as JSON on standard input, one line out for each step.

The library may kill, hang or corrupt the process that uses it, so that no test imports it. Every line that is out is true of
the step that it names, whatever happens later.
"""

from __future__ import annotations

import json
import random
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import count as numbers
from typing import Any

Definition = dict[str, Any]
Fact = dict[str, Any]


class Child:
    """One ruleset, what fired in it, and the state that the last step left."""

    def __init__(self, rules: dict[str, Definition]) -> None:
        """Creates the ruleset; a consequent notes the ids of its facts, and then fails or retracts them if its rule says so."""
        from durable import engine  # noqa: PLC0415 - the import may end the process

        self.engine: Any = engine
        self.hits: list[list[Any]] = []
        self.after: list[str] = []
        self.state = 0
        for name, rule in rules.items():
            rule["run"] = self._consequent(name, rule.pop("and_then", None))
        self.rules: Any = engine.Ruleset("rules", None, rules)

    def _consequent(self, name: str, and_then: str | None) -> Callable[[Any], None]:
        def run(found: Any) -> None:  # noqa: ANN401 - the library has no types
            matched = found._m or {}
            self.hits.append([name, {alias: fact.get("id") for alias, fact in matched.items()}])
            if and_then == "fail":
                raise ValueError
            if and_then == "retract":
                for fact in matched.values():
                    self.rules.retract_fact(fact)
            self.after.append(name)

        return run

    def batch(self, facts: list[Fact]) -> None:
        """Asserts several facts at once."""
        self.state = self.rules.assert_facts(facts)

    def one(self, fact: Fact) -> None:
        """Asserts one fact."""
        self.state = self.rules.assert_fact(fact)

    def retract(self, fact: Fact) -> None:
        """Retracts one fact."""
        self.state = self.rules.retract_fact(fact)

    def act(self) -> dict[str, Any]:
        """Runs what is due; says what fired, which consequents came to their end, and what the state says went wrong."""
        done: list[Any] = []
        self.rules.do_actions(self.state, lambda error, state: done.append([error and str(error), state]))
        hits, self.hits, after, self.after = self.hits, [], self.after, []
        return {"hits": hits, "after": after, "completed": len(done), "error": done[0][0] if done else None}

    def facts(self, sid: str) -> list[str]:
        """Returns the ids of the facts of a session."""
        return sorted(str(fact["id"]) for fact in self.rules.get_facts(sid) if "$s" not in fact)

    def exception(self, sid: str) -> str | None:
        """Returns what the state of a session says of an exception."""
        return str(self.rules.get_state(sid).get("exception"))

    def delete(self, sid: str) -> None:
        """Deletes a session."""
        self.rules.delete_state(sid)

    def cycles(self, count: int, facts: list[Fact]) -> dict[str, Any]:
        """Asserts, acts and deletes so many times; says which answers came, and how memory grew after the first tenth."""
        answers, early = set(), 0
        for number in range(count):
            self.batch(facts)
            answers.add(json.dumps(self.act()["hits"]))
            self.delete("0")
            if number == count // 10:
                early = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return {"answers": sorted(answers), "grown": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - early}

    def slow_clock(self, seconds: float) -> None:
        """Makes the library's clock go so many seconds forward between two looks at it."""
        ticks = numbers()
        self.engine._unix_now = lambda: next(ticks) * seconds

    def churn(self, seed: int, count: int, kinds: list[str]) -> None:
        """Asserts random facts of these kinds, and runs consequents now and then."""
        draw = random.Random(seed)  # noqa: S311 - a test has to be the same each time
        for number in range(count):
            fact = {"kind": draw.choice(kinds), "id": f"f{number}", "h": draw.randrange(3), "t": draw.randrange(3)}
            with suppress(self.engine.MessageNotHandledException):
                self.one(fact)
                if draw.random() < 0.3:
                    self.rules.do_actions(self.state, lambda _error, _state: None)


def main() -> None:
    """Reads rules and steps, and writes a line for each: what came of it, or what the library said."""
    asked = json.loads(sys.stdin.read())
    child: Child | None = None
    for step, *values in [["create", asked["rules"]], *asked["steps"]]:
        try:
            if child is None:
                child, came = Child(values[0]), None
            else:
                came = getattr(child, step)(*values)
            line = {"step": step, "came": came}
        except BaseException as error:  # noqa: BLE001 - the library raises BaseException, and it is what is looked for
            line = {"step": step, "said": f"{type(error).__name__}: {error}"}
        print(json.dumps(line), flush=True)  # noqa: T201 - this is the answer
        if child is None:
            return


if __name__ == "__main__":
    main()
