"""One household on one day, as rules see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eligibility.packs.calendar import Rules

Value = Any
"""A known value (`bool`, `int` for counts and fen, `Fraction`, `str`, `date`, `frozenset`), or None for unknown."""
Facts = Mapping[str, Value]
"""What is known of a person or a household, by name; what is unknown is absent. A person's `id` is among them."""


@dataclass(slots=True)
class Situation:
    """One household on one day: what rules are asked about.

    Args:
        rules: of the day.
        household: the household's facts.
        members: the living members' facts, as listed.
        complete: whether these are all (MEANING M2).
        memo: what concepts came to, by name and person.
    """

    rules: Rules
    household: Facts
    members: Sequence[Facts]
    complete: bool = True
    memo: dict[tuple[str, str | None], Value] = field(default_factory=dict)


Closure = Callable[[Situation, Facts, Facts], Value]
NOBODY: Facts = {}
"""Nobody's facts: what a rule reads where no member is at hand."""
