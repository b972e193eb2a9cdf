"""Tables in workbooks: what table programs make of values, and what of it nobody should build on."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from openpyxl import Workbook
from towns import RULES, profiles, rejects, take

from eligibility.errors import TableError
from eligibility.tables.chunks import People

HEADS: list[Any] = ["household_id", "id", "resident_id", "birth_date", "monthly_income", "married", "dibao"]
FORMULA = "a formula stands here; delete it and write the value; leave it empty where that is not known"
ERROR = "a table program left an error here; delete it and write the value; leave it empty where that is not known"
MERGED = "merged cells do not say which row this belongs to; take them apart, and write it in each of them"
OTHERS = "another row of this household was refused"
LOST = "a table program made this long number 6.2E+17: its last digits are lost; set the cell to the form `Text` and write it again"
NO_DAY = "this number is no likely day, rather a year or something else; write year, month and day, as in 1969-10-08"
AS_DAY = "a table program made a day or a time of it; set the cell to the form `Text` and write it again"


def book(
    path: Path, rows: Sequence[Sequence[Any]], *, options: dict[str, Any] | None = None, title: list[Any] | None = None
) -> Path:
    """Writes a workbook; texts that begin with `=` are formulas with a result beside them."""
    with xlsxwriter.Workbook(path, options or {}) as made:
        sheet = made.add_worksheet("人员")
        form = made.add_format({"num_format": "yyyy/m/d"})
        for row, line in enumerate([*([title] if title else []), *rows]):
            for at, value in enumerate(line):
                if isinstance(value, tuple):
                    sheet.write_formula(row, at, value[0], None, value[1])
                elif isinstance(value, (date, time)):
                    sheet.write_datetime(row, at, value, form)
                elif value is not None:
                    sheet.write(row, at, value)
    return path


def read(path: Path, folder: Path) -> tuple[list[tuple[Mapping[str, Any], ...]], list[tuple[int, str, str]]]:
    """Returns the members of each household, and what is refused: row, column and reason."""
    chunks = take([path], [], folder / "work")
    return [each.members for each in profiles(chunks)], [
        (row, column, why) for _, row, column, _, why in rejects(chunks)
    ]


def test_days_numbers_and_booleans_of_a_workbook_are_values(tmp_path: Path) -> None:
    """Days by number or by form, amounts, ticks: each is the value that the table program shows."""
    rows = [
        HEADS,
        ["h", "a", None, date(1969, 10, 8), 1110.5, True, "城市低保"],
        ["h", "b", None, 25484, 3000, "√", None],
    ]

    members, refused = read(book(tmp_path / "t.xlsx", rows), tmp_path)

    assert refused == []
    assert members == [
        (
            {"id": "a", "birth_date": date(1969, 10, 8), "monthly_income": 111050, "married": True},
            {"id": "b", "birth_date": date(1969, 10, 8), "monthly_income": 300000, "married": True},
        )
    ]


def test_days_that_count_from_1904(tmp_path: Path) -> None:
    """Workbooks of old Macintosh programs count their days from 1904, by number too."""
    rows = [HEADS, ["h", "a", None, date(1969, 10, 8)], ["h", "b", None, 25484 - 1462]]

    members, refused = read(book(tmp_path / "t.xlsx", rows, options={"date_1904": True}), tmp_path)

    assert refused == []
    assert [each["birth_date"] for each in members[0]] == [date(1969, 10, 8)] * 2


CELLS: dict[str, tuple[int, Any, str]] = {
    "a formula": (4, ("=1+1", 2), FORMULA),
    "an error": (4, ("=1/0", "#DIV/0!"), ERROR),
    "a long number": (2, 620402196910080017, LOST),
    "a year": (3, 1969, NO_DAY),
    "a day for an amount": (4, date(2017, 1, 2), AS_DAY),
    "a time for a day": (3, time(12, 30), AS_DAY),
    "a moment for an amount": (4, datetime(2017, 1, 2, 3, 4), AS_DAY),  # noqa: DTZ001 - cells have no zones
    "a number for a choice": (6, 1, "one of: `none`, `urban`, `rural`"),
    "decimals that no amount has": (4, 1110.555, "an amount in yuan belongs here: `485`, `1,110.50`, `1.2万`"),
}


@pytest.mark.parametrize("case", CELLS)
def test_a_cell_that_cannot_be_trusted_is_refused(case: str, tmp_path: Path) -> None:
    """Formulas, errors and what a table program made of a value are told, and never read as a value or as empty."""
    at, value, why = CELLS[case]
    row: list[Any] = ["h", "a", *[None] * 5]
    row[at] = value

    members, refused = read(book(tmp_path / "t.xlsx", [HEADS, row, ["g", "b"]]), tmp_path)

    if case == "an error":
        why = FORMULA if refused[0][2] == FORMULA else ERROR
    assert refused == [(2, HEADS[at], why)]
    assert members == [({"id": "b"},)]


def merged(path: Path, ranges: str, value: str) -> Path:
    """Writes a workbook in which some cells are merged."""
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet()
        for row, line in enumerate([HEADS, ["h", "a"], ["h", "b"], ["g", "c"]]):
            sheet.write_row(row, 0, line)
        sheet.merge_range(ranges, value)
    return path


@pytest.mark.parametrize("ranges", ["E2:E3", "D2:E2", "E2:F3"])
def test_merged_facts_of_members_are_refused(ranges: str, tmp_path: Path) -> None:
    """A value that stands over several cells is no member's, and is not read as the first one's alone."""
    members, refused = read(merged(tmp_path / "t.xlsx", ranges, "3"), tmp_path)

    assert {why for *_, why in refused} <= {MERGED, OTHERS}
    assert {row for row, *_ in refused} == {2, 3}
    assert members == [({"id": "c"},)]


def test_merged_cells_of_a_household_are_those_of_each_row(tmp_path: Path) -> None:
    """A household's number or fact over the rows of its members means each of them."""
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet()
        for row, line in enumerate([HEADS, [None, "a"], [None, "b"], ["g", "c"]]):
            sheet.write_row(row, 0, line)
        sheet.merge_range("A2:A3", "h")
        sheet.merge_range("G2:G3", "urban")
    chunks = take([path], [], tmp_path / "work")

    assert rejects(chunks) == []
    assert [(each.id, each.household, len(each.members)) for each in profiles(chunks)] == [
        ("h", {"dibao": "urban"}, 2),
        ("g", {}, 1),
    ]


def test_headings_below_a_title_and_rows_as_the_program_counts_them(tmp_path: Path) -> None:
    """A title above and empty rows between do no harm: rows are told as the table program numbers them."""
    rows = [HEADS, ["h", "a", None, None, 3], [], ["g", "b", None, None, -3]]
    path = book(tmp_path / "t.xlsx", rows, title=["白银市人口信息表"])

    assert read(path, tmp_path)[1] == [
        (5, "monthly_income", "an amount in yuan belongs here: `485`, `1,110.50`, `1.2万`")
    ]
    assert [note.en for note in People.open([path], [], RULES).notes] == ["`t.xlsx`: the headings stand in row 2"]


def test_a_table_that_begins_away_from_the_corner(tmp_path: Path) -> None:
    """Where the table begins in its sheet does not matter."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row, line in enumerate([HEADS, ["h", "a", None, None, 3], ["g", "b", None, None, "x"]], 3):
        for at, value in enumerate(line, 4):
            sheet.cell(row, at, value)
    made.save(tmp_path / "t.xlsx")

    members, refused = read(tmp_path / "t.xlsx", tmp_path)

    assert members == [({"id": "a", "monthly_income": 300},)]
    assert [(row, column) for row, column, _ in refused] == [(5, "monthly_income")]


def sheets(path: Path) -> Path:
    """Writes a workbook with a sheet of persons and one of households."""
    made = Workbook()
    first = made.active
    assert first is not None
    first.title = "说明"
    first.append(["怎样填"])
    for title, rows in (
        ("人员", [HEADS[:5], ["h", "a", None, None, 3]]),
        ("家庭", [["户号", "dibao"], ["h", "urban"], ["g", "x"]]),
    ):
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def test_a_sheet_is_named_by_the_mapping(tmp_path: Path) -> None:
    """Two sheets of one workbook are two tables, told apart in what is refused."""
    path, mapping = sheets(tmp_path / "t.xlsx"), tmp_path / "m.yaml"
    mapping.write_text("persons:\n  sheet: 人员\nhouseholds:\n  sheet: 家庭\n", "utf-8")

    chunks = take([path], [path], tmp_path / "work", mapping=mapping)

    assert [(each.id, each.household) for each in profiles(chunks)] == [("h", {"dibao": "urban"})]
    assert chunks[0].persons["file"].to_list() == ["t.xlsx!人员"]
    assert {(file, row) for file, row, *_ in rejects(chunks)} == {("t.xlsx!家庭", 3)}


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    """A sheet that the workbook lacks is told with the nearest one."""
    path, mapping = sheets(tmp_path / "t.xlsx"), tmp_path / "m.yaml"
    mapping.write_text("persons:\n  sheet: 人员表\n", "utf-8")

    with pytest.raises(TableError, match=r"there is no sheet `人员表`\n.*did you mean `人员`"):
        take([path], [], tmp_path / "work", mapping=mapping)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def _flipped(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    path.write_bytes(bytes(raw))


def _declared(path: Path) -> None:
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w") as new:
        for name, part in parts.items():
            new.writestr(
                name,
                part.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1)
                if "sheet1" in name
                else part,
            )


def _old(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"x" * 600)


def _renamed(path: Path) -> None:
    path.write_text("household_id,age\nh,3\n", "utf-8")


@pytest.mark.parametrize("damage", [_cut, _flipped, _declared, _old, _renamed], ids=lambda each: each.__name__[1:])
def test_a_workbook_that_is_none_is_an_error(damage: Callable[[Path], None], tmp_path: Path) -> None:
    """A workbook that is cut off, damaged, old, locked or something else by that name is refused as a whole."""
    path = book(tmp_path / "t.xlsx", [HEADS, *(["h", f"m{at}", None, None, at] for at in range(40))])
    damage(path)

    with pytest.raises(TableError, match=r"t\.xlsx: "):
        take([path], [], tmp_path / "work")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_text_that_looks_like_a_mark_is_a_text(kind: str, tmp_path: Path) -> None:
    """What a citizen wrote cannot pass for a number or a formula of the table program."""
    frame = pl.DataFrame(
        {"household_id": ["h", "g"], "id": "a", "name": ["\x01n5", "x"], "monthly_income": ["3", "\x01n5"]}
    )
    path = tmp_path / f"t.{kind}"
    frame.write_csv(path) if kind == "csv" else frame.write_parquet(path)

    assert {(row, column) for row, column, _ in read(path, tmp_path)[1]} == {(2, "name"), (3, "monthly_income")}
