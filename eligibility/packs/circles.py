"""Whether entitlements of a pack require each other in a circle, or give a status that they lean on (MEANING M17, M18)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from eligibility import ir
from eligibility.errors import Problems
from eligibility.packs.model import Body, Concept, Entitlement
from eligibility.packs.nodes import Node
from eligibility.packs.shapes import key_span
from eligibility.schema import Schema
from eligibility.words import Words


@dataclass
class Circles:
    """Looks for circles among entitlements.

    Args:
        entitlements: by id.
        nodes: where each stands.
        problems: grows by each circle.
    """

    entitlements: Mapping[str, Entitlement]
    nodes: Mapping[str, Node]
    problems: Problems

    def look(self, schema: Schema, concepts: Mapping[str, Concept]) -> None:
        """Notes entitlements that require each other in a circle, or give a status that they lean on."""
        requires = {id: set(one.requires) for id, one in self.entitlements.items()}
        if self.acyclic(requires, Words("`requires` 绕成了圈", "`requires` goes in a circle"), "requires"):
            return
        reads = {id: _facts_read(one, concepts) for id, one in self.entitlements.items()}
        gives = {id: {given.fact for given in one.gives} & set(schema.facts) for id, one in self.entitlements.items()}
        chain = {
            id: {other for other in gives if gives[id] & reads[other] or id in requires[other]}
            for id in self.entitlements
        }
        self.acyclic(chain, Words("`gives` 绕成了圈", "`gives` goes in a circle"), "gives")

    def acyclic(self, graph: Mapping[str, set[str]], message: Words, field: str) -> bool:
        """Notes each circle, and returns whether there is one."""
        done: set[str] = set()
        before = len(self.problems.found)

        def visit(id: str, path: tuple[str, ...]) -> None:
            if id in path:
                circle = " → ".join([*path[path.index(id) :], id])
                where = key_span(self.nodes[path[-1]], (field,)) if path[-1] in self.nodes else None
                self.problems.add(where, f"{message.zh}：{circle}", f"{message.en}: {circle}")
                return
            if id in done or id not in graph:
                return
            for other in sorted(graph[id]):
                visit(other, (*path, id))
            done.add(id)

        for id in graph:
            visit(id, ())
        return len(self.problems.found) > before


def _facts_read(one: Entitlement, concepts: Mapping[str, Concept]) -> set[str]:
    """Returns the facts that an entitlement's criteria read, concepts opened.

    Exclusions are left out: a status that is held excludes itself.
    """
    parts: list[Entitlement | Body] = [one, *one.versions]
    waiting = [criterion.when.expr for part in parts for criterion in part.criteria or ()]
    found: set[str] = set()
    opened: set[str] = set()
    while waiting:
        for node in ir.walk(waiting.pop()):
            if isinstance(node, ir.Fact):
                found.add(node.name)
            elif isinstance(node, ir.Concept) and node.name not in opened:
                opened.add(node.name)
                waiting += [version.body.expr for version in concepts[node.name].versions]
    return found
