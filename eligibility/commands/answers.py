"""Where the answers of an interview come from: a terminal with line editing and completion, or lines through a pipe."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession


class Answers(Protocol):
    """Gives one answer after another."""

    def line(self, offered: Sequence[str]) -> str | None:
        """Returns the next answer, or None when there are no more.

        Args:
            offered: what may be completed while somebody types.
        """


class Terminal:
    """Asks at a terminal; nothing that is typed is remembered for the next question."""

    def __init__(self) -> None:
        """Opens the terminal; what is asked goes to standard error, as standard output is for the report."""
        from prompt_toolkit import PromptSession
        from prompt_toolkit.history import DummyHistory
        from prompt_toolkit.output import create_output

        self.session: PromptSession[str] = PromptSession(history=DummyHistory(), output=create_output(sys.stderr))

    def line(self, offered: Sequence[str]) -> str | None:
        """Returns what is typed; None at Ctrl-D."""
        from prompt_toolkit.completion import WordCompleter
        from prompt_toolkit.shortcuts import CompleteStyle

        completer = WordCompleter(list(offered), ignore_case=True, sentence=True, match_middle=True)
        try:
            found: str = self.session.prompt(
                "> ",
                completer=completer,
                complete_while_typing=False,
                complete_style=CompleteStyle.READLINE_LIKE,
                reserve_space_for_menu=0,
            )
        except EOFError:
            return None
        return found


class Pipe:
    """Takes each line of standard input for an answer."""

    def line(self, offered: Sequence[str]) -> str | None:
        """Returns the next line; None at the end."""
        del offered
        text = sys.stdin.readline()
        # Notepad and PowerShell put a mark before the first line.
        return text.removeprefix("\ufeff").rstrip("\r\n") if text else None


class Nobody:
    """Answers nothing."""

    def line(self, offered: Sequence[str]) -> str | None:
        """Returns None."""
        del offered
        return None


def answers(*, asked: bool) -> Answers:
    """Returns where answers come from; nobody is asked where that is not wanted, or where there is no standard input."""
    from eligibility.commands.console import stdin_is_closed

    if not asked or stdin_is_closed():
        return Nobody()
    if sys.stdin.isatty() and sys.stderr.isatty():
        return Terminal()
    reconfigure = getattr(sys.stdin, "reconfigure", None)
    if reconfigure is not None:
        # What the stream cannot decode is no answer, and no reason to stop either.
        reconfigure(errors="replace")
    return Pipe()
