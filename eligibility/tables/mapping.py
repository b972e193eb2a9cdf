"""The mapping of foreign tables: which column is which fact, what its codes, units and days mean, read with every place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from eligibility.errors import Problems, Refusal
from eligibility.fields import AS_TEXT, Model, Name, Text
from eligibility.packs import yaml
from eligibility.packs.nodes import MappingNode, Node
from eligibility.packs.shapes import read, span_of
from eligibility.source import Passage
from eligibility.tables.units import Rounding

MOST_BYTES = 2_000_000
"""The largest mapping file."""


def _column(value: Any) -> Any:  # noqa: ANN401 - whatever stood in the file
    """Takes the name of a fact alone for a column that says nothing else."""
    return {"fact": value} if isinstance(value, Passage) else value


class ColumnSaid(Model):
    """What one column is about, in the words of the file; `docs/batch.md` tells what each field means."""

    fact: Name
    values: dict[Text, Text] = Field(default_factory=dict)
    unit: Text | None = None
    round: Annotated[Rounding | None, AS_TEXT] = None
    dates: Text | None = None
    unknown: tuple[Text, ...] = ()


class TableSaid(Model):
    """What the tables of persons, or of households, are like."""

    sheet: Text | None = None
    columns: dict[Text, Annotated[ColumnSaid, BeforeValidator(_column)]] = Field(default_factory=dict)
    constants: dict[Name, Text] = Field(default_factory=dict)
    dates: Text | None = None
    unknown: tuple[Text, ...] = ()
    unused: tuple[Text, ...] = ()


class MappingFile(Model):
    """The whole of a mapping file."""

    persons: TableSaid = Field(default_factory=TableSaid)
    households: TableSaid = Field(default_factory=TableSaid)


def read_mapping(raw: bytes, name: str, problems: Problems) -> tuple[MappingFile, Node] | None:
    """Returns what a mapping file says, with its nodes, or None after noting what is wrong.

    Args:
        raw: the bytes of the file.
        name: what the reader calls it.
        problems: grows by what is wrong.
    """
    try:
        source = yaml.decode(raw, name)
        found = yaml.nodes(source, problems)
    except Refusal as refusal:
        problems.found.append(refusal.problem)
        return None
    if problems.found:
        return None
    if len(found) != 1 or not isinstance(found[0], MappingNode):
        zh, en = "映射文件是一组键：`persons`、`households`", "a mapping is a group of keys: `persons`, `households`"
        problems.add(span_of(found[-1]) if found else None, zh, en)
        return None
    said = read(MappingFile, found[0], problems)
    return None if said is None else (said, found[0])


def limited(path: Path) -> bytes:
    """Returns the bytes of a mapping file, of one that is too large so many that this can be seen.

    Raises:
        OSError: it cannot be opened.
    """
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)
