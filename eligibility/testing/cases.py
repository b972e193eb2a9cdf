"""The cases beside the rules (`*.test.yaml`): ordinary profiles, each with what its screening must come to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from eligibility import speech
from eligibility.determinations import ABSENT, Determination, answer
from eligibility.errors import PackError, Problems, Refusal, did_you_mean
from eligibility.fields import AS_TEXT, Identifier, Model, Name, Text, wrong
from eligibility.leaves import HOUSEHOLD
from eligibility.money import fen
from eligibility.packs import yaml
from eligibility.packs.calendar import EARLIEST, RulePack, Rules
from eligibility.packs.nodes import MappingNode, Node, Scalar, SequenceNode, at
from eligibility.packs.shapes import key_span, read, span_of
from eligibility.profile import Profile, read_node
from eligibility.screening import screen
from eligibility.source import Source, Span
from eligibility.testing.saying import behind, decides, differs, in_fen, in_yuan, listed, named, number, paired
from eligibility.words import Words
from eligibility.worth import longest

SUFFIX = ".test.yaml"
_WHOLE = re.compile("[0-9]{1,4}")
_OWN_KEYS = ("name", "expect")
_PROFILE_KEYS = ("id", "as_of", "household", "members")


def _amount(value: Any) -> int | None:  # noqa: ANN401 - whatever stood in the file
    text = getattr(value, "text", "")
    if text in {"null", "~"}:
        return None
    try:
        return fen(text)
    except ValueError:
        raise wrong("应为金额（元）或 `null`", "an amount in yuan or `null` belongs here") from None


def _months(value: Any) -> int | None:  # noqa: ANN401 - whatever stood in the file
    text = getattr(value, "text", "")
    if text in {"null", "~"}:
        return None
    if not _WHOLE.fullmatch(text):
        raise wrong("应为月数或 `null`", "a number of months or `null` belongs here")
    return int(text)


class Expectation(Model):
    """What one subject's determination must say; what is left out is not looked at."""

    outcome: Annotated[Literal["eligible", "ineligible", "undetermined"], AS_TEXT]
    amount: Annotated[int | None, BeforeValidator(_amount)] = None
    months: Annotated[int | None, BeforeValidator(_months)] = None
    gives: dict[Name, Text] = Field(default_factory=dict)
    missing: tuple[Text, ...] = ()
    because: tuple[Text, ...] = ()
    marks: tuple[Identifier, ...] = ()


@dataclass(frozen=True)
class Case:
    """One case: a household on a day, and what one entitlement must come to.

    Args:
        name: what its author calls it.
        span: where it stands.
        entitlement: the id of what is tested.
        rules: of the case's day.
        profile: the household.
        expect: by subject; None where no determination may be.
    """

    name: str
    span: Span
    entitlement: str
    rules: Rules
    profile: Profile
    expect: Mapping[str, Expectation | None]


def case_files(folder: Path) -> list[Path]:
    """Returns the case files of a pack's folder, in order of their names."""
    return sorted(path for path in folder.rglob(f"*{SUFFIX}") if path.is_file() and not path.is_symlink())


def read_cases(pack: RulePack, path: Path, name: str | None = None) -> list[Case]:
    """Reads the cases of one file; the entitlement that they test is the file's name.

    Args:
        pack: whose rules are tested.
        path: of the file.
        name: what its reader calls the file; its path where None.

    Raises:
        OSError: the file cannot be opened.
        PackError: with every problem of the file.
    """
    problems = Problems()
    shown = name or str(path)
    entitlement = path.name.removesuffix(SUFFIX)
    if entitlement not in pack.contents.entitlements:
        zh, en = f"规则包里没有事项 `{entitlement}`", f"the pack has no entitlement `{entitlement}`"
        problems.add(Span(Source(shown, ""), 0, 0), zh, en, did_you_mean(entitlement, pack.contents.entitlements))
        raise PackError(problems.found)
    try:
        source = yaml.decode(path.read_bytes(), shown)
    except Refusal as refusal:
        raise PackError([refusal.problem]) from None
    documents = yaml.nodes(source, problems)
    if not problems.found and not (len(documents) == 1 and isinstance(documents[0], SequenceNode)):
        problems.add(Span(source, 0, 0), "这里应是案例的列表", "a list of cases belongs here")
    roots = documents[:1] if not problems.found else []
    items = [item for root in roots if isinstance(root, SequenceNode) for item in root.items]
    reader = _Reader(pack, entitlement, problems)
    cases = [case for item in items if (case := reader.case(item)) is not None]
    if problems.found:
        raise PackError(problems.found)
    return cases


class _Reader:
    """Reads the cases of one entitlement; what is wrong goes to `problems`."""

    def __init__(self, pack: RulePack, entitlement: str, problems: Problems) -> None:
        self.pack = pack
        self.entitlement = entitlement
        self.problems = problems
        self.names: dict[str, Span] = {}
        self.criteria = set(_criteria(pack, entitlement, ""))
        self.given = {each.fact for each in pack.entitlement(entitlement).gives}

    def case(self, node: Node) -> Case | None:
        """Returns one case, or None after noting what is wrong."""
        if not isinstance(node, MappingNode):
            self.problems.add(span_of(node), "案例应是映射（键: 值）", "a case is a mapping (key: value)")
            return None
        before = len(self.problems.found)
        name = self.name(node)
        expect = self.expect(node)
        self.keys(node)
        if node.get("as_of") is None:
            self.problems.add(span_of(node), "案例要写 `as_of`", "a case says `as_of`")
        inner = tuple((key, value) for key, value in node.entries if key.text in _PROFILE_KEYS)
        any_day = self.pack.on(EARLIEST)  # the vocabulary is that of every day; the facts are checked on the case's own
        profile = read_node(MappingNode(inner, node.span, node.flow), any_day, self.problems, "case")
        if profile is None or profile.as_of is None or len(self.problems.found) > before:
            return None
        self.subjects(node, profile, expect)
        return Case(name, span_of(node), self.entitlement, self.pack.on(profile.as_of), profile, expect)

    def keys(self, node: MappingNode) -> None:
        """Notes every key that neither a case nor a profile has."""
        known = (*_OWN_KEYS, *_PROFILE_KEYS)
        for key, _ in node.entries:
            if key.text not in known:
                near = did_you_mean(key.text, known)
                self.problems.add(key.span, f"没有 `{key.text}` 这一项", f"there is no field `{key.text}`", near)

    def name(self, node: MappingNode) -> str:
        """Returns the name; a missing one, or one used twice, is noted."""
        found = node.get("name")
        if not isinstance(found, Scalar) or not found.text.strip():
            self.problems.add(span_of(found or node), "案例要有 `name`", "a case has a `name`")
            return ""
        if found.text in self.names:
            also = self.names[found.text]
            self.problems.add(found.span, "两个案例同名", "two cases have the same name", also=also)
        self.names[found.text] = found.span
        return found.text

    def expect(self, node: MappingNode) -> dict[str, Expectation | None]:
        """Returns what is expected of each subject."""
        said = node.get("expect")
        if not isinstance(said, MappingNode) or not said.entries:
            zh, en = "`expect` 里要有至少一个成员或 `household`", "`expect` names at least one member or `household`"
            self.problems.add(key_span(node, ("expect",)), zh, en)
            return {}
        found: dict[str, Expectation | None] = {}
        for key, value in said.entries:
            if isinstance(value, Scalar):
                if value.text != ABSENT:
                    zh, en = "这里写 `absent` 或 `{outcome: …}`", "either `absent` or `{outcome: …}` belongs here"
                    self.problems.add(value.span, zh, en, did_you_mean(value.text, [ABSENT]))
                found[key.text] = None
            else:
                expectation = read(Expectation, value, self.problems)
                if expectation is not None:
                    self.known(value, expectation)
                    found[key.text] = expectation
        return found

    def known(self, node: Node, expectation: Expectation) -> None:
        """Notes criteria, marks and facts that do not exist: a misspelt one would never be met."""
        contents = self.pack.contents
        waits = [*contents.schema.facts, *contents.parameters, *contents.attributes]
        waits += [f"{id}.in_force" for id in contents.entitlements]
        wanted = (
            ("because", expectation.because, self.criteria, Words("条件或排除情形", "criterion or exclusion")),
            ("marks", expectation.marks, speech.MARKS, Words("标记", "mark")),
            ("missing", expectation.missing, waits, Words("事实或参数", "fact or parameter")),
            ("gives", tuple(expectation.gives), self.given, Words("给予的身份", "status that it gives,")),
        )
        for field, said, known, kind in wanted:
            for index, name in enumerate(said):
                last = name.rpartition(".")[2] if field == "missing" else name
                if name not in known and last not in known:
                    span = key_span(node, (field, name)) if field == "gives" else span_of(at(node, (field, index)))
                    zh, en = f"没有{kind.zh} `{name}`", f"there is no {kind.en} `{name}`"
                    self.problems.add(span, zh, en, did_you_mean(last, known))

    def subjects(self, node: MappingNode, profile: Profile, expect: Mapping[str, Expectation | None]) -> None:
        """Notes an expectation about somebody who is not listed."""
        ids = [HOUSEHOLD, *(str(member["id"]) for member in profile.members)]
        for subject in expect:
            if subject not in ids:
                span = key_span(node, ("expect", subject))
                zh, en = f"没有成员 `{subject}`", f"there is no member `{subject}`"
                self.problems.add(span, zh, en, did_you_mean(subject, ids))


def _criteria(pack: RulePack, id: str, prefix: str) -> Iterator[str]:
    """Yields the ids of all criteria and exclusions of an entitlement, of those that it requires too."""
    entitlement = pack.entitlement(id)
    yield f"{prefix}in_force"
    for body in entitlement.bodies():
        yield from (prefix + each.id for each in (*(body.criteria or ()), *(body.unless or ())))
    for other in entitlement.requires:
        yield from _criteria(pack, other, f"{other}/")


def run(case: Case) -> list[Words]:
    """Screens a case; returns what differs from what it expects, with the reasons that made it so."""
    screening = screen(case.rules, case.profile, [case.entitlement])
    found: list[Words] = []
    for subject, wanted in case.expect.items():
        found += _differences(subject, wanted, screening.find(case.entitlement, subject))
    return found


def _differences(subject: str, wanted: Expectation | None, got: Determination | None) -> Iterator[Words]:
    if wanted is None or got is None:
        if (wanted is None) != (got is None):
            yield differs(subject, "outcome", wanted.outcome if wanted else ABSENT, got.outcome if got else ABSENT)
        return
    decisive = tuple(each.criterion for each in got.reasons if decides(each)) if got.outcome == "ineligible" else ()
    if got.outcome != wanted.outcome:
        yield differs(subject, "outcome", wanted.outcome, got.outcome, behind(got, wanted.because))
        return
    asked = wanted.model_fields_set
    if "amount" in asked and wanted.amount != in_fen(got.amount):
        yield differs(subject, "amount", in_yuan(wanted.amount), got.amount.yuan if got.amount else "null")
    if "months" in asked and wanted.months != longest(got):
        yield differs(subject, "months", number(wanted.months), number(longest(got)))
    if "gives" in asked and wanted.gives != (given := dict(answer(got).grants())):
        yield differs(subject, "gives", paired(wanted.gives), paired(given))
    lists = (
        ("because", wanted.because, decisive),
        ("missing", wanted.missing, tuple(named(each.subject, each.name, subject) for each in got.missing)),
        ("marks", wanted.marks, got.marks),
    )
    for field, said, found in lists:
        if field in asked and set(said) != set(found):
            changed = set(said) ^ set(found)
            reasons = [each for each in got.reasons if field == "because" and each.criterion in changed]
            yield differs(subject, field, listed(said), listed(found), reasons)
