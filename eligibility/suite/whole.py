"""The suite of a pack on a day: the households of every entitlement, and what becomes of every change of the rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from eligibility.packs.calendar import Rules
from eligibility.ruled import ruled
from eligibility.suite.changes import edits
from eligibility.suite.making import Made, Maker
from eligibility.suite.scoring import Fate, Judge, Verdict, counted, score

Progress = Callable[[str, int, int], None]
"""Is told what is done, how much of it, and out of how much."""


@dataclass
class Suite:
    """The suite of a pack on a day.

    Args:
        rules: of the day.
        made: by entitlement, its households and what they show.
        verdicts: what became of every change of the rules, the households that were made for it counted.
        before: how many changes the households noticed that were made for the sides alone.
    """

    rules: Rules
    made: dict[str, Made] = field(default_factory=dict)
    verdicts: list[Verdict] = field(default_factory=list)
    before: int = 0

    @property
    def size(self) -> int:
        """How many households there are."""
        return sum(len(each.households) for each in self.made.values())

    @property
    def counts(self) -> dict[Fate, int]:
        """How many changes came to each fate."""
        return counted(self.verdicts)

    @property
    def score(self) -> float:
        """The share of the changes that are not proved equivalent that are noticed."""
        return score(self.counts)

    @property
    def proved(self) -> bool:
        """Whether nothing is left open, neither a side nor a change."""
        return self.score == 1 and not any(each.open for each in self.made.values())


def suite(rules: Rules, only: Sequence[str] = (), progress: Progress = lambda *_: None) -> Suite:
    """Returns the suite of a pack on a day.

    Args:
        rules: of the day.
        only: ids of entitlements in force; all where empty.
        progress: is told what is done.
    """
    found = Suite(rules)
    ids = list(only) or [each.entitlement.id for each in rules.state.rulings]
    for at, id in enumerate(ids):
        progress("sides", at, len(ids))
        found.made[id] = Maker(ruled(rules, id)).make()
    _complete(found, ids, progress)
    return found


def _complete(found: Suite, ids: Sequence[str], progress: Progress) -> None:
    """Adds a household for each change that none notices though some could, and says what became of every change."""
    judge = Judge(found.rules, {id: each.households for id, each in found.made.items()})
    every = list(edits(found.rules, ids))
    sides = {id: list(each.households) for id, each in found.made.items()}
    alone = Judge(found.rules, sides)
    for at, edit in enumerate(every):
        progress("changes", at, len(every))
        verdict = judge.verdict(edit)
        found.before += verdict.fate == "noticed" and alone.noticed(edit)
        if verdict.witness is not None:
            seen = verdict.witness
            seen.shows.append(edit)
            found.made[seen.rule.entitlement.id].households.append(seen)
            verdict = Verdict(edit, "noticed" if judge.noticed(edit) else "missed", seen)
        found.verdicts.append(verdict)
