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
from eligibility.runs import remarks, workbooks
from eligibility.runs.disk import Disk
from eligibility.runs.folder import Folder
from eligibility.runs.manifest import Basis, Counts, LocalFigures, Manifest, RunOptions, checked
from eligibility.runs.outputs import Outputs
from eligibility.runs.settling import settle
from eligibility.tables.chunks import Chunk, People
from eligibility.totals.output import Totals
from eligibility.version import __version__
from eligibility.words import Words, spelled

AnyPath = str | PathLike[str]
Paths = AnyPath | Sequence[AnyPath]


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


@dataclass(frozen=True, slots=True)
class Tables:
    """What is read.

    Args:
        persons: files or folders of persons.
        households: files or folders of households.
        mapping: what foreign columns and codes mean, if that is said.
    """

    persons: tuple[Path, ...]
    households: tuple[Path, ...] = ()
    mapping: Path | None = None

    @classmethod
    def of(cls, persons: Paths, households: Paths = (), mapping: AnyPath | None = None) -> Tables:
        """Returns tables by their paths, one or several."""
        return cls(tuple(_paths(persons)), tuple(_paths(households)), Path(mapping) if mapping else None)

    def open(self, rules: Rules) -> People:
        """Opens them."""
        return People.open(self.persons, self.households, rules, self.mapping)


def _paths(said: Paths) -> list[Path]:
    return [Path(said)] if isinstance(said, str | PathLike) else list(map(Path, said))


def screen_tables(  # noqa: PLR0913 - what is read, where it goes, and how it is asked for
    rules: Rules,
    persons: Paths,
    out: AnyPath,
    *,
    households: Paths = (),
    mapping: AnyPath | None = None,
    options: RunOptions | None = None,
    resume: bool = False,
    own_day: bool = False,
    disk: Disk | None = None,
    each: Callable[[Step], None] | None = None,
    say: Callable[[Words], None] | None = None,
) -> Population:
    """Screens tables of people into a folder; whatever ends it, what was finished is kept.

    Args:
        rules: of the day.
        persons: a file or folder of persons, or several; see `docs/batch.md`.
        out: a new or empty folder, or with `resume` that of a run which was broken off.
        households: likewise, of households.
        mapping: what foreign columns and codes mean.
        options: how it is asked for.
        resume: whether to go on with a run that is there.
        own_day: whether the law of the one day counts on which all facts hold, where the tables name such a day.
        disk: what writes.
        each: is told after each chunk how far it has come.
        say: is told what a reader should know of the tables and of the folder.

    Raises:
        BadChoice: the folder or the options cannot be taken. UnknownName: there is no such entitlement.
        TableError: the tables cannot be used. OSError: a file cannot be read or written.
        MiscountedError: a row is in neither results nor rejects, or in both.
    """
    asked, tables = checked(options or RunOptions()), Tables.of(persons, households, mapping)
    for id in asked.only:
        rules.pack.entitlement(id)
    apart((*tables.persons, *tables.households, *filter(None, [tables.mapping])), Path(out))
    with Folder(Path(out), resume=resume, disk=disk) as folder:
        return _screened(folder, tables, (rules, own_day), asked, (each or _nothing, say or _nothing))


def _nothing(told: object) -> None:
    """Tells nobody."""
    del told


def on_own_day(people: People, rules: Rules, say: Callable[[Words], None]) -> Rules:
    """Returns the rules of the one day on which all facts of tables hold, where they name one (MEANING M9).

    Args:
        people: the tables, opened.
        rules: what counts where they do not.
        say: is told which day it is.

    Raises:
        OSError: a file cannot be read.
    """
    day = people.one_day()
    if day is None or day == rules.day:
        return rules
    zh = f"没有写 `--as-of`：按表里情况的日期{spelled(day, 'zh')}的规定"
    say(Words(zh, f"without `--as-of`: the law of {spelled(day, 'en')}, the day of all facts in the tables"))
    return rules.pack.on(day)


def _screened(
    folder: Folder,
    tables: Tables,
    law: tuple[Rules, bool],
    options: RunOptions,
    tell: tuple[Callable[[Step], None], Callable[[Words], None]],
) -> Population:
    (rules, own_day), (each, say) = law, tell
    people = tables.open(rules)
    for words in (*folder.notes, *people.notes):
        say(words)
    if own_day:
        rules = on_own_day(people, rules, say)
    manifest = folder.begin(basis(rules, people, tables.mapping, options))
    if folder.found is not None:
        say(_kept(manifest))
    if not manifest.complete:
        run = _Run(folder, people, rules, options, each, say)
        run.chunks()
        run.whole()
    return Population(folder.path, folder.known)


def _kept(manifest: Manifest) -> Words:
    """Returns how much of a run that is gone on with was done before."""
    if manifest.complete:
        return Words("这次筛查以前已做完，文件都还在", "this run was finished before, and its files are as they were")
    rows = f"{manifest.counts.rows:,}"
    return Words(f"接着做：{rows} 行以前已做完", f"going on: {rows} rows were done before")


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


def basis(rules: Rules, people: People, mapping: AnyPath | None, options: RunOptions) -> Basis:
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
        local=tuple(
            LocalFigures(
                each.name, each.digest, each.figures, tuple({"zh": title.zh, "en": title.en} for title in each.sources)
            )
            for each in contents.local
        ),
    )


@dataclass(frozen=True)
class _Run:
    """A run that goes on until everything is done."""

    folder: Folder
    people: People
    rules: Rules
    options: RunOptions
    each: Callable[[Step], None]
    say: Callable[[Words], None]

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
        whole, told = remarks.of_whole(folder.path, folder.known)
        for words, _ in whole:
            self.say(words)
        about = remarks.About(self.people.files, remarks.table(whole, self.people.notes, told))
        files: dict[str, Iterator[bytes]] = {}
        for each in (Outputs(self.rules, self.options), Totals(self.rules, self.options)):
            files |= each.of_whole(folder.path, folder.known, folder.work, about)
        folder.finish(files)
