"""The rules of a day for a solver: what entitlements come to for a household of unknowns, each answer a formula.

    ground = Ground()                                  # the unknowns
    world = World(rules, ground, count=1)              # one living member at place 0; see `members_for`
    asked = world.ask("old-age-allowance")             # Asked: .eligible .ineligible .undetermined .parts .tiers .amount
    prover = Prover(ground)                            # solver/proving.py, the only module that loads z3
    found = prover.model(asked.eligible)               # Given (what each unknown is), or None: proved that there is none;
                                                       # NotProved is raised where the solver gave up
    question = prover.question(asked.eligible)         # the same asked again and again with more beside it:
    question.model(asked.parts[2].no)

Formulas are made with `every`, `some`, `no`, `follows`, `same` of solver/logic.py, numbers and amounts compared with
`compared` of solver/values.py: `compared("<", asked.amount, other.amount, ground).yes`. What is put to the solver is only
what hangs together with a question, and every rule between the facts in it (MEANING M13-M15) comes by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from eligibility import ir
from eligibility.bounds import reach
from eligibility.ir import Expr
from eligibility.leaves import HOUSEHOLD
from eligibility.packs.calendar import Rules
from eligibility.ruled import Ruled, ruled
from eligibility.situation import NOBODY, Situation
from eligibility.solver.binding import DEAD
from eligibility.solver.comparing import compared
from eligibility.solver.compiling import Who
from eligibility.solver.joining import all_of, denied, sorted_out
from eligibility.solver.logic import Formula, every, no, some
from eligibility.solver.lookup import constant, kind_of
from eligibility.solver.stating import Facts
from eligibility.solver.values import NO, NOTHING, OPEN, YES, Number, Truth, Value, exactly

MOST_MEMBERS = 3
"""Up to how many members a household of unknowns has where conditions look at members, unless more are asked for."""


@dataclass(frozen=True)
class Gift:
    """A status that an entitlement would bring to its subject if it were granted (MEANING M17).

    Args:
        when: whether it brings it.
        who: whose fact it is.
        fact: which.
        value: what it would be.
    """

    when: Formula
    who: Who
    fact: str
    value: Value


@dataclass(frozen=True)
class Asked:
    """One entitlement put to one subject of a household of unknowns.

    Args:
        rule: the entitlement.
        world: the household.
        who: the place of the subject; None for the household.
        parts: what each criterion and exclusion comes to, in the order of `rule.parts`.
    """

    rule: Ruled
    world: Facts
    who: Who
    parts: tuple[Truth, ...]

    @property
    def subject(self) -> Formula:
        """Whether there is such a subject."""
        return True if self.who == DEAD else self.world.present(self.who or 0)

    @cached_property
    def holds(self) -> Truth:
        """Whether all criteria hold and no exclusion does."""
        pairs = zip(self.rule.parts, self.parts, strict=True)
        return all_of([denied(truth) if part.exclusion else truth for part, truth in pairs])

    @cached_property
    def eligible(self) -> Formula:
        """Whether it comes out eligible."""
        return every(self.subject, self.holds.yes)

    @cached_property
    def ineligible(self) -> Formula:
        """Whether it comes out ineligible."""
        return every(self.subject, self.holds.no)

    @cached_property
    def undetermined(self) -> Formula:
        """Whether it stays open."""
        return every(self.subject, no(self.holds.known))

    def outcome(self, outcome: str) -> Formula:
        """Returns whether it comes to an outcome."""
        return {"eligible": self.eligible, "ineligible": self.ineligible, "undetermined": self.undetermined}[outcome]

    @cached_property
    def tiers(self) -> tuple[tuple[Truth, Number], ...]:
        """Each tier: whether its condition holds, and its amount."""
        return self._tiers(self.rule.tiers)

    def _tiers(self, tiers: Iterable[tuple[Expr | None, Expr]]) -> tuple[tuple[Truth, Number], ...]:
        world, who = self.world, self.who
        return tuple(
            (world.truth(when, who) if when is not None else YES, world.number(amount, who)) for when, amount in tiers
        )

    @cached_property
    def amount(self) -> Number:
        """The amount in fen: of the first tier that matches, unknown where one before it may; never below nothing (M22)."""
        amount = _first(self.tiers)
        positive = compared(">=", amount, exactly(0), self.world.ground).yes
        return Number(every(no(self.ineligible), positive), amount.pieces, amount.denominator)

    @cached_property
    def months(self) -> Number:
        """For how many months it is drawn at most; unknown also where there is no such limit."""
        return _first(self._tiers(self.rule.lasting))

    @cached_property
    def gifts(self) -> tuple[Gift, ...]:
        """The statuses that it would bring; an unknown condition brings none."""
        found = []
        for condition, fact, text in self.rule.gifts:
            spec = self.world.schema.facts[fact]
            when = self.world.truth(condition, self.who).yes if condition is not None else True
            who = self.who if spec.owner == "person" else None
            value: bool | int | str = text
            if spec.type == "bool":
                value = text == "true"
            elif spec.type in {"count", "money"}:
                value = int(text)
            found.append(Gift(when, who, fact, constant(kind_of(spec.kind), value)))
        return tuple(found)

    @cached_property
    def grants(self) -> Mapping[tuple[str, str], Formula]:
        """By fact and value, whether a grant would surely bring that status."""
        found: dict[tuple[str, str], Formula] = {}
        for (_, fact, text), gift in zip(self.rule.gifts, self.gifts, strict=True):
            found[fact, text] = some(found.get((fact, text), False), gift.when)
        return found


def _first(tiers: Iterable[tuple[Truth, Number]]) -> Number:
    """Returns what the first tier gives that matches; unknown where one before it may."""
    found: list[tuple[Formula, Number]] = []
    before: Formula = True
    for held, value in tiers:
        found.append((every(before, held.yes), value))
        before = every(before, held.no)
    first = sorted_out(found) if found else NOTHING
    assert isinstance(first, Number)  # noqa: S101 - it is one of several numbers
    return first


class World(Facts):
    """A household of unknowns under the rules of a day, of which everything is known that applies.

    The subject of a person's entitlement is the member at place 0; see `Facts` for the arguments.
    """

    def ask(self, id: str, who: Who = 0) -> Asked:
        """Returns what an entitlement in force comes to.

        Args:
            id: of the entitlement.
            who: the place of the subject, where it is a person.
        """
        rule = ruled(self.rules, id)
        kind = rule.entitlement.subject
        whose: Who = None if kind == HOUSEHOLD else DEAD if kind == "deceased" else who
        key = ("asked", id, whose)
        if key not in self.asked:
            constants = {True: YES, False: NO, None: OPEN}
            nowhere = Situation(self.rules, NOBODY, ())
            parts = tuple(
                self.truth(part.expr, whose) if part.expr is not None else constants[part.ask(nowhere, NOBODY, NOBODY)]
                for part in rule.parts
            )
            self.asked[key] = Asked(rule, self, whose, parts)
        return self.asked[key]

    @cached_property
    def asked(self) -> dict[tuple[str, str, Who], Asked]:
        """What was asked before."""
        return {}


def members_for(exprs: Sequence[Expr], rules: Rules, most: int = MOST_MEMBERS) -> int:
    """Returns how many members a household needs so that conditions can come to everything: one where nothing looks at members."""
    facts = rules.pack.contents.schema.facts
    waiting, seen = list(exprs), set[int]()
    while waiting:
        expr = waiting.pop()
        if id(expr) in seen:
            continue
        seen.add(id(expr))
        for node in ir.walk(expr):
            if isinstance(node, ir.Quantifier | ir.Size):
                return most
            if isinstance(node, ir.Concept) and node.name in rules.state.concepts:
                waiting.append(rules.state.concepts[node.name])
        waiting += [each.expr for name in reach(expr, rules) for each in (facts[name].derive,) if each is not None]
    return 1
