"""The citizen profile: YAML, JSON or a form in, what is known of a household out; unknown stays unknown."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any

from eligibility.errors import Problems, ProfileError, Refusal, refuse
from eligibility.form import read_form
from eligibility.packs import json as json_text
from eligibility.packs import yaml
from eligibility.packs.calendar import Rules
from eligibility.packs.nodes import Document, Node
from eligibility.packs.shapes import span_of
from eligibility.profile_reader import Profile, Reader, show_words
from eligibility.sheets import is_workbook
from eligibility.source import Source, Span

__all__ = ["MOST_BYTES", "Profile", "limited", "read_node", "read_profile", "read_profiles", "within"]

MOST_BYTES = 20_000_000
"""The largest profile, streams included."""


def read_profile(given: str | os.PathLike[str] | Mapping[str, Any], rules: Rules) -> Profile:
    """Reads one profile.

    Args:
        given: a path to a YAML or JSON file or an Excel form, or a mapping that an intake system has at hand.
        rules: whose vocabulary the profile speaks; their day counts where the profile states none.

    Returns:
        The profile, checked.

    Raises:
        OSError: the file cannot be opened.
        ProfileError: with every problem of the profile.
        Lacking: it is a form, and workbooks cannot be read here.
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
    raw: bytes, name: str, rules: Rules, *, stem: str, one: bool = False, taken: dict[str, Span] | None = None
) -> Iterator[Profile | ProfileError]:
    """Yields every profile of a YAML stream, a JSON text, JSON Lines or an Excel form, or what is wrong with it, in order.

    Args:
        raw: the bytes, within the limit.
        name: what the reader calls the file.
        rules: whose vocabulary the profiles speak.
        stem: the id of a profile that states none; of several in one text, with its number.
        one: whether a second profile is an error.
        taken: the ids of other households, and where they stand; it grows by those of this text.
    """
    taken = {} if taken is None else taken
    if is_workbook(raw, name):
        yield read_form(raw, name, rules, stem, taken)
        return
    try:
        source = yaml.decode(raw, name, private=True)
    except Refusal as refusal:
        if refusal.problem.span is not None:
            show_words(Span(refusal.problem.span.source, 0, len(raw)), rules)
        yield ProfileError([refusal.problem])
        return
    documents = _documents(source)
    first = list(islice(documents, 2)) or [Document(Span(source, 0, 0), None, ())]
    if one and len(first) > 1:
        first = [_only(*first)]
    for number, document in enumerate(chain(first, documents) if not one else first, 1):
        yield _profile(document, rules, f"{stem}-{number}" if len(first) > 1 else stem, taken)


def _only(first: Document, second: Document) -> Document:
    """Returns what is wrong where a second profile stands in a text that should hold one."""
    second_here = span_of(second.node) if second.node is not None else second.span
    zh, en = "这里开始了第二份档案", "a second profile begins here, and one belongs here"
    wrong = second.problems or (refuse(second_here, zh, en).problem,)
    return Document(replace(first.span, end=second.span.end), None, (*first.problems, *wrong))


def _profile(document: Document, rules: Rules, fallback: str, taken: dict[str, Span]) -> Profile | ProfileError:
    """Returns the profile that a document holds, or everything that is wrong with it."""
    own = Problems()
    profile = None
    if document.node is not None:
        profile = Reader(rules, document.node, own, taken).profile(fallback)
    elif document.problems:
        for source in {each.span.source for each in document.problems if each.span}:
            show_words(replace(document.span, source=source), rules)
    else:
        own.add(replace(document.span, end=document.span.start), "档案是空的", "the profile is empty")
    # What could not be read as it stands is said once.
    spots = {each.span.start for each in document.problems if each.span}
    wrong = [*document.problems, *(each for each in own.found if each.span is None or each.span.start not in spots)]
    return ProfileError(wrong) if wrong or profile is None else profile


def read_node(node: Node, rules: Rules, problems: Problems, stem: str) -> Profile | None:
    """Returns a profile that stands inside another file, as that of a case does; what is wrong goes to `problems`."""
    return Reader(rules, node, problems).profile(stem)


def _documents(source: Source) -> Iterator[Document]:
    """Yields the documents of a text; its name says what it is, or else its look, the same for every name."""
    name = source.name.lower()
    if name.endswith((".yaml", ".yml")):
        return yaml.documents(source)
    lines = name.endswith((".jsonl", ".ndjson")) or _is_json_lines(source.text)
    if lines or name.endswith(".json") or _is_json(source.text):
        return json_text.documents(source, lines=lines)
    return yaml.documents(source)


def _is_json(text: str) -> bool:
    """Returns whether a text looks like one JSON document: no line `---` can stand in one."""
    return re.match(r"\s*[\[{]\s*(\"|[\]}])", text) is not None and yaml.DASHES.search(text) is None


def _is_json_lines(text: str) -> bool:
    """Returns whether the first line, or at least every second one, is an object; bad lines may stand among them.

    In a YAML stream of such objects a line `---` stands between any two.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    objects = [line.startswith("{") and line.rstrip().endswith("}") for line in lines]
    dashes = len(yaml.DASHES.findall(text))
    several = len(lines) > 1 and (objects[0] or sum(objects) * 2 >= len(lines))
    return several and (not dashes or dashes < sum(objects) - 1)


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a caller has at hand
    """Turns what JSON lacks into what a profile would write."""
    if isinstance(value, (date, Decimal)):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a profile cannot hold a {type(value).__name__}")
