"""Counts what `screen --certain` settles on drawn families, of what Kleene leaves open: without the solver, and with it.

Families are drawn from the pack's own limits, so that values meet limits far more often than in a population, and each of
their facts is known with one chance or another. Families that contradict themselves in truth, though not so plainly that a
profile is refused, are counted and left out. The exit code is 1 where an answer that Kleene settles would be another one.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from statistics import quantiles
from time import perf_counter

from eligibility import RulePack, Rules
from eligibility.asking import answers
from eligibility.certain import Certainty
from eligibility.derived import prepare
from eligibility.solver.completing import Completions
from eligibility.testing.boundaries import boundaries
from eligibility.testing.strategies import draw_profile

DAYS = (date(2017, 12, 31), date(2021, 7, 1))
CHANCES = (0.3, 0.6, 0.9)


@dataclass(frozen=True)
class Count:
    """What became of the answers of families of which as much is known.

    Args:
        day: of the law.
        known: with what chance each fact is known.
        families: how many were drawn.
        impossible: how many of those nobody can be like.
        answers: how many answers the others have.
        open: how many of them Kleene leaves open.
        settled: how many of those ranges, rules between facts and cases settle.
        solved: how many more the solver settles.
        law: how many stay open whatever the facts are, until the law's figures are known.
        doubt: of how many the solver gave up before it knew.
        differ: how many answers that were settled became others.
        without: the seconds that the middle family takes, and that one in twenty takes at least, without the solver.
        with_it: likewise with it.
    """

    day: str
    known: float
    families: int
    impossible: int
    answers: int
    open: int
    settled: int
    solved: int
    law: int
    doubt: int
    differ: int
    without: tuple[float, float]
    with_it: tuple[float, float]


def counted(rules: Rules, known: float, seeds: range) -> Count:
    """Returns what becomes of the answers of some families."""
    limits, found = boundaries(rules), Counter[str]()
    times: tuple[list[float], list[float]] = ([], [])
    for seed in seeds:
        source = random.Random(seed)  # noqa: S311 - families are drawn, not secrets
        profile = draw_profile(source, limits, known)
        prepared = prepare(rules, profile.household, profile.members, own_day=True)
        plain = list(answers(rules, prepared))
        completions = Completions(prepared, own_day=True)
        came_to = [completions.outcomes(each) if each.outcome == "undetermined" else None for each in plain]
        if frozenset() in came_to:
            found["impossible"] += 1
            continue
        outcomes = [[each.outcome for each in plain]]
        for seconds, further in zip(times, (None, Completions), strict=True):
            begun = perf_counter()
            certainty = Certainty(prepared, own_day=True, further=further)
            outcomes.append([certainty.settle(each).outcome for each in plain])
            seconds.append(perf_counter() - begun)
        for before, settled, solved, truly in zip(*outcomes, came_to, strict=True):
            was_open, still = before == "undetermined", settled == "undetermined"
            found["answers"] += 1
            found["open"] += was_open
            found["settled"] += was_open and not still
            found["solved"] += still and solved != "undetermined"
            found["law"] += was_open and truly == frozenset({"undetermined"})
            found["doubt"] += was_open and truly is None
            found["differ"] += (not was_open and {before} != {settled, solved}) or (not still and solved != settled)
    names = ("impossible", "answers", "open", "settled", "solved", "law", "doubt", "differ")
    counts = {name: found[name] for name in names}
    return Count(rules.day.isoformat(), known, len(seeds), **counts, without=_ends(times[0]), with_it=_ends(times[1]))


def _ends(values: list[float]) -> tuple[float, float]:
    cuts = quantiles(values, n=20) if len(values) > 1 else (values or [0.0]) * 20
    return round(cuts[9], 3), round(cuts[-1], 3)


def rows(families: int) -> Iterator[Count]:
    """Yields what was counted, law by law and chance by chance."""
    pack = RulePack.default()
    for day in DAYS:
        for known in CHANCES:
            yield counted(pack.on(day), known, range(families))


def main() -> int:
    """Counts, prints, and returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=100, help="how many families for each line")
    parser.add_argument("--json", action="store_true", help="print JSON, one object a line")
    asked = parser.parse_args()
    differ = 0
    for each in rows(asked.families):
        differ += each.differ
        if asked.json:
            print(json.dumps(asdict(each)))
            continue
        share = [f"{part / max(each.open, 1):6.1%}" for part in (each.settled, each.solved)]
        seconds = (f"{middle:.3f} to {most:.3f} s" for middle, most in (each.without, each.with_it))
        print(
            f"{each.day}  {each.known:.0%} known  {each.families} families, {each.impossible} impossible"
            f"  {each.answers} answers, {each.open} open: settled {share[0]}, by the solver {share[1]} more,"
            f" {each.law} wait for the law, {each.doubt} in doubt, {each.differ} differ"
            f"  {', with the solver '.join(seconds)}"
        )
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
