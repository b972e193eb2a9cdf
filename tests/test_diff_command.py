"""`diff`: two packs, or a pack on two days, in both languages, for people and for machines; its exit codes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from families import ROOT, run

from eligibility.words import width

HEATING = "examples/packs/heating"


@pytest.fixture
def warmer(tmp_path: Path) -> str:
    """Returns a pack that pays the heating allowance to owners of their home too, and more of it."""
    folder = tmp_path / "warmer"
    shutil.copytree(ROOT / HEATING, folder)
    for path in folder.rglob("*.yaml"):
        text = path.read_text("utf-8")
        path.write_text(text.replace("when: rents\n", "when: rents or not rents\n").replace("/ 20", "/ 10"), "utf-8")
    return str(folder)


def test_a_pack_and_itself_are_proved_equal() -> None:
    """Where nothing differs that is said to be a proof, and for whom, and the command ends with 0."""
    zh, en = (run("diff", HEATING, HEATING, "--on", "2024-06-01", "--lang", lang) for lang in ("zh", "en"))

    assert (zh.returncode, en.returncode) == (0, 0)
    assert "没有不同：1 个事项都证明相同" in zh.stdout.decode()
    assert "no difference: all 1 entitlements proved equal" in en.stdout.decode()
    assert en.stdout.isascii()


@pytest.mark.parametrize("columns", [40, 100])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_difference_is_shown_with_its_household(warmer: str, lang: str, columns: int, tmp_path: Path) -> None:
    """Who gains is told with a household as its file would have it, inside the width, and the command ends with 1."""
    # A path of one word is not folded, and that of a test is long.
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    call = ("diff", HEATING, Path(warmer).name, "--on", "2024-06-01", "--lang", lang)
    done = run(*call, environment={"COLUMNS": str(columns)}, folder=tmp_path)
    told = done.stdout.decode()

    assert done.returncode == 1, done.stderr.decode()
    assert {"zh": "得到：以前不符合或未定，现在符合", "en": "gains: eligible now and not before"}[lang] in told
    assert "rents: false" in told
    assert max(width(line) for line in told.splitlines()) <= columns
    assert done.stderr == b""


def test_as_json_a_difference_has_both_sides_and_a_profile(warmer: str, tmp_path: Path) -> None:
    """The profile in JSON is one that `screen` reads, and each pack says of it what stands beside it."""
    done = run("diff", HEATING, warmer, "--on", "2024-06-01", "--format", "json")
    found = json.loads(done.stdout)

    assert done.returncode == 1
    assert {each["kind"] for each in found["differences"]} >= {"gains", "more"}
    assert (found["equal"], found["not_proved"]) == ([], [])
    for each in found["differences"]:
        path = tmp_path / "witness.json"
        path.write_text(json.dumps(each["profile"]), "utf-8")
        for pack, side in ((HEATING, each["before"]), (warmer, each["after"])):
            screened = run("screen", str(path), "--pack", pack, "--format", "json")
            (answer,) = json.loads(screened.stdout)["determinations"]
            assert (answer["outcome"], answer["amount"]) == (side["outcome"], side["amount"])


def test_a_day_is_written_behind_the_pack_or_as_an_option() -> None:
    """`PACK@DAY` and `--on`, `--and` say the same, and one pack on two days needs no second path."""
    pack = "rules/baiyin"
    options = ("--only", "womens-cancer-screening", "--lang", "en")
    behind = run("diff", f"{pack}@2017-12-31", f"{pack}@2018-09-01", *options)
    beside = run("diff", pack, "--on", "2017-12-31", "--and", "2018-09-01", *options)

    assert behind.returncode == beside.returncode == 1
    assert behind.stdout == beside.stdout
    assert "undetermined -> eligible" in behind.stdout.decode().replace("→", "->")


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["diff", HEATING], 2, "--and"),
        (["diff"], 2, "OLD"),
        (["diff", HEATING, "nosuch"], 2, "nosuch"),
        (["diff", HEATING, "examples"], 3, "pack.yaml"),
        (["diff", HEATING, HEATING, "--only", "heating-allowence"], 2, "heating-allowance"),
        (["diff", f"{HEATING}@1900-01-01", HEATING], 2, "1949"),
        (["diff", HEATING, HEATING, "--members", "0"], 2, "members"),
    ],
)
def test_what_is_wrong_is_told(arguments: list[str], code: int, word: str) -> None:
    """A slip ends with its code, and names what is meant, on standard error alone."""
    done = run(*arguments)

    assert done.returncode == code
    assert word in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert done.stdout == b""


def test_without_the_solver_one_line_says_how_to_get_it(tmp_path: Path) -> None:
    """Where z3 is not installed, the command ends with 5 and names the command that brings it."""
    (tmp_path / "sitecustomize.py").write_text(HIDDEN, "utf-8")
    for lang, word in (("zh", "没有安装"), ("en", "is not installed")):
        done = run("diff", HEATING, HEATING, "--lang", lang, environment={"PYTHONPATH": str(tmp_path)})
        assert done.returncode == 5
        assert word in done.stderr.decode()
        assert "pip install 'eligibility[verify]'" in done.stderr.decode()
        assert done.stdout == b""


def test_without_the_solver_certainty_is_what_it_was(tmp_path: Path) -> None:
    """`screen --certain` works where z3 is not installed, and says nothing of it."""
    (tmp_path / "sitecustomize.py").write_text(HIDDEN, "utf-8")
    done = run("screen", "examples/ma-care.yaml", "--certain", environment={"PYTHONPATH": str(tmp_path)})

    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == run("screen", "examples/ma-care.yaml").stderr


HIDDEN = 'import sys\nsys.modules["z3"] = None\n'
"""What hides z3 from a process."""
