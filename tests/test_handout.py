"""The sheet for the citizen: what can be applied for and where, what to bring, and no name that may not be shown."""

from __future__ import annotations

import pytest
from families import ROOT
from sheets import sheets, texts

from eligibility.page import Checks


@pytest.mark.parametrize(
    ("lang", "office", "notice"),
    [
        ("zh", "去哪里：县（区）教育局。怎么办：由幼儿园统一办理", "初筛，不是审批决定。由主管部门决定。"),
        ("en", "Where: County education bureau. How: Through the kindergarten", "A first screening, not a decision."),
    ],
)
def test_it_says_how_much_where_and_how(lang: str, office: str, notice: str) -> None:
    """What can be had stands with its amount, the office and the way; the notice stands at the very top."""
    handout, _ = sheets(lang)
    first = handout.sections[0].blocks[0]
    told = next(text for text in texts(handout) if office in text)

    assert isinstance(first, str)
    assert first.startswith(notice)
    assert "child" in told.split("\n")[0]
    assert "1,000" in told.split("\n")[0]


def test_what_to_bring_names_who_needs_it() -> None:
    """Each paper to bring stands on one line with everybody who needs it, in the order of the household."""
    handout, _ = sheets("en")
    (checks,) = (block for section in handout.sections for block in section.blocks if isinstance(block, Checks))

    assert "Resident identity card (Police) · mother, child, grandfather, the household" in checks.items


def test_the_right_to_a_human_decision_ends_it() -> None:
    """The last section is the citizen's rights: a person decides, with reasons, and there is a way to object."""
    for lang, word in (("zh", "书面说明理由"), ("en", "written reasons")):
        last = sheets(lang)[0].sections[-1]
        assert any(word in str(block) for block in last.blocks)


def test_what_is_open_is_named_once_and_without_questions() -> None:
    """What may come is a list of labels: a citizen is not handed the questions of the office."""
    handout, record = sheets("en")
    labels = next(section for section in handout.sections if section.heading.startswith("You may also")).blocks[0]

    assert isinstance(labels, tuple)
    assert "Living subsidy for disabled people in hardship" in labels
    assert "Extra support on the minimum living guarantee · mother" in labels
    assert len(set(labels)) == len(labels)
    assert "unknown" not in "".join(texts(handout))
    assert "unknown" in "".join(texts(record))


def test_nothing_certain_is_said_so() -> None:
    """A household of which almost nothing is known is told that nothing is certain yet."""
    handout, _ = sheets("en", f"{ROOT}/examples/nearly-nothing.yaml")

    assert "Nothing is certain yet." in texts(handout)


def test_a_name_is_shown_only_where_it_may_be() -> None:
    """Names stand on neither sheet, but where they are asked for."""
    assert "Zhangmarker" not in "".join(text for sheet in sheets("en", "named") for text in texts(sheet))
    assert "Zhangmarker" in "".join(texts(sheets("en", "named", personal=True)[0]))
