"""Measures `watch`: invented cases and life events through a store and a file, with memory and time for each event.

No person is real: everything is drawn from a seed. Both engines are measured in one run, the second one, which is far slower,
on a few events of the same kind.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from eligibility import RulePack
from eligibility.casebook import Casebook
from eligibility.changes import Change, as_data
from eligibility.course import Course, Said
from eligibility.monitor import Line, Monitor
from eligibility.outlet import FileOutlet, Mark

FIRST, LAST = date(2017, 1, 1), date(2019, 12, 31)
COUNTIES = ("620402", "620403", "620421", "620422", "620423")
STAGES = ("kindergarten", "primary", "junior_secondary", "general_senior_secondary")


def invented(cases: int, events: int, seed: int) -> Iterator[dict[str, Any]]:
    """Yields so many openings, then other life events of the same cases, in order of their days."""
    draw = random.Random(seed)  # noqa: S311 - invented families, no secret
    days = (LAST - FIRST).days
    for number in range(events):
        day = FIRST + timedelta(days * number // events)
        said = {"id": f"e{number}", "day": day.isoformat(), "case": f"c{number % cases}"}
        if number < cases:
            yield {**said, "event": "case_opened", "profile": household(draw)}
        else:
            said["case"] = f"c{draw.randrange(cases)}"
            yield said | happening(draw, number)


def household(draw: random.Random) -> dict[str, Any]:
    """Returns a family of one to three grown-ups and a child."""
    county = draw.choice(COUNTIES)
    home = {"residence_county": county, "area": draw.choice(("urban", "rural")), "dibao": "none"}
    people: list[dict[str, Any]] = []
    for index in range(draw.randint(1, 3)):
        born = date(draw.randint(1940, 1995), draw.randint(1, 12), draw.randint(1, 28))
        people.append(
            {
                "id": f"p{index}",
                "relation": "head" if index == 0 else "parent",
                "birth_date": born.isoformat(),
                "sex": "female" if index == 0 else draw.choice(("female", "male")),
                "hukou_county": county,
                "employment": draw.choice(("employed", "retired", "self_employed")),
                "monthly_income": str(draw.randint(0, 30) * 100),
                "education_stage": "none",
                "disability_certificate": False,
            }
        )
    child = {"id": "child", "relation": "child", "sex": draw.choice(("female", "male")), "hukou_county": county}
    child |= {"birth_date": date(draw.randint(2003, 2016), draw.randint(1, 12), 1).isoformat()}
    child |= {"education_stage": draw.choice(STAGES), "school_ownership": "public", "school_county": county}
    return {"household": home, "members": [*people, child]}


def happening(draw: random.Random, number: int) -> dict[str, Any]:
    """Returns a life event, as often of one kind as of another."""
    grade = draw.randint(1, 4)
    happenings: tuple[dict[str, Any], ...] = (
        {
            "event": "child_born",
            "newcomer": {"id": f"b{number}", "sex": draw.choice(("female", "male"))},
            "mother": "p0",
        },
        {"event": "member_moved", "member": "p0", "to": draw.choice(COUNTIES)},
        {
            "event": "certificate_issued",
            "member": "p0",
            "certificate": "disability_certificate",
            "facts": {"disability_category": "physical", "disability_grade": grade, "needs_long_term_care": True},
        },
        {
            "event": "certificate_upgraded",
            "member": "p0",
            "certificate": "disability_certificate",
            "facts": {"disability_category": "mental", "disability_grade": grade},
        },
        {"event": "job_lost", "member": "p0"},
        {"event": "job_found", "member": "p0", "facts": {"monthly_income": str(draw.randint(10, 60) * 100)}},
        {"event": "income_changed", "member": "p0", "facts": {"monthly_income": str(draw.randint(0, 60) * 100)}},
        {"event": "guarantee_granted", "to": draw.choice(("urban", "rural"))},
        {"event": "guarantee_withdrawn"},
        {"event": "facts_changed", "members": [{"id": "child", "education_stage": draw.choice(STAGES)}]},
    )
    return draw.choice(happenings)


@dataclass
class Measured:
    """What one run came to: seconds for each event, memory on the way, seconds of the processor, and counts."""

    engine: str
    processor: float = 0.0
    seconds: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    counts: Mapping[str, Any] = field(default_factory=dict)

    def row(self) -> str:
        """Returns it as a row of a table: events, events a second, the same of the processor, percentiles, memory."""
        cuts = quantiles(self.seconds, n=100)
        rate = len(self.seconds) / sum(self.seconds)
        memory = " / ".join(f"{each:.0f}" for each in self.memory)
        busy = f"{len(self.seconds) / self.processor:,.0f}"
        figures = (
            f"{len(self.seconds):,} | {rate:,.0f} | {busy} | {cuts[49] * 1000:.2f} | {cuts[98] * 1000:.2f} | {memory}"
        )
        return f"| {self.engine} | {figures} | {self.counts['changes']:,} | {self.counts['looks']:,} |"


def resident() -> float:
    """Returns how much memory this process holds now, in MiB; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def measured(engine: Any, cases: int, events: int, seed: int, second: Any = None) -> Measured:  # noqa: ANN401 - words and a lazy room
    """Runs invented events through a new store and a new file."""
    found = Measured(engine)
    wrong: list[str] = []

    def say(said: Said) -> None:
        wrong.append(str(said.error or said.words.en))

    with TemporaryDirectory() as folder, ExitStack() as stack:
        book = Casebook(Path(folder) / "cases.db")
        stack.callback(book.close)
        path = Path(folder) / "changes.jsonl"
        out = FileOutlet(path, None, book.disk)
        stack.callback(out.close)
        book.set_mark(path, Mark())
        course = Course(book, RulePack.default(), out, _line, say, _no_pack, LAST, engine, second)
        monitor = Monitor(course, "events.jsonl")
        monitor.run(())
        quarter, begun = max(1, events // 4), process_time()
        for number, event in enumerate(invented(cases, events, seed)):
            if number % quarter == 0:
                found.memory.append(resident())
            line = Line(number + 1, json.dumps(event).encode())
            start = perf_counter()
            monitor.take(line)
            found.seconds.append(perf_counter() - start)
        start = perf_counter()
        monitor.run((), LAST)
        found.seconds[-1] += perf_counter() - start
        found.processor = process_time() - begun
        found.memory.append(resident())
        found.counts = vars(course.summary) | {"bytes": path.stat().st_size}
    print(f"{engine}: {dict(found.counts)}; first refusals: {wrong[:2]}", file=sys.stderr)
    return found


def _line(change: Change, pack: RulePack) -> str:
    del pack
    return json.dumps(as_data(change), ensure_ascii=False)


def _no_pack(folder: str | None, local: tuple[str, ...]) -> RulePack:
    raise ValueError(folder, local)


def main() -> int:
    """Measures, and prints a table."""
    parser = argparse.ArgumentParser(description="measures watch on this machine")
    parser.add_argument("--cases", type=int, default=50, help="how many cases (default: 50)")
    parser.add_argument("--events", type=int, default=500, help="how many events, openings among them (default: 500)")
    parser.add_argument("--sample", type=int, default=100, help="how many events for the second engine (default: 100)")
    parser.add_argument("--seed", type=int, default=1, help="from which everything is drawn (default: 1)")
    options = parser.parse_args()
    rows = [measured("core", options.cases, options.events, options.seed).row()]
    try:
        room = import_module("eligibility.secondopinion")
        with room.SecondOpinion() as second:
            cases = max(1, options.sample // 5)
            rows.append(measured("both", cases, options.sample, options.seed, second).row())
    except ModuleNotFoundError as error:
        rows.append(f"| both | not measured: no module {error.name} | | | | | | | |")
    print(
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors; {options.cases:,} cases\n"
    )
    print(
        "| engine | events | events/s | events/s of processor | p50 ms | p99 ms | MiB held, by quarters | changes | looks |"
    )
    print("|---|---:|---:|---:|---:|---:|---|---:|---:|")
    print("\n".join(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
