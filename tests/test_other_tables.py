"""The same plan over the tables of other engines: DuckDB in this process, Spark for what outgrows one machine."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from packs_for_tests import shipped
from reaching import DAYS, KNOWN

from eligibility import Rules
from eligibility.columns.frames import HOME, ID, to_frames
from eligibility.columns.stating import Given
from eligibility.targets.columnar import Columns
from eligibility.testing.boundaries import boundaries
from eligibility.testing.strategies import draw_profile

REQUIRED = os.environ.get("ELIGIBILITY_SPARK") == "required"
"""Whether Spark or Java that is missing fails these tests, as in .ci/run, instead of skipping them."""
FAMILIES = 150
SOME = (
    "fee-free-preschool",
    "minimum-living-guarantee",
    "disability-living-subsidy",
    "needy-student-living-subsidy",
    "unemployment-benefit",
    "basic-funeral",
    "employment-assistance",
    "preconception-check",
)
"""Entitlements that between them have places, dates, tiers, quantifiers, the dead and households in them."""


class Case:
    """The tables of invented families as files, and what Polars makes of them."""

    def __init__(self, rules: Rules, folder: Path) -> None:
        """Draws the families and writes their tables."""
        source, limits = random.Random(3), boundaries(rules)  # noqa: S311 - tests need no secrets
        drawn = [draw_profile(source, limits, source.choice(KNOWN)) for _ in range(FAMILIES)]
        frames = to_frames(rules.pack.contents.schema, [replace(each, id=f"h{at}") for at, each in enumerate(drawn)])
        self.rules, self.folder, self.frames = rules, folder, frames
        self.files = [folder / "persons.parquet", folder / "households.parquet"]
        for frame, file in zip(frames, self.files, strict=True):
            frame.drop("receives", strict=False).write_parquet(file)

    def columns(self, only: tuple[str, ...], *, missing: bool) -> Columns:
        """Returns the plan."""
        persons, households = (frozenset(each.columns) - {"receives"} for each in self.frames)
        return Columns(self.rules, Given(persons, households), only, missing=missing)

    def agree(self, columns: Columns, theirs: tuple[pl.DataFrame, pl.DataFrame]) -> None:
        """Holds of the answers of another engine that they are those of Polars, row for row."""
        persons, households = map(pl.scan_parquet, self.files)
        ours = pl.collect_all(list(columns.over(persons, households)))
        for one, other, keys in zip(ours, theirs, ([HOME, ID], [HOME]), strict=True):
            there = other.select(pl.col(name).cast(kind) for name, kind in one.schema.items()).sort(keys)
            here = one.sort(keys)
            assert [name for name in here.columns if not here[name].equals(there[name])] == []
            assert len(here) > FAMILIES // 2
            assert here.width > len(keys)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Returns the families of all tests."""
    return Case(shipped().on(DAYS[1]), tmp_path_factory.mktemp("tables"))


@pytest.mark.parametrize(("only", "missing"), [((), False), (SOME, True)], ids=["whole pack", "what is missing"])
def test_duckdb_gives_the_same(case: Case, only: tuple[str, ...], missing: bool) -> None:  # noqa: FBT001 - a case
    """DuckDB gives the same rows: the whole pack, and what some answers wait for."""
    columns = case.columns(only, missing=missing)
    persons, households = (duckdb.read_parquet(str(file)) for file in case.files)
    found = columns.over(persons, households)
    theirs = []
    for at, each in enumerate(found):
        each.write_parquet(str(case.folder / f"duckdb-{at}.parquet"))
        theirs.append(pl.read_parquet(case.folder / f"duckdb-{at}.parquet"))
    case.agree(columns, (theirs[0], theirs[1]))


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """Returns Spark in this machine, where it and Java are there."""
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - it may be missing
    except ImportError:
        _lacking("pyspark (pip install 'eligibility[spark]')")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        _lacking("java 17")
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.bindAddress": "127.0.0.1",
    }
    builder = SparkSession.builder.master("local[2]").appName("eligibility")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def _lacking(what: str) -> None:
    if REQUIRED:
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing")


@pytest.mark.spark
@pytest.mark.parametrize("missing", [False, True], ids=["answers", "what is missing"])
def test_spark_gives_the_same(case: Case, spark: Any, missing: bool) -> None:  # noqa: ANN401, FBT001 - a library that may be missing; a case
    """Spark in local mode gives the same rows, and what answers wait for."""
    columns = case.columns(SOME, missing=missing)
    persons, households = (spark.read.parquet(str(file)) for file in case.files)
    found = columns.over(persons, households)
    theirs = []
    for at, each in enumerate(found):
        each.write.parquet(str(case.folder / f"spark-{missing}-{at}"))
        theirs.append(pl.read_parquet(case.folder / f"spark-{missing}-{at}" / "*.parquet"))
    case.agree(columns, (theirs[0], theirs[1]))
