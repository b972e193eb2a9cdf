"""The smallest households of a difference, found again in the tables: each as a profile, numbers and names of persons left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from eligibility import resident
from eligibility.columns.frames import HOME, to_profiles
from eligibility.packs.calendar import Rules
from eligibility.profile import Profile
from eligibility.tables.chunks import People
from eligibility.tables.rows import AS_OF

_NAME, _NUMBER, _BORN, _SEX = "name", "resident_id", "birth_date", "sex"


def profiles(
    people: People, rules: Rules, wanted: Collection[str], work: Path, size: int, *, personal: bool = False
) -> dict[str, Profile]:
    """Returns households of tables by their ids, as far as they are found.

    Args:
        people: the tables.
        rules: of the day.
        wanted: ids of households.
        work: a scratch folder.
        size: about how many rows a chunk has.
        personal: whether names and resident numbers stay; else a number leaves the birth date and the sex that it tells.
    """
    found: dict[str, Profile] = {}
    homes = pl.DataFrame({HOME: list(wanted)}, schema={HOME: pl.String})
    for chunk in people.chunks(work, size):
        some = [
            table.join(homes, on=HOME, how="semi", maintain_order="left") for table in (chunk.persons, chunk.households)
        ]
        days: dict[str, date] = dict(some[1].select(HOME, AS_OF).iter_rows()) if AS_OF in some[1].columns else {}
        for profile in to_profiles(some[0], some[1], schema=rules.pack.contents.schema):
            own = replace(profile, as_of=days.get(profile.id) or rules.day)
            found[profile.id] = own if personal else replace(own, members=tuple(_masked(each) for each in own.members))
        if len(found) == len(wanted):
            break
    return found


def _masked(member: Mapping[str, Any]) -> dict[str, Any]:
    """Returns what is known of a member without the name and the resident number."""
    told = {name: value for name, value in member.items() if name not in {_NAME, _NUMBER}}
    number = member.get(_NUMBER)
    if isinstance(number, str) and resident.problem(number) is None:
        told = {"id": told.pop("id"), _BORN: resident.born(number), _SEX: resident.sex(number)} | told
    return told
