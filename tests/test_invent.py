"""Invented cities: consistent, the same from the same seed, near what was assumed, with gaps, and with wrong cells that are counted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from textwrap import dedent

import openpyxl
import polars as pl
import pytest
from families import ROOT, run
from packs_for_tests import HOUSEHOLD, PERSON, facts_file, make_pack, rule, shipped
from pages import blocks

from eligibility import RulePack, Rules
from eligibility.columns.frames import HOME, ID, columns_of, to_profiles
from eligibility.derived import contradictions
from eligibility.elapsed import months, years
from eligibility.errors import Lacking
from eligibility.invented import city as invented
from eligibility.invented.city import City
from eligibility.invented.counties import RESIDENTS
from eligibility.invented.draws import full_months, full_years
from eligibility.invented.files import Parquet
from eligibility.invented.laying import Form, lay
from eligibility.invented.receiving import in_money
from eligibility.invented.table import assumptions
from eligibility.invented.written import Hand
from eligibility.resident import born, problem, sex
from eligibility.tables.chunks import People
from eligibility.targets.columnar import answer

DAY = date(2019, 9, 1)
DIGEST = """
import hashlib, pathlib, sys
from datetime import date
from eligibility import RulePack
from eligibility.invented import city
from eligibility.invented.laying import Form, lay
from eligibility.invented.written import Hand
folder, form, city.BLOCK = pathlib.Path(sys.argv[1]), sys.argv[2], 300
rules = RulePack.default().on(date(2019, 9, 1))
lay(city.City(rules, int(sys.argv[3]), seed=3), Hand(rules.pack.contents, rules.day), folder, form, 0.001)
print(*(hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())))
"""
"""Lays a city of several blocks down and prints the digests of its files."""


@cache
def rules(day: date = DAY) -> Rules:
    """Returns the rules of Baiyin on a day."""
    return shipped().on(day)


@cache
def whole(people: int = 20_000, gaps: float = 0.0, seed: int = 1, day: date = DAY) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns a city in one piece."""
    blocks = list(City(rules(day), people, seed, gaps).blocks())
    return pl.concat([each[0] for each in blocks]), pl.concat([each[1] for each in blocks])


def wrong(persons: pl.DataFrame, households: pl.DataFrame, law: Rules) -> Iterator[tuple[str, str, str]]:
    """Yields what contradicts itself in a city: household, fact, and why."""
    for profile in to_profiles(persons, households, as_of=law.day, schema=law.pack.contents.schema):
        for each in contradictions(law, profile.household, profile.members):
            yield profile.id, each.fact, each.message.en


@pytest.mark.parametrize(
    ("day", "gaps"),
    [
        pytest.param(day, gaps, marks=[pytest.mark.slow] * (day.year == 2022 or (day.year == 2020 and not gaps)))
        for day in (date(2017, 12, 31), date(2020, 2, 29), date(2022, 3, 1))
        for gaps in (0.0, 0.35)
    ],
)
def test_nobody_contradicts_themself(day: date, gaps: float) -> None:
    """No household of a city is refused: nothing is stated that something else rules out, whatever is missing, on any day."""
    law = shipped().on(day)
    persons, households = next(iter(City(law, 1_500, seed=day.day, gaps=gaps).blocks()))

    assert list(wrong(persons, households, law)) == []
    assert persons.columns == list(columns_of(law.pack.contents.schema, "person"))
    assert dict(persons.schema) == columns_of(law.pack.contents.schema, "person")
    assert dict(households.schema) == columns_of(law.pack.contents.schema, "household")


def test_a_contradiction_would_be_seen() -> None:
    """The check above finds a city in which somebody's age is not what follows from the birth date."""
    persons, households = whole(1_500)
    older = persons.with_columns(
        pl.when(pl.int_range(pl.len()) == 7).then(pl.col("age") + 1).otherwise("age").alias("age")
    )

    assert [fact for _, fact, _ in wrong(older, households, rules())] == ["age"]


def test_everybody_is_in_a_household_once() -> None:
    """There are as many people as were asked for, each with an id of their own, in the order of their households, a head first."""
    persons, households = whole()

    assert persons.height == 20_000
    assert persons.select(pl.struct(HOME, ID).n_unique()).item() == 20_000
    assert persons.get_column(HOME).unique(maintain_order=True).equals(households.get_column(HOME))
    assert persons.group_by(HOME, maintain_order=True).first().get_column("relation").unique().to_list() == ["head"]


@pytest.mark.parametrize("people", [400, pytest.param(1_500, marks=pytest.mark.slow)])
def test_a_larger_city_begins_as_a_smaller_one(people: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the size of a city nor that of the blocks in which it is invented changes anybody in it."""
    small = whole(people, 0.2)[0]
    monkeypatch.setattr(invented, "BLOCK", 130)
    larger = pl.concat(persons for persons, _ in City(rules(), people + 300).blocks())

    assert larger.head(people).equals(small)


@pytest.mark.parametrize(
    ("form", "people"),
    [("parquet", 700), *(pytest.param(form, 2_500, marks=pytest.mark.slow) for form in ("parquet", "csv"))],
)
def test_the_same_seed_gives_the_same_bytes(form: str, people: int, tmp_path: Path) -> None:
    """Files have the same bytes again, on one processor and on several."""
    digests = set()
    for processors in ("1", "3"):
        folder = tmp_path / processors
        folder.mkdir()
        environment = os.environ | {"POLARS_MAX_THREADS": processors}
        command = [sys.executable, "-c", DIGEST, str(folder), form, str(people)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        digests.add(done.stdout)

    assert len(digests) == 1
    assert len(digests.pop().split()) == 3


def test_another_seed_gives_other_people() -> None:
    """Two seeds have little in common."""
    first, second = whole(1_500)[0], whole(1_500, seed=2)[0]

    assert (first.get_column("birth_date") == second.get_column("birth_date")).sum() < 5


def test_counties_have_their_shares() -> None:
    """Each county has the part of the people that was counted there, within a hundredth."""
    persons, households = whole()
    lived = persons.join(households.select(HOME, "residence_county"), on=HOME).get_column("residence_county")
    counted = dict(lived.value_counts().iter_rows())

    assert set(counted) == set(RESIDENTS)
    for county, residents in RESIDENTS.items():
        assert counted[county] / persons.height == pytest.approx(residents / sum(RESIDENTS.values()), abs=0.01)


@pytest.mark.parametrize(
    ("fact", "whom", "share"),
    [
        ("hypertension", pl.col("age") >= 65, 0.45),
        ("hypertension", pl.col("age") < 18, 0.0),
        ("needy_student", pl.col("education_stage") == "none", 0.0),
        ("serious_illness", pl.col("age") < 60, 0.008),
        ("cremated", pl.col("died"), 0.5),
        ("unattended_child", pl.col("orphan"), 0.0),
        ("wants_work", pl.col("employment") == "employed", 1.0),
    ],
)
def test_shares_are_those_of_the_table(fact: str, whom: pl.Expr, share: float) -> None:
    """Of those whom a case of the table is for, the share that it states have a yes."""
    persons = whole()[0].filter(whom)

    assert persons.height > 8
    assert persons.get_column(fact).mean() == pytest.approx(
        share, abs=2.5 * (share * (1 - share) / persons.height) ** 0.5
    )


def test_every_assumption_is_about_a_fact() -> None:
    """Everything that the table assumes is a fact of Baiyin, and every fact but names and what follows from others has an entry."""
    schema = rules().pack.contents.schema
    invented_elsewhere = {
        "relation",
        "birth_date",
        "age",
        "sex",
        "residence_county",
        "area",
        "receives",
        "name",
        "resident_id",
    }

    assert assumptions().facts <= set(schema.facts)
    assert set(schema.facts) - assumptions().facts == invented_elsewhere


def test_ages_make_a_people() -> None:
    """There are children, grown people and old ones in the proportions of an ageing county, and as many women as men."""
    persons = whole()[0]
    young, old, women = (
        persons.select(each.mean()).item()
        for each in (pl.col("age") < 15, pl.col("age") >= 60, pl.col("sex") == "female")
    )

    assert 0.15 < young < 0.25
    assert 0.14 < old < 0.24
    assert 0.48 < women < 0.53


def test_schools_fit_ages() -> None:
    """Whoever is at school is of an age for it, in a year of study that fits; who is at none has no school."""
    persons = whole()[0]
    ages = {"kindergarten": (3, 6), "primary": (6, 12), "junior_secondary": (12, 15), "tertiary": (18, 24)}
    for stage, (low, high) in ages.items():
        found = persons.filter(pl.col("education_stage") == stage)
        assert found.get_column("age").is_between(low, high).all()
        assert found.get_column("school_ownership").null_count() == 0
    grades = persons.filter(pl.col("education_stage") == "primary").select(pl.col("age") - pl.col("school_grade"))
    none = persons.filter(pl.col("education_stage") == "none").select(
        "school_grade", "school_ownership", "school_county"
    )

    assert grades.to_series().is_between(5, 6).all()
    assert none.null_count().row(0) == (none.height,) * 3


def test_elapsed_time_is_that_of_profiles() -> None:
    """Full months and years over columns are those that profiles have, month ends and leap days included."""
    starts = [
        date(2000 + year, month, day)
        for year in (0, 15, 16)
        for month in (1, 2, 8)
        for day in (1, 28, 29, 31)
        if day < 29 or month != 2
    ]
    starts += [date(2000, 2, 29), date(2016, 2, 29)]
    for end in (date(2017, 2, 28), date(2016, 2, 29), date(2016, 8, 31), date(2016, 9, 30), date(2018, 3, 27)):
        frame = pl.DataFrame({"start": starts}).select(
            months=full_months(pl.col("start"), end), years=full_years(pl.col("start"), end)
        )
        assert frame.get_column("months").to_list() == [months(start, end) for start in starts]
        assert frame.get_column("years").to_list() == [years(start, end) for start in starts]


def test_gaps_are_those_of_registers() -> None:
    """About the share of cells asked for is empty, some registers are missing for whole counties, and whose row it is stays known."""
    full, (persons, households) = whole()[0], whole(gaps=0.3)
    county = persons.join(households.select(HOME, "residence_county"), on=HOME, maintain_order="left")
    plain = [
        fact.name for fact in rules().pack.contents.schema.of("person") if fact.document is None and fact.type == "bool"
    ]
    empty = persons.select(pl.col(plain).null_count() / pl.len()).row(0)
    bare = county.group_by("residence_county").agg(pl.col(plain).is_null().all()).drop("residence_county")

    assert sum(empty) / len(empty) == pytest.approx(0.3, abs=0.05)
    assert 0.05 < sum(bare.select(pl.all().sum()).row(0)) / (5 * len(plain)) < 0.3
    assert full.select(pl.col(plain).null_count()).row(0) == (0,) * len(plain)
    assert households.get_column("residence_county").null_count() == 0
    assert persons.get_column("relation").null_count() == 0
    assert 0 < persons.get_column("birth_date").null_count() / persons.height < 0.1


def test_gaps_empty_cells_and_change_none() -> None:
    """What stands in a city with gaps is what stands in the one without."""
    full, gappy = whole(1_500)[0], whole(1_500, 0.35)[0]
    for name in set(full.columns) - {"receives"}:
        both = gappy.select(pl.col(name).alias("a")).with_columns(full.get_column(name).alias("b"))
        assert both.filter(pl.col("a").is_not_null() & pl.col("a").ne_missing(pl.col("b"))).height == 0


def test_take_up_errs_in_both_directions() -> None:
    """Most of those entitled to money draw it, some do not, and a few draw what they are not entitled to, in the shares assumed."""
    persons, households = whole()
    only = tuple(each.entitlement.id for each in rules().state.rulings if in_money(each))
    found = answer(rules(), persons, households, only, missing=False)[0].with_columns(persons.get_column("receives"))
    draws: dict[int, list[int]] = {outcome: [0, 0] for outcome in (0, 2)}
    for id in (
        "elderly-care-subsidy",
        "disability-living-subsidy",
        "unemployment-benefit",
        "needy-student-living-subsidy",
    ):
        for outcome, counts in draws.items():
            of = found.filter(pl.col(id) == outcome).get_column("receives").list.contains(id)
            counts[0] += int(of.sum())
            counts[1] += of.len()

    assert draws[2][0] / draws[2][1] == pytest.approx(assumptions().receives["eligible"], abs=0.04)
    assert draws[0][0] / draws[0][1] == pytest.approx(assumptions().receives["ineligible"], abs=0.0004)


def test_a_status_held_is_drawn() -> None:
    """Whoever holds a status that an entitlement gives draws it, but for a few; what is a household's is drawn by its first member."""
    persons, households = whole()
    heads = persons.group_by(HOME, maintain_order=True).first().join(households, on=HOME, maintain_order="left")
    drawn = pl.col("receives").list.contains("minimum-living-guarantee")

    assert heads.filter(pl.col("dibao") != "none").select(drawn.mean()).item() == pytest.approx(0.98, abs=0.02)
    assert persons.filter(pl.col("relation") != "head").select(drawn.sum()).item() == 0


def test_a_number_shows_that_it_is_invented() -> None:
    """Resident numbers fit birth, sex and their last digit, and are of a region that no province has; names are no names."""
    persons = next(iter(City(rules(), 800, gaps=0.0, numbers=True).blocks()))[0]
    for number, name, birth, told in persons.select("resident_id", "name", "birth_date", "sex").iter_rows():
        assert number.startswith("99")
        assert problem(number) is None
        assert (born(number), sex(number)) == (birth, told)
        assert len(name) == 2
        assert name.endswith("某")
    assert persons.get_column("resident_id").n_unique() == 800


@pytest.mark.parametrize("form", ["csv", *(pytest.param(form, marks=pytest.mark.slow) for form in ("parquet", "xlsx"))])
def test_wrong_cells_are_counted_exactly(form: str, tmp_path: Path) -> None:
    """The cells that differ from the city without damage are those that are listed, and as many as are told."""
    hand = Hand(rules().pack.contents, DAY)
    folders = tmp_path / "sound", tmp_path / "damaged"
    for folder in folders:
        folder.mkdir()
    lay(City(rules(), 600), hand, folders[0], form, 0.0)  # type: ignore[arg-type]  # one of the forms
    laid = lay(City(rules(), 600), hand, folders[1], form, 0.004)  # type: ignore[arg-type]  # as above

    listed = [json.loads(line) for line in (folders[1] / "damaged.jsonl").read_text("utf-8").splitlines()]
    found = []
    for name in ("persons", "households"):
        sound, damaged = (cells(folder / f"{name}.{form}") for folder in folders)
        assert sound.height == damaged.height
        for column in sound.columns:
            differ = sound.get_column(column).ne_missing(damaged.get_column(column)).arg_true().to_list()
            found += [(f"{name}.{form}", row + 2, column) for row in differ]

    assert laid.damaged == len(listed) > 60
    assert sorted(found) == sorted((each["file"], each["row"], each["column"]) for each in listed)
    assert not (folders[0] / "damaged.jsonl").exists()


def cells(path: Path) -> pl.DataFrame:
    """Returns the cells of a table as texts, whatever its form."""
    if path.suffix == ".csv":
        return pl.read_csv(path, infer_schema=False)
    if path.suffix == ".parquet":
        frame = pl.read_parquet(path)
        lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
        return frame.with_columns(pl.col(lists).list.join(";")).cast(pl.String)
    head, *rows = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
    return pl.DataFrame(
        [[None if each is None else str(each) for each in row] for row in rows],
        schema=dict.fromkeys(map(str, head), pl.String),
        orient="row",
    )


@pytest.mark.parametrize(
    ("form", "office", "damage"),
    [
        pytest.param("parquet", False, 0.0, marks=pytest.mark.slow),
        ("parquet", False, 0.004),
        pytest.param("csv", False, 0.004, marks=pytest.mark.slow),
        ("csv", True, 0.0),
        ("xlsx", True, 0.004),
    ],
)
def test_what_is_written_is_read_back(form: Form, damage: float, tmp_path: Path, *, office: bool) -> None:
    """Tables are read as they were invented, in every form and hand, and what was planted, and nothing else, is refused."""
    names, city = [f"{table}.{form}" for table in ("persons", "households")], City(rules(), 400, numbers=office)
    lay(city, Hand(rules().pack.contents, DAY, office, office), tmp_path, form, damage)
    work = tmp_path / "work"
    work.mkdir()
    chunks = list(People.open([tmp_path / names[0]], [tmp_path / names[1]], rules()).chunks(work, 100_000))
    rejects = pl.concat([each.rejects for each in chunks])
    own = rejects.filter(~pl.col("en").str.contains("another row of this household"))
    read, told = pl.concat([each.persons for each in chunks]), next(iter(city.blocks()))[0]

    if damage:
        listed = [json.loads(line) for line in (tmp_path / "damaged.jsonl").read_text("utf-8").splitlines()]
        assert {tuple(each.values()) for each in listed} == set(own.select("file", "row", "column").rows())
        assert 0 < read.height < 400
    else:
        assert rejects.height == 0
        shared = [name for name in told.columns if name in read.columns]
        assert len(shared) > 110
        assert read.select(shared).equals(told.select(shared))


def test_money_is_written_as_yuan(tmp_path: Path) -> None:
    """The fen of the inside are yuan with two decimals outside: a decimal in Parquet, a text in CSV."""
    persons = whole(600)[0]
    for form in ("parquet", "csv"):
        lay(City(rules(), 600, gaps=0.0), Hand(rules().pack.contents, DAY), tmp_path, form, 0.0)
    typed, text = (
        pl.read_parquet(tmp_path / "persons.parquet"),
        pl.read_csv(tmp_path / "persons.csv", infer_schema=False),
    )
    fen = persons.get_column("monthly_income")

    assert typed.schema["monthly_income"] == pl.Decimal(18, 2)
    assert (typed.get_column("monthly_income") * 100).cast(pl.Int64).equals(fen)
    written = text.get_column("monthly_income")
    assert written.str.contains(r"^\d+\.\d\d$").all()
    assert written.str.replace(".", "", literal=True).cast(pl.Int64).equals(fen)
    assert pl.read_parquet(tmp_path / "households.parquet").get_column("as_of").unique().to_list() == [DAY]


def test_an_office_writes_as_offices_do(tmp_path: Path) -> None:
    """An office's table is GB18030 with Chinese headings, 是 and 否, days with strokes, labels for codes."""
    done = run("invent", "--people", "300", "--office", "-o", "city", folder=tmp_path)
    text = (tmp_path / "city/persons.csv").read_bytes().decode("gb18030")
    table = pl.read_csv(text.encode(), infer_schema=False)

    assert done.returncode == 0, done.stderr.decode()
    assert table.columns[:6] == ["家庭编号", "人员编号", "与户主的关系", "出生日期", "周岁年龄", "性别"]
    assert table.get_column("出生日期").drop_nulls().str.contains(r"^\d{4}/\d\d/\d\d$").all()
    assert set(table.get_column("全日制就读").drop_nulls()) == {"是", "否"}
    assert "会宁县" in table.get_column("户籍所在县区").to_list()
    assert "无" in table.get_column("居住证签发省份").to_list()
    assert not any((table.get_column(name) == "none").any() for name in table.columns)
    assert "数据日期" in (tmp_path / "city/households.csv").read_bytes().decode("gb18030")


def test_a_workbook_holds_numbers_and_days(tmp_path: Path) -> None:
    """In a workbook counts and sums are numbers, days are days, yes and no are booleans."""
    lay(City(rules(), 300), Hand(rules().pack.contents, DAY), tmp_path, "xlsx", 0.0)
    head, *rows = openpyxl.load_workbook(tmp_path / "persons.xlsx").worksheets[0].iter_rows(values_only=True)
    kinds = {name: {type(row[at]).__name__ for row in rows} - {"NoneType"} for at, name in enumerate(head)}

    assert len(rows) == 300
    assert (kinds["age"], kinds["birth_date"], kinds["full_time"], kinds["relation"]) == (
        {"int"},
        {"datetime"},
        {"bool"},
        {"str"},
    )
    assert kinds["monthly_income"] <= {"int", "float"}


@pytest.mark.parametrize("which", ["example", "small"])
def test_other_packs_have_cities_too(which: str, tmp_path: Path) -> None:
    """A pack of which nothing is assumed has people and households of its own vocabulary, none of whom contradicts themself."""
    law = (RulePack.load(ROOT / "examples/packs/heating") if which == "example" else small(tmp_path)).on(
        date(2024, 6, 1)
    )
    persons, households = next(iter(City(law, 1_500).blocks()))

    assert list(wrong(persons, households, law)) == []
    income, rents = persons.get_column("income"), households.get_column("rents")
    assert income.n_unique() > 100
    assert 0.05 < income.null_count() / income.len() < 0.45
    assert set(rents.unique().to_list()) == {True, False, None}
    assert persons.get_column("birth_date").n_unique() > 500


def small(folder: Path) -> RulePack:
    """Returns a pack with facts of each type, with some that follow from others, and with rules between them."""
    integrity = """
        - id: poor-is-counted
          owner: person
          holds: not poor or counted
          label: {zh: 名称, en: name}
        - id: married-is-grown
          owner: person
          holds: not married or age >= 16
          label: {zh: 名称, en: name}
    """
    return make_pack(folder / "pack", facts_file(integrity=dedent(integrity)), {"a": rule("a")})


def test_a_fact_that_does_not_apply_is_left_out(tmp_path: Path) -> None:
    """What a pack asks only of some is stated of nobody else, though nothing is assumed of it."""
    law = small(tmp_path).on(date(2024, 6, 1))
    persons = next(iter(City(law, 1_500, gaps=0.0).blocks()))[0]

    assert {*PERSON} | {*HOUSEHOLD} == set(law.pack.contents.schema.facts)
    assert persons.filter(pl.col("stage") == "none").get_column("grade").null_count() > 300
    assert persons.filter((pl.col("stage") == "none") & pl.col("grade").is_not_null()).height == 0
    assert persons.filter(pl.col("stage") != "none").get_column("grade").null_count() == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--office", "--format", "parquet"], "--office is for csv and xlsx"),
        (["--people", "2000000", "--format", "xlsx"], "a sheet has 1,048,575 rows at most"),
        (["--people", "0"], "the value of `--people` is wrong"),
        (["--gaps", "1.5"], "the value of `--gaps` is wrong"),
    ],
)
def test_what_cannot_be_written_is_said(arguments: list[str], said: str, tmp_path: Path) -> None:
    """A city that cannot be written as asked for ends with 2, says why, and leaves no folder."""
    done = run("invent", *arguments, "-o", "city", "--lang", "en", folder=tmp_path)

    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr.decode()
    assert not (tmp_path / "city").exists()


def test_a_city_is_not_written_over(tmp_path: Path) -> None:
    """A city that is there stays, unless it is told to be written over; the files are named on standard output."""
    call = ["invent", "--people", "100", "-o", "city", "--lang", "en"]
    options = {"folder": tmp_path}
    first, second = run(*call, **options), run(*call, "--seed", "2", **options)  # type: ignore[arg-type]  # as run has them
    kept = (tmp_path / "city/persons.parquet").read_bytes()
    third = run(*call, "--seed", "2", "--force", **options)  # type: ignore[arg-type]  # as above

    assert (first.returncode, second.returncode, third.returncode) == (0, 2, 0)
    assert "--force overwrites it" in second.stderr.decode()
    assert first.stdout.decode().splitlines() == ["city/persons.parquet", "city/households.parquet"]
    assert "None of them is real" in first.stderr.decode()
    assert kept != (tmp_path / "city/persons.parquet").read_bytes()
    assert sorted(path.name for path in (tmp_path / "city").iterdir()) == ["households.parquet", "persons.parquet"]


def test_what_the_page_shows_runs(tmp_path: Path) -> None:
    """Each call of `invent` that the page on whole cities shows ends well, and lays a city down where it says."""
    calls = [
        line.split() for _, text in blocks("sh") for line in text.splitlines() if line.startswith("eligibility invent")
    ]
    for _, *words in calls:
        done = run(*words, folder=tmp_path)
        assert done.returncode == 0, done.stderr.decode()
        assert list((tmp_path / words[-1]).glob("persons.*"))

    assert len(calls) >= 2


@pytest.mark.parametrize(
    "error",
    [OSError(28, "full"), pl.exceptions.ComputeError("cannot write: No space left on device (os error 28)")],
    ids=["system", "polars"],
)
def test_a_full_disk_leaves_no_half_a_table(error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is told as such, and nothing is left of what was begun."""

    def full(_: Parquet) -> None:
        raise error

    monkeypatch.setattr(Parquet, "close", full)
    with pytest.raises(Lacking, match="the disk is full"):
        lay(City(rules(), 100), Hand(rules().pack.contents, DAY), tmp_path, "parquet", 0.0)

    assert list(tmp_path.iterdir()) == []


def test_another_fault_is_not_taken_for_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no full disk is raised as what it is."""

    def wrong(_: Parquet) -> None:
        raise OSError(13, "no", "there")

    monkeypatch.setattr(Parquet, "close", wrong)
    with pytest.raises(PermissionError, match="there"):
        lay(City(rules(), 100), Hand(rules().pack.contents, DAY), tmp_path, "parquet", 0.0)
