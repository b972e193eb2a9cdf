"""The values at which the rules of a pack turn: every limit, just below and just above it, for each fact that they read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from eligibility import ir
from eligibility.elapsed import after_months
from eligibility.ir import Expr
from eligibility.leaves import reads
from eligibility.packs.calendar import Rules
from eligibility.ruled import Ruled, ruled
from eligibility.schema import Fact

ELSEWHERE = {"county": ("410102", "620502"), "province": ("41",)}
"""Places that no rule of a pack for Baiyin speaks of: another province, and another city of the same one."""

_LARGE = {"money": 10**7, "count": 40}
_MONTHS = {"years": 12, "months": 1}
_LONGEST = 12 * 150
"""How many months lie between a day and the screening at most."""


@dataclass(frozen=True)
class Boundaries:
    """What to try for the facts that the rules of a day read.

    Args:
        rules: of the day.
        person: the facts of a person that are read, each with its values.
        household: likewise of the household.
    """

    rules: Rules
    person: Mapping[str, tuple[Any, ...]]
    household: Mapping[str, tuple[Any, ...]]


def boundaries(rules: Rules, of: Sequence[Expr] | None = None, *, only: Sequence[str] = ()) -> Boundaries:
    """Returns, for each fact that rules read, the values at which some answer may turn.

    Args:
        rules: of the day.
        of: the expressions that are looked at; all that are in force where None.
        only: ids of entitlements whose expressions are looked at, with those of what they require; all where empty.
    """
    if of is not None:
        return _limits(rules, [node for expr in of for node in _leaning(expr, rules)])
    key = ("boundaries", rules.day, *only)
    if key not in rules.state.memo:
        asked = [expr for id in only if rules.ruling(id) for expr in _asked(ruled(rules, id))]
        rules.state.memo[key] = boundaries(rules, asked) if only else _limits(rules, list(_expressions(rules)))
    found: Boundaries = rules.state.memo[key]
    return found


def _limits(rules: Rules, exprs: Sequence[Expr]) -> Boundaries:
    """Returns the values at which expressions turn, those that they open among them."""
    limits = _Limits(rules)
    for expr in exprs:
        limits.add(expr)
    schema = rules.pack.contents.schema
    read = {name for expr in exprs for name in reads(expr, rules).names()}
    read |= {"members_complete", "died"} & set(schema.facts)
    read |= {name for fact in schema.facts.values() if fact.name in read for name in _sources(fact)}
    values = {name: tuple(limits.values(schema.facts[name])) for name in schema.facts if name in read}
    owner = {name: fact.owner for name, fact in schema.facts.items()}
    return Boundaries(
        rules,
        {name: each for name, each in values.items() if owner[name] == "person" and each},
        {name: each for name, each in values.items() if owner[name] == "household" and each},
    )


def _asked(rule: Ruled) -> Iterator[Expr]:
    """Yields every condition and amount of one entitlement."""
    yield from (part.expr for part in rule.parts if part.expr is not None)
    yield from (expr for tier in rule.tiers for expr in tier if expr is not None)


def opened(expr: Expr, rules: Rules) -> Iterator[Expr]:
    """Yields a node and everything below it, concepts opened as the day has them."""
    yield expr
    if isinstance(expr, ir.Concept) and expr.name in rules.state.concepts:
        yield from opened(rules.state.concepts[expr.name], rules)
    for child in ir.children(expr):
        yield from opened(child, rules)


def _leaning(expr: Expr, rules: Rules) -> Iterator[Expr]:
    """Yields an expression, the concepts that it opens, and the derivations of the facts that it reads."""
    yield expr
    yield from (rules.state.concepts[name] for name in _concepts(expr, rules))
    facts = rules.pack.contents.schema.facts
    for name in reads(expr, rules).names():
        derive = facts[name].derive
        if derive is not None:
            yield derive.expr


def _concepts(expr: Expr, rules: Rules) -> set[str]:
    return {
        node.name for node in opened(expr, rules) if isinstance(node, ir.Concept) and node.name in rules.state.concepts
    }


def _sources(fact: Fact) -> Iterator[str]:
    """Yields the facts from which one is derived, and the one that gates it."""
    for written in (fact.derive, fact.only_if):
        if written is not None:
            yield from (node.name for node in ir.walk(written.expr) if isinstance(node, ir.Fact))


def _expressions(rules: Rules) -> Iterator[Expr]:
    """Yields every condition and amount in force, concepts and derivations among them."""
    for ruling in rules.state.rulings:
        body = ruling.body
        yield from (each.when.expr for each in (*(body.criteria or ()), *(body.unless or ())))
        for tier in body.benefit.amount if body.benefit else ():
            yield from (written.expr for written in (tier.when, tier.amount) if written is not None)
    yield from rules.state.concepts.values()
    yield from (fact.derive.expr for fact in rules.pack.contents.schema.facts.values() if fact.derive is not None)


@dataclass
class _Limits:
    """The constants and figures that facts are compared with, by what kind of fact they could limit."""

    rules: Rules
    numbers: dict[str, set[int]] = field(default_factory=dict)
    money: set[int] = field(default_factory=set)
    days: set[date] = field(default_factory=set)
    codes: dict[str, None] = field(default_factory=dict)
    spans: dict[str, set[int]] = field(default_factory=dict)

    def add(self, expr: Expr) -> None:
        """Adds what one expression compares."""
        for node in ir.walk(expr):
            if isinstance(node, ir.Compare):
                self.compare(node)
            elif isinstance(node, ir.In) and isinstance(node.item, ir.Fact):
                whole = (each for each in node.values if isinstance(each, int))
                self.numbers.setdefault(node.item.name, set()).update(whole)
                self.codes |= dict.fromkeys(each for each in node.values if isinstance(each, str))
            elif isinstance(node, ir.Figure):
                self.figure(node.name)
            elif isinstance(node, ir.Literal) and isinstance(node.value, date):
                self.days.add(node.value)
            elif isinstance(node, ir.Literal) and isinstance(node.value, str):
                self.codes[node.value] = None

    def compare(self, node: ir.Compare) -> None:
        """Adds the constants on one side to the facts on the other, and to the days between which periods are counted."""
        for side, other in ((node.left, node.right), (node.right, node.left)):
            limits = {limit for part in ir.walk(other) for limit in self.constants(part)}
            for part in ir.walk(side) if limits else ():
                if isinstance(part, ir.Fact):
                    self.numbers.setdefault(part.name, set()).update(limits)
                elif isinstance(part, ir.Call) and part.function in _MONTHS:
                    ends = [each.name for each in part.arguments if isinstance(each, ir.Fact)]
                    for name in ends:
                        self.spans.setdefault(name, set()).update(_MONTHS[part.function] * limit for limit in limits)

    def constants(self, node: Expr) -> Iterator[int]:
        """Yields a whole constant, or the whole values of a figure that is no money, whenever they hold."""
        if isinstance(node, ir.Literal) and type(node.value) is int:
            yield node.value
        elif isinstance(node, ir.Figure):
            series = self.rules.pack.contents.parameters[node.name]
            for entry in series.entries if series.kind.kind == "number" else ():
                yield from (each for each in (entry.value, *entry.rows.values()) if type(each) is int)

    def figure(self, name: str) -> None:
        """Adds the values of a figure of money, whenever they hold, by the month and by the year."""
        series = self.rules.pack.contents.parameters[name]
        if series.kind.kind != "money":
            return
        for entry in series.entries:
            for value in (entry.value, *entry.rows.values()):
                if isinstance(value, int):
                    self.money |= {value, value // 12}

    def values(self, fact: Fact) -> Iterator[Any]:
        """Yields what to try for one fact."""
        low, high = fact.limits
        if fact.type == "bool":
            yield from (True, False)
        elif fact.type == "choice":
            yield from fact.values
        elif fact.type == "place":
            length = 2 if fact.level == "province" else 6
            named = (code for code in (*self.rules.pack.contents.places, *self.codes) if len(code) == length)
            here = (code for code in named if code.isdigit())
            yield from dict.fromkeys((*here, *ELSEWHERE[fact.level or "county"], *fact.also))
        elif fact.type == "date":
            yield from self.dates(fact)
        elif fact.type in {"count", "money"}:
            told = self.money if fact.type == "money" else self.numbers.get(fact.name, set())
            near = (
                {each + step for each in told for step in (-1, 0, 1)}
                | {0, low, _LARGE[fact.type]}
                | ({high} if fact.range else set())
            )
            yield from sorted(each for each in near if low <= each <= high)

    def dates(self, fact: Fact) -> Iterator[date]:
        """Yields the days on which the counts that derive from a date reach a limit, the day before and the day after."""
        as_of = self.rules.day
        found = {as_of, date(as_of.year - 20, 2, 28), date(1992, 2, 29)} | {
            day + timedelta(step) for day in self.days for step in (-1, 0, 1)
        }
        spans = set(self.spans.get(fact.name, ()))
        for count in self.rules.pack.contents.schema.facts.values():
            if count.elapsed and count.derive is not None and fact.name in set(_sources(count)):
                step = 12 if count.unit == "years" else 1
                spans |= {limit * step for limit in self.numbers.get(count.name, ())}
        for span in spans:
            if 0 <= span <= _LONGEST:
                exact = after_months(as_of, -span)
                found |= {exact, exact - timedelta(1), exact + timedelta(1)}
        yield from sorted(day for day in found if day <= as_of)
