"""Cases watched: what each kind of change is, that time passes, and that each line of the input is answered once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from families import ROOT
from packs_for_tests import LABEL, benefit, facts_file, figure, rule, shipped
from watching import Watched, happened, opened, watch, written

from eligibility import RulePack, Rules, read_profile, screen
from eligibility.asking import answers
from eligibility.changes import Held, kind_of
from eligibility.derived import Prepared
from eligibility.determinations import Amount, Claim
from eligibility.opinion import Told
from eligibility.secondopinion import NoOpinionError, SecondOpinion
from eligibility.words import Words

Make = Callable[..., RulePack]
RULES = {
    "young": rule("young", criteria={"child": "age < 6"}),
    "poor": rule(
        "poor",
        subject="household",
        criteria={"status": 'status in {"urban", "rural"}'},
        benefit=benefit({'status == "urban"': "basic", "": "basic * 2"}),
    ),
}


def pack(make: Make, **more: Any) -> RulePack:  # noqa: ANN401 - files of a pack
    """Returns a pack with a rule about an age and one about a status."""
    return make(rules=RULES, **more)


E, N, U, A = (Held(state) for state in ("eligible", "ineligible", "undetermined", "absent"))
RICH = Held("eligible", Amount("200", "month"))


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (A, E, "gained"),
        (N, E, "gained"),
        (U, E, "gained"),
        (E, N, "lost"),
        (E, A, "lost"),
        (E, RICH, "amount_changed"),
        (RICH, E, "amount_changed"),
        (E, U, "undetermined"),
        (N, U, "undetermined"),
        (A, U, "undetermined"),
        (U, N, "settled"),
        (U, A, "settled"),
        (E, E, None),
        (N, N, None),
        (U, U, None),
        (A, A, None),
        (A, N, None),
        (N, A, None),
    ],
)
def test_each_pair_of_answers_is_one_kind_of_change_at_most(before: Held, after: Held, kind: str | None) -> None:
    """Between two answers lies one kind of change, or none, and whoever becomes eligible has gained."""
    assert kind_of(before, after, opening=False) == kind


def test_what_is_open_from_the_start_has_not_become_open() -> None:
    """When a case is opened what is open is not told, and what is had is."""
    assert kind_of(A, U, opening=True) is None
    assert kind_of(A, E, opening=True) == "gained"


def test_a_life_told_in_events(make: Make, tmp_path: Path) -> None:
    """Gained, amount changed, lost, undetermined and settled come in the order of what happened."""
    found = watch(
        pack(make),
        [
            opened("x", "2020-01-10", {"id": "a", "birth_date": "1990-05-05"}, status="urban"),
            happened("e2", "facts_changed", "2020-02-01", household={"status": "rural"}),
            happened("e3", "facts_changed", "2020-03-01", household={"status": "none"}),
            happened("e4", "facts_changed", "2020-04-01", household={"status": None}),
            happened("e5", "facts_changed", "2020-05-01", household={"status": "none"}),
        ],
        tmp_path,
    )

    assert found.changes() == [
        ("2020-01-10", "gained", "poor", "household"),
        ("2020-02-01", "amount_changed", "poor", "household"),
        ("2020-03-01", "lost", "poor", "household"),
        ("2020-04-01", "undetermined", "poor", "household"),
        ("2020-05-01", "settled", "poor", "household"),
    ]
    changed, lost, waiting = found.lines[1:4]
    assert (changed["before"]["amount"], changed["after"]["amount"]) == (
        {"yuan": "100", "per": "month"},
        {"yuan": "200", "per": "month"},
    )
    assert changed["figures"] == [{"parameter": "basic", "source": "law", "since": "2000-01-01"}]
    assert [(each["criterion"], each["truth"], each["cite"]) for each in lost["reasons"]] == [
        ("status", "false", "law art1")
    ]
    assert waiting["missing"] == [{"subject": "household", "name": "status", "kind": "fact"}]
    assert [each["cause"]["event"] for each in found.lines] == ["open-x", "e2", "e3", "e4", "e5"]
    assert len({each["event"] for each in found.lines}) == 5


def test_a_birthday_comes_without_an_event(make: Make, tmp_path: Path) -> None:
    """What ends with a birthday is lost on it, in order of the days and then of the cases, before what happens later."""
    found = watch(
        pack(make),
        [
            opened("y", "2020-01-10", {"id": "a", "birth_date": "2014-05-05"}),
            opened("x", "2020-01-10", {"id": "a", "birth_date": "2014-05-05"}),
            opened("z", "2020-01-10", {"id": "a", "birth_date": "2014-03-03"}),
            happened("e", "facts_changed", "2020-07-01", "z", household={"status": "urban"}),
        ],
        tmp_path,
    )

    told = [(each["day"], each["case"], each["change"]) for each in found.lines if each["cause"]["kind"] == "day"]
    assert told == [("2020-03-03", "z", "lost"), ("2020-05-05", "x", "lost"), ("2020-05-05", "y", "lost")]
    assert found.lines[3]["cause"] == {"kind": "day", "event": None, "passed": ["age"], "digest": None}
    assert found.changes()[-1] == ("2020-07-01", "gained", "poor", "household")


def test_a_stated_age_does_not_outlast_its_day(make: Make, tmp_path: Path) -> None:
    """An age without a date of birth is unknown on the next day (MEANING M9), and that is told."""
    found = watch(pack(make), [opened("x", "2020-01-10", {"id": "a", "age": 3})], tmp_path, until=date(2020, 2, 1))

    assert found.changes() == [
        ("2020-01-10", "gained", "young", "a"),
        ("2020-01-11", "undetermined", "young", "a"),
    ]
    assert found.lines[1]["cause"]["passed"] == ["stated"]


def test_an_event_lets_no_stated_age_live_on(make: Make, tmp_path: Path) -> None:
    """An event on a later day does not make an older count hold on that day."""
    found = watch(
        pack(make),
        [
            opened("x", "2020-01-10", {"id": "a", "age": 3}, status="none"),
            happened("e", "facts_changed", "2020-01-11", household={"rents": True}),
            happened("f", "facts_changed", "2020-01-12", members=[{"id": "a", "age": 3}]),
        ],
        tmp_path,
    )

    assert [each[:2] for each in found.changes()] == [
        ("2020-01-10", "gained"),
        ("2020-01-11", "undetermined"),
        ("2020-01-12", "gained"),
    ]


def test_the_law_changes_on_its_day(make: Make, tmp_path: Path) -> None:
    """A figure that changes, and an entitlement that ends, are told on their days without an event."""
    more = figure("raised", "from: 2000-01-01, value: 100\nfrom: 2020-03-01, value: 130")
    rules = {
        "paid": rule("paid", subject="household", benefit=benefit("raised")),
        "ending": rule("ending", in_force="{from: 2000-01-01, to: 2020-04-30}"),
    }
    found = watch(
        make(rules=rules, parameters=more), [opened("x", "2020-01-10", {"id": "a"})], tmp_path, until=date(2021, 1, 1)
    )

    assert found.changes()[2:] == [
        ("2020-03-01", "amount_changed", "paid", "household"),
        ("2020-05-01", "lost", "ending", "a"),
    ]
    changed, ended = found.lines[2:]
    assert (changed["cause"]["passed"], changed["figures"][0]["since"]) == (["law"], "2020-03-01")
    assert (ended["after"]["outcome"], ended["reasons"][0]["criterion"]) == ("absent", "in_force")


def test_who_leaves_loses(make: Make, tmp_path: Path) -> None:
    """What a member had is lost with the member, who is named as the reason."""
    found = watch(
        pack(make),
        [
            opened("x", "2020-01-10", {"id": "a", "birth_date": "2018-05-05"}, {"id": "b"}),
            happened("e", "member_left", "2020-01-11", member="a"),
        ],
        tmp_path,
    )

    assert found.changes() == [("2020-01-10", "gained", "young", "a"), ("2020-01-11", "lost", "young", "a")]
    assert found.lines[1]["reasons"][0]["criterion"] == "subject"


def test_a_birth_that_is_expected_comes_on_its_day(make: Make, tmp_path: Path) -> None:
    """A member who is listed before birth is looked at on the day of birth."""
    found = watch(
        pack(make),
        [opened("x", "2020-01-10", {"id": "a", "birth_date": "2020-03-03"}, status="none")],
        tmp_path,
        until=date(2020, 4, 1),
    )

    assert found.changes() == [("2020-03-03", "gained", "young", "a")]


REFUSED: Mapping[str, tuple[Any, str]] = {
    "too late": (happened("e", "facts_changed", "2020-01-09", household={"rents": True}), "stands at 2020-01-10"),
    "no such case": (happened("e", "facts_changed", "2020-02-01", "nobody", household={}), "no open case"),
    "opened twice": (opened("x", "2020-02-01", {"id": "a"}, id="e"), "open already"),
    "not come yet": (happened("e", "facts_changed", "2031-01-01", household={}), "not come yet"),
    "nobody": (happened("e", "member_died", "2020-02-01", member="zz"), "no such member"),
    "id of another": (happened("open-x", "facts_changed", "2020-02-01", household={}), "said something else"),
    "no json": ("{oops", "no quotes"),
    "a list": ("[1]", "one event"),
    "no id": ('{"event": "case_closed", "case": "x", "day": "2020-02-01"}', "`id` is missing"),
    "unknown kind": (happened("e", "job_lots", "2020-02-01"), "no such kind"),
    "unknown field": (happened("e", "case_closed", "2020-02-01", membr="a"), "has no field `membr`"),
    "no such day": (happened("e", "case_closed", "2020-02-30"), "YYYY-MM-DD"),
    "wrong value": (happened("e", "facts_changed", "2020-02-01", household={"rooms": 21}), "between 0 and 20"),
    "nothing changed": (happened("e", "facts_changed", "2020-02-01"), "what changed"),
    "twice in a line": ('{"id": "e", "id": "f", "event": "case_closed", "case": "x", "day": "2020-02-01"}', "twice"),
    "no such pack": ({"id": "e", "event": "law_changed", "day": "2020-02-01", "pack": "nosuch"}, "cannot be opened"),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_a_refused_event_stops_nothing(name: str, make: Make, tmp_path: Path) -> None:
    """Each bad line is answered with its place and a reason, and what comes after it is taken."""
    event, reason = REFUSED[name]
    after = happened("last", "facts_changed", "2020-02-02", household={"status": "urban"})
    found = watch(pack(make), [opened("x", "2020-01-10", {"id": "a"}), event, after], tmp_path)

    (said,) = found.said
    assert reason in said
    assert said.startswith("events.jsonl:2:")
    assert (found.summary.refused, found.summary.taken) == (1, 2)
    assert found.changes() == [("2020-02-02", "gained", "poor", "household")]


def test_a_refused_event_moves_no_time(make: Make, tmp_path: Path) -> None:
    """An event that is refused has no effect, not even that its day comes."""
    found = watch(
        pack(make),
        [
            opened("x", "2020-01-10", {"id": "a", "birth_date": "2014-05-05"}),
            happened("e", "facts_changed", "2020-12-01", household={"rooms": 99}),
            happened("f", "facts_changed", "2020-02-01", household={"status": "urban"}),
        ],
        tmp_path,
    )

    assert [each[:2] for each in found.changes()] == [("2020-01-10", "gained"), ("2020-02-01", "gained")]


def test_the_same_event_twice_counts_once(make: Make, tmp_path: Path) -> None:
    """An event that comes again, its fields in another order, is said to be done, and does nothing."""
    event = happened("e", "facts_changed", "2020-02-01", household={"status": "urban"})
    again = dict(reversed(event.items()))
    found = watch(pack(make), [opened("x", "2020-01-10", {"id": "a"}), event, again], tmp_path)

    assert len(found.lines) == 1
    assert (found.summary.repeated, found.summary.refused) == (1, 0)
    assert "taken already" in found.said[0]


def test_a_correction_under_the_same_id_is_taken(make: Make, tmp_path: Path) -> None:
    """What was refused had no effect, so the corrected event may have its id; run again, neither has any effect."""
    events = [
        opened("x", "2020-01-10", {"id": "a"}),
        happened("e", "facts_changed", "2020-02-01", household={"status": "sububan"}),
        happened("e", "facts_changed", "2020-02-01", household={"status": "urban"}),
    ]
    first, second = (watch(pack(make), events, tmp_path) for _ in range(2))

    assert (first.summary.taken, first.summary.refused, len(first.lines)) == (2, 1, 1)
    assert (second.summary.taken, second.summary.refused, second.summary.earlier, len(second.lines)) == (0, 1, 2, 0)
    assert "no such value" in first.said[0]
    assert "it said something else" in second.said[0]


def test_cases_need_not_come_in_order_of_each_other(make: Make, tmp_path: Path) -> None:
    """A case may be told of a day that the log has passed, as long as nothing of its own came after, and is then brought up to date."""
    found = watch(
        pack(make),
        [
            opened("x", "2020-06-01", {"id": "a"}),
            opened("y", "2020-01-10", {"id": "a", "birth_date": "2014-05-05"}),
        ],
        tmp_path,
    )

    assert found.summary.refused == 0
    assert [
        (each["case"], *each_day) for each, each_day in zip(found.lines, [x[:2] for x in found.changes()], strict=True)
    ] == [
        ("y", "2020-01-10", "gained"),
        ("y", "2020-05-05", "lost"),
    ]


def test_a_closed_case_is_left_alone_and_may_be_opened_again(make: Make, tmp_path: Path) -> None:
    """No birthday and no event reaches a case that is closed; opened again, it begins anew."""
    found = watch(
        pack(make),
        [
            opened("x", "2020-01-10", {"id": "a", "birth_date": "2014-05-05"}, status="urban"),
            happened("e", "case_closed", "2020-02-01"),
            happened("f", "facts_changed", "2020-07-01", household={"status": "none"}),
            opened("x", "2020-08-01", {"id": "a", "birth_date": "2014-05-05"}, id="again", status="urban"),
        ],
        tmp_path,
    )

    assert found.summary.refused == 1
    assert found.changes()[2:] == [("2020-08-01", "gained", "poor", "household")]


def test_another_pack_is_a_change_of_the_law(make: Make, tmp_path: Path) -> None:
    """Run with another pack than the last time, every open case is looked at again, and the law is the cause, once."""
    changed = {**RULES, "young": rule("young", criteria={"child": "age < 3"})}
    event = opened("x", "2020-01-10", {"id": "a", "birth_date": "2016-05-05"})
    other = make(rules=changed)
    watch(pack(make), [event], tmp_path)
    second, third = (watch(other, [event], tmp_path) for _ in range(2))

    assert second.changes() == [("2020-01-10", "lost", "young", "a")]
    assert second.lines[0]["cause"] == {"kind": "law", "event": None, "passed": [], "digest": other.contents.digest}
    assert third.lines == []


def test_an_event_exchanges_the_law(make: Make, tmp_path: Path) -> None:
    """`law_changed` lets another pack count from its day on, for all cases, and the next run goes on with that one."""
    other = make(rules={**RULES, "young": rule("young", criteria={"child": "age < 3"})})
    events = [
        opened("x", "2020-01-10", {"id": "a", "birth_date": "2016-01-20"}),
        opened("y", "2020-01-10", {"id": "a", "birth_date": "2019-05-05"}),
        {"id": "law", "event": "law_changed", "day": "2020-02-01", "pack": "other"},
        opened("z", "2020-03-01", {"id": "a", "birth_date": "2016-05-05"}),
    ]
    old = pack(make)
    first = watch(old, events, tmp_path, others={"other": other})
    second = watch(
        old, [opened("w", "2020-04-01", {"id": "a", "birth_date": "2016-05-05"})], tmp_path, others={"other": other}
    )

    lost = first.lines[2]
    assert (lost["case"], lost["day"], lost["change"], lost["cause"]["event"]) == ("x", "2020-02-01", "lost", "law")
    assert len(first.lines) == 3
    assert second.lines == []


def test_facts_that_another_pack_lacks_are_kept_for_the_next(make: Make, tmp_path: Path) -> None:
    """A pack that does not know a fact takes it for unknown; the pack that does finds it again."""
    small = make(facts=_without_status(), rules={"young": RULES["young"]})
    whole = pack(make)
    watch(whole, [opened("x", "2020-01-10", {"id": "a", "birth_date": "2018-01-01"}, status="urban")], tmp_path)
    without = watch(
        small, [happened("e", "facts_changed", "2020-02-01", members=[{"id": "a", "married": False}])], tmp_path
    )
    again = watch(whole, [], tmp_path)

    assert without.changes() == [("2020-01-10", "lost", "poor", "household")]
    assert any("does not know" in each for each in without.said)
    assert again.changes() == [("2020-02-01", "gained", "poor", "household")]


def _without_status() -> str:
    lines = facts_file().splitlines()
    at = next(index for index, line in enumerate(lines) if line.startswith("  status:"))
    end = next(index for index in range(at + 1, len(lines)) if not lines[index].startswith("    "))
    assert LABEL in lines[at + 1]
    return "\n".join([*lines[:at], *lines[end:]]) + "\n"


class Contrary(SecondOpinion):
    """A second engine that takes every `poor` for refused, or gives no answer."""

    def __init__(self, *, silent: bool = False) -> None:
        """Starts nothing."""
        super().__init__()
        self.silent = silent

    def ask(self, rules: Rules, prepared: Prepared, grants: int = 0) -> dict[Claim, Told]:
        """Answers what the core does, but for `poor`."""
        del grants
        if self.silent:
            raise NoOpinionError(Words("没有", "none today"))
        words = {True: "true", False: "false", None: "unknown"}
        found = {}
        for each in answers(rules, prepared):
            wrong = each.ruled.entitlement.id == "poor"
            truths = tuple("false" if wrong else words[truth] for truth in each.truths)
            told = Told("ineligible" if wrong else each.outcome, truths, (), ({},) * len(truths))
            found[Claim(each.ruled.entitlement.id, each.subject)] = told
        return found


def engines(make: Make, folder: Path, engine: Any, *, silent: bool = False) -> Watched:  # noqa: ANN401 - one of three words
    """Returns what comes of one case with a second engine that is contrary."""
    event = opened("x", "2020-01-10", {"id": "a", "birth_date": "2018-05-05"}, status="urban")
    return watch(pack(make), [event], folder, engine=engine, second=Contrary(silent=silent))


def test_two_engines_that_differ_are_told(make: Make, tmp_path: Path) -> None:
    """With both, the first engine's answers stand, and each difference is a line of its own."""
    found = engines(make, tmp_path, "both")

    assert sorted(each[1:] for each in found.changes()) == [
        ("engines_differ", "poor", "household"),
        ("gained", "poor", "household"),
        ("gained", "young", "a"),
    ]
    told = next(each for each in found.lines if each["change"] == "engines_differ")
    assert (told["core"], told["durable"], found.summary.differences) == ("eligible", "ineligible", 1)


def test_the_second_engine_alone(make: Make, tmp_path: Path) -> None:
    """With `durable` the answers are those of the second engine, and where the core differs that is told too."""
    found = engines(make, tmp_path, "durable")

    assert sorted(each[1:] for each in found.changes()) == [
        ("engines_differ", "poor", "household"),
        ("gained", "young", "a"),
    ]
    assert found.summary.differences == 1


@pytest.mark.parametrize("engine", ["durable", "both"])
def test_a_second_engine_that_is_silent(engine: Any, make: Make, tmp_path: Path) -> None:  # noqa: ANN401 - a word
    """Where it gives no answer the first one's stands; that is said once, counted, and each line is marked."""
    found = engines(make, tmp_path, engine, silent=True)

    assert {each.get("second_opinion") for each in found.lines} == {"missing"}
    assert (len(found.lines), found.summary.missing, found.said) == (2, 1, ["none today"])


def test_the_lines_add_up_to_what_holds(tmp_path: Path) -> None:
    """Gained and lost, one after the other, leave what a screening of the last day finds, with the same amounts."""
    rules = shipped()
    family = json.loads(json.dumps(_li()))
    events = [
        {"id": "1", "event": "case_opened", "case": "li", "day": "2017-01-10", "profile": family},
        happened("2", "guarantee_withdrawn", "2018-05-01", "li"),
        happened("3", "job_found", "2018-06-01", "li", member="mother", facts={"monthly_income": "1500"}),
        happened(
            "4",
            "certificate_upgraded",
            "2018-07-01",
            "li",
            member="grandfather",
            certificate="disability_certificate",
            facts={"disability_grade": 2},
        ),
        happened("5", "guarantee_granted", "2019-02-01", "li", to="urban"),
        happened("6", "facts_changed", "2019-09-01", "li", members=[{"id": "child", "education_stage": "primary"}]),
    ]
    found = watch(rules, events, tmp_path, until=date(2021, 12, 31))
    held = added_up(found)

    after = _li()
    after["household"]["dibao"] = "urban"
    mother, child, grandfather = after["members"]
    mother |= {"employment": "employed", "monthly_income": "1500"}
    child["education_stage"] = "primary"
    grandfather["disability_grade"] = 2
    last = rules.on(date(2021, 12, 31))
    now = screen(last, read_profile(after, last))
    assert held == {
        (each.entitlement, each.subject): {"yuan": each.amount.yuan, "per": each.amount.per} if each.amount else None
        for each in now.eligible
    }
    assert len(found.lines) > len(held)


def added_up(found: Watched) -> dict[tuple[str, str], Any]:
    """Returns what is held after some lines, one after the other: by entitlement and subject, the amount."""
    held: dict[tuple[str, str], Any] = {}
    for each in found.lines:
        key = (each["entitlement"], each["subject"])
        if each["after"]["outcome"] == "eligible":
            held[key] = each["after"]["amount"]
        else:
            held.pop(key, None)
    return held


def _li() -> dict[str, Any]:
    said: dict[str, Any] = yaml.safe_load((ROOT / "examples/li-family.yaml").read_text("utf-8"))
    said.pop("as_of")
    said.pop("id")
    for member in said["members"]:
        member["birth_date"] = member["birth_date"].isoformat()
    return said


def test_an_event_is_one_line() -> None:
    """The helper of these tests writes what the command reads."""
    assert written([happened("e", "case_closed", "2020-01-01")]).count(b"\n") == 1


def test_a_history_may_come_case_by_case(make: Make, tmp_path: Path) -> None:
    """Where a file has one case after the other, each with its own years, no event of a later one comes too late."""
    events = [
        event
        for case in ("x", "y")
        for event in (
            opened(case, "2020-01-10", {"id": "a", "birth_date": "2014-05-05"}, status="none"),
            happened(f"{case}1", "facts_changed", "2020-04-01", case, household={"status": "urban"}),
            happened(f"{case}2", "facts_changed", "2020-06-01", case, household={"status": "none"}),
        )
    ]
    found = watch(pack(make), events, tmp_path)

    assert found.summary.refused == 0
    one, other = (
        [each[:2] for each, line in zip(found.changes(), found.lines, strict=True) if line["case"] == case]
        for case in "xy"
    )
    assert (
        one
        == other
        == [
            ("2020-01-10", "gained"),
            ("2020-04-01", "gained"),
            ("2020-05-05", "lost"),
            ("2020-06-01", "lost"),
        ]
    )


def test_who_is_born_is_the_subject_of_everything(make: Make, tmp_path: Path) -> None:
    """On the day of birth what rests on no age is looked at too."""
    found = watch(
        make(rules={"anyone": rule("anyone")}),
        [opened("x", "2020-01-10", {"id": "a", "birth_date": "2020-03-03"})],
        tmp_path,
        until=date(2020, 4, 1),
    )

    assert found.changes() == [("2020-03-03", "gained", "anyone", "a")]


def test_what_is_not_watched_for_a_while_is_not_told_twice(make: Make, tmp_path: Path) -> None:
    """Some entitlements alone, and then all again: of the others only what changed in between is told."""
    rules = pack(make)
    watch(rules, [opened("x", "2020-01-10", {"id": "a", "birth_date": "2018-05-05"}, status="urban")], tmp_path)
    event = happened("e", "facts_changed", "2020-02-01", household={"status": "none"})
    narrow = watch(rules, [event], tmp_path, only=("young",))
    wide = watch(rules, [], tmp_path)

    assert narrow.lines == []
    assert wide.changes() == [("2020-02-01", "lost", "poor", "household")]


def test_what_came_before_its_day_may_come_again_on_it(make: Make, tmp_path: Path) -> None:
    """An event of a day that has not come is refused, and taken, unchanged, when the day is there."""
    events = [
        opened("x", "2020-01-10", {"id": "a"}),
        happened("e", "facts_changed", "2020-05-01", household={"status": "urban"}),
    ]
    early = watch(pack(make), events, tmp_path, latest=date(2020, 4, 30))
    then = watch(pack(make), events, tmp_path, latest=date(2020, 5, 1))

    assert (early.summary.refused, early.lines) == (1, [])
    assert (then.summary.refused, then.changes()) == (0, [("2020-05-01", "gained", "poor", "household")])


def test_a_refusal_is_judged_again(make: Make, tmp_path: Path) -> None:
    """An event that was refused for what held then is taken when it is sent again and nothing stands against it."""
    late = happened("b", "facts_changed", "2020-02-01", household={"status": "urban"})
    first = watch(pack(make), [late, opened("x", "2020-01-10", {"id": "a"}), late], tmp_path)
    folder = tmp_path / "other"
    folder.mkdir()
    alone = watch(pack(make), [late], folder)
    again = watch(pack(make), [opened("x", "2020-01-10", {"id": "a"}), late], folder)

    assert (first.summary.taken, first.summary.refused) == (2, 1)
    assert (alone.summary.taken, alone.summary.refused) == (0, 1)
    assert (again.summary.taken, again.summary.refused) == (2, 0)


def test_a_number_that_is_too_long_stops_nothing(make: Make, tmp_path: Path) -> None:
    """A line with a number of five thousand digits is refused, and what follows is taken."""
    long = {**happened("n", "facts_changed", "2020-02-01", members=[{"id": "a"}])}
    raw = json.dumps(long).replace('{"id": "a"}', '{"id": "a", "age": ' + "9" * 5000 + "}")
    found = watch(
        pack(make), [opened("x", "2020-01-10", {"id": "a"}), raw, opened("y", "2020-01-10", {"id": "a"})], tmp_path
    )

    assert (found.summary.taken, found.summary.refused) == (2, 1)


@pytest.mark.parametrize(
    "event",
    [
        happened("e", "certificate_issued", "2020-02-01", member="a", certificate="died"),
        happened("e", "certificate_withdrawn", "2020-02-01", member="a", certificate="died"),
    ],
)
def test_a_death_is_no_certificate(make: Make, tmp_path: Path, event: dict[str, Any]) -> None:
    """Nobody dies by a certificate that is issued, nor comes back by one that is withdrawn."""
    found = watch(pack(make), [opened("x", "2020-01-10", {"id": "a"}), event], tmp_path)

    assert (found.summary.taken, found.summary.refused) == (1, 1)
