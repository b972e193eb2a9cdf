"""Who is entitled and does not draw it, who draws what is refused, and who draws what is open still, of a part of a city."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from eligibility.columns.frames import HOME, ID
from eligibility.columns.onebyone import AMOUNT, MISSING
from eligibility.held import repeats
from eligibility.leaves import HOUSEHOLD
from eligibility.packs.calendar import Rules, Ruling
from eligibility.ruled import ruled
from eligibility.targets.columnar import answer
from eligibility.totals.counts import KEYS, VALUE, empty, money
from eligibility.totals.drawn import GOT, ORDER, RECEIVES, RIVAL, TOWNSHIP, Drawn
from eligibility.totals.groups import BAND, COUNTY, own_day
from eligibility.totals.rivals import APART, set_apart
from eligibility.worth import times

UNCLAIMED, BARRED, UNENTITLED, UNSETTLED = "unclaimed", "barred", "unentitled", "unsettled"
"""The lists: entitled and not drawn; likewise, but something is drawn beside which it may not be; drawn and refused; drawn and open."""
LISTS = (UNCLAIMED, BARRED, UNENTITLED, UNSETTLED)
DRAWN, UNKNOWN = "drawn", "unknown"
"""What is counted beside the lists: entitled and drawn, entitled and not known to be drawn."""
TAKE_UP = "take_up"
"""The table of counts."""
SHAPE: Mapping[str, Any] = {
    "list": pl.Enum(LISTS),
    COUNTY: pl.String,
    TOWNSHIP: pl.String,
    HOME: pl.String,
    ID: pl.String,
    "entitlement": pl.String,
    "amount_fen": pl.Int64,
    "per": pl.String,
    "year_fen": pl.Int64,
    "apart": pl.Boolean,
    "missing": pl.String,
    "reason": pl.String,
}
"""The columns of a list: `apart` where something else that is due is worth more and may not be drawn beside it; `reason` is
`criteria`, `not_in_force` or `no_subject`."""
CRITERIA, NOT_IN_FORCE, NO_SUBJECT = "criteria", "not_in_force", "no_subject"
_USED = ("service", "priority")
"""The kinds that are used rather than drawn."""
_SEEN_TO = ("waiver", "in_kind")
"""The kinds that come without being asked for where no paper is wanted."""
_Tables = tuple[pl.DataFrame, pl.DataFrame]
_INELIGIBLE, _UNDETERMINED, _ELIGIBLE = 0, 1, 2
_STATUS = ".status"


@dataclass(frozen=True, slots=True)
class TakeUp:
    """What is drawn of what is due, in one chunk.

    Args:
        rows: the lists, see `SHAPE`.
        counts: by county and entitlement, in the form of `counts.counted`, to be added up with those.
    """

    rows: pl.DataFrame
    counts: pl.DataFrame


def take_up(
    rules: Rules,
    persons: pl.DataFrame,
    households: pl.DataFrame,
    answers_p: pl.DataFrame,
    answers_h: pl.DataFrame,
    only: Sequence[str] = (),
) -> TakeUp:
    """Compares what people draw with what they are entitled to.

    Of whom it is not known what they draw nothing is listed, but they are counted. What a whole household may have is drawn
    where any member draws it. Services open to all are left out: nobody draws them. What nobody applies for (see `used`) is
    counted, but listed as unclaimed only where it was asked for by name. That somebody has it already is no reason against it.

    Args:
        rules: of the day.
        persons: see `columns/frames.py`.
        households: likewise.
        answers_p: of `targets/columnar.answer`, in the order of `persons`.
        answers_h: likewise, in the order of `households`.
        only: ids of the entitlements that were asked for; all where empty.
    """
    drawn = Drawn(rules, persons, households)
    mine, ours = set_apart(rules, answers_p, answers_h)
    rows, counts = [pl.DataFrame(schema=dict(SHAPE) | {ORDER: pl.UInt32})], [empty(), _known(drawn.people)]
    for ruling in rules.state.rulings:
        id = ruling.entitlement.id
        if ruling.entitlement.promise == "open" or (only and id not in only):
            continue
        whole = ruling.entitlement.subject == HOUSEHOLD
        whose = drawn.of(id, whole=whole)
        table = _with_status(whose, _anew(rules, drawn.tables, whose, ours if whole else mine, id), id)
        asked_for = id in only or not used(ruling)
        rows.append(_listed(table, ruling, asked_for=asked_for))
        counts.append(_counted(table, ruling, asked_for=asked_for))
    gone = _abolished(rules, drawn, only)
    rows.append(gone)
    counts.append(_long(gone.group_by(COUNTY, "entitlement").agg(pl.len().cast(pl.Int128).alias(UNENTITLED))))
    listed = pl.concat(rows).sort(ORDER, ID, "list", maintain_order=True)
    return TakeUp(listed.select(*SHAPE), pl.concat(counts))


def used(ruling: Ruling) -> bool:
    """Returns whether something is had without anybody applying for it.

    Such are services and priorities without an amount, and waivers and things for which no paper is wanted: who would charge
    for them, or hands them out, sees to it.

    Args:
        ruling: in force.
    """
    benefit, apply = ruling.body.benefit, ruling.body.apply
    if benefit is None or (benefit.kind in _USED and not benefit.amount):
        return True
    return benefit.kind in _SEEN_TO and apply is not None and not apply.documents


def _anew(rules: Rules, tables: _Tables, whose: pl.DataFrame, answers: pl.DataFrame, id: str) -> pl.DataFrame:
    """Returns answers in which nobody who draws something is refused because it is drawn already."""
    asked = (whose[GOT] & (answers[id] == _INELIGIBLE)).fill_null(value=False)
    if not asked.any() or not repeats(ruled(rules, id)):
        return answers
    homes = tables[1].join(whose.filter(asked).select(HOME), on=HOME, how="semi", maintain_order="left")
    keys = [each for each in (HOME, ID) if each in answers.columns]
    names = [id, id + AMOUNT, id + MISSING]
    found = []
    for own in (True, False):
        some = homes.filter(own_day(rules, homes.columns) == own)
        if some.is_empty():
            continue
        people = tables[0].join(some, on=HOME, how="semi", maintain_order="left")
        both = answer(rules, people, some, (id,), own_day=own, had=True, vet=False)
        found.append(both[ID not in keys].select(*keys, *names))
    now = answers.select(keys).join(pl.concat(found), on=keys, how="left", maintain_order="left")
    return answers.with_columns(pl.when(asked).then(now[each]).otherwise(pl.col(each)).alias(each) for each in names)


def _with_status(table: pl.DataFrame, answers: pl.DataFrame, id: str) -> pl.DataFrame:
    """Returns who draws an entitlement, beside the answer and what both come to together."""
    apart = pl.col(id + APART) if id + APART in answers.columns else pl.lit(value=False)
    asked = answers.select(pl.col(id).alias("outcome"), pl.col(id + AMOUNT), pl.col(id + MISSING), apart.alias("apart"))
    due, got = pl.col("outcome") == _ELIGIBLE, pl.col(GOT)
    status = (
        pl.when(due & got.is_null()).then(pl.lit(UNKNOWN))
        .when(due & got).then(pl.lit(DRAWN))
        .when(due & pl.col(RIVAL)).then(pl.lit(BARRED))
        .when(due).then(pl.lit(UNCLAIMED))
        .when(got & (pl.col("outcome") == _UNDETERMINED)).then(pl.lit(UNSETTLED))
        .when(got).then(pl.lit(UNENTITLED))
    )  # fmt: skip
    return pl.concat([table, asked], how="horizontal").with_columns(status.alias(_STATUS))


def _listed(table: pl.DataFrame, ruling: Ruling, *, asked_for: bool) -> pl.DataFrame:
    """Returns the rows of the lists, of one entitlement."""
    id, benefit = ruling.entitlement.id, ruling.body.benefit
    wanted = LISTS if asked_for else (UNENTITLED, UNSETTLED)
    amount = pl.col(id + AMOUNT)
    return table.filter(pl.col(_STATUS).is_in(list(wanted))).select(
        pl.col(_STATUS).cast(SHAPE["list"]).alias("list"),
        COUNTY,
        TOWNSHIP,
        HOME,
        ID,
        pl.lit(id).alias("entitlement"),
        amount.alias("amount_fen"),
        pl.when(amount.is_not_null()).then(pl.lit(benefit.per if benefit else None, pl.String)).alias("per"),
        (amount * pl.lit(times(benefit) if benefit else None, pl.Int64)).alias("year_fen"),
        "apart",
        pl.col(id + MISSING).alias("missing"),
        pl.when(pl.col("outcome").is_null()).then(pl.lit(NO_SUBJECT)).otherwise(pl.lit(CRITERIA)).alias("reason"),
        ORDER,
    )


def _counted(table: pl.DataFrame, ruling: Ruling, *, asked_for: bool) -> pl.DataFrame:
    """Returns how many draw what they are entitled to, do not, or are not known to, and what is not drawn, by county."""
    id, benefit = ruling.entitlement.id, ruling.body.benefit
    status, how, amount = pl.col(_STATUS), money(ruling), pl.col(id + AMOUNT)
    measures = {each: (status == each).sum() for each in (*LISTS, DRAWN, UNKNOWN)}
    if benefit is not None and benefit.amount:
        measures["no_amount"] = ((status == UNCLAIMED) & amount.is_null()).sum()
    if asked_for and how is not None and how.times is not None and not how.may:
        due = (amount.cast(pl.Int128) * how.times).filter((status == UNCLAIMED) & ~pl.col("apart"))
        measures[f"{benefit.kind if benefit else ''}_{how.period}"] = due.sum()
    told = table.group_by(COUNTY).agg(each.cast(pl.Int128).alias(name) for name, each in measures.items())
    return _long(told.with_columns(pl.lit(id).alias("entitlement")))


def _long(wide: pl.DataFrame) -> pl.DataFrame:
    """Returns counts by county and entitlement in the form of `counts.counted`."""
    long = wide.unpivot(index=[COUNTY, "entitlement"], variable_name="measure", value_name="value")
    told = long.filter(pl.col("value") != 0).with_columns(
        pl.lit(TAKE_UP).alias("table"),
        pl.lit(None, pl.String).alias(BAND),
        pl.col("entitlement").alias("name"),
        pl.col("value").cast(VALUE),
    )
    return told.select(*KEYS, "value")


def _known(people: pl.DataFrame) -> pl.DataFrame:
    """Returns of how many persons it is known what they draw, and of how many not."""
    known = pl.col(RECEIVES).is_not_null()
    both = people.group_by(COUNTY).agg(
        known.sum().cast(pl.Int128).alias("persons_known"), (~known).sum().cast(pl.Int128).alias("persons_unknown")
    )
    return _long(both.with_columns(pl.lit("").alias("entitlement")))


def _abolished(rules: Rules, drawn: Drawn, only: Sequence[str]) -> pl.DataFrame:
    """Returns who draws what is not in force on the day; of what the pack does not know nothing can be said."""
    ids = rules.pack.contents.entitlements
    told = drawn.elsewhere(id for id in ids if rules.ruling(id) is None and (not only or id in only))
    return told.with_columns(_nothing()).select(*SHAPE, ORDER)


def _nothing() -> Iterator[pl.Expr]:
    """Yields the columns of what is not in force."""
    yield pl.lit(UNENTITLED).cast(SHAPE["list"]).alias("list")
    yield pl.lit(NOT_IN_FORCE).alias("reason")
    yield pl.lit(value=False).alias("apart")
    for name in ("amount_fen", "per", "year_fen", "missing"):
        yield pl.lit(None, SHAPE[name]).alias(name)
