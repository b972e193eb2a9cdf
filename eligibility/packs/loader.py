"""Files to a pack: every error of every file collected, every value knowing its line."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from eligibility.errors import PackError, Problem, Problems, Refusal
from eligibility.fields import Model
from eligibility.kinds import WILD
from eligibility.packs import yaml
from eligibility.packs.contents import Contents
from eligibility.packs.figures import Attribute, Parameter, PlacesFile, Series, Value, kind_of, reader
from eligibility.packs.meaning import Meanings, figure_types
from eligibility.packs.model import Clause, Concept, Document, Entitlement, PackFile, SourceEntry
from eligibility.packs.nodes import MappingNode, Node
from eligibility.packs.references import References
from eligibility.packs.series import SeriesReader
from eligibility.packs.shapes import read, span_of
from eligibility.schema import RESERVED, FactsFile, Names, Schema
from eligibility.source import Source, Span
from eligibility.words import Words

ModelT = TypeVar("ModelT", bound=Model)

MOST_BYTES = 2_000_000
"""The largest file of a pack."""

_FILES = ("pack", "sources", "clauses", "places", "documents", "facts", "concepts")
_CASES = ".test.yaml"


@dataclass
class _Files:
    """The documents of a pack by their path inside it, and what is wrong with them."""

    folder: Path
    name: str
    nodes: dict[str, MappingNode] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)
    findings: list[Problem] = field(default_factory=list)
    digest: Any = field(default_factory=hashlib.sha256)

    def start(self, path: str) -> Span:
        """Returns the beginning of a file, for what is wrong with the whole of it."""
        source = Source(f"{self.name}/{path}", "")
        return Span(source, 0, 0)

    def collect(self) -> None:
        """Reads every `.yaml` of the folder, cases left out, in order of their names."""
        for path in sorted(self.folder.rglob("*")):
            inside = path.relative_to(self.folder).as_posix()
            if path.is_symlink() and (path.suffix in {".yaml", ".yml"} or path.is_dir()):
                self.problems.add(self.start(inside), "规则包里不能有链接", "a pack holds no links")
            elif path.suffix == ".yml":
                message = Words(
                    "扩展名要写 `.yaml`，这个文件没有读", "the file is not read: its ending must be `.yaml`"
                )
                self.findings.append(Problem(message, self.start(inside)))
            elif path.suffix == ".yaml" and not inside.endswith(_CASES):
                if path.is_file():
                    self.add(inside, path.read_bytes())
                else:
                    self.problems.add(self.start(inside), "这不是普通文件", "this is not a regular file")

    def add(self, inside: str, raw: bytes) -> None:
        """Reads one file."""
        self.digest.update(f"{inside}\0{len(raw)}\0".encode())
        self.digest.update(raw)
        if len(raw) > MOST_BYTES:
            zh, en = f"文件超过 {MOST_BYTES:,} 字节", f"the file is over {MOST_BYTES:,} bytes"
            self.problems.add(self.start(inside), zh, en)
            return
        try:
            source = yaml.decode(raw, f"{self.name}/{inside}")
        except Refusal as refusal:
            self.problems.found.append(refusal.problem)
            return
        documents = yaml.documents(source, self.problems)
        if len(documents) != 1:
            zh, en = "文件里要有一份文档，不多不少", "the file holds exactly one document"
            self.problems.add(Span(source, 0, 0), zh, en)
        elif isinstance(documents[0], MappingNode):
            self.nodes[inside] = documents[0]
        else:
            self.problems.add(span_of(documents[0]), "这里应是映射（键: 值）", "a mapping (key: value) belongs here")

    def one(self, model: type[ModelT], path: str) -> ModelT | None:
        """Returns a file as one model."""
        node = self.nodes.get(path)
        return read(model, node, self.problems) if node is not None else None

    def table(self, model: type[ModelT], path: str) -> dict[str, ModelT]:
        """Returns a file that maps ids to models; entries with mistakes are left out."""
        node = self.nodes.get(path)
        found = {key.text: read(model, value, self.problems) for key, value in node.entries} if node else {}
        return {key: value for key, value in found.items() if value is not None}

    def part(self, path: str, key: str) -> Node:
        """Returns the entry of a file by its key."""
        found = self.nodes[path].get(key)
        assert found is not None, key  # noqa: S101 - the key was read from this very file
        return found


def load(folder: Path, extra: Mapping[str, str]) -> Contents:
    """Reads a pack.

    Args:
        folder: of the pack.
        extra: texts of further parameter files by name, whose values join those of the same parameters.

    Raises:
        FileNotFoundError: there is no such folder.
        NotADirectoryError: it is a file.
        PackError: with every problem of every file.
    """
    if not folder.exists():
        raise FileNotFoundError(errno.ENOENT, "no such folder", str(folder))
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "no folder", str(folder))
    files = _Files(folder, folder.as_posix())
    files.collect()
    for name, text in extra.items():
        files.add(f"parameters/{name}", text.encode())
    for name in _FILES:
        path = f"{name}.yaml"
        if path not in files.nodes and not any(
            each.span and each.span.source.name.endswith(f"/{path}") for each in files.problems.found
        ):
            files.problems.add(files.start(path), "规则包缺少这个文件", "the pack lacks this file")
    if files.problems.found:
        raise PackError(files.problems.found)
    contents = _Assembly(files).contents()
    if files.problems.found or contents is None:
        raise PackError(files.problems.found)
    return contents


class _Assembly:
    """Puts the models of one pack together."""

    def __init__(self, files: _Files) -> None:
        self.files = files
        self.problems = files.problems
        self.file = files.one(PackFile, "pack.yaml")
        self.facts = files.one(FactsFile, "facts.yaml")
        self.places = files.one(PlacesFile, "places.yaml")
        self.sources = files.table(SourceEntry, "sources.yaml")
        self.clauses = files.table(Clause, "clauses.yaml")
        self.documents = files.table(Document, "documents.yaml")
        self.concepts = files.table(Concept, "concepts.yaml")
        self.parameters: dict[str, tuple[Parameter, Node]] = {}
        self.entitlements: dict[str, tuple[Entitlement, str]] = {}
        self.collect()

    def collect(self) -> None:
        """Reads parameters and entitlements from their folders."""
        for path, node in self.files.nodes.items():
            area, _, file = path.rpartition("/")
            if area == "parameters":
                for key, value in node.entries:
                    said = read(Parameter, value, self.problems)
                    if said is not None:
                        self.parameter(key.text, said, value, key.span)
            elif area:
                entitlement = read(Entitlement, node, self.problems)
                if entitlement is not None and entitlement.id in self.entitlements:
                    zh, en = f"事项 `{entitlement.id}` 写了两次", f"the entitlement `{entitlement.id}` is written twice"
                    self.problems.add(span_of(node), zh, en)
                elif entitlement is not None:
                    self.entitlements[entitlement.id] = (entitlement, path)
            elif file.removesuffix(".yaml") not in _FILES:
                self.problems.add(span_of(node), "规则包里没有这样的文件", "a pack has no such file")

    def parameter(self, name: str, said: Parameter, node: Node, span: Span) -> None:
        """Keeps a parameter; the same name in a second file is refused."""
        if name in self.parameters:
            zh, en = f"参数 `{name}` 写了两次", f"the parameter `{name}` is written twice"
            self.problems.add(span, zh, en, also=span_of(self.parameters[name][1]))
        else:
            self.parameters[name] = (said, node)

    def contents(self) -> Contents | None:
        """Returns the whole, or None when a file is missing what everything else needs."""
        if self.file is None or self.facts is None or self.places is None:
            return None
        schema = Schema(self.facts.person | self.facts.household, self.facts.integrity, self.facts.attesters)
        self.no_name_twice(self.facts)
        meanings = self.meanings(schema)
        meanings.all_concepts({name: fact for name, fact in schema.facts.items() if fact.derive is not None})
        meanings.facts(schema)
        said = {name: each for name, (each, _) in self.parameters.items()}
        meanings.by = meanings.selectors(said, {name: span_of(node) for name, (_, node) in self.parameters.items()})
        for entitlement, _ in self.entitlements.values():
            meanings.entitlement(entitlement)
        self.references(schema)
        return Contents(
            folder=self.files.name,
            file=self.file,
            digest=f"sha256:{self.files.digest.hexdigest()}",
            schema=schema,
            names=meanings.names,
            sources=self.sources,
            clauses=self.clauses,
            documents=self.documents,
            places=self.places.places,
            parameters={
                name: SeriesReader(name, node, self.problems).parameter(each, meanings.by[name], meanings.names)
                for name, (each, node) in self.parameters.items()
            },
            attributes=self.attributes(self.places),
            otherwise={name: self.otherwise(name, each) for name, each in self.places.attributes.items()},
            selectors=meanings.by,
            concepts=self.concepts,
            entitlements=self.ordered(),
            where={id: span_of(self.files.nodes[path]) for id, (_, path) in self.entitlements.items()},
            findings=tuple(self.files.findings),
        )

    def meanings(self, schema: Schema) -> Meanings:
        """Returns what parses and types; its names are those of this pack."""
        places = self.places or PlacesFile(places={})
        labels = {name: said.label for name, (said, _) in self.parameters.items()}
        labels |= {name: concept.label for name, concept in self.concepts.items()}
        labels |= {name: attribute.label for name, attribute in places.attributes.items()}
        types: dict[str, Any] = {}
        names = Names(
            facts=schema.facts,
            figures=figure_types({name: said for name, (said, _) in self.parameters.items()}),
            concepts=types,
            attributes={name: kind_of(name, attribute) for name, attribute in places.attributes.items()},
            labels=labels,
            places=places.places,
        )
        meanings = Meanings(names, self.concepts, self.problems, types)
        types.update({name: (concept.owner, WILD) for name, concept in self.concepts.items()})
        return meanings

    def no_name_twice(self, facts: FactsFile) -> None:
        """Refuses a name on two things: a bare name means one (MEANING M1)."""
        kinds = [
            ("facts.yaml", "person", facts.person),
            ("facts.yaml", "household", facts.household),
            ("concepts.yaml", "", self.concepts),
        ]
        seen: dict[str, Span] = {name: span_of(node) for name, (_, node) in self.parameters.items()}
        taken = {name: span for name, span in seen.items() if name in RESERVED}
        for path, inner, names in kinds:
            node = self.files.part(path, inner) if inner else self.files.nodes[path]
            for name in names:
                key = node.key(name) if isinstance(node, MappingNode) else None
                span = key.span if key else span_of(node)
                if name in seen:
                    zh, en = f"名称 `{name}` 已有别的含义", f"the name `{name}` already means something else"
                    self.problems.add(span, zh, en, also=seen[name])
                elif name in RESERVED:
                    taken[name] = span
                seen[name] = span
        for name, span in taken.items():
            self.problems.add(span, f"名称 `{name}` 是语言自己用的", f"the name `{name}` is the language's own")

    def attributes(self, places: PlacesFile) -> dict[str, Series]:
        """Returns the dated attributes of places."""
        if not places.attributes:
            return {}
        node = self.files.part("places.yaml", "attributes")
        parts = {key.text: value for key, value in node.entries} if isinstance(node, MappingNode) else {}
        return {
            name: SeriesReader(name, parts[name], self.problems).attribute(said)
            for name, said in places.attributes.items()
        }

    def otherwise(self, name: str, said: Attribute) -> Value | None:
        """Returns what an attribute is for places that are not listed."""
        return None if said.otherwise is None else reader(kind_of(name, said))(said.otherwise)

    def references(self, schema: Schema) -> None:
        """Looks up everything that one file names in another."""
        if self.file is None:
            return
        entitlements = {id: one for id, (one, _) in self.entitlements.items()}
        look = References(self.file, self.sources, self.clauses, self.documents, entitlements, self.problems)
        look.known(self.files.nodes["pack.yaml"], ("plan",), self.file.plan, self.sources, Words("来源", "source"))
        look.facts(self.files.nodes["facts.yaml"], schema)
        for name, concept in self.concepts.items():
            look.concept(self.files.part("concepts.yaml", name), concept)
        for name, clause in self.clauses.items():
            look.clause(self.files.part("clauses.yaml", name), clause)
        for said, node in self.parameters.values():
            look.values(node, said)
        for name, attribute in self.places.attributes.items() if self.places else ():
            node = self.files.part("places.yaml", "attributes")
            look.values(_child(node, name), attribute)
        for one, path in self.entitlements.values():
            area, _, file = path.rpartition("/")
            look.entitlement(self.files.nodes[path], one, schema, area, file.removesuffix(".yaml"))
        look.circles({id: self.files.nodes[path] for id, (_, path) in self.entitlements.items()}, schema, self.concepts)

    def ordered(self) -> dict[str, Entitlement]:
        """Returns the entitlements in the order of the plan's clauses, then by id (MEANING M26)."""
        order = {clause: index for index, clause in enumerate(self.clauses)}
        found = [one for one, _ in self.entitlements.values()]
        found.sort(key=lambda one: (order.get(one.clause[0], len(order)), one.id))
        return {one.id: one for one in found}


def _child(node: Node, key: str) -> Node:
    return (node.get(key) or node) if isinstance(node, MappingNode) else node
