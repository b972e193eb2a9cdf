"""What would open, and what would end, if an entitlement were granted (MEANING M17)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from packs_for_tests import DAY, LABEL, facts_file, family, rule, screened

from eligibility import RulePack
from eligibility.chain import Consequence, consequences

PackMaker = Callable[..., RulePack]
GUARANTEE = rule(
    "guarantee",
    subject="household",
    criteria={"renting": "rents"},
    unless={"already": 'status in {"urban", "rural"}'},
    gives="{status: urban}",
)
AID = rule("aid", criteria={"on-it": 'status == "urban"'}, gives="{poor: true}")
MORE = rule("more", criteria={"poor": "poor"})
OTHER = rule("other", criteria={"not-on-it": 'status == "none"'})


def brought(pack: RulePack, *members: dict[str, Any], **household: Any) -> list[Consequence]:  # noqa: ANN401 - facts of any type
    """Returns what grants would bring to a family."""
    profile = family(pack, *members, **household)
    return consequences(pack.on(DAY), profile, screened(pack, *members, **household))


def test_a_grant_opens_what_leans_on_its_status_step_by_step(make: PackMaker) -> None:
    """The guarantee opens the aid, the aid opens more, and what needed no status ends; the guarantee itself does not."""
    pack = make(rules={"guarantee": GUARANTEE, "aid": AID, "more": MORE, "other": OTHER})

    (found,) = brought(pack, {}, rents=True, status="none")

    assert (found.entitlement, found.subject, found.contradiction) == ("guarantee", "household", None)
    assert [(each.entitlement, each.outcome, each.step) for each in found.unlocks] == [
        ("aid", "eligible", 1),
        ("more", "eligible", 2),
    ]
    assert [(each.entitlement, each.outcome) for each in found.closes] == [("other", "ineligible")]


def test_an_answer_that_becomes_open_is_told_as_open(make: PackMaker) -> None:
    """What the status makes possible, and another fact still decides, is unlocked as undetermined and grants nothing."""
    aid = rule("aid", criteria={"on-it": 'status == "urban" and disabled'}, gives="{poor: true}")
    pack = make(rules={"guarantee": GUARANTEE, "aid": aid, "more": MORE})

    (found,) = brought(pack, {"poor": False}, rents=True, status="none")

    assert [(each.entitlement, each.outcome) for each in found.unlocks] == [("aid", "undetermined")]


def test_an_unknown_condition_of_a_status_gives_none(make: PackMaker) -> None:
    """A status that depends on what is not known is not chained."""
    gives = "\n  - fact: status\n    value: urban\n    when: rooms > 2"
    guarantee = rule("guarantee", subject="household", criteria={"renting": "rents"}, gives=gives)
    pack = make(rules={"guarantee": guarantee, "aid": AID})

    assert brought(pack, {}, rents=True, status="none") == []
    (found,) = brought(pack, {}, rents=True, status="none", rooms=3)
    assert [each.entitlement for each in found.unlocks] == ["aid"]


def test_only_what_is_eligible_is_granted(make: PackMaker) -> None:
    """A refused or an open entitlement brings nothing."""
    pack = make(rules={"guarantee": GUARANTEE, "aid": AID})

    assert brought(pack, {}, rents=False, status="none") == []
    assert brought(pack, {}, status="none") == []


def test_a_status_that_does_not_fit_is_told(make: PackMaker) -> None:
    """Where the status would contradict a rule between facts, that is said and nothing is chained."""
    integrity = (
        f"- id: no-urban-renters\n  owner: household\n  holds: not rents or status != 'urban'\n  label: {LABEL}\n"
    )
    pack = make(facts=facts_file(integrity=integrity.replace("'", '"')), rules={"guarantee": GUARANTEE, "aid": AID})

    (found,) = brought(pack, {}, rents=True, status="none")

    assert found.contradiction is not None
    assert (found.unlocks, found.closes) == ((), ())


def test_the_facts_given_stay_as_they_are(make: PackMaker) -> None:
    """Asking what would be changes neither the profile nor the answers on the facts as they are (MEANING M17)."""
    pack = make(rules={"guarantee": GUARANTEE, "aid": AID})
    profile = family(pack, {}, rents=True, status="none")
    before = screened(pack, {}, rents=True, status="none").model_dump()

    consequences(pack.on(DAY), profile, screened(pack, {}, rents=True, status="none"))

    assert profile.household == {"rents": True, "status": "none"}
    assert screened(pack, {}, rents=True, status="none").model_dump() == before
