"""A suite written down: cases beside the rules, each saying what it shows, and profiles one a line."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from eligibility.answer import Answer
from eligibility.determinations import shown
from eligibility.leaves import HOUSEHOLD
from eligibility.money import yuan
from eligibility.schema import Schema
from eligibility.suite.making import Made
from eligibility.suite.seen import Seen
from eligibility.worth import months

_WIDTH = 110
_LONGEST = 100
_WHOLE: Mapping[str, Any] = {"break_long_words": False, "break_on_hyphens": False}
_BARE = re.compile("[a-z][a-z0-9_]*")
_NOT_TEXT = {"true", "false", "null", "yes", "no", "on", "off"}


def case_file(made: Made, lang: str) -> str:
    """Returns the households of one entitlement as the text of a case file."""
    cases = (_case(each, at, lang) for at, each in enumerate(made.households, 1))
    return "\n".join("\n".join(lines) + "\n" for lines in cases)


def _case(seen: Seen, number: int, lang: str) -> Iterator[str]:
    told = [each.told()[lang] for each in seen.shows]
    for each in told:
        for line in each.splitlines():
            yield from textwrap.wrap(line, _WIDTH, initial_indent="# ", subsequent_indent="#   ") or ["#"]
    profile, schema = seen.profile, seen.rule.rules.pack.contents.schema
    yield f"- name: {json.dumps(f'{number}. {_short(told[0])}', ensure_ascii=False)}"
    yield f"  as_of: {seen.rule.rules.day.isoformat()}"
    if profile.household:
        yield from _flow("  household: ", profile.household, schema)
    yield "  members:"
    for member in profile.members:
        yield from _flow("    - ", member, schema)
    yield "  expect:"
    yield f"    {seen.own.get('id', HOUSEHOLD)}: {_expected(seen.answer)}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()} …"


def _flow(head: str, facts: Mapping[str, Any], schema: Schema) -> Iterator[str]:
    """Yields facts in braces, folded."""
    parts = [f"{name}: {_plain(value, name, schema)}" for name, value in facts.items()]
    text = f"{head}{{{', '.join(parts)}}}"
    # A name and its value stay together on one line.
    joined = text.replace(": ", ":\0").replace("- {", "-\0{")
    for line in textwrap.wrap(joined, _WIDTH, subsequent_indent=" " * (len(head) + 1), **_WHOLE):
        yield line.replace("\0", " ")


def _plain(value: Any, name: str, schema: Schema) -> str:  # noqa: ANN401 - a value of the fact
    told = shown(value, money=name in schema.money)
    if isinstance(told, bool):
        return str(told).lower()
    if isinstance(told, str) and name in schema.facts and schema.facts[name].type in {"choice", "place", "text"}:
        return _word(told) if told not in _NOT_TEXT else json.dumps(told, ensure_ascii=False)
    return str(told)


def _word(text: str) -> str:
    """Returns a text as YAML reads it as that text; a truth stays one."""
    return text if _BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _expected(answer: Answer) -> str:
    """Returns what a case expects: the outcome, the amount, the months, the statuses, and what decides a refusal."""
    parts = [f"outcome: {answer.outcome}"]
    if answer.outcome == "ineligible":
        pairs = zip(answer.ruled.parts, answer.truths, strict=True)
        decisive = dict.fromkeys(part.id for part, truth in pairs if truth is part.exclusion)
        parts.append(f"because: [{', '.join(decisive)}]")
    elif answer.ruled.tiers:
        parts.append(f"amount: {'null' if answer.amount is None else yuan(answer.amount)}")
    if answer.outcome != "ineligible" and answer.ruled.lasting:
        parts.append(f"months: {'null' if (found := months(answer)) is None else found}")
    if answer.outcome != "ineligible" and answer.ruled.gifts:
        given = (f"{fact}: {_word(value)}" for fact, value in answer.grants())
        parts.append(f"gives: {{{', '.join(given)}}}")
    return f"{{{', '.join(parts)}}}"


def profiles(made: Made) -> Iterator[str]:
    """Yields the households of one entitlement as profiles, one a line."""
    for number, seen in enumerate(made.households, 1):
        yield json.dumps(as_data(seen, f"{made.rule.entitlement.id}-{number}"), ensure_ascii=False)


def as_data(seen: Seen, id: str) -> dict[str, Any]:
    """Returns a household as a profile has it."""
    schema = seen.rule.rules.pack.contents.schema

    def facts(told: Mapping[str, Any]) -> dict[str, Any]:
        return {name: shown(value, money=name in schema.money) for name, value in told.items()}

    return {
        "id": id,
        "as_of": seen.rule.rules.day.isoformat(),
        "household": facts(seen.profile.household),
        "members": [facts(each) for each in seen.profile.members],
    }
