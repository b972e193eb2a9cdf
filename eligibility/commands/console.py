"""What every command shares: options, language, streams, reading profiles, printing for people and machines."""

from __future__ import annotations

import codecs
import errno
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from eligibility.errors import EligibilityError
from eligibility.words import Words, folded

if TYPE_CHECKING:
    from rich.console import Console

    from eligibility.errors import ProfileError
    from eligibility.packs.calendar import RulePack, Rules
    from eligibility.profile import Profile
    from eligibility.source import Span

CommandT = TypeVar("CommandT", bound=Callable[..., Any])
BEIJING = timezone(timedelta(hours=8))
"""The only time zone: days are those of UTC+8."""

STDIN = "-"


class Day(click.ParamType):  # type: ignore[type-arg]  # it takes none in older releases of click
    """A day on the command line, `YYYY-MM-DD`, between 1949 and 2100."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:  # noqa: ANN401 - click's own signature
        """Returns the day, or fails as a usage error."""
        from eligibility.fields import day
        from eligibility.packs.calendar import EARLIEST, LATEST

        del param, ctx
        found = value if isinstance(value, date) else day(str(value))
        if found is None or not EARLIEST <= found <= LATEST:
            from eligibility.commands.usage import Wrong

            zh = "日期写成 YYYY-MM-DD，在 1949 年到 2100 年之间"
            raise Wrong(zh, "a day is written YYYY-MM-DD, between 1949 and 2100")
        return found


def pack_option(command: CommandT) -> CommandT:
    """Adds `--pack`."""
    text = "规则包文件夹 The rule pack (默认 default: ELIGIBILITY_PACK, 否则随程序附带 else the one that ships)."
    return click.option("--pack", "pack_folder", type=click.Path(), metavar="DIR", help=text)(command)


def lang_option(command: CommandT) -> CommandT:
    """Adds `--lang`."""
    text = "语言 Language (默认 default: ELIGIBILITY_LANG, 否则按系统 else the locale)."
    return click.option("--lang", type=click.Choice(["zh", "en"]), help=text)(command)


def as_of_option(command: CommandT) -> CommandT:
    """Adds `--as-of`."""
    text = "按哪一天的规定 The day whose law applies (默认 default: 档案的日期 the profile's, 否则今天 else today)."
    return click.option("--as-of", type=Day(), metavar="YYYY-MM-DD", help=text)(command)


def format_option(*formats: str) -> Callable[[CommandT], CommandT]:
    """Adds `--format` with the given choices, the first one the default."""

    def add(command: CommandT) -> CommandT:
        choice = click.Choice(formats)
        return click.option(
            "--format", "form", type=choice, default=formats[0], show_default=True, help="输出形式 Output form."
        )(command)

    return add


class _Lost:
    """Remembers whether a stream could not show some character."""

    seen = False

    @classmethod
    def replace(cls, error: UnicodeError) -> tuple[str, int]:
        """Returns a question mark for each character that a stream cannot show."""
        if not isinstance(error, UnicodeEncodeError):
            raise error
        cls.seen = True
        return "?" * (error.end - error.start), error.end


def prepare_streams() -> None:
    """Makes both output streams replace what they cannot encode, rather than fail on it."""
    _Lost.seen = False
    codecs.register_error("eligibility", _Lost.replace)
    for stream, errors in ((sys.stdout, "eligibility"), (sys.stderr, "replace")):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=errors)


def note_what_was_lost(lang: str) -> None:
    """Says once when standard output could not show some characters."""
    if _Lost.seen:
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
    return "en" if next((name for name in names if name), "").lower().startswith("en") else "zh"


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


def load_pack(folder: str | None) -> RulePack:
    """Returns the pack that was asked for, else that of ELIGIBILITY_PACK, else the one that ships.

    Raises:
        OSError: there is no such folder.
        PackError: it does not load.
    """
    from eligibility.packs.calendar import RulePack

    chosen, cache = folder or os.environ.get("ELIGIBILITY_PACK"), cache_folder()
    return RulePack.load(chosen, cache=cache) if chosen else RulePack.default(cache=cache)


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
    terminal = stream.isatty()
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
