"""The manifest of a run: what it rests on, which chunks are finished, and what each of its files holds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from eligibility.errors import BadChoice
from eligibility.runs.disk import Mark
from eligibility.words import Lang, Words

NAME = "manifest.json"
CHUNK_ROWS = 100_000
"""About how many rows of persons a chunk has unless told otherwise."""
Shape = Literal["long", "wide"]
Form = Literal["parquet", "csv", "xlsx", "json"]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is asked for.

    Args:
        only: ids of entitlements; all in force where empty.
        everything: whether a long table has a row for what is closed too.
        shape: a row for each answer, or a row for each person and each household.
        form: of the files with answers.
        take_up: whether what people receive is compared with what they are entitled to.
        personal: whether names stand in what is made for people.
        chunk_rows: about how many rows of persons a chunk has.
        lang: of what is made for people.
    """

    only: tuple[str, ...] = ()
    everything: bool = False
    shape: Shape = "long"
    form: Form = "parquet"
    take_up: bool = False
    personal: bool = False
    chunk_rows: Annotated[int, Field(ge=1)] = CHUNK_ROWS
    lang: Lang = "zh"


@dataclass(frozen=True, slots=True)
class LocalFigures:
    """A file of local figures that was laid over the rules; one file is another where it holds something else.

    Args:
        name: of the file, without its folder.
        digest: over its bytes.
        figures: that it gives values of.
        sources: the titles of what these rest on, in both languages.
    """

    name: str = field(compare=False)
    digest: str
    figures: tuple[str, ...]
    sources: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """What a run rests on: on one basis any two runs write the same bytes.

    Args:
        engine: the version of this program, and of the library that writes the tables.
        pack: id of the rules.
        version: of the rules.
        digest: over the files of the rules, local figures among them.
        readings: by reading, another one that was chosen.
        as_of: the day whose law applies.
        input: digest over everything that was read.
        mapping: digest of the mapping file, if there is one.
        options: how it was asked for.
        local: the files of local figures that were laid over the rules, in their order.
    """

    engine: Mapping[str, str]
    pack: str
    version: str
    digest: str
    readings: Mapping[str, str]
    as_of: date
    input: str
    mapping: str | None
    options: RunOptions
    local: tuple[LocalFigures, ...] = ()

    def differences(self, now: Basis) -> Iterator[Words]:
        """Yields what another basis has otherwise."""
        for each in fields(self):
            if each.name != "options" and getattr(self, each.name) != getattr(now, each.name):
                yield _NAMES[each.name]
        for each in fields(self.options):
            if getattr(self.options, each.name) != getattr(now.options, each.name):
                yield _OPTIONS[each.name]


_NAMES = {
    "engine": Words("程序的版本", "the version of the program"),
    "pack": Words("规则包", "the rule pack"),
    "version": Words("规则包的版本", "the version of the rules"),
    "digest": Words("规则包的内容（摘要）", "the content of the rules (their digest)"),
    "readings": Words("`--reading`", "`--reading`"),
    "local": Words("本地数字 `--local`", "the local figures, `--local`"),
    "as_of": Words("日期 `--as-of`", "the day, `--as-of`"),
    "input": Words("读入的表（摘要）", "the tables that are read (their digest)"),
    "mapping": Words("对照文件 `--map`", "the mapping file, `--map`"),
}
_OPTIONS = {
    "only": Words("`--only`", "`--only`"),
    "everything": Words("`--all`", "`--all`"),
    "shape": Words("`--wide`", "`--wide`"),
    "form": Words("`--format`", "`--format`"),
    "take_up": Words("`--take-up`", "`--take-up`"),
    "personal": Words("`--show-personal`", "`--show-personal`"),
    "chunk_rows": Words("`--chunk-rows`", "`--chunk-rows`"),
    "lang": Words("语言 `--lang`", "the language, `--lang`"),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """What a chunk, or a whole run, comes to.

    Args:
        rows: of the tables that were read.
        answered: those of them that are in the results.
        refused: those that are among the rejects.
        persons: who were screened.
        households: that were screened.
        eligible: answers; those about services that are open to all are counted apart in all three.
        ineligible: answers.
        undetermined: answers.
        open_eligible: answers about services that are open to all.
        open_ineligible: likewise.
        open_undetermined: likewise.
        written: rows of the tables of answers.
    """

    rows: int = 0
    answered: int = 0
    refused: int = 0
    persons: int = 0
    households: int = 0
    eligible: int = 0
    ineligible: int = 0
    undetermined: int = 0
    open_eligible: int = 0
    open_ineligible: int = 0
    open_undetermined: int = 0
    written: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Returns both together."""
        return Counts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk that is finished.

    Args:
        number: from 0.
        counts: what it comes to.
        files: what belongs to it, by the place in the folder.
    """

    number: int
    counts: Counts
    files: Mapping[str, Mark]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a run is, as far as it has come.

    Args:
        basis: what it rests on.
        pieces: the chunks that are finished, in order.
        files: what belongs to the whole, by the place in the folder.
        complete: whether nothing is left to do.
        schema: of this form.
    """

    basis: Basis
    pieces: tuple[Piece, ...] = ()
    files: Mapping[str, Mark] = field(default_factory=dict)
    complete: bool = False
    schema: Literal["1"] = "1"

    @property
    def counts(self) -> Counts:
        """What all that is finished comes to."""
        return sum((piece.counts for piece in self.pieces), Counts())

    def with_piece(self, piece: Piece) -> Manifest:
        """Returns it with one more chunk."""
        return replace(self, pieces=tuple(sorted((*self.pieces, piece), key=lambda each: each.number)))

    def written(self) -> bytes:
        """Returns it as a file: no clock, no path of a machine, no value of a person."""
        data = {"schema": self.schema, "complete": self.complete, "basis": asdict(self.basis)}
        data |= {"counts": asdict(self.counts), "files": _sorted(self.files)}
        pieces = [
            {"number": each.number, "counts": asdict(each.counts), "files": _sorted(each.files)} for each in self.pieces
        ]
        data["pieces"] = pieces
        return (json.dumps(data, ensure_ascii=False, indent=1, default=date.isoformat) + "\n").encode()


def _sorted(files: Mapping[str, Mark]) -> dict[str, dict[str, int | str]]:
    return {name: asdict(files[name]) for name in sorted(files)}


def read(raw: bytes) -> Manifest | None:
    """Returns the manifest that a file holds; None where it is not one of ours."""
    try:
        data = json.loads(raw)
        counts = data.pop("counts")
        found = _ADAPTER.validate_python(data)
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return found if counts == asdict(found.counts) else None


_ADAPTER = TypeAdapter(Manifest)
_ASKED = TypeAdapter(RunOptions)


def checked(options: RunOptions) -> RunOptions:
    """Returns options as they were given by a program, each of a kind that it can have.

    Raises:
        BadChoice: one is not.
    """
    try:
        return _ASKED.validate_python(asdict(options))
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise BadChoice(
            Words(f"选项 `{name}` 不能这样写", f"the option `{name}` cannot be so: {first['msg']}")
        ) from error
