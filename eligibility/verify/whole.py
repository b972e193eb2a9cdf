"""Every check put to every law of a pack, what has not changed between two laws proved once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from eligibility.errors import Problem
from eligibility.packs.calendar import RulePack, Rules
from eligibility.ruled import ruled
from eligibility.solver.households import Mismatch
from eligibility.solver.proving import EFFORT, NotProved
from eligibility.targets.smt import MOST_MEMBERS
from eligibility.testing.declared import Declared
from eligibility.testing.lawbook import Waiver
from eligibility.testing.laws_exclusions import statuses
from eligibility.verify.cliffs import cliffs
from eligibility.verify.conditions import always, dead, redundant
from eligibility.verify.dates import dates
from eligibility.verify.drawn import counted, gifts
from eligibility.verify.hardship import Monotone
from eligibility.verify.integrity import contradictions
from eligibility.verify.lawful import Law
from eligibility.verify.overlaps import inside
from eligibility.verify.partly import refinement
from eligibility.verify.proof import Found
from eligibility.verify.rivals import exclusions
from eligibility.verify.sharing import Reading, between, reading
from eligibility.verify.tiers import gaps, overlaps, shadowed
from eligibility.words import Words

SINGLE: dict[str, Callable[[Law, str], Iterator[Found]]] = {
    "dead": dead,
    "always": always,
    "redundant": redundant,
    "gap": gaps,
    "overlap": overlaps,
    "shadowed": shadowed,
    "dates": dates,
    "exclusions": exclusions,
    "refinement": refinement,
}
"""The checks of one entitlement."""
_UNUSED = Words("这条免除没有用处：这里没有发现什么", "this waiver excuses nothing: nothing was found here")
_OUT = Words("删去它", "take it out")
_GAVE_UP = Words("求解器算不完，没有证明", "the solver gave up: not proved")
_DIFFERS = Words("求解器和核心说法不一，没有证明", "the solver and the core differ: not proved")
Progress = Callable[[date, int, int], None]
"""Is told how far a run is: the law that begins now, its place, and how many there are."""


@dataclass(frozen=True)
class Told:
    """Something found, with the waiver that excuses it."""

    found: Found
    waiver: Waiver | None = None

    @property
    def counts(self) -> bool:
        """Whether the pack does not pass because of it."""
        return self.found.weight == "not_proved" or (self.found.weight == "finding" and self.waiver is None)


@dataclass(frozen=True)
class Report:
    """What was proved of a pack, and what was not.

    Args:
        pack: the pack.
        days: of the laws that were looked at.
        told: everything found, in the order in which it was.
        unused: waivers that excuse nothing.
        proofs: how many questions were put, by check: one for each check and entitlement of each different law.
        shared: how many of them were spared, as nothing had changed.
        members: how many living members a household has at most.
    """

    pack: RulePack
    days: tuple[date, ...]
    told: tuple[Told, ...]
    unused: tuple[Problem, ...]
    proofs: int
    shared: int
    members: int = MOST_MEMBERS

    @property
    def passes(self) -> bool:
        """Whether nothing was found that no waiver excuses, everything was proved, and every waiver is needed."""
        return not self.unused and not any(each.counts for each in self.told)


@dataclass
class Run:
    """One run over some laws of a pack.

    Args:
        pack: the pack.
        declared: its laws and waivers.
        only: ids of the entitlements that are looked at; all where empty.
        effort: how much work one question may take.
        members: how many living members a household has at most.
    """

    pack: RulePack
    declared: Declared
    only: Sequence[str] = ()
    effort: int = EFFORT
    members: int = MOST_MEMBERS
    used: dict[str, set[str]] = field(default_factory=dict)
    _found: dict[tuple[str, str, Words], Found] = field(default_factory=dict)
    _done: dict[Any, list[Found]] = field(default_factory=dict)
    _pairs: dict[tuple[Reading, Reading], bool] = field(default_factory=dict)
    _shared: int = 0

    def over(self, days: Sequence[date], progress: Progress = lambda *_: None) -> Report:
        """Looks at the laws of some days.

        Args:
            days: in order; every law of the pack where empty, and then waivers are looked at too.
            progress: is told of each law.
        """
        looked = list(days) or law_days(self.pack)
        for at, day in enumerate(looked):
            progress(day, at, len(looked))
            self.law(self.pack.on(day))
        told = tuple(Told(each, self.waiver(each)) for each in self._found.values())
        unused = () if days else tuple(self.unused())
        return Report(self.pack, tuple(looked), told, unused, len(self._done), self._shared, self.members)

    def law(self, rules: Rules) -> None:
        """Looks at one law."""
        law = Law(rules, self.effort, self.members)
        ids = [id for id in law.ids if not self.only or id in self.only]
        for name, check in SINGLE.items():
            for id in ids:
                self.prove((name, id, self.read(rules, id, name)), name, id, rules, partial(check, law, id))
        self.hardship(rules, ids)
        if not self.only:
            self.prove(("integrity", between(rules)), "integrity", "facts", rules, partial(contradictions, law))
        self.prove(
            ("inside", tuple(reading(rules, id) for id in ids)),
            "inside",
            "entitlements",
            rules,
            partial(inside, law, ids, self._pairs),
        )
        money = {*counted(rules), *(id for id in law.ids if gifts(ruled(rules, id)))}
        money = {id for id in money if id in self.only} if self.only else money
        if money:
            key = ("cliff", frozenset(reading(rules, id) for id in money))
            self.prove(key, "cliff", "household", rules, partial(cliffs, rules, self.effort, self.members, self.only))

    def read(self, rules: Rules, id: str, name: str) -> Reading | tuple[Reading, ...]:
        """Returns what a check of an entitlement hangs on."""
        if name != "exclusions":
            return reading(rules, id)
        one = self.pack.entitlement(id)
        near = {*one.not_with, *one.higher_of, *(each.giver for each in statuses(self.pack) if each.closed == id)}
        return tuple(reading(rules, each) for each in sorted({id, *near}) if rules.ruling(each) is not None)

    def hardship(self, rules: Rules, ids: Sequence[str]) -> None:
        """Looks at each law that the pack declares of hardship."""
        for name, worse in self.declared.worse.items():
            law, label = Law(rules, self.effort, self.members), self.declared.file.monotone[name].label
            used, waived = self.used.setdefault(name, set()), self.declared.waivers(name)
            for id in ids:
                look = Monotone(law, name, label, id, waived, used)
                self.prove((name, id, reading(rules, id)), name, id, rules, partial(look.look, worse))

    def prove(self, key: Any, name: str, rule: str, rules: Rules, check: Callable[[], Iterable[Found]]) -> None:  # noqa: ANN401 - whatever the check hangs on
        """Runs a check unless it ran before on the same law."""
        if key in self._done:
            self._shared += 1
            for found in self._done[key]:
                self.keep(found, rules)
            return
        kept: list[Found] = []
        self._done[key] = kept
        try:
            kept.extend(check())
        except NotProved:
            kept.append(Found(name, rule, _GAVE_UP, weight="not_proved"))
        except Mismatch:
            kept.append(Found(name, rule, _DIFFERS, weight="not_proved"))
        for found in kept:
            self.keep(found, rules)

    def keep(self, found: Found, rules: Rules) -> None:
        """Keeps what was found, once, with the day of each law on which it holds."""
        key = found.check, found.rule, found.said
        before = self._found.get(key, found)
        self._found[key] = replace(before, days=(*before.days, rules.day))

    def waiver(self, found: Found) -> Waiver | None:
        """Returns what excuses something that was found."""
        if found.weight != "finding":
            return None
        waiver = self.declared.file.waived.get(found.check, {}).get(found.rule)
        if waiver is not None:
            self.used.setdefault(found.check, set()).add(found.rule)
        return waiver

    def unused(self) -> Iterator[Problem]:
        """Yields each waiver of a check that excuses nothing on any law."""
        for check in (*SINGLE, "integrity", *self.declared.worse):
            for rule, span in self.declared.waivers(check).items():
                meant = not self.only or rule.partition("/")[0] in self.only
                if meant and rule not in self.used.get(check, ()):
                    yield Problem(_UNUSED, span, _OUT)


def law_days(pack: RulePack) -> list[date]:
    """Returns the first day of each law of a pack on which something is in force."""
    return [day for day in pack.changes if pack.on(day).state.rulings]
