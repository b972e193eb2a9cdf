"""What an event states: facts of the household and of members as a small profile, and what it lets be forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from eligibility.errors import EventError, Problems
from eligibility.events import DAY, KINDS, TO, Event
from eligibility.packs.calendar import Rules
from eligibility.packs.nodes import MappingNode, Node, Scalar, SequenceNode
from eligibility.profile_reader import Reader
from eligibility.schema import Fact, Schema
from eligibility.source import Passage, Span
from eligibility.words import Words

HOUSEHOLD = "household"
_ENDS = {"guarantee_granted": frozenset(KINDS["guarantee_withdrawn"].sets.values())}
"""By kind of event, what it cannot bring, since another kind says that it ended."""
Stated = Mapping[str, Any]
"""Facts by name; None is what is no longer known."""


@dataclass(frozen=True, slots=True)
class Patch:
    """What an event states.

    Args:
        household: facts of the household.
        members: facts of members, by their id.
        forgets: by owner, a member's id or `household`, facts that nobody may take to last.
        joins: the member who is new.
        leaves: the member who is no longer one.
    """

    household: Stated
    members: Mapping[str, Stated]
    forgets: Mapping[str, tuple[str, ...]]
    joins: str = ""
    leaves: str = ""


def patch(event: Event, rules: Rules) -> Patch:
    """Returns what an event states, in the vocabulary of the rules.

    Raises:
        EventError: it states what the vocabulary does not have, or what cannot be.
    """
    problems = Problems()
    maker = _Maker(event, rules.pack.contents.schema, problems)
    node = maker.node()
    found = None if problems.found else _read(Reader(rules, node, problems))
    if found is None or problems.found:
        raise EventError(problems.found)
    household, members = found
    joins = next(iter(members)) if event.get("newcomer") is not None else ""
    leaves = event.text("member") if event.kind == "member_left" else ""
    return Patch(household, members, maker.forgets(), joins, leaves)


def _read(reader: Reader) -> tuple[Stated, dict[str, Stated]] | None:
    """Returns the facts that a small profile states, what is null among them; contradictions are looked for later."""
    read, wrong = reader.typed()
    if read is None or wrong:
        return None
    members = [_said(each) for each in getattr(read, "members", None) or ()]
    reader.ids(members, wrong)
    return _said(getattr(read, HOUSEHOLD, None)), {each.pop("id"): each for each in members}


def _said(read: BaseModel | None) -> dict[str, Any]:
    return {} if read is None else {name: getattr(read, name) for name in sorted(read.model_fields_set)}


class _Maker:
    """Makes a small profile of one event, every value at its place in the line."""

    def __init__(self, event: Event, schema: Schema, problems: Problems) -> None:
        """Looks up the kind of the event."""
        self.event = event
        self.kind = KINDS[event.kind]
        self.schema = schema
        self.problems = problems
        about = event.get("newcomer") or event.get("member")
        self.of_member = about is not None

    def node(self) -> MappingNode:
        """Returns the profile."""
        event, span = self.event, self.event.node.span
        if event.kind == "facts_changed":
            parts = [(self.key(name), found) for name in (HOUSEHOLD, "members") if (found := event.get(name))]
            return MappingNode(tuple(parts), span, flow=True)
        facts = {name: (self.key(name), value) for name, value in self.sets(self.kind.sets)}
        facts |= {name: (self.key(name), value) for name, value in self.certificate()}
        for group in (event.get("newcomer"), event.get("facts")):
            entries = group.entries if isinstance(group, MappingNode) else ()
            facts |= {key.text: (key, value) for key, value in entries}
        if event.kind == "income_changed" and not any(name in self.schema.money for name in facts):
            zh, en = "没有写哪一项收入变了", "it does not say which income changed"
            self.problems.add(event.span("facts"), zh, en)
        if not self.of_member:
            home = MappingNode(tuple(facts.values()), span, flow=True)
            return MappingNode(((self.key(HOUSEHOLD), home),), span, flow=True)
        members = [self.member(event.get("member"), facts)]
        members += [
            self.member(event.get(name), dict(self.others(sets)))
            for name, sets in self.kind.also.items()
            if event.get(name)
        ]
        return MappingNode(((self.key("members"), SequenceNode(tuple(members), span, flow=True)),), span, flow=True)

    def others(self, sets: Mapping[str, str]) -> Iterator[tuple[str, tuple[Scalar, Node]]]:
        """Yields what an event sets for another member."""
        return ((name, (self.key(name), value)) for name, value in self.sets(sets))

    def member(self, who: Node | None, facts: Mapping[str, tuple[Scalar, Node]]) -> MappingNode:
        """Returns the facts of a member; a newcomer's own `id` is among them."""
        named = [(self.key("id"), who)] if who is not None else []
        return MappingNode((*named, *facts.values()), self.event.node.span, flow=True)

    def sets(self, sets: Mapping[str, str]) -> Iterator[tuple[str, Node]]:
        """Yields what a kind of event sets; a fact that the vocabulary lacks is noted."""
        for name, said in sets.items():
            if name not in self.schema.facts:
                self.lacks(name)
            elif said == TO:
                if self.event.text("to") in _ENDS.get(self.event.kind, ()):
                    zh, en = "批准的不能是这个值", "what is granted cannot be this value"
                    advice = Words("停发用 `guarantee_withdrawn`", "use `guarantee_withdrawn` where it ends")
                    self.problems.add(self.event.span("to"), zh, en, advice)
                yield name, self.event.get("to") or self.event.node
            else:
                text = self.event.day.isoformat() if said == DAY else said
                yield name, self.scalar(text, plain=said in {"true", "false"})

    def certificate(self) -> Iterator[tuple[str, Node]]:
        """Yields the fact of a certificate that was issued, upgraded or withdrawn."""
        found = self.event.get("certificate")
        if not isinstance(found, Scalar):
            return
        facts = self.schema.of("person")
        known: dict[str, Fact] = {each.name: each for each in facts if each.type == "bool" and each.name != "died"}
        if found.text in known:
            yield found.text, self.scalar("false" if self.event.kind.endswith("withdrawn") else "true", plain=True)
            return
        advice = Words("写成员的一项是非事实，如 `disability_certificate`", "name a yes-or-no fact of a member")
        zh, en = "规则包没有这样的证件", "the pack knows no such certificate"
        self.problems.add(found.span, zh, en, advice)

    def lacks(self, name: str) -> None:
        """Notes that the vocabulary of the pack is not made for this kind of event."""
        kind = self.event.kind
        advice = Words("改用 `facts_changed`", "use `facts_changed`")
        zh = f"规则包没有 `{kind}` 所设的事实 `{name}`"
        self.problems.add(self.event.span(), zh, f"the pack has no fact `{name}`, which `{kind}` sets", advice)

    def forgets(self) -> dict[str, tuple[str, ...]]:
        """Returns what a kind of event lets be forgotten, by owner."""
        found: dict[str, list[str]] = {}
        for name in self.kind.forgets:
            fact = self.schema.facts.get(name)
            if fact is not None:
                owner = self.event.text("member") if fact.owner == "person" else HOUSEHOLD
                found.setdefault(owner, []).append(name)
        return {owner: tuple(names) for owner, names in found.items()}

    def key(self, name: str) -> Scalar:
        """Returns a key that stands nowhere in the line."""
        return self.scalar(name)

    def scalar(self, text: str, *, plain: bool = False) -> Scalar:
        """Returns a word that stands nowhere in the line: what is wrong with it is shown at the kind of the event."""
        span: Span = self.event.span()
        offsets: Sequence[int] = [span.start] * (len(text) + 1)
        return Scalar(Passage(text, span.source, offsets), span, plain)
