"""One entitlement as it is in force, ready to be asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from eligibility import ir
from eligibility.evaluate import Finder, closure, figure_entry
from eligibility.ir import Expr
from eligibility.leaves import Reads, reads
from eligibility.packs.calendar import Rules, Ruling
from eligibility.packs.model import Entitlement
from eligibility.situation import Closure
from eligibility.words import Words

_PROMISES = {"may", "goal", "first", "open"}
IN_FORCE = Words("是否已经施行", "In force yet")


@dataclass(frozen=True, slots=True)
class Part:
    """One criterion or exclusion, ready to be asked.

    Args:
        id: of the criterion; of a required entitlement, `<entitlement>/<criterion>`.
        label: what it says.
        cite: where it is written; several are joined by `; `.
        exclusion: whether it excludes when true.
        expr: its condition, or None for the day that is not sure.
        ask: its closure.
        reads: everything it may read.
        finds: whether something of that only an office can find.
    """

    id: str
    label: Words
    cite: str
    exclusion: bool
    expr: Expr | None
    ask: Closure
    reads: Reads
    finds: bool = False


@dataclass(frozen=True, slots=True)
class Watched:
    """A figure of which some value in force is unsure, or wants a review one day.

    Args:
        find: finds the value that somebody's answer reads.
        unsure: whether some value is unsure.
        review: the first day after which some value wants a review.
    """

    find: Finder
    unsure: bool
    review: date


@dataclass(frozen=True)
class Ruled:
    """An entitlement in force: criteria, then exclusions, then the amount.

    Args:
        rules: of the day.
        ruling: the entitlement and its body.
        parts: criteria in file order, then exclusions; those of required entitlements after each.
    """

    rules: Rules
    ruling: Ruling
    parts: tuple[Part, ...]

    @property
    def entitlement(self) -> Entitlement:
        """The entitlement."""
        return self.ruling.entitlement

    @property
    def per(self) -> str | None:
        """The period of the amount."""
        return self.ruling.body.benefit.per if self.ruling.body.benefit else None

    @cached_property
    def tiers(self) -> tuple[tuple[Expr | None, Expr], ...]:
        """The amounts, each with its condition."""
        benefit = self.ruling.body.benefit
        return (
            tuple((tier.when.expr if tier.when else None, tier.amount.expr) for tier in benefit.amount)
            if benefit
            else ()
        )

    @cached_property
    def lasting(self) -> tuple[tuple[Expr | None, Expr], ...]:
        """For how many months it is drawn at most, each number with its condition; nothing where there is no such limit."""
        benefit = self.ruling.body.benefit
        at_most = benefit.at_most if benefit else None
        if at_most is None:
            return ()
        if at_most.months is not None:
            return ((None, ir.Literal(at_most.months)),)
        return tuple((tier.when.expr if tier.when else None, tier.amount.expr) for tier in at_most.tiers)

    @cached_property
    def gifts(self) -> tuple[tuple[Expr | None, str, str], ...]:
        """The statuses that a grant brings: under which condition, which fact, and what it will be."""
        given = self.entitlement.gives
        return tuple((each.when.expr if each.when is not None else None, each.fact, each.value) for each in given)

    @cached_property
    def exprs(self) -> tuple[Expr, ...]:
        """Every condition and value of it, those that it requires among them."""
        tiers = (each for tier in (*self.tiers, *self.lasting) for each in tier)
        conditions = (*(part.expr for part in self.parts), *tiers, *(when for when, _, _ in self.gifts))
        return tuple(each for each in conditions if each is not None)

    @cached_property
    def amount_reads(self) -> Reads:
        """Everything that the amount may read."""
        found = Reads()
        for pair in self.tiers:
            for expr in pair:
                if expr is not None:
                    found.add(reads(expr, self.rules))
        return found

    @cached_property
    def findings(self) -> bool:
        """Whether some criterion may rest on an office's finding."""
        return any(part.finds for part in self.parts)

    @cached_property
    def promises(self) -> tuple[str, ...]:
        """The mark that the promise gives, if any."""
        return (self.entitlement.promise,) if self.entitlement.promise in _PROMISES else ()

    @cached_property
    def plain(self) -> bool:
        """Whether no figure, finding or review of its own can add to that."""
        return not (self.entitlement.in_force.review_by or self.findings or self.criteria_figures or self.tiers)

    @cached_property
    def criteria_figures(self) -> tuple[Watched, ...]:
        """The figures that criteria read and that may mark an answer."""
        return self._watched(figure for part in self.parts for figure in part.reads.figures.values())

    @cached_property
    def amount_figures(self) -> tuple[Watched, ...]:
        """The figures that the amount reads and that may mark an answer."""
        return self._watched(self.amount_reads.figures.values())

    def _watched(self, figures: Iterable[ir.Figure]) -> tuple[Watched, ...]:
        found = (_watch(figure, self.rules) for figure in figures)
        return tuple(each for each in found if each is not None)


def ruled(rules: Rules, id: str) -> Ruled:
    """Returns an entitlement ready to be asked, made once for each state of the law."""
    key = ("ruled", id)
    found: Ruled | None = rules.state.memo.get(key)
    if found is None:
        found = rules.state.memo[key] = _build(rules, id)
    return found


def _build(rules: Rules, id: str) -> Ruled:
    ruling = rules.ruling(id)
    if ruling is None:
        raise ValueError(f"{id} is not in force")
    criteria = [*_parts(rules, ruling, "", exclusion=False)]
    exclusions = [*_parts(rules, ruling, "", exclusion=True)]
    for other in dict.fromkeys(_required(rules, ruling.entitlement)):
        needed = rules.ruling(other)
        if needed is None:
            cite = "; ".join(rules.pack.entitlement(other).in_force.cite or ())
            criteria.append(_constant(f"{other}/in_force", cite, value=False))
            continue
        criteria += _parts(rules, needed, f"{other}/", exclusion=False)
        exclusions += _parts(rules, needed, f"{other}/", exclusion=True)
    return Ruled(rules, ruling, (*criteria, *exclusions))


def _required(rules: Rules, entitlement: Entitlement) -> Iterator[str]:
    for id in entitlement.requires:
        yield id
        yield from _required(rules, rules.pack.entitlement(id))


def _parts(rules: Rules, ruling: Ruling, prefix: str, *, exclusion: bool) -> Iterator[Part]:
    body, findings = ruling.body, rules.pack.contents.schema.findings
    for criterion in (body.unless if exclusion else body.criteria) or ():
        expr, cite = criterion.when.expr, "; ".join(criterion.cite)
        ask, read = closure(expr, rules), reads(expr, rules)
        finds = any(name in findings for name in read.names())
        yield Part(prefix + criterion.id, criterion.label, cite, exclusion, expr, ask, read, finds)
    if ruling.unsure and not exclusion:
        yield _constant(f"{prefix}in_force", "; ".join(ruling.entitlement.in_force.cite or ()), value=None)


def _constant(id: str, cite: str, *, value: bool | None) -> Part:
    return Part(id, IN_FORCE, cite, exclusion=False, expr=None, ask=lambda _s, _o, _m: value, reads=Reads())


def _watch(figure: ir.Figure, rules: Rules) -> Watched | None:
    """Returns a figure that may mark an answer; None where nothing about its values can."""
    said = [entry.said for entry in rules.state.figures[figure.name].entries.values() if entry.said.unknown is None]
    unsure = any(each.confidence == "unsure" for each in said)
    review = min((each.review_by for each in said if each.review_by is not None), default=date.max)
    return Watched(figure_entry(figure, rules), unsure, review) if unsure or review < date.max else None
