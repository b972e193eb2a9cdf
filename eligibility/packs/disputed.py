"""Whether the readings of a pack hang on what exists, and whether the others fit what they would replace."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from eligibility import ir
from eligibility.errors import Problems, did_you_mean
from eligibility.fields import Written
from eligibility.packs.meaning import Meanings
from eligibility.packs.model import Concept, Entitlement
from eligibility.packs.nodes import Node
from eligibility.packs.readings import Reading, days_clash
from eligibility.packs.references import Ids
from eligibility.packs.shapes import key_span, value_span
from eligibility.source import Span
from eligibility.words import Words


@dataclass
class Disputed:
    """Looks at the readings of a pack.

    Args:
        meanings: what its conditions mean; the other readings get theirs here.
        entitlements: by id.
        ids: of the entitlements that may be named, or None where that cannot be told.
        problems: grows by what does not fit.
    """

    meanings: Meanings
    entitlements: Mapping[str, Entitlement]
    ids: Ids
    problems: Problems

    def reading(self, node: Node, reading: Reading) -> None:
        """Notes what is wrong with one reading."""
        self.bearers(node, reading)
        concept = self.concept(node, reading)
        for id, other in reading.others.items():
            for version in other.versions if concept is not None else ():
                self.replacement(reading.concept or "", version.body, concept)
            if other.in_force is not None:
                for bearer in sorted(reading.bearers() & self.entitlements.keys()):
                    if days_clash(self.entitlements[bearer], other.in_force):
                        zh, en = f"与 `{bearer}` 的施行日期合不上", f"these days contradict those of `{bearer}`"
                        self.problems.add(key_span(node, ("others", id, "in_force")), zh, en)

    def bearers(self, node: Node, reading: Reading) -> None:
        """Notes entitlements and criteria that the pack does not have."""
        for index, said in enumerate(reading.bears_on):
            id, _, criterion = said.partition("/")
            if self.ids is not None and id not in self.ids:
                self.unknown(node, index, Words("事项", "entitlement"), id, self.ids)
            elif criterion and id in self.entitlements:
                known = set(criteria(self.entitlements[id]))
                if criterion not in known:
                    self.unknown(node, index, Words("条件或排除情形", "criterion or exclusion"), criterion, known)

    def unknown(self, node: Node, index: int, kind: Words, said: str, known: Collection[str]) -> None:
        """Notes a name in `bears_on` that nothing has."""
        zh, en = f"没有{kind.zh} `{said}`", f"there is no {kind.en} `{said}`"
        near = did_you_mean(said, known)
        self.problems.add(value_span(node, ("bears_on", index)), zh, en, near)

    def concept(self, node: Node, reading: Reading) -> Concept | None:
        """Returns the concept that the others would replace; one that does not exist is noted."""
        name = reading.concept
        if name is None or self.meanings.names.excused(name):
            return None
        found = self.meanings.concepts.get(name)
        if found is None:
            zh, en = f"没有概念 `{name}`", f"there is no concept `{name}`"
            self.problems.add(value_span(node, ("concept",)), zh, en, did_you_mean(name, self.meanings.concepts))
        return found

    def replacement(self, name: str, body: Written, concept: Concept | None) -> None:
        """Reads another meaning of a concept; it must be of the same type, and not lean on what it replaces."""
        if concept is None:
            return
        owner, kind = self.meanings.types[name]
        if not self.meanings.parse(body, owner):
            return
        self.meanings.whose_figures(body.expr, owner)
        found = self.meanings.typed(body.expr, "bool" if kind.kind == "bool" else "any")
        if not {"any", "bool"} & {found.kind, kind.kind} and (found.kind, found.unit) != (kind.kind, kind.unit):
            zh, en = f"与概念 `{name}` 的类型不一致", f"this is of another type than the concept `{name}`"
            self.problems.add(body.expr.span, zh, en)
        for used, span in leans_on(body, self.meanings.concepts):
            if used == name:
                zh, en = f"不能用到所替换的 `{name}` 自己", f"this leans on `{name}`, which it would replace"
                self.problems.add(span, zh, en)


def leans_on_all(concept: Concept, concepts: Mapping[str, Concept]) -> Iterator[tuple[str, Span | None]]:
    """Yields every concept that some version of a concept leans on, directly or not."""
    for version in concept.versions:
        yield from leans_on(version.body, concepts)


def leans_on(body: Written, concepts: Mapping[str, Concept]) -> Iterator[tuple[str, Span | None]]:
    """Yields every concept that a meaning leans on, directly or not, with the place where it begins to."""
    for start in ir.walk(body.expr):
        waiting, seen = [start.name] if isinstance(start, ir.Concept) else [], set[str]()
        while waiting:
            name = waiting.pop()
            if name in seen or name not in concepts:
                continue
            seen.add(name)
            yield name, start.span
            waiting += [
                node.name
                for version in concepts[name].versions
                for node in ir.walk(version.body.expr)
                if isinstance(node, ir.Concept)
            ]


def criteria(entitlement: Entitlement) -> Iterator[str]:
    """Yields the ids of all criteria and exclusions of an entitlement, and `in_force`."""
    yield "in_force"
    for body in entitlement.bodies():
        yield from (each.id for each in (*(body.criteria or ()), *(body.unless or ())))
