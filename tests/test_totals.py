"""The totals of a city: each of them is what a plain count over the answers of the core comes to, however the city is cut."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import polars as pl
import pytest
from drawn_city import DAY, DrawnCity, drawn, pack
from hypothesis import given, settings
from hypothesis import strategies as st
from often import often

from eligibility import Determination, Screening
from eligibility.columns.onebyone import AMOUNT, AMOUNT_MISSING, MISSING
from eligibility.determinations import answer, benefit_of
from eligibility.elapsed import years
from eligibility.packages import apart
from eligibility.profile import Profile
from eligibility.summary import Summary
from eligibility.targets import columnar
from eligibility.totals.city import merged, percent
from eligibility.totals.counts import counted
from eligibility.totals.groups import BANDS
from eligibility.totals.tables import Table
from eligibility.totals.waits import names
from eligibility.worth import worth

UNKNOWN = None
Tables = dict[str, Table]


def tables(city: DrawnCity) -> Tables:
    """Returns the tables of a city that is one chunk."""
    return merged(city.rules, counted(*city.chunk).lazy())


def told(screening: Screening) -> list[Determination]:
    """Returns the answers that totals are about: services open to all are not."""
    return [each for each in screening.determinations if each.promise != "open"]


def best(found: list[Determination]) -> str:
    """Returns the best outcome of some answers; `none` of none."""
    outcomes = {each.outcome for each in found}
    return next((each for each in ("eligible", "undetermined", "ineligible") if each in outcomes), "none")


def paid(found: Determination) -> bool:
    """Returns whether somebody is entitled to cash or a waiver, an amount stated or not."""
    benefit = benefit_of(found)
    return found.outcome == "eligible" and benefit is not None and benefit.kind in {"cash", "waiver"}


def money(found: Determination) -> bool:
    """Returns whether an answer is about cash or a waiver with an amount."""
    benefit = benefit_of(found)
    return benefit is not None and benefit.kind in {"cash", "waiver"} and bool(benefit.amount)


def test_the_whole_is_what_the_core_says_of_each_household() -> None:
    """Persons, households, answers and sums of the whole are those of all screenings together."""
    city = drawn()
    expected: Counter[str] = Counter()
    for profile, screening in city.each():
        mine = told(screening)
        expected["households"] += 1
        expected[f"households_{best(mine)}"] += 1
        expected["households_paid"] += any(paid(each) for each in mine)
        for member in profile.members:
            own = [each for each in mine if each.subject == member["id"]]
            expected["persons"] += 1
            expected[f"persons_{best(own)}"] += 1
            expected["persons_paid"] += any(paid(each) for each in own)
        expected.update(f"answers_{each.outcome}" for each in mine)
        expected.update(f"open_{each.outcome}" for each in screening.determinations if each.promise == "open")
        for kind, sums in Summary(screening).sums().items():
            expected[f"{kind}_year_yuan"] += sums.yearly
            expected[f"{kind}_once_yuan"] += sums.once

    row = dict(tables(city)["whole"].rows[0])
    for name, value in row.items():
        if name.endswith("_yuan") and name.partition("_")[0] in {"cash", "waiver"}:
            row[name] = int(value * 100)
    assert {name: row[name] for name in expected} == dict(expected)
    assert expected["cash_year_yuan"] > 0 < expected["waiver_year_yuan"]
    assert expected["open_eligible"] > 0


def band(member: dict[str, Any]) -> str | None:
    """Returns the age band of a member, worked out from what is stated."""
    if member.get("died"):
        return "deceased"
    born = member.get("birth_date")
    if born is None and "resident_id" in member:
        text = member["resident_id"][6:14]
        born = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    if born is not None and born > DAY:
        return "unborn"
    age = member["age"] if "age" in member else None if born is None else years(born, DAY)
    return None if age is None else [each.key for each in BANDS if each.least <= age][-1]


def grouped(city: DrawnCity) -> Counter[tuple[str, Any, str]]:
    """Returns answers and money by county, by age band and by entitlement, counted one by one."""
    found: Counter[tuple[str, Any, str]] = Counter()
    for profile, screening in city.each():
        bands = {str(member["id"]): band(dict(member)) for member in profile.members}
        for each in screening.determinations:
            keys: list[tuple[str, Any]] = [("entitlements", each.entitlement)]
            if each.promise != "open":
                keys.append(("counties", profile.household.get("residence_county")))
            if each.promise != "open" and each.subject in bands:
                keys.append(("age_bands", bands[each.subject]))
            if each.promise == "open":
                apart: list[tuple[str, Any]] = [("counties", profile.household.get("residence_county"))]
                apart += [("age_bands", bands[each.subject])] if each.subject in bands else []
                found.update((table, key, f"open_{each.outcome}") for table, key in apart)
            for table, key in keys:
                found[table, key, f"answers_{each.outcome}"] += 1
                for name, value in amounts(each, screening):
                    found[table, key, name] += value
    return +found


def amounts(found: Determination, screening: Screening) -> list[tuple[str, int]]:
    """Returns what the money of one answer adds to which column, in fen."""
    benefit, value = benefit_of(found), worth(found)
    if benefit is None or found.outcome != "eligible" or not money(found) or found.promise == "open":
        return []
    if value is None:
        return [("unknown", 1)]
    period = "once" if benefit.per == "once" else "year"
    beside = "may_" if found.promise == "may" else ""
    if found.claim in apart(screening.packages):
        return [("apart", 1), (f"apart_{period}_yuan", value)]
    if beside:
        return [("may", 1), (f"may_{period}_yuan", value)]
    return [(f"{benefit.kind}_{period}_yuan", value), (f"{period}_yuan", value)]


@pytest.mark.parametrize("name", ["counties", "age_bands", "entitlements"])
def test_each_group_is_counted_as_the_core_counts(name: str) -> None:
    """By county, age band and entitlement, answers and money are those of the screenings; the unknown is a group of its own."""
    city = drawn()
    key = {"counties": "county", "age_bands": "band", "entitlements": "entitlement"}[name]
    expected = {(group, measure): value for (table, group, measure), value in grouped(city).items() if table == name}
    table = tables(city)[name]
    columns = [each for each in table.columns if each.kind in {"count", "yuan"}]
    wanted = [each for each in columns if not each.key.startswith(("persons", "households"))]
    found = {}
    for row in table.rows:
        for each in wanted:
            value = int(row[each.key] * 100) if each.kind == "yuan" else row[each.key]
            if value:
                found[row[key], each.key] = value

    assert found == {pair: value for pair, value in expected.items() if pair[1] in {each.key for each in wanted}}
    if name != "entitlements":
        assert any(group is UNKNOWN for group, _ in expected)
        assert any(measure == "open_eligible" for _, measure in expected)
    assert any(measure == "apart" for _, measure in expected)


def test_persons_of_all_bands_and_counties_are_all_persons() -> None:
    """Every person is in one band and one county; who is listed as dead is a band of its own."""
    city = drawn()
    found = tables(city)

    for name in ("counties", "age_bands"):
        assert sum(row["persons"] for row in found[name].rows) == found["whole"].rows[0]["persons"]
    expected = Counter(band(dict(member)) for profile in city.profiles for member in profile.members)
    assert {row["band"]: row["persons"] for row in found["age_bands"].rows} == dict(expected)
    assert expected["deceased"] > 0


@settings(max_examples=4)
@given(cuts=st.lists(st.integers(0, 30), max_size=4), order=st.randoms(use_true_random=False))
def test_a_city_comes_to_the_same_however_it_is_cut(cuts: list[int], order: Any) -> None:  # noqa: ANN401 - a source of chance
    """Whatever the chunks, and in whatever order their counts come, the tables are the same."""
    city = drawn(30, 2)
    parts = [counted(*part.chunk) for part in city.split(cuts)]
    order.shuffle(parts)

    found = merged(city.rules, pl.concat(parts).lazy())

    assert {key: table.rows for key, table in found.items()} == {key: table.rows for key, table in tables(city).items()}


test_a_city_comes_to_the_same_however_it_is_cut_often = often(
    test_a_city_comes_to_the_same_however_it_is_cut,
    12,
    cuts=st.lists(st.integers(0, 30), max_size=4),
    order=st.randoms(use_true_random=False),
)


def waiting(found: Determination, items: str = "missing") -> set[tuple[str, str]]:
    """Returns what an answer waits for, as the totals name it."""
    return {("figures" if each.subject == "pack" else "fields", each.name) for each in getattr(found, items)}


def test_what_is_missing_is_counted_once_for_each_who_waits() -> None:
    """For each field and figure: the answers, persons and households that wait for it, alone or among others, and the amounts."""
    city = drawn()
    expected: Counter[tuple[str, str, str]] = Counter()
    for profile, screening in city.each():
        who: set[tuple[str, str, str, str]] = set()
        for each in told(screening):
            for measure, items in (("answers", "missing"), ("amounts", "amount_missing")):
                named = waiting(each, items) if measure == "answers" or each.outcome == "eligible" else set()
                for table, name in named:
                    for suffix in ("", "_alone") if len(named) == 1 else ("",):
                        expected[table, name, measure + suffix] += 1
                        if measure == "answers":
                            who.add((table, name, f"households{suffix}", profile.id))
                            if each.subject != "household":
                                who.add((table, name, f"persons{suffix}", each.subject))
        expected.update((table, name, measure) for table, name, measure, _ in who)

    found = tables(city)
    counts = {
        (table, row["code"], column.key): row[column.key]
        for table in ("fields", "figures")
        for row in found[table].rows
        for column in found[table].columns
        if column.kind == "count" and row[column.key]
    }
    assert counts == dict(expected)
    assert len(found["figures"].rows) > 3


def test_what_settles_the_most_people_stands_first() -> None:
    """Fields are in the order of the persons who wait for them alone."""
    rows = tables(drawn())["fields"].rows

    alone = [row["persons_alone"] for row in rows]
    assert alone == sorted(alone, reverse=True)
    assert alone[0] > 0


@given(source=st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_an_answer_that_waits_for_one_field_alone_is_settled_by_it(source: Any) -> None:  # noqa: ANN401 - a source of chance
    """Once the field is known of everybody of whom it is missing, the answer waits for no field of the register any more.

    Of a list of members that may go on (M2) only its being complete is to know.
    """
    city = drawn()
    schema = city.rules.pack.contents.schema
    open_ones = [
        (profile, each)
        for profile, screening in city.each()
        for each in told(screening)
        if len(waiting(each)) == 1 and each.missing[0].kind == "fact"
    ]
    profile, found = source.choice(open_ones)
    fact = schema.facts[found.missing[0].name]
    values = {"bool": [True, False], "choice": list(fact.values), "count": list(range(0, 100, 7)), "money": [0, 10**7]}
    value = source.choice(values.get(fact.type, [True]) if fact.type != "place" else ["620402", "620422", "110101"])
    value = True if fact.name == "members_complete" else value
    whom = {each.subject for each in found.missing}
    after = filled(profile, whom, fact.name, value)
    asked = answer(found).ruled.entitlement.id
    (again,) = [
        each
        for each in DrawnCity(city.rules, (after,)).screenings[0].determinations
        if (each.entitlement, each.subject) == (asked, found.subject)
    ]

    assert {each.kind for each in again.missing} <= {"parameter"}


def filled(profile: Profile, whom: set[str], name: str, value: Any) -> Profile:  # noqa: ANN401 - a value of any fact
    """Returns a profile in which a fact is known of some subjects."""
    members = tuple({**each, name: value} if each["id"] in whom else each for each in profile.members)
    home = {**profile.household, name: value} if "household" in whom else profile.household
    return Profile(profile.id, profile.as_of, home, members)


def test_the_sums_of_a_city_do_not_wrap() -> None:
    """A sum beyond 64 bits is exact: twelve million people with the largest amount that there can be."""
    city = drawn(12, 3)
    rules, persons, households, mine, ours = city.chunk
    id = "disability-living-subsidy"
    largest, many = 10**12, 1_000_000
    one = pl.DataFrame({"household_id": ["h0"], "id": ["a"]})
    people = pl.concat([one] * 1000).select(pl.all().repeat_by(many // 1000).explode())
    answers = people.with_columns(
        pl.lit(2, pl.Int8).alias(id),
        pl.lit(largest, pl.Int64).alias(id + AMOUNT),
        pl.lit(None, pl.String).alias(id + MISSING),
        pl.lit(None, pl.String).alias(id + AMOUNT_MISSING),
    )
    part = counted(rules, people, households.head(1), answers, ours.head(1))
    del persons, mine

    found = merged(rules, pl.concat([part] * 12).lazy())["whole"]

    assert found.rows[0]["cash_year_yuan"] * 100 == largest * 12 * many * 12 > 2**66
    assert found.frame()["cash_year_yuan"].to_list() == [found.rows[0]["cash_year_yuan"]]


def test_nobody_is_no_city() -> None:
    """Tables of nobody hold nothing, and no error."""
    city = drawn(4, 4)
    rules, *frames = city.chunk
    found = merged(rules, counted(rules, *(each.clear() for each in frames)).lazy())

    assert found["whole"].rows[0]["persons"] == 0
    assert [found[key].rows for key in ("counties", "age_bands", "fields", "coming")] == [(), (), (), ()]


def test_only_what_was_asked_for_has_a_row() -> None:
    """With `only`, other entitlements are no rows of nothing."""
    city = drawn(12, 3)
    rules, persons, households, *_ = city.chunk
    only = ("resident-pension", "minimum-living-guarantee")
    part = counted(rules, persons, households, *columnar.answer(rules, persons, households, only))

    assert {row["entitlement"] for row in merged(rules, part.lazy(), only)["entitlements"].rows} == set(only)


def test_an_age_stated_for_another_day_is_not_known() -> None:
    """M9: a household whose facts hold on another day has no age band by its stated ages."""
    persons = pl.DataFrame({"household_id": ["a", "b"], "id": ["x", "y"], "age": [70, 70]})
    households = pl.DataFrame({"household_id": ["a", "b"], "as_of": [DAY, date(2017, 1, 1)]})
    rules = pack().on(DAY)
    keys = {"a": persons.select("household_id", "id"), "b": households.select("household_id")}

    part = counted(rules, persons, households, keys["a"], keys["b"])

    rows = merged(rules, part.lazy())["age_bands"].rows
    assert [(row["band"], row["persons"]) for row in rows] == [("60-79", 1), (None, 1)]


def test_who_is_not_born_yet_is_a_band_of_their_own() -> None:
    """Born after the day is no unknown age; on the day itself somebody is there; who is listed as dead is that first."""
    born = [date(2018, 1, 1), date(2017, 12, 31), None, date(2018, 1, 1)]
    ids = ["a", "b", "c", "d"]
    persons = pl.DataFrame(
        {"household_id": ids, "id": ids, "birth_date": born, "died": [None, None, None, True]},
        schema_overrides={"birth_date": pl.Date},
    )
    homes = pl.DataFrame({"household_id": ids})
    rules = pack().on(DAY)
    part = counted(rules, persons, homes, persons.select("household_id", "id"), homes)

    rows = merged(rules, part.lazy())["age_bands"].rows
    assert [(row["band"], row["persons"]) for row in rows] == [("0-2", 1), (None, 1), ("unborn", 1), ("deceased", 1)]
    assert (rows[2]["band_name"]["zh"], rows[2]["band_name"]["en"]) == ("这一天尚未出生", "not born yet on the day")


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (2, 3, "66.7"),
        (5, 13, "38.5"),
        (1, 3, "33.3"),
        (1, 2000, "0.1"),
        (1, 2001, "0.0"),
        (7, 7, "100.0"),
        (0, 5, "0.0"),
    ],
)
def test_shares_are_rounded_half_up(part: int, whole: int, text: str) -> None:
    """A share in percent is rounded to a tenth, halves up, by whole numbers however large; of nothing there is none."""
    many = 10**30
    assert str(percent(part, whole)) == str(percent(part * many, whole * many)) == text
    assert percent(0, 0) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("age", {("fields", "age")}),
        ("age members.age", {("fields", "age")}),
        ("household.dibao pack.urban_guarantee_line", {("fields", "dibao"), ("figures", "urban_guarantee_line")}),
        ("pack.child-rehabilitation.in_force", {("figures", "child-rehabilitation.in_force")}),
    ],
)
def test_a_field_is_one_whoever_it_is_missing_of(text: str, found: set[tuple[str, str]]) -> None:
    """A fact of the person, of other members or of the household is one field; figures stand apart."""
    assert set(names(text)) == found
