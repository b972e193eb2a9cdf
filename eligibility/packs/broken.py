"""What to say of a YAML text that breaks off: the usual slips, each with what to write instead."""

from __future__ import annotations

import re

import yaml

from eligibility.errors import Problem
from eligibility.source import Source, Span
from eligibility.words import Words

_QUOTE = Words("整个值写在引号里", "put the whole value in quotes")
_CLOSE = Words("在末尾补上引号", "put the closing quote")
_SINGLE = Words("改用单引号", "use single quotes")
_BETWEEN = Words("文档之间写一行 `---`", "between documents stands a line `---`")
_NEXT = Words("另起一行，或整个值写在引号里", "start it on the next line, or put the whole value in quotes")
_DELETE = Words("删去，或整个值写在引号里", "delete it, or put the whole value in quotes")
ALIAS = Words("不能用别名 `*`", "aliases with `*` cannot be used"), _QUOTE
ANCHOR = Words("不能用锚点 `&`", "anchors with `&` cannot be used"), _DELETE
TAG = Words("不能用标签 `!`", "tags with `!` cannot be used"), _DELETE
DIRECTIVE = Words("不能用 `%` 指令", "directives with `%` cannot be used"), Words("删去这一行", "delete this line")
_UNEVEN = (
    Words("这一行的缩进与上文不合", "this line is not indented like the lines it belongs to"),
    Words("同组的行从同一列开始，列表项都写 `- `", "lines of a group start in one column, items of a list with `- `"),
)
_SLIPS: tuple[tuple[str, bool, Words, Words], ...] = (
    (r"\btab\b", False, Words("不能用制表符缩进", "a tab cannot indent a line"), Words("用空格", "use spaces")),
    (r"directive", True, *DIRECTIVE),
    (r"end of stream|document indicator", True, Words("引号没有闭合", "this quote is not closed"), _CLOSE),
    (r"escape|hexa?decimal", False, Words("双引号里没有这个转义", "double quotes do not know this escape"), _SINGLE),
    (
        r"(?:expected key|indicator|block end).*[\"'\]}]$",
        False,
        Words("引号或括号之后还有文字", "text goes on after a closing quote or bracket"),
        Words("整个值写在另一种引号里", "put the whole value in quotes of the other kind"),
    ),
    (r"expected key|'-' indicator|block end", False, *_UNEVEN),
    (r"document start", False, Words("文档到此已经结束", "the document has ended before this"), _BETWEEN),
    (r"sequence entries", False, Words("列表不能与键同行", "a list cannot start on the line of its key"), _NEXT),
    (r"block scalar", True, Words("`%` 后的文字应另起一行", "after `%` the text starts on the next line"), _QUOTE),
    (r"\btag\b", True, *TAG),
    (r"token|alphabetic|node content", True, Words("值不能以 `%` 开头", "a value cannot start with `%`"), _QUOTE),
)
"""Usual slips: how the parser puts it, whether it means where the thing began, what is wrong, what to do."""

_COLONS = (
    ("：", Words("这是全角冒号", "this colon is full-width")),
    (r":(?=\S)", Words("冒号后缺少空格", "a space is missing after this colon")),
    (r"\S.*|$", Words("这一行没有冒号", "there is no colon on this line")),
)
"""What to say of a line without `: `."""


def explain(source: Source, error: yaml.MarkedYAMLError, bracket: int | None) -> Problem:
    """Returns what to say where YAML cannot be read; its own words only tell which slip it was.

    Args:
        source: of this document alone.
        error: of the library.
        bracket: where the innermost bracket stands that is still open.
    """
    what = f"{error.context} {error.problem}"
    here = error.problem_mark.index if error.problem_mark else 0
    begun = error.context_mark.index if error.context_mark else here
    if bracket is not None and (here >= len(source.text.rstrip()) or "expected ',' or" in what):
        return _unclosed(source, bracket, here)
    if "expected ':'" in what or "mapping values" in what:
        return _colon(source, here, begun, second="mapping values" in what)
    character = source.text[begun : begun + 1]
    before = source.text[:here].rpartition("\n")[2].rstrip()[-1:]
    what = "tab" if character == "\t" else f"{what}{before}"
    for pattern, at_start, message, advice in _SLIPS:
        if re.search(pattern, what):
            place = begun if at_start else here
            said = Words(message.zh.replace("%", character), message.en.replace("%", character))
            return Problem(said, Span(source, place, place + 1), advice)
    return Problem(Words("这不是 YAML", "this is not YAML"), Span(source, here, here + 1), _UNEVEN[1])


def _unclosed(source: Source, bracket: int, here: int) -> Problem:
    opened, noticed = Span(source, bracket, bracket + 1), Span(source, here, here + 1)
    sign = source.text[bracket]
    close = "]" if sign == "[" else "}"
    if here < len(source.text.rstrip()) and "\n" not in source.text[bracket:here]:
        return Problem(Words(f"缺少 `,` 或 `{close}`", f"a `,` or `{close}` is missing here"), noticed, _QUOTE, opened)
    return Problem(Words(f"这个 `{sign}` 没有闭合", f"this `{sign}` is not closed"), opened)


def _colon(source: Source, here: int, begun: int, *, second: bool) -> Problem:
    """Returns what to say of a line whose colon is missing, or one too many, or that stands too deep."""
    start = source.text.rfind("\n", 0, here if second else begun) + 1
    if second:  # the line itself is well; the one above it is not, or this one is too deep
        if re.search(r":\s", source.text[start:here]):
            return Problem(
                Words("这一行有第二个冒号", "a second colon on the line"), Span(source, here, here + 1), _QUOTE
            )
        above = [*re.finditer(r"(?m)^(?![ \t]*(?:#|\r?$)).*$", source.text[: max(0, start - 1)])]
        if not above or re.search(r":(?:\s|$)", above[-1][0]):
            indent = len(source.text[start:here]) - len(source.text[start:here].lstrip())
            return Problem(_UNEVEN[0], Span(source, start + indent, here), _UNEVEN[1])
        start = above[-1].start()
    line = source.text[start:].partition("\n")[0].rstrip()
    found, message = next((match, words) for sign, words in _COLONS if (match := re.search(sign, line)))
    span = Span(source, start + found.start(), start + found.end())
    return Problem(message, span, Words("写作 `键: 值`", "write `key: value`"))
