"""Laws of whoever is eligible: what the pack declares of them holds, and their amounts are neither below zero nor above the cap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eligibility import ir
from eligibility.answer import Answer
from eligibility.checker import check
from eligibility.errors import Problems
from eligibility.evaluate import closure
from eligibility.ir import Expr
from eligibility.money import spoken, yuan
from eligibility.packs.calendar import Rules
from eligibility.printer import to_text
from eligibility.ruled import ruled
from eligibility.situation import NOBODY
from eligibility.testing.asked import answered
from eligibility.testing.breach import AS_IS, Breach, Kept, said
from eligibility.testing.searching import Scope, Trial
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


def without(scope: Scope, id: str, _: Rules) -> list[list[Expr]]:
    """Returns where whoever is eligible would not be what is declared."""
    found: list[list[Expr]] = [[]]
    return found + [[ir.Not(condition.expr)] for condition in scope.declared.file.implies[id]]


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


def odd(scope: Scope, id: str, rules: Rules) -> list[list[Expr]]:
    """Returns where whoever is eligible would get less than nothing, or more than the cap."""
    found: list[list[Expr]] = [[]]
    if rules.ruling(id) is None:
        return found
    cap, names = scope.declared.file.caps.get(id), rules.pack.contents.names
    for when, amount in ruled(rules, id).tiers:
        limits = [] if check(amount, names, Problems()).low >= 0 else [ir.Compare("<", amount, ir.Literal(0))]
        limits += [] if cap is None else [ir.Compare(">", amount, ir.Literal(cap))]
        found += [[limit] if when is None else [when, limit] for limit in limits]
    return found


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
