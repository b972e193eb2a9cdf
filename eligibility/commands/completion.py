"""The script with which a shell completes what one types: `completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from eligibility.commands.console import language, note, print_json
from eligibility.commands.options import format_option, lang_option
from eligibility.words import Words

_VARIABLE = "_ELIGIBILITY_COMPLETE"
_WHERE = {"bash": "~/.bashrc", "zsh": "~/.zshrc"}


@click.command("completion")
@click.argument("shell", type=click.Choice(list(_WHERE)))
@lang_option
@format_option("text", "json")
@click.pass_context
def completion_command(context: click.Context, shell: str, lang: str | None, form: str) -> int:
    """打印补全脚本：按 Tab 补全命令、事项、事实。Prints the script that completes commands, entitlements and facts by Tab.

    \b
    例 Example:
      python cli.py completion bash
    """  # noqa: D301 - click reads the control character
    made = get_completion_class(shell)
    root = context.find_root().command
    script = made(root, {}, "eligibility", _VARIABLE).source() if made else ""
    line = f'eval "$(eligibility completion {shell})"'
    if form == "json":
        print_json({"shell": shell, "line": line, "file": _WHERE[shell], "script": script})
        return 0
    click.echo(script)
    where = _WHERE[shell]
    note(Words(f"把这一行写进 {where}：{line}", f"put this line into {where}: {line}")[language(lang)])
    return 0
