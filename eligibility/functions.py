"""The table of built-in functions: name, how many arguments, one line of meaning."""

from __future__ import annotations

from dataclasses import dataclass

from eligibility.words import Words


@dataclass(frozen=True, slots=True)
class Function:
    """One built-in function.

    Args:
        name: as it is written.
        least: the fewest arguments.
        most: the most arguments, the unit of a rounding not counted.
        meaning: one line.
        rounds: whether a second argument names the unit to round to.
        derive_only: whether only `derive:` of a fact may call it.
    """

    name: str
    least: int
    most: int
    meaning: Words
    rounds: bool = False
    derive_only: bool = False


_MANY = 8

FUNCTIONS: dict[str, Function] = {
    function.name: function
    for function in (
        Function("years", 2, 2, Words("从前一日到后一日的整年数", "full years from the first day to the second")),
        Function("months", 2, 2, Words("从前一日到后一日的整月数", "full months from the first day to the second")),
        Function("min", 2, _MANY, Words("其中最小的", "the least of them")),
        Function("max", 2, _MANY, Words("其中最大的", "the greatest of them")),
        Function("round_down", 1, 1, Words("向下取整", "rounded down"), rounds=True),
        Function("round_up", 1, 1, Words("向上取整", "rounded up"), rounds=True),
        Function("round_half_up", 1, 1, Words("四舍五入", "rounded to the nearest, halves up"), rounds=True),
        Function("yearly", 1, 1, Words("按年计", "by the year")),
        Function("monthly", 1, 1, Words("按月计", "by the month")),
        Function("per_head", 2, 2, Words("人均，舍去分以下", "a head, cut to whole fen"), derive_only=True),
        Function("born", 1, 1, Words("身份号码中的出生日期", "birth date in a resident number"), derive_only=True),
        Function("sex_of", 1, 1, Words("身份号码中的性别", "sex in a resident number"), derive_only=True),
    )
}
GATHERINGS: dict[str, Words] = {
    "any": Words("家庭成员中有人", "some member"),
    "all": Words("家庭成员人人", "every member"),
    "count": Words("家庭成员人数", "number of members"),
    "sum": Words("家庭成员合计", "sum over members"),
    "min": Words("家庭成员中最小", "least over members"),
    "max": Words("家庭成员中最大", "greatest over members"),
}
