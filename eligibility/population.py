"""Whole tables of people screened: chunk by chunk into a folder, every row in the results or among the rejects."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

import polars as pl

from eligibility.errors import BadChoice
from eligibility.packs.calendar import Rules
from eligibility.runs import rejects as refusals
from eligibility.runs import workbooks
from eligibility.runs.disk import Disk
from eligibility.runs.folder import Folder
from eligibility.runs.manifest import Basis, Counts, Manifest, Options
from eligibility.runs.outputs import Outputs
from eligibility.runs.settling import settle
from eligibility.tables.chunks import Chunk, People
from eligibility.totals.output import Totals
from eligibility.version import __version__
from eligibility.words import Words

AnyPath = str | PathLike[str]


@dataclass(frozen=True, slots=True)
class Step:
    """How far a run has come.

    Args:
        rows: of the tables, done so far.
        total: how many there are, where that is known.
        kept: whether an earlier run had done the last of them.
    """

    rows: int
    total: int | None
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Population:
    """A run that is finished.

    Args:
        folder: where its files are.
        manifest: what they are.
    """

    folder: Path
    manifest: Manifest

    @property
    def counts(self) -> Counts:
        """What it comes to."""
        return self.manifest.counts


def screen_tables(  # noqa: PLR0913 - what is read, where it goes, and how it is asked for
    rules: Rules,
    persons: Sequence[AnyPath],
    out: AnyPath,
    *,
    households: Sequence[AnyPath] = (),
    mapping: AnyPath | None = None,
    options: Options | None = None,
    resume: bool = False,
    disk: Disk | None = None,
    each: Callable[[Step], None] | None = None,
    say: Callable[[Words], None] | None = None,
) -> Population:
    """Screens tables of people into a folder.

    Args:
        rules: of the day.
        persons: files or folders of persons; see `docs/batch.md`.
        out: a new or empty folder, or with `resume` that of a run which was broken off.
        households: files or folders of households.
        mapping: what foreign columns and codes mean.
        options: how it is asked for.
        resume: whether to go on with a run that is there.
        disk: what writes.
        each: is told after each chunk how far it has come.
        say: is told what a reader should know of the tables and of the folder.

    Raises:
        BadChoice: the folder holds something else, another process writes to it, or it cannot be gone on with; tables
            stand in it; there are more answers than the chosen form holds.
        TableError: the tables cannot be used.
        UnknownName: the pack has no such entitlement.
        OSError: a file cannot be read or written; what was finished is kept.
        MiscountedError: a row is in neither results nor rejects, or in both.
    """
    asked, tell = options or Options(), say or (lambda _: None)
    for id in asked.only:
        rules.pack.entitlement(id)
    place = Path(out)
    people_, homes, laid = (list(map(Path, paths)) for paths in (persons, households, [mapping] if mapping else []))
    apart((*people_, *homes, *laid), place)
    with Folder(place, resume=resume, disk=disk) as folder:
        people = People.open(people_, homes, rules, laid[0] if laid else None)
        for words in (*folder.notes, *people.notes):
            tell(words)
        manifest = folder.begin(basis(rules, people, mapping, asked))
        if not manifest.complete:
            run = _Run(folder, people, rules, asked, each or (lambda _: None))
            run.chunks()
            run.whole()
        return Population(place, folder.known)


def apart(inputs: Iterable[Path], out: Path) -> None:
    """Refuses tables that stand where the results go, or the other way round: what is written would be read again.

    Raises:
        BadChoice: they do.
    """
    there = out.resolve()
    for path in inputs:
        own = path.resolve()
        if own.is_relative_to(there) or there.is_relative_to(own):
            zh, en = f"`{path}` 与结果文件夹 `{out}` 重叠", f"`{path}` and the folder of the results, `{out}`, overlap"
            raise BadChoice(Words(f"{zh}；结果写到别处", f"{en}: write the results somewhere else"))


def basis(rules: Rules, people: People, mapping: AnyPath | None, options: Options) -> Basis:
    """Returns what a run rests on.

    Args:
        rules: of the day.
        people: the tables, opened.
        mapping: what foreign columns and codes mean.
        options: how it is asked for.
    """
    contents = rules.pack.contents
    return Basis(
        engine={"eligibility": __version__, "polars": pl.__version__},
        pack=contents.file.id,
        version=contents.file.version,
        digest=contents.digest,
        readings=dict(contents.chosen),
        as_of=rules.day,
        input=people.digest,
        mapping=f"sha256:{hashlib.sha256(Path(mapping).read_bytes()).hexdigest()}" if mapping else None,
        options=options,
    )


@dataclass(frozen=True)
class _Run:
    """A run that goes on until everything is done."""

    folder: Folder
    people: People
    rules: Rules
    options: Options
    each: Callable[[Step], None]

    def chunks(self) -> None:
        """Answers every chunk that is not finished."""
        outputs = Outputs(self.rules, self.options)
        kept = {piece.number: piece for piece in self.folder.known.pieces}
        done, numbers = 0, set()
        for chunk in self.people.chunks(self.folder.work, self.options.chunk_rows):
            numbers.add(chunk.number)
            if chunk.number not in kept:
                self.chunk(chunk, outputs)
            done += chunk.rows
            self.each(Step(done, self.people.rows, kept=chunk.number in kept))
        self.counted(done, numbers)

    def chunk(self, chunk: Chunk, outputs: Outputs) -> None:
        """Answers a chunk and writes it."""
        found = settle(self.rules, chunk, self.options.only)
        answered, refused = refusals.count(chunk, found.persons, found.households, found.rejects)
        files, counts = outputs.of_chunk(found)
        if self.options.form == "xlsx":
            earlier = self.folder.known.counts
            wide = self.options.shape == "wide"
            rows = earlier.persons + counts.persons if wide else earlier.written + counts.written
            workbooks.room(rows, 1)
        counts = replace(counts, rows=chunk.rows, answered=answered, refused=refused)
        files |= Totals(self.rules, self.options).of_chunk(found)
        self.folder.keep(chunk.number, counts, files)

    def counted(self, rows: int, numbers: set[int]) -> None:
        """Makes sure that every row is in the results or among the rejects, once."""
        found = self.folder.known
        total = rows if self.people.rows is None else self.people.rows
        here = {piece.number for piece in found.pieces}
        if found.counts.answered + found.counts.refused != total or here != numbers:
            raise refusals.MiscountedError(total, found.counts.answered, found.counts.refused)

    def whole(self) -> None:
        """Writes what belongs to the whole."""
        folder = self.folder
        files: dict[str, Iterator[bytes]] = {}
        for each in (Outputs(self.rules, self.options), Totals(self.rules, self.options)):
            files |= each.of_whole(folder.path, folder.known, folder.work)
        folder.finish(files)
