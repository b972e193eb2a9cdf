"""Which fact to ask for next: what an answer would settle, what that is worth, and how hard the fact is to come by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eligibility import ir
from eligibility.implied import implied
from eligibility.packs.calendar import Rules
from eligibility.schema import Fact
from eligibility.slots import Claim, Mentions, Slot, mentions
from eligibility.testing.draft import Draft

_MONEY, _FOUND, _SENSITIVE, _WAITING = 1.5, 0.8, 0.5, 0.2
_MONEY_KINDS = {"cash", "waiver"}


@dataclass(frozen=True)
class Candidate:
    """A fact that may be asked for.

    Args:
        slot: the fact, and whose.
        bears: the open answers that wait for it.
        values: at which some of them may turn, and that go with what is known.
        settles: the open answers that some value would settle.
        score: the higher, the sooner it is asked.
    """

    slot: Slot
    bears: tuple[Claim, ...]
    values: tuple[Any, ...]
    settles: tuple[Claim, ...]
    score: float


Bearing = Mapping[Slot, Sequence[Claim]]
"""The unknown facts that open answers wait for, each with those answers."""


def bearing(draft: Draft, claims: Sequence[Claim], opened: frozenset[str]) -> Bearing:
    """Returns the unknown facts that open answers wait for, each with those answers.

    Args:
        draft: what is known.
        claims: the open answers.
        opened: facts in whose place those stand that they are added up from.
    """
    found: dict[Slot, list[Claim]] = {}
    for claim in claims:
        for slot in dict.fromkeys(claim.leaves(draft, opened)):
            found.setdefault(slot, []).append(claim)
    return found


def candidates(
    draft: Draft, claims: Sequence[Claim], wanted: Bearing, waiting: Mapping[Any, int]
) -> Iterator[Candidate]:
    """Yields the facts that may have more than one value beside what is known.

    Args:
        draft: what is known.
        claims: the open answers.
        wanted: the facts to look at, each with the open answers that wait for it.
        waiting: for how many facts each open answer waits.
    """
    facts = draft.rules.pack.contents.schema.facts
    reading = [(claim, mentions(claim.ruled)) for claim in claims]
    for slot, bears in wanted.items():
        settled = _settled(draft, slot, _values(slot, bears), reading)
        if len(settled) > 1:
            score = _score(facts[slot.name], settled, bears, waiting)
            yield Candidate(slot, tuple(bears), tuple(settled), _any(settled), score)


def _values(slot: Slot, claims: Sequence[Claim]) -> list[Any]:
    """Returns the values at which answers may turn."""
    found: dict[Any, None] = {}
    for claim in claims:
        found |= dict.fromkeys(claim.values.get(slot.name, ()))
    return list(found)


def _settled(
    draft: Draft, slot: Slot, values: Sequence[Any], reading: Sequence[tuple[Claim, Mentions]]
) -> dict[Any, list[Claim]]:
    """Returns what each value that can be would settle, with what follows from it."""
    found = {}
    for value in values:
        mark = draft.mark()
        if draft.put(slot.whose, slot.name, value):
            learned = [slot, *(other for other, _ in implied(draft, [slot]))]
            read = [claim for claim, names in reading if any(names.slot(each, claim) for each in learned)]
            found[value] = [claim for claim in read if claim.outcome(draft) != "undetermined"]
        draft.undo(mark)
    return found


def _any(settled: Mapping[Any, Sequence[Claim]]) -> tuple[Claim, ...]:
    """Returns what some value settles, each once."""
    return tuple({claim.key: claim for claims in settled.values() for claim in claims}.values())


def _score(
    fact: Fact, settled: Mapping[Any, Sequence[Claim]], bears: Sequence[Claim], waiting: Mapping[Any, int]
) -> float:
    """Returns how soon a fact should be asked for.

    It is what an answer settles on average, all values taken for equally likely, money counted higher; what it cannot settle
    alone counts a little, the more the fewer facts it waits for.
    """
    gained = sum(worth(claim) for claims in settled.values() for claim in claims) / len(settled)
    waits = sum(worth(claim) / waiting[claim.key] for claim in bears)
    hard = (1.0 if fact.attested_by == "applicant" else _FOUND) * (_SENSITIVE if fact.sensitive else 1.0)
    return (gained + _WAITING * waits) * hard


def worth(claim: Claim) -> float:
    """Returns how much an answer counts: one that may bring money, or spare it, counts higher."""
    benefit = claim.ruled.ruling.body.benefit
    return _MONEY if benefit is not None and benefit.kind in _MONEY_KINDS else 1.0


def gates(rules: Rules, name: str) -> tuple[str, ...]:
    """Returns the facts that say whether a fact applies (MEANING M14)."""
    gate = rules.pack.contents.schema.facts[name].only_if
    return tuple(node.name for node in ir.walk(gate.expr) if isinstance(node, ir.Fact)) if gate is not None else ()
