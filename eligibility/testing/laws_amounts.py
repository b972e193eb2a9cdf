"""Laws of whoever is eligible: what the pack declares of them holds, and their amounts are neither below zero nor above the cap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

from eligibility import ir
from eligibility.answer import Answer
from eligibility.evaluate import closure
from eligibility.ir import Expr
from eligibility.money import spoken, yuan
from eligibility.packs.calendar import Rules
from eligibility.printer import to_text
from eligibility.profile import Profile
from eligibility.ruled import ruled
from eligibility.situation import NOBODY
from eligibility.testing.asked import answered
from eligibility.testing.breach import AS_IS, Breach, Kept, said
from eligibility.testing.searching import Scope, Trial
from eligibility.testing.strategies import entitled
from eligibility.words import Words

IMPLIES = Words("符合的人都满足规则包声明的条件", "whoever is eligible is what the pack declares")
AMOUNTS = Words("金额不为负，也不超过声明的上限", "amounts are not below zero and not above the cap declared")


def implies(scope: Scope, id: str, trial: Trial) -> Iterator[Breach]:
    """Yields who is eligible without what is declared of the eligible being so, or being known to be so."""
    conditions = scope.declared.file.implies[id]
    for claim, one in _eligible(id, trial):
        for condition in conditions:
            value = closure(condition.expr, trial.rules)(one.situation, one.own, NOBODY)
            if value is not True:
                text, stands = to_text(condition.expr), Words("不成立", "is not so")
                stands = stands if value is False else Words("不知道是否成立", "is not known to be so")
                note = Words(f"声明的条件 `{text}` {stands.zh}", f"what is declared, `{text}`, {stands.en}")
                outcome = "ineligible" if value is False else "undetermined"
                yield _breach("implies", IMPLIES, trial, (claim, one), {"outcome": outcome}, note)


def without(scope: Scope, id: str, rules: Rules) -> st.SearchStrategy[Profile] | None:
    """Returns households that are eligible, and such as are not what is declared of them, where that can be found."""
    conditions = scope.declared.file.implies[id]
    return _either(rules, id, [[], *([ir.Not(condition.expr)] for condition in conditions)])


def amounts(scope: Scope, id: str, trial: Trial) -> Iterator[Breach]:
    """Yields amounts below zero, and those above the cap that is declared."""
    cap = scope.declared.file.caps.get(id)
    for claim, one in _eligible(id, trial):
        value, per = one.tier()[0], one.ruled.per or ""
        wanted: dict[str, Any] = {"outcome": "eligible"}
        if value is not None and value < 0:
            told = [spoken(yuan(int(value)), per, lang) for lang in ("zh", "en")]
            note = Words(f"算出{told[0]}", f"it comes to {told[1]}")
            yield _breach("amounts", AMOUNTS, trial, (claim, one), wanted | {"amount": "0"}, note)
        elif value is not None and cap is not None and value > cap:
            told = [spoken(yuan(cap), per, lang) for lang in ("zh", "en")]
            note = Words(f"声明的上限是{told[0]}", f"the cap declared is {told[1]}")
            yield _breach("amounts", AMOUNTS, trial, (claim, one), wanted | {"amount": yuan(cap)}, note)


def paid(scope: Scope, id: str, rules: Rules) -> st.SearchStrategy[Profile] | None:
    """Returns households that are eligible, and such as get less than nothing or more than the cap, where that can be found."""
    if rules.ruling(id) is None:
        return None
    cap = scope.declared.file.caps.get(id)
    odd: list[list[Expr]] = [[]]
    for when, amount in ruled(rules, id).tiers:
        limits = [ir.Compare("<", amount, ir.Literal(0))]
        limits += [] if cap is None else [ir.Compare(">", amount, ir.Literal(cap))]
        odd += [[limit] if when is None else [when, limit] for limit in limits]
    return _either(rules, id, odd)


def _either(rules: Rules, id: str, several: Sequence[Sequence[Expr]]) -> st.SearchStrategy[Profile] | None:
    """Returns households that are eligible with one of several sets of conditions."""
    made = [found for also in several if (found := entitled(rules, id, also)) is not None]
    return st.one_of(*made) if made else None


def _eligible(id: str, trial: Trial) -> Iterator[tuple[tuple[str, str], Answer]]:
    for claim, one in answered(trial.rules, trial.profile, (id,)).items():
        if one.outcome == "eligible":
            yield claim, one


def _breach(
    law: str, label: Words, trial: Trial, found: tuple[tuple[str, str], Answer], wanted: dict[str, Any], note: Words
) -> Breach:
    claim, one = found
    keep = Kept(trial.rules, trial.profile, {claim[1]: wanted})
    return Breach(law, label, *claim, trial.rules, trial.profile, ((AS_IS, said(one)),), keep, note)
