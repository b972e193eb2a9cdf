"""The days on which the law of one entitlement changes: its own, and those of every concept and figure that it reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from eligibility import ir
from eligibility.ir import Expr
from eligibility.packs.calendar import EARLIEST, LATEST, RulePack
from eligibility.packs.contents import Contents
from eligibility.packs.model import Body, Entitlement

_DAY = timedelta(1)


def law_days(pack: RulePack, one: Entitlement) -> list[date]:
    """Returns each day, in the time of an entitlement, on which its law is another than on the day before.

    Args:
        pack: that holds it.
        one: the entitlement, without those that it requires.
    """
    force = one.in_force
    found = {force.first, *([force.surely_from] if force.surely_from else []), *([force.to + _DAY] if force.to else [])}
    for body, first, last in stretches(one):
        found |= {first, last + _DAY} - {date.max}
        found |= {day for day in _changes(pack, body) if first < day <= last}
    end = force.to + _DAY if force.to else LATEST
    return sorted(day for day in found if EARLIEST < day <= min(end, LATEST) and day >= force.first)


def stretches(one: Entitlement) -> Iterator[tuple[Body, date, date]]:
    """Yields each dated body of an entitlement with its first and last day."""
    bodies = list(one.bodies())
    ends = [*(body.start - _DAY for body in bodies[1:] if body.start), LATEST]
    for body, end in zip(bodies, ends, strict=True):
        first = max(body.start or EARLIEST, one.in_force.first, EARLIEST)
        last = min(body.to or LATEST, end, one.in_force.to or LATEST)
        if first <= last:
            yield body, first, last


def _changes(pack: RulePack, body: Body) -> Iterator[date]:
    """Yields the days on which something changes that a body reads on that day or read on the day before."""
    contents, exprs = pack.contents, list(expressions(body))
    for day in sorted({day for name in _read(exprs, contents, None) for day in _of(name, contents)}):
        if EARLIEST < day <= LATEST:
            near = _read(exprs, contents, day) | _read(exprs, contents, day - _DAY)
            if any(day in _of(name, contents) for name in near):
                yield day


def expressions(body: Body) -> Iterator[Expr]:
    """Yields every condition of a body, then its amounts."""
    yield from (each.when.expr for each in (*(body.criteria or ()), *(body.unless or ())))
    for tier in body.benefit.amount if body.benefit else ():
        yield from (written.expr for written in (tier.when, tier.amount) if written is not None)


def _of(name: str, contents: Contents) -> set[date]:
    """Returns the days on which a concept, a figure or an attribute of places changes."""
    if name in contents.concepts:
        versions = contents.concepts[name].versions
        ends = {each.to + _DAY for each in versions if each.to is not None and each.to < date.max}
        return ends | {each.start for each in versions}
    series = contents.parameters.get(name) or contents.attributes.get(name)
    return series.changes() if series is not None else set()


def _read(exprs: Iterable[Expr], contents: Contents, day: date | None) -> set[str]:
    """Returns the concepts, figures and attributes that expressions rest on, derivations opened.

    Args:
        exprs: of one body.
        contents: of the pack.
        day: on which concepts are opened; whatever they ever meant where None.
    """
    found: set[str] = set()
    waiting = list(exprs)
    while waiting:
        for node in ir.walk(waiting.pop()):
            name = node.attribute if isinstance(node, ir.PlaceOf) else getattr(node, "name", None)
            if name is None or name in found:
                continue
            found.add(name)
            waiting += _behind(node, contents, day)
    return found


def _behind(node: Expr, contents: Contents, day: date | None) -> Iterator[Expr]:
    """Yields what a name stands for: the meanings of a concept, what selects a figure, how a fact is derived."""
    if isinstance(node, ir.Concept):
        for version in contents.concepts[node.name].versions:
            if day is None or (version.start <= day and (version.to is None or day <= version.to)):
                yield version.body.expr
    elif isinstance(node, ir.Figure):
        yield from (selector.expr for selector in contents.selectors.get(node.name, ()))
    elif isinstance(node, ir.Fact):
        derive = contents.schema.facts[node.name].derive
        if derive is not None:
            yield derive.expr
