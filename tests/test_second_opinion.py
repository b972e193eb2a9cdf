"""The second opinion: a worker that may die or hang, and a difference that nobody can overlook."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from families import run
from packs_for_tests import PERSON, facts_file, family, rule, shipped

from eligibility import Profile, RulePack, Rules, engines, read_profile, screen, secondopinion
from eligibility.chain import consequences
from eligibility.commands import main
from eligibility.crosscheck import with_chains
from eligibility.opinion import Opinion
from eligibility.secondopinion import SecondOpinion
from eligibility.targets.durable import Compiler, compiled

THERE = pytest.mark.skipif(engines.lack() is not None, reason=f"durable-rules {engines.MEASURED} cannot be used here")

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
FAMILY = EXAMPLES / "li-family.yaml"
DAY = date(2017, 12, 31)
WorkerMaker = Callable[[str], tuple[str, ...]]


@pytest.fixture
def worker(tmp_path: Path) -> WorkerMaker:
    """Returns what makes the command of a worker in which something goes wrong."""

    def make(wrong: str) -> tuple[str, ...]:
        """Takes statements that see `run`, the right function, and `counted`, a file whose length counts the runs."""
        counted = tmp_path / "runs"
        counted.write_text("", "utf-8")
        script = tmp_path / "worker.py"
        head = f"""
            import os, time
            from pathlib import Path
            from eligibility.rete import worker
            from eligibility.rete.sessions import FaultError, Program
            run, counted = Program.run, Path({str(counted)!r})
            def count():
                counted.write_text(counted.read_text() + ".")
                return len(counted.read_text())
        """
        script.write_text(textwrap.dedent(head) + textwrap.dedent(wrong) + "\nworker.main()\n", "utf-8")
        return sys.executable, str(script)

    return make


@pytest.fixture(scope="module")
def rules() -> Rules:
    """Returns the rules of the plan's year."""
    return shipped().on(DAY)


@pytest.fixture(scope="module")
def profile(rules: Rules) -> Profile:
    """Returns an example family."""
    return read_profile(FAMILY, rules)


def opinion(rules: Rules, profile: Profile, second: SecondOpinion) -> Opinion:
    """Returns the second opinion on a family."""
    with second:
        found = screen(rules, profile, cross_check=True, second=second).second_opinion
    assert found is not None
    return found


@THERE
def test_the_engines_agree_on_the_examples(rules: Rules) -> None:
    """Every example family gets the same answers from both engines, what grants would open included."""
    second = SecondOpinion()
    with second:
        for path in sorted(EXAMPLES.glob("*.yaml")):
            if path.name == "heating.yaml":
                continue
            profile = read_profile(path, rules)
            screening = screen(rules, profile, cross_check=True, second=second)
            found = with_chains(rules, profile, screening, consequences(rules, profile, screening), second)
            assert found is not None
            assert (found.missing, found.differences, found.turns) == (None, (), ())
            assert len(found.claims) == len(screening.determinations) > 0
        assert second.started == 1


@THERE
def test_a_crash_costs_one_try(rules: Rules, profile: Profile, worker: WorkerMaker) -> None:
    """A worker that dies is started again, and the second opinion is there."""
    second = SecondOpinion(
        worker=worker("""
        def broken(self, household):
            if count() == 1:
                os.abort()
            return run(self, household)
        Program.run = broken
    """)
    )

    found = opinion(rules, profile, second)

    assert (found.missing, found.differences, second.started) == (None, (), 2)


@THERE
def test_a_worker_that_always_dies_is_told(rules: Rules, profile: Profile, worker: WorkerMaker) -> None:
    """Where the worker dies again the screening stands, and says why there is no second opinion."""
    second = SecondOpinion(
        worker=worker("""
        def broken(self, household):
            os.abort()
        Program.run = broken
    """)
    )

    screening = screen(rules, profile, cross_check=True, second=second)

    assert screening.second_opinion is not None
    assert screening.second_opinion.missing is not None
    assert "died" in screening.second_opinion.missing.en
    assert screening.determinations == screen(rules, profile).determinations
    second.close()


@THERE
def test_a_hang_ends(rules: Rules, profile: Profile, worker: WorkerMaker) -> None:
    """A worker that does not answer in time is killed and started again."""
    second = SecondOpinion(
        seconds=5,
        worker=worker("""
        def broken(self, household):
            if count() == 1:
                time.sleep(600)
            return run(self, household)
        Program.run = broken
    """),
    )

    found = opinion(rules, profile, second)

    assert (found.missing, second.started) == (None, 2)


@THERE
def test_a_worker_that_does_not_even_read_ends(rules: Rules, profile: Profile) -> None:
    """A worker that never reads what it is sent is killed too, and that is told with the time it had."""
    second = SecondOpinion(seconds=0.5, worker=(sys.executable, "-c", "import time; time.sleep(600)"))

    found = opinion(rules, profile, second)

    assert found.missing is not None
    assert "0.5 seconds" in found.missing.en
    assert second.started == 2


@THERE
def test_an_exhausted_worker_is_replaced(rules: Rules, profile: Profile, worker: WorkerMaker) -> None:
    """A worker that refuses for want of sessions is replaced; one that answered its share is, before it refuses."""
    refusing = SecondOpinion(
        worker=worker("""
        def broken(self, household):
            if count() == 2:
                raise FaultError("the engine refused: MemoryError")
            return run(self, household)
        Program.run = broken
    """)
    )
    with refusing:
        found = [screen(rules, profile, cross_check=True, second=refusing).second_opinion for _ in range(3)]
    sharing = SecondOpinion(most_asked=2)
    with sharing:
        found += [screen(rules, profile, cross_check=True, second=sharing).second_opinion for _ in range(5)]

    assert [each.missing if each else "" for each in found] == [None] * 8
    assert (refusing.started, sharing.started) == (2, 3)


@THERE
def test_a_fault_is_never_an_answer(rules: Rules, profile: Profile, worker: WorkerMaker) -> None:
    """What the engine refuses twice is told as a missing opinion, and no claim of the worker is taken."""
    second = SecondOpinion(
        worker=worker("""
        def broken(self, household):
            raise FaultError("the engine did not finish")
        Program.run = broken
    """)
    )

    found = opinion(rules, profile, second)

    assert found.missing is not None
    assert "did not finish" in found.missing.en
    assert found.claims == {}


@THERE
def test_what_is_no_answer_at_all_is_told(rules: Rules, profile: Profile) -> None:
    """A worker that prints something else, or cannot be started, leaves the opinion missing."""
    chatting = opinion(rules, profile, SecondOpinion(worker=(sys.executable, "-c", "print('hello')")))
    absent = opinion(rules, profile, SecondOpinion(worker=("no-such-program-anywhere",)))

    assert chatting.missing is not None
    assert absent.missing is not None
    assert "cannot be started" in absent.missing.en


@THERE
def test_more_plans_than_a_worker_holds(rules: Rules, profile: Profile, worker: WorkerMaker) -> None:
    """A worker that holds all the plans it can is replaced by one that begins anew."""
    second = SecondOpinion(worker=worker("worker.MOST_PLANS = 2"))
    pack = rules.pack
    with second:
        for day in (date(2017, 12, 31), date(2019, 9, 1), date(2021, 7, 1), date(2017, 12, 31)):
            found = screen(pack.on(day), profile, cross_check=True, second=second).second_opinion
            assert found is not None
            assert found.missing is None
    assert second.started == 2


LIE = """
    def broken(self, household):
        told = run(self, household)
        for each in told["claims"]:
            if each["entitlement"] == "severe-disability-nursing-subsidy" and each["outcome"] == "eligible":
                each["outcome"], each["parts"] = "ineligible", ["false", *each["parts"][1:]]
        return told
    Program.run = broken
"""


@pytest.fixture
def lying(worker: WorkerMaker, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lets the command line ask a worker that refuses what it found to be so."""
    second = SecondOpinion(worker=worker(LIE))
    monkeypatch.setattr(secondopinion, "shared", lambda: second)
    yield
    second.close()


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Returns the exit code, the output and the notes of a command."""
    with pytest.raises(SystemExit) as ended:
        main([*arguments])
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


@pytest.mark.usefixtures("lying")
@pytest.mark.parametrize("option", ["--cross-check", "--engine=durable"])
@THERE
def test_a_difference_is_shown_side_by_side(capsys: pytest.CaptureFixture[str], option: str) -> None:
    """Both answers stand in one row, with the criterion, what it read and whose facts matched, and the command ends with 1."""
    code, out, _ = shown(capsys, "screen", str(FAMILY), "--lang", "en", option)

    told = " ".join(out.split())
    assert code == 1
    assert "the engines differ in 1 place:" in told
    assert "outcome eligible not eligible" in told
    assert "yes no" in told
    assert "grandfather" in told.partition("Second opinion")[2]


@pytest.mark.usefixtures("lying")
@THERE
def test_a_difference_is_in_the_json(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON has the claim, both outcomes, both truths of the criterion, and whose facts matched."""
    code, out, _ = shown(capsys, "screen", str(FAMILY), "--format", "json", "--cross-check")

    (found,) = json.loads(out)["second_opinion"]["differences"]
    assert code == 1
    assert found["claim"]["entitlement"] == "severe-disability-nursing-subsidy"
    assert (found["core"], found["durable"]) == ("eligible", "ineligible")
    (criterion,) = found["criteria"]
    assert (criterion["core"], criterion["durable"]) == ("true", "false")
    assert criterion["matched"]["certain"]


@pytest.mark.usefixtures("lying")
@THERE
def test_the_engine_that_is_asked_for_stands(capsys: pytest.CaptureFixture[str]) -> None:
    """With `--engine durable` the outcome is that of durable-rules, with `--cross-check` that of the core."""
    outcomes = []
    for option in ("--engine=durable", "--cross-check"):
        _, out, _ = shown(capsys, "screen", str(FAMILY), "--format", "json", option)
        found = json.loads(out)["determinations"]
        outcomes.append(
            {each["outcome"] for each in found if each["entitlement"] == "severe-disability-nursing-subsidy"}
        )

    assert "eligible" not in outcomes[0]
    assert "eligible" in outcomes[1]


@THERE
def test_agreement_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Where both agree, the report says how many answers were worked out twice, in both languages, and ends with 0."""
    zh = shown(capsys, "screen", str(FAMILY), "--lang", "zh", "--cross-check")
    en = shown(capsys, "screen", str(FAMILY), "--lang", "en", "--cross-check")

    assert (zh[0], en[0]) == (0, 0)
    assert "结论全部一致" in zh[1]
    assert "all agree" in en[1]


@pytest.mark.parametrize(
    ("machine", "said"),
    [
        (engines.Machine((3, 13), None, compiler=True, headers=True), "Python 3.13"),
        (engines.Machine((3, 11), None, compiler=False, headers=False), "no C compiler"),
        (engines.Machine((3, 11), "2.0.29", compiler=True, headers=True), "2.0.29"),
    ],
    ids=["new-python", "no-compiler", "other-version"],
)
def test_without_durable_rules_everything_else_works(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, machine: engines.Machine, said: str
) -> None:
    """On a machine that cannot have durable-rules the screening stands, and why there is no second opinion is said plainly."""
    monkeypatch.setattr(engines, "this_machine", lambda: machine)

    plain = shown(capsys, "screen", str(FAMILY), "--lang", "en", "--format", "json")
    code, out, err = shown(capsys, "screen", str(FAMILY), "--lang", "en", "--format", "json", "--cross-check")

    found = json.loads(out)
    assert (plain[0], code) == (0, 0)
    assert said in found["second_opinion"]["missing"]["en"]
    assert said in " ".join(err.split())
    assert found["determinations"] == json.loads(plain[1])["determinations"]


@THERE
def test_a_condition_that_does_not_compile_is_told(make: Callable[..., RulePack]) -> None:
    """A pack with a condition that the engine cannot hold gets no second opinion, with the condition and its place."""
    text = "any(m.income / 3 < income / 7 for m in members)"
    pack = make(rules={"one": rule("one", criteria={"one": text})})
    profile = family(pack, {"income": "100"})

    found = screen(pack.on(DAY), profile, cross_check=True).second_opinion

    assert found is not None
    assert found.missing is not None
    assert "cannot hold the condition" in found.missing.en
    assert "one.yaml" in found.missing.en


@THERE
def test_a_plan_is_compiled_once(rules: Rules) -> None:
    """The rules of two days of one state of the law share a plan."""
    other = rules.pack.on(date(2017, 12, 30))

    assert compiled(other) is compiled(rules)


GUARANTEE = rule("guarantee", subject="household", criteria={"renting": "rents"}, gives="{status: urban}")
AID = rule("aid", criteria={"on-it": 'status == "urban"'}, gives="{poor: true}")
MORE = rule("more", criteria={"poor": "poor"})
OTHER = rule("other", criteria={"not-on-it": 'status == "none"'})


def chained(pack: RulePack) -> tuple[list[tuple[str, str, int]], Opinion]:
    """Returns what the core says that a grant turns, and the second opinion on it."""
    profile = family(pack, {}, rents=True, status="none")
    rules = pack.on(DAY)
    screening = screen(rules, profile, cross_check=True)
    core = consequences(rules, profile, screening)
    found = with_chains(rules, profile, screening, core)
    assert found is not None
    return [
        (each.claim.entitlement, each.outcome, each.step) for one in core for each in (*one.unlocks, *one.closes)
    ], found


@THERE
def test_grants_are_chained_by_both(make: Callable[..., RulePack]) -> None:
    """What a grant opens, what that opens in turn, and what ends, both engines find by themselves."""
    turns, found = chained(make(rules={"guarantee": GUARANTEE, "aid": AID, "more": MORE, "other": OTHER}))

    assert turns == [("aid", "eligible", 1), ("more", "eligible", 2), ("other", "ineligible", 1)]
    assert (found.missing, found.turns) == (None, ())


@THERE
@pytest.mark.parametrize("kept", [0, 1])
def test_a_stratum_of_grants_too_few_is_noticed(
    make: Callable[..., RulePack], monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    """A compiler that leaves out a stratum of the chain misses what the last grants open, and that is shown."""
    strata = Compiler.chain
    monkeypatch.setattr(Compiler, "chain", lambda self: list(strata(self))[:kept])

    _, found = chained(make(rules={"guarantee": GUARANTEE, "aid": AID, "more": MORE}))

    assert ("more", "eligible", "unchanged") in [
        (each.claim.entitlement, each.core, each.durable) for each in found.turns
    ]


@THERE
def test_names_with_one_hash_are_refused(make: Callable[..., RulePack]) -> None:
    """A pack of which two facts cannot be told apart by the engine gets no second opinion, and both are named."""
    facts = facts_file({"costarring": "type: bool", "liquid": "type: bool", **PERSON})
    pack = make(facts=facts, rules={"one": rule("one", criteria={"one": "costarring and not liquid"})})

    found = screen(pack.on(DAY), family(pack, {}), cross_check=True).second_opinion

    assert found is not None
    assert found.missing is not None
    assert "`costarring , liquid`" in found.missing.en


@THERE
@pytest.mark.parametrize("name", ["KIND", "HOME", "ID", "sid", "COMPLETE", "D0a", "C0"])
def test_a_fact_may_have_a_name_that_the_engine_uses(make: Callable[..., RulePack], name: str) -> None:
    """A pack whose facts are called as the engine's own words are gets the same answers from both, unknown ones too."""
    facts = facts_file({name: "type: bool", **PERSON}, {"BOTH": "type: bool", "members_complete": "type: bool"})
    condition = f"{name} and any(m.{name} for m in members) or BOTH"
    pack = make(facts=facts, rules={"one": rule("one", criteria={"one": condition})})
    rules = pack.on(DAY)

    families: list[list[dict[str, object]]] = [[{}], [{name: True}], [{name: False}, {}]]
    found = [screen(rules, family(pack, *members), cross_check=True) for members in families]

    assert [each.second_opinion.missing if each.second_opinion else "" for each in found] == [None] * 3
    assert [each.second_opinion.differences if each.second_opinion else "" for each in found] == [()] * 3


@THERE
@pytest.mark.parametrize(
    "condition",
    [
        " and ".join(f"(rooms > {at} or income > rent)" for at in range(20)),
        " and ".join(f"(disabled or rents or any(m.poor and m.age == {at} for m in members))" for at in range(12)),
    ],
    ids=["two facts", "three facts"],
)
def test_what_falls_apart_into_too_many_ways_is_refused_at_once(make: Callable[..., RulePack], condition: str) -> None:
    """A condition with more combinations than the engine holds is refused before they are made."""
    pack = make(rules={"one": rule("one", criteria={"one": condition.replace("income > rent", "disabled")})})

    found = screen(pack.on(DAY), family(pack, {}), cross_check=True).second_opinion

    assert found is not None
    assert found.missing is not None
    assert "too many rules" in found.missing.en


@THERE
def test_many_alternatives_of_one_fact_are_dealt_out(make: Callable[..., RulePack]) -> None:
    """Seventy alternatives of one fact stand in rules of their own, and no ruleset has more than the engine holds."""
    facts = facts_file({f"f{at}": "type: bool" for at in range(70)} | PERSON)
    condition = " or ".join(f"f{at}" for at in range(70))
    pack = make(facts=facts, rules={"one": rule("one", criteria={"one": condition})})
    told = {f"f{at}": at == 69 for at in range(70)}

    found = screen(pack.on(DAY), family(pack, told, dict.fromkeys(told, True), {}), cross_check=True).second_opinion

    assert found is not None
    assert (found.missing, found.differences) == (None, ())


@THERE
def test_nothing_is_run_from_the_folder_at_hand(tmp_path: Path) -> None:
    """A module of the engine's name in the folder where the command is run is not imported."""
    (tmp_path / "durable.py").write_text("open('taken', 'w').close()", "utf-8")

    done = run("screen", str(FAMILY), "--cross-check", "--lang", "en", folder=tmp_path)

    assert b"all agree" in done.stdout
    assert not (tmp_path / "taken").exists()


@THERE
def test_a_worker_ends_by_itself() -> None:
    """A worker whose answer nobody waits for is ended by the system soon after its time."""
    code = "from eligibility.rete import worker; worker.GRACE_SECONDS = 0.2; worker._alarm(0.1); import time; time.sleep(60)"

    done = subprocess.run([sys.executable, "-c", code], timeout=30, check=False, capture_output=True)

    assert done.returncode == -signal.SIGALRM
