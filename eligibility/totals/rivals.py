"""What of a whole city may not be drawn together: the same best lawful combinations as in a screening (MEANING M24)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from eligibility.columns.frames import HOME, ID
from eligibility.columns.onebyone import AMOUNT
from eligibility.determinations import Claim
from eligibility.leaves import HOUSEHOLD
from eligibility.packages import Contender, apart, combined, rivals
from eligibility.packs.calendar import Rules
from eligibility.worth import times

APART = ".apart"
"""What follows the id of an entitlement in the name of the column that says whether it is left out of every sum."""
_ELIGIBLE = 2
_Key = tuple[tuple[str, str, int | None], ...]


def set_apart(rules: Rules, persons: pl.DataFrame, households: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns the answers with a column `<id>.apart` for each entitlement that has rivals: true where no sum holds it.

    Args:
        rules: of the day.
        persons: answers, see `targets/columnar.answer`.
        households: likewise.
    """
    mine = [id for id in rivals(rules) if id in persons.columns]
    ours = [id for id in rivals(rules) if id in households.columns]
    found = _found(rules, _several(persons, households, mine, ours), mine, ours) if len(mine) + len(ours) > 1 else {}
    return _marked(persons, mine, [HOME, ID], found), _marked(households, ours, [HOME], found)


def _several(
    persons: pl.DataFrame, households: pl.DataFrame, mine: Sequence[str], ours: Sequence[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns the answers of the households that are entitled to several of some rivals: few are."""
    counts = [
        table.select(HOME, sum((pl.col(id) == _ELIGIBLE).fill_null(value=False).cast(pl.Int64) for id in ids))
        .select(HOME, pl.nth(1).alias("count"))
        .filter(pl.col("count") > 0)
        for table, ids in ((persons, mine), (households, ours))
        if ids
    ]
    homes = pl.concat(counts).group_by(HOME).agg(pl.col("count").sum()).filter(pl.col("count") > 1).select(HOME)
    return (
        persons.join(homes, on=HOME, how="semi", maintain_order="left"),
        households.join(homes, on=HOME, how="semi", maintain_order="left"),
    )


def _found(
    rules: Rules, several: tuple[pl.DataFrame, pl.DataFrame], mine: Sequence[str], ours: Sequence[str]
) -> dict[str, list[tuple[str, str | None]]]:
    """Returns whose claims are left out, by entitlement."""
    entitled: dict[str, dict[str, list[tuple[str, int | None]]]] = {}
    for table, ids in zip(several, (mine, ours), strict=True):
        for id in ids:
            asked = table.filter(pl.col(id) == _ELIGIBLE)
            whose = asked[ID] if ID in asked.columns else [HOUSEHOLD] * len(asked)
            for home, subject, amount in zip(asked[HOME], whose, asked[id + AMOUNT], strict=True):
                entitled.setdefault(home, {}).setdefault(id, []).append((subject, amount))
    order = [ruling.entitlement.id for ruling in rules.state.rulings if ruling.entitlement.id in {*mine, *ours}]
    known: dict[_Key, frozenset[int]] = {}
    found: dict[str, list[tuple[str, str | None]]] = {}
    for home, held in entitled.items():
        claims = [(id, subject, _worth(rules, id, amount)) for id in order for subject, amount in held.get(id, ())]
        for at in _left_out(rules, claims, known):
            id, subject, _ = claims[at]
            found.setdefault(id, []).append((home, None if subject == HOUSEHOLD else subject))
    return found


def _worth(rules: Rules, id: str, amount: int | None) -> int | None:
    ruling = rules.ruling(id)
    benefit = ruling.body.benefit if ruling else None
    each = None if benefit is None else 1 if benefit.per == "once" else times(benefit)
    return None if amount is None or each is None else amount * each


def _left_out(
    rules: Rules, claims: Sequence[tuple[str, str, int | None]], known: dict[_Key, frozenset[int]]
) -> frozenset[int]:
    """Returns the places of the claims that are left out; households that look alike are weighed once."""
    numbers = {subject: str(at) for at, subject in enumerate(dict.fromkeys(subject for _, subject, _ in claims))}
    key = tuple((id, subject if subject == HOUSEHOLD else numbers[subject], value) for id, subject, value in claims)
    if key not in known:
        made = [Contender(Claim(id, whose), rules.pack.entitlement(id), value) for id, whose, value in key]
        out = apart(combined(made))
        known[key] = frozenset(at for at, each in enumerate(made) if each.claim in out)
    return known[key]


def _marked(
    table: pl.DataFrame, ids: Sequence[str], keys: Sequence[str], found: Mapping[str, list[tuple[str, str | None]]]
) -> pl.DataFrame:
    for id in ids:
        whose = {HOME: [home for home, _ in found.get(id, ())]}
        if len(keys) > 1:
            whose[ID] = [subject for _, subject in found.get(id, ()) if subject is not None]
        out = pl.DataFrame(whose, schema=dict.fromkeys(keys, pl.String)).with_columns(
            pl.lit(value=True).alias(id + APART)
        )
        table = table.join(out, on=list(keys), how="left", maintain_order="left")
    return table.with_columns(pl.col(id + APART).fill_null(value=False) for id in ids)
