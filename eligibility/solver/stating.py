"""The facts of a household of unknowns: what each may be, when it applies, and what it follows from (MEANING M9, M13, M14)."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property, partial

from eligibility.bounds import BORN, timeless
from eligibility.ir import Expr
from eligibility.packs.calendar import Rules
from eligibility.schema import Fact
from eligibility.solver.binding import DEAD, NOTHING_TOLD, Binding, Told
from eligibility.solver.compiling import Who
from eligibility.solver.ground import Ground
from eligibility.solver.logic import Formula, Unknown, every, follows, no, of, some
from eligibility.solver.lookup import constant, kind_of, switch, unknown
from eligibility.solver.members import UNKNOWN_OTHERS, Others
from eligibility.solver.places import codes, named
from eligibility.solver.values import Code, Number, Value, replace_known, restricted, surely

_NAMED = "places that a pack names"
_LIFETIME = 150 * 366
"""How many days before and after the day a fact of somebody who lives can lie."""


class Facts(Binding):
    """A household of which everything is known that applies, whatever it is; see `Told` for what is known what it is.

    Args:
        rules: of the day.
        ground: where unknowns come from.
        count: how many living members there may be.
        told: what is told of it.
        dead: whether a member has died, under `DEAD`.
        label: a word in the names of the unknowns.
    """

    def __init__(
        self,
        rules: Rules,
        ground: Ground,
        count: int,
        told: Told = NOTHING_TOLD,
        *,
        dead: bool = False,
        label: str = "",
    ) -> None:
        """Takes the rules; everything is made when it is first asked for."""
        super().__init__(rules, ground, count, told, dead=dead)
        self.label = label
        self.facts: dict[tuple[str, Who], Value] = {}
        self.slots: dict[Unknown, tuple[str, Who]] = {}
        self.unknowns: dict[tuple[str, Who], list[Unknown]] = {}
        self._free: dict[tuple[str, Who], Value] = {}
        self._there: dict[int, Formula] = {}

    def others(self, node: Expr) -> Others:
        """Returns what members may come to who are not listed."""
        return super().others(node) if self.told.completed else UNKNOWN_OTHERS

    def present(self, who: int) -> Formula:
        """Returns whether there is such a living member; nobody is there without those before."""
        if who in self.told.people or (who == 0 and not self.dead):
            return True
        if who not in self._there:
            flag = self._there[who] = self.ground.flag(f"{self.label}member {who}")
            if who:
                self.ground.require(follows(flag, self.present(who - 1)))
        return self._there[who]

    def fact(self, name: str, who: Who) -> Value:
        """Returns a fact of a member or of the household, made once."""
        key = (name, who)
        if key not in self.facts:
            self.facts[key] = self.made(self.schema.facts[name], who)
        return self.facts[key]

    def made_before(self) -> Collection[tuple[str, Who]]:
        """Returns the facts that somebody asked about."""
        return self.facts.keys()

    def made(self, spec: Fact, who: Who) -> Value:
        """Makes a fact: what is told, what holds by default, what follows, or an unknown."""
        kind, told = kind_of(spec.kind), self.told.people.get(who, {}).get(spec.name)
        if spec.name == "members_complete":
            return constant(kind, self.closed)
        if spec.name == "died":
            return constant(kind, who == DEAD)
        if told is not None:
            return constant(kind, told) if spec.type != "set" else unknown(kind)
        if spec.type in {"text", "set"} or not self.told.completed or spec.name in self.told.untold:
            return unknown(kind)
        gate = self.gate(spec, who)
        return unknown(kind) if gate is False else restricted(self.applicable(spec, who), gate)

    def gate(self, spec: Fact, who: Who) -> Formula:
        """Returns whether a fact applies (MEANING M14)."""
        return True if spec.only_if is None else self.truth(spec.only_if.expr, who).yes

    def applicable(self, spec: Fact, who: Who) -> Value:
        """Returns a fact that applies."""
        stale = spec.elapsed and not self.told.own_day
        if spec.derive is None:
            return self.doubtful(spec, who) if stale else self.free(spec, who)
        found = self.value(spec.derive.expr, who)
        known = found.known
        if stale:
            return found
        if not self.told.own_day and not timeless(spec.derive.expr, self.rules):
            return self.doubtful(spec, who)
        if spec.type == "money":
            return self.free(spec, who)
        if known is True:
            self.following.add((spec.name, who))
            return found
        self.following.add((spec.name, who))
        parts = [(known, found), (no(known), self.free(spec, who))]
        return switch(kind_of(spec.kind), [(when, replace_known(each)) for when, each in parts], covers=True)

    def doubtful(self, spec: Fact, who: Who) -> Value:
        """Returns a fact of which nothing is known for the day, not even whether it is known."""
        return restricted(self.free(spec, who), self.ground.flag(f"{self.label}{who} knows {spec.name}"))

    def free(self, spec: Fact, who: Who) -> Value:
        """Returns an unknown for a fact, with its range, made once."""
        key = (spec.name, who)
        if key not in self._free:
            self._free[key] = self.unknown(spec, who)
        return self._free[key]

    def unknown(self, spec: Fact, who: Who) -> Value:
        """Makes an unknown for a fact."""
        name = f"{self.label}{'household' if who is None else who}.{spec.name}"
        made: list[Unknown] = []
        found: Value
        if spec.type == "bool":
            flag = self.ground.flag(name)
            made, found = [flag], surely(flag)
        elif spec.type in {"choice", "place"}:
            flags = {code: self.ground.flag(f"{name}={code}") for code in self.choices(spec)}
            made, found = list(flags.values()), Code(known=True, cases=flags)
            self.ground.require(some(*flags.values()))
            for at, each in enumerate(made):
                for other in made[:at]:
                    self.ground.require(no(every(each, other)))  # type: ignore[arg-type]  # flags
        else:
            whole = self.ground.whole(name, *self.range(spec))
            made, found = [whole], Number(known=True, pieces=((True, of(whole)),))
        self.unknowns[spec.name, who] = made
        for each in made:
            self.slots[each] = (spec.name, who)
            self.ground.later(each, partial(self.bind, spec.name, who))
        return found

    def choices(self, spec: Fact) -> tuple[str, ...]:
        """Returns what a choice or a place may be."""
        if spec.type == "choice":
            return tuple(spec.values)
        key = ("places of a solver", spec.name, self.codes)
        memo = self.rules.state.memo
        if key not in memo:
            if _NAMED not in memo:
                memo[_NAMED] = named(self.rules.pack)
            known = {*memo[_NAMED], *(code for code in self.codes if code.isdigit())}
            memo[key] = codes(known, spec)
        found: tuple[str, ...] = memo[key]
        return found

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes of places that are told apart, beside those that the law names."""
        facts = self.schema.facts
        told = {
            str(value)
            for known in self.told.people.values()
            for name, value in known.items()
            if name in facts and facts[name].type == "place"
        }
        return tuple(sorted({*self.told.codes, *told}))

    def range(self, spec: Fact) -> tuple[int, int]:
        """Returns between which whole numbers, fen or numbers of days a fact lies; who is listed was born by the day."""
        if spec.type == "date":
            today = self.rules.day.toordinal()
            return max(1, today - _LIFETIME), today if spec.name == BORN else today + _LIFETIME
        return spec.limits
