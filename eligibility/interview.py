"""An interview: what is known of a household, and the next question that can still change an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from eligibility import ir
from eligibility.implied import fits
from eligibility.influence import Worlds
from eligibility.known import Key, Known
from eligibility.questions import Bearing, Candidate, bearing, candidates, gates
from eligibility.schema import Fact
from eligibility.slots import Claim, Slot


@dataclass(frozen=True)
class Question:
    """What to ask next.

    Args:
        slot: the fact, and whose.
        fact: what the vocabulary says of it.
        values: the values of a choice that go with what is known; empty for facts of other types.
        settles: the open answers that some answer to this alone would settle.
        bears: all open answers that wait for it.
        open: how many answers are open that wait for some fact.
        left: how many facts are left that may be asked for, this one among them.
    """

    slot: Slot
    fact: Fact
    values: tuple[str, ...]
    settles: tuple[Claim, ...]
    bears: tuple[Claim, ...]
    open: int
    left: int


class Interview(Known):
    """What is known of a household, and what to ask next."""

    def next(self) -> Question | None:
        """Returns the next question; None when nothing that is asked can change an answer any more.

        The household and one member are asked about until nothing more about them can change an answer; then the next
        member. What was put off comes last.
        """
        found = bearing(self.draft, self.claims, self.opened)
        found = {slot: claims for slot, claims in found.items() if slot not in self.unknown}
        found = {slot: claims for slot, claims in found.items() if not self._told_by_another(slot, found)}
        now = {slot: claims for slot, claims in found.items() if slot not in self.later}
        later = {slot: claims for slot, claims in found.items() if slot in self.later}
        waiting = Counter(claim.key for claims in found.values() for claim in claims)
        rounds = [
            {slot: claims for slot, claims in now.items() if slot.whose in {None, whose}}
            for whose in dict.fromkeys((*sorted(slot.whose for slot in now if slot.whose is not None), None))
        ]
        for wanted in (*rounds, later):
            one = self._best(wanted, waiting)
            if one is not None:
                return self._question(one, len(found))
        return None

    def _told_by_another(self, slot: Slot, found: Bearing) -> bool:
        """Returns whether a fact follows from another one that is asked for as well: a province from the county."""
        derive = self.rules.pack.contents.schema.facts[slot.name].derive
        return derive is not None and any(
            Slot(slot.whose, node.name) in found for node in ir.walk(derive.expr) if isinstance(node, ir.Fact)
        )

    def _best(self, wanted: Bearing, waiting: Mapping[Key, int]) -> Candidate | None:
        """Returns the fact that is best asked for, if any can change an answer; what says whether it applies goes first."""
        places = {name: at for at, name in enumerate(self.rules.pack.contents.schema.facts)}
        found = list(candidates(self.draft, self.claims, wanted, waiting))
        found.sort(key=lambda each: (-each.score, places[each.slot.name], each.slot.whose or 0))
        by_slot = {each.slot: each for each in found}
        for each in found:
            gate = [by_slot.get(Slot(each.slot.whose, name)) for name in gates(self.rules, each.slot.name)]
            for one in (*gate, each):
                if one is not None and self.can_change(one):
                    return one
        return None

    def can_change(self, candidate: Candidate) -> bool:
        """Returns whether two answers to a question lead to different results in some completion of what is unknown.

        Where somebody did not know a fact, they must do so as well while that stays unknown.
        """
        return any(
            self.bears(candidate.slot, claim) for claim in sorted(candidate.bears, key=lambda each: len(each.parts))
        )

    def bears(self, slot: Slot, claim: Claim) -> bool:
        """Returns whether a fact can change one open answer; see `can_change`."""
        return self._differ(self._worlds, claim, slot) and (
            self._apart is None or self._differ(self._apart, claim, slot)
        )

    def _differ(self, worlds: Worlds, claim: Claim, slot: Slot) -> bool:
        """Returns whether a fact was found to bear on an answer; what was not found is not looked for again in vain."""
        key = (worlds is self._apart, slot, claim.key)
        left = sum(1 for _ in claim.leaves(worlds.open, self.opened))
        # What cannot matter in any completion cannot matter when more is known; what was too much, only when less is left.
        if key in self._vain and self._vain[key] <= left:
            return False
        found = worlds.differ(claim, slot, claim.values.get(slot.name, ()))
        if not found:
            self._vain[key] = 0 if found is False else left
        return bool(found)

    def _question(self, one: Candidate, left: int) -> Question:
        fact = self.rules.pack.contents.schema.facts[one.slot.name]
        values = tuple(fits(self.draft, one.slot, fact.values))
        waiting = sum(1 for claim in self.claims if next(claim.leaves(self.draft, self.opened), None) is not None)
        return Question(one.slot, fact, values, one.settles, one.bears, waiting, left)

    def again(self, slot: Slot) -> Question:
        """Returns a question that was asked before, to be answered anew."""
        fact = self.rules.pack.contents.schema.facts[slot.name]
        return Question(slot, fact, tuple(fact.values), (), (), len(self.claims), 0)
