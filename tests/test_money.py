"""Money: yuan at the door, whole fen inside, and never a float."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eligibility.money import LARGEST_FEN, PERIOD_WORDS, PERIODS, fen, spoken, yuan


@pytest.mark.parametrize(
    ("text", "amount"), [("485", 48500), ("1110.50", 111050), ("0.5", 50), ("0.05", 5), ("-3.07", -307), ("0", 0)]
)
def test_yuan_become_fen(text: str, amount: int) -> None:
    """Yuan with up to two decimals are whole fen, exactly."""
    assert fen(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1.234",
        "1,000",
        "01",
        "1e3",
        "１００",
        "1.",
        ".5",
        "+1",
        " 1",
        "1 ",
        "--1",
        "1.2万",
        "nan",
        "inf",
        "10000000000.01",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    """Three decimals, separators, leading zeros, exponents, full-width digits and what is past 10^12 fen are no amounts."""
    with pytest.raises(ValueError, match=r".*"):
        fen(text)


def test_the_largest_amount() -> None:
    """10^12 fen are an amount, one fen more is not (MEANING M28)."""
    assert fen("10000000000") == LARGEST_FEN == 10**12


@given(st.integers(-LARGEST_FEN, LARGEST_FEN))
def test_there_and_back(amount: int) -> None:
    """What is written as yuan reads back as the same fen."""
    assert fen(yuan(amount)) == amount


@pytest.mark.parametrize(
    ("amount", "text"), [(100000, "1000"), (111050, "1110.50"), (5, "0.05"), (-50, "-0.50"), (0, "0")]
)
def test_no_needless_zeros(amount: int, text: str) -> None:
    """Whole yuan have no decimals, everything else has two."""
    assert yuan(amount) == text


def test_amounts_as_people_say_them() -> None:
    """An amount is said with its period, thousands apart, in both languages."""
    assert spoken("1110.50", "month", "zh") == "每月1,110.50元"
    assert spoken("1110.50", "month", "en") == "1,110.50 yuan a month"


def test_every_period_has_words() -> None:
    """Each period can be said in both languages."""
    assert set(PERIOD_WORDS) == set(PERIODS)
