"""One profile from its node: every value typed, what is wrong noted at its place, contradictions included."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel, ValidationError

from eligibility.answered import Taken
from eligibility.derived import Contradiction, Stated, contradictions
from eligibility.errors import Problems, did_you_mean
from eligibility.ids import unfit, without_numbers
from eligibility.packs.calendar import EARLIEST, LATEST, Rules
from eligibility.packs.nodes import MappingNode, Node, Scalar, SequenceNode
from eligibility.packs.shapes import Loc, fields_at, key_span, loc_of, mistakes, report, span_of, value_span
from eligibility.profile_models import profile_model
from eligibility.source import Span
from eligibility.words import Words

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORD = re.compile(rf"(?<![\w.-]){_KEY.pattern}(?=[\"']?\s{{0,8}}[:：])")
_PLAIN = {"true": True, "false": False, "null": None, "~": None, "": None}
_OWN_KEYS = frozenset({"id", "as_of", "household", "members"})
_SEVERAL = Words(
    "多份档案一行一份（JSON Lines），或用 `---` 隔开",
    "of several profiles each is a line (JSON Lines), or `---` parts them",
)
_ONCE = Words("同一人只列一次，或更正号码", "list each person once, or correct the number")
_NO_ID = Words("档案没有写 `id`，用了文件名；请写上", "this one states no `id`, so it has the file's name: state one")


@dataclass(frozen=True)
class Profile:
    """What is known of one household.

    Args:
        id: the profile's id, else its file's stem.
        as_of: the day on which its facts hold, if it says.
        household: the household's known facts by name; money in fen.
        members: each member's known facts, the `id` among them, as listed.
        notes: what a reader should know although it is no error (a county that the pack does not list).
        taken: what a form says in other words than a profile would, and what it was taken for (MEANING M16).
    """

    id: str
    as_of: date | None
    household: Mapping[str, Any]
    members: tuple[Mapping[str, Any], ...]
    notes: tuple[Words, ...] = ()
    taken: tuple[Taken, ...] = ()


class Bare(str):
    """A scalar written without quotes that is neither boolean nor whole number."""

    __slots__ = ()


def show_words(span: Span, rules: Rules) -> None:
    """Lets the keys of the vocabulary be read in excerpts of a text that has no nodes, because it is not well formed."""
    words = _OWN_KEYS | rules.pack.contents.schema.facts.keys()
    for found in _WORD.finditer(span.source.text, span.start, span.end):
        if found[0] in words:
            span.source.shown.add(found.span())


class Reader:
    """Reads one profile from its node.

    Args:
        rules: whose vocabulary the profile speaks; their day counts where the profile states none.
        node: the profile.
        problems: grows by what is wrong.
        taken: the ids of other households, and where they stand; it grows by this one's.
    """

    def __init__(self, rules: Rules, node: Node, problems: Problems, taken: dict[str, Span] | None = None) -> None:
        """Lets the keys of the profile be read in excerpts."""
        self.taken = {} if taken is None else taken
        self.rules = rules
        self.node = node
        self.problems = problems
        self.schema = rules.pack.contents.schema
        self.model: type[BaseModel] = profile_model(rules.pack)
        self.show_keys(node)

    def show_keys(self, node: Node) -> None:
        """Lets keys be read in excerpts: they are words of the vocabulary, values are not.

        Inside braces a comma makes a key of the rest of a value; what no colon follows stays hidden.
        """
        if isinstance(node, MappingNode):
            for key, value in node.entries:
                span = key.span
                if _KEY.fullmatch(key.text) and span.source.text[span.end : span.end + 8].lstrip().startswith(":"):
                    span.source.shown.add((span.start, span.end))
                self.show_keys(value)
        elif isinstance(node, SequenceNode):
            for item in node.items:
                self.show_keys(item)

    def profile(self, fallback: str) -> Profile | None:
        """Returns the profile, or None after noting what is wrong."""
        if not isinstance(self.node, MappingNode):
            items = self.node.items if isinstance(self.node, SequenceNode) else ()
            several = _SEVERAL if any(isinstance(each, MappingNode) and each.get("members") for each in items) else None
            self.problems.add(
                span_of(self.node), "档案应是映射（键: 值）", "a profile is a mapping (key: value)", several
            )
            return None
        read, wrong = self.typed()
        if read is None:
            return None
        id = self.id(getattr(read, "id", None), fallback, wrong)
        household = _known(getattr(read, "household", None))
        members = [_known(each) for each in getattr(read, "members", None) or ()]
        as_of: date | None = getattr(read, "as_of", None)
        self.ids(members, wrong)
        self.numbers(members)
        if as_of is not None and not EARLIEST <= as_of <= LATEST:
            zh, en = f"日期要在 {EARLIEST} 与 {LATEST} 之间", f"the day lies between {EARLIEST} and {LATEST}"
            self.problems.add(value_span(self.node, ("as_of",)), zh, en)
            return None
        if ("as_of",) not in wrong:
            day = self.rules.pack.on(as_of) if as_of is not None else self.rules
            # Two members with one id would be taken for one; here their places tell them apart.
            apart = [{**member, "id": str(index)} for index, member in enumerate(members)]
            for each in contradictions(day, household, apart):
                self.contradiction(each)
        if self.problems.found:
            return None
        return Profile(id, as_of, household, tuple(members), tuple(self.unlisted(household, members)))

    def typed(self) -> tuple[BaseModel | None, set[Loc]]:
        """Returns the profile without the values that are wrong, and where those stand, each of them noted."""
        try:
            return self.model.model_validate(_data(self.node)), set()
        except ValidationError as error:
            for each in mistakes(self.node, error):
                self.wrong(each)
            wrong = {loc_of(each) for each in error.errors(include_url=False, include_input=False)}
        tree = _data(self.node)
        for loc in wrong:
            _leave_out(tree, loc)
        try:
            return self.model.model_validate(tree), wrong
        except ValidationError:
            return None, wrong

    def wrong(self, error: Any) -> None:  # noqa: ANN401 - pydantic's own dict
        """Notes a value or a field that is wrong; a word that may be a value is not repeated."""
        loc = loc_of(error)
        if error["type"] != "extra_forbidden":
            report(self.model, self.node, error, self.problems)
            return
        name, span = str(loc[-1]), key_span(self.node, loc)
        readable = not span.source.private or (span.start, span.end) in span.source.shown
        shown = name if readable else "…"
        zh, en = f"这里没有 `{shown}` 这一项", f"there is no field `{shown}` here"
        self.problems.add(span, zh, en, self.meant(name, loc) if readable else None)

    def meant(self, name: str, loc: Loc) -> Words | None:
        """Returns where a fact belongs that stands with the wrong owner, or the nearest name."""
        fact = self.schema.facts.get(name)
        if fact is not None and fact.owner == "person":
            return Words("这是成员的事实，写在 `members` 里", "this is a fact of a member: it stands in `members`")
        if fact is not None:
            return Words(
                "这是家庭的事实，写在 `household` 里", "this is a fact of the household: it stands in `household`"
            )
        return did_you_mean(name, fields_at(self.model, loc[:-1])) if _KEY.fullmatch(name) else None

    def id(self, stated: str | None, fallback: str, wrong: set[Loc]) -> str:
        """Returns the household's id; one in the wrong form, or that another household has, is noted."""
        # A file that is named after a person does not put the resident number on every page.
        id = unicodedata.normalize("NFC", without_numbers(fallback) if stated is None else stated)
        if ("id",) in wrong:
            return id
        if stated is not None and (wrong_form := unfit(id)):
            self.bad_id(("id",), wrong_form)
            return id
        span = span_of(self.node) if stated is None else value_span(self.node, ("id",))
        if id in self.taken:
            zh, en = "两份档案的标识相同", "two profiles have the same id"
            self.problems.add(span, zh, en, _NO_ID if stated is None else None, self.taken[id])
        self.taken.setdefault(id, span)
        return id

    def ids(self, members: list[dict[str, Any]], wrong: set[Loc]) -> None:
        """Normalises the members' ids; forms that are wrong, reserved or used twice are noted."""
        seen: dict[str, int] = {}
        for index, member in enumerate(members):
            loc: Loc = ("members", index, "id")
            id = member["id"] = unicodedata.normalize("NFC", member["id"])
            if loc in wrong:
                continue
            if wrong_form := unfit(id, member=True):
                self.bad_id(loc, wrong_form)
            elif id in seen:
                also = value_span(self.node, ("members", seen[id], "id"))
                self.problems.add(
                    value_span(self.node, loc), "两名成员的标识相同", "two members have the same id", also=also
                )
            seen.setdefault(id, index)

    def numbers(self, members: Sequence[Mapping[str, Any]]) -> None:
        """Notes two members with one resident number: somebody is listed twice, or a number is wrong."""
        seen: dict[str, int] = {}
        for index, number in enumerate(member.get("resident_id") for member in members):
            if number is not None and seen.setdefault(number, index) != index:
                here, also = (value_span(self.node, ("members", each, "resident_id")) for each in (index, seen[number]))
                zh, en = "两名成员的公民身份号码相同", "two members have the same resident number"
                self.problems.add(here, zh, en, _ONCE, also)

    def bad_id(self, loc: Loc, why: tuple[Words, Words | None]) -> None:
        """Notes an id that cannot be one."""
        self.problems.add(value_span(self.node, loc), why[0].zh, why[0].en, why[1])

    def contradiction(self, found: Contradiction) -> None:
        """Notes what cannot both be so, at the fact itself, with the place of the other."""
        also = self.where(found.against) if found.against is not None else None
        span = self.where((found.subject, found.fact))
        self.problems.add(span, found.message.zh, found.message.en, found.advice, also)

    def where(self, stated: Stated) -> Span:
        """Returns where a fact is stated."""
        index, name = stated
        base: Loc = ("household",) if index is None else ("members", index)
        return key_span(self.node, (*base, name))

    def unlisted(self, household: Mapping[str, Any], members: Sequence[Mapping[str, Any]]) -> Iterator[Words]:
        """Yields a note on every county fact of a listed province whose county the pack does not list, once for all."""
        places = self.rules.pack.contents.places
        counties = [fact.name for fact in self.schema.facts.values() if (fact.type, fact.level) == ("place", "county")]
        owners = [("household", household), *((str(each["id"]), each) for each in members)]
        for name in counties:
            whose = [who for who, facts in owners if (code := facts.get(name)) and self.elsewhere(code, places)]
            if whose:
                zh = f"`{name}`（{'、'.join(whose)}）：规则包没有列出这个县区，按未列出的地方处理"
                en = "the pack does not list this county; what it holds for counties is unknown here"
                yield Words(zh, f"`{name}` ({', '.join(whose)}): {en}")

    @staticmethod
    def elsewhere(code: str, places: Mapping[str, Words]) -> bool:
        """Returns whether a county is not listed although its province is."""
        return code not in places and code[:2] in places


def _known(read: BaseModel | None) -> dict[str, Any]:
    """Returns the facts of a model that are known."""
    if read is None:
        return {}
    values = ((name, getattr(read, name)) for name in type(read).model_fields)
    return {name: value for name, value in values if value is not None}


def _data(node: Node) -> Any:  # noqa: ANN401 - what pydantic reads
    """Returns plain data: a scalar without quotes may be a boolean, a whole number or nothing; all else is text."""
    if isinstance(node, Scalar):
        if not node.plain:
            return node.text
        if node.text in _PLAIN:
            return _PLAIN[node.text]
        return int(node.text) if _WHOLE.fullmatch(node.text) else Bare(node.text)
    if isinstance(node, MappingNode):
        return {key.text: _data(value) for key, value in node.entries}
    return [_data(item) for item in node.items]


def _leave_out(tree: Any, loc: Loc) -> None:  # noqa: ANN401 - plain data
    """Takes a value that is wrong out of a profile; a member without an id gets one that no profile can state."""
    if len(loc) > 1 and isinstance(loc[-1], int) and loc[-2] != "members":
        loc = loc[:-1]
    for step in loc[:-1]:
        fits = isinstance(tree, dict) if isinstance(step, str) else isinstance(tree, list)
        tree = tree[step] if fits and (isinstance(step, int) or step in tree) else None
    if isinstance(tree, dict) and len(loc) > 1 and loc[-1] == "id":
        tree["id"] = f" {loc[-2]}"
    elif isinstance(tree, dict) and loc:
        tree.pop(loc[-1], None)
