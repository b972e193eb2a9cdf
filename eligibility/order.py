"""Whether the words of a condition can follow each other: an operator between two values, a value on each side of it."""

from __future__ import annotations

import re
from keyword import iskeyword

from eligibility.errors import Problem
from eligibility.source import Passage
from eligibility.words import Words

_TOKEN = re.compile(
    r"""(?P<value>"_*"|[0-9][0-9.]*)|(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<sign>[=!<>]=|.)""",
    re.VERBOSE,
)
_WORDS = frozenset({"and", "or", "in", "if", "else", "for"})
_EITHER = Words("写成 `x if c else y`，或用 `and`、`or`", "write `x if c else y`, or use `and` and `or`")


def out_of_order(passage: Passage, bare: str) -> Problem | None:
    """Returns the first place where something is missing between or beside the words of a condition.

    Args:
        passage: the condition.
        bare: its text, what stands inside quotes replaced by `_`.
    """
    return _Order(passage, bare).problem()


class _Order:
    """One walk over the words, knowing whether a value or an operator comes next."""

    def __init__(self, passage: Passage, bare: str) -> None:
        self.passage = passage
        self.tokens = [found for found in _TOKEN.finditer(bare) if not found[0].isspace()]
        self.value_next = True
        self.choices = [0]
        """For each open bracket, how many `if` still lack their `else`; below zero where it goes through members."""

    def problem(self) -> Problem | None:
        """Returns what is wrong, or None."""
        before: re.Match[str] | None = None
        for token in self.tokens:
            found = self.value(token, before) if self.value_next else self.operator(token, before)
            if found is not None:
                return found
            before = token
        if before is None:
            return None
        if self.value_next:
            return self.missing_after(before)
        return self.without_else(before) if self.choices[-1] > 0 else None

    def value(self, token: re.Match[str], before: re.Match[str] | None) -> Problem | None:
        """Takes a token where a value, an opening bracket or a word before a value may stand."""
        kind, text = token.lastgroup, token[0]
        if kind == "open":
            self.choices.append(0)
        elif kind == "close" and (before is None or before.lastgroup == "open" or before[0] == ","):
            self.shut()
        elif text == "if":
            return self.note(token, "`if` 不能在前面", "`if` cannot come first", _EITHER)
        elif kind == "close" or text in _WORDS or (kind == "sign" and text not in "-+"):
            return self.missing_after(before) if before is not None else self.missing_before(token)
        elif kind == "word" and iskeyword(text) and text != "not":
            return self.note(token, f"`{text}` 不能作名称", f"`{text}` cannot be a name")
        elif text not in {"not", "-", "+"}:
            self.value_next = False
        return None

    def operator(self, token: re.Match[str], before: re.Match[str] | None) -> Problem | None:
        """Takes a token where an operator, a closing bracket or the bracket of a call may stand."""
        kind, text = token.lastgroup, token[0]
        if kind == "close":
            if self.choices[-1] > 0:
                return self.without_else(token)
            self.shut()
            return None
        if kind == "open" and before is not None and (text == "[" or (text == "(" and before.lastgroup == "word")):
            self.choices.append(0)
        elif kind == "sign" or text in _WORDS:
            self.count(text)
        elif text != "not":  # `not in`; what follows a bare `not` is found by the parser
            en = f"an operator is missing before `{text}`"
            return self.note(token, f"`{text}` 前缺少运算符", en, Words("如 `and`、`>=`", "such as `and` or `>=`"))
        self.value_next = text != "not"
        return None

    def count(self, text: str) -> None:
        """Counts choices: each `if` has its `else`, but for the filter of a quantifier."""
        if text in {"if", "else"}:
            self.choices[-1] += 1 if text == "if" else -1
        elif text == "for":
            self.choices[-1] -= len(self.tokens)

    def shut(self) -> None:
        """Leaves a bracket; what stood in it is one value."""
        if len(self.choices) > 1:
            self.choices.pop()
        self.value_next = False

    def missing_after(self, token: re.Match[str]) -> Problem:
        """Returns the problem of an operator with nothing after it."""
        return self.note(token, f"`{token[0]}` 之后缺少内容", f"something is missing after `{token[0]}`")

    def missing_before(self, token: re.Match[str]) -> Problem:
        """Returns the problem of an operator with nothing before it."""
        return self.note(token, f"`{token[0]}` 之前缺少内容", f"something is missing before `{token[0]}`")

    def without_else(self, token: re.Match[str]) -> Problem:
        """Returns the problem of a choice without its other value, at the last `if` before a token."""
        last = next(each for each in reversed(self.tokens) if each[0] == "if" and each.start() < token.end())
        return self.note(last, "`if` 缺少 `else`", "this `if` has no `else`", _EITHER)

    def note(self, token: re.Match[str], zh: str, en: str, advice: Words | None = None) -> Problem:
        """Returns a problem at a token."""
        return Problem(Words(zh, en), self.passage.span(token.start(), token.end()), advice)
