"""The rules of a day for durable-rules: strata of rulesets on two rails, certain and possible.

Concepts come first, each in a stratum above those that it leans on, then criteria and exclusions by service area, then the
claims: whether everything that an entitlement asks is certainly, or possibly, so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from eligibility import ir
from eligibility.conditions import is_condition
from eligibility.errors import NotCompilable
from eligibility.ir import Expr
from eligibility.leaves import reads
from eligibility.packs.calendar import Rules
from eligibility.packs.model import Entitlement
from eligibility.printer import to_text
from eligibility.rete.formula import Formula, TooLongError
from eligibility.rete.patterns import HOUSEHOLD, KIND, PERSON, Pattern, patterns
from eligibility.rete.plan import (
    Claiming,
    Goal,
    Part,
    Plan,
    Rail,
    Rule,
    Ruleset,
    Stratum,
    holds,
    one_hash,
    packed,
)
from eligibility.rete.rails import Rails
from eligibility.rete.ways import products
from eligibility.rete.workings import Derived, field_of
from eligibility.ruled import ruled
from eligibility.situation import NOBODY, Situation
from eligibility.words import Words

MOST_WAYS = 60
"""Into how many ways a condition may fall apart before it counts as one that the engine cannot hold."""
_TOO_MANY = Words("分解后的规则太多或太长", "it falls apart into too many rules, or too long ones")
_ONE_HASH = Words("第二引擎分不清这两个名字", "the second engine cannot tell these two names apart")
CLAIM = "claim"
_WORDS: dict[bool | None, Literal["true", "false", "unknown"]] = {True: "true", False: "false", None: "unknown"}
_RAILS: tuple[Rail, ...] = ("certain", "possible")


@dataclass
class Compiled:
    """What became of the rules of a day.

    Args:
        rules: of the day; the plan holds for every day of the same state of the law.
        plan: for the worker.
        derived: what the core works out for the facts.
        formulas: by goal, the certain rail, for reports.
        exprs: by goal, its condition.
    """

    rules: Rules
    plan: Plan
    derived: tuple[Derived, ...]
    formulas: Mapping[Goal, Formula] = field(default_factory=dict)
    exprs: Mapping[Goal, Expr] = field(default_factory=dict)


def compiled(rules: Rules) -> Compiled:
    """Returns the rules of a day for the second engine, made once for each state of the law.

    Args:
        rules: of the day.

    Raises:
        NotCompilable: some condition cannot be held in the sound part of the engine; nothing is left out silently.
    """
    found: Compiled | None = rules.state.memo.get("durable")
    if found is None:
        found = rules.state.memo["durable"] = Compiler(rules).whole()
    return found


class Compiler:
    """Compiles the rules of one state of the law."""

    def __init__(self, rules: Rules) -> None:
        """Takes the rules of a day of that state."""
        self.rules = rules
        self.rails = Rails(rules)
        self.nobody = Situation(rules, NOBODY, ())
        self.owners = rules.pack.contents.names.concepts
        self.formulas: dict[Goal, Formula] = {}
        self.exprs: dict[Goal, Expr] = {}

    def whole(self) -> Compiled:
        """Compiles everything that is in force."""
        areas: dict[str, dict[Goal, Expr]] = {}
        known: dict[tuple[Expr, str], Goal] = {}
        return self.of(areas, tuple(self.claims(areas, known)), tuple(self.chain()))

    def of(
        self,
        areas: Mapping[str, Mapping[Goal, Expr]],
        claims: tuple[Claiming, ...],
        chain: tuple[frozenset[str], ...] = (),
    ) -> Compiled:
        """Compiles conditions by area, and what is claimed on them."""
        every = [expr for goals in areas.values() for expr in goals.values()]
        strata = [*self.concepts(every), self.stratum(areas)]
        verdicts = tuple(self.verdicts(claims))
        plan = Plan(tuple(strata), claims, verdicts, chain)
        alike = one_hash(sorted(frozenset().union(*plan.fields.values(), ("KIND", "HOME", "ID", "sid", "id", "$s"))))
        if alike is not None:
            raise NotCompilable(" , ".join(each.removesuffix("_") for each in alike), None, _ONE_HASH)
        return Compiled(self.rules, plan, tuple(self.rails.derived.values()), self.formulas, self.exprs)

    def claims(self, areas: dict[str, dict[Goal, Expr]], known: dict[tuple[Expr, str], Goal]) -> Iterator[Claiming]:
        """Yields how each entitlement is claimed; conditions that several share are found once."""
        for ruling in self.rules.state.rulings:
            entitlement = ruling.entitlement
            owner = HOUSEHOLD if entitlement.subject == HOUSEHOLD else PERSON
            area = areas.setdefault(entitlement.area, {})

            def goal(expr: Expr, owner: str = owner, area: dict[Goal, Expr] = area) -> Goal:
                if (expr, owner) not in known:
                    known[expr, owner] = Goal(f"C{len(known)}", owner)
                    area[known[expr, owner]] = expr
                return known[expr, owner]

            rule = ruled(self.rules, entitlement.id)
            parts = tuple(
                Part(part.id, part.exclusion, goal(part.expr))
                if part.expr is not None
                else Part(part.id, part.exclusion, None, _WORDS[part.ask(self.nobody, NOBODY, NOBODY)])
                for part in rule.parts
            )
            gives = tuple(goal(given.when.expr) if given.when else None for given in entitlement.gives)
            yield Claiming(entitlement.id, entitlement.area, entitlement.subject, parts, gives)

    def chain(self) -> Iterator[frozenset[str]]:
        """Yields what grants can change, stratum by stratum, until no status is given that another grant reads."""
        given = {each.entitlement.id: self.given(each.entitlement) for each in self.rules.state.rulings}
        read = {id: self.read(id) for id in given}
        givers = {id for id, facts in given.items() if facts}
        for _ in range(len(givers)):
            asked = {id for id in read if any(given[giver] & read[id] for giver in givers - {id})}
            alone = {id for id in givers if given[id] & read[id]}
            yield frozenset(asked | alone)
            givers = {id for id in asked if given[id]}

    def given(self, entitlement: Entitlement) -> set[str]:
        """Returns the facts that a grant sets, with those that no longer apply beside them."""
        facts = self.rules.pack.contents.schema.facts.values()
        found = {one.fact for one in entitlement.gives}
        return found | {
            fact.name
            for fact in facts
            if fact.only_if
            and any(isinstance(node, ir.Fact) and node.name in found for node in ir.walk(fact.only_if.expr))
        }

    def read(self, id: str) -> set[str]:
        """Returns every fact that an entitlement may read, with those from which they are derived."""
        rule = ruled(self.rules, id)
        exprs = [part.expr for part in rule.parts if part.expr is not None]
        exprs += [given.when.expr for given in rule.entitlement.gives if given.when is not None]
        found: set[str] = set()
        while exprs:
            new = set(reads(exprs.pop(), self.rules).names()) - found
            found |= new
            facts = (self.rules.pack.contents.schema.facts[name] for name in new)
            exprs += [fact.derive.expr for fact in facts if fact.derive is not None]
        return found

    def concepts(self, exprs: list[Expr]) -> Iterator[Stratum]:
        """Yields a stratum for each depth at which concepts lean on each other."""
        depth: dict[str, int] = {}
        for expr in exprs:
            self.depth(expr, depth)
        for level in sorted(set(depth.values())):
            goals = {}
            for name in (each for each in depth if depth[each] == level):
                body = self.rules.state.concepts.get(name)
                if body is not None:
                    goals[Goal(field_of(name), self.owners[name][0])] = body
            yield self.stratum({f"concepts-{level}": goals})

    def depth(self, expr: Expr, depth: dict[str, int]) -> int:
        """Returns how many strata have to stand before a condition can be asked."""
        found = 0
        for node in self.asked(expr):
            if node.name not in depth:
                body = self.rules.state.concepts.get(node.name)
                depth[node.name] = self.depth(body, depth) if body is not None else 0
            found = max(found, depth[node.name] + 1)
        return found

    def asked(self, expr: Expr) -> Iterator[ir.Concept]:
        """Yields the concepts whose truth a condition reads; those inside what the core works out are not among them."""
        if isinstance(expr, ir.Concept):
            if is_condition(expr, self.rules):
                yield expr
            return
        if isinstance(expr, (ir.Compare, ir.In)) and not is_condition(ir.children(expr)[0], self.rules):
            return
        for child in ir.children(expr):
            yield from self.asked(child)

    def stratum(self, areas: Mapping[str, Mapping[Goal, Expr]]) -> Stratum:
        """Returns the stratum that finds some goals, one ruleset or more for each area."""
        goals: list[Goal] = []
        rulesets: list[Ruleset] = []
        for area, asked in areas.items():
            rules = [rule for goal, expr in asked.items() for rule in self.rules_of(goal, expr)]
            rulesets += packed(area, rules)
            goals += asked
        return Stratum(tuple(goals), tuple(rulesets))

    def rules_of(self, goal: Goal, expr: Expr) -> Iterator[Rule]:
        """Yields the rules that find a goal, on both rails."""
        self.exprs[goal] = expr
        for rail in _RAILS:
            try:
                formula = self.put(expr, rail)
                found = [Rule(goal, rail, patterns(way, goal.owner)) for way in products(formula)]
            except TooLongError:
                raise NotCompilable(to_text(expr), expr.span, _TOO_MANY) from None
            if rail == "certain":
                self.formulas[goal] = formula
            if len(found) > MOST_WAYS or not all(map(holds, found)):
                raise NotCompilable(to_text(expr), expr.span, _TOO_MANY)
            yield from found

    def put(self, expr: Expr, rail: Rail) -> Formula:
        """Returns a condition on a rail."""
        return self.rails.put(expr, so=True, possible=rail == "possible")

    def verdicts(self, claims: tuple[Claiming, ...]) -> Iterator[Ruleset]:
        """Yields the rulesets that say which claims certainly, and which possibly, hold, by area."""
        areas: dict[str, list[Rule]] = {}
        for claim in claims:
            rules = areas.setdefault(f"{claim.area}-claims", [])
            rules += (Rule(Goal("granted", CLAIM), rail, (self.verdict(claim, rail),)) for rail in _RAILS)
        for area, rules in areas.items():
            yield from packed(area, rules)

    def verdict(self, claim: Claiming, rail: Rail) -> Pattern:
        """Returns the pattern of a claim that holds: no criterion fails, no exclusion holds."""
        asked: list[dict[str, object]] = [{KIND: CLAIM}, {"ENTITLEMENT": claim.entitlement}]
        for index, part in enumerate(claim.parts):
            wanted = "false" if part.exclusion else "true"
            spoilt = "true" if part.exclusion else "false"
            asked.append({f"P{index}": wanted} if rail == "certain" else {"$neq": {f"P{index}": spoilt}})
        fields = frozenset({"ENTITLEMENT", *(f"P{index}" for index in range(len(claim.parts)))})
        return Pattern("c", CLAIM, {"$and": asked}, fields, 1, claim.entitlement)
