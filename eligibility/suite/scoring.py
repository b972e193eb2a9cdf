"""How much of what could be otherwise in the rules a suite notices; what it does not is proved to be no difference, or shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from eligibility.packs.calendar import Rules
from eligibility.ruled import Ruled, ruled
from eligibility.solver.households import Mismatch
from eligibility.solver.proving import NotProved
from eligibility.suite.altered import Altered, altered
from eligibility.suite.asking import Asker
from eligibility.suite.changes import Edit
from eligibility.suite.making import MEMBERS
from eligibility.suite.seen import Seen

Fate = Literal["noticed", "equivalent", "missed", "open"]
"""What becomes of a change: a household notices it, nobody could, one could that is not there, or the solver gave up."""
MOST_ASKERS = 8
Suites = Mapping[str, Sequence[Seen]]
"""By entitlement, the households that are put to it."""


@dataclass(frozen=True, eq=False)
class Verdict:
    """What became of a change.

    Args:
        edit: the change.
        fate: what became of it.
        witness: a household that would notice it, where none of the suite does.
    """

    edit: Edit
    fate: Fate
    witness: Seen | None = None


class Judge:
    """Says of changes whether a suite notices them."""

    def __init__(self, rules: Rules, suites: Suites, members: Sequence[int] = MEMBERS) -> None:
        """Takes the rules, and the households of each entitlement."""
        self.rules, self.suites, self.members = rules, suites, members
        self.askers: dict[tuple[str, int], Asker] = {}

    def noticed(self, edit: Edit) -> bool:
        """Returns whether some household notices a change."""
        return any(self.seen_by(id, altered(ruled(self.rules, id), edit.change)) for id in edit.readers)

    def seen_by(self, id: str, rule: Altered) -> bool:
        """Returns whether some household notices that one entitlement is otherwise."""
        return any(seen.notices(rule) for seen in self.suites.get(id, ()))

    def verdict(self, edit: Edit) -> Verdict:
        """Returns what becomes of a change; where no household notices it, the solver says whether any could."""
        if self.noticed(edit):
            return Verdict(edit, "noticed")
        fate: Fate = "equivalent"
        for id in edit.readers:
            rule = ruled(self.rules, id)
            try:
                witness = self.witness(rule, altered(rule, edit.change))
            except NotProved:
                fate = "open"
                continue
            if witness is not None:
                return Verdict(edit, "missed", witness)
        return Verdict(edit, fate)

    def witness(self, rule: Ruled, other: Altered) -> Seen | None:
        """Returns a household for which a change makes a difference, or None where there is none, which is a proof.

        Raises:
            NotProved: the solver gave up.
            Mismatch: the core says that it makes none.
        """
        for most in self.members:
            asker = self.asker(rule, most)
            differs = asker.differs(other)
            if asker.question.model(differs) is not None:
                profile = asker.household(other, differs)
                seen = Seen(rule, profile) if profile is not None else None
                if seen is None or not seen.notices(other):
                    raise Mismatch(f"{rule.entitlement.id}: a change that the core does not notice")
                return seen
            if asker.world.count == 1:
                break
        return None

    def asker(self, rule: Ruled, most: int) -> Asker:
        """Returns who asks the solver about an entitlement; only the last few are kept, as each holds a solver of its own."""
        key = (rule.entitlement.id, most)
        self.askers[key] = found = self.askers.pop(key, None) or Asker(rule, most)
        if len(self.askers) > MOST_ASKERS:
            del self.askers[next(iter(self.askers))]
        return found


def counted(verdicts: Iterable[Verdict]) -> dict[Fate, int]:
    """Returns how many changes came to each fate."""
    found: dict[Fate, int] = dict.fromkeys(("noticed", "equivalent", "missed", "open"), 0)
    for each in verdicts:
        found[each.fate] += 1
    return found


def score(counts: Mapping[Fate, int]) -> float:
    """Returns the share of the changes that are not proved equivalent that are noticed."""
    real = sum(number for fate, number in counts.items() if fate != "equivalent")
    return counts["noticed"] / real if real else 1.0
