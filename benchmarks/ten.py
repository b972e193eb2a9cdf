"""Ten real rules and an invented city: what `columns.py` puts to each engine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from eligibility import RulePack, Rules
from eligibility.columns.stating import Given
from eligibility.invented.city import City
from eligibility.invented.files import Parquet
from eligibility.invented.laying import lay
from eligibility.invented.written import Hand
from eligibility.schema import Owner
from eligibility.targets.columnar import Columns

DAY = date(2019, 9, 1)
FIGURES = Path(__file__).with_name("figures.yaml")
OF_PERSONS = (
    "disability-living-subsidy",
    "severe-disability-nursing-subsidy",
    "fee-free-preschool",
    "single-person-minimum-living-guarantee",
    "compulsory-education-fee-exemption",
    "needy-student-living-subsidy",
    "orphan-allowance",
    "unemployment-benefit",
    "elderly-care-subsidy",
)
OF_HOUSEHOLDS = ("minimum-living-guarantee",)
TEN = (*OF_PERSONS, *OF_HOUSEHOLDS)
"""Rules with amounts, places, days, tiers, exclusions, quantifiers over the household, and income per head."""
TABLES: tuple[Owner, ...] = ("person", "household")


def rules() -> Rules:
    """Returns the rules of the day, with invented local figures, so that each of the ten comes to an amount."""
    return RulePack.default(local=[FIGURES]).on(DAY)


def path(folder: Path, owner: Owner) -> Path:
    """Returns where the table of an owner lies in a folder."""
    return folder / f"{owner}.parquet"


def lay_all(folder: Path, people: int, names: Sequence[str]) -> None:
    """Writes cities into folders of their own: `gappy`, `full` without gaps, `tables` as tables of people.

    Args:
        folder: that holds them.
        people: how many each has.
        names: which.
    """
    for name in names:
        place = folder / name
        place.mkdir(parents=True)
        if name == "tables":
            law = rules()
            lay(City(law, people), Hand(law.pack.contents, law.day), place, "parquet", 0.0)
        else:
            lay_city(place, people, 0.0 if name == "full" else 0.2)


def lay_city(folder: Path, people: int, gaps: float) -> None:
    """Writes a city as engines want it: money in fen, a column for every fact.

    Args:
        folder: into which it goes.
        people: how many it has.
        gaps: about what share of the cells is empty.
    """
    city = City(rules(), people, gaps=gaps)
    files = {owner: Parquet(path(folder, owner), folder) for owner in TABLES}
    for frames in city.blocks():
        for owner, frame in zip(TABLES, frames, strict=True):
            files[owner].add(frame)
    for file in files.values():
        file.close()
        for part in file.parts:
            part.unlink()


def ours(
    folder: Path, law: Rules, only: tuple[str, ...] = TEN, *, missing: bool = False
) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Returns the answers of our own rules, not worked out yet.

    Args:
        folder: where the city lies.
        law: the rules of the day.
        only: ids of entitlements; all where empty.
        missing: whether what answers wait for is told too, as numbers that `answer` makes words of.
    """
    persons, households = (pl.scan_parquet(path(folder, owner)) for owner in TABLES)
    given = Given(frozenset(persons.collect_schema().names()), frozenset(households.collect_schema().names()))
    return Columns(law, given, only, missing=missing).over(persons, households)


def sink(frames: tuple[pl.LazyFrame, pl.LazyFrame], out: Path) -> None:
    """Works answers out and writes them, both tables at once."""
    written = [frame.sink_parquet(path(out, owner), lazy=True) for owner, frame in zip(TABLES, frames, strict=True)]
    pl.collect_all(written)
