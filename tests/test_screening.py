"""Screening: outcomes, marks, what is missing, amounts, reasons in order, and the published JSON form."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from conftest import PackMaker
from hypothesis import given
from hypothesis import strategies as st
from packs_for_tests import (
    LABEL,
    amount_waits,
    benefit,
    concept,
    family,
    figure,
    make_pack,
    only,
    rule,
    screened,
    shipped,
    waits,
)

from eligibility import RulePack, Screening, UnknownName, read_profile, screen
from eligibility.money import PERIODS
from eligibility.screening import ADAPTER

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
DAY = date(2017, 12, 31)
CARD = {"disability_certificate": True, "hukou_province": "62"}


@pytest.fixture(scope="module")
def baiyin() -> RulePack:
    """Returns the pack that ships."""
    return shipped()


@pytest.fixture(scope="module")
def li(baiyin: RulePack) -> Screening:
    """Returns the screening of the first example."""
    rules = baiyin.on(DAY)
    return screen(rules, read_profile(EXAMPLES / "li-family.yaml", rules))


def test_the_example_of_the_design(baiyin: RulePack) -> None:
    """A card holder on the urban guarantee of whom the exclusions were not asked waits for just these three, in order."""
    found = screened(baiyin, {"age": 30, **CARD}, day=DAY, dibao="urban").find("disability-living-subsidy", "a")
    assert found is not None
    assert found.outcome == "undetermined"
    assert waits(found) == [
        "a.receives_orphan_allowance",
        "a.receives_work_injury_care_fee",
        "a.extreme_poverty_support",
    ]


def test_the_json_form_has_these_keys(li: Screening) -> None:
    """The JSON form has exactly the keys that are published, in their order."""
    found = li.model_dump(mode="json")
    assert list(found) == [
        "schema",
        "household",
        "as_of",
        "notice",
        "pack",
        "left_out",
        "determinations",
        "packages",
        "falling",
    ]
    assert list(found["notice"]) == ["zh", "en"]
    assert list(found["pack"]) == ["id", "version", "digest", "readings"]
    one = next(each for each in found["determinations"] if each["amount"])
    assert list(one) == [
        "entitlement",
        "subject",
        "outcome",
        "promise",
        "marks",
        "amount",
        "amount_at_least",
        "amount_missing",
        "missing",
        "readings",
        "reasons",
    ]
    assert list(one["amount"]) == ["yuan", "per"]
    assert list(one["reasons"][0]) == ["criterion", "truth", "facts", "cite"]
    items = [item for each in found["determinations"] for item in each["missing"]]
    assert {tuple(item) for item in items} == {("subject", "name", "kind")}


def test_the_json_form_has_these_values(baiyin: RulePack, li: Screening) -> None:
    """The values are those of the design: texts, not dates and fen; the eligible child's waiver as published."""
    found = li.model_dump(mode="json")
    assert found == json.loads(json.dumps(found))
    assert (found["schema"], found["household"], found["as_of"], found["packages"]) == (
        "1",
        "li-family",
        "2017-12-31",
        [],
    )
    assert found["notice"]["zh"].startswith("初筛，不是审批决定")
    assert found["pack"]["id"] == "baiyin"
    assert found["pack"]["digest"].startswith("sha256:")
    (child,) = [
        each
        for each in found["determinations"]
        if (each["entitlement"], each["subject"]) == ("fee-free-preschool", "child")
    ]
    assert (child["outcome"], child["promise"], child["missing"]) == ("eligible", "right", [])
    assert "preschool-age" in child["readings"]
    assert set(baiyin.contents.readings) >= {id for each in found["determinations"] for id in each["readings"]}
    assert (found["pack"]["readings"], found["left_out"]) == ({}, [])
    assert {
        "granted": {"entitlement": "extreme-poverty-support", "subject": "grandfather"},
        "falls": {"entitlement": "severe-disability-nursing-subsidy", "subject": "grandfather"},
        "relation": "not_with",
    } in found["falling"]
    assert child["amount"] == {"yuan": "1000", "per": "school_year"}
    assert {
        "criterion": "gansu-hukou",
        "truth": "true",
        "facts": {"hukou_province": "62"},
        "cite": "plan C04",
    } in child["reasons"]


def test_every_example_fits_the_published_schema(baiyin: RulePack) -> None:
    """The JSON of every example fits the JSON Schema that is published, which allows nothing else in its objects."""
    schema = ADAPTER.json_schema(mode="serialization")
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    rules = baiyin.on(DAY)
    for path in sorted(EXAMPLES.glob("*-*.*")):
        found = screen(rules, read_profile(path, rules)).model_dump(mode="json")
        validator.validate(found)
        assert set(found) == set(schema["properties"])
        reasons = [reason for each in found["determinations"] for reason in each["reasons"]]
        assert all(set(reason) == set(schema["$defs"]["Reason"]["properties"]) for reason in reasons)


def test_an_amount_that_is_not_known_is_null(baiyin: RulePack) -> None:
    """An unknown amount is null in JSON, and a mark says that the figure is not held."""
    found = screened(baiyin, {"age": 30, **CARD}, day=DAY, dibao="rural", dibao_class=3)
    one = found.find("disability-living-subsidy", "a")
    assert one is not None
    assert amount_waits(one) == ["pack.disability_living_subsidy_lower"]
    assert "figure_unknown" in one.marks
    dumped = [each for each in found.model_dump()["determinations"] if each["entitlement"] == one.entitlement]
    assert dumped[0]["amount"] is None
    assert dumped[0]["amount_missing"] == [
        {"subject": "pack", "name": "disability_living_subsidy_lower", "kind": "parameter"}
    ]


def test_reasons_hold_every_criterion_and_every_leaf(make: PackMaker) -> None:
    """All criteria stand in file order, then the exclusions, each with all it reads: own, household's, other members'."""
    criteria = {"second": "any(m.disabled for m in members) and rents", "first": "age >= 18 or poor_here"}
    pack = make(
        rules={"one": rule("one", criteria=criteria, unless={"out": "married"})},
        concepts=concept("poor_here", 'poor and status == "urban"'),
    )
    found = screened(pack, {"age": 20}, {"disabled": True}, rents=True).determinations[0]
    assert [each.criterion for each in found.reasons] == ["second", "first", "out"]
    assert [list(each.facts) for each in found.reasons] == [
        ["disabled", "household.rents", "b.disabled"],
        ["age", "poor", "household.status"],
        ["married"],
    ]
    assert [each.truth for each in found.reasons] == ["true", "true", "unknown"]
    assert found.reasons[0].facts == {"disabled": None, "household.rents": True, "b.disabled": True}


def test_facts_are_shown_as_a_profile_writes_them(make: PackMaker) -> None:
    """Money is in yuan, days are texts, and unknown is null."""
    criteria = {"all": 'income < basic and since < as_of and stage == "primary" and grade > 1 and disabled'}
    pack = make(rules={"one": rule("one", criteria=criteria)})
    member = {"income": "12.50", "since": "2019-01-01", "stage": "primary", "grade": 2}
    (reason,) = only(screened(pack, member)).reasons
    assert reason.facts == {"income": "12.50", "since": "2019-01-01", "stage": "primary", "grade": 2, "disabled": None}


@pytest.mark.parametrize(
    ("facts", "outcome", "missing"),
    [
        ({}, "undetermined", ["a.disabled", "a.poor", "a.married"]),
        ({"disabled": True}, "undetermined", ["a.poor", "a.married"]),
        ({"disabled": True, "poor": True}, "undetermined", ["a.married"]),
        ({"disabled": True, "poor": True, "married": False}, "eligible", []),
        ({"disabled": False}, "ineligible", []),
        ({"married": True}, "ineligible", []),
    ],
)
def test_three_outcomes(facts: Mapping[str, Any], outcome: str, missing: list[str], make: PackMaker) -> None:
    """All criteria true and all exclusions false is yes, one criterion false or exclusion true is no, else it is open."""
    pack = make(rules={"one": rule("one", criteria={"a": "disabled", "b": "poor"}, unless={"c": "married"})})
    found = only(screened(pack, facts))
    assert (found.outcome, waits(found)) == (outcome, missing)


def test_what_rests_on_a_finding_is_attested(make: PackMaker) -> None:
    """A settled answer that would be another without an office's finding says so; one that stands without it does not."""
    pack = make(rules={"one": rule("one", criteria={"a": "poor or disabled", "b": "age >= 18"})})
    assert only(screened(pack, {"poor": True, "age": 20})).marks == ("attested",)
    assert only(screened(pack, {"poor": True, "disabled": True, "age": 20})).marks == ()
    assert only(screened(pack, {"poor": True, "age": 17})).marks == ()


def test_marks_of_figures(make: PackMaker) -> None:
    """A figure that is unsure, or past its review, marks the answer on the day asked, whatever day was asked before."""
    values = "from: 2000-01-01, value: 7, review_by: 2020-05-31"
    shaky = figure("shaky", values).replace("confidence: seen", "confidence: unsure")
    pack = make(rules={"one": rule("one", benefit=benefit("shaky"))}, parameters=shaky)
    days = (date(2020, 5, 31), date(2020, 6, 1), date(2020, 5, 31))
    assert [only(screened(pack, {}, day=day)).marks for day in days] == [
        ("figure_unverified",),
        ("figure_unverified", "stale"),
        ("figure_unverified",),
    ]


def test_only_some_entitlements(make: PackMaker) -> None:
    """Some entitlements may be asked alone; one that does not exist is refused with the nearest name."""
    pack = make(rules={"one": rule("one"), "two": rule("two")})
    profile = family(pack, {})
    rules = pack.on(date(2020, 6, 1))
    assert [each.entitlement for each in screen(rules, profile, ["two"]).determinations] == ["two"]
    with pytest.raises(UnknownName, match="there is no entitlement `tow`"):
        screen(rules, profile, ["tow"])


def test_the_lists_by_outcome(li: Screening) -> None:
    """Eligible, undetermined and ineligible are all determinations, each once."""
    parts = [*li.eligible, *li.undetermined, *li.ineligible]
    assert len(parts) == len(li.determinations)
    assert all(part is li.find(part.entitlement, part.subject) for part in parts)
    assert li.find("fee-free-preschool", "nobody") is None


@given(seed=st.integers(0, 10**6), used=st.sampled_from(("li-family", "zhang-boarders", "ma-care")))
def test_order_and_names_of_members_do_not_matter(baiyin: RulePack, seed: int, used: str) -> None:
    """Members in another order and by other ids are found to be entitled to the same, for the same reasons missing."""
    rules = baiyin.on(DAY)
    profile = read_profile(EXAMPLES / f"{used}.yaml", rules)
    names = {str(member["id"]): f"x{at}" for at, member in enumerate(profile.members)}
    others = [{**member, "id": names[str(member["id"])]} for member in profile.members]
    random.Random(seed).shuffle(others)  # noqa: S311 - no secret depends on it
    found = screen(rules, replace(profile, members=tuple(others)))
    for one in screen(rules, profile).determinations:
        same = found.find(one.entitlement, names.get(one.subject, one.subject))
        assert same is not None
        assert (same.outcome, same.amount, same.marks) == (one.outcome, one.amount, one.marks)
        renamed = {(names.get(each.subject, each.subject), each.name) for each in one.missing}
        assert {(each.subject, each.name) for each in same.missing} == renamed


def test_screening_twice_is_the_same(baiyin: RulePack, li: Screening) -> None:
    """The same household on the same day gives the same JSON, byte for byte, also from a pack loaded anew."""
    rules = shipped().on(DAY)
    again = screen(rules, read_profile(EXAMPLES / "li-family.yaml", rules))
    assert json.dumps(again.model_dump()) == json.dumps(li.model_dump())
    assert baiyin.contents.digest == rules.pack.contents.digest


def test_the_digest_is_of_the_rules(tmp_path: Path) -> None:
    """A byte more in a rule is another digest; cases beside the rules do not count."""
    text = rule("one")
    packs = [
        make_pack(tmp_path / "a", rules={"one": text}),
        make_pack(tmp_path / "b", rules={"one": text, "one.test": "[]\n"}),
        make_pack(tmp_path / "c", rules={"one": text + "\n"}),
    ]
    digests = [pack.contents.digest for pack in packs]
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize("per", PERIODS)
def test_every_period(per: str, make: PackMaker) -> None:
    """An amount carries its period."""
    pack = make(
        rules={"one": rule("one", benefit=benefit("sum_of", per))},
        parameters=figure("sum_of", "from: 2000-01-01, value: 12.50", type=f"money, per: {per}"),
    )
    amount = only(screened(pack, {})).amount
    assert amount is not None
    assert (amount.yuan, amount.per) == ("12.50", per)
    assert amount.said("en").startswith("12.50 yuan")


def test_a_benefit_without_amount(make: PackMaker) -> None:
    """What is given in kind has no amount, and nothing is missing for it."""
    plain = f"\n  kind: service\n  label: {LABEL}"
    found = only(screened(make(rules={"one": rule("one", benefit=plain)}), {}))
    assert (found.outcome, found.amount, found.amount_missing, found.marks) == ("eligible", None, (), ())
