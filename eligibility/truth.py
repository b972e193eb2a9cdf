"""Kleene's three truth values; a Truth refuses to be a bool.

Source: S. C. Kleene, Introduction to Metamathematics (1952), section 64, the strong tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NoReturn


class Truth(Enum):
    """True, false, or not known. `&`, `|` and `~` are Kleene's; `if truth:` is an error, ask `truth is TRUE`."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    @staticmethod
    def of(value: bool | None) -> Truth:  # noqa: FBT001 - the value is what is converted
        """Returns the truth of a boolean, with `None` for unknown."""
        if value is None:
            return Truth.UNKNOWN
        return Truth.TRUE if value else Truth.FALSE

    @property
    def known(self) -> bool:
        """Whether this is true or false."""
        return self is not Truth.UNKNOWN

    def __bool__(self) -> NoReturn:
        """Refuses: unknown is neither."""
        msg = "a Truth is not a bool: compare it with `is Truth.TRUE`, `is Truth.FALSE` or `is Truth.UNKNOWN`"
        raise TypeError(msg)

    def __and__(self, other: Truth) -> Truth:
        """Returns the conjunction: false if either is, else unknown if either is."""
        return conjunction((self, other))

    def __or__(self, other: Truth) -> Truth:
        """Returns the disjunction: true if either is, else unknown if either is."""
        return disjunction((self, other))

    def __invert__(self) -> Truth:
        """Returns the negation; unknown stays unknown."""
        return _NEGATION[self]


_NEGATION = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN}


def conjunction(truths: Iterable[Truth]) -> Truth:
    """Returns the truth of all; over none it is true."""
    seen = set(truths)
    if Truth.FALSE in seen:
        return Truth.FALSE
    return Truth.UNKNOWN if Truth.UNKNOWN in seen else Truth.TRUE


def disjunction(truths: Iterable[Truth]) -> Truth:
    """Returns the truth of any; over none it is false."""
    seen = set(truths)
    if Truth.TRUE in seen:
        return Truth.TRUE
    return Truth.UNKNOWN if Truth.UNKNOWN in seen else Truth.FALSE
