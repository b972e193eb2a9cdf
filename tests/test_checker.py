"""The types of expressions: units and periods do not mix, values exist, and whole numbers stay inside 62 bits."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packs_for_tests import concept, figure, make_pack, rule
from strategies_ir import NAMES, exprs
from strategies_rules import DAY, Chance, amounts, chances, numbers, rules_file

from eligibility import RulePack
from eligibility.checker import check
from eligibility.errors import Problems
from eligibility.evaluate import evaluate
from eligibility.ir import Expr, Type
from eligibility.kinds import MOST_DENOMINATOR, MOST_NUMERATOR, either, in_common, named, of_constant, times, together
from eligibility.parser import parse
from eligibility.source import passage

PARAMETERS = (
    figure("line", "from: 2000-01-01, value: 500")
    + figure("yearly_line", "from: 2000-01-01, value: 6000", type="money, per: year")
    + figure("share", "from: 2000-01-01, value: 0.35", type="ratio")
    + figure("limit", "from: 2000-01-01, value: 3", type="count, unit: years")
    + figure("by_size", "from: 2000-01-01, rows: {1: 100, 2: 150}, each_further: 40", by="size")
    + figure("by_stage", "from: 2000-01-01, rows: {primary: 100, secondary: 150}", by="stage")
    + figure("paid", "from: 2000-01-01, value: true", type="bool")
    + figure("cutoff", "from: 2000-01-01, value: 2017-12-22", type="date")
)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> RulePack:
    """Returns a pack with figures of every type."""
    folder = tmp_path_factory.mktemp("types") / "pack"
    return make_pack(
        folder, rules={"one": rule("one")}, parameters=PARAMETERS, concepts=concept("half", "value: income / 2")
    )


@pytest.fixture(scope="module")
def meaning(tmp_path_factory: pytest.TempPathFactory) -> RulePack:
    """Returns a pack with the vocabulary of the strategies."""
    return make_pack(tmp_path_factory.mktemp("ranges") / "pack", **rules_file())


def typed(text: str, pack: RulePack) -> tuple[Type, list[tuple[str, str]]]:
    """Returns the type of a person's expression, and what is wrong with it: what is underlined, and what is said."""
    problems = Problems()
    found = check(parse(passage(text), pack.contents.names, "person"), pack.contents.names, problems)
    marked = [(text[each.span.start : each.span.end] if each.span else "", each.message.en) for each in problems.found]
    return found, marked


@pytest.mark.parametrize(
    "text",
    [
        "age >= 18",
        "3 < age",
        "age >= limit",
        "age * 2 + limit > 0.5",
        "age in {1, 2}",
        "income < line and line <= income",
        "income >= 0",
        "income < monthly(yearly_line)",
        "yearly(income) < yearly_line",
        "income < line * share",
        "income < by_size",
        "birth_date < cutoff",
        "since == birth_date",
        "paid and not married or disabled",
        "married == true",
        'stage == "primary" or "secondary" == stage',
        'stage in {"none", "primary"}',
        'hukou_county == "620402"',
        "place(hukou_county).province == hukou_province",
        'place(hukou_county).city in {"6204"}',
        'resident_id != "x"',
        "years(birth_date, as_of) >= age",
        "months(since, as_of) >= 6",
        "size > 3 and count(m.married for m in members) == size",
        "sum(m.income for m in members if m.counted) < line * size",
        "income_per_person < line or income_per_person >= line",
        "line > income_per_person",
        "min(income, line, 0) < max(line, by_size)",
        "(line if married else by_stage) * size > income",
        "round_half_up(income / 3, jiao) < line",
        "half < line",
    ],
)
def test_what_fits(text: str, pack: RulePack) -> None:
    """A condition whose units, periods and values fit is a condition."""
    found, wrong = typed(text, pack)
    assert wrong == []
    assert found.kind == "bool"


@pytest.mark.parametrize(
    ("text", "marked", "said"),
    [
        ("income > 3", "income > 3", "beside money only `0`"),
        ("line + 5 > income", "line + 5", "beside money only `0`"),
        ("income < yearly_line", "income < yearly_line", "money a month and money a year"),
        ("months(since, as_of) > age", "months(since, as_of) > age", "do not go together"),
        ("size > age", "size > age", "do not go together"),
        ("birth_date < 18", "birth_date < 18", "do not go together"),
        ("married if paid else age", "married if paid else age", "do not go together"),
        ("sex == stage", "sex == stage", "do not go together"),
        ("min(income, age) > 0", "min(income, age)", "do not go together"),
        ('stage == "tertiary"', '"tertiary"', "`stage` has no value `tertiary`"),
        ('"tertiary" == stage', '"tertiary"', "`stage` has no value `tertiary`"),
        ('stage < "primary"', 'stage < "primary"', "compared by `==` and `!=` only"),
        ("married < disabled", "married < disabled", "compared by `==` and `!=` only"),
        ('hukou_county == "62"', '"62"', "`62` is no code of"),
        ('hukou_county == "62040x"', '"62040x"', "`62040x` is no code of"),
        ('hukou_province in {"6204"}', '"6204"', "`6204` is no code of"),
        ("hukou_county == hukou_province", "hukou_county == hukou_province", "not compared with each other"),
        ('place(hukou_province).city == "6204"', "place(hukou_province).city", "may have no `city`"),
        ('place(stage).city == "6204"', "stage", "a place belongs here"),
        ('place("620402").city == "6204"', '"620402"', "a place comes from a fact"),
        ("age and married", "age", "a condition belongs here"),
        ("not income", "income", "a condition belongs here"),
        ("any(m.age for m in members)", "m.age", "a condition belongs here"),
        ("all(m.married for m in members if m.age)", "m.age", "a condition belongs here"),
        ("married + 1 > 0", "married", "a number or money belongs here"),
        ("sum(m.married for m in members) > 0", "m.married", "a number or money belongs here"),
        ("max(married, disabled)", "max(married, disabled)", "a number or money belongs here"),
        ("years(age, as_of) > 1", "age", "a day belongs here"),
        ("round_down(age, fen) > 0", "age", "money belongs here"),
        ("monthly(income) < line", "income", "`monthly` takes money a year"),
        ("yearly(yearly_line) > 0", "yearly_line", "`yearly` takes money a month"),
        ('age in {"a"}', '"a"', "for a number"),
        ("income in {1}", "income", "`in`"),
        ("receives == receives", "receives", "`receives` is for take-up"),
    ],
)
def test_what_does_not_fit(text: str, marked: str, said: str, pack: RulePack) -> None:
    """What mixes units, periods or kinds, or names a value that does not exist, is told where it stands."""
    _, wrong = typed(text, pack)
    assert wrong
    assert wrong[0][0] == marked
    assert said in wrong[0][1]


@pytest.mark.parametrize(
    ("text", "low", "high", "denominator"),
    [
        ("0.3", 3, 3, 10),
        ("0.50", 5, 5, 10),
        ("0.1234", 1234, 1234, 10_000),
        ("income / 12", 0, 10**12, 12),
        ("income / 12 + income / 8", 0, 5 * 10**12, 24),
        ("income * 0.3 / 12", 0, 3 * 10**12, 120),
        ("basic - income", -(10**12), 10**12, 1),
        ("age * 3 - 10", -10, 380, 1),
        ("monthly(yearly_line)", 0, 10**12, 12),
        ("sum(m.income for m in members)", 0, 10**14, 1),
        ("count(m.married for m in members)", 0, 100, 1),
        ("round_up(income / 12, yuan)", -100, 10**12 // 12 + 100, 1),
    ],
)
def test_every_number_has_its_range(text: str, low: int, high: int, denominator: int, pack: RulePack) -> None:
    """A numeric expression has a least and a greatest numerator over one denominator, reckoned exactly (MEANING M28)."""
    found, wrong = typed(text, pack)
    assert wrong == []
    assert (found.low, found.high, found.denominator) == (low, high, denominator)


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("3", True),
        ("line", True),
        ("by_stage", True),
        ("line * 2 + 0 - basic", True),
        ("min(line, basic) if married else by_stage", True),
        ("by_size", False),
        ("income", False),
        ("half", False),
        ("size", False),
        ("round_down(line, yuan)", False),
        ("monthly(yearly_line)", False),
        ("line / 2", False),
        ("sum(line for m in members)", False),
    ],
)
def test_what_is_fixed(text: str, fixed: bool, pack: RulePack) -> None:  # noqa: FBT001 - what is expected
    """Fixed are constants, figures whose table ends, and what is added, chosen and multiplied of them (MEANING M29)."""
    found, wrong = typed(text, pack)
    assert wrong == []
    assert found.fixed is fixed


@given(expr=exprs())
def test_nothing_breaks_the_checker(expr: Expr) -> None:
    """Any tree, however senseless, has a type or problems."""
    problems = Problems()
    found = check(expr, NAMES, problems)
    assert found.kind != "any" or problems.found


@given(expr=numbers() | amounts(), chance=chances())
def test_values_stay_in_their_range(meaning: RulePack, expr: Expr, chance: Chance) -> None:
    """Whatever the household, a number lies in the range of its type and is a whole multiple of its least part."""
    kind = check(expr, meaning.contents.names, Problems())
    for _ in range(10):
        situation, _ = chance.household(meaning)
        value: Any = evaluate(expr, situation, situation.members[0])
        if value is not None:
            numerator = value * kind.denominator
            assert numerator == int(numerator)
            assert kind.low <= numerator <= kind.high
    assert situation.rules.day == DAY


RANGES = st.builds(
    lambda a, b, denominator: Type("number", low=min(a, b), high=max(a, b), denominator=denominator),
    st.integers(-50, 50),
    st.integers(-50, 50),
    st.integers(1, 12),
)


@given(RANGES, RANGES)
def test_ranges_hold_what_is_made_of_their_ends(left: Type, right: Type) -> None:
    """Sums, differences, products and choices of the ends of two ranges lie in the range that is reckoned for them."""
    scale, a, b = in_common(left, right)
    for x in (left.low, left.high):
        for y in (right.low, right.high):
            for sign, found in (("+", x * a + y * b), ("-", x * a - y * b)):
                kind = together(sign, left, left, right)
                assert kind.low <= found <= kind.high
                assert kind.denominator == scale
            product, choice = times(left, right), either(left, left, right)
            assert product.low <= x * y <= product.high
            assert choice.low <= min(x * a, y * b) <= max(x * a, y * b) <= choice.high


def test_the_bounds_of_the_engines() -> None:
    """Numerators stay under 2^62 and denominators under a million (MEANING M28)."""
    assert (MOST_NUMERATOR, MOST_DENOMINATOR) == (2**62, 10**6)


def test_types_have_names() -> None:
    """A type is named with its period or unit, as people say it."""
    assert named(Type("money", "month")).en == "money a month"
    assert named(of_constant(value=True)).zh == "条件"
