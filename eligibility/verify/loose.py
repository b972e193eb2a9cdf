"""Loose ends of a pack: concepts and figures that nothing reads, and sources that nothing rests on."""

from __future__ import annotations

from collections.abc import Iterator

from eligibility import ir
from eligibility.errors import Problem
from eligibility.packs.calendar import RulePack
from eligibility.packs.floors import floors
from eligibility.packs.model import Body, Entitlement
from eligibility.words import Words


def loose_ends(pack: RulePack) -> Iterator[Problem]:
    """Yields concepts, figures, papers and sources that nothing uses."""
    contents = pack.contents
    used = _used(pack)
    for kind, names in (
        (Words("概念", "concept"), contents.concepts),
        (Words("参数", "parameter"), contents.parameters),
    ):
        for name in names:
            if name not in used:
                yield Problem(Words(f"{kind.zh} `{name}` 没有用到", f"nothing uses the {kind.en} `{name}`"))
    cited = set(_cited(pack))
    for id in contents.sources:
        if id not in cited and id != contents.file.plan:
            yield Problem(Words(f"来源 `{id}` 没有用到", f"nothing rests on the source `{id}`"))


def _used(pack: RulePack) -> set[str]:
    """Returns the concepts and figures that something reads; a floor is read with its figure."""
    contents = pack.contents
    written = [each for one in contents.entitlements.values() for _, each in one.expressions()]
    written += [version.body for concept in contents.concepts.values() for version in concept.versions]
    written += [fact.derive for fact in contents.schema.facts.values() if fact.derive is not None]
    written += [
        version.body
        for reading in contents.readings.values()
        for other in reading.others.values()
        for version in other.versions
    ]
    exprs = [each.expr for each in written] + [key.expr for keys in contents.selectors.values() for key in keys]
    nodes = [node for expr in exprs for node in ir.walk(expr)]
    used = {node.name for node in nodes if isinstance(node, (ir.Concept, ir.Figure))}
    return used | {floor for name, floor in floors(contents.parameters) if name in used}


def _cited(pack: RulePack) -> Iterator[str]:
    """Yields every source that something rests on."""
    contents = pack.contents
    cites: list[str] = []
    for one in contents.entitlements.values():
        bodies: list[Entitlement | Body] = [one, *one.versions]
        for body in bodies:
            cites += [cite for each in (*(body.criteria or ()), *(body.unless or ())) for cite in each.cite]
            if body.benefit:
                cites += [
                    *(body.benefit.cite or ()),
                    *(cite for tier in body.benefit.amount for cite in tier.cite or ()),
                ]
        cites += one.in_force.cite or ()
    cites += [cite for concept in contents.concepts.values() for version in concept.versions for cite in version.cite]
    cites += [cite for fact in contents.schema.facts.values() for cite in fact.cite]
    cites += [cite for rule in contents.schema.integrity for cite in rule.cite]
    yield from (cite.partition(" ")[0] for cite in cites)
    for series in (*contents.parameters.values(), *contents.attributes.values()):
        yield from (entry.said.source for entry in series.entries if entry.said.source is not None)
