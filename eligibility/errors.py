"""Every error in one voice, with the nearest known name as advice.

EligibilityError            what this library raises on purpose
├── InputError              a pack, a profile or a table says something that has no meaning: all problems at once
│   ├── PackError
│   ├── ProfileError
│   ├── TableError
│   └── EventError
├── UnknownName             an entitlement, member or fact that the caller asked for does not exist
├── BadChoice               what the caller asked for exists, and cannot be done
├── Lacking                 this machine lacks what it takes to do it
└── NotCompilable           another engine cannot hold a condition; the core answers it all the same
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from eligibility.source import Span
from eligibility.words import Words

MOST_SHOWN = 50
"""How many problems are shown before the rest are only counted."""

_CLOSE = 0.6


class EligibilityError(Exception):
    """What this library raises on purpose; `text(lang)` says it to a person."""

    def text(self, lang: str, columns: int = 0) -> str:
        """Returns the message in `lang`, `zh` or `en`; excerpts of a file are cut to so many columns where not 0."""
        del lang, columns
        return str(self)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what, and what to do.

    Args:
        message: one line, lower case, no full stop; the reader's own words in backticks.
        span: where it stands, if it stands anywhere.
        help: advice on a line of its own.
        also: another place that belongs to it (the first of two duplicates, say).
    """

    message: Words
    span: Span | None = None
    help: Words | None = None
    also: Span | None = None

    def text(self, lang: str, columns: int = 0) -> str:
        """Returns place, message, excerpt (cut to so many columns where not 0) and advice."""
        lines = [f"{self.span.where}: {self.message[lang]}" if self.span else self.message[lang]]
        gutter = ""
        if self.span:
            excerpt = self.span.excerpt(columns)
            gutter = excerpt.partition("|")[0] or " "
            lines += [excerpt] if excerpt else []
        if self.also:
            lines.append(f"{gutter}= {Words('另见', 'see also')[lang]}: {self.also.where}")
        if self.help:
            lines.append(f"{gutter}= {Words('提示', 'help')[lang]}: {self.help[lang]}")
        return "\n".join(lines)


class InputError(EligibilityError):
    """A pack, profile or table that says something without meaning; holds every problem found, in order of place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keeps the problems, sorted by file and place."""
        self.problems: tuple[Problem, ...] = tuple(sorted(problems, key=_order))
        super().__init__(self.text("en"))

    def text(self, lang: str, columns: int = 0) -> str:
        """Returns all problems, a blank line between them; past 50 only their number."""
        shown = [problem.text(lang, columns) for problem in self.problems[:MOST_SHOWN]]
        rest = len(self.problems) - MOST_SHOWN
        if rest > 0:
            shown.append(Words(f"另有 {rest} 处错误未列出", f"{rest} more problems are not shown")[lang])
        return "\n\n".join(shown)


class PackError(InputError):
    """A rule pack that does not load: a rule in it is left without one meaning."""


class ProfileError(InputError):
    """A profile that cannot be taken as it is."""


class TableError(InputError):
    """Tables of people, or the mapping of their columns, that cannot be used at all."""


class EventError(InputError):
    """A life event that cannot be taken; everything before and after it is."""


class UnknownName(EligibilityError):  # noqa: N818 - it reads as what happened
    """A name that the caller gave and that nothing has."""

    def __init__(self, kind: Words, name: str, known: Iterable[str]) -> None:
        """Keeps what was looked for, and the nearest name that exists."""
        self.message = Words(f"没有{kind.zh} `{name}`", f"there is no {kind.en} `{name}`")
        self.help = did_you_mean(name, known)
        super().__init__(self.text("en"))

    def text(self, lang: str, columns: int = 0) -> str:
        """Returns the message and, where one is near, the name that was meant."""
        del columns
        return (
            f"{self.message[lang]}\n = {Words('提示', 'help')[lang]}: {self.help[lang]}"
            if self.help
            else self.message[lang]
        )


class BadChoice(EligibilityError):  # noqa: N818 - it reads as what happened
    """A choice that the caller made and that cannot be carried out."""

    def __init__(self, message: Words) -> None:
        """Keeps why."""
        self.message = message
        super().__init__(message.en)

    def text(self, lang: str, columns: int = 0) -> str:
        """Returns why."""
        del columns
        return self.message[lang]


class Lacking(EligibilityError):  # noqa: N818 - it reads as what happened
    """Something that this machine lacks, with how to get it; the caller's choice is not to blame."""

    def __init__(self, message: Words, help: Words) -> None:
        """Keeps what is lacking, and the command that brings it."""
        self.message = message
        self.help = help
        super().__init__(message.en)

    def text(self, lang: str, columns: int = 0) -> str:
        """Returns what is lacking and how to get it."""
        del columns
        return f"{self.message[lang]}\n = {Words('提示', 'help')[lang]}: {self.help[lang]}"


class NotCompilable(EligibilityError):  # noqa: N818 - it reads as what happened
    """A condition that another engine cannot hold in the part of it that is sound."""

    def __init__(self, condition: str, span: Span | None, why: Words | None = None) -> None:
        """Keeps the condition, where it stands, and why."""
        zh, en = f"第二引擎装不下条件 `{condition}`", f"the second engine cannot hold the condition `{condition}`"
        self.problem = Problem(Words(zh, en), span, why)
        super().__init__(self.problem.text("en"))

    def text(self, lang: str, columns: int = 0) -> str:
        """Returns place, message, excerpt and reason."""
        return self.problem.text(lang, columns)


@dataclass
class Problems:
    """A list that problems are added to while reading goes on."""

    found: list[Problem] = field(default_factory=list)

    def add(self, span: Span | None, zh: str, en: str, advice: Words | None = None, also: Span | None = None) -> None:
        """Notes a problem, said in both languages."""
        self.found.append(Problem(Words(zh, en), span, advice, also))


class Refusal(EligibilityError):  # noqa: N818 - caught inside the library and turned into a problem of a pack or profile
    """One problem, raised where going on has no meaning; the reader of the file collects it."""

    def __init__(self, problem: Problem) -> None:
        """Keeps the problem."""
        self.problem = problem
        super().__init__(problem.text("en"))


def refuse(span: Span | None, zh: str, en: str, advice: Words | None = None) -> Refusal:
    """Returns a refusal to raise."""
    return Refusal(Problem(Words(zh, en), span, advice))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Returns the known name most like `name`, or None."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=_CLOSE)
    return found[0] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> Words | None:
    """Returns the advice that names the nearest known name, or None."""
    near = nearest(name, known)
    return Words(f"是否想写 `{near}`？", f"did you mean `{near}`?") if near else None


def one_of(values: Sequence[str]) -> Words:
    """Returns the advice that lists what may stand here."""
    listed = [f"`{value}`" for value in values]
    return Words("可写：" + "、".join(listed), "one of: " + ", ".join(listed))


def _order(problem: Problem) -> tuple[str, tuple[str, int, int, str]]:
    span = problem.span
    return (span.source.name, span.source.rank(span.start)) if span else ("", ("", -1, 0, ""))
