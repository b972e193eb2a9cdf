"""What is written for paper: HTML and PDF, into a file or to standard output as bytes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from eligibility.commands.console import note
from eligibility.commands.options import kept
from eligibility.commands.usage import Wrong
from eligibility.words import Words

if TYPE_CHECKING:
    from eligibility.page import Sheet


def outlet() -> Path | None:
    """Returns the file that was asked for, or None for standard output, before any work is done.

    Raises:
        Wrong: the file is there already and is not to be overwritten.
    """
    output = kept("output")
    if not output:
        return None
    path = Path(output)
    if path.exists() and not kept("force"):
        raise Wrong(f"`{output}` 已经存在；要覆盖就加 --force", f"`{output}` exists; --force overwrites it")
    return path


def write(sheets: Sequence[Sheet], form: str, lang: str) -> None:
    """Writes sheets as `html` or `pdf`.

    Raises:
        Lacking: this machine cannot make a PDF of them.
        OSError: the file cannot be written.
        Wrong: a PDF would go to a terminal.
    """
    path = outlet()
    if path is None and form == "pdf" and sys.stdout.isatty():
        raise Wrong("PDF 不能显示在终端上；请加 -o FILE", "a PDF is nothing for a terminal; add -o FILE")
    raw = rendered(sheets, form, lang)
    if path is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(raw)
        return
    path.write_bytes(raw)
    note(Words(f"已写入 {path}", f"{path} is written")[lang])


def rendered(sheets: Sequence[Sheet], form: str, lang: str) -> bytes:
    """Returns sheets as `html`, always in UTF-8 as the page itself says, or as `pdf`."""
    if form == "html":
        from eligibility.html import html

        return html(sheets, lang).encode()
    from eligibility.typeset import pdf

    return pdf(sheets, lang)
