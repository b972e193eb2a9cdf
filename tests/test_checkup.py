"""What `doctor` says of the machine that an office has."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from eligibility.commands import main


def checks(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """Returns the code of `doctor` and what it looked at, by name."""
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--format", "json"])
    found = {each["name"]: each for each in json.loads(capsys.readouterr().out)["checks"]}
    assert isinstance(ended.value.code, int)
    return ended.value.code, found


def test_doctor_where_packs_cannot_be_kept(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that cannot be written is told with its fix, and is no problem: packs load anew each time."""
    monkeypatch.setenv("ELIGIBILITY_CACHE", "/dev/null/eligibility")
    code, found = checks(capsys)

    assert code == 0
    assert "ELIGIBILITY_CACHE" in found["cache"]["fix"]["en"]
    assert found["workbooks"]["fix"] is None


@pytest.mark.parametrize(("library", "name"), [("xlsxwriter", "XlsxWriter"), ("python_calamine", "python-calamine")])
def test_doctor_without_a_library_for_workbooks(
    library: str, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A library that should be there and is not is a problem, and the fix is the command that brings it."""
    monkeypatch.setitem(sys.modules, library, None)
    code, found = checks(capsys)

    assert code == 1
    assert found["workbooks"]["fix"]["en"] == f"run pip install {name}"


def test_doctor_says_why_there_are_no_colours(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a terminal, or with `NO_COLOR`, colours are off, and which of the two it is is said."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "no terminal" in checks(capsys)[1]["colours"]["found"]["en"]

    monkeypatch.setenv("NO_COLOR", "1")
    assert "NO_COLOR" in checks(capsys)[1]["colours"]["found"]["en"]


def test_every_check_that_fails_says_its_fix_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a machine that lacks much, each fix is a line in both languages."""
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setenv("ELIGIBILITY_CACHE", "/dev/null/eligibility")
    monkeypatch.setenv("ELIGIBILITY_LANG", "fr")
    monkeypatch.setenv("ELIGIBILITY_PACK", "nosuch")
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    code, found = checks(capsys)
    fixes = {name: each["fix"] for name, each in found.items() if each["fix"]}

    assert code == 1
    assert {"width", "cache", "language", "pack", "workbooks"} <= fixes.keys()
    assert all(fix[lang] and "\n" not in fix[lang] for fix in fixes.values() for lang in ("zh", "en"))
