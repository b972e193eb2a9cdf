"""Whether a fact can change an answer: a search for two values of it and one completion of the rest that tell them apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from eligibility.slots import Claim, Slot, following
from eligibility.testing.draft import Draft

STEPS = (40, 400, 3000)
"""How many completions of one pair of values are looked at, in rounds, before the search gives up."""
MOST_STEPS = 8000
"""How many of all pairs."""


@dataclass
class Worlds:
    """The same household three times, so that one fact of it can be left open and be given two values.

    Args:
        open: what is known, and which facts are to stay unknown.
        first: the same.
        second: the same.
        opened: facts in whose place those stand that they are added up from.
    """

    open: Draft
    first: Draft
    second: Draft
    opened: frozenset[str] = frozenset()

    @property
    def all(self) -> tuple[Draft, Draft, Draft]:
        """The three."""
        return self.open, self.first, self.second

    def differ(self, claim: Claim, slot: Slot, values: Sequence[Any]) -> bool | None:
        """Returns whether two of the values of a fact lead an answer apart in some completion of the others.

        Returns:
            None where the search gave up.
        """
        search = _Search(self, claim, slot)
        pairs, left = list(combinations(self.fitting(slot, values), 2)), MOST_STEPS
        for most in STEPS:
            again = []
            for pair in pairs:
                search.steps = min(most, left)
                if search.apart(*pair):
                    return True
                left -= min(most, left) - search.steps
                if search.steps <= 0:
                    again.append(pair)
            pairs = again
        return None if pairs else False

    def fitting(self, slot: Slot, values: Sequence[Any]) -> Iterator[Any]:
        """Yields the values that go with what is known."""
        for value in values:
            mark = self.open.mark()
            fits = self.open.put(slot.whose, slot.name, value)
            self.open.undo(mark)
            if fits:
                yield value


class _Search:
    """One search, for one fact and one answer."""

    def __init__(self, worlds: Worlds, claim: Claim, slot: Slot) -> None:
        self.open, self.first, self.second = self.all = worlds.all
        self.opened = worlds.opened
        self.claim = claim
        self.slot = slot
        self.steps = 0
        self.following = following(worlds.open.rules, slot.name)

    def apart(self, one: Any, other: Any) -> bool:  # noqa: ANN401 - values of any fact
        """Returns whether two values lead the answer apart in some completion."""
        marks = [draft.mark() for draft in self.all]
        slot = self.slot
        found = (
            self.first.put(slot.whose, slot.name, one)
            and self.second.put(slot.whose, slot.name, other)
            and self.completed()
        )
        self.undo(marks)
        return found

    def completed(self) -> bool:
        """Completes the households alike, fact by fact, until the two answers are apart or cannot be any more."""
        self.steps -= 1
        if self.steps <= 0:
            return False
        outcomes = self.claim.outcome(self.first), self.claim.outcome(self.second)
        if "undetermined" not in outcomes:
            return outcomes[0] != outcomes[1]
        leaf, matters = self.leaf()
        if not matters:
            return False
        if leaf is None:
            return outcomes[0] != outcomes[1]
        marks = [draft.mark() for draft in self.all]
        for value in self.claim.values[leaf.name]:
            if all(_add(draft, leaf, value) for draft in self.all) and self.completed():
                self.undo(marks)
                return True
            self.undo(marks)
        return False

    def leaf(self) -> tuple[Slot | None, bool]:
        """Returns a fact that the answer still waits for, and whether it waits for the one in question as well."""
        chosen, matters = None, False
        for leaf in self.claim.leaves(self.open, self.opened):
            if leaf.name in self.following and leaf.whose in {self.slot.whose, None}:
                matters = True
            elif chosen is None and leaf.name in self.claim.values and self.open.open(*leaf):
                chosen = leaf
            if matters and chosen is not None:
                break
        return chosen, matters

    def undo(self, marks: Sequence[int]) -> None:
        """Takes back everything since the marks."""
        for draft, mark in zip(self.all, marks, strict=True):
            draft.undo(mark)


def _add(draft: Draft, leaf: Slot, value: Any) -> bool:  # noqa: ANN401 - a value of any fact
    """Adds a fact where it is open and applies; returns False where it cannot be."""
    if not draft.open(leaf.whose, leaf.name):
        return True
    gate = draft.rules.pack.contents.schema.facts[leaf.name].only_if
    if gate is not None and draft.value(gate.expr, leaf.whose) is False:
        return True
    return draft.put(leaf.whose, leaf.name, value)
