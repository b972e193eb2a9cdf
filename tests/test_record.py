"""The sheet for the file: every criterion with its truth, clause, values and sources; the rules, the day, the facts."""

from __future__ import annotations

from sheets import report, sheets, texts

from eligibility.page import Section, Sheet, Table
from eligibility.summary import truths


def section(sheet: Sheet, heading: str) -> Section:
    """Returns the section with a heading."""
    return next(each for each in sheet.sections if each.heading == heading)


def rows(sheet: Sheet, heading: str) -> list[tuple[str, ...]]:
    """Returns the rows of the table under a heading."""
    (table,) = (block for block in section(sheet, heading).blocks if isinstance(block, Table))
    return list(table.rows)


def test_the_head_has_the_days_and_the_whole_digest() -> None:
    """The day of the law, the day on which it was made, and the digest of the rules in full stand at the top."""
    head = " ".join(str(block) for block in sheets("en")[1].sections[0].blocks)

    assert "as of 31 December 2017; made on 26 November 2026" in head
    assert report("en").screening.pack.digest in head


def test_every_criterion_stands_there_with_its_clause() -> None:
    """Of what can be had and of what is open each criterion and exclusion is told, with where it is written."""
    cells = [row[2] for heading in ("Can have", "Still open") for row in rows(sheets("en")[1], heading)]
    lines = {line.partition(": ")[2].partition(" [")[0] for cell in cells for line in cell.split("\n") if " [" in line}
    summary = report("en").summary
    found = summary.of("eligible") + summary.of("undetermined")
    wanted = {part.label["en"] for each in found for part, _ in truths(each) if part.cite}

    assert wanted
    assert wanted <= lines


def test_a_criterion_is_told_with_the_values_it_rests_on() -> None:
    """The facts that a criterion reads stand behind it, through the concepts in between."""
    (row,) = (row for row in rows(sheets("en")[1], "Can have") if row[0].endswith("(fee-free-preschool)"))

    assert row[1] == "child"
    assert "met: Enrolled and on the register [" in row[2]
    assert "(stage of education: kindergarten; on the school register: yes)" in row[2]


def test_a_figure_is_told_with_its_source() -> None:
    """An amount stands with its figure, the number of its source, since when and how sure; the source has its title."""
    record = sheets("en")[1]
    (row,) = (row for row in rows(record, "Can have") if row[0].endswith("(fee-free-preschool)"))
    number = row[2].partition("1,000 yuan a school year [")[2].partition("]")[0]

    assert f"[{number}] from 1 March 2016, seen" in row[2]
    assert [
        source[1].startswith("Gansu China Net") for source in rows(record, "Sources") if source[0] == f"[{number}]"
    ] == [True]


def test_what_is_closed_is_told_in_full_when_everything_is_asked_for() -> None:
    """Of what is closed the deciding criteria stand there, and those that are met as well with `--all`."""
    brief, full = (
        "\n".join(row[2] for row in rows(sheets("en", everything=everything)[1], "Closed")).split("\n")
        for everything in (False, True)
    )

    assert any(line.startswith("not met: ") for line in brief)
    assert not any(line.startswith("met: ") for line in brief)
    assert any(line.startswith("met: ") for line in full)


def test_somebody_elses_fact_names_them() -> None:
    """In a criterion about the household it is said whose a fact is."""
    (row,) = (row for row in rows(sheets("en")[1], "Can have") if row[0].endswith("(disability-relief-priority)"))

    assert "grandfather holds a disability certificate: yes" in row[2]


def test_given_facts_hide_name_and_number() -> None:
    """The facts given are listed, name and resident number only with `--show-personal`."""
    hidden, shown = ("".join(texts(sheets("en", "named", personal=personal)[1])) for personal in (False, True))

    assert "11010519491231002X" not in hidden
    assert "(not shown)" in hidden
    assert "11010519491231002X" in shown


def test_it_can_be_signed_and_says_that_it_is_no_decision() -> None:
    """The notice, the right to object and a line for the caseworker end it."""
    last = sheets("zh")[1].sections[-1].blocks

    assert any("初筛，不是审批决定" in str(block) for block in last)
    assert "初筛人：" in str(last[-1])
