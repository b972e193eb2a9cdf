"""The answers of a form as the node of a profile, each of them knowing its cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from eligibility.packs.nodes import MappingNode, Node, Scalar, SequenceNode
from eligibility.source import Passage, Source, Span

Pair = tuple[Scalar, Node]


@dataclass(frozen=True, slots=True)
class Taken:
    """An answer of a form that was taken for something else than what is written.

    Args:
        cell: where it stands.
        name: of the fact, or `as_of`.
        value: what it was taken for.
    """

    cell: str
    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer on its way into a profile.

    Args:
        key: of the profile.
        label: as its row has it.
        said: the value as a profile writes it; of a set, its items.
        cell: where it stands.
        plain: whether a profile would write it without quotes.
    """

    key: str
    label: str
    said: str | tuple[str, ...]
    cell: str
    plain: bool = False

    @property
    def line(self) -> str:
        """The line of an excerpt that shows it."""
        said = self.said if isinstance(self.said, str) else ", ".join(self.said)
        return f"{self.label}: {' '.join(said.split()) or ' '}"


@dataclass
class Column:
    """Whoever a column of answers is about.

    Args:
        title: the heading, which is the key of a member that has no other.
        cell: where the heading stands.
        entries: the answers.
    """

    title: str = ""
    cell: str = ""
    entries: list[Entry] = field(default_factory=list)

    def keyed(self) -> list[Entry]:
        """Returns the answers, first the key: the one that was written, else the heading."""
        own = [each for each in self.entries if each.key == "id"]
        rest = [each for each in self.entries if each.key != "id"]
        return [*(own or [Entry("id", "id", self.title, self.cell)]), *rest]


def profile_node(name: str, day: Sequence[Entry], home: Column, members: Sequence[Column]) -> Node:
    """Returns a profile as its reader takes it.

    Args:
        name: what the reader calls the file.
        day: the day on which it holds, where that was answered.
        home: the answers about the household, its key among them.
        members: those about each member.
    """
    top = [*(each for each in home.entries if each.key == "id"), *day]
    facts = [each for each in home.entries if each.key != "id"]
    people = [each.keyed() for each in members]
    whole = [*top, *facts, *(each for person in people for each in person)]
    lines = [each.line for each in whole]
    source = Source(name, "\n".join([*lines, ""]), private=True, cells=(*(each.cell for each in whole), ""))
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    pairs = iter([_pair(source, start, each) for start, each in zip(starts, whole, strict=False)])
    end = Span(source, starts[-1], starts[-1])

    def group(size: int) -> MappingNode:
        taken = tuple(next(pairs) for _ in range(size))
        return MappingNode(taken, taken[0][0].span if taken else end, flow=False)

    first = [next(pairs) for _ in top]
    household = group(len(facts))
    listed = SequenceNode(tuple(group(len(person)) for person in people), end, flow=False)
    return MappingNode((*first, (_key("household", end), household), (_key("members", end), listed)), end, flow=False)


def _pair(source: Source, start: int, entry: Entry) -> Pair:
    """Returns key and value of an answer; the key is that of a profile, and stands where the label does."""
    middle = start + len(entry.label)
    here = Span(source, middle + 2, start + len(entry.line))
    key = _key(entry.key, Span(source, start, middle))
    if isinstance(entry.said, str):
        return key, _scalar(entry.said, here, plain=entry.plain)
    items = tuple(_scalar(each, here, plain=False) for each in entry.said)
    return key, SequenceNode(items, here, flow=False)


def _scalar(text: str, span: Span, *, plain: bool) -> Scalar:
    return Scalar(Passage(text, span.source, [span.start] * (len(text) + 1)), span, plain)


def _key(name: str, span: Span) -> Scalar:
    return _scalar(name, span, plain=True)
