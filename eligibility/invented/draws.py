"""Numbers drawn from a seed: each by the key of its row and the name of what is drawn, so that no order of work changes any."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import pairwise
from typing import Any

import polars as pl

KEY, HOUSE, COUNTY = "#", "#household", "#county"
"""The columns that number the rows: persons and households, from the first of the city on, and counties."""
_STEP, _ONE, _TWO = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
"""The constants of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014); 64-bit products wrap, which is what it wants."""

Cases = Sequence[tuple[pl.Expr, Any]]
"""What holds for whom: the first case that applies counts."""


@dataclass(frozen=True)
class Draws:
    """Draws of one city.

    Args:
        seed: of the city.
    """

    seed: int

    def __call__(self, name: str, key: str = KEY) -> pl.Expr:
        """Returns a number from 0 up to 1, one for each row.

        Args:
            name: of what is drawn; two names have nothing to do with each other.
            key: the column that numbers the rows.
        """
        return _part(_mixed(self._stepped(name, key)))

    def evenly(self, name: str, key: str) -> pl.Expr:
        """Returns a number from 0 up to 1, such that those of rows that follow each other lie evenly, as steps of the golden section do."""
        return _part(self._stepped(name, key))

    def _stepped(self, name: str, key: str) -> pl.Expr:
        start = int.from_bytes(sha256(f"{self.seed}/{name}".encode()).digest()[:8])
        return pl.col(key) * _whole(_STEP) + _whole(start)


def _part(number: pl.Expr) -> pl.Expr:
    return (number // 2**11).cast(pl.Float64) * 2.0**-53


def _mixed(number: pl.Expr) -> pl.Expr:
    number = (number ^ (number // 2**30)) * _whole(_ONE)
    number = (number ^ (number // 2**27)) * _whole(_TWO)
    return number ^ (number // 2**31)


def _whole(number: int) -> pl.Expr:
    return pl.lit(number, pl.UInt64)


def of_cases(cases: Cases) -> pl.Expr:
    """Returns the value of the first case that applies, null where none does."""
    found = pl.lit(None)
    for condition, value in reversed(cases):
        found = pl.when(condition).then(value if isinstance(value, pl.Expr) else pl.lit(value)).otherwise(found)
    return found


def picked(drawn: pl.Expr, shares: Mapping[str, float]) -> pl.Expr:
    """Returns values by their shares, `=` before the name of a column that holds them; the rest, if any, is null."""
    low = 0.0
    cases: list[tuple[pl.Expr, Any]] = []
    for value, share in shares.items():
        low += share
        cases.append((drawn < low, pl.col(value[1:]) if value.startswith("=") else value))
    return of_cases(cases)


def spread(drawn: pl.Expr, marks: Sequence[float]) -> pl.Expr:
    """Returns numbers between marks: as many rows lie between any two that follow each other."""
    steps = len(marks) - 1
    cases = [
        (drawn * steps < at + 1, low + (drawn * steps - at) * (high - low))
        for at, (low, high) in enumerate(pairwise(marks))
    ]
    return of_cases(cases)


def full_months(start: pl.Expr, end: date) -> pl.Expr:
    """Returns the full months between two days (MEANING M10), null where the first is the later one."""
    count = (end.year - start.dt.year()) * 12 + (end.month - start.dt.month().cast(pl.Int32))
    last = start.dt.day().clip(upper_bound=monthrange(end.year, end.month)[1])
    return pl.when(start <= end).then((count - (last > end.day).cast(pl.Int32)).cast(pl.Int64))


def full_years(start: pl.Expr, end: date) -> pl.Expr:
    """Returns the full years between two days (MEANING M10), null where the first is the later one."""
    return full_months(start, end) // 12
