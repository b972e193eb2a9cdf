"""What two laws decide differently: every change of meaning is found with a household, every other change is proved to be none."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from conftest import PackMaker
from packs_for_tests import benefit, concept, facts_file, figure, gives, rule, shipped

from eligibility import Profile, RulePack, Rules, screen
from eligibility import difference as module
from eligibility.determinations import Determination
from eligibility.difference import Differences, differences
from eligibility.packs.calendar import default_folder
from eligibility.profile import read_profiles
from eligibility.profile_file import as_data, as_yaml
from eligibility.solver.households import Mismatch
from eligibility.worth import longest

DAY = date(2020, 6, 1)
FIGURES = figure("line", "from: 2000-01-01, value: 455") + figure(
    "local",
    'from: 2000-01-01, place: "62", value: 120\nfrom: 2000-01-01, place: "620402", value: 140',
    by="hukou_county",
)
ONCE = figure("once", "from: 2000-01-01, value: 100", type="money, per: once")
PLACES = 'places: {"62": {zh: 甘肃, en: Gansu}, "620402": {zh: 白银区, en: Baiyin District}}\n'
CONCEPTS = concept("needy", "poor or income_per_person < line") + concept("young", "age < 18")


def law(make: PackMaker, condition: str, amount: str = "", unless: str = "", **said: str) -> Rules:
    """Returns the law of a pack with one rule."""
    files = {"parameters": FIGURES, "places": PLACES, "concepts": CONCEPTS} | {
        name: said.pop(name) for name in ("parameters", "concepts", "facts") if name in said
    }
    refused = {"u": unless} if unless else None
    one = rule("r", criteria={"c": condition}, unless=refused, benefit=benefit(amount or "basic"), **said)
    return make(rules={"r": one}, **files).on(DAY)


def checked(found: Differences) -> set[str]:
    """Returns the kinds of differences, each shown by a household that is read from its file and decided as it is said."""
    for each in found.found:
        for rules, side in ((found.old, each.before), (found.new, each.after)):
            answer = answered(
                rules, as_yaml(each.profile, rules.pack.contents.schema, 40), each.entitlement, each.subject
            )
            amount = answer.evidence.amount
            assert (answer.outcome, amount) == (side.outcome, side.amount)
            assert side.months is None or longest(answer) == side.months
    assert found.unproved == ()
    assert (not found.found) is ("r" in found.equal or found.found == ())
    return {each.kind for each in found.found}


def answered(rules: Rules, text: str, id: str, subject: str) -> Determination:
    """Returns what a law says of a household as its file has it."""
    (profile,) = read_profiles(text.encode(), "witness.yaml", rules, stem="witness")
    assert isinstance(profile, Profile), profile
    answer = screen(rules, profile, [id]).find(id, subject)
    assert answer is not None
    return answer


CHANGES: dict[str, tuple[str, str, set[str]]] = {
    "a limit": ("age < 18", "age <= 18", {"gains"}),
    "a limit lowered": ("age < 18", "age < 17", {"loses"}),
    "one fen": ("income < line", "income <= line", {"gains"}),
    "both ways": ("age < 18", "age > 60", {"gains", "loses"}),
    "a criterion more": ("disabled", "disabled and married", {"loses"}),
    "another connective": ("disabled and married", "disabled or married", {"gains"}),
    "a negation": ("disabled", "not disabled", {"gains", "loses"}),
    "one value less": ('stage in {"primary", "secondary"}', 'stage == "primary"', {"loses"}),
    "another fact": ('sex == "female"', "disabled", {"gains", "loses"}),
    "a figure for another": ("income < line", "income < basic", {"loses"}),
    "a factor": ("income < 2 * line", "income < 3 * line", {"gains"}),
    "a place": ('hukou_province == "62"', 'hukou_county == "620402"', {"loses"}),
    "the city for the county": ('hukou_county == "620402"', 'place(hukou_county).city == "6204"', {"gains"}),
    "a share for each head": ("income_per_person < line", "income_total < line", {"gains", "loses"}),
    "some of them for all": ("any(m.disabled for m in members)", "all(m.disabled for m in members)", {"loses"}),
    "one more of them": (
        "count(m.disabled for m in members) >= 1",
        "count(m.disabled for m in members) >= 2",
        {"loses"},
    ),
    "the least for the greatest": (
        "max(m.income for m in members) < line",
        "min(m.income for m in members) < line",
        {"gains"},
    ),
    "what applies": ("grade >= 5", "grade >= 5 or disabled", {"gains"}),
    "a day": ('since < date("2010-01-01")', 'since <= date("2010-01-01")', {"gains"}),
    "months for years": ("years(since, as_of) >= 2", "months(since, as_of) >= 25", {"loses"}),
    "a case": ("(disabled if married else poor)", "(poor if married else disabled)", {"gains", "loses"}),
    "the unknown": ("disabled", "disabled and (married or not married)", {"while_unknown"}),
}
ALIKE: dict[str, tuple[str, str]] = {
    "the same": ("disabled and married", "disabled and married"),
    "the other order": ("disabled and married", "married and disabled"),
    "De Morgan": ("not (disabled or married)", "not disabled and not married"),
    "another limit for whole numbers": ("age < 18", "age <= 17"),
    "turned round": ("income < line", "line > income"),
    "opened": ("needy", "poor or income_per_person < line"),
    "twice": ("disabled and married", "disabled and married and disabled"),
    "nothing added": ("age >= 18", "age >= 18 and age <= 130"),
    "both sides doubled": ("income < line", "2 * income < 2 * line"),
    "a listed value": ('stage == "primary" or stage == "secondary"', 'stage in {"primary", "secondary"}'),
    "all for none not": ("all(m.disabled for m in members)", "not any(not m.disabled for m in members)"),
    "a count for any": ("any(m.disabled for m in members)", "count(m.disabled for m in members) >= 1"),
    "years for months": ("years(since, as_of) >= 2", "months(since, as_of) >= 24"),
}


@pytest.mark.parametrize("name", list(CHANGES))
def test_a_change_of_meaning_is_found(make: PackMaker, name: str) -> None:
    """Each change shows as who gains and who loses, with a household of which the core says the same."""
    before, after, kinds = CHANGES[name]
    assert checked(differences(law(make, before), law(make, after))) == kinds


@pytest.mark.parametrize("name", list(ALIKE))
def test_a_rewording_is_proved_to_be_none(make: PackMaker, name: str) -> None:
    """A rule that says the same in other words is proved equal, whatever is known of a household."""
    found = differences(law(make, ALIKE[name][0]), law(make, ALIKE[name][1]))

    assert checked(found) == set()
    assert (found.equal, found.none) == (("r",), True)


AMOUNTS: dict[str, tuple[dict[str, str], dict[str, str], set[str]]] = {
    "a figure": ({"amount": "basic"}, {"amount": "line"}, {"more"}),
    "a gap": ({"amount": "max(line - income, 0)"}, {"amount": "max(basic - income, 0)"}, {"less"}),
    "a place": ({"amount": "local"}, {"amount": "line"}, {"more", "amount_known"}),
    "rounding": ({"amount": "round_down(income / 3, yuan)"}, {"amount": "round_up(income / 3, yuan)"}, {"more"}),
    "the same": ({"amount": "basic + basic"}, {"amount": "2 * basic"}, set()),
    "an exclusion": ({"unless": "married"}, {"unless": "married or disabled"}, {"loses"}),
}


@pytest.mark.parametrize("name", list(AMOUNTS))
def test_an_amount_that_changes_is_found(make: PackMaker, name: str) -> None:
    """Whose amount rises, falls or becomes known is shown, exclusions likewise."""
    before, after, kinds = AMOUNTS[name]
    assert (
        checked(differences(law(make, "disabled or poor", **before), law(make, "disabled or poor", **after))) == kinds
    )


def test_a_figure_without_a_word_of_the_rule_is_found(make: PackMaker) -> None:
    """A figure, or a concept that the rule leans on, moves the rule although nobody edited it."""
    base = law(make, "needy")
    figure_ = law(make, "needy", parameters=FIGURES.replace("455", "456"))
    concept_ = law(make, "needy", concepts=CONCEPTS.replace("poor or ", ""))

    assert checked(differences(base, figure_)) == {"gains"}
    assert checked(differences(base, concept_)) == {"loses"}


def test_a_law_that_says_unknown_is_found(make: PackMaker) -> None:
    """Where a figure is no longer held, who was refused is open, and who was entitled too."""
    gone = FIGURES.replace(
        "value: 455, source: law, confidence: seen", "unknown: {zh: 不详, en: n}, ask: {zh: 局, en: b}"
    )
    found = differences(law(make, "income < line"), law(make, "income < line", parameters=gone))

    assert checked(found) == {"opens", "loses"}


def test_periods_and_lengths_are_compared(make: PackMaker) -> None:
    """An amount by another period is no higher or lower one, and for how long it is drawn counts too."""
    monthly, yearly = (
        make(rules={"r": rule("r", benefit=benefit("once" if per == "once" else "basic", per))}, parameters=ONCE).on(
            DAY
        )
        for per in ("month", "once")
    )
    short, long = (
        make(rules={"r": rule("r", benefit=benefit("basic") + f"\n  at_most: {{months: {count}}}")}).on(DAY)
        for count in (12, 24)
    )

    assert checked(differences(monthly, yearly)) == {"period"}
    assert checked(differences(short, long)) == {"months"}
    assert differences(short, short).none


def test_another_status_that_a_grant_brings_is_found(make: PackMaker) -> None:
    """Where a grant would bring another status, that is a difference, shown by a household; where it brings the same, there is none."""
    one, same, other = (
        law(make, "poor", gives=gives((when, "counted", "true"))) for when in ("age >= 60", "not age < 60", "age > 60")
    )

    assert checked(differences(one, same)) == set()
    found = differences(one, other)
    assert checked(found) == {"status"}
    assert (found.found[0].before.grants, found.found[0].after.grants) == ((("counted", "true"),), ())


def test_what_only_one_law_has_is_told(make: PackMaker) -> None:
    """Entitlements in force under one law alone, and facts of one vocabulary alone, are told; that is no proof of equality."""
    one = make(rules={"r": rule("r"), "s": rule("s")}).on(DAY)
    facts = facts_file({"blind": "type: bool", "married": "type: choice, values: {yes: LABEL, none: LABEL}"})
    other = make(rules={"r": rule("r"), "t": rule("t")}, facts=facts).on(DAY)
    found = differences(one, other)

    assert (found.only_old, found.only_new, found.equal) == (("s",), ("t",), ("r",))
    assert found.facts == {"blind": "new", "married": "other"}
    assert not found.none
    assert differences(one, other, ["r"]).none


def test_a_fact_of_the_new_vocabulary_shows_the_difference(make: PackMaker) -> None:
    """A criterion on a fact that the old vocabulary lacks is shown by a household that states it, and that the old law reads."""
    facts = facts_file({"blind": "type: bool"})
    found = differences(law(make, "disabled"), law(make, "disabled and blind", facts=facts))

    (one,) = found.found
    assert one.kind == "loses"
    assert one.profile.members == ({"id": "a", "disabled": True, "blind": False},)


def test_two_days_of_one_pack_are_two_laws(make: PackMaker) -> None:
    """Between two days of a pack people look the same on both, so that nobody differs because time has passed."""
    figures = figure("rising", "from: 2000-01-01, value: 100\nfrom: 2010-01-01, value: 150")
    pack = make(
        rules={
            "r": rule("r", criteria={"c": "age >= 60"}, benefit=benefit("rising")),
            "s": rule("s", criteria={"c": "age >= 60 and disabled"}),
            "t": rule("t", criteria={"c": 'birth_date < date("1951-01-01") and age >= 60'}),
        },
        parameters=figures,
    )
    found = differences(pack.on(date(2009, 12, 31)), pack.on(date(2010, 1, 1)))

    assert checked(found) == {"more", "gains"}
    assert {each.entitlement for each in found.found} == {"r", "t"}
    assert (found.equal, found.aged) == (("s",), ("t",))
    assert [each.profile.as_of for each in found.found] == [None, None]


def test_too_much_work_is_not_proved(make: PackMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the solver gives up, the entitlement is not proved, which is not equal."""
    monkeypatch.setattr(module, "EFFORT", 1)
    rewritten = "sum(m.income for m in members if m.disabled) < line or any(m.income >= 3 * line for m in members)"
    turned = "any(3 * line <= m.income for m in members) or line > sum(m.income for m in members if m.disabled)"
    found = differences(law(make, rewritten), law(make, turned))

    assert (found.unproved, found.equal, found.none) == (("r",), (), False)


def test_a_household_that_the_core_decides_otherwise_is_our_fault(
    make: PackMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No household is shown of which the core does not say what the solver found."""
    monkeypatch.setattr(module, "shows", lambda *_: False)
    with pytest.raises(Mismatch):
        differences(law(make, "age < 18"), law(make, "age <= 18"))


STAGE = {"stage": "type: choice, values: {none: LABEL, primary: LABEL}"}
GATE = {"married": "type: bool, only_if: poor == true"}
RULE_ = "- id: sane\n  owner: person\n  holds: LIMIT\n  label: {zh: 名称, en: name}"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"facts": facts_file(person=GATE)}, ("fact", "married", ("only_if",))),
        ({"facts": facts_file(person={"rooms_": "type: bool"}, household={"rooms": "type: count, unit: rooms, range: [0, 9]"})},
         ("fact", "rooms", ("range",))),
        ({"facts": facts_file(person=STAGE)}, ("fact", "stage", ("values",))),
        ({"facts": facts_file(integrity=RULE_.replace("LIMIT", "age < 120"))}, ("integrity", "sane", ("new",))),
        ({"promise": "may"}, ("entitlement", "r", ("promise",))),
    ],
)  # fmt: skip
def test_what_no_proof_compares_is_told(
    make: PackMaker, said: dict[str, str], told: tuple[str, str, tuple[str]]
) -> None:
    """Where laws accept other households, or promise otherwise, that nothing differs is not said, though every answer is equal."""
    found = differences(law(make, "disabled"), law(make, "disabled", **said))

    assert told in {(each.about, each.name, each.parts) for each in found.reworded}
    assert (found.equal, found.none) == (("r",), False)


def test_a_rule_between_facts_that_changes_is_told(make: PackMaker) -> None:
    """An integrity rule with another limit is named, and what only the first law has."""
    one, other = (
        law(make, "disabled", facts=facts_file(integrity=RULE_.replace("LIMIT", limit)))
        for limit in ("age < 120", "age < 99")
    )
    none = law(make, "disabled")
    assert [each.parts for each in differences(one, other).reworded] == [("holds",)]
    assert [each.parts for each in differences(one, none).reworded] == [("old",)]
    assert differences(one, one).none


def test_a_fact_that_follows_no_more_takes_no_other_answer_away(make: PackMaker) -> None:
    """Where one law derives a fact and the other has it stated, what cannot be shown is not proved, and the rest is told."""
    stated = {"age": "type: count, unit: years, range: [0, 130]"}
    found = differences(law(make, "age >= 60"), law(make, "age >= 60", facts=facts_file(person=stated)))

    assert ("fact", "age", ("derive", "elapsed")) in {(each.about, each.name, each.parts) for each in found.reworded}
    assert not found.none


def test_the_same_households_are_found_each_time(make: PackMaker) -> None:
    """Nothing of what is found hangs on what was asked before."""
    first, second = law(make, "income < line"), law(make, "income_per_person < basic")
    found = [
        [as_data(each.profile, first.pack.contents.schema) for each in differences(first, second).found]
        for _ in range(2)
    ]

    assert found[0] == found[1]


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[str, str, str], RulePack]:
    """Returns a function that gives the pack with one passage of one of its files in other words."""

    def edit(file: str, before: str, after: str) -> RulePack:
        folder = tmp_path / "baiyin"
        shutil.copytree(default_folder(), folder, ignore=shutil.ignore_patterns("*.test.yaml"))
        path = folder / file
        text = path.read_text("utf-8")
        assert len(re.findall(re.escape(before), text)) == 1, before
        path.write_text(text.replace(before, after), "utf-8")
        return RulePack.load(folder)

    return edit


def test_the_pack_that_ships_is_proved_equal_to_itself() -> None:
    """Of all its entitlements it is proved, law by law, that nothing differs from themselves."""
    other = RulePack.default()
    for day in (date(2017, 12, 31), date(2021, 7, 1)):
        assert differences(shipped().on(day), other.on(day)).none


SEVERE = """\
  cite: contemporary-worker-2016
  when: disability_certificate and disability_category != "none" and disability_grade <= 2
"""


def test_an_edit_of_a_concept_is_followed_to_what_leans_on_it(edited: Callable[[str, str, str], RulePack]) -> None:
    """One concept of the pack edited: each entitlement that it moves is found, however many steps away, and no other."""
    other = edited("concepts.yaml", SEVERE, SEVERE.replace("<= 2", "<= 3"))
    day = date(2017, 12, 31)
    found = differences(shipped().on(day), other.on(day))

    assert checked(found) == {"gains"}
    assert {each.entitlement for each in found.found} == {
        "extra-support-on-minimum-living-guarantee",
        "single-person-minimum-living-guarantee",
        "social-insurance-premium-subsidy",
    }
