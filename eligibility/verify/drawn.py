"""What a household of unknowns draws in a year, and which status ends with the conditions on which it was given (MEANING M17, M23, M24)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from eligibility.leaves import HOUSEHOLD
from eligibility.packs.calendar import Rules
from eligibility.packs.model import Benefit
from eligibility.ruled import Part, Ruled, ruled
from eligibility.schema import Fact
from eligibility.solver.comparing import single
from eligibility.solver.compiling import Who
from eligibility.solver.joining import alike, all_of, sorted_out
from eligibility.solver.logic import Formula, Sum, at_most, every, no, number, of, some
from eligibility.solver.lookup import constant, kind_of, switch
from eligibility.solver.values import Code, Number, Truth, Value, exactly, scaled
from eligibility.targets.smt import Asked, World
from eligibility.verify.lawful import held
from eligibility.verify.others import as_held
from eligibility.worth import SUMMED, times

_NONE = "none"


def counted(rules: Rules) -> list[str]:
    """Returns the entitlements whose amounts are added up: money or a waiver by the year, a right, for the living."""
    found = []
    for ruling in rules.state.rulings:
        one, benefit = ruling.entitlement, ruling.body.benefit
        alive = one.promise != "may" and one.subject != "deceased"
        if alive and benefit is not None and benefit.kind in SUMMED and benefit.amount and yearly(benefit):
            found.append(one.id)
    return found


def yearly(benefit: Benefit) -> int | None:
    """Returns how often an amount is paid in a year; None for what is paid once, which is no yearly sum."""
    return None if benefit.per == "once" else times(benefit)


@dataclass(frozen=True)
class Drawn:
    """What one subject draws of one entitlement in a year.

    Args:
        id: of the entitlement.
        who: whose it is.
        worth: in fen; nothing where it is not drawn, and where its amount is not known.
    """

    id: str
    who: Who
    worth: Sum

    def rivals(self, other: Drawn, rules: Rules) -> bool:
        """Returns whether the two may not be drawn together."""
        if self.id == other.id or not (self.who == other.who or None in {self.who, other.who}):
            return False
        return rival(rules, self.id, other.id)


def rival(rules: Rules, one: str, other: str) -> bool:
    """Returns whether one of two entitlements names the other one as not to be drawn beside it."""
    first, second = (rules.pack.entitlement(id) for id in (one, other))
    return other in {*first.not_with, *first.higher_of} or one in {*second.not_with, *second.higher_of}


def drawn(world: World, id: str) -> Iterator[Drawn]:
    """Yields what each subject draws of an entitlement, a status that is held already counted as drawn."""
    rule = ruled(world.rules, id)
    benefit = rule.ruling.body.benefit
    each = yearly(benefit) if benefit is not None else None
    for who in [None] if rule.entitlement.subject == HOUSEHOLD else range(world.count):
        asked, amount = world.ask(id, who or 0), _amount(as_held(world).ask(id, who or 0))
        has = some(asked.eligible, *(holding(asked, world, fact) for fact in gifts(rule)))
        paid = every(has, amount.known)
        money = Number(paid, scaled(amount.pieces, each or 0), amount.denominator)
        worth = sorted_out([(paid, replace(money, known=True)), (no(paid), exactly(0))], covers=True)
        assert isinstance(worth, Number)  # noqa: S101 - both are numbers
        yield Drawn(id, who, single(worth, world.ground))


def _amount(asked: Asked) -> Number:
    """Returns the amount of the first tier that matches, whoever is eligible; nothing where it is below nothing."""
    found: list[tuple[Formula, Number]] = []
    before: Formula = True
    for truth, value in asked.tiers:
        found.append((every(before, truth.yes), value))
        before = every(before, truth.no)
    amount = sorted_out(found)
    assert isinstance(amount, Number)  # noqa: S101 - it is one of several numbers
    return amount


def gifts(rule: Ruled) -> dict[str, set[str]]:
    """Returns the facts that an entitlement gives to its own subject, each with the values that it may give."""
    found: dict[str, set[str]] = {}
    for each in rule.entitlement.gives:
        spec = rule.rules.pack.contents.schema.facts[each.fact]
        if (spec.owner == HOUSEHOLD) == (rule.entitlement.subject == HOUSEHOLD) and ending(spec) is not None:
            found.setdefault(each.fact, set()).add(each.value)
    return found


def ending(spec: Fact) -> bool | str | None:
    """Returns what a status is once it has ended; None where nothing says so."""
    if spec.type == "bool":
        return False
    return _NONE if spec.type == "choice" and _NONE in spec.values else None


def lasting(rule: Ruled, fact: str) -> list[Part]:
    """Returns what has to go on for a status to last: every criterion and exclusion but those that ask whether it is held."""
    return [part for part in rule.parts if not (part.exclusion and fact in set(part.reads.names()))]


def lasts(asked: Asked, fact: str) -> Truth:
    """Returns whether the conditions of a status go on."""
    kept = {part.id for part in lasting(asked.rule, fact)}
    return all_of([truth for part, truth in held(asked) if part.id in kept])


def holding(asked: Asked, world: World, fact: str) -> Formula:
    """Returns whether the subject holds a status that the entitlement gives, and still meets its conditions."""
    return every(
        asked.subject, has(world.fact(fact, asked.who), world, fact, gifts(asked.rule)[fact]), lasts(asked, fact).yes
    )


def has(value: Value, world: World, fact: str, values: set[str]) -> Formula:
    """Returns whether a fact has one of several values."""
    kind = kind_of(world.schema.facts[fact].kind)
    if isinstance(value, Truth):
        return some(*(value.is_(each == "true") for each in values))
    if not isinstance(value, Code):
        return False
    wanted = [constant(kind, each) for each in sorted(values)]
    return some(*(alike(value, each).yes for each in wanted if isinstance(each, Code)))


def ended(base: World, moved: World, id: str, fact: str, who: Who) -> Formula:
    """Returns whether a status that is rightly held in one household has lost its conditions in the other one."""
    before, after = base.ask(id, who or 0), moved.ask(id, who or 0)
    return every(holding(before, base, fact), lasts(after, fact).no)


def without(base: World, fact: str, who: Who, ends: Formula) -> Value:
    """Returns a status that is what it was, or has ended."""
    spec = base.schema.facts[fact]
    kind, was = kind_of(spec.kind), base.fact(fact, who)
    gone = constant(kind, ending(spec))
    return switch(kind, [(ends, gone), (no(ends), was)], covers=True)


def most(items: Sequence[Drawn], world: World) -> Sum:
    """Returns a sum that can be as high as the best lawful combination, and no higher."""
    found = number(0)
    for each in items:
        rivals = [other for other in items if each.rivals(other, world.rules)]
        found += _part(each, world) if rivals else each.worth
    parts = {(each.id, each.who): _part(each, world) for each in items}
    for one, other in combinations(items, 2):
        if one.rivals(other, world.rules):
            none = number(0)
            ends = [at_most(parts[each.id, each.who], none) for each in (one, other)]
            world.ground.require(some(*ends))
    return found


def _part(each: Drawn, world: World) -> Sum:
    """Returns how much of what may be drawn is: all of it, or less."""
    key = ("part", id(world), each.id, each.who)
    if key not in world.ground.memo:
        part = of(world.ground.whole("part", 0, max(0, each.worth.ends[1])))
        world.ground.require(at_most(part, each.worth))
        world.ground.memo[key] = part
    found: Sum = world.ground.memo[key]
    return found


def least(items: Sequence[Drawn], world: World) -> Sum:
    """Returns a sum that can be as low as the best lawful combination, and no lower."""
    found = number(0)
    for group in groups(items, world.rules):
        if len(group) == 1:
            found += group[0].worth
            continue
        top = of(world.ground.whole("group", 0, sum(max(0, each.worth.ends[1]) for each in group)))
        for kept in lawful(group, world.rules):
            together = number(0)
            for each in kept:
                together += each.worth
            world.ground.require(at_most(together, top))
        found += top
    return found


def groups(items: Sequence[Drawn], rules: Rules) -> list[list[Drawn]]:
    """Returns what is drawn, together what hangs together through what may not be drawn beside it."""
    found: list[list[Drawn]] = []
    for each in items:
        near = [group for group in found if any(each.rivals(other, rules) for other in group)]
        found = [group for group in found if group not in near]
        found.append([each, *(other for group in near for other in group)])
    return found


def lawful(group: Sequence[Drawn], rules: Rules) -> Iterator[list[Drawn]]:
    """Yields every combination of which no two are rivals."""
    for size in range(1, len(group) + 1):
        for kept in combinations(group, size):
            if not any(one.rivals(other, rules) for one, other in combinations(kept, 2)):
                yield list(kept)
