"""The options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import click

CommandT = TypeVar("CommandT", bound=Callable[..., Any])


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
    """Adds `--pack`, and `--local`, which `load_pack` looks up for itself."""
    text = "规则包文件夹 The rule pack (默认 default: ELIGIBILITY_PACK, 否则随程序附带 else the one that ships)."
    figures = "补充本地数字的文件，可多次 A file of local figures; may be repeated."
    local = click.option(
        "--local", multiple=True, type=click.Path(), metavar="FILE", help=figures, expose_value=False, callback=keep
    )
    return click.option("--pack", "pack_folder", type=click.Path(), metavar="DIR", help=text)(local(command))


def reading_option(command: CommandT) -> CommandT:
    """Adds `--reading`, which `load_pack` looks up for itself."""
    text = "改用另一种读法，可多次 Screen under another reading; may be repeated."
    return click.option("--reading", multiple=True, metavar="ID=OTHER", help=text, expose_value=False, callback=keep)(
        command
    )


def keep(ctx: click.Context, param: click.Parameter, value: object) -> None:
    """Keeps what an option says beside the command, not among its arguments."""
    ctx.meta[f"{__name__}.{param.name}"] = value


def kept(option: str) -> Any:  # noqa: ANN401 - whatever the option holds
    """Returns what an option said that is kept beside the command; an empty tuple where there is no such option."""
    ctx = click.get_current_context(silent=True)
    return ctx.meta.get(f"{__name__}.{option}", ()) if ctx else ()


def lang_option(command: CommandT) -> CommandT:
    """Adds `--lang`."""
    text = "语言 Language (默认 default: ELIGIBILITY_LANG, 否则按系统 else the locale)."
    return click.option("--lang", type=click.Choice(["zh", "en"]), help=text)(command)


def members_option(most: int) -> Callable[[CommandT], CommandT]:
    """Returns what adds `--members`, for proofs about households of up to so many; `most` can be asked for."""
    text = "家庭最多几人 Up to how many members a household has."
    return click.option("--members", type=click.IntRange(1, most), default=3, show_default=True, help=text)


def output_option(command: CommandT) -> CommandT:
    """Adds `-o` and `--force`, which what is written to a file looks up for itself."""
    file = "html、pdf、xlsx 写入的文件 The file for html, pdf or xlsx (默认 default: 标准输出 stdout)."
    return click.option(
        "-o", "--output", metavar="FILE", type=click.Path(), help=file, expose_value=False, callback=keep
    )(force_option(command))


def force_option(command: CommandT) -> CommandT:
    """Adds `--force`, without which no file is written over."""
    text = "覆盖已有文件 Overwrite the file."
    return click.option("--force", is_flag=True, help=text, expose_value=False, callback=keep)(command)


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
