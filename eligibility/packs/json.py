"""JSON nodes with positions, strictly, one document or one a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import partial

from eligibility.errors import Problems, Refusal, refuse
from eligibility.packs.nodes import Document, Node, Offsets, Scalar, Tree, checked, each_document
from eligibility.source import Passage, Source, Span
from eligibility.words import Words

_TOKEN = re.compile(
    r"""[ \t\r\n]*+(?:
      (?P<string>"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+")
    | (?P<plain>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][-+]?+[0-9]++)?+(?![\w.+-])|(?:true|false|null)(?!\w))
    | (?P<mark>[\[\]{}:,])
    | (?P<end>\Z)
    | (?P<other>.)
    )""",
    re.VERBOSE,
)
_IN_STRING = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|(?P<bad>\\.|\t)')
_CHARACTER = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.|.")

_VALUE = frozenset({"string", "plain", "[", "{"})
_MAY_STAND = {
    "value": _VALUE,
    "first value": _VALUE | {"]"},
    "key": frozenset({"string"}),
    "first key": frozenset({"string", "}"}),
    "colon": frozenset({":"}),
    "more values": frozenset({",", "]"}),
    "more keys": frozenset({",", "}"}),
    "end": frozenset({"end"}),
}
"""What may come next, by what is awaited."""

_MISSING: dict[str, tuple[Words, Words | None]] = {
    "value": (Words("这里缺少值", "a value is missing here"), None),
    "first value": (Words("这里缺少值", "a value is missing here"), None),
    "key": (Words("这里缺少键", "a key is missing here"), Words("键写在双引号里", "a key stands in double quotes")),
    "first key": (
        Words("这里缺少键", "a key is missing here"),
        Words("键写在双引号里", "a key stands in double quotes"),
    ),
    "colon": (Words("这里缺少 `:`", "a `:` is missing here"), None),
    "more values": (Words("这里缺少 `,` 或 `]`", "a `,` or `]` is missing here"), None),
    "more keys": (Words("这里缺少 `,` 或 `}`", "a `,` or `}` is missing here"), None),
    "end": (
        Words("文档之后还有内容", "there is more after the end of the document"),
        Words("多份文档写在 `.jsonl` 文件里，一行一份", "several documents stand in a `.jsonl` file, one a line"),
    ),
}
"""What to say when something else stands there, by what is awaited."""

_QUOTES = Words('文字和键写在双引号 `"` 里', 'text and keys stand in double quotes `"`')
_SLIPS: tuple[tuple[re.Pattern[str], Words, Words | None], ...] = (
    (
        re.compile(r"//|/\*|#"),
        Words("JSON 里不能写注释", "JSON has no comments"),
        Words("删去注释，或改用 YAML", "delete the comment, or write YAML"),
    ),
    (
        re.compile(r"['“”‘’「」]"),
        Words("这种引号在 JSON 里不是引号", "JSON does not know this quote"),
        Words('写作 `"`', 'write `"`'),
    ),
    (
        re.compile(r"[，：；｛｝［］【】]"),
        Words("这是全角符号", "this is a full-width sign"),
        Words("用半角符号", "write it in half width"),
    ),
    (
        re.compile(r"[-+]?(?:NaN|Infinity|nan|inf)\b"),
        Words("这不是数", "this is not a number"),
        Words("不知道就写 `null`", "write `null` for what is not known"),
    ),
    (
        re.compile(r"(?i:true|false|null|none|yes|no)\b"),
        Words("JSON 里不这样写", "JSON does not write it so"),
        Words("可写：`true`、`false`、`null`", "one of: `true`, `false`, `null`"),
    ),
    (
        re.compile(r"[-+.]?[0-9][\w.+-]*"),
        Words("JSON 里的数不这样写", "JSON does not write a number so"),
        Words("例如 `20`、`-1`、`0.5`；其他写在双引号里", "write `20`, `-1` or `0.5`; the rest in double quotes"),
    ),
    (re.compile(r"\w+"), Words("文字没有引号", "this text has no quotes"), _QUOTES),
)
"""What is not JSON but often stands there: how it looks, what is wrong, what to write."""


def documents(source: Source, *, lines: bool = False) -> Iterator[Document]:
    """Yields the documents of a JSON text; a text of nothing but space has none.

    Args:
        source: the text.
        lines: whether each line is a document of its own.
    """
    stretches = (found.span() for found in re.finditer(r"[^\n]+", source.text)) if lines else [(0, len(source.text))]
    full = ((start, end) for start, end in stretches if source.text[start:end].strip(" \t\r\n"))
    return each_document(source, full, _document)


def _document(source: Source, start: int, end: int, problems: Problems) -> Node | None:
    reader = _Reader(source, start, end, problems)
    try:
        return reader.read()
    except Refusal as refusal:
        problems.found.append(refusal.problem)
        return None


class _Reader:
    """Reads one document token by token, knowing what may come next."""

    def __init__(self, source: Source, start: int, end: int, problems: Problems) -> None:
        self.source = source
        self.start = start
        self.end = end
        self.problems = problems
        self.tree = Tree(source, problems)
        self.awaited = "value"
        self.before = ""

    def read(self) -> Node:
        """Returns the document."""
        for token in _TOKEN.finditer(self.source.text, self.start, self.end):
            kind = token.lastgroup or "other"
            word = token[kind] if kind == "mark" else kind
            start = token.start(kind)
            if word not in _MAY_STAND[self.awaited]:
                raise self._wrong(word, start)
            if word == "end":
                break
            self._take(word, start, token.end())
            self.before = word
        return self.tree.roots[0]

    def _take(self, word: str, start: int, end: int) -> None:
        if word in ("[", "{"):
            self.tree.open(start, mapping=word == "{", flow=True)
            self.awaited = "first key" if word == "{" else "first value"
        elif word in ("]", "}"):
            self.tree.close(end)
            self._after_value()
        elif word == ",":
            self.awaited = "key" if self.tree.frames[-1].mapping else "value"
        elif word == ":":
            self.awaited = "value"
        else:
            self.tree.add(self._scalar(start, end, plain=word == "plain"))
            if self.awaited in ("key", "first key"):
                self.awaited = "colon"
            else:
                self._after_value()

    def _after_value(self) -> None:
        frames = self.tree.frames
        self.awaited = ("more keys" if frames[-1].mapping else "more values") if frames else "end"

    def _scalar(self, start: int, end: int, *, plain: bool) -> Scalar:
        text = self.source.text[start:end]
        offsets: Sequence[int] = range(start, end + 1)
        escaped = not plain and "\\" in text
        if escaped:
            offsets = Offsets(partial(_offsets, self.source.text, start + 1, end - 1))
            text = json.loads(text)
        elif not plain:
            offsets = range(start + 1, end)
            text = text[1:-1]
        said = Passage(text, self.source, offsets)
        if escaped:
            said = checked(said, self.problems)
        return Scalar(said, Span(self.source, start, end), plain)

    def _wrong(self, word: str, start: int) -> Refusal:
        """Returns what to say of a token that cannot stand here."""
        frame = self.tree.frames[-1] if self.tree.frames else None
        if word == "end" and frame:
            sign = "{" if frame.mapping else "["
            return self._refused(
                frame.start, frame.start + 1, Words(f"这个 `{sign}` 没有闭合", f"this `{sign}` is not closed")
            )
        if word in ("]", "}") and self.before == ",":
            comma = self.source.text.rindex(",", 0, start)
            return self._refused(
                comma,
                comma + 1,
                Words(f"`{word}` 前不能有逗号", f"no comma may stand before `{word}`"),
                Words("删去逗号", "delete the comma"),
            )
        if word == "other":
            return self._slip(start)
        message, advice = _MISSING[self.awaited]
        return self._refused(start, start + 1, message, advice)

    def _slip(self, start: int) -> Refusal:
        """Returns what to say of something that is no JSON token at all."""
        text = self.source.text
        if text[start] == '"':
            return self._bad_string(start)
        for pattern, message, advice in _SLIPS:
            if found := pattern.match(text, start, self.end):
                return self._refused(start, found.end(), message, advice)
        return self._refused(start, start + 1, Words("这不是 JSON", "this is not JSON"), _QUOTES)

    def _bad_string(self, start: int) -> Refusal:
        text = self.source.text
        whole = re.compile(r'"(?:[^"\\\n]|\\.)*+"').match(text, start, self.end)
        if not whole:
            return self._refused(start, start + 1, Words("这个引号没有闭合", "this quote is not closed"))
        found = next(match for match in _IN_STRING.finditer(text, start, whole.end()) if match["bad"])
        if found["bad"] == "\t":
            return self._refused(
                found.start(),
                found.end(),
                Words("引号里不能直接有制表符", "a tab cannot stand in text as it is"),
                Words("写作 `\\t`", "write `\\t`"),
            )
        return self._refused(
            found.start(),
            found.end(),
            Words("JSON 里没有这个转义", "JSON does not know this escape"),
            Words("反斜杠本身写作 `\\\\`", "a backslash itself is written `\\\\`"),
        )

    def _refused(self, start: int, end: int, message: Words, advice: Words | None = None) -> Refusal:
        return refuse(Span(self.source, start, end), message.zh, message.en, advice)


def _offsets(text: str, start: int, end: int) -> list[int]:
    return [*(found.start() for found in _CHARACTER.finditer(text, start, end)), end]
