"""The grounds of an entitlement: its figures, its sources, and what began to hold on which day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from eligibility import ir, speech
from eligibility.ir import Expr
from eligibility.leaves import Reads
from eligibility.packs.calendar import RulePack, Rules
from eligibility.packs.contents import Contents
from eligibility.packs.figures import EVERYWHERE, Entry, Series, Table
from eligibility.packs.floors import FLOOR, held_at
from eligibility.packs.model import Body, Criterion, Entitlement
from eligibility.printer import to_text
from eligibility.words import Words

_ROOT = Words("各地", "everywhere")


@dataclass(frozen=True, slots=True)
class Change:
    """What began to hold on a day."""

    day: date
    what: Words


@dataclass(frozen=True, slots=True)
class FigureValue:
    """One value of a figure in force: where or for whom, how much, since when, on what source; or why it is unknown."""

    applies: Words | None
    value: Words | None
    since: date
    source: Words | None
    confidence: str | None
    review_by: date | None
    stale: bool
    unknown: Words | None
    ask: Words | None
    note: Words | None
    floors: tuple[FigureValue, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that the conditions or the amount read, with its values in force."""

    name: str
    label: Words
    values: tuple[FigureValue, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """A source that the guide rests on."""

    id: str
    title: Words
    number: str | None
    dated: date | None
    confidence: str
    address: str | None
    note: Words | None


def history(pack: RulePack, entitlement: Entitlement) -> tuple[Change, ...]:
    """Returns what began to hold for an entitlement, its conditions and its figures, by day."""
    contents = pack.contents
    found = [*_force(entitlement), *_bodies(list(entitlement.bodies()))]
    exprs = list(expressions(entitlement, contents))
    for name in sorted({node.name for expr in exprs for node in ir.walk(expr) if isinstance(node, ir.Concept)}):
        concept = contents.concepts[name]
        words = Words(f"“{concept.label.zh}”的含义由此改变", f"“{concept.label.en}” means something else from here on")
        found += [Change(version.start, words) for version in concept.versions[1:]]
    for name in figures(exprs, contents):
        series = contents.parameters[name]
        found += [Change(entry.said.start, _value(series, entry, contents)) for entry in series.entries]
    return tuple(sorted(found, key=lambda change: change.day))


def expressions(entitlement: Entitlement, contents: Contents) -> Iterator[Expr]:
    """Yields every condition and amount of all versions, and of all concepts that they lean on, once each."""
    waiting = [written.expr for _, written in entitlement.expressions()]
    seen: set[str] = set()
    while waiting:
        expr = waiting.pop(0)
        yield expr
        for node in ir.walk(expr):
            if isinstance(node, ir.Concept) and node.name not in seen:
                seen.add(node.name)
                waiting += [version.body.expr for version in contents.concepts[node.name].versions]


def figures(exprs: Iterable[Expr], contents: Contents) -> list[str]:
    """Returns the names of the figures that expressions read, each followed by its floor, once each, in reading order."""
    names = (node.name for expr in exprs for node in ir.walk(expr) if isinstance(node, ir.Figure))
    both = (each for name in names for each in (name, name + FLOOR))
    return [name for name in dict.fromkeys(both) if name in contents.parameters]


def figures_in_force(rules: Rules, read: Reads) -> tuple[Figure, ...]:
    """Returns the figures, and the attributes of places, that something reads, each with its values on the day."""
    state = rules.state
    tables = [state.figures[name] for name in read.figures] + [state.attributes[name] for name in read.attributes]
    return tuple(Figure(table.series.name, table.series.label, tuple(_in_force(table, rules))) for table in tables)


def _in_force(table: Table, rules: Rules) -> Iterator[FigureValue]:
    """Yields the values of a figure on a day: for each entry one, or one a row; of an unknown one, what it surely reaches."""
    floor = rules.state.figures.get(table.series.name + FLOOR)
    for code, entry in sorted(table.entries.items()):
        least = held_at(floor, code) if floor is not None and entry.said.unknown is not None else None
        known = least is not None and least.said.unknown is None
        floors = (
            tuple(_values(floor.series, least, rules, ())) if floor is not None and least is not None and known else ()
        )
        yield from _values(table.series, entry, rules, floors)


def _values(series: Series, entry: Entry, rules: Rules, floors: tuple[FigureValue, ...]) -> Iterator[FigureValue]:
    said, contents = entry.said, rules.pack.contents
    for applies, value in entry_values(series, entry, contents):
        yield FigureValue(
            applies=applies,
            value=value,
            since=said.start,
            source=contents.sources[said.source].title if said.source else None,
            confidence=said.confidence,
            review_by=said.review_by,
            stale=said.review_by is not None and said.review_by < rules.day,
            unknown=said.unknown,
            ask=said.ask,
            note=said.note,
            floors=floors,
        )


def basis(entitlement: Entitlement, contents: Contents) -> tuple[Basis, ...]:
    """Returns every source of an entitlement's criteria, benefits and figures, once each."""
    found = ((id, contents.sources[id]) for id in rests_on(entitlement, contents))
    return tuple(
        Basis(id, source.title, source.number, source.date, source.confidence, source.address, source.note)
        for id, source in found
    )


def rests_on(entitlement: Entitlement, contents: Contents) -> list[str]:
    """Returns the ids of every source of an entitlement: of its criteria, benefits, concepts and figures."""
    cites: list[str] = list(entitlement.in_force.cite or ())
    for body in entitlement.bodies():
        for criterion in (*(body.criteria or ()), *(body.unless or ())):
            cites += criterion.cite
        if body.benefit is not None:
            cites += body.benefit.cite or ()
            cites += [cite for tier in body.benefit.amount for cite in tier.cite or ()]
    exprs = list(expressions(entitlement, contents))
    for name in {node.name: None for expr in exprs for node in ir.walk(expr) if isinstance(node, ir.Concept)}:
        cites += [cite for version in contents.concepts[name].versions for cite in version.cite]
    for name in figures(exprs, contents):
        cites += [entry.said.source for entry in contents.parameters[name].entries if entry.said.source]
    return list(dict.fromkeys(cite.partition(" ")[0] for cite in cites))


def entry_values(series: Series, entry: Entry, contents: Contents) -> Iterator[tuple[Words | None, Words | None]]:
    """Yields the values of a dated entry in words, each with the place and the row that it is for; None is unknown."""
    place = entry.said.place
    where = [] if place is None else [_ROOT if place == EVERYWHERE else contents.places.get(place, Words(place, place))]
    if not entry.rows:
        yield _joined(where), _said(series, entry.value, contents)
    for row, value in entry.rows.items():
        keys = [_key(key, expr, contents) for key, expr in zip(row, _selectors(series, contents), strict=True)]
        yield _joined([*where, *keys]), _said(series, value, contents)
    if entry.further is not None:
        more = Words("以上每增加一个", "each one further")
        yield _joined([*where, more]), _said(series, entry.further, contents)


def _force(entitlement: Entitlement) -> Iterator[Change]:
    force = entitlement.in_force
    if force.surely_from is None:
        yield Change(force.first, Words("开始施行", "in force from this day"))
    else:
        zh, en = "最早可能从这一天起施行，尚不确定", "may be in force from this day, which is not sure"
        yield Change(force.first, Words(zh, en))
        yield Change(force.surely_from, Words("从这一天起确定施行", "surely in force from this day"))
    if force.to is not None:
        yield Change(force.to, Words("施行的最后一天", "the last day in force"))


def _bodies(bodies: list[Body]) -> Iterator[Change]:
    """Yields, for each version after the first, what is no longer as in the one before."""
    for before, after in pairwise(bodies):
        changes = [
            *_criteria(before.criteria, after.criteria, Words("条件", "condition")),
            *_criteria(before.unless, after.unless, Words("排除情形", "exclusion")),
        ]
        if before.benefit != after.benefit and _benefit(before) != _benefit(after):
            changes.append(Words("待遇或其算法改变", "the benefit or how it is reckoned changes"))
        if before.apply != after.apply:
            changes.append(Words("办理方式、材料或时限改变", "route, papers or time limits change"))
        zh, en = "；".join(each.zh for each in changes), "; ".join(each.en for each in changes)
        yield Change(after.start or date.min, Words(zh or "新的规定施行", en or "a new text comes into force"))


def _benefit(body: Body) -> tuple[object, ...]:
    """Returns what a benefit says, its expressions as text: those of two versions are never the same object."""
    benefit = body.benefit
    if benefit is None:
        return ()
    tiers = [(tier.when and to_text(tier.when.expr), to_text(tier.amount.expr)) for tier in benefit.amount]
    return (benefit.kind, benefit.label, benefit.per, benefit.days, *tiers)


def _criteria(
    before: tuple[Criterion, ...] | None, after: tuple[Criterion, ...] | None, kind: Words
) -> Iterator[Words]:
    old = {each.id: each for each in before or ()}
    new = {each.id: each for each in after or ()}
    for id in [*old, *(id for id in new if id not in old)]:
        label = (new.get(id) or old[id]).label
        if id not in old:
            yield Words(f"增加{kind.zh}“{label.zh}”", f"new {kind.en} “{label.en}”")
        elif id not in new:
            yield Words(f"取消{kind.zh}“{label.zh}”", f"{kind.en} “{label.en}” dropped")
        elif to_text(old[id].when.expr) != to_text(new[id].when.expr):
            yield Words(f"{kind.zh}“{label.zh}”改变", f"{kind.en} “{label.en}” changed")


def _value(series: Series, entry: Entry, contents: Contents) -> Words:
    """Returns a figure with everything that it comes to from a day on."""
    values = list(entry_values(series, entry, contents))
    said = [_applied(applies, value or speech.UNKNOWN) for applies, value in values]
    zh, en = "，".join(each.zh for each in said), ", ".join(each.en for each in said)
    return Words(f"{series.label.zh}：{zh}", f"{series.label.en}: {en}")


def _applied(applies: Words | None, value: Words) -> Words:
    return value if applies is None else Words(f"{applies.zh} {value.zh}", f"{applies.en} {value.en}")


def _said(series: Series, value: object, contents: Contents) -> Words | None:
    if value is None:
        return None
    return Words(*(speech.any_value(series.kind, value, contents, lang) for lang in ("zh", "en")))


def _selectors(series: Series, contents: Contents) -> list[Expr]:
    return [selector.expr for selector in contents.selectors[series.name] if not selector.place]


def _key(key: object, expr: Expr, contents: Contents) -> Words:
    """Returns the row that a fact, a concept or the household's size selects."""
    if isinstance(expr, ir.Fact):
        fact = contents.schema.facts[expr.name]
        values = [speech.fact_value(fact, key, contents, lang) for lang in ("zh", "en")]
        return (
            Words(*values)
            if fact.type == "choice"
            else Words(f"{fact.label.zh} {values[0]}", f"{fact.label.en} {values[1]}")
        )
    if isinstance(expr, ir.Concept):
        label = contents.concepts[expr.name].label
        zh, en = (speech.any_value(contents.names.concepts[expr.name][1], key, contents, lang) for lang in ("zh", "en"))
        return Words(f"{label.zh} {zh}", f"{label.en} {en}")
    return Words(f"{key} 人", f"{key} persons")


def _joined(parts: list[Words]) -> Words | None:
    return Words("，".join(each.zh for each in parts), ", ".join(each.en for each in parts)) if parts else None
