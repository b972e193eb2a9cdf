"""What is wrong with a command line, in both languages; click knows, and says it in English only."""

from __future__ import annotations

import click

from eligibility.errors import did_you_mean
from eligibility.words import Words

_TOO_MANY = Words("参数太多", "there are too many arguments")
_OTHERS = {
    "Got unexpected extra argument": _TOO_MANY,
    "Got unexpected extra arguments": _TOO_MANY,
    "Missing command": Words("缺少命令", "a command is missing"),
}
"""What click says of anything else, up to its details."""


def said(error: click.ClickException) -> Words:
    """Returns what is wrong, how the command is written, and where help is."""
    message = _message(error)
    context = getattr(error, "ctx", None)
    if context is None:
        return message
    usage = " ".join([context.command_path, *context.command.collect_usage_pieces(context)])
    path = context.command_path
    return Words(
        f"{message.zh}\n用法：{usage}\n帮助：{path} --help", f"{message.en}\nusage: {usage}\nhelp: {path} --help"
    )


def _message(error: click.ClickException) -> Words:
    if isinstance(error, click.NoSuchOption):
        near = did_you_mean(error.option_name, error.possibilities or ())
        more = Words(f"；{near.zh}", f"; {near.en}") if near else Words("", "")
        return Words(f"没有选项 `{error.option_name}`{more.zh}", f"there is no option `{error.option_name}`{more.en}")
    if isinstance(error, click.BadParameter):
        return _bad(error)
    if isinstance(error, click.BadOptionUsage):
        return Words(f"选项 `{error.option_name}` 缺少值", f"the option `{error.option_name}` wants a value")
    told = Words(f"命令写得不对（{error.message}）", error.message)
    return _OTHERS.get(error.message.split(" (")[0].split(".")[0], told)


def _bad(error: click.BadParameter) -> Words:
    name = _name(error)
    if isinstance(error, click.MissingParameter):
        return Words(f"缺少 {name}", f"{name} is missing")
    kind = error.param.type if error.param is not None else None
    if isinstance(kind, click.Choice):
        listed = [f"`{each}`" for each in kind.choices]
        return Words(
            f"{name} 没有这个值；可写：{'、'.join(listed)}", f"{name} has no such value; one of: {', '.join(listed)}"
        )
    return Words(f"{name} 的值不对：{error.message}", f"the value of {name} is wrong: {error.message}")


def _name(error: click.BadParameter) -> str:
    parameter = error.param
    if parameter is None:
        return str(error.param_hint or "")
    option = next((each for each in parameter.opts if each.startswith("--")), None)
    return f"`{option or parameter.make_metavar(error.ctx) if error.ctx else parameter.human_readable_name}`"
