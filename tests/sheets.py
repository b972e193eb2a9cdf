"""Sheets of the example families, for the tests of what goes on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from families import ROOT
from packs_for_tests import shipped

from eligibility import RulePack, read_profile, screen
from eligibility.handout import Handout
from eligibility.outlook import openings
from eligibility.page import Checks, Sheet, Table
from eligibility.record import Record
from eligibility.report import Report

MADE = date(2026, 11, 26)
LI = f"{ROOT}/examples/li-family.yaml"
NAMED: dict[str, Any] = {
    "as_of": "2017-12-31",
    "id": "named",
    "household": {"residence_county": "620402", "area": "urban", "dibao": "urban"},
    "members": [
        {"id": "a", "name": "<b>Zhangmarker</b>", "resident_id": "11010519491231002X", "hukou_county": "620402"},
    ],
}
"""Somebody who is called by markup and whose resident number is known."""


@lru_cache
def report(lang: str, family: str = LI, *, personal: bool = False, everything: bool = False) -> Report:
    """Returns the report of a family on its own day."""
    return reported(family if family != "named" else NAMED, lang, personal=personal, everything=everything)


def reported(
    family: str | Mapping[str, Any],
    lang: str,
    *,
    personal: bool = False,
    everything: bool = False,
    pack: RulePack | None = None,
) -> Report:
    """Returns the report of a family, given as a path or a mapping."""
    held = pack or shipped()
    profile = read_profile(family, held.on(date(2017, 12, 31)))
    rules = held.on(profile.as_of or date(2017, 12, 31))
    found = screen(rules, profile)
    return Report(rules, found, profile, openings(rules, profile, found, ()), lang, everything, personal)


def sheets(lang: str, family: str = LI, *, personal: bool = False, everything: bool = False) -> list[Sheet]:
    """Returns the sheet for the citizen and the one for the file."""
    told = report(lang, family, personal=personal, everything=everything)
    return [Handout(told).sheet(), Record(told, MADE).sheet()]


def texts(sheet: Sheet) -> list[str]:
    """Returns everything that a sheet says, cell by cell and item by item."""
    found = []
    for section in sheet.sections:
        found.append(section.heading)
        for block in section.blocks:
            found += _texts(block)
    return found


def _texts(block: str | tuple[str, ...] | Table | Checks) -> Sequence[str]:
    if isinstance(block, str):
        return [block]
    if isinstance(block, Table):
        return [*block.head, *(cell for row in block.rows for cell in row)]
    return block.items if isinstance(block, Checks) else block
