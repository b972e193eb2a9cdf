"""`what-if`: facts supposed, cliffs found to the fen, and what people can change to open an entitlement."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import PackMaker
from families import ROOT, printed, run
from packs_for_tests import benefit, facts_file, family, figure, refused, rule, screened, shipped

from eligibility import BadChoice, Profile, RulePack, Rules, read_profile, screen
from eligibility.asking import answers
from eligibility.commands.charts import _check_font
from eligibility.derived import prepare
from eligibility.smallest import outcome_with
from eligibility.sweep import MOST_POINTS, Turn, sweep
from eligibility.toward import toward
from eligibility.whatif import Change, changed, differences, fact_of, read_value
from eligibility.words import width

DAY = date(2020, 6, 1)
LI = "examples/li-family.yaml"
NEVER = ("age", "birth", "sex", "disab", "hukou", "resident", "autism", "orphan", "died")
"""What no name of a changeable fact may hold."""


def rules_of(pack: RulePack) -> Rules:
    """Returns the rules of the day of these tests."""
    return pack.on(DAY)


def test_what_is_gained_lost_and_changed_is_told(make: PackMaker) -> None:
    """Each answer that differs is told once, by how it differs, with amounts and the criterion that closes it."""
    rules = {
        "young": rule("young", criteria={"y": "age < 18"}),
        "old": rule("old", criteria={"o": "age >= 18"}),
        "both": rule("both", benefit=benefit({"age < 18": "basic", "": "basic * 2"})),
        "wed": rule("wed", criteria={"a": "age >= 18", "m": "married"}),
        "same": rule("same"),
    }
    pack = make(rules=rules)
    profile = family(pack, {"age": 10})
    after = changed(rules_of(pack), profile, [Change("a", "age", 30)]).profile
    found = differences(screen(rules_of(pack), profile), screen(rules_of(pack), after))

    assert {each.claim.entitlement: each.kind for each in found} == {
        "young": "lost", "old": "gained", "both": "amount", "wed": "opened",
    }  # fmt: skip
    amounts = next(each for each in found if each.kind == "amount")
    assert [each and each.yuan for each in (amounts.amount_before, amounts.amount_after)] == ["100", "200"]
    assert [part.id for each in found if each.kind == "lost" for part in each.parts] == ["y"]


@pytest.mark.parametrize(
    ("facts", "change", "dropped", "left"),
    [
        ({"birth_date": "1990-01-01"}, Change("a", "age", 50), {("a", "birth_date")}, {"age": 50}),
        ({"age": 30}, Change("a", "birth_date", date(1960, 1, 1)), {("a", "age")}, {"birth_date": date(1960, 1, 1)}),
        ({"stage": "primary", "grade": 3}, Change("a", "stage", "none"), {("a", "grade")}, {"stage": "none"}),
        ({"married": True}, Change("a", "married", None), set(), {}),
        ({"hukou_county": "620402"}, Change("a", "hukou_province", "61"), {("a", "hukou_county")}, {"hukou_province": "61"}),
    ],
)  # fmt: skip
def test_what_is_tied_to_a_change_no_longer_counts(
    make: PackMaker, facts: dict[str, Any], change: Change, dropped: set[tuple[str, str]], left: dict[str, Any]
) -> None:
    """A fact from which the changed one would follow, one that follows from it, and one that no longer applies are dropped."""
    pack = make(
        rules={"r": rule("r")}, places='places: {"620402": {zh: 区, en: district}, "62": {zh: 省, en: province}}\n'
    )
    done = changed(rules_of(pack), family(pack, facts), [change])

    assert set(done.dropped) == dropped
    assert {name: value for name, value in done.profile.members[0].items() if name != "id"} == left


def test_changes_that_contradict_each_other_are_refused(make: PackMaker) -> None:
    """Two changes that cannot both be so, or one against a rule between facts, are an error that names no value."""
    integrity = "- id: wed\n  owner: person\n  holds: not married or not disabled\n  label: {zh: 不能, en: not both}\n"
    pack = make(facts=facts_file(integrity=integrity), rules={"r": rule("r")})
    rules = rules_of(pack)

    with pytest.raises(BadChoice, match="not both"):
        changed(rules, family(pack, {"married": True}), [Change("a", "disabled", value=True)])
    with pytest.raises(BadChoice, match="contradicts"):
        changed(rules, family(pack, {}), [Change("a", "age", 50), Change("a", "birth_date", date(2010, 1, 1))])
    both = [Change("a", "disabled", value=True), Change("a", "married", value=False)]
    assert changed(rules, family(pack, {"married": True}), both).dropped == ()


@pytest.mark.parametrize(
    ("written", "meant"),
    [("a.age", ("a", "age")), ("rent", ("household", "rent")), ("household.rent", ("household", "rent"))],
)
def test_a_fact_is_named_by_its_owner(make: PackMaker, written: str, meant: tuple[str, str]) -> None:
    """`member.fact`, `household.fact`, and a bare name of a fact of the household."""
    pack = make(rules={"r": rule("r")})

    assert fact_of(pack.contents.schema, family(pack, {}, {}), written) == meant


@pytest.mark.parametrize("written", ["age", "c.age", "a.rent", "nothing", "a.nothing"])
def test_a_name_that_means_nothing_is_refused(make: PackMaker, written: str) -> None:
    """A fact of a member without the member, somebody who is not listed, and what does not exist are refused."""
    pack = make(rules={"r": rule("r")})

    with pytest.raises(BadChoice):
        fact_of(pack.contents.schema, family(pack, {}, {}), written)


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("age", "30", 30), ("married", "true", True), ("rent", "12.50", 1250), ("since", "2010-01-02", date(2010, 1, 2)),
        ("stage", "none", "none"), ("receives", "r,s", frozenset({"r", "s"})), ("age", "", None),
    ],
)  # fmt: skip
def test_a_value_is_read_as_a_profile_reads_it(make: PackMaker, name: str, written: str, value: object) -> None:
    """Counts, yes and no, yuan, days, choices and sets are typed; nothing is unknown."""
    pack = make(rules={"r": rule("r"), "s": rule("s")})

    assert read_value(rules_of(pack), name, written) == value


@pytest.mark.parametrize(
    ("name", "written"), [("age", "131"), ("age", "x"), ("married", "yes"), ("rent", "1.234"), ("stage", "Zzmarker")]
)
def test_a_value_that_is_none_is_refused_unsaid(make: PackMaker, name: str, written: str) -> None:
    """A wrong value is an error that names the fact and not the value."""
    pack = make(rules={"r": rule("r")})

    with pytest.raises(BadChoice, match=f"`{name}`") as caught:
        read_value(rules_of(pack), name, written)
    assert "Zzmarker" not in caught.value.text("zh")


# --sweep


def cliffs(pack: RulePack, profile: Profile, fact: str, first: Any, last: Any, step: int) -> list[Turn]:  # noqa: ANN401 - values of a fact
    """Returns the cliffs of a sweep of a household's fact, or of the first member's."""
    owner = "household" if pack.contents.schema.facts[fact].owner == "household" else "a"
    return [each for each in sweep(rules_of(pack), profile, Change(owner, fact, first), last, step).turns if each.cliff]


@pytest.mark.parametrize("step", [1, 37, 10_000, 99_999])
def test_a_cliff_is_found_to_the_fen(make: PackMaker, step: int) -> None:
    """However wide the steps are, the two amounts between which something is lost are one fen apart."""
    criteria = {"poor": "rent < line"}
    pack = make(
        parameters=figure("line", "from: 2000-01-01, value: 623.45"),
        rules={"r": rule("r", subject="household", criteria=criteria)},
    )
    low = 62_000 if step < 100 else 0
    (found,) = cliffs(pack, family(pack, {}), "rent", low, 62_900 if step < 100 else 99_999, step)

    assert (found.before.value, found.after.value) == (62_344, 62_345)
    assert found.before.total - found.after.total == 120_000
    (lost,) = found.differences
    assert (lost.kind, [part.cite for part in lost.parts]) == ("lost", ["law art1"])


def test_every_cliff_between_two_steps_is_found(make: PackMaker) -> None:
    """Several things that are lost inside one step are all named, in order, each at its own value."""
    lines = {"l1": "100", "l2": "100.01", "l3": "500"}
    parameters = "".join(figure(name, f"from: 2000-01-01, value: {value}") for name, value in lines.items())
    rules = {name: rule(f"r-{name}", subject="household", criteria={"c": f"rent < {name}"}) for name in lines}
    pack = make(parameters=parameters, rules={f"r-{name}": text for name, text in rules.items()})
    found = cliffs(pack, family(pack, {}), "rent", 0, 100_000, 100_000)

    assert [each.after.value for each in found] == [10_000, 10_001, 50_000]


def test_an_amount_that_melts_is_no_cliff_and_a_tier_that_ends_is(make: PackMaker) -> None:
    """What falls fen by fen with the income is none; a lower tier is one, on the very day or unit."""
    melting = {"m": rule("m", subject="household", benefit=benefit("max(basic - rent, 0)"))}
    pack = make(rules=melting)
    assert cliffs(pack, family(pack, {}), "rent", 0, 20_000, 1000) == []

    pack = make(rules={"t": rule("t", benefit=benefit({"age < 16": "basic * 2", "": "basic"}))})
    (found,) = cliffs(pack, family(pack, {}), "age", 10, 20, 5)
    assert (found.before.value, found.after.value) == (15, 16)

    pack = make(rules={"d": rule("d", criteria={"c": 'since < date("2019-03-04")'})})
    (found,) = cliffs(pack, family(pack, {}), "since", date(2018, 1, 1), date(2020, 1, 1), 90)
    assert (found.before.value, found.after.value) == (date(2019, 3, 3), date(2019, 3, 4))


def test_a_sweep_has_a_bound(make: PackMaker) -> None:
    """Too many steps, none, or a way downward are refused."""
    pack = make(rules={"r": rule("r")})
    profile = family(pack, {})
    for first, last, step in ((0, MOST_POINTS + 1, 1), (0, 10, 0), (10, 0, 1)):
        with pytest.raises(BadChoice):
            sweep(rules_of(pack), profile, Change("household", "rent", first), last, step)


def test_the_points_are_what_screening_says(make: PackMaker) -> None:
    """At every point the sum is that of a profile which states the value."""
    pack = make(rules={"t": rule("t", benefit=benefit({"age < 16": "basic * 2", "": "basic"}))})
    curve = sweep(rules_of(pack), family(pack, {"married": True}), Change("a", "age", 10), 20, 3)

    assert [each.value for each in curve.points] == [10, 13, 16, 19, 20]
    for each in curve.points:
        amount = screened(pack, {"age": each.value, "married": True}).determinations[0].amount
        assert amount is not None
        assert each.total == int(amount.yuan) * 100 * 12


# --toward


def test_only_what_people_can_change_is_changeable() -> None:
    """No fact about age, sex, birth, disability or hukou, none that an office finds and none that follows, is changeable."""
    found = [each for each in shipped().contents.schema.facts.values() if each.changeable]

    assert found
    assert [each.name for each in found if any(word in each.name for word in NEVER)] == []
    assert [each.name for each in found if each.attested_by != "applicant" or each.derive or each.sensitive] == []


def test_a_number_is_never_changeable(make: PackMaker) -> None:
    """`changeable` stands beside a yes or no, or a choice, and nothing else."""
    facts = facts_file({"height": "type: count, unit: persons, changeable: true"})

    assert "changeable" in refused(make, facts=facts, rules={"r": rule("r")})


CHANGEABLE = {"registered": "type: bool, changeable: true", "wants": "type: bool, changeable: true",
              "scheme": "type: choice, values: {none: LABEL, city: LABEL, farm: LABEL}, changeable: true"}  # fmt: skip


def paths(make: PackMaker, facts: dict[str, Any], **criteria: str) -> Any:  # noqa: ANN401 - a path
    """Returns what would open an entitlement with some criteria for one person."""
    pack = make(facts=facts_file(CHANGEABLE), rules={"r": rule("r", criteria=criteria)})
    ((_, found),) = toward(rules_of(pack), family(pack, facts), "r")
    return found


def test_the_fewest_changes_are_found(make: PackMaker) -> None:
    """One change is found before two, and changes that a rule does not ask for are not made."""
    facts = {"registered": False, "wants": False, "scheme": "none", "age": 30}
    one = paths(make, facts, a="registered or (wants and scheme == 'city')", b="age >= 18")
    two = paths(make, facts, a="wants and scheme == 'city'")

    assert [(each.fact, each.value) for each in one.changes] == [("registered", True)]
    assert {(each.fact, each.value) for each in two.changes} == {("wants", True), ("scheme", "city")}
    assert (one.after, two.after) == ("eligible", "eligible")


def test_what_nobody_can_change_is_said(make: PackMaker) -> None:
    """Where facts that nobody can change refuse it alone, they are named, and they do refuse it alone."""
    facts = {"registered": False, "age": 30}
    found = paths(make, facts, a="registered", b="age >= 60 or disabled and age < 18")
    assert (found.changes, found.after) == ((), "ineligible")
    (fixed,) = found.fixed
    assert fixed.slots == {("a", "age")}


def test_what_stays_to_be_found_out_is_said(make: PackMaker) -> None:
    """Where a change only ends the refusal, what the answer then waits for is named."""
    found = paths(make, {"registered": False}, a="registered", b="disabled")

    assert [each.fact for each in found.changes] == ["registered"]
    assert (found.after, found.waits) == ("undetermined", (("a", "disabled"),))


def test_what_is_open_already_needs_no_change(make: PackMaker) -> None:
    """An eligible answer has no changes, and one that waits for facts nobody can change has none either."""
    assert paths(make, {"registered": True}, a="registered").before == "eligible"
    waiting = paths(make, {}, b="disabled")
    assert (waiting.before, waiting.changes, waiting.waits) == ("undetermined", (), (("a", "disabled"),))


@pytest.mark.parametrize("first", [3, pytest.param(12, marks=pytest.mark.slow)])
def test_paths_of_the_examples_do_what_they_say(first: int) -> None:
    """For every example and entitlement with changeable facts: changes lead where they say; what is fixed keeps it refused."""
    pack = shipped()
    wanted = ("employment-assistance", "resident-pension", "vocational-training-subsidy", "cross-province-settlement")
    for path in sorted((ROOT / "examples").glob("*.yaml"))[:first]:
        if path.stem == "heating":
            continue
        profile = read_profile(path, pack.on(date(2017, 12, 31)))
        rules = pack.on(profile.as_of or date(2017, 12, 31))
        for id in (each for each in wanted if each in pack.contents.entitlements and rules.ruling(each)):
            for held, found in toward(rules, profile, id):
                after = changed(rules, profile, found.changes).profile if found.changes else profile
                prepared = prepare(rules, after.household, after.members, own_day=after.as_of in {None, rules.day})
                outcomes = {each.subject: each.outcome for each in answers(rules, prepared, [id])}
                assert outcomes[found.subject] == found.after
                assert all(rules.pack.contents.schema.facts[each.fact].changeable for each in found.changes)
                assert all(outcome_with(held, each.slots) == "ineligible" for each in found.fixed)


# the command

CALLS = {
    "set": ("--set", "grandfather.age=80", "--set", "household.area=urban"),
    "sweep": ("--sweep", "grandfather.age=55:95:5"),
    "toward": ("--toward", "employment-assistance"),
}


@pytest.mark.parametrize("columns", [40, 100])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", list(CALLS))
def test_every_screen_fits(name: str, lang: str, columns: int) -> None:
    """What is told stays inside the page, in both languages, with the notice that it is no decision."""
    text = printed("what-if", LI, *CALLS[name], "--lang", lang, environment={"COLUMNS": str(columns)})

    assert [line for line in text.splitlines() if width(line) > columns and " " in line.strip()] == []
    assert {"zh": "初筛，不是审批决定", "en": "first screening"}[lang] in " ".join(text.split())


@pytest.mark.parametrize("name", list(CALLS))
def test_json_and_markdown_say_the_same(name: str) -> None:
    """As JSON the day, the changes and the findings are data; as Markdown there is a page."""
    data = json.loads(printed("what-if", LI, *CALLS[name], "--format", "json"))
    page = printed("what-if", LI, *CALLS[name], "--format", "markdown")

    assert data["as_of"] == "2017-12-31"
    assert {"differences", "points", "toward"} & set(data)
    assert page.startswith("# ")


@pytest.mark.parametrize(
    "arguments",
    [
        (), ("--set", "age"), ("--set", "nobody.age=3"), ("--set", "child.age=x"), ("--sweep", "child.age=1:2"),
        ("--sweep", "child.married=1:2:1"), ("--sweep", "child.age=5:1:1"), ("--toward", "nosuch"),
        ("--toward", "fee-free-preschool", "--sweep", "child.age=1:5:1"), ("--set", "child.age=5", "--chart", "x.svg"),
        ("--sweep", "child.age=1:5:1", "--chart", "x.pdf"),
    ],
)  # fmt: skip
def test_what_cannot_be_supposed_ends_with_2(arguments: tuple[str, ...]) -> None:
    """A call that asks nothing, names nobody, or gives no value is a usage error in both languages."""
    for lang in ("zh", "en"):
        done = run("what-if", LI, *arguments, "--lang", lang)
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.decode().isascii() is (lang == "en")


def test_a_chart_is_written(tmp_path: Path) -> None:
    """`--chart` writes SVG with the captions as text, and PNG."""
    sweep_of = ("what-if", LI, "--sweep", "grandfather.age=55:95:5", "--lang", "en", "--chart")
    printed(*sweep_of, str(tmp_path / "curve.svg"))
    printed(*sweep_of, str(tmp_path / "curve.png"))

    assert "age in full years" in (tmp_path / "curve.svg").read_text("utf-8")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_a_chart_without_a_chinese_font_is_refused() -> None:
    """Where two characters look the same there is no font for them, and the package that has one is named."""
    with pytest.raises(BadChoice, match="fonts-noto-cjk"):
        _check_font(lambda _: b"the same box")
    _check_font(lambda text: text.encode())


def test_a_missing_library_is_one_line(tmp_path: Path) -> None:
    """Without the extra a chart says which command installs it, and `--set` works all the same."""
    for name in ("plotext", "altair"):
        (tmp_path / f"{name}.py").write_text("raise ImportError(name=__name__)\n", "utf-8")
    environment = {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
    done = run("what-if", LI, "--sweep", "grandfather.age=55:95:5", environment=environment)

    assert (done.returncode, done.stdout) == (2, b"")
    assert "pip install 'eligibility[charts]'" in done.stderr.decode()
    assert printed("what-if", LI, "--set", "grandfather.age=80", environment=environment)


def test_a_terminal_without_lines_draws_in_ascii() -> None:
    """Where a stream can show no Chinese frame the curve is drawn in plain characters, and in GBK with its own."""
    for encoding, corner in (("ascii", "+"), ("gbk", "┌")):
        environment = {"PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}
        done = run("what-if", LI, "--sweep", "grandfather.age=55:95:5", "--lang", "en", environment=environment)
        assert done.returncode == 0
        assert f"{corner}{'-' if corner == '+' else '─'}" in done.stdout.decode(encoding)


def test_names_stay_hidden_unless_asked_for(tmp_path: Path) -> None:
    """A member is called by the id, and by the name only with `--show-personal`."""
    path = tmp_path / "who.yaml"
    path.write_text("as_of: 2017-12-31\nid: x\nmembers: [{id: a, name: Zzmarker, age: 30}]\n", "utf-8")
    arguments = ("what-if", str(path), "--set", "a.age=66")

    assert "Zzmarker" not in printed(*arguments)
    assert "Zzmarker (a)" in printed(*arguments, "--show-personal")
