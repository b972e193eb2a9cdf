"""Refinement: what is settled of a household of which only some is known stays so, whatever else is found out."""

from __future__ import annotations

from collections.abc import Iterator

from eligibility.solver.logic import every
from eligibility.solver.views import Partly
from eligibility.verify.lawful import Law
from eligibility.verify.others import as_held
from eligibility.verify.proof import Found
from eligibility.words import Words


def refinement(law: Law, id: str) -> Iterator[Found]:
    """Yields that a partly known household is settled one way and a completion of it the other way."""
    whole = as_held(law.world(id))
    asked, key = whole.ask(id), ("partly", whole.dead)
    if key not in law.ground.memo:
        law.ground.memo[key] = Partly(whole)
    partly: Partly = law.ground.memo[key]
    less = partly.ask(id)
    for known, found in ((less.eligible, asked.ineligible), (less.ineligible, asked.eligible)):
        if law.model(every(known, found)) is not None:
            said = Words("知道得更多，已定的结果会反过来", "a settled answer turns round when more is known")
            yield Found("refinement", id, said, id)
            return
