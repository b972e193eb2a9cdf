"""What a run writes: tables of answers chunk by chunk, and at the end rejects, remarks and what the entitlements are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from eligibility.columns.onebyone import OUTCOMES
from eligibility.packs.calendar import Rules
from eligibility.runs import answers, rejects, remarks, workbooks
from eligibility.runs.files import SUFFIX, csv, json_lines, parquet
from eligibility.runs.folder import PARTS
from eligibility.runs.manifest import Counts, Manifest, RunOptions
from eligibility.runs.remarks import About
from eligibility.runs.settling import Settled
from eligibility.runs.spoken import Spoken
from eligibility.words import Words
from eligibility.worth import times

DETERMINATIONS, PERSONS, HOUSEHOLDS = "determinations", "wide/persons", "wide/households"
"""The folders of the answers: long, or wide."""
REJECTS, REMARKED, ENTITLEMENTS = "rejects.csv", "remarks.csv", "entitlements.csv"
_SHEETS = {
    DETERMINATIONS: Words("全部结果", "Answers"),
    PERSONS: Words("个人", "Persons"),
    HOUSEHOLDS: Words("家庭", "Households"),
}
_NOTES = Words("请注意", "Please note")
_REMARKS = {"remark": Words("说明", "remark"), "rows": Words("行数", "rows")}
WHAT = ("id", "zh", "en", "clause", "subject", "kind", "per", "times_a_year", "promise")
"""The columns of what was asked."""


class Outputs:
    """Makes the files of a run.

    Args:
        rules: of the day.
        options: how it is asked for.
    """

    def __init__(self, rules: Rules, options: RunOptions) -> None:
        """Keeps both."""
        self.rules, self.options = rules, options
        self.rulings = answers.asked(rules, options.only)
        self.spoken = Spoken(rules.pack.contents, options.lang)

    def of_chunk(self, found: Settled) -> tuple[dict[str, list[bytes]], Counts]:
        """Returns the files of a chunk, and what its answers come to."""
        files: dict[str, list[bytes]] = {}
        mine, ours, written = found.mine, found.ours, 0
        for place, frame in self.tables(mine, ours):
            written += frame.height
            files |= self.table(place, found.number, frame)
        if found.rejects.height:
            files[f"{PARTS}/rejects/{found.number:05}.parquet"] = [parquet(found.rejects)]
        files |= remarks.of_chunk(found, self.rules.day)
        outcomes = self.outcomes(mine, ours)
        counts = Counts(persons=found.persons.height, households=found.households.height, written=written, **outcomes)
        return files, counts

    def outcomes(self, mine: pl.DataFrame, ours: pl.DataFrame) -> dict[str, int]:
        """Returns how many answers have each outcome, those about services that are open to all apart: they are for everybody."""
        found: dict[str, int] = {}
        for apart in ("", "open_"):
            rulings = [each for each in self.rulings if (each.entitlement.promise == "open") == bool(apart)]
            counts = answers.outcomes(rulings, mine, ours)
            found |= {apart + name: count for name, count in zip(OUTCOMES, counts, strict=True)}
        return found

    def tables(self, mine: pl.DataFrame, ours: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
        """Yields each table of answers, with its place."""
        if self.options.shape == "long":
            yield DETERMINATIONS, answers.long(self.rulings, mine, ours, everything=self.options.everything)
        else:
            yield PERSONS, answers.wide(self.rulings, mine)
            yield HOUSEHOLDS, answers.wide(self.rulings, ours)

    def table(self, place: str, number: int, frame: pl.DataFrame) -> dict[str, list[bytes]]:
        """Returns a table of answers as a file; for a workbook it waits among the parts."""
        form = self.options.form
        name = f"{place}/{number:05}.{SUFFIX[form]}"
        if form == "xlsx":
            return {f"{PARTS}/{place}/{number:05}.parquet": [parquet(frame)]}
        if form == "csv":
            return {name: [csv(self.said(frame))]}
        return {name: [parquet(frame) if form == "parquet" else json_lines(frame)]}

    def said(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Returns a table of answers in words."""
        return self.spoken.long(frame) if self.options.shape == "long" else self.spoken.wide(self.rulings, frame)

    def of_whole(self, folder: Path, manifest: Manifest, work: Path, told: About) -> dict[str, Iterator[bytes]]:
        """Returns the files that are put together from the parts of all chunks.

        Args:
            folder: of the run.
            manifest: with all chunks.
            work: a scratch folder.
            told: what is known of the tables.
        """
        files = {
            REJECTS: self.rejects(list(remarks.parts_of(folder, manifest, "rejects")), told.files),
            ENTITLEMENTS: iter([csv(self.entitlements())]),
        }
        if told.remarks.height:
            said = told.remarks.rename({self.options.lang: "remark"})
            heads = (pl.col(key).alias(words[self.options.lang]) for key, words in _REMARKS.items())
            files[REMARKED] = iter([csv(said.select(heads))])
        if self.options.form == "xlsx":
            name = "determinations.xlsx" if self.options.shape == "long" else "wide.xlsx"
            files[name] = self.workbook(folder, manifest, work)
        return files

    def rejects(self, parts: Sequence[Path], files: Sequence[str]) -> Iterator[bytes]:
        """Yields the rejects of all chunks under one heading, in the order of the tables and of their rows."""
        yield rejects.heading(self.options.lang)
        for frame in rejects.in_order(parts, files):
            yield rejects.as_csv(frame, self.options.lang, heading=False)

    def entitlements(self) -> pl.DataFrame:
        """Returns what was asked: each entitlement with its names, its clause, whom it is about and what its amount is for."""
        rows = []
        for each in self.rulings:
            one, benefit = each.entitlement, each.body.benefit
            kind, per = (benefit.kind, benefit.per) if benefit else (None, None)
            often = times(benefit) if benefit else None
            what = (one.id, one.label.zh, one.label.en, " ".join(one.clause), one.subject, kind, per)
            rows.append((*what, str(often) if often else None, one.promise))
        return pl.DataFrame(rows, schema=dict.fromkeys(WHAT, pl.String), orient="row")

    def workbook(self, folder: Path, manifest: Manifest, work: Path) -> Iterator[bytes]:
        """Yields the workbook with all answers."""
        lang, file = self.options.lang, self.rules.pack.contents.file
        places = (DETERMINATIONS,) if self.options.shape == "long" else (PERSONS, HOUSEHOLDS)
        sheets = [
            workbooks.Sheet(
                _SHEETS[place][lang],
                (self.said(pl.read_parquet(path)) for path in remarks.parts_of(folder, manifest, place)),
            )
            for place in places
        ]
        yield workbooks.workbook(sheets, (file.notice[lang], file.objection[lang]), _NOTES[lang], work)
