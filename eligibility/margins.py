"""The smallest reasons in words: each comparison with the actual value, the limit, and how far they are apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from eligibility import ir, speech
from eligibility.branches import Conditions
from eligibility.checker import check
from eligibility.errors import Problems
from eligibility.ir import Type
from eligibility.money import plain, yuan
from eligibility.page import Branch
from eligibility.smallest import Comparison, Smallest, smallest
from eligibility.trace import Trace, trace

MOST_SHOWN = 10
"""How many sets are told before the rest are only counted."""


def reasons(conditions: Conditions) -> Iterator[Branch]:
    """Yields the smallest sets that decide an answer, each with its comparisons; nothing where it is open.

    Args:
        conditions: tells those of the answer; what they have told already is not opened again.
    """
    found = smallest(conditions.answer)
    if not found.sets:
        return
    say = conditions.say
    sets = [tuple(_lines(each, conditions)) for each in found.sets[:MOST_SHOWN]]
    if conditions.answer.outcome == "eligible":
        yield Branch(say("仅凭这些事实就能判定", "these facts alone decide it"), "", sets[0])
        return
    if len(found.sets) == 1:
        yield Branch(say("仅凭这一组就不符合", "this alone refuses it"), "", sets[0])
        return
    count = len(found.sets)
    total = say(f"共 {count} 组", f"{count} in all") if found.whole else say(f"至少 {count} 组", f"at least {count}")
    shown = say(f"，列出 {MOST_SHOWN} 组", f", {MOST_SHOWN} are shown") if count > MOST_SHOWN else ""
    head = say(f"仅凭以下任何一组就不符合（{total}{shown}）", f"each of these alone refuses it ({total}{shown})")
    together = say("以下合在一起", "these together")
    yield Branch(head, "", tuple(each[0] if len(each) == 1 else Branch(together, "", each) for each in sets))


def _lines(each: Smallest, conditions: Conditions) -> Iterator[Branch]:
    """Yields the comparisons of a set; a criterion that rests on none stands for itself."""
    if not each.comparisons:
        for part in each.parts:
            yield Branch(part.label[conditions.lang])
    for comparison in each.comparisons:
        yield Branch(comparison_line(comparison, conditions))


def comparison_line(comparison: Comparison, conditions: Conditions) -> str:
    """Returns one comparison: whose, what it asks, the values, and how far they are apart."""
    traced = trace(comparison.expr, conditions.answer.situation, comparison.own, comparison.member)
    line = conditions.line(traced).text.replace("  ", conditions.say("，", ", "), 1)
    whose = str((comparison.member or comparison.own).get("id", ""))
    who = "" if whose in {"", conditions.answer.subject} else conditions.names.get(whose, whose)
    return (conditions.colon(who, line) if who else line) + distance(traced, conditions)


def distance(traced: Trace, conditions: Conditions) -> str:
    """Returns how far a value is above or below its limit, where both are known numbers, sums or days."""
    expr = traced.expr
    if not isinstance(expr, ir.Compare) or not traced.parts:
        return ""
    actual, limit = traced.parts
    if not any(isinstance(node, (ir.Fact, ir.Quantifier, ir.Size)) for node in ir.walk(actual.expr)):
        actual, limit = limit, actual
    if isinstance(actual.value, date) and isinstance(limit.value, date):
        return _days(actual.value, limit.value, conditions)
    a, b = actual.value, limit.value
    if isinstance(a, bool) or not isinstance(a, (int, Fraction)) or not isinstance(b, (int, Fraction)):
        return ""
    if a == b:
        return conditions.say("，正好等于", ", exactly at it")
    facts = conditions.contents.schema.facts
    kind = facts[actual.expr.name].kind if isinstance(actual.expr, ir.Fact) else _kind(actual, conditions)
    gap = a - b if a > b else b - a
    whole = kind.kind == "money" and Fraction(gap).denominator == 1
    told = plain(yuan(int(gap)), conditions.lang) if whole else _said(kind, gap, conditions)
    return conditions.say(f"，{'高出' if a > b else '低'}{told}", f", {told} {'above' if a > b else 'below'}")


def _kind(traced: Trace, conditions: Conditions) -> Type:
    return check(traced.expr, conditions.contents.names, Problems())


def _said(kind: Type, gap: int | Fraction, conditions: Conditions) -> str:
    return speech.any_value(kind, gap, conditions.contents, conditions.lang)


def _days(actual: date, limit: date, conditions: Conditions) -> str:
    days = abs((actual - limit).days)
    if not days:
        return conditions.say("，正好同一天", ", that very day")
    later = conditions.say("晚", "later") if actual > limit else conditions.say("早", "earlier")
    return conditions.say(f"，{later}{days}天", f", {days} {'day' if days == 1 else 'days'} {later}")
