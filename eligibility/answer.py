"""What an entitlement answers for one subject: the truths at once, the rest when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

from eligibility.evaluate import closure
from eligibility.ir import Expr
from eligibility.leaves import HOUSEHOLD, PACK, Missing, undecided
from eligibility.packs.figures import Entry
from eligibility.ruled import Part, Ruled
from eligibility.situation import NOBODY, Facts, Situation

Outcome = Literal["eligible", "ineligible", "undetermined"]
Stripped = Callable[[Facts], tuple[Situation, Facts] | None]
"""Gives the same household without what only an office can find; None where it holds nothing of that."""
_HOME = f"{HOUSEHOLD}."
_CLOSED: tuple[Any, tuple[Expr, ...]] = (None, ())


class Answer:
    """One entitlement put to one subject.

    Args:
        ruled: the entitlement.
        situation: the household and the day.
        own: the subject's facts; nobody's for the household.
        stripped: gives the same without what only an office can find.
    """

    __slots__ = ("_amount_missing", "_tier", "outcome", "own", "ruled", "situation", "stripped", "truths")

    def __init__(self, ruled: Ruled, situation: Situation, own: Facts, stripped: Stripped) -> None:
        """Asks every criterion and exclusion."""
        self.ruled = ruled
        self.situation = situation
        self.own = own
        self.stripped = stripped
        self.truths: list[bool | None] = [part.ask(situation, own, NOBODY) for part in ruled.parts]
        self.outcome: Outcome = outcome_of(ruled.parts, self.truths)
        self._tier: tuple[Any, tuple[Expr, ...]] | None = None
        self._amount_missing: tuple[Missing, ...] | None = None

    def by(self, outcome: Outcome, truths: Sequence[bool | None]) -> None:
        """Takes the outcome and the truths from another engine; the rest is worked out for those."""
        self.outcome, self.truths = outcome, list(truths)

    @property
    def subject(self) -> str:
        """The member's id, or `household`."""
        return str(self.own.get("id", HOUSEHOLD))

    def missing(self) -> tuple[Missing, ...]:
        """Returns what the outcome waits for (MEANING M21)."""
        if self.outcome != "undetermined":
            return ()
        found: dict[Missing, None] = {}
        for part, truth in zip(self.ruled.parts, self.truths, strict=True):
            if truth is not None:
                continue
            if part.expr is None:
                other, _, _ = part.id.rpartition("/")
                found[Missing(PACK, f"{other or self.ruled.entitlement.id}.in_force", "parameter")] = None
            else:
                found.update(dict.fromkeys(undecided((part.expr,), self.situation, self.own)))
        return tuple(found)

    def tier(self) -> tuple[Any, tuple[Expr, ...]]:
        """Returns the amount, and the expressions that leave it open: the first tier that matches (MEANING M22)."""
        if self._tier is None:
            self._tier = _CLOSED if self.outcome == "ineligible" else self._first_tier()
        return self._tier

    def _first_tier(self) -> tuple[Any, tuple[Expr, ...]]:
        waiting: list[Expr] = []
        for when, amount in self.ruled.tiers:
            held = True if when is None else self._value(when)
            if held is True and not waiting:
                value = self._value(amount)
                return value, () if value is not None else (amount,)
            if held is not False:
                waiting += (amount,) if when is None else (when, amount)
            if held is True:
                break
        return None, tuple(waiting)

    def _value(self, expr: Expr) -> Any:  # noqa: ANN401 - a value of any type
        return closure(expr, self.ruled.rules)(self.situation, self.own, NOBODY)

    @property
    def amount(self) -> int | None:
        """The amount in fen, or None; nobody is promised less than nothing (MEANING M22)."""
        found = self.tier()[0]
        return None if found is None or found < 0 else int(found)

    def amount_missing(self) -> tuple[Missing, ...]:
        """Returns what the amount waits for."""
        if self._amount_missing is None:
            waiting = self.tier()[1]
            self._amount_missing = tuple(undecided(waiting, self.situation, self.own)) if waiting else ()
        return self._amount_missing

    def gives(self) -> list[bool | None]:
        """Returns of each status that a grant would bring whether it does; None where that is not known (MEANING M17)."""
        return [True if when is None else self._value(when) for when, _, _ in self.ruled.gifts]

    def grants(self) -> tuple[tuple[str, str], ...]:
        """Returns the statuses that a grant would surely bring: which fact, and what it would be; none where it is refused."""
        if self.outcome == "ineligible":
            return ()
        pairs = zip(self.ruled.gifts, self.gives(), strict=True)
        return tuple(dict.fromkeys((fact, value) for (_, fact, value), held in pairs if held is True))

    def marks(self) -> tuple[str, ...]:
        """Returns what a reader must know about the answer, in a fixed order."""
        ruled = self.ruled
        if ruled.plain:
            return ruled.promises
        entitlement, day = ruled.entitlement, self.situation.rules.day
        unsure, review = False, entitlement.in_force.review_by
        stale = review is not None and review < day
        for entry in self._entries():
            unsure |= entry.said.confidence == "unsure"
            stale |= entry.said.review_by is not None and entry.said.review_by < day
        found = list(ruled.promises)
        if ruled.findings and self._attested():
            found.append("attested")
        if unsure:
            found.append("figure_unverified")
        if any(each.kind == "parameter" for each in self.amount_missing()):
            found.append("figure_unknown")
        if (self.tier()[0] or 0) < 0:
            found.append("amount_below_zero")
        if stale:
            found.append("stale")
        return tuple(found)

    def _entries(self) -> Iterator[Entry]:
        """Yields the values of figures that the answer and the amount read, as far as they may mark it."""
        ruled, day = self.ruled, self.situation.rules.day
        watched = ruled.criteria_figures
        if self.outcome != "ineligible":
            watched = (*watched, *ruled.amount_figures)
        for each in watched:
            if each.unsure or each.review < day:
                entry, _ = each.find(self.situation, self.own, NOBODY)
                if entry is not None and entry.said.unknown is None:
                    yield entry

    def _attested(self) -> bool:
        """Returns whether the answer would be another without what only an office can find."""
        parts = self.ruled.parts
        if self.outcome == "undetermined":
            return False
        if self.outcome == "ineligible" and any(
            truth is part.exclusion and not part.finds for part, truth in zip(parts, self.truths, strict=True)
        ):
            return False
        stripped = self.stripped(self.own)
        if stripped is None:
            return False
        situation, own = stripped
        truths = [
            part.ask(situation, own, NOBODY) if part.finds else truth
            for part, truth in zip(parts, self.truths, strict=True)
        ]
        return outcome_of(parts, truths) != self.outcome

    def facts(self, part: Part, said: Mapping[int, Facts]) -> dict[str, Any]:
        """Returns everything that a criterion reads, by name as the profile would write it; None where unknown.

        Args:
            part: the criterion.
            said: by the identity of somebody's facts, the same in the form wanted.
        """
        own, situation, asked = self.own, self.situation, part.reads
        mine = said[id(own)] if own else NOBODY
        found = {name: mine.get(name) for name in asked.own}
        if asked.household:
            home, prefix = said[id(situation.household)], _HOME if own else ""
            for name in asked.household:
                found[prefix + name] = home.get(name)
        if asked.member:
            if any(each is own for each in situation.members):
                found = {**{name: mine.get(name) for name in (*asked.own, *asked.member)}, **found}
            for other in situation.members:
                if other is not own:
                    theirs = said[id(other)]
                    for name in asked.member:
                        found[f"{other['id']}.{name}"] = theirs.get(name)
        return found


def outcome_of(parts: tuple[Part, ...], truths: list[bool | None]) -> Outcome:
    """Returns what criteria and exclusions come to together."""
    undetermined = False
    for part, truth in zip(parts, truths, strict=True):
        if truth is part.exclusion:
            return "ineligible"
        if truth is None:
            undetermined = True
    return "undetermined" if undetermined else "eligible"
