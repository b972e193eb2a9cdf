"""What people say or write for a fact is taken for the value that they mean, or refused (MEANING M16)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packs_for_tests import shipped

from eligibility.spoken_values import NotUnderstood, day, heard
from eligibility.testing.boundaries import boundaries

PACK = shipped()
CONTENTS = PACK.contents
FACTS = CONTENTS.schema.facts

MEANT: list[tuple[str, str, Any]] = [
    ("pregnant", "是", True),
    ("pregnant", " 否 ", False),
    ("pregnant", "Ｙ", True),
    ("pregnant", "没有", False),
    ("age", "63", 63),
    ("age", "６３周岁", 63),
    ("age", "六十三岁", 63),
    ("age", "十二", 12),
    ("disability_grade", "三级", 3),
    ("residence_months", "18个月", 18),
    ("monthly_income", "1.2万", 1_200_000),
    ("monthly_income", "１，２００．５０元", 120_050),
    ("monthly_income", "￥3千", 300_000),
    ("monthly_income", "每月800元", 80_000),
    ("birth_date", "1969/10/08", date(1969, 10, 8)),
    ("birth_date", "1969年10月8日", date(1969, 10, 8)),
    ("birth_date", "１９６９．１０．８", date(1969, 10, 8)),
    ("birth_date", "19691008", date(1969, 10, 8)),
    ("education_stage", "幼儿园", "kindergarten"),
    ("education_stage", "普通高中", "general_senior_secondary"),
    ("education_stage", "中等职业", "secondary_vocational"),
    ("education_stage", "Kindergarten", "kindergarten"),
    ("dibao", "无", "none"),
    ("dibao", "农村低保", "rural"),
    ("hukou_county", "会宁县", "620422"),
    ("hukou_county", "甘肃省白银市会宁县", "620422"),
    ("hukou_county", "huining", "620422"),
    ("hukou_county", "４１０１０２", "410102"),
    ("hukou_province", "甘肃", "62"),
    ("residence_permit_province", "没有", "none"),
]
NOT_MEANT = [
    ("pregnant", "maybe"),
    ("age", "131"),
    ("age", "6.5"),
    ("age", "sixty"),
    ("age", ""),
    ("disability_grade", "五级"),
    ("monthly_income", "1.234"),
    ("monthly_income", "12万万"),
    ("monthly_income", "-3"),
    ("birth_date", "58-11-09"),
    ("birth_date", "1958年11月"),
    ("birth_date", "2017-02-30"),
    ("education_stage", "高中生"),
    ("education_stage", "中"),
    ("hukou_county", "995001"),
    ("hukou_county", "62"),
    ("hukou_county", "平凉市"),
]


@pytest.mark.parametrize(("name", "said", "value"), MEANT)
def test_what_is_said_is_taken_for_what_is_meant(name: str, said: str, value: object) -> None:
    """Full-width digits, 万, units, dates as offices write them, and labels come to the value that is meant."""
    assert heard(FACTS[name], said, CONTENTS) == value


@pytest.mark.parametrize(("name", "said"), NOT_MEANT)
def test_what_is_no_value_is_refused_without_being_repeated(name: str, said: str) -> None:
    """What is no value of the fact, out of range, or could be two things is refused, and the refusal does not repeat it."""
    with pytest.raises(NotUnderstood) as refused:
        heard(FACTS[name], said, CONTENTS)

    words = refused.value.words
    assert words.zh
    assert words.en
    assert len(said) < 3 or (said not in words.zh and said not in words.en)


@given(st.data())
def test_every_value_is_heard_as_people_are_shown_it(data: st.DataObject) -> None:
    """The label or text under which a value is shown is taken for that value, in both languages."""
    limits = boundaries(PACK.on(date(2017, 12, 31)))
    values = {**limits.person, **limits.household}
    fact = FACTS[
        data.draw(st.sampled_from([name for name in values if FACTS[name].type in {"choice", "bool", "count", "date"}]))
    ]
    value = data.draw(st.sampled_from(values[fact.name]))
    lang = data.draw(st.sampled_from(["zh", "en"]))
    says: dict[str, Callable[[], str]] = {
        "choice": lambda: fact.values[value][lang],
        "bool": lambda: {True: {"zh": "是", "en": "yes"}, False: {"zh": "否", "en": "no"}}[value][lang],
        "count": lambda: str(value),
        "date": lambda: value.isoformat() if lang == "en" else f"{value.year}年{value.month}月{value.day}日",
    }

    assert heard(fact, says[fact.type](), CONTENTS) == value


@given(st.text(max_size=12))
def test_no_text_breaks_the_ear(said: str) -> None:
    """Whatever is typed, each kind of fact either has a value for it within its range, or says what belongs there."""
    for name in (
        "pregnant",
        "age",
        "monthly_income",
        "birth_date",
        "education_stage",
        "hukou_county",
        "receives",
        "name",
    ):
        fact = FACTS[name]
        try:
            value = heard(fact, said, CONTENTS)
        except NotUnderstood:
            continue
        if fact.type in {"count", "money"}:
            assert fact.limits[0] <= value <= fact.limits[1]


@pytest.mark.parametrize("said", ["1986-03-09 00:00:00", "1986年3月9号", "1986—3—9", "１９８６/３/９"])
def test_dates_as_offices_have_them(said: str) -> None:
    """A date from an export, with an empty time of day, or with a long dash is the day that it names."""
    assert day(said) == date(1986, 3, 9)
