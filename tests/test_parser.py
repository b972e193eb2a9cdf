"""Condition text to ir: what the language has, what it has not, and the caret under just the right characters."""

from __future__ import annotations

import ast
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies_ir import NAMES

from eligibility import PackError, ir
from eligibility.errors import Problem
from eligibility.ir import Expr
from eligibility.parser import parse
from eligibility.schema import Owner
from eligibility.slips import MOST_CHARACTERS, MOST_DEPTH
from eligibility.source import passage

P0, P1, P3 = (ir.Fact("own", name) for name in ("p0", "p1", "p3"))
H0 = ir.Fact("household", "h0")
M0 = ir.Fact("member", "p0")


def read(text: str, owner: Owner = "person") -> Expr:
    """Returns a condition of a person, or of the household, as ir."""
    return parse(passage(text), NAMES, owner)


def refused(text: str, owner: Owner = "person", *, derive: bool = False) -> list[tuple[str, str]]:
    """Returns what is wrong with a text: what is underlined, and what is said of it, advice and all."""
    with pytest.raises(PackError) as caught:
        parse(passage(text), NAMES, owner, derive=derive)
    found = []
    for problem in caught.value.problems:
        assert problem.span is not None
        advice = f" ({problem.help.en})" if problem.help else ""
        found.append((text[problem.span.start : problem.span.end], problem.message.en + advice))
    return found


@pytest.mark.parametrize(
    ("text", "expr"),
    [
        ("p0", P0),
        ("h0", H0),
        ("f0", ir.Figure("f0")),
        ("c0", ir.Concept("own", "c0")),
        ("k0", ir.Concept("household", "k0")),
        ("true", ir.Literal(value=True)),
        ("-3", ir.Literal(-3)),
        ("0.3", ir.Literal(Fraction(3, 10))),
        ("2.0", ir.Literal(2)),
        ("'a'", ir.Literal("a")),
        ('date("2017-12-22")', ir.Literal(date(2017, 12, 22))),
        ("as_of", ir.AsOf()),
        ("size", ir.Size()),
        ("not p0 and h0 or p0", ir.Or((ir.And((ir.Not(P0), H0)), P0))),
        ("1 < p1 <= 5", ir.And((ir.Compare("<", ir.Literal(1), P1), ir.Compare("<=", P1, ir.Literal(5))))),
        ('p3 in {"a", "b"}', ir.In(P3, ("a", "b"))),
        ('p3 not in {"a"}', ir.Not(ir.In(P3, ("a",)))),
        ("p1 in {1, -2}", ir.In(P1, (1, -2))),
        ("p1 - 1 * 2", ir.Arithmetic("-", P1, ir.Arithmetic("*", ir.Literal(1), ir.Literal(2)))),
        ("1 if p0 else 2", ir.Choice(P0, ir.Literal(1), ir.Literal(2))),
        ("place(p4).city", ir.PlaceOf(ir.Fact("own", "p4"), "city")),
        ("years(p5, as_of)", ir.Call("years", (ir.Fact("own", "p5"), ir.AsOf()))),
        ("round_down(p2, jiao)", ir.Call("round_down", (ir.Fact("own", "p2"),), "jiao")),
        ("any(m.p0 for m in members)", ir.Quantifier("any", M0)),
        (
            "count(x.c0 for x in members if p0 or x.p0)",
            ir.Quantifier("count", ir.Concept("member", "c0"), ir.Or((P0, M0))),
        ),
        ("min(p1, 3)", ir.Call("min", (P1, ir.Literal(3)))),
        ("min(m.p1 for m in members)", ir.Quantifier("min", ir.Fact("member", "p1"))),
        ("  p1\n  >=\n  3 ", ir.Compare(">=", P1, ir.Literal(3))),
    ],
)
def test_what_the_language_has(text: str, expr: Expr) -> None:
    """Each form of the language becomes its node."""
    assert read(text) == expr


@pytest.mark.parametrize(
    ("text", "marked", "said"),
    [
        ("p0 && h0", "&&", "write `and`"),
        ("p0 AND h0", "AND", "write `and`"),
        ("p0 || h0", "||", "write `or`"),
        ("!p0", "!", "write `not`"),
        ("p1 = 3", "=", "write `==`"),
        ("p1 ≥ 3", "≥", "write `>=`"),
        ("p1 => 3", "=>", "write `>=`"),
        ("p1 ≤ 3", "≤", "write `<=`"),
        ("p1 <> 3", "<>", "write `!=`"),
        ("p0 == True", "True", "write `true`"),
        ("p0 == None", "None", "unknown is never written"),
        ("f0 * 30%", "30%", "write a percentage as a decimal or a division"),
        ("p1 ** 2", "**", "write `*`"),
        ("p1 // 2", "//", "write `/`"),
        ("p1 == 020", "020", "without a leading 0"),
        ("p1 == 1e3", "1e3", "write the number out"),
        ("p1 == 1_000", "1_000", "write the number out"),
        ("p1 == 3and p0", "3and", "put a blank"),
        ("p1 == 1.23456", "1.23456", "is not a number here"),
        ("p1 == 1234567890123456789", "1234567890123456789", "is not a number here"),
        ("p0 # why", "# why", "write comments outside"),
        ("p3 == '\\n'", "\\", "no backslash"),
        ("p3 == 'a' 'b'", "'a' 'b'", "need an operator"),
        ("p3 == f'a'", "f", "no letter stands before a quote"),
        ("p3 is 'a'", "is", "write `==`"),
        ("(p0", "(", "never closed"),
        ("p0]", "]", "never opened"),
        ("p3 == 'a", "'", "never closed"),
        ("p0 and", "and", "something is missing"),
        ("p4.x", "p4.x", "a dot"),
        ("p0[0]", "p0[0]", "may not say this"),
        ("[p0]", "[p0]", "may not say this"),
        ("p0, p0", "p0, p0", "may not say this"),
        ("-p1", "-p1", "a minus stands before a number"),
        ("p3 in ('a')", "'a'", "the values are listed"),
        ("p3 in {'a', 1}", "{'a', 1}", "the values are listed"),
        ("p3 in {'a', 'a'}", "'a'", "listed twice"),
        ("place(p4)", "place(p4)", "place(code).attribute"),
        ("place(p4).zone", "zone", "a place has no `zone`"),
        ("date('2017-02-29')", "date('2017-02-29')", 'date("2017-12-22")'),
        ("yeers(p5, as_of)", "yeers", "did you mean `years`?"),
        ("years(p5)", "years(p5)", "takes 2 arguments"),
        ("round_up(p2, euro)", "euro", "round_up(x, fen)"),
        ("born(p3)", "born", "`derive:` only"),
        ("any(p0)", "any(p0)", "for m in members"),
        ("any(m.p0 for m in people)", "people", "for m in members"),
        ("any(m.p0 for p1 in members)", "p1", "a letter that names no fact"),
        ("any(m.p0 for size in members)", "size", "a letter that names no fact"),
        ("any(any(n.p0 for n in members) for m in members)", "any(n.p0 for n in members)", "one level deep only"),
        ("any(m.h0 for m in members)", "m.h0", "a fact of the household, not of a member"),
        ("any(m.zz for m in members)", "m.zz", "a member has no fact named `zz`"),
    ],
)
def test_what_the_language_has_not(text: str, marked: str, said: str) -> None:
    """Each usual slip is underlined exactly, and the advice says what to write."""
    ((underlined, message), *_) = refused(text)
    assert underlined == marked
    assert said in message


def test_carets_count_characters_not_bytes() -> None:
    """Chinese text before a mistake moves no caret."""
    assert refused("p3 == '公办幼儿园' and zz") == [("zz", "there is no fact named `zz`")]


def test_every_unknown_name_is_told() -> None:
    """All names that mean nothing are told at once, each in its place."""
    found = refused("zz and p0 or yy and any(m.xx for m in members)")
    assert [marked for marked, _ in found] == ["zz", "yy", "m.xx"]


def test_every_slip_is_told() -> None:
    """All slips of a text are told at once."""
    assert [marked for marked, _ in refused("p0 && （p1 ≥ 3）")] == ["&&", "（", "≥", "）"]


def test_an_operator_inside_a_text_is_no_slip() -> None:
    """What looks like a slip inside quotes is just text."""
    assert read("p3 == '&& = ≥ None 30% 3and'") == ir.Compare("==", P3, ir.Literal("&& = ≥ None 30% 3and"))


def test_a_text_is_at_most_so_long() -> None:
    """A thousand characters are read, one more is refused before anything is parsed."""
    longest = f"p3 == '{'x' * (MOST_CHARACTERS - 8)}'"
    assert len(longest) == MOST_CHARACTERS
    read(longest)
    assert "at most 1000 characters" in refused(longest[:-1] + "x'")[0][1]


@pytest.mark.parametrize(("opening", "inner", "closing"), [("(", "p0", ")"), ("not ", "p0", ""), ("1 + ", "1", "")])
def test_a_text_is_at_most_so_deep(opening: str, inner: str, closing: str) -> None:
    """Brackets and operators stand at most forty deep."""
    read(opening * (MOST_DEPTH - 2) + inner + closing * (MOST_DEPTH - 2))
    found = refused(opening * (MOST_DEPTH + 1) + inner + closing * (MOST_DEPTH + 1))
    assert "too deep" in found[0][1]


def test_a_household_has_no_facts_of_a_person() -> None:
    """In a household's rule a person's fact is read through members only (MEANING M1)."""
    assert read("h0 and any(m.p0 for m in members)", "household") == ir.And((H0, ir.Quantifier("any", M0)))
    assert refused("p0", "household")[0][0] == "p0"


def test_a_derivation_has_functions_of_its_own() -> None:
    """`derive:` may divide by a head count and read a resident number; a condition may not."""
    parsed = parse(passage("born(h3)"), NAMES, "person", derive=True)
    assert parsed == ir.Call("born", (ir.Fact("household", "h3"),))
    assert "`derive:` only" in refused("per_head(h2, size)")[0][1]


@given(st.text(max_size=40) | st.text(alphabet="pm01()[]{}<>=!+-*/., \"'andorifelsefortinsmembrs", max_size=40))
@example("1if 1else 1")
@example("\x00")
@example("\ud800")
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever stands there, it becomes ir or a problem with a place: nothing else is raised, and no warning is shown."""
    problems: tuple[Problem, ...] = ()
    nodes: list[object] = []
    try:
        nodes += ir.walk(read(text))
    except PackError as error:
        problems = error.problems
    assert all(isinstance(node, ir.Node) for node in nodes)
    assert bool(nodes) != bool(problems)
    assert all(problem.span is not None for problem in problems)


@pytest.mark.parametrize("text", ["p0", "p1 >= 3", "any(m.p0 for m in members)", "place(p4).city == '6204'"])
def test_spans_are_where_the_text_stands(text: str) -> None:
    """The span of a node is the text it was read from, also where white space stands around it."""
    expr = read(f"  {text} \n")
    assert expr.span is not None
    assert (expr.span.start, expr.span.end) == (2, 2 + len(text))


def test_no_form_of_python_slips_in() -> None:
    """Of all kinds of Python's expressions only those in the parser's table are read."""
    read_kinds = {"Constant", "Name", "Attribute", "UnaryOp", "BoolOp", "Compare", "BinOp", "IfExp", "Call"}
    samples = {
        "Await": "await p0", "Dict": "{p0: p0}", "DictComp": "{p0: p0 for m in members}", "GeneratorExp": "(m.p0 for m in members)",
        "JoinedStr": "f'p'", "Lambda": "lambda: p0", "List": "[p0]", "ListComp": "[m.p0 for m in members]",
        "NamedExpr": "(p0 := p0)", "Set": "{p0}", "SetComp": "{m.p0 for m in members}", "Slice": "p0[1:2]",
        "Starred": "*p0", "Subscript": "p0[0]", "Tuple": "(p0, p0)", "Yield": "(yield p0)", "YieldFrom": "(yield from p0)",
    }  # fmt: skip
    kinds = {each.__name__ for each in ast.expr.__subclasses__() if not each.__subclasses__()} | {"Constant"}
    for kind in kinds - read_kinds - {"FormattedValue", "TemplateStr", "Interpolation"}:
        refused(samples[kind])
