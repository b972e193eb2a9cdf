"""What an entitlement rests on: the plan's own words, higher rules, figures that are not held, readings that are taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eligibility import ir
from eligibility.grounds import expressions, figures, rests_on
from eligibility.packs.calendar import RulePack, Rules
from eligibility.packs.contents import Contents
from eligibility.packs.model import Entitlement
from eligibility.packs.readings import Reading
from eligibility.words import Words


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A point that the sources leave open, as people are told it.

    Args:
        id: of the reading.
        question: what is open.
        why: why.
        taken: the reading taken.
        others: the others, by id.
        written: the ids of those that can be screened under.
    """

    id: str
    question: Words
    why: Words
    taken: Words
    others: dict[str, Words]
    written: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What one entitlement rests on.

    Args:
        entitlement: its id.
        plan: whether the plan's own words carry some criterion.
        sources: the ids of every other document that it rests on.
        not_held: the names of figures that it reads and that are unknown somewhere on the day.
        readings: the ids of the readings that it rests on at some time.
    """

    entitlement: str
    plan: bool
    sources: tuple[str, ...]
    not_held: tuple[str, ...]
    readings: tuple[str, ...]


def standings(rules: Rules) -> list[Standing]:
    """Returns what each entitlement of a pack rests on, figures as they are held on the day."""
    contents = rules.pack.contents
    return [_standing(one, rules) for one in contents.entitlements.values()]


def _standing(one: Entitlement, rules: Rules) -> Standing:
    contents = rules.pack.contents
    cited = rests_on(one, contents)
    return Standing(
        entitlement=one.id,
        plan=contents.file.plan in cited,
        sources=tuple(id for id in cited if id != contents.file.plan),
        not_held=tuple(name for name in figures(expressions(one, contents), contents) if _not_held(name, rules)),
        readings=tuple(readings_of(one, contents)),
    )


def _not_held(name: str, rules: Rules) -> bool:
    """Returns whether a figure is unknown somewhere on the day."""
    table = rules.state.figures.get(name)
    return table is None or not table.entries or any(each.said.unknown for each in table.entries.values())


def readings_of(one: Entitlement, contents: Contents) -> Iterator[str]:
    """Yields the ids of the readings that an entitlement rests on at some time, in the order of the pack."""
    asked = [one, *(contents.entitlements[id] for id in one.requires)]
    exprs = [expr for each in asked for expr in expressions(each, contents)]
    concepts = {node.name for expr in exprs for node in ir.walk(expr) if isinstance(node, ir.Concept)}
    ids = {each.id for each in asked}
    for id, reading in contents.readings.items():
        if reading.concept in concepts or ids & reading.bearers():
            yield id


def hanging(pack: RulePack) -> dict[str, tuple[str, ...]]:
    """Returns the entitlements that hang on each reading, the reading with the most first."""
    contents = pack.contents
    found: dict[str, list[str]] = {id: [] for id in contents.readings}
    for one in contents.entitlements.values():
        for id in readings_of(one, contents):
            found[id].append(one.id)
    order = sorted(found, key=lambda name: -len(found[name]))
    return {id: tuple(found[id]) for id in order}


def open_point(id: str, reading: Reading) -> OpenPoint:
    """Returns a reading as people are told it."""
    return OpenPoint(
        id=id,
        question=reading.question,
        why=reading.why,
        taken=reading.taken,
        others={name: other.label for name, other in reading.others.items()},
        written=tuple(name for name, other in reading.others.items() if other.written),
    )
