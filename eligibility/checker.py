"""The types of an expression: units, periods, values, and ranges that stay inside whole numbers (MEANING M28, M29)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from math import lcm

from eligibility import ir
from eligibility.errors import Problems, did_you_mean, one_of
from eligibility.ir import Expr, Type
from eligibility.money import LARGEST_FEN
from eligibility.schema import Names
from eligibility.words import Words

WILD = Type("any")
"""The type of what is already known to be wrong."""
BOOL = Type("bool", fixed=True)
MOST_MEMBERS = 100
MOST_DENOMINATOR = 10**6
MOST_NUMERATOR = 2**62
_NUMERIC = {"number", "money"}
_CODE = {"province": re.compile(r"[0-9]{2}"), "city": re.compile(r"[0-9]{4}"), "county": re.compile(r"[0-9]{6}")}
_DAY = Type("date")

KIND_WORDS: dict[str, Words] = {
    "bool": Words("是否", "yes or no"),
    "number": Words("数", "a number"),
    "money": Words("金额", "money"),
    "date": Words("日期", "a day"),
    "choice": Words("选项", "a choice"),
    "place": Words("地点", "a place"),
    "set": Words("集合", "a set"),
    "text": Words("文字", "a text"),
    "any": Words("任意", "anything"),
}


def check(expr: Expr, names: Names, problems: Problems) -> Type:
    """Returns what an expression yields; everything that does not fit is added to `problems`.

    Args:
        expr: as the parser gave it.
        names: the types of facts, figures, concepts and attributes.
        problems: grows by what is wrong; then the type is `any`.
    """
    return _Checker(names, problems).type(expr)


def named(kind: Type) -> Words:
    """Returns how people call a type: `money a month`, `a number of years`."""
    words = KIND_WORDS[kind.kind]
    if kind.unit and kind.kind in _NUMERIC:
        return Words(f"{words.zh}（{kind.unit}）", f"{words.en} ({kind.unit})")
    return words


class _Checker:
    """One walk over one expression."""

    def __init__(self, names: Names, problems: Problems) -> None:
        self.names = names
        self.problems = problems
        self.table: dict[type, Callable[..., Type]] = {
            ir.Literal: self.literal,
            ir.Fact: self.fact,
            ir.Figure: lambda node: self.names.figures.get(node.name, WILD),
            ir.Concept: lambda node: self.names.concepts.get(node.name, ("person", WILD))[1],
            ir.PlaceOf: self.place,
            ir.AsOf: lambda _: Type("date", fixed=True),
            ir.Size: lambda _: Type("number", "persons", low=0, high=MOST_MEMBERS),
            ir.Not: lambda node: self.want(node.item, "bool"),
            ir.And: self.junction,
            ir.Or: self.junction,
            ir.Compare: self.compare,
            ir.In: self.membership,
            ir.Arithmetic: self.arithmetic,
            ir.Choice: self.choice,
            ir.Quantifier: self.quantifier,
            ir.Call: self.call,
        }

    def type(self, expr: Expr) -> Type:
        """Returns the type of a node, and refuses what no whole number could hold."""
        found = self.table[type(expr)](expr)
        if found.kind in _NUMERIC:
            if found.denominator > MOST_DENOMINATOR:
                self.wrong(expr, "除得太细：分母超过一百万", "divided too finely: the denominator is over a million")
                return WILD
            if max(abs(found.low), abs(found.high)) > MOST_NUMERATOR:
                self.wrong(expr, "数可能太大，放不进 62 位", "this could become too large for 62 bits")
                return WILD
        return found

    def wrong(self, expr: Expr, zh: str, en: str, advice: Words | None = None) -> Type:
        """Notes what does not fit."""
        self.problems.add(expr.span, zh, en, advice)
        return WILD

    def want(self, expr: Expr, kind: str) -> Type:
        """Returns the type of a node that must be of one kind."""
        found = self.type(expr)
        if found.kind not in {kind, "any"}:
            here, there = named(found), KIND_WORDS[kind]
            return self.wrong(expr, f"这里应是{there.zh}，却是{here.zh}", f"{there.en} belongs here, this is {here.en}")
        return found

    def literal(self, node: ir.Literal) -> Type:
        """A constant; a bare number has no unit until it meets one."""
        value = node.value
        if isinstance(value, bool):
            return BOOL
        if isinstance(value, date):
            return Type("date", fixed=True)
        if isinstance(value, str):
            return Type("text", fixed=True)
        exact = Fraction(value)
        top = exact.numerator
        return Type("number", None, low=top, high=top, denominator=exact.denominator, fixed=True)

    def fact(self, node: ir.Fact) -> Type:
        """A fact has the type that the vocabulary gives it."""
        return self.names.facts[node.name].kind if node.name in self.names.facts else WILD

    def place(self, node: ir.PlaceOf) -> Type:
        """An attribute of a place."""
        found = self.type(node.place)
        if found.kind == "text":
            return self.wrong(node.place, "地点要来自事实", "a place comes from a fact")
        if found.kind not in {"place", "any"}:
            return self.want(node.place, "place")
        if node.attribute in {"province", "city"}:
            return Type("place", level=node.attribute)
        return self.names.attributes.get(node.attribute, WILD)

    def junction(self, node: ir.And | ir.Or) -> Type:
        """All parts of `and` and `or` are conditions."""
        found = [self.want(item, "bool") for item in node.items]
        return replace(BOOL, fixed=all(each.fixed for each in found))

    def compare(self, node: ir.Compare) -> Type:
        """Two sides of one kind and unit; an enumeration only with a value it has."""
        left, right = self.type(node.left), self.type(node.right)
        for side, other, text in ((left, node.right, right), (right, node.left, left)):
            if text.kind == "text" and isinstance(other, ir.Literal) and side.kind in {"choice", "place"}:
                self.value(side, str(other.value), other)
                if node.order not in {"==", "!="}:
                    self.wrong(node, "选项只能比较是否相同", "a choice is compared by `==` and `!=` only")
                return BOOL
        joined = self.same(node, left, right)
        if joined.kind in {"choice", "place", "bool", "text", "set"} and node.order not in {"==", "!="}:
            self.wrong(node, "这里只能比较是否相同", "this is compared by `==` and `!=` only")
        if joined.kind in _NUMERIC:
            factor = max(abs(left.high), abs(left.low)) * right.denominator
            other = max(abs(right.high), abs(right.low)) * left.denominator
            if max(factor, other) > MOST_NUMERATOR:
                self.wrong(node, "比较时数可能太大", "compared crosswise this could become too large")
        return replace(BOOL, fixed=left.fixed and right.fixed)

    def value(self, kind: Type, value: str, node: Expr) -> None:
        """Notes a value that an enumeration or a place does not have."""
        if kind.kind == "choice" and value not in kind.values:
            advice = did_you_mean(value, kind.values) or one_of(kind.values)
            self.wrong(node, f"`{kind.unit}` 没有 `{value}` 这个值", f"`{kind.unit}` has no value `{value}`", advice)
        elif kind.kind == "place" and value not in kind.values and not _CODE[kind.level or "county"].fullmatch(value):
            advice = Words(
                '省两位、市四位、县六位数字，如 `"620402"`', 'two digits, four for a city, six for a county: `"620402"`'
            )
            self.wrong(node, f"`{value}` 不是这里的地点代码", f"`{value}` is no code of such a place", advice)

    def same(self, node: Expr, left: Type, right: Type) -> Type:
        """Returns what two types have in common, or notes that they differ."""
        if "any" in {left.kind, right.kind}:
            return WILD
        bare = [side for side in (left, right) if side.kind == "number" and side.unit is None]
        if {left.kind, right.kind} == {"number", "money"}:
            money = left if left.kind == "money" else right
            if bare and bare[0].low == bare[0].high == 0:
                return money
            advice = Words("金额写成参数，注明来源", "make the figure a parameter, with its source")
            return self.wrong(node, "金额旁的数字只能是 0", "beside money only `0` stands as a number", advice)
        if left.kind != right.kind or (left.unit != right.unit and not (bare and left.kind == "number")):
            here, there = named(left), named(right)
            return self.wrong(
                node,
                f"{here.zh}与{there.zh}不能放在一起",
                f"{here.en} and {there.en} do not go together",
                _periods(left, right),
            )
        return right if left.unit is None else left

    def membership(self, node: ir.In) -> Type:
        """An item and the values listed for it."""
        found = self.type(node.item)
        whole = all(isinstance(value, int) for value in node.values)
        if found.kind in {"choice", "place"} and not whole:
            for value in node.values:
                self.value(found, str(value), node)
        elif found.kind == "number" and not whole:
            self.wrong(node, "数只能与数比较", "a number is one of numbers")
        elif found.kind not in {"choice", "place", "number", "any"} or (
            found.kind != "number" and whole and found.kind != "any"
        ):
            here = named(found)
            self.wrong(node, f"`in` 不用于{here.zh}", f"`in` is not for {here.en}")
        return replace(BOOL, fixed=found.fixed)

    def arithmetic(self, node: ir.Arithmetic) -> Type:
        """`+ - * /` with exact ranges."""
        left, right = self.type(node.left), self.type(node.right)
        for side, found in ((node.left, left), (node.right, right)):
            if found.kind not in _NUMERIC:
                return (
                    WILD
                    if found.kind == "any"
                    else self.wrong(side, "这里应是数或金额", "a number or money belongs here")
                )
        if node.sign == "*":
            return self.product(node, left, right)
        if node.sign == "/":
            return self.quotient(node, left)
        joined = self.same(node, left, right)
        if joined is WILD:
            return WILD
        scale = lcm(left.denominator, right.denominator)
        a, b = scale // left.denominator, scale // right.denominator
        if node.sign == "+":
            low, high = left.low * a + right.low * b, left.high * a + right.high * b
        else:
            low, high = left.low * a - right.high * b, left.high * a - right.low * b
        return replace(joined, low=low, high=high, denominator=scale, fixed=left.fixed and right.fixed)

    def product(self, node: ir.Arithmetic, left: Type, right: Type) -> Type:
        """At most one factor depends on facts, and money is multiplied by a number only."""
        if left.kind == right.kind == "money":
            return self.wrong(node, "金额不能乘以金额", "money is not multiplied by money")
        if not left.fixed and not right.fixed:
            return self.wrong(node, "乘法只能有一边取决于事实", "only one factor of a product may depend on facts")
        corners = [x * y for x in (left.low, left.high) for y in (right.low, right.high)]
        lead = right if right.kind == "money" or left.unit is None else left
        return replace(
            lead,
            low=min(corners),
            high=max(corners),
            denominator=left.denominator * right.denominator,
            fixed=left.fixed and right.fixed,
        )

    def quotient(self, node: ir.Arithmetic, left: Type) -> Type:
        """Division by a whole constant from 1 to 1,000."""
        divisor = node.right.value if isinstance(node.right, ir.Literal) else None
        if not isinstance(divisor, int) or isinstance(divisor, bool) or not 1 <= divisor <= 1000:  # noqa: PLR2004
            advice = Words("比较写成乘法：`a < n * b`", "write a comparison as a product: `a < n * b`")
            return self.wrong(
                node.right, "只能除以 1 到 1000 的整数", "only a whole number from 1 to 1000 may divide", advice
            )
        return replace(left, denominator=left.denominator * divisor)

    def choice(self, node: ir.Choice) -> Type:
        """Two values of one type."""
        self.want(node.condition, "bool")
        then, otherwise = self.type(node.then), self.type(node.otherwise)
        return _either(self.same(node, then, otherwise), then, otherwise)

    def quantifier(self, node: ir.Quantifier) -> Type:
        """What is gathered over members."""
        if node.condition is not None:
            self.want(node.condition, "bool")
        if node.gathering in {"any", "all", "count"}:
            self.want(node.body, "bool")
            if node.gathering == "count":
                return Type("number", "persons", low=0, high=MOST_MEMBERS)
            return Type("bool")
        found = self.type(node.body)
        if found.kind not in _NUMERIC:
            return (
                WILD
                if found.kind == "any"
                else self.wrong(node.body, "这里应是数或金额", "a number or money belongs here")
            )
        if node.gathering == "sum":
            low, high = min(0, found.low * MOST_MEMBERS), max(0, found.high * MOST_MEMBERS)
            return replace(found, low=low, high=high, fixed=False)
        return replace(found, fixed=False)

    def call(self, node: ir.Call) -> Type:
        """A built-in function."""
        found = [self.type(argument) for argument in node.arguments]
        if any(each.kind == "any" for each in found):
            return WILD
        if node.function in {"years", "months"}:
            for argument in node.arguments:
                self.want(argument, "date")
            return Type("number", node.function, low=0, high=200 * (12 if node.function == "months" else 1))
        if node.function in {"min", "max"}:
            return self.extreme(node, found)
        if node.function == "born":
            self.want(node.arguments[0], "text")
            return _DAY
        if node.function == "sex_of":
            self.want(node.arguments[0], "text")
            return Type("choice", "sex", values=("female", "male"))
        money = found[0]
        if money.kind != "money":
            return self.want(node.arguments[0], "money")
        if node.function == "per_head":
            self.want(node.arguments[1], "number")
            return replace(money, denominator=1, fixed=False)
        if node.unit is not None:
            scale = money.denominator
            return replace(money, low=min(money.low // scale - 100, 0), high=money.high // scale + 100, denominator=1)
        return self.period(node, money)

    def extreme(self, node: ir.Call, found: list[Type]) -> Type:
        """The least or greatest of several values of one type."""
        result = found[0]
        for each in found[1:]:
            result = _either(self.same(node, result, each), result, each)
        if result.kind not in {"number", "money", "any"}:
            return self.wrong(node, "这里应是数或金额", "a number or money belongs here")
        return result

    def period(self, node: ir.Call, money: Type) -> Type:
        """`yearly` and `monthly` change the period of a rate, exactly."""
        before, after = ("month", "year") if node.function == "yearly" else ("year", "month")
        if money.unit != before:
            zh, en = f"`{node.function}` 用于按{before}计的金额", f"`{node.function}` takes money by the {before}"
            return self.wrong(node, zh, en)
        if node.function == "yearly":
            return replace(money, unit=after, low=money.low * 12, high=money.high * 12)
        return replace(money, unit=after, denominator=money.denominator * 12)


def _either(joined: Type, left: Type, right: Type) -> Type:
    """Returns a type that holds the values of both."""
    if joined.kind not in _NUMERIC:
        return replace(joined, fixed=left.fixed and right.fixed)
    scale = lcm(left.denominator, right.denominator)
    a, b = scale // left.denominator, scale // right.denominator
    low, high = min(left.low * a, right.low * b), max(left.high * a, right.high * b)
    return replace(joined, low=low, high=high, denominator=scale, fixed=left.fixed and right.fixed)


def _periods(left: Type, right: Type) -> Words | None:
    if left.kind == right.kind == "money" and {left.unit, right.unit} == {"month", "year"}:
        return Words("用 `yearly(x)` 或 `monthly(x)` 换算", "convert with `yearly(x)` or `monthly(x)`")
    return None


MONEY_RANGE = (0, LARGEST_FEN)
"""The range of a figure in fen, whatever value it has today."""
