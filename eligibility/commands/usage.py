"""What a command line got wrong, said in the reader's language instead of the library's."""

from __future__ import annotations

import click

from eligibility.errors import did_you_mean, one_of
from eligibility.words import Words


class Wrong(click.UsageError):
    """A usage error that is said in both languages.

    Args:
        zh: in Chinese.
        en: in English, lower case, without a full stop.
        advice: what to write instead.
    """

    def __init__(self, zh: str, en: str, advice: Words | None = None) -> None:
        """Keeps both texts."""
        self.words = Words(zh, en)
        self.advice = advice
        super().__init__(en)


def said(error: click.ClickException) -> Words:
    """Returns what is wrong with a command line, the nearest thing that exists, and where help is."""
    words, advice = (error.words, error.advice) if isinstance(error, Wrong) else _said(error)
    context = error.ctx if isinstance(error, click.UsageError) else None
    name = context.command_path if context is not None else "eligibility"
    helps = [*([advice] if advice else []), Words(f"用法见 `{name} --help`", f"see `{name} --help`")]
    zh = [words.zh, *(f" = 提示: {each.zh}" for each in helps)]
    en = [words.en, *(f" = help: {each.en}" for each in helps)]
    return Words("\n".join(zh), "\n".join(en))


def _said(error: click.ClickException) -> tuple[Words, Words | None]:
    if isinstance(error, click.NoSuchOption):
        return _no_such_option(error)
    if isinstance(error, click.MissingParameter):
        name = _name(error.param)
        return Words(f"缺少 `{name}`", f"`{name}` is missing"), None
    if isinstance(error, click.BadOptionUsage):
        if "take" in error.message:
            return Words(f"选项 `{error.option_name}` 不带值", f"the option `{error.option_name}` takes no value"), None
        return Words(f"选项 `{error.option_name}` 后面要有值", f"the option `{error.option_name}` needs a value"), None
    if isinstance(error, click.BadParameter):
        return _bad_parameter(error)
    return _other(error)


def _no_such_option(error: click.NoSuchOption) -> tuple[Words, Words | None]:
    params = error.ctx.command.get_params(error.ctx) if error.ctx else []
    known = sorted((name for param in params for name in param.opts if name.startswith("-")), key=_own)
    # What begins like it is meant before what merely looks like it.
    begun = next((name for name in known if name.startswith(error.option_name)), None)
    near = did_you_mean(begun or error.option_name, known)
    return Words(f"没有选项 `{error.option_name}`", f"there is no option `{error.option_name}`"), near


def _own(option: str) -> bool:
    """Returns whether an option is a command's own: those that every command has are meant more often."""
    return option not in {"--format", "--lang", "--pack", "--as-of", "--help"}


def _bad_parameter(error: click.BadParameter) -> tuple[Words, Words | None]:
    name = _name(error.param)
    kind = error.param.type if error.param is not None else None
    if isinstance(kind, click.Choice):
        return Words(f"`{name}` 没有这个值", f"`{name}` has no such value"), one_of(
            [str(each) for each in kind.choices]
        )
    return Words(f"`{name}` 的值不对", f"the value of `{name}` is wrong"), None


def _other(error: click.ClickException) -> tuple[Words, Words | None]:
    """Says what is left: a command is missing, or there are arguments too many; a text of our own is kept."""
    message = error.format_message()
    if message.startswith("Got unexpected extra argument"):
        extra = message.partition("(")[2].rpartition(")")[0]
        return Words(f"多出来的参数 `{extra}`", f"there is no place for `{extra}`"), None
    if message.startswith("Missing command"):
        return Words("缺少命令", "a command is missing"), None
    if message.isascii():
        return Words("命令行不对", "the command line is wrong"), None
    return Words(message, message), None


def _name(param: click.Parameter | None) -> str:
    if param is None:
        return "?"
    return max(param.opts, key=len) if isinstance(param, click.Option) else (param.metavar or str(param.name).upper())
