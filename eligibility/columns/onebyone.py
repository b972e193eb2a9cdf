"""Tables answered household by household by the core: what the columns are compared with, and what a doubt is settled by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from eligibility.answer import Answer, Outcome
from eligibility.asking import answers
from eligibility.columns.frames import HOME, ID
from eligibility.derived import prepare
from eligibility.leaves import HOUSEHOLD, PACK, Missing
from eligibility.packs.calendar import Rules
from eligibility.profile_reader import Profile

OUTCOMES: tuple[Outcome, ...] = ("ineligible", "undetermined", "eligible")
"""The outcomes by the number that stands for each in a column."""
AMOUNT, MISSING, AMOUNT_MISSING = ".amount", ".missing", ".amount_missing"
"""What follows the id of an entitlement in the name of a column beside its outcome."""


def answered(
    rules: Rules, profiles: Iterable[Profile], only: tuple[str, ...] = ()
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns the answers of persons and of households as `Columns.answer` gives them, worked out by the core.

    Args:
        rules: of the day.
        profiles: that hold on the day.
        only: ids of entitlements; all where empty.
    """
    wide: dict[str, dict[str, Any]] = {"person": {HOME: pl.String, ID: pl.String}, "household": {HOME: pl.String}}
    for ruling in rules.state.rulings:
        id = ruling.entitlement.id
        if not only or id in only:
            owner = "household" if ruling.entitlement.subject == HOUSEHOLD else "person"
            wide[owner] |= {id: pl.Int8, id + AMOUNT: pl.Int64, id + MISSING: pl.String, id + AMOUNT_MISSING: pl.String}
    persons: list[dict[str, Any]] = []
    households: list[dict[str, Any]] = []
    for profile in profiles:
        mine = {member[ID]: {HOME: profile.id, ID: member[ID]} for member in profile.members}
        home: dict[str, Any] = {HOME: profile.id}
        own_day = profile.as_of in {None, rules.day}
        for each in answers(rules, prepare(rules, profile.household, profile.members, own_day=own_day), only):
            (home if each.subject == HOUSEHOLD else mine[each.subject]).update(row(each))
        persons += mine.values()
        households.append(home)
    return pl.DataFrame(persons, schema=wide["person"]), pl.DataFrame(households, schema=wide["household"])


def row(answer: Answer) -> dict[str, Any]:
    """Returns the columns of one answer."""
    id = answer.ruled.entitlement.id
    return {
        id: OUTCOMES.index(answer.outcome),
        id + AMOUNT: answer.amount,
        id + MISSING: told(answer, answer.missing()),
        id + AMOUNT_MISSING: told(answer, answer.amount_missing()),
    }


def told(answer: Answer, missing: Iterable[Missing]) -> str | None:
    """Returns what is missing as one text: own facts bare, then `household.x`, `members.x`, `pack.x`; None where nothing is."""
    return " ".join(sorted(set(_told(answer, missing)))) or None


def _told(answer: Answer, missing: Iterable[Missing]) -> Iterator[str]:
    for each in missing:
        if each.subject in {PACK, HOUSEHOLD}:
            own = answer.subject == HOUSEHOLD and each.subject == HOUSEHOLD
            yield each.name if own else f"{each.subject}.{each.name}"
        else:
            yield each.name if each.subject == answer.subject else f"members.{each.name}"
