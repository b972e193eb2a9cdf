"""In which encoding a table of text is: UTF-8, with a byte order mark or without, or GB18030; no other is taken for either."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from eligibility.words import Words

_BLOCK = 1 << 22
_LINES = 5_000
"""So many lines that are not ASCII decide."""
_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_NULS = 10
"""Where one byte in so many is zero, this is no text in an encoding of bytes."""


@dataclass(frozen=True)
class Encoding:
    """How the bytes of a text are read.

    Args:
        codec: `utf-8` or `gb18030`.
        start: where the text begins, after a byte order mark.
    """

    codec: str
    start: int = 0

    def text(self, raw: bytes) -> str:
        """Returns the text of bytes that end with a line; what is none becomes U+FFFD, and is refused where it is used."""
        try:
            return raw.decode(self.codec)
        except UnicodeDecodeError:
            # Line by line, so that one byte that is wrong takes nothing of the next line with it.
            return "".join(line.decode(self.codec, "replace") for line in raw.splitlines(keepends=True))


def encoding_of(path: Path) -> Encoding | Words:
    """Returns the encoding of a file, or what it is instead.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(_BLOCK)
        other = _other(head)
        if other is not None:
            return other
        if head.startswith(codecs.BOM_UTF8):
            return Encoding("utf-8", len(codecs.BOM_UTF8))
        decoder = codecs.getincrementaldecoder("utf-8")()
        block, chinese = head, False
        while block:
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                # What went before was UTF-8 and not ASCII: then all of it is, and some line is broken.
                return Encoding("utf-8" if chinese or _mostly_utf8(block) else "gb18030")
            chinese = chinese or not block.isascii()
            block = file.read(_BLOCK)
    return Encoding("utf-8")


def _other(head: bytes) -> Words | None:
    """Returns what a file is that is no text in UTF-8 or GB18030."""
    advice = Words("另存为 CSV（UTF-8）", "save it as CSV (UTF-8)")
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Words(f"文件的编码是 {name}；{advice.zh}", f"this file is in {name}; {advice.en}")
    if head.count(0) * _NULS > len(head):
        return Words(f"这不是文本，或编码是 UTF-16；{advice.zh}", f"this is no text, or one in UTF-16; {advice.en}")
    return None


def _mostly_utf8(block: bytes) -> bool:
    """Returns whether most lines that are not ASCII are UTF-8; Chinese in GB18030 hardly ever is."""
    lines = [line for line in block.split(b"\n")[1:-1] or block.split(b"\n") if not line.isascii()][:_LINES]
    return sum(_is_utf8(line) for line in lines) * 2 > len(lines)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
