"""Who becomes entitled soon: for a whole city the same, to the day, as for each household by itself."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import lru_cache

import polars as pl
import pytest
from conftest import PackMaker
from drawn_city import DrawnCity, drawn, pack
from hypothesis import example, given, settings
from hypothesis import strategies as st
from packs_for_tests import benefit, figure, make_pack, rule

from eligibility import RulePack, screen
from eligibility.columns.frames import to_frames
from eligibility.elapsed import after_months
from eligibility.outlook import openings
from eligibility.profile import Profile
from eligibility.targets.columnar import answer
from eligibility.totals.coming import WITHIN_DAYS, coming, counted
from eligibility.totals.steps import reached, turning

DAYS = [date(2017, 10, 1), date(2016, 2, 29)]
Found = dict[tuple[str, str, str], tuple[date, bool]]


@lru_cache(maxsize=4)
def soon(day: date) -> tuple[DrawnCity, pl.DataFrame]:
    """Returns a city in which much is about to change, and what is told of it."""
    city = drawn(36, 6, day, soon=True)
    return city, coming(*city.chunk)


def found(rows: pl.DataFrame, change: str) -> Found:
    """Returns what opens, or ends, by household, subject and entitlement: the day, and whether the law changes on it."""
    return {
        (row["household_id"], row["id"] or "household", row["entitlement"]): (row["day"], row["by_law"])
        for row in rows.filter(pl.col("change") == change).iter_rows(named=True)
    }


@pytest.mark.parametrize("day", [DAYS[0], pytest.param(DAYS[1], marks=pytest.mark.slow)])
def test_what_opens_is_what_the_outlook_of_each_household_tells(day: date) -> None:
    """The sure openings of the next 90 days are those of the outlook, each with its first day and its reason."""
    city, rows = soon(day)
    expected: Found = {}
    unsure = set()
    for profile, screening in city.each():
        for each in openings(city.rules, profile, screening):
            if each.day <= day + timedelta(WITHIN_DAYS):
                key = (profile.id, each.subject, each.entitlement)
                if each.sure:
                    expected[key] = (each.day, each.by_law)
                else:
                    unsure.add(key)

    # Of what an age leaves open the outlook says no more; that a later change of the law settles it is told here all the same.
    assert {key: value for key, value in found(rows, "opens").items() if key not in unsure} == expected
    assert expected


def test_what_ends_was_granted_and_is_refused_from_that_day() -> None:
    """What ends is eligible today, and on no day before; looked at day by day, nothing that ends is left out."""
    day = DAYS[0]
    city, rows = soon(day)
    some = city.profiles[:16]
    expected: dict[tuple[str, str, str], date] = {}
    for profile in some:
        held = {(each.entitlement, each.subject) for each in screen(city.rules, profile).eligible}
        for after in range(1, WITHIN_DAYS + 1):
            later = screen(pack().on(day + timedelta(after)), profile)
            outcomes = {(each.entitlement, each.subject): each.outcome for each in later.determinations}
            for id, subject in sorted(held):
                if outcomes.get((id, subject), "ineligible") == "ineligible":
                    expected[profile.id, subject, id] = day + timedelta(after)
                    held.discard((id, subject))

    homes = {profile.id for profile in some}
    assert {key: value for key, (value, _) in found(rows, "ends").items() if key[0] in homes} == expected
    assert expected


def test_a_city_that_is_cut_tells_the_same() -> None:
    """Households do not lean on each other: chunk by chunk the same is told as all at once."""
    city, rows = soon(DAYS[0])
    parts = pl.concat([coming(*part.chunk) for part in city.split([3, 17])])

    order = ["day", "household_id", "entitlement", "id"]
    assert parts.sort(order).equals(rows.sort(order))


def test_the_counts_are_those_of_the_list() -> None:
    """By county and entitlement, as many open and end as the list has, with the same sums a year."""
    city, rows = soon(DAYS[0])
    homes = {each.id: each.household.get("residence_county") for each in city.profiles}
    expected: Counter[tuple[object, ...]] = Counter()
    for row in rows.iter_rows(named=True):
        key = (homes[row["household_id"]], row["entitlement"])
        expected[*key, f"{row['change']}_count"] += 1
        expected[*key, f"{row['change']}_by_law"] += row["by_law"]
        expected[*key, f"{row['change']}_year"] += row["year_fen"] or 0

    made = counted(rows, city.frames[1]).filter(pl.col("value") != 0)
    told = made.select("residence_county", "name", "measure", "value").iter_rows()
    assert {(county, name, measure): int(value) for county, name, measure, value in told} == dict(+expected)


def test_only_what_was_asked_for_is_told() -> None:
    """With `only`, nothing else opens or ends."""
    city, every = soon(DAYS[0])
    rules, persons, households, *_ = city.chunk
    only = (every["entitlement"][0],)

    some = coming(rules, persons, households, *answer(rules, persons, households, only), only)

    order = ["day", "household_id", "entitlement", "id"]
    assert some.sort(order).equals(every.filter(pl.col("entitlement") == only[0]).sort(order))


def told(pack_: RulePack, day: date, household: Profile) -> pl.DataFrame:
    """Returns what changes soon for one household."""
    rules = pack_.on(day)
    persons, households = to_frames(pack_.contents.schema, [household])
    return coming(rules, persons, households, *answer(rules, persons, households))


def tell(pack_: RulePack, day: date, household: Profile) -> list[tuple[str | None, str, str, date]]:
    """Returns whose entitlement opens or ends on which day."""
    return list(told(pack_, day, household).select("id", "entitlement", "change", "day").iter_rows())


RULES = {
    "grown": rule("grown", criteria={"age": "age >= 18"}),
    "young": rule("young", criteria={"age": "age < 18"}),
    "brief": rule("brief", criteria={"age": "age >= 18", "only": "age < 19"}),
    "odd": rule("odd", criteria={"age": "age * 2 >= 36"}),
    "family": rule("family", subject="household", criteria={"child": "any(m.age < 18 for m in members)"}),
    "large": rule("large", subject="household", criteria={"size": "size >= 2"}),
    "early": rule("early", criteria={"age": "age >= 18", "day": 'as_of < date("2020-06-25")'}),
    "until": rule("until", criteria={"age": "age >= 0"}, in_force="{from: 2000-01-01, to: 2020-07-31}"),
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> RulePack:
    """A pack of rules about ages."""
    return make_pack(tmp_path_factory.mktemp("ages"), rules=RULES)


def test_a_birthday_opens_and_ends(small: RulePack) -> None:
    """On the eighteenth birthday one opens and another ends, for the person and for the household; a rule that ends, ends too."""
    day, born = date(2020, 6, 1), date(2002, 6, 20)
    found_ = tell(small, day, Profile("h", day, {}, ({"id": "a", "birth_date": born},)))

    birthday = date(2020, 6, 20)
    assert sorted(found_, key=str) == sorted(
        [
            ("a", "grown", "opens", birthday), ("a", "brief", "opens", birthday), ("a", "odd", "opens", birthday),
            ("a", "early", "opens", birthday),
            ("a", "young", "ends", birthday), (None, "family", "ends", birthday),
            ("a", "until", "ends", date(2020, 8, 1)),
        ],
        key=str,
    )  # fmt: skip


def test_amounts_are_those_of_the_day(make: PackMaker) -> None:
    """Of what opens the amount is that of its day, of what ends that of today, each by the year beside it."""
    values = "from: 2000-01-01, to: 2020-06-09, value: 100\nfrom: 2020-06-10, value: 250"
    rules = {
        "grown": rule("grown", criteria={"age": "age >= 18"}, benefit=benefit("raised")),
        "young": rule("young", criteria={"age": "age < 18"}, benefit=benefit("by_term", "term")),
        "gift": rule("gift", criteria={"age": "age >= 18"}, benefit=benefit("one_time", "once")),
    }
    day, born = date(2020, 6, 1), date(2002, 6, 20)
    kinds = {"raised": "month", "by_term": "term", "one_time": "once"}
    figures = (figure(name, values, f"money, per: {per}") for name, per in kinds.items())
    pack_ = make(rules=rules, parameters="".join(figures))
    rows = told(pack_, day, Profile("h", day, {}, ({"id": "a", "birth_date": born},)))

    found_ = {
        row["entitlement"]: (row["change"], row["amount_fen"], row["per"], row["year_fen"])
        for row in rows.rows(named=True)
    }
    assert found_ == {
        "grown": ("opens", 25_000, "month", 300_000),
        "young": ("ends", 10_000, "term", 20_000),
        "gift": ("opens", 25_000, "once", None),
    }


@pytest.mark.parametrize(("born", "first"), [(date(2002, 8, 30), True), (date(2002, 8, 31), False)])
def test_the_last_day_counts(small: RulePack, born: date, first: bool) -> None:  # noqa: FBT001 - both ends of the window
    """What opens on the ninetieth day is told, what opens a day later is not."""
    day = date(2020, 6, 1)
    found_ = tell(small, day, Profile("h", day, {}, ({"id": "a", "birth_date": born},)))

    assert (("a", "grown", "opens", born.replace(year=2020)) in found_) is first


def test_who_is_born_opens_what_counts_members(small: RulePack) -> None:
    """A child listed before it is born makes the household larger on its day, and becomes the subject of rules."""
    day, born = date(2020, 6, 1), date(2020, 7, 4)
    members = ({"id": "a", "birth_date": date(1980, 1, 1)}, {"id": "b", "birth_date": born})
    found_ = tell(small, day, Profile("h", day, {}, members))

    assert {(None, "large", "opens", born), ("b", "young", "opens", born), (None, "family", "opens", born)} <= set(
        found_
    )


def test_a_stated_age_foretells_nothing(small: RulePack) -> None:
    """M9: an age without its date is not known on another day, so that nothing surely opens or ends by it."""
    day = date(2020, 6, 1)
    found_ = tell(small, day, Profile("h", day, {}, ({"id": "a", "age": 17},)))

    assert [(id, change) for _, id, change, _ in found_] == [("until", "ends")]


def test_where_a_count_is_only_compared_with_numbers_it_turns_there_alone(small: RulePack) -> None:
    """A rule is asked again where a count reaches a number that it names; on every day of a count that it reckons with."""
    rules = small.on(date(2020, 6, 1))

    assert turning(rules, "grown", "age") == frozenset({0, 18, 19})
    assert turning(rules, "brief", "age") == frozenset({0, 18, 19, 20})
    assert turning(rules, "odd", "age") is None
    assert turning(rules, "large", "age") == frozenset()
    assert turning(rules, "family", "age") == frozenset({0, 18, 19})


@given(
    start=st.dates(date(1990, 1, 1), date(2020, 9, 1)),
    day=st.dates(date(2015, 1, 1), date(2020, 6, 30)),
    name=st.sampled_from(["age", "residence_months"]),
)
@example(start=date(2000, 2, 29), day=date(2018, 1, 1), name="age")
@example(start=date(2019, 12, 31), day=date(2020, 1, 15), name="residence_months")
@settings(max_examples=80)
def test_the_days_are_those_on_which_a_count_grows(start: date, day: date, name: str) -> None:
    """Each full step since a date that ends within the window has its day and its number, short months and leap days too."""
    fact = pack().contents.schema.facts[name]
    column = {"age": "birth_date", "residence_months": "resident_since"}[name]
    persons = pl.DataFrame({"household_id": ["h"], "id": ["a"], column: [start]})
    last, size = day + timedelta(WITHIN_DAYS), 12 if name == "age" else 1

    rows = reached(pack().on(day), persons, fact, last).select("day", "count").sort("day").rows()

    steps = ((after_months(start, count * size), count) for count in range(400))
    assert rows == [(each, count) for each, count in steps if day < each <= last]
