"""The workbook of results: a list with filters, a sheet for each household, and nothing in it that a table program runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from families import QIAO, ROOT, printed, run
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

LI = "examples/li-family.yaml"
SIGNS = ("=", "+", "-", "@", "\t=")


def written(path: Path, *arguments: str) -> Workbook:
    """Returns the workbook that a screening writes."""
    done = run("screen", *arguments, "--format", "xlsx", "-o", str(path))
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout == b""
    return load_workbook(path)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_answer_is_a_row_of_the_list(lang: str, tmp_path: Path) -> None:
    """The list holds each determination once, as JSON has it, under filters, and each household has its sheet."""
    (tmp_path / "qiao.yaml").write_text(QIAO, "utf-8")
    paths = [LI, str(tmp_path / "qiao.yaml")]
    book = written(tmp_path / "r.xlsx", *paths, "--lang", lang)
    answers = [
        (each["household"], found["entitlement"])
        for each in map(json.loads, printed("screen", *paths, "--format", "json").splitlines())
        for found in each["determinations"]
    ]
    page = book.worksheets[0]
    rows = list(page.iter_rows(min_row=2, values_only=True))

    assert [(row[0], row[-1]) for row in rows] == answers
    assert page.auto_filter.ref == f"A1:K{len(answers) + 1}"
    assert page.freeze_panes == "D2"
    assert book.sheetnames[1:3] == ["li-family", "qiao-family"]
    assert {len(row) for row in rows} == {11}
    assert all(row[1] and row[2] and row[3] and row[8] for row in rows)


def test_sums_are_numbers(tmp_path: Path) -> None:
    """What comes every year is a number that a table program can add up; what is not known is empty, not nought."""
    book = written(tmp_path / "r.xlsx", LI, "--lang", "en")
    rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    sums = {row[10]: row[5] for row in rows if row[1] == "eligible"}

    assert sums["fee-free-preschool"] == 1000
    assert sums["severe-disability-nursing-subsidy"] == 1200
    assert sums["medical-assistance"] is None
    assert {row[5] for row in rows if row[1] != "eligible"} == {None}


def test_a_sheet_says_what_the_report_says(tmp_path: Path) -> None:
    """Each heading and each cell of the report on a terminal stands on the sheet of the household."""
    book = written(tmp_path / "r.xlsx", LI, "--lang", "en")
    cells = [str(cell) for row in book["li-family"].iter_rows(values_only=True) for cell in row if cell is not None]
    markdown = printed("screen", LI, "--format", "markdown", "--lang", "en")
    headings = [line.lstrip("# ") for line in markdown.splitlines() if line.startswith("#")]

    assert [each for each in headings if each not in cells] == []
    assert "1,000 yuan a school year (waived)" in cells
    assert any("not a decision" in each for each in cells)


@pytest.mark.parametrize("sign", SIGNS)
def test_nothing_that_a_citizen_typed_becomes_a_formula(sign: str, tmp_path: Path) -> None:
    """A name that looks like a formula or a link is a text in every cell of the workbook."""
    name = f"{sign}HYPERLINK(1)"
    family = tmp_path / "li.yaml"
    text = (ROOT / LI).read_text("utf-8").replace("{id: mother,", f"{{id: mother, name: {json.dumps(name)},")
    family.write_text(text, "utf-8")
    book = written(tmp_path / "r.xlsx", str(family), "--show-personal")
    cells = [cell for page in book.worksheets for row in page.iter_rows() for cell in row]

    assert any(name.strip() in str(cell.value) for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(cell.hyperlink is None for cell in cells)


def test_names_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    """Without `--show-personal` no name stands in the workbook, nor in its properties."""
    (tmp_path / "qiao.yaml").write_text(QIAO, "utf-8")
    hidden = written(tmp_path / "a.xlsx", str(tmp_path / "qiao.yaml"))
    shown = written(tmp_path / "b.xlsx", str(tmp_path / "qiao.yaml"), "--show-personal")

    def holds(book: Workbook) -> bool:
        return any("Qiaoxing" in str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row)

    assert not holds(hidden)
    assert holds(shown)


def test_two_workbooks_of_the_same_answers_are_the_same(tmp_path: Path) -> None:
    """The bytes of a workbook rest on what is screened alone, not on when."""
    written(tmp_path / "a.xlsx", LI)
    written(tmp_path / "b.xlsx", LI)

    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_sheets_of_households_with_like_names(tmp_path: Path) -> None:
    """Ids that a table program would take for one name, or that are too long, each get a sheet of their own."""
    ids = ["Li", "li", "History", f"{'a' * 40}1", f"{'a' * 40}2", "请注意"]
    stream = "".join(f"---\nid: {each}\nmembers: [{{id: a, age: 3}}]\n" for each in ids)
    path = tmp_path / "r.xlsx"
    done = run(
        "screen", "-", "--only", "fee-free-preschool", "--format", "xlsx", "-o", str(path), given=stream.encode()
    )
    book = load_workbook(path)

    assert done.returncode == 0
    assert len(book.sheetnames) == len(ids) + 2
    assert len({each.casefold() for each in book.sheetnames}) == len(book.sheetnames)
    assert [row[0] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)] == ids


def test_a_stream_with_a_broken_household_is_written_without_it(tmp_path: Path) -> None:
    """What is wrong with one is said, the others are in the workbook, and the code is 4."""
    path = tmp_path / "r.xlsx"
    stream = b"id: a\nmembers: [{id: m}]\n---\nid: b\nmembers: [\n---\nid: c\nmembers: [{id: m}]\n"
    done = run("screen", "-", "--format", "xlsx", "-o", str(path), given=stream)

    assert done.returncode == 4
    assert load_workbook(path).sheetnames[1:3] == ["a", "c"]


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    """A workbook never overwrites a file but with `--force`, and `-o` without xlsx is refused."""
    path = tmp_path / "r.xlsx"
    path.write_text("mine", "utf-8")
    kept = run("screen", LI, "--format", "xlsx", "-o", str(path))
    form = run("init", "--format", "xlsx", "-o", str(path))
    text = run("screen", LI, "-o", str(tmp_path / "r.txt"))

    assert (kept.returncode, form.returncode, text.returncode) == (2, 2, 2)
    assert path.read_text("utf-8") == "mine"
    assert run("screen", LI, "--format", "xlsx", "-o", str(path), "--force").returncode == 0
    assert load_workbook(path).sheetnames


def test_a_workbook_to_standard_output_is_bytes(tmp_path: Path) -> None:
    """Without `-o` the bytes go to standard output, whatever encoding it has."""
    for command in (("screen", LI, "--format", "xlsx"), ("init", "--format", "xlsx")):
        done = run(*command, environment={"PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"})
        path = tmp_path / "out.xlsx"
        path.write_bytes(done.stdout)

        assert done.returncode == 0
        assert load_workbook(path).sheetnames
