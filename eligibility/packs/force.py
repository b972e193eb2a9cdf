"""When an entitlement holds: its first day, or the two days between which that is not sure, and its last (MEANING M7)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from eligibility.fields import Day, Label, Model, Text, listed, wrong
from eligibility.words import Words

Cite = Annotated[tuple[Text, ...], BeforeValidator(listed), Field(min_length=1)]
_BEGINNING = Words(
    "写 `from`，或同时写 `not_before` 和 `surely_from`", "write `from`, or both `not_before` and `surely_from`"
)


class InForce(Model):
    """From when an entitlement holds: `from`, or the two days between which that is not sure (MEANING M7)."""

    start: Day | None = Field(alias="from", default=None)
    not_before: Day | None = None
    surely_from: Day | None = None
    to: Day | None = None
    review_by: Day | None = None
    cite: Cite | None = None
    ask: Label | None = None

    @model_validator(mode="after")
    def one_beginning(self) -> InForce:
        """Refuses both forms at once, half a form, and days in the wrong order."""
        unsure = (self.not_before, self.surely_from)
        if (self.start is None) == (unsure == (None, None)) or (None in unsure and unsure != (None, None)):
            raise wrong("从哪一天起施行没有说清", "it is not clear from which day this holds", _BEGINNING)
        if self.not_before and self.surely_from and self.surely_from <= self.not_before:
            raise wrong(
                "`surely_from` 要晚于 `not_before`", "`surely_from` comes after `not_before`", key="surely_from"
            )
        if self.to is not None and self.to < self.first:
            raise wrong("`to` 早于第一天", "`to` is before the first day", key="to")
        return self

    @property
    def first(self) -> date:
        """The first day on which it may hold."""
        return self.start or self.not_before or date.min

    def on(self, day: date) -> bool:
        """Returns whether it is, or may be, in force."""
        return self.first <= day and (self.to is None or day <= self.to)

    def unsure_on(self, day: date) -> bool:
        """Returns whether it is not sure that it is in force yet."""
        return self.surely_from is not None and self.first <= day < self.surely_from
