"""What the built-in functions do to known values."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import floor
from typing import Any

from eligibility import elapsed, resident


def _rounded(value: int | Fraction, unit: int, shift: Fraction) -> int:
    return floor(Fraction(value, unit) + shift) * unit


def _per_head(total: int, heads: int) -> int | None:
    return total // heads if heads > 0 else None


def _round_up(value: int | Fraction, unit: int) -> int:
    return -_rounded(-value, unit, Fraction(0))


BUILTINS: dict[str, Callable[..., Any]] = {
    "years": elapsed.years,
    "months": elapsed.months,
    "min": min,
    "max": max,
    "round_down": lambda value, unit: _rounded(value, unit, Fraction(0)),
    "round_up": _round_up,
    "round_half_up": lambda value, unit: _rounded(value, unit, Fraction(1, 2)),
    "yearly": lambda value: value * 12,
    "monthly": lambda value: Fraction(value, 12),
    "per_head": _per_head,
    "born": resident.born,
    "sex_of": resident.sex,
}
"""By name; each takes known values only, and may still give None for unknown."""
