"""The rulings on people and names, M1 to M4: subjects, members, quantifiers, the dead.

`docs/meaning.md` has the rulings; each test here names its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from conftest import PackMaker
from packs_for_tests import concept, facts_file, only, refused, rule, screened, truths, waits

from eligibility import Determination, ProfileError


def asked(make: PackMaker, condition: str, *members: Mapping[str, Any], **household: Any) -> Determination:  # noqa: ANN401 - facts of any type
    """Returns what one condition of a household comes to."""
    pack = make(rules={"one": rule("one", subject="household", criteria={"it": condition})})
    return only(screened(pack, *members, **household))


def truth(make: PackMaker, condition: str, *members: Mapping[str, Any], **household: Any) -> str:  # noqa: ANN401 - likewise
    """Returns the truth of one condition of a household."""
    return truths(make, [condition], *members, **household)[condition]


def test_m1_bare_names(make: PackMaker) -> None:
    """M1: in a person's rule a bare name is that person's, then the household's, also inside a quantifier."""
    condition = "disabled and rents and any(m.married and disabled for m in members)"
    pack = make(rules={"one": rule("one", criteria={"it": condition})})
    a, b = screened(pack, {"disabled": True}, {"disabled": False, "married": True}, rents=True).determinations
    assert (a.outcome, b.outcome) == ("eligible", "ineligible")


def test_m1_names_of_a_household(make: PackMaker) -> None:
    """M1: in a household's rule a bare name is the household's only; a person's is refused."""
    said = refused(make, rules={"one": rule("one", subject="household", criteria={"it": "disabled"})})
    assert "`disabled` is a fact of a person" in said
    assert truth(make, "rents and any(m.disabled for m in members)", {"disabled": True}, rents=True) == "true"


def test_m1_no_name_means_two_things(make: PackMaker) -> None:
    """M1: no name stands for two things or is the language's own, and no member is called `household`."""
    assert "already means something else" in refused(make, facts=facts_file(household={"married": "type: bool"}))
    assert "already means something else" in refused(make, concepts=concept("married", "disabled"))
    assert "the language's own" in refused(make, facts=facts_file(person={"size": "type: bool"}))
    with pytest.raises(ProfileError, match="`household` cannot be the id of a member"):
        screened(make(rules={"one": rule("one")}), {"id": "household"})


def test_m2_an_open_list_settles_what_the_listed_settle(make: PackMaker) -> None:
    """M2: with `members_complete: false` a true any, a false all and a count's lower bound are settled."""
    expected = {
        "any(m.disabled for m in members)": "true",
        "all(m.disabled for m in members)": "false",
        "count(m.disabled for m in members) >= 1": "true",
        "count(m.disabled for m in members) == 0": "false",
        "count(m.disabled for m in members) < 1": "false",
    }
    people = ({"disabled": True}, {"disabled": False})
    assert truths(make, expected, *people, members_complete=False) == expected


@pytest.mark.parametrize(
    "condition",
    [
        "any(m.married for m in members if m.disabled)",
        "all(m.income > 0 for m in members)",
        "count(m.disabled for m in members) >= 2",
        "count(m.disabled for m in members) <= 5",
        "sum(m.income for m in members) >= 0",
        "min(m.income for m in members) >= 0",
        "max(m.income for m in members) >= 0",
        "size >= 0",
        "income_total >= 0",
        "income_per_person < basic",
    ],
)
def test_m2_an_open_list_leaves_the_rest_open(condition: str, make: PackMaker) -> None:
    """M2: everything else that rests on the list is unknown, derived incomes too, and waits for `members_complete`."""
    people = ({"disabled": True, "income": 5, "counted": True}, {"disabled": False, "income": 7, "counted": True})
    found = asked(make, condition, *people, members_complete=False)
    assert found.reasons[0].truth == "unknown"
    assert "household.members_complete" in waits(found)


def test_m2_two_defaults(make: PackMaker) -> None:
    """M2: a list is complete, and a member alive, unless the profile says otherwise; null says nothing."""
    condition = "members_complete and all(not m.died for m in members) and size == 2"
    assert truth(make, condition, {}, {}) == "true"
    assert truth(make, condition, {"died": None}, {"died": False}, members_complete=None) == "true"


def test_m2_nobody_living(make: PackMaker) -> None:
    """M2: one listed member suffices, and a household with none living is the subject of nothing."""
    pack = make(rules={"one": rule("one"), "two": rule("two", subject="household")})
    assert [each.subject for each in screened(pack, {}).determinations] == ["a", "household"]
    assert screened(pack).determinations == ()
    assert screened(pack, {"died": True}).determinations == ()


def test_m2_the_number_of_members_assumed(make: PackMaker) -> None:
    """M2: a screening tells how many members were assumed, the living ones."""
    found = screened(make(rules={"one": rule("one")}), {}, {"died": True}, {"birth_date": "2021-01-01"})
    assert found.members == 1


def test_m3_over_nobody(make: PackMaker) -> None:
    """M3: over nobody any is false, all true, count and sum zero, min and max unknown."""
    expected = {
        "any(m.disabled for m in members if m.age > 90)": "false",
        "all(m.disabled for m in members if m.age > 90)": "true",
        "count(m.married for m in members if m.age > 90) == 0": "true",
        "sum(m.income for m in members if m.age > 90) == 0": "true",
        "min(m.income for m in members if m.age > 90) >= 0": "unknown",
        "max(m.income for m in members if m.age > 90) >= 0": "unknown",
    }
    assert truths(make, expected, {"age": 30, "income": 5}) == expected


def test_m3_an_unknown_filter_or_value(make: PackMaker) -> None:
    """M3: `any(c if p)` is any(p and c), `all(c if p)` all(not p or c); a sum with anything unknown in it is unknown."""
    expected = {
        "any(m.disabled for m in members if m.counted)": "unknown",
        "any(m.married for m in members if m.counted)": "false",
        "all(m.disabled for m in members if m.counted)": "true",
        "all(m.married for m in members if m.counted)": "unknown",
        "sum(m.income for m in members if m.counted) >= 0": "unknown",
        "min(m.income for m in members if m.counted) >= 0": "unknown",
        "max(m.age for m in members) >= 0": "unknown",
        "sum(m.age for m in members) >= 0": "unknown",
        "sum(m.age for m in members if m.married) == 0": "true",
    }
    assert truths(make, expected, {"disabled": True, "married": False, "income": 5}) == expected


def test_m3_a_count_is_settled_by_its_bounds(make: PackMaker) -> None:
    """M3: one surely in and two perhaps settle a count against a whole constant as far as one to three tell."""
    compared = {
        ">= 1": "true",
        ">= 2": "unknown",
        ">= 4": "false",
        "< 4": "true",
        "== 4": "false",
        "== 0": "false",
        "!= 4": "true",
        "== 2": "unknown",
    }
    expected = {f"count(m.disabled for m in members) {how}": said for how, said in compared.items()}
    expected |= {"3 >= count(m.disabled for m in members)": "true", "1 < count(m.disabled for m in members)": "unknown"}
    assert truths(make, expected, {"disabled": True}, {}, {}, {"disabled": False}) == expected


def test_m3_a_choice_waits_for_its_condition(make: PackMaker) -> None:
    """M3: `x if c else y` with c unknown is unknown, even where x equals y, and waits for both."""
    assert truth(make, "(rooms if rents else rooms) == 3", {}, rooms=3) == "unknown"
    found = asked(make, "(rooms == 3 if rents else income_total > 0)", {})
    assert waits(found) == ["household.rents", "household.rooms", "household.income_total"]


def test_m4_the_dead_and_the_unborn(make: PackMaker) -> None:
    """M4: the dead, and who is born after the day, leave quantifiers and size and are subject of nothing else."""
    people = ({"disabled": False}, {"disabled": True, "died": True}, {"disabled": True, "birth_date": "2020-06-02"})
    assert truth(make, "size == 1 and not any(m.disabled for m in members)", *people) == "true"
    rules = {"one": rule("one"), "grave": rule("grave", subject="deceased", criteria={"it": "disabled"})}
    found = screened(make(rules=rules), *people)
    assert [(each.entitlement, each.subject, each.outcome) for each in found.determinations] == [
        ("grave", "b", "eligible"),
        ("one", "a", "eligible"),
    ]
    newborn = screened(make(rules={"one": rule("one")}), {"birth_date": "2020-06-01"})
    assert len(newborn.determinations) == 1
    alone = screened(make(rules=rules), {"died": True})
    assert [each.entitlement for each in alone.determinations] == ["grave"]


def test_m4_who_is_left_out_is_named(make: PackMaker) -> None:
    """M4: a screening names each listed member who does not count, as listed, and why; the unborn have not died."""
    late, coming = {"birth_date": "2020-06-02", "died": True}, {"birth_date": "2020-06-02"}
    found = screened(make(rules={"one": rule("one")}), {}, {"died": True}, late, coming, {"birth_date": "2020-06-01"})
    expected = [("b", "died"), ("c", "not_born"), ("d", "not_born")]
    assert [(each.id, each.why) for each in found.left_out] == expected
    assert found.model_dump()["left_out"] == [{"id": id, "why": why} for id, why in expected]
    assert screened(make(rules={"one": rule("one")}), {}).left_out == ()
