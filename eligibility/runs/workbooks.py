"""Tables as one Excel workbook, in which every cell is a text: nothing that somebody wrote becomes a formula or a link."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from eligibility.errors import BadChoice
from eligibility.words import Words

MOST_ROWS = 1_048_575
"""The rows that a sheet holds under its heading."""
_MOST_COLUMNS, _LONGEST = 16_384, 32_767
_WIDTH, _WIDTH_OF_NOTES = 22, 100
_HEAD = {"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "border": 1, "text_wrap": True, "valign": "top"}


@dataclass(frozen=True)
class Sheet:
    """One sheet.

    Args:
        name: on its tab.
        parts: tables of texts with the same columns, one below the other.
    """

    name: str
    parts: Iterable[pl.DataFrame]


def room(rows: int, columns: int) -> None:
    """Makes sure that a sheet holds so much.

    Raises:
        BadChoice: it does not, with what to do instead.
    """
    if rows > MOST_ROWS or columns > _MOST_COLUMNS:
        zh = f"结果超过一张 Excel 表能放的 {MOST_ROWS:,} 行、{_MOST_COLUMNS:,} 列"
        en = f"the answers are more than a sheet of Excel holds, {MOST_ROWS:,} rows of {_MOST_COLUMNS:,} columns"
        advice = Words(
            "用 --format parquet 或 csv，写到另一个文件夹", "take --format parquet or csv, and another folder"
        )
        raise BadChoice(Words(f"{zh}；{advice.zh}", f"{en}: {advice.en}"))


def workbook(sheets: Sequence[Sheet], notes: Sequence[str], notes_name: str, work: Path) -> bytes:
    """Returns a workbook; the same tables have the same bytes.

    Args:
        sheets: from left to right.
        notes: what stands on a sheet of its own, behind them.
        notes_name: on the tab of that.
        work: a folder for rows that wait to be packed.

    Raises:
        BadChoice: a table is too large for a sheet.
        OSError: the folder cannot be written.
    """
    raw = BytesIO()
    options = {"constant_memory": True, "tmpdir": str(work), "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(raw, options) as book:
        book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)})
        head = book.add_format(_HEAD)
        for each in sheets:
            _fill(book.add_worksheet(each.name), each.parts, head)
        last = book.add_worksheet(notes_name)
        last.set_column(0, 0, _WIDTH_OF_NOTES)
        for line, text in enumerate(notes):
            last.write_string(line, 0, text)
    return raw.getvalue()


def _fill(sheet: Any, parts: Iterable[pl.DataFrame], head: Any) -> None:  # noqa: ANN401 - of a library without types
    line = 0
    for part in parts:
        if line == 0:
            sheet.set_column(0, max(0, part.width - 1), _WIDTH)
            sheet.freeze_panes(1, 0)
            for column, name in enumerate(part.columns):
                sheet.write_string(0, column, name, head)
        room(line + part.height, part.width)
        for row in part.iter_rows():
            line += 1
            for column, text in enumerate(row):
                if text:
                    sheet.write_string(line, column, text[:_LONGEST])
    if line:
        sheet.autofilter(0, 0, line, part.width - 1)
