"""What an interview can ask for: a fact of a member or of the household, and the open answers that it bears on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from eligibility import ir
from eligibility.answer import Outcome
from eligibility.leaves import HOUSEHOLD, Missing, Reads, reads, undecided
from eligibility.packs.calendar import Rules
from eligibility.ruled import Part, Ruled
from eligibility.situation import NOBODY
from eligibility.testing.boundaries import boundaries
from eligibility.testing.draft import Draft, Whose


class Slot(NamedTuple):
    """A fact of somebody: the member by the place in the list, or None for the household, and the name of the fact."""

    whose: Whose
    name: str


@dataclass(frozen=True)
class Claim:
    """One entitlement for one subject, as far as it is open.

    Args:
        ruled: the entitlement.
        whose: the subject.
        parts: the criteria and exclusions that are not settled; those that are never change again.
    """

    ruled: Ruled
    whose: Whose
    parts: tuple[Part, ...]

    @property
    def id(self) -> str:
        """The id of the entitlement."""
        return self.ruled.entitlement.id

    @property
    def key(self) -> tuple[str, Whose]:
        """What tells it from the others."""
        return self.id, self.whose

    def outcome(self, draft: Draft) -> Outcome:
        """Returns what it comes to by what is known in a household, in which no less is known than when it was found open."""
        situation, own = draft.situation, NOBODY if self.whose is None else draft.members[self.whose]
        found: Outcome = "eligible"
        for part in self.parts:
            truth = part.ask(situation, own, NOBODY)
            if truth is part.exclusion:
                return "ineligible"
            if truth is None:
                found = "undetermined"
        return found

    def left(self, draft: Draft) -> Claim | Outcome:
        """Returns what is still open of it, or what it came to."""
        situation, own = draft.situation, NOBODY if self.whose is None else draft.members[self.whose]
        parts: list[Part] = []
        for part in self.parts:
            truth = part.ask(situation, own, NOBODY)
            if truth is part.exclusion:
                return "ineligible"
            if truth is None:
                parts.append(part)
        return Claim(self.ruled, self.whose, tuple(parts)) if parts else "eligible"

    def leaves(self, draft: Draft, opened: frozenset[str] = frozenset()) -> Iterator[Slot]:
        """Yields the unknown facts in what is open of it, part by part (MEANING M21).

        Args:
            draft: what is known.
            opened: facts in whose place those stand that they are added up from.
        """
        own = NOBODY if self.whose is None else draft.members[self.whose]
        for part in self.parts:
            if part.expr is not None:
                yield from _facts(undecided((part.expr,), draft.situation, own), draft, opened)

    @cached_property
    def values(self) -> Mapping[str, tuple[Any, ...]]:
        """The values at which it may turn, for each fact that it reads."""
        limits = boundaries(self.ruled.rules, only=(self.id,))
        return {**limits.household, **limits.person}


def _facts(missing: Iterable[Missing], draft: Draft, opened: frozenset[str]) -> Iterator[Slot]:
    """Yields the facts among what is missing that a profile can state."""
    for each in missing:
        if each.kind != "fact":
            continue
        slot = Slot(None if each.subject == HOUSEHOLD else int(each.subject[1:]), each.name)
        derive = draft.rules.pack.contents.schema.facts[slot.name].derive
        if slot.name in opened and derive is not None:
            own = NOBODY if slot.whose is None else draft.members[slot.whose]
            yield from _facts(undecided((derive.expr,), draft.situation, own), draft, opened)
        elif slot.name not in draft.facts(slot.whose):
            yield slot


@dataclass(frozen=True)
class Mentions:
    """Which facts an entitlement may read, whosever they are, derived facts followed back to where they come from."""

    own: frozenset[str]
    household: frozenset[str]
    member: frozenset[str]

    def slot(self, slot: Slot, claim: Claim) -> bool:
        """Returns whether a fact of somebody is among what an answer may read."""
        if slot.whose is None:
            return slot.name in self.household
        return slot.name in self.member or (slot.whose == claim.whose and slot.name in self.own)


def mentions(ruled: Ruled) -> Mentions:
    """Returns what an entitlement may read, made once for each state of the law."""
    memo, key = ruled.rules.state.memo, ("mentions", ruled.entitlement.id)
    found: Mentions | None = memo.get(key)
    if found is None:
        found = memo[key] = _mentions(ruled)
    return found


def _mentions(ruled: Ruled) -> Mentions:
    own: set[str] = set()
    home: set[str] = set()
    member: set[str] = set()
    for part in ruled.parts:
        own |= part.reads.own.keys()
        home |= part.reads.household.keys()
        member |= part.reads.member.keys()
    waiting = [(name, into) for into in (own, home, member) for name in into]
    while waiting:
        name, into = waiting.pop()
        derive = ruled.rules.pack.contents.schema.facts[name].derive
        found = reads(derive.expr, ruled.rules) if derive is not None else Reads()
        for names, there in ((found.own, into), (found.household, home), (found.member, member)):
            waiting += [(each, there) for each in names.keys() - there]
            there.update(names)
    return Mentions(frozenset(own), frozenset(home), frozenset(member))


def added_up(rules: Rules, name: str) -> bool:
    """Returns whether a fact, where nobody knows it, may be added up over the members, as an income is."""
    derive = rules.pack.contents.schema.facts[name].derive
    return derive is not None and any(isinstance(node, ir.Quantifier) for node in ir.walk(derive.expr))


def following(rules: Rules, name: str) -> frozenset[str]:
    """Returns a fact and those that may follow from it, made once for each state of the law."""
    memo = rules.state.memo
    found: dict[str, frozenset[str]] | None = memo.get("following")
    if found is None:
        found = memo["following"] = {}
        facts = rules.pack.contents.schema.facts
        sources = {each.name: set(reads(each.derive.expr, rules).names()) for each in facts.values() if each.derive}
        for one in facts:
            names = {one}
            while more := {target for target in sources if not names.isdisjoint(sources[target])} - names:
                names |= more
            found[one] = frozenset(names)
    return found[name]
