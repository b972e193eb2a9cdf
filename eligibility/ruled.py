"""One entitlement as it is in force, ready to be asked, and what it answers for one subject."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from eligibility import ir
from eligibility.evaluate import closure, figure_entry
from eligibility.ir import Expr
from eligibility.leaves import HOUSEHOLD, PACK, Missing, Reads, reads, undecided
from eligibility.packs.calendar import Rules, Ruling
from eligibility.packs.figures import Entry
from eligibility.packs.model import Entitlement
from eligibility.situation import NOBODY, Closure, Facts, Situation
from eligibility.words import Words

_PROMISES = {"may", "goal", "first", "open"}
_HOME = f"{HOUSEHOLD}."
IN_FORCE = Words("是否已经施行", "In force yet")
Stripped = Callable[[Facts], tuple[Situation, Facts]]


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
    """

    id: str
    label: Words
    cite: str
    exclusion: bool
    expr: Expr | None
    ask: Closure
    reads: Reads


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
        findings = self.rules.pack.contents.schema.findings
        return any(name in findings for part in self.parts for name in part.reads.names())

    @cached_property
    def promises(self) -> tuple[str, ...]:
        """The mark that the promise gives, if any."""
        return (self.entitlement.promise,) if self.entitlement.promise in _PROMISES else ()

    @cached_property
    def plain(self) -> bool:
        """Whether no figure, finding, review or mark of its own can add to that."""
        own = self.entitlement.marks or self.entitlement.in_force.review_by
        return not (own or self.findings or self.criteria_figures or self.tiers)

    @cached_property
    def criteria_figures(self) -> tuple[ir.Figure, ...]:
        """The figures that criteria read."""
        return tuple(figure for part in self.parts for figure in part.reads.figures.values())


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
            criteria.append(_constant(f"{other}/in_force", value=False))
            continue
        criteria += _parts(rules, needed, f"{other}/", exclusion=False)
        exclusions += _parts(rules, needed, f"{other}/", exclusion=True)
    return Ruled(rules, ruling, (*criteria, *exclusions))


def _required(rules: Rules, entitlement: Entitlement) -> Iterator[str]:
    for id in entitlement.requires:
        yield id
        yield from _required(rules, rules.pack.entitlement(id))


def _parts(rules: Rules, ruling: Ruling, prefix: str, *, exclusion: bool) -> Iterator[Part]:
    body = ruling.body
    for criterion in (body.unless if exclusion else body.criteria) or ():
        expr, cite = criterion.when.expr, "; ".join(criterion.cite)
        ask, read = closure(expr, rules), reads(expr, rules)
        yield Part(prefix + criterion.id, criterion.label, cite, exclusion, expr, ask, read)
    if ruling.unsure and not exclusion:
        yield _constant(f"{prefix}in_force", value=None)


def _constant(id: str, *, value: bool | None) -> Part:
    return Part(id, IN_FORCE, "", exclusion=False, expr=None, ask=lambda _s, _o, _m: value, reads=Reads())


@dataclass
class Answer:
    """What an entitlement answers for one subject; the truths at once, the rest when it is asked for.

    Args:
        ruled: the entitlement.
        situation: the household and the day.
        own: the subject's facts; nobody's for the household.
        stripped: gives the same without what only an office can find.
    """

    ruled: Ruled
    situation: Situation
    own: Facts
    stripped: Stripped

    def __post_init__(self) -> None:
        """Asks every criterion and exclusion."""
        self.truths: list[bool | None] = [part.ask(self.situation, self.own, NOBODY) for part in self.ruled.parts]
        self.outcome = _outcome(self.ruled.parts, self.truths)

    @property
    def subject(self) -> str:
        """The member's id, or `household`."""
        return str(self.own.get("id", HOUSEHOLD))

    @cached_property
    def missing(self) -> tuple[Missing, ...]:
        """What the outcome waits for (MEANING M21)."""
        if self.outcome != "undetermined":
            return ()
        found: dict[Missing, None] = {}
        for part, truth in zip(self.ruled.parts, self.truths, strict=True):
            if truth is None and part.expr is None:
                other, _, _ = part.id.rpartition("/")
                found[Missing(PACK, f"{other or self.ruled.entitlement.id}.in_force", "parameter")] = None
            elif truth is None and part.expr is not None:
                found.update(dict.fromkeys(undecided([part.expr], self.situation, self.own)))
        return tuple(found)

    @cached_property
    def _tier(self) -> tuple[Any, tuple[Expr, ...]]:
        """The amount, and the expressions that leave it open: the first tier that matches (MEANING M22)."""
        waiting: list[Expr] = []
        for when, amount in self.ruled.tiers if self.outcome != "ineligible" else ():
            held = True if when is None else self._value(when)
            if held is True and not waiting:
                value = self._value(amount)
                return value, () if value is not None else (amount,)
            if held is not False:
                waiting += (amount,) if when is None else (when, amount)
            if held is True:
                break
        return None, tuple(waiting)

    def _value(self, expr: Expr) -> Any:  # noqa: ANN401 - a value of any type
        return closure(expr, self.ruled.rules)(self.situation, self.own, NOBODY)

    @property
    def amount(self) -> int | None:
        """The amount in fen, or None; nobody is promised less than nothing (MEANING M22)."""
        found = self._tier[0]
        return None if found is None or found < 0 else int(found)

    @cached_property
    def amount_missing(self) -> tuple[Missing, ...]:
        """What the amount waits for."""
        return tuple(undecided(self._tier[1], self.situation, self.own)) if self._tier[1] else ()

    @cached_property
    def marks(self) -> tuple[str, ...]:
        """What a reader must know about the answer, in a fixed order."""
        if self.ruled.plain:
            return self.ruled.promises
        entitlement, entries, day = self.ruled.entitlement, list(self._entries()), self.situation.rules.day
        reviews = (entitlement.in_force.review_by, *(each.said.review_by for each in entries))
        unverified = "figure_unverified" in entitlement.marks or any(
            each.said.confidence == "unsure" for each in entries
        )
        checks = (
            (entitlement.promise, entitlement.promise in _PROMISES),
            ("attested", self.ruled.findings and self._attested()),
            ("figure_unverified", unverified),
            ("figure_unknown", any(each.kind == "parameter" for each in self.amount_missing)),
            ("amount_below_zero", (self._tier[0] or 0) < 0),
            ("stale", any(review is not None and review < day for review in reviews)),
        )
        return tuple(mark for mark, holds in checks if holds)

    def _attested(self) -> bool:
        """Returns whether the answer would be another without what only an office can find."""
        if self.outcome == "undetermined":
            return False
        situation, own = self.stripped(self.own)
        truths = [part.ask(situation, own, NOBODY) for part in self.ruled.parts]
        return _outcome(self.ruled.parts, truths) != self.outcome

    def _entries(self) -> Iterator[Entry]:
        """Yields the values of figures that the answer and the amount read."""
        figures = self.ruled.criteria_figures
        if self.outcome != "ineligible":
            figures = (*figures, *self.ruled.amount_reads.figures.values())
        for figure in figures:
            entry, _ = figure_entry(figure, self.ruled.rules)(self.situation, self.own, NOBODY)
            if entry is not None and entry.said.unknown is None:
                yield entry

    def facts(self, part: Part, said: Callable[[Situation, Facts], Facts]) -> dict[str, Any]:
        """Returns everything that a criterion reads, by name as the profile would write it; None where unknown.

        Args:
            part: the criterion.
            said: gives somebody's facts in the form wanted.
        """
        own, situation, asked = self.own, self.situation, part.reads
        mine = said(situation, own) if asked.own or asked.member else NOBODY
        found = {name: mine.get(name) for name in asked.own}
        if asked.household:
            home, prefix = said(situation, situation.household), "" if own is NOBODY else _HOME
            for name in asked.household:
                found[prefix + name] = home.get(name)
        if asked.member:
            if any(each is own for each in situation.members):
                found = {**{name: mine.get(name) for name in (*asked.own, *asked.member)}, **found}
            for other in situation.members:
                if other is not own:
                    theirs = said(situation, other)
                    for name in asked.member:
                        found[f"{other['id']}.{name}"] = theirs.get(name)
        return found


def _outcome(parts: tuple[Part, ...], truths: list[bool | None]) -> Literal["eligible", "ineligible", "undetermined"]:
    undetermined = False
    for part, truth in zip(parts, truths, strict=True):
        if truth is part.exclusion:
            return "ineligible"
        if truth is None:
            undetermined = True
    return "undetermined" if undetermined else "eligible"
