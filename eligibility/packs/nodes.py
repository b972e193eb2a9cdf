"""What a YAML or JSON text says, as nodes that know their places, before anything is made of it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, overload

from eligibility.errors import MOST_SHOWN, Problem, Problems, refuse
from eligibility.source import Passage, Source, Span
from eligibility.words import Words

DEEPEST = 40
"""How many lists and groups of keys may stand inside one another."""

MOST_NODES = 2_000_000
"""How many values and keys one text may hold."""

# Control characters, halves of surrogate pairs, marks of byte order, the line ends that only some tools count.
_NOT_TEXT = re.compile("[^\t\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|\r(?!\n)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")  # what a key looks like that says nothing of a person
_IN_PLACE_OF_IT = "\ufffd"


@dataclass(frozen=True, slots=True)
class Scalar:
    """One text, number or word.

    Args:
        passage: what it says, each character with its place.
        span: where it stands, quotes and block indicators included.
        plain: whether it stands there without quotes and not as a block.
    """

    passage: Passage
    span: Span
    plain: bool

    @property
    def text(self) -> str:
        """What it says."""
        return self.passage.text


@dataclass(frozen=True, slots=True)
class MappingNode:
    """A group of keys with their values, in the order written; `flow` is true inside braces."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span
    flow: bool

    def get(self, key: str) -> Node | None:
        """Returns the value under a key, or None."""
        return next((value for found, value in self.entries if found.text == key), None)

    def key(self, name: str) -> Scalar | None:
        """Returns the key as it was written, or None."""
        return next((found for found, _ in self.entries if found.text == name), None)


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list; `flow` is true inside brackets."""

    items: tuple[Node, ...]
    span: Span
    flow: bool


Node = Scalar | MappingNode | SequenceNode


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a text: where it stands, what it says (None where it is empty or cannot be read), what is wrong."""

    span: Span
    node: Node | None
    problems: tuple[Problem, ...]


def data(node: Node) -> Any:  # noqa: ANN401 - a tree of dictionaries, lists and passages has no narrower type
    """Returns a node as dictionaries and lists, with a `Passage` for each scalar: nothing is guessed from its text."""
    if isinstance(node, Scalar):
        return node.passage
    if isinstance(node, SequenceNode):
        return [data(item) for item in node.items]
    return {key.text: data(value) for key, value in node.entries}


def at(node: Node, path: Sequence[str | int]) -> Node:
    """Returns the deepest node along a path of keys and indexes; it stops where the path leaves the tree."""
    for step in path:
        found: Node | None = None
        if isinstance(node, MappingNode) and isinstance(step, str):
            found = node.get(step)
        elif isinstance(node, SequenceNode) and isinstance(step, int) and 0 <= step < len(node.items):
            found = node.items[step]
        if found is None:
            return node
        node = found
    return node


class Offsets(Sequence[int]):
    """Where each character stands, worked out when it is first asked: few values are ever pointed at."""

    __slots__ = ("_find", "_found")

    def __init__(self, find: Callable[[], Sequence[int]]) -> None:
        """Keeps how to find them."""
        self._find = find
        self._found: Sequence[int] | None = None

    def _all(self) -> Sequence[int]:
        if self._found is None:
            self._found = self._find()
        return self._found

    @overload
    def __getitem__(self, index: int) -> int: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...

    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        """Returns the place of one character, or of several."""
        return self._all()[index]

    def __len__(self) -> int:
        """Returns one more than the text has characters."""
        return len(self._all())


def readable(source: Source) -> tuple[Source, list[tuple[int, str]]]:
    """Finds the characters that no text may hold.

    Returns:
        A source that is safe to show and to read, every place unchanged, and what was taken out of it and where.
    """
    if source.text.isascii() and source.text.isprintable():
        return source, []
    found = [(match.start(), match[0]) for match in _NOT_TEXT.finditer(source.text)]
    return (replace(source, text=_NOT_TEXT.sub(_IN_PLACE_OF_IT, source.text)), found) if found else (source, [])


def each_document(
    source: Source,
    stretches: Iterable[tuple[int, int]],
    read: Callable[[Source, int, int, Problems], Node | None],
) -> Iterator[Document]:
    """Yields the documents of a text, each read by itself, so that what is wrong with one is nothing to the others.

    Args:
        source: the text.
        stretches: where each document begins and ends, in order.
        read: makes a node of a stretch, what is wrong noted.
    """
    clean, unreadable = readable(source)
    for start, end in stretches:
        own, problems = clean.apart(), Problems()
        here = unreadable[bisect_left(unreadable, (start, "")) : bisect_left(unreadable, (end, ""))]
        for place, character in here[: MOST_SHOWN + 1]:
            _unreadable(Span(own, place, place + 1), character, problems)
        node = None if here else read(own, start, end, problems)
        yield Document(Span(own, start, end), node, tuple(problems.found))


def checked(said: Passage, problems: Problems) -> Passage:
    """Returns the passage, the characters that no text may hold taken out of it: escapes can bring them in."""
    if said.text.isprintable() or not (match := _NOT_TEXT.search(said.text)):
        return said
    _unreadable(said.span(match.start(), match.end()), match[0], problems)
    return replace(said, text=_NOT_TEXT.sub(_IN_PLACE_OF_IT, said.text))


def _unreadable(span: Span, character: str, problems: Problems) -> None:
    code = f"U+{ord(character):04X}"
    problems.add(
        span,
        f"文本里不能有字符 {code}",
        f"text cannot hold the character {code}",
        Words("它看不见，删去即可", "it cannot be seen; delete it"),
    )


@dataclass(slots=True)
class _Frame:
    """A list or group of keys that is still open; the children of a group are key, value, key, value."""

    start: int
    mapping: bool
    flow: bool
    children: list[Node] = field(default_factory=list)


@dataclass
class Tree:
    """Builds nodes from what a reader meets, in order, and watches what YAML and JSON have in common.

    Args:
        source: what is read.
        problems: where duplicate keys and the like are noted.
    """

    source: Source
    problems: Problems
    roots: list[Node] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=list)
    _count: int = 0

    def open(self, start: int, *, mapping: bool, flow: bool) -> None:
        """Begins a list or a group of keys.

        Raises:
            Refusal: it stands too deep.
        """
        if len(self.frames) == DEEPEST:
            raise refuse(
                Span(self.source, start, start + 1),
                f"嵌套超过 {DEEPEST} 层",
                f"lists and groups stand more than {DEEPEST} deep",
            )
        self.frames.append(_Frame(start, mapping, flow))

    def add(self, node: Node) -> None:
        """Puts a node where reading has come to.

        Raises:
            Refusal: there are too many.
        """
        self._count += 1
        if self._count > MOST_NODES:
            raise refuse(
                node.span,
                f"内容超过 {MOST_NODES:,} 项",
                f"there are more than {MOST_NODES:,} values",
                Words("分成几个文件", "split it into several files"),
            )
        (self.frames[-1].children if self.frames else self.roots).append(node)

    def close(self, end: int) -> None:
        """Ends the innermost list or group of keys.

        Raises:
            Refusal: there are too many nodes.
        """
        frame = self.frames.pop()
        if not frame.flow and frame.children:  # a block ends with its last line, not where the next key begins
            end = frame.children[-1].span.end
        span = Span(self.source, frame.start, max(frame.start, end))
        if frame.mapping:
            self.add(MappingNode(self._entries(frame.children), span, frame.flow))
        else:
            self.add(SequenceNode(tuple(frame.children), span, frame.flow))

    def _entries(self, children: list[Node]) -> tuple[tuple[Scalar, Node], ...]:
        entries: dict[str, tuple[Scalar, Node]] = {}
        for key, value in zip(children[::2], children[1::2], strict=False):
            if not isinstance(key, Scalar):
                self.problems.add(
                    key.span,
                    "键只能是一个词，不能是列表或键组",
                    "a key must be one word, not a list or a group of keys",
                )
            elif key.text in entries:
                self._duplicate(key, entries[key.text][0])
            else:
                self._merge(key)
                entries[key.text] = (key, value)
        return tuple(entries.values())

    def _duplicate(self, key: Scalar, first: Scalar) -> None:
        if _NAME.fullmatch(key.text):
            self.source.shown.update({(key.span.start, key.span.end), (first.span.start, first.span.end)})
        shown = "…" if self.source.private and not _NAME.fullmatch(key.text) else key.text
        self.problems.add(
            key.span,
            f"键 `{shown}` 写了两次",
            f"the key `{shown}` stands here twice",
            Words("只留一个", "keep one of them"),
            also=first.span,
        )

    def _merge(self, key: Scalar) -> None:
        if key.plain and key.text == "<<":
            self.problems.add(
                key.span,
                "不能用 `<<` 合并",
                "`<<` cannot be used to merge keys",
                Words("把各键写全", "write the keys out"),
            )
