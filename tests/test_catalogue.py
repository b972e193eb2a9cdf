"""`list`, `show` and `coverage`: what a pack holds, one entitlement as a service guide, each paragraph of the plan."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from packs_for_tests import shipped

from eligibility import UnknownName
from eligibility.commands import main
from eligibility.guide import guide
from eligibility.words import fold, width

HEATING = str(Path(__file__).resolve().parent.parent / "examples" / "packs" / "heating")
PACK = shipped()
IDS = sorted(PACK.contents.entitlements)
Printed = pytest.CaptureFixture[str]


def call(capsys: Printed, *arguments: str) -> tuple[object, str]:
    """Returns the exit code of a command and all that it prints."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    printed = capsys.readouterr()
    return ended.value.code, printed.out + printed.err


def test_list_names_every_entitlement(capsys: Printed) -> None:
    """`list` shows each entitlement with its clause, promise and first day."""
    code, text = call(capsys, "list", "--lang", "en")

    assert code == 0
    assert all(id in text for id in IDS)
    line = next(line for line in text.splitlines() if line.startswith("  Fee-free preschool"))
    assert line.split()[-5:] == ["C04", "right", "1", "March", "2016"]


def test_list_of_an_area_on_a_day(capsys: Printed) -> None:
    """`--area` and `--as-of` leave only what belongs to the area and is in force."""
    code, text = call(capsys, "list", "--area", "education", "--as-of", "2016-02-29", "--format", "json")

    assert code == 0
    found = json.loads(text)
    ids = [each["id"] for each in found]
    assert {"compulsory-education-fee-exemption", "free-textbooks", "needy-student-living-subsidy"} <= set(ids)
    assert {"fee-free-preschool", "child-rehabilitation"}.isdisjoint(ids)
    assert {each["area"] for each in found} == {"education"}
    assert found[0]["in_force"] == {"from": "2016-01-01"}


def test_an_unknown_area_is_a_usage_error(capsys: Printed) -> None:
    """An area that the pack lacks ends with 2 and the nearest one."""
    code, text = call(capsys, "list", "--area", "educaton", "--lang", "en")

    assert code == 2
    assert "did you mean `education`?" in text


def test_an_unknown_entitlement_is_a_usage_error(capsys: Printed) -> None:
    """`show` of an id that does not exist ends with 2 and the nearest one."""
    code, text = call(capsys, "show", "fee-free-preschol", "--lang", "en")

    assert code == 2
    assert "did you mean `fee-free-preschool`?" in text


def test_show_reads_like_a_service_guide(capsys: Printed) -> None:
    """`show` says who, what, how much on which source, with which papers, where, and since when."""
    code, text = call(capsys, "show", "fee-free-preschool", "--as-of", "2017-12-31", "--lang", "en")

    assert code == 0
    for said in (
        "Who\n",
        "Gansu household registration",
        "province of household registration is Gansu",
        "C04 Affordable preschool education",
        "1,000 yuan a school year, from 1 March 2016",
        "review by 31 December 2020",
        "Household register (Police; the office can fetch it itself)",
        "Through the kindergarten",
        "in force from this day",
        "A first screening, not a decision",
    ):
        assert said in " ".join(text.split("\n      ")) or said in text
    assert "past" not in text


def test_show_says_that_a_figure_wants_a_review(capsys: Printed) -> None:
    """After its review date a figure is marked."""
    _, text = call(capsys, "show", "fee-free-preschool", "--as-of", "2021-01-01", "--lang", "en")

    assert "review by 31 December 2020, past: look for a newer text" in text


def test_show_says_why_a_figure_is_unknown_and_whom_to_ask(capsys: Printed) -> None:
    """A figure that the pack lacks has its reason and an office."""
    _, text = call(capsys, "show", "disability-living-subsidy", "--as-of", "2021-01-01", "--lang", "en")
    plain = " ".join(text.split())

    assert "unknown (Raised across the province from 2021." in plain
    assert "ask: County civil affairs bureau of the household registration" in plain


def test_show_tells_what_changed_and_when(capsys: Printed) -> None:
    """Every version stands with its first day and what it changed."""
    _, text = call(capsys, "show", "free-textbooks", "--as-of", "2017-12-31", "--lang", "en")
    plain = " ".join(text.split())

    assert "1 March 2017 condition “At a rural school or on the urban guarantee” dropped" in plain


def test_show_before_the_first_day_says_so(capsys: Printed) -> None:
    """What is not in force yet is shown as it will be, and said not to be in force."""
    _, text = call(capsys, "show", "fee-free-preschool", "--as-of", "2015-01-01", "--lang", "en")

    assert "not in force on 1 January 2015; this is as of 1 March 2016" in text


@pytest.mark.parametrize("id", IDS)
def test_every_guide_is_whole_and_in_both_languages(id: str) -> None:
    """Each guide has who, what, how and since when, and every text of it exists in Chinese and in English."""
    found = guide(PACK, id, date(2017, 12, 31))

    assert found.criteria or PACK.entitlement(id).promise == "open"
    assert found.benefit
    assert found.route
    assert found.basis
    assert found.since in {change.day for change in found.changes}
    for rule in (*found.criteria, *found.exclusions, *found.meanings):
        assert rule.condition.zh
        assert rule.condition.en
        assert rule.cite.zh


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("id", IDS)
def test_guides_stay_inside_the_width(id: str, lang: str, capsys: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    """No line is wider than the terminal, single long words apart."""
    monkeypatch.setenv("COLUMNS", "60")
    _, text = call(capsys, "show", id, "--lang", lang)

    assert [line for line in text.splitlines() if width(line) > 60 and len(line.split()) > 1] == []


def test_show_as_json(capsys: Printed) -> None:
    """The JSON of `show` holds both languages, the figures with their sources and the condition as written."""
    code, text = call(capsys, "show", "fee-free-preschool", "--as-of", "2017-12-31", "--format", "json")
    found = json.loads(text)

    assert code == 0
    assert found["label"] == {"zh": "学前教育免（补助）保教费", "en": "Fee-free preschool"}
    assert found["criteria"][1]["text"] == 'hukou_province == "62"'
    assert found["figures"][0]["values"][0]["value"] == {"zh": "每学年1,000元", "en": "1,000 yuan a school year"}
    assert found["figures"][0]["values"][0]["confidence"] == "seen"


def test_show_as_markdown(capsys: Printed) -> None:
    """Markdown has one title, sections, and escapes what Markdown would take for its own."""
    _, text = call(capsys, "show", "heating-allowance", "--pack", HEATING, "--format", "markdown", "--lang", "en")

    assert text.startswith("# Heating allowance (heating-allowance)\n")
    assert "\n## Who\n\n- Lives in a rented home\n" in text
    assert "each one further: 500 yuan a month" in text


def test_coverage_holds_every_paragraph(capsys: Printed) -> None:
    """`coverage` shows each paragraph, and that none is without its fate."""
    code, text = call(capsys, "coverage", "--format", "json")
    found = json.loads(text)

    assert code == 0
    assert list(found["clauses"]) == list(PACK.contents.clauses)
    assert len(found["clauses"]) == found["summary"]["clauses"] == 56
    for clause in found["clauses"].values():
        assert clause["gives"] or clause["to_come"] or clause["nothing_because"]
    assert sorted(found["entitlements"]) == IDS
    assert all(each["sources"] for each in found["entitlements"].values())


def test_coverage_adds_up(capsys: Printed) -> None:
    """The last lines count the paragraphs that give, that are to come, and that give nothing."""
    _, text = call(capsys, "coverage", "--lang", "en")
    counted = json.loads(call(capsys, "coverage", "--format", "json")[1])["summary"]

    assert counted["giving"] + counted["clauses_to_come"] + counted["giving_nothing"] == counted["clauses"]
    assert f"\n{counted['clauses']} paragraphs: {counted['giving']} give" in text


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("一二三，四五", ["一二", "三，四", "五"]),
        ("（一）二三", ["（一）", "二三"]),
        ("ab cd efghijkl m", ["ab cd", "efghijkl", "m"]),
        ("", [""]),
    ],
)
def test_folding_breaks_where_readers_expect(text: str, lines: list[str]) -> None:
    """Chinese breaks anywhere but before closing signs, other words at spaces; a long word stands alone."""
    assert fold(text, 6) == lines


def test_an_unknown_id_is_refused_by_the_guide() -> None:
    """The guide of nothing is an UnknownName."""
    with pytest.raises(UnknownName):
        guide(PACK, "nothing", date(2017, 12, 31))
