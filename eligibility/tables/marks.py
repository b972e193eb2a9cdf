"""What the text of a sheet says beside its values: which cells hold a formula or an error, found without holding the sheet."""

from __future__ import annotations

import re
import zipfile
from array import array
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias
from xml.parsers import expat

from eligibility.sheets import sheet_parts

LARGEST = 4_000_000_000
"""How many bytes a workbook may hold once it is unpacked."""
_SMALL = 10_000_000
"""How many bytes the list of its sheets may have."""
_BLOCK = 1 << 20
_OVERLAP = 16
_FORMULA_OR_ERROR = re.compile(rb"<(?:\w+:)?f[\s/>]|\bt\s*=\s*[\"']e[\"']")
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_LISTS = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")

Marks: TypeAlias = "Mapping[str, Mapping[int, array[int]]]"
"""By what stands there, `formula` or `error`, and by column from 0: the rows, from 0, in order."""


class Broken(Exception):  # noqa: N818 - it says what a file is, and is turned into a problem
    """A workbook that is not whole."""


class TooLarge(Exception):  # noqa: N818 - it says what a file is, and is turned into a problem
    """A workbook that would hold too much once it is unpacked."""


def sheets_of(path: Path) -> tuple[Mapping[str, str], bool]:
    """Returns the part that holds each sheet of a workbook, by name and in order, and whether its days count from 1904.

    Every part is read to its end, so that what was cut off or damaged is noticed.

    Raises:
        Broken: it is not whole.
        TooLarge: it holds too much.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
                raise TooLarge
            for entry in archive.infolist():
                with archive.open(entry) as part:
                    head = part.read(_BLOCK)
                    if entry.filename.startswith("xl/") and _DECLARED.search(head):
                        raise Broken
                    while part.read(_BLOCK):
                        pass
            texts = {name: _small(archive, name) for name in _LISTS}
            parts, from_1904 = sheet_parts(texts)
            known = set(archive.namelist())
    except (
        zipfile.BadZipFile,
        expat.ExpatError,
        SyntaxError,
        KeyError,
        ValueError,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ):
        raise Broken from None
    return {sheet: part for sheet, part in parts.items() if part in known}, from_1904


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > _SMALL:
        raise TooLarge
    return archive.read(name)


def marks_of(path: Path, part: str) -> Marks:
    """Returns the cells of a sheet that hold a formula or an error.

    Args:
        path: of the workbook.
        part: of the workbook that holds the sheet.

    Raises:
        Broken: the sheet cannot be read.
    """
    if not any(_FORMULA_OR_ERROR.search(block) for block in _blocks(path, part)):
        return {}
    found = _Marking()
    parser = expat.ParserCreate()
    parser.StartElementHandler = found.start
    try:
        for block in _blocks(path, part, overlap=0):
            parser.Parse(block)
        parser.Parse(b"", True)  # noqa: FBT003 - the parser knows no name for it
    except expat.ExpatError:
        raise Broken from None
    return found.marks


def _blocks(path: Path, part: str, overlap: int = _OVERLAP) -> Iterator[bytes]:
    """Yields a part in blocks, each beginning with the end of the one before it."""
    with zipfile.ZipFile(path) as archive, archive.open(part) as text:
        before = b""
        while block := text.read(_BLOCK):
            yield before + block
            before = block[-overlap:] if overlap else b""


class _Marking:
    """Follows the elements of a sheet."""

    def __init__(self) -> None:
        self.marks: dict[str, dict[int, array[int]]] = {"formula": {}, "error": {}}
        self.row = self.column = -1

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Notes a cell where it is one that counts."""
        name = tag.rpartition(":")[2]
        if name == "c":
            reference = attributes.get("r", "")
            self.column = _column(reference) if reference else self.column + 1
            if attributes.get("t") == "e":
                self._mark("error")
        elif name == "row":
            self.row, self.column = int(attributes.get("r", self.row + 2)) - 1, -1
        elif name == "f":
            self._mark("formula")

    def _mark(self, what: str) -> None:
        self.marks[what].setdefault(self.column, array("I")).append(max(self.row, 0))


def _column(reference: str) -> int:
    """Returns the column of a reference such as `C5`, from 0."""
    number = 0
    for letter in reference:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
