"""Life events: what kinds there are, what each of them says, and one of them read from its line."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from eligibility.errors import EventError, Problem, Problems, Refusal, did_you_mean, one_of
from eligibility.fields import day as day_of
from eligibility.ids import is_id
from eligibility.packs import json as json_text
from eligibility.packs import yaml
from eligibility.packs.calendar import EARLIEST, LATEST
from eligibility.packs.nodes import MappingNode, Node, Scalar, SequenceNode
from eligibility.source import Source, Span
from eligibility.words import Words

MOST_BYTES = 1_000_000
"""The longest line."""
DAY, TO = "=day", "=to"
"""What stands in a table for the day of the event, and for what its field `to` says."""
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_EVENT_ID = re.compile(r"[A-Za-z0-9][-A-Za-z0-9_.:/]{0,127}")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event.

    Args:
        label: what people call it.
        needs: the fields that it must have, beside those of every event.
        may: the fields that it may have.
        sets: the facts that it sets, and to what, for the member that it is about, or for the household.
        forgets: the facts that it lets nobody take to last, unless it states them anew.
        also: by the field that names another member, the facts that it sets for them.
    """

    label: Words
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    sets: Mapping[str, str] = field(default_factory=dict)
    forgets: tuple[str, ...] = ()
    also: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


KINDS: Mapping[str, Kind] = {
    "case_opened": Kind(Words("建档", "case opened"), ("profile",)),
    "case_closed": Kind(Words("结案", "case closed")),
    "facts_changed": Kind(Words("情况变化", "facts changed"), (), ("household", "members")),
    "child_born": Kind(
        Words("新生儿", "child born"),
        ("newcomer",),
        ("mother",),
        {"birth_date": DAY},
        also={"mother": {"gave_birth": "true", "pregnant": "false"}},
    ),
    "member_joined": Kind(Words("成员加入", "member joined"), ("newcomer",)),
    "member_left": Kind(Words("成员离开", "member left"), ("member",)),
    "member_died": Kind(Words("成员去世", "member died"), ("member",), ("facts",), {"died": "true"}),
    "member_moved": Kind(Words("成员户籍迁移", "member moved"), ("member", "to"), ("facts",), {"hukou_county": TO}),
    "household_moved": Kind(Words("家庭搬迁", "household moved"), ("to",), ("facts",), {"residence_county": TO}),
    "certificate_issued": Kind(Words("发证", "certificate issued"), ("member", "certificate"), ("facts",)),
    "certificate_upgraded": Kind(Words("证件变更", "certificate upgraded"), ("member", "certificate", "facts")),
    "certificate_withdrawn": Kind(Words("证件注销", "certificate withdrawn"), ("member", "certificate"), ("facts",)),
    "job_lost": Kind(
        Words("失业", "job lost"),
        ("member",),
        ("facts",),
        {"employment": "jobless", "unemployed_since": DAY},
        ("job_loss", "monthly_income", "has_stable_job", "zero_employment"),
    ),
    "job_found": Kind(
        Words("就业", "job found"),
        ("member",),
        ("facts",),
        {"employment": "employed"},
        ("registered_unemployed", "monthly_income", "has_stable_job", "zero_employment"),
    ),
    "income_changed": Kind(Words("收入变化", "income changed"), ("facts",), ("member",)),
    "guarantee_granted": Kind(
        Words("批准低保", "minimum living guarantee granted"), ("to",), ("facts",), {"dibao": TO}
    ),
    "guarantee_withdrawn": Kind(
        Words("停发低保", "minimum living guarantee withdrawn"), (), ("facts",), {"dibao": "none"}
    ),
    "law_changed": Kind(Words("规定变化", "law changed"), (), ("pack", "local")),
}
"""Every kind of event."""

EVERY = ("id", "event", "day", "case")
"""The fields of every event; `law_changed` has no `case`."""
FORMS = {
    "profile": (MappingNode, Words("这里应是一份档案", "a profile belongs here")),
    "household": (MappingNode, Words("这里应是家庭的事实", "facts of the household belong here")),
    "members": (SequenceNode, Words("这里应是成员的列表", "a list of members belongs here")),
    "newcomer": (MappingNode, Words("这里应是新成员的 `id` 和事实", "the new member's `id` and facts belong here")),
    "facts": (MappingNode, Words("这里应是事实（名称: 值）", "facts (name: value) belong here")),
    "local": (SequenceNode, Words("这里应是文件的列表", "a list of files belongs here")),
}
"""What a field holds that is no text."""


@dataclass(frozen=True, slots=True)
class Event:
    """One life event, its form checked, its facts not read yet.

    Args:
        id: under which it counts once.
        kind: one of `KINDS`.
        case: the household; empty where the law changed.
        day: on which it happened, or became known.
        digest: over what it says, whatever the order of its fields.
        node: what it says, with places.
    """

    id: str
    kind: str
    case: str
    day: date
    digest: str
    node: MappingNode

    def get(self, name: str) -> Node | None:
        """Returns what stands in a field, or None."""
        return self.node.get(name)

    def text(self, name: str) -> str:
        """Returns the text of a field, empty where there is none."""
        found = self.node.get(name)
        return found.text if isinstance(found, Scalar) else ""

    def span(self, name: str = "event") -> Span:
        """Returns where a field stands, or else where the event begins."""
        found = self.node.get(name)
        return found.span if isinstance(found, Scalar) else (self.node.key(name) or self.node).span


class EventFormError(EventError):
    """An event that is wrong in itself.

    Args:
        problems: what is wrong.
        event: its id, where that can be read.
        digest: over what it says.
    """

    def __init__(self, problems: list[Problem], event: str = "", digest: str = "") -> None:
        """Keeps what is known of it."""
        super().__init__(problems)
        self.event = event
        self.digest = digest


def read_event(raw: bytes, name: str, number: int) -> Event:
    """Reads one line.

    Args:
        raw: the line.
        name: what the reader calls the file.
        number: of the line in it, from 1.

    Raises:
        EventFormError: it is no event.
    """
    if len(raw) > MOST_BYTES:
        span = Span(Source(name, "", private=True, first=number), 0, 0)
        raise EventFormError(
            [Problem(Words(f"这一行超过 {MOST_BYTES:,} 字节", f"this line is over {MOST_BYTES:,} bytes"), span)]
        )
    try:
        source = replace(yaml.decode(raw, name, private=True), first=number)
    except Refusal as refusal:
        raise EventFormError([_at_line(refusal.problem, number)]) from None
    documents = list(json_text.documents(source))
    wrong = [problem for each in documents for problem in each.problems]
    node = documents[0].node if documents else None
    if wrong or not isinstance(node, MappingNode):
        span = Span(source, 0, min(1, len(source.text)))
        none = Problem(Words("一行应是一个事件（JSON 对象）", "a line is one event, a JSON object"), span)
        raise EventFormError(wrong or [none])
    return _Reader(node, _digest(source.text)).event()


def _at_line(problem: Problem, number: int) -> Problem:
    if problem.span is None:
        return problem
    return replace(problem, span=replace(problem.span, source=replace(problem.span.source, first=number)))


def _digest(text: str) -> str:
    """Returns what tells two lines apart that say different things; numbers stand as they are written."""
    plain = json.dumps(json.loads(text, parse_int=str, parse_float=str), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(plain.encode()).hexdigest()


class _Reader:
    """Reads the fields of one event."""

    def __init__(self, node: MappingNode, digest: str) -> None:
        """Lets the keys that look like names be read in excerpts."""
        self.node = node
        self.digest = digest
        self.problems = Problems()
        for key, _ in node.entries:
            if _KEY.fullmatch(key.text):
                key.span.source.shown.add((key.span.start, key.span.end))

    def event(self) -> Event:
        """Returns the event; raises with everything that is wrong with its form."""
        id = self.id("id", "事件", "an event")
        kind = self.kind()
        case = "" if kind == "law_changed" else self.id("case", "家庭", "a case")
        day = self.day()
        if kind:
            self.fields(kind)
        if self.problems.found or day is None:
            raise EventFormError(self.problems.found, id, self.digest)
        return Event(id, kind, case, day, self.digest, self.node)

    def stated(self, name: str) -> Scalar | None:
        """Returns the text in a field that every event has; what is wrong with it is noted."""
        found = self.node.get(name)
        if found is None:
            self.problems.add(Span(self.node.span.source, 0, 1), f"缺少 `{name}`", f"`{name}` is missing")
        elif not isinstance(found, Scalar) or found.plain:
            self.problems.add(found.span, "这里应是引号里的文字", "a text in quotes belongs here")
        else:
            return found
        return None

    def id(self, name: str, zh: str, en: str) -> str:
        """Returns an id, empty where it is wrong."""
        found = self.stated(name)
        if found is None:
            return ""
        # The parts of an event's id between `:` and `/` are like ids of households: no resident number is among them.
        parts = re.split(r"[:/]+", found.text) if name == "id" and _EVENT_ID.fullmatch(found.text) else [found.text]
        if all(is_id(part) for part in parts if part.strip("-_.")):
            return found.text
        more, more_en = ("，事件可用 `:`、`/`", "; an event's may have `:` and `/`") if name == "id" else ("", "")
        advice = Words(
            f"英文字母、数字、汉字或 `-`、`_`、`.`{more}；不能是公民身份号码",
            f"letters, digits, Han or `-_.`{more_en}; no resident number",
        )
        self.problems.add(found.span, f"{zh}的标识不能这样写", f"the id of {en} is not written like this", advice)
        return ""

    def kind(self) -> str:
        """Returns the kind, empty where there is no such one."""
        found = self.stated("event")
        if found is None or found.text in KINDS:
            return found.text if found else ""
        advice = did_you_mean(found.text, KINDS) or one_of(list(KINDS))
        self.problems.add(found.span, "没有这一类事件", "there is no such kind of event", advice)
        return ""

    def day(self) -> date | None:
        """Returns the day."""
        found = self.stated("day")
        if found is None:
            return None
        day = day_of(found.text)
        if day is None or not EARLIEST <= day <= LATEST:
            zh, en = "日期写成 `YYYY-MM-DD`，在 1949 年到 2100 年之间", "a day is `YYYY-MM-DD`, between 1949 and 2100"
            self.problems.add(found.span, zh, en)
            return None
        return day

    def fields(self, name: str) -> None:
        """Notes fields that are missing, that the kind does not have, or that hold something else."""
        kind = KINDS[name]
        every = [each for each in EVERY if each != "case" or name != "law_changed"]
        known = [*every, *kind.needs, *kind.may]
        for key, value in self.node.entries:
            if key.text not in known:
                shown = key.text if _KEY.fullmatch(key.text) else "…"
                zh, en = f"`{name}` 没有 `{shown}` 这一项", f"`{name}` has no field `{shown}`"
                self.problems.add(key.span, zh, en, did_you_mean(key.text, known) if shown != "…" else None)
            elif key.text not in EVERY:
                self.form(key.text, value)
        for each in kind.needs:
            if self.node.get(each) is None:
                self.problems.add(self.node.get("event").span, f"缺少 `{each}`", f"`{each}` is missing")  # type: ignore[union-attr]  # the kind was read from it
        if name == "facts_changed" and not (self.node.get("household") or self.node.get("members")):
            self.problems.add(Span(self.node.span.source, 0, 1), "没有写什么变了", "it does not say what changed")

    def form(self, name: str, value: Node) -> None:
        """Notes a field that holds something else than it should."""
        if name in FORMS:
            shape, words = FORMS[name]
            if not isinstance(value, shape):
                self.problems.add(value.span, words.zh, words.en)
        elif not isinstance(value, Scalar) or value.plain:
            self.problems.add(value.span, "这里应是引号里的文字", "a text in quotes belongs here")
