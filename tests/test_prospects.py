"""What stands beside the answers: what competes, what a grant opens or ends, and what another reading would change."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from packs_for_tests import DAY, benefit, concept, family, figure, reading, rule, screened, shipped

from eligibility import RulePack, read_profile, screen
from eligibility.chain import consequences
from eligibility.commands import main
from eligibility.commands.schemas import screening_schema
from eligibility.otherwise import otherwise
from eligibility.page import Section
from eligibility.prospects import Prospects
from eligibility.report import Report

PackMaker = Callable[..., RulePack]
ZHAO = "examples/zhao-guarantee.yaml"


def told(pack: RulePack, *members: dict[str, Any], lang: str = "en", readings: bool = True) -> str:
    """Returns the further sections of a report on one family, as plain text."""
    rules, profile = pack.on(DAY), family(pack, *members)
    screening = screened(pack, *members)
    report = Report(rules, screening, profile, (), lang)
    others = otherwise(rules, profile, screening) if readings else None
    return text(Prospects(report, consequences(rules, profile, screening), others).sections())


def text(sections: list[Section]) -> str:
    """Returns sections as text."""
    return "\n".join(
        "\n".join([each.heading, *map(str, block)])
        for each in sections
        for block in each.blocks
        if isinstance(block, tuple)
    )


def test_the_best_combination_the_dropped_one_and_the_next_best_are_told(make: PackMaker) -> None:
    """With two that exclude each other the report names what is kept, what is dropped and why, and the next best."""
    rules = {
        "a": rule("a", label="{zh: 甲, en: Alpha}", not_with="[b]", benefit=benefit("more")),
        "b": rule("b", label="{zh: 乙, en: Beta}"),
    }
    pack = make(rules=rules, parameters=figure("more", "from: 2000-01-01, value: 150"))

    english, chinese = told(pack, {}), told(pack, {}, lang="zh")

    assert "best: Alpha · a, 1,800 yuan a year" in english
    assert "dropped: Beta · a (not together with Alpha · a)" in english
    assert "next best: Beta · a, 1,200 yuan a year" in english
    assert "不领：乙 · a（不能与甲 · a同时享受）" in chinese


def test_an_open_comparison_is_told_as_open(make: PackMaker) -> None:
    """Where an amount is unknown both stand and none is dropped."""
    rules = {"a": rule("a", higher_of="[b]", benefit=benefit("more")), "b": rule("b")}
    pack = make(rules=rules, parameters=figure("more", "from: 2000-01-01, unknown: LABEL"))

    assert "none is dropped" in told(pack, {})


def test_what_falls_away_beside_an_open_answer_is_told(make: PackMaker) -> None:
    """If what is undetermined were granted, what is eligible now would fall away."""
    rules = {"a": rule("a", criteria={"c": "disabled"}, not_with="[b]"), "b": rule("b")}

    assert "if name · a is granted, name · a falls away" in told(make(rules=rules), {})


def test_what_a_grant_opens_and_ends_is_told(make: PackMaker) -> None:
    """A status that a grant gives opens one thing, leaves another open and ends a third; each is named."""
    rules = {
        "grant": rule("grant", label="{zh: 保障, en: Guarantee}", gives="{poor: true}"),
        "opens": rule("opens", label="{zh: 补助, en: Aid}", criteria={"c": "poor"}),
        "maybe": rule("maybe", label="{zh: 照护, en: Care}", criteria={"c": "poor and disabled"}),
        "ends": rule("ends", label="{zh: 奖励, en: Award}", criteria={"c": "not poor"}),
    }

    said = told(make(rules=rules), {"poor": False})

    assert "once Guarantee · a is granted:" in said
    assert "opens Aid · a" in said
    assert "may open Care · a" in said
    assert "ends Award · a" in said


def test_what_another_reading_would_change_is_told_once_for_all_it_concerns(make: PackMaker) -> None:
    """The question, the other reading and the changed answers stand together; unasked, only the number of readings."""
    pack = make(
        rules={"one": rule("one", label="{zh: 津贴, en: Allowance}", criteria={"old": "old"})},
        concepts=concept("old", "age >= 60"),
        readings=reading("old-age", "later: age >= 65", concept="old"),
    )

    assert "Allowance · a, b -> not eligible" in told(pack, {"age": 61}, {"age": 62})
    assert "(old-age=later)" in told(pack, {"age": 61})
    assert "no other reading that can be asked changes an answer" in told(pack, {"age": 70})
    assert "rest on 1 reading of" in told(pack, {"age": 61}, readings=False)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Returns exit code, output and error of a call."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    captured = capsys.readouterr()
    return int(str(ended.value.code)), captured.out, captured.err


def test_json_has_both_when_they_are_asked_for_and_keeps_to_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    """`--readings` and `--unlocks` add their keys, the published schema holds with and without them."""
    schema = screening_schema()
    _, plain, _ = run(capsys, "screen", ZHAO, "--format", "json")
    _, more, _ = run(capsys, "screen", ZHAO, "--format", "json", "--readings", "--unlocks")

    jsonschema.validate(json.loads(plain), schema)
    jsonschema.validate(json.loads(more), schema)
    assert json.loads(more).keys() - json.loads(plain).keys() == {"otherwise", "if_granted"}
    opened = {each["claim"]["entitlement"] for one in json.loads(more)["if_granted"] for each in one["unlocks"]}
    assert "extra-support-on-minimum-living-guarantee" in opened


def test_screening_under_another_reading_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """`--reading ID=OTHER` changes the answer, and the report and the JSON name what was chosen."""
    chosen = ("--reading", "migrant-child-place=outside-baiyin")
    _, out, _ = run(capsys, "screen", ZHAO, "--format", "json", *chosen)
    _, report, _ = run(capsys, "screen", ZHAO, "--lang", "en", *chosen)

    found = json.loads(out)
    assert found["pack"]["readings"] == {"migrant-child-place": "outside-baiyin"}
    outcome = {(each["entitlement"], each["subject"]): each["outcome"] for each in found["determinations"]}
    assert outcome["migrant-children-enrolment", "daughter"] == "ineligible"
    assert "under other readings: migrant-child-place=outside-baiyin" in report


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        ("migrant-child-plac=outside-baiyin", "did you mean `migrant-child-place`?"),
        ("migrant-child-place=outside", "there is no reading `migrant-child-place=outside`"),
        ("migrant-child-place", "a reading is written ID=OTHER"),
        ("open-to-all=natural-test", "in words only"),
    ],
)
def test_a_reading_that_cannot_be_chosen_is_a_usage_error(
    reading: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unknown reading, an unknown other one, a wrong form, and one in words only end with 2 and one line of why."""
    code, out, err = run(capsys, "screen", ZHAO, "--lang", "en", "--reading", reading)

    assert (code, out) == (2, "")
    assert said in err


def test_explain_always_says_what_another_reading_would_change(capsys: pytest.CaptureFixture[str]) -> None:
    """The tree of one answer names its readings, the ones taken, the others, and the answer they would give."""
    _, out, _ = run(capsys, "explain", ZHAO, "migrant-children-enrolment", "daughter", "--lang", "en")

    assert "rests on what the sources leave open" in out
    assert "another, outside-baiyin: Registered outside Baiyin -> not eligible" in " ".join(
        out.replace("│", " ").replace("├─", " ").split()
    )


def test_another_reading_of_one_answer_is_what_screening_under_it_gives() -> None:
    """For each example family, each change told is the answer that screening under that reading gives."""
    pack = shipped()
    for name in ("zhao-guarantee", "chen-single", "zhang-boarders"):
        profile = read_profile(f"examples/{name}.yaml", pack.on(DAY))
        rules = pack.on(profile.as_of or DAY)
        here = screen(rules, profile)
        changes = otherwise(rules, profile, here)
        assert changes
        for each in changes:
            there = screen(pack.under({each.reading: each.other}).on(rules.day), profile).of(each.claim)
            assert (there.outcome if there else "absent") == each.outcome
            before = here.of(each.claim)
            assert before is None or (before.outcome, before.amount) != (each.outcome, each.amount)
