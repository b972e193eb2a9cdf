"""What is known of a household while it is asked: what was answered, what follows from that, and which answers are open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from eligibility.answer import Outcome
from eligibility.derived import Contradiction, contradictions, prepare
from eligibility.evaluate import closure
from eligibility.implied import implied
from eligibility.influence import Worlds
from eligibility.leaves import HOUSEHOLD
from eligibility.packs.calendar import Rules
from eligibility.profile import Profile
from eligibility.questions import gates
from eligibility.ruled import ruled
from eligibility.situation import NOBODY, Situation
from eligibility.slots import Claim, Slot, added_up
from eligibility.testing.draft import Draft, Whose

Key = tuple[str, Whose]


@dataclass
class Known:
    """What is known of a household, what nobody knew, and what is open.

    Args:
        rules: of the day on which the facts hold.
        id: of the household.
        household: its facts as stated.
        members: their facts as stated, the `id` among them.
        only: ids of the entitlements that count; all where empty.
        unknown: what nobody knows: it is not asked again.
        later: what was put off: it is asked when nothing else is left.
        asked: what was answered, or that nobody knew, in order.
    """

    rules: Rules
    id: str
    household: dict[str, Any]
    members: list[dict[str, Any]]
    only: tuple[str, ...] = ()
    unknown: dict[Slot, None] = field(default_factory=dict)
    later: dict[Slot, None] = field(default_factory=dict)
    asked: dict[Slot, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Finds out what is open."""
        self.refresh()

    @classmethod
    def of(cls, rules: Rules, profile: Profile, only: Sequence[str] = ()) -> Self:
        """Returns the interview that goes on from what a profile says.

        The living stand before the others. A count of elapsed time that a profile states for another day does not hold on
        that of the rules (MEANING M9), and is left out.
        """
        stale = rules.pack.contents.schema.elapsed if profile.as_of not in {None, rules.day} else frozenset()
        prepared = prepare(rules, profile.household, profile.members, own_day=not stale)
        gone = {each.id for each in prepared.left_out}
        order = sorted(profile.members, key=lambda member: member["id"] in gone)
        home, *people = (
            {name: value for name, value in facts.items() if name not in stale} for facts in (profile.household, *order)
        )
        return cls(rules, profile.id, home, people, tuple(only))

    def refresh(self) -> None:
        """Works everything out anew: what follows from what is stated, and what is open."""
        self._vain: dict[tuple[bool, Slot, Key], int] = {}
        self.follows: dict[Slot, Any] = {}
        self.outcomes: dict[Key, Outcome] = {}
        self.living = len(prepare(self.rules, self.household, self.members, own_day=True).situation.members)
        self.opened = frozenset(slot.name for slot in self.unknown if added_up(self.rules, slot.name))
        self.draft, *others = (self._draft() for _ in range(3))
        self._worlds = Worlds(self.draft, others[0], others[1], self.opened)
        self._apart: Worlds | None = None
        self._leave_unknown()
        self.claims = list(self._all())
        everybody = ((None, self.draft.household), *enumerate(self.draft.members))
        self._settle([Slot(whose, name) for whose, facts in everybody for name in facts])

    def _leave_unknown(self) -> None:
        """Looks at completions as well in which nobody knows what nobody knew when asked."""
        if self.unknown and self._apart is None:
            self._apart = Worlds(self._draft(), self._draft(), self._draft(), self.opened)
        for draft in self._apart.all if self._apart else ():
            for slot in self.unknown:
                if slot.name not in self.opened:
                    draft.leave(*slot)

    def _put(self, slot: Slot, value: Any) -> None:  # noqa: ANN401 - a value of any fact
        """Adds a fact to everything that is looked at."""
        for draft in (*self._worlds.all, *(self._apart.all if self._apart else ())):
            draft.put(slot.whose, slot.name, value)

    def _settle(self, learned: Iterable[Slot]) -> None:
        """Adds what follows from what was learned, and finds out what is still open."""
        for slot, value in list(implied(self.draft, learned)):
            self.follows[slot] = value
            self._put(slot, value)
        found, self.claims = self.claims, []
        for claim in found:
            left = claim.left(self.draft)
            if isinstance(left, Claim):
                self.claims.append(left)
            self.outcomes[claim.key] = "undetermined" if isinstance(left, Claim) else left

    def _draft(self) -> Draft:
        """Returns what is known, made anew."""
        complete = self.household.get("members_complete") is not False
        draft = Draft(self.rules, self.living, self.members[self.living :], complete=complete)
        schema = self.rules.pack.contents.schema
        for whose, facts in ((None, self.household), *enumerate(self.members)):
            # A derived fact that is stated stands before what it would follow from, as given and derived may differ by a fen.
            for name in sorted(facts.keys() - {"id"}, key=lambda each: schema.facts[each].derive is None):
                draft.put(whose, name, facts[name])
        for slot, value in self.follows.items():
            draft.put(slot.whose, slot.name, value)
        return draft

    def _all(self) -> Iterator[Claim]:
        for ruling in self.rules.state.rulings:
            if self.only and ruling.entitlement.id not in self.only:
                continue
            rule = ruled(self.rules, ruling.entitlement.id)
            for whose in self._subjects(ruling.entitlement.subject):
                yield Claim(rule, whose, rule.parts)

    def _subjects(self, subject: str) -> Iterable[Whose]:
        if subject == "household":
            return (None,) if self.living else ()
        if subject == "person":
            return range(self.living)
        return (at for at in range(self.living, len(self.members)) if self.members[at].get("died") is True)

    def answer(self, slot: Slot, value: Any) -> None:  # noqa: ANN401 - a value of the fact
        """Takes an answer that is not refused; one that was given before is changed."""
        facts = self.facts(slot.whose)
        new = slot.name not in self.draft.facts(slot.whose) and slot not in self.unknown
        for idle in [] if new else self.idle(slot, value):
            del facts[idle.name]
            self.asked.pop(idle, None)
        facts[slot.name] = value
        self.asked[slot] = None
        self.unknown.pop(slot, None)
        self.later.pop(slot, None)
        if new:
            self._put(slot, value)
            self._settle([slot])
        else:
            self.refresh()

    def decline(self, slot: Slot) -> None:
        """Takes that nobody knows; an answer that was given before is taken back."""
        back = self.facts(slot.whose).pop(slot.name, None) is not None
        self.asked[slot] = None
        self.unknown[slot] = None
        self.later.pop(slot, None)
        if back or added_up(self.rules, slot.name):
            self.refresh()
        else:
            self._leave_unknown()

    def put_off(self, slot: Slot) -> None:
        """Takes that a question is for later; the second time it is taken for unknown."""
        if slot in self.later:
            self.decline(slot)
        else:
            self.later[slot] = None

    def refused(self, slot: Slot, value: Any) -> Contradiction | None:  # noqa: ANN401 - a value of any fact
        """Returns why an answer cannot be, beside what else is stated; None where it can.

        What no longer applies with it is no reason: `idle` names that.
        """
        idle = self.idle(slot, value)
        home, people = dict(self.household), [dict(member) for member in self.members]
        for each in idle:
            del (home if each.whose is None else people[each.whose])[each.name]
        (home if slot.whose is None else people[slot.whose])[slot.name] = value
        return next(contradictions(self.rules, home, people), None)

    def idle(self, slot: Slot, value: Any) -> list[Slot]:  # noqa: ANN401 - a value of any fact
        """Returns the facts that are stated and would not apply any more with an answer (MEANING M14)."""
        facts = self.facts(slot.whose)
        situation = Situation(self.rules, {**self.household, slot.name: value}, [])
        own = {**facts, slot.name: value}
        gated = (self.rules.pack.contents.schema.facts[name] for name in facts if name != "id")
        return [
            Slot(slot.whose, fact.name)
            for fact in gated
            if fact.only_if is not None and slot.name in gates(self.rules, fact.name)
            if closure(fact.only_if.expr, self.rules)(situation, own, NOBODY) is False
        ]

    def facts(self, whose: Whose) -> dict[str, Any]:
        """Returns what is stated of somebody."""
        return self.household if whose is None else self.members[whose]

    def knows(self, slot: Slot) -> bool:
        """Returns whether a fact is stated, or follows from what is."""
        return slot.name in self.draft.facts(slot.whose)

    def called(self, whose: Whose) -> str:
        """Returns the id of a member, or `household`."""
        return HOUSEHOLD if whose is None else str(self.members[whose]["id"])

    @property
    def as_of(self) -> date:
        """The day on which the facts hold."""
        return self.rules.day

    def profile(self) -> Profile:
        """Returns what is known, with what follows by rules between facts."""
        home, people = dict(self.household), [dict(member) for member in self.members]
        for slot, value in self.follows.items():
            (home if slot.whose is None else people[slot.whose])[slot.name] = value
        return Profile(self.id, self.as_of, home, tuple(people))
