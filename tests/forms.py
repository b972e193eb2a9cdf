"""Forms filled in as an office does it: the empty one opened with another library, answers put in by their labels, saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from packs_for_tests import shipped

from eligibility.commands.blank_form import empty_form

PACK = shipped()
Answers = Mapping[str, Any]

LI: tuple[Answers, Sequence[Answers]] = (
    {
        "代号（不写姓名）": "li-family",
        "以上情况是哪一天的": "2017年12月31日",
        "居住县区": "白银区",
        "城乡": "城镇",
        "家庭享受最低生活保障": "城市低保",
        "建档立卡": "否",
    },
    (
        {
            "代号（不写姓名）": "mother",
            "与户主的关系": "户主",
            "出生日期": "1986/3/9",
            "性别": "女",
            "户籍所在县区": 620402,
        },
        {
            "代号（不写姓名）": "child",
            "与户主的关系": "子女",
            "出生日期": 41426,
            "户籍所在县区": "620402",
            "周岁年龄": "４岁",
        },
    ),
)
"""A part of the family of the README, as an office might write it down."""


@cache
def _raw(lang: str, members: int) -> bytes:
    return empty_form(PACK, members, lang, None)


def empty(lang: str = "zh", members: int = 3) -> Workbook:
    """Returns the empty form, opened."""
    return load_workbook(BytesIO(_raw(lang, members)))


def row_of(sheet: Worksheet, label: str) -> int:
    """Returns the number of the row with a label."""
    return next(line for line in range(1, sheet.max_row + 1) if sheet.cell(line, 1).value == label)


def fill(book: Workbook, household: Answers, members: Sequence[Answers]) -> Workbook:
    """Returns the form with answers in it, put there by their labels."""
    home, people = book.worksheets[:2]
    for label, value in household.items():
        home.cell(row_of(home, label), 4).value = value
    for at, member in enumerate(members):
        for label, value in member.items():
            people.cell(row_of(people, label), 4 + at).value = value
    return book


def saved(book: Workbook) -> bytes:
    """Returns the bytes of a workbook."""
    raw = BytesIO()
    book.save(raw)
    return raw.getvalue()
