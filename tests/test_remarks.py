"""What should be known of tables is told where it is read: on standard error, in `remarks.csv` and on the report."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from families import run
from towns import PACK, rejects, take

from eligibility import BadChoice, screen_tables
from eligibility.errors import TableError
from eligibility.runs.manifest import RunOptions
from eligibility.tables.chunks import People
from eligibility.words import Words

DAY = date(2019, 9, 1)
NUMBER, OTHER = "110105194912310021", "11010519491231002X"
"""The first is no number; the second is one, as the standard has it."""


@dataclass
class Told:
    """What a run told."""

    said: list[str]
    remarks: list[list[str]]
    rejects: list[list[str]]
    report: str
    day: date


def rows_of(path: Path) -> list[list[str]]:
    """Returns the rows of a CSV below its heading."""
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))[1:] if path.exists() else []


def screened(
    folder: Path, *tables: Path, households: Sequence[Path] = (), own_day: bool = False, lang: str = "en"
) -> Told:
    """Screens tables for one entitlement, two rows at a time."""
    said: list[Words] = []
    options = RunOptions(only=("basic-funeral",), chunk_rows=2, lang="en" if lang == "en" else "zh")
    done = screen_tables(
        PACK.on(DAY),
        list(tables),
        folder / "out",
        households=list(households),
        options=options,
        own_day=own_day,
        say=said.append,
    )
    remarks, refused = (rows_of(done.folder / name) for name in ("remarks.csv", "rejects.csv"))
    report = (done.folder / "report.html").read_text("utf-8")
    return Told([each[lang] for each in said], remarks, refused, report, done.manifest.basis.as_of)


def table(folder: Path, text: str, name: str = "persons.csv") -> Path:
    """Writes a table."""
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def book(path: Path, **sheets: Sequence[Sequence[str | int]]) -> Path:
    """Writes a workbook."""
    with xlsxwriter.Workbook(path) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return path


def test_facts_of_other_days_are_told(tmp_path: Path) -> None:
    """Households whose facts hold on other days than the law are counted, with the first and the last of those days."""
    text = "household_id,id,died,as_of\na,x,,2018-03-01\nb,x,,2019-09-01\nc,x,,\nd,x,,2017-02-01\ne,x,,2018-03-01\n"
    told = screened(tmp_path, table(tmp_path, text))
    words = (
        "the facts of 3 households hold on days from 1 February 2017 to 1 March 2018, and the law is that of 1 September 2019; "
        "`--as-of` takes the law of another day"
    )

    assert told.day == DAY
    assert told.said == [words]
    assert told.remarks == [[words, "3"]]
    assert "from 1 February 2017 to 1 March 2018" in told.report


def test_nothing_is_told_of_facts_of_the_day_itself(tmp_path: Path) -> None:
    """Where all facts hold on the day of the law, or on no day, nothing is to be known."""
    told = screened(tmp_path, table(tmp_path, "household_id,id,died,as_of\na,x,,2019-09-01\nb,x,,\n"))

    assert (told.said, told.remarks) == ([], [])
    assert "Remarks on the tables" not in told.report


DAYS = {
    "one day in every row": ("as_of", ["2018-03-01", "2018/3/1"], date(2018, 3, 1)),
    "two days": ("as_of", ["2018-03-01", "2018-03-02"], DAY),
    "a row without one": ("as_of", ["2018-03-01", ""], DAY),
    "no such column": ("died", ["", ""], DAY),
    "a row that is refused": ("as_of", ["2018-03-01", "yesterday"], date(2018, 3, 1)),
}


@pytest.mark.parametrize("case", DAYS)
def test_the_one_day_of_all_facts_is_that_of_the_law(case: str, tmp_path: Path) -> None:
    """Without a day that is asked for, the day that all rows name counts, as in `screen`; else today (MEANING M9)."""
    heading, days, expected = DAYS[case]
    lines = "".join(f"h{at},x,是,{day}\n" for at, day in enumerate(days))
    told = screened(tmp_path, table(tmp_path, f"household_id,id,cremated,{heading}\n{lines}"), own_day=True)
    taken = "without `--as-of`: the law of 1 March 2018, the day of all facts in the tables"

    assert told.day == expected
    assert (taken in told.said) == (expected != DAY)


def test_the_day_stands_with_households_or_in_a_mapping(tmp_path: Path) -> None:
    """A table of households may name the day, or a mapping; where only some of several tables do, nobody takes it for all."""
    persons = table(tmp_path, "household_id,id,died\na,x,\n")
    more = table(tmp_path, "household_id,id,died,as_of\nb,x,,2018-03-01\n", "more.csv")
    homes = table(tmp_path, "household_id,as_of\na,2018-03-01\n", "homes.csv")
    mapping = table(tmp_path, "persons:\n  constants: {as_of: 2018-03-01}\n", "mapping.yaml")
    rules = PACK.on(DAY)

    assert People.open([persons], [homes], rules).one_day() == date(2018, 3, 1)
    assert People.open([persons], [], rules, mapping).one_day() == date(2018, 3, 1)
    assert People.open([persons, more], [], rules).one_day() is None
    assert People.open([persons], [], rules).one_day() is None


def test_the_command_takes_the_day_of_the_tables(tmp_path: Path) -> None:
    """`batch` and `batch --explain` without `--as-of` take the law of the one day that the tables name, and say so."""
    persons = table(tmp_path, "household_id,id,年龄,died,as_of\na,x,3,,2018-03-01\n")
    for more in (["-o", str(tmp_path / "out"), "--quiet"], ["--explain", "a/x"]):
        done = run("batch", str(persons), "--only", "basic-funeral", "--lang", "en", *more)
        assert done.returncode == 0, done.stderr
        assert "the law of 1 March 2018" in " ".join(done.stderr.decode().split())
    other = run("batch", str(persons), "--as-of", "2019-09-01", "-o", str(tmp_path / "other"), "--lang", "en")

    assert "hold on 1 March 2018, and the law is that of 1 September 2019" in " ".join(other.stderr.decode().split())


HEADS = ["户号", "成员编号", "已去世"]


def test_sheets_that_are_not_read_are_named(tmp_path: Path) -> None:
    """Every other sheet in which anything stands is named with its rows: on standard error, in the remarks, on the report."""
    counties = [[HEADS, *([f"{name}{at}", "a", "否"] for at in range(5))] for name in "abc"]
    path = book(
        tmp_path / "t.xlsx", 白银区=counties[0], 会宁县=counties[1], 空=[], 代码=[["1", "男"]], 靖远县=counties[2]
    )
    told = screened(tmp_path, path, lang="zh")
    words = "`t.xlsx` 只读了 `白银区` 表，没有读：`会宁县`（5 行，标题相同）、`代码`（1 行）、`靖远县`（5 行，标题相同）；要读就各存成一个文件"

    assert told.said == [words]
    assert told.remarks == [[words, ""]]
    assert "会宁县" in told.report


def test_sheets_that_are_read_are_not_named(tmp_path: Path) -> None:
    """Persons and households on two sheets of one workbook, both named in a mapping, leave nothing to tell."""
    path = book(tmp_path / "t.xlsx", 人=[HEADS, ["a", "x", "否"]], 户=[["户号", "居住县区"], ["a", "白银区"]])
    mapping = table(tmp_path, "persons: {sheet: 人}\nhouseholds: {sheet: 户}\n", "mapping.yaml")
    with pytest.raises(TableError):
        People.open([path], [path, path], PACK.on(DAY), mapping)

    assert People.open([path], [path], PACK.on(DAY), mapping).notes == ()


def test_a_number_of_two_members_refuses_their_household(tmp_path: Path) -> None:
    """Two rows of a household with one resident number cannot both be so, and are refused with the reason."""
    text = f"household_id,id,resident_id\na,x,{OTHER}\na,y,{OTHER}\na,z,\nb,x,\nb,y,\n"
    why = "two rows of this household have the same resident number; list each person once, or correct the number"
    found = rejects(take([table(tmp_path, text)], [], tmp_path / "work"))

    assert [(row, column, reason) for _, row, column, _, reason in found] == [
        (2, "resident_id", why),
        (3, "resident_id", why),
        (4, "", "another row of this household was refused"),
    ]


def test_a_number_in_several_households_is_told(tmp_path: Path) -> None:
    """One resident number in several households is counted, over all chunks; each household is screened as it is listed."""
    text = f"household_id,id,resident_id\na,x,{OTHER}\na,y,\nb,x,\nb,y,\nc,x,{OTHER}\nc,y,\nd,x,{OTHER}\n"
    told = screened(tmp_path, table(tmp_path, text))

    assert told.rejects == []
    assert told.remarks == [[told.said[0], "3"]]
    assert told.said[0].startswith("1 resident numbers stand in more than one household each, 3 persons in all")
    assert OTHER not in str(told)


def test_every_guess_is_told_to_the_last_row(tmp_path: Path) -> None:
    """Full-width digits, `12k`, `12w`, ticks and 三 are told once for each form, of whatever rows they stand in."""
    text = (
        "household_id,id,周岁年龄,本人月收入（计入口径）,已去世,foo,本人月收入（元/年）\n"
        "a,x,２９岁,12k,√,,\nb,x,30,12w,Y,,\nc,x,三,13w,否,,\n"
    )
    told = screened(tmp_path, table(tmp_path, text))

    assert told.remarks == [
        ["the column `foo` is not used", ""],
        ["the column `本人月收入（元/年）` is not used; did you mean `本人月收入（计入口径）`?", ""],
        ["column `周岁年龄`: `#` was taken as `a number`", "1"],
        ["column `周岁年龄`: `#岁` was taken as `a number`", "1"],
        ["column `已去世`: `Y` was taken as `yes`", "1"],
        ["column `已去世`: `√` was taken as `yes`", "1"],
        ["column `本人月收入（计入口径）`: `#k` was taken as `thousands`", "1"],
        ["column `本人月收入（计入口径）`: `#w` was taken as `ten thousands`", "2"],
    ]
    assert "12" not in "".join(row[0] for row in told.remarks)


def test_a_unit_in_a_heading_is_in_the_remarks(tmp_path: Path) -> None:
    """A column that is reckoned from the unit in its heading is told where the results are read."""
    told = screened(tmp_path, table(tmp_path, "household_id,id,本人月收入（计入口径）（万元/年）\na,x,1.2\n"))

    assert told.remarks == [["column `本人月收入（计入口径）（万元/年）` is reckoned from the unit in its heading", ""]]


def test_rejects_stand_in_the_order_of_rows(tmp_path: Path) -> None:
    """Rejects stand table by table and row by row, in whatever order the households come, each under its own heading."""
    rows = ["b,x,2018-01-01", "a,x,2019-10-01", "b,y,3", "c,x,2019-01-01", "a,y,4", "c,y,1800-01-01", "d,x,1700-01-01"]
    persons = table(tmp_path, "户号,成员编号,出生日期\n" + "".join(f"{row}\n" for row in rows))
    homes = table(tmp_path, "户号\nb\nzz\nc\n", "homes.csv")
    told = screened(tmp_path, persons, households=[homes], lang="zh")

    places = [(row[0], int(row[1])) for row in told.rejects]
    assert [each[1] for each in places if each[0] == "persons.csv"] == [2, 3, 4, 5, 6, 7, 8]
    assert places == sorted(places, key=lambda each: (each[0] != "persons.csv", each[1]))
    assert {row[2] for row in told.rejects if row[0] == "persons.csv"} == {"出生日期", ""}


def test_bytes_of_another_encoding_are_told_as_such(tmp_path: Path) -> None:
    """女 in GB18030 amid UTF-8 is bytes that happen to be a letter: it is said that they cannot be read."""
    good = "".join(f"h{at},x,男\n" for at in range(5)).encode()
    path = tmp_path / "t.csv"
    path.write_bytes("户号,成员编号,性别\n".encode() + good + b"z,x," + "女".encode("gb18030") + b"\ny,x,\xc3\xa9t\n")
    found = rejects(take([path], [], tmp_path / "work"))

    assert [(row, column) for _, row, column, _, _ in found] == [(7, "性别"), (8, "性别")]
    assert found[0][4].startswith("there are characters here that cannot be read: bytes of another encoding")


def test_a_table_of_persons_is_no_table_of_households(tmp_path: Path) -> None:
    """Persons given as households are one error with one advice, not one for each column."""
    path = table(tmp_path, "household_id,id,birth_date,sex,died\na,x,,,\n")
    with pytest.raises(TableError) as caught:
        People.open([path], [table(tmp_path, path.read_text("utf-8"), "again.csv")], PACK.on(DAY))

    assert [each.message.en for each in caught.value.problems] == [
        "this looks like a table of persons, and was given as `--households`"
    ]


def test_a_link_to_nothing_is_no_folder(tmp_path: Path) -> None:
    """A link that leads nowhere is refused by its name, and nothing is made."""
    (tmp_path / "out").symlink_to(tmp_path / "gone")
    with pytest.raises(BadChoice, match="is a link to nothing"):
        screened(tmp_path, table(tmp_path, "household_id,id,died\na,x,\n"))

    assert not (tmp_path / "gone").exists()


def test_nobody_is_called_the_whole_household(tmp_path: Path) -> None:
    """A member may not be called `全家`, which stands for the household where answers are listed."""
    found = rejects(take([table(tmp_path, "household_id,id,died\na,全家,\n")], [], tmp_path / "work"))

    assert [each[4] for each in found] == ["`全家` cannot be the id of a member"]
