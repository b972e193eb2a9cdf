"""The usual slips in a condition, found in the text before it is parsed, each with what to write instead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from eligibility.errors import Problem
from eligibility.order import out_of_order
from eligibility.source import Passage
from eligibility.words import Words

MOST_CHARACTERS = 1_000
MOST_DEPTH = 40

_STRING = re.compile(r'"[^"\n]*"|\'[^\'\n]*\'')
_NOT_ALLOWED = Words("条件里不能这样写", "a condition may not say this")


def _write(word: str) -> Words:
    return Words(f"请写 `{word}`", f"write `{word}`")


def _half_width(found: str) -> Words:
    return _write(unicodedata.normalize("NFKC", found))


def _with_zero(found: str) -> Words:
    return _write(f"0{found}")


def _as_day(found: str) -> Words:
    parts = [part.zfill(2) for part in found.split("-")]
    return _write(f'date("{"-".join(parts)}")')


_SLIPS: tuple[tuple[re.Pattern[str], Words | Callable[[str], Words]], ...] = (
    (re.compile(r"&&|&|\bAND\b|\bAnd\b|并且|而且|且"), _write("and")),
    (re.compile(r"\|\||\||\bOR\b|\bOr\b|或者|或"), _write("or")),
    (re.compile(r"!(?!=)|\bNOT\b|\bNot\b"), _write("not")),
    (re.compile(r"≥|=>|>=="), _write(">=")),
    (re.compile(r"≤|=<|<=="), _write("<=")),
    (re.compile(r"≠|<>"), _write("!=")),
    (re.compile(r"===+|(?<![=!<>:])=(?![=>])|＝"), _write("==")),
    (re.compile(r"\bis\s+not\b"), _write("!=")),
    (re.compile(r"\bis\b"), _write("==")),
    (re.compile(r"、"), _write(",")),
    (re.compile(r"[“”„‟「」＂]"), _write('"')),
    (re.compile(r"[！-～]+"), _half_width),
    (re.compile(r"×|\*\*"), _write("*")),
    (re.compile(r"÷|//"), _write("/")),
    (re.compile(r"\bTrue\b|\bTRUE\b"), _write("true")),
    (re.compile(r"\bFalse\b|\bFALSE\b"), _write("false")),
    (
        re.compile(r"\b(?:None|null|NULL|nil)\b"),
        Words(
            "未知不必写出：不知道的事实本来就是未知", "unknown is never written: a fact that is not given is unknown"
        ),
    ),
    (
        re.compile(r"[0-9.]+\s*%"),
        Words(
            "百分数写成小数或除法，如 `0.3` 或 `x / 100`",
            "write a percentage as a decimal or a division: `0.3`, `x / 100`",
        ),
    ),
    (re.compile(r"\\"), Words("文字里不能有反斜杠", "a text holds no backslash")),
    (re.compile(r"#[^\n]*"), Words("说明写在条件之外", "write comments outside the condition")),
    (
        re.compile(r"\b[0-9][0-9_.]*[eE][0-9+-]+|\b0[xXoObB][0-9A-Fa-f]*|\b[0-9]+_[0-9_]*"),
        Words("数字写全", "write the number out"),
    ),
    (re.compile(r"\b[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\b"), _as_day),
    (re.compile(r"(?<![0-9A-Za-z_)\].])\.[0-9]+"), _with_zero),
    (
        re.compile(r"(?<![0-9A-Za-z_.])[0-9][0-9.]*[A-Za-z_]+"),
        Words("数字和后面的词之间空一格", "put a blank between the number and the word"),
    ),
    (re.compile(r"(?<![0-9A-Za-z_.])0[0-9]+"), Words("数字前不要写 0", "write the number without a leading 0")),
    (re.compile(r"[A-Za-z]+(?=[\"'])"), Words("引号前不能有字母", "no letter stands before a quote")),
    (re.compile(r"\?"), Words("写成 `x if c else y`", "write `x if c else y`")),
    (re.compile(r":=|->|[@~^;:$%`]"), Words("条件里没有这个符号", "conditions have no such sign")),
)


DOT = Words(
    "点号用在 `place(code).attribute` 里，或 `any(m.fact for m in members)` 之类里",
    "a dot stands in `place(code).attribute`, or inside `any(m.fact for m in members)` and the like",
)
_MEMBERS = Words(
    "成员用 `any(… for m in members)` 之类来看", "members are looked at by `any(… for m in members)` and the like"
)
_LISTED = Words('`{"a", "b"}` 只用在 `in` 之后', '`{"a", "b"}` stands after `in` only')
MEANT = {
    **dict.fromkeys(("GeneratorExp", "ListComp", "SetComp", "Subscript"), _MEMBERS),
    **dict.fromkeys(("Set", "List", "Dict"), _LISTED),
    "Tuple": Words("两个条件用 `and` 或 `or` 连起来", "join two conditions with `and` or `or`"),
}
"""What an author may have meant by forms that conditions do not have."""


def loop_form(name: str) -> Words:
    """Returns the advice that shows how members are gone through."""
    return Words(f"写成 `{name}(… for m in members if …)`", f"write `{name}(… for m in members if …)`")


def find_slips(passage: Passage) -> list[Problem]:
    """Returns what is surely wrong in a condition text, told from its characters alone."""
    text = passage.text
    if len(text) > MOST_CHARACTERS:
        most = f"条件最多 {MOST_CHARACTERS} 个字符", f"a condition has at most {MOST_CHARACTERS} characters"
        return [_problem(passage, MOST_CHARACTERS, MOST_CHARACTERS + 1, Words(*most), NAME_PARTS)]
    bare = _STRING.sub(lambda found: '"' + "_" * (len(found[0]) - 2) + '"', text)
    found = [
        _problem(
            passage, match.start(), match.end(), _NOT_ALLOWED, advice if isinstance(advice, Words) else advice(match[0])
        )
        for pattern, advice in _SLIPS
        for match in pattern.finditer(bare)
    ]
    if "\\" in text and "\\" not in bare:
        at = text.index("\\")
        found.append(
            _problem(passage, at, at + 1, _NOT_ALLOWED, Words("文字里不能有反斜杠", "a text holds no backslash"))
        )
    found += _joined(passage, bare)
    if not found:
        found = _brackets(passage, bare) or _letters(passage, bare)
    if not found and (problem := out_of_order(passage, bare)) is not None:
        found = [problem]
    return _first_of_each(found)


NAME_PARTS = Words("把一部分写成概念，再按名字引用", "name a part of it as a concept and use the name")


def _problem(passage: Passage, start: int, end: int, message: Words, advice: Words | None = None) -> Problem:
    return Problem(message, passage.span(start, end), advice)


def _joined(passage: Passage, bare: str) -> list[Problem]:
    advice = Words("两段文字之间要有运算符", "two texts need an operator between them")
    return [
        _problem(passage, match.start(), match.end(), _NOT_ALLOWED, advice)
        for match in re.finditer(r'"_*"\s*"_*"', bare)
    ]


def _brackets(passage: Passage, bare: str) -> list[Problem]:
    """Finds brackets that do not match, or stand too deep."""
    open_at: list[int] = []
    pairs = {")": "(", "]": "[", "}": "{"}
    for at, character in enumerate(bare):
        if character in "([{":
            open_at.append(at)
            if len(open_at) > MOST_DEPTH:
                return [_problem(passage, at, at + 1, Words("括号太深", "brackets stand too deep"), NAME_PARTS)]
        elif character in pairs:
            if not open_at or bare[open_at[-1]] != pairs[character]:
                return [_problem(passage, at, at + 1, Words("这个括号没有开头", "this bracket was never opened"))]
            open_at.pop()
    if open_at:
        return [
            _problem(passage, open_at[-1], open_at[-1] + 1, Words("这个括号没有关上", "this bracket is never closed"))
        ]
    return []


def _letters(passage: Passage, bare: str) -> list[Problem]:
    """Finds characters outside texts that no condition has: names are ASCII, and so is every sign."""
    if bare.isascii() and not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", bare):
        if (quote := re.search(r"'[^']*$|\"[^\"]*$", re.sub(r'"_*"', lambda m: " " * len(m[0]), bare))) is not None:
            return [
                _problem(passage, quote.start(), quote.start() + 1, Words("引号没有关上", "this quote is never closed"))
            ]
        return []
    match = re.search(r"[^\x20-\x7e\n\t]+", bare)
    if match is None:
        return []
    advice = Words("名称和符号用半角英文，文字放在引号里", "names and signs are ASCII; texts stand in quotes")
    return [_problem(passage, match.start(), match.end(), _NOT_ALLOWED, advice)]


def _first_of_each(found: list[Problem]) -> list[Problem]:
    """Drops a slip that lies inside another one."""
    kept: list[Problem] = []
    for problem in sorted(found, key=lambda each: (each.span.start, -each.span.end) if each.span else (0, 0)):
        last = kept[-1].span if kept else None
        if last is None or problem.span is None or problem.span.start >= last.end:
            kept.append(problem)
    return kept
