"""Excel workbooks: what each cell holds, and what of it nobody should build on: formulas, errors, merged cells."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

from eligibility.errors import Lacking, Refusal, refuse
from eligibility.source import Source, Span
from eligibility.words import Words

LARGEST = 60_000_000
"""How many bytes a workbook may hold once it is unpacked."""
MOST_ROWS, MOST_COLUMNS = 5_000, 300
"""How far down and to the right anything may stand in a sheet of a form."""
LOST = 10.0**15
"""From here on a number in a cell has lost its last digits."""

_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_SAVE_AS = Words("在表格软件里打开，另存为 .xlsx", "open it in a table program and save it as .xlsx")
_FETCH = Words("运行 pip install python-calamine", "run pip install python-calamine")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook; rows and columns count from 0.

    Args:
        name: as the tab says.
        rows: what each cell holds: a text, a number, a boolean, a day or a time; an empty text where nothing is.
        merged: first and last cell of each group of merged cells.
        formulas: the cells that hold a formula.
        errors: the cells that hold an error, such as `#N/A`; they read as if they were empty.
    """

    name: str
    rows: Sequence[Sequence[Any]]
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]] = ()
    formulas: frozenset[tuple[int, int]] = frozenset()
    errors: frozenset[tuple[int, int]] = frozenset()

    def at(self, row: int, column: int) -> Any:  # noqa: ANN401 - whatever the cell holds
        """Returns what a cell holds."""
        line = self.rows[row] if row < len(self.rows) else ()
        return line[column] if column < len(line) else ""

    def holds(self, row: int, column: int) -> bool:
        """Returns whether a cell holds anything but spaces."""
        held = self.at(row, column)
        return not isinstance(held, str) or held.strip() != ""

    def where(self, row: int, column: int) -> str:
        """Returns a cell as its reader knows it: `Members!C5`."""
        return f"{self.name}!{letters(column)}{row + 1}"


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook.

    Args:
        sheets: in order, hidden ones too.
        from_1904: whether its days count from 1904, as those of old Macintosh programs do.
    """

    sheets: tuple[Sheet, ...]
    from_1904: bool = False


@dataclass
class _Marks:
    """What the text of a sheet says beside the values."""

    formulas: set[tuple[int, int]] = field(default_factory=set)
    errors: set[tuple[int, int]] = field(default_factory=set)


def letters(column: int) -> str:
    """Returns the letters of a column that counts from 0: `A`, `Z`, `AA`."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def is_workbook(raw: bytes, name: str) -> bool:
    """Returns whether bytes are meant as a workbook, by how they begin or by the name of their file."""
    return raw.startswith((_ZIP, _OLD)) or name.lower().endswith((".xlsx", ".xlsm", ".xls", ".et"))


def read_book(raw: bytes, name: str) -> Book:
    """Reads a workbook.

    Raises:
        Refusal: it is none, or not whole, or too large, or locked with a password.
        Lacking: the library that reads workbooks is not installed.
    """
    if raw.startswith(_OLD):
        zh, en = "这是旧格式（.xls）或加了密码的表格", "this is an old workbook (.xls), or one with a password"
        raise _refused(name, zh, en, _SAVE_AS)
    if not raw.startswith(_ZIP):
        zh, en = (
            "名称是 .xlsx，内容不是：可能是改了名的其他文件",
            "it is called .xlsx and is none: another kind of file, renamed",
        )
        raise _refused(name, zh, en, _SAVE_AS)
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            parts = _parts(archive, name)
            paths, from_1904 = sheet_parts(parts)
            marks = {sheet: _marks(parts[path], sheet, name) for sheet, path in paths.items() if path in parts}
    except (zipfile.BadZipFile, ET.ParseError, KeyError, ValueError, EOFError, NotImplementedError, RuntimeError):
        raise _broken(name) from None
    return Book(tuple(_sheets(raw, name, marks)), from_1904)


def _broken(name: str) -> Refusal:
    zh, en = "表格文件不完整或已损坏", "the workbook is not whole, or damaged"
    return _refused(
        name, zh, en, Words("重新传一次，或在表格软件里打开后另存", "copy it again, or open it and save it anew")
    )


def _refused(name: str, zh: str, en: str, advice: Words | None = None, cell: str = "") -> Refusal:
    return refuse(Span(Source(name, "", private=True, cells=(cell,)), 0, 0), zh, en, advice)


def _parts(archive: zipfile.ZipFile, name: str) -> Mapping[str, bytes]:
    """Returns the texts of a workbook that say what its cells hold, nothing beyond the limit unpacked."""
    if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
        zh, en = f"表格展开后超过 {LARGEST:,} 字节", f"the workbook holds over {LARGEST:,} bytes"
        raise _refused(name, zh, en)
    found = {}
    for entry in archive.infolist():
        # Read to its end, so that what was cut off or damaged is noticed whatever the part says.
        text = archive.read(entry)
        if entry.filename.startswith("xl/") and entry.filename.endswith((".xml", ".rels")):
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise _broken(name)
            found[entry.filename] = text
    return found


def sheet_parts(parts: Mapping[str, bytes]) -> tuple[dict[str, str], bool]:
    """Returns the part that holds each sheet, by the sheet's name, and whether days count from 1904."""
    links = ET.fromstring(parts["xl/_rels/workbook.xml.rels"])  # noqa: S314 - declarations are refused above
    targets = {link.get("Id", ""): link.get("Target", "") for link in links}
    book = ET.fromstring(parts["xl/workbook.xml"])  # noqa: S314 - likewise
    # There are two sets of namespaces, one for workbooks in the strict form.
    properties = book.find("{*}workbookPr")
    since = properties.get("date1904", "") if properties is not None else ""
    paths = {}
    for sheet in book.iterfind("{*}sheets/{*}sheet"):
        target = next((targets.get(value, "") for key, value in sheet.items() if key.endswith("}id")), "")
        paths[sheet.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return paths, since in {"1", "true"}


def _marks(text: bytes, sheet: str, name: str) -> _Marks:
    """Returns which cells of a sheet hold a formula or an error.

    Raises:
        Refusal: something stands further out than any form reaches.
    """
    found, row, column = _Marks(), -1, -1
    for event, element in ET.iterparse(BytesIO(text), ("start", "end")):  # noqa: S314 - declarations are refused above
        tag = element.tag.rpartition("}")[2]
        if event == "start" and tag == "row":
            row, column = int(element.get("r", row + 2)) - 1, -1
        elif event == "end" and tag == "c":
            column = _column(element.get("r", "")) if element.get("r") else column + 1
            if len(element) and (row >= MOST_ROWS or column >= MOST_COLUMNS):
                zh, en = "这里有内容，表格到不了这么远", "something stands here, further out than a form reaches"
                raise _refused(name, zh, en, Words("删去它", "delete it"), f"{sheet}!{letters(column)}{row + 1}")
            if element.find("{*}f") is not None:
                found.formulas.add((row, column))
            if element.get("t") == "e":
                found.errors.add((row, column))
            element.clear()
    return found


def _column(reference: str) -> int:
    """Returns the column of a reference such as `C5`, from 0."""
    number = 0
    for letter in reference:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _sheets(raw: bytes, name: str, marks: Mapping[str, _Marks]) -> Iterator[Sheet]:
    try:
        import python_calamine as calamine
    except ImportError:
        zh, en = "没有安装读表格的库 python-calamine", "python-calamine, which reads workbooks, is not installed"
        raise Lacking(Words(zh, en), _FETCH) from None
    try:
        with calamine.CalamineWorkbook.from_filelike(BytesIO(raw)) as book:
            for title in book.sheet_names:
                if title not in marks:
                    raise _broken(name)
                sheet, own = book.get_sheet_by_name(title), marks[title]
                rows = sheet.to_python(skip_empty_area=False)
                merged = tuple(sheet.merged_cell_ranges or ())
                yield Sheet(title, rows, merged, frozenset(own.formulas), frozenset(own.errors))
    except calamine.CalamineError:
        raise _broken(name) from None
