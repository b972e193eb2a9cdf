"""A profile as its file: YAML or JSON that is read as the same household again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from eligibility.determinations import shown
from eligibility.profile_reader import Profile
from eligibility.schema import Schema


def as_data(profile: Profile, schema: Schema) -> dict[str, Any]:
    """Returns a profile as JSON has it.

    Args:
        profile: the household.
        schema: which says what of it is money.
    """
    found: dict[str, Any] = {} if profile.as_of is None else {"as_of": profile.as_of.isoformat()}
    if profile.household:
        found["household"] = _stated(profile.household, schema)
    found["members"] = [_stated(member, schema) for member in profile.members]
    return found


def as_yaml(profile: Profile, schema: Schema, columns: int = 100) -> str:
    """Returns a profile as YAML has it: what fits on a line on one, all else fact by fact.

    Args:
        profile: the household.
        schema: which says what of it is money.
        columns: how wide a line may be.
    """
    lines = [] if profile.as_of is None else [f"as_of: {profile.as_of.isoformat()}"]
    if profile.household:
        lines += _block("household:", _plain(profile.household, schema), columns)
    lines += ["members:"] if profile.members else ["members: []"]
    for member in profile.members:
        lines += _block("  -", _plain(member, schema), columns)
    return "\n".join(lines) + "\n"


def _block(lead: str, facts: Mapping[str, Any], columns: int) -> list[str]:
    """Returns facts behind a lead, on one line or each on its own."""
    line = f"{lead} {{{', '.join(map(_flow, facts.items()))}}}"
    if len(line) <= columns or not facts:
        return [line]
    if lead.endswith(":"):
        return [lead, *(f"  {_flow(each)}" for each in facts.items())]
    begun = " " * len(lead)
    return [f"{lead if not at else begun} {_flow(each)}" for at, each in enumerate(facts.items())]


def _flow(fact: tuple[str, Any]) -> str:
    text: str = yaml.safe_dump(dict([fact]), allow_unicode=True, default_flow_style=True, width=10_000)
    return text.strip()[1:-1]


def _plain(facts: Mapping[str, Any], schema: Schema) -> dict[str, Any]:
    """Returns facts as YAML has them: days as they are, all else as JSON."""
    told = _stated(facts, schema)
    return {name: facts[name] if hasattr(facts[name], "isoformat") else told[name] for name in facts}


def _stated(facts: Mapping[str, Any], schema: Schema) -> dict[str, Any]:
    return {name: shown(value, money=name in schema.money) for name, value in facts.items()}
