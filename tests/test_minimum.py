"""People are told what an unknown amount surely reaches: on the screen, in the reasons, in the service guide, in JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from packs_for_tests import benefit, figure, make_pack, rule

from eligibility.commands import main

PROFILE = "as_of: 2020-06-01\nhousehold: {}\nmembers: [{id: a, poor: true}]\n"
SAID = {"zh": "至少每月50元", "en": "at least 50 yuan a month"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns a folder with a pack whose amount is held by its floor alone, and a profile."""
    folder = tmp_path_factory.mktemp("minimum")
    floor = figure("line", "from: 2000-01-01, unknown: LABEL") + figure("line_floor", "from: 2000-01-01, value: 50")
    text = rule("one", criteria={"poor": "poor"}, benefit=benefit("line"))
    make_pack(folder / "pack", rules={"one": text}, parameters=floor)
    (folder / "profile.yaml").write_text(PROFILE, "utf-8")
    return folder


def printed(capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str) -> str:
    """Returns what a command prints, as one line."""
    with pytest.raises(SystemExit):
        main([*arguments, "--pack", str(folder / "pack")])
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("lang", SAID)
def test_the_screen_says_at_least(lang: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The amount of an answer is at least the floor."""
    out = printed(capsys, folder, "screen", str(folder / "profile.yaml"), "--lang", lang)

    assert SAID[lang] in out


@pytest.mark.parametrize("lang", SAID)
def test_the_reasons_say_at_least_and_on_what_source(
    lang: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is given is at least the floor, and below the unknown figure stands the floor with its source."""
    out = printed(capsys, folder, "explain", str(folder / "profile.yaml"), "one", "a", "--lang", lang)

    assert out.count(SAID[lang]) == 2
    assert {"zh": "名称，自2000年1月1日起", "en": "name, from 1 January 2000"}[lang] in out.replace("│", "")


@pytest.mark.parametrize("lang", SAID)
def test_the_guide_says_at_least(lang: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside an unknown figure the guide shows its floor, and in the changes the day on which it began."""
    out = printed(capsys, folder, "show", "one", "--as-of", "2020-06-01", "--lang", lang)

    assert SAID[lang] in out


def test_in_json_the_amount_stays_null(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No amount comes from a floor: what it says stands under a key of its own, which the published schema knows."""
    out = printed(capsys, folder, "screen", str(folder / "profile.yaml"), "--format", "json")
    (found,) = json.loads(out)["determinations"]
    schema = printed(capsys, folder, "schema", "screening")

    assert (found["amount"], found["amount_at_least"]) == (None, {"yuan": "50", "per": "month"})
    assert "amount_at_least" in schema
