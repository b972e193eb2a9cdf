"""The steepest cliff: the largest yearly loss of a household when one amount of money rises by one fen, and its exact spot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from eligibility.bounds import reach
from eligibility.money import yuan
from eligibility.packs.calendar import Rules
from eligibility.profile_reader import Profile
from eligibility.ruled import ruled
from eligibility.schema import Fact
from eligibility.solver.compiling import Who
from eligibility.solver.households import called
from eligibility.solver.logic import Formula, Sum, at_most, every, number, some, total
from eligibility.solver.values import Number, Value
from eligibility.solver.views import Slot
from eligibility.targets.smt import World
from eligibility.verify.drawn import counted, drawn, ended, gifts, least, most, without
from eligibility.verify.lawful import Law, exprs
from eligibility.verify.others import Otherwise
from eligibility.verify.proof import Found, Shown
from eligibility.verify.showing import both, differences
from eligibility.verify.yearly import best, ended_rightly, worths
from eligibility.words import Words


@dataclass
class Cliff:
    """The household as it is, and as it is with one fen more.

    Args:
        law: the rules of the day, of which nothing else is asked.
        spec: the money that rises.
        who: whose it is.
    """

    law: Law
    spec: Fact
    who: Who

    def __post_init__(self) -> None:
        """Makes the other household: first with the money alone, then with what ends because of it."""
        base, slot = self.law.living, (self.spec.name, self.who)
        more = _more(base.fact(*slot))
        alone = Otherwise(base, values={slot: more}, label="alone ")
        self.givers = [id for id in self.law.ids if gifts(ruled(self.law.rules, id)) and self.moves(alone, id)]
        values: dict[Slot, Value] = {slot: more}
        for (fact, who), ends in _ends(base, alone, self.givers).items():
            values[fact, who] = without(base, fact, who, ends)
        self.other = Otherwise(base, values=values, label="richer ")
        self.step = every(*(part for each in (alone, self.other) for part in (each.remains(slot), each.sound())))
        self.ids = [id for id in counted(self.law.rules) if self.moves(self.other, id)]

    def moves(self, world: Otherwise, id: str) -> bool:
        """Returns whether anything that differs bears on an entitlement."""
        read = {name for expr in exprs(world.base.ask(id)) for name in reach(expr, self.law.rules)}
        return not world.touched.isdisjoint(read)

    def steepest(self, ids: Sequence[str]) -> tuple[int, Formula] | None:
        """Returns the largest loss, in fen a year, with the formula that it is that much; None where nothing is lost, which is a proof."""
        base = [each for id in ids for each in drawn(self.law.living, id)]
        richer = [each for id in ids for each in drawn(self.other, id)]
        before, after = most(base, self.law.living), least(richer, self.other)
        question = self.law.question(self.step)
        lost, high = 0, before.ends[1]
        step = 1
        while lost < high:
            # Far ahead while that succeeds, and half as far once it does not.
            wanted = min(high, lost + step)
            given = question.model(_loses(before, after, wanted))
            if given is None:
                high, step = wanted - 1, max(1, (wanted - lost) // 2)
            else:
                lost, step = total(before, given) - total(after, given), step * 8
        return (lost, _loses(before, after, lost)) if lost else None


def _loses(before: Sum, after: Sum, by: int) -> Formula:
    return at_most(after + number(by), before)


def _more(value: Value) -> Value:
    assert isinstance(value, Number)  # noqa: S101 - it is money
    return replace(
        value, pieces=tuple((when, base + number(1)) for when, base in value.pieces if isinstance(base, Sum))
    )


def _ends(base: World, alone: World, givers: Sequence[str]) -> dict[Slot, Formula]:
    """Returns when each status ends because the money alone has risen."""
    found: dict[Slot, Formula] = {}
    for id in givers:
        rule = ruled(base.rules, id)
        for fact in gifts(rule):
            owners: Sequence[Who] = [None] if base.schema.facts[fact].owner == "household" else list(range(base.count))
            for who in owners:
                ends = ended(base, alone, id, fact, who)
                if ends is not False:
                    found[fact, who] = ends if (fact, who) not in found else _either(found[fact, who], ends)
    return found


def _either(one: Formula, other: Formula) -> Formula:
    return some(one, other)


def cliffs(rules: Rules, effort: int, members: int, only: Sequence[str] = ()) -> Iterator[Found]:
    """Yields, as information, the steepest cliff of each entitlement and of a household as a whole.

    Args:
        rules: of the day.
        effort: how much work one question may take.
        members: how many living members a household has at most.
        only: the entitlements that count; all, and then together too, where empty.
    """
    for spec in rules.pack.contents.schema.facts.values():
        if spec.type == "money" and spec.derive is None:
            cliff = Cliff(Law(rules, effort, members), spec, None if spec.owner == "household" else 0)
            for id in cliff.ids:
                if not only or id in only:
                    yield from _told(cliff, [id])
            if len(cliff.ids) > 1 and not only:
                yield from _told(cliff, cliff.ids)


def _told(cliff: Cliff, ids: Sequence[str]) -> Iterator[Found]:
    found = cliff.steepest(ids)
    if found is None:
        return
    lost, formula = found
    law, alone = cliff.law, len(ids) == 1

    def shows(rules: Rules, one: Profile, two: Profile) -> bool:
        sums = [best(law.rules, worths(rules, law.rules, each, ids)) for each in (one, two)]
        return sums[0] - sums[1] == lost and ended_rightly(rules, one, two, cliff.givers)

    moved = (called(cliff.who) if cliff.who is not None else None, cliff.spec.name)
    pair = both(law, (law.living, cliff.other), (cliff.step, formula), shows, moved, {*ids, *cliff.givers})
    assert pair is not None  # noqa: S101 - it was found a moment ago
    one, two, supposed = pair
    rules = supposed.rules(law.rules)
    sums = [worths(rules, law.rules, each, ids) for each in (one, two)]
    facts = one.household if cliff.who is None else one.members[0]
    spot = yuan(facts[cliff.spec.name])
    told = tuple(
        _line(law, id, subject, *(each.get((id, subject), 0) for each in sums))
        for id, subject in dict.fromkeys((*sums[0], *sums[1]))
    )
    zh = f"{cliff.spec.label.zh}从 {spot} 元再多一分，一年少 {yuan(lost)} 元，没有比这更陡的"
    en = f"one fen more of {cliff.spec.label.en} at {spot} yuan costs {yuan(lost)} yuan a year; nothing is steeper"
    rule = f"{ids[0]}/{cliff.spec.name}" if alone else f"household/{cliff.spec.name}"
    shown = Shown(law.rules, one, supposed, {}, told, two, differences(law.rules, one, two))
    yield Found("cliff", rule, Words(zh, en), ids[0] if alone else None, "information", shown, measure=lost)


def _line(law: Law, id: str, subject: str, before: int, after: int) -> Words:
    label = law.rules.pack.entitlement(id).label
    zh = f"{label.zh}（{id}）· {subject}：一年 {yuan(before)} 元 → {yuan(after)} 元"
    return Words(zh, f"{label.en} ({id}) · {subject}: {yuan(before)} → {yuan(after)} yuan a year")
