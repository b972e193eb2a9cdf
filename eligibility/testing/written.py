"""A household as text: a profile file, or the lines of a case with what it must come to, ready to be pasted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from eligibility.determinations import shown
from eligibility.packs.calendar import Rules
from eligibility.profile import Profile

WIDE = 1_000
"""How long a line may become: a value is never folded."""


def profile_text(rules: Rules, profile: Profile) -> str:
    """Returns a profile file, on the day of the rules where the profile states none."""
    return _text(_facts(rules, profile))


def case_text(rules: Rules, profile: Profile, name: str, expect: Mapping[str, Any]) -> str:
    """Returns one case, as it stands in a list of cases.

    Args:
        rules: of the day.
        profile: the household.
        name: what the case is called.
        expect: by subject, what it must come to.
    """
    return _text([{"name": name, **_facts(rules, profile), "expect": dict(expect)}])


def _text(data: Any) -> str:  # noqa: ANN401 - plain data
    return str(yaml.dump(data, Dumper=_Indented, allow_unicode=True, sort_keys=False, width=WIDE))


class _Indented(yaml.SafeDumper):
    """Writes the items of a list further in than its key, as cases are written."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002 - the library's own signature
        """Begins a list or a group of keys."""
        del indentless
        super().increase_indent(flow, indentless=False)


def _facts(rules: Rules, profile: Profile) -> dict[str, Any]:
    found: dict[str, Any] = {"as_of": profile.as_of or rules.day}
    if profile.household:
        found["household"] = _stated(rules, profile.household)
    return found | {"members": [_stated(rules, each) for each in profile.members]}


def _stated(rules: Rules, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Returns facts as a profile states them; days stay days, which YAML writes without quotes."""
    schema = rules.pack.contents.schema
    told = {name: shown(value, money=name in schema.money) for name, value in facts.items()}
    days = {name: facts[name] for name in facts if name in schema.facts and schema.facts[name].type == "date"}
    return told | days
