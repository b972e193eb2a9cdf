"""In which ways two laws can decide differently: each as a formula, and as what the core says shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from eligibility.answer import Answer
from eligibility.solver.comparing import compared
from eligibility.solver.completing import OUTCOMES
from eligibility.solver.logic import Formula, every, no, same, some
from eligibility.solver.values import Number
from eligibility.targets.smt import Asked
from eligibility.words import Words
from eligibility.worth import months

KINDS: Mapping[str, Words] = {
    "gains": Words("得到：以前不符合或未定，现在符合", "gains: eligible now and not before"),
    "loses": Words("失去：以前符合，现在不符合或未定", "loses: eligible before and not now"),
    "opens": Words("有望：以前不符合，现在未定", "opens: refused before, undetermined now"),
    "closes": Words("无望：以前未定，现在不符合", "closes: undetermined before, refused now"),
    "more": Words("金额增加", "a higher amount"),
    "less": Words("金额减少", "a lower amount"),
    "amount_known": Words("金额以前不知道，现在知道", "the amount was unknown and is known now"),
    "amount_unknown": Words("金额以前知道，现在不知道", "the amount was known and is unknown now"),
    "period": Words("计发周期不同", "the amount is by another period"),
    "months": Words("领取月数不同", "for another number of months"),
    "status": Words("给予的身份不同", "a grant brings another status"),
    "while_unknown": Words("只在有事实未知时不同", "different only while some facts are unknown"),
}
"""How two laws can decide differently, and how people call it."""
_ELIGIBLE, _INELIGIBLE, _UNDETERMINED = "eligible", "ineligible", "undetermined"


@dataclass(frozen=True, slots=True)
class Side:
    """What one law says of a subject.

    Args:
        outcome: what it comes to.
        amount: in fen; None where there is none or it is unknown.
        per: the period of the amount.
        months: for how many it is drawn at most; None where that is unknown or not limited.
        grants: the statuses that a grant would bring: which fact, and what it would be.
    """

    outcome: str
    amount: int | None
    per: str | None
    months: int | None = None
    grants: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, answer: Answer) -> Side:
        """Returns what an answer of the core says."""
        if answer.outcome != _ELIGIBLE:
            return cls(answer.outcome, answer.amount, answer.ruled.per)
        return cls(answer.outcome, answer.amount, answer.ruled.per, months(answer), tuple(sorted(answer.grants())))


def kinds(before: Asked, after: Asked) -> Iterator[tuple[str, Formula]]:
    """Yields each way in which two answers can differ, of households of which everything is known, and when they do."""
    ground, both = before.world.ground, every(before.eligible, after.eligible)
    yield "gains", every(no(before.eligible), after.eligible)
    yield "loses", every(before.eligible, no(after.eligible))
    yield "opens", every(before.ineligible, after.undetermined)
    yield "closes", every(before.undetermined, after.ineligible)
    yield "months", every(both, apart(before.months, after.months, before))
    yield "status", every(both, other_grants(before, after))
    if before.rule.per != after.rule.per:
        yield "period", both
        return
    one, other = before.amount, after.amount
    yield "more", every(both, compared("<", one, other, ground).yes)
    yield "less", every(both, compared(">", one, other, ground).yes)
    yield "amount_known", every(both, no(one.known), other.known)
    yield "amount_unknown", every(both, one.known, no(other.known))


def unlike(before: Asked, after: Asked) -> Formula:
    """Returns whether two answers differ in outcome or amount, whatever is known of the household."""
    outcomes = (every(before.outcome(each), no(after.outcome(each))) for each in OUTCOMES)
    return some(*outcomes, every(before.subject, apart(before.amount, after.amount, before)))


def other_grants(before: Asked, after: Asked) -> Formula:
    """Returns whether a grant would bring other statuses."""
    one, other = before.grants, after.grants
    return some(*(no(same(one.get(each, False), other.get(each, False))) for each in dict.fromkeys((*one, *other))))


def apart(one: Number, other: Number, asked: Asked) -> Formula:
    """Returns whether two numbers differ, or one of them alone is known."""
    return some(no(same(one.known, other.known)), compared("!=", one, other, asked.world.ground).yes)


def shows(kind: str, before: Side, after: Side) -> bool:
    """Returns whether what the core says is a difference of a kind."""
    if kind in _OF_AMOUNTS:
        both = before.outcome == after.outcome == _ELIGIBLE
        return both and _OF_AMOUNTS[kind](before, after)
    return _OF_OUTCOMES[kind](before, after)


def _by(before: Side, after: Side) -> int:
    """Returns by how much an amount rose; 0 where one of the two is unknown."""
    return 0 if before.amount is None or after.amount is None else after.amount - before.amount


_Shows = Callable[[Side, Side], bool]
_OF_OUTCOMES: Mapping[str, _Shows] = {
    "gains": lambda before, after: before.outcome != _ELIGIBLE == after.outcome,
    "loses": lambda before, after: before.outcome == _ELIGIBLE != after.outcome,
    "opens": lambda before, after: (before.outcome, after.outcome) == (_INELIGIBLE, _UNDETERMINED),
    "closes": lambda before, after: (before.outcome, after.outcome) == (_UNDETERMINED, _INELIGIBLE),
    "while_unknown": lambda before, after: (before.outcome, before.amount) != (after.outcome, after.amount),
}
_OF_AMOUNTS: Mapping[str, _Shows] = {
    "more": lambda before, after: _by(before, after) > 0,
    "less": lambda before, after: _by(before, after) < 0,
    "amount_known": lambda before, after: before.amount is None is not after.amount,
    "amount_unknown": lambda before, after: before.amount is not None is after.amount,
    "period": lambda before, after: before.per != after.per,
    "months": lambda before, after: before.months != after.months,
    "status": lambda before, after: before.grants != after.grants,
}
