"""The ir in plain Chinese or English, for people who do not read code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from eligibility import ir
from eligibility.checker import check
from eligibility.errors import Problems
from eligibility.functions import FUNCTIONS, GATHERINGS
from eligibility.ir import Expr, Type
from eligibility.kinds import WILD
from eligibility.money import PERIOD_WORDS, spoken
from eligibility.schema import Names
from eligibility.words import Lang, Words, spelled

_OPEN, _JOINED, _CONDITION, _SUM, _PRODUCT, _PHRASE, _ATOM = range(7)
"""How tightly words hold together, the loosest first; `_OPEN` ones reach to the end of the sentence."""

_AGE = "years of age"
_UNITS: dict[str, Words] = {
    _AGE: Words("周岁", ""),
    "years": Words("年", "years"),
    "months": Words("个月", "months"),
    "days": Words("天", "days"),
    "persons": Words("人", "persons"),
    "times": Words("次", "times"),
    # What is counted in these says so in its own label.
    "number": Words("", ""),
    "grade": Words("", ""),
    "class": Words("", ""),
}
_ROUNDED_TO = {"fen": Words("到分", "to fen"), "jiao": Words("到角", "to jiao"), "yuan": Words("到元", "to yuan")}
_ORDERS: dict[str, Words] = {
    "==": Words("是", "is"),
    "!=": Words("不是", "is not"),
    "<": Words("小于", "is below"),
    "<=": Words("不大于", "is at most"),
    ">": Words("大于", "is above"),
    ">=": Words("不小于", "is at least"),
}
_ORDERS_OF_DAYS: dict[str, Words] = {
    "<": Words("早于", "is before"),
    "<=": Words("不晚于", "is on or before"),
    ">": Words("晚于", "is after"),
    ">=": Words("不早于", "is on or after"),
}
_ORDERS_OF_NUMBERS: dict[str, Words] = {"==": Words("等于", "is"), "!=": Words("不等于", "is not")}
_TURNED: dict[str, ir.Order] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_SIGNS = {"+": "+", "-": "-", "*": "×", "/": "÷"}
_WIDER = {"province": Words("省份", "province"), "city": Words("市", "city")}
_NONE = Words("无", "none")
_FORMS = {
    "years": Words("从{}到{}的整年数", "full years from {} to {}"),
    "months": Words("从{}到{}的整月数", "full months from {} to {}"),
    "per_head": Words("{}按{}平均（舍去分以下）", "{} shared among {} (cut to whole fen)"),
}
"""Functions whose two arguments stand inside their words."""


def to_words(expr: Expr, lang: Lang, names: Names) -> str:
    """Returns an expression in plain words; what has no label is called by its name.

    Args:
        expr: any ir, also one that the checker would refuse.
        lang: `zh` or `en`.
        names: the labels of facts, values, figures, concepts, attributes and places.
    """
    return _Speaker(lang, names).say(expr, _OPEN)


def decimal(value: Fraction | int) -> str:
    """Returns a number as it is written, with at most four decimals and no needless zeros."""
    whole, part = divmod(int(abs(Fraction(value)) * 10_000), 10_000)
    digits = f"{whole}.{part:04}".rstrip("0").removesuffix(".")
    return f"-{digits}" if value < 0 else digits


def _kind(expr: Expr, names: Names) -> Type:
    """Returns what an expression yields; a count of years whose label speaks of age is one of `_AGE`."""
    found = check(expr, names, Problems())
    if isinstance(expr, ir.Fact) and found.unit == "years" and "岁" in names.facts[expr.name].label.zh:
        return replace(found, unit=_AGE)
    return found


def _telling(left: Type, right: Type) -> Type:
    """Returns the type of the side that says what a bare number or text on the other side means."""
    bare = left.kind in {"any", "text"} or (left.kind == "number" and left.unit is None)
    return right if bare else left


class _Speaker:
    """Says one expression; each method returns the words and how tightly they hold together."""

    def __init__(self, lang: Lang, names: Names) -> None:
        self.lang = lang
        self.names = names
        self.proper = tuple(place.en for place in names.places.values())
        self.table: dict[type, Callable[[Any, Type], tuple[str, int]]] = {
            ir.Literal: self.literal,
            ir.Fact: self.named,
            ir.Concept: self.named,
            ir.Figure: self.named,
            ir.PlaceOf: self.place,
            ir.AsOf: lambda *_: (self.pick("筛查日", "the day of screening"), _ATOM),
            ir.Size: lambda *_: (self.pick("家庭人口", "the number of members"), _ATOM),
            ir.Not: self.negation,
            ir.And: lambda node, _: self.joined(node.items, self.pick("，并且", ", and ")),
            ir.Or: lambda node, _: self.joined(node.items, self.pick("，或者", ", or ")),
            ir.Compare: self.compare,
            ir.In: lambda node, _: self.membership(node, said=True),
            ir.Arithmetic: self.arithmetic,
            ir.Choice: self.choice,
            ir.Quantifier: self.quantifier,
            ir.Call: self.call,
        }

    def pick(self, zh: str, en: str) -> str:
        """Returns the one of two texts that is in the language spoken."""
        return zh if self.lang == "zh" else en

    def bracketed(self, text: str) -> str:
        """Returns a text in the brackets of its language."""
        return self.pick(f"（{text}）", f"({text})")

    def say(self, expr: Expr, least: int, kind: Type = WILD) -> str:
        """Returns the words of a part, in brackets where its place asks for more; `kind` tells what constants mean."""
        text, level = self.table[type(expr)](expr, kind)
        return text if level >= least else self.bracketed(text)

    def hint(self, node: Expr, kind: Type) -> Type:
        """Returns what the constants in a node mean: what stands beside it tells, else its own parts."""
        return _kind(node, self.names) if kind.kind == "any" else kind

    def label(self, words: Words) -> str:
        """Returns a label inside a sentence: no capital at its start but that of a place or an abbreviation."""
        text = words[self.lang]
        proper = len(text) == 1 or text[1:2].isupper() or text.startswith(self.proper)
        return text if self.lang == "zh" or proper else text[:1].lower() + text[1:]

    def bare(self, node: ir.Fact | ir.Concept | ir.Figure) -> str:
        """Returns the label of what has a name, else the name."""
        fact = self.names.facts.get(node.name) if isinstance(node, ir.Fact) else None
        words = fact.label if fact else self.names.labels.get(node.name)
        return self.label(words) if words else node.name

    def named(self, node: ir.Fact | ir.Concept | ir.Figure, _: Type) -> tuple[str, int]:
        """A fact, concept or figure by its label; of a member it says so."""
        text = self.bare(node)
        if isinstance(node, ir.Figure) or node.scope != "member":
            return text, _ATOM
        if _kind(node, self.names).kind == "bool":
            return self.pick(f"该成员{text}", f"the member: {text}"), _PHRASE
        return self.pick(f"该成员的{text}", f"the member's {text.removeprefix('the ')}"), _ATOM

    def literal(self, node: ir.Literal, kind: Type) -> tuple[str, int]:
        """A constant, with the label or unit that `kind` gives it."""
        value = node.value
        if isinstance(value, bool):
            return self.pick("成立", "true") if value else self.pick("不成立", "false"), _ATOM
        if isinstance(value, str):
            return self.value(value, kind), _ATOM
        if isinstance(value, date):
            return spelled(value, self.lang), _ATOM
        return self.number(value, kind), _SUM if value < 0 else _ATOM

    def value(self, value: str, kind: Type) -> str:
        """Returns the label of a value of a choice or of a place, else the value in quotes."""
        fact = self.names.facts.get(kind.unit or "")
        if kind.kind == "choice" and fact and value in fact.values:
            return self.label(fact.values[value])
        if kind.kind == "place" and value in self.names.places:
            return self.names.places[value][self.lang]
        return _NONE[self.lang] if value == "none" and kind.kind in {"choice", "place"} else f"“{value}”"

    def number(self, value: Fraction | int, kind: Type) -> str:
        """Returns a number with the unit of what stands beside it."""
        text = decimal(value)
        if kind.kind == "money":
            plain = kind.unit is None or kind.unit not in PERIOD_WORDS or value < 0
            return text + self.pick("元", " yuan") if plain else spoken(text, kind.unit or "", self.lang)
        unit = kind.unit if kind.kind == "number" and kind.unit else "number"
        said = _UNITS.get(unit, Words(unit, unit))[self.lang]
        if self.lang == "zh" or not said:
            return text + said
        return f"{text} {said.removesuffix('s') if value == 1 else said}"

    def place(self, node: ir.PlaceOf, _: Type) -> tuple[str, int]:
        """An attribute of a place."""
        words = _WIDER.get(node.attribute) or self.names.labels.get(node.attribute)
        label = self.label(words) if words else node.attribute
        place = self.say(node.place, _ATOM, Type("place"))
        if isinstance(node.place, (ir.Fact, ir.Concept)) and not place.startswith("the "):
            place = self.pick(place, f"the {place}")
        if _kind(node, self.names).kind == "bool":
            return self.pick(f"{place}属于{label}", f"{place}: {label}"), _PHRASE
        return self.pick(f"{place}的{label}", f"the {label.removeprefix('the ')} of {place}"), _PHRASE

    def negation(self, node: ir.Not, _: Type) -> tuple[str, int]:
        """What does not hold; a list of values has its own form."""
        if isinstance(node.item, ir.In):
            return self.membership(node.item, said=False)
        return self.pick("不是：", "not: ") + self.say(node.item, _PHRASE), _CONDITION

    def joined(self, items: tuple[Expr, ...], word: str) -> tuple[str, int]:
        """Several conditions; those joined otherwise inside stand in brackets."""
        return word.join(self.say(item, _CONDITION) for item in items), _JOINED

    def compare(self, node: ir.Compare, kind: Type) -> tuple[str, int]:
        """Two values compared, the constant last; a condition compared with a constant is said outright."""
        left, order, right = node.left, node.order, node.right
        if isinstance(left, ir.Literal) and not isinstance(right, ir.Literal):
            left, order, right = right, _TURNED[order], left
        beside = _telling(_kind(left, self.names), _kind(right, self.names))
        yes_or_no = isinstance(right, ir.Literal) and isinstance(right.value, bool) and order in {"==", "!="}
        if beside.kind == "bool" and yes_or_no:
            holds = (right == ir.Literal(value=True)) == (order == "==")
            return self.table[type(left)](left, kind) if holds else self.negation(ir.Not(left), kind)
        words = _ORDERS[order]
        if beside.kind == "date":
            words = _ORDERS_OF_DAYS.get(order, words)
        elif beside.kind in {"number", "money"}:
            words = _ORDERS_OF_NUMBERS.get(order, words)
        return self.sentence(self.say(left, _SUM, beside), words[self.lang], self.say(right, _SUM, beside)), _CONDITION

    def sentence(self, *parts: str) -> str:
        """Returns the parts in a row, with spaces where the language has them."""
        return self.pick("", " ").join(parts)

    def membership(self, node: ir.In, *, said: bool) -> tuple[str, int]:
        """A value that is, or is not, one of those listed."""
        kind = _kind(node.item, self.names)
        *first, last = (self.literal(ir.Literal(value), kind)[0] for value in node.values)
        item = self.say(node.item, _SUM)
        listed = self.pick("、", ", ").join(first)
        if not first:
            return self.sentence(item, _ORDERS["==" if said else "!="][self.lang], last), _CONDITION
        if said:
            return self.sentence(item, self.pick("是", "is"), listed, self.pick("或", "or"), last), _CONDITION
        ends = Words(f"既不是{listed}也不是{last}", f"is neither {listed} nor {last}")
        return self.sentence(item, ends[self.lang]), _CONDITION

    def arithmetic(self, node: ir.Arithmetic, kind: Type) -> tuple[str, int]:
        """A sum or product in signs; the constants of a product have no unit."""
        own, inside = (_SUM, self.hint(node, kind)) if node.sign in "+-" else (_PRODUCT, WILD)
        return f"{self.say(node.left, own, inside)} {_SIGNS[node.sign]} {self.say(node.right, own + 1, inside)}", own

    def choice(self, node: ir.Choice, kind: Type) -> tuple[str, int]:
        """One of two values, as a condition has it."""
        condition, inside = self.say(node.condition, _CONDITION), self.hint(node, kind)
        then, otherwise = self.say(node.then, _CONDITION, inside), self.say(node.otherwise, _CONDITION, inside)
        return self.pick(
            f"如果{condition}，则{then}，否则{otherwise}", f"if {condition}, then {then}, otherwise {otherwise}"
        ), _OPEN

    def quantifier(self, node: ir.Quantifier, kind: Type) -> tuple[str, int]:
        """What is gathered over the members."""
        said = GATHERINGS[node.gathering][self.lang]
        if node.condition is not None:
            only = self.say(node.condition, _CONDITION)
            said += self.pick(f"（只算这样的成员：{only}）", f" (only members with this: {only})")
            if node.body == ir.Literal(value=True) and node.gathering == "count":
                return said, _PHRASE
        # Straight after `some member` a condition of the member needs no `the member` again.
        if isinstance(node.body, (ir.Fact, ir.Concept)) and _kind(node.body, self.names).kind == "bool":
            body = self.bare(node.body)
        else:
            body = self.say(node.body, _CONDITION, kind)
        return self.sentence(said + self.pick("：", ":"), body), _OPEN

    def call(self, node: ir.Call, kind: Type) -> tuple[str, int]:
        """A built-in function: after its one argument, else before them all."""
        if node.function in _FORMS:
            first, second = (self.say(argument, _ATOM) for argument in node.arguments)
            return _FORMS[node.function][self.lang].format(first, second), _PHRASE
        function = FUNCTIONS[node.function]
        meaning = function.meaning[self.lang]
        if function.rounds and node.unit:
            meaning += self.pick("", " ") + self.bracketed(_ROUNDED_TO[node.unit][self.lang])
        if function.most == 1 and not function.derive_only:
            return self.sentence(self.say(node.arguments[0], _ATOM), meaning), _PHRASE
        inside = self.hint(node, kind)
        listed = self.pick("，", ", ").join(self.say(argument, _CONDITION, inside) for argument in node.arguments)
        return self.sentence(meaning, self.bracketed(listed)), _ATOM
