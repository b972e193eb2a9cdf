"""Making the suite of an entitlement: a household for each side that no household before shows, and the fewest of them kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from eligibility.profile_reader import Profile
from eligibility.ruled import Ruled
from eligibility.solver.households import Mismatch
from eligibility.solver.logic import Formula
from eligibility.solver.proving import EFFORT, NotProved
from eligibility.suite.altered import Altered, altered
from eligibility.suite.asking import Asker
from eligibility.suite.seen import Seen
from eligibility.suite.sides import Side, leaves, sides
from eligibility.words import Words

MEMBERS = (3, 6)
"""How many living members a household of unknowns has at most, and how many where nobody was found among so few."""
NOBODY = Words("没有人会到这一侧", "nobody comes to this side")
DECIDED = Words("到这一侧时，结果已由别的条件决定，或不再因此改变", "whoever is here, the answer does not hang on it")
T = TypeVar("T")


@dataclass
class Made:
    """The suite of one entitlement.

    Args:
        rule: the entitlement.
        households: in the order in which they were made.
        shown: the sides that some household shows.
        unreachable: the sides that nobody shows, which is proved, each with why.
        open: the sides of which the solver gave up.
    """

    rule: Ruled
    households: list[Seen] = field(default_factory=list)
    shown: list[Side] = field(default_factory=list)
    unreachable: list[tuple[Side, Words]] = field(default_factory=list)
    open: list[Side] = field(default_factory=list)


class Maker:
    """Makes the suite of one entitlement."""

    def __init__(self, rule: Ruled) -> None:
        """Takes the entitlement; the solver is asked when the first household is wanted."""
        self.made = Made(rule)
        self.askers = [Asker(rule, most, EFFORT) for most in MEMBERS]
        self.shows: dict[Side, list[Seen]] = {}

    def make(self) -> Made:
        """Returns the households that show every side that somebody can show, no more of them than are needed."""
        for leaf in leaves(self.made.rule):
            other = altered(self.made.rule, leaf.change)
            differs: dict[Asker, Formula] = {}
            for side in sides(leaf, self.made.rule.rules):
                self.side(side, other, differs)
        self.made.households = fewest(self.shows)
        for side, seen in self.shows.items():
            for each in seen:
                if each in self.made.households:
                    each.shows.append(side)
                    break
        return self.made

    def side(self, side: Side, other: Altered, differs: dict[Asker, Formula]) -> None:
        """Looks for a household that shows a side."""
        noticing = [each for each in self.made.households if each.notices(other)]
        if any(each.stands(side) for each in noticing):
            self.show(side, noticing)
            return
        try:
            found = self.ask(side, other, differs)
            if found is None:
                there = any(each.reachable(side) for each in self.reaching())
                self.made.unreachable.append((side, DECIDED if there else self.nobody()))
        except NotProved:
            self.made.open.append(side)
            return
        if found is not None:
            self.show(*found)

    def nobody(self) -> Words:
        """Returns that nobody comes to a side, and among how many members where somebody looks at them."""
        most = self.reaching()[-1].world.count
        bound = Words(f"（限于在世成员至多 {most} 人的家庭）", f", in households of up to {most} living members")
        return NOBODY if most == 1 else Words(NOBODY.zh + bound.zh, NOBODY.en + bound.en)

    def show(self, side: Side, noticing: Sequence[Seen]) -> None:
        """Notes that a side is shown, and by whom."""
        self.made.shown.append(side)
        self.shows[side] = [each for each in noticing if each.stands(side)]

    def ask(self, side: Side, other: Altered, differs: dict[Asker, Formula]) -> tuple[Side, list[Seen]] | None:
        """Returns the side and a household that shows it, which the core is asked about again; None where there is none."""
        for asker in self.reaching():
            if asker not in differs:
                differs[asker] = asker.differs(other)
            least = asker.nearest(side, differs[asker])
            if least is None:
                continue
            wanted = replace(side, least=least)
            there = [each for each in self.made.households if each.notices(other)]
            if not any(each.stands(wanted) for each in there):
                profile = asker.household(
                    other, differs[asker], asker.edge(wanted, least), wishes=asker.turning(wanted, least)
                )
                there.append(self.add(profile, wanted, other))
            return wanted, there
        return None

    def reaching(self) -> list[Asker]:
        """Returns who is asked: for more members only where somebody looks at members."""
        first, more = self.askers
        return [first] if first.world.count == 1 else [first, more]

    def add(self, profile: Profile | None, side: Side, other: Altered) -> Seen:
        """Adds a household of which the core says what the solver does."""
        if profile is None:
            raise NotProved("a household was found and then was not")
        seen = Seen(self.made.rule, profile)
        if not (seen.notices(other) and seen.stands(side)):
            raise Mismatch(f"{self.made.rule.entitlement.id}: {side.told().en}")
        self.made.households.append(seen)
        return seen


def fewest(shows: dict[T, list[Seen]]) -> list[Seen]:
    """Returns few households that together show everything, those first that show most; in the order in which they were made."""
    order = {each: at for at, each in enumerate(dict.fromkeys(seen for found in shows.values() for seen in found))}
    left, chosen = {key: set(found) for key, found in shows.items()}, set[Seen]()
    while left:
        counts: dict[Seen, int] = {}
        for found in left.values():
            for seen in found:
                counts[seen] = counts.get(seen, 0) + 1
        best = max(counts, key=lambda each: (counts[each], -order[each]))
        chosen.add(best)
        left = {key: found for key, found in left.items() if best not in found}
    return [each for each in order if each in chosen]
