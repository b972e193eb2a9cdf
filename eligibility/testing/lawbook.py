"""The form of `laws.yaml`: what takes nothing away, what the eligible are, how high amounts go, and what is excused with a reason."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from eligibility.fields import Expression, Identifier, Label, Model, Name, Yuan, listed, wrong
from eligibility.packs.force import Cite
from eligibility.source import Passage
from eligibility.words import Words

GENERAL = (
    "refinement",
    "order",
    "irrelevant",
    "engines",
    "batch",
    "exclusions",
    "implies",
    "amounts",
    "time",
    "rises",
    "monotone",
)
"""The laws that every pack keeps; none of its own has one of these names."""
WAIVABLE = ("exclusions", "time", "rises")
"""Those of them from which a pack may excuse single rules; from its own laws it may, too."""

PROVED = ("dead", "always", "redundant", "gap", "overlap", "shadowed", "dates", "integrity")
"""What `verify` proves of every pack, and from which a pack may excuse single rules."""

Levels = tuple[tuple[str, ...], ...]
"""Values from better off to worse off; those of one level are not compared."""

_WORSE = Words(
    "写 `lower`、`higher`、`true`、`false`，或选项从好到坏的列表，如 `[none, [urban, rural]]`",
    "write `lower`, `higher`, `true`, `false`, or choices from better off to worse off: `[none, [urban, rural]]`",
)


def _worse(value: Any) -> str | Levels:  # noqa: ANN401 - whatever stood in the file
    """Returns the word, or the levels of a choice; each level is one value or several that are alike."""
    if isinstance(value, list):
        return tuple(tuple(_word(each) for each in listed(level)) for level in value)
    return _word(value)


def _word(value: Any) -> str:  # noqa: ANN401 - whatever stood in the file
    if isinstance(value, Passage):
        return value.text
    raise wrong("这里写怎样算更差", "what is worse belongs here", _WORSE)


class Monotone(Model):
    """Facts that take nothing away from anybody when one of them alone becomes worse."""

    label: Label
    facts: dict[Name, Annotated[Any, BeforeValidator(_worse)]] = Field(min_length=1)


class Waiver(Model):
    """Why a law excuses a rule, and where that is written."""

    why: Label
    cite: Cite


class LawsFile(Model):
    """The whole of `laws.yaml`."""

    monotone: dict[Identifier, Monotone] = Field(default_factory=dict)
    implies: dict[Identifier, Annotated[tuple[Expression, ...], BeforeValidator(listed), Field(min_length=1)]] = Field(
        default_factory=dict
    )
    caps: dict[Identifier, Yuan] = Field(default_factory=dict)
    waived: dict[Identifier, dict[str, Waiver]] = Field(default_factory=dict)
