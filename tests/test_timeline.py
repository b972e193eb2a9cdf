"""Month by month: what held, what began, what ended, and what was due."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from packs_for_tests import DAY, LABEL, family, figure, only, rule, screened

from eligibility import RulePack
from eligibility.commands import main
from eligibility.explain import explanation
from eligibility.report import Report
from eligibility.timeline import Month, Timeline, timeline

PackMaker = Callable[..., RulePack]
RISING = figure("rate", "from: 2000-01-01, value: 100\nfrom: 2020-07-01, value: 120") + figure(
    "open", "from: 2000-01-01, unknown: LABEL"
)

LIMITED = f"""
  at_most:
    tiers:
      - label: {LABEL}
        when: married
        amount: 3
        cite: law art. 1
      - label: {LABEL}
        amount: 6
        cite: law art. 1"""


def benefit(amount: str = "rate", kind: str = "cash") -> str:
    """Returns the text of a benefit by the month."""
    return f"\n  kind: {kind}\n  label: {LABEL}\n  amount: {amount}\n  per: month"


def paid(month: str) -> str:
    """Returns the text of how one applies, with the month from which it is paid."""
    return f"{{route: {LABEL}, documents: [card], paid_from: {month}}}"


def line(
    pack: RulePack,
    member: dict[str, Any],
    first: date = date(2020, 5, 10),
    last: date = date(2020, 10, 31),
    **options: date,
) -> Timeline:
    """Returns the timeline of a family of one."""
    return timeline(pack, family(pack, member, day=date(2020, 5, 10)), first, last, **options)  # type: ignore[arg-type]  # `applied` alone


def months(found: Timeline, what: Callable[[Month], Any]) -> dict[str, Any]:
    """Returns something of each month that is not empty or zero."""
    return {f"{month.first:%Y-%m}": told for month in found.months if (told := what(month))}


def test_a_birthday_begins_and_ends_an_entitlement(make: PackMaker) -> None:
    """Of age on 20 July and too old a year later: it begins and ends on those days, and no day before or after."""
    pack = make(rules={"one": rule("one", criteria={"age": "60 <= age <= 60"}, benefit=benefit())}, parameters=RISING)

    found = line(pack, {"birth_date": "1960-07-20"}, last=date(2021, 9, 1))

    (stretch,) = found.stretches
    assert (stretch.first, stretch.last) == (date(2020, 7, 20), date(2021, 7, 19))
    assert months(found, lambda month: len(month.began)) == {"2020-07": 1}
    assert months(found, lambda month: len(month.ended)) == {"2021-07": 1}
    assert months(found, lambda month: month.due) == {
        f"{year}-{month:02}": 12000
        for year, month in [*((2020, each) for each in range(7, 13)), *((2021, each) for each in range(1, 8))]
    }


def test_a_change_of_the_law_changes_the_amount_and_begins_nothing(make: PackMaker) -> None:
    """The figure rises on 1 July: one stretch ends, another follows, and nobody has to apply anew."""
    pack = make(rules={"one": rule("one", apply=paid("month_after_approval"), benefit=benefit())}, parameters=RISING)

    found = line(pack, {})

    assert [(each.first, each.last) for each in found.stretches] == [
        (date(2020, 5, 10), date(2020, 6, 30)),
        (date(2020, 7, 1), date(2020, 10, 31)),
    ]
    assert months(found, lambda month: len(month.changed)) == {"2020-07": 1}
    assert months(found, lambda month: len(month.began) + len(month.ended)) == {}
    assert months(found, lambda month: month.due // 100) == {
        "2020-06": 100,
        "2020-07": 120,
        "2020-08": 120,
        "2020-09": 120,
        "2020-10": 120,
    }
    assert found.due == (100 + 4 * 120) * 100


@pytest.mark.parametrize(
    ("paid_from", "first"),
    [("month_of_application", "2020-08"), ("month_after_approval", "2020-09")],
)
def test_it_is_paid_from_the_month_that_the_rule_says(make: PackMaker, paid_from: str, first: str) -> None:
    """Applied for on 3 August, it is due for August, or from the month after."""
    text = rule("one", apply=paid(paid_from), benefit=benefit())
    found = line(make(rules={"one": text}, parameters=RISING), {}, applied=date(2020, 8, 3))

    assert min(months(found, lambda month: month.due)) == first


def test_it_is_paid_for_as_many_months_as_the_rule_says_at_most(make: PackMaker) -> None:
    """At most three months, counted from the application: due for May, June and July, and ended then."""
    limited = benefit() + "\n  at_most: {months: 3}"
    pack = make(rules={"one": rule("one", benefit=limited)}, parameters=RISING)

    found = line(pack, {}, applied=date(2020, 5, 10))

    assert list(months(found, lambda month: month.due)) == ["2020-05", "2020-06", "2020-07"]
    assert list(months(found, lambda month: len(month.ended))) == ["2020-07"]


def test_what_is_limited_and_drawn_since_nobody_says_when_is_in_no_sum(make: PackMaker) -> None:
    """Held on the first day and never applied for: how much of the three months is left is not known."""
    limited = benefit() + "\n  at_most: {months: 3}"
    found = line(make(rules={"one": rule("one", benefit=limited)}, parameters=RISING), {})

    assert {(month.due, month.unknown) for month in found.months} == {(0, 1)}


def test_a_limit_that_is_not_known_is_not_taken_for_none(make: PackMaker) -> None:
    """For how many months it is drawn waits for a fact: what is due is not known, and no sum runs on without end."""
    pack = make(rules={"one": rule("one", benefit=benefit() + LIMITED)}, parameters=RISING)

    unknown = line(pack, {}, applied=date(2020, 5, 10))
    known = line(pack, {"married": True}, applied=date(2020, 5, 10))

    assert unknown.due == 0
    assert set(months(unknown, lambda month: month.unknown).values()) == {1}
    assert list(months(known, lambda month: month.due)) == ["2020-05", "2020-06", "2020-07"]


@pytest.mark.parametrize(
    ("member", "said"),
    [({"married": True}, "at most 3 months"), ({}, "a limited time, how long is not known")],
    ids=["known", "unknown"],
)
def test_that_it_is_limited_is_told_also_where_nobody_knows_for_how_long(
    make: PackMaker, member: dict[str, Any], said: str
) -> None:
    """The report and the explanation say so."""
    pack = make(rules={"one": rule("one", benefit=benefit() + LIMITED)}, parameters=RISING)
    screening = screened(pack, member)
    report = Report(pack.on(DAY), screening, family(pack, member), (), "en")
    gives = [each for each in explanation(only(screening), "en").branches if each.text.startswith("gives: ")]

    assert f" for {said}" in str(report.sections())
    assert [each.branches[-1].text for each in gives] == [said]


def test_an_answer_that_is_only_no_longer_known_has_not_ended(make: PackMaker) -> None:
    """A stated age holds on its day alone: the day after the answer is open, and says for want of what."""
    pack = make(rules={"one": rule("one", criteria={"age": "age >= 60"}, benefit=benefit())}, parameters=RISING)

    found = line(pack, {"age": 70})

    (month, *_) = found.months
    assert month.ended == ()
    assert [(each.then, each.waits) for each in month.unsettled] == [("undetermined", ("age",))]


def test_what_may_not_be_drawn_together_is_not_summed(make: PackMaker) -> None:
    """Of two that exclude each other the better one alone is due, and the other stands beside the sum."""
    rules = {"one": rule("one", not_with="[two]", benefit=benefit()), "two": rule("two", benefit=benefit("half"))}
    pack = make(rules=rules, parameters=RISING + figure("half", "from: 2000-01-01, value: 50"))

    found = line(pack, {}, last=date(2020, 5, 31))

    assert [(month.due, month.unknown) for month in found.months] == [(10000, 1)]


def test_unknown_amounts_and_what_an_office_decides_on_stand_beside(make: PackMaker) -> None:
    """Neither counts as nothing: each month says how many more there are."""
    rules = {
        "one": rule("one", benefit=benefit("open")),
        "two": rule("two", promise="may", benefit=benefit()),
        "three": rule("three", benefit=benefit(kind="waiver")),
    }
    found = line(make(rules=rules, parameters=RISING), {}, last=date(2020, 5, 31))

    assert [(month.due, month.unknown) for month in found.months] == [(0, 2)]


def test_an_answer_that_opens_is_counted(make: PackMaker) -> None:
    """A stated age holds on its own day only, so that the month ends with an open answer (MEANING M9)."""
    pack = make(rules={"one": rule("one", criteria={"age": "age >= 60"}, benefit=benefit())}, parameters=RISING)

    found = line(pack, {"age": 60})

    assert [month.open for month in found.months] == [1, 1, 1, 1, 1, 1]
    assert (found.stretches[0].first, found.stretches[0].last) == (date(2020, 5, 10), date(2020, 5, 10))


def test_what_holds_from_the_start_has_not_begun(make: PackMaker) -> None:
    """On the first day of a timeline nothing begins, and on the last nothing ends."""
    found = line(make(rules={"one": rule("one", benefit=benefit())}, parameters=RISING), {}, last=date(2020, 5, 10))

    (month,) = found.months
    assert (len(month.holds), month.began, month.ended) == (1, (), ())


def test_the_command_tells_the_same_in_json_and_text(capsys: pytest.CaptureFixture[str]) -> None:
    """`timeline` prints the months for people, and each of them for machines."""
    arguments = ["timeline", "examples/li-family.yaml", "--from", "2018-06-01", "--to", "2019-03-31"]
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--format", "json"])
    told = json.loads(capsys.readouterr().out)
    assert (ended.value.code, len(told["months"])) == (0, 10)
    assert told["due"] == {"yuan": str(sum(int(each["due"]["yuan"]) for each in told["months"]))}

    for lang, word in (("zh", "不是审批决定"), ("en", "not a decision")):
        with pytest.raises(SystemExit):
            main([*arguments, "--lang", lang])
        assert word in capsys.readouterr().out


def test_days_in_the_wrong_order_are_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    """`--to` before `--from` ends with 2 and one line."""
    with pytest.raises(SystemExit) as ended:
        main(["timeline", "examples/li-family.yaml", "--from", "2019-01-01", "--to", "2018-01-01", "--lang", "en"])

    assert ended.value.code == 2
    assert "`--to` is before `--from`" in capsys.readouterr().err
