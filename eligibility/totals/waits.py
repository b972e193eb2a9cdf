"""What open answers wait for, counted: which field of a register, or which figure, would settle the most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

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


@dataclass
class _Texts:
    """Every text of what is missing, and the bits of the names in it.

    Args:
        texts: each once.
        names: each name once; its place is its bit.
    """

    texts: list[str]
    names: list[tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        """Gives each name its bit."""
        self.texts = sorted(self.texts)
        self.names = sorted({name for text in self.texts for name in names(text)})
        self.bit = {name: at for at, name in enumerate(self.names)}

    def masks(self, word: int, *, alone: bool) -> pl.Series:
        """Returns the bits of each text in one word; the first is no text. With `alone`, of texts of a single name."""
        found = [0]
        for text in self.texts:
            named = names(text)
            bits = [self.bit[name] for name in named] if len(named) == 1 or not alone else []
            found.append(sum(1 << bit % _BITS for bit in bits if bit // _BITS == word))
        return pl.Series(found, dtype=pl.UInt64)


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
    counts: Counter[tuple[tuple[str, str], str]] = Counter()
    for table, mine in tables:
        for id in mine:
            _texts(counts, table[id + MISSING], "answers")
            _texts(counts, table.filter(pl.col(id) == _ELIGIBLE)[id + AMOUNT_MISSING], "amounts")
    columns = [table[id + MISSING] for table, mine in tables for id in mine]
    texts = _Texts(pl.concat([each.drop_nulls().unique() for each in columns]).unique().to_list() if columns else [])
    for alone in (False, True):
        _people(counts, texts, tables, alone=alone)
    rows = [(table, name, measure, value) for ((table, name), measure), value in counts.items()]
    found = pl.DataFrame(
        rows, schema={"table": pl.String, "name": pl.String, "measure": pl.String, "value": pl.Int64}, orient="row"
    )
    null = pl.lit(None, pl.String)
    return found.with_columns(
        null.alias("residence_county"), null.alias("band"), pl.col("value").cast(pl.Decimal(38, 0))
    )


def _texts(counts: Counter[tuple[tuple[str, str], str]], column: pl.Series, measure: str) -> None:
    """Counts the answers that wait for each name."""
    for text, count in column.drop_nulls().value_counts(name="count").iter_rows():
        named = names(text)
        for name in named:
            counts[name, measure] += count
            if len(named) == 1:
                counts[name, f"{measure}_alone"] += count


def _people(
    counts: Counter[tuple[tuple[str, str], str]],
    texts: _Texts,
    tables: Iterable[tuple[pl.DataFrame, Sequence[str]]],
    *,
    alone: bool,
) -> None:
    """Counts the persons and the households of whom some answer waits for each name."""
    suffix = "_alone" if alone else ""
    for word in range(-(-len(texts.names) // _BITS)):
        masks = texts.masks(word, alone=alone)
        found = [pl.DataFrame({HOME: table[HOME], "mask": _mask(table, ids, texts, masks)}) for table, ids in tables]
        homes = pl.concat(found).group_by(HOME).agg(pl.col("mask").bitwise_or())
        for at, name in enumerate(texts.names[word * _BITS : (word + 1) * _BITS]):
            bit = pl.lit(1 << at, pl.UInt64)
            for measure, table in (("persons", found[0]), ("households", homes)):
                count = table.select(((pl.col("mask") & bit) != 0).sum()).item()
                if count:
                    counts[name, measure + suffix] += count


def _mask(table: pl.DataFrame, ids: Sequence[str], texts: _Texts, masks: pl.Series) -> pl.Series:
    """Returns, for each row, the bits of everything that its open answers wait for."""
    kind = pl.Enum(texts.texts)
    found = pl.zeros(len(table), pl.UInt64, eager=True)
    for id in ids:
        code = table[id + MISSING].cast(kind).to_physical().cast(pl.UInt32) + 1
        found = found | masks.gather(code.fill_null(0))
    return found
