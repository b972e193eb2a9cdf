"""What should be known of the tables of a run: facts of other days, one number in several households, what was taken for what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from eligibility.columns.frames import HOME
from eligibility.runs.files import parquet
from eligibility.runs.folder import PARTS
from eligibility.runs.manifest import Manifest
from eligibility.runs.settling import Settled
from eligibility.tables.rows import AS_OF, REMARKS
from eligibility.words import Words, spelled

_TOLD, _DAYS, _NUMBERS = "remarks", "days", "numbers"
"""The parts of each chunk."""
_RESIDENT = "resident_id"
_SEEDS = (3, 4)


@dataclass(frozen=True, slots=True)
class About:
    """What is known of all tables of a run.

    Args:
        files: what they are called, in order.
        remarks: what should be known of them; see `table`.
    """

    files: Sequence[str]
    remarks: pl.DataFrame


def of_chunk(found: Settled, day: date) -> dict[str, list[bytes]]:
    """Returns what is kept of a chunk until the whole is put together, by the place in the folder.

    Args:
        found: the chunk.
        day: whose law applies.
    """
    kept = {_TOLD: found.remarks, _DAYS: _days(found.households, day), _NUMBERS: _numbers(found.persons)}
    return {
        f"{PARTS}/{place}/{found.number:05}.parquet": [parquet(frame)] for place, frame in kept.items() if frame.height
    }


def _days(households: pl.DataFrame, day: date) -> pl.DataFrame:
    """Returns on which other days facts hold, and of how many households."""
    if AS_OF not in households.columns:
        return pl.DataFrame()
    return households.filter(pl.col(AS_OF) != day).group_by(AS_OF).len("rows").sort(AS_OF)


def _numbers(persons: pl.DataFrame) -> pl.DataFrame:
    """Returns the resident numbers of persons with their households, neither of which can be read in what is kept."""
    if _RESIDENT not in persons.columns:
        return pl.DataFrame()
    named = persons.filter(pl.col(_RESIDENT).is_not_null())
    return named.select(pl.col(_RESIDENT).hash(_SEEDS[0]), pl.col(HOME).hash(_SEEDS[1]))


def of_whole(folder: Path, manifest: Manifest) -> tuple[list[tuple[Words, int]], pl.DataFrame]:
    """Returns what concerns the whole, with the number of households or persons, and the remarks of all chunks, each once.

    Args:
        folder: of the run.
        manifest: with all chunks.
    """
    whole = [*_other_days(folder, manifest), *_twice(folder, manifest)]
    parts = list(parts_of(folder, manifest, _TOLD))
    told = pl.concat([pl.DataFrame(schema=dict(REMARKS)), *map(pl.read_parquet, parts)])
    return whole, told.group_by("zh", "en", maintain_order=True).agg(pl.col("rows").sum())


def table(whole: Sequence[tuple[Words, int]], notes: Sequence[Words], told: pl.DataFrame) -> pl.DataFrame:
    """Returns all remarks as one table, the weightiest first; what is about no rows has no number.

    Args:
        whole: what concerns the whole.
        notes: what was seen when the tables were opened.
        told: the remarks of the chunks.
    """
    rows = [*((words.zh, words.en, count) for words, count in whole), *((each.zh, each.en, None) for each in notes)]
    return pl.concat([pl.DataFrame(rows, schema=dict(REMARKS), orient="row"), told])


def _other_days(folder: Path, manifest: Manifest) -> Iterator[tuple[Words, int]]:
    """Yields that facts hold on other days than that of the law, with the first and the last of them."""
    parts = list(map(pl.read_parquet, parts_of(folder, manifest, _DAYS)))
    if not parts:
        return
    every = pl.concat(parts)
    homes = int(every["rows"].sum())
    first, last = (each for each in (every[AS_OF].min(), every[AS_OF].max()) if isinstance(each, date))
    law = manifest.basis.as_of
    days = [spelled(first, lang) if first == last else _span(first, last, lang) for lang in ("zh", "en")]
    zh = f"{homes:,} 户的事实是{days[0]}的，规定是{spelled(law, 'zh')}的；要按别的日子的规定，写 `--as-of`"
    en = f"the facts of {homes:,} households hold on {days[1]}, and the law is that of {spelled(law, 'en')}"
    yield Words(zh, f"{en}; `--as-of` takes the law of another day"), homes


def _span(first: date, last: date, lang: str) -> str:
    one, other = spelled(first, lang), spelled(last, lang)
    return f"{one}至{other}" if lang == "zh" else f"days from {one} to {other}"


def _twice(folder: Path, manifest: Manifest) -> Iterator[tuple[Words, int]]:
    """Yields that resident numbers stand in more than one household each."""
    parts = list(parts_of(folder, manifest, _NUMBERS))
    if not parts:
        return
    per = pl.scan_parquet(parts).group_by(_RESIDENT).agg(pl.len().alias("persons"), pl.col(HOME).n_unique())
    found = per.filter(pl.col(HOME) > 1).select(pl.len(), pl.col("persons").sum()).collect()
    numbers, persons = (int(each) for each in found.row(0))
    if numbers:
        zh = f"{numbers:,} 个公民身份号码各在不止一户里，共 {persons:,} 人：可能是同一人列了几次，各户照所列筛查"
        en = f"{numbers:,} resident numbers stand in more than one household each, {persons:,} persons in all: people may be"
        yield Words(zh, f"{en} listed several times; each household is screened as it is listed"), persons


def parts_of(folder: Path, manifest: Manifest, place: str) -> Iterator[Path]:
    """Yields the parts of one kind, in the order of the chunks; only those that the manifest vouches for."""
    for piece in manifest.pieces:
        yield from (folder / name for name in piece.files if name.startswith(f"{PARTS}/{place}/"))
