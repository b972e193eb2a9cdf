"""The papers for all that is applied for at once: each once, with who needs it, in every form of the command."""

from __future__ import annotations

import json
from collections.abc import Callable

from families import printed
from packs_for_tests import benefit, figure, rule
from sheets import LI, report, reported

from eligibility import RulePack
from eligibility.checklist import Checklist
from eligibility.page import Checks

PackMaker = Callable[..., RulePack]
FIGURES = figure("f30", "from: 2000-01-01, value: 30") + figure("f50", "from: 2000-01-01, value: 50")


def test_each_paper_is_named_once() -> None:
    """A paper that several entitlements of several people need stands on one line, with all of these people."""
    needs = report("zh").checklist.needs()
    register = next(need for need in needs if need.id == "household_register")

    assert len({need.id for need in needs}) == len(needs)
    assert {each.subject for each in register.found} == {"mother", "child", "grandfather", "household"}
    assert dict(register.uses())["fee-free-preschool"] == ["child"]


def test_what_to_bring_has_boxes_and_what_is_looked_up_has_none() -> None:
    """A paper that the office can fetch itself is not among those to tick off."""
    first, _, second = report("en").checklist.blocks()

    assert isinstance(first, Checks)
    assert isinstance(second, tuple)
    assert first.items[0].split("\n")[0] == "Resident identity card (Police)"
    assert any(item.startswith("Household register (Police)\n") for item in second)
    assert set(first.items).isdisjoint(second)


def test_who_needs_a_paper_for_what_stands_below_it() -> None:
    """Below a paper stands each group of people with the entitlements for which they need it."""
    first, *_ = report("en").checklist.blocks()

    assert isinstance(first, Checks)
    diagnosis = next(item for item in first.items if item.startswith("Diagnosis"))
    assert diagnosis.split("\n")[1:] == ["grandfather: Medical cover of rehabilitation for disabled people in hardship"]


def test_what_cannot_be_drawn_together_is_not_applied_for_together(make: PackMaker) -> None:
    """M24: the papers of what the best lawful combination drops are not asked for, and that is said."""
    rules = {
        "a": rule("a", benefit=benefit("f30"), higher_of="[b]"),
        "b": rule("b", benefit=benefit("f50")).replace("documents: [card]", "documents: []"),
    }
    pack = make(rules=rules, parameters=FIGURES)
    found = reported({"as_of": "2017-12-31", "members": [{"id": "x"}]}, "en", pack=pack).checklist

    assert found.needs() == []
    assert [text for text in found.blocks() if isinstance(text, str) and text.startswith("not counted")]


def test_what_is_open_counts_when_it_is_asked_for() -> None:
    """`--maybe`, or an ID, brings in the papers of what is undetermined."""
    told = report("en")
    sure = {need.id for need in told.checklist.needs()}
    maybe = Checklist(told.rules.pack.contents, told.summary, "en", {}, maybe=True)
    with_ids = printed("checklist", LI, "disability-living-subsidy", "--lang", "en")

    assert sure < {need.id for need in maybe.needs()}
    assert "grandfather: Living subsidy for disabled people in hardship" in with_ids
    assert "Medical assistance" not in with_ids


def test_what_is_closed_is_named_where_it_was_asked_for() -> None:
    """An entitlement that nobody can have is said to be left out, and its papers are not listed."""
    told = printed("checklist", LI, "free-textbooks", "--lang", "en")

    assert "Free textbooks in compulsory education: not eligible, so not counted" in told
    assert "No papers are needed." in told


def test_the_checklist_as_json() -> None:
    """JSON holds each paper with both labels, whether the office can fetch it, and whom it is for; what to bring first."""
    found = json.loads(printed("checklist", LI, "--format", "json"))["papers"]
    papers = {each["document"]: each for each in found}
    fetched = [each["office_can_fetch"] for each in found]

    assert fetched == sorted(fetched)
    assert papers["household_register"]["office_can_fetch"] is True
    assert papers["household_register"]["label"] == {"zh": "户口簿", "en": "Household register"}
    assert {"entitlement": "fee-free-preschool", "subject": "child"} in papers["household_register"]["needed_for"]


def test_the_checklist_says_that_it_is_no_decision() -> None:
    """The notice and the right to object stand on the checklist, in both languages."""
    assert "初筛，不是审批决定：" in printed("checklist", LI)
    assert "written reasons" in " ".join(printed("checklist", LI, "--lang", "en").split())


def test_services_open_to_all_are_applied_for_only_by_name() -> None:
    """What everybody may use is on the list only where it is named: nobody applies for it in passing."""
    family = "examples/wang-preschool.yaml"

    assert "Employment contract" not in printed("checklist", family, "--lang", "en")
    assert "Employment contract" in printed("checklist", family, "labour-protection", "--lang", "en")
