"""Which of two values of a fact is worse for whom it is about: less income, a heavier grade, a choice further down a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from eligibility import ir
from eligibility.ir import Expr
from eligibility.schema import Fact
from eligibility.situation import Value
from eligibility.testing.lawbook import Levels
from eligibility.words import Words

_SIGNS = {"lower": -1, "higher": 1}
_TRUTHS = {"true": True, "false": False}
_ORDERED = {"count", "money", "date"}
_FORMS = {
    "bool": Words(" `true` 或 `false`", "`true` or `false`"),
    "choice": Words("从好到坏的列表", "a list from better off to worse off"),
} | dict.fromkeys(_ORDERED, Words(" `lower` 或 `higher`", "`lower` or `higher`"))
_NEAR, _FAR = 3, 1
"""How many of the next worse values of a number are tried, and how many of the worst."""


@dataclass(frozen=True)
class Worse:
    """A fact, and what of it is worse.

    Args:
        fact: the fact.
        said: `lower`, `higher`, the worse of yes and no, or the levels of a choice from better off to worse off.
    """

    fact: Fact
    said: bool | str | Levels

    def than(self, value: Value, values: Sequence[Any]) -> Iterator[Any]:
        """Yields values that are worse than one: all of a choice, of a number or a day the next ones and the last.

        Args:
            value: the present one, known.
            values: what else is tried.
        """
        if isinstance(self.said, bool):
            yield from () if value is self.said else (self.said,)
        elif isinstance(self.said, tuple):
            at = next((index for index, level in enumerate(self.said) if value in level), len(self.said))
            yield from (each for level in self.said[at + 1 :] for each in level)
        else:
            sign = _SIGNS[self.said]
            worse = sorted({each for each in values if (each > value if sign > 0 else each < value)}, reverse=sign < 0)
            yield from dict.fromkeys((*worse[:_NEAR], *worse[-_FAR:]))

    def best(self, fact: Expr) -> Expr | None:
        """Returns the condition that a truth or a choice is the best it can be; None of what has no best."""
        if isinstance(self.said, bool):
            return ir.Not(fact) if self.said else fact
        return ir.In(fact, self.said[0]) if isinstance(self.said, tuple) else None


def worse(fact: Fact, said: str | Levels) -> Worse | Words:
    """Returns what is worse of a fact, or what is wrong with what is said of it."""
    if isinstance(said, tuple):
        return _levels(fact, said)
    if said in _TRUTHS and fact.type == "bool":
        return Worse(fact, _TRUTHS[said])
    if said in _SIGNS and fact.type in _ORDERED:
        return Worse(fact, said)
    if fact.type not in _FORMS:
        return Words(f"`{fact.name}` 的值分不出好坏", f"no value of `{fact.name}` is worse than another")
    form = _FORMS[fact.type]
    return Words(f"`{fact.name}` 这里要写{form.zh}", f"`{fact.name}` takes {form.en} here")


def _levels(fact: Fact, said: Levels) -> Worse | Words:
    """Returns the levels of a choice; every value stands in one of them at most, and there are two at least."""
    if fact.type != "choice":
        return Words(f"`{fact.name}` 不是选项，不能写列表", f"`{fact.name}` is no choice, and takes no list")
    values = [value for level in said for value in level]
    for value in values:
        if value not in fact.values:
            return Words(f"`{fact.name}` 没有 `{value}` 这个值", f"`{fact.name}` has no value `{value}`")
        if values.count(value) > 1:
            return Words(f"`{value}` 写了两次", f"`{value}` stands here twice")
    if len(said) < 2:  # noqa: PLR2004 - worse is worse than something
        return Words("要有至少两级，从好到坏", "there are at least two levels, from better off to worse off")
    return Worse(fact, said)
