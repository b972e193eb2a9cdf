"""The laws of the kit: each holds for a sound pack, and is seen to be broken by a pack, or by an engine, that breaks it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from conftest import PackMaker
from packs_for_tests import benefit, figure, rule

from eligibility import Profile, RulePack, Rules, asking, read_profile, testing
from eligibility.columns import onebyone
from eligibility.errors import Lacking, Problem
from eligibility.packages import packages
from eligibility.targets import columnar
from eligibility.testing import Breach, asked, laws, laws_engines, laws_exclusions
from eligibility.testing.cases import read_cases, run
from eligibility.testing.laws import Law
from eligibility.testing.searching import Trial
from eligibility.testing.trying import Told
from eligibility.words import Words

ROOT = Path(__file__).resolve().parent.parent
MANY = 60
"""How many households are drawn where something is to be found."""

pytestmark = pytest.mark.usefixtures("same_draws")


def declaring(pack: RulePack, text: str) -> RulePack:
    """Returns a pack that declares laws."""
    (Path(pack.contents.folder) / "laws.yaml").write_text(text, "utf-8")
    return pack


def told(found: Sequence[Told]) -> list[str]:
    """Returns the entitlement of each breach, and the place of each waiver that excuses nothing."""
    return [each.entitlement if isinstance(each, Breach) else "waiver" for each in found]


def only(found: Sequence[Told]) -> Breach:
    """Returns the one breach that was found."""
    (one,) = found
    assert isinstance(one, Breach)
    return one


def sound(make: PackMaker) -> RulePack:
    """Returns a pack that keeps every law, with an amount, an exclusion, members that count, and rivals."""
    near = {"poor": "income_per_person < basic", "near": "residence_county == '620402'"}
    one = rule(
        "aid", criteria={"poor": "poor", "old": "age >= 60"}, unless={"on": "status == 'urban'"}, not_with="[grant]"
    )
    other = rule("grant", criteria={"disabled": "disabled", "some": "any(m.age >= 18 for m in members)"})
    return make(rules={"aid": one, "grant": other, "home": rule("home", subject="household", criteria=near)})


MONOTONE = """
monotone:
  poorer:
    label: {zh: 更穷, en: Poorer}
    facts: {income: lower, poor: true, status: [none, [urban, rural]]}
"""


@pytest.mark.parametrize("law", laws.LAWS, ids=str)
def test_a_sound_pack_keeps_every_law(make: PackMaker, law: Law) -> None:
    """Nothing is found in a pack whose one loss has its waiver."""
    why = "{why: {zh: 因为, en: because}, cite: law art1}"
    pack = declaring(sound(make), f"{MONOTONE}waived:\n  poorer:\n    aid/on: {why}\n")
    try:
        assert [each.text("en") for each in law.broken(pack, examples=25)] == []
    except Lacking:
        assert law.id == "engines"


def test_what_the_poorer_loses_is_told_as_a_household(make: PackMaker) -> None:
    """A rule that asks for more than a limit loses the poorer: who, what was changed, both answers."""
    pack = declaring(make(rules={"aid": rule("aid", criteria={"rich": "income >= basic"})}), MONOTONE)
    found = only(laws.monotone.broken(pack, examples=MANY))
    text = found.text("en")
    assert (found.law, found.entitlement, len(found.profile.members)) == ("poorer", "aid", 1)
    assert "a law is broken: poorer: Poorer" in text
    assert "as it is: eligible, 100 yuan a month" in text
    assert re.search(r"m0\.income \S+ instead of 1\d\d(\.\d\d)?: not eligible: name \(rich\)", text)
    assert "法则不成立：poorer：更穷" in found.text("zh")


def test_an_amount_that_falls_is_a_loss(make: PackMaker) -> None:
    """Somebody who is poorer and gets less has lost."""
    text = rule("aid", criteria={"poor": "income < basic"}, benefit=benefit("round_down(income / 2, fen)"))
    pack = declaring(make(rules={"aid": text}), MONOTONE)
    found = only(laws.monotone.broken(pack, examples=MANY))
    assert found.keep is not None
    assert found.keep.expect[found.subject]["outcome"] == "eligible"
    assert "amount" in found.keep.expect[found.subject]
    waived = f"{MONOTONE}waived:\n  poorer:\n    aid/amount: {{why: {{zh: 因为, en: because}}, cite: law art1}}\n"
    assert laws.monotone.broken(declaring(pack, waived), examples=MANY) == []


def test_a_waiver_names_what_is_lost_by_it_alone(make: PackMaker) -> None:
    """A waiver for one exclusion does not cover the loss by another one."""
    text = rule("aid", unless={"on": "status == 'urban'", "well": "income < basic"})
    why = "{why: {zh: 因为, en: because}, cite: law art1}"
    pack = declaring(make(rules={"aid": text}), f"{MONOTONE}waived:\n  poorer:\n    aid/on: {why}\n")
    assert "(well)" in only(laws.monotone.broken(pack, examples=MANY)).text("en")


@pytest.mark.parametrize(
    ("law", "waiver"),
    [
        ("monotone", "poorer:\n    aid/old"),
        ("exclusions", "exclusions:\n    aid/poor"),
        ("time", "time:\n    aid"),
        ("rises", "rises:\n    basic"),
    ],
)
def test_a_waiver_that_excuses_nothing_is_an_error(make: PackMaker, law: str, waiver: str) -> None:
    """The waiver is told at its place, with what to do."""
    text = f"{MONOTONE}waived:\n  {waiver}: {{why: {{zh: 因为, en: because}}, cite: law art1}}\n"
    pack = declaring(make(rules={"aid": rule("aid", criteria={"old": "age >= 60", "poor": "poor"})}), text)
    (found,) = {each.id: each for each in laws.LAWS}[law].broken(pack, examples=20)
    assert isinstance(found, Problem)
    assert "laws.yaml:8:5: this waiver excuses nothing" in found.text("en")
    assert "take it out" in found.text("en")


def test_a_waiver_that_matters_on_another_day_is_found(make: PackMaker) -> None:
    """A waiver that excuses something on one law of the pack alone is not called useless on the others."""
    text = rule("aid", criteria="", unless="", benefit="", apply="", versions=VERSIONS)  # type: ignore[arg-type]  # left out
    why = "{why: {zh: 因为, en: because}, cite: law art1}"
    pack = declaring(make(rules={"aid": text}), f"{MONOTONE}waived:\n  poorer:\n    aid/on: {why}\n")
    assert laws.monotone.broken(pack, days=[date(2005, 1, 1)], examples=10) == []


def _version(start: str, unless: str) -> str:
    label = "{zh: 名称, en: name}"
    return f"""
  - from: {start}
    criteria:
      - id: old
        label: {label}
        cite: law art1
        when: age >= 60
    unless: {unless}
    benefit: {{kind: service, label: {label}}}
    apply: {{route: {label}, documents: [card]}}"""


_UNLESS = """
      - id: "on"
        label: {zh: 名称, en: name}
        cite: law art1
        when: status == "urban"
"""
VERSIONS = _version("2000-01-01", "[]") + _version("2010-01-01", _UNLESS)


def test_who_is_eligible_without_being_what_is_declared(make: PackMaker) -> None:
    """A condition that is declared of the eligible and is false, or not known to hold, is told with its text."""
    pack = make(rules={"aid": rule("aid", criteria={"old": "age >= 18"})})
    found = only(laws.implies.broken(declaring(pack, "implies: \n  aid: age >= 60\n"), examples=MANY))
    assert "what is declared, `age >= 60`, is not so" in found.text("en")
    assert found.keep is not None
    assert found.keep.expect == {found.subject: {"outcome": "ineligible"}}
    found = only(laws.implies.broken(declaring(pack, "implies: \n  aid: poor\n"), examples=MANY))
    assert "is not known to be so" in found.text("en")
    assert laws.implies.broken(declaring(pack, "implies: \n  aid: age >= 18\n"), examples=MANY) == []


def test_an_amount_above_its_cap(make: PackMaker) -> None:
    """An amount above the cap is told with the cap; at the cap it is not."""
    pack = make(rules={"aid": rule("aid", benefit=benefit("basic * count(m.age >= 60 for m in members)"))})
    found = only(laws.amounts.broken(declaring(pack, "caps: {aid: 100}\n"), examples=MANY))
    assert "as it is: eligible, 200 yuan a month" in found.text("en")
    assert "the cap declared is 100 yuan a month" in found.text("en")
    assert laws.amounts.broken(declaring(pack, "caps: {aid: 600}\n"), examples=MANY) == []


def test_an_amount_below_zero(make: PackMaker) -> None:
    """What comes to less than nothing is told with what it comes to."""
    pack = make(rules={"aid": rule("aid", benefit=benefit("basic - income"))})
    assert re.search(r"it comes to -\S+ yuan a month", only(laws.amounts.broken(pack, examples=MANY)).text("en"))


def test_a_status_that_is_held_and_does_not_exclude(make: PackMaker) -> None:
    """Who has what an entitlement gives is not eligible for it again, nor for its rivals, unless that is waived."""
    aid = rule("aid", criteria={"old": "age >= 60"}, gives="{poor: 'true'}", unless={"has": "poor"}, not_with="[grant]")
    pack = make(rules={"aid": aid, "grant": rule("grant", criteria={"old": "age >= 60"})})
    found = only(laws.exclusions.broken(pack, examples=MANY))
    assert found.entitlement == "grant"
    assert "with the status held already: eligible" in found.text("en")
    why = "{why: {zh: 因为, en: because}, cite: law art1}"
    assert (
        laws.exclusions.broken(declaring(pack, f"waived:\n  exclusions:\n    grant/poor: {why}\n"), examples=40) == []
    )
    again = make(rules={"aid": rule("aid", criteria={"old": "age >= 60"}, gives="{poor: 'true'}")})
    assert told(laws.exclusions.broken(again, examples=MANY)) == ["aid"]


def test_rivals_drawn_together_are_seen(make: PackMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Combinations that keep two rivals, or the lower of two of which the higher is paid, are seen."""
    aid, grant = rule("aid", higher_of="[grant]"), rule("grant", benefit=benefit("basic * 2"))
    pack = make(rules={"aid": aid, "grant": grant})
    assert laws.exclusions.broken(pack, examples=20) == []

    def worst(found: Sequence[Any]) -> Any:  # noqa: ANN401 - packages
        kept = packages(found)
        return tuple(_replaced(each) for each in kept)

    monkeypatch.setattr("eligibility.screening.packages", worst)
    assert "grant is higher and is not drawn" in only(laws.exclusions.broken(pack, examples=20)).text("en")


def _replaced(package: Any) -> Any:  # noqa: ANN401 - a package
    """Returns a package that keeps the runner-up."""
    return type(package)(package.claims, package.rivalries, package.runner_up, package.best, package.dropped)


def test_an_exclusion_that_does_not_refuse_is_seen(make: PackMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that counts no exclusions is noticed."""
    monkeypatch.setattr("eligibility.answer.outcome_of", lambda *_: "eligible")
    assert told(laws.exclusions.broken(sound(make), examples=MANY)) == ["aid"]


def test_a_day_inside_a_condition_is_a_hidden_change(make: PackMaker) -> None:
    """A condition that turns on a day of its own is told; versions, ages and terms are not."""
    pack = make(rules={"aid": rule("aid", criteria={"old": "age >= 60", "now": 'as_of >= date("2021-03-01")'})})
    found = only(laws.time.broken(pack, examples=40))
    assert "28 February 2021: not eligible: name (now)" in found.text("en")
    assert "1 March 2021: undetermined, waits for m0.age" in found.text("en")
    assert "write `versions`" in found.text("en")
    term = {"long": "months(since, as_of) >= 6", "old": "age >= 60"}
    fine = make(
        rules={"aid": rule("aid", criteria=term, benefit=benefit("rate"))},
        parameters=figure("rate", "from: 2010-01-01, value: 100\nfrom: 2020-01-01, value: 200"),
    )
    assert laws.time.broken(fine, examples=MANY) == []


def test_a_figure_that_rises_and_takes_away(make: PackMaker) -> None:
    """A benefit from which another benefit's figure is taken off is told with both sums of the year."""
    text = {"aid": rule("aid"), "rest": rule("rest", benefit=benefit("max(rate - basic * 2, 0)"))}
    pack = make(rules=text, parameters=figure("rate", "from: 2000-01-01, value: 900"))
    found = only(laws.rises.broken(pack, examples=20))
    assert "raised by 0.01 yuan" in found.text("en")
    assert "as it is: 9,600 yuan in a year" in found.text("en")
    assert laws.rises.broken(make(rules={"aid": rule("aid")}), examples=20) == []


def test_an_engine_that_takes_unknown_for_no_breaks_refinement(
    make: PackMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where what is not known counts as false, an answer flips once it is known."""
    pack = sound(make)
    whole = asking.answers

    def hasty(rules: Rules, prepared: Any, only: Sequence[str] = ()) -> Any:  # noqa: ANN401 - answers
        for answer in whole(rules, prepared, only):
            if answer.outcome == "undetermined":
                answer.by("ineligible", answer.truths)
            yield answer

    monkeypatch.setattr(asked, "answers", hasty)
    found = only(laws.refinement.broken(pack, examples=MANY))
    assert found.keep is not None
    assert list(found.keep.expect.values()) == [{"outcome": "undetermined"}]


def test_an_engine_that_looks_at_the_first_member_breaks_order(
    make: PackMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers that hang on who is listed first are noticed."""
    whole = asking.answers

    def first(rules: Rules, prepared: Any, only: Sequence[str] = ()) -> Any:  # noqa: ANN401 - answers
        for answer in whole(rules, prepared, only):
            if answer.own and answer.own is not prepared.situation.members[0]:
                answer.by("ineligible", answer.truths)
            yield answer

    monkeypatch.setattr(asked, "answers", first)
    assert len(only(laws.order.broken(sound(make), examples=MANY)).profile.members) == 2


def test_a_fact_that_counts_though_no_rule_reads_it(make: PackMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that answers by a fact that no rule reads is noticed."""
    whole = asking.answers

    def curious(rules: Rules, prepared: Any, only: Sequence[str] = ()) -> Any:  # noqa: ANN401 - answers
        for answer in whole(rules, prepared, only):
            if answer.own.get("married"):
                answer.by("ineligible", answer.truths)
            yield answer

    monkeypatch.setattr(asked, "answers", curious)
    assert "with facts added that no rule reads" in only(laws.irrelevant.broken(sound(make), examples=MANY)).text("en")


def test_tables_that_differ_from_the_core_are_told_as_the_smallest_household(
    make: PackMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A household in which an engine over tables differs comes without anything that does not matter."""
    whole = onebyone.answered

    def wrong(rules: Rules, profiles: Sequence[Profile], only: tuple[str, ...] = ()) -> Any:  # noqa: ANN401 - tables
        older = [_aged(each) for each in profiles]
        return whole(rules, older, only)

    monkeypatch.setattr(laws_engines, "answered", wrong)
    found = only(laws.engines.broken(sound(make), examples=MANY, variant="columns"))
    assert found.profile.members
    assert {name for each in found.profile.members for name in each} <= {"id", "age", "poor", "disabled"}
    assert "the core: " in found.text("en")
    assert "over tables: " in found.text("en")


def _aged(profile: Profile) -> Profile:
    members = tuple({**each, **({"age": 60} if each.get("age") == 59 else {})} for each in profile.members)
    return Profile(profile.id, profile.as_of, profile.household, members)


def test_a_table_in_which_households_touch_each_other(make: PackMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers that hang on who else is in the table are noticed, by `batch` and by `irrelevant`."""
    whole = columnar.answer

    def touching(rules: Rules, persons: Any, households: Any, only: Sequence[str] = (), **how: Any) -> Any:  # noqa: ANN401 - tables
        found = whole(rules, persons, households, only, **how)
        years = int(persons["age"].fill_null(0).sum())
        return tuple(
            each.with_columns(aid=(each["aid"] + years % 3) % 3) if "aid" in each.columns else each for each in found
        )

    monkeypatch.setattr(laws_engines, "answer", touching)
    assert only(laws.batch.broken(sound(make), examples=MANY)).law == "batch"
    assert laws.irrelevant.broken(sound(make), examples=MANY)


def test_an_engine_that_is_missing_is_said(make: PackMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an engine cannot be used the law says so and what to do, and a test of it is skipped."""
    lack = Lacking(Words("没有", "it is not here"), Words("装上", "install it"))
    monkeypatch.setattr(laws_engines, "lack", partial(SimpleNamespace, why=lack.message, fix=lack.help))
    with pytest.raises(Lacking):
        laws.engines.broken(sound(make), variant="durable", examples=5)
    with pytest.raises(pytest.skip.Exception, match=r"it is not here|没有"):
        laws.engines(sound(make))("durable")


def test_what_a_law_tells_can_be_pasted(make: PackMaker) -> None:
    """The profile is a profile and the lines are a case: read back, they are that household, and the case fails."""
    pack = declaring(make(rules={"aid": rule("aid", criteria={"rich": "income >= basic"})}), MONOTONE)
    found = only(laws.monotone.broken(pack, examples=MANY))
    for lang in ("zh", "en"):
        _, profile, case = re.split(r"[^\n]*[:：]\n\n", found.text(lang))
        read = read_profile(yaml.safe_load(profile), found.rules)
        assert [dict(each) for each in read.members] == [dict(each) for each in found.profile.members]
        path = Path(pack.contents.folder) / "area" / "aid.test.yaml"
        path.write_text(case, "utf-8")
        assert "area/aid.test.yaml" in found.text(lang)
        (kept,) = read_cases(pack, path)
        assert "expected eligible, got ineligible" in run(kept)[0].en


def test_a_law_is_a_test_in_one_line(make: PackMaker) -> None:
    """Called with a pack, a law is a function that pytest collects, and that fails with what was found."""
    good, bad = (make(rules={"aid": rule("aid", criteria={"age": text})}) for text in ("age >= 60", "income >= basic"))
    laws.monotone(declaring(good, MONOTONE), examples=10)()
    with pytest.raises(pytest.fail.Exception, match="poorer"):
        laws.monotone(declaring(bad, MONOTONE), examples=MANY)()
    assert laws.order(good).__doc__ == "Order and ids of members change nothing."
    assert laws.order(good.contents.folder, days=[date(2020, 1, 1)], only=["aid"], examples=5)() is None


def test_days_and_ids_limit_what_is_tried(make: PackMaker) -> None:
    """With ids, the other entitlements are left alone; with days, the law of other days is."""
    text = {id: rule(id, criteria={"rich": "income >= basic"}) for id in ("aid", "grant")}
    pack = declaring(make(rules=text), MONOTONE)
    assert told(laws.monotone.broken(pack, only=["grant"], examples=MANY)) == ["grant"]
    assert sorted(told(laws.monotone.broken(pack, examples=MANY))) == ["aid", "grant"]
    assert laws.monotone.broken(pack, days=[date(1999, 1, 1)], examples=MANY) == []


def test_the_language_is_that_of_the_reader(make: PackMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    """`ELIGIBILITY_LANG` says in which language a law fails."""
    pack = declaring(make(rules={"aid": rule("aid", criteria={"rich": "income >= basic"})}), MONOTONE)
    for lang, said in (("zh", "法则不成立"), ("en", "a law is broken")):
        monkeypatch.setenv("ELIGIBILITY_LANG", lang)
        with pytest.raises(pytest.fail.Exception, match=said):
            laws.monotone(pack, examples=MANY)()


def test_statuses_are_read_from_the_pack(make: PackMaker) -> None:
    """What gives a status rules out itself and its rivals, whichever of the two says so."""
    aid = rule("aid", gives="{poor: 'true'}")
    pack = make(rules={"aid": aid, "grant": rule("grant", not_with="[aid]"), "rest": rule("rest")})
    assert {(each.fact, each.value, each.closed) for each in laws_exclusions.statuses(pack)} == {
        ("poor", True, "aid"),
        ("poor", True, "grant"),
    }


def test_the_public_names_are_there_and_light() -> None:
    """Each public name of the kit opens, and commands that read cases load no Hypothesis for it."""
    code = "import sys, eligibility.testing.cases; print('hypothesis' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
    assert [name for name in testing.__all__ if getattr(testing, name, None) is None] == []
    with pytest.raises(AttributeError):
        testing.profile  # noqa: B018 - that there is none is the point


def test_a_strategy_is_told_in_a_word(make: PackMaker) -> None:
    """What Hypothesis writes down of a strategy, or of what a law draws, does not hold the pack."""
    rules = sound(make).on(date(2020, 6, 1))
    strategy = testing.entitled(rules, "aid")
    assert repr(testing.profiles(rules)).endswith("rules of 2020-06-01)")
    assert strategy is not None
    assert len(repr(strategy)) < 80
    assert len(repr(Trial(rules, Profile("it", None, {}, ())))) < 100
