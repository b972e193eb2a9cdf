"""Which entitlements a change of the law can move: those whose words, figures, concepts or places differ the day after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from eligibility.leaves import Reads, reads
from eligibility.packs.calendar import RulePack, Rules, Ruling
from eligibility.packs.figures import Table
from eligibility.ruled import ruled

_WORDS = ("criteria", "unless", "benefit")


def moved(pack: RulePack, day: date) -> tuple[str, ...]:
    """Returns the ids of the entitlements of which an answer or an amount may differ from the day before.

    What is in force on one of the two days alone is among them. It is made once for each state of the law.

    Args:
        pack: whose law changes.
        day: the day from which the new law counts.
    """
    rules = pack.on(day)
    found: tuple[str, ...] | None = rules.state.memo.get("moved")
    if found is None:
        found = rules.state.memo["moved"] = _moved(pack.on(day - timedelta(1)), rules)
    return found


def _moved(before: Rules, after: Rules) -> tuple[str, ...]:
    past = {each.entitlement.id: each for each in before.state.rulings}
    now = {each.entitlement.id: each for each in after.state.rulings}
    figures = _differing(before.state.figures, after.state.figures)
    attributes = _differing(before.state.attributes, after.state.attributes)
    mine, theirs = before.state.concepts, after.state.concepts
    concepts = {name for name in {*mine, *theirs} if mine.get(name) is not theirs.get(name)}
    # A requirement of another entitlement is among the parts of the one that has it, or is missing there.
    reworded = {id for id in {*past, *now} if _reworded(past.get(id), now.get(id))}
    found = []
    for id in dict.fromkeys((*now, *past)):
        if id in reworded or reworded.intersection(_required(after, id)):
            found.append(id)
        elif id in now:
            read = _all(after, id)
            if figures & read.figures.keys() or attributes & read.attributes.keys() or concepts & read.concepts.keys():
                found.append(id)
    return tuple(found)


def _reworded(before: Ruling | None, after: Ruling | None) -> bool:
    """Returns whether an entitlement says something else; parts of a version that goes on are the same objects."""
    if before is None or after is None:
        return True
    same = all(getattr(before.body, name) is getattr(after.body, name) for name in _WORDS)
    return before.unsure != after.unsure or not same


def _required(rules: Rules, id: str) -> set[str]:
    """Returns what an entitlement requires, and what that requires."""
    found: set[str] = set()
    waiting = [*rules.pack.entitlement(id).requires]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += rules.pack.entitlement(each).requires
    return found


def _differing(before: Mapping[str, Table], after: Mapping[str, Table]) -> set[str]:
    def entries(tables: Mapping[str, Table], name: str) -> dict[str, Any]:
        return {place: id(entry) for place, entry in tables[name].entries.items()} if name in tables else {}

    return {name for name in {*before, *after} if entries(before, name) != entries(after, name)}


def _all(rules: Rules, id: str) -> Reads:
    """Returns everything that an entitlement and its amount may read, facts that are derived opened."""
    facts = rules.pack.contents.schema.facts
    asked, found = ruled(rules, id), Reads()
    for each in (asked.amount_reads, *(part.reads for part in asked.parts)):
        found.add(each)
    waiting, seen = list(found.names()), set[str]()
    while waiting:
        name = waiting.pop()
        derive = facts[name].derive if name in facts and name not in seen else None
        seen.add(name)
        if derive is not None:
            more = reads(derive.expr, rules)
            found.add(more)
            waiting += more.names()
    return found
