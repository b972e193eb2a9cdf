"""Households drawn as people come, knowing nothing of any limit, beside which a suite is measured."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from eligibility.bounds import BORN, reach
from eligibility.derived import contradictions, prepare
from eligibility.evaluate import closure
from eligibility.leaves import reads
from eligibility.packs.calendar import Rules
from eligibility.profile_reader import Profile
from eligibility.ruled import Ruled
from eligibility.schema import Fact
from eligibility.situation import NOBODY
from eligibility.suite.scoring import Judge, Verdict
from eligibility.suite.seen import Seen
from eligibility.suite.whole import Progress, Suite
from eligibility.testing.boundaries import ELSEWHERE

SEED = 7
_YES = 0.3
"""How often something that is so or not so is so."""
_HERE = 0.8
"""How often a place is one of those that the pack lists."""
_YEARS = 90
_TRIES = 60
_TYPICAL = {"money": 400_000, "count": 20}
_ROUND = 10_000


@dataclass
class Strangers:
    """Draws households.

    Args:
        rules: of the day.
        source: of chance; the same seed gives the same households.
    """

    rules: Rules
    source: random.Random

    def draw(self, id: str) -> Profile:
        """Returns a household of one to four living members that contradicts itself nowhere, of whom everything is known."""
        for _ in range(_TRIES):
            schema = self.rules.pack.contents.schema
            home = {spec.name: self.value(spec) for spec in schema.of("household") if _drawn(spec, self.rules)}
            members = [
                {
                    "id": "abcd"[at],
                    **{spec.name: self.value(spec) for spec in schema.of("person") if _drawn(spec, self.rules)},
                }
                for at in range(self.source.randint(1, 4))
            ]
            found = self.applicable(Profile(id, self.rules.day, home, tuple(members)))
            if not any(contradictions(self.rules, found.household, found.members)):
                return found
            found = self.mended(found)
            if not any(contradictions(self.rules, found.household, found.members)):
                return found
        return Profile(id, self.rules.day, {}, ({"id": "a"},))

    def value(self, spec: Fact) -> Any:  # noqa: ANN401 - a value of the fact
        """Returns a value of a fact."""
        source = self.source
        if spec.type == "bool":
            return source.random() < _YES
        if spec.type == "choice":
            return source.choice(list(spec.values))
        if spec.type == "place":
            length = 2 if spec.level == "province" else 6
            listed = [code for code in self.rules.pack.contents.places if len(code) == length]
            here = listed if listed and source.random() < _HERE else ELSEWHERE[spec.level or "county"]
            return source.choice(list(here))
        if spec.type == "date":
            years = _YEARS if spec.name == BORN else _YEARS // 9
            return self.rules.day - timedelta(source.randint(0, years * 365))
        low, high = spec.limits
        value = source.randint(low, min(high, low + _TYPICAL[spec.type]))
        return value // _ROUND * _ROUND if spec.type == "money" and value >= _ROUND else value

    def applicable(self, profile: Profile) -> Profile:
        """Returns a household without the facts that do not apply (MEANING M14)."""
        facts = self.rules.pack.contents.schema.facts
        gated = [spec for spec in facts.values() if spec.only_if is not None]
        for spec in gated:
            prepared = prepare(self.rules, profile.household, profile.members, own_day=True)
            assert spec.only_if is not None  # noqa: S101 - it was looked at
            ask = closure(spec.only_if.expr, self.rules)
            if spec.owner == "household":
                if ask(prepared.situation, NOBODY, NOBODY) is not True:
                    home = {name: value for name, value in profile.household.items() if name != spec.name}
                    profile = replace(profile, household=home)
                continue
            there = {each["id"]: each for each in (*prepared.situation.members, *prepared.dead)}
            members = [
                each
                if each["id"] in there and ask(prepared.situation, there[each["id"]], NOBODY) is True
                else {name: value for name, value in each.items() if name != spec.name}
                for each in profile.members
            ]
            profile = replace(profile, members=tuple(members))
        return profile

    def mended(self, profile: Profile) -> Profile:
        """Returns a household in which facts that contradict others are drawn again."""
        schema = self.rules.pack.contents.schema
        for _ in range(_TRIES):
            wrong = next(contradictions(self.rules, profile.household, profile.members), None)
            if wrong is None or not wrong.fact:
                break
            if wrong.subject is None:
                profile = replace(
                    profile, household={**profile.household, wrong.fact: self.value(schema.facts[wrong.fact])}
                )
            else:
                members = list(profile.members)
                members[wrong.subject] = {**members[wrong.subject], wrong.fact: self.value(schema.facts[wrong.fact])}
                profile = replace(profile, members=tuple(members))
            profile = self.applicable(profile)
        return profile


def _drawn(spec: Fact, rules: Rules) -> bool:
    """Returns whether a fact is drawn: it follows from no others but texts, such as a resident number, which nobody draws."""
    if spec.type in {"text", "set"} or spec.name in {"died", "members_complete"}:
        return False
    facts = rules.pack.contents.schema.facts
    return spec.derive is None or all(facts[name].type == "text" for name in reads(spec.derive.expr, rules).names())


def strangers(rules: Rules, count: int, seed: int = SEED) -> list[Profile]:
    """Returns so many households."""
    draw = Strangers(rules, random.Random(seed))  # noqa: S311 - tests need no secrets
    return [draw.draw(f"stranger-{at}") for at in range(1, count + 1)]


def met(rule: Ruled, profiles: Sequence[Profile]) -> list[Seen]:
    """Returns households put to an entitlement, each that reads the same once; of the dead, one member has died."""
    wanted = set().union(*(reach(each, rule.rules) for each in rule.exprs))
    found: dict[str, Seen] = {}
    for profile in profiles:
        members = [
            {name: value for name, value in each.items() if name in wanted or name == "id"} for each in profile.members
        ]
        if rule.entitlement.subject == "deceased":
            members[-1] |= {"died": True}
            if len(members) == 1:
                members.insert(0, {**members[0], "id": "z", "died": False})
        home = {name: value for name, value in profile.household.items() if name in wanted}
        seen = Seen(rule, replace(profile, household=home, members=tuple(members)))
        if seen.prepared.situation.members:
            found.setdefault(repr((home, members)), seen)
    return list(found.values())


def compared(found: Suite, progress: Progress = lambda *_: None) -> list[Verdict]:
    """Returns what becomes of the changes of the rules before as many households as a suite has, all put to every entitlement.

    Args:
        found: the suite; what it proved to make no difference makes none here.
        progress: is told what is done.
    """
    profiles = strangers(found.rules, found.size)
    judge = Judge(found.rules, {id: met(each.rule, profiles) for id, each in found.made.items()})
    verdicts = []
    for at, each in enumerate(found.verdicts):
        progress("strangers", at, len(found.verdicts))
        seen = each.fate != "equivalent" and judge.noticed(each.edit)
        verdicts.append(
            Verdict(each.edit, "noticed" if seen else "equivalent" if each.fate == "equivalent" else "missed")
        )
    return verdicts
