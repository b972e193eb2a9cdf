"""Amounts that somebody eligible would not understand: in no tier, in two at once, in no row of a table, or below zero."""

from __future__ import annotations

import random
from collections.abc import Iterator

from eligibility import ir
from eligibility.checker import check
from eligibility.derived import contradictions
from eligibility.errors import Problem, Problems
from eligibility.evaluate import closure, figure_entry
from eligibility.ruled import Ruled
from eligibility.situation import NOBODY, Closure, Facts, Situation
from eligibility.testing.households import qualifying
from eligibility.words import Words

_GAP = Words("有人符合条件，却不在任何一档", "somebody eligible is in no tier")
_TWICE = Words("有人同时在两档里，只按前一档算", "somebody is in two tiers at once, and only the first counts")
_NEGATIVE = Words("有人符合条件，金额却不足零", "somebody eligible gets an amount below zero")
_ADVICE = Words("写成 `max(…, 0)`，或写清什么时候不给", "write `max(…, 0)`, or say when nothing is given")


def amounts(rule: Ruled, source: random.Random) -> Iterator[Problem]:
    """Yields what is odd in the tiers and the amounts of an entitlement, where somebody whom nothing refuses it shows it."""
    tiers, names = rule.tiers, rule.rules.pack.contents.names
    tables = [each for each in rule.amount_reads.figures.values() if rule.rules.state.figures[each.name].series.rows]
    if len(tiers) <= 1 and not tables and all(check(amount, names, Problems()).low >= 0 for _, amount in tiers):
        return
    asks = [(closure(when, rule.rules) if when else None, closure(amount, rule.rules)) for when, amount in tiers]
    rows: dict[ir.Figure, bool] = {}
    found: dict[Problem, None] = {}
    for situation, own in qualifying(rule, [expr for pair in tiers for expr in pair if expr is not None], source):
        for table in tables:
            entry, keys = figure_entry(table, rule.rules)(situation, own, NOBODY)
            if entry is not None and entry.rows and None not in keys:
                rows[table] = rows.get(table, False) or entry.at(keys) is not None
        held = [True if when is None else when(situation, own, NOBODY) for when, _ in asks]
        odd = [each for each in _odd(rule, held, [amount for _, amount in asks], situation, own) if each not in found]
        if odd and not any(contradictions(rule.rules, situation.household, situation.members)):
            found.update(dict.fromkeys(odd))
    yield from found
    for table in (each for each, reached in rows.items() if not reached):
        zh, en = f"符合条件的人都不在 `{table.name}` 的任何一行", f"nobody eligible is in any row of `{table.name}`"
        yield Problem(Words(zh, en), table.span)


def _odd(
    rule: Ruled, held: list[bool | None], amounts: list[Closure], situation: Situation, own: Facts
) -> Iterator[Problem]:
    """Yields what is odd for one subject, given which tiers hold."""
    last = rule.tiers[-1]
    first = next((at for at, each in enumerate(held) if each is not False), None)
    if first is None:
        yield Problem(_GAP, last[1].span)
    elif held[first] is True and (amounts[first](situation, own, NOBODY) or 0) < 0:
        yield Problem(_NEGATIVE, rule.tiers[first][1].span, _ADVICE)
    if held[:-1].count(True) + (held[-1] is True and last[0] is not None) > 1:
        yield Problem(_TWICE, last[1].span)
