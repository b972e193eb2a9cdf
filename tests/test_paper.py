"""`screen` and `checklist` for paper: which sheets, into which file, and what is refused before any work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from families import printed, run
from sheets import LI, NAMED


def test_a_page_goes_to_standard_output_in_its_own_encoding() -> None:
    """HTML is UTF-8, as the page itself says, also where the terminal is not."""
    done = run("screen", LI, "--format", "html", environment={"PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"})

    assert done.returncode == 0
    assert "初筛告知单：li-family" in done.stdout.decode("utf-8")


@pytest.mark.parametrize(
    ("reader", "here", "away"), [("citizen", "初筛告知单", "存档记录"), ("file", "存档记录", "初筛告知单")]
)
def test_one_sheet_alone(reader: str, here: str, away: str) -> None:
    """`--for` makes the sheet of one reader without the other."""
    page = printed("screen", LI, "--format", "html", "--for", reader)

    assert here in page
    assert away not in page


def test_a_file_is_written_and_never_over_another(tmp_path: Path) -> None:
    """`-o` writes a file and says so on standard error; one that is there stays, but with `--force`."""
    path = tmp_path / "page.pdf"
    first = run("screen", LI, "--format", "pdf", "-o", str(path))
    made = path.read_bytes()
    again = run("screen", LI, "--format", "pdf", "-o", str(path))
    forced = run("screen", LI, "--format", "html", "-o", str(path), "--force")

    assert (first.returncode, first.stdout) == (0, b"")
    assert str(path).encode() in first.stderr
    assert made.startswith(b"%PDF-")
    assert again.returncode == 2
    assert "--force" in again.stderr.decode()
    assert forced.returncode == 0
    assert path.read_bytes().startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("form", ["html", "pdf"])
def test_a_page_holds_one_household(form: str, tmp_path: Path) -> None:
    """Several profiles, as files or in a stream, are refused, and nothing is written."""
    stream = tmp_path / "two.yaml"
    stream.write_text("members: [{id: a}]\n---\nmembers: [{id: a}]\n", "utf-8")
    for profiles in ([LI, "examples/ma-care.yaml"], [str(stream)]):
        done = run("screen", *profiles, "--format", form, "-o", str(tmp_path / "page"))
        assert done.returncode == 2
        assert "一次只写一户" in done.stderr.decode()
    assert not (tmp_path / "page").exists()


@pytest.mark.parametrize("option", [("-o", "x.html"), ("--force",), ("--for", "file")])
def test_options_for_paper_want_a_form_for_paper(option: tuple[str, ...]) -> None:
    """An option that only paper has is refused with any other form, not left without effect."""
    done = run("screen", LI, *option)

    assert done.returncode == 2
    assert "html" in done.stderr.decode()


def test_a_folder_that_is_not_there_is_said() -> None:
    """A file that cannot be written is named, with why."""
    done = run("screen", LI, "--format", "html", "-o", "no/such/folder/page.html")

    assert done.returncode == 2
    assert "no/such/folder/page.html" in done.stderr.decode()


def test_a_rare_name_without_a_font_ends_with_5(tmp_path: Path) -> None:
    """A character that no font of the machine has ends with 5, the package named and the character not."""
    family = tmp_path / "family.json"
    family.write_text(json.dumps(NAMED | {"members": [{"id": "a", "name": "\U0010fffd"}]}), "utf-8")
    done = run("screen", str(family), "--format", "pdf", "--show-personal")

    assert done.returncode == 5
    assert done.stdout == b""
    assert "fonts-noto-cjk" in done.stderr.decode()
    assert "\U0010fffd" not in done.stderr.decode()


def test_names_and_numbers_stay_off_the_paper(tmp_path: Path) -> None:
    """Neither form has a name or a resident number, but with `--show-personal`."""
    family = tmp_path / "family.json"
    family.write_text(json.dumps(NAMED), "utf-8")
    hidden = printed("screen", str(family), "--format", "html")
    shown = printed("screen", str(family), "--format", "html", "--show-personal")

    assert "Zhangmarker" not in hidden
    assert "11010519491231002X" not in hidden
    assert "&lt;b&gt;Zhangmarker&lt;/b&gt;" in shown
    assert "11010519491231002X" in shown


def test_the_checklist_goes_on_paper_too() -> None:
    """`checklist` makes a page of one sheet, with a box for each paper to bring."""
    page = printed("checklist", LI, "--format", "html", "--lang", "en")

    assert '<h1 id="checklist-title">Papers: li-family</h1>' in page
    assert 'class="checks' in page
