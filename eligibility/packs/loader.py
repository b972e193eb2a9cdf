"""Files to a pack: every error of every file collected, every value knowing its line."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import replace
from keyword import iskeyword
from pathlib import Path
from typing import Any

from eligibility.errors import PackError
from eligibility.functions import FUNCTIONS, GATHERINGS
from eligibility.kinds import WILD
from eligibility.packs import held
from eligibility.packs.circles import Circles
from eligibility.packs.contents import Contents
from eligibility.packs.disputed import Disputed
from eligibility.packs.figures import CODE, Parameter, PlacesFile, kind_of
from eligibility.packs.files import Files, beginning
from eligibility.packs.lasting import Lasting
from eligibility.packs.meaning import Meanings, figure_types
from eligibility.packs.model import Clause, Concept, Document, Entitlement, PackFile, SourceEntry
from eligibility.packs.nodes import MappingNode, Node, at
from eligibility.packs.overlay import Overlay, OverlayFile, described
from eligibility.packs.readings import Reading
from eligibility.packs.references import Ids, References
from eligibility.packs.shapes import key_span, read, span_of, value_span
from eligibility.schema import RESERVED, FactsFile, Names, Schema
from eligibility.source import Span
from eligibility.words import Words

_LOCAL = "local"
"""The folder that files of local figures count as standing in."""

_TAKEN = RESERVED | FUNCTIONS.keys() | GATHERINGS.keys() | {"date", "place"}
"""Names that mean something in a condition already."""


def load(folder: Path, local: Sequence[Path]) -> Contents:
    """Reads a pack.

    Args:
        folder: of the pack.
        local: files of local figures, laid over those of the pack.

    Raises:
        FileNotFoundError: there is no such folder.
        NotADirectoryError: it is a file.
        OSError: a file of local figures cannot be opened.
        PackError: with every problem of every file.
    """
    if not folder.exists():
        raise FileNotFoundError(errno.ENOENT, "no such folder", str(folder))
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "no folder", str(folder))
    files = Files(folder, folder.as_posix())
    files.collect()
    raws = [beginning(path) for path in local]
    for index, (path, raw) in enumerate(zip(local, raws, strict=True)):
        files.add(f"{_LOCAL}/{index}", raw, str(path))
    files.complete()
    assembly = _Assembly(files)
    contents = assembly.contents()
    if files.problems.found or contents is None:
        raise PackError(files.wrong())
    laid = [
        described(path.name, raw, assembly.locals[f"{_LOCAL}/{index}"], assembly.sources)
        for index, (path, raw) in enumerate(zip(local, raws, strict=True))
    ]
    return replace(contents, local=tuple(laid))


class _Assembly:
    """Puts the models of one pack together."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.problems = files.problems
        self.file = files.one(PackFile, "pack.yaml")
        self.facts = files.one(FactsFile, "facts.yaml")
        self.places = files.one(PlacesFile, "places.yaml")
        self.sources = files.table(SourceEntry, "sources.yaml")
        self.clauses = files.table(Clause, "clauses.yaml")
        self.documents = files.table(Document, "documents.yaml")
        self.concepts = files.table(Concept, "concepts.yaml", names=True)
        self.readings = files.table(Reading, "readings.yaml")
        self.parameters: dict[str, tuple[Parameter, Node, Span]] = {}
        self.entitlements: dict[str, tuple[Entitlement, str]] = {}
        self.overlays: list[tuple[str, Overlay, Node, Span]] = []
        self.locals: dict[str, OverlayFile] = {}
        self.collect()

    def collect(self) -> None:
        """Reads parameters and entitlements from their folders."""
        for path, node in self.files.nodes.items():
            area = path.rpartition("/")[0]
            if area == _LOCAL:
                self.local(path, node)
            elif area == "parameters":
                for name, said in self.files.table(Parameter, path, names=True).items():
                    self.parameter(name, said, self.files.part(path, name), key_span(node, (name,)))
            elif area:
                entitlement = read(Entitlement, node, self.problems)
                if entitlement is not None and entitlement.id in self.entitlements:
                    zh, en = f"事项 `{entitlement.id}` 写了两次", f"the entitlement `{entitlement.id}` is written twice"
                    first = self.files.nodes[self.entitlements[entitlement.id][1]]
                    self.problems.add(value_span(node, ("id",)), zh, en, also=value_span(first, ("id",)))
                elif entitlement is not None:
                    self.entitlements[entitlement.id] = (entitlement, path)

    def local(self, path: str, node: Node) -> None:
        """Keeps local figures, and the sources that they bring along."""
        found = self.files.one(OverlayFile, path)
        self.locals |= {path: found} if found else {}
        for id, source in found.sources.items() if found else ():
            if id in self.sources:
                zh, en = f"规则包里已有来源 `{id}`", f"the pack has a source `{id}` already"
                self.problems.add(key_span(node, ("sources", id)), zh, en)
            self.sources.setdefault(id, source)
        for name, more in found.parameters.items() if found else ():
            loc = ("parameters", name)
            self.overlays.append((name, more, at(node, loc), key_span(node, loc)))

    def parameter(self, name: str, said: Parameter, node: Node, span: Span) -> None:
        """Keeps a parameter; the same name in a second file is refused."""
        if name in self.parameters:
            zh, en = f"参数 `{name}` 写了两次", f"the parameter `{name}` is written twice"
            self.problems.add(span, zh, en, also=self.parameters[name][2])
        else:
            self.parameters[name] = (said, node, span)

    def contents(self) -> Contents | None:
        """Returns the whole, or None when a file is missing what everything else needs; problems are noted either way."""
        facts = self.facts or FactsFile(attesters={}, person={}, household={})
        places = self.places or PlacesFile(places={})
        self.no_name_twice(facts)
        schema = Schema(facts.person | facts.household, facts.integrity, facts.attesters)
        meanings = self.meanings(schema, self.names(schema, places))
        parameters = held.figures(self.parameters, self.overlays, meanings, self.problems)
        told = self.files.nodes.get("places.yaml")
        attributes = held.attributes(places.attributes, told, self.problems)
        otherwise = held.otherwise(places.attributes, told, self.problems)
        self.references(schema, places)
        self.disputed(meanings, schema)
        if self.file is None:
            return None
        return Contents(
            folder=self.files.name,
            file=self.file,
            digest=f"sha256:{self.files.digest.hexdigest()}",
            schema=schema,
            names=meanings.names,
            sources=self.sources,
            clauses=self.clauses,
            documents=self.documents,
            places=places.places,
            parameters=parameters,
            attributes=attributes,
            otherwise=otherwise,
            selectors=meanings.by,
            concepts=self.concepts,
            entitlements=self.ordered(),
            choices=self.choices(places),
            readings=self.readings,
            where={id: span_of(self.files.nodes[path]) for id, (_, path) in self.entitlements.items()},
            findings=tuple(self.files.findings),
        )

    def choices(self, places: PlacesFile) -> dict[str, dict[str, Words]]:
        """Returns what people call each value of a figure or an attribute that is one of several."""
        said = {name: each for name, (each, _, _) in self.parameters.items()} | dict(places.attributes)
        return {name: dict(each.choices) for name, each in said.items() if each.choices}

    def meanings(self, schema: Schema, names: Names) -> Meanings:
        """Returns what every condition and value means, each parsed and typed."""
        types: dict[str, Any] = {name: (concept.owner, WILD) for name, concept in self.concepts.items()}
        meanings = Meanings(replace(names, concepts=types), self.concepts, self.problems, types)
        said = {name: each for name, (each, _, _) in self.parameters.items()}
        nodes = {name: node for name, (_, node, _) in self.parameters.items()}
        meanings.by = meanings.selectors(said, nodes)
        meanings.all_concepts({name: fact for name, fact in schema.facts.items() if fact.derive is not None})
        meanings.rows(nodes)
        meanings.facts(schema)
        for entitlement, _ in self.entitlements.values():
            meanings.entitlement(entitlement)
        return meanings

    def names(self, schema: Schema, places: PlacesFile) -> Names:
        """Returns every name that a condition may use, the types of concepts left out."""
        labels = {name: said.label for name, (said, _, _) in self.parameters.items()}
        labels |= {name: concept.label for name, concept in self.concepts.items()}
        labels |= {name: attribute.label for name, attribute in places.attributes.items()}
        return Names(
            facts=schema.facts,
            figures=figure_types({name: said for name, (said, _, _) in self.parameters.items()}),
            concepts={},
            attributes={name: kind_of(name, attribute) for name, attribute in places.attributes.items()},
            labels=labels,
            places=places.places,
            unread=self.files.excused(),
        )

    def no_name_twice(self, facts: FactsFile) -> None:
        """Refuses a name on two things: a bare name means one (MEANING M1)."""
        seen: dict[str, Span] = {}
        for name, span in self.named(facts):
            if name in _TAKEN or iskeyword(name):
                self.problems.add(span, f"名称 `{name}` 是语言自己用的", f"the name `{name}` is the language's own")
                self.files.unread.add(name)
            elif name in seen:
                zh, en = f"名称 `{name}` 已有别的含义", f"the name `{name}` already means something else"
                self.problems.add(span, zh, en, also=seen[name])
                self.files.unread.add(name)
            seen.setdefault(name, span)

    def named(self, facts: FactsFile) -> list[tuple[str, Span]]:
        """Returns every bare name with its place: facts, then concepts, then parameters."""
        nodes = self.files.nodes
        found = [(name, key_span(nodes["facts.yaml"], ("person", name))) for name in facts.person]
        found += [(name, key_span(nodes["facts.yaml"], ("household", name))) for name in facts.household]
        found += [(name, key_span(nodes["concepts.yaml"], (name,))) for name in self.concepts]
        return [*found, *((name, span) for name, (_, _, span) in self.parameters.items())]

    def ids(self, schema: Schema) -> dict[str, Ids]:
        """Returns the ids that may be named; an entry with mistakes of its own counts, and so does the name of a file."""
        excused = self.files.excused()
        paths = [*self.files.nodes, *self.files.broken]
        stems = {
            Path(path).stem for path in paths if "/" in path and not path.startswith(("parameters/", f"{_LOCAL}/"))
        }
        return {
            "sources": self.known_sources(),
            "clauses": self.files.keys("clauses.yaml"),
            "documents": self.files.keys("documents.yaml"),
            "entitlements": stems | self.entitlements.keys() if self.files.whole_folders() else None,
            "facts": None if excused is None else excused | schema.facts.keys(),
            "places": self.listed_places(),
        }

    def known_sources(self) -> set[str] | None:
        """Returns the ids of sources, those included that local figures bring along."""
        keys = self.files.keys("sources.yaml")
        return None if keys is None else keys | self.sources.keys()

    def listed_places(self) -> set[str] | None:
        """Returns the codes that stand in the list of places, or None where it could not be read, or one is misspelt."""
        listed = at(self.files.nodes["places.yaml"], ("places",)) if self.places is not None else None
        codes = {key.text for key, _ in listed.entries} if isinstance(listed, MappingNode) else set()
        return codes if isinstance(listed, MappingNode) and all(map(CODE.fullmatch, codes)) else None

    def references(self, schema: Schema, places: PlacesFile) -> None:
        """Looks up everything that one file names in another."""
        nodes = self.files.nodes
        entitlements = {id: one for id, (one, _) in self.entitlements.items()}
        look = References(self.file, self.ids(schema), entitlements, self.problems)
        lasting = Lasting(self.problems, self.files.findings)
        if self.file is not None:
            look.source(nodes["pack.yaml"], ("plan",), self.file.plan)
        if self.facts is not None:
            look.facts(nodes["facts.yaml"], schema)
        for name, concept in self.concepts.items():
            look.concept(self.files.part("concepts.yaml", name), concept)
            lasting.concept(self.files.part("concepts.yaml", name), concept)
        for name, clause in self.clauses.items():
            look.clause(self.files.part("clauses.yaml", name), clause)
        for said, node, _ in self.parameters.values():
            look.values(node, said)
        for _, more, node, _ in self.overlays:
            look.values(node, more)
        for name, attribute in places.attributes.items():
            look.values(at(nodes["places.yaml"], ("attributes", name)), attribute)
        for one, path in self.entitlements.values():
            look.entitlement(nodes[path], one, schema, Path(path))
            lasting.entitlement(nodes[path], one)
        own = {id: nodes[path] for id, (_, path) in self.entitlements.items()}
        Circles(entitlements, own, self.problems).look(schema, self.concepts)
        clauses = {name: (each, self.files.part("clauses.yaml", name)) for name, each in self.clauses.items()}
        look.agree(clauses, {id: node for id, node in own.items() if Path(self.entitlements[id][1]).stem == id})

    def disputed(self, meanings: Meanings, schema: Schema) -> None:
        """Reads what the readings that the pack does not take would mean."""
        entitlements = {id: one for id, (one, _) in self.entitlements.items()}
        look = Disputed(meanings, entitlements, self.ids(schema)["entitlements"], self.problems)
        lasting = Lasting(self.problems, self.files.findings)
        for id, reading in self.readings.items():
            node = self.files.part("readings.yaml", id)
            look.reading(node, reading)
            for other, alternative in reading.others.items():
                lasting.follow(at(node, ("others", other)), alternative.versions)

    def ordered(self) -> dict[str, Entitlement]:
        """Returns the entitlements in the order of the plan's clauses, then by id (MEANING M26)."""
        order = {clause: index for index, clause in enumerate(self.clauses)}
        found = [one for one, _ in self.entitlements.values()]
        found.sort(key=lambda one: (order.get(one.clause[0], len(order)), one.id))
        return {one.id: one for one in found}
