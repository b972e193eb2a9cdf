"""Whether everything that a pack names exists: sources, clauses, documents, entitlements; and nothing goes in circles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from eligibility import ir
from eligibility.errors import Problems, did_you_mean
from eligibility.packs.figures import Attribute, DatedValue, Parameter
from eligibility.packs.model import Body, Clause, Concept, Entitlement, PackFile
from eligibility.packs.nodes import Node, at
from eligibility.packs.shapes import key_span, span_of
from eligibility.schema import Schema
from eligibility.words import Words

_SOURCE = Words("来源", "source")


class References:
    """Looks up what files name in other files.

    Args:
        file: `pack.yaml`.
        sources: the ids of sources.
        clauses: the ids of clauses.
        documents: the ids of documents.
        entitlements: by id.
        problems: grows by what does not exist.
    """

    def __init__(
        self,
        file: PackFile,
        sources: Iterable[str],
        clauses: Iterable[str],
        documents: Iterable[str],
        entitlements: Mapping[str, Entitlement],
        problems: Problems,
    ) -> None:
        """Keeps the ids."""
        self.file = file
        self.sources = set(sources)
        self.clauses = set(clauses)
        self.documents = set(documents)
        self.entitlements = entitlements
        self.problems = problems

    def known(self, node: Node, loc: tuple[str | int, ...], id: str, known: Iterable[str], kind: Words) -> None:
        """Notes an id that nothing has."""
        names = set(known)
        if id not in names:
            zh, en = f"没有{kind.zh} `{id}`", f"there is no {kind.en} `{id}`"
            self.problems.add(span_of(at(node, loc)), zh, en, did_you_mean(id, names))

    def cite(self, node: Node, loc: tuple[str | int, ...], cites: Iterable[str] | None) -> None:
        """Notes a citation of no source, or of no clause of the plan."""
        for index, cite in enumerate(cites or ()):
            source, _, locator = cite.partition(" ")
            here = (*loc, index)
            self.known(node, here, source, self.sources, _SOURCE)
            if source == self.file.plan and source in self.sources:
                self.known(node, here, locator.partition(" ")[0], self.clauses, Words("条款", "clause"))

    def values(self, node: Node, said: Parameter | Attribute) -> None:
        """Notes dated values that rest on no known source."""
        for index, value in enumerate(said.values):
            self._source(node, ("values", index, "source"), value)

    def _source(self, node: Node, loc: tuple[str | int, ...], value: DatedValue) -> None:
        if value.source is not None:
            self.known(node, loc, value.source, self.sources, _SOURCE)

    def concept(self, node: Node, concept: Concept) -> None:
        """Notes unknown sources of a concept, and versions that overlap."""
        for index, version in enumerate(concept.versions):
            self.cite(node, ("versions", index, "cite"), version.cite)
        self._overlaps(node, concept.versions)

    def facts(self, node: Node, schema: Schema) -> None:
        """Notes unknown documents, attesters and sources of facts."""
        for name, fact in schema.facts.items():
            loc = (fact.owner, name)
            if fact.document is not None:
                self.known(node, (*loc, "document"), fact.document, self.documents, Words("证件材料", "document"))
            self.known(node, (*loc, "attested_by"), fact.attested_by, schema.attesters, Words("证明人", "attester"))
            if fact.wider is not None:
                self.known(node, (*loc, "wider"), fact.wider, schema.facts, Words("事实", "fact"))
            self.cite(node, (*loc, "cite"), fact.cite)

    def clause(self, node: Node, clause: Clause) -> None:
        """Notes entitlements of a clause that the pack does not have, or has although they are said to come."""
        for index, id in enumerate(clause.gives):
            self.known(node, ("gives", index), id, self.entitlements, Words("事项", "entitlement"))
        for index, id in enumerate(clause.to_come):
            if id in self.entitlements:
                zh, en = f"`{id}` 已经写好，应移到 `gives`", f"`{id}` is written: move it to `gives`"
                self.problems.add(span_of(at(node, ("to_come", index))), zh, en)

    def entitlement(self, node: Node, one: Entitlement, schema: Schema, area: str, stem: str) -> None:
        """Notes everything that an entitlement names and that does not exist."""
        if one.id != stem:
            zh, en = f"标识要与文件名一致：`{stem}`", f"the id is the file name: `{stem}`"
            self.problems.add(span_of(at(node, ("id",))), zh, en)
        if one.area != area:
            zh, en = f"领域要与文件夹一致：`{area}`", f"the area is the folder: `{area}`"
            self.problems.add(span_of(at(node, ("area",))), zh, en)
        self.known(node, ("area",), one.area, self.file.areas, Words("领域", "area"))
        for index, clause in enumerate(one.clause):
            self.known(node, ("clause", index), clause, self.clauses, Words("条款", "clause"))
        for name in ("not_with", "higher_of", "requires"):
            for index, id in enumerate(getattr(one, name)):
                self.known(node, (name, index), id, self.entitlements, Words("事项", "entitlement"))
        for index, id in enumerate(one.requires):
            if id in self.entitlements and self.entitlements[id].subject != one.subject:
                zh, en = f"`{id}` 的对象不同", f"`{id}` is for another kind of subject"
                self.problems.add(span_of(at(node, ("requires", index))), zh, en)
        self.cite(node, ("in_force", "cite"), one.in_force.cite)
        self._body(node, (), one)
        for index, version in enumerate(one.versions):
            self._body(node, ("versions", index), version)
        self._overlaps(node, one.versions)
        self._complete(node, one)
        self._gives(node, one, schema)

    def _body(self, node: Node, loc: tuple[str | int, ...], body: Entitlement | Body) -> None:
        ids: set[str] = set()
        for name in ("criteria", "unless"):
            for index, criterion in enumerate(getattr(body, name) or ()):
                here = (*loc, name, index)
                self.cite(node, (*here, "cite"), criterion.cite)
                if criterion.id in ids:
                    zh, en = f"标识 `{criterion.id}` 用了两次", f"the id `{criterion.id}` is used twice"
                    self.problems.add(span_of(at(node, (*here, "id"))), zh, en)
                ids.add(criterion.id)
        if body.benefit is not None:
            self.cite(node, (*loc, "benefit", "cite"), body.benefit.cite)
            for index, tier in enumerate(body.benefit.amount):
                self.cite(node, (*loc, "benefit", "amount", index, "cite"), tier.cite)
        for index, document in enumerate(body.apply.documents if body.apply else ()):
            self.known(
                node, (*loc, "apply", "documents", index), document, self.documents, Words("证件材料", "document")
            )

    def _complete(self, node: Node, one: Entitlement) -> None:
        """Notes a body without benefit or route, or a rule without criteria that is not open to all."""
        for index, body in enumerate(one.bodies()):
            loc: tuple[str | int, ...] = ("versions", index) if one.versions else ()
            for name in ("benefit", "apply"):
                if getattr(body, name) is None:
                    self.problems.add(span_of(at(node, loc)), f"缺少 `{name}`", f"`{name}` is missing")
            if not body.criteria and not one.requires and one.promise != "open":
                zh, en = "没有条件的只能是 `open`", "only an `open` entitlement has no criteria"
                self.problems.add(span_of(at(node, loc)), zh, en)

    def _overlaps(self, node: Node, versions: Iterable[Body] | Iterable[object]) -> None:
        """Notes versions that are not in order, leave a gap, or overlap."""
        previous = None
        for index, version in enumerate(versions):
            start, to = getattr(version, "start", None), getattr(version, "to", None)
            loc = ("versions", index)
            if to is not None and start is not None and to < start:
                self.problems.add(span_of(at(node, loc)), "`to` 早于 `from`", "`to` is before `from`")
            if previous is not None and start is not None:
                before, end = previous
                if start <= before or (end is not None and start <= end):
                    self.problems.add(
                        key_span(node, (*loc, "from")), "与上一版本时间重叠", "this overlaps the version before"
                    )
                elif end is not None and start > end + timedelta(1):
                    zh, en = "与上一版本之间有空档", "there is a gap after the version before"
                    self.problems.add(key_span(node, (*loc, "from")), zh, en)
            if start is None:
                self.problems.add(span_of(at(node, loc)), "版本要写 `from`", "a version says `from`")
                return
            previous = (start, to)

    def _gives(self, node: Node, one: Entitlement, schema: Schema) -> None:
        for index, given in enumerate(one.gives):
            fact = schema.facts.get(given.fact)
            loc = ("gives", index, "fact")
            self.known(node, loc, given.fact, schema.facts, Words("事实", "fact"))
            if fact is not None and fact.type == "choice" and given.value not in fact.values:
                self.known(node, ("gives", index, "value"), given.value, fact.values, Words("值", "value"))

    def circles(self, nodes: Mapping[str, Node], schema: Schema, concepts: Mapping[str, Concept]) -> None:
        """Notes entitlements that require each other in a circle, or give a status that they lean on (MEANING M17, M18)."""
        requires = {id: set(one.requires) for id, one in self.entitlements.items()}
        self._acyclic(requires, nodes, Words("`requires` 绕成了圈", "`requires` goes in a circle"), "requires")
        reads = {id: _facts_read(one, concepts) for id, one in self.entitlements.items()}
        gives = {id: {given.fact for given in one.gives} & set(schema.facts) for id, one in self.entitlements.items()}
        chain = {
            id: {other for other in gives if gives[id] & reads[other] or id in requires[other]}
            for id in self.entitlements
        }
        self._acyclic(chain, nodes, Words("`gives` 绕成了圈", "`gives` goes in a circle"), "gives")

    def _acyclic(self, graph: Mapping[str, set[str]], nodes: Mapping[str, Node], message: Words, field: str) -> None:
        done: set[str] = set()

        def visit(id: str, path: tuple[str, ...]) -> None:
            if id in path:
                circle = " → ".join([*path[path.index(id) :], id])
                where = key_span(nodes[path[-1]], (field,)) if path[-1] in nodes else None
                self.problems.add(where, f"{message.zh}：{circle}", f"{message.en}: {circle}")
                return
            if id in done or id not in graph:
                return
            for other in sorted(graph[id]):
                visit(other, (*path, id))
            done.add(id)

        for id in graph:
            visit(id, ())


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
