"""The rules of a day over whole tables: every entitlement asked of everybody at once, with the meaning of `evaluate`."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from eligibility.columns.frames import to_profiles
from eligibility.columns.onebyone import answered, contradicted
from eligibility.packs.calendar import Rules


def answer(
    rules: Rules,
    persons: pl.DataFrame,
    households: pl.DataFrame,
    only: tuple[str, ...] = (),
    *,
    own_day: bool = True,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns what every entitlement comes to for every person, and for every household.

    Args:
        rules: of the day.
        persons: `household_id`, `id`, and facts of members; see `columns/frames.py`.
        households: `household_id`, and facts of households.
        only: ids of entitlements; all in force where empty.
        own_day: whether the facts were stated for this very day (MEANING M9).

    Returns:
        Two tables with the keys of `persons` and of `households`, in their order. For each entitlement about persons, or
        about households: `<id>` 0 ineligible, 1 undetermined, 2 eligible, null for who is no subject of it; `<id>.amount`
        in fen, null while unknown or where there is none; `<id>.missing` what the outcome waits for, and
        `<id>.amount_missing` what the amount waits for, names parted by spaces in the order of the alphabet, null where
        nothing is: own facts bare, then `household.x`, `members.x`, `pack.x`.
    """
    stated = rules.day if own_day else rules.day - timedelta(1)
    return answered(rules, to_profiles(persons, households, as_of=stated, schema=rules.pack.contents.schema), only)


def contradictions(rules: Rules, persons: pl.DataFrame, households: pl.DataFrame) -> pl.DataFrame:
    """Returns what the facts of households say that cannot both be so (MEANING M13-M15).

    Args:
        rules: of the day on which the facts hold.
        persons: as for `answer`.
        households: as for `answer`.

    Returns:
        `household_id`, `id` (null where it is about the household), `fact`, and why in `zh` and `en`.
    """
    return contradicted(rules, to_profiles(persons, households, schema=rules.pack.contents.schema))
