"""What the tables of a city are called, and each of their columns, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from eligibility.offers import KINDS as OF_MONEY
from eligibility.totals.tables import Column, Table
from eligibility.words import Words

MONEY = ("year", "once")
"""The measures of money that are told by kind."""
KINDS = OF_MONEY | {"service": Words("服务", "service"), "priority": Words("优先", "priority")}
SUBJECTS = {
    "person": Words("个人", "person"),
    "household": Words("全家", "household"),
    "deceased": Words("去世者", "deceased"),
}

COUNTY = (
    Column("county", Words("县区代码", "county code"), "code"),
    Column("county_name", Words("县区", "county"), "text"),
)
BAND = (
    Column("band", Words("年龄段代码", "age band code"), "code"),
    Column("band_name", Words("年龄段", "age band"), "text"),
)
WHAT = (
    Column("entitlement", Words("事项代码", "entitlement code"), "code"),
    Column("name", Words("事项", "entitlement"), "text"),
    Column("subject", Words("对象", "for"), "text"),
    Column("kind", Words("种类", "kind"), "text"),
)
PEOPLE = (
    Column("persons", Words("人数", "persons")),
    Column("persons_eligible", Words("至少符合一项的人", "persons eligible for something")),
    Column("persons_paid", Words("其中：符合现金或减免的人", "of them: for cash or a waiver")),
    Column(
        "persons_undetermined", Words("都不符合或待定、至少一项待定的人", "persons with something undetermined at best")
    ),
    Column("persons_ineligible", Words("一项也不符合的人", "persons eligible for nothing")),
    Column(
        "persons_none", Words("去世或尚未出生、没有事项的人", "persons of whom nothing is asked: died, or not born yet")
    ),
)
HOMES = (
    Column("households", Words("户数", "households")),
    Column("households_eligible", Words("至少符合一项的户", "households eligible for something")),
    Column("households_paid", Words("其中：符合现金或减免的户", "of them: for cash or a waiver")),
    Column("households_undetermined", Words("至多待定的户", "households with something undetermined at best")),
    Column("households_ineligible", Words("一项也不符合的户", "households eligible for nothing")),
    Column("households_none", Words("没有在世成员的户", "households of whom nothing is asked: nobody in them lives")),
)
FOUND = (
    Column("answers_eligible", Words("符合（项次）", "answers: eligible")),
    Column("answers_undetermined", Words("待定（项次）", "answers: undetermined")),
    Column("answers_ineligible", Words("不符合（项次）", "answers: not eligible")),
)
SUMS = (
    Column("cash_year_yuan", Words("现金，每年（元）", "cash a year (yuan)"), "yuan"),
    Column("waiver_year_yuan", Words("减免，每年（元）", "waived a year (yuan)"), "yuan"),
    Column("cash_once_yuan", Words("现金，一次性（元）", "cash once (yuan)"), "yuan"),
    Column("waiver_once_yuan", Words("减免，一次性（元）", "waived once (yuan)"), "yuan"),
    Column("unknown", Words("金额未知（项次），未计入", "amount unknown (answers), in no sum")),
    Column("may", Words("由机关决定（项次），未计入", "by decision of an office (answers), in no sum")),
    Column("may_year_yuan", Words("由机关决定，每年（元）", "by decision of an office, a year (yuan)"), "yuan"),
    Column("may_once_yuan", Words("由机关决定，一次性（元）", "by decision of an office, once (yuan)"), "yuan"),
    Column("apart", Words("不能同时享受（项次），未计入", "not together with another (answers), in no sum")),
    Column("apart_year_yuan", Words("不能同时享受，每年（元）", "not together with another, a year (yuan)"), "yuan"),
    Column("apart_once_yuan", Words("不能同时享受，一次性（元）", "not together with another, once (yuan)"), "yuan"),
)
WAITS = (
    Column("code", Words("代码", "code"), "code"),
    Column("name", Words("名称", "name"), "text"),
    Column("persons_alone", Words("只差这一项的人", "persons who wait for this alone")),
    Column("answers_alone", Words("只差这一项（项次）", "answers that wait for this alone")),
    Column("households_alone", Words("只差这一项的户", "households that wait for this alone")),
    Column("persons", Words("还缺这一项的人", "persons who wait for this and maybe more")),
    Column("answers", Words("还缺这一项（项次）", "answers that wait for this and maybe more")),
    Column("households", Words("还缺这一项的户", "households that wait for this and maybe more")),
    Column("amounts_alone", Words("金额只差这一项（项次）", "amounts that wait for this alone")),
    Column("amounts", Words("金额还缺这一项（项次）", "amounts that wait for this and maybe more")),
    Column("asked", Words("由谁说明", "who tells it"), "text"),
)

_OPEN = Words(
    "面向所有人的服务不计入人数、项次和金额。", "Services open to all are in no count of persons, answers or money."
)
_YEAR = Words(
    "金额只合计现金和减免，分开计算：每月×12、每学期×2、每天×规定天数；一次性的另列。"
    "由机关决定的、金额未知的、不能同时享受的在旁边列出，不计入。",
    "Only cash and waivers are added up, each for itself: a month twelve times, a term twice, a day as often as the rule says; "
    "what is paid once stands apart. What an office decides, what is unknown and what cannot be had together stands beside the sums.",
)


def _both(*words: Words) -> Words:
    return Words("".join(each.zh for each in words), " ".join(each.en for each in words))


_TITLES = {
    "whole": (Words("全市", "The whole"), _both(_YEAR, _OPEN)),
    "counties": (Words("按县区", "By county"), _both(_YEAR, _OPEN)),
    "age_bands": (
        Words("按年龄段", "By age"),
        _both(
            Words(
                "年龄段按计划自己的界线划分：学前、小学、初中、高中和中职、成年、养老金、高龄。全家的事项没有年龄，不在这里。",
                "The bands follow the plan's own lines: preschool, primary, junior and senior middle school, full age, pension, "
                "great age. What whole households may have has no age and is not here.",
            ),
            _OPEN,
        ),
    ),
    "entitlements": (Words("按事项", "By entitlement"), _YEAR),
    "counties_entitlements": (Words("按县区和事项", "By county and entitlement"), _YEAR),
    "fields": (
        Words("补上哪些登记项最有用", "Which fields of the register would settle the most"),
        Words(
            "“只差这一项”：补上这一项，结果就能确定。可由别的事实推出的（如年龄由出生日期推出），补上那一项也可以。",
            "Waiting for this alone: once this is known, the answer is settled. What follows from another fact (an age from a "
            "date of birth) may be filled in by that one.",
        ),
    ),
    "figures": (
        Words("规则包没有收录的数字和规定：请问主管部门", "Figures and rules not held here: questions for the city"),
        Words(
            "这些不是登记数据的缺口，补登记没有用；查到后写进本地数字文件（`--local`）。",
            "These are no gaps of a register, and no register can fill them; once found out they go into a file of local figures "
            "(`--local`).",
        ),
    ),
}


def table(key: str, columns: Iterable[Column], rows: Iterable[dict[str, Any]]) -> Table:
    """Returns a table of a city under its title."""
    title, note = _TITLES[key]
    return Table(key, title, note, tuple(columns), tuple(rows))
