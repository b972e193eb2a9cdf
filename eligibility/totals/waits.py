"""What open answers wait for, counted: which field of a register, or which figure, would settle the most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import polars as pl

from eligibility.columns.frames import HOME
from eligibility.columns.onebyone import AMOUNT_MISSING, MISSING
from eligibility.leaves import HOUSEHOLD, PACK
from eligibility.packs.calendar import Rules

FIELDS, FIGURES = "fields", "figures"
"""The two tables: what a register can hold, and what the rules themselves lack."""
_OWNERS = (f"{HOUSEHOLD}.", "members.")
_BITS = 64
_ELIGIBLE = 2


def names(text: str) -> tuple[tuple[str, str], ...]:
    """Returns what a text of missing things names, once each: the table and the name."""
    found: dict[tuple[str, str], None] = {}
    for each in text.split(" "):
        if each.startswith(f"{PACK}."):
            found[FIGURES, each.removeprefix(f"{PACK}.")] = None
        else:
            owner = next((owner for owner in _OWNERS if each.startswith(owner)), "")
            found[FIELDS, each.removeprefix(owner)] = None
    return tuple(found)


Name = tuple[str, str]
"""The table, and the name of a field or a figure."""
Counts = Counter[tuple[Name, str]]


class _Texts:
    """Every text of what is missing, and what it names.

    Args:
        columns: of such texts.
    """

    def __init__(self, columns: Sequence[pl.Series]) -> None:
        """Gives each text a number, and each name a bit."""
        found = pl.concat([pl.Series([], dtype=pl.String), *columns])
        self.texts: list[str] = found.unique().drop_nulls().sort().to_list()
        self.named = [names(text) for text in self.texts]
        self.names = sorted({name for named in self.named for name in named})
        self.kind = pl.Enum(self.texts)

    def codes(self, table: pl.DataFrame, ids: Sequence[str]) -> list[pl.Series]:
        """Returns, for each entitlement, the number of the text in each row, from 1; 0 where there is none."""
        missing = pl.col([id + MISSING for id in ids]).cast(self.kind).to_physical().cast(pl.UInt32)
        return table.select((missing + 1).fill_null(0)).get_columns() if ids else []

    def masks(self, *, alone: bool) -> list[pl.Series]:
        """Returns, word by word, the bits of the names in each text, no text first; with `alone`, of texts of a single name."""
        bit = {name: at for at, name in enumerate(self.names)}
        words = -(-len(self.names) // _BITS)
        found = [[0] * (len(self.texts) + 1) for _ in range(words)]
        for at, named in enumerate(self.named, 1):
            for name in named if len(named) == 1 or not alone else ():
                found[bit[name] // _BITS][at] |= 1 << bit[name] % _BITS
        return [pl.Series(each, dtype=pl.UInt64) for each in found]


def waits(rules: Rules, persons: pl.DataFrame, households: pl.DataFrame) -> pl.DataFrame:
    """Returns how many answers, persons and households wait for each field and figure, and for it alone.

    Args:
        rules: of the day.
        persons: answers, see `targets/columnar.answer`.
        households: likewise.

    Returns:
        The columns of `totals/counts`; `measure` is `answers`, `persons`, `households` or `amounts`, with `_alone` after it
        where nothing else is missing. Services open to all are not looked at.
    """
    ids = [each.entitlement.id for each in rules.state.rulings if each.entitlement.promise != "open"]
    tables = [(table, [id for id in ids if id in table.columns]) for table in (persons, households)]
    counts: Counts = Counter()
    texts = _Texts([table[id + MISSING] for table, mine in tables for id in mine])
    codes = [(table[HOME], texts.codes(table, mine)) for table, mine in tables]
    for code in (code for _, several in codes for code in several):
        for number, count in code.value_counts(name="count").iter_rows():
            if number:
                _add(counts, texts.named[number - 1], "answers", count)
    for table, mine in tables:
        for id in mine:
            _amounts(counts, table.filter(pl.col(id) == _ELIGIBLE)[id + AMOUNT_MISSING])
    for alone in (False, True):
        for word, masks in enumerate(texts.masks(alone=alone)):
            some = texts.names[word * _BITS : (word + 1) * _BITS]
            _people(counts, some, [(homes, _mask(several, masks, len(homes))) for homes, several in codes], alone=alone)
    rows = [(table, name, measure, value) for ((table, name), measure), value in counts.items()]
    found = pl.DataFrame(
        rows, schema={"table": pl.String, "name": pl.String, "measure": pl.String, "value": pl.Int64}, orient="row"
    )
    null = pl.lit(None, pl.String)
    return found.with_columns(
        null.alias("residence_county"), null.alias("band"), pl.col("value").cast(pl.Decimal(38, 0))
    )


def _add(counts: Counts, named: Sequence[Name], measure: str, count: int) -> None:
    """Adds answers that wait for some names."""
    for name in named:
        counts[name, measure] += count
        if len(named) == 1:
            counts[name, f"{measure}_alone"] += count


def _amounts(counts: Counts, column: pl.Series) -> None:
    for text, count in column.drop_nulls().value_counts(name="count").iter_rows():
        _add(counts, names(text), "amounts", count)


def _mask(codes: Sequence[pl.Series], masks: pl.Series, length: int) -> pl.Series:
    """Returns, for each row, the bits of everything that its open answers wait for."""
    found = pl.zeros(length, pl.UInt64, eager=True)
    for code in codes:
        found = found | masks.gather(code)
    return found


def _people(counts: Counts, some: Sequence[Name], rows: Sequence[tuple[pl.Series, pl.Series]], *, alone: bool) -> None:
    """Counts the persons and the households of whom some answer waits for each name.

    Args:
        counts: to which they are added.
        some: the names of one word, in the order of their bits.
        rows: of persons and of households: whose, and the bits.
        alone: whether nothing else is missing.
    """
    both = [pl.DataFrame({HOME: homes, "mask": mask}) for homes, mask in rows]
    homes = pl.concat(both).group_by(HOME).agg(pl.col("mask").bitwise_or())
    for measure, table in (("persons", both[0]), ("households", homes)):
        bits = [((pl.col("mask") & pl.lit(1 << at, pl.UInt64)) != 0).sum().alias(str(at)) for at in range(len(some))]
        for name, count in zip(some, table.select(bits).row(0), strict=True):
            if count:
                counts[name, f"{measure}_alone" if alone else measure] += count
