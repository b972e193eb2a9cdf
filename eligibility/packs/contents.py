"""Everything that a pack holds, read and checked, before a day is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from eligibility.errors import Problem
from eligibility.ir import Expr
from eligibility.packs.figures import Series, Value
from eligibility.packs.model import Clause, Concept, Document, Entitlement, PackFile, SourceEntry
from eligibility.packs.readings import Reading
from eligibility.schema import Names, Schema
from eligibility.source import Span
from eligibility.words import Words


@dataclass(frozen=True, slots=True)
class Selector:
    """What selects a value of a figure: a place, or the row.

    Args:
        expr: the fact or concept.
        place: whether it is a place.
        wider: the fact that holds the province of the same place, if there is one.
    """

    expr: Expr
    place: bool = False
    wider: Expr | None = None


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file of local figures that was laid over a pack.

    Args:
        name: of the file, without its folder.
        digest: `sha256:` over its bytes.
        figures: that it gives values of.
        sources: the titles of what these rest on.
    """

    name: str
    digest: str
    figures: tuple[str, ...]
    sources: tuple[Words, ...]


@dataclass(frozen=True)
class Contents:
    """A pack as loaded.

    Args:
        folder: its name, as the reader gave it.
        digest: `sha256:` over the names and bytes of its files, cases and laws left out.
        entitlements: in the order of the plan's clauses, then by id (MEANING M26).
        otherwise: by attribute, what holds for places not listed.
        selectors: by parameter, what selects its value.
        choices: by figure or attribute of places that is one of several, what people call each.
        readings: what the sources leave open, by id.
        chosen: by reading, another one than the pack takes, under which everything here stands.
        local: the files of local figures that were laid over it, in their order.
        where: by entitlement, where it stands.
        findings: what is odd but has a meaning.
    """

    folder: str
    file: PackFile
    digest: str
    schema: Schema
    names: Names
    sources: Mapping[str, SourceEntry]
    clauses: Mapping[str, Clause]
    documents: Mapping[str, Document]
    places: Mapping[str, Words]
    parameters: Mapping[str, Series]
    attributes: Mapping[str, Series]
    otherwise: Mapping[str, Value | None]
    selectors: Mapping[str, tuple[Selector, ...]]
    concepts: Mapping[str, Concept]
    entitlements: Mapping[str, Entitlement]
    choices: Mapping[str, Mapping[str, Words]] = field(default_factory=dict)
    readings: Mapping[str, Reading] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)
    local: tuple[LocalFile, ...] = ()
    where: Mapping[str, Span] = field(default_factory=dict)
    findings: tuple[Problem, ...] = ()
