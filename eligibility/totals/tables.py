"""A table of totals: columns with a name in both languages, rows with exact numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from eligibility.words import Words

Kind = Literal["code", "text", "count", "yuan", "share"]
_TYPES: dict[str, Any] = {"code": pl.String, "count": pl.Int64, "yuan": pl.Decimal(38, 2), "share": pl.Decimal(5, 1)}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its key, what people call it, and what it holds; a text stands there in both languages."""

    key: str
    label: Words
    kind: Kind = "count"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of totals.

    Args:
        key: a short name, also of its file.
        title: what people call it.
        note: what its reader must know.
        columns: from left to right.
        rows: by the keys of the columns; texts are `Words`, money is `Decimal` yuan, a share `Decimal` percent, what is not there is None.
    """

    key: str
    title: Words
    note: Words
    columns: tuple[Column, ...]
    rows: tuple[dict[str, Any], ...]

    def frame(self) -> pl.DataFrame:
        """Returns it with exact types; a text has a column for each language."""
        columns: dict[str, pl.Series] = {}
        for each in self.columns:
            values = [row.get(each.key) for row in self.rows]
            if each.kind == "text":
                for lang in ("zh", "en"):
                    told = [value[lang] if value is not None else None for value in values]
                    columns[f"{each.key}_{lang}"] = pl.Series(told, dtype=pl.String)
            else:
                columns[each.key] = pl.Series(values, dtype=_TYPES[each.kind])
        return pl.DataFrame(columns)
