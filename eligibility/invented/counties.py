"""The counties of the city, and what part of its people each has: the only figures here that were counted and not invented.

Source: residents at the end of 2020, in ten thousand, as newspapers and the city's yearbook give them after the seventh census
(district 平川: the census itself); the form of the codes is GB/T 2260.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

RESIDENTS: Mapping[str, float] = {"620402": 33.84, "620403": 20.10, "620421": 37.17, "620422": 39.93, "620423": 19.85}
"""Residents by county: 白银区, 平川区, 靖远县, 会宁县, 景泰县."""
_COUNTY_DIGITS = 6


def county_shares(places: Sequence[str]) -> dict[str, float]:
    """Returns the counties of a pack, each with its share of the people.

    Args:
        places: the codes that the pack lists. Where it lists other counties, all have the same share.
    """
    listed = sorted(code for code in places if len(code) == _COUNTY_DIGITS)
    weights = {code: RESIDENTS[code] for code in listed if code in RESIDENTS} or dict.fromkeys(listed, 1.0)
    return {code: weight / sum(weights.values()) for code, weight in weights.items()}
