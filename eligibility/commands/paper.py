"""What is written for paper: HTML and PDF, into a file or to standard output as bytes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eligibility.commands.console import note, today, write_private
from eligibility.commands.options import CommandT, keep, kept
from eligibility.commands.usage import Wrong
from eligibility.words import Words

if TYPE_CHECKING:
    from eligibility.page import Section, Sheet
    from eligibility.report import Report

PAPER = ("html", "pdf")
"""The forms that hold one household, on sheets that can be printed."""
FILED = (*PAPER, "xlsx")
"""The forms that go into a file where one is named."""


def reader_option(command: CommandT) -> CommandT:
    """Adds `--for`, which what is written for paper looks up for itself."""
    text = "html、pdf 只要一张：给居民的，或存档的 In html and pdf only the citizen's sheet, or the one for the file."
    choice = click.Choice(["citizen", "file"])
    return click.option("--for", "reader", type=choice, help=text, expose_value=False, callback=keep)(command)


def check_paper(form: str) -> None:
    """Refuses what cannot be written so, before any work is done.

    Raises:
        Wrong: the file is there already, or the form is none for paper and an option is.
    """
    if form in FILED:
        outlet()
    elif kept("output") or kept("force"):
        raise Wrong("-o、--force 只用于 html、pdf 和 xlsx", "-o and --force are for html, pdf and xlsx")
    if form not in PAPER and kept("reader"):
        raise Wrong("--for 只用于 html 和 pdf", "--for is for html and pdf")


def one_household(count: int, form: str) -> None:
    """Refuses several households where a page holds one.

    Raises:
        Wrong: there are several.
    """
    if count > 1 and form in PAPER:
        zh = f"{form} 一次只写一户，请一份一份地筛查"
        raise Wrong(zh, f"{form} holds one household: screen one profile at a time")


def write_report(report: Report, more: Sequence[Section], form: str) -> None:
    """Writes a report for paper: for the citizen, for the file, or both.

    Args:
        report: of a screening.
        more: further sections for the file.
        form: `html` or `pdf`.
    """
    from eligibility.handout import Handout
    from eligibility.record import Record

    sheets = [Handout(report).sheet(), Record(report, today(), more).sheet()]
    reader = kept("reader")
    write([each for each in sheets if not reader or each.name == reader], form, report.lang)


def outlet() -> Path | None:
    """Returns the file that was asked for, or None for standard output, before any work is done.

    Raises:
        Wrong: the file is there already and is not to be overwritten.
    """
    output = kept("output")
    return unused(str(output)) if output else None


def unused(output: str) -> Path:
    """Returns a file that may be written.

    Raises:
        Wrong: it is what the command reads, or is there already and is not to be overwritten.
    """
    path = Path(output)
    if path.resolve() in _read():
        raise Wrong(f"`{output}` 是要读的文件，不能写在它上面", f"`{output}` is what is read: write to another file")
    if path.exists() and not kept("force"):
        raise Wrong(f"`{output}` 已经存在；要覆盖就加 --force", f"`{output}` exists; --force overwrites it")
    return path


def _read() -> set[Path]:
    """Returns the files that the command reads."""
    told = click.get_current_context().params
    given = (*(told.get("paths") or ()), *((told["path"],) if told.get("path") else ()))
    return {Path(each).resolve() for each in given if each != "-"}


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
    write_private(path, raw)
    note(Words(f"已写入 {path}", f"{path} is written")[lang])


def rendered(sheets: Sequence[Sheet], form: str, lang: str) -> bytes:
    """Returns sheets as `html`, always in UTF-8 as the page itself says, or as `pdf`."""
    if form == "html":
        from eligibility.html import html

        return html(sheets, lang).encode()
    from eligibility.typeset import pdf

    return pdf(sheets, lang)
