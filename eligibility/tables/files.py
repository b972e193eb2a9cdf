"""The files of tables: those that were named, and those of folders by name; what kind each is, and a seal over their bytes."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from eligibility.errors import Problems
from eligibility.source import Source, Span
from eligibility.tables.rows import called
from eligibility.words import Words

Kind = Literal["parquet", "workbook", "text"]

ENDINGS = (".parquet", ".csv", ".tsv", ".txt", ".xlsx", ".xlsm")
"""What the names of files end in that are read from a folder."""
_OLD_ENDINGS = (".xls", ".et", ".ods", ".xlsb")
_OLD = b"\xd0\xcf\x11\xe0"
_BEGINNINGS: tuple[tuple[bytes, Kind], ...] = ((b"PAR1", "parquet"), (b"PK\x03\x04", "workbook"))
_MEANT: dict[str, Kind] = {".parquet": "parquet", ".xlsx": "workbook", ".xlsm": "workbook"}
_BLOCK = 1 << 20
_SAVE_AS = Words("在表格软件里打开，另存为 .xlsx", "open it in a table program and save it as .xlsx")


@dataclass(frozen=True)
class File:
    """One file of tables.

    Args:
        path: where it is.
        name: what it is called in what is said of its rows.
        kind: what it holds, by its first bytes.
        state: its size and the time of its last change, when it was opened.
    """

    path: Path
    name: str
    kind: Kind
    state: tuple[int, int]

    def span(self, place: str = "") -> Span:
        """Returns a place in it, or the whole of it."""
        return Span(Source(self.name, "", private=True, cells=(place,)), 0, 0)

    def changed(self) -> bool:
        """Returns whether it is no longer what it was when it was opened."""
        return _state(self.path) != self.state


def _state(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def gathered(paths: Sequence[Path], problems: Problems, notes: list[Words]) -> list[File]:
    """Returns the files that were named, those of a folder in the order of their names.

    Args:
        paths: files and folders.
        problems: grows by what cannot be read.
        notes: grows by what lies in a folder and is no table.

    Raises:
        OSError: one cannot be opened.
    """
    found: list[Path] = []
    for path in paths:
        found += _inside(path, problems, notes) if path.is_dir() else [path]
    names = _names(found)
    files = [file for path in found if (file := _opened(path, names[path], problems)) is not None]
    seen: set[Path] = set()
    for file in files:
        if file.path.resolve() in seen:
            problems.add(file.span(), "同一个文件给了两次", "the same file was given twice")
        seen.add(file.path.resolve())
    return files


def _inside(folder: Path, problems: Problems, notes: list[Words]) -> list[Path]:
    """Returns the tables of a folder; what else lies there is told, but for what systems and table programs leave behind."""
    found: list[Path] = []
    other: list[str] = []
    place = Span(Source(called(str(folder)), "", private=True, cells=("",)), 0, 0)
    for path in sorted(folder.iterdir(), key=lambda each: each.name):
        hidden = path.name.startswith((".", "~$", "Thumbs.db", "desktop.ini"))
        if hidden:
            continue
        if path.name.lower().endswith(ENDINGS) and path.is_file():
            found.append(path)
        elif path.name.lower().endswith(_OLD_ENDINGS) and path.is_file():
            zh, en = (
                f"不能读 `{called(path.name)}` 这种表格",
                f"a workbook like `{called(path.name)}` cannot be read",
            )
            problems.add(place, zh, en, _SAVE_AS)
        else:
            other.append(f"`{called(path.name)}`")
    if other:
        zh, en = f"文件夹里没有读：{'、'.join(other)}", f"not read in the folder: {', '.join(other)}"
        notes.append(Words(zh, en))
    if not found and not problems.found:
        ends = ", ".join(ENDINGS)
        advice = Words(f"表格的扩展名是 {ends}", f"the names of tables end in {ends}")
        problems.add(place, "文件夹里没有表格", "there is no table in the folder", advice)
    return found


def _names(paths: Iterable[Path]) -> dict[Path, str]:
    """Returns what each file is called: by its name, or where two have the same one, with its folder."""
    listed = list(dict.fromkeys(paths))
    names = [path.name for path in listed]
    return {path: called(path.name if names.count(path.name) == 1 else str(path)) for path in listed}


def _opened(path: Path, name: str, problems: Problems) -> File | None:
    """Returns a file, or None after noting why it is no table."""
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "no regular file", str(path))
    with path.open("rb") as file:
        begins = file.read(8)
    ending = path.suffix.lower()
    kind: Kind = next((kind for mark, kind in _BEGINNINGS if begins.startswith(mark)), "text")
    found = File(path, name, kind, _state(path))
    if begins.startswith(_OLD) or ending in _OLD_ENDINGS:
        zh, en = "这是旧格式（.xls）或加了密码的表格", "this is an old workbook (.xls), or one with a password"
        problems.add(found.span(), zh, en, _SAVE_AS)
        return None
    if kind == "text" and ending in _MEANT:
        zh, en = f"名称是 {ending}，内容不是", f"it is called {ending} and is none"
        advice = Words("重新传一次，或另存", "copy it again, or save it anew")
        problems.add(found.span(), zh, en, advice)
        return None
    return found


def seal(parts: Iterable[tuple[str, File | bytes]]) -> str:
    """Returns a digest over files and texts, each with what it is for and its name, so that none can stand for another."""
    whole = hashlib.sha256()
    for purpose, part in parts:
        own = hashlib.sha256()
        name = ""
        if isinstance(part, bytes):
            own.update(part)
        else:
            name = part.name
            with part.path.open("rb", buffering=0) as file:
                while block := file.read(_BLOCK):
                    own.update(block)
        whole.update(f"{purpose}\0{name}\0{own.hexdigest()}\n".encode())
    return f"sha256:{whole.hexdigest()}"
