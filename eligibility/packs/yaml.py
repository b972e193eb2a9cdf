"""YAML nodes with positions, strictly: no tags, no aliases, no duplicate keys, no guessed types."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

import yaml

from eligibility.errors import Problem, Problems, Refusal, refuse
from eligibility.packs.nodes import Node, Offsets, Scalar, Tree, checked, note_unreadable, readable
from eligibility.source import Passage, Source, Span
from eligibility.words import Words

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PROPERTY = re.compile(r"([&!]\S*)\s*")
_BYTE_ORDER_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)

# The end of a line in flowing text folds to a space, or to as many line feeds as lines stand empty after it.
_EMPTY = r"\r?\n(?:[ \t]*+\r?\n)*+[ \t]*+"
_FOLD = rf"(?P<fold>[ \t]*+{_EMPTY})|(?P<run>[ \t]++|[^ \t\r\n%s]++)"
_PIECES = {
    "": re.compile(_FOLD % ""),
    "'": re.compile(_FOLD % "'" + "|''"),
    '"': re.compile(_FOLD % r"\\" + rf"|(?P<joined>\\{_EMPTY})|\\(?:x..|u.{{4}}|U.{{8}}|.)"),
}
"""How to take a plain, single-quoted or double-quoted text apart."""

_QUOTE = Words("整个值写在引号里", "put the whole value in quotes")
_CLOSE = Words("在末尾补上引号", "put the closing quote")
_SINGLE = Words("改用单引号", "use single quotes")
_BETWEEN = Words("文档之间写一行 `---`", "between documents stands a line `---`")
_NEXT = Words("另起一行，或整个值写在引号里", "start it on the next line, or put the whole value in quotes")
_DELETE = Words("删去，或整个值写在引号里", "delete it, or put the whole value in quotes")
_ALIAS = Words("不能用别名 `*`", "aliases with `*` cannot be used"), _QUOTE
_ANCHOR = Words("不能用锚点 `&`", "anchors with `&` cannot be used"), _DELETE
_TAG = Words("不能用标签 `!`", "tags with `!` cannot be used"), _DELETE
_DIRECTIVE = Words("不能用 `%` 指令", "directives with `%` cannot be used"), Words("删去这一行", "delete this line")
_UNEVEN = (
    Words("这一行的缩进与上文不合", "this line is not indented like the lines it belongs to"),
    Words("同组的行从同一列开始，列表项都写 `- `", "lines of a group start in one column, items of a list with `- `"),
)
_SLIPS: tuple[tuple[str, bool, Words, Words], ...] = (
    (r"\btab\b", False, Words("不能用制表符缩进", "a tab cannot indent a line"), Words("用空格", "use spaces")),
    (r"directive", True, *_DIRECTIVE),
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
    (r"\btag\b", True, *_TAG),
    (r"token|alphabetic|node content", True, Words("值不能以 `%` 开头", "a value cannot start with `%`"), _QUOTE),
)
"""Usual slips: how the parser puts it, whether it means where the thing began, what is wrong, what to do."""

_COLONS = (
    ("：", Words("这是全角冒号", "this colon is full-width")),
    (r":(?=\S)", Words("冒号后缺少空格", "a space is missing after this colon")),
    (r"\S.*|$", Words("这一行没有冒号", "there is no colon on this line")),
)
"""What to say of a line without `: `."""


def decode(raw: bytes, name: str, *, private: bool = False) -> Source:
    """Returns the text of a file as a source, its byte order mark left out.

    Args:
        raw: the bytes of the file.
        name: the name under which its reader knows it.
        private: whether it holds what belongs to a person.

    Raises:
        Refusal: the file is not in UTF-8.
    """
    coding = _coding(raw)
    text = raw.decode(coding or "utf-8", "replace").removeprefix("\ufeff")
    if coding == "utf-8":
        return Source(name, text, private)
    advice = Words("另存为 UTF-8", "save it as UTF-8")
    source, _ = readable(Source(name, text, private))
    if coding is None:
        place = text.index("\ufffd")
        raise refuse(Span(source, place, place + 1), "此处不是 UTF-8 文字", "this is not text in UTF-8", advice)
    foreign = re.search(r"[^\x00-\x7f]+", text)
    start, end = foreign.span() if foreign else (0, 1)
    called = "GBK" if coding == "gb18030" else coding[:6].upper()
    raise refuse(Span(source, start, end), f"文件的编码是 {called}", f"this file is in {called}", advice)


def _coding(raw: bytes) -> str | None:
    """Returns the encoding of a text, or None where it is none of those that offices use."""
    for mark, coding in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return coding
    # In UTF-16 the zero bytes of ASCII stand on one side, and Chinese YAML has its keys, colons and spaces in ASCII.
    even, odd = raw[::2].count(0), raw[1::2].count(0)
    likely = ["utf-32-le", "utf-32-be"] if (even + odd) * 2 >= len(raw) > 0 else []
    if max(even, odd) > len(raw) / 10 and min(even, odd) * 4 <= max(even, odd):
        likely.append("utf-16-be" if even > odd else "utf-16-le")
    for coding in (*likely, "utf-8"):
        if _is(raw, coding):
            return coding
    # Damaged UTF-8 often happens to be good GB18030, but then most of it still reads as Chinese.
    damaged = raw.decode("utf-8", "replace")
    chinese = len(re.findall("[\u4e00-\u9fff]", damaged))
    text = chinese <= damaged.count("\ufffd") and "\0" not in damaged
    return "gb18030" if text and _is(raw, "gb18030") else None


def _is(raw: bytes, coding: str) -> bool:
    try:
        raw.decode(coding)
    except UnicodeError:
        return False
    return True


def documents(source: Source, problems: Problems) -> list[Node]:
    """Returns the documents of a YAML stream; an empty one is left out.

    Args:
        source: the text, without a byte order mark.
        problems: where everything that is not plain YAML is noted; reading goes on where that makes sense.
    """
    clean, unreadable = readable(source)
    if unreadable:
        note_unreadable(clean, unreadable, problems)
        return []
    reader = _Reader(clean, problems)
    try:
        for event in yaml.parse(clean.text, Loader=_LOADER):
            reader.take(event)
    except yaml.MarkedYAMLError as error:
        open_brackets = (frame.start for frame in reversed(reader.tree.frames) if clean.text[frame.start] in "[{")
        problems.found.append(_explain(clean, error, next(open_brackets, None)))
    except (yaml.YAMLError, RecursionError, ValueError):
        problems.add(Span(clean, 0, 1), "这不是 YAML", "this is not YAML")
    except Refusal as refusal:
        problems.found.append(refusal.problem)
    return reader.tree.roots


class _Reader:
    """Makes nodes from the events of a YAML stream."""

    def __init__(self, source: Source, problems: Problems) -> None:
        self.source = source
        self.problems = problems
        self.tree = Tree(source, problems)

    def take(self, event: yaml.Event) -> None:
        """Takes the next event."""
        start, end = _places(event)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, start, end)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._refuse_properties(event, start, end)
            mapping = isinstance(event, yaml.MappingStartEvent)
            self.tree.open(start, mapping=mapping, flow=bool(event.flow_style))
        elif isinstance(event, yaml.CollectionEndEvent):
            self.tree.close(end)
        elif isinstance(event, yaml.AliasEvent):
            self._note(start, end, _ALIAS)
            said = Passage(self.source.text[start:end], self.source, range(start, end + 1))
            self.tree.add(Scalar(said, Span(self.source, start, end), plain=True))
        elif isinstance(event, yaml.DocumentStartEvent) and (event.version or event.tags):
            start = self.source.text.index("%", start)
            self._note(start, start + 1, _DIRECTIVE)

    def _scalar(self, event: yaml.ScalarEvent, start: int, end: int) -> None:
        start = self._refuse_properties(event, start, end)
        text, value, style = self.source.text, event.value, event.style or ""
        if not (value or style or self.tree.frames):
            return
        inside = 1 if style in ("'", '"') else 0
        offsets: Sequence[int] = range(start + inside, end - inside + 1)
        if text[start + inside : end - inside] != value:
            find = _block if style in ("|", ">") else _flowing
            offsets = Offsets(partial(find, text, start, end, value, style))
        said = checked(Passage(value, self.source, offsets), self.problems)
        self.tree.add(Scalar(said, Span(self.source, start, end), plain=not style))

    def _refuse_properties(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, start: int, end: int) -> int:
        """Notes an anchor or a tag, and returns where what they stand before begins."""
        if event.anchor or event.tag:
            while word := _PROPERTY.match(self.source.text, start, end):
                self._note(*word.span(1), _ANCHOR if word[1][0] == "&" else _TAG)
                start = word.end()
        return start

    def _note(self, start: int, end: int, said: tuple[Words, Words]) -> None:
        self.problems.found.append(Problem(said[0], Span(self.source, start, end), said[1]))


def _flowing(text: str, start: int, end: int, value: str, style: str) -> Sequence[int]:
    """Returns where each character of a plain or quoted text stands; a fold stands where its line ends."""
    inside = 1 if style else 0
    found: list[int] = []
    for piece in _PIECES[style].finditer(text, start + inside, end - inside):
        if piece.lastgroup == "run":
            found.extend(range(*piece.span()))
        elif piece.lastgroup:
            ends = [place for place in range(*piece.span()) if text[place] == "\n"]
            found.extend(ends[: max(piece.lastgroup == "fold", len(ends) - 1)])
        else:
            found.append(piece.start())
    return [*found, end - inside] if len(found) == len(value) else [start] * (len(value) + 1)


def _block(text: str, start: int, end: int, value: str, _style: str) -> Sequence[int]:
    """Returns where each character of a block stands: its words are those of the value, one by one."""
    body = text.find("\n", start, end) + 1 or end
    words = [*re.compile(r"[^ \t\r\n]+").finditer(text, body, end)]
    found: list[int] = []
    after = body
    for number, (gap, word) in enumerate(re.findall(r"([ \t\n]*)([^ \t\n]*)", value)):
        first, last = words[number].span() if word and number < len(words) else (end, end)
        found.extend(_gap(text, after, first, gap))
        found.extend(range(first, last))
        after = last
    return [*found, end] if len(found) == len(value) else [start] * (len(value) + 1)


def _gap(text: str, start: int, end: int, gap: str) -> list[int]:
    """Returns where the space between two words of a block stands: line ends in order, the rest before the next word."""
    head, line_end, tail = gap.rpartition("\n")
    ends = (place for place in range(start, end) if text[place] == "\n")
    found: list[int] = []
    place = start
    for character in head + line_end:
        place = next(ends, place) if character == "\n" else place
        found.append(place)
    return [*found, *range(end - len(tail), end)]


def _explain(source: Source, error: yaml.MarkedYAMLError, bracket: int | None) -> Problem:
    """Returns what to say where YAML cannot be read; its own words only tell which slip it was."""
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


def _places(event: yaml.Event) -> tuple[int, int]:
    start, end = event.start_mark, event.end_mark
    return start.index if start else 0, end.index if end else 0
