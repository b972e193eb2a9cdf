"""Facts derived from facts, and the contradictions between what is given and what follows (MEANING M9, M13-M15)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from eligibility import ir
from eligibility.evaluate import closure
from eligibility.ir import Expr
from eligibility.packs.calendar import Rules
from eligibility.schema import Fact, Owner, Schema
from eligibility.situation import NOBODY, Facts, Situation
from eligibility.words import Words


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A listed member who is not in the household on the day (MEANING M4), and why: died, or not born by then."""

    id: str
    why: Literal["died", "not_born"]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A household ready to be screened on a day.

    Args:
        situation: the living members and what is known of them, derived facts among it.
        dead: the members listed as dead, likewise.
        left_out: the members who are not in the situation, as listed.
    """

    situation: Situation
    dead: tuple[Facts, ...]
    left_out: tuple[LeftOut, ...]


Stated = tuple[int | None, str]
"""A fact as a profile states it: the index of the member, or None for the household, and its name."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two things a profile says that cannot both be so.

    Args:
        subject: index of the member, or None for the household.
        fact: the fact to point at; empty where none is stated.
        message: what is wrong.
        against: the owner and the name of another stated fact that it goes against, if one can be named.
        advice: why it cannot be, or what to do.
    """

    subject: int | None
    fact: str
    message: Words
    against: Stated | None = None
    advice: Words | None = None


def prepare(rules: Rules, household: Facts, members: Sequence[Facts], *, own_day: bool) -> Prepared:
    """Returns a household as rules see it on their day.

    Args:
        rules: of the day.
        household: facts as stated.
        members: facts as stated, the `id` among them.
        own_day: whether the facts were stated for this very day; else stated counts of elapsed time do not hold.
    """
    schema = rules.pack.contents.schema
    people = [_lasting(rules, member, {"died": False}, own_day=own_day) for member in members]
    home = _lasting(rules, household, {"members_complete": True}, own_day=own_day)
    everyone = Situation(rules, home, people, complete=home.get("members_complete") is not False)
    for facts in people:
        _derive(schema.derived["person"], everyone, facts, facts)
    why = [_out(facts, rules) for facts in people]
    living = [facts for facts, out in zip(people, why, strict=True) if out is None]
    situation = Situation(rules, home, living, everyone.complete)
    _derive(schema.derived["household"], situation, NOBODY, home)
    ready = Situation(rules, home, living, everyone.complete)
    dead = tuple(facts for facts, out in zip(people, why, strict=True) if out == "died")
    left_out = tuple(LeftOut(facts["id"], out) for facts, out in zip(people, why, strict=True) if out is not None)
    return Prepared(ready, dead, left_out)


def _lasting(rules: Rules, stated: Facts, defaults: Facts, *, own_day: bool) -> dict[str, Any]:
    """Returns the facts that hold on the day: defaults for what is not said (MEANING M2), no stale counts (M9)."""
    schema = rules.pack.contents.schema
    facts = {name: value for name, value in defaults.items() if name in schema.facts}
    return facts | {name: value for name, value in stated.items() if own_day or name not in schema.elapsed}


def contradictions(rules: Rules, household: Facts, members: Sequence[Facts]) -> Iterator[Contradiction]:
    """Yields what cannot both be so: given against derived, facts that do not apply, integrity rules surely violated.

    Args:
        rules: of the profile's own day.
        household: facts as stated.
        members: likewise, in the order of the profile.
    """
    prepared = prepare(rules, household, members, own_day=True)
    known = {member["id"]: member for member in (*prepared.situation.members, *prepared.dead)}
    look = _Look(prepared.situation, household, members)
    for index, stated in enumerate(members):
        yield from look.owner("person", index, stated, known.get(stated["id"], stated))
    yield from look.owner("household", None, household, NOBODY)


def _derive(facts: Sequence[Fact], situation: Situation, own: Facts, into: dict[str, Any]) -> None:
    for fact in facts:
        if fact.derive is not None and fact.name not in into:
            value = closure(fact.derive.expr, situation.rules)(situation, own, NOBODY)
            if value is not None:
                into[fact.name] = value


def _out(facts: Facts, rules: Rules) -> Literal["died", "not_born"] | None:
    """Returns why a listed member is not in the household on the day; who is not born has not died."""
    born = facts.get("birth_date")
    if born is not None and born > rules.day:
        return "not_born"
    return "died" if facts.get("died") is True else None


@dataclass(frozen=True, slots=True)
class _Look:
    """Looks for contradictions in a household that is ready to be screened.

    Args:
        situation: with what is derived.
        household: facts as stated.
        members: likewise, in the order of the profile.
    """

    situation: Situation
    household: Facts
    members: Sequence[Facts]

    @property
    def schema(self) -> Schema:
        """The vocabulary."""
        return self.situation.rules.pack.contents.schema

    def value(self, expr: Expr, own: Facts) -> Any:  # noqa: ANN401 - of the type of the expression
        """Returns what an expression comes to for an owner."""
        return closure(expr, self.situation.rules)(self.situation, own, NOBODY)

    def owner(self, owner: Owner, index: int | None, stated: Facts, own: Facts) -> Iterator[Contradiction]:
        """Yields what one member, or the household, states that cannot be."""
        for fact in self.schema.of(owner):
            if fact.only_if is not None and fact.name in stated:
                yield from self.not_applicable(fact, fact.only_if.expr, index, own)
            if fact.derive is not None:
                yield from self.derived(fact, fact.derive.expr, index, stated, own)
        for rule in self.schema.integrity:
            if rule.owner == owner and self.value(rule.holds.expr, own) is False:
                yield self.violation(rule.holds.expr, rule.label, index)

    def not_applicable(self, fact: Fact, only_if: Expr, index: int | None, own: Facts) -> Iterator[Contradiction]:
        """Yields a fact that is stated although it does not apply (MEANING M14)."""
        if self.value(only_if, own) is False:
            gate = next(iter(self.stated(only_if, index)), None)
            message = Words(f"`{fact.name}` 在这里不适用", f"`{fact.name}` does not apply here")
            other = gate[1] if gate else fact.name
            advice = Words(f"不写它，或更正 `{other}`", f"leave it out, or correct `{other}`")
            yield Contradiction(index, fact.name, message, gate, advice)

    def derived(
        self, fact: Fact, derive: Expr, index: int | None, stated: Facts, own: Facts
    ) -> Iterator[Contradiction]:
        """Yields a stated fact that is not what follows from others, or what follows and is out of range (MEANING M13)."""
        found = self.value(derive, own)
        if found is None:
            return
        sources = self.stated(derive, index)
        if fact.name in stated:
            if not _agree(fact, stated[fact.name], found) and sources:
                day = self.situation.rules.day
                counted = Words(f"计算到 {day} 为止", f"it is counted on {day}") if fact.elapsed else None
                yield Contradiction(index, fact.name, _contradicts(fact.name, sources[0][1]), sources[0], counted)
        elif fact.type in {"count", "money"} and not fact.limits[0] <= found <= fact.limits[1]:
            owner, name = sources[0] if sources else (index, fact.name)
            zh, en = f"由此得出的 `{fact.name}` 超出可能的范围", f"the `{fact.name}` that follows is out of range"
            yield Contradiction(owner, name, Words(zh, en))

    def violation(self, holds: Expr, label: Words, index: int | None) -> Contradiction:
        """Returns the violation of a rule between facts, at the first fact that is stated (MEANING M15)."""
        sources = self.stated(holds, index)
        if not sources:
            return Contradiction(index, "", Words("这样的情况不会有", "this cannot be so"), None, label)
        (owner, name), *others = sources
        if not others:
            return Contradiction(owner, name, Words(f"`{name}` 不会是这样", f"`{name}` cannot be so"), None, label)
        return Contradiction(owner, name, _contradicts(name, others[0][1]), others[0], label)

    def stated(self, expr: Expr, index: int | None) -> list[Stated]:
        """Returns the stated facts that an expression rests on, once each, in reading order, derived facts opened."""
        found: dict[Stated, None] = {}
        waiting = [(node, index) for node in ir.walk(expr) if isinstance(node, ir.Fact)]
        while waiting:
            node, owner = waiting.pop(0)
            owners = range(len(self.members)) if node.scope == "member" else [owner if node.scope == "own" else None]
            for each in owners:
                facts = self.household if each is None else self.members[each]
                derive = self.schema.facts[node.name].derive
                if node.name in facts:
                    found[each, node.name] = None
                elif derive is not None:
                    inner = [(part, each) for part in ir.walk(derive.expr) if isinstance(part, ir.Fact)]
                    waiting[:0] = inner
        return list(found)


def _agree(fact: Fact, stated: Any, derived: Any) -> bool:  # noqa: ANN401 - values of any type
    return abs(stated - derived) <= 1 if fact.type == "money" else bool(stated == derived)


def _contradicts(name: str, other: str) -> Words:
    return Words(f"`{name}` 与 `{other}` 矛盾", f"`{name}` contradicts `{other}`")
