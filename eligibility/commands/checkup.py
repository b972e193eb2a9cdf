"""One thing that `doctor` looks at, and what an office lives with: workbooks, names of files, a folder that keeps packs."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from eligibility.commands.console import cache_folder
from eligibility.words import Words


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at.

    Args:
        name: a short key.
        label: what people call it.
        found: how it is.
        fix: what to do; None where nothing is wrong.
        needed: whether anything fails without it; what is optional and left out is no problem.
    """

    name: str
    label: Words
    found: Words
    fix: Words | None = None
    needed: bool = True

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return self.fix is None or not self.needed

    @property
    def status(self) -> Words:
        """How it stands, in a word."""
        if self.fix is None:
            return Words("正常", "ok")
        return Words("问题", "problem") if self.needed else Words("缺少", "lacking")


def office() -> Iterator[Check]:
    """Looks at what an office lives with."""
    yield _workbooks()
    yield _file_names()
    yield _colours()
    yield _kept()


_NUMBER = "620402198603091234"


def _workbooks() -> Check:
    """Looks at whether a resident number comes back from a workbook as it went in."""
    from eligibility.commands.workbook import new_workbook
    from eligibility.errors import Lacking, Refusal
    from eligibility.sheets import read_book

    label, raw = Words("Excel 表格", "Excel workbooks"), BytesIO()
    try:
        book, _ = new_workbook(raw)
        book.add_worksheet("表").write_string(0, 0, _NUMBER)
        book.close()
        found = read_book(raw.getvalue(), "doctor.xlsx").sheets[0].at(0, 0)
    except Lacking as lacking:
        return Check("workbooks", label, lacking.message, lacking.help)
    except Refusal:
        found = None
    if found != _NUMBER:
        fix = Words(
            "运行 pip install --upgrade python-calamine XlsxWriter",
            "run pip install --upgrade python-calamine XlsxWriter",
        )
        return Check("workbooks", label, Words("写出后读不回", "what is written does not come back"), fix)
    return Check("workbooks", label, Words("可写可读，18 位号码不变", "written and read, 18 digits kept"))


def _file_names() -> Check:
    """Looks at whether files may have Chinese names here."""
    encoding = sys.getfilesystemencoding()
    label = Words("文件名编码", "encoding of file names")
    try:
        "档案".encode(encoding)
    except UnicodeError:
        zh, en = f"{encoding}，中文文件名显示不出", f"{encoding}, Chinese names of files cannot be shown"
        return Check("file-names", label, Words(zh, en), Words("设置 PYTHONUTF8=1", "set PYTHONUTF8=1"), needed=False)
    return Check("file-names", label, Words(encoding, encoding))


def _colours() -> Check:
    """Says whether colours are shown, and why not; what they say is always said in words, too."""
    label = Words("颜色", "colours")
    if os.environ.get("NO_COLOR"):
        return Check("colours", label, Words("不用（NO_COLOR）", "none (NO_COLOR)"))
    if not sys.stdout.isatty():
        return Check("colours", label, Words("不用（输出不是终端）", "none (the output is no terminal)"))
    return Check("colours", label, Words("有", "shown"))


def _kept() -> Check:
    """Looks at whether loaded packs can be kept; without that every command takes a moment longer."""
    label, folder = Words("规则包缓存", "folder that keeps loaded packs"), cache_folder()
    if folder is None:
        return Check("cache", label, Words("不用", "none"))
    there = next((each for each in (folder, *folder.parents) if each.exists()), Path("/"))
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError:
        zh, en = f"{folder} 不可写，每次都要重新载入", f"{folder} cannot be written: packs load anew each time"
        fix = Words("把 ELIGIBILITY_CACHE 设为可写的文件夹", "set ELIGIBILITY_CACHE to a folder that can be written")
        return Check("cache", label, Words(zh, en), fix, needed=False)
    return Check("cache", label, Words(f"{folder}", f"{folder}"))
