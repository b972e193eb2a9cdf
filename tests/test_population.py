"""Whole tables screened: the answers of the core, in every form, and every row in the results or among the rejects."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from batches import WRONG, City, Make, people, tree
from packs_for_tests import DAY, rule

from eligibility import BadChoice, screen
from eligibility.columns.frames import to_profiles
from eligibility.errors import TableError
from eligibility.money import fen
from eligibility.population import Step, screen_tables
from eligibility.runs import rejects, settling, workbooks
from eligibility.runs.files import csv as as_csv
from eligibility.runs.files import inert
from eligibility.runs.manifest import RunOptions
from eligibility.runs.outputs import Outputs
from eligibility.runs.rejects import ANOTHER, MiscountedError
from eligibility.runs.spoken import yuan
from eligibility.tables.chunks import People
from eligibility.tables.rows import AS_OF

Row = tuple[Any, ...]


@pytest.fixture
def city(make: Make, tmp_path: Path) -> City:
    """Gives some tables with a pack."""
    return City.build(make, tmp_path / "in")


def expected(city: City, *, everything: bool = False) -> list[Row]:
    """Returns the answers of the core to every household that can be so, in the order of a screening."""
    persons, households = (table.filter(pl.col("household_id") != WRONG) for table in people(14))
    rules, found = city.pack.on(DAY), []
    for profile in to_profiles(persons, households, schema=city.pack.contents.schema):
        for each in screen(rules, profile).determinations:
            if everything or each.outcome != "ineligible":
                subject = None if each.subject == "household" else each.subject
                amount = (fen(each.amount.yuan), each.amount.per) if each.amount else (None, None)
                found.append((profile.id, subject, each.entitlement, each.outcome, *amount))
    return found


def read_all(folder: Path) -> pl.DataFrame:
    """Returns the tables of all chunks as one."""
    return pl.concat(pl.read_parquet(path) for path in sorted(folder.glob("*.parquet")))


@pytest.mark.parametrize("everything", [False, True])
def test_a_long_table_has_the_answers_of_the_core(city: City, tmp_path: Path, everything: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """The long table holds, row by row and in their order, what the core answers for each household."""
    done = city.screen(tmp_path / "out", everything=everything)
    found = read_all(done.folder / "determinations")

    assert found.drop("missing", "amount_missing").rows() == expected(city, everything=everything)
    assert found.height == done.counts.written
    assert found.schema["amount_fen"] == pl.Int64
    assert found.schema["outcome"] == pl.Enum(["ineligible", "undetermined", "eligible"])


def test_what_is_missing_is_told(city: City, tmp_path: Path) -> None:
    """An open answer names the fact that it waits for, one of another owner with that owner before it."""
    city.screen(tmp_path / "out")
    found = read_all(tmp_path / "out" / "determinations")
    waits = found.filter(pl.col("outcome") == "undetermined").select("entitlement", "missing").unique().sort("missing")

    assert waits.rows() == [("pupil", "household.status stage"), ("pupil", "stage"), ("renting", "status")]


def test_a_wide_table_has_the_answers_of_the_core(city: City, tmp_path: Path) -> None:
    """The wide tables hold a row for each person and household, and the same answers as the long one."""
    done = city.screen(tmp_path / "out", shape="wide")
    persons, households = (read_all(done.folder / "wide" / name) for name in ("persons", "households"))
    long = [
        (row["household_id"], row.get("id"), id, row[id], row[f"{id}.amount"])
        for table, ids in ((persons, ("old", "pupil")), (households, ("renting",)))
        for row in table.iter_rows(named=True)
        for id in ids
    ]

    assert sorted(long, key=str) == sorted((row[:5] for row in expected(city, everything=True)), key=str)
    assert (persons.height, households.height) == (done.counts.persons, done.counts.households)


@pytest.mark.parametrize("said", [{"shape": "tall"}, {"form": "pdf"}, {"chunk_rows": 0}, {"lang": "fr"}])
def test_options_that_cannot_be_are_refused(city: City, tmp_path: Path, said: dict[str, Any]) -> None:
    """A program that asks for a shape or form that there is not hears so, and nothing is begun."""
    with pytest.raises(BadChoice, match=f"`{next(iter(said))}`"):
        city.screen(tmp_path / "out", **said)
    assert not (tmp_path / "out").exists()


def test_chunks_change_nothing_but_the_files(city: City, tmp_path: Path) -> None:
    """However the tables are cut, the answers are the same."""
    found = []
    for rows in (1, 4, 1000):
        city.screen(tmp_path / f"{rows}", chunk_rows=rows)
        found.append(read_all(tmp_path / f"{rows}" / "determinations").rows())

    assert found[0] == found[1] == found[2]


FORMS = [(form, shape) for form in ("parquet", "csv", "json", "xlsx") for shape in ("long", "wide")]
QUICK = {("parquet", "long"), ("csv", "wide"), ("json", "long"), ("xlsx", "wide")}


@pytest.mark.parametrize(
    ("form", "shape"), [pytest.param(*each, marks=[pytest.mark.slow] * (each not in QUICK)) for each in FORMS]
)
def test_the_same_tables_give_the_same_bytes(city: City, tmp_path: Path, form: str, shape: str) -> None:
    """Two runs on the same tables write the same bytes, whatever the form."""
    for name in ("one", "two"):
        city.screen(tmp_path / name, form=form, shape=shape)

    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def rows_of_csv(raw: bytes) -> list[list[str]]:
    """Returns the cells of a CSV file as Excel reads them: UTF-8 by its mark."""
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_csv_is_for_people(make: Make, tmp_path: Path) -> None:
    """CSV has headings, names and outcomes in the language that was asked for, and money in yuan."""
    city = City.build(make, tmp_path / "in")
    city.screen(tmp_path / "zh", form="csv", chunk_rows=1000)
    city.screen(tmp_path / "en", form="csv", chunk_rows=1000, lang="en")
    zh, en = (rows_of_csv((tmp_path / lang / "determinations" / "00000.csv").read_bytes()) for lang in ("zh", "en"))

    assert zh[0] == "户编号 成员编号 事项代码 事项 结果 金额（元） 每次或每多久 还要弄清 金额还要弄清".split()  # noqa: SIM905 - a list of nine is longer
    assert en[0][:6] == ["household", "member", "code", "entitlement", "result", "amount (yuan)"]
    assert zh[1] == ["h0", "a", "old", "名称", "符合", "100", "每月", "", ""]
    assert en[1] == ["h0", "a", "old", "name", "eligible", "100", "a month", "", ""]
    assert {tuple(row[1:2] + row[7:]) for row in zh if row[2] == "renting" and row[4] == "待定"} == {
        ("全家", "名称", "")
    }
    assert {row[7] for row in zh if row[2] == "pupil" and row[4] == "待定"} == {"名称", "家庭：名称；名称"}
    assert len(zh) == len(en) == len(expected(city)) + 1


def test_json_lines_are_for_machines(city: City, tmp_path: Path) -> None:
    """JSON Lines have the columns of Parquet."""
    city.screen(tmp_path / "json", form="json", chunk_rows=1000)
    city.screen(tmp_path / "parquet", chunk_rows=1000)
    lines = (tmp_path / "json" / "determinations" / "00000.jsonl").read_text("utf-8").splitlines()
    table = pl.read_parquet(tmp_path / "parquet" / "determinations" / "00000.parquet")

    assert [json.loads(line) for line in lines] == table.to_dicts()


@pytest.mark.parametrize("shape", ["long", "wide"])
def test_a_workbook_holds_what_csv_holds(city: City, tmp_path: Path, shape: str) -> None:
    """The workbook has the cells of the CSV files, all of them texts, and says that it is no decision."""
    city.screen(tmp_path / "csv", form="csv", shape=shape, chunk_rows=1000)
    city.screen(tmp_path / "xlsx", form="xlsx", shape=shape)
    files = {"long": ["determinations/00000.csv"], "wide": ["wide/persons/00000.csv", "wide/households/00000.csv"]}
    name = "determinations.xlsx" if shape == "long" else "wide.xlsx"
    book = openpyxl.load_workbook(tmp_path / "xlsx" / name)
    for sheet, file in zip(book.worksheets, files[shape], strict=False):
        cells = [["" if cell.value is None else cell.value for cell in row] for row in sheet.iter_rows()]
        assert cells == rows_of_csv((tmp_path / "csv" / file).read_bytes())
        assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert "不是审批决定" in str(book.worksheets[-1]["A1"].value)


def test_two_entitlements_of_one_name_are_told_apart(make: Make, tmp_path: Path) -> None:
    """In a wide table for people two entitlements that share a name have their ids beside it."""
    city = City.build(make, tmp_path / "in")
    city.screen(tmp_path / "out", form="csv", shape="wide")
    (head, *_) = rows_of_csv((tmp_path / "out" / "wide" / "persons" / "00000.csv").read_bytes())

    assert head[2:4] == ["名称 (old)", "名称 (old)：金额（元）"]
    assert len(set(head)) == len(head)


def test_more_than_a_sheet_holds_is_refused(city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the answers outgrow a sheet of Excel the run ends early, with advice, in both shapes."""
    monkeypatch.setattr(workbooks, "MOST_ROWS", 12)
    for shape in ("long", "wide"):
        with pytest.raises(BadChoice, match="--format parquet or csv"):
            city.screen(tmp_path / shape, form="xlsx", shape=shape)


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1+1", "　=1", "\ufeff=1", "=HYPERLINK(1)"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_formula(text: str, tmp_path: Path) -> None:
    """A text that a table program may take for a formula has an apostrophe before it in CSV, and is a text in Excel."""
    frame = pl.DataFrame({"a": [text, "plain", None], "b": [1, -1, 0]})
    (_, first, second, _) = rows_of_csv(as_csv(frame))
    raw = workbooks.workbook([workbooks.Sheet("s", [frame.select("a")])], (), "n", tmp_path)
    cell = openpyxl.load_workbook(io.BytesIO(raw)).worksheets[0]["A2"]

    assert first == [f"'{text}", "1"]
    assert second == ["plain", "-1"]
    assert (cell.data_type, cell.value.replace("_x000D_", "\r")) == ("s", text)


def test_harmless_texts_stay_as_they_are() -> None:
    """A text in which such a sign stands further back is left alone."""
    frame = pl.DataFrame({"a": ["a=b", "1-2", "张三", "", None, "0012"]})
    assert inert(frame).equals(frame)


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "0"), (5, "0.05"), (100, "1"), (110, "1.10"), (-105, "-1.05"), (10**14 + 1, "1000000000000.01")],
)
def test_fen_are_told_in_yuan(amount: int, text: str) -> None:
    """Money in words is exact, without needless zeros."""
    assert pl.DataFrame({"a": [amount]}).select(yuan("a")).item() == text


def test_what_cannot_be_so_is_refused_with_its_household(city: City, tmp_path: Path) -> None:
    """Every row of a household in which something cannot be so is a reject: one with the reason, the others with theirs."""
    done = city.screen(tmp_path / "out", lang="en")
    (head, *rows) = rows_of_csv((done.folder / "rejects.csv").read_bytes())
    persons, households = people(14)
    mine = [(at + 2) for at, home in enumerate(persons["household_id"]) if home == WRONG]
    ours = households["household_id"].to_list().index(WRONG) + 2
    answered = read_all(done.folder / "determinations")["household_id"].to_list()

    assert head == ["file", "row", "column", "value (masked)", "reason"]
    assert rows[-1] == ["households.parquet", str(ours), "", "", ANOTHER.en]
    assert [row[:3] for row in rows[:-1]] == [["persons.parquet", str(at), "grade"] for at in mine]
    assert "does not apply" in rows[0][4]
    assert WRONG not in answered
    assert done.counts.refused == len(mine) + 1


def test_a_household_without_a_row_is_refused_at_its_first_member(make: Make, tmp_path: Path) -> None:
    """What cannot be so of a household that stands in no table of its own is told at the first row that names it."""
    pack = make(rules={"one": rule("one")}, facts=None)
    persons = pl.DataFrame({"household_id": ["x", "x"], "id": ["a", "b"], "stage": ["none", "none"], "grade": [1, 2]})
    persons.write_parquet(tmp_path / "persons.parquet")
    rules = pack.on(DAY)
    (chunk,) = People.open([tmp_path / "persons.parquet"], [], rules).chunks(tmp_path, 10)
    found = pl.DataFrame([("x", None, "status", "甲", "one"), ("x", "b", "grade", "乙", "two")], orient="row")
    found.columns = ["household_id", "id", "fact", "zh", "en"]
    told = rejects.of_households(chunk.persons, chunk.households, found)

    assert told.select("row", "column", "en").rows() == [(2, "status", "one"), (3, "grade", "two")]


def test_every_row_is_counted(city: City, tmp_path: Path) -> None:
    """The rows in the results and those among the rejects are together those that were read."""
    counts = city.screen(tmp_path / "out").counts
    persons, households = people(14)

    assert counts.rows == persons.height + households.height
    assert counts.answered + counts.refused == counts.rows
    assert counts.persons + counts.households == counts.answered


def lossy(chunks: Iterator[Any], twice: str) -> Iterator[Any]:
    """Yields chunks in which a row is lost, or is refused and answered too."""
    for chunk in chunks:
        if chunk.number == 1:
            if twice == "lost":
                yield replace(chunk, persons=chunk.persons.head(-1))
                continue
            refused = chunk.persons.select("file", "row").head(1)
            more = [pl.lit("").alias(name) for name in ("column", "value", "zh", "en")]
            yield replace(chunk, rejects=refused.select("file", "row", *more), rows=chunk.rows + (twice == "counted"))
            continue
        if not (chunk.number == 2 and twice == "chunk"):
            yield chunk


@pytest.mark.parametrize("fault", ["lost", "twice", "counted", "chunk"])
def test_a_row_that_is_lost_is_noticed(fault: str, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that is in neither results nor rejects, one that is in both, and a chunk that never comes, end the run."""
    chunks = People.chunks
    monkeypatch.setattr(People, "chunks", lambda self, work, size: lossy(chunks(self, work, size), fault))
    with pytest.raises(MiscountedError, match="do not add up"):
        city.screen(tmp_path / "out")


def test_facts_of_another_day_are_taken_for_what_they_are(make: Make, tmp_path: Path) -> None:
    """A stated age holds on the day of its household alone, and the answers stand in the order of the table all the same."""
    pack = make(rules={"old": rule("old", criteria={"age": "age >= 60"}), "home": rule("home", subject="household")})
    homes = ["x", "y", "z"]
    persons = pl.DataFrame({"household_id": homes, "id": ["a"] * 3, "age": [70, 70, 70]})
    persons.write_parquet(tmp_path / "persons.parquet")
    rules = pack.on(DAY)
    (chunk,) = People.open([tmp_path / "persons.parquet"], [], rules).chunks(tmp_path, 10)
    days = pl.Series(AS_OF, [None, date(2020, 5, 1), DAY])
    chunk = replace(chunk, households=chunk.households.with_columns(days))
    found = settling.settle(rules, chunk)
    table = next(frame for _, frame in Outputs(rules, RunOptions(everything=True)).tables(found.mine, found.ours))

    assert [group.own_day for group in found.groups] == [True, False]
    assert table.filter(pl.col("entitlement") == "old").select("household_id", "outcome", "missing").rows() == [
        ("x", "eligible", None),
        ("y", "undetermined", "age"),
        ("z", "eligible", None),
    ]
    assert table["household_id"].to_list() == ["x", "x", "y", "y", "z", "z"]


def test_what_cannot_be_so_is_judged_on_its_own_day(make: Make, tmp_path: Path) -> None:
    """An age that contradicts a date of birth on the day of screening, and agrees on its own day, is no contradiction."""
    pack = make(rules={"old": rule("old", criteria={"age": "age >= 60"})})
    born = date(1950, 5, 15)
    persons = pl.DataFrame({"household_id": ["x", "y"], "id": ["a", "a"], "age": [69, 69], "birth_date": [born, born]})
    persons.write_parquet(tmp_path / "persons.parquet")
    rules = pack.on(DAY)
    (chunk,) = People.open([tmp_path / "persons.parquet"], [], rules).chunks(tmp_path, 10)
    chunk = replace(chunk, households=chunk.households.with_columns(pl.Series(AS_OF, [date(2020, 5, 1), DAY])))
    kept, _, refused = settling.refuse(rules, chunk)

    assert kept["household_id"].to_list() == ["x"]
    assert refused["row"].to_list() == [3]


def test_progress_is_told(city: City, tmp_path: Path) -> None:
    """After each chunk a run says how many rows are done of how many, and which an earlier run had done."""
    first: list[Step] = []
    options = RunOptions(chunk_rows=5)
    screen_tables(city.pack.on(DAY), [city.persons], tmp_path / "out", options=options, each=first.append)
    total = people(14)[0].height

    assert [step.rows for step in first] == sorted(step.rows for step in first)
    assert (first[-1].rows, first[-1].total, first[-1].kept) == (total, total, False)


def test_what_was_asked_is_listed(city: City, tmp_path: Path) -> None:
    """Beside the answers stands what each entitlement is: names, clause, whom it is about, what its amount is for."""
    city.screen(tmp_path / "out", only=("pupil",))
    rows = rows_of_csv((tmp_path / "out" / "entitlements.csv").read_bytes())

    assert rows == [
        ["id", "zh", "en", "clause", "subject", "kind", "per", "times_a_year", "promise"],
        ["pupil", "名称", "name", "art1", "person", "cash", "month", "12", "right"],
    ]


def test_rules_that_are_not_in_force_come_to_nothing(make: Make, tmp_path: Path) -> None:
    """Where nothing is in force on the day the tables of answers are empty, and every row is accounted for."""
    city = City.build(make, tmp_path / "in")
    early = City(make(rules={"one": rule("one", in_force="{from: 2030-01-01}")}), city.persons, city.households)
    counts = early.screen(tmp_path / "out").counts

    assert (counts.written, counts.answered) == (0, counts.persons + counts.households)


def test_tables_without_rows_are_refused(make: Make, tmp_path: Path) -> None:
    """A table with nothing below its headings is said to be one, and leaves no folder behind."""
    city = City.build(make, tmp_path / "in", homes=0)
    with pytest.raises(TableError):
        city.screen(tmp_path / "out")

    assert not (tmp_path / "out").exists()
