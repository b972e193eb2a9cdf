"""Conditions as text that parses back to the same ir, and as plain words in both languages."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies_ir import NAMES, NO_NAMES, exprs

from eligibility import ir
from eligibility.ir import Expr, Type
from eligibility.parser import parse
from eligibility.printer import to_text, to_words
from eligibility.schema import Fact, Names
from eligibility.slips import MOST_CHARACTERS
from eligibility.source import passage
from eligibility.words import Lang, Words

_PAIRS = {")": "(", "}": "{"}


def _fact(name: str, zh: str, en: str, owner: str = "person", **said: Any) -> Fact:  # noqa: ANN401 - fields as a file has them
    return Fact(name=name, owner=owner, label=Words(zh, en), question=Words(zh, en), **said)


_SECTORS = {"public": Words("公办", "Public"), "inclusive_private": Words("普惠性民办", "inclusive private")}
_KIN = {"head": Words("户主", "head"), "spouse": Words("配偶", "spouse"), "child": Words("子女", "child")}
_FACTS = (
    _fact("age", "周岁年龄", "Age in full years", type="count", unit="years"),
    _fact("contribution_years", "缴费年限", "years of contributions", type="count", unit="years"),
    _fact("residence_months", "已居住月数", "months of residence", type="count", unit="months"),
    _fact("birth_date", "出生日期", "date of birth", type="date"),
    _fact("monthly_income", "本人月收入", "monthly income", type="money", per="month"),
    _fact("relation", "与户主的关系", "relation to the head", type="choice", values=_KIN),
    _fact("school_ownership", "园校性质", "School ownership", type="choice", values=_SECTORS),
    _fact("school_county", "学校所在县", "school's county", type="place", level="county"),
    _fact(
        "permit_province", "居住证签发省份", "province of the permit", type="place", level="province", also=("none",)
    ),
    _fact("pregnant", "怀孕", "pregnant", type="bool"),
    _fact("orphan", "孤儿", "orphan", type="bool"),
    _fact("hiv_tested", "做过HIV检测", "HIV tested", type="bool"),
    _fact("income_per_person", "人均月收入", "income per person", "household", type="money", per="month"),
    _fact("in_hardship", "家庭生活困难", "family in hardship", "household", type="bool"),
)
_NAMES = Names(
    facts={fact.name: fact for fact in _FACTS},
    figures={"line": Type("money", "month", high=10**6), "least_age": Type("number", "years", high=100, fixed=True)},
    concepts={"poor": ("person", Type("bool"))},
    attributes={"poor_area": Type("bool")},
    labels={
        "line": Words("低保标准", "the guarantee line"),
        "least_age": Words("起始年龄", "the least age"),
        "poor": Words("贫困", "Poor"),
        "poor_area": Words("贫困地区县", "county in a poor area"),
    },
    places={"62": Words("甘肃省", "Gansu"), "6204": Words("白银市", "Baiyin")},
)

_SAID = [
    (
        'school_ownership in {"public", "inclusive_private"} and place(school_county).province == "62"',
        "园校性质是公办或普惠性民办，并且学校所在县的省份是甘肃省",
        "school ownership is public or inclusive private, and the province of the school's county is Gansu",
    ),
    ("pregnant", "怀孕", "pregnant"),
    ("hiv_tested == true", "做过HIV检测", "HIV tested"),
    ("pregnant == false", "不是：怀孕", "not: pregnant"),
    (
        "not pregnant and not (orphan and in_hardship)",
        "不是：怀孕，并且不是：（孤儿，并且家庭生活困难）",
        "not: pregnant, and not: (orphan, and family in hardship)",
    ),
    ("age >= 18", "周岁年龄不小于18周岁", "age in full years is at least 18"),
    (
        "18 <= age and age < 60",
        "周岁年龄不小于18周岁，并且周岁年龄小于60周岁",
        "age in full years is at least 18, and age in full years is below 60",
    ),
    ("contribution_years > 1", "缴费年限大于1年", "years of contributions is above 1 year"),
    ("residence_months <= 6", "已居住月数不大于6个月", "months of residence is at most 6 months"),
    ("residence_months in {6, 12}", "已居住月数是6个月或12个月", "months of residence is 6 months or 12 months"),
    ("monthly_income == 0", "本人月收入等于每月0元", "monthly income is 0 yuan a month"),
    (
        'birth_date < date("2017-12-22")',
        "出生日期早于2017年12月22日",
        "date of birth is before 22 December 2017",
    ),
    (
        'permit_province != "none" and permit_province not in {"62", "11"}',
        "居住证签发省份不是无，并且居住证签发省份既不是甘肃省也不是“11”",
        "province of the permit is not none, and province of the permit is neither Gansu nor “11”",
    ),
    (
        "pregnant and (orphan or in_hardship)",
        "怀孕，并且（孤儿，或者家庭生活困难）",
        "pregnant, and (orphan, or family in hardship)",
    ),
    (
        "pregnant and orphan or in_hardship",
        "（怀孕，并且孤儿），或者家庭生活困难",
        "(pregnant, and orphan), or family in hardship",
    ),
    (
        "any(m.orphan for m in members) or in_hardship",
        "（家庭成员中有人：孤儿），或者家庭生活困难",
        "(some member: orphan), or family in hardship",
    ),
    (
        'any(m.pregnant and m.age < age for m in members if m.relation in {"head", "spouse"})',
        (
            "家庭成员中有人（只算这样的成员：该成员的与户主的关系是户主或配偶）："
            "（该成员怀孕，并且该成员的周岁年龄小于周岁年龄）"
        ),
        (
            "some member (only members with this: the member's relation to the head is head or spouse): "
            "(the member: pregnant, and the member's age in full years is below age in full years)"
        ),
    ),
    (
        "count(m.poor for m in members) >= 2",
        "（家庭成员人数：贫困）不小于2人",
        "(number of members: poor) is at least 2 persons",
    ),
    (
        "round_down(line * size - sum(m.monthly_income for m in members) / 12, yuan)",
        "（低保标准 × 家庭人口 - （家庭成员合计：该成员的本人月收入） ÷ 12）向下取整（到元）",
        (
            "(the guarantee line × the number of members - (sum over members: the member's monthly income) ÷ 12) "
            "rounded down (to yuan)"
        ),
    ),
    (
        "max(line - monthly_income, 0)",
        "其中最大的（低保标准 - 本人月收入，每月0元）",
        "the greatest of them (the guarantee line - monthly income, 0 yuan a month)",
    ),
    (
        "income_per_person < line * 0.3",
        "人均月收入小于低保标准 × 0.3",
        "income per person is below the guarantee line × 0.3",
    ),
    (
        "years(birth_date, as_of) >= (least_age if poor else 60)",
        "从出生日期到筛查日的整年数不小于（如果贫困，则起始年龄，否则60年）",
        (
            "full years from date of birth to the day of screening is at least "
            "(if poor, then the least age, otherwise 60 years)"
        ),
    ),
    (
        "place(school_county).poor_area",
        "学校所在县属于贫困地区县",
        "the school's county: county in a poor area",
    ),
    (
        "yearly(line) / 12 > 0",
        "低保标准按年计 ÷ 12大于每年0元",
        "the guarantee line by the year ÷ 12 is above 0 yuan a year",
    ),
]
"""Condition, Chinese, English."""

_A, _B, _C = (ir.Fact("own", name) for name in ("pregnant", "orphan", "poor"))
_BRACKETED: list[tuple[Expr, str]] = [
    (ir.And((ir.And((_A, _B)), _C)), "(pregnant and orphan) and poor"),
    (ir.Or((_A, ir.Or((_B, _C)))), "pregnant or (orphan or poor)"),
    (ir.Or((_A, ir.And((_B, _C)))), "pregnant or orphan and poor"),
    (ir.Not(ir.In(_A, ("x",))), 'pregnant not in {"x"}'),
    (ir.Not(ir.Compare("==", _A, _B)), "not pregnant == orphan"),
    (ir.Compare("==", ir.Not(_A), ir.Compare("<", _B, _C)), "(not pregnant) == (orphan < poor)"),
    (ir.Arithmetic("-", _A, ir.Arithmetic("-", _B, _C)), "pregnant - (orphan - poor)"),
    (ir.Arithmetic("-", ir.Arithmetic("-", _A, _B), _C), "pregnant - orphan - poor"),
    (ir.Arithmetic("-", _A, ir.Literal(-1)), "pregnant - (-1)"),
    (ir.Choice(_A, ir.Choice(_B, _C, _A), _B), "(poor if orphan else pregnant) if pregnant else orphan"),
    (ir.Literal(Fraction(-1, 2)), "-0.5"),
    (ir.Literal(Fraction(1, 10_000)), "0.0001"),
    (ir.Literal('他说"是"'), "'他说\"是\"'"),
    (ir.Literal(date(2017, 12, 2)), 'date("2017-12-02")'),
    (
        ir.Quantifier("all", _A, ir.Choice(_A, _B, _C)),
        "all(pregnant for m in members if (orphan if pregnant else poor))",
    ),
]


@pytest.mark.parametrize(("text", "zh", "en"), _SAID)
def test_a_condition_reads_as_a_sentence_in_both_languages(text: str, zh: str, en: str) -> None:
    """A condition comes back as it was written, and as one plain sentence in Chinese and in English."""
    expr = parse(passage(text), _NAMES, "person")

    assert to_text(expr) == text
    assert to_words(expr, "zh", _NAMES) == zh
    assert to_words(expr, "en", _NAMES) == en


@pytest.mark.parametrize(("expr", "text"), _BRACKETED)
def test_brackets_stand_only_where_the_syntax_needs_them(expr: Expr, text: str) -> None:
    """Text has the brackets that keep its meaning, and no others."""
    assert to_text(expr) == text


@given(exprs())
def test_text_parses_back_to_the_same_ir(expr: Expr) -> None:
    """What is printed and read again is the same condition."""
    text = to_text(expr)
    assume(len(text) <= MOST_CHARACTERS)

    found = parse(passage(text), NAMES, "person", derive=True)

    assert found == expr
    assert repr(found) == repr(expr), "`true` is not `1`"


@given(exprs())
def test_text_is_one_line_with_every_bracket_closed(expr: Expr) -> None:
    """Any ir has a text, on one line, whose brackets match."""
    text = to_text(expr)

    open_brackets: list[str] = []
    for character in re.sub(r"\"[^\"]*\"|'[^']*'", "", text):
        if character in "({":
            open_brackets.append(character)
        elif character in _PAIRS:
            assert open_brackets.pop() == _PAIRS[character]
    assert not open_brackets
    assert len(text.splitlines()) == 1


@given(exprs(), st.sampled_from(("zh", "en")), st.sampled_from((NAMES, NO_NAMES)))
def test_any_ir_has_words(expr: Expr, lang: Lang, names: Names) -> None:
    """Any ir is said in either language, ill-typed or of names without a label."""
    assert to_words(expr, lang, names)


def test_a_name_without_a_label_is_said_as_it_is() -> None:
    """What has no label is called by its name, and a value without one stands in quotes."""
    expr = ir.And((ir.Fact("member", "p9"), ir.Compare("==", ir.Figure("f9"), ir.Literal("x"))))

    assert to_words(expr, "zh", NO_NAMES) == "该成员的p9，并且f9是“x”"
    assert to_words(expr, "en", NO_NAMES) == "the member's p9, and f9 is “x”"
