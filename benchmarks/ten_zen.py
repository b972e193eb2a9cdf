"""The ten rules as a decision graph for zen-engine: three nodes of expressions, asked household by household.

Like OpenFisca it is given a city without gaps: what is empty there all the same is -1, an empty text, or false.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import polars as pl
import zen
from ten import OF_HOUSEHOLDS, OF_PERSONS, TABLES, path
from ten_by_hand import HOME, HOUSEHOLD_FACTS, ID, PERSON_FACTS, RURAL_LINE, UNEMPLOYMENT, URBAN_LINE


def _by(key: str, values: Mapping[str, int]) -> str:
    """Returns a value by a place, as nested choices."""
    found = "-1"
    for code, value in reversed(list(values.items())):
        found = f"({key} == '{code}' ? {value} : {found})"
    return found


GUARANTEE = "(home.dibao in ['urban', 'rural'] or #.single_person_dibao in ['urban', 'rural'])"
FIRST = (
    "#.disability_category in ['intellectual', 'mental', 'physical', 'visual'] and #.disability_grade == 1"
    " or #.disability_category in ['intellectual', 'mental'] and #.disability_grade == 2"
)
SECOND = (
    "#.disability_category in ['hearing', 'speech'] and #.disability_grade == 1"
    " or #.disability_category in ['physical', 'visual', 'hearing', 'speech'] and #.disability_grade == 2"
)
POOR_STUDENT = f"(#.needy_student or {GUARANTEE} or home.poverty_registered or #.extreme_poverty_support or #.orphan)"
CLASS = "(home.dibao == 'rural' ? home.dibao_class : #.single_person_dibao_class)"
ON_RURAL = "(home.dibao == 'rural' or home.dibao == 'none' and #.single_person_dibao == 'rural')"
HELPERS = {
    "p": "#",
    "counted": (
        "not #.died and not #.in_prison and not #.clergy_away_3_years and (#.relation in ['head', 'spouse', 'parent']"
        " or #.relation == 'child' and (#.age < 18 or #.dependent_student) or #.shares_livelihood)"
    ),
    "guarantee": GUARANTEE,
    "first": FIRST,
    "second": SECOND,
    "poor_student": POOR_STUDENT,
    "rural_class": f"{ON_RURAL} ? {CLASS} : 0",
    "pupil": "#.education_stage in ['primary', 'junior_secondary']",
}
"""Of each member; what follows asks for them, and for the member itself as `p`."""
HOUSEHOLD = {
    "heads": "len(filter(m, #.counted))",
    "total": "home.income_total >= 0 ? home.income_total : sum(map(filter(m, #.counted), #.p.monthly_income))",
    "any_local": "some(m, not #.p.died and startsWith(#.p.hukou_county, '6204'))",
    "poor_household": (
        "home.in_hardship or home.dibao in ['urban', 'rural'] or home.poverty_registered"
        " or some(m, not #.p.died and #.p.extreme_poverty_support)"
    ),
    "urban_line": _by("home.residence_county", URBAN_LINE),
    "rural_line": _by("home.residence_county", RURAL_LINE),
}
AVERAGE = "(home.income_per_person >= 0 ? home.income_per_person : (heads > 0 ? floor(total / heads) : 0))"
MINIMUM = (
    f"any_local and (home.area == 'urban' ? {AVERAGE} < urban_line : {AVERAGE} * 12 < rural_line)"
    " and home.assets_within_limits and not (home.dibao in ['urban', 'rural'])"
)
ANSWERS: Mapping[str, tuple[str, str]] = {
    "disability-living-subsidy": (
        (
            "#.p.disability_certificate and #.p.hukou_province == '62' and #.guarantee"
            " and not #.p.receives_orphan_allowance and not #.p.receives_work_injury_care_fee and not #.p.extreme_poverty_support"
        ),
        "#.rural_class >= 3 ? 6000 : 10000",
    ),
    "severe-disability-nursing-subsidy": (
        (
            "#.p.disability_certificate and #.p.hukou_province == '62' and (#.first or #.second)"
            " and not #.p.receives_work_injury_care_fee and not #.p.extreme_poverty_support"
        ),
        "#.first ? 10000 : 5000",
    ),
    "fee-free-preschool": (
        (
            "#.p.education_stage == 'kindergarten' and #.p.school_registered and #.p.hukou_province == '62'"
            " and #.p.school_ownership in ['public', 'inclusive_private'] and startsWith(#.p.school_county, '62')"
        ),
        "100000",
    ),
    "single-person-minimum-living-guarantee": (
        (
            "#.p.age >= 18 and #.p.employment == 'jobless' and #.p.disability_certificate and #.p.disability_category != 'none'"
            " and #.p.disability_grade in [1, 2] and #.p.supported_by_family and not #.p.can_form_own_household"
            " and #.p.personal_hardship and not #.guarantee"
        ),
        "home.area == 'urban' ? max([urban_line - #.p.monthly_income, 0]) : 21000",
    ),
    "compulsory-education-fee-exemption": ("#.pupil", "-1"),
    "needy-student-living-subsidy": (
        (
            "#.pupil and (#.p.boards_at_school and #.poor_student or home.poverty_registered"
            " or #.p.disability_certificate and #.poor_student or home.dibao == 'rural' or #.p.single_person_dibao == 'rural'"
            " or home.area == 'rural' and #.p.extreme_poverty_support)"
        ),
        "(#.p.boards_at_school ? 2 : 1) * (#.p.education_stage == 'primary' ? 50000 : 62500)",
    ),
    "orphan-allowance": (
        "#.p.age < 18 and #.p.orphan and not #.p.receives_orphan_allowance",
        "#.p.in_welfare_institution ? 110000 : 72000",
    ),
    "unemployment-benefit": (
        (
            "#.p.unemployment_insurance_months >= 12 and #.p.job_loss == 'involuntary' and #.p.registered_unemployed"
            " and #.p.employment == 'jobless' and #.p.wants_work and not #.p.receives_state_pension"
        ),
        _by("#.p.insured_county", UNEMPLOYMENT),
    ),
    "elderly-care-subsidy": (
        (
            "#.p.age >= 60 and (poor_household or #.p.single_person_dibao in ['urban', 'rural'])"
            " and (#.p.age >= 80 or #.p.self_care in ['lost', 'partial'])"
        ),
        "8000",
    ),
}


def graph() -> str:
    """Returns the decision graph as JSON."""
    each = {f"o{at}": holds for at, (holds, _) in enumerate(ANSWERS.values())}
    each |= {f"a{at}": paid for at, (_, paid) in enumerate(ANSWERS.values())}
    minimum = "home.area == 'urban' ? urban_line * heads - total : 21000 * heads"
    nodes = [
        {"m": f"map(members, {_object(HELPERS)})"},
        HOUSEHOLD,
        {"persons": f"map(m, {_object(each)})", "o": MINIMUM, "a": minimum},
    ]
    return json.dumps(
        {"nodes": [_end("inputNode"), *map(_node, range(3), nodes), _end("outputNode")], "edges": _edges()}
    )


def _object(fields: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{name}: ({text})" for name, text in fields.items()) + "}"


def _end(kind: str) -> dict[str, Any]:
    return {"id": kind, "name": kind, "type": kind, "position": {"x": 0, "y": 0}, "content": {}}


def _node(at: int, fields: Mapping[str, str]) -> dict[str, Any]:
    expressions = [{"id": f"{at}-{name}", "key": name, "value": text} for name, text in fields.items()]
    content = {"expressions": expressions, "passThrough": at < 2}
    return {
        "id": f"n{at}",
        "name": f"n{at}",
        "type": "expressionNode",
        "position": {"x": 0, "y": 0},
        "content": content,
    }


def _edges() -> list[dict[str, str]]:
    line = ["inputNode", "n0", "n1", "n2", "outputNode"]
    return [
        {"id": f"e{at}", "sourceId": source, "targetId": target, "type": "edge"}
        for at, (source, target) in enumerate(pairwise(line))
    ]


class Ten:
    """The ten rules over a city in a folder.

    Args:
        folder: where the city lies.
        people: of how many the answers are wanted, whole households; of all where None.
    """

    def __init__(self, folder: Path, people: int | None = None) -> None:
        """Makes the engine ready."""
        self.folder, self.people = folder, people
        self.decision = zen.ZenEngine().create_decision(graph())

    def answers(self) -> tuple[pl.LazyFrame, pl.LazyFrame]:
        """Returns outcome and amount of each of the ten, for persons and for households."""
        persons, homes = _filled(self.folder, self.people)
        people, found = [], []
        members = groupby(persons.iter_rows(named=True), key=lambda row: row[HOME])
        for home, (_, rows) in zip(homes.iter_rows(named=True), members, strict=True):
            listed = list(rows)
            answer = self.decision.evaluate({"home": home, "members": listed})["result"]
            alive = any(not member["died"] for member in listed)
            found.append((home[HOME], *_told(answer, ("",), alive=alive)))
            for member, each in zip(listed, answer["persons"], strict=True):
                people.append((member[HOME], member[ID], *_told(each, range(len(ANSWERS)), alive=not member["died"])))
        return _frame(people, (HOME, ID), OF_PERSONS), _frame(found, (HOME,), OF_HOUSEHOLDS)


def _told(answer: Mapping[str, Any], ats: Any, *, alive: bool) -> Iterator[int | None]:  # noqa: ANN401 - numbers, or nothing
    for at in ats:
        holds, paid = answer[f"o{at}"], int(answer[f"a{at}"])
        yield (2 if holds else 0) if alive else None
        yield paid if holds and alive and paid >= 0 else None


def _frame(rows: list[tuple[Any, ...]], keys: tuple[str, ...], ids: tuple[str, ...]) -> pl.LazyFrame:
    types: dict[str, Any] = dict.fromkeys(keys, pl.String)
    types |= {name: kind for id in ids for name, kind in ((id, pl.Int8), (f"{id}.amount", pl.Int64))}
    return pl.LazyFrame(rows, schema=types, orient="row")


def _filled(folder: Path, people: int | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns the two tables without nulls and days, whole households of them."""
    facts = {"person": (HOME, ID, *PERSON_FACTS), "household": (HOME, *HOUSEHOLD_FACTS)}
    persons, homes = (
        pl.read_parquet(path(folder, owner), columns=list(facts[owner]), n_rows=people)
        .drop("birth_date", strict=False)
        .with_columns(
            pl.col(pl.String).fill_null(""), pl.col(pl.Int64).fill_null(-1), pl.col(pl.Boolean).fill_null(value=False)
        )
        for owner in TABLES
    )
    if people is not None:
        last = persons.get_column(HOME).last()
        persons = persons.filter(pl.col(HOME) != last)
        homes = homes.join(persons.select(HOME), on=HOME, how="semi", maintain_order="left")
    return persons, homes
