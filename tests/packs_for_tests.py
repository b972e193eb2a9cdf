"""Small packs built from text, for tests that need rules of their own."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from eligibility import Determination, PackError, Profile, RulePack, Rules, Screening, read_profile, screen

DAY = date(2020, 6, 1)
LABEL = "{zh: 名称, en: name}"
PACK = f"""
id: small
version: "1"
title: {LABEL}
jurisdiction: "62"
plan: law
areas: {{area: {LABEL}}}
notice: {{zh: 初筛，不是审批决定, en: a first screening}}
objection: {LABEL}
"""
SOURCES = f"law: {{title: {LABEL}, confidence: known}}\n"
DOCUMENTS = f"card: {{label: {LABEL}, issuer: {LABEL}}}\n"
PERSON = {
    "resident_id": "type: text",
    "birth_date": "type: date, derive: born(resident_id)",
    "age": 'type: count, unit: years, range: [0, 130], elapsed: true, derive: "years(birth_date, as_of)"',
    "sex": "type: choice, values: {female: LABEL, male: LABEL}, derive: sex_of(resident_id)",
    "hukou_county": "type: place, level: county, wider: hukou_province",
    "hukou_province": "type: place, level: province, derive: place(hukou_county).province",
    "stage": "type: choice, values: {none: LABEL, primary: LABEL, secondary: LABEL}",
    "grade": "type: count, unit: grade, range: [1, 9], only_if: stage != 'none'",
    "disabled": "type: bool",
    "poor": "type: bool, attested_by: office",
    "married": "type: bool",
    "counted": "type: bool",
    "since": "type: date",
    "income": "type: money, per: month",
    "receives": "type: set",
    "died": "type: bool",
}
HOUSEHOLD = {
    "members_complete": "type: bool",
    "residence_county": "type: place, level: county",
    "status": "type: choice, values: {none: LABEL, urban: LABEL, rural: LABEL}",
    "rents": "type: bool",
    "rooms": "type: count, unit: rooms, range: [0, 20]",
    "rent": "type: money, per: month",
    "income_total": 'type: money, per: month, derive: "sum(m.income for m in members if m.counted)"',
    "income_per_person": (
        'type: money, per: month, derive: "per_head(income_total, count(m.counted for m in members))"'
    ),
}
RULE = f"""
id: NAME
label: {LABEL}
clause: art1
area: area
subject: person
promise: right
authority: {LABEL}
in_force: {{from: 2000-01-01}}
apply: {{route: {LABEL}, documents: [card]}}
criteria: []
unless: []
"""
BASIC = f"basic:\n  label: {LABEL}\n  type: money\n  per: month\n  values: [{{from: 2000-01-01, value: 100, source: law, confidence: seen}}]\n"


def clauses_file(rules: Mapping[str, str]) -> str:
    """Returns the text of a `clauses.yaml`: three articles, each giving what names it."""
    named = {
        id: re.findall(r"art[0-9]", "".join(re.findall("^clause: (.*)$", text, re.MULTILINE)))
        for id, text in rules.items()
    }
    given = {name: ", ".join(id for id, names in named.items() if name in names) for name in ("art1", "art2", "art3")}
    fields = f"part: {LABEL}\n  heading: {LABEL}\n  class: [E]\n  lead: {LABEL}"
    return "".join(f"{name}:\n  {fields}\n  gives: [{ids}]\n" for name, ids in given.items())


def facts_file(
    person: Mapping[str, str] | None = None, household: Mapping[str, str] | None = None, integrity: str = ""
) -> str:
    """Returns the text of a `facts.yaml`: the vocabulary of these tests, and what a test adds to it."""
    lines = [f"attesters: {{applicant: {LABEL}, office: {LABEL}}}"]
    for owner, facts in (("person", PERSON | dict(person or {})), ("household", HOUSEHOLD | dict(household or {}))):
        lines.append(f"{owner}:")
        for name, said in facts.items():
            parts = [f"label: {LABEL}", f"question: {LABEL}", *_fields(said.replace("LABEL", LABEL))]
            lines += [f"  {name}:", *(f"    {part}" for part in parts)]
    return (
        "\n".join([*lines, *(["integrity:", textwrap.indent(integrity.strip("\n"), "  ")] if integrity else [])]) + "\n"
    )


def _fields(said: str) -> list[str]:
    """Returns the fields of a fact written on one line, each on its own: conditions do not stand in `{…}`."""
    found, depth, quoted = [""], 0, False
    for character in said:
        quoted ^= character == '"'
        depth += (character in "{[(") - (character in "}])")
        if character == "," and not depth and not quoted:
            found.append("")
        else:
            found[-1] += character
    return [each.strip() for each in found]


def benefit(amount: str | Mapping[str, str], per: str = "month", kind: str = "cash") -> str:
    """Returns the text of a benefit; an amount in tiers is a mapping from conditions, the last one may be empty."""
    if isinstance(amount, str):
        tiers = f" {amount}"
    else:
        lines = (f"amount: {value}" + (f"\n        when: {when}" if when else "") for when, value in amount.items())
        tiers = "".join(f"\n      - {line}" for line in lines)
    return f"\n  kind: {kind}\n  label: {LABEL}\n  amount:{tiers}\n  per: {per}"


def lasting(months: Mapping[str, int]) -> str:
    """Returns the text of a benefit that is drawn for so many months at most, by condition; the last one may be empty."""
    lines = (f"- amount: {number}" + (f"\n        when: {when}" if when else "") for when, number in months.items())
    return benefit("basic") + "\n  at_most:\n    tiers:" + "".join(f"\n      {line}" for line in lines)


def gives(*statuses: tuple[str, str, str]) -> str:
    """Returns the text of the statuses that a grant brings: under which condition, which fact, and what it will be."""
    return "".join(f"\n  - when: {when}\n    fact: {fact}\n    value: {value}" for when, fact, value in statuses)


def rule(
    name: str, *, criteria: Mapping[str, str] | None = None, unless: Mapping[str, str] | None = None, **said: str
) -> str:
    """Returns the text of an entitlement.

    Args:
        name: its id.
        criteria: conditions by id; `true` for all where left out.
        unless: exclusions by id.
        said: other fields as YAML, which take the place of those of the common form; an empty one leaves it out.
    """
    fields = dict(line.partition(": ")[::2] for line in RULE.strip().splitlines())
    fields["benefit"] = benefit("basic")
    fields |= {"id": name, "criteria": _conditions(criteria), "unless": _conditions(unless)} | said
    if criteria is None and "criteria" not in said:
        fields["criteria"] = _conditions({"always": "true"})
    return "".join(f"{key}: {value}\n" for key, value in fields.items() if value)


def _conditions(conditions: Mapping[str, str] | None) -> str:
    lines = (
        f"\n  - id: {id}\n    label: {LABEL}\n    cite: law art1\n    when: >-\n      {condition}"
        for id, condition in (conditions or {}).items()
    )
    return "".join(lines) or "[]"


def figure(name: str, values: str, type: str = "money, per: month", **said: str) -> str:
    """Returns the text of a parameter; each line of `values` is one dated value without source."""
    fields = [f"label: {LABEL}", *(each.strip() for each in f"type: {type}".split(", "))]
    fields += [f"{key}: {value}" for key, value in said.items()]
    entries = []
    for line in textwrap.dedent(values).strip().splitlines():
        source = f"ask: {LABEL}" if "unknown:" in line else "source: law, confidence: seen"
        entries.append(f"    - {{{line.replace('LABEL', LABEL)}, {source}}}")
    return "\n".join([f"{name}:", *(f"  {field}" for field in fields), "  values:", *entries]) + "\n"


@cache
def shipped() -> RulePack:
    """Returns the pack that ships, loaded once for all tests of a process: what was worked out of it is shared too."""
    return RulePack.default()


def make_pack(
    folder: Path,
    facts: str | None = None,
    rules: Mapping[str, str] | None = None,
    concepts: str = "",
    parameters: str = "",
    places: str = "places: {}\n",
    readings: str = "",
) -> RulePack:
    """Writes a small pack and loads it.

    Args:
        folder: where; it must not exist.
        facts: the text of `facts.yaml`; that of `facts_file()` where left out.
        rules: the text of each entitlement by id.
        concepts: the text of `concepts.yaml`.
        parameters: figures beside `basic`, which is 100 yuan a month.
        places: the text of `places.yaml`.
        readings: the text of `readings.yaml`.
    """
    files = {
        "pack.yaml": PACK,
        "sources.yaml": SOURCES,
        "clauses.yaml": clauses_file(rules or {}),
        "documents.yaml": DOCUMENTS,
        "facts.yaml": facts or facts_file(),
        "concepts.yaml": concepts or "{}\n",
        "places.yaml": places,
        "parameters/figures.yaml": BASIC + parameters,
    }
    files |= {"readings.yaml": readings} if readings else {}
    files |= {f"area/{id}.yaml": text for id, text in (rules or {}).items()}
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return RulePack.load(folder)


def concept(name: str, body: str, owner: str = "person") -> str:
    """Returns the text of a concept with a condition, or with a value where `body` begins with `value: `."""
    key, _, text = body.partition(": ") if body.startswith("value: ") else ("when", "", body)
    return f"{name}:\n  owner: {owner}\n  label: {LABEL}\n  cite: law art1\n  {key}: >-\n    {text}\n"


def reading(name: str, others: str, **said: str) -> str:
    """Returns the text of a reading; each line of `others` is one other reading, `id: condition`, or `id: {…}` for days in force."""
    fields = [f"{key}: {LABEL}" for key in ("question", "why", "taken")] + [f"{key}: {it}" for key, it in said.items()]
    lines = []
    for line in textwrap.dedent(others).strip().splitlines():
        id, body = (part.strip() for part in line.split(":", 1))
        written = f"in_force: {body}" if body.startswith("{") else f"when: {body}" if body else ""
        lines += [f"    {id}:", f"      label: {LABEL}", *([f"      {written}"] if written else [])]
    return "\n".join([f"{name}:", *(f"  {field}" for field in fields), "  others:", *lines]) + "\n"


def family(pack: RulePack, *members: Mapping[str, Any], day: date = DAY, **household: Any) -> Profile:  # noqa: ANN401 - facts of any type
    """Returns a profile of some members, called a, b, c and on where they have no id, whose facts hold on a day."""
    named = [
        {"id": f"m{at}" if at >= len("abcdefgh") else "abcdefgh"[at], **member} for at, member in enumerate(members)
    ]
    said = {"id": "family", "as_of": day.isoformat(), "household": household, "members": named}
    return read_profile(said, pack.on(day))


def screened(pack: RulePack, *members: Mapping[str, Any], day: date = DAY, **household: Any) -> Screening:  # noqa: ANN401 - likewise
    """Returns what a family comes to on a day."""
    rules: Rules = pack.on(day)
    return screen(rules, family(pack, *members, day=day, **household))


def only(screening: Screening) -> Determination:
    """Returns the one determination of a screening."""
    (found,) = screening.determinations
    return found


def waits(found: Determination) -> list[str]:
    """Returns what an outcome waits for as `subject.name`."""
    return [f"{each.subject}.{each.name}" for each in found.missing]


def amount_waits(found: Determination) -> list[str]:
    """Returns what an amount waits for as `subject.name`."""
    return [f"{each.subject}.{each.name}" for each in found.amount_missing]


def truths(
    build: Callable[..., RulePack],
    conditions: Iterable[str],
    *members: Mapping[str, Any],
    **household: Any,  # noqa: ANN401 - facts of any type
) -> dict[str, str]:
    """Returns the truth of each of some conditions of a household, asked as the criteria of one entitlement."""
    asked = {f"c{at}": condition for at, condition in enumerate(conditions)}
    pack = build(rules={"one": rule("one", subject="household", criteria=asked)})
    found = only(screened(pack, *members, **household))
    return {asked[reason.criterion]: reason.truth for reason in found.reasons}


def refused(build: Callable[..., RulePack], **files: Any) -> str:  # noqa: ANN401 - the files of a pack
    """Returns what is said of a pack that must not load."""
    try:
        build(**files)
    except PackError as error:
        return error.text("en")
    raise AssertionError("the pack loads")
