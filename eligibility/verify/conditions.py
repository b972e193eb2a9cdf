"""Criteria that are never met, always met, or met by everybody who meets the others: each a proof over all households."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eligibility.ruled import Part
from eligibility.solver.joining import denied
from eligibility.solver.logic import Formula, no
from eligibility.solver.proving import Question
from eligibility.solver.values import Truth
from eligibility.targets.smt import Asked
from eligibility.verify.lawful import Law, held, looks_at_places, own
from eligibility.verify.proof import Found
from eligibility.words import Words


def dead(law: Law, id: str) -> Iterator[Found]:
    """Yields criteria that nobody can meet, exclusions that nobody can fall under, and an entitlement that everybody is refused."""
    asked = law.ask(id)
    lone = False
    for _, part, truth in own(asked):
        if not any(part.reads.names()):
            continue
        if law.model(asked.subject, _possible(law, part, denied(truth) if part.exclusion else truth)) is None:
            lone |= not part.exclusion
            yield Found("dead", f"{id}/{part.id}", _named(part, "永远不成立", "can never be true"), id)
    passing = [(part, _possible(law, part, truth)) for part, truth in held(asked)]
    if not lone and law.model(asked.subject, *(formula for _, formula in passing)) is None:
        clash = _clash(law.question(asked.subject), passing)
        zh, en = "、".join(each.id for each in clash), ", ".join(each.id for each in clash)
        if len(clash) == 1:
            zh, en = f"{zh} 单独就永远不能满足", f"{en} alone can never hold"
        else:
            zh, en = f"{zh} 不能同时满足", f"{en} cannot go together"
        said = Words(f"没有人能符合：{zh}", f"nobody can be eligible: {en}")
        yield Found("dead", id, said, id)


def _possible(law: Law, part: Part, truth: Truth) -> Formula:
    """Returns whether something can come out true: surely, or as far as the solver knows of texts, lists and attributes of places."""
    facts = law.rules.pack.contents.schema.facts
    opaque = part.expr is None or any(facts[name].type in {"text", "set"} for name in part.reads.names())
    opaque |= part.expr is not None and looks_at_places(part.expr, law.rules)
    return no(truth.no) if opaque else truth.yes


def always(law: Law, id: str) -> Iterator[Found]:
    """Yields criteria that every household meets; one that reads no fact says on purpose that all do."""
    asked = law.ask(id)
    for _, part, truth in own(asked):
        if any(part.reads.names()) and not part.exclusion and law.model(asked.subject, no(truth.yes)) is None:
            yield Found("always", f"{id}/{part.id}", _named(part, "永远成立", "is always true"), id)


def redundant(law: Law, id: str) -> Iterator[Found]:
    """Yields criteria and exclusions without which the same people would be eligible."""
    asked = law.ask(id)
    every = held(asked)
    if len(every) < 2 or law.model(asked.eligible) is None:  # noqa: PLR2004 - nothing else implies it
        return
    for at, part, truth in own(asked):
        others = [(other, each.yes) for index, (other, each) in enumerate(every) if index != at]
        if not any(part.reads.names()) or _alone(law, asked, part, truth):
            continue
        question = law.question(asked.subject, no(truth.yes))
        if question.model(*(formula for _, formula in others)) is None:
            implying = _clash(question, others)
            zh, en = "、".join(each.id for each in implying), ", ".join(each.id for each in implying)
            said = _named(part, f"多余：由 {zh} 已能得出", f"is redundant: it follows from {en}")
            yield Found("redundant", f"{id}/{part.id}", said, id)


def _alone(law: Law, asked: Asked, part: Part, truth: Truth) -> bool:
    """Returns whether a part is met by everybody without the others, which `always` and `dead` say."""
    del part
    return law.model(asked.subject, no(truth.yes)) is None


def _clash(question: Question, parts: Sequence[tuple[Part, Formula]]) -> list[Part]:
    """Returns few of several conditions that cannot hold together: none of them can be left out."""
    kept = list(parts)
    for each in parts:
        fewer = [other for other in kept if other is not each]
        if question.model(*(formula for _, formula in fewer)) is None:
            kept = fewer
    return [part for part, _ in kept]


def _named(part: Part, zh: str, en: str) -> Words:
    kind = Words("排除情形", "the exclusion") if part.exclusion else Words("条件", "the criterion")
    return Words(f"{kind.zh} {part.id}（{part.label.zh}）{zh}", f"{kind.en} {part.id} ({part.label.en}) {en}")
