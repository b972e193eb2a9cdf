"""Wrong cells, planted and counted, so that what is refused can be compared with what was planted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from eligibility.invented.draws import KEY, Draws
from eligibility.money import yuan
from eligibility.schema import Fact

_TEXTS = {
    "bool": "是否",
    "count": "1O",
    "money": "3千多",
    "date": "2019-02-30",
    "choice": "第三种",
    "place": "62O402",
}
"""What stands in a damaged cell of a table of texts, by the type of its fact: slips that offices make."""


@dataclass(frozen=True)
class Planted:
    """A table with wrong cells.

    Args:
        frame: the table.
        cells: where they are: `row`, the heading being row 1, and `column`.
    """

    frame: pl.DataFrame
    cells: pl.DataFrame


def planted(frame: pl.DataFrame, facts: Iterable[Fact], share: float, draws: Draws, first: int) -> Planted:
    """Plants wrong cells in a table, whatever stood there.

    Args:
        frame: a written table, of texts or typed.
        facts: whose columns may be damaged; of a typed table only those in which a wrong value can stand at all.
        share: of the cells that become wrong.
        draws: of the city.
        first: the number of the first row, from 0.
    """
    if not share:
        return Planted(frame, pl.DataFrame(schema={"row": pl.Int64, "column": pl.String}))
    wrong = {fact.name: value for fact in facts if (value := _wrong(fact, frame.schema[fact.name])) is not None}
    numbered = frame.with_columns(pl.int_range(first, first + frame.height, dtype=pl.UInt64).alias(KEY))
    marks = numbered.select(KEY, *((draws(f"damage/{name}") < share).alias(name) for name in wrong))
    columns = [
        pl.when(marks.get_column(name)).then(value).otherwise(pl.col(name)).alias(name) for name, value in wrong.items()
    ]
    cells = (
        marks.unpivot(index=KEY, variable_name="column")
        .filter(pl.col("value"))
        .select((pl.col(KEY).cast(pl.Int64) + 2).alias("row"), "column")
        .sort("row", maintain_order=True)
    )
    return Planted(frame.with_columns(columns), cells)


def _wrong(fact: Fact, kind: pl.DataType) -> pl.Expr | None:
    """Returns what is no value of a fact, None where a column of the type cannot hold anything wrong."""
    if isinstance(kind, pl.String):
        text = _TEXTS.get(fact.type)
        return None if text is None else pl.lit(text)
    if fact.type == "count":
        return pl.lit(fact.limits[1] + 1)
    if fact.type == "money":
        return pl.lit(yuan(fact.limits[1] + 1)).cast(kind)
    return None
