"""The types of an expression: units, periods, values, and ranges that stay inside whole numbers (MEANING M28, M29)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from eligibility import ir
from eligibility.errors import Problems
from eligibility.ir import Expr, Type
from eligibility.kinds import (
    ARGUMENTS,
    BOOL,
    COMPARED,
    KIND_WORDS,
    MOST_DENOMINATOR,
    MOST_DIVISOR,
    MOST_MEMBERS,
    MOST_NUMERATOR,
    NARROW,
    NUMERIC,
    WILD,
    YIELDS,
    crosswise,
    either,
    misfit,
    mismatch,
    named,
    of_constant,
    rounded,
    times,
    together,
)
from eligibility.schema import Names
from eligibility.words import Words


def check(expr: Expr, names: Names, problems: Problems) -> Type:
    """Returns what an expression yields; everything that does not fit is added to `problems`.

    Args:
        expr: as the parser gave it.
        names: the types of facts, figures, concepts and attributes.
        problems: grows by what is wrong; then the type is `any`.
    """
    return _Checker(names, problems).type(expr)


class _Checker:
    """One walk over one expression."""

    def __init__(self, names: Names, problems: Problems) -> None:
        self.names = names
        self.problems = problems
        self.table: dict[type, Callable[..., Type]] = {
            ir.Literal: lambda node: of_constant(node.value),
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
        if found.kind in NUMERIC:
            if found.denominator > MOST_DENOMINATOR:
                round_first = Words("先取整，再往下除", "round before dividing further")
                self.wrong(expr, "除得太细", "this is divided too finely", round_first)
                return WILD
            if max(abs(found.low), abs(found.high)) > MOST_NUMERATOR:
                self.wrong(expr, "数可能太大", "this could become too large", NARROW)
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
            zh, en = f"这里应是{there.zh}，却是{here.zh}", f"{there.en} belongs here, this is {here.en}"
            return self.wrong(expr, zh, en, COMPARED if kind == "bool" else None)
        return found

    def no_number(self, expr: Expr, found: Type) -> Type:
        """Notes what is neither number nor money, unless it is already known to be wrong."""
        if found.kind == "any":
            return WILD
        here = named(found)
        advice = Words("数人数用 `count(…)`", "members are counted by `count(…)`") if found.kind == "bool" else None
        zh, en = f"这里应是数或金额，却是{here.zh}", f"a number or money belongs here, this is {here.en}"
        return self.wrong(expr, zh, en, advice)

    def fact(self, node: ir.Fact) -> Type:
        """A fact has the type that the vocabulary gives it; sets are for take-up alone (MEANING M19)."""
        found = self.names.facts[node.name].kind if node.name in self.names.facts else WILD
        if found.kind == "set":
            zh, en = f"`{node.name}` 只用于统计，不用于条件", f"`{node.name}` is for take-up, not for conditions"
            return self.wrong(node, zh, en)
        return self.cut_only(node) if self.per_head(node) else found

    def per_head(self, node: Expr) -> bool:
        """Returns whether a fact is an amount a head, which is cut to whole fen where it is derived."""
        fact = self.names.facts.get(node.name) if isinstance(node, ir.Fact) else None
        parts = ir.walk(fact.derive.expr) if fact is not None and fact.derive is not None else ()
        return any(isinstance(part, ir.Call) and part.function == "per_head" for part in parts)

    def cut_only(self, node: ir.Fact) -> Type:
        """Notes an amount a head where its cut to whole fen could change the answer (MEANING M27)."""
        zh, en = f"`{node.name}` 只能用 `<` 或 `>=` 比较", f"`{node.name}` is compared by `<` and `>=` only"
        return self.wrong(node, zh, en, Words("人均数舍去了分以下", "an amount a head is cut to whole fen"))

    def place(self, node: ir.PlaceOf) -> Type:
        """An attribute of a place."""
        found = self.type(node.place)
        if found.kind == "text":
            advice = Words("写一个 `place` 类型的事实", "name a fact of type `place`")
            return self.wrong(node.place, "地点要来自事实", "a place comes from a fact", advice)
        if found.kind not in {"place", "any"}:
            return self.want(node.place, "place")
        if node.attribute in {"province", "city"}:
            if found.kind == "place" and (found.values or (found.level, node.attribute) == ("province", "city")):
                zh, en = f"这个地点不一定有 `{node.attribute}`", f"such a place may have no `{node.attribute}`"
                return self.wrong(node, zh, en)
            return Type("place", level=node.attribute)
        return self.names.attributes.get(node.attribute, WILD)

    def junction(self, node: ir.And | ir.Or) -> Type:
        """All parts of `and` and `or` are conditions."""
        found = [self.want(item, "bool") for item in node.items]
        return replace(BOOL, fixed=all(each.fixed for each in found))

    def compare(self, node: ir.Compare) -> Type:
        """Two sides of one kind and unit; an enumeration only with a value it has."""
        left = self.side(node.left, cut=node.order in {"<", ">="})
        right = self.side(node.right, cut=node.order in {">", "<="})
        for side, other, text in ((left, node.right, right), (right, node.left, left)):
            if text.kind == "text" and isinstance(other, ir.Literal) and side.kind in {"choice", "place"}:
                self.value(side, str(other.value), other)
                if node.order not in {"==", "!="}:
                    self.wrong(node, "选项只能比较是否相同", "a choice is compared by `==` and `!=` only")
                return BOOL
        joined = self.same(node, left, right)
        if joined.kind in {"choice", "place", "bool", "text"} and node.order not in {"==", "!="}:
            self.wrong(node, "这里只能比较是否相同", "this is compared by `==` and `!=` only")
        if joined.kind in NUMERIC and crosswise(left, right) > MOST_NUMERATOR:
            self.wrong(node, "比较时数可能太大", "compared, this could become too large", NARROW)
        return replace(BOOL, fixed=left.fixed and right.fixed)

    def side(self, expr: Expr, *, cut: bool) -> Type:
        """Returns the type of one side of a comparison; `cut` says whether an amount a head may stand there."""
        if cut and isinstance(expr, ir.Fact) and self.per_head(expr):
            return self.names.facts[expr.name].kind
        return self.type(expr)

    def value(self, kind: Type, value: str, node: Expr) -> None:
        """Notes a value that an enumeration or a place does not have."""
        found = misfit(kind, value)
        if found is not None:
            self.problems.add(node.span and node.span.quoted(value), found[0].zh, found[0].en, found[1])

    def same(self, node: Expr, left: Type, right: Type) -> Type:
        """Returns what two types have in common, or notes that they differ."""
        if "any" in {left.kind, right.kind}:
            return WILD
        wrong = mismatch(left, right)
        if wrong is not None:
            return self.wrong(node, wrong[0].zh, wrong[0].en, wrong[1])
        if left.kind != right.kind:
            return left if left.kind == "money" else right
        return right if left.unit is None else left

    def membership(self, node: ir.In) -> Type:
        """An item and the values listed for it."""
        found = self.type(node.item)
        whole = all(isinstance(value, int) for value in node.values)
        if found.kind in {"choice", "place"} and not whole:
            for value in node.values:
                self.value(found, str(value), node)
        elif found.kind == "number" and not whole:
            text = next(value for value in node.values if isinstance(value, str))
            self.problems.add(
                node.span and node.span.quoted(text), "数后面只能列数", "only numbers are listed for a number"
            )
        elif found.kind not in {"choice", "place", "number", "any"} or (
            found.kind != "number" and whole and found.kind != "any"
        ):
            here = named(found)
            zh, en = f"`in` 不用于{here.zh}", f"`in` does not follow {here.en}"
            self.wrong(node.item, zh, en, Words("用于选项、地点和数", "it follows a choice, a place or a number"))
        return replace(BOOL, fixed=found.fixed)

    def arithmetic(self, node: ir.Arithmetic) -> Type:
        """`+ - * /` with exact ranges."""
        left, right = self.type(node.left), self.type(node.right)
        for side, found in ((node.left, left), (node.right, right)):
            if found.kind not in NUMERIC:
                return self.no_number(side, found)
        if node.sign == "*":
            return self.product(node, left, right)
        if node.sign == "/":
            return self.quotient(node, left)
        joined = self.same(node, left, right)
        if joined is WILD:
            return WILD
        return together(node.sign, joined, left, right)

    def product(self, node: ir.Arithmetic, left: Type, right: Type) -> Type:
        """At most one factor depends on facts, and money is multiplied by a number only."""
        if left.kind == right.kind == "money":
            advice = Words("其中一个应是份数或比例", "one of them should be a count or a ratio")
            return self.wrong(node, "金额不能乘以金额", "money is not multiplied by money", advice)
        if not left.fixed and not right.fixed:
            advice = Words("另一个要是数字或参数", "the other is a number or a parameter")
            return self.wrong(node, "乘法只能有一边取决于事实", "only one factor may depend on facts", advice)
        return times(left, right)

    def quotient(self, node: ir.Arithmetic, left: Type) -> Type:
        """Division by a whole constant from 1 to 1,000."""
        divisor = node.right.value if isinstance(node.right, ir.Literal) else None
        if not isinstance(divisor, int) or isinstance(divisor, bool) or not 1 <= divisor <= MOST_DIVISOR:
            advice = Words("比较写成乘法：`a < n * b`", "write a comparison as a product: `a < n * b`")
            return self.wrong(
                node.right, "只能除以 1 到 1000 的整数", "only a whole number from 1 to 1000 may divide", advice
            )
        return replace(left, denominator=left.denominator * divisor, fixed=False)

    def choice(self, node: ir.Choice) -> Type:
        """Two values of one type."""
        self.want(node.condition, "bool")
        then, otherwise = self.type(node.then), self.type(node.otherwise)
        return either(self.same(node, then, otherwise), then, otherwise)

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
        if found.kind not in NUMERIC:
            return self.no_number(node.body, found)
        if node.gathering == "sum":
            low, high = min(0, found.low * MOST_MEMBERS), max(0, found.high * MOST_MEMBERS)
            return replace(found, low=low, high=high, fixed=False)
        return replace(found, fixed=False)

    def call(self, node: ir.Call) -> Type:
        """A built-in function."""
        found = [self.type(argument) for argument in node.arguments]
        if any(each.kind == "any" for each in found):
            return WILD
        if node.function in {"min", "max"}:
            return self.extreme(node, found)
        wanted = ARGUMENTS.get(node.function, ("money",))
        for argument, each, kind in zip(node.arguments, found, wanted, strict=True):
            if each.kind != kind:
                here, there = named(each), KIND_WORDS[kind]
                zh, en = f"这里应是{there.zh}，却是{here.zh}", f"{there.en} belongs here, this is {here.en}"
                return self.wrong(argument, zh, en)
        if node.function in YIELDS:
            return YIELDS[node.function]
        return self.period(node, found[0]) if node.function in {"yearly", "monthly"} else rounded(found[0])

    def extreme(self, node: ir.Call, found: list[Type]) -> Type:
        """The least or greatest of several values of one type."""
        result = found[0]
        for each in found[1:]:
            result = either(self.same(node, result, each), result, each)
        return result if result.kind in NUMERIC else self.no_number(node, result)

    def period(self, node: ir.Call, money: Type) -> Type:
        """`yearly` and `monthly` change the period of a rate, exactly."""
        before, after = ("month", "year") if node.function == "yearly" else ("year", "month")
        if money.unit != before:
            wanted = named(replace(money, unit=before))
            zh, en = f"`{node.function}` 用于{wanted.zh}", f"`{node.function}` takes {wanted.en}"
            return self.wrong(node.arguments[0], zh, en)
        if node.function == "yearly":
            return replace(money, unit=after, low=money.low * 12, high=money.high * 12, fixed=False)
        return replace(money, unit=after, denominator=money.denominator * 12, fixed=False)
