"""What each kind of event makes of a household, and what it lets be forgotten."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from families import ROOT
from packs_for_tests import shipped
from watching import happened

from eligibility import Profile, RulePack, read_profile
from eligibility.dossier import changed, kept, opened, taken_up
from eligibility.errors import EventError
from eligibility.events import KINDS, Event, read_event
from eligibility.patches import patch

PACK = shipped()
HEATING = RulePack.load(ROOT / "examples/packs/heating")
DAY = date(2018, 6, 1)


def family() -> Profile:
    """Returns a mother on the urban guarantee with a child, some of their facts stated as well as derived."""
    said = {
        "id": "x",
        "as_of": "2018-01-10",
        "household": {"dibao": "rural", "dibao_class": 2, "income_total": "1500", "zero_employment": False},
        "members": [
            {
                "id": "a",
                "relation": "head",
                "sex": "female",
                "birth_date": "1988-05-05",
                "employment": "jobless",
                "unemployed_since": "2017-03-01",
                "registered_unemployed": True,
                "monthly_income": "1500",
                "hukou_county": "620402",
                "hukou_province": "62",
                "disability_category": "physical",
                "disability_grade": 3,
                "disability_certificate": True,
            },
            {"id": "b", "relation": "child", "age": 4},
        ],
    }
    return read_profile(said, PACK.on(DAY))


def event(kind: str, **said: Any) -> Event:  # noqa: ANN401 - fields of any form
    """Returns an event of the family, read from its line."""
    return read_event(json.dumps(happened("e", kind, DAY.isoformat(), **said)).encode(), "events.jsonl", 1)


def after(kind: str, **said: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401 - likewise
    """Returns the facts of the household and of each member after an event."""
    rules, what = PACK.on(DAY), event(kind, **said)
    found = changed(family(), what, patch(what, rules), rules)
    assert found.as_of == DAY
    return {"household": dict(found.household)} | {str(each["id"]): dict(each) for each in found.members}


def test_a_child_is_born_on_the_day() -> None:
    """The child has the day of the event as its date of birth, and its mother has given birth; another date may be stated."""
    found = after("child_born", newcomer={"id": "c", "sex": "male"}, mother="a")
    other = after("child_born", newcomer={"id": "c", "birth_date": "2018-05-30"})

    assert found["c"] == {"id": "c", "sex": "male", "birth_date": DAY}
    assert (found["a"]["gave_birth"], found["a"]["pregnant"]) == (True, False)
    assert (other["c"]["birth_date"], "gave_birth" in other["a"]) == (date(2018, 5, 30), False)


def test_who_finds_a_job_is_no_longer_jobless() -> None:
    """What holds for the jobless alone is forgotten, and so are an income and a finding that nobody stated anew."""
    found = after("job_found", member="a")
    stated = after("job_found", member="a", facts={"employment": "self_employed", "monthly_income": "3000"})

    assert found["a"]["employment"] == "employed"
    for name in ("unemployed_since", "registered_unemployed", "monthly_income"):
        assert name not in found["a"]
    assert "zero_employment" not in found["household"]
    assert "income_total" not in found["household"]
    assert (stated["a"]["employment"], stated["a"]["monthly_income"]) == ("self_employed", 300_000)


def test_who_loses_a_job_is_jobless_since_the_day() -> None:
    """The day of the event counts, unless another one is stated."""
    assert after("job_lost", member="b")["b"] == {
        "id": "b",
        "relation": "child",
        "employment": "jobless",
        "unemployed_since": DAY,
    }
    stated = after("job_lost", member="a", facts={"unemployed_since": "2018-05-01"})
    assert stated["a"]["unemployed_since"] == date(2018, 5, 1)


def test_a_stated_total_does_not_outlive_an_income() -> None:
    """A total that was stated follows from the incomes: when one changes it is forgotten, unless it is stated anew."""
    found = after("income_changed", member="a", facts={"monthly_income": "900"})
    stated = after("income_changed", facts={"income_total": "900"})

    assert ("income_total" in found["household"], found["a"]["monthly_income"]) == (False, 90_000)
    assert stated["household"]["income_total"] == 90_000


def test_who_moves_takes_the_province_along() -> None:
    """A province that was stated follows from the county and is forgotten with the old one."""
    found = after("member_moved", member="a", to="510104")

    assert found["a"]["hukou_county"] == "510104"
    assert "hukou_province" not in found["a"]
    assert after("household_moved", to="620421")["household"]["residence_county"] == "620421"


def test_a_certificate_is_a_fact_of_the_pack() -> None:
    """Issued and upgraded it is held, with what is stated beside it; withdrawn it is not."""
    issued = after(
        "certificate_issued", member="b", certificate="disability_certificate", facts={"disability_category": "visual"}
    )
    upgraded = after(
        "certificate_upgraded", member="a", certificate="disability_certificate", facts={"disability_grade": 1}
    )
    withdrawn = after("certificate_withdrawn", member="a", certificate="disability_certificate")

    assert (issued["b"]["disability_certificate"], issued["b"]["disability_category"]) == (True, "visual")
    assert (upgraded["a"]["disability_grade"], upgraded["a"]["disability_category"]) == (1, "physical")
    assert withdrawn["a"]["disability_certificate"] is False


def test_a_guarantee_comes_and_goes() -> None:
    """Withdrawn, its class goes with it; granted, it is the one that is named."""
    withdrawn, granted = after("guarantee_withdrawn"), after("guarantee_granted", to="urban")

    assert (withdrawn["household"]["dibao"], "dibao_class" in withdrawn["household"]) == ("none", False)
    assert (granted["household"]["dibao"], "dibao_class" in granted["household"]) == ("urban", False)
    assert after("guarantee_granted", to="rural", facts={"dibao_class": 1})["household"]["dibao_class"] == 1


def test_members_come_and_go() -> None:
    """Who joins is the last of the list, who leaves is no longer on it, who died stays on it."""
    assert list(after("member_joined", newcomer={"id": "c"})) == ["household", "a", "b", "c"]
    assert list(after("member_left", member="a")) == ["household", "b"]
    assert after("member_died", member="a")["a"]["died"] is True


def test_null_is_what_is_no_longer_known() -> None:
    """A fact that is stated as null is forgotten, and what is not stated lasts."""
    found = after("facts_changed", household={"zero_employment": None}, members=[{"id": "a", "disability_grade": None}])

    assert "zero_employment" not in found["household"]
    assert ("disability_grade" in found["a"], found["a"]["disability_category"]) == (False, "physical")


def test_a_stated_age_ends_with_its_day() -> None:
    """A count that was stated on another day is not carried over (MEANING M9)."""
    assert "age" not in after("facts_changed", household={"zero_employment": True})["b"]


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("child_born", {"newcomer": {"id": "c"}, "mother": "zz"}, "no such member"),
    ("child_born", {"newcomer": {"id": "a"}}, "this id already"),
    ("child_born", {"newcomer": {"id": "household"}}, "cannot be the id"),
    ("child_born", {"newcomer": {"sex": "male"}}, "`id` is missing"),
    ("child_born", {"newcomer": {"id": "c", "birth_date": "2018-02-30"}}, "day"),
    ("facts_changed", {"members": [{"id": "a", "sex": "male"}, {"id": "a"}]}, "same id"),
    ("facts_changed", {"members": [{"id": "a", "dibao": "none"}]}, "no field `dibao`"),
    ("facts_changed", {"members": [{"id": "b", "sex": "male", "pregnant": True}]}, "contradicts"),
    ("facts_changed", {"members": [{"id": "a", "age": 20}]}, "contradicts"),
    ("facts_changed", {"household": {"dibao": "none", "dibao_class": 1}}, "does not apply"),
    ("certificate_issued", {"member": "a", "certificate": "employment"}, "no such certificate"),
    ("certificate_issued", {"member": "a", "certificate": "dibao"}, "no such certificate"),
    ("income_changed", {"member": "a", "facts": {"sex": "female"}}, "which income"),
    ("income_changed", {"facts": {"monthly_income": "1"}}, "no field `monthly_income`"),
    ("guarantee_granted", {"to": "suburban"}, "no such value"),
    ("member_moved", {"member": "a", "to": "62"}, "6 digits"),
]


@pytest.mark.parametrize(("kind", "said", "reason"), REFUSED, ids=lambda each: str(each)[:30])
def test_what_cannot_be_is_refused(kind: str, said: dict[str, Any], reason: str) -> None:
    """An event about nobody, with a wrong value, or against what is known is refused with its reason and its place."""
    with pytest.raises(EventError, match=reason) as found:
        after(kind, **said)

    assert all(each.span is not None and each.span.source.name == "events.jsonl" for each in found.value.problems)


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.sets])
def test_a_pack_that_lacks_the_fact_says_which(kind: str) -> None:
    """A kind of event sets facts by name; a pack of another field refuses it with the name that it lacks."""
    fields = {"newcomer": {"id": "c"}, "member": "a", "to": "urban"}
    said = {name: fields[name] for name in KINDS[kind].needs}
    facts = HEATING.contents.schema.facts
    lacking = [name for name in KINDS[kind].sets if name not in facts]
    if not lacking:
        pytest.skip("this pack has them all")
    with pytest.raises(EventError, match=f"no fact `{lacking[0]}`, which `{kind}` sets"):
        patch(event(kind, **said), HEATING.on(DAY))


@pytest.mark.parametrize(
    ("profile", "reason"),
    [
        ({"id": "y", "members": []}, "not that of `case`"),
        ({"as_of": "2018-06-02", "members": []}, "later day"),
        ({"members": [{"id": "a", "sex": "m"}]}, "no such value"),
    ],
)
def test_a_case_is_opened_with_its_own_profile(profile: dict[str, Any], reason: str) -> None:
    """A profile of another household, of a later day or with a mistake opens no case."""
    with pytest.raises(EventError, match=reason):
        opened(event("case_opened", profile=profile), PACK.on(DAY))


def test_what_is_kept_is_read_again() -> None:
    """A profile comes out of the store as it went in, facts of every type."""
    profile = family()

    assert taken_up(PACK, json.loads(json.dumps(kept(PACK, profile, {})))) == (profile, {})


def test_the_place_is_that_of_the_line() -> None:
    """An error in the middle of a long file names the line of the file."""
    with pytest.raises(EventError) as found:
        read_event(b'{"id": "e"}', "events.jsonl", 4711)

    assert found.value.text("en").startswith("events.jsonl:4711:1:")
    assert "\n4711 |" in found.value.text("en")


def test_an_id_is_no_resident_number() -> None:
    """Ids stand on every line out: a resident number is none, not even as a part of an event's id."""
    for id in ("110101199003074514", "evt:110101199003074514", "a/110101199003074514/b"):
        with pytest.raises(EventError, match="no resident number"):
            read_event(json.dumps(happened(id, "case_closed", "2018-06-01")).encode(), "events.jsonl", 1)
    assert (
        read_event(json.dumps(happened("2018/06:evt-1", "case_closed", "2018-06-01")).encode(), "e", 1).id
        == "2018/06:evt-1"
    )
