"""What rules between facts decide: the facts that can have one value alone beside what is known (MEANING M15)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from eligibility.leaves import reads
from eligibility.packs.calendar import Rules
from eligibility.slots import Slot
from eligibility.testing.draft import Draft


def bound(rules: Rules) -> Mapping[str, tuple[str, ...]]:
    """Returns, by fact, the yes-or-no facts and choices that stand in a rule with it, itself among them."""
    memo = rules.state.memo
    found: dict[str, tuple[str, ...]] | None = memo.get("bound by integrity")
    if found is None:
        found = memo["bound by integrity"] = {}
        schema = rules.pack.contents.schema
        for rule in schema.integrity:
            names = tuple(reads(rule.holds.expr, rules).names())
            few = tuple(name for name in names if schema.facts[name].type in {"bool", "choice"})
            for name in names:
                found[name] = tuple(dict.fromkeys((*found.get(name, ()), *few)))
    return found


def implied(draft: Draft, learned: Iterable[Slot]) -> Iterator[tuple[Slot, Any]]:
    """Adds to a household every fact that can have one value alone, and yields each with it.

    Args:
        draft: what is known; it grows.
        learned: the facts from which it may follow; what follows is looked at in turn.
    """
    rules = draft.rules
    facts, names = rules.pack.contents.schema.facts, bound(rules)
    waiting = list(learned)
    while waiting:
        slot = waiting.pop(0)
        for name in names.get(slot.name, ()):
            fact = facts[name]
            everyone = range(len(draft.members)) if slot.whose is None else (slot.whose,)
            for whose in everyone if fact.owner == "person" else (None,):
                other = Slot(whose, name)
                fitting = fits(draft, other, (True, False) if fact.type == "bool" else tuple(fact.values))
                if name not in draft.facts(whose) and len(fitting) == 1:
                    draft.put(whose, name, fitting[0])
                    waiting.append(other)
                    yield other, fitting[0]


def fits(draft: Draft, slot: Slot, values: Iterable[Any]) -> list[Any]:
    """Returns the values of a fact that go with what is known."""
    found = []
    for value in values:
        mark = draft.mark()
        if draft.put(slot.whose, slot.name, value):
            found.append(value)
        draft.undo(mark)
    return found
