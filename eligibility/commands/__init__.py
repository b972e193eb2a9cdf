"""The command line: one group, each command in a module that is imported when it is called."""

from __future__ import annotations

import errno
import os
import secrets
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from eligibility import __version__
from eligibility.commands.completing import completed
from eligibility.commands.console import (
    STDIN,
    language,
    note,
    note_error,
    note_what_was_lost,
    stdin_is_closed,
)
from eligibility.commands.manual import Context
from eligibility.commands.streams import prepare_streams
from eligibility.commands.usage import said
from eligibility.errors import BadChoice, EligibilityError, Lacking, UnknownName
from eligibility.words import Words

USAGE, BAD_INPUT, REJECTS, FAULT, INTERRUPTED = 2, 3, 4, 5, 130
"""Exit codes beside 0 (done) and 1 (ran, and found something)."""

COMMANDS = {
    "screen": "screen",
    "ask": "ask",
    "checklist": "checklist",
    "explain": "explain",
    "what-if": "what_if",
    "timeline": "timeline",
    "batch": "batch",
    "diff-run": "diff_run",
    "watch": "watch",
    "invent": "invent",
    "list": "catalogue",
    "show": "catalogue",
    "coverage": "coverage",
    "check": "author",
    "test": "author",
    "verify": "verify",
    "cases": "cases",
    "diff": "diff",
    "validate": "profiles",
    "schema": "profiles",
    "init": "profiles",
    "doctor": "doctor",
    "completion": "completion",
}
"""Each command and the module it lives in."""


class _Lazy(click.Group):
    """A group whose commands are imported when they are called or helped."""

    context_class = Context

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Returns the names, in the order in which people need them."""
        del ctx
        return list(COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Returns the command that is called; a name that none has is an error with the nearest one."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            raise UnknownName(Words("命令", "command"), args[0], COMMANDS)
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Returns a command by name, or None."""
        del ctx
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        found: click.Command = getattr(
            import_module(f"eligibility.commands.{module}"), f"{cmd_name.replace('-', '_')}_command"
        )
        found.context_class = Context
        return completed(found)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="eligibility")
def cli() -> None:
    """筛查居民可享受的公共服务，并说明理由和依据。Screens what a household is entitled to, and says why.

    \b
    例 Example:
      eligibility init -o li.yaml
      eligibility screen li.yaml
      eligibility screen li.yaml \\
        --format pdf -o li.pdf
    """  # noqa: D301 - click reads the control character


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line and exits with its code.

    Args:
        arguments: without the program's name; those of the process where None.
    """
    prepare_streams()
    told = list(sys.argv[1:] if arguments is None else arguments)
    if sys.stdout is None:
        note(_CLOSED[language(None, told)])
        sys.exit(FAULT)
    code = _run(told)
    note_what_was_lost(language(None, told))
    sys.exit(code)


def _run(arguments: list[str]) -> int:
    lang = language(None, arguments)
    try:
        code = cli.main(args=arguments, prog_name="eligibility", standalone_mode=False)
        sys.stdout.flush()
    except (click.exceptions.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except SystemExit:
        # So click leaves when the reader of its output went away, and when it has completed a word for a shell.
        _silence()
        return 0
    except (click.ClickException, EligibilityError) as error:
        return _told(error, lang)
    except OSError as error:
        return _os_error(error, lang)
    except Exception:  # noqa: BLE001 - a value of a person must never reach a traceback
        return _fault(lang)
    return code if isinstance(code, int) else 0


def _told(error: click.ClickException | EligibilityError, lang: str) -> int:
    """Says what is wrong with the command line, a profile or a pack."""
    if isinstance(error, EligibilityError):
        note_error(error, lang)
        if isinstance(error, Lacking):
            return FAULT
        return USAGE if isinstance(error, (UnknownName, BadChoice)) else BAD_INPUT
    helped = isinstance(error, click.exceptions.NoArgsIsHelpError)
    note(error.message if helped else said(error)[lang])
    return USAGE


def _os_error(error: OSError, lang: str) -> int:
    """Says what a path or a stream would not do: a reader gone ends silently, a full disk is a fault, the rest is usage."""
    if error.filename == STDIN:
        note(Words("标准输入已关闭", "standard input is closed")[lang])
        return USAGE
    if error.errno == errno.EPIPE:
        _silence()
        return 0
    if error.filename is None:
        _silence()
        note(_CLOSED[lang])
        return FAULT
    why = _WHY.get(error.errno or 0, Words("打不开", "cannot be opened"))
    note(Words(f"`{error.filename}` {why.zh}", f"`{error.filename}` {why.en}")[lang])
    return USAGE


_CLOSED = Words("写不出结果：标准输出已关闭或已满", "the result cannot be written: standard output is closed or full")
_WHY = {
    errno.ENOENT: Words("不存在", "does not exist"),
    errno.EISDIR: Words("是文件夹，这里要文件", "is a folder, a file belongs here"),
    errno.ENOTDIR: Words("是文件，这里要文件夹", "is a file, a folder belongs here"),
    errno.EACCES: Words("没有读取权限", "may not be read"),
    errno.EINVAL: Words("不是普通文件", "is no regular file"),
    errno.ENAMETOOLONG: Words("名称太长", "is too long a name"),
}


def _fault(lang: str) -> int:
    """Says that the fault is ours, by a number and the place in our code, without any value."""
    number = secrets.token_hex(4)
    frame = sys.exc_info()[2]
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    where = f"{os.path.basename(frame.tb_frame.f_code.co_filename)}:{frame.tb_lineno}" if frame else ""  # noqa: PTH119 - a name, not a path
    kind = sys.exc_info()[0]
    name = kind.__name__ if kind else ""
    text = Words(
        f"程序内部错误 {number}（{where} {name}）。这不是您的输入有误；请把编号告诉维护者",
        f"internal fault {number} ({where} {name}). The input is not to blame; please tell the maintainers this number",
    )
    note(text[lang])
    return FAULT


def _silence() -> None:
    """Keeps the interpreter from writing again to a stream that is gone when it shuts down."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        return


__all__ = ["COMMANDS", "cli", "main", "stdin_is_closed"]
