"""The PDF: tagged, the same bytes each time, with a font for every character or an error that says what to install."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from families import ROOT
from sheets import sheets

from eligibility import typeset
from eligibility.errors import Lacking
from eligibility.page import Checks, Section, Sheet, Table
from eligibility.typeset import OWN, pdf

NOWHERE = "\U0010fffd"
"""A character that no font has."""
RARE = "㛃䶮𬎆"


def one(text: str) -> list[Sheet]:
    """Returns a sheet that says one thing in every form."""
    table = Table(("head", ""), ((text, "cell"), ("", text)), ("true", "unknown"))
    return [Sheet("citizen", (Section("Title", (text,)), Section(text, (text, (text,), Checks((text,)), table))))]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_family_comes_out_tagged_and_the_same_each_time(lang: str) -> None:
    """The PDF of a family is tagged, knows its language and title, embeds our font, and does not change by itself."""
    made = pdf(sheets(lang), lang)

    assert made.startswith(b"%PDF-")
    assert b"/MarkInfo" in made
    assert b"/StructTreeRoot" in made
    assert re.search(rb"/Lang ?\(" + {"zh": b"zh", "en": b"en"}[lang], made)
    assert b"CreationDate" not in made
    assert made == pdf(sheets(lang), lang)


def test_our_font_has_every_character_of_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """No character of the pack that ships, nor of what we say on paper, wants a font of the machine."""
    # The slips that are found in conditions, and the ways in which people write numbers, are never said on paper.
    heard = {"slips.py", "spoken_values.py", "cell_values.py"}
    modules = (path for path in (ROOT / "eligibility").glob("*.py") if path.name not in heard)
    files = [*(ROOT / "rules").rglob("*.yaml"), *modules]
    said = "".join(sorted({character for path in files for character in path.read_text("utf-8")}))
    printable = "".join(each for each in said if each.isprintable())
    monkeypatch.setattr(typeset, "ATTEMPTS", (False,))

    assert pdf(one(printable), "zh")


def test_a_character_that_no_font_has_is_an_error_with_the_package() -> None:
    """There is never a box: the error names what to install, and does not repeat the character."""
    with pytest.raises(Lacking) as caught:
        pdf(one(f"name {NOWHERE}"), "zh")

    for lang in ("zh", "en"):
        assert "apt-get install fonts-noto-cjk" in caught.value.text(lang)
        assert NOWHERE not in caught.value.text(lang)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_without_any_chinese_font_a_rare_name_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rare character of a name that our font lacks is refused where the machine has no other font."""
    monkeypatch.setattr(typeset, "ATTEMPTS", (False,))

    with pytest.raises(Lacking):
        pdf(one(RARE), "zh")


def test_a_missing_library_is_an_error_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without typst there is one line with the command that installs it."""
    monkeypatch.setitem(sys.modules, "typst", None)

    with pytest.raises(Lacking) as caught:
        pdf(one("x"), "zh")

    assert "pip install 'eligibility[pdf]'" in caught.value.text("en")
    assert "pip install 'eligibility[pdf]'" in caught.value.text("zh")


@pytest.mark.parametrize(
    "text", ["#panic()", "*a* _b_ `c` $x$", "= h\n- i\n+ j", "\\ / [x] {y} <z> @w", "~ -- ... 'q' \"r\""]
)
def test_what_a_person_wrote_is_no_markup(text: str) -> None:
    """Whatever reads like the markup of the typesetter is only letters."""
    assert pdf(one(text), "en")


def test_the_font_comes_with_its_licence() -> None:
    """The folder of the font holds the licence and the way in which it was made, and typst finds it by its name."""
    names = {path.name for path in Path(typeset.FONTS).iterdir()}
    typst = pytest.importorskip("typst")

    assert {"OFL.txt", "README.md"} <= names
    assert (
        OWN
        in typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[typeset.FONTS]).families()
    )
