"""Cases: read like a pack, run like a screening, and what differs is said with its reasons."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import PackMaker
from packs_for_tests import lasting, rule

from eligibility import PackError, RulePack
from eligibility.testing.cases import Case, case_files, read_cases, run

ROOT = Path(__file__).resolve().parent.parent
HEATING = ROOT / "examples" / "packs" / "heating"
GOOD = """\
- name: below the limit
  as_of: 2024-11-15
  household: {rents: true}
  members: [{id: a, income: 1000}, {id: b}]
  expect:
    household: {outcome: undetermined, missing: [b.income], marks: [], amount: null}
"""


@pytest.fixture(scope="module")
def pack() -> RulePack:
    """Returns the small example pack."""
    return RulePack.load(HEATING)


def read(pack: RulePack, folder: Path, text: str, name: str = "heating-allowance") -> list[Case]:
    """Returns the cases of a text."""
    path = folder / f"{name}.test.yaml"
    path.write_text(text, encoding="utf-8")
    return read_cases(pack, path, "cases.yaml")


def problems(pack: RulePack, folder: Path, text: str, name: str = "heating-allowance") -> str:
    """Returns what is wrong with a text of cases."""
    with pytest.raises(PackError) as refused:
        read(pack, folder, text, name)
    return refused.value.text("en")


def differences(pack: RulePack, folder: Path, old: str, new: str) -> list[str]:
    """Returns what differs once a part of the good case is changed."""
    assert old in GOOD
    (case,) = read(pack, folder, GOOD.replace(old, new))
    return [words.en for words in run(case)]


def test_a_case_that_holds_has_no_differences(pack: RulePack, tmp_path: Path) -> None:
    """A case whose expectations hold yields nothing."""
    (case,) = read(pack, tmp_path, GOOD)

    assert run(case) == []
    assert (case.name, case.entitlement, case.span.where) == ("below the limit", "heating-allowance", "cases.yaml:1:3")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("undetermined", "eligible", "household: outcome: expected eligible, got undetermined"),
        ("b.income", "a.income", "household: missing: expected [a.income], got [b.income]"),
        ("marks: []", "marks: [stale]", "household: marks: expected [stale], got []"),
        ("amount: null", 'amount: "12.50"', "household: amount: expected 12.50, got null"),
        ("2024-11-15", "2023-12-31", "household: outcome: expected undetermined, got absent"),
    ],
)
def test_each_expectation_can_fail(pack: RulePack, tmp_path: Path, old: str, new: str, said: str) -> None:
    """Outcome, missing facts, marks, amount and presence are each compared."""
    (first, *_) = differences(pack, tmp_path, old, new)

    assert first.splitlines()[0] == said


def test_months_and_statuses_are_compared(make: PackMaker, tmp_path: Path) -> None:
    """For how long something is drawn, and what status a grant would bring, are expected like an amount; a slip is told."""
    small = make(rules={"aid": rule("aid", benefit=lasting({"age >= 60": 24, "": 12}), gives="{status: urban}")})

    def told(expected: str) -> list[str]:
        text = f"- {{name: one, as_of: 2020-06-01, members: [{{id: a, age: 60}}], expect: {{a: {expected}}}}}\n"
        (case,) = read(small, tmp_path, text, "aid")
        return [words.en for words in run(case)]

    assert told("{outcome: eligible, months: 24, gives: {status: urban}}") == []
    assert told("{outcome: eligible, months: 12}") == ["a: months: expected 12, got 24"]
    assert told("{outcome: eligible, months: null}") == ["a: months: expected null, got 24"]
    assert told("{outcome: eligible, gives: {}}") == ["a: gives: expected {}, got {status: urban}"]
    with pytest.raises(PackError, match="did you mean `status`"):
        told("{outcome: eligible, gives: {statos: urban}}")
    with pytest.raises(PackError, match="a number of months or `null` belongs here"):
        told("{outcome: eligible, months: a year}")


def test_what_is_absent_must_be_absent(pack: RulePack, tmp_path: Path) -> None:
    """A determination where none may be is a difference."""
    text = GOOD.replace("{outcome: undetermined, missing: [b.income], marks: [], amount: null}", "absent")
    (case,) = read(pack, tmp_path, text)

    assert [words.en for words in run(case)] == ["household: outcome: expected absent, got undetermined"]


def test_a_wrong_outcome_shows_the_reasons_that_made_it(pack: RulePack, tmp_path: Path) -> None:
    """Beside a wrong outcome stand the criteria behind it, what they read, and the clause."""
    (said,) = differences(pack, tmp_path, "rents: true", "rents: false")

    first, reason = said.splitlines()
    assert first == "household: outcome: expected undetermined, got ineligible"
    assert reason == "    rents: not met (rents = false); bylaw art2"


def test_a_refusal_for_another_reason_is_a_difference(pack: RulePack, tmp_path: Path) -> None:
    """`because` names exactly the criteria that refuse."""
    text = GOOD.replace("rents: true", "rents: false").replace(
        "{outcome: undetermined, missing: [b.income], marks: [], amount: null}",
        "{outcome: ineligible, because: [income]}",
    )
    (case,) = read(pack, tmp_path, text)
    (said,) = run(case)

    assert said.en.splitlines()[0] == "household: because: expected [income], got [rents]"
    assert "rents: not met (rents = false)" in said.en


def test_differences_are_said_in_both_languages(pack: RulePack, tmp_path: Path) -> None:
    """A difference has Chinese and English words."""
    (case,) = read(pack, tmp_path, GOOD.replace("marks: []", "marks: [stale]"))

    assert run(case)[0].zh == "household: marks：期望 [stale]，实得 []"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("outcome:", "outcom:", "did you mean `outcome`?"),
        ("undetermined", "undetermind", "did you mean `undetermined`?"),
        ("household: {rents", "househld: {rents", "did you mean `household`?"),
        ("income: 1000", "incme: 1000", "did you mean `income`?"),
        ("[b.income]", "[b.incom]", "did you mean `income`?"),
        ("marks: []", "marks: [stal]", "did you mean `stale`?"),
        ("marks: []", "because: [rent]", "did you mean `rents`?"),
        ("amount: null", "amount: 1.234", "an amount in yuan or `null` belongs here"),
        ("    household: {", "    c: {", "there is no member `c`"),
        ("2024-11-15", "2024-13-15", "there is no such day"),
        ("  as_of: 2024-11-15\n", "", "a case says `as_of`"),
        ("- name: below the limit\n  as_of", "- as_of", "a case has a `name`"),
        (GOOD[GOOD.index("  expect") :], "", "`expect` names at least one member or `household`"),
        (GOOD[GOOD.index("{outcome") :], "absnt\n", "did you mean `absent`?"),
        (GOOD, "name: x\n", "a list of cases belongs here"),
        (GOOD, "- 5\n", "a case is a mapping (key: value)"),
        (GOOD, GOOD + GOOD, "two cases have the same name"),
    ],
)
def test_a_case_written_wrong_is_refused(pack: RulePack, tmp_path: Path, old: str, new: str, said: str) -> None:
    """Every mistake in a case file has a message with its place, the nearest known word where there is one."""
    assert old in GOOD
    text = problems(pack, tmp_path, GOOD.replace(old, new))

    assert said in text
    assert text.startswith("cases.yaml:")
    assert "^" in text


def test_cases_of_no_entitlement_are_refused(pack: RulePack, tmp_path: Path) -> None:
    """A case file that bears no entitlement's name is an error with the nearest name."""
    text = problems(pack, tmp_path, GOOD, name="heating-allowence")

    assert "did you mean `heating-allowance`?" in text


def test_cases_that_are_no_utf8_are_refused(pack: RulePack, tmp_path: Path) -> None:
    """A case file in another encoding is refused by name."""
    path = tmp_path / "heating-allowance.test.yaml"
    path.write_bytes("- name: 取暖补助的案例".encode("gbk"))

    with pytest.raises(PackError, match="GBK"):
        read_cases(pack, path)


def test_case_files_are_found_in_order(tmp_path: Path) -> None:
    """The files are those that end in `.test.yaml`, by name, links left out."""
    for name in ("b.test.yaml", "a.test.yaml", "c.yaml"):
        (tmp_path / name).write_text("", encoding="utf-8")
    (tmp_path / "d.test.yaml").symlink_to(tmp_path / "a.test.yaml")

    assert [path.name for path in case_files(tmp_path)] == ["a.test.yaml", "b.test.yaml"]
