"""The citizen profile: YAML or JSON in, what is known of a household out; unknown stays unknown."""

from __future__ import annotations

import json
import os
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from eligibility.errors import Problem, Problems, ProfileError, Refusal, refuse
from eligibility.packs import json as json_text
from eligibility.packs import yaml
from eligibility.packs.calendar import Rules
from eligibility.packs.nodes import Node
from eligibility.packs.shapes import span_of
from eligibility.profile_reader import Profile, Reader, show_words
from eligibility.source import Source, Span

__all__ = ["MOST_BYTES", "Profile", "limited", "read_node", "read_profile", "read_profiles", "within"]

MOST_BYTES = 20_000_000
"""The largest profile, streams included."""


def read_profile(given: str | os.PathLike[str] | Mapping[str, Any], rules: Rules) -> Profile:
    """Reads one profile.

    Args:
        given: a path to a YAML or JSON file, or a mapping that an intake system has at hand.
        rules: whose vocabulary the profile speaks; their day counts where the profile states none.

    Returns:
        The profile, checked.

    Raises:
        OSError: the file cannot be opened.
        ProfileError: with every problem of the profile.
    """
    if isinstance(given, Mapping):
        text = json.dumps(given, ensure_ascii=False, indent=1, default=_plain, allow_nan=True)
        found = list(
            read_profiles(text.encode("utf-8", "surrogatepass"), "<mapping>", rules, stem="household", one=True)
        )
    else:
        path = Path(given)
        raw = limited(path)
        found = list(read_profiles(raw, str(given), rules, stem=path.stem, one=True))
    for each in found:
        if isinstance(each, ProfileError):
            raise each
    return found[0]  # type: ignore[return-value]  # the errors are raised above


def limited(path: Path) -> bytes:
    """Returns the bytes of a file, refusing it before it fills the memory.

    Raises:
        OSError: it cannot be opened.
        ProfileError: it is over 20,000,000 bytes.
    """
    with path.open("rb") as file:
        raw = file.read(MOST_BYTES + 1)
    return within(raw, str(path))


def within(raw: bytes, name: str) -> bytes:
    """Returns the bytes, if they are not too many.

    Raises:
        ProfileError: there are over 20,000,000.
    """
    if len(raw) > MOST_BYTES:
        span = Span(Source(name, "", private=True), 0, 0)
        zh, en = f"档案超过 {MOST_BYTES:,} 字节", f"the profile is over {MOST_BYTES:,} bytes"
        raise ProfileError([refuse(span, zh, en).problem])
    return raw


def read_profiles(
    raw: bytes, name: str, rules: Rules, *, stem: str, one: bool = False
) -> Iterator[Profile | ProfileError]:
    """Yields every profile of a YAML stream, a JSON text or JSON Lines, or what is wrong with it.

    Args:
        raw: the bytes, within the limit.
        name: what the reader calls the file.
        rules: whose vocabulary the profiles speak.
        stem: the id of a profile that states none.
        one: whether a second profile is an error.
    """
    problems = Problems()
    try:
        source = yaml.decode(raw, name, private=True)
    except Refusal as refusal:
        if refusal.problem.span is not None:
            show_words(refusal.problem.span.source, rules)
        yield ProfileError([refusal.problem])
        return
    documents = _documents(source, problems)
    if not documents and not problems.found:
        problems.add(Span(source, 0, 0), "档案是空的", "the profile is empty")
    second = next((node for node in documents[1:] if node is not None), None)
    if one and second is not None:
        problems.add(span_of(second), "这里开始了第二份档案", "a second profile begins here, and one belongs here")
    if problems.found:
        show_words(source, rules)
    yield from [ProfileError(problems.found)] if one and second else _each(documents, problems, rules, stem)


def _each(
    documents: Sequence[Node | None], problems: Problems, rules: Rules, stem: str
) -> Iterator[Profile | ProfileError]:
    """Yields each profile that could be read, and an error for each that could not."""
    inside, lost = _shared_out(documents, problems.found)
    if lost and documents and None not in documents and not _broken_off(documents[-1], lost[0]):
        inside[-1], lost = [*inside[-1], *lost], []
    # Where several stand in one text, each that could not be read is a line of its own.
    lines = groupby(lost, key=_line if len(documents) > 1 else lambda _: 0)
    for index, (node, misread) in enumerate(zip(documents, inside, strict=True)):
        if node is None:
            yield ProfileError(next(lines)[1])
            continue
        own = Problems()
        profile = Reader(rules, node, own).profile(f"{stem}-{index + 1}" if len(documents) > 1 else stem)
        # What could not be read as it stands is said once.
        spots = {each.span.start for each in misread if each.span}
        wrong = [*misread, *(each for each in own.found if each.span is None or each.span.start not in spots)]
        yield ProfileError(wrong) if wrong or profile is None else profile
    rest = [each for _, found in lines for each in found]
    if rest:
        yield ProfileError(rest)


def _broken_off(last: Node | None, problem: Problem) -> bool:
    """Returns whether a stream breaks off in a document of its own, after the last one that could be read."""
    if last is None or problem.span is None:
        return False
    return re.search(r"(?m)^---(?:\s|$)", problem.span.source.text[last.span.end : problem.span.start]) is not None


def _shared_out(
    documents: Sequence[Node | None], problems: Sequence[Problem]
) -> tuple[list[list[Problem]], list[Problem]]:
    """Returns the problems inside each document, and those that are in none."""
    found = sorted(problems, key=_start)
    starts = [_start(each) for each in found]
    inside: list[list[Problem]] = []
    lost: list[Problem] = []
    after = 0
    for node in documents:
        if node is None:
            inside.append([])
            continue
        first, last = bisect_left(starts, node.span.start), bisect_right(starts, node.span.end)
        lost += found[after:first]
        inside.append(found[first:last])
        after = max(after, last)
    return inside, [*lost, *found[after:]]


def _start(problem: Problem) -> int:
    return problem.span.start if problem.span else 0


def _line(problem: Problem) -> int:
    return problem.span.source.place(problem.span.start)[0] if problem.span else 0


def read_node(node: Node, rules: Rules, problems: Problems, stem: str) -> Profile | None:
    """Returns a profile that stands inside another file, as that of a case does; what is wrong goes to `problems`."""
    return Reader(rules, node, problems).profile(stem)


def _documents(source: Source, problems: Problems) -> Sequence[Node | None]:
    text = source.text.lstrip()
    name = source.name.lower()
    if name.endswith((".jsonl", ".ndjson")):
        return json_text.documents(source, problems, lines=True)
    looks = re.match(r"[\[{]\s*(\"|[\]}])", text) is not None
    if name.endswith(".json") or (looks and not name.endswith((".yaml", ".yml"))):
        several = re.search(r"\}\s*\n\s*\{", text) is not None
        return json_text.documents(source, problems, lines=several and text.count("\n{") > 0 and _each_line(text))
    return yaml.documents(source, problems)


def _each_line(text: str) -> bool:
    """Returns whether every line that is not empty begins an object of its own."""
    return all(line.lstrip().startswith("{") for line in text.splitlines() if line.strip())


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a caller has at hand
    """Turns what JSON lacks into what a profile would write."""
    if isinstance(value, (date, Decimal)):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a profile cannot hold a {type(value).__name__}")
