"""The rulings on law and time, M5 to M12: figures, places, floors, gaps, days.

`docs/meaning.md` has the rulings; each test here names its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import PackMaker
from packs_for_tests import DAY, LABEL, amount_waits, benefit, figure, make_pack, only, refused, rule, screened, waits

from eligibility import RulePack
from eligibility.determinations import Amount
from eligibility.summary import Summary

ROOT = Path(__file__).resolve().parent.parent
BAIYIN = f'places: {{"62": {LABEL}, "6204": {LABEL}, "620402": {LABEL}, "620403": {LABEL}}}\n'
PLACED = """
from: 2000-01-01, place: everywhere, value: 1
from: 2000-01-01, place: "62", value: 2
from: 2000-01-01, place: "6204", value: 3
from: 2000-01-01, place: "620402", value: 4
from: 2000-01-01, place: "620403", unknown: LABEL
from: 2000-01-01, place: "61", value: 5
"""


def amount_of(make: PackMaker, values: str, member: Mapping[str, Any], day: date = DAY) -> tuple[str | None, list[str]]:
    """Returns what a figure selected by `hukou_county` is for a member, and what it waits for."""
    lines = "\n".join(line for line in values.strip().splitlines() if line)
    pack = make(
        rules={"one": rule("one", benefit=benefit("placed"))},
        parameters=figure("placed", lines, by="hukou_county"),
        places=BAIYIN,
    )
    found = only(screened(pack, member, day=day))
    return found.amount.yuan if found.amount else None, amount_waits(found)


@pytest.mark.parametrize(
    ("member", "amount", "missing"),
    [
        ({"hukou_county": "620402"}, "4", []),
        ({"hukou_county": "620421"}, "3", []),
        ({"hukou_county": "620102"}, "2", []),
        ({"hukou_county": "610102"}, "5", []),
        ({"hukou_county": "110101"}, "1", []),
        ({"hukou_county": "620403"}, None, ["pack.placed"]),
        ({"hukou_province": "62"}, None, ["a.hukou_county"]),
        ({"hukou_province": "61"}, "5", []),
        ({"hukou_province": "11"}, "1", []),
        ({}, None, ["a.hukou_county"]),
    ],
)
def test_m5_whose_place(member: Mapping[str, Any], amount: str | None, missing: list[str], make: PackMaker) -> None:
    """M5: county, city, province, everywhere; with the county unknown a wider entry only where nothing inside it is in force."""
    assert amount_of(make, PLACED, member) == (amount, missing)


SETS = (
    (),
    ("everywhere",),
    ("62",),
    ("6204",),
    ("620402",),
    ("everywhere", "620402"),
    ("62", "61"),
    ("everywhere", "62"),
)
"""For which places a figure has an entry."""


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory) -> RulePack:
    """Returns a pack with a figure for each set of places, the amount of an entitlement of its own."""
    rules, figures = {}, ""
    for at, places in enumerate(SETS):
        values = [f'from: 2000-01-01, place: "{place}", value: {value}' for value, place in enumerate(places, 1)]
        values.append('from: 2099-01-01, place: "71", value: 9')
        figures += figure(f"placed{at}", "\n".join(values), by="hukou_county")
        rules[f"r{at}"] = rule(f"r{at}", benefit=benefit(f"placed{at}"))
    return make_pack(tmp_path_factory.mktemp("placed") / "pack", rules=rules, parameters=figures, places=BAIYIN)


@pytest.mark.parametrize("county", [None, "620402", "620403", "620102", "610102"])
@pytest.mark.parametrize("province", [None, "62", "61"])
def test_m5_all_combinations(county: str | None, province: str | None, placed: RulePack) -> None:
    """M5: an unknown place gives a figure exactly where every county that it may be gives this same entry."""
    around = [county] if county else [province] if province else ["62", "61", "11"]
    every = around if county else [f"{code}{rest}" for code in around for rest in ("0402", "0403", "0102")]
    province = county[:2] if county else province
    member = {name: said for name, said in (("hukou_county", county), ("hukou_province", province)) if said}
    found = screened(placed, member)
    for at, places in enumerate(SETS):
        one = found.find(f"r{at}", "a")
        assert one is not None
        possible = {next((place for place in _wider(code) if place in places), None) for code in every}
        place = possible.pop() if len(possible) == 1 else None
        lacking = [] if place else ["a.hukou_county"] if possible else ["pack.placed" + str(at)]
        assert amount_waits(one) == lacking, places
        assert (one.amount.yuan if one.amount else None) == (str(places.index(place) + 1) if place else None), places


def _wider(code: str) -> tuple[str, ...]:
    return code, code[:4], code[:2], "everywhere"


def test_m5_before_the_first_entry(make: PackMaker) -> None:
    """M5: before the first entry a figure is unknown, whatever a neighbour has."""
    values = 'from: 2000-01-01, place: "61", value: 5\nfrom: 2020-06-02, place: "62", value: 2'
    assert amount_of(make, values, {"hukou_county": "620402"}) == (None, ["pack.placed"])
    assert amount_of(make, values, {"hukou_county": "620402"}, date(2020, 6, 2)) == ("2", [])


def test_m6_no_amount_from_a_floor(make: PackMaker) -> None:
    """M6: below the floor is surely below the line; above it the line itself is missing, and no amount comes from a floor."""
    parameters = figure("line_floor", "from: 2000-01-01, value: 500") + figure(
        "line", "from: 2000-01-01, unknown: LABEL"
    )
    criteria = {"below": "income_per_person < line_floor or income_per_person < line"}
    pack = make(
        rules={"one": rule("one", subject="household", criteria=criteria, benefit=benefit("line - income_total"))},
        parameters=parameters,
    )
    below, above = (only(screened(pack, {"income": yuan, "counted": True})) for yuan in (499, 500))
    assert (below.outcome, below.amount, below.marks) == ("eligible", None, ("figure_unknown",))
    assert (above.outcome, waits(above)) == ("undetermined", ["pack.line"])
    assert (below.amount_at_least, above.amount_at_least) == (Amount("1", "month"), None)


FLOORED = """
from: 2000-01-01, place: everywhere, unknown: LABEL
from: 2000-01-01, place: "61", value: 90
"""


@pytest.mark.parametrize(
    ("amount", "least"),
    [
        ("line", "50"),
        ("line * 2 + basic", "200"),
        ("round_down(line / 3, yuan)", "16"),
        ("min(line, basic) if married else basic * 2", "50"),
        ("max(line - income, 0)", "30"),
        ("line - income * 3", None),
        ("basic - line", None),
        ("line * (0 - 1) + basic * 9", None),
    ],
)
def test_m6_an_unknown_amount_reaches_what_a_floor_says(amount: str, least: str | None, make: PackMaker) -> None:
    """M6: where a higher figure makes a higher amount, the floor tells what it surely reaches; the amount stays unknown."""
    values = 'from: 2000-01-01, place: everywhere, value: 50\nfrom: 2000-01-01, place: "61", value: 60'
    parameters = figure("line", FLOORED, by="hukou_county") + figure("line_floor", values, by="hukou_county")
    pack = make(
        rules={"one": rule("one", benefit=benefit(amount))}, parameters=parameters, concepts="", places="places: {}\n"
    )
    facts = {"hukou_county": "620402", "income": 20, "married": True}
    found = only(screened(pack, facts))

    assert found.amount is None
    assert found.amount_at_least == (Amount(least, "month") if least else None)
    assert only(screened(pack, facts | {"hukou_county": "610102"})).amount_at_least is None


def test_m6_no_tier_no_floor(make: PackMaker) -> None:
    """M6: while it is open which tier is the one, and where an answer is no, nothing is said of a floor."""
    parameters = figure("line", "from: 2000-01-01, unknown: LABEL") + figure(
        "line_floor", "from: 2000-01-01, value: 50"
    )
    tiers = {"married": "line", "not married": "line"}
    pack = make(rules={"one": rule("one", criteria={"poor": "poor"}, benefit=benefit(tiers))}, parameters=parameters)
    facts = ({"poor": True, "married": True}, {"poor": True}, {"poor": False, "married": True}, {"married": False})

    least = [only(screened(pack, each)).amount_at_least for each in facts]

    assert least == [Amount("50", "month"), None, None, Amount("50", "month")]


def test_m7_a_figure_may_be_unknown(make: PackMaker) -> None:
    """M7: a figure of any type may be unknown, holds until the next entry, and is missing as a parameter of the pack."""
    values = "from: 2000-01-01, value: true\nfrom: 2010-01-01, unknown: LABEL\nfrom: 2020-01-01, value: false"
    pack = make(rules={"one": rule("one", criteria={"it": "paid"})}, parameters=figure("paid", values, type="bool"))
    found = [only(screened(pack, {}, day=date(year, 12, 31))) for year in (2009, 2019, 2020)]
    assert [each.outcome for each in found] == ["eligible", "undetermined", "ineligible"]
    (missing,) = found[1].missing
    assert (missing.subject, missing.name, missing.kind) == ("pack", "paid", "parameter")


def test_m7_whom_to_ask(make: PackMaker) -> None:
    """M7: an unknown figure says whom to ask."""
    text = figure("paid", "from: 2000-01-01, unknown: LABEL", type="bool").replace(f", ask: {LABEL}", "")
    assert "whom to ask" in refused(make, parameters=text)


@pytest.mark.parametrize("promise", ["right", "open"])
def test_m7_a_first_day_that_is_not_sure(promise: str, make: PackMaker) -> None:
    """M7: between `not_before` and `surely_from` a last criterion `in_force` is unknown, before the exclusions, for open ones too."""
    force = "{not_before: 2020-01-01, surely_from: 2020-06-01}"
    pack = make(
        rules={"one": rule("one", in_force=force, promise=promise, criteria={"it": "married"}, unless={"out": "poor"})}
    )
    assert screened(pack, {}, day=date(2019, 12, 31)).determinations == ()
    for day in (date(2020, 1, 1), date(2020, 5, 31)):
        found = only(screened(pack, {}, day=day))
        assert [each.criterion for each in found.reasons] == ["it", "in_force", "out"]
        assert waits(found) == ["a.married", "pack.one.in_force", "a.poor"]
        sure = only(screened(pack, {"married": True, "poor": False}, day=day))
        assert (sure.outcome, waits(sure), sure.missing[0].kind) == ("undetermined", ["pack.one.in_force"], "parameter")
    found = only(screened(pack, {"married": True, "poor": False}, day=date(2020, 6, 1)))
    assert (found.outcome, [each.criterion for each in found.reasons]) == ("eligible", ["it", "out"])


PLACES = f"""
attributes:
  far:
    type: bool
    label: {LABEL}
    values:
      - {{from: 2000-01-01, place: "620402", value: true, source: law, confidence: seen}}
      - {{from: 2010-01-01, place: "620402", value: false, source: law, confidence: seen}}
      - {{from: 2000-01-01, place: "620403", unknown: {LABEL}, ask: {LABEL}}}
  poor_area:
    type: bool
    label: {LABEL}
    otherwise: false
    values:
      - {{from: 2000-01-01, place: "620402", value: true, source: law, confidence: seen}}
places:
  "620402": {LABEL}
  "620403": {LABEL}
  "620421": {LABEL}
"""


@pytest.mark.parametrize(
    ("condition", "county", "expected"),
    [
        ('place(hukou_county).province == "62"', "629999", "true"),
        ('place(hukou_county).city == "6204"', "620499", "true"),
        ("place(hukou_county).far", "620402", "false"),
        ("place(hukou_county).far", "620403", "unknown"),
        ("place(hukou_county).far", "620421", "unknown"),
        ("place(hukou_county).far", "610102", "unknown"),
        ("place(hukou_county).poor_area", "620402", "true"),
        ("place(hukou_county).poor_area", "620421", "unknown"),
        ("place(hukou_county).poor_area", "610102", "false"),
    ],
)
def test_m8_places_as_values(condition: str, county: str, expected: str, make: PackMaker) -> None:
    """M8: province and city are digits of any code; attributes are dated, and unknown but for `otherwise` of what is not listed."""
    pack = make(rules={"one": rule("one", criteria={"it": condition})}, places=PLACES)
    found = only(screened(pack, {"hukou_county": county}))
    assert found.reasons[0].truth == expected
    assert [each.kind for each in found.missing] == (["parameter"] if expected == "unknown" else [])
    before = only(screened(pack, {"hukou_county": "620402"}, day=date(2009, 12, 31)))
    assert before.reasons[0].truth == "true"


def test_m8_a_place_that_is_not_known(make: PackMaker) -> None:
    """M8: of an unknown place every attribute is unknown, and the place is what is missing."""
    pack = make(rules={"one": rule("one", criteria={"it": "place(hukou_county).poor_area"})}, places=PLACES)
    assert waits(only(screened(pack, {}))) == ["a.hukou_county"]


def test_m24_what_competes_changes_no_outcome(make: PackMaker) -> None:
    """M24: of two that exclude each other both stay eligible; the better one is named, and an unknown amount leaves it open."""
    rules = {"a": rule("a", not_with="[b]", benefit=benefit("more")), "b": rule("b", benefit=benefit("basic"))}
    known = make(rules=rules, parameters=figure("more", "from: 2000-01-01, value: 150"))
    unknown = make(rules=rules, parameters=figure("more", "from: 2000-01-01, unknown: LABEL"))

    found, open_one = screened(known, {}), screened(unknown, {})

    assert {each.outcome for each in (*found.determinations, *open_one.determinations)} == {"eligible"}
    (package,) = found.packages
    assert package.best is not None
    assert [each.entitlement for each in package.best.claims] == ["a"]
    assert [(each.claim.entitlement, each.beside.entitlement) for each in package.dropped] == [("b", "a")]
    assert [each.best for each in open_one.packages] == [None]
    assert Summary(found).sums()["cash"].yearly == 150 * 12 * 100
    assert [each.entitlement for each in Summary(found).beside()] == ["b"]
    assert Summary(open_one).sums() == {}
