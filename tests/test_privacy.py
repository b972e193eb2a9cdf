"""No value of a person reaches an error: markers are planted everywhere, and looked for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from forms import empty, row_of, saved
from packs_for_tests import shipped

from eligibility.commands import main
from eligibility.errors import MOST_SHOWN
from eligibility.schema import Fact

MARKER = "Zzmarker柴"
WRONG = {
    "text": f'"{MARKER}"',
    "quoted": json.dumps(f"{MARKER} 1"),
    "list": f"[{MARKER}, {{a: {MARKER}}}]",
    "mapping": f"{{inner: {MARKER}}}",
    "long": f'"{MARKER * 60}"',
    "number": "99999999999999919283746",
}
FACTS = list(shipped().contents.schema.facts.values())


def written(facts: Sequence[Fact], value: str) -> str:
    """Returns a profile in which several facts have a value."""
    home = "".join(f"  {fact.name}: {value}\n" for fact in facts if fact.owner == "household")
    own = "".join(f"    {fact.name}: {value}\n" for fact in facts if fact.owner == "person")
    return (f"household:\n{home}" if home else "") + f"members:\n  - id: a\n{own}"


def told(path: Path, text: str, capsys: pytest.CaptureFixture[str], *command: str) -> str:
    """Returns everything that a command says of a profile."""
    path.write_text(text, "utf-8")
    with pytest.raises(SystemExit):
        main([*command[:1], str(path), *command[1:]])
    caught = capsys.readouterr()
    assert path.name in caught.err
    return caught.out + caught.err


@pytest.mark.parametrize("kind", list(WRONG))
def test_a_wrong_value_is_never_repeated(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever stands where a fact belongs, the error shows its key and never its value."""
    for at in range(0, len(FACTS), MOST_SHOWN):
        text = written(FACTS[at : at + MOST_SHOWN], WRONG[kind])
        for command in (("validate",), ("explain", "fee-free-preschool")):
            said = told(tmp_path / "family.yaml", text, capsys, *command)
            assert [word for word in ("Zzmarker", "柴", "19283746") if word in said] == []


@pytest.mark.parametrize(
    "text",
    [
        f"id: {MARKER} {MARKER}\nmembers: []\n",
        f"{MARKER}: 1\n",
        f"members: [{{id: a, {MARKER}: 1}}]\n",
        f"members: [{{id: {MARKER}, sex: [}}]\n",
        f"members: [{{id: a, name: {MARKER}}}, {{id: a, name: {MARKER}}}]\n",
        f"as_of: {MARKER}\n",
        f'{{"members": [{{"id": "a", "name": "{MARKER}" "x"}}]}}',
        f"members: [{{id: a, name: &x {MARKER}}}]\n",
        f"members: [{{id: a, name: !{MARKER} {MARKER}}}]\n",
    ],
)
def test_a_broken_profile_is_never_repeated(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Broken syntax, unknown keys and duplicates show no word that a person wrote."""
    said = told(tmp_path / "family.yaml", text, capsys, "screen")

    assert "Zzmarker" not in said
    assert "柴" not in said


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("value", [MARKER, 99999999999999919283746, "='Zzmarker'!A1", "99999999999999919283746"])
def test_a_wrong_answer_of_a_form_is_never_repeated(
    value: object, lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever stands in the cells of a form, the errors name cells and labels and no value, for people and for machines."""
    book = empty(lang, members=1)
    for fact in FACTS:
        sheet = book.worksheets[0 if fact.owner == "household" else 1]
        sheet.cell(row_of(sheet, fact.label[lang]), 4).value = value  # type: ignore[assignment]  # whatever a cell takes
    path = tmp_path / "form.xlsx"
    path.write_bytes(saved(book))

    for command in (("validate",), ("screen",), ("validate", "--format", "json")):
        with pytest.raises(SystemExit) as ended:
            main([command[0], str(path), *command[1:], "--lang", lang])
        caught = capsys.readouterr()
        assert ended.value.code == 3
        assert path.name in caught.out + caught.err
        assert [word for word in ("Zzmarker", "柴", "19283746") if word in caught.out + caught.err] == []
