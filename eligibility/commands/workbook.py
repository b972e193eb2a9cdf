"""Excel workbooks out: how they look, and a new one in which no text can become a formula or a link."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from eligibility.errors import Lacking
from eligibility.words import Words

_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "heading": {"bold": True, "font_size": 12},
    "plain": {},
    "head": {"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "border": 1, "text_wrap": True},
    "band": {"bold": True, "bg_color": "#DDEBF7"},
    "label": {"bold": True, "border": 1, "text_wrap": True, "valign": "top"},
    "guide": {"border": 1, "text_wrap": True, "valign": "top", "font_color": "#404040"},
    "cell": {"border": 1, "text_wrap": True, "valign": "top"},
    "answer": {"border": 1, "bg_color": "#FFFBE6", "valign": "top"},
    "text": {"border": 1, "bg_color": "#FFFBE6", "valign": "top", "num_format": "@"},
    "money": {"border": 1, "valign": "top", "num_format": "#,##0.00"},
    "true": {"border": 1, "bg_color": "#E2EFDA", "valign": "top"},
    "unknown": {"border": 1, "bg_color": "#FFF2CC", "valign": "top"},
    "false": {"border": 1, "bg_color": "#FCE4E4", "valign": "top"},
}
_FETCH = Words("运行 pip install XlsxWriter", "run pip install XlsxWriter")


def new_workbook(raw: BytesIO) -> tuple[Any, dict[str, Any]]:
    """Returns a new workbook that is written to memory, and its formats by name.

    A workbook without a date of making has the same bytes whenever it is made; texts go in by `write_string` alone.

    Raises:
        Lacking: the library that writes workbooks is not installed.
    """
    try:
        import xlsxwriter
    except ImportError:
        zh, en = "没有安装写表格的库 XlsxWriter", "XlsxWriter, which writes workbooks, is not installed"
        raise Lacking(Words(zh, en), _FETCH) from None
    from datetime import UTC, datetime

    book = xlsxwriter.Workbook(
        raw, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)})
    return book, {name: book.add_format(look) for name, look in _LOOKS.items()}
