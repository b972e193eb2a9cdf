"""Condition text to typed ir; the only module that knows the surface syntax."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from datetime import date

from eligibility import ir
from eligibility.errors import PackError, Refusal, did_you_mean, one_of, refuse
from eligibility.fields import day, ratio, whole
from eligibility.functions import FUNCTIONS, GATHERINGS, Function
from eligibility.money import UNITS_IN_FEN
from eligibility.resolver import Resolver
from eligibility.schema import Names, Owner
from eligibility.slips import DOT, MEANT, MOST_DEPTH, NAME_PARTS, find_slips, loop_form
from eligibility.source import Passage, Span
from eligibility.words import Words

_COMPARISONS: dict[type[ast.cmpop], ir.Order] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_SIGNS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_MEMBERS = "members"


def parse(passage: Passage, names: Names, owner: Owner, *, derive: bool = False) -> ir.Expr:
    """Parses a condition or value.

    Args:
        passage: the text, at most 1,000 characters.
        names: what a bare name may be.
        owner: whose rule it is: bare names are of the person, then of the household (MEANING M1).
        derive: whether it is the `derive:` of a fact, where a few more functions exist.

    Returns:
        The ir, with spans.

    Raises:
        PackError: with every slip, or every unknown name, or the first thing that is no condition.
    """
    slips = find_slips(passage)
    if slips:
        raise PackError(slips)
    reader = _Reader(passage, names, owner, derive=derive)
    try:
        expr = reader.read(reader.tree())
    except Refusal as refusal:
        raise PackError([*reader.resolver.problems.found, refusal.problem]) from None
    if reader.resolver.problems.found:
        raise PackError(reader.resolver.problems.found)
    return expr


class _Reader:
    """Turns one text into ir; names that do not exist are collected, all else is refused at once."""

    def __init__(self, passage: Passage, names: Names, owner: Owner, *, derive: bool) -> None:
        self.passage = passage
        self.resolver = Resolver(names, owner)
        self.derive = derive
        self.member: str | None = None
        flat = re.sub(r"[\t\r\n]", " ", passage.text)
        self.indent = len(flat) - len(flat.lstrip())
        self.text = flat.strip()
        self.bytes = self.text.encode("utf-8", "replace")
        self.table: dict[type[ast.expr], Callable[..., ir.Expr]] = {
            ast.Constant: self.constant,
            ast.Name: self.name,
            ast.Attribute: self.attribute,
            ast.UnaryOp: self.unary,
            ast.BoolOp: self.junction,
            ast.Compare: self.comparison,
            ast.BinOp: self.arithmetic,
            ast.IfExp: self.choice,
            ast.Call: self.call,
        }

    def tree(self) -> ast.expr:
        """Parses the text, and refuses what is too deep before anything walks it."""
        try:
            body = ast.parse(self.text, mode="eval").body
        except SyntaxError as error:
            at = max(0, min((error.offset or 1) - 1, max(len(self.text) - 1, 0))) + self.indent
            raise refuse(self.passage.span(at, at + 1), "这不是一个条件", "this is not a condition") from None
        except (ValueError, RecursionError, MemoryError):
            raise refuse(self.passage.span(0, 1), "这不是一个条件", "this is not a condition") from None
        level: list[ast.AST] = [body]
        for _ in range(MOST_DEPTH):
            level = [
                child
                for node in level
                for child in ast.iter_child_nodes(node)
                if isinstance(child, (ast.expr, ast.comprehension))
            ]
            if not level:
                return body
        raise refuse(self.span(body), "条件太深", "the condition is too deep", NAME_PARTS)

    def span(self, node: ast.expr) -> Span:
        """Returns where a node stands; the parser counts bytes, people count characters."""
        start = len(self.bytes[: node.col_offset].decode()) + self.indent
        end = len(self.bytes[: node.end_col_offset].decode()) + self.indent
        return self.passage.span(start, end)

    def written(self, node: ast.expr) -> str:
        """Returns the text of a node as its author wrote it."""
        return self.bytes[node.col_offset : node.end_col_offset].decode()

    def read(self, node: ast.expr) -> ir.Expr:
        """Turns one allowed node into ir."""
        reader = self.table.get(type(node))
        if reader is None:
            raise self.may_not(node)
        found: ir.Expr = reader(node)
        return found

    def may_not(self, node: ast.expr, advice: Words | None = None) -> Refusal:
        """Returns the refusal of a form that conditions do not have."""
        advice = advice or MEANT.get(type(node).__name__)
        return refuse(self.span(node), "条件里不能这样写", "a condition may not say this", advice)

    def constant(self, node: ast.Constant) -> ir.Expr:
        """Reads a number from its own text, exactly, or a text."""
        if isinstance(node.value, str):
            return ir.Literal(node.value, span=self.span(node))
        written = self.written(node)
        number = whole(written)
        exact = number if number is not None else ratio(written)
        if exact is None:
            advice = Words("整数，或至多四位小数", "a whole number, or a decimal with at most four places")
            raise refuse(self.span(node), f"数字 `{written}` 不能这样写", f"`{written}` is not a number here", advice)
        return ir.Literal(int(exact) if exact.denominator == 1 else exact, span=self.span(node))

    def name(self, node: ast.Name) -> ir.Expr:
        """Reads a bare name: a fact, a figure, a concept, or a word of the language."""
        return self.resolver.bare(self.written(node), self.span(node))

    def attribute(self, node: ast.Attribute) -> ir.Expr:
        """Reads `m.fact` or `place(code).attribute`."""
        name = self.written(node).rpartition(".")[2].strip()
        span = self.span(node)
        if isinstance(node.value, ast.Call) and self.written(node.value.func) == "place":
            self.resolver.attribute(name, self.passage.span(*self.last(node, name)))
            return self.place(node.value, name, span)
        if not isinstance(node.value, ast.Name) or self.member is None or self.written(node.value) != self.member:
            raise self.may_not(node, DOT)
        return self.resolver.of_member(name, span)

    def last(self, node: ast.expr, name: str) -> tuple[int, int]:
        """Returns where a name stands that a node ends with."""
        end = len(self.bytes[: node.end_col_offset].decode()) + self.indent
        return end - len(name), end

    def place(self, node: ast.Call, attribute: str, span: Span) -> ir.Expr:
        """Reads an attribute of a place."""
        if len(node.args) != 1 or node.keywords:
            raise self.may_not(node, Words("写成 `place(code).attribute`", "write `place(code).attribute`"))
        return ir.PlaceOf(self.read(node.args[0]), attribute, span=span)

    def unary(self, node: ast.UnaryOp) -> ir.Expr:
        """Reads `not x`, or the minus of a number."""
        inner = self.read(node.operand)
        if isinstance(node.op, ast.Not):
            return ir.Not(inner, span=self.span(node))
        if (
            isinstance(node.op, ast.USub)
            and isinstance(inner, ir.Literal)
            and not isinstance(inner.value, (bool, str, date))
        ):
            return ir.Literal(-inner.value, span=self.span(node))
        raise self.may_not(
            node, Words("负号只用于数字，其余写 `0 - x`", "a minus stands before a number; write `0 - x` otherwise")
        )

    def junction(self, node: ast.BoolOp) -> ir.Expr:
        """Reads `and` and `or`."""
        items = tuple(self.read(value) for value in node.values)
        return (
            ir.And(items, span=self.span(node)) if isinstance(node.op, ast.And) else ir.Or(items, span=self.span(node))
        )

    def comparison(self, node: ast.Compare) -> ir.Expr:
        """Reads a comparison; a chain becomes the conjunction of its links."""
        parts: list[ir.Expr] = []
        left = node.left
        for order, right in zip(node.ops, node.comparators, strict=True):
            span = Span(self.passage.source, self.span(left).start, self.span(right).end)
            if isinstance(order, (ast.In, ast.NotIn)):
                member = ir.In(self.read(left), self.values(right), span=span)
                parts.append(member if isinstance(order, ast.In) else ir.Not(member, span=span))
            elif type(order) in _COMPARISONS:
                parts.append(ir.Compare(_COMPARISONS[type(order)], self.read(left), self.read(right), span=span))
            else:
                raise self.may_not(node, Words("相同写 `==`", "write `==` for the same"))
            left = right
        return parts[0] if len(parts) == 1 else ir.And(tuple(parts), span=self.span(node))

    def values(self, node: ast.expr) -> tuple[str | int, ...]:
        """Reads the constants listed after `in`."""
        found = [self.read(item) for item in node.elts] if isinstance(node, ast.Set) else []
        values = [
            item.value
            for item in found
            if isinstance(item, ir.Literal) and not isinstance(item.value, bool) and isinstance(item.value, (str, int))
        ]
        if not values or len(values) != len(found) or len({type(value) for value in values}) > 1:
            raise self.may_not(
                node, Words('`in` 之后列出值：`{"a", "b"}`', 'after `in` the values are listed: `{"a", "b"}`')
            )
        for at, item in enumerate(found):
            if values[at] in values[:at]:
                raise refuse(item.span, f"`{values[at]}` 列了两次", f"`{values[at]}` is listed twice")
        return tuple(values)

    def arithmetic(self, node: ast.BinOp) -> ir.Expr:
        """Reads `+ - *`, and `/` by a whole constant."""
        sign = _SIGNS.get(type(node.op))
        if sign is None:
            raise self.may_not(node)
        return ir.Arithmetic(sign, self.read(node.left), self.read(node.right), span=self.span(node))  # type: ignore[arg-type]  # the tables hold no other

    def choice(self, node: ast.IfExp) -> ir.Expr:
        """Reads `x if c else y`."""
        return ir.Choice(self.read(node.test), self.read(node.body), self.read(node.orelse), span=self.span(node))

    def call(self, node: ast.Call) -> ir.Expr:
        """Reads a built-in function, a quantifier, or a day."""
        name = self.written(node.func)
        if node.keywords or not isinstance(node.func, ast.Name):
            raise self.may_not(node, DOT if isinstance(node.func, ast.Attribute) else None)
        if name in GATHERINGS and len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp):
            return self.quantifier(node, node.args[0], name)
        if name == "date":
            return self.date(node)
        if name == "place":
            raise self.may_not(node, Words("写成 `place(code).attribute`", "write `place(code).attribute`"))
        function = FUNCTIONS.get(name)
        if function is None or (function.derive_only and not self.derive):
            if name in GATHERINGS:
                raise self.may_not(node, loop_form(name))
            known = [each.name for each in FUNCTIONS.values() if self.derive or not each.derive_only]
            known += [*GATHERINGS, "date", "place"]
            if function is not None:
                zh, en = f"`{name}` 只用于 `derive:`", f"`{name}` stands in `derive:` only"
                raise refuse(self.span(node.func), zh, en)
            zh, en = f"没有函数 `{name}`", f"there is no function `{name}`"
            raise refuse(self.span(node.func), zh, en, did_you_mean(name, known) or one_of(sorted(known)))
        return self.function(node, function)

    def function(self, node: ast.Call, function: Function) -> ir.Expr:
        """Reads the call of a function of the table."""
        arguments, unit = node.args, None
        if function.rounds and arguments:
            unit, arguments = self.written(arguments[-1]), arguments[:-1]
            if unit not in UNITS_IN_FEN:
                place = node.args[-1] if len(node.args) > function.most else node
                raise self.may_not(place, one_of([f"{function.name}(x, {each})" for each in UNITS_IN_FEN]))
        if not function.least <= len(arguments) <= function.most:
            few, many = function.least, function.most
            takes = Words(f"{few} 个", f"{few}") if few == many else Words(f"{few} 到 {many} 个", f"{few} to {many}")
            zh, en = f"`{function.name}` 要有 {takes.zh}参数", f"`{function.name}` takes {takes.en} arguments"
            raise refuse(self.span(node), zh, en + (" and a unit" if function.rounds else ""))
        return ir.Call(function.name, tuple(self.read(argument) for argument in arguments), unit, span=self.span(node))

    def date(self, node: ast.Call) -> ir.Expr:
        """Reads `date("2017-12-22")`."""
        text = node.args[0].value if len(node.args) == 1 and isinstance(node.args[0], ast.Constant) else None
        found = day(text) if isinstance(text, str) else None
        if found is None:
            raise self.may_not(node, Words('写成 `date("2017-12-22")`', 'write `date("2017-12-22")`'))
        return ir.Literal(found, span=self.span(node))

    def quantifier(self, node: ast.Call, generator: ast.GeneratorExp, name: str) -> ir.Expr:
        """Reads `any(… for m in members if …)`, one level deep."""
        loop = generator.generators[0]
        form = loop_form(name)
        if self.member is not None:
            advice = Words("把里面的写成概念", "name the inner one as a concept")
            raise refuse(self.span(node), "成员循环只能有一层", "members are gone through one level deep only", advice)
        if len(generator.generators) > 1 or not isinstance(loop.target, ast.Name):
            raise self.may_not(node, form)
        if self.written(loop.iter) != _MEMBERS:
            raise self.may_not(loop.iter, form)
        if len(loop.ifs) > 1:
            raise self.may_not(loop.ifs[1], Words("用 `and` 连起来", "join the two with `and`"))
        self.member = self.written(loop.target)
        if self.resolver.taken(self.member):
            advice = Words("换一个不与事实同名的字母，如 `m`", "take a letter that names no fact, such as `m`")
            raise self.may_not(loop.target, advice)
        body = self.read(generator.elt)
        condition = self.read(loop.ifs[0]) if loop.ifs else None
        self.member = None
        return ir.Quantifier(name, body, condition, span=self.span(node))  # type: ignore[arg-type]  # the tables hold no other
