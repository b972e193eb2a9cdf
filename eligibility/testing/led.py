"""How a law of one entitlement is tried: households led to where it would break, then such as Hypothesis draws."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from hypothesis import strategies as st

from eligibility.ir import Expr
from eligibility.packs.calendar import Rules
from eligibility.profile import Profile
from eligibility.testing.breach import Breach
from eligibility.testing.entitling import entitling
from eligibility.testing.searching import Look, Scope, Trial, broken, least, trials
from eligibility.testing.strategies import draw_profile, entitled

TIMES = 4
"""How many households are led to one place on one day."""
MOST_AGAIN = 100
"""How many are drawn to find a smaller household than one that was led."""
_KNOWN = (1.0, 0.3, 0.7, 1.0)

Leads = Callable[[Rules], Sequence[Sequence[Expr]]]
"""Gives, for a day, the conditions that hold beside being eligible where a law would break, one set after another."""


def anywhere(_: Rules) -> Sequence[Sequence[Expr]]:
    """Leads nowhere: being eligible is all there is to it."""
    return ((),)


def tried(scope: Scope, id: str, look: Look, leads: Leads = anywhere) -> Iterator[Breach]:
    """Yields the first household found that breaks a law, as small as can be, if there is one.

    Args:
        scope: on what the law is tried.
        id: of the entitlement that somebody is eligible for.
        look: yields how a trial breaks the law.
        leads: where it would break.
    """
    led = next(_led(scope, id, look, leads), None)
    # What was led there is rarely as small as what Hypothesis makes of its own finds.
    examples = scope.share if led is None else max(scope.share, MOST_AGAIN)
    found = broken(trials(scope.laws(), partial(_either, id, leads)), look, examples)
    if found is not None or led is not None:
        yield found or led  # type: ignore[misc]  # one of them is there


def _led(scope: Scope, id: str, look: Look, leads: Leads) -> Iterator[Breach]:
    """Yields what breaks a law among a few households that are led to each place, always the same ones."""
    for rules in scope.laws():
        source = random.Random(f"{rules.day} {id}")  # noqa: S311 - tests need no secrets
        places = [found for also in leads(rules) if (found := entitling(rules, id, also)) is not None]
        for limits, aim in ((limits, aim) for limits, at in places for aim in at):
            for known in _KNOWN[:TIMES]:
                trial = Trial(rules, draw_profile(source, limits, known, aim))
                yield from (least(trial, breach, look) for breach in look(trial))


def _either(id: str, leads: Leads, rules: Rules) -> st.SearchStrategy[Profile] | None:
    """Returns households that are eligible in one of several ways, where there are any."""
    made = [found for also in leads(rules) if (found := entitled(rules, id, also)) is not None]
    return st.one_of(*made) if made else None
