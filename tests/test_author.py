"""`check` and `test`: exit codes, findings, failures with their reasons."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from eligibility.commands import main

ROOT = Path(__file__).resolve().parent.parent
Printed = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Returns a copy of the small example pack, to be broken."""
    return Path(shutil.copytree(ROOT / "examples" / "packs" / "heating", tmp_path / "heating"))


def call(capsys: Printed, *arguments: str) -> tuple[object, str, str]:
    """Returns the exit code of a command, what it prints, and what it notes."""
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--lang", "en"])
    printed = capsys.readouterr()
    return ended.value.code, printed.out, printed.err


def change(path: Path, old: str, new: str) -> None:
    """Replaces a part of a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_pack_that_ships_is_clean(capsys: Printed) -> None:
    """`check` finds nothing odd in the Baiyin pack."""
    code, out, err = call(capsys, "check")

    assert (code, err) == (0, "")
    assert out.strip().endswith(": clean")


def test_a_clean_pack_is_counted(folder: Path, capsys: Printed) -> None:
    """The summary counts entitlements, criteria, facts and parameters."""
    code, out, _ = call(capsys, "check", str(folder))

    assert code == 0
    assert out == "1 entitlements, 2 criteria and exclusions, 6 facts, 2 parameters: clean\n"


def test_a_finding_ends_with_one(folder: Path, capsys: Printed) -> None:
    """A pack that loads with something odd ends with 1 and says where."""
    (folder / "housing" / "forgotten.yml").write_text("id: x\n", encoding="utf-8")
    code, out, _ = call(capsys, "check", str(folder))

    assert code == 1
    assert "forgotten.yml:1:1: the file is not read: its ending must be `.yaml`" in " ".join(out.split())
    assert out.strip().endswith("1 finding")


def test_a_pack_that_does_not_load_ends_with_three_and_every_problem(folder: Path, capsys: Printed) -> None:
    """All problems of all files are told at once."""
    change(folder / "housing" / "heating-allowance.yaml", "when: rents\n", "when: rentz\n")
    change(folder / "clauses.yaml", "class:", "klass:")
    code, out, err = call(capsys, "check", str(folder))

    assert (code, out) == (3, "")
    assert "did you mean `rents`?" in err
    assert "there is no field `klass`" in err


def test_check_as_json(folder: Path, capsys: Printed) -> None:
    """In JSON the problems of a pack stand on standard output with file, line and column."""
    change(folder / "housing" / "heating-allowance.yaml", "when: rents\n", "when: rentz\n")
    code, out, _ = call(capsys, "check", str(folder), "--format", "json")
    found = json.loads(out)

    assert code == 3
    assert not found["loads"]
    assert (found["problems"][0]["line"], found["problems"][0]["column"]) == (13, 11)
    assert found["problems"][0]["help"]["en"] == "did you mean `rents`?"


def test_a_folder_that_does_not_exist_is_a_usage_error(capsys: Printed) -> None:
    """A path that cannot be opened ends with 2."""
    code, _, err = call(capsys, "check", "nowhere-at-all")

    assert code == 2
    assert "`nowhere-at-all` does not exist" in err


def test_naming_the_pack_twice_is_a_usage_error(folder: Path, capsys: Printed) -> None:
    """PACK and --pack together end with 2."""
    code, _, _ = call(capsys, "check", str(folder), "--pack", str(folder))

    assert code == 2


def test_cases_that_hold_are_counted(folder: Path, capsys: Printed) -> None:
    """When every case holds, the summary stands alone and the code is 0."""
    code, out, _ = call(capsys, "test", str(folder))

    assert (code, out) == (0, "9 passed, 0 failed\n")


def test_a_failed_case_shows_place_name_and_reasons(folder: Path, capsys: Printed) -> None:
    """A failure is told with file, line, name, both values and the reasons behind, and the code is 1."""
    cases = folder / "housing" / "heating-allowance.test.yaml"
    change(cases, "{outcome: ineligible, because: [income]}", "{outcome: eligible}")
    code, out, _ = call(capsys, "test", str(folder))

    assert code == 1
    place = f"{cases.as_posix()}:15: exactly at the limit is not below it: household: outcome: "
    reason = "expected eligible, got ineligible income: not met (a.income = 1500); bylaw art2"
    assert " ".join(out.split()) == f"{place}{reason} 8 passed, 1 failed"


def test_a_case_that_fails_twice_counts_once(folder: Path, capsys: Printed) -> None:
    """The summary counts cases, not differences."""
    change(
        folder / "housing" / "heating-allowance.test.yaml",
        "{outcome: eligible, amount: 16}",
        "{outcome: eligible, amount: 17, marks: [stale]}",
    )
    code, out, _ = call(capsys, "test", str(folder), "--format", "json")
    found = json.loads(out)

    assert code == 1
    assert (found["passed"], found["failed"], len(found["failures"])) == (8, 1, 2)


def test_a_case_file_with_errors_ends_with_three(folder: Path, capsys: Printed) -> None:
    """A misspelt expectation is an error with a caret, and nothing is run."""
    change(folder / "housing" / "heating-allowance.test.yaml", "amount: 16", "amont: 16")
    code, out, err = call(capsys, "test", str(folder))

    assert (code, out) == (3, "")
    assert "there is no field `amont`" in err
    assert "did you mean `amount`?" in err


def test_the_summary_is_the_same_line_in_chinese(folder: Path, capsys: Printed) -> None:
    """Whatever the language, the last line says how many passed and failed."""
    with pytest.raises(SystemExit):
        main(["test", str(folder), "--lang", "zh"])

    assert capsys.readouterr().out.splitlines()[-1] == "9 passed, 0 failed"


def test_what_no_case_exercises_is_told_and_ends_with_one(folder: Path, capsys: Printed) -> None:
    """A side of a limit that no case stands on is told with its place and a household, and the code is 1."""
    cases = folder / "housing" / "heating-allowance.test.yaml"
    change(cases, "{id: a, income: 1500}", "{id: a, income: 1600}")
    code, out, _ = call(capsys, "test", str(folder))

    assert code == 1
    said = "heating-allowance: `income`: no case stands just on the false side of `household_income < income_limit`"
    assert " ".join(out.split()).startswith(f"{folder.as_posix()}/housing/heating-allowance.yaml:17:11: {said}")
    assert "= help: for example on 2024-01-01 with " in out
    assert out.splitlines()[-2:] == ["1 thing not exercised by any case", "9 passed, 0 failed"]


def test_what_no_case_exercises_as_json(folder: Path, capsys: Printed) -> None:
    """In JSON what no case exercises stands beside the failures, each with entitlement, part and place."""
    change(folder / "housing" / "heating-allowance.test.yaml", "as_of: 2023-12-31", "as_of: 2023-12-30")
    code, out, _ = call(capsys, "test", str(folder), "--format", "json")
    found = json.loads(out)

    assert (code, found["failures"]) == (1, [])
    (gap,) = found["not_exercised"]
    assert (gap["entitlement"], gap["part"], gap["line"]) == ("heating-allowance", "in_force", 1)
    assert gap["message"]["en"] == "heating-allowance: no case is on 2023-12-31, the day before the law changes"
