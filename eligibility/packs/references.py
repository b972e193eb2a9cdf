"""Whether everything that a pack names exists: sources, clauses, documents, entitlements; and nothing goes in circles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

from eligibility import ir
from eligibility.errors import Problems, did_you_mean, one_of
from eligibility.packs.figures import Attribute, Parameter, form, reader
from eligibility.packs.model import Body, Clause, Concept, Entitlement, PackFile
from eligibility.packs.nodes import MappingNode, Node, Scalar, at
from eligibility.packs.overlay import Overlay
from eligibility.packs.shapes import Loc, key_span, placed, value_span
from eligibility.schema import Schema
from eligibility.source import Span
from eligibility.words import Words

Ids = Collection[str] | None
"""The ids of a kind, those included whose own entry is wrong; None where their file could not be read."""

_SOURCE = Words("来源", "source")
_ENTITLEMENT = Words("事项", "entitlement")
_FEW = 8


class References:
    """Looks up what files name in other files.

    Args:
        file: `pack.yaml`.
        ids: of `sources`, `clauses`, `documents`, `entitlements` and `facts`.
        entitlements: by id.
        problems: grows by what does not exist.
    """

    def __init__(
        self,
        file: PackFile | None,
        ids: Mapping[str, Ids],
        entitlements: Mapping[str, Entitlement],
        problems: Problems,
    ) -> None:
        """Keeps the ids."""
        self.plan = file.plan if file is not None else None
        self.areas = file.areas if file is not None else None
        self.ids = ids
        self.entitlements = entitlements
        self.problems = problems

    def known(self, node: Node, loc: Loc, id: str, known: Ids, kind: Words) -> None:
        """Notes an id that nothing has."""
        if known is not None and id not in known:
            self.unknown(value_span(node, loc), id, known, kind)

    def unknown(self, span: Span, id: str, known: Iterable[str], kind: Words) -> None:
        """Notes an id that nothing has, and the nearest one."""
        zh, en = f"没有{kind.zh} `{id}`", f"there is no {kind.en} `{id}`"
        self.problems.add(span, zh, en, did_you_mean(id, known) or _few(known))

    def document(self, node: Node, loc: Loc, id: str) -> None:
        """Notes a document that is in no list."""
        self.known(node, loc, id, self.ids["documents"], Words("证件材料", "document"))

    def cite(self, node: Node, loc: Loc, cites: Iterable[str] | None) -> None:
        """Notes a citation of no source, or of no clause of the plan."""
        sources, clauses = self.ids["sources"], self.ids["clauses"]
        for index, cite in enumerate(cites or ()):
            source, _, locator = cite.partition(" ")
            clause = locator.partition(" ")[0]
            here = placed(node, (*loc, index))
            if sources is not None and source not in sources:
                self.unknown(_part(node, here, 0, len(source)), source, sources, _SOURCE)
            elif source == self.plan and clauses is not None and not clause:
                advice = Words(
                    f"写成 `{source} 条款`，条款见 `clauses.yaml`", f"write `{source} CLAUSE`, from `clauses.yaml`"
                )
                self.problems.add(value_span(node, here), "缺少条款", "the clause is missing", advice)
            elif source == self.plan and clauses is not None and clause not in clauses:
                start = len(source) + 1
                self.unknown(_part(node, here, start, start + len(clause)), clause, clauses, Words("条款", "clause"))

    def values(self, node: Node, said: Parameter | Attribute | Overlay) -> None:
        """Notes dated values that rest on no known source."""
        for index, value in enumerate(said.values):
            if value.source is not None:
                self.source(node, ("values", index, "source"), value.source)

    def source(self, node: Node, loc: Loc, id: str) -> None:
        """Notes a source that is in no list."""
        self.known(node, loc, id, self.ids["sources"], _SOURCE)

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
                self.document(node, (*loc, "document"), fact.document)
            attesters = schema.attesters or None
            self.known(node, (*loc, "attested_by"), fact.attested_by, attesters, Words("证明人", "attester"))
            if fact.wider is not None:
                self.known(node, (*loc, "wider"), fact.wider, self.ids["facts"], Words("事实", "fact"))
            self.cite(node, (*loc, "cite"), fact.cite)

    def clause(self, node: Node, clause: Clause) -> None:
        """Notes entitlements of a clause that the pack does not have, or has although they are said to come."""
        for index, id in enumerate(clause.gives):
            self.known(node, ("gives", index), id, self.ids["entitlements"], _ENTITLEMENT)
        for index, id in enumerate(clause.to_come):
            if id in self.entitlements:
                zh, en = f"`{id}` 已经写好，应移到 `gives`", f"`{id}` is written: move it to `gives`"
                self.problems.add(value_span(node, ("to_come", index)), zh, en)

    def entitlement(self, node: Node, one: Entitlement, schema: Schema, path: Path) -> None:
        """Notes everything that an entitlement names and that does not exist."""
        area, stem = path.parent.as_posix(), path.stem
        if one.id != stem:
            zh, en = f"标识要与文件名一致：`{stem}`", f"the id is the file name: `{stem}`"
            self.problems.add(value_span(node, ("id",)), zh, en)
        if one.area != area:
            zh, en = f"领域要与文件夹一致：`{area}`", f"the area is the folder: `{area}`"
            self.problems.add(value_span(node, ("area",)), zh, en)
        else:
            self.known(node, ("area",), one.area, self.areas, Words("领域", "area"))
        for index, clause in enumerate(one.clause):
            self.known(node, ("clause", index), clause, self.ids["clauses"], Words("条款", "clause"))
        for name in ("not_with", "higher_of", "requires"):
            for index, id in enumerate(getattr(one, name)):
                self.known(node, (name, index), id, self.ids["entitlements"], _ENTITLEMENT)
        for index, id in enumerate(one.requires):
            if id in self.entitlements and self.entitlements[id].subject != one.subject:
                zh, en = f"`{id}` 的对象不同", f"`{id}` is for another kind of subject"
                self.problems.add(value_span(node, ("requires", index)), zh, en)
        self.cite(node, ("in_force", "cite"), one.in_force.cite)
        self._body(node, (), one)
        for index, version in enumerate(one.versions):
            self._body(node, ("versions", index), version)
        self._overlaps(node, one.versions)
        self._complete(node, one)
        self._gives(node, one, schema)

    def _body(self, node: Node, loc: tuple[str | int, ...], body: Entitlement | Body) -> None:
        ids: dict[str, Span] = {}
        for name in ("criteria", "unless"):
            for index, criterion in enumerate(getattr(body, name) or ()):
                here = (*loc, name, index)
                self.cite(node, (*here, "cite"), criterion.cite)
                span = value_span(node, (*here, "id"))
                if criterion.id in ids:
                    zh, en = f"标识 `{criterion.id}` 用了两次", f"the id `{criterion.id}` is used twice"
                    self.problems.add(span, zh, en, also=ids[criterion.id])
                ids.setdefault(criterion.id, span)
        if body.benefit is not None:
            self.cite(node, (*loc, "benefit", "cite"), body.benefit.cite)
            for index, tier in enumerate(body.benefit.amount):
                self.cite(node, (*loc, "benefit", "amount", index, "cite"), tier.cite)
        for index, document in enumerate(body.apply.documents if body.apply else ()):
            self.document(node, (*loc, "apply", "documents", index), document)

    def _complete(self, node: Node, one: Entitlement) -> None:
        """Notes a body without benefit or route, or a rule without criteria that is not open to all."""
        for index, body in enumerate(one.bodies()):
            loc: tuple[str | int, ...] = ("versions", index) if one.versions else ()
            for name in ("benefit", "apply"):
                if getattr(body, name) is None:
                    self.problems.add(value_span(node, loc), f"缺少 `{name}`", f"`{name}` is missing")
            if not body.criteria and not one.requires and one.promise != "open":
                advice = Words("没有条件的只能写 `promise: open`", "only `promise: open` goes without criteria")
                self.problems.add(value_span(node, loc), "缺少 `criteria`", "`criteria` is missing", advice)

    def _overlaps(self, node: Node, versions: Iterable[Body] | Iterable[object]) -> None:
        """Notes versions that are not in order, leave a gap, or overlap."""
        previous = None
        for index, version in enumerate(versions):
            start, to = getattr(version, "start", None), getattr(version, "to", None)
            loc: Loc = ("versions", index)
            if start is None or (index and start == date.min):
                self.problems.add(value_span(node, loc), "版本缺少 `from`", "`from` is missing: each version says it")
                return
            if to is not None and to < start:
                self.problems.add(value_span(node, (*loc, "to")), "`to` 早于 `from`", "`to` is before `from`")
            elif previous is not None:
                self._beside(node, index, previous, start)
            previous = (start, to)

    def _beside(self, node: Node, index: int, previous: tuple[date, date | None], start: date) -> None:
        """Notes a version that overlaps the one before, or begins later than the day after it."""
        before, end = previous
        span = value_span(node, ("versions", index, "from"))
        also = value_span(node, ("versions", index - 1, "to" if end is not None and start > before else "from"))
        if start <= before:
            zh, en = "版本要从早到晚排列", "versions stand in the order of their days"
            self.problems.add(span, zh, en, also=also)
        elif end is not None and start <= end:
            self.problems.add(span, "与上一版本时间重叠", "this overlaps the version before", also=also)
        elif end is not None and start > end + timedelta(1):
            advice = Words("去掉上一版本的 `to`，或让两者相接", "leave out the `to` before it, or let the two meet")
            self.problems.add(span, "与上一版本之间有空档", "there is a gap after the version before", advice, also)

    def _gives(self, node: Node, one: Entitlement, schema: Schema) -> None:
        for index, given in enumerate(one.gives):
            fact = schema.facts.get(given.fact)
            # `{fact: value}` is short for a list of one `{fact, value}` each.
            short = key_span(node, ("gives", given.fact)) if isinstance(at(node, ("gives",)), MappingNode) else None
            self._fact_given(short or value_span(node, ("gives", index, "fact")), given.fact)
            loc: Loc = ("gives", given.fact) if short else ("gives", index, "value")
            if fact is not None and fact.type in {"bool", "choice", "count", "money"}:
                kind = fact.kind
                if reader(kind)(given.value) is None:
                    zh, en = f"`{fact.name}` 没有 `{given.value}` 这个值", f"`{fact.name}` has no value `{given.value}`"
                    self.problems.add(value_span(node, loc), zh, en, form(kind, given.value))

    def _fact_given(self, span: Span, name: str) -> None:
        facts = self.ids["facts"]
        if facts is not None and name not in facts:
            self.unknown(span, name, facts, Words("事实", "fact"))

    def circles(self, nodes: Mapping[str, Node], schema: Schema, concepts: Mapping[str, Concept]) -> None:
        """Notes entitlements that require each other in a circle, or give a status that they lean on (MEANING M17, M18)."""
        requires = {id: set(one.requires) for id, one in self.entitlements.items()}
        if self._acyclic(requires, nodes, Words("`requires` 绕成了圈", "`requires` goes in a circle"), "requires"):
            return
        reads = {id: _facts_read(one, concepts) for id, one in self.entitlements.items()}
        gives = {id: {given.fact for given in one.gives} & set(schema.facts) for id, one in self.entitlements.items()}
        chain = {
            id: {other for other in gives if gives[id] & reads[other] or id in requires[other]}
            for id in self.entitlements
        }
        self._acyclic(chain, nodes, Words("`gives` 绕成了圈", "`gives` goes in a circle"), "gives")

    def _acyclic(self, graph: Mapping[str, set[str]], nodes: Mapping[str, Node], message: Words, field: str) -> bool:
        """Notes each circle, and returns whether there is one."""
        done: set[str] = set()
        before = len(self.problems.found)

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
        return len(self.problems.found) > before


def _part(node: Node, loc: Loc, start: int, end: int) -> Span:
    """Returns where some characters of a value stand."""
    found = at(node, loc)
    return found.passage.span(start, end) if isinstance(found, Scalar) else value_span(node, loc)


def _few(known: Iterable[str]) -> Words | None:
    """Returns the advice that lists what exists, where that is little."""
    names = sorted(known)
    return one_of(names) if 0 < len(names) <= _FEW else None


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
