"""A run that is finished, read again: its answers as one table, whatever their shape and form, a part of them at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import polars as pl
from python_calamine import CalamineWorkbook

from eligibility.columns.frames import HOME, ID
from eligibility.columns.onebyone import AMOUNT, OUTCOMES
from eligibility.errors import BadChoice
from eligibility.leaves import HOUSEHOLD
from eligibility.runs.files import SUFFIX
from eligibility.runs.folder import read
from eligibility.runs.manifest import Manifest
from eligibility.runs.outputs import DETERMINATIONS, ENTITLEMENTS, HOUSEHOLDS, PERSONS, WHAT
from eligibility.runs.spoken import HEADS, PARTS, told_apart
from eligibility.speech import OUTCOMES as SAID
from eligibility.totals.index import HOMES, PEOPLE
from eligibility.words import Words

SHAPE = {HOME: pl.String, ID: pl.String, "entitlement": pl.String, "outcome": pl.Int8, "amount_fen": pl.Int64}
"""The columns of answers, by number as in `columns/onebyone.OUTCOMES`; `id` is null for the household."""
_BATCH = 50_000
"""How many rows of a workbook are taken at a time."""


@dataclass(frozen=True, slots=True)
class What:
    """An entitlement as a run asked it.

    Args:
        label: what people call it.
        subject: `person`, `household` or `deceased`.
        kind: of the benefit; empty where there is none.
        per: of the amount.
        times: how often it is paid in a year; None where it is paid once, or the rule does not say.
        promise: how firm the clause is.
    """

    label: Words
    subject: str
    kind: str
    per: str
    times: int | None
    promise: str


@dataclass(frozen=True)
class Finished:
    """A run that is finished.

    Args:
        folder: where its files are.
        manifest: what they are.
        what: the entitlements that were asked, by id.
    """

    folder: Path
    manifest: Manifest
    what: Mapping[str, What]

    @classmethod
    def open(cls, folder: Path) -> Finished:
        """Opens a run.

        Raises:
            BadChoice: the folder holds none, or one that is not finished, or a file of it is missing or has another length.
            OSError: it cannot be read.
        """
        if not folder.is_dir():
            raise BadChoice(Words(f"`{folder}` 不是文件夹", f"`{folder}` is no folder"))
        manifest = read(folder)
        if manifest is None:
            raise BadChoice(Words(f"`{folder}` 里没有批量筛查的结果", f"`{folder}` holds no run"))
        if not manifest.complete:
            zh, en = (
                f"`{folder}` 里的筛查没有做完；用 `batch --resume` 做完",
                f"the run in `{folder}` is not finished: go on with `batch --resume`",
            )
            raise BadChoice(Words(zh, en))
        files = [(manifest.files, name) for name in manifest.files]
        files += [(piece.files, name) for piece in manifest.pieces for name in piece.files]
        for marks, name in files:
            path = folder / name
            if not path.is_file() or path.stat().st_size != marks[name].bytes:
                raise BadChoice(Words(f"`{path}` 不见了，或被改过", f"`{path}` is gone, or was changed"))
        if not any(name.startswith(HOMES) for _, name in files) and manifest.counts.households:
            zh, en = f"`{folder}` 里没有 {HOMES}，不能比较", f"`{folder}` has no {HOMES} and cannot be compared"
            raise BadChoice(Words(zh, en))
        return cls(folder, manifest, _what(folder / ENTITLEMENTS))

    def asked(self, id: str) -> bool:
        """Returns whether the run was asked for an entitlement, in force or not."""
        only = self.manifest.basis.options.only
        return not only or id in only

    @property
    def numbers(self) -> list[int]:
        """The numbers of the chunks."""
        return [piece.number for piece in self.manifest.pieces]

    def table(self, place: str, numbers: Sequence[int]) -> pl.DataFrame:
        """Returns what some chunks have in a folder of Parquet files."""
        paths = [self.folder / f"{place}/{number:05}.parquet" for number in numbers]
        found = [pl.read_parquet(path) for path in paths if path.is_file()]
        return (
            pl.concat(found)
            if found
            else pl.DataFrame(schema={HOME: pl.String} | ({ID: pl.String} if place == PEOPLE else {}))
        )

    def answers(self, numbers: Sequence[int]) -> Iterator[pl.DataFrame]:
        """Yields the answers of some chunks; a workbook is one, whatever is asked for."""
        options = self.manifest.basis.options
        places = (DETERMINATIONS,) if options.shape == "long" else (PERSONS, HOUSEHOLDS)
        if options.form == "xlsx":
            yield from self.workbook(len(places))
            return
        for number in numbers:
            for place in places:
                path = self.folder / f"{place}/{number:05}.{SUFFIX[options.form]}"
                if path.is_file():
                    yield self.told(self.read(path))

    def read(self, path: Path) -> pl.DataFrame:
        """Returns a file as it is."""
        form = self.manifest.basis.options.form
        if form == "csv":
            return pl.read_csv(path, infer_schema=False)
        return pl.read_parquet(path) if form == "parquet" else pl.read_ndjson(path, infer_schema_length=None)

    def workbook(self, sheets: int) -> Iterator[pl.DataFrame]:
        """Yields the answers that stand in the first sheets of the workbook, some rows at a time."""
        long = self.manifest.basis.options.shape == "long"
        book = CalamineWorkbook.from_path(self.folder / ("determinations.xlsx" if long else "wide.xlsx"))
        for at in range(sheets):
            rows = iter(book.get_sheet_by_index(at).iter_rows())
            head = [str(name) for name in next(rows, ())]
            while some := list(islice(rows, _BATCH)):
                cells = [[str(cell) if cell != "" else None for cell in row] for row in some]
                yield self.told(pl.DataFrame(cells, schema=dict.fromkeys(head, pl.String), orient="row"))

    def told(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Returns a table of answers of any shape and form in the columns of `SHAPE`."""
        options = self.manifest.basis.options
        words = options.form in {"csv", "xlsx"}
        if options.shape == "long":
            return self.long(frame, words=words)
        names = told_apart({id: each.label[options.lang] for id, each in self.what.items()}) if words else {}
        found = [self.one(frame, id, names.get(id, id), words=words) for id in self.what]
        return pl.concat([pl.DataFrame(schema=SHAPE), *(each for each in found if each is not None)])

    def long(self, frame: pl.DataFrame, *, words: bool) -> pl.DataFrame:
        """Returns a long table in the columns of `SHAPE`."""
        lang = self.manifest.basis.options.lang
        heads = {key: HEADS[key][lang] if words else key for key in SHAPE}
        whole = [id for id, each in self.what.items() if each.subject == HOUSEHOLD]
        about_all = pl.col(heads["entitlement"]).is_in(whole)
        return frame.select(
            pl.col(heads[HOME]).cast(pl.String).alias(HOME),
            pl.when(~about_all).then(pl.col(heads[ID]).cast(pl.String)).alias(ID),
            pl.col(heads["entitlement"]).cast(pl.String).alias("entitlement"),
            _outcome(heads["outcome"], lang if words else "").alias("outcome"),
            _fen(heads["amount_fen"], words=words).alias("amount_fen"),
        )

    def one(self, frame: pl.DataFrame, id: str, name: str, *, words: bool) -> pl.DataFrame | None:
        """Returns the answers of one entitlement in a wide table; None where they stand in the other one."""
        if name not in frame.columns:
            return None
        lang = self.manifest.basis.options.lang
        heads = {key: HEADS[key][lang] if words else key for key in (HOME, ID)}
        amount = PARTS[AMOUNT][lang].format(name) if words else id + AMOUNT
        subject = pl.col(heads[ID]).cast(pl.String) if heads[ID] in frame.columns else pl.lit(None, pl.String)
        return frame.filter(pl.col(name).is_not_null()).select(
            pl.col(heads[HOME]).cast(pl.String).alias(HOME),
            subject.alias(ID),
            pl.lit(id).alias("entitlement"),
            _outcome(name, lang if words else "").alias("outcome"),
            _fen(amount, words=words).alias("amount_fen"),
        )


def _outcome(column: str, lang: str) -> pl.Expr:
    """Returns outcomes by number; in words of a language where one is named."""
    numbers = {SAID[name][lang] if lang else name: at for at, name in enumerate(OUTCOMES)}
    return pl.col(column).cast(pl.String).replace_strict(numbers, return_dtype=pl.Int8)


def _fen(column: str, *, words: bool) -> pl.Expr:
    """Returns amounts in fen; yuan as people write them where they stand in words."""
    if not words:
        return pl.col(column).cast(pl.Int64)
    halves = pl.col(column).str.split_exact(".", 1)
    whole, cents = halves.struct.field("field_0"), halves.struct.field("field_1").fill_null("")
    return (whole + cents.str.pad_end(2, "0")).cast(pl.Int64)


def _what(path: Path) -> dict[str, What]:
    """Returns the entitlements of a run."""
    frame = pl.read_csv(path, infer_schema=False)
    if tuple(frame.columns) != WHAT:
        raise BadChoice(
            Words(
                f"`{path}` 认不出，可能是旧版本写的", f"`{path}` cannot be read; an older version may have written it"
            )
        )
    found = {}
    for row in frame.iter_rows(named=True):
        label, times = Words(row["zh"], row["en"]), row["times_a_year"]
        kind, per = row["kind"] or "", row["per"] or ""
        found[row["id"]] = What(label, row["subject"], kind, per, int(times) if times else None, row["promise"])
    return found
