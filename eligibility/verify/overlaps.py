"""Entitlements whose people all have another one too: found by the solver, refuted most often by a household that is at hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

from eligibility.solver.logic import Given, holds, no, unknowns
from eligibility.solver.proving import Question
from eligibility.targets.smt import Asked
from eligibility.verify.lawful import Law
from eligibility.verify.proof import Found
from eligibility.verify.sharing import Reading, reading
from eligibility.words import Words

Pairs = dict[tuple[Reading, Reading], bool]


def inside(law: Law, ids: Sequence[str], known: Pairs | None = None) -> Iterator[Found]:
    """Yields, as information, which entitlement's people are all eligible for another one as well.

    Args:
        law: of the day.
        ids: of the entitlements that are compared.
        known: of which laws of two entitlements it is known whether one lies inside the other; it grows.
    """
    known = {} if known is None else known
    contents = law.rules.pack.contents.entitlements
    asked = {id: law.ask(id) for id in ids}
    some = {id: each for id, each in asked.items() if each.eligible is not False and not _everybody(law, each)}
    pool = {subject: list(_pool(law, some, subject)) for subject in ("person", "household", "deceased")}
    questions: dict[str, Question] = {}
    for one, other in permutations(some, 2):
        kind = contents[one].subject
        if kind != contents[other].subject or other in contents[one].requires:
            continue
        key = reading(law.rules, one), reading(law.rules, other)
        if key not in known:
            first, second = asked[one].eligible, asked[other].eligible
            known[key] = False
            if not any(holds(first, given) and not holds(second, given) for given in pool[kind]):
                question = questions.setdefault(one, law.question(first))
                known[key] = question.model() is not None and question.model(no(second)) is None
        if known[key]:
            label = contents[other].label
            said = Words(f"凡符合的也都符合“{label.zh}”（{other}）", f"all who are eligible are eligible for {label.en} ({other}) too")
            yield Found("inside", f"{one}/{other}", said, one, "information")


def _everybody(law: Law, asked: Asked) -> bool:
    return law.model(asked.subject, no(asked.eligible)) is None


def _pool(law: Law, asked: dict[str, Asked], subject: str) -> Iterator[Given]:
    """Yields for each entitlement somebody who is eligible, of whom everything is known that any of them reads."""
    among = [each for each in asked.values() if each.rule.entitlement.subject == subject]
    question: Question = law.question()
    question.reach([each.eligible for each in among])
    for each in among:
        given = question.model(each.eligible)
        if given is not None and all(one in given for other in among for one in unknowns(other.eligible)):
            yield given
