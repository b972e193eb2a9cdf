"""Measures a whole city: ten real rules in our columns, in hand-written Polars, in OpenFisca-Core and in zen-engine, and the whole pack.

Each engine runs in a process of its own, all of them in turn each round, so that a machine that slows down slows all; each
figure is a median. What an engine answers is compared with ours, and the exit code is 1 where it differs.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import polars as pl
import ten
import ten_by_hand

Answers = tuple[pl.LazyFrame, pl.LazyFrame]
NEEDS = {"openfisca": "openfisca_core", "zen": "zen"}
"""What an engine needs that `pip install 'eligibility[bench]'` brings."""
GAPPY, FULL = "gappy", "full"
"""The cities: with gaps as registers have them, and without, for engines that know no unknown."""
ENGINES: Mapping[str, tuple[str, str]] = {
    "alone": (GAPPY, "(a) reading and writing alone"),
    "ours": (GAPPY, "ten rules, ours"),
    "hand": (GAPPY, "(b) ten rules, Polars by hand"),
    "ours-full": (FULL, "ten rules, ours, nothing unknown"),
    "openfisca": (FULL, "(c) ten rules, OpenFisca-Core"),
    "zen": (FULL, "(d) ten rules, zen-engine, from a sample"),
    "pack": (GAPPY, "the whole pack, wide"),
    "pack-missing": (GAPPY, "the whole pack, wide, with what is missing"),
    "pack-long": (GAPPY, "the whole pack, long"),
}
OF_OURS = {"hand": "ours", "openfisca": "ours-full", "zen": "ours-full"}
"""Whose answers are compared with which of ours."""
SAMPLE = 20_000
"""People whom zen-engine is asked about."""
SIZES = (18_000, 180_000, 1_800_000, 18_000_000)


def answers(engine: str, city: Path) -> Callable[[], Answers]:
    """Makes an engine ready, and returns what gives its answers; only that is measured."""
    if engine == "hand":
        return lambda: ten_by_hand.by_hand(city)
    if engine == "openfisca":
        from ten_openfisca import Ten  # noqa: PLC0415 - it may be missing

        return lambda: Ten(city).answers()
    if engine == "zen":
        from ten_zen import Ten as Zen  # noqa: PLC0415 - likewise

        decision = Zen(city, SAMPLE)
        return decision.answers
    law = ten.rules()
    if engine.startswith("pack"):
        wide = engine != "pack-long"
        return lambda: ten.ours(city, law, (), missing=engine == "pack-missing") if wide else ten.long(city, law)
    return lambda: ten.ours(city, law)


def run(engine: str, city: Path, out: Path) -> dict[str, float]:
    """Runs an engine from Parquet to Parquet in this process, and returns its seconds, its memory and how many people it asked about."""
    if engine == "alone":
        kept = ten.loaded(out)
        start = perf_counter()
        ten.read_and_write(city, kept, out)
    else:
        ready = answers(engine, city)
        start = perf_counter()
        ten.sink(ready(), out)
    seconds = perf_counter() - start
    people = pl.scan_parquet(ten.path(out if engine == "zen" else city, "person")).select(pl.len()).collect().item()
    return {"seconds": seconds, "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "people": people}


def child(engine: str, city: Path, out: Path) -> dict[str, float]:
    """Runs an engine in a process of its own."""
    command = [sys.executable, __file__, "--engine", engine, "--city", str(city), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{engine} ended with {done.returncode}: {done.stderr}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def differences(theirs: Path, ours: Path) -> int:
    """Returns how many answers of an engine differ from ours, where ours are settled.

    An amount is compared where it is known; an engine without unknowns answers the rest out of defaults.
    """
    found = 0
    strict = theirs.name == "hand"
    for owner in ten.TABLES:
        keys = ["household_id", "id"] if owner == "person" else ["household_id"]
        both = pl.scan_parquet(ten.path(theirs, owner)).join(pl.scan_parquet(ten.path(ours, owner)), on=keys, suffix=" ours")
        counts = []
        for name in ten.OF_PERSONS if owner == "person" else ten.OF_HOUSEHOLDS:
            settled = pl.lit(value=True) if strict else pl.col(f"{name} ours").ne_missing(1)
            counts.append((pl.col(name).ne_missing(pl.col(f"{name} ours")) & settled).sum())
            amount = pl.col(f"{name}.amount ours")
            known = pl.lit(value=True) if strict else settled & amount.is_not_null()
            counts.append((pl.col(f"{name}.amount").ne_missing(amount) & known).sum().alias(f"{name}.amount"))
        found += both.select(pl.sum_horizontal(counts)).collect().item()
    return found


def measured(engines: Sequence[str], cities: Path, out: Path, rounds: int) -> dict[str, dict[str, float]]:
    """Runs every engine once a round, in turn, after one round that does not count, and returns medians."""
    taken: dict[str, list[dict[str, float]]] = {name: [] for name in engines}
    for turn in range(rounds + 1):
        for name in engines:
            folder = out / name
            folder.mkdir(exist_ok=True)
            found = child(name, cities / ENGINES[name][0], folder if name != "alone" else out / "ours")
            if turn:
                taken[name].append(found)
    return {name: {key: median(each[key] for each in runs) for key in runs[0]} for name, runs in taken.items()}


def table(found: Mapping[str, Mapping[str, float]], people: int) -> str:
    """Returns what was measured as a Markdown table."""
    whole = {name: each["seconds"] * people / each["people"] for name, each in found.items()}
    lines = [
        "| what | median s | people a second | peak MiB | of (a) | of ours |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, (_, label) in ENGINES.items():
        if name not in found:
            if name in NEEDS:
                lines.append(f"| {label} | not installed: `pip install 'eligibility[bench]'` | | | | |")
            continue
        seconds, ours = whole[name], whole.get(OF_OURS.get(name, "ours"), whole["ours"])
        ratios = f"{seconds / whole['alone']:.2f} | {seconds / ours:.2f}"
        lines.append(f"| {label} | {seconds:.2f} | {people / seconds:,.0f} | {found[name]['mib']:,.0f} | {ratios} |")
    return "\n".join(lines)
