"""The files that a run writes beside its answers: totals, a report, who is entitled soon, take-up, and who was screened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from eligibility.packs.calendar import Rules
from eligibility.runs import workbooks
from eligibility.runs.files import SUFFIX, csv, json_lines, parquet
from eligibility.runs.folder import PARTS
from eligibility.runs.manifest import Manifest, RunOptions
from eligibility.runs.remarks import About
from eligibility.runs.settling import Settled
from eligibility.totals import coming, soon, takeup, visits
from eligibility.totals.city import merged
from eligibility.totals.counts import empty
from eligibility.totals.files import files
from eligibility.totals.parts import Wish, part
from eligibility.totals.report import NAME, report
from eligibility.words import Words

COUNTS, COMING, VISITS = "counts", "coming", "take-up"
"""The parts of each chunk from which the whole is put together; the last two are the names of lists, too."""
_Said = Callable[[Rules, pl.DataFrame, str], pl.DataFrame]
_SLICE = 100_000
"""How many rows of a list are said in words at a time."""
_NOTES = Words("请注意", "Please note")
_TITLES = {COMING: Words("90天内", "Within 90 days"), VISITS: Words("应享未享", "Take-up")}


class Totals:
    """Makes the files.

    Args:
        rules: of the day.
        options: how the run is asked for.
    """

    def __init__(self, rules: Rules, options: RunOptions) -> None:
        """Keeps both."""
        self.rules, self.options = rules, options

    def of_chunk(self, found: Settled) -> dict[str, list[bytes]]:
        """Returns what belongs to a chunk, by the place in the folder; the reasons in full are those of the first chunk."""
        options = self.options
        full = visits.FULL if found.number == 0 else 0
        wish = Wish(options.only, options.take_up, options.lang, options.personal, full)
        made = part(self.rules, found.persons, found.households, found.mine, found.ours, wish)
        tables = {f"{PARTS}/{COUNTS}": made.counts, f"{PARTS}/{COMING}": made.coming, **made.index}
        if made.visits is not None:
            tables[f"{PARTS}/{VISITS}"] = made.visits
        return {f"{place}/{found.number:05}.parquet": [parquet(table)] for place, table in tables.items()}

    def of_whole(self, folder: Path, manifest: Manifest, work: Path, told: About) -> dict[str, Iterator[bytes]]:
        """Returns what is put together from the parts of all chunks.

        Args:
            folder: of the run.
            manifest: with all chunks.
            work: a scratch folder.
            told: what is known of the tables.
        """
        options, file = self.options, self.rules.pack.contents.file
        notes = (file.notice[options.lang], file.objection[options.lang])
        tables = merged(self.rules, _scanned(folder, manifest, COUNTS, empty()), options.only)
        made = {place: iter([raw]) for place, raw in files(tables, options.form, options.lang, notes).items()}
        made[NAME] = iter(
            [report(self.rules, manifest, tables, options.lang, told.remarks[options.lang].to_list()).encode()]
        )
        place = f"{COMING}.{SUFFIX[options.form]}"
        made[place] = self.blocks(COMING, lambda: self.coming(folder, manifest), soon.said, work)
        if options.take_up:
            place = f"{VISITS}.{SUFFIX[options.form]}"
            made[place] = self.blocks(VISITS, lambda: self.visits(folder, manifest), visits.said, work)
        return made

    def coming(self, folder: Path, manifest: Manifest) -> pl.DataFrame:
        """Returns who is entitled soon, and what ends, in order."""
        nothing = pl.DataFrame(schema=dict(coming.SHAPE))
        return soon.ordered(_scanned(folder, manifest, COMING, nothing)).collect()

    def visits(self, folder: Path, manifest: Manifest) -> pl.DataFrame:
        """Returns the lists of take-up, in the order of visits, with their reasons."""
        texts = ("fails", "details", *(visits.PERSONAL if self.options.personal else ()))
        nothing = pl.DataFrame(schema=dict(takeup.SHAPE) | dict.fromkeys(texts, pl.String))
        found = visits.ordered(_scanned(folder, manifest, VISITS, nothing)).collect()
        return visits.told(self.rules, found, self.options.lang)

    def blocks(self, name: str, rows: Callable[[], pl.DataFrame], said: _Said, work: Path) -> Iterator[bytes]:
        """Yields a list as a file of the form that was asked for; it is made when it is written.

        Args:
            name: of the list.
            rows: gives it, in order.
            said: puts rows into words, for CSV and Excel.
            work: a scratch folder.

        Raises:
            BadChoice: it is too long for a sheet.
        """
        form, lang, found = self.options.form, self.options.lang, rows()
        if form == "parquet":
            yield parquet(found)
        elif form == "json":
            yield from (json_lines(each) for each in found.iter_slices(_SLICE))
        else:
            slices = found.iter_slices(_SLICE) if found.height else iter([found])
            parts = (said(self.rules, each, lang) for each in slices)
            if form == "csv":
                yield from (csv(each, heading=at == 0) for at, each in enumerate(parts))
            else:
                workbooks.room(found.height, found.width)
                file = self.rules.pack.contents.file
                sheet = workbooks.Sheet(_TITLES[name][lang], parts)
                yield workbooks.workbook([sheet], (file.notice[lang], file.objection[lang]), _NOTES[lang], work)


def _scanned(folder: Path, manifest: Manifest, place: str, nothing: pl.DataFrame) -> pl.LazyFrame:
    """Returns the parts of one kind, in the order of the chunks; only those that the manifest vouches for."""
    start = f"{PARTS}/{place}/"
    paths = [folder / name for piece in manifest.pieces for name in piece.files if name.startswith(start)]
    return pl.concat([nothing.lazy(), *(pl.scan_parquet(path) for path in paths)])
