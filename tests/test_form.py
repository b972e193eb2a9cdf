"""Forms that an office filled in: what is written is what is read, and whatever an office breaks is said with its cell."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path

import pytest
from families import printed, run
from forms import LI, PACK, empty, fill, row_of, saved
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter

from eligibility import Profile, ProfileError
from eligibility.commands import main
from eligibility.errors import Problem
from eligibility.profile import read_profiles
from eligibility.schema import Fact

RULES = PACK.on(date(2017, 12, 31))
MARKER = "Zzmarker柴"


def read(book: Workbook | bytes, name: str = "form.xlsx") -> Profile | ProfileError:
    """Returns what a workbook holds."""
    (found,) = read_profiles(book if isinstance(book, bytes) else saved(book), name, RULES, stem="form")
    return found


def good(book: Workbook) -> Profile:
    """Returns the profile of a form that is well."""
    found = read(book)
    assert isinstance(found, Profile), found.text("en")
    return found


def wrong(book: Workbook | bytes, name: str = "form.xlsx") -> list[Problem]:
    """Returns what is wrong with a form that is not well."""
    found = read(book, name)
    assert isinstance(found, ProfileError)
    return list(found.problems)


def told(book: Workbook | bytes, name: str = "form.xlsx") -> list[tuple[str, str]]:
    """Returns place and message of everything that is wrong."""
    return [(each.span.where if each.span else "", each.message.en) for each in wrong(book, name)]


def test_a_form_filled_in_by_an_office_is_read() -> None:
    """Labels, codes, days and counts as offices write them become the profile that was meant."""
    found = good(fill(empty(), *LI))

    assert (found.id, found.as_of) == ("li-family", date(2017, 12, 31))
    assert found.household == {
        "residence_county": "620402",
        "area": "urban",
        "dibao": "urban",
        "poverty_registered": False,
    }
    mother, child = found.members
    assert mother == {
        "id": "mother",
        "relation": "head",
        "birth_date": date(1986, 3, 9),
        "sex": "female",
        "hukou_county": "620402",
    }
    assert (child["birth_date"], child["age"]) == (date(2013, 6, 1), 4)


def test_what_was_taken_for_something_else_is_echoed() -> None:
    """A day by number and full-width digits are told with their cells; what stands there plainly is not."""
    found = good(fill(empty(), *LI))

    assert [(each.cell, each.name) for each in found.taken] == [
        ("家庭!D3", "as_of"),
        ("成员!D6", "birth_date"),
        ("成员!E6", "birth_date"),
        ("成员!E7", "age"),
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_empty_form_says_nothing_of_anybody(lang: str) -> None:
    """A form in which nothing was written holds no member and no fact."""
    found = good(empty(lang))

    assert (found.id, found.as_of, found.household, found.members) == ("form", None, {}, ())


def answer(fact: Fact, lang: str) -> tuple[object, object]:
    """Returns an answer that a form takes for a fact, and the value that it means."""
    examples: dict[str, tuple[object, object]] = {
        "bool": ({"zh": "是", "en": "yes"}[lang], True),
        "count": (fact.limits[0], fact.limits[0]),
        "money": (1200.5, 120_050),
        "date": (datetime(2001, 2, 3), date(2001, 2, 3)),  # noqa: DTZ001 - a day in a cell has no zone
        "place": ({"county": 620402, "province": "62"}[fact.level or "county"], "620402"[: _digits(fact)]),
        "set": (
            "medical-assistance、学前教育免（补助）保教费",
            frozenset({"medical-assistance", "fee-free-preschool"}),
        ),
        "text": ("=1+1", "=1+1"),
    }
    if fact.type == "choice":
        value, label = next(iter(fact.values.items()))
        return label[lang], value
    return examples[fact.type]


def _digits(fact: Fact) -> int:
    return 2 if fact.level == "province" else 6


def put(book: Workbook, fact: Fact, lang: str, column: int) -> Cell:
    """Answers a fact, and returns the cell."""
    sheet = book.worksheets[0 if fact.owner == "household" else 1]
    cell = sheet.cell(row_of(sheet, fact.label[lang]), column)
    assert isinstance(cell, Cell)
    cell.value = answer(fact, lang)[0]  # type: ignore[assignment]  # whatever a cell takes
    if fact.type == "text":
        cell.data_type = "s"  # typed into a cell of text, a sign `=` is a sign
    return cell


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("half", [0, 1])
def test_every_fact_of_a_member_has_its_row(lang: str, half: int) -> None:
    """Each fact can be answered in the form of each language, and the answer arrives as it was meant."""
    facts = list(PACK.contents.schema.of("person"))[half::2]
    book = empty(lang, members=len(facts))
    cells = {put(book, fact, lang, at).coordinate: fact for at, fact in enumerate(facts, 4)}
    number = next((cell for cell, fact in cells.items() if fact.name == "resident_id"), None)
    if number is not None:
        assert told(book) == [(f"form.xlsx:{book.worksheets[1].title}!{number}", "this is no resident number")]
        book.worksheets[1][number].value = None
        del cells[number]
    known = good(book).members

    assert [{name: value for name, value in each.items() if name != "id"} for each in known] == [
        {fact.name: answer(fact, lang)[1]} for fact in cells.values()
    ]


@pytest.mark.parametrize("fact", list(PACK.contents.schema.of("household")), ids=lambda fact: fact.name)
def test_every_fact_of_the_household_has_its_row(fact: Fact) -> None:
    """Each fact of the household can be answered, and the answer arrives as it was meant."""
    book = empty("en", members=1)
    put(book, fact, "en", 4)

    assert good(book).household == {fact.name: answer(fact, "en")[1]}


Breaking = Callable[[Workbook], None]


def _set(sheet: int, label: str, column: int, value: object) -> Breaking:
    def change(book: Workbook) -> None:
        page = book.worksheets[sheet]
        page.cell(row_of(page, label), column).value = value  # type: ignore[assignment]  # whatever a cell takes

    return change


def _merge(book: Workbook) -> None:
    page = book.worksheets[1]
    row = row_of(page, "性别")
    page.cell(row, 5).value = None
    page.merge_cells(f"D{row}:E{row}")


def _column(book: Workbook) -> None:
    page = book.worksheets[1]
    page.cell(1, 9).value = MARKER
    page.cell(5, 9).value = "x"


def _two_answers(book: Workbook) -> None:
    book.worksheets[0].cell(1, 6).value = "回答"
    book.worksheets[0].cell(7, 6).value = "平川区"


def _bare_column(book: Workbook) -> None:
    book.worksheets[1].cell(5, 9).value = "x"


def _row(book: Workbook) -> None:
    page = book.worksheets[1]
    page.cell(page.max_row + 1, 1).value = MARKER
    page.cell(page.max_row, 4).value = "x"


def _twice(book: Workbook) -> None:
    page = book.worksheets[1]
    page.cell(page.max_row + 1, 1).value = "性别"
    page.cell(page.max_row, 4).value = "男"


def _wrong_sheet(book: Workbook) -> None:
    page = book.worksheets[1]
    page.cell(page.max_row + 1, 1).value = "人均月收入"
    page.cell(page.max_row, 4).value = 1


def _copied(book: Workbook) -> None:
    book.copy_worksheet(book.worksheets[1])


def _no_sheet(book: Workbook) -> None:
    book.worksheets[1].cell(1, 1).value = "x"


def _far(book: Workbook) -> None:
    book.worksheets[1].cell(1, 400).value = "x"


BROKEN: dict[str, tuple[Breaking, str, str]] = {
    "formula": (_set(1, "性别", 4, "=B3"), "成员!D8", "a formula stands here"),
    "error": (_set(1, "性别", 4, "#N/A"), "成员!D8", "a table program left an error here"),
    "digits": (
        _set(1, "公民身份号码", 4, 620402198603091234),
        "成员!D5",
        "a table program made this long number 6.2E+17",
    ),
    "year": (_set(1, "出生日期", 4, 1986), "成员!D6", "this number is no likely day"),
    "old day": (_set(1, "出生日期", 4, datetime(1905, 6, 8)), "成员!D6", "this number is no likely day"),  # noqa: DTZ001 - likewise
    "day for a count": (_set(1, "周岁年龄", 4, datetime(2017, 1, 2)), "成员!D7", "made a day or a time of it"),  # noqa: DTZ001 - likewise
    "time": (_set(1, "周岁年龄", 4, time(3, 4)), "成员!D7", "made a day or a time of it"),
    "half a year": (_set(1, "周岁年龄", 4, 31.5), "成员!D7", "a whole number belongs here"),
    "unit": (_set(1, "残疾等级", 4, "3年"), "成员!D47", "a grade belongs here"),
    "choice": (_set(1, "性别", 4, MARKER), "成员!D8", "one of"),
    "place": (_set(1, "户籍所在县区", 4, MARKER), "成员!D11", "the name of a place"),
    "flag": (_set(0, "建档立卡", 4, MARKER), "家庭!D17", "yes or no belongs here"),
    "day": (_set(0, "以上情况是哪一天的", 4, MARKER), "家庭!D3", "a day belongs here"),
    "merged": (_merge, "成员!D8", "merged cells do not say whose answer this is"),
    "column": (_column, "成员!I1", "this column has no heading of the form"),
    "two columns": (_two_answers, "家庭!F1", "the answers about the household stand in two columns"),
    "column without a heading": (_bare_column, "成员!I5", "this column has no heading of the form"),
    "row": (_row, "成员!A", "this row is no fact of the pack"),
    "twice": (_twice, "成员!A", "this stands in two rows"),
    "sheet": (_wrong_sheet, "成员!A", "this row is no fact of the pack"),
    "copied": (_copied, "成员 Copy!A1", "two sheets begin with"),
    "no sheet": (_no_sheet, "form.xlsx", "no sheet begins with `About the members`"),
    "far": (_far, "成员!OJ1", "something stands here, further out than a form reaches"),
    "age": (_set(1, "周岁年龄", 4, 50), "成员!D7", ""),
    "key": (_set(1, "代号（不写姓名）", 5, "mother"), "成员!E2", "two members have the same id"),
}


@pytest.mark.parametrize("kind", list(BROKEN))
def test_what_an_office_breaks_is_said_with_its_cell(kind: str) -> None:
    """Each way of breaking a form is one error, at its cell, with what to do, and no value in it."""
    breaking, cell, message = BROKEN[kind]
    book = fill(empty(), *LI)
    breaking(book)
    (found,) = wrong(book)

    assert found.span is not None
    assert cell in found.span.where
    assert message in found.message.en
    for lang in ("zh", "en"):
        assert [word for word in ("Zzmarker", "柴", "620402198") if word in found.text(lang)] == []
        assert found.text(lang).startswith("form.xlsx")


def test_all_errors_are_told_at_once_in_the_order_of_the_sheets() -> None:
    """Several slips are several errors, by sheet, row and column."""
    book = fill(empty(), *LI)
    for kind in ("choice", "digits", "flag", "place"):
        BROKEN[kind][0](book)
    _set(1, "公民身份号码", 5, 620402198603091234)(book)

    assert [place for place, _ in told(book)] == [
        "form.xlsx:家庭!D17",
        "form.xlsx:成员!D5",
        "form.xlsx:成员!E5",
        "form.xlsx:成员!D8",
        "form.xlsx:成员!D11",
    ]


def _renamed(book: Workbook) -> None:
    book.worksheets[0].title, book.worksheets[1].title = "Sheet1", "张家"


def _moved(book: Workbook) -> None:
    for page in book.worksheets[:2]:
        page.insert_cols(1)
        page.insert_rows(1)


def _empty_rows(book: Workbook) -> None:
    book.worksheets[1].insert_rows(4, 3)


def _remarks(book: Workbook) -> None:
    page = book.worksheets[1]
    column = next(at for at in range(1, 12) if page.cell(1, at).value == "备注")
    page.cell(5, column).value = MARKER
    page.cell(1, 9).value = "备注"
    page.cell(5, 9).value = MARKER


def _note_row(book: Workbook) -> None:
    page = book.worksheets[1]
    page.cell(page.max_row + 2, 1).value = MARKER


def _unknown(book: Workbook) -> None:
    page = book.worksheets[1]
    for label, said in [("受教育阶段", "不知道"), ("残疾类别", "？"), ("失业起始日期", "-"), ("年级", " ")]:
        found = [line for line in range(1, page.max_row + 1) if page.cell(line, 1).value == label]
        for line in found:
            page.cell(line, 4).value = said


def _formats(book: Workbook) -> None:
    for row in book.worksheets[1].iter_rows():
        for cell in row:
            cell.number_format = "General"


@pytest.mark.parametrize("change", [_renamed, _moved, _empty_rows, _remarks, _note_row, _unknown, _formats])
def test_what_changes_no_answer_changes_nothing(change: Breaking) -> None:
    """Sheets renamed, cells moved, rows left empty, remarks, words for unknown: the profile stays what it was."""
    plain, book = good(fill(empty(), *LI)), fill(empty(), *LI)
    change(book)
    found = good(book)

    assert (found.id, found.as_of, found.household, found.members) == (
        plain.id,
        plain.as_of,
        plain.household,
        plain.members,
    )


@pytest.mark.parametrize(
    ("label", "said", "name", "value"),
    [
        ("本人月收入（计入口径）", "1.2万", "monthly_income", 1_200_000),
        ("本人月收入（计入口径）", "￥1,110.50元", "monthly_income", 111_050),
        ("本人月收入（计入口径）", 0.1, "monthly_income", 10),
        ("周岁年龄", "三十一岁", "age", 31),
        ("持有第二代残疾人证", "√", "disability_certificate", True),
        ("持有第二代残疾人证", 0, "disability_certificate", False),
        ("持有第二代残疾人证", False, "disability_certificate", False),
        ("出生日期", "19860309", "birth_date", date(1986, 3, 9)),
        ("出生日期", 19860309, "birth_date", date(1986, 3, 9)),
        ("出生日期", "１９８６．３．９", "birth_date", date(1986, 3, 9)),
        ("出生日期", 31480, "birth_date", date(1986, 3, 9)),
        ("性别", "female", "sex", "female"),
        ("户籍所在县区", "甘肃省白银市白银区", "hukou_county", "620402"),
        ("公民身份号码", "62040219860309102x", "resident_id", "62040219860309102X"),
    ],
)
def test_answers_as_offices_write_them(label: str, said: object, name: str, value: object) -> None:
    """Amounts, ages, ticks, days, codes and places are taken for what they mean."""
    book = empty(members=1)
    _set(1, label, 4, said)(book)
    found = read(book)
    if isinstance(found, ProfileError):
        assert name == "resident_id", found.text("en")
        assert "the last digit does not fit" in found.text("en")
        return

    assert found.members[0][name] == value
    assert found.members[0]["id"] == "成员1"


def test_days_that_count_from_1904() -> None:
    """In a workbook whose days count from 1904 a day by number is that day."""
    book = empty(members=1)
    _set(1, "出生日期", 4, 31480 - 1462)(book)
    book.epoch = datetime(1904, 1, 1)  # noqa: DTZ001 - the library's own way of saying it

    assert good(book).members[0]["birth_date"] == date(1986, 3, 9)


@pytest.mark.parametrize("name", ["form.xlsx", "<stdin>"])
def test_half_a_file_is_said(name: str) -> None:
    """A file that was cut off anywhere is refused as not whole, by any name."""
    raw = saved(fill(empty(), *LI))
    for part in (5, len(raw) // 3, len(raw) // 2, len(raw) - 30):
        assert [message for _, message in told(raw[:part], name)] == ["the workbook is not whole, or damaged"]


def test_a_damaged_part_is_said() -> None:
    """A byte that changed inside is noticed, whatever part it belongs to."""
    raw = bytearray(saved(fill(empty(), *LI)))
    raw[len(raw) // 2] ^= 0xFF

    assert [message for _, message in told(bytes(raw))] == ["the workbook is not whole, or damaged"]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"a,b\n", "it is called .xlsx and is none: another kind of file, renamed"),
        (b"<html></html>", "it is called .xlsx and is none: another kind of file, renamed"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "this is an old workbook (.xls), or one with a password"),
    ],
)
def test_another_kind_of_file_is_said(raw: bytes, message: str) -> None:
    """A table of another kind is refused by name, with how to get a workbook."""
    assert told(raw) == [("form.xlsx", message)]


def _packed(change: Callable[[str, bytes], bytes]) -> bytes:
    raw, out = BytesIO(saved(empty())), BytesIO()
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, change(entry.filename, old.read(entry)))
    return out.getvalue()


def test_a_workbook_that_would_fill_the_memory_is_refused() -> None:
    """A small file that unpacks to very much, and one with declarations of its own, are refused before they are read."""
    bomb = _packed(lambda name, text: text + b" " * 70_000_000 if "sheet1" in name else text)
    entities = _packed(
        lambda name, text: (
            text.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1) if "sheet1" in name else text
        )
    )

    assert len(bomb) < 200_000
    assert [message for _, message in told(bomb)] == ["the workbook holds over 60,000,000 bytes"]
    assert [message for _, message in told(entities)] == ["the workbook is not whole, or damaged"]


def test_a_form_goes_through_every_command_that_reads_profiles(tmp_path: Path) -> None:
    """`screen`, `validate`, `explain` and `timeline` take a form as they take YAML, from a file or from standard input."""
    path = tmp_path / "form.xlsx"
    path.write_bytes(saved(fill(empty(), *LI)))

    assert "表格里这样读" in printed("screen", str(path))
    assert "成员!D6 出生日期：读作1986年3月9日" in printed("validate", str(path))
    assert "child" in printed("explain", str(path), "fee-free-preschool", "child")
    assert run("timeline", str(path)).returncode == 0
    assert run("screen", "-", given=path.read_bytes()).returncode == 0


def test_errors_of_a_form_for_machines(tmp_path: Path) -> None:
    """`validate --format json` names sheet and cell."""
    book = fill(empty(), *LI)
    BROKEN["flag"][0](book)
    path = tmp_path / "form.xlsx"
    path.write_bytes(saved(book))
    done = run("validate", str(path), "--format", "json")

    assert done.returncode == 3
    assert '"cell": "D17"' in done.stdout.decode()
    assert '"sheet": "家庭"' in done.stdout.decode()


def test_drop_downs_point_at_what_may_be_chosen() -> None:
    """Each fact that has choices has a list beside it, and every item of every list is taken for a value."""
    for lang in ("zh", "en"):
        book = empty(lang, members=2)
        legend = book.worksheets[2]
        for page in book.worksheets[:2]:
            lists = {str(area): each for each in page.data_validations.dataValidation for area in each.sqref.ranges}
            for fact in PACK.contents.schema.of("household" if page is book.worksheets[0] else "person"):
                if fact.type not in {"bool", "choice"}:
                    continue
                row = row_of(page, fact.label[lang])
                last = get_column_letter(4 if fact.owner == "household" else 5)
                area = f"D{row}" if last == "D" else f"D{row}:{last}{row}"
                first, _, final = lists[area].formula1.rpartition("!")[2].replace("$", "").partition(":")
                shown = [cell[0].value for cell in legend[f"{first}:{final}"]]
                wanted = [label[lang] for label in fact.values.values()]
                assert shown == (wanted or [{"zh": "是", "en": "yes"}[lang], {"zh": "否", "en": "no"}[lang], shown[2]])


def test_a_cell_that_holds_only_spaces_is_empty() -> None:
    """Spaces beside the form, under no heading and in no row of it, say nothing."""
    plain, book = good(fill(empty(), *LI)), fill(empty(), *LI)
    page = book.worksheets[1]
    page.cell(4, 12).value = "  "
    page.cell(page.max_row + 2, 1).value = MARKER
    page.cell(page.max_row, 4).value = " "

    assert good(book).members == plain.members


@pytest.mark.parametrize(
    ("library", "command", "fix"),
    [
        ("python_calamine", ("validate", "form.xlsx"), "pip install python-calamine"),
        ("xlsxwriter", ("init", "--format", "xlsx"), "pip install XlsxWriter"),
    ],
)
def test_a_library_that_is_missing_is_one_line_with_the_command(
    library: str,
    command: tuple[str, ...],
    fix: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Without the library for workbooks the rest works, and what needs it says how to get it."""
    (tmp_path / "form.xlsx").write_bytes(saved(empty()))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(SystemExit) as ended:
        main([*command, "--lang", "en"])
    told = capsys.readouterr()

    assert ended.value.code == 5
    assert fix in " ".join((told.out + told.err).split())
    assert told.out == ""
