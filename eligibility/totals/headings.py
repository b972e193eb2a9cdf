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
    Column("mark", Words("说明", "note"), "text"),
)
PEOPLE = (
    Column("persons", Words("人数", "persons")),
    Column("persons_eligible", Words("至少符合一项的人", "persons eligible for something")),
    Column("persons_paid", Words("其中：符合现金或减免的人", "of these persons: for cash or a waiver")),
    Column("persons_undetermined", Words("至多待定的人", "persons with something undetermined at best")),
    Column("persons_ineligible", Words("一项也不符合的人", "persons eligible for nothing")),
    Column(
        "persons_none", Words("去世或尚未出生、没有事项的人", "persons of whom nothing is asked: died, or not born yet")
    ),
)
HOMES = (
    Column("households", Words("户数", "households")),
    Column("households_eligible", Words("至少符合一项的户", "households eligible for something")),
    Column("households_paid", Words("其中：符合现金或减免的户", "of these households: for cash or a waiver")),
    Column("households_undetermined", Words("至多待定的户", "households with something undetermined at best")),
    Column("households_ineligible", Words("一项也不符合的户", "households eligible for nothing")),
    Column("households_none", Words("没有在世成员的户", "households of whom nothing is asked: nobody in them lives")),
)
FOUND = (
    Column("answers_eligible", Words("符合（项次）", "answers: eligible")),
    Column("answers_undetermined", Words("待定（项次）", "answers: undetermined")),
    Column("answers_ineligible", Words("不符合（项次）", "answers: not eligible")),
)
OPEN = (
    Column(
        "open_eligible", Words("面向所有人的服务，另计：符合（项次）", "services open to all, counted apart: eligible")
    ),
    Column("open_undetermined", Words("面向所有人的服务，另计：待定（项次）", "services open to all: undetermined")),
    Column("open_ineligible", Words("面向所有人的服务，另计：不符合（项次）", "services open to all: not eligible")),
)
"""Answers about services that are open to all: beside the others in every group, and never among them."""
_BY_KIND = (
    Column("cash_year_yuan", Words("现金，每年（元）", "cash a year (yuan)"), "yuan"),
    Column("waiver_year_yuan", Words("减免，每年（元）", "waived a year (yuan)"), "yuan"),
    Column("cash_once_yuan", Words("现金，一次性（元）", "cash once (yuan)"), "yuan"),
    Column("waiver_once_yuan", Words("减免，一次性（元）", "waived once (yuan)"), "yuan"),
)
_OF_ONE = (
    Column("year_yuan", Words("每年（元）", "a year (yuan)"), "yuan"),
    Column("once_yuan", Words("一次性（元）", "once (yuan)"), "yuan"),
)
_BESIDE = (
    Column("unknown", Words("金额未知（项次），未计入", "amount unknown (answers), in no sum")),
    Column("may", Words("由机关决定（项次），未计入", "by decision of an office (answers), in no sum")),
    Column("may_year_yuan", Words("由机关决定，每年（元）", "by decision of an office, a year (yuan)"), "yuan"),
    Column("may_once_yuan", Words("由机关决定，一次性（元）", "by decision of an office, once (yuan)"), "yuan"),
    Column("apart", Words("不能同时享受（项次），未计入", "not together with another (answers), in no sum")),
    Column("apart_year_yuan", Words("不能同时享受，每年（元）", "not together with another, a year (yuan)"), "yuan"),
    Column("apart_once_yuan", Words("不能同时享受，一次性（元）", "not together with another, once (yuan)"), "yuan"),
)
SUMS = (*_BY_KIND, *_BESIDE)
SUMS_OF_ONE = (*_OF_ONE, *_BESIDE)
"""The sums of a group, cash and waivers each for itself; and those of one entitlement, which is one of both."""
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

SOON = (
    Column("opens", Words("将符合（项次）", "will become entitled (answers)")),
    Column("opens_by_law", Words("其中：因规定变动", "of them: by a change of the law")),
    Column("opens_year_yuan", Words("将符合，每年（元）", "will become entitled, a year (yuan)"), "yuan"),
    Column("ends", Words("将不再符合（项次）", "will no longer be entitled (answers)")),
    Column("ends_by_law", Words("其中：因规定变动而停", "of them: ended by a change of the law")),
    Column("ends_year_yuan", Words("将不再符合，每年（元）", "will no longer be entitled, a year (yuan)"), "yuan"),
)
_DRAWN = (
    Column("drawn", Words("符合且在享（项次）", "entitled and received (answers)")),
    Column("unclaimed", Words("应享未享（项次）", "entitled, not received (answers)")),
    Column("share", Words("在享比例（%）", "share received (%)"), "share"),
)
_CHECKS = (
    Column("no_amount", Words("应享未享、金额未知（项次）", "not received, amount unknown (answers)")),
    Column("unknown", Words("符合、是否在享未知（项次）", "entitled, whether received not known (answers)")),
    Column(
        "barred",
        Words("符合、在享不能同时享受的事项（项次）", "entitled, receives what may not be had beside it (answers)"),
    ),
    Column("unentitled", Words("在享而不符合，请核实（项次）", "received, not entitled: to be checked (answers)")),
    Column("unsettled", Words("在享而待定，请核实（项次）", "received, still open: to be checked (answers)")),
)
DRAWN = (
    *_DRAWN,
    Column("cash_year_yuan", Words("应享未享的现金，每年（元）", "cash not received, a year (yuan)"), "yuan"),
    Column("waiver_year_yuan", Words("应享未享的减免，每年（元）", "waivers not received, a year (yuan)"), "yuan"),
    Column("cash_once_yuan", Words("应享未享的现金，一次性（元）", "cash not received, once (yuan)"), "yuan"),
    Column("waiver_once_yuan", Words("应享未享的减免，一次性（元）", "waivers not received, once (yuan)"), "yuan"),
    *_CHECKS,
)
DRAWN_OF_ONE = (
    *_DRAWN,
    Column("year_yuan", Words("应享未享，每年（元）", "not received, a year (yuan)"), "yuan"),
    Column("once_yuan", Words("应享未享，一次性（元）", "not received, once (yuan)"), "yuan"),
    *_CHECKS,
)
KNOWN = (
    Column("persons_known", Words("已知在享情况的人", "persons of whom it is known what they receive")),
    Column("persons_unknown", Words("在享情况未知的人", "persons of whom it is not known")),
)

_OPEN = Words(
    "面向所有人的服务不计入人数、户数、符合等项次和金额，项次另列。",
    "Services open to all are in no count of persons, households, answers or money; how many answers they have stands apart.",
)
_MARKED = Words(
    "面向所有人的服务也在这里，各占一行，有说明；它们不在别的表的项次里，在那里另列。",
    "Services open to all have rows of their own here, with a note; in the other tables their answers stand apart.",
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
    "entitlements": (Words("按事项", "By entitlement"), _both(_YEAR, _MARKED)),
    "counties_entitlements": (Words("按县区和事项", "By county and entitlement"), _both(_YEAR, _MARKED)),
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
_TITLES |= {
    "coming": (
        Words("90天内将符合的和将不再符合的", "Who will become entitled within 90 days, and what ends"),
        Words(
            "假定现有情况不变，只有时间推移和已公布的规定变动；待定的不在这里。只写了年龄、没有出生日期的人推算不了。",
            "If facts last and only time passes and the law changes as published; open answers are not here. Of those with an age "
            "and no date of birth nothing can be foretold.",
        ),
    ),
    "take_up": (
        Words("应享未享和在享核实", "Take-up"),
        Words(
            "按表中写明的在享待遇比较；没有写明的只计数，不列名。全家的事项有一人在享就算在享。面向所有人的服务不计。"
            "没有金额的服务和优先事项、不用申请的减免和实物只按事项计数，要名单请用 `--only` 指定。"
            "比例四舍五入到0.1%。在享而不符合或待定的，只是请核实，不是认定违规。",
            "Compared with what the table says people receive; where it says nothing they are counted, not listed. What a household "
            "may have counts as received where one member receives it. Services open to all are left out. Services and priorities "
            "without an amount, and waivers and things in kind that come by themselves, are counted by entitlement only; ask for "
            "them by `--only` to have the list. Shares are rounded to a tenth of a percent, halves up. Received and not entitled, or still "
            "open, means: to be checked. It is no finding of a wrong.",
        ),
    ),
    "take_up_counties": (Words("应享未享，按县区", "Take-up by county"), Words("说明同上。", "As above.")),
}


def table(key: str, columns: Iterable[Column], rows: Iterable[dict[str, Any]]) -> Table:
    """Returns a table of a city under its title."""
    title, note = _TITLES[key]
    return Table(key, title, note, tuple(columns), tuple(rows))
