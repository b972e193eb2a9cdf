"""A pack is read whole: its digest stands for its bytes, its rules for what they say, and no file brings the loader down."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eligibility import PackError, RulePack, UnknownName
from eligibility.errors import Problem
from eligibility.ir import Expr
from eligibility.packs.contents import Contents
from eligibility.parser import parse
from eligibility.printer import to_text
from eligibility.schema import Owner
from eligibility.slips import find_slips
from eligibility.source import passage

ROOT = Path(__file__).resolve().parent.parent
GOOD = ROOT / "tests" / "errors" / "good"
HEATING = ROOT / "examples" / "packs" / "heating"
NAMES = RulePack.load(GOOD).contents.names
FILES = sorted(path.relative_to(GOOD) for path in GOOD.rglob("*.yaml"))


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Returns a copy of the good pack that a test may spoil."""
    return shutil.copytree(GOOD, tmp_path / "pack")


def digest(folder: Path) -> str:
    """Returns the digest of the pack in a folder."""
    return RulePack.load(folder).contents.digest


def test_the_same_files_have_the_same_digest(pack: Path) -> None:
    """A copy in another place, its files made in another order, has the digest of the first."""
    shuffled = pack.parent / "shuffled"
    for path in random.Random(1).sample(FILES, len(FILES)):  # noqa: S311 - any order but the usual one
        (shuffled / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(pack / path, shuffled / path)

    assert digest(GOOD) == digest(pack) == digest(shuffled)
    assert digest(GOOD).startswith("sha256:")


@pytest.mark.parametrize("path", FILES, ids=str)
def test_any_byte_changes_the_digest(pack: Path, path: Path) -> None:
    """One more space, or one less line end, in any file of a pack makes another digest."""
    raw = (pack / path).read_bytes()
    digests = {digest(GOOD)}

    for changed in (raw + b"\n", raw + b"#", b"\n" + raw, raw.replace(b": ", b":  ", 1), raw.replace(b"\n", b" \n", 1)):
        (pack / path).write_bytes(changed)
        digests.add(digest(pack))

    assert len(digests) == 6


def test_the_name_of_a_file_changes_the_digest(pack: Path) -> None:
    """The same bytes under another name are another pack."""
    (pack / "parameters" / "care.yaml").rename(pack / "parameters" / "more.yaml")

    assert digest(pack) != digest(GOOD)


@pytest.mark.parametrize("name", ["care/care-allowance.test.yaml", "README.md", "care/notes.txt", "more.yml"])
def test_what_is_no_part_of_a_pack_leaves_its_digest(pack: Path, name: str) -> None:
    """Cases and files of other kinds are not read, whatever they hold."""
    (pack / name).write_bytes(b"\xff: [")

    assert digest(pack) == digest(GOOD)


def test_a_folder_that_is_none_is_the_systems_own_error(tmp_path: Path) -> None:
    """A missing folder and a file for a folder are told apart, each with its path."""
    (tmp_path / "file").write_text("", "utf-8")

    with pytest.raises(FileNotFoundError) as missing:
        RulePack.load(tmp_path / "none")
    with pytest.raises(NotADirectoryError) as file:
        RulePack.load(tmp_path / "file")

    assert (missing.value.filename, file.value.filename) == (str(tmp_path / "none"), str(tmp_path / "file"))


def test_an_empty_folder_lacks_every_file(tmp_path: Path) -> None:
    """Each file that a pack must have is asked for once, and nothing else is said."""
    with pytest.raises(PackError) as caught:
        RulePack.load(tmp_path)

    names = [problem.span.source.name.rpartition("/")[2] for problem in caught.value.problems if problem.span]
    said = {problem.message.en for problem in caught.value.problems}
    assert names == [
        f"{name}.yaml" for name in sorted(["pack", "sources", "clauses", "places", "documents", "facts", "concepts"])
    ]
    assert said == {"the pack lacks this file"}


def test_a_byte_order_mark_is_let_pass(pack: Path) -> None:
    """A file may begin with the mark that some editors write; places are counted after it."""
    (pack / "sources.yaml").write_bytes(b"\xef\xbb\xbf" + (GOOD / "sources.yaml").read_bytes())

    assert RulePack.load(pack).contents.sources.keys() == {"bylaw"}


def test_windows_line_ends_say_the_same(pack: Path) -> None:
    """A pack with carriage returns has the same rules, facts and figures."""
    for path in FILES:
        (pack / path).write_bytes((GOOD / path).read_bytes().replace(b"\n", b"\r\n"))

    here, there = RulePack.load(pack).contents, RulePack.load(GOOD).contents

    assert list(expressions(here)) == list(expressions(there))
    assert figures(here) == figures(there)
    assert here.schema.facts.keys() == there.schema.facts.keys()


def test_problems_stand_in_the_order_of_files_and_places() -> None:
    """Whatever finds them, problems are told file by file, from top to bottom."""
    folder = ROOT / "tests" / "errors" / "bad" / "many" / "in-several-files"
    texts = folder.with_name(f"{folder.name}.expected").read_text("utf-8").splitlines()

    places = [line.split(":")[0:2] for line in texts if line.startswith("pack/")]

    assert len(places) == 5
    assert places == sorted(places, key=lambda place: (place[0], int(place[1])))


def test_every_rule_knows_its_line() -> None:
    """A loaded pack can say where each of its entitlements stands."""
    contents = RulePack.load(GOOD).contents

    assert contents.where["care-allowance"].where == f"{GOOD.as_posix()}/care/care-allowance.yaml:1:1"


def test_an_id_that_the_pack_lacks_names_the_nearest() -> None:
    """Asking for an entitlement by a misspelt id is an error with advice."""
    with pytest.raises(UnknownName, match="did you mean `care-allowance`"):
        RulePack.load(GOOD).entitlement("care-alowance")


def test_rules_are_asked_for_inside_two_centuries() -> None:
    """A day before 1949 or after 2100 has no rules."""
    pack = RulePack.load(GOOD)

    for day in (date(1948, 12, 31), date(2101, 1, 1)):
        with pytest.raises(ValueError, match="between 1949-01-01 and 2100-12-31"):
            pack.on(day)
    assert pack.on(date(1949, 1, 1)).ruling("care-allowance") is None
    assert pack.on(date(2100, 12, 31)).ruling("care-allowance") is not None


def expressions(contents: Contents) -> Iterator[tuple[Owner, Expr]]:
    """Yields every condition and value of a pack but derivations, with its owner."""
    for concept in contents.concepts.values():
        yield from ((concept.owner, version.body.expr) for version in concept.versions)
    for one in contents.entitlements.values():
        owner: Owner = "household" if one.subject == "household" else "person"
        yield from ((owner, written.expr) for _, written in one.expressions())
    for rule in contents.schema.integrity:
        yield rule.owner, rule.holds.expr


def figures(contents: Contents) -> dict[str, list[object]]:
    """Returns what each figure of a pack comes to, by its first day."""
    return {
        name: [(each.said.start, each.value, dict(each.rows), each.further) for each in series.entries]
        for name, series in contents.parameters.items()
    }


@pytest.mark.parametrize("folder", [GOOD, HEATING, ROOT / "rules" / "baiyin"], ids=lambda folder: folder.name)
def test_what_a_pack_says_can_be_printed_and_read_again(folder: Path) -> None:
    """Every condition and value of a pack, printed and parsed again, means the same."""
    contents = RulePack.load(folder).contents

    for owner, expr in expressions(contents):
        assert parse(passage(to_text(expr)), contents.names, owner) == expr


PIECES = st.sampled_from(
    [
        *(
            "age",
            "agee",
            "rents",
            "care_line",
            "m",
            "m.age",
            "members",
            "size",
            "as_of",
            "true",
            "place(county)",
            '"a"',
            "60",
            "0.5",
        ),
        *(
            "and",
            "or",
            "not",
            "in",
            "if",
            "else",
            "for",
            "is",
            "any(",
            "count(",
            "sum(",
            "min(",
            "date(",
            "round_down(",
        ),
        *(
            "(",
            ")",
            "{",
            "}",
            "[",
            "]",
            ",",
            ".",
            ":",
            "==",
            "!=",
            "<",
            ">=",
            "=",
            "+",
            "-",
            "*",
            "/",
            "**",
            "%",
            "&&",
            "？",
        ),
        *("'", '"', "\\", "年龄", "１", "1e3", "007", "#", "\n", "lambda", "class", "None", "f'", "\x00", "𠀀"),
    ]
)


@settings(max_examples=500)
@given(st.lists(PIECES, max_size=12).map(" ".join) | st.text(max_size=30))
def test_any_condition_is_parsed_or_refused_in_our_words(text: str) -> None:
    """A text either means something or is refused at a place inside it, and never in words of the host language."""
    try:
        expr = parse(passage(text), NAMES, "person")
    except PackError as error:
        for problem in error.problems:
            assert problem.span is not None
            assert 0 <= problem.span.start <= problem.span.end <= len(text)
            assert problem.message.en.islower() or "`" in problem.message.en
    else:
        assert find_slips(passage(text)) == []
        assert parse(passage(to_text(expr)), NAMES, "person") == expr


CHANGES = st.sampled_from(
    [
        *(
            "",
            " ",
            "[",
            "{",
            "}",
            '"',
            "- ",
            ": ",
            "~",
            "null",
            "agee",
            "0",
            "-1",
            "一",
            "&a ",
            "*a",
            "!t ",
            "#",
            "|",
            ">",
            "\t",
        ),
        *(
            "size",
            "income",
            "old",
            "[]",
            "{}",
            "[a]",
            "{zh: 1, en: 2}",
            "2020-01-01",
            "9" * 30,
            "versions: []",
            "derive: age",
        ),
    ]
)


def problems_of(path: Path, text: str) -> tuple[Problem, ...]:
    """Returns what is wrong with the good pack, one file replaced."""
    with tempfile.TemporaryDirectory() as folder:
        pack = shutil.copytree(GOOD, Path(folder) / "pack")
        (pack / path).write_text(text, "utf-8")
        try:
            RulePack.load(pack)
        except PackError as error:
            return error.problems
    return ()


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FILES), st.integers(0, 10**6), st.integers(0, 12), CHANGES)
def test_no_change_to_a_file_brings_the_loader_down(path: Path, place: int, length: int, change: str) -> None:
    """A pack with any stretch of a file replaced loads, or is refused with places inside its files, nothing said twice."""
    text = (GOOD / path).read_text("utf-8")
    start = place % (len(text) + 1)
    changed = text[:start] + change + text[start + length :]

    problems = problems_of(path, changed)

    said = [problem.text("en") for problem in problems]
    assert len(set(said)) == len(said)
    assert not any("does not belong here" in problem.message.en for problem in problems)
    assert all(problem.span and problem.span.end <= len(problem.span.source.text) for problem in problems)
