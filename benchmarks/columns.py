"""Measures a whole city: ten real rules in our columns, in hand-written Polars, in OpenFisca-Core and in zen-engine, and the whole pack.

Each engine runs in a process of its own, all of them in turn each round, so that a machine that slows down slows all; each
figure is a median. What an engine answers is compared with ours: the exit code is 1 where it differs.
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
from shutil import rmtree
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time, sleep

import polars as pl
import ten
import ten_by_hand

from eligibility.commands import COMMANDS

Answers = tuple[pl.LazyFrame, pl.LazyFrame]
Figures = Mapping[str, float]
"""`seconds`, those of the processor, `mib` at most, and the `people` who were asked about."""
GAPPY, FULL, TABLES = "gappy", "full", "tables"
"""The cities: with gaps as registers have them; without, for engines that know no unknown; and with gaps, as tables of people."""
ENGINES: Mapping[str, tuple[str, str]] = {
    "ours": (GAPPY, "ten rules, ours"),
    "alone": (GAPPY, "(a) reading and writing alone"),
    "hand": (GAPPY, "(b) ten rules, Polars by hand"),
    "ours-full": (FULL, "ten rules, ours, nothing unknown"),
    "openfisca": (FULL, "(c) ten rules, OpenFisca-Core"),
    "zen": (FULL, "(d) ten rules, zen-engine"),
    "pack": (GAPPY, "the whole pack, outcomes and amounts, wide"),
    "pack-missing": (GAPPY, "the whole pack, wide, and what is missing"),
    "batch-wide": (TABLES, "the command `batch --wide`"),
    "batch": (TABLES, "the command `batch`, long"),
}
"""Each engine with its city, and what is said of it."""
OF_OURS = {"hand": "ours", "openfisca": "ours-full", "zen": "ours-full"}
"""Whose answers are compared with which of ours."""
NEEDS = {"openfisca": "openfisca_core", "zen": "zen"}
GROWN = ("alone", "ours", "pack", "pack-missing", "batch-wide", "batch")
SIZES = (18_000, 180_000, 1_800_000, 18_000_000)
IN_MEMORY = ("pack", "pack-missing")
"""What holds every answer of the whole pack at once, and is not asked about the largest city; `batch` goes in chunks."""
SAMPLE = 20_000
"""People whom zen-engine is asked about; the rest is reckoned."""


def answers(engine: str, city: Path) -> Callable[[], Answers]:
    """Makes an engine ready, and returns what gives its answers; only that is measured."""
    if engine == "hand":
        return lambda: ten_by_hand.by_hand(city)
    if engine == "openfisca":
        from ten_openfisca import Ten  # noqa: PLC0415 - it may be missing

        return lambda: Ten(city).answers()
    if engine == "zen":
        from ten_zen import Ten as Zen  # noqa: PLC0415 - likewise

        return Zen(city, SAMPLE).answers
    law, only = ten.rules(), () if engine.startswith("pack") else ten.TEN
    return lambda: ten.ours(city, law, only, missing=engine == "pack-missing")


def run(engine: str, city: Path, out: Path) -> dict[str, float]:
    """Runs an engine in this process, from Parquet to Parquet."""
    if engine == "alone":
        kept = [pl.read_parquet(ten.path(out.with_name("ours"), owner)) for owner in ten.TABLES]
        facts = {"person": ten_by_hand.PERSON_FACTS, "household": ten_by_hand.HOUSEHOLD_FACTS}
        start, worked = perf_counter(), process_time()
        for owner, frame in zip(ten.TABLES, kept, strict=True):
            pl.scan_parquet(ten.path(city, owner)).select("household_id", *facts[owner]).collect(engine="streaming")
            frame.write_parquet(ten.path(out, owner))
    else:
        ready = answers(engine, city)
        start, worked = perf_counter(), process_time()
        ten.sink(ready(), out)
    seconds, worked = perf_counter() - start, process_time() - worked
    asked = pl.scan_parquet(ten.path(out, "person")).select(pl.len()).collect().item()
    return {"seconds": seconds, "processor": worked, "mib": most_held("self"), "people": asked}


def most_held(process: int | str) -> float:
    """Returns how many MiB a process has held at most since it began, 0 where the system does not say."""
    status = Path(f"/proc/{process}/status")
    lines = status.read_text("utf-8").splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)


def child(engine: str, cities: Path, out: Path) -> Figures:
    """Runs an engine in a process of its own; a command is measured from its start to its end."""
    city, folder = cities / ENGINES[engine][0], out / engine
    rmtree(folder, ignore_errors=True)
    command = [sys.executable, __file__, "--engine", engine, "--city", str(city), "--out", str(folder)]
    if engine.startswith("batch"):
        script = [str(Path(__file__).parent.parent / "cli.py"), "batch", str(city / "persons.parquet")]
        more = ["--households", str(city / "households.parquet"), "-o", str(folder), "--as-of", ten.DAY.isoformat()]
        command = [sys.executable, *script, *more, "--local", str(ten.FIGURES), "--quiet"] + ["--wide"] * (
            engine != "batch"
        )
    else:
        folder.mkdir(parents=True)
    start, mib, before = perf_counter(), 0.0, resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while process.poll() is None:
            mib = max(mib, most_held(process.pid))
            sleep(0.02)
        seconds = perf_counter() - start
        printed, said = process.communicate()
    if process.returncode:
        raise SystemExit(f"{engine} ended with {process.returncode}: {said.decode()}")
    if engine.startswith("batch"):
        people = pl.scan_parquet(city / "persons.parquet").select(pl.len()).collect().item()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return {"seconds": seconds, "processor": worked, "mib": mib, "people": people}
    found: Figures = json.loads(printed)
    return found


def differences(engine: str, out: Path) -> int:
    """Returns how many answers of an engine differ from ours; one that knows no unknown is asked only for what is settled."""
    found, strict = 0, engine == "hand"
    for owner, ids in zip(ten.TABLES, (ten.OF_PERSONS, ten.OF_HOUSEHOLDS), strict=True):
        keys = ["household_id", "id"] if owner == "person" else ["household_id"]
        theirs, ours = (pl.scan_parquet(ten.path(out / name, owner)) for name in (engine, OF_OURS[engine]))
        both = theirs.join(ours, on=keys, suffix=" ours")
        counts = []
        for id in ids:
            settled = pl.lit(value=True) if strict else pl.col(f"{id} ours").ne_missing(1)
            paid = pl.col(f"{id}.amount ours")
            known = pl.lit(value=True) if strict else settled & paid.is_not_null()
            counts.append((pl.col(id).ne_missing(pl.col(f"{id} ours")) & settled).sum())
            counts.append((pl.col(f"{id}.amount").ne_missing(paid) & known).sum().alias(f"{id}.amount"))
        rows, asked = (frame.select(pl.len()).collect().item() for frame in (both, theirs))
        found += both.select(pl.sum_horizontal(counts)).collect().item() + asked - rows
    return found


def measured(engines: Sequence[str], cities: Path, out: Path, rounds: int, *, warm: int = 1) -> dict[str, Figures]:
    """Runs every engine once a round, in turn, after one round that does not count (`warm`), and returns medians."""
    taken: dict[str, list[Figures]] = {name: [] for name in engines}
    for turn in range(1 - warm, rounds + 1):
        for name in engines:
            found = child(name, cities, out)
            taken[name] += [found] if turn else []
            print(f"{turn}/{rounds} {name}: {found['seconds']:.2f} s, {found['mib']:,.0f} MiB", file=sys.stderr)
    return {name: {key: median(each[key] for each in runs) for key in runs[0]} for name, runs in taken.items()}


def table(found: Mapping[str, Figures], people: int) -> str:
    """Returns what was measured as a Markdown table; what was asked of fewer people is reckoned for all of them."""
    lines = ["| what | s | of (a) | of ours | processor s | of ours | people/s | peak MiB |", f"|---|{'---:|' * 7}"]
    share = {name: people / each["people"] for name, each in found.items()}
    for name, (city, label) in ENGINES.items():
        if name in found:
            beside = found["ours-full" if city == FULL and "ours-full" in found else "ours"]
            sample = f", {found[name]['people']:,.0f} asked" if share[name] > 1 else ""
            seconds, worked = (found[name][key] * share[name] for key in ("seconds", "processor"))
            ratios = [seconds / found["alone"]["seconds"], seconds / beside["seconds"], worked / beside["processor"]]
            figures = f"{seconds:.2f} | {ratios[0]:.2f} | {ratios[1]:.2f} | {worked:.2f} | {ratios[2]:.2f}"
            lines.append(f"| {label}{sample} | {figures} | {people / seconds:,.0f} | {found[name]['mib']:,.0f} |")
        elif not there(name):
            lines.append(f"| {label} | not installed{' |' * 7}")
    return "\n".join(lines)


def there(engine: str) -> bool:
    """Returns whether an engine can run here; `pip install 'eligibility[bench]'` brings the others."""
    if engine.startswith("batch"):
        return "batch" in COMMANDS
    return engine not in NEEDS or find_spec(NEEDS[engine]) is not None


def growth(largest: int, scratch: Path) -> str:
    """Measures how time and memory grow with the city, one run of each, and returns that as a Markdown table."""
    engines = [name for name in GROWN if there(name)]
    labels = [ENGINES[name][1] for name in ("ours", *engines[:1], *engines[2:])]
    lines = [f"| people | {' | '.join(labels)} |", f"|---:|{'---:|' * len(labels)}"]
    for people in (size for size in SIZES if size <= largest):
        cities = scratch / str(people)
        ten.lay_all(cities, people, (GAPPY, TABLES))
        order = ["ours", *(name for name in engines if name != "ours")]
        some = [name for name in order if people < SIZES[-1] or name not in IN_MEMORY]
        found = measured(some, cities, scratch / "out", 1, warm=0)
        cells = (grown(found[name]) if name in found else "-" for name in order)
        lines.append(f"| {people:,} | {' | '.join(cells)} |")
        rmtree(cities)
    return "\n".join(lines)


def grown(found: Figures) -> str:
    """Returns what stands in a cell of the table of growth."""
    return f"{found['seconds']:.1f} s ({found['processor']:.1f}), {found['mib']:,.0f} MiB"


def main() -> int:
    """Measures, prints, and returns 1 where an engine answers otherwise than ours."""
    options = asked()
    if options.engine:
        print(json.dumps(run(options.engine, options.city, options.out)))
        return 0
    engines = [
        name for name in ENGINES if there(name) and (not options.only or name in {"ours", "alone", *options.only})
    ]
    print(
        f"Python {platform.python_version()}, Polars {pl.__version__}, {platform.machine()}, {os.cpu_count()} processors;"
    )
    print(f"{options.people:,} people, medians of {options.rounds} rounds\n")
    with TemporaryDirectory() as name:
        cities, out = Path(name) / "cities", Path(name) / "out"
        ten.lay_all(cities, options.people, (GAPPY, FULL, TABLES))
        print(table(measured(engines, cities, out, options.rounds), options.people))
        differ = {engine: differences(engine, out) for engine in OF_OURS if engine in engines}
        rmtree(cities)
        print(f"\nanswers that differ from ours: {', '.join(f'{each} {count}' for each, count in differ.items())}\n")
        if options.growth or options.largest:
            print(growth(SIZES[-1] if options.largest else SIZES[-2], Path(name)))
    return int(any(differ.values()))


def asked() -> argparse.Namespace:
    """Returns what the command line asks for."""
    parser = argparse.ArgumentParser(description="measures whole cities")
    parser.add_argument("--people", type=int, default=1_800_000, help="how many (default: 1,800,000)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is run (default: 5)")
    parser.add_argument("--only", choices=ENGINES, nargs="*", help="these engines, beside ours and (a)")
    parser.add_argument("--growth", action="store_true", help="how it grows from 18,000 to 1.8 million people, too")
    parser.add_argument("--largest", action="store_true", help="the same to 18 million")
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--city", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
