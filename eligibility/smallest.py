"""The smallest reasons of an answer: sets of comparisons that decide it alone, whatever else is found out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import combinations

from eligibility import ir
from eligibility.answer import Answer
from eligibility.bounds import Slot
from eligibility.derived import prepare
from eligibility.evaluate import closure
from eligibility.ir import Expr
from eligibility.leaves import HOUSEHOLD
from eligibility.ruled import Part
from eligibility.situation import NOBODY, Facts, Situation

MOST_WAYS = 200
"""How many sets are kept while they are put together; where there are more, not all are found."""
FRAME = frozenset({"id", "died", "members_complete"})
"""What is told of everybody: who there is, and the two facts that have a default (MEANING M2)."""


@dataclass(frozen=True)
class Comparison:
    """One comparison, or one fact that is true or false, as somebody's facts have it.

    Args:
        expr: what is asked.
        own: as whom it is read.
        member: the member at hand, inside a quantifier.
        slots: the known facts that it reads.
    """

    expr: Expr
    own: Facts
    member: Facts
    slots: frozenset[Slot]


@dataclass(frozen=True)
class Smallest:
    """A set of comparisons that decides an answer alone, and from which nothing can be left out.

    Args:
        parts: the criteria and exclusions that it settles.
        comparisons: in reading order.
        slots: the facts that they read.
    """

    parts: tuple[Part, ...]
    comparisons: tuple[Comparison, ...]
    slots: frozenset[Slot]


@dataclass(frozen=True)
class Found:
    """The smallest reasons of an answer, the shortest first.

    Args:
        sets: each decides alone.
        whole: whether these are all.
    """

    sets: tuple[Smallest, ...]
    whole: bool


Key = tuple[int, str, str]
Way = frozenset[Key]
"""A set of comparisons: of each the identity of its expression, and as whom it is read."""


def smallest(answer: Answer) -> Found:
    """Returns, of a refusal, every smallest set that keeps it refused; of a grant, one that already decides; else none.

    Each was asked again with its own facts alone, and with each of them left out.
    """
    search = _Search(answer)
    if answer.outcome == "undetermined" or search.outcome(search.everything()) != answer.outcome:
        return Found((), whole=True)
    if answer.outcome == "eligible":
        return Found(tuple(search.granted()), whole=True)
    found = search.refused()
    return Found(tuple(found), not search.cut)


@dataclass
class _Search:
    """Looks for the smallest reasons of one answer.

    Args:
        answer: a settled one.
        seen: the comparisons met, by their keys.
        cut: whether sets were left out because there were too many.
    """

    answer: Answer
    seen: dict[Key, Comparison] = field(default_factory=dict)
    cut: bool = False

    def refused(self) -> list[Smallest]:
        """Returns every smallest set that keeps a refusal."""
        found: dict[frozenset[Slot], Smallest] = {}
        for part, truth in zip(self.answer.ruled.parts, self.answer.truths, strict=True):
            if truth is not part.exclusion:
                continue
            for way in self.ways(part.expr, self.answer.own, NOBODY, part.exclusion) if part.expr else [Way()]:
                each = self.certified((part,), way)
                found.setdefault(each.slots, each)
        least = [each for each in found.values() if not any(other < each.slots for other in found)]
        return sorted(least, key=lambda each: (len(each.comparisons), len(each.slots)))

    def granted(self) -> Iterator[Smallest]:
        """Yields one smallest set that decides a grant: of those kept on the way the one with the fewest facts."""
        parts = [part for part in self.answer.ruled.parts if part.expr is not None]
        ways = [Way()]
        for part in parts:
            if part.expr is not None:
                ways = self.both(ways, self.ways(part.expr, self.answer.own, NOBODY, not part.exclusion))
        yield min((self.certified(parts, way) for way in ways[:10]), key=lambda each: len(each.slots))

    def certified(self, parts: Sequence[Part], way: Way) -> Smallest:
        """Returns a set without the facts that it does not need: it is asked again with each of them left out."""
        comparisons = [self.seen[key] for key in self.seen if key in way]
        slots = frozenset(slot for each in comparisons for slot in each.slots)
        for slot in sorted(slots):
            if self.outcome(slots - {slot}) == self.answer.outcome:
                slots -= {slot}
        told = tuple(each for each in comparisons if not each.slots or each.slots & slots)
        return Smallest(tuple(parts), told, slots)

    def everything(self) -> frozenset[Slot]:
        """Returns all that is known."""
        situation = self.answer.situation
        people = [*situation.members, *([self.answer.own] if self.answer.own else [])]
        found = {(str(facts["id"]), name) for facts in people for name in facts}
        return frozenset(found | {(HOUSEHOLD, name) for name in situation.household})

    def outcome(self, slots: frozenset[Slot]) -> str:
        """Returns what the entitlement comes to for the same people with those facts alone."""
        return outcome_with(self.answer, slots)

    def size(self, way: Way) -> int:
        """Returns how many facts a set reads."""
        return len({slot for key in way for slot in self.seen[key].slots})

    def least(self, ways: Iterable[Way]) -> list[Way]:
        """Returns sets without those that hold another one, those with the fewest facts first, and not too many."""
        kept: list[Way] = []
        for way in sorted(dict.fromkeys(ways), key=lambda each: (self.size(each), len(each))):
            if not any(other <= way for other in kept):
                kept.append(way)
        self.cut |= len(kept) > MOST_WAYS
        return kept[:MOST_WAYS]

    def both(self, one: Sequence[Way], other: Sequence[Way]) -> list[Way]:
        """Returns the sets that settle two things together."""
        return self.least(a | b for a in one for b in other)

    def all(self, several: Iterable[Sequence[Way]]) -> list[Way]:
        """Returns the sets that settle several things together."""
        return reduce(self.both, several, [Way()])

    def value(self, expr: Expr, own: Facts, member: Facts) -> bool | None:
        """Returns what a condition came to."""
        found: bool | None = closure(expr, self.answer.ruled.rules)(self.answer.situation, own, member)
        return found

    def ways(self, expr: Expr, own: Facts, member: Facts, truth: bool) -> list[Way]:  # noqa: FBT001, PLR0911 - a truth; a line for each node
        """Returns the smallest sets of comparisons that alone bring a condition to the truth that it came to."""
        match expr:
            case ir.Not(item):
                return self.ways(item, own, member, not truth)
            case ir.And(items) | ir.Or(items):
                if truth is not isinstance(expr, ir.Or):
                    return self.all(self.ways(item, own, member, truth) for item in items)
                alone = [item for item in items if self.value(item, own, member) is truth]
                return self.least(way for item in alone for way in self.ways(item, own, member, truth))
            case ir.Concept(scope, name) if name in self.answer.ruled.rules.state.concepts:
                whose = own if scope == "own" else member if scope == "member" else NOBODY
                return self.ways(self.answer.ruled.rules.state.concepts[name], whose, NOBODY, truth)
            case ir.Quantifier("any" | "all"):
                return self.quantified(expr, own, truth)
            case ir.Choice(condition, then, otherwise):
                held = self.value(condition, own, member) is True
                taken = self.ways(then if held else otherwise, own, member, truth)
                return self.both(self.ways(condition, own, member, held), taken)
            case ir.Compare(order, ir.Quantifier("count") as counted, ir.Literal(int() as limit)) if order in _COUNTS:
                return self.counted(counted, own, _COUNTS[order](limit), truth is (order in {">", ">="}))
            case ir.Literal():
                return [Way()]
        return [frozenset({self.atom(expr, own, member)})]

    def quantified(self, expr: ir.Quantifier, own: Facts, truth: bool) -> list[Way]:  # noqa: FBT001 - a truth
        """Returns the sets for `any` and `all`: one member settles the one truth, everybody the other."""
        decisive = expr.gathering == "any"
        members = self.answer.situation.members
        if truth is decisive:
            return self.least(way for each in members for way in self.inside(expr, own, each, decisive, settles=True))
        return self.all(self.inside(expr, own, each, decisive, settles=False) for each in members)

    def inside(
        self,
        expr: ir.Quantifier,
        own: Facts,
        each: Facts,
        wanted: bool,  # noqa: FBT001 - a truth
        *,
        settles: bool,
    ) -> list[Way]:
        """Returns the sets by which a member is among those asked and comes to a truth, or by which it is or does not."""
        among = True if expr.condition is None else self.value(expr.condition, own, each)
        body = self.value(expr.body, own, each)
        if settles:
            if among is not True or body is not wanted:
                return []
            asked = self.ways(expr.condition, own, each, truth=True) if expr.condition is not None else [Way()]
            return self.both(asked, self.ways(expr.body, own, each, wanted))
        found: list[Way] = []
        if among is False and expr.condition is not None:
            found += self.ways(expr.condition, own, each, truth=False)
        if body is (not wanted):
            found += self.ways(expr.body, own, each, not wanted)
        return self.least(found)

    def counted(self, expr: ir.Quantifier, own: Facts, needed: int, reached: bool) -> list[Way]:  # noqa: FBT001 - a truth
        """Returns the sets by which a count reaches a number, or does not: so many members in, or so many out."""
        members = self.answer.situation.members
        count = needed if reached else len(members) - needed + 1
        each = [self.inside(expr, own, member, wanted=True, settles=reached) for member in members]
        able = [ways for ways in each if ways]
        return self.least(way for some in combinations(able, max(count, 0)) for way in self.all(some))

    def atom(self, expr: Expr, own: Facts, member: Facts) -> Key:
        """Returns the key of a comparison, which is kept with the facts that it reads."""
        key = (id(expr), str(own.get("id", "")), str(member.get("id", "")))
        if key not in self.seen:
            slots = frozenset(_slots(expr, self.answer.situation, own, member))
            self.seen[key] = Comparison(expr, own, member, slots)
        return key


_COUNTS: dict[str, Callable[[int], int]] = {
    ">=": lambda limit: limit,
    ">": lambda limit: limit + 1,
    "<": lambda limit: limit,
    "<=": lambda limit: limit + 1,
}
"""The number that a count reaches, or does not, in a comparison."""


def _slots(expr: Expr, situation: Situation, own: Facts, member: Facts) -> Iterator[Slot]:
    """Yields the known facts that an expression reads, concepts opened, members one by one."""
    rules = situation.rules
    if isinstance(expr, ir.Fact):
        whose = own if expr.scope == "own" else member if expr.scope == "member" else NOBODY
        facts = situation.household if expr.scope == "household" else whose
        if expr.name not in FRAME and facts.get(expr.name) is not None:
            yield str(whose.get("id", HOUSEHOLD)), expr.name
    elif isinstance(expr, ir.Concept):
        body = rules.state.concepts.get(expr.name)
        whose = own if expr.scope == "own" else member if expr.scope == "member" else NOBODY
        yield from _slots(body, situation, whose, NOBODY) if body is not None else ()
    elif isinstance(expr, ir.Figure):
        for selector in rules.pack.contents.selectors.get(expr.name, ()):
            for each in (selector.expr, selector.wider):
                yield from _slots(each, situation, own, member) if each is not None else ()
    else:
        for whose in situation.members if isinstance(expr, ir.Quantifier) else (member,):
            for child in ir.children(expr):
                yield from _slots(child, situation, own, whose)


def outcome_with(answer: Answer, slots: frozenset[Slot]) -> str:
    """Returns what an entitlement comes to for the same people of whom only some facts are known.

    Args:
        answer: of the entitlement for somebody.
        slots: the facts that are known; who there is, who has died, and whether these are all stays known.
    """
    rules, whole = answer.ruled.rules, answer.situation

    def kept(facts: Facts, whose: str) -> Facts:
        return {name: value for name, value in facts.items() if name in FRAME or (whose, name) in slots}

    own = answer.own
    dead = [own] if own and not any(each is own for each in whole.members) else []
    members = [kept(each, str(each["id"])) for each in (*whole.members, *dead)]
    prepared = prepare(rules, kept(whole.household, HOUSEHOLD), members, own_day=True)
    people = [*prepared.situation.members, *prepared.dead]
    again = next((each for each in people if own and each["id"] == own["id"]), NOBODY)
    return Answer(answer.ruled, prepared.situation, again, answer.stripped).outcome
