"""What a column of a table is about: a fact or a key, and what a mapping says of its codes, its unit and its days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from eligibility.columns.frames import HOME, ID, dtype
from eligibility.schema import Fact
from eligibility.tables.dates import Day
from eligibility.tables.rows import AS_OF
from eligibility.tables.units import Scale

KEYS = (HOME, ID, AS_OF)
"""What a column may hold beside facts."""


@dataclass(frozen=True)
class Column:
    """One column that is read.

    Args:
        at: where it stands, from 0; -1 for a constant, which stands nowhere.
        heading: as the table has it.
        about: the fact, or the name of a key.
        codes: by what stands there, the value that it means; None for unknown.
        unknown: further words for unknown.
        scale: how its numbers become those of the fact, where they are not the same.
        day: what reads its days, where they are not written as offices write them.
        fen: whether its money is in whole fen.
    """

    at: int
    heading: str
    about: Fact | str
    codes: Mapping[str, Any] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    scale: Scale | None = None
    day: Day | None = None
    fen: bool = False

    @property
    def name(self) -> str:
        """The name of the fact or key."""
        return self.about if isinstance(self.about, str) else self.about.name

    @property
    def kind(self) -> str:
        """The type of the fact, or the name of the key; `resident_id` for what has to be such a number."""
        if isinstance(self.about, str):
            return self.about
        return self.name if self.name == "resident_id" else self.about.type

    @property
    def dtype(self) -> Any:  # noqa: ANN401 - a type of Polars, class or instance
        """The type of its values."""
        if isinstance(self.about, str):
            return pl.Date if self.about == AS_OF else pl.String
        return dtype(self.about)

    @property
    def plain(self) -> bool:
        """Whether values stand in it as they are, with no unit or form of their own."""
        return self.scale is None and self.day is None and not self.fen
