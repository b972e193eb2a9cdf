"""An interview: what is known of a household, what was asked, and the next question that can still change an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from eligibility import ir
from eligibility.answer import Outcome
from eligibility.derived import Contradiction, contradictions, prepare
from eligibility.evaluate import closure
from eligibility.implied import fits, implied
from eligibility.influence import Worlds
from eligibility.leaves import HOUSEHOLD
from eligibility.packs.calendar import Rules
from eligibility.profile import Profile
from eligibility.questions import Bearing, Candidate, bearing, candidates, gates
from eligibility.ruled import ruled
from eligibility.schema import Fact
from eligibility.situation import NOBODY, Situation
from eligibility.slots import Claim, Slot, added_up
from eligibility.testing.draft import Draft, Whose

Key = tuple[str, Whose]


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


@dataclass
class Interview:
    """What is known of a household, and what is to be asked.

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
    def of(cls, rules: Rules, profile: Profile, only: Sequence[str] = ()) -> Interview:
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
            self._apart = Worlds(*(self._draft() for _ in range(3)), self.opened)
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
        for whose in range(len(self.members)):
            mine = {slot: claims for slot, claims in now.items() if slot.whose in {None, whose}}
            one = self._best(mine, waiting) if any(slot.whose == whose for slot in mine) else None
            if one is not None:
                return self._question(one, len(found))
        one = self._best(later, waiting)
        return None if one is None else self._question(one, len(found))

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
        return any(self.bears(candidate.slot, claim) for claim in sorted(candidate.bears, key=lambda each: len(each.parts)))

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
