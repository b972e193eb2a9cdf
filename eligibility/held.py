"""What somebody has already: the facts that an entitlement brings when granted, and exclusions that say nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from eligibility.leaves import HOUSEHOLD
from eligibility.packs.calendar import Rules
from eligibility.packs.figures import reader
from eligibility.ruled import Part, Ruled, ruled
from eligibility.situation import Situation

_SINGLE = frozenset({"bool", "choice", "place"})
"""The types of facts that hold one value out of a list."""


def statuses(rules: Rules, id: str) -> Mapping[str, tuple[Any, ...]]:
    """Returns the facts by which one can tell that an entitlement was granted, each with the values that it brings.

    What is for a person is told by facts of the person alone, what is for a household by those of either.

    Args:
        rules: of the day.
        id: of the entitlement.
    """
    entitlement, found = rules.pack.entitlement(id), dict[str, tuple[Any, ...]]()
    for given in entitlement.gives:
        fact = rules.pack.contents.schema.facts[given.fact]
        if fact.type in _SINGLE and (fact.owner != HOUSEHOLD or entitlement.subject == HOUSEHOLD):
            found[given.fact] = (*found.get(given.fact, ()), reader(fact.kind)(given.value))
    return found


def repeats(rule: Ruled) -> frozenset[str]:
    """Returns the ids of the exclusions that hold of whoever has an entitlement already, and rest on nothing else.

    They keep people from applying twice. Of somebody who has the entitlement they say no more than that.

    Args:
        rule: in force.
    """
    brought = statuses(rule.rules, rule.entitlement.id)
    return frozenset(
        part.id
        for part in rule.parts
        if part.exclusion
        and _reads(part)
        and _reads(part) <= brought.keys()
        and all(_holds(rule.rules, part, facts) for facts in _each(brought))
    )


def _reads(part: Part) -> set[str]:
    """Returns the facts that a part may read; a figure or a day, on which it may rest too, stands there by itself."""
    return {*part.reads.names(), *part.reads.figures, *part.reads.attributes}


def _each(brought: Mapping[str, tuple[Any, ...]]) -> Iterator[Mapping[str, Any]]:
    """Yields facts as a grant may leave them: one value of each, every value once."""
    for at in range(max(map(len, brought.values()), default=0)):
        yield {name: values[min(at, len(values) - 1)] for name, values in brought.items()}


def _holds(rules: Rules, part: Part, facts: Mapping[str, Any]) -> bool:
    return part.ask(Situation(rules, facts, ()), facts, {}) is True


def regardless(rules: Rules, id: str) -> Ruled:
    """Returns an entitlement without those exclusions: as it is asked of somebody who has it.

    Args:
        rules: of the day, on which it is in force.
        id: of the entitlement.
    """
    rule = ruled(rules, id)
    out = repeats(rule)
    return replace(rule, parts=tuple(part for part in rule.parts if part.id not in out)) if out else rule
