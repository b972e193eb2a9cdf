"""`laws.yaml`: read strictly, every mistake at its place in the voice of the house; what it says is no part of the rules.

Each file under `errors/laws/` is the laws of the good pack, with its exact expected text beside it; `python
tests/test_declared.py` writes every expected text anew: read the difference before you keep it.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from test_errors import GOOD, heads, inside

from eligibility import PackError, RulePack
from eligibility.commands import main
from eligibility.money import fen
from eligibility.schema import Fact
from eligibility.testing.declared import declared
from eligibility.testing.lawbook import GENERAL, WAIVABLE
from eligibility.testing.laws import LAWS
from eligibility.testing.worse import Worse, worse

BAD = sorted((GOOD.parent / "laws").glob("*.yaml"))
WHOLE = """
monotone:
  poorer:
    label: {zh: 更穷, en: Poorer}
    facts: {income: lower, pregnant: true, stage: [none, [primary, secondary]]}
implies:
  care-allowance:
    - age >= 60
    - not pregnant
caps:
  care-allowance: "100.50"
waived:
  poorer:
    care-allowance/of-age: {why: {zh: 因为, en: because}, cite: bylaw art1}
    care-allowance/amount: {why: {zh: 因为, en: because}, cite: bylaw art1}
  time:
    care-allowance: {why: {zh: 因为, en: because}, cite: [bylaw art1]}
"""


def laid(folder: Path, text: str) -> Path:
    """Returns a copy of the good pack with some laws."""
    shutil.copytree(GOOD, folder / "pack")
    (folder / "pack" / "laws.yaml").write_text(text, "utf-8")
    return folder / "pack"


@cache
def refused(case: Path) -> PackError:
    """Returns what is said of a file of laws."""
    with tempfile.TemporaryDirectory() as folder:
        laid(Path(folder), case.read_text("utf-8"))
        with inside(Path(folder)), pytest.raises(PackError) as caught:
            declared(RulePack.load("pack"))
        return caught.value


def named(case: Path) -> str:
    """Returns how a case is called in reports."""
    return case.stem


@pytest.mark.parametrize("case", BAD, ids=named)
def test_a_mistake_says_exactly_what_is_expected(case: Path) -> None:
    """Bad laws give the text that stands beside them, to the letter."""
    assert f"{refused(case).text('en')}\n" == case.with_name(f"{case.name}.expected").read_text("utf-8")


@pytest.mark.parametrize("case", BAD, ids=named)
def test_a_mistake_keeps_the_voice_of_the_house(case: Path) -> None:
    """Each problem has a place, a lower-case line without a full stop in English, and one in Chinese at the same place."""
    found = refused(case)
    english, chinese = heads(found.text("en")), heads(found.text("zh"))
    assert [where for where, _ in chinese] == [where for where, _ in english]
    assert [message for _, message in chinese if message.isascii()] == []
    for _, message in english:
        bare = re.sub(r"`[^`]*`", "", message).strip()
        assert not bare[:1].isupper()
        assert not bare.endswith(".")


def test_every_expected_text_has_its_case() -> None:
    """No expected text is left over from a case that is gone."""
    assert {path.name for path in BAD[0].parent.glob("*.expected")} == {f"{case.name}.expected" for case in BAD}


def test_good_laws_are_read_whole(tmp_path: Path) -> None:
    """Directions, conditions, caps and waivers come out typed, each waiver with its line."""
    found = declared(RulePack.load(laid(tmp_path, WHOLE)))
    assert [(each.fact.name, each.said) for each in found.worse["poorer"]] == [
        ("income", "lower"),
        ("pregnant", True),
        ("stage", (("none",), ("primary", "secondary"))),
    ]
    assert len(found.file.implies["care-allowance"]) == 2
    assert found.file.caps == {"care-allowance": fen("100.50")}
    lines = {rule: span.source.place(span.start)[0] for (_, rule), span in found.waived.items()}
    assert lines == {"care-allowance/of-age": 14, "care-allowance/amount": 15, "care-allowance": 17}
    assert set(found.waivers("time")) == {"care-allowance"}


def test_a_pack_without_laws_declares_nothing() -> None:
    """A pack may go without the file."""
    found = declared(RulePack.load(GOOD))
    assert (found.worse, found.waived, found.file.caps) == ({}, {}, {})


def test_laws_are_no_part_of_the_rules(tmp_path: Path) -> None:
    """A pack with laws, even broken ones, has the digest that it has without, and loads."""
    assert RulePack.load(laid(tmp_path, "broken: [")).contents.digest == RulePack.load(GOOD).contents.digest


@pytest.mark.parametrize("command", ["check", "test"])
def test_broken_laws_are_an_error_for_who_tests_the_pack(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`check` and `test` end with 3 and show the mistake at its place; in JSON it stands among the problems of `check`."""
    folder = laid(tmp_path, "cap: {}\n")
    with pytest.raises(SystemExit) as ended:
        main([command, str(folder), "--lang", "en"])
    assert ended.value.code == 3
    assert "there is no field `cap` here" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["check", str(folder), "--format", "json"])
    assert ended.value.code == 3
    assert '"line": 1' in capsys.readouterr().out


def test_the_names_of_general_laws_are_those_of_the_laws() -> None:
    """What no law of a pack may be called is what the general laws are called, and those that can be waived are among them."""
    assert {law.id for law in LAWS} == set(GENERAL)
    assert set(WAIVABLE) < set(GENERAL)


def fact(type: str, **said: object) -> Fact:
    """Returns a fact of a type."""
    label = {"zh": "名称", "en": "name"}
    fields: dict[str, dict[str, Any]] = {
        "count": {"unit": "years"},
        "money": {"per": "month"},
        "choice": {"values": dict.fromkeys("abc", label)},
    }
    return Fact.model_validate(
        {"type": type, "label": label, "question": label, "name": "it", **fields.get(type, {}), **said}
    )


@pytest.mark.parametrize(
    ("type", "said", "value", "values", "expected"),
    [
        ("bool", "true", False, (), [True]),
        ("bool", "true", True, (), []),
        ("bool", "false", True, (), [False]),
        ("money", "lower", 500, (0, 100, 200, 300, 400, 500, 600), [400, 300, 200, 0]),
        ("money", "lower", 0, (0, 100), []),
        ("count", "higher", 3, (1, 4, 5), [4, 5]),
        ("date", "higher", date(2020, 1, 1), (date(2019, 1, 1), date(2021, 1, 1)), [date(2021, 1, 1)]),
        ("choice", (("a",), ("b", "c")), "a", (), ["b", "c"]),
        ("choice", (("a",), ("b", "c")), "b", (), []),
        ("choice", (("a",), ("b",)), "c", (), []),
    ],
)
def test_what_is_worse(
    type: str, said: object, value: object, values: tuple[object, ...], expected: list[object]
) -> None:
    """Of numbers and days the next ones and the last, of yes and no the one, of a choice everything further down."""
    found = worse(fact(type), said)  # type: ignore[arg-type]  # a word, or levels
    assert isinstance(found, Worse)
    assert list(found.than(value, values)) == expected


if __name__ == "__main__":
    for each in BAD:
        each.with_name(f"{each.name}.expected").write_text(f"{refused(each).text('en')}\n", "utf-8")
