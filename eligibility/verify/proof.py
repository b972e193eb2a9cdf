"""What is proved of a pack: what a check found, what stayed open, and the household that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from eligibility.packs.calendar import Rules
from eligibility.profile_reader import Profile
from eligibility.verify.assuming import Supposition
from eligibility.words import Words

Weight = Literal["finding", "information", "not_proved"]


@dataclass(frozen=True)
class Shown:
    """A household that shows what was found, asked about again by the core.

    Args:
        rules: of the day.
        profile: the household.
        supposed: figures that the pack does not hold and that it rests on.
        expect: by subject, what a case would say of it as the rules are.
        told: what it comes to, in words.
        other: the same household with what differs, where two are compared.
        differs: what differs, in words.
    """

    rules: Rules
    profile: Profile
    supposed: Supposition = field(default_factory=Supposition)
    expect: Mapping[str, Any] = field(default_factory=dict)
    told: tuple[Words, ...] = ()
    other: Profile | None = None
    differs: Words | None = None


@dataclass(frozen=True)
class Found:
    """One thing that a check says.

    Args:
        check: which.
        rule: what a waiver names: an entitlement, or one with a criterion, a tier or a fact.
        said: what is so.
        entitlement: its id, where it is about one.
        weight: whether it is a finding, only information, or something that could not be proved.
        shown: a household, where one can show it.
        days: the days of the law on which it was found.
        measure: how much is lost in a year, in fen, where that is what was found.
    """

    check: str
    rule: str
    said: Words
    entitlement: str | None = None
    weight: Weight = "finding"
    shown: Shown | None = None
    days: tuple[date, ...] = ()
    measure: int = 0
