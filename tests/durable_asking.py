"""Asks durable-rules in a child process, and says how that ended: well, dead or hanging."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHILD = Path(__file__).resolve().parent / "durable_child.py"
WELL, DEAD, HANGING = "well", "dead", "hanging"
Rules = Mapping[str, Mapping[str, Any]]
Fact = Mapping[str, Any]

OPEN = {"kind": "__open__", "id": "open"}
"""A fact that always fires, which makes deleting its session safe."""
ALWAYS: Rules = {
    "open": {"all": [{"m": {"kind": "__open__"}}]},
    "taken": {"all": [{"m": {"$ex": {"kind": 1}}}, {"never": {"kind": "__never__"}}]},
}
"""What every ruleset of ours has: a rule for the opening fact, and one that takes every fact, so that none is unhandled."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a child said.

    Args:
        ended: well, dead or hanging.
        lines: what came of each step, as far as it went; the first is the creation of the ruleset.
    """

    ended: str
    lines: tuple[Mapping[str, Any], ...]

    @property
    def said(self) -> str | None:
        """The first thing that the library complained of."""
        return next((line["said"] for line in self.lines if "said" in line), None)

    @property
    def acted(self) -> Mapping[str, Any]:
        """What the last step that ran consequents came to."""
        return next(line["came"] for line in reversed(self.lines) if line["step"] == "act" and "came" in line)

    @property
    def hits(self) -> list[tuple[str, tuple[str, ...]]]:
        """What fired in the last step that ran consequents: the rule, and the ids of its facts in the order of aliases."""
        found = [(name, tuple(ids[alias] for alias in sorted(ids))) for name, ids in self.acted["hits"]]
        return [each for each in found if each[0] != "open"]

    @property
    def fired(self) -> list[str]:
        """The names of the rules that fired in the last step that ran consequents, each as often as it did."""
        return [name for name, _ in self.hits]


def ask(rules: Rules, *steps: Sequence[Any], seconds: float = 20) -> Answer:
    """Runs steps on a ruleset in a child process.

    Args:
        rules: what the ruleset holds, without consequents.
        steps: the name of a method of the child, and its values.
        seconds: how long the child may take before it is killed.
    """
    asked = json.dumps({"rules": rules, "steps": steps}, ensure_ascii=False)
    command = [sys.executable, "-X", "utf8", "-W", "ignore::DeprecationWarning", str(CHILD)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        try:
            out, _ = child.communicate(asked.encode("utf-8"), seconds)
            ended = WELL if child.returncode == 0 else DEAD
        except subprocess.TimeoutExpired:
            child.kill()
            out, _ = child.communicate()
            ended = HANGING
    whole = out.decode("utf-8").split("\n")[:-1]
    return Answer(ended, tuple(json.loads(line) for line in whole))


def evaluate(rules: Rules, *facts: Fact, seconds: float = 20) -> Answer:
    """Asks as the second engine does: an opening fact, all facts in one batch, the consequents, and the session deleted."""
    return ask({**rules, **ALWAYS}, ["batch", [OPEN, *facts]], ["act"], ["delete", "0"], seconds=seconds)


def plain(rules: Rules, *facts: Fact, seconds: float = 20) -> Answer:
    """Asks as a newcomer would: each fact on its own, then the consequents."""
    return ask(rules, *(["one", fact] for fact in facts), ["act"], seconds=seconds)
