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

Pair = tuple[str, str]
Pairs = dict[tuple[Reading, Reading], bool]
"""By what two entitlements read of the law, whether the people of the first all have the second."""


def inside(law: Law, ids: Sequence[str], known: Pairs | None = None) -> Iterator[Found]:
    """Yields, as information, which entitlement's people are all eligible for another one as well.

    Args:
        law: of the day.
        ids: of the entitlements that are compared.
        known: of which laws of two entitlements it is known whether one lies inside the other; it grows.
    """
    known = {} if known is None else known
    contents = law.rules.pack.contents.entitlements
    pairs = {
        (one, other): (reading(law.rules, one), reading(law.rules, other))
        for one, other in permutations(ids, 2)
        if contents[one].subject == contents[other].subject and other not in contents[one].requires
    }
    waiting = [pair for pair, key in pairs.items() if key not in known]
    for pair, within in _settled(law, waiting):
        known[pairs[pair]] = within
    for (one, other), key in pairs.items():
        if known[key]:
            label = contents[other].label
            zh, en = (
                f"凡符合的也都符合“{label.zh}”（{other}）",
                f"all who are eligible are eligible for {label.en} ({other}) too",
            )
            yield Found("inside", f"{one}/{other}", Words(zh, en), one, "information")


def _settled(law: Law, pairs: Sequence[Pair]) -> Iterator[tuple[Pair, bool]]:
    """Yields of each pair whether the first lies inside the second; what everybody or nobody has is left out."""
    asked = {id: law.ask(id) for id in dict.fromkeys(id for pair in pairs for id in pair)}
    some = {id: each for id, each in asked.items() if each.eligible is not False and not _everybody(law, each)}
    pool = {subject: list(_pool(law, some, subject)) for subject in ("person", "household", "deceased")}
    questions: dict[str, Question] = {}
    for one, other in pairs:
        within = False
        if one in some and other in some:
            first, second = asked[one].eligible, asked[other].eligible
            apart = pool[some[one].rule.entitlement.subject]
            if not any(holds(first, given) and not holds(second, given) for given in apart):
                question = questions.setdefault(one, law.question(first))
                within = question.model() is not None and question.model(no(second)) is None
        yield (one, other), within


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
