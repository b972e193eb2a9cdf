"""Bars beside their numbers: drawn from zero, on one scale, by nothing but the page itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eligibility.words import Words

LONGEST = 1000
"""How long the longest bar is; the page stretches it."""
MOST = 20
"""How many bars a chart has at most; the table below it has everything."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Args:
        label: what it stands for.
        texts: its parts in words and numbers.
        parts: where each part begins, and how long it is.
    """

    label: str
    texts: tuple[str, ...]
    parts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars on one scale.

    Args:
        title: what they show.
        names: of the parts of each bar.
        bars: from top to bottom.
        more: what is said of those that are not drawn; empty where all are.
    """

    title: str
    names: tuple[str, ...]
    bars: tuple[Bar, ...]
    more: str


def chart(title: str, names: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]], lang: str) -> Chart:
    """Returns a chart; a bar of nothing is drawn as nothing, and one of anything is seen.

    Args:
        title: what it shows.
        names: of the parts.
        rows: a label, and a number for each part.
        lang: `zh` or `en`.
    """
    longest = max((sum(values) for _, values in rows), default=0)
    bars = tuple(_bar(label, names, values, longest) for label, values in rows[:MOST])
    left = len(rows) - len(bars)
    more = (
        Words(f"图中没有画的还有 {left} 项，见下表。", f"{left} more are not drawn; the table has them.")[lang]
        if left
        else ""
    )
    return Chart(title, tuple(names), bars, more)


def _bar(label: str, names: Sequence[str], values: Sequence[int], longest: int) -> Bar:
    parts, at = [], 0
    for value in values:
        length = max(1, value * LONGEST // longest) if value else 0
        parts.append((at, length))
        at += length
    return Bar(label, tuple(f"{name} {value:,}" for name, value in zip(names, values, strict=True)), tuple(parts))
