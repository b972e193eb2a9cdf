"""A plan: strata of rulesets, what each finds, and the claims that are made of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from eligibility.rete.patterns import KIND, Pattern

Rail = Literal["certain", "possible"]
MOST_PLACES = 60
"""How many tests of one fact may wait at once in one ruleset; the engine gives up above 64."""
MOST_RULES = 100
"""How many rules one ruleset has; the engine dies or hangs above some 250."""
MOST_POSITIVE = 16
"""How many patterns of a rule may have to be matched."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What rules find out about each subject: a concept, a criterion, or whether a claim holds.

    Args:
        field: under which later strata read it on the subject's fact.
        owner: `person`, `household` or `claim`.
    """

    field: str
    owner: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: when its patterns match, its goal is so on its rail.

    Args:
        goal: what is found.
        rail: on which rail.
        patterns: in order; the first is of the subject.
    """

    goal: Goal
    rail: Rail
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Rules that one session holds.

    Args:
        name: unique in the plan.
        rules: by their names.
    """

    name: str
    rules: Mapping[str, Rule]

    def fields(self) -> dict[str, list[str]]:
        """Returns by kind of fact which fields are read."""
        found: dict[str, set[str]] = {}
        for rule in self.rules.values():
            for pattern in rule.patterns:
                found.setdefault(pattern.kind, set()).update(pattern.fields)
        return {kind: sorted(names) for kind, names in sorted(found.items())}

    def definition(self) -> dict[str, Any]:
        """Returns the rules as the engine takes them, but for what runs; every fact that comes in matches one."""
        found: dict[str, Any] = {
            name: {"all": [{each.alias: each.condition} for each in rule.patterns], "dist": 0}
            for name, rule in self.rules.items()
        }
        found["$open"] = {"all": [{"m": {KIND: "OPEN"}}]}
        found["$any"] = {"all": [{"m": {"$ex": {KIND: 1}}}, {"n": {KIND: "NEVER"}}]}
        return found

    def wire(self) -> dict[str, Any]:
        """Returns everything that the worker needs, as JSON has it."""
        goals = {name: [rule.goal.owner, rule.goal.field, rule.rail] for name, rule in self.rules.items()}
        entitlements = sorted({each.about for rule in self.rules.values() for each in rule.patterns if each.about})
        return {
            "name": self.name,
            "definition": self.definition(),
            "fields": self.fields(),
            "goals": goals,
            "entitlements": entitlements,
        }


@dataclass(frozen=True, slots=True)
class Stratum:
    """Rulesets that read no more than what the strata before them found.

    Args:
        goals: everything that is found here.
        rulesets: each run in a session of its own.
    """

    goals: tuple[Goal, ...]
    rulesets: tuple[Ruleset, ...]

    def wire(self) -> dict[str, Any]:
        """Returns everything that the worker needs, as JSON has it."""
        goals = [[goal.owner, goal.field] for goal in self.goals]
        return {"goals": goals, "rulesets": [each.wire() for each in self.rulesets]}


@dataclass(frozen=True, slots=True)
class Part:
    """One criterion or exclusion of an entitlement.

    Args:
        id: of the criterion.
        exclusion: whether it excludes when true.
        goal: what is found of it; None for a day of which it is not sure whether the entitlement is in force.
        constant: what it is where no rule finds it.
    """

    id: str
    exclusion: bool
    goal: Goal | None
    constant: Literal["true", "false", "unknown"] = "unknown"


@dataclass(frozen=True, slots=True)
class Claiming:
    """How an entitlement is claimed.

    Args:
        entitlement: its id.
        area: the service area that it belongs to.
        subject: `person`, `household` or `deceased`.
        parts: criteria, then exclusions.
        gives: by number, the goal that says when a status is given.
    """

    entitlement: str
    area: str
    subject: str
    parts: tuple[Part, ...]
    gives: tuple[Goal | None, ...] = ()

    def wire(self) -> dict[str, Any]:
        """Returns everything that the worker needs, as JSON has it."""
        parts = [[*_place(part.goal, self.subject), part.constant] for part in self.parts]
        gives = [_place(goal, self.subject) for goal in self.gives]
        return {"entitlement": self.entitlement, "subject": self.subject, "parts": parts, "gives": gives}


def _place(goal: Goal | None, subject: str) -> list[str | None]:
    if goal is None:
        return [None, None]
    return ["household" if subject == "household" else "person", goal.field]


@dataclass(frozen=True)
class Plan:
    """Everything that is compiled of the rules of a day.

    Args:
        strata: statuses in order, each reading those before.
        claims: by entitlement, in the order of the rules.
        verdicts: rulesets over claims: certainly granted, possibly granted.
        chain: which entitlements so many grants in a row can change: each stratum reads the statuses that the one before
            gave.
    """

    strata: tuple[Stratum, ...]
    claims: tuple[Claiming, ...]
    verdicts: tuple[Ruleset, ...]
    chain: tuple[frozenset[str], ...] = ()

    @cached_property
    def wired(self) -> dict[str, Any]:
        """The plan as JSON has it."""
        return {
            "strata": [each.wire() for each in self.strata],
            "claims": [each.wire() for each in self.claims],
            "verdicts": [each.wire() for each in self.verdicts],
        }

    @cached_property
    def digest(self) -> str:
        """A name for the plan, the same for the same rules."""
        text = json.dumps(self.wired, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def fields(self) -> dict[str, frozenset[str]]:
        """By kind of fact, every field that some rule reads."""
        found: dict[str, set[str]] = {}
        for stratum in self.strata:
            for ruleset in stratum.rulesets:
                for kind, names in ruleset.fields().items():
                    found.setdefault(kind.removeprefix("~"), set()).update(names)
        return {kind: frozenset(names) for kind, names in found.items()}

    def rules(self) -> Iterator[tuple[Ruleset, str, Rule]]:
        """Yields every rule with its ruleset and its name."""
        for ruleset in (*(each for stratum in self.strata for each in stratum.rulesets), *self.verdicts):
            for name, rule in ruleset.rules.items():
                yield ruleset, name, rule


def one_hash(names: Iterable[str]) -> tuple[str, str] | None:
    """Returns two names that the engine cannot tell apart: it knows fields by 32 bits of FNV-1a alone."""
    seen: dict[int, str] = {}
    for name in names:
        value = _FNV_OFFSET
        for byte in name.encode():
            value = (value ^ byte) * _FNV_PRIME & 0xFFFFFFFF
        if seen.setdefault(value, name) != name:
            return seen[value], name
    return None


_FNV_OFFSET, _FNV_PRIME = 2166136261, 16777619


def packed(area: str, rules: Iterable[Rule]) -> Iterator[Ruleset]:
    """Yields rulesets that hold the rules of one area and stratum, each as large as is safe."""
    held: dict[str, Rule] = {}
    places: dict[str, int] = {}
    number = 0
    for rule in rules:
        more = _places(rule.patterns)
        full = any(places.get(kind, 1) + count > MOST_PLACES for kind, count in more.items())
        if held and (full or len(held) >= MOST_RULES):
            yield Ruleset(f"{area}-{number}", held)
            number, held, places = number + 1, {}, {}
        held[f"r{len(held)}"] = rule
        for kind, count in more.items():
            places[kind] = places.get(kind, 1) + count
    if held:
        yield Ruleset(f"{area}-{number}", held)


def holds(rule: Rule) -> bool:
    """Returns whether the engine can hold a rule by itself: few enough patterns, few enough tests that wait at once."""
    positive = sum("$not" not in each.alias for each in rule.patterns)
    return positive <= MOST_POSITIVE and all(count < MOST_PLACES for count in _places(rule.patterns).values())


def _places(patterns: Sequence[Pattern]) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in patterns:
        found[each.kind] = found.get(each.kind, 0) + each.places
    return found
