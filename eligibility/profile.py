"""The citizen profile: pydantic models built from the schema; unknown stays unknown."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from eligibility.derived import Contradiction, contradictions
from eligibility.errors import Problems, ProfileError, Refusal, refuse
from eligibility.packs import json as json_text
from eligibility.packs import yaml
from eligibility.packs.calendar import EARLIEST, LATEST, Rules
from eligibility.packs.nodes import MappingNode, Node, Scalar, SequenceNode, at
from eligibility.packs.shapes import key_span, report, span_of
from eligibility.profile_models import profile_model
from eligibility.source import Source, Span
from eligibility.words import Words

MOST_BYTES = 20_000_000
"""The largest profile, streams included."""
MOST_MEMBERS = 100

_ID = re.compile(
    r"[A-Za-z0-9\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff][-A-Za-z0-9_.\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]{0,63}"
)
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_KEY = re.compile(r"[A-Za-z0-9_]+")
_PLAIN = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True)
class Profile:
    """What is known of one household.

    Args:
        id: the profile's id, else its file's stem.
        as_of: the day on which its facts hold, if it says.
        household: the household's known facts by name; money in fen.
        members: each member's known facts, the `id` among them, as listed.
        notes: what a reader should know although it is no error (a county that the pack does not list).
        receives: kept among the facts; used for take-up alone.
    """

    id: str
    as_of: date | None
    household: Mapping[str, Any]
    members: tuple[Mapping[str, Any], ...]
    notes: tuple[Words, ...] = ()
    lines: Mapping[tuple[int | None, str], Span] = field(default_factory=dict, compare=False, repr=False)


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
        found = list(read_profiles(text.encode(), "<mapping>", rules, stem="household"))
    else:
        path = Path(given)
        raw = limited(path)
        found = list(read_profiles(raw, str(given), rules, stem=path.stem))
    if len(found) != 1:
        name = "<mapping>" if isinstance(given, Mapping) else str(given)
        span = Span(Source(name, "", private=True), 0, 0)
        raise ProfileError([refuse(span, "这里应有一份档案", "exactly one profile belongs here").problem])
    if isinstance(found[0], ProfileError):
        raise found[0]
    return found[0]


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


def read_profiles(raw: bytes, name: str, rules: Rules, *, stem: str) -> Iterator[Profile | ProfileError]:
    """Yields every profile of a YAML stream, a JSON text or JSON Lines, or what is wrong with it.

    Args:
        raw: the bytes, within the limit.
        name: what the reader calls the file.
        rules: whose vocabulary the profiles speak.
        stem: the id of a profile that states none.
    """
    problems = Problems()
    try:
        source = yaml.decode(raw, name, private=True)
    except Refusal as refusal:
        yield ProfileError([refusal.problem])
        return
    documents = _documents(source, problems)
    if not documents and not problems.found:
        problems.add(Span(source, 0, 0), "档案是空的", "the profile is empty")
    if problems.found and not any(node is not None for node in documents):
        yield ProfileError(problems.found)
        return
    several = len(documents) > 1
    for index, node in enumerate(documents):
        own = Problems()
        if node is None:
            yield ProfileError(problems.found)
            continue
        fallback = f"{stem}-{index + 1}" if several else stem
        profile = _Reader(rules, node, own).profile(fallback)
        wrong = [*own.found, *(problems.found if not several else _inside(problems, node))]
        yield ProfileError(wrong) if wrong or profile is None else profile


def read_node(node: Node, rules: Rules, problems: Problems, stem: str) -> Profile | None:
    """Returns a profile that stands inside another file, as that of a case does; what is wrong goes to `problems`."""
    return _Reader(rules, node, problems).profile(stem)


def _inside(problems: Problems, node: Node) -> list[Any]:
    return [each for each in problems.found if each.span and node.span.start <= each.span.start <= node.span.end]


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
    if isinstance(value, (set, frozenset, tuple)):
        return sorted(value)
    raise TypeError(f"a profile cannot hold a {type(value).__name__}")


class _Reader:
    """Reads one profile from its node."""

    def __init__(self, rules: Rules, node: Node, problems: Problems) -> None:
        self.rules = rules
        self.node = node
        self.problems = problems
        self.schema = rules.pack.contents.schema
        self.model: type[BaseModel] = profile_model(rules.pack)
        self.show_keys(node)

    def show_keys(self, node: Node) -> None:
        """Lets keys be read in excerpts: they are words of the vocabulary, values are not."""
        if isinstance(node, MappingNode):
            for key, value in node.entries:
                if _KEY.fullmatch(key.text):
                    key.span.source.shown.add((key.span.start, key.span.end))
                self.show_keys(value)
        elif isinstance(node, SequenceNode):
            for item in node.items:
                self.show_keys(item)

    def profile(self, fallback: str) -> Profile | None:
        """Returns the profile, or None after noting what is wrong."""
        if not isinstance(self.node, MappingNode):
            self.problems.add(span_of(self.node), "档案应是映射（键: 值）", "a profile is a mapping (key: value)")
            return None
        try:
            read = self.model.model_validate(_typed(self.node))
        except ValidationError as error:
            for each in error.errors(include_url=False, include_input=False):
                report(self.model, self.node, each, self.problems)
            return None
        household, members = (
            _known(getattr(read, "household", None)),
            [_known(each) for each in getattr(read, "members", None) or ()],
        )
        as_of = getattr(read, "as_of", None)
        self.ids(members)
        if as_of is not None and not EARLIEST <= as_of <= LATEST:
            zh, en = f"日期要在 {EARLIEST} 与 {LATEST} 之间", f"the day lies between {EARLIEST} and {LATEST}"
            self.problems.add(span_of(at(self.node, ("as_of",))), zh, en)
            return None
        id = self.id(getattr(read, "id", None), fallback)
        if self.problems.found:
            return None
        day = self.rules.pack.on(as_of) if as_of is not None else self.rules
        for each in contradictions(day, household, members):
            self.contradiction(each)
        notes = tuple(self.unlisted(household, members))
        return Profile(id, as_of, household, tuple(members), notes)

    def id(self, stated: str | None, fallback: str) -> str:
        """Returns the household's id; one in the wrong form is noted."""
        if stated is None:
            return unicodedata.normalize("NFC", fallback)
        if not _ID.fullmatch(unicodedata.normalize("NFC", stated)):
            self.bad_id(("id",))
        return unicodedata.normalize("NFC", stated)

    def ids(self, members: list[dict[str, Any]]) -> None:
        """Normalises the members' ids; forms that are wrong, reserved or used twice are noted."""
        seen: dict[str, int] = {}
        for index, member in enumerate(members):
            id = member["id"] = unicodedata.normalize("NFC", str(member.get("id", "")))
            loc = ("members", index, "id")
            if not _ID.fullmatch(id) or id in {"household", "pack"}:
                self.bad_id(loc)
            elif id in seen:
                also = span_of(at(self.node, ("members", seen[id], "id")))
                self.problems.add(
                    span_of(at(self.node, loc)), "两名成员的标识相同", "two members have the same id", also=also
                )
            seen.setdefault(id, index)

    def bad_id(self, loc: tuple[str | int, ...]) -> None:
        """Notes an id in the wrong form."""
        advice = Words(
            "1 至 64 个英文字母、数字、汉字或 `-`、`_`、`.`，以字母、数字或汉字开头，不能是 `household`",
            "1 to 64 ASCII letters, digits, Han or `-_.`, beginning with a letter, digit or Han; `household` is reserved",
        )
        self.problems.add(span_of(at(self.node, loc)), "标识不能这样写", "an id is not written like this", advice)

    def contradiction(self, found: Contradiction) -> None:
        """Notes what cannot both be so, at the fact itself, with the place of the other."""
        base: tuple[str | int, ...] = ("members", found.subject) if found.subject is not None else ("household",)
        span = key_span(self.node, (*base, found.fact))
        also = None
        for owner in (base, ("household",)):
            inner = at(self.node, owner)
            if found.against and isinstance(inner, MappingNode) and (key := inner.key(found.against)) is not None:
                also = key.span
                break
        self.problems.add(span, found.message.zh, found.message.en, also=also)

    def unlisted(self, household: Mapping[str, Any], members: Sequence[Mapping[str, Any]]) -> Iterator[Words]:
        """Yields a note on every county of a listed province that the pack does not list."""
        places = self.rules.pack.contents.places
        whose: list[tuple[str, Mapping[str, Any]]] = [
            ("household", household),
            *((f"members.{index}", each) for index, each in enumerate(members)),
        ]
        for where, facts in whose:
            for name, value in facts.items():
                fact = self.schema.facts.get(name)
                if (
                    fact
                    and fact.type == "place"
                    and fact.level == "county"
                    and value not in places
                    and value[:2] in places
                ):
                    zh = f"`{where}.{name}`：规则包没有列出这个县区代码，按未列出的地方处理"
                    yield Words(
                        zh,
                        f"`{where}.{name}`: the pack does not list this county code; what it holds for counties is unknown here",
                    )


def _known(read: BaseModel | None) -> dict[str, Any]:
    """Returns the facts of a model that are known."""
    if read is None:
        return {}
    values = ((name, getattr(read, name)) for name in type(read).model_fields)
    return {name: value for name, value in values if value is not None}


def _typed(node: Node) -> Any:  # noqa: ANN401 - what pydantic reads
    """Returns plain data: a scalar without quotes may be a boolean, a whole number or nothing; all else is text."""
    if isinstance(node, Scalar):
        if not node.plain:
            return node.text
        if node.text in _PLAIN:
            return _PLAIN[node.text]
        return int(node.text) if _WHOLE.fullmatch(node.text) else Bare(node.text)
    if isinstance(node, MappingNode):
        return {key.text: _typed(value) for key, value in node.entries}
    return [_typed(item) for item in node.items]


class Bare(str):
    """A scalar written without quotes that is neither boolean nor whole number."""

    __slots__ = ()
