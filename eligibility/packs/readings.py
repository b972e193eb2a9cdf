"""Readings: what the sources leave open, the reading that a pack takes, and what the others would put in its place."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from eligibility.fields import Day, Identifier, Label, Model, Name, Text, listed, wrong
from eligibility.packs.force import InForce
from eligibility.packs.model import DatedMeaning, Entitlement, versioned

TAKEN = "taken"
"""What the reading that a pack takes is called where one is chosen by name."""


class OtherForce(Model):
    """From and to when an entitlement would hold, as far as that differs."""

    start: Day | None = Field(alias="from", default=None)
    not_before: Day | None = None
    surely_from: Day | None = None
    to: Day | None = None

    def over(self, said: InForce) -> InForce:
        """Returns when an entitlement would hold under this reading.

        Raises:
            ValidationError: the days would contradict each other.
        """
        days = {name: getattr(said, name) for name in _DAYS}
        mine = {name: day for name in _DAYS if (day := getattr(self, name)) is not None}
        if "start" in mine:
            days |= {"not_before": None, "surely_from": None}
        elif mine.keys() & {"not_before", "surely_from"}:
            days["start"] = None
        days |= mine
        InForce.model_validate({"from" if name == "start" else name: day for name, day in days.items()})
        return said.model_copy(update=days)


_DAYS = ("start", "not_before", "surely_from", "to")


def _other(value: Any) -> Any:  # noqa: ANN401 - whatever stood in the file
    """Takes a reading that says a condition or a value as one version of it for all time."""
    return versioned(value) if isinstance(value, dict) and value.keys() & {"when", "value"} else value


class Alternative(Model):
    """A reading that the pack does not take, written as what it would put in the place of a concept, where it can be."""

    label: Label
    versions: tuple[DatedMeaning, ...] = ()
    in_force: OtherForce | None = None

    _one_version = model_validator(mode="before")(_other)

    @property
    def written(self) -> bool:
        """Whether it can be screened under."""
        return bool(self.versions) or self.in_force is not None


class Reading(Model):
    """A point that the sources leave open.

    Args:
        question: what is open.
        why: why the sources leave it open.
        taken: the reading taken, in words.
        concept: what the other readings would replace.
        bears_on: entitlements, or `<entitlement>/<criterion>`, that rest on it beside those that use the concept.
        start: the first day on which it matters.
        to: the last one.
        others: the other readings.
    """

    conditions: ClassVar[frozenset[str]] = frozenset({"value", "when"})
    question: Label
    why: Label
    taken: Label
    concept: Name | None = None
    bears_on: Annotated[tuple[Text, ...], BeforeValidator(listed)] = ()
    start: Day = Field(alias="from", default=date.min)
    to: Day | None = None
    others: dict[Identifier, Alternative] = Field(min_length=1)

    @model_validator(mode="after")
    def hangs_somewhere(self) -> Reading:
        """Refuses a reading on which nothing hangs, and another reading with nothing to replace."""
        if self.to is not None and self.to < self.start:
            raise wrong("`to` 早于 `from`", "`to` is before `from`", key="to")
        if self.concept is None and not self.bears_on:
            raise wrong("缺少 `concept` 或 `bears_on`", "`concept` or `bears_on` is missing")
        for id, other in self.others.items():
            if other.versions and self.concept is None:
                zh, en = (
                    f"`{id}` 要替换哪个概念？缺少 `concept`",
                    f"which concept would `{id}` replace? `concept` is missing",
                )
                raise wrong(zh, en, key="others")
            if other.in_force is not None and not self.bears_on:
                zh, en = (
                    f"`{id}` 改变哪些事项的施行日期？缺少 `bears_on`",
                    f"`bears_on` is missing: whose `in_force` would `{id}` change?",
                )
                raise wrong(zh, en, key="others")
            if id == TAKEN:
                raise wrong(f"`{TAKEN}` 指所取的读法", f"`{TAKEN}` is the name of the reading taken", key="others")
        return self

    def on(self, day: date) -> bool:
        """Returns whether it matters on a day."""
        return self.start <= day and (self.to is None or day <= self.to)

    def bearers(self) -> set[str]:
        """Returns the ids of the entitlements that it bears on whatever concepts they use."""
        return {each.partition("/")[0] for each in self.bears_on}


def days_clash(one: Entitlement, other: OtherForce) -> bool:
    """Returns whether the days of another reading contradict those of an entitlement."""
    try:
        other.over(one.in_force)
    except ValidationError:
        return True
    return False
