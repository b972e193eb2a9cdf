"""How a drawing chooses: here by chance from a seed; Hypothesis chooses in `strategies.py`."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

MOST = 6
"""How many of a kind there are at most."""
_SIZES = (1, 2, 3, 1, 2, 4, 1, 2, 3, 0, 5, MOST)
"""How many there are: one to three mostly, none at times."""


class Chooser(Protocol):
    """What a drawing asks at every turn; what is simplest stands first, or is the answer no."""

    def pick(self, values: Sequence[T]) -> T:
        """Returns one of several values."""

    def chance(self, share: float) -> bool:
        """Returns yes in a share of all times."""

    def some(self, values: Mapping[str, Sequence[Any]], share: float) -> dict[str, Any]:
        """Returns a share of facts, each at one of its values."""

    def several(self, build: Callable[[Chooser], T]) -> list[T]:
        """Returns none to six of a kind, each built alike."""


class Seeded:
    """Chooses by chance; the same seed chooses the same."""

    def __init__(self, source: random.Random) -> None:
        """Takes the source of chance."""
        self._source = source

    def pick(self, values: Sequence[T]) -> T:
        """Returns one of several values, all alike likely."""
        return values[int(self._source.random() * len(values))]

    def chance(self, share: float) -> bool:
        """Returns yes in a share of all times."""
        return self._source.random() < share

    def some(self, values: Mapping[str, Sequence[Any]], share: float) -> dict[str, Any]:
        """Returns a share of facts, each at one of its values."""
        chance = self._source.random
        return {name: each[int(chance() * len(each))] for name, each in values.items() if chance() < share}

    def several(self, build: Callable[[Chooser], T]) -> list[T]:
        """Returns none to six of a kind, mostly one to three."""
        return [build(self) for _ in range(self.pick(_SIZES))]


def turned(chooser: Chooser, items: Sequence[T]) -> tuple[T, ...]:
    """Returns the same items beginning with any of them."""
    start = chooser.pick(range(len(items))) if len(items) > 1 else 0
    return (*items[start:], *items[:start])
