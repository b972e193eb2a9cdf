"""Hypothesis strategies that draw any ir the syntax can express, well-typed or not, and the names it speaks of."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from eligibility import ir
from eligibility.functions import FUNCTIONS, GATHERINGS, Function
from eligibility.ir import Expr, Type
from eligibility.money import UNITS_IN_FEN
from eligibility.schema import Fact, Names
from eligibility.words import Words

OWN_FACTS = tuple(f"p{number}" for number in range(6))
HOUSEHOLD_FACTS = tuple(f"h{number}" for number in range(4))
FIGURES = ("f0", "f1", "f2")
OWN_CONCEPTS = ("c0", "c1")
HOUSEHOLD_CONCEPTS = ("k0", "k1")
ATTRIBUTES = ("a0", "a1")
_MOST = 10**12
_DECIMALS = 10**4
_ORDERS = ("==", "!=", "<", "<=", ">", ">=")


def _fact(name: str, owner: str, **said: Any) -> Fact:  # noqa: ANN401 - the fields of a fact as a file states them
    label = Words(f"事实{name}", f"fact {name}")
    return Fact(name=name, owner=owner, label=label, question=label, **said)


_FACTS = (
    _fact("p0", "person", type="bool"),
    _fact("p1", "person", type="count", unit="years", range=["0", "130"]),
    _fact("p2", "person", type="money", per="month"),
    _fact("p3", "person", type="choice", values={"a": Words("甲", "first"), "b": Words("乙", "second")}),
    _fact("p4", "person", type="place", level="county", also=("none",)),
    _fact("p5", "person", type="date"),
    _fact("h0", "household", type="bool"),
    _fact("h1", "household", type="count", unit="persons"),
    _fact("h2", "household", type="money", per="month"),
    _fact("h3", "household", type="text"),
)
NAMES = Names(
    facts={fact.name: fact for fact in _FACTS},
    figures={"f0": Type("money", "month", high=_MOST), "f1": Type("number", "years", high=100), "f2": Type("bool")},
    concepts={
        "c0": ("person", Type("bool")),
        "c1": ("person", Type("money", "month", high=_MOST)),
        "k0": ("household", Type("bool")),
        "k1": ("household", Type("number", "persons", high=100)),
    },
    attributes={"a0": Type("bool"), "a1": Type("choice", "a1", values=("a", "b"))},
    labels={
        "f0": Words("数额零", "figure zero"),
        "c0": Words("概念零", "concept zero"),
        "a0": Words("某县", "a county"),
    },
    places={"62": Words("甘肃省", "Gansu")},
)
"""What the drawn names mean; some have labels, some have none."""
NO_NAMES = Names(facts={}, figures={}, concepts={}, attributes={})
"""A vocabulary that knows nothing."""


def texts() -> st.SearchStrategy[str]:
    """Draws texts that a condition can hold: one kind of quote at most, no backslash, no control character.

    Of the white space only the plain blank is drawn: the parser reads every other one as a blank.
    """
    letters = st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="\\") | st.sampled_from(
        " 甘肃省公办'\""
    )
    drawn = st.text(letters, max_size=6).filter(lambda text: not ("'" in text and '"' in text))
    return st.sampled_from(("a", "b", "none", "62", "620402")) | drawn


def wholes() -> st.SearchStrategy[int]:
    """Draws whole numbers, small ones often."""
    return st.integers(-3, 200) | st.integers(-_MOST, _MOST)


def decimals() -> st.SearchStrategy[Fraction]:
    """Draws numbers with one to four decimals."""
    drawn = st.integers(-_MOST, _MOST).map(lambda number: Fraction(number, _DECIMALS))
    return (st.sampled_from((Fraction(3, 10), Fraction(1, 20), Fraction(-1, 2))) | drawn).filter(
        lambda number: number.denominator > 1
    )


def literals() -> st.SearchStrategy[Expr]:
    """Draws constants of every kind."""
    days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
    return st.builds(ir.Literal, st.booleans() | wholes() | decimals() | texts() | days)


def exprs() -> st.SearchStrategy[Expr]:
    """Draws any ir tree that the syntax can express; members are spoken of inside one quantifier only."""
    return _trees(_leaves() | _quantifiers())


def _leaves() -> st.SearchStrategy[Expr]:
    return st.one_of(
        literals(),
        st.builds(ir.Fact, st.just("own"), st.sampled_from(OWN_FACTS)),
        st.builds(ir.Fact, st.just("household"), st.sampled_from(HOUSEHOLD_FACTS)),
        st.builds(ir.Figure, st.sampled_from(FIGURES)),
        st.builds(ir.Concept, st.just("own"), st.sampled_from(OWN_CONCEPTS)),
        st.builds(ir.Concept, st.just("household"), st.sampled_from(HOUSEHOLD_CONCEPTS)),
        st.builds(ir.AsOf),
        st.builds(ir.Size),
    )


def _quantifiers() -> st.SearchStrategy[Expr]:
    members = st.builds(ir.Fact, st.just("member"), st.sampled_from(OWN_FACTS)) | st.builds(
        ir.Concept, st.just("member"), st.sampled_from(OWN_CONCEPTS)
    )
    inner = _trees(members | _leaves(), most=4)
    return st.builds(ir.Quantifier, st.sampled_from(tuple(GATHERINGS)), inner, st.none() | inner)


def _trees(leaves: st.SearchStrategy[Expr], most: int = 8) -> st.SearchStrategy[Expr]:
    return st.recursive(leaves, _grown, max_leaves=most)


def _grown(parts: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    listed = st.lists(texts(), min_size=1, max_size=3, unique=True) | st.lists(
        wholes(), min_size=1, max_size=3, unique=True
    )
    return st.one_of(
        st.builds(ir.Not, parts),
        st.builds(ir.And, several),
        st.builds(ir.Or, several),
        st.builds(ir.Compare, st.sampled_from(_ORDERS), parts, parts),
        st.builds(ir.In, parts, listed.map(tuple)),
        st.builds(ir.Arithmetic, st.sampled_from("+-*"), parts, parts),
        st.builds(ir.Arithmetic, st.just("/"), parts, st.builds(ir.Literal, st.integers(1, 1000))),
        st.builds(ir.Choice, parts, parts, parts),
        st.builds(ir.PlaceOf, parts, st.sampled_from(("province", "city", *ATTRIBUTES))),
        st.sampled_from(tuple(FUNCTIONS.values())).flatmap(lambda function: _calls(function, parts)),
    )


def _calls(function: Function, parts: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    arguments = st.lists(parts, min_size=function.least, max_size=min(function.most, 3)).map(tuple)
    units = st.sampled_from(tuple(UNITS_IN_FEN)) if function.rounds else st.none()
    return st.builds(ir.Call, st.just(function.name), arguments, units)
