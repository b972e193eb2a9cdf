"""Every line that a command writes stays inside the page, in both languages; a single long ASCII word apart."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eligibility.commands import COMMANDS, main
from eligibility.source import Source, Span
from eligibility.words import folded, width

ROOT = Path(__file__).resolve().parent.parent
LI = "examples/li-family.yaml"
CALLS = [
    ("list",),
    ("list", "--as-of", "2017-12-31"),
    ("coverage",),
    ("check",),
    ("check", "{broken}"),
    ("test", "examples/packs/heating"),
    ("validate", LI, "{odd}"),
    ("screen", "{odd}"),
    ("init",),
    ("init", "--members", "2", "--only", "fee-free-preschool"),
    ("doctor",),
    ("show", "fee-free-preschool"),
    ("explain", LI, "fee-free-preschool"),
    ("what-if", LI, "--set", "grandfather.age=80"),
    ("screen", LI, "--certain", "--only", "orphan-allowance"),
    ("checklist", LI),
    ("checklist", LI, "free-textbooks", "medical-assistance"),
    ("show", "fee-free-preschol"),
    ("screen", LI, "--frmat", "json"),
]
HELP = [*((name, "--help") for name in COMMANDS), ("--help",)]
ODD = """\
id: a-household-with-quite-a-long-name
members: [{id: a, birth_date: 2071-02-01}, {id: b, died: true}, {id: c, hukou_county: "620199"}]
---
members: [{id: a, age: nobody-knows-how-old-this-person-is, agee: 3, education_stage: kindergarden, hukou_county: 6}]
"""
CONDITION = 'income_per_person < 1500 and any(m.age >= 60 for m in members) and kitchen == "large" and 3 < 4 < 5 < 6'


def named(each: tuple[tuple[str, ...], str, int]) -> str:
    """Returns what a call in a language and a width is called."""
    call, lang, columns = each
    return f"{' '.join(call)}-{lang}-{columns}"


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Returns a stream with an odd and a wrong family, and a pack that does not load."""
    monkeypatch.chdir(ROOT)
    (tmp_path / "odd.yaml").write_text(ODD, "utf-8")
    pack = tmp_path / "pack"
    for path in Path("examples/packs/heating").rglob("*.yaml"):
        copy = pack / path.relative_to("examples/packs/heating")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text("utf-8"), "utf-8")
    rule = pack / "housing" / "heating-allowance.yaml"
    lines = rule.read_text("utf-8").splitlines()
    at = next(index for index, line in enumerate(lines) if "when:" in line)
    lines[at] = f"{lines[at].partition('when:')[0]}when: {CONDITION}"
    rule.write_text("\n".join(lines), "utf-8")
    return {"odd": str(tmp_path / "odd.yaml"), "broken": str(pack)}


@pytest.mark.parametrize(
    ("call", "lang", "columns"),
    [
        # The whole pack takes seconds each time.
        pytest.param(
            *each, marks=[pytest.mark.slow] * (each[0] == ("check",) and each[1:] != ("en", 40)), id=named(each)
        )
        for each in product([*CALLS, *HELP], ["zh", "en"], [40, 80])
    ],
)
def test_no_line_is_wider_than_the_page(
    call: tuple[str, ...],
    lang: str,
    columns: int,
    names: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What is said on either stream is folded by how wide it looks; help takes 50 columns, and what one may copy its own."""
    helped = call[-1] == "--help"
    monkeypatch.setenv("COLUMNS", str(columns))
    with pytest.raises(SystemExit):
        main([*(each.format(**names) for each in call), *(() if helped else ("--lang", lang))])
    printed = capsys.readouterr()

    room = max(columns, 50) if helped else columns
    lines = [each for each in (printed.out + printed.err).splitlines() if not each.startswith("    python cli.py")]
    assert lines
    assert [line for line in lines if width(line) > room and not (line.isascii() and " " not in line.strip())] == []


@given(st.text("ab 户籍，。`\n", max_size=200), st.integers(10, 40))
def test_folding_keeps_every_word(text: str, columns: int) -> None:
    """Nothing but space is lost or added, and nothing but one long word is wider than the page."""
    lines = folded(text, columns)

    assert "".join(lines.split()) == "".join(text.split())
    assert all(width(line) <= columns or " " not in line.strip() for line in lines.split("\n"))


@given(st.text("ab 户籍，\t", max_size=200), st.integers(20, 100), st.data())
def test_an_excerpt_fits(text: str, columns: int, data: st.DataObject) -> None:
    """However long a line and its marked part are, the excerpt fits, and its first marked character stays above a caret."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    _, line, carets = Span(Source("f", text), start, end).excerpt(columns).splitlines()

    assert width(line) <= columns
    assert width(carets) <= columns + 1
    if end > start:
        before = carets.rindex(" ^") + 1
        assert "    " in text or text[start] in {"\t", _at(line, before)}


def _at(line: str, column: int) -> str:
    """Returns the character that stands in a column of a line."""
    return next(character for at, character in enumerate(line) if width(line[: at + 1]) > column)
