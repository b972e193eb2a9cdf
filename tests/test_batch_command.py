"""The command `batch`: what it prints, how it ends, what it explains, and what it never tells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from batches import tree
from families import ROOT, run

from eligibility.commands.running import progress
from eligibility.population import Step
from eligibility.words import width

TABLES = ["batch", "examples/tables/persons.csv", "--households", "examples/tables/households.csv"]
DAY = ["--as-of", "2017-12-31"]
MARKER = "Zzmarkerzz"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Gives the run of the example tables."""
    folder = tmp_path_factory.mktemp("runs") / "out"
    done = run(*TABLES, *DAY, "-o", str(folder))
    assert done.returncode == 0, done.stderr.decode()
    return folder


@pytest.mark.parametrize("columns", ["40", "100"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_closing_screen(lang: str, columns: str, out: Path) -> None:
    """The screen says how many were read, answered and refused, what the answers are, where the files are, and that it decides nothing."""
    done = run(*TABLES, "-o", str(out), "--resume", environment={"ELIGIBILITY_LANG": lang, "COLUMNS": columns})
    told = done.stdout.decode()
    joined = "".join(told.split())

    assert done.returncode == 0
    assert ("初筛，不是审批决定" if lang == "zh" else "notadecision") in joined
    assert ("读入12行" if lang == "zh" else "rowsread12") in joined
    assert ("2017年12月31日" if lang == "zh" else "31December2017") in joined
    assert ("determinations/：每项结果一行" if lang == "zh" else "determinations/:arowforeachanswer") in joined
    assert [line for line in told.splitlines() if width(line) > int(columns) and " " in line.strip()[2:]] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_screen_and_the_totals_have_one_number_under_one_name(lang: str, out: Path) -> None:
    """Eligible, undetermined and ineligible are the same on the screen, in the manifest, the totals and the report; open services apart."""
    done = run(*TABLES, "-o", str(out), "--resume", environment={"ELIGIBILITY_LANG": lang, "COLUMNS": "100"})
    whole = pl.read_parquet(out / "summary" / "whole.parquet").row(0, named=True)
    counts = json.loads((out / "manifest.json").read_text("utf-8"))["counts"]
    rows = pl.read_parquet(out / "determinations" / "*.parquet").group_by("outcome").len().rows()
    screen = {line.split()[0]: line.split()[-2:] for line in done.stdout.decode().splitlines() if line.strip()}
    names = {"zh": ("符合", "待定"), "en": ("eligible", "undetermined")}[lang]

    for name, said in zip(("eligible", "undetermined"), names, strict=True):
        assert whole[f"answers_{name}"] == counts[name] > 0
        assert whole[f"open_{name}"] == counts[f"open_{name}"]
        assert screen[said] == [f"{counts[name]:,}", f"{counts[f'open_{name}']:,}"]
        assert dict(rows)[name] == counts[name] + counts[f"open_{name}"]
    assert counts["open_eligible"] > 0
    apart = {"zh": "另计：面向所有人的服务", "en": "apart: services open to all"}[lang]
    assert apart in done.stdout.decode()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_lists_of_take_up_are_called_what_they_are(lang: str, tmp_path: Path) -> None:
    """The screen calls the lists of take-up what is due and not received, and what is to be checked: it speaks of no wrong."""
    done = run(*TABLES, *DAY, "--take-up", "--lang", lang, "-o", str(tmp_path / "out"), environment={"COLUMNS": "200"})
    said = {
        "zh": "take-up.parquet：应享未享、在享待核实",
        "en": "take-up.parquet: what is due and not received, and what is received and to be checked",
    }[lang]

    assert said in done.stdout.decode()


def test_json_is_for_machines_throughout(tmp_path: Path) -> None:
    """With `--format json` the files are JSON Lines and the closing screen is one object."""
    done = run(*TABLES, *DAY, "--format", "json", "-o", str(tmp_path / "out"))
    told = json.loads(done.stdout)

    assert told["counts"]["rows"] == 12
    assert told["complete"] is True
    assert (tmp_path / "out" / "determinations" / "00000.jsonl").exists()


def test_nothing_but_data_on_standard_output(out: Path) -> None:
    """Where standard error is no terminal it has no progress and no colour."""
    done = run(*TABLES, "-o", str(out), "--resume", "--lang", "en")

    assert " ".join(done.stderr.decode().split()) == "this run was finished before, and its files are as they were"
    assert b"\x1b" not in done.stdout


ENDS = {
    "no folder for the results": ([*TABLES, *DAY], 2, "--output"),
    "no table": (["batch", "-o", "out"], 2, "TABLE"),
    "a table that is not there": (["batch", "nosuch.csv", "-o", "OUT"], 2, "nosuch.csv"),
    "an entitlement that is not there": (
        [*TABLES, "--only", "medical-asistance", "-o", "OUT"],
        2,
        "medical-assistance",
    ),
    "chunks of nothing": ([*TABLES, "--chunk-rows", "0", "-o", "OUT"], 2, "--chunk-rows"),
    "a file for the folder": ([*TABLES, "-o", "cli.py"], 2, "cli.py"),
    "the folder of somebody else": ([*TABLES, "-o", "tests"], 2, "holds something else"),
    "a folder of tables with the results in it": (
        ["batch", "examples/tables", "-o", "examples/tables/out"],
        2,
        "overlap",
    ),
    "a table that is none": (["batch", "examples/li-family.yaml", "-o", "OUT"], 3, "li-family.yaml"),
    "a row of no run": ([*TABLES, "--explain", "x", "-o", "examples"], 2, "holds no run"),
    "a row that is not there": ([*TABLES, *DAY, "--explain", "persons.csv:99"], 2, "no such row"),
    "a form that is not there": ([*TABLES, "--format", "xml", "-o", "OUT"], 2, "parquet"),
}


@pytest.mark.parametrize("name", list(ENDS))
def test_how_it_ends(name: str, tmp_path: Path) -> None:
    """Each call ends with its code, the reason stands on standard error alone, in both languages, and no folder is left."""
    arguments, code, said = ENDS[name]
    arguments = [str(tmp_path / "out") if each == "OUT" else each for each in arguments]
    zh, en = (run(*arguments, environment={"ELIGIBILITY_LANG": lang}) for lang in ("zh", "en"))

    assert (zh.returncode, en.returncode) == (code, code), en.stderr.decode()
    assert zh.stdout + en.stdout == b""
    assert said in " ".join(en.stderr.decode().split())
    assert not zh.stderr.isascii()
    assert b"Traceback" not in zh.stderr + en.stderr
    assert not (tmp_path / "out").exists()
    assert not (ROOT / "examples" / "tables" / "out").exists()


def wrong_table(folder: Path) -> Path:
    """Writes a table with one row that is right and some that are not, markers in all that must not be told."""
    path = folder / "people.csv"
    path.write_text(
        "household_id,id,name,birth_date,sex\n"
        f"a,a,{MARKER},1950-01-01,male\n"
        f"b,b,{MARKER},{MARKER},female\n"
        f"c,c,{MARKER},1950-01-01,{MARKER}\n",
        "utf-8",
    )
    return path


def test_rows_that_are_refused_end_it_with_4(tmp_path: Path) -> None:
    """Rows that cannot be taken are told in the file of rejects, the others are answered, and the command ends with 4."""
    done = run("batch", str(wrong_table(tmp_path)), *DAY, "-o", str(tmp_path / "out"), "--lang", "en")
    told = (tmp_path / "out" / "rejects.csv").read_text("utf-8-sig").splitlines()

    assert done.returncode == 4
    assert [line.split(",")[:3] for line in told[1:]] == [
        ["people.csv", "3", "birth_date"],
        ["people.csv", "4", "sex"],
    ]
    assert "3 read" in done.stdout.decode().replace("rows read 3", "3 read")


@pytest.mark.parametrize(
    "form", ["parquet", "csv", *(pytest.param(form, marks=pytest.mark.slow) for form in ("xlsx", "json"))]
)
def test_no_value_of_a_person_is_told(form: str, tmp_path: Path) -> None:
    """No name and no wrong value reaches the screens, the manifest, the rejects, or the name of a file."""
    table = wrong_table(tmp_path)
    done = run("batch", str(table), *DAY, "--format", form, "--take-up", "-o", str(tmp_path / "out"))
    lost = run("batch", str(table), *DAY, "--explain", "people.csv:3")
    shown = run("batch", str(table), *DAY, "--explain", "a/a", "--only", "resident-pension")
    files = tree(tmp_path / "out")

    assert (done.returncode, lost.returncode, shown.returncode) == (4, 3, 0)
    told = [done.stdout, done.stderr, lost.stdout, lost.stderr, shown.stdout, shown.stderr, *files.values()]
    assert [each for each in told if MARKER.encode() in each] == []
    assert [name for name in files if MARKER in name] == []


def test_names_are_shown_where_asked_for(tmp_path: Path) -> None:
    """An explanation has the name of a person only with `--show-personal`."""
    row = ["--explain", "people.csv:2", "--only", "resident-pension"]
    done = run("batch", str(wrong_table(tmp_path)), *DAY, *row, "--show-personal")

    assert MARKER in done.stdout.decode()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_row_is_explained_as_explain_does(lang: str, out: Path, tmp_path: Path) -> None:
    """Any row of a run expands to the very tree that `explain` gives for that person."""
    profile = tmp_path / "wen.yaml"
    profile.write_text(
        "id: wen\nas_of: 2017-12-31\nhousehold: {residence_county: '620402', area: urban, dibao: none}\nmembers:\n"
        "  - {id: dad, relation: head, birth_date: 1985-03-02, sex: male, hukou_county: '620402', education_stage: none,"
        " disability_certificate: false}\n"
        "  - {id: mum, relation: spouse, birth_date: 1987-11-30, sex: female, hukou_county: '620402',"
        " education_stage: none, disability_certificate: false}\n"
        "  - {id: girl, relation: child, birth_date: 2013-09-12, sex: female, hukou_county: '620402',"
        " education_stage: kindergarten, school_ownership: public, school_county: '620402', school_registered: true,"
        " disability_certificate: false}\n",
        "utf-8",
    )
    tongue = {"ELIGIBILITY_LANG": lang}
    alone = run("explain", str(profile), "fee-free-preschool", "girl", environment=tongue)
    for row in ("persons.csv:4", "examples/tables/persons.csv:4", "wen/girl"):
        found = run(*TABLES, "-o", str(out), "--explain", row, "--only", "fee-free-preschool", environment=tongue)
        assert found.returncode == 0
        assert found.stdout == alone.stdout


def test_a_row_is_explained_for_what_it_can_have(out: Path) -> None:
    """Without `--only` a row has its open and granted answers, with `--all` every one, a household's its members' too."""
    calls = {
        "row": ["--explain", "persons.csv:5"],
        "all": ["--explain", "persons.csv:5", "--all"],
        "home": ["--explain", "households.csv:3"],
        "whole": ["--explain", "shi"],
    }
    found = {
        name: json.loads(run(*TABLES, "-o", str(out), "--format", "json", *words).stdout)
        for name, words in calls.items()
    }
    texts = {name: [each["text"] for each in one["branches"] if each["status"]] for name, one in found.items()}
    outcomes = {name: {each["status"] for each in one["branches"]} for name, one in found.items()}
    table = pl.read_parquet(out / "determinations" / "00000.parquet").filter(pl.col("household_id") == "shi")

    assert len(texts["row"]) == table.filter(pl.col("id") == "granny").height
    assert len(texts["home"]) == table.filter(pl.col("id").is_null()).height
    assert len(texts["whole"]) == table.height
    assert len(texts["all"]) > len(texts["row"])
    assert "false" not in outcomes["row"]
    assert "false" in outcomes["all"]


def test_an_explanation_rests_on_what_the_run_rests_on(out: Path, tmp_path: Path) -> None:
    """A run is explained only by the tables, the rules and the day that it rests on; its day need not be said."""
    other = tmp_path / "persons.csv"
    other.write_bytes((ROOT / "examples/tables/persons.csv").read_bytes() + b"new,x,,,,,,,,,,\n")
    households = TABLES[2:]
    changed = run("batch", str(other), *households, "-o", str(out), "--explain", "wen/dad", "--lang", "en")
    later = run(*TABLES, "-o", str(out), "--as-of", "2018-01-01", "--explain", "wen/dad", "--lang", "en")

    assert (changed.returncode, later.returncode) == (2, 2)
    assert b"the tables that are read" in changed.stderr
    assert b"--as-of" in later.stderr
    assert run(*TABLES, "-o", str(out), "--explain", "wen/dad", "--only", "resident-pension").returncode == 0


def test_a_day_need_not_be_said_twice(tmp_path: Path) -> None:
    """A run that is gone on with keeps its day and the language of its files, whatever day and language it is by then."""
    first = run(*TABLES, *DAY, "--format", "csv", "-o", str(tmp_path / "out"))
    before = tree(tmp_path / "out")
    again = run(*TABLES, "--format", "csv", "-o", str(tmp_path / "out"), "--resume", "--lang", "en")

    assert (first.returncode, again.returncode) == (0, 0)
    assert tree(tmp_path / "out") == before


@pytest.mark.parametrize(
    ("step", "kept", "seconds", "zh", "en"),
    [
        (
            Step(500, 2000),
            0,
            5.0,
            "25%，还要 0:15，每秒 100 行，500/2,000 行",
            "25%, 0:15 left, 100 rows a second, 500 of 2,000 rows",
        ),
        (Step(500, None), 0, 5.0, "每秒 100 行，500 行", "100 rows a second, 500 rows"),
        (
            Step(1500, 2000),
            1000,
            5.0,
            "75%，还要 0:05，每秒 100 行，1,500/2,000 行",
            "75%, 0:05 left, 100 rows a second, 1,500 of 2,000 rows",
        ),
        (Step(1000, 2000, kept=True), 1000, 5.0, "50%，1,000/2,000 行", "50%, 1,000 of 2,000 rows"),
        (
            Step(1, 1_000_000),
            0,
            1.0,
            "0%，还要 277:46:39，每秒 1 行，1/1,000,000 行",
            "0%, 277:46:39 left, 1 rows a second, 1 of 1,000,000 rows",
        ),
    ],
)
def test_progress_says_how_long_it_takes(step: Step, kept: int, seconds: float, zh: str, en: str) -> None:
    """Progress tells the share, the rows, the pace of this run alone, and the time left, as far as they are known."""
    told = progress(step, kept, seconds)

    assert (told.zh, told.en) == (zh, en)


def test_progress_is_shown_on_a_terminal(tmp_path: Path) -> None:
    """On a terminal the command shows how far it is, and with `--quiet` it does not."""
    pty = pytest.importorskip("pty")
    told = []
    for quiet in ([], ["--quiet"]):
        master, slave = pty.openpty()
        command = [
            sys.executable,
            "cli.py",
            *TABLES,
            *DAY,
            "--chunk-rows",
            "5",
            *quiet,
            "-o",
            str(tmp_path / f"{len(quiet)}"),
        ]
        environment = {**os.environ, "TERM": "xterm", "ELIGIBILITY_LANG": "en"}
        environment.pop("NO_COLOR", None)
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=slave)
        os.close(slave)
        seen = b""
        try:
            while chunk := os.read(master, 1 << 16):
                seen += chunk
        except OSError:
            # So a terminal of Linux says that nobody writes to it any more.
            pass
        os.close(master)
        assert process.wait(timeout=300) == 0
        told.append(seen)
    assert b"rows" in told[0]
    assert told[1] == b""
