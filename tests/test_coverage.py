"""Every paragraph of the plan, every entitlement, source, fact and reading of the pack is accounted for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from packs_for_tests import shipped

from eligibility import ir
from eligibility.commands import main
from eligibility.ir import Expr
from eligibility.ledger import hanging, standings
from eligibility.packs.contents import Contents

PACK = shipped()
CONTENTS = PACK.contents
PARAGRAPHS, ENTITLEMENTS = 56, 71

IDLE_FACTS = {
    "name": "told apart by nothing; shown only where it is asked for",
    "receives": "for take-up alone, never in a criterion (MEANING M19)",
    "died": "the language reads it (MEANING M4)",
    "members_complete": "the language reads it (MEANING M2)",
    "left_behind": "serves statistics",
    "lost_work_capacity": "serves a reading that stands in words",
    "new_worker": "serves statistics: the office's finding on public rental housing holds it",
    "special_school": "serves statistics: the stage of education decides",
}
"""Facts of the vocabulary that no rule reads, each with the reason why it is there."""
IDLE_ATTRIBUTES = {"key_poverty_county": "a status that offices ask for; the rules go by the contiguous poor area"}


def written(contents: Contents) -> Iterator[Expr]:
    """Yields every expression of the pack, those of other readings among them."""
    for one in contents.entitlements.values():
        yield from (each.expr for _, each in one.expressions())
    yield from (version.body.expr for concept in contents.concepts.values() for version in concept.versions)
    for fact in contents.schema.facts.values():
        yield from (each.expr for each in (fact.derive, fact.only_if) if each is not None)
    yield from (rule.holds.expr for rule in contents.schema.integrity)
    for keys in contents.selectors.values():
        yield from (expr for key in keys for expr in (key.expr, key.wider) if expr is not None)
    for reading in contents.readings.values():
        yield from (version.body.expr for other in reading.others.values() for version in other.versions)


NODES = [node for expr in written(CONTENTS) for node in ir.walk(expr)]


def test_every_paragraph_gives_something_or_says_why_not() -> None:
    """All paragraphs C00 to C55 are there, with class and lead; none waits for anything still to be written."""
    assert list(CONTENTS.clauses) == [f"C{number:02}" for number in range(PARAGRAPHS)]
    for id, clause in CONTENTS.clauses.items():
        assert bool(clause.gives) != (clause.nothing_because is not None), id
        assert clause.to_come == (), id
        assert clause.classes, id
        assert clause.lead.zh, id


def test_every_entitlement_stands_under_each_of_its_paragraphs() -> None:
    """All entitlements are there, and each is named by every paragraph that it names."""
    assert len(CONTENTS.entitlements) == ENTITLEMENTS
    named = {(clause, id) for clause, each in CONTENTS.clauses.items() for id in each.gives}
    assert named == {(clause, id) for id, one in CONTENTS.entitlements.items() for clause in one.clause}


def test_no_fact_is_idle_without_a_reason() -> None:
    """Each fact is read by some rule, or stands in the list with its reason; nothing in the list is read."""
    read = {node.name for node in NODES if isinstance(node, ir.Fact)}
    assert CONTENTS.schema.facts.keys() - read == IDLE_FACTS.keys()


def test_no_paper_and_no_attribute_of_places_is_idle() -> None:
    """Each paper is brought for something or proves a fact, and each attribute of places is read."""
    bodies = [body for one in CONTENTS.entitlements.values() for body in one.bodies()]
    brought = {id for body in bodies if body.apply for id in body.apply.documents}
    proving = {fact.document for fact in CONTENTS.schema.facts.values()}
    assert CONTENTS.documents.keys() - brought - proving == set()
    read = {node.attribute for node in NODES if isinstance(node, ir.PlaceOf)}
    assert CONTENTS.attributes.keys() - read == IDLE_ATTRIBUTES.keys()


def test_something_hangs_on_every_reading() -> None:
    """Each reading bears on some entitlement, and an answer of it can name it."""
    assert {id for id, ids in hanging(PACK).items() if not ids} == set()


def test_every_figure_leads_to_a_source_and_says_how_sure_it_is() -> None:
    """Each value that a figure has in some time has a source of the pack and a confidence; each unknown one a reason and whom to ask."""
    for name, series in {**CONTENTS.parameters, **CONTENTS.attributes}.items():
        for entry in series.entries:
            said = entry.said
            if said.unknown is None:
                assert said.source in CONTENTS.sources, name
                assert said.confidence is not None, name
            else:
                assert said.unknown.zh, name
                assert said.ask is not None, name


def test_what_an_entitlement_rests_on_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """`coverage --format json` says of each entitlement what it rests on, and lists readings by how much hangs on them."""
    with pytest.raises(SystemExit):
        main(["coverage", "--format", "json", "--as-of", "2017-12-31"])
    told = json.loads(capsys.readouterr().out)

    assert (told["summary"]["clauses"], told["summary"]["entitlements"], told["summary"]["to_come"]) == (56, 71, 0)
    counts = [len(each["entitlements"]) for each in told["readings"].values()]
    assert counts == sorted(counts, reverse=True)
    preschool = told["entitlements"]["fee-free-preschool"]
    assert preschool["own_words"]
    assert "preschool-age" in preschool["readings"]
    assert told["entitlements"]["minimum-living-guarantee"]["not_held"]
    assert told["entitlements"].keys() == CONTENTS.entitlements.keys()


def test_every_answer_can_say_on_what_it_rests() -> None:
    """Each entitlement rests on the plan's own words or on another document."""
    assert [each.entitlement for each in standings(PACK.on(PACK.changes[-1])) if not (each.plan or each.sources)] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_coverage_is_readable_in_both_languages(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The page names every paragraph and every entitlement, and ends with the counts."""
    with pytest.raises(SystemExit):
        main(["coverage", "--lang", lang])
    text = re.sub(r"\s+", "", capsys.readouterr().out)

    assert all(f"({id})" in text for id in CONTENTS.entitlements)
    assert all(f"{id}" in text for id in CONTENTS.clauses)
    assert ("共56段" if lang == "zh" else "56paragraphs") in text
