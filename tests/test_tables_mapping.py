"""Mappings say what foreign columns mean: names, codes, units, days, constants, and what means unknown."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pages import ROOT
from towns import RULES, profiles, rejects, take

from eligibility.tables.chunks import Chunk, People
from eligibility.tables.mapping import ColumnSaid, TableSaid

PAGE = (ROOT / "docs" / "batch.md").read_text("utf-8")
INEXACT = "this does not come to whole fen; state `round: down` or `round: half_up` in the mapping"


def block(kind: str) -> str:
    """Returns the first block of a kind in the page on whole cities."""
    found = re.search(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def mapped(folder: Path, table: str, mapping: str) -> list[Chunk]:
    """Returns what a table comes to under a mapping."""
    (folder / "persons.csv").write_text(table, "utf-8")
    (folder / "mapping.yaml").write_text(mapping, "utf-8")
    return take([folder / "persons.csv"], [], folder / "work", mapping=folder / "mapping.yaml")


def test_the_mapping_shown_reads_the_table_shown(tmp_path: Path) -> None:
    """The example in the docs comes to the households that it says."""
    chunks = mapped(tmp_path, block("csv"), block("yaml"))

    assert rejects(chunks) == []
    assert [(each.id, each.members) for each in profiles(chunks)] == [
        (
            "0001",
            (_one("1", "male", date(1969, 10, 8), 2200_00, 36), _one("2", "female", date(1971, 2, 21), None, None, 2)),
        ),
        ("0002", (_one("1", "female", date(1988, 11, 30), 1000_00, 12),)),
    ]
    assert chunks[0].households["as_of"].to_list() == [date(2017, 12, 31)] * 2
    assert People.open([tmp_path / "persons.csv"], [], RULES, tmp_path / "mapping.yaml").notes == ()


def _one(
    id: str, sex: str, born: date, income: int | None, paid: int | None, grade: int | None = None
) -> dict[str, Any]:
    facts = {"id": id, "sex": sex, "birth_date": born, "monthly_income": income, "hukou_county": "620402"}
    facts |= {"unemployment_insurance_months": paid, "disability_grade": grade}
    return {name: value for name, value in facts.items() if value is not None}


def test_every_field_of_a_mapping_is_documented() -> None:
    """Each field that a mapping may have stands in the table of the page."""
    fields = [*TableSaid.model_fields, *ColumnSaid.model_fields]

    assert [name for name in fields if f"`{name}`" not in PAGE and f"{{{name}:" not in PAGE] == []


@pytest.mark.parametrize(
    ("said", "cells"),
    [
        ("unit: yuan a year", {"12000": 100000, "12000.00": 100000, "1.2万": 100000, "10000": INEXACT, "0": 0}),
        ("unit: yuan a year, round: down", {"10000": 83333, "10000.5": 83337, "1": 8}),
        ("unit: yuan a year, round: half_up", {"10000": 83333, "10000.5": 83338, "1": 8, "0.06": 1, "0.05": 0}),
        (
            "unit: 万元",
            {"1.5": 1500000, "0.123456": 123456, "0.1234567": INEXACT, "100万": "it lies between 0 and 10000000"},
        ),
        ("unit: 万元/年", {"1.2": 100000, "1.23456": 102880}),
        ("unit: fen", {"1234": 1234, "1234.5": INEXACT}),
        ("unit: yuan", {"1234.5": 123450, "1234.555": INEXACT, "x": "a number belongs here"}),
        (
            "unit: yuan a year",
            {"1000元/月": "the mapping states the unit: the number alone belongs here", "12000元": 100000},
        ),
        ("unknown: ['0', 未填]", {"0": None, "未填": None, "1": 100}),
        ('values: {"0": unknown, A: "3000"}', {"0": None, "a": 300000, "Ａ": 300000, "5": 500}),
    ],
)
def test_an_amount_in_another_unit_comes_out_exactly_or_is_refused(
    said: str, cells: dict[str, Any], tmp_path: Path
) -> None:
    """An amount a year or in 万元 becomes whole fen a month, as the mapping rounds, or is refused with the reason."""
    table = "h,收入\n" + "".join(f"{at},{cell}\n" for at, cell in enumerate(cells, 1))
    chunks = mapped(
        tmp_path, table, f"persons:\n  columns:\n    h: household_id\n    收入: {{fact: monthly_income, {said}}}\n"
    )

    found = {int(each.id): each.members[0].get("monthly_income") for each in profiles(chunks)}
    found |= {row - 1: why for _, row, column, _, why in rejects(chunks) if column == "收入"}
    words = {"it lies between 0 and 10000000": "this amount lies between 0 and 10000000 yuan"}
    assert [found[at] for at in range(1, len(cells) + 1)] == [words.get(each, each) for each in cells.values()]


@pytest.mark.parametrize(
    ("said", "cells"),
    [
        (
            "unit: years",
            {
                "3": 36,
                "1.5": 18,
                "3年": 36,
                "3个月": "a number of years belongs here; the unit is another one: write the number alone",
            },
        ),
        (
            "unit: months",
            {"3": 3, "3年": "a number of months belongs here; the unit is another one: write the number alone"},
        ),
    ],
)
def test_years_become_months(said: str, cells: dict[str, Any], tmp_path: Path) -> None:
    """A number of years is one of months where the fact counts months."""
    table = "h,n\n" + "".join(f"{at},{cell}\n" for at, cell in enumerate(cells, 1))
    chunks = mapped(
        tmp_path, table, f"persons:\n  columns:\n    h: household_id\n    n: {{fact: residence_months, {said}}}\n"
    )

    found = {int(each.id): each.members[0]["residence_months"] for each in profiles(chunks)}
    found |= {row - 1: why for _, row, column, _, why in rejects(chunks) if column == "n"}
    assert [found[at] for at in range(1, len(cells) + 1)] == list(cells.values())


@pytest.mark.parametrize(
    ("form", "cells"),
    [
        (
            "DD/MM/YYYY",
            {"08/10/1969": date(1969, 10, 8), "8/1/1969": date(1969, 1, 8), "1969-10-08": date(1969, 10, 8)},
        ),
        ("MM-DD-YYYY", {"10-08-1969": date(1969, 10, 8), "13-08-1969": "there is no such day"}),
        ("YYYYDDMM", {"19690810": date(1969, 10, 8)}),
        ("D.M.YYYY", {"8.10.1969": date(1969, 10, 8)}),
        ("serial", {"25484": date(1969, 10, 8), "25484.0": date(1969, 10, 8), "1969/10/08": date(1969, 10, 8)}),
        ("serial-1904", {"24022": date(1969, 10, 8)}),
    ],
)
def test_days_in_the_form_that_a_mapping_gives(form: str, cells: dict[str, Any], tmp_path: Path) -> None:
    """Days are read as the mapping says, for one column or for all, and else as offices write them."""
    table = "h,d\n" + "".join(f"{at},{cell}\n" for at, cell in enumerate(cells, 1))
    for where in (
        "columns:\n    h: household_id\n    d: {fact: birth_date, dates: %s}",
        "dates: %s\n  columns: {h: household_id, d: birth_date}",
    ):
        chunks = mapped(tmp_path, table, f"persons:\n  {where % form}\n")

        found = {int(each.id): each.members[0]["birth_date"] for each in profiles(chunks)}
        found |= {row - 1: why for _, row, _, _, why in rejects(chunks)}
        assert [found[at] for at in range(1, len(cells) + 1)] == list(cells.values())


def test_a_mapping_of_households(tmp_path: Path) -> None:
    """What holds for tables of households is said apart, and headings that a mapping does not name keep their meaning."""
    (tmp_path / "persons.csv").write_text("户号,id,age\nh,a,3\n", "utf-8")
    (tmp_path / "households.csv").write_text("户,家庭月收入,低保类型\nh,100,1\n", "utf-8")
    (tmp_path / "mapping.yaml").write_text(
        "households:\n  columns:\n    户: household_id\n    低保类型: {fact: dibao, values: {1: 城市低保}}\n    家庭月收入: income_total\n",
        "utf-8",
    )

    chunks = take(
        [tmp_path / "persons.csv"], [tmp_path / "households.csv"], tmp_path / "work", mapping=tmp_path / "mapping.yaml"
    )

    assert [(each.household, each.members) for each in profiles(chunks)] == [
        ({"dibao": "urban", "income_total": 10000}, ({"id": "a", "age": 3},))
    ]


@pytest.mark.parametrize(
    ("heading", "cell", "value"),
    [
        ("本人月收入（计入口径）（元）", "100", 10000),
        ("本人月收入（计入口径）(万元/年)", "1.2", 100000),
        ("本人月收入（计入口径）【单位：元】", "1.5", 150),
        ("monthly_income (yuan a year)", "120", 1000),
        ("monthly_income_fen", "120", 120),
    ],
)
def test_a_unit_in_the_heading_counts(heading: str, cell: str, value: int, tmp_path: Path) -> None:
    """An amount is in the unit that stands in brackets behind the name of its fact, and that is told where it is another one."""
    path = tmp_path / "persons.csv"
    path.write_text(f"household_id,{heading}\nh,{cell}\n", "utf-8")

    assert profiles(take([path], [], tmp_path / "work"))[0].members == ({"id": "m1", "monthly_income": value},)
    told = [note.en for note in People.open([path], [], RULES).notes]
    assert told == (
        [f"column `{heading}` is reckoned from the unit in its heading"] if "年" in heading or "year" in heading else []
    )


def test_a_unit_in_the_heading_that_is_none_is_not_passed_over(tmp_path: Path) -> None:
    """A column in a unit that nobody knows is not taken for one in yuan: it is not used, and that is told."""
    path = tmp_path / "persons.csv"
    path.write_text("household_id,age,monthly_income (dollars)\nh,3,5\n", "utf-8")

    assert profiles(take([path], [], tmp_path / "work"))[0].members == ({"id": "m1", "age": 3},)
    assert "`monthly_income (dollars)` is not used" in People.open([path], [], RULES).notes[0].en
