"""Measures the budgets of one household on this machine: start-up, loading the pack, screening cold and warm.

Processes are started in turn, one of each kind a round, so that a machine that slows down slows all of them; each figure
is a median. The exit code is 1 where a budget is exceeded.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from eligibility import RulePack, Rules, read_profile, screen

ROOT = Path(__file__).resolve().parent.parent
DAY = date(2017, 12, 31)
WARM_RUNS = 20
"""Warm screenings for each round."""

LOAD = """
import os, pathlib
from time import perf_counter
from eligibility.packs.calendar import RulePack
kept = os.environ["ELIGIBILITY_CACHE"]
start = perf_counter()
RulePack.default(cache=None if kept == "off" else pathlib.Path(kept))
print(perf_counter() - start)
"""
NOTHING_KEPT = "off"
BARE = ["-c", "pass"]
IMPORT = ["-c", "import eligibility"]
NAMES = ["-c", "from eligibility import RulePack, explain, read_profile, screen"]
SCREEN = ["cli.py", "screen", "examples/li-family.yaml", "--as-of", DAY.isoformat()]

SPARSE: Mapping[str, Any] = {"id": "sparse", "members": [{"id": name} for name in ("a", "b", "c", "d")]}
FILLED: Mapping[str, Any] = {
    "id": "filled",
    "as_of": DAY.isoformat(),
    "household": {
        "residence_county": "620402",
        "area": "urban",
        "dibao": "urban",
        "members_complete": True,
    },
    "members": [
        {
            "id": "mother",
            "relation": "head",
            "birth_date": "1986-03-09",
            "sex": "female",
            "hukou_county": "620402",
            "employment": "jobless",
            "disability_certificate": False,
        },
        {
            "id": "grandfather",
            "relation": "parent",
            "birth_date": "1951-11-20",
            "sex": "male",
            "hukou_county": "620402",
            "disability_certificate": True,
            "disability_category": "physical",
            "disability_grade": 1,
            "needs_long_term_care": True,
            "extreme_poverty_support": False,
            "receives_work_injury_care_fee": False,
        },
        {
            "id": "daughter",
            "relation": "child",
            "birth_date": "2005-02-28",
            "sex": "female",
            "hukou_county": "620402",
            "education_stage": "junior_secondary",
            "school_ownership": "public",
            "school_county": "620402",
            "school_registered": True,
            "boards_at_school": True,
            "disability_certificate": False,
        },
        {
            "id": "son",
            "relation": "child",
            "birth_date": "2013-06-01",
            "sex": "male",
            "hukou_county": "620402",
            "education_stage": "kindergarten",
            "school_ownership": "public",
            "school_county": "620402",
            "school_registered": True,
            "disability_certificate": False,
        },
    ],
}


@dataclass(frozen=True)
class Figure:
    """One thing that was measured.

    Args:
        name: what it is.
        seconds: its median.
        budget: the seconds that it may take; None where it only stands beside a budget.
        ratio: how many times a bare Python start-up, for whole processes.
    """

    name: str
    seconds: float
    budget: float | None = None
    ratio: float | None = None

    @property
    def exceeded(self) -> bool:
        """Whether it took longer than it may."""
        return self.budget is not None and self.seconds > self.budget


def process(arguments: Sequence[str], cache: str = NOTHING_KEPT) -> tuple[float, str]:
    """Runs a fresh Python and returns its seconds, from start to end, and its output.

    Args:
        arguments: of Python.
        cache: the folder in which loaded packs are kept, or `off`.
    """
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "ELIGIBILITY"))}
    environment = ours | {"PYTHONUTF8": "1", "ELIGIBILITY_LANG": "zh", "ELIGIBILITY_CACHE": cache}
    start = perf_counter()
    result = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, check=False)
    seconds = perf_counter() - start
    if result.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with {result.returncode}: {result.stderr.decode()}")
    return seconds, result.stdout.decode()


def whole(arguments: Sequence[str], cache: str = NOTHING_KEPT) -> Callable[[], float]:
    """Returns a measurement of a whole process."""
    return lambda: process(arguments, cache)[0]


def load(cache: str = NOTHING_KEPT) -> Callable[[], float]:
    """Returns a measurement of loading and checking the pack in a fresh process, imports left out."""
    return lambda: float(process(["-c", LOAD], cache)[1])


def warm(rules: Rules, given: Mapping[str, Any]) -> Callable[[], float]:
    """Returns a measurement of screening a household that has been read, every reason made."""
    profile = read_profile(given, rules)

    def measure() -> float:
        start = perf_counter()
        for _ in range(WARM_RUNS):
            for found in screen(rules, profile).determinations:
                found.reasons  # noqa: B018 - reasons are worked out when they are asked for, and are part of what is measured
        return (perf_counter() - start) / WARM_RUNS

    return measure


def measured(actions: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Runs every action once a round, in turn, after one round that does not count."""
    taken: dict[str, list[float]] = {name: [] for name in actions}
    for turn in range(rounds + 1):
        for name, action in actions.items():
            seconds = action()
            if turn:
                taken[name].append(seconds)
    return taken


def figures(rounds: int, cache: str) -> list[Figure]:
    """Measures everything; `cache` is an empty folder in which loaded packs may be kept."""
    rules = RulePack.default().on(DAY)
    actions = {
        "bare": whole(BARE),
        "import": whole(IMPORT),
        "names": whole(NAMES),
        "load": load(),
        "kept": load(cache),
        "screen": whole(SCREEN),
        "screen kept": whole(SCREEN, cache),
        "filled": warm(rules, FILLED),
        "sparse": warm(rules, SPARSE),
    }
    taken = measured(actions, rounds)
    times = {name: median(seconds) for name, seconds in taken.items()}

    def over_bare(name: str) -> float:
        return median(each - bare for each, bare in zip(taken[name], taken["bare"], strict=True))

    def ratio(name: str) -> float:
        return times[name] / times["bare"]

    return [
        Figure("bare Python, start to end", times["bare"], ratio=1.0),
        Figure("import eligibility, over bare Python", over_bare("import"), 0.120, ratio("import")),
        Figure("  the public names used as well", over_bare("names"), None, ratio("names")),
        Figure("load and check the Baiyin pack", times["load"], 0.300),
        Figure("  loaded before and kept", times["kept"], 0.060),
        Figure("screen one household, whole command", times["screen"], 0.600, ratio("screen")),
        Figure("  pack loaded before and kept", times["screen kept"], 0.600, ratio("screen kept")),
        Figure("screen 4 persons, warm, much known", times["filled"], 0.003),
        Figure("screen 4 persons, warm, nothing known", times["sparse"], 0.003),
    ]


def table(found: Sequence[Figure]) -> str:
    """Returns the figures as a Markdown table: milliseconds, budget, share of it, ratio to bare Python."""
    rows = [
        "| what | median ms | budget ms | of budget | of bare Python |",
        "|---|---:|---:|---:|---:|",
    ]
    for each in found:
        budget = f"{each.budget * 1000:.0f}" if each.budget else ""
        share = f"{each.seconds / each.budget:.0%}{' EXCEEDED' if each.exceeded else ''}" if each.budget else ""
        ratio = f"{each.ratio:.1f} x" if each.ratio else ""
        rows.append(f"| {each.name} | {each.seconds * 1000:.2f} | {budget} | {share} | {ratio} |")
    return "\n".join(rows)


def main() -> int:
    """Measures, prints, and returns 1 where a budget is exceeded."""
    parser = argparse.ArgumentParser(description="measures the budgets of one household on this machine")
    parser.add_argument("--rounds", type=int, default=15, help="how often each is run (default: 15)")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    options = parser.parse_args()
    with TemporaryDirectory() as cache:
        found = figures(options.rounds, cache)
    machine = f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors"
    if options.json:
        rows = [
            {"name": each.name.strip(), "seconds": each.seconds, "budget": each.budget, "ratio": each.ratio}
            for each in found
        ]
        print(json.dumps({"machine": machine, "rounds": options.rounds, "figures": rows}, indent=1))
    else:
        print(f"{machine}; medians of {options.rounds} rounds\n\n{table(found)}")
    return int(any(each.exceeded for each in found))


if __name__ == "__main__":
    sys.exit(main())
