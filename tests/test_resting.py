"""What a run rests on: other readings, local figures and how much was in force are named wherever its answers are."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from families import ROOT, run

from eligibility.runs.manifest import Basis, LocalFigures, RunOptions
from eligibility.totals.resting import differing, in_force

TABLES = ["batch", "examples/tables/persons.csv", "--households", "examples/tables/households.csv"]
DAY, EARLY = ["--as-of", "2017-12-31"], ["--as-of", "1999-06-01"]
FIGURES = """
sources:
  county-notice: {title: {zh: 白银区低保标准通知, en: Notice of the line of the guarantee}, confidence: seen}
parameters:
  urban_guarantee_line:
    values:
      - {from: 2016-01-01, to: 2018-12-31, place: '620402', value: 520, source: county-notice, confidence: seen}
"""
ONE = {"zh": "本地数字文件：county.yaml（摘要 ", "en": "local figures: county.yaml ("}
SOURCE = {
    "zh": "urban_guarantee_line；来源：白银区低保标准通知",
    "en": "urban_guarantee_line; sources: Notice of the line",
}
READING = {
    "zh": "另选的读法：school-territory=gansu（学校须在甘肃）",
    "en": "another reading chosen: school-territory=gansu (The school must lie in Gansu)",
}
NOTHING = {"zh": "这一天没有任何事项在施行", "en": "no entitlement of these rules was in force on that day"}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Gives runs of the example tables: plain, otherwise read with local figures, and of a day on which nothing is in force."""
    folder = tmp_path_factory.mktemp("resting")
    (folder / "county.yaml").write_text(FIGURES, "utf-8")
    local = ["--local", str(folder / "county.yaml")]
    asked: dict[str, list[str]] = {"plain": DAY, "local": [*DAY, *local], "early": EARLY}
    asked["other"] = [*DAY, *local, "--reading", "school-territory=gansu"]
    for name, options in asked.items():
        done = run(*TABLES, *options, "--lang", "en", "-o", str(folder / name))
        assert done.returncode == 0, done.stderr.decode()
    return folder


def joined(text: bytes) -> str:
    """Returns what a terminal showed without its breaks of lines."""
    return " ".join(text.decode().split())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_run_names_its_readings_and_local_figures(lang: str, runs: Path, tmp_path: Path) -> None:
    """The screen and the report name each reading that was chosen, each file of local figures, and what these rest on."""
    local = ["--local", str(runs / "county.yaml"), "--reading", "school-territory=gansu"]
    done = run(*TABLES, *DAY, *local, "--lang", lang, "-o", str(tmp_path / "out"), environment={"COLUMNS": "300"})
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    basis = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["basis"]

    for text in (joined(done.stdout), " ".join(page.split())):
        for said in (ONE, SOURCE, READING):
            assert said[lang] in text or said[lang][:1].upper() + said[lang][1:] in text
    assert [each["name"] for each in basis["local"]] == ["county.yaml"]
    assert basis["local"][0]["sources"] == [{"zh": "白银区低保标准通知", "en": "Notice of the line of the guarantee"}]
    assert str(runs) not in json.dumps(basis)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("old", "new", "names"), [("plain", "other", 2), ("local", "other", 1), ("plain", "plain", 0)])
def test_two_runs_say_first_in_what_they_differ(old: str, new: str, names: int, lang: str, runs: Path) -> None:
    """The first line of a difference says that readings or local figures differ, and each run names its own."""
    told = run("diff-run", str(runs / old), str(runs / new), "--lang", lang, environment={"COLUMNS": "300"})
    lines = [line.strip() for line in told.stdout.decode().splitlines()]
    first = {
        "zh": ["两次的依据相同", "两次不同的是：所选的读法", "两次不同的是：所选的读法、本地数字"],
        "en": [
            "both runs rest on the same",
            "the runs differ in: the readings chosen",
            "the runs differ in: the readings chosen, the local figures",
        ],
    }[lang]
    side = {"zh": "新：", "en": "new: "}[lang]

    assert lines[1] == first[names]
    assert (side + READING[lang] in lines) is (new == "other")
    assert any(line.startswith(side + ONE[lang]) and SOURCE[lang] in line for line in lines) is (new == "other")


def test_the_difference_as_json_says_what_each_run_rests_on(runs: Path) -> None:
    """JSON names in what the runs differ, and of each its readings, its local figures with their sources, and what was in force."""
    told = json.loads(run("diff-run", str(runs / "early"), str(runs / "other"), "--format", "json").stdout)

    assert told["differs"] == ["as_of", "readings", "local"]
    assert (told["old"]["readings"], told["old"]["local"], told["old"]["entitlements"]) == ({}, [], 0)
    assert told["new"]["readings"] == {"school-territory": "gansu"}
    (local,) = told["new"]["local"]
    assert (local["name"], local["figures"]) == ("county.yaml", ["urban_guarantee_line"])
    assert [each["en"] for each in local["sources"]] == ["Notice of the line of the guarantee"]
    assert told["new"]["entitlements"] > 60


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_day_without_law_is_said(lang: str, runs: Path, tmp_path: Path) -> None:
    """Where nothing is in force the screen, standard error beside JSON, the top of the report and a difference say so in a sentence."""
    wide = {"COLUMNS": "300"}
    text = run(*TABLES, *EARLY, "--lang", lang, "-o", str(tmp_path / "text"), environment=wide)
    page = (tmp_path / "text" / "report.html").read_text("utf-8")
    machine = run(*TABLES, *EARLY, "--format", "json", "--lang", lang, "-o", str(tmp_path / "json"), environment=wide)
    both = run("diff-run", str(runs / "early"), str(runs / "plain"), "--lang", lang, environment=wide)

    assert NOTHING[lang] in joined(text.stdout)
    assert NOTHING[lang] in joined(machine.stderr)
    assert json.loads(machine.stdout)["counts"]["eligible"] == 0
    top = page[: page.index("<section")].casefold()
    assert NOTHING[lang] in top
    side = {
        "zh": ("旧：", "新：查的是这一天施行的事项，共 "),
        "en": ("old: ", "new: entitlements in force on that day"),
    }
    assert side[lang][0] + {"zh": "规则包里", "en": ""}[lang] + NOTHING[lang] in joined(both.stdout)
    assert side[lang][1] in joined(both.stdout)


def test_of_what_was_asked_for_nothing_may_be_in_force() -> None:
    """With `--only` the sentence is about those entitlements; a day with law says how many there are."""
    assert "asked for was in force" in in_force(0, some=True).en
    assert "no entitlement of these rules" in in_force(0).en
    assert in_force(68).en.endswith("68")


LOCAL = LocalFigures("a.yaml", "sha256:1", ("line",), ())
BASIS = Basis({"x": "1"}, "p", "1", "sha256:a", {}, date(2020, 1, 1), "sha256:b", None, RunOptions())
OTHERS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "nothing": ({}, ()),
    "the day": ({"as_of": date(2021, 1, 1)}, ("as_of",)),
    "the rules": ({"digest": "sha256:c"}, ("rules",)),
    "a reading": ({"readings": {"r": "other"}}, ("readings",)),
    "local figures, which the digest counts": ({"local": (LOCAL,), "digest": "sha256:c"}, ("local",)),
    "local figures and the version": ({"local": (LOCAL,), "version": "2"}, ("rules", "local")),
    "the mapping": ({"mapping": "sha256:d"}, ("input",)),
    "the program": ({"engine": {"x": "2"}}, ("engine",)),
}


@pytest.mark.parametrize("name", list(OTHERS))
def test_in_what_two_runs_differ(name: str) -> None:
    """Whatever two runs rest on differently is named, and nothing else."""
    change, names = OTHERS[name]

    assert differing(BASIS, replace(BASIS, **change)) == names
    assert differing(replace(BASIS, **change), BASIS) == names


def test_local_figures_are_the_same_under_another_name() -> None:
    """A run goes on where the file of local figures only has another name, and not where it holds something else."""
    files = (LOCAL, replace(LOCAL, name="b.yaml"), replace(LOCAL, digest="sha256:2"))
    one, moved, other = (replace(BASIS, local=(each,)) for each in files)

    assert list(one.differences(moved)) == []
    assert [each.en for each in one.differences(other)] == ["the local figures, `--local`"]


def test_the_shipped_readings_are_those_that_are_told() -> None:
    """The reading that these tests choose stands in the pack that ships."""
    assert "school-territory:" in (ROOT / "rules" / "baiyin" / "readings.yaml").read_text("utf-8")
