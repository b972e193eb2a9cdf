"""What one chunk of whole households adds to the totals of a city: its counts, who is entitled soon, who does not draw what is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from eligibility.packs.calendar import Rules
from eligibility.totals import coming as soon
from eligibility.totals.counts import counted
from eligibility.totals.index import index
from eligibility.totals.takeup import take_up
from eligibility.totals.visits import FULL, gathered


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted beside the totals.

    Args:
        only: ids of the entitlements that are asked for; all where empty.
        take_up: whether what people receive is compared with what they are entitled to.
        lang: of the reasons in the lists of take-up.
        personal: whether names and resident numbers stand in them.
        full: of how many answers in the lists, from the first, the reasons are told in full.
    """

    only: Sequence[str] = ()
    take_up: bool = False
    lang: str = "zh"
    personal: bool = False
    full: int = FULL


@dataclass(frozen=True, slots=True)
class Part:
    """What a chunk adds.

    Args:
        counts: for `city.merged`.
        coming: who becomes entitled within 90 days, and what ends; see `coming.SHAPE`.
        visits: the lists of take-up; see `visits.gathered`; None where they are not wanted.
        index: who was screened, by the folder in which that is kept for `diff-run`; see `index.index`.
    """

    counts: pl.DataFrame
    coming: pl.DataFrame
    visits: pl.DataFrame | None
    index: dict[str, pl.DataFrame]


def part(
    rules: Rules,
    persons: pl.DataFrame,
    households: pl.DataFrame,
    answers_p: pl.DataFrame,
    answers_h: pl.DataFrame,
    wish: Wish = Wish(),
) -> Part:
    """Returns what a chunk adds to the totals.

    Args:
        rules: of the day.
        persons: see `columns/frames.py`.
        households: likewise, a row for each household that persons name; the column `as_of` counts where it is there.
        answers_p: of `targets/columnar.answer`, in the order of `persons`.
        answers_h: likewise, in the order of `households`.
        wish: what is wanted beside the totals.
    """
    chunk = (rules, persons, households, answers_p, answers_h)
    changes = soon.coming(*chunk, only=tuple(wish.only))
    counts, visits = [counted(*chunk), soon.counted(changes, households)], None
    if wish.take_up:
        drawn = take_up(*chunk, only=wish.only)
        counts.append(drawn.counts)
        visits = gathered(rules, drawn.rows, persons, households, wish.lang, full=wish.full, personal=wish.personal)
    return Part(pl.concat(counts), changes, visits, index(rules, persons, households))
