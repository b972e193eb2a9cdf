"""YAML nodes with positions, strictly: no tags, no aliases, no duplicate keys, no guessed types."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import yaml

from eligibility.errors import Problem, Problems, Refusal, refuse
from eligibility.packs.broken import ALIAS, ANCHOR, DIRECTIVE, TAG, explain
from eligibility.packs.nodes import Document, Node, Offsets, Scalar, Tree, checked, each_document, readable
from eligibility.source import Passage, Source, Span
from eligibility.words import Words

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DASHES = re.compile(r"(?m)^---(?=[ \t\r\n]|\Z)")
_NOTHING = re.compile(r"(?: *+(?:#[^\n]*+)?\r?(?:\n|\Z))*+")
_PREFACE = re.compile(r"(?:(?:%| *+#)[^\n]*+(?:\n|\Z)| *+\r?(?:\n|\Z))*+")
"""The line that begins a document, a text without one, and what may stand before the first."""
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


def nodes(source: Source, problems: Problems) -> list[Node]:
    """Returns what the documents of a YAML stream say, empty ones left out; what is wrong with any goes to `problems`."""
    found = list(documents(source))
    problems.found += [problem for each in found for problem in each.problems]
    return [each.node for each in found if each.node is not None]


def documents(source: Source) -> Iterator[Document]:
    """Yields the documents of a YAML stream; one that cannot be read takes none of the others with it.

    Args:
        source: the text, without a byte order mark.
    """
    return each_document(source, _stretches(source.text), _document)


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Yields where each document stands: in YAML nothing, not even an open quote, reaches over a line `---`.

    What stands before the first such line belongs to the first document where it is blank, comments or directives; a last
    `---` with nothing behind it only ends the stream.
    """
    begin, opened = 0, False
    for mark in DASHES.finditer(text):
        if opened or _PREFACE.fullmatch(text, 0, mark.start()) is None:
            yield begin, mark.start()
            begin = mark.start()
        opened = True
    if text[begin:].rstrip(" \r\n") != "---" if opened else _NOTHING.fullmatch(text) is None:
        yield begin, len(text)


def _document(source: Source, start: int, end: int, problems: Problems) -> Node | None:
    """Returns what stands in a stretch that holds one document, or None where that is nothing or cannot be read."""
    text = source.text[start:end]
    reader = _Reader(source, problems, start)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            reader.take(event)
    except yaml.MarkedYAMLError as error:
        brackets = (frame.start - start for frame in reversed(reader.tree.frames) if source.text[frame.start] in "[{")
        problems.found.append(_moved(explain(Source("", text), error, next(brackets, None)), source, start))
    except (yaml.YAMLError, RecursionError, ValueError):
        problems.add(Span(source, start, start + 1), "这不是 YAML", "this is not YAML")
    except Refusal as refusal:
        problems.found.append(refusal.problem)
    return next(iter(reader.tree.roots), None)


def _moved(problem: Problem, source: Source, by: int) -> Problem:
    """Returns a problem of a document on its own at its place in the stream."""
    span, also = (each and Span(source, each.start + by, each.end + by) for each in (problem.span, problem.also))
    return replace(problem, span=span, also=also)


class _Reader:
    """Makes nodes from the events of one document, which stands at `base` in its source."""

    def __init__(self, source: Source, problems: Problems, base: int) -> None:
        self.source = source
        self.problems = problems
        self.base = base
        self.tree = Tree(source, problems)

    def take(self, event: yaml.Event) -> None:
        """Takes the next event."""
        start, end = self._places(event)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, start, end)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._refuse_properties(event, start, end)
            mapping = isinstance(event, yaml.MappingStartEvent)
            self.tree.open(start, mapping=mapping, flow=bool(event.flow_style))
        elif isinstance(event, yaml.CollectionEndEvent):
            self.tree.close(end)
        elif isinstance(event, yaml.AliasEvent):
            self._note(start, end, ALIAS)
            said = Passage(self.source.text[start:end], self.source, range(start, end + 1))
            self.tree.add(Scalar(said, Span(self.source, start, end), plain=True))
        elif isinstance(event, yaml.DocumentStartEvent) and (event.version or event.tags):
            start = self.source.text.index("%", start)
            self._note(start, start + 1, DIRECTIVE)

    def _places(self, event: yaml.Event) -> tuple[int, int]:
        start, end = event.start_mark, event.end_mark
        return self.base + (start.index if start else 0), self.base + (end.index if end else 0)

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
                self._note(*word.span(1), ANCHOR if word[1][0] == "&" else TAG)
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
