"""Facts derived from facts, and the contradictions between what is given and what follows (MEANING M9, M13-M15)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from eligibility import ir
from eligibility.evaluate import closure
from eligibility.ir import Expr
from eligibility.packs.calendar import Rules
from eligibility.schema import Fact
from eligibility.situation import NOBODY, Facts, Situation
from eligibility.words import Words


@dataclass(frozen=True, slots=True)
class Prepared:
    """A household ready to be screened on a day.

    Args:
        situation: the living members and what is known of them, derived facts among it.
        dead: the members listed as dead, likewise.
    """

    situation: Situation
    dead: tuple[Facts, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two things a profile says that cannot both be so.

    Args:
        subject: index of the member, or None for the household.
        fact: the fact to point at.
        against: another fact that it goes against, if one can be named.
        message: what is wrong.
    """

    subject: int | None
    fact: str
    against: str | None
    message: Words


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
        _derive(schema.of("person"), everyone, facts, facts)
    born = [facts for facts in people if not _unborn(facts, rules)]
    living = [facts for facts in born if facts.get("died") is not True]
    situation = Situation(rules, home, living, everyone.complete)
    _derive(schema.of("household"), situation, NOBODY, home)
    ready = Situation(rules, home, living, everyone.complete)
    return Prepared(ready, tuple(facts for facts in born if facts.get("died") is True))


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
    situation = prepared.situation
    schema = rules.pack.contents.schema
    known = {member["id"]: member for member in (*situation.members, *prepared.dead)}
    for index, stated in enumerate(members):
        whole = known.get(stated["id"], stated)
        for fact in schema.of("person"):
            yield from _fact(fact, situation, stated, whole, index)
        for rule in schema.integrity:
            if rule.owner == "person" and closure(rule.holds.expr, rules)(situation, whole, NOBODY) is False:
                yield _violation(rule.label, _named_in(rule.holds.expr, stated, household), stated, index)
    for fact in schema.of("household"):
        yield from _fact(fact, situation, household, situation.household, None)
    for rule in schema.integrity:
        if rule.owner == "household" and closure(rule.holds.expr, rules)(situation, NOBODY, NOBODY) is False:
            yield _violation(rule.label, _named_in(rule.holds.expr, household, household), household, None)


def _derive(facts: Iterator[Fact], situation: Situation, own: Facts, into: dict[str, Any]) -> None:
    for fact in facts:
        if fact.derive is not None and fact.name not in into:
            value = closure(fact.derive.expr, situation.rules)(situation, own, NOBODY)
            if value is not None:
                into[fact.name] = value


def _unborn(facts: Facts, rules: Rules) -> bool:
    born = facts.get("birth_date")
    return born is not None and born > rules.day


def _fact(fact: Fact, situation: Situation, stated: Facts, whole: Facts, index: int | None) -> Iterator[Contradiction]:
    rules = situation.rules
    own = whole if index is not None else NOBODY
    only_if = fact.only_if.expr if fact.only_if is not None and fact.name in stated else None
    if only_if is not None and closure(only_if, rules)(situation, own, NOBODY) is False:
        gate = next((name for name in _reads(only_if) if name in stated), None)
        message = Words(f"`{fact.name}` 在这里不适用", f"`{fact.name}` does not apply here")
        yield Contradiction(index, fact.name, gate, message)
    if fact.derive is None:
        return
    derived = closure(fact.derive.expr, rules)(situation, own, NOBODY)
    if derived is None:
        return
    sources = [name for name in _reads(fact.derive.expr) if name in stated and name != fact.name]
    against = sources[0] if sources else None
    if fact.name in stated and not _agree(fact, stated[fact.name], derived):
        other = against or "monthly_income"
        message = Words(f"`{fact.name}` 与 `{other}` 不一致", f"`{fact.name}` contradicts `{other}`")
        yield Contradiction(index, fact.name, against, message)
    elif fact.type in {"count", "money"} and not fact.limits[0] <= derived <= fact.limits[1]:
        message = Words(f"由此得出的 `{fact.name}` 超出可能的范围", f"the `{fact.name}` that follows is out of range")
        yield Contradiction(index, against or fact.name, None, message)


def _agree(fact: Fact, stated: Any, derived: Any) -> bool:  # noqa: ANN401 - values of any type
    return abs(stated - derived) <= 1 if fact.type == "money" else bool(stated == derived)


def _violation(label: Words, names: list[str], stated: Facts, index: int | None) -> Contradiction:
    here = [name for name in names if name in stated] or names
    against = next((name for name in names if name != here[0]), None) if here else None
    return Contradiction(index, here[0] if here else "", against, label)


def _named_in(expr: Expr, stated: Facts, household: Facts) -> list[str]:
    return [name for name in _reads(expr) if name in stated or name in household]


def _reads(expr: Expr) -> list[str]:
    return [node.name for node in ir.walk(expr) if isinstance(node, ir.Fact)]
