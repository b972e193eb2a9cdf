"""`verify` on the command line: what it prints, what it saves, and how it ends, in both languages."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from families import ROOT, run
from packs_for_tests import benefit, make_pack, rule

from eligibility.commands import main
from eligibility.packs.calendar import RulePack
from eligibility.solver import engine
from eligibility.testing.cases import case_files, read_cases
from eligibility.testing.cases import run as run_case
from eligibility.testing.declared import declared
from eligibility.verify.whole import Report, Run, law_days
from eligibility.words import width

HEATING = "examples/packs/heating"
BAIYIN = ROOT / "rules" / "baiyin"


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """Returns a pack in which somebody eligible is in no tier."""
    tiers = benefit({"age < 10": "basic", "age >= 11": "basic * 2"})
    make_pack(tmp_path / "pack", rules={"one": rule("one", criteria={"all": "true"}, benefit=tiers)})
    return tmp_path / "pack"


@pytest.mark.parametrize(("lang", "clean"), [("zh", "没有问题"), ("en", "clean")])
def test_a_clean_pack_ends_well(lang: str, clean: str) -> None:
    """A pack in which nothing is found ends with 0, its steepest cliff told all the same."""
    done = run("verify", HEATING, "--lang", lang)

    assert done.returncode == 0, done.stderr.decode()
    assert clean in done.stdout.decode()
    assert "888" in done.stdout.decode()


@pytest.mark.parametrize(("lang", "said"), [("zh", "却不在任何一档"), ("en", "is in no tier")])
@pytest.mark.parametrize("columns", ["40", "100"])
def test_a_finding_shows_its_household(faulty: Path, lang: str, said: str, columns: str) -> None:
    """A finding ends with 1 and shows its household, every line inside the width."""
    done = run("verify", str(faulty), "--lang", lang, environment={"COLUMNS": columns})
    text = done.stdout.decode()

    assert done.returncode == 1
    assert said in re.sub(r"\n\s*", "" if lang == "zh" else " ", text)
    assert "age: 10" in text
    assert max(width(line) for line in text.splitlines()) <= int(columns)


def test_json_has_everything(faulty: Path) -> None:
    """A program reads the check, the rule, both languages, the household, and the case that keeps it."""
    done = run("verify", str(faulty), "--format", "json", "--on", "2020-06-01")
    said = json.loads(done.stdout)
    (found,) = [each for each in said["findings"] if each["counts"]]

    assert done.returncode == 1
    assert said["passes"] is False
    assert said["days"] == ["2020-06-01"]
    assert (found["check"], found["rule"], found["entitlement"]) == ("gap", "one", "one")
    assert found["household"]["profiles"][0]["members"] == [{"id": "a", "age": 10}]
    assert set(found["message"]) == {"zh", "en"}
    assert "age: 10" in found["case"]


def test_what_is_found_is_saved_as_a_case(faulty: Path, tmp_path: Path) -> None:
    """Into a folder goes a file for each entitlement, of which every case reads and passes; no file is written over."""
    folder = tmp_path / "kept"
    done = run("verify", str(faulty), "--save", str(folder))
    again = run("verify", str(faulty), "--save", str(folder))
    forced = run("verify", str(faulty), "--save", str(folder / "one.test.yaml"), "--force")
    pack = RulePack.load(faulty)
    (file,) = case_files(folder)

    assert (done.returncode, again.returncode, forced.returncode) == (1, 2, 1)
    assert "--force" in again.stderr.decode()
    assert [run_case(each) for each in read_cases(pack, file)] == [[]]


def test_a_case_file_is_about_one_entitlement(tmp_path: Path) -> None:
    """Cases of several entitlements want a folder; nor is a folder made above it, nor another kind of file written."""
    tiers = benefit({"age < 10": "basic", "age >= 11": "basic * 2"})
    rules = {id: rule(id, criteria={"all": "true"}, benefit=tiers) for id in ("one", "two")}
    make_pack(tmp_path / "pack", rules=rules)
    for name, said in (("ver.yaml", "a folder"), ("no/such", "no folder"), ("ver.txt", ".yaml file")):
        done = run("verify", str(tmp_path / "pack"), "--lang", "en", "--save", str(tmp_path / name))

        assert done.returncode == 2
        assert said in " ".join(done.stderr.decode().split())
    assert [each.name for each in tmp_path.iterdir()] == ["pack"]


def test_html_is_a_page_of_its_own(faulty: Path, tmp_path: Path) -> None:
    """The page holds the finding and its household, for whoever does not read code."""
    file = tmp_path / "proofs.html"
    done = run("verify", str(faulty), "--format", "html", "-o", str(file), "--lang", "en")
    page = file.read_text("utf-8")

    assert done.returncode == 1
    assert "somebody eligible is in no tier" in page
    assert "<li>a: name: 10 years</li>" in page


def test_only_looks_at_what_is_named(faulty: Path) -> None:
    """`--only` names entitlements of the pack; another name is an error with the nearest one."""
    assert run("verify", str(faulty), "--only", "one").returncode == 1
    wrong = run("verify", str(faulty), "--only", "onne", "--lang", "en")

    assert wrong.returncode == 2
    assert "`one`" in wrong.stderr.decode()


@pytest.mark.parametrize("command", ["verify", "cases", "diff"])
def test_nothing_is_proved_of_nothing(command: str) -> None:
    """On a day on which nothing is in force, or what is named is not, there is no proof that would look like a good one."""
    days = ("--on", "1990-01-01", *(("--and", "1991-01-01") if command == "diff" else ()), "--lang", "en")
    bare, named = (run(command, HEATING, *only, *days) for only in ((), ("--only", "heating-allowance")))

    assert (bare.returncode, named.returncode) == (2, 2)
    assert "nothing is in force on 1990-01-01" in bare.stderr.decode()
    assert "`heating-allowance` is not in force on 1990-01-01" in named.stderr.decode()


def test_the_bound_of_members_is_said_and_can_be_moved(tmp_path: Path) -> None:
    """What takes five people is impossible for three, which is said; with `--members 5` it is not told any more."""
    make_pack(tmp_path / "pack", rules={"one": rule("one", criteria={"big": "size >= 5"})})
    few = run("verify", str(tmp_path / "pack"), "--lang", "en")
    more = run("verify", str(tmp_path / "pack"), "--lang", "en", "--members", "5")

    assert few.stdout.decode().count("for households of up to 3 living members") > 1
    assert "can never be true" not in more.stdout.decode()
    assert "up to 5 living members" in more.stdout.decode()


def test_cases_say_among_how_many_nobody_was_found(tmp_path: Path) -> None:
    """That nobody comes to a side is said with the most members that were looked at."""
    make_pack(tmp_path / "pack", rules={"one": rule("one", criteria={"big": "size >= 8"})})
    done = run("cases", str(tmp_path / "pack"), "--on", "2020-06-01", "--lang", "en", environment={"COLUMNS": "200"})

    assert "in households of up to 6 living members" in done.stdout.decode()


def test_a_pack_without_entitlements_has_nothing_to_prove(tmp_path: Path) -> None:
    """A pack with no entitlement is not called clean."""
    make_pack(tmp_path / "pack", rules={})
    done = run("verify", str(tmp_path / "pack"), "--lang", "en")

    assert done.returncode == 2
    assert "nothing to prove" in done.stderr.decode()


def test_a_pack_that_does_not_load_ends_with_3(faulty: Path) -> None:
    """Nothing is proved of a pack that does not load, nor of one whose laws are wrong."""
    (faulty / "laws.yaml").write_text("waived: {redundant: {two: {why: {zh: 一, en: a}, cite: law art1}}}\n", "utf-8")
    done = run("verify", str(faulty), "--format", "json")

    assert done.returncode == 3
    assert json.loads(done.stdout)["loads"] is False
    assert run("verify", str(faulty)).returncode == 3


def test_without_the_solver_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where z3 is not installed one line says so, and another one which command brings it."""
    monkeypatch.setattr(engine, "available", lambda: False)
    for command in (["verify"], ["cases"], ["diff", str(ROOT / HEATING)]):
        with pytest.raises(SystemExit) as ended:
            main([*command, str(ROOT / HEATING), "--lang", "en"])

        assert ended.value.code != 0
        assert "pip install 'eligibility[verify]'" in capsys.readouterr().err


def told(report: Report) -> list[str]:
    """Returns what keeps a pack from passing."""
    found = [f"{each.found.check} {each.found.rule}: {each.found.said.en}" for each in report.told if each.counts]
    return found + [each.text("en") for each in report.unused]


def test_baiyin_is_clean_on_one_day() -> None:
    """Of the whole plan, by the law of one day, everything is proved, and what is found is excused with a reason."""
    pack = RulePack.load(BAIYIN)

    assert told(Run(pack, declared(pack)).over([law_days(pack)[-1]])) == []


MEASURED = """
import json, os, subprocess, sys

with subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE) as process:
    said = json.loads(process.stdout.read())
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
print(json.dumps([process.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss, said["proofs"]]))
"""
"""Runs a command and prints how it ended, its seconds of a processor, its kilobytes at most, and how many proofs it made."""


@pytest.mark.slow
def test_one_day_of_baiyin_keeps_to_its_budget() -> None:
    """The whole plan on one day takes at most 30 seconds of a processor and 300 MB, whatever else the machine does."""
    command = [str(ROOT / "cli.py"), "verify", str(BAIYIN), "--on", "2026-01-01", "--format", "json"]
    # A process counts as its own what the one that started it had held: one that is small starts it and measures.
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, sys.executable, *command], cwd=ROOT, capture_output=True, check=True
    )
    code, seconds, kilobytes, proofs = json.loads(done.stdout)

    assert code == 0
    assert proofs > 700
    assert seconds <= 30
    assert kilobytes <= 300 * 1024


@pytest.mark.slow
def test_baiyin_is_clean_by_every_law() -> None:
    """Of every law of the plan everything is proved, what has not changed once, and every waiver is needed."""
    pack = RulePack.load(BAIYIN)
    report = Run(pack, declared(pack)).over([])

    assert told(report) == []
    assert len(report.days) > 30
    assert report.shared > report.proofs
