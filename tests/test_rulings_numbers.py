"""The rulings on income and numbers, M27 to M29.

`docs/meaning.md` has the rulings; each test here names its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from conftest import PackMaker
from packs_for_tests import benefit, concept, facts_file, figure, only, refused, rule, screened, shipped

from eligibility import RulePack, read_profile, screen
from eligibility.derived import prepare

Facts = Mapping[str, Any]
COMMON = {"in_prison": False, "clergy_away_3_years": False, "shares_livelihood": False}
LAST, FIRST = date(2021, 6, 30), date(2021, 7, 1)


@pytest.fixture(scope="module")
def baiyin() -> RulePack:
    """Returns the pack that ships."""
    return shipped()


def household(pack: RulePack, day: date, *members: Facts) -> Facts:
    """Returns a household's facts as rules see them, derived incomes among them."""
    named = [{"id": f"m{at}", **COMMON, **member} for at, member in enumerate(members)]
    profile = read_profile({"as_of": day.isoformat(), "members": named, "household": {"area": "urban"}}, pack.on(day))
    return prepare(pack.on(day), profile.household, profile.members, own_day=True).situation.household


@pytest.mark.parametrize(
    ("member", "before", "after"),
    [
        ({"relation": "spouse"}, True, True),
        ({"relation": "child", "age": 17}, True, True),
        ({"relation": "child", "age": 18, "dependent_student": True}, True, True),
        ({"relation": "child", "age": 18, "dependent_student": False}, False, False),
        ({"relation": "parent"}, True, False),
        ({"relation": "parent", "shares_livelihood": True}, True, True),
        ({"relation": "sibling", "shares_livelihood": True}, True, True),
        ({"relation": "sibling"}, False, False),
        ({"relation": "spouse", "in_prison": True}, False, False),
        ({"relation": "spouse", "clergy_away_3_years": True}, False, False),
    ],
)
def test_m27_who_counts(baiyin: RulePack, member: Facts, before: bool, after: bool) -> None:  # noqa: FBT001 - what is expected
    """M27: head, spouse, minor or studying children, parents until 30 June 2021, and who shares the livelihood."""
    head = {"relation": "head", "monthly_income": 300}
    for day, counted in ((LAST, before), (FIRST, after)):
        found = household(baiyin, day, head, {"monthly_income": 1000, **member})
        assert (found["income_total"], found["income_per_person"]) == ((130000, 65000) if counted else (30000, 30000))


def test_m27_a_parent_and_the_guarantee(baiyin: RulePack) -> None:
    """M27: a parent's income closes the guarantee until 30 June 2021 and no longer closes it from 1 July."""
    members = [
        {"id": "a", "relation": "head", "monthly_income": 100, "hukou_county": "620402", **COMMON},
        {"id": "b", "relation": "parent", "monthly_income": 5000, "hukou_county": "620402", **COMMON},
    ]
    home = {"area": "urban", "residence_county": "620402", "dibao": "none", "assets_within_limits": True}
    outcomes = {}
    for day in (LAST, FIRST):
        profile = read_profile({"as_of": day.isoformat(), "members": members, "household": home}, baiyin.on(day))
        found = only(screen(baiyin.on(day), profile, ["minimum-living-guarantee"]))
        income = next(reason for reason in found.reasons if reason.criterion == "income-below-line")
        outcomes[day] = (found.outcome, income.facts["income_per_person"])
    assert outcomes == {LAST: ("undetermined", "2550"), FIRST: ("eligible", "100")}


def test_m27_an_average_is_cut_to_fen(baiyin: RulePack) -> None:
    """M27: the average is cut to whole fen; over nobody, or with somebody unknown, there is none."""
    head, spouse = {"relation": "head", "monthly_income": 100}, {"relation": "spouse", "monthly_income": 0}
    child = {"relation": "child", "age": 5, "monthly_income": 0}
    assert household(baiyin, LAST, head, spouse, child)["income_per_person"] == 3333
    assert "income_per_person" not in household(baiyin, LAST, {"relation": "sibling", "monthly_income": 5})
    assert "income_per_person" not in household(baiyin, LAST, head, {"relation": "spouse"})
    assert "income_total" not in household(baiyin, LAST, head, {"monthly_income": 5})


@pytest.mark.parametrize(
    "condition",
    [
        "income_per_person <= basic",
        "income_per_person > basic",
        "income_per_person == basic",
        "basic >= income_per_person",
        "income_per_person * 2 < basic",
        "basic - income_per_person >= 0",
        "min(income_per_person, basic) < basic",
        "income_per_person < rent if rents else income_per_person != rent",
    ],
)
def test_m27_an_average_is_only_below_or_not(make: PackMaker, condition: str) -> None:
    """M27: an average, cut to whole fen, stands alone on one side of `<` or `>=`; everything else is refused."""
    rules = {"r": rule("r", criteria={"c": condition}, subject="household")}
    assert "compared by `<` and `>=` only" in refused(make, rules=rules)


def test_m27_the_cut_changes_no_comparison(make: PackMaker) -> None:
    """M27: below a line or not comes out as for the exact average, on each side of the limit."""
    criteria = {
        "below": "income_per_person < basic",
        "exact": "income_total < basic * count(m.counted for m in members)",
    }
    pack = make(rules={"r": rule("r", subject="household", criteria=criteria)})
    for total in ("299.98", "299.99", "300", "300.01"):
        people = ({"income": total, "counted": True}, *({"income": 0, "counted": True},) * 2)
        below, exact = only(screened(pack, *people)).reasons
        assert below.truth == exact.truth


def test_m27_division_by_a_fact_is_for_derivations(make: PackMaker) -> None:
    """M27: a rule may not divide by a fact; only `derive:` takes an average."""
    for condition in ("per_head(income_total, size) < basic", "income_total / size < basic"):
        refused(make, rules={"r": rule("r", subject="household", criteria={"c": condition})})


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("rent * 100000000000 < rent", "too large"),
        ("rent / 1000 / 1000 / 10 < rent", "too finely"),
        ("rent * 10000 / 1000 < rent / 1000", "compared, this could become too large"),
        ("rent / 1000 < rent * 10000 / 1000", "compared, this could become too large"),
        ("sum(m.income for m in members) * 1000000 > 0", "too large"),
        ("rent / 0 < rent", "from 1 to 1000"),
        ("rent / 1001 < rent", "from 1 to 1000"),
        ("rent / rooms < rent", "from 1 to 1000"),
        ("rent / 2.5 < rent", "from 1 to 1000"),
        ("rent * 0.12345 < rent", "not a number here"),
    ],
)
def test_m28_numbers_stay_inside_their_bounds(make: PackMaker, condition: str, said: str) -> None:
    """M28: what could pass 62 bits, comparing included, or be finer than a million, or divided by more, is refused."""
    assert said in refused(make, rules={"r": rule("r", criteria={"c": condition}, subject="household")})


@pytest.mark.parametrize(
    ("type", "value"),
    [
        ("money, per: month", "10000000000.01"),
        ("money, per: month", "-1"),
        ("money, per: month", "0.001"),
        ("count, unit: rooms", "1000001"),
        ("count, unit: rooms", "1.5"),
        ("ratio", "0.12345"),
        ("ratio", "-0.5"),
    ],
)
def test_m28_figures_stay_inside_their_range(make: PackMaker, type: str, value: str) -> None:
    """M28: a figure is whole and inside the range on which every engine relies; a ratio has one to four decimals."""
    assert f"`{value}` is no value" in refused(
        make, parameters=figure("it", f"from: 2000-01-01, value: {value}", type=type)
    )


def test_m28_exact_until_rounded(make: PackMaker) -> None:
    """M28: decimals and quotients are exact: a ratio of 0.35 of 100.20 yuan is 35.07 yuan, to the fen."""
    figures = figure("share", "from: 2000-01-01, value: 0.35", type="ratio")
    figures += figure("line", "from: 2000-01-01, value: 35.07")
    criteria = {"c": "rent * share == line", "d": "rent / 3 > line * 0.9523"}
    pack = make(rules={"r": rule("r", criteria=criteria, subject="household")}, parameters=figures)
    found = {
        rent: [each.truth for each in only(screened(pack, {}, rent=rent)).reasons] for rent in ("100.19", "100.20")
    }
    assert found == {"100.19": ["false", "false"], "100.20": ["true", "true"]}


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("rooms * rooms > 3", "only one factor"),
        ("rooms * size > 3", "only one factor"),
        ("further * rooms > 0", "only one factor"),
        ("round_down(basic / 3, fen) * rooms > 0", "only one factor"),
        ("rent * basic > 0", "money is not multiplied by money"),
        ("rent > 5", "beside money only `0`"),
        ("rent > rooms", "do not go together"),
    ],
)
def test_m29_products_and_bare_numbers(make: PackMaker, condition: str, said: str) -> None:
    """M29: a product needs a fixed factor, a table that goes on is none; beside money only 0 stands."""
    further = figure("further", "from: 2000-01-01, rows: {1: 5}, each_further: 1", by="rooms")
    rules = {"r": rule("r", criteria={"c": condition}, subject="household")}
    assert said in refused(make, rules=rules, parameters=further)


def test_m29_what_is_fixed_may_be_chosen_by_facts(make: PackMaker) -> None:
    """M29: a figure chosen by facts is fixed all the same: it may be multiplied by a count."""
    table = figure("table", "from: 2000-01-01, rows: {primary: 5, secondary: 9}", by="stage")
    pack = make(
        rules={"r": rule("r", benefit=benefit("(max(table, basic) if married else table + 0) * size"))},
        parameters=table,
    )
    found = [only(screened(pack, {"stage": "secondary", "married": married})) for married in (True, False)]
    assert [each.amount.yuan for each in found if each.amount] == ["100", "9"]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("round_down(basic / 7, fen)", "14.28"),
        ("round_up(basic / 7, fen)", "14.29"),
        ("round_half_up(basic / 7, fen)", "14.29"),
        ("round_half_up(basic / 8, jiao)", "12.50"),
        ("round_half_up(basic / 8, yuan)", "13"),
        ("round_down(basic / 8, yuan)", "12"),
        ("round_up(basic / 8, yuan)", "13"),
        ("round_up(basic, yuan)", "100"),
        ("basic + round_half_up(0 - basic / 8, yuan)", "88"),
        ("basic + round_down(0 - basic / 8, yuan)", "87"),
        ("basic + round_up(0 - basic / 8, yuan)", "88"),
    ],
)
def test_m29_roundings(make: PackMaker, amount: str, expected: str) -> None:
    """M29: down floors, up ceils, half up is the floor of x and a half, to fen, jiao or yuan."""
    found = only(screened(make(rules={"r": rule("r", benefit=benefit(amount))}), {}))
    assert found.amount is not None
    assert found.amount.yuan == expected


def test_m29_amounts_and_keys_are_whole(make: PackMaker) -> None:
    """M29: an amount that may be a fraction of a fen, and a table by what is not whole, are refused."""
    assert "a fraction of a fen" in refused(make, rules={"r": rule("r", benefit=benefit("basic / 3"))})
    half = concept("half", "value: age / 2")
    for key in ("half", "income", "since", "resident_id"):
        table = figure("table", "from: 2000-01-01, rows: {1: 5}", by=key)
        assert "selects no row" in refused(make, concepts=half, parameters=table)
    whole = make(
        concepts=concept("double", "value: age * 2"),
        parameters=figure("t", "from: 2000-01-01, rows: {2: 5}", by="double"),
    )
    assert whole.contents.parameters["t"].rows == 1


def test_m29_units_of_derivations(make: PackMaker) -> None:
    """M29: what is derived is of the type of its fact, whole."""
    assert "belongs here" in refused(make, facts=facts_file(person={"odd": "type: bool, derive: age + 1"}))
    said = "type: money, per: month, derive: income / 3"
    refused(make, facts=facts_file(person={"third": said}))
