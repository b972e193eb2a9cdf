"""Kleene's three values: the strong tables, and a Truth that refuses to be a bool."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eligibility.truth import Truth, conjunction, disjunction

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
TABLE = {  # and, or
    (T, T): (T, T),
    (T, F): (F, T),
    (T, U): (U, T),
    (F, F): (F, F),
    (F, U): (F, U),
    (U, U): (U, U),
}
TRUTHS = st.sampled_from(Truth)


@pytest.mark.parametrize(("left", "right"), list(itertools.product(Truth, Truth)))
def test_the_strong_tables(left: Truth, right: Truth) -> None:
    """`&` and `|` are Kleene's strong tables, whichever side stands first."""
    both, either = TABLE.get((left, right)) or TABLE[right, left]
    assert (left & right, left | right) == (both, either)


def test_the_negation() -> None:
    """`~` turns true and false around and leaves unknown."""
    assert [~each for each in (T, F, U)] == [F, T, U]


@given(st.lists(TRUTHS))
def test_many_at_once(truths: list[Truth]) -> None:
    """The truth of all, and of any, is that of two after two; over none it is true, and false."""
    every, some = T, F
    for each in truths:
        every, some = every & each, some | each
    assert (conjunction(truths), disjunction(truths)) == (every, some)


@given(st.lists(TRUTHS))
def test_de_morgan(truths: list[Truth]) -> None:
    """Not all is some not, also where something is unknown."""
    assert ~conjunction(truths) is disjunction(~each for each in truths)


@pytest.mark.parametrize("truth", Truth)
def test_a_truth_is_no_bool(truth: Truth) -> None:
    """`if truth:` and `not truth` raise instead of taking unknown for one or the other."""
    with pytest.raises(TypeError, match="a Truth is not a bool"):
        bool(truth)
    with pytest.raises(TypeError):
        assert not truth


def test_what_is_known() -> None:
    """Booleans become truths, `None` becomes unknown, and only unknown is not known."""
    assert [Truth.of(each) for each in (True, False, None)] == [T, F, U]
    assert [each.known for each in (T, F, U)] == [True, True, False]
