"""Two runs laid beside each other, a part of all households at a time: every answer that differs, and what kind of change it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from eligibility.columns.frames import HOME, ID
from eligibility.totals.finished import SHAPE, Finished
from eligibility.totals.index import HOMES, PEOPLE
from eligibility.words import Words

CHANGES: dict[str, Words] = {
    "gained": Words("新符合", "gained"),
    "settled_eligible": Words("待定变符合", "undetermined, now eligible"),
    "lost": Words("不再符合", "lost"),
    "doubted": Words("符合变待定", "eligible, now undetermined"),
    "more": Words("金额增加", "amount higher"),
    "less": Words("金额减少", "amount lower"),
    "amount_known": Words("金额由未知变已知", "amount now known"),
    "amount_unknown": Words("金额由已知变未知", "amount no longer known"),
    "settled_ineligible": Words("待定变不符合", "undetermined, now not eligible"),
    "opened": Words("不符合变待定", "not eligible, now undetermined"),
}
"""Each kind of change, and what people call it."""
ABSENT, INELIGIBLE, UNDETERMINED, ELIGIBLE = -1, 0, 1, 2
"""Outcomes by number; absent is what was not in force, or not about anybody."""
_KEYS = [HOME, ID, "entitlement"]
_MOST_ROWS = 3_000_000
"""About how many answers of each run are held at a time, where the runs are cut into other chunks."""


@dataclass(frozen=True)
class Side:
    """A part of a run: its answers, and whom it screened."""

    answers: pl.DataFrame
    homes: pl.DataFrame
    people: pl.DataFrame


@dataclass(frozen=True)
class Beside:
    """The same households in two runs, and who is in one of them alone.

    Args:
        changed: the answers that differ: keys, `was`, `had`, `now` and `has` (outcomes by number, amounts in fen), `change`,
            and what is known of the household.
        households: how many are in both, in the old run only, in the new one only.
        persons: likewise, of the households in both.
    """

    changed: pl.DataFrame
    households: tuple[int, int, int]
    persons: tuple[int, int, int]


def beside(old: Finished, new: Finished, ids: Sequence[str]) -> Iterator[Beside]:
    """Yields two runs, a part at a time.

    Args:
        old: the one run.
        new: the other.
        ids: of the entitlements that are compared.
    """
    for one, other in _parts(old, new):
        yield _joined(old, new, one, other, ids)


def _parts(old: Finished, new: Finished) -> Iterator[tuple[Side, Side]]:
    """Yields the same households of both runs: chunk by chunk where they are cut alike, else by what their ids come to."""
    if _alike(old, new):
        for number in old.numbers:
            yield _side(old, [number]), _side(new, [number])
        return
    written = max(run.manifest.counts.written for run in (old, new))
    # A wide run has a row for each person, and many answers in it.
    width = max(len(run.what) if run.manifest.basis.options.shape == "wide" else 1 for run in (old, new))
    count = written * width // _MOST_ROWS + 1
    for at in range(count):
        mine = (pl.col(HOME).hash() % count) == at
        yield _side(old, old.numbers, mine), _side(new, new.numbers, mine)


def _alike(old: Finished, new: Finished) -> bool:
    one, other = old.manifest.basis, new.manifest.basis
    chunks = one.options.chunk_rows == other.options.chunk_rows and old.numbers == new.numbers
    books = "xlsx" in {one.options.form, other.options.form}
    return one.input == other.input and one.engine == other.engine and chunks and not books


def _side(run: Finished, numbers: Sequence[int], mine: pl.Expr | None = None) -> Side:
    kept = pl.lit(value=True) if mine is None else mine
    answers = [pl.DataFrame(schema=SHAPE), *(each.filter(kept) for each in run.answers(numbers))]
    homes, people = (run.table(place, numbers).filter(kept) for place in (HOMES, PEOPLE))
    return Side(pl.concat(answers), homes, people)


def _joined(old: Finished, new: Finished, one: Side, other: Side, ids: Sequence[str]) -> Beside:
    homes = other.homes.join(one.homes, on=HOME, how="semi")
    people = [side.people.join(homes, on=HOME, how="semi") for side in (one, other)]
    members = people[1].join(people[0], on=[HOME, ID], how="semi")
    was, now = (
        side.answers.filter(pl.col("entitlement").is_in(list(ids))).rename({"outcome": name, "amount_fen": amount})
        for side, name, amount in ((one, "was", "had"), (other, "now", "has"))
    )
    both = was.join(now, on=_KEYS, how="full", coalesce=True, nulls_equal=True)
    known = pl.concat(
        (
            both.filter(pl.col(ID).is_null()).join(homes, on=HOME, how="semi"),
            both.filter(pl.col(ID).is_not_null()).join(members, on=[HOME, ID], how="semi"),
        )
    )
    told = known.with_columns(_filled("was", old), _filled("now", new))
    worth = [_worth(amount, run) for amount, run in (("had", old), ("has", new))]
    kinds = told.with_columns(_change(*worth).alias("change")).filter(pl.col("change").is_not_null())
    return Beside(
        kinds.join(homes, on=HOME, how="left"),
        _split(one.homes, other.homes, homes),
        _split(people[0], people[1], members),
    )


def _split(old: pl.DataFrame, new: pl.DataFrame, both: pl.DataFrame) -> tuple[int, int, int]:
    return both.height, old.height - both.height, new.height - both.height


def _filled(column: str, run: Finished) -> pl.Expr:
    """Returns outcomes, those without a row included: what was asked and has none is closed, the rest was not in force."""
    options = run.manifest.basis.options
    all_have_rows = options.everything or options.shape == "wide"
    nothing = pl.lit(ABSENT if all_have_rows else INELIGIBLE, pl.Int8)
    asked = pl.col("entitlement").is_in(list(run.what))
    return pl.coalesce(column, pl.when(asked).then(nothing).otherwise(pl.lit(ABSENT, pl.Int8))).alias(column)


def _worth(amount: str, run: Finished) -> pl.Expr:
    """Returns amounts as they compare where the period may have changed: by the year, or as they are where paid once."""
    times = {id: each.times or 1 for id, each in run.what.items()}
    often = pl.col("entitlement").replace_strict(times, default=1, return_dtype=pl.Int64)
    return pl.col(amount).cast(pl.Int128) * often


def _change(before: pl.Expr, after: pl.Expr) -> pl.Expr:
    """Returns the kind of change; null where nothing changed that anybody would notice."""
    was, now, had, has = pl.col("was"), pl.col("now"), pl.col("had"), pl.col("has")
    kept = (was == ELIGIBLE) & (now == ELIGIBLE)
    return (
        pl.when(kept & had.is_null() & has.is_not_null()).then(pl.lit("amount_known"))
        .when(kept & had.is_not_null() & has.is_null()).then(pl.lit("amount_unknown"))
        .when(kept & (before < after)).then(pl.lit("more"))
        .when(kept & (before > after)).then(pl.lit("less"))
        .when(kept).then(pl.lit(None, pl.String))
        .when((now == ELIGIBLE) & (was == UNDETERMINED)).then(pl.lit("settled_eligible"))
        .when(now == ELIGIBLE).then(pl.lit("gained"))
        .when((was == ELIGIBLE) & (now == UNDETERMINED)).then(pl.lit("doubted"))
        .when(was == ELIGIBLE).then(pl.lit("lost"))
        .when((was == UNDETERMINED) & (now != UNDETERMINED)).then(pl.lit("settled_ineligible"))
        .when((now == UNDETERMINED) & (was != UNDETERMINED)).then(pl.lit("opened"))
    )  # fmt: skip
