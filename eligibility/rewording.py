"""What two laws say otherwise beside the conditions that a proof compares: the vocabulary, integrity rules, and what an answer is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eligibility.packs.calendar import Rules, Ruling
from eligibility.printer import to_text
from eligibility.schema import Fact, Integrity
from eligibility.solver.views import shared
from eligibility.words import Words

ABOUT: Mapping[str, Words] = {
    "fact": Words("事实", "fact"),
    "integrity": Words("事实之间的规则", "integrity rule"),
    "entitlement": Words("事项", "entitlement"),
}
ONLY_OLD, ONLY_NEW = "old", "new"
"""What stands for all parts, where one of two has something alone."""


@dataclass(frozen=True, slots=True)
class Reworded:
    """Something that two laws say otherwise.

    Args:
        about: `fact`, `integrity` or `entitlement`.
        name: of the fact, the rule or the entitlement.
        parts: which keys of it differ, or `old` or `new` where one of the two has it alone.
    """

    about: str
    name: str
    parts: tuple[str, ...]


def reworded(old: Rules, new: Rules, only: Sequence[str] = ()) -> Iterator[Reworded]:
    """Yields what is said otherwise and is no condition of an entitlement.

    A proof compares households that both laws accept. These say which households are accepted, what may be stated of them, what
    may be drawn together, and what is added up. Facts that mean something else in the other law are no part of it.

    Args:
        old: the first law.
        new: the other one.
        only: ids of the entitlements that were asked about; all where empty.
    """
    here, there = (rules.pack.contents.schema for rules in (old, new))
    for name, fact in here.facts.items():
        if name in there.facts and shared(fact, there.facts[name]):
            yield from _told("fact", name, _of_fact(fact), _of_fact(there.facts[name]))
    rules_ = [{each.id: _of_integrity(each) for each in schema.integrity} for schema in (here, there)]
    for id in dict.fromkeys((*rules_[0], *rules_[1])):
        if id in rules_[0] and id in rules_[1]:
            yield from _told("integrity", id, rules_[0][id], rules_[1][id])
        else:
            yield Reworded("integrity", id, (ONLY_OLD if id in rules_[0] else ONLY_NEW,))
    later = {each.entitlement.id: each for each in new.state.rulings}
    for ruling in old.state.rulings:
        id = ruling.entitlement.id
        if id in later and (not only or id in only):
            yield from _told("entitlement", id, _of_ruling(ruling), _of_ruling(later[id]))


def _told(about: str, name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Reworded]:
    parts = tuple(part for part, said in before.items() if after[part] != said)
    if parts:
        yield Reworded(about, name, parts)


def _of_fact(fact: Fact) -> dict[str, Any]:
    """Returns what a household may state of a fact, and when."""
    return {
        "values": frozenset(fact.values),
        "range": fact.limits,
        "only_if": to_text(fact.only_if.expr) if fact.only_if else None,
        "derive": to_text(fact.derive.expr) if fact.derive else None,
        "also": frozenset(fact.also),
        "wider": fact.wider,
        "elapsed": fact.elapsed,
    }


def _of_integrity(each: Integrity) -> dict[str, Any]:
    return {"owner": each.owner, "holds": to_text(each.holds.expr)}


def _of_ruling(ruling: Ruling) -> dict[str, Any]:
    """Returns what an answer is for, and beside what it may not be had."""
    one, benefit = ruling.entitlement, ruling.body.benefit
    return {
        "promise": one.promise,
        "kind": benefit.kind if benefit else None,
        "not_with": frozenset(one.not_with),
        "higher_of": frozenset(one.higher_of),
    }
