"""Whether everything that a pack names exists, and whether what two of its files say of one thing agrees."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from eligibility.errors import Problems, did_you_mean, one_of
from eligibility.kinds import PROVINCES
from eligibility.packs.figures import CODE, EVERYWHERE, Attribute, Parameter, form, reader
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
        ids: of `sources`, `clauses`, `documents`, `entitlements`, `facts` and `places`.
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
        """Notes dated values that rest on no known source, or hold at a place that the pack does not list."""
        for index, value in enumerate(said.values):
            if value.source is not None:
                self.source(node, ("values", index, "source"), value.source)
            if value.place is not None and value.place != EVERYWHERE and CODE.fullmatch(value.place):
                self.place(node, ("values", index, "place"), value.place)

    def place(self, node: Node, loc: Loc, code: str) -> None:
        """Notes a place that is in no list; the provinces are known."""
        listed = self.ids["places"]
        if listed is not None and code not in PROVINCES and code not in listed:
            alike = [each for each in listed if len(each) == len(code)]
            self.unknown(value_span(node, loc), code, alike or listed, Words("地点", "place"))

    def source(self, node: Node, loc: Loc, id: str) -> None:
        """Notes a source that is in no list."""
        self.known(node, loc, id, self.ids["sources"], _SOURCE)

    def concept(self, node: Node, concept: Concept) -> None:
        """Notes unknown sources of a concept."""
        for index, version in enumerate(concept.versions):
            self.cite(node, ("versions", index, "cite"), version.cite)

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

    def agree(self, clauses: Mapping[str, tuple[Clause, Node]], nodes: Mapping[str, Node]) -> None:
        """Notes a clause and an entitlement of which only one names the other; a misspelt name is noted elsewhere.

        Args:
            clauses: by id, each with where it stands.
            nodes: where each entitlement stands.
        """
        for id, node in nodes.items():
            for index, name in enumerate(self.entitlements[id].clause):
                if name not in clauses or not set(clauses[name][0].gives) <= nodes.keys():
                    continue
                clause, there = clauses[name]
                if id not in (*clause.gives, *clause.to_come):
                    zh, en = (
                        f"条款 `{name}` 的 `gives` 里没有 `{id}`",
                        f"`gives` of the clause `{name}` does not name `{id}`",
                    )
                    also = value_span(there, ("gives",))
                    self.problems.add(value_span(node, ("clause", index)), zh, en, also=also)
        for name, (clause, node) in clauses.items():
            for index, id in enumerate(clause.gives):
                said = self.entitlements[id].clause if id in nodes else (name,)
                if name not in said and set(said) <= clauses.keys():
                    zh, en = f"`{id}` 的 `clause` 里没有 `{name}`", f"`clause` of `{id}` does not name `{name}`"
                    also = value_span(nodes[id], ("clause",))
                    self.problems.add(value_span(node, ("gives", index)), zh, en, also=also)

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
        self._others(node, one)
        self.cite(node, ("in_force", "cite"), one.in_force.cite)
        self._body(node, (), one)
        for index, version in enumerate(one.versions):
            self._body(node, ("versions", index), version)
        self._complete(node, one)
        self._gives(node, one, schema)

    def _others(self, node: Node, one: Entitlement) -> None:
        """Notes other entitlements that do not exist, are for another kind of subject, or are no others."""
        for name in ("not_with", "higher_of", "requires"):
            for index, id in enumerate(getattr(one, name)):
                self.known(node, (name, index), id, self.ids["entitlements"], _ENTITLEMENT)
                span = value_span(node, (name, index))
                if id == one.id and name != "requires":  # that is a circle
                    self.problems.add(span, f"`{name}` 写了事项自己", f"`{name}` names the entitlement itself")
                elif name == "requires" and id in self.entitlements and self.entitlements[id].subject != one.subject:
                    self.problems.add(span, f"`{id}` 的对象不同", f"`{id}` is for another kind of subject")

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

    def _gives(self, node: Node, one: Entitlement, schema: Schema) -> None:
        for index, given in enumerate(one.gives):
            fact = schema.facts.get(given.fact)
            # `{fact: value}` is short for a list of one `{fact, value}` each.
            short = key_span(node, ("gives", given.fact)) if isinstance(at(node, ("gives",)), MappingNode) else None
            span = short or value_span(node, ("gives", index, "fact"))
            self._fact_given(span, given.fact)
            if fact is not None and fact.derive is not None:
                zh, en = (
                    f"`{fact.name}` 由其他事实得出，不能给予",
                    f"`{fact.name}` follows from other facts and cannot be given",
                )
                self.problems.add(span, zh, en)
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


def _part(node: Node, loc: Loc, start: int, end: int) -> Span:
    """Returns where some characters of a value stand."""
    found = at(node, loc)
    return found.passage.span(start, end) if isinstance(found, Scalar) else value_span(node, loc)


def _few(known: Iterable[str]) -> Words | None:
    """Returns the advice that lists what exists, where that is little."""
    names = sorted(known)
    return one_of(names) if 0 < len(names) <= _FEW else None
