"""What every command shares: options, language, streams, reading profiles, printing for people and machines."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from eligibility.commands.options import kept
from eligibility.commands.streams import lost
from eligibility.errors import EligibilityError
from eligibility.words import Words, folded

if TYPE_CHECKING:
    from rich.console import Console

    from eligibility.errors import ProfileError
    from eligibility.packs.calendar import RulePack, Rules
    from eligibility.profile import Profile
    from eligibility.source import Span

BEIJING = timezone(timedelta(hours=8))
"""The only time zone: days are those of UTC+8."""

STDIN = "-"


def note_what_was_lost(lang: str) -> None:
    """Says once when standard output could not show some characters."""
    if lost():
        encoding = str(getattr(sys.stdout, "encoding", ""))
        words = Words(
            f"标准输出的编码 {encoding} 显示不了有些字，已写成问号；可设 PYTHONIOENCODING=utf-8",
            f"standard output in {encoding} cannot show some characters, `?` stands for them: set PYTHONIOENCODING=utf-8",
        )
        note(words[lang])


def language(chosen: str | None, arguments: Sequence[str] = ()) -> str:
    """Returns the language: the option, else ELIGIBILITY_LANG, else the locale, where anything but English means Chinese."""
    told = list(arguments)
    for at, argument in enumerate(told):
        if argument.startswith("--lang="):
            chosen = argument.removeprefix("--lang=")
        elif argument == "--lang" and at + 1 < len(told):
            chosen = told[at + 1]
    if chosen in {"zh", "en"}:
        return chosen
    preferred = os.environ.get("ELIGIBILITY_LANG", "")
    if preferred in {"zh", "en"}:
        return preferred
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    english = next((name for name in names if name), "").lower().startswith("en")
    return "en" if english or not _writes_chinese() else "zh"


def _writes_chinese() -> bool:
    """Returns whether standard output can carry Chinese; a page of question marks helps nobody."""
    try:
        "中文".encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def note(text: str) -> None:
    """Says something on standard error, every line inside its width; nothing happens when nobody listens there."""
    try:
        click.echo(folded(text, page_width(sys.stderr)), err=True)
    except (OSError, ValueError):
        return


def note_error(error: EligibilityError, lang: str, *, more: bool = False) -> None:
    """Says what is wrong on standard error, with an empty line behind it where more may follow."""
    note(error.text(lang, page_width(sys.stderr)) + ("\n" if more else ""))


def tell(text: str) -> None:
    """Prints a text for people on standard output, every line inside its width."""
    click.echo(folded(text, page_width(sys.stdout)))


def write_private(path: Path, raw: bytes) -> None:
    """Writes a file that holds facts about people: a new one is for its owner alone.

    Raises:
        OSError: it cannot be written.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(raw)


def write_bytes(raw: bytes, output: str | Path | None, lang: str) -> None:
    """Writes a workbook to a file, or to standard output.

    Raises:
        OSError: the file cannot be written.
        Wrong: it would go to a terminal.
    """
    if output is not None:
        write_private(Path(output), raw)
        note(Words(f"已写入 {output}", f"{output} is written")[lang])
        return
    if sys.stdout.isatty():
        from eligibility.commands.usage import Wrong

        raise Wrong("表格不能显示在终端上；请加 -o FILE", "a workbook is nothing for a terminal; add -o FILE")
    sys.stdout.flush()
    sys.stdout.buffer.write(raw)


def page_width(stream: TextIO | None) -> int:
    """Returns how many columns a line on a stream may have: COLUMNS, else those of the terminal, else 80; 20 to 100."""
    told = os.environ.get("COLUMNS", "")
    columns = int(told) if told.isdecimal() and len(told) < _DIGITS else 0
    if not columns and stream is not None and stream.isatty():
        try:
            columns = os.get_terminal_size(stream.fileno()).columns
        except (OSError, ValueError):
            columns = 0
    return min(max(columns or 80, _LEAST), 100)


def today() -> date:
    """Returns the day it is in UTC+8."""
    return datetime.now(BEIJING).date()


def _readings() -> dict[str, str]:
    """Returns the other readings that were asked for, by reading.

    Raises:
        BadChoice: one is not of the form ID=OTHER, or two are chosen for one reading.
    """
    from eligibility.errors import BadChoice

    found: dict[str, str] = {}
    for each in kept("reading"):
        id, equals, other = each.partition("=")
        if not (id and equals and other):
            raise BadChoice(Words(f"读法写成 ID=OTHER，不是 `{each}`", f"a reading is written ID=OTHER, not `{each}`"))
        if id in found:
            raise BadChoice(Words(f"读法 `{id}` 写了两次", f"the reading `{id}` is chosen twice"))
        found[id] = other
    return found


def load_pack(folder: str | None, figures: Sequence[str] = ()) -> RulePack:
    """Returns the pack that was asked for, else that of ELIGIBILITY_PACK, else the one that ships.

    Local figures are laid over it, more of them where they are given, and it is taken under the readings that were asked for.

    Raises:
        OSError: there is no such folder, or no such file of local figures.
        PackError: it does not load.
        UnknownName: it has no such reading.
        BadChoice: a reading cannot be chosen so.
    """
    from eligibility.packs.calendar import RulePack

    chosen, cache, local = folder or os.environ.get("ELIGIBILITY_PACK"), cache_folder(), (*kept("local"), *figures)
    pack = RulePack.load(chosen, local=local, cache=cache) if chosen else RulePack.default(local=local, cache=cache)
    return pack.under(_readings())


def cache_folder() -> Path | None:
    """Returns where loaded packs are kept: ELIGIBILITY_CACHE (`off` for nowhere), else the user's cache folder."""
    chosen = os.environ.get("ELIGIBILITY_CACHE", "")
    if chosen == "off":
        return None
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    if not base and not os.environ.get("HOME"):
        return None
    return (Path(base) if base else Path.home() / ".cache") / "eligibility"


def files(paths: Sequence[str], rules: Rules) -> Iterator[tuple[str, Iterator[Profile | ProfileError]]]:
    """Yields every file with its profiles, no two of which may have the same id; `-` is standard input.

    Raises:
        OSError: a file cannot be opened, or standard input is closed.
        ProfileError: a file is over the limit.
    """
    from eligibility.profile import MOST_BYTES, limited, read_profiles, within

    taken: dict[str, Span] = {}
    for path in paths:
        if path == STDIN:
            raw, name, stem = within(_standard_input(MOST_BYTES + 1), "<stdin>"), "<stdin>", "stdin"
        else:
            raw, name, stem = limited(Path(path)), path, Path(path).stem
        yield path, read_profiles(raw, name, rules, stem=stem, taken=taken)


def profiles(paths: Sequence[str], rules: Rules) -> Iterator[Profile | ProfileError]:
    """Yields every profile of every file, and raises what `files` does."""
    for _, found in files(paths, rules):
        yield from found


def one_profile(path: str, rules: Rules) -> Profile:
    """Returns the one profile of a file; `-` is standard input.

    Raises:
        OSError: the file cannot be opened, or standard input is closed.
        ProfileError: it is wrong, or holds several profiles or none.
    """
    from eligibility.errors import ProfileError, refuse
    from eligibility.source import Source, Span

    found = list(profiles([path], rules))
    for each in found:
        if isinstance(each, ProfileError):
            raise each
    if len(found) != 1 or isinstance(found[0], ProfileError):
        zh, en = f"这里要一份档案，文件里有 {len(found)} 份", f"one profile belongs here, this holds {len(found)}"
        name = "<stdin>" if path == STDIN else path
        raise ProfileError([refuse(Span(Source(name, "", private=True), 0, 0), zh, en).problem])
    return found[0]


def _standard_input(most: int) -> bytes:
    if stdin_is_closed():
        raise OSError(errno.EBADF, "closed", STDIN)
    try:
        return sys.stdin.buffer.read(most)
    except OSError as error:
        # Without a file's name it would pass for a fault of standard output.
        raise OSError(error.errno or errno.EBADF, "unreadable", STDIN) from None


def stdin_is_closed() -> bool:
    """Returns whether there is no standard input to read."""
    return sys.stdin is None or sys.stdin.closed


def print_json(value: Any, *, line: bool = False) -> None:  # noqa: ANN401 - anything that JSON holds
    """Prints JSON on standard output: indented, or on one line."""
    click.echo(as_json(value, sys.stdout, line=line))


def as_json(value: Any, stream: TextIO | None, *, line: bool = False) -> str:  # noqa: ANN401 - anything that JSON holds
    """Returns JSON, Chinese as it is where the stream can show it; None is a file in UTF-8."""
    encoding = (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "")
    plain = encoding not in {"utf8", "utf8sig"}
    return json.dumps(value, ensure_ascii=plain, indent=None if line else 2)


def console(*, stderr: bool = False) -> Console:
    """Returns the rich console for people: no markup, no guessing of colours, at most 100 columns, 80 in a pipe."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    terminal = stream.isatty() and not os.environ.get("NO_COLOR")
    encoding = str(getattr(stream, "encoding", None) or "utf-8")

    class Page(Console):
        """A console that draws lines wherever the stream can show them, not in UTF-8 alone."""

        @property
        def encoding(self) -> str:
            """The encoding, by which rich decides whether it draws in ASCII."""
            return "utf-8" if _shows(encoding, "─│├└") else "ascii"

    return Page(
        file=stream,
        width=page_width(stream),
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=False,
        force_terminal=terminal,
    )


_DIGITS, _LEAST = 5, 20


def _shows(encoding: str, text: str) -> bool:
    """Returns whether an encoding has every character of a text."""
    try:
        text.encode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True
