"""The tables of a city as files: Parquet and JSON Lines with exact numbers, CSV and Excel with headings in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import polars as pl
import xlsxwriter

from eligibility.runs.files import SUFFIX, csv, json_lines, parquet
from eligibility.runs.manifest import Form
from eligibility.totals.tables import Table
from eligibility.words import Words

FOLDER, WORKBOOK = "summary", "summary.xlsx"
"""Where the tables go: a file for each of them, or one workbook."""
_TABS = {
    "whole": Words("全市", "Whole"),
    "counties": Words("按县区", "By county"),
    "age_bands": Words("按年龄段", "By age"),
    "entitlements": Words("按事项", "By entitlement"),
    "counties_entitlements": Words("按县区和事项", "By county and entitlement"),
    "fields": Words("登记缺项", "Missing fields"),
    "figures": Words("请问主管部门", "Questions for the city"),
    "coming": Words("90天内", "Within 90 days"),
    "take_up": Words("应享未享", "Take-up"),
    "take_up_counties": Words("应享未享（县区）", "Take-up by county"),
}
_NOTES = Words("请注意", "Please note")
_LOOKS: dict[str, dict[str, Any]] = {
    "head": {
        "bold": True,
        "bg_color": "#1F4E79",
        "font_color": "#FFFFFF",
        "border": 1,
        "text_wrap": True,
        "valign": "top",
    },
    "code": {},
    "text": {"text_wrap": True, "valign": "top"},
    "count": {"num_format": "#,##0", "valign": "top"},
    "yuan": {"num_format": "#,##0.00", "valign": "top"},
    "share": {"num_format": "0.0", "valign": "top"},
}
_WIDTHS = {"code": 22, "text": 36, "count": 14, "yuan": 18, "share": 10}
_NOTES_WIDTH = 100
_MOST_DIGITS = 15
"""The digits that a number of a table program holds; a longer one stands there as a text."""


def said(table: Table, lang: str) -> pl.DataFrame:
    """Returns a table under headings in one language, its numbers exact."""
    frame = table.frame()
    return frame.select(
        pl.col(f"{each.key}_{lang}" if each.kind == "text" else each.key).alias(each.label[lang])
        for each in table.columns
    )


def plain(table: Table, lang: str) -> pl.DataFrame:
    """Returns a table under headings in one language as CSV has it: yuan without needless zeros, as in the lists of answers."""
    yuan = [each.label[lang] for each in table.columns if each.kind == "yuan"]
    return said(table, lang).with_columns(pl.col(yuan).cast(pl.String).str.strip_suffix(".00"))


def files(tables: Mapping[str, Table], form: Form, lang: str, notes: Sequence[str] = ()) -> dict[str, bytes]:
    """Returns the files that hold the tables, by their places in the folder of a run.

    Args:
        tables: of `city.merged`.
        form: of the files.
        lang: of headings and names in CSV and Excel; Parquet and JSON Lines hold both languages.
        notes: what stands beside them in a workbook: that this is no decision, and where to object.
    """
    if form == "xlsx":
        return {WORKBOOK: workbook(list(tables.values()), lang, notes)}
    made: dict[str, bytes] = {}
    for key, table in tables.items():
        exact = table.frame()
        if form == "csv":
            raw = csv(plain(table, lang))
        else:
            # Numbers with places after the point go into JSON as texts: nothing rounds them there.
            raw = (
                parquet(exact)
                if form == "parquet"
                else json_lines(exact.with_columns(pl.col(pl.Decimal).cast(pl.String)))
            )
        made[f"{FOLDER}/{key}.{SUFFIX[form]}"] = raw
    return made


def workbook(tables: Sequence[Table], lang: str, notes: Sequence[str] = ()) -> bytes:
    """Returns the tables as one workbook; the same tables have the same bytes, and no text becomes a formula or a link."""
    raw = BytesIO()
    with xlsxwriter.Workbook(raw, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)})
        looks = {name: book.add_format(look) for name, look in _LOOKS.items()}
        for table in tables:
            _fill(book.add_worksheet(_TABS[table.key][lang]), table, lang, looks)
        last = book.add_worksheet(_NOTES[lang])
        last.set_column(0, 0, _NOTES_WIDTH, looks["text"])
        told = [f"{table.title[lang]}\n{table.note[lang]}" for table in tables]
        for line, text in enumerate((*notes, *told)):
            last.write_string(line, 0, text, looks["text"])
    return raw.getvalue()


def _fill(sheet: Any, table: Table, lang: str, looks: Mapping[str, Any]) -> None:  # noqa: ANN401 - of a library without types
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, _WIDTHS[column.kind])
        sheet.write_string(0, at, column.label[lang], looks["head"])
        for line, row in enumerate(table.rows, 1):
            value = _cell(row.get(column.key), lang)
            write = {str: sheet.write_string, type(None): sheet.write_blank}.get(type(value), sheet.write_number)
            write(line, at, value, looks[column.kind])
    sheet.freeze_panes(1, sum(each.kind in {"code", "text"} for each in table.columns[:2]))
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def _cell(value: Any, lang: str) -> str | int | Decimal | None:  # noqa: ANN401 - of any kind of column
    """Returns what stands in a cell: a number where the program holds all its digits, else a text."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Words):
        return value[lang]
    found: int | Decimal = value
    return f"{found:,}" if len(str(found).lstrip("-").replace(".", "")) > _MOST_DIGITS else found
