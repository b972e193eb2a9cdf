"""Every error has a file under `errors/bad/` and its exact expected text beside it.

A case is a file that takes the place of one of the pack in `errors/good/`, named in its first line as `# PATH`, or a folder
that is laid over that pack; under `bad/profiles/` it is a profile. `python tests/test_errors.py` writes every expected text
anew: read the difference before you keep it.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from eligibility import InputError, PackError, ProfileError, RulePack, Rules, read_profile
from eligibility.packs.files import MOST_BYTES
from eligibility.profile import MOST_BYTES as MOST_BYTES_OF_A_PROFILE
from eligibility.words import width

GOOD = Path(__file__).resolve().parent / "errors" / "good"
BAD = GOOD.parent / "bad"
DAY = date(2024, 6, 1)
HEAD = re.compile(r"^(?P<where>\S+:\d+:\d+): (?P<message>.+)$")
LIBRARY = re.compile(r"pydantic|yaml\.|Traceback|Error|Python|NoneType|\bdict\b|\bstr\b|\bint\b|\btuple\b|token|scalar")


def cases(*rooms: str) -> list[Path]:
    """Returns the cases in some folders of `bad/`: whatever stands beside an expected text."""
    return sorted(path for room in rooms for path in (BAD / room).iterdir() if path.suffix != ".expected")


def expected(case: Path) -> Path:
    """Returns where the expected text of a case stands."""
    return case.with_name(f"{case.name}.expected")


def name(case: Path) -> str:
    """Returns how a case is called in reports."""
    return case.relative_to(BAD).as_posix()


PACKS = cases(*(path.name for path in BAD.iterdir() if path.name != "profiles"))
PROFILES = cases("profiles")


@contextlib.contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Works in a folder, so that errors name the files in it as its reader would."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def lay(case: Path, pack: Path) -> None:
    """Lays a case over a copy of the good pack."""
    shutil.copytree(GOOD, pack)
    if case.is_dir():
        shutil.copytree(case, pack, dirs_exist_ok=True)
        return
    raw = case.read_bytes()
    place = pack / raw.partition(b"\n")[0].removeprefix(b"# ").decode()
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(raw)


def refused(folder: Path) -> PackError:
    """Returns what is said of the pack in a folder."""
    with inside(folder), pytest.raises(PackError) as caught:
        RulePack.load("pack")
    return caught.value


@functools.cache
def rules() -> Rules:
    """Returns the good pack's rules of a day, for profiles."""
    return RulePack.load(GOOD).on(DAY)


@functools.cache
def error(case: Path) -> InputError:
    """Returns what is said of a case."""
    if case in PROFILES:
        with inside(case.parent), pytest.raises(ProfileError) as caught:
            read_profile(case.name, rules())
        return caught.value
    with tempfile.TemporaryDirectory() as folder:
        lay(case, Path(folder) / "pack")
        return refused(Path(folder))


def heads(text: str) -> list[tuple[str, str]]:
    """Returns the place and the message of each problem in a text."""
    return [(found["where"], found["message"]) for line in text.splitlines() if (found := HEAD.match(line))]


def test_the_good_pack_loads() -> None:
    """The pack that every case spoils is without error or finding."""
    assert RulePack.load(GOOD).contents.findings == ()


@pytest.mark.parametrize("case", [*PACKS, *PROFILES], ids=name)
def test_an_error_says_exactly_what_is_expected(case: Path) -> None:
    """A bad file gives the text that stands beside it, to the letter."""
    assert f"{error(case).text('en')}\n" == expected(case).read_text("utf-8")


@pytest.mark.parametrize("case", [*PACKS, *PROFILES], ids=name)
def test_an_error_says_the_same_in_chinese(case: Path) -> None:
    """In Chinese the same problems stand at the same places, each with a message in Chinese."""
    found = error(case)

    english, chinese = heads(found.text("en")), heads(found.text("zh"))

    assert [where for where, _ in chinese] == [where for where, _ in english]
    assert [message for _, message in chinese if message.isascii()] == []
    assert all((problem.help is None) or not problem.help.zh.isascii() for problem in found.problems)


@pytest.mark.parametrize("case", [*PACKS, *PROFILES], ids=name)
def test_an_error_keeps_the_voice_of_the_house(case: Path) -> None:
    """Each problem has a place with a caret, one lower-case line without a full stop, and no word of a library."""
    found = error(case)

    for problem in found.problems:
        message = re.sub(r"`[^`]*`", "", problem.message.en).strip()
        assert problem.span is not None
        assert "^" in problem.span.excerpt()
        assert not message.endswith(".")
        assert not message[:1].isupper() or message.startswith(("JSON", "YAML"))
        assert not LIBRARY.search(message)
        assert max(map(width, problem.text("en").splitlines())) <= 140


@pytest.mark.parametrize("case", [*PACKS, *PROFILES], ids=name)
def test_a_problem_is_said_once(case: Path) -> None:
    """No message stands twice at one place."""
    said = [problem.text("en") for problem in error(case).problems]

    assert len(set(said)) == len(said)


def test_every_expected_text_has_its_case() -> None:
    """No expected text is left over from a case that is gone, and no case is without one."""
    texts = set(BAD.rglob("*.expected"))

    assert texts == {expected(case) for case in [*PACKS, *PROFILES]}


@pytest.mark.parametrize("case", [case for case in PROFILES if case.suffix in {".yaml", ".json"}], ids=name)
def test_an_error_of_a_profile_shows_no_value(case: Path) -> None:
    """Of what stands in a bad profile only words of the vocabulary and other keys are ever repeated."""
    text = expected(case).read_text("utf-8")
    excerpts = [line.partition("| ")[2] for line in text.splitlines() if re.match(r"\d+ +\| ", line)]
    raw = case.read_bytes()
    written = raw.decode("utf-16" if raw.startswith(b"\xff\xfe") else "utf-8", "replace")
    keys = set(re.findall(r"[A-Za-z_]\w*(?=['\"]?[:：])", written))

    words = {word for line in excerpts for word in re.findall(r"\w+", line)}

    assert words <= keys


def fill(pack: Path, size: int) -> None:
    """Makes a file of a pack as large as asked."""
    file = pack / "sources.yaml"
    file.write_bytes(file.read_bytes().ljust(size - 1, b"#") + b"\n")


def link(pack: Path) -> None:
    """Puts a link in the place of a file of a pack."""
    (pack / "sources.yaml").rename(pack.parent / "elsewhere.yaml")
    (pack / "sources.yaml").symlink_to(pack.parent / "elsewhere.yaml")


def linked_folder(pack: Path) -> None:
    """Puts a link in the place of a folder of a pack."""
    (pack / "care").rename(pack.parent / "care")
    (pack / "care").symlink_to(pack.parent / "care")


def pipe(pack: Path) -> None:
    """Puts something that is no file in the place of one."""
    (pack / "sources.yaml").unlink()
    os.mkfifo(pack / "sources.yaml")


def lose(pack: Path) -> None:
    """Takes a file out of a pack."""
    (pack / "sources.yaml").unlink()


SPOILT = {
    fill: ("pack/sources.yaml:1:1", "the file is over 2,000,000 bytes"),
    link: ("pack/sources.yaml:1:1", "a pack holds no links"),
    linked_folder: ("pack/care:1:1", "a pack holds no links"),
    pipe: ("pack/sources.yaml:1:1", "this is not a regular file"),
    lose: ("pack/sources.yaml:1:1", "the pack lacks this file"),
}


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_file_that_cannot_be_taken_is_refused_by_name(spoil: Callable[..., None], tmp_path: Path) -> None:
    """A file too large, a link, a pipe or a missing file is one problem, and no other follows from it."""
    shutil.copytree(GOOD, tmp_path / "pack")
    if spoil is fill:
        fill(tmp_path / "pack", MOST_BYTES + 1)
    else:
        spoil(tmp_path / "pack")

    assert heads(refused(tmp_path).text("en")) == [SPOILT[spoil]]


def test_a_file_of_the_greatest_size_is_taken(tmp_path: Path) -> None:
    """A file of exactly two million bytes is read."""
    shutil.copytree(GOOD, tmp_path / "pack")
    fill(tmp_path / "pack", MOST_BYTES)

    assert RulePack.load(tmp_path / "pack").contents.sources.keys() == {"bylaw"}


def test_a_profile_too_large_is_refused_unread(tmp_path: Path) -> None:
    """A profile over twenty million bytes is one error, whatever is in it."""
    (tmp_path / "p.yaml").write_bytes(b"[" * (MOST_BYTES_OF_A_PROFILE + 1))

    with inside(tmp_path), pytest.raises(ProfileError) as caught:
        read_profile("p.yaml", rules())

    assert heads(caught.value.text("en")) == [("p.yaml:1:1", "the profile is over 20,000,000 bytes")]


def test_another_ending_is_a_finding(tmp_path: Path) -> None:
    """A `.yml` file is not read, and the author is told so without the pack being refused."""
    shutil.copytree(GOOD, tmp_path / "pack")
    (tmp_path / "pack" / "care" / "more.yml").write_text("no rule", "utf-8")

    with inside(tmp_path):
        (finding,) = RulePack.load("pack").contents.findings

    assert heads(finding.text("en")) == [
        ("pack/care/more.yml:1:1", "the file is not read: its ending must be `.yaml`"),
    ]


def test_past_fifty_problems_only_their_number_is_said() -> None:
    """Of fifty-five problems fifty are shown, and then how many are left."""
    text = expected(BAD / "many" / "more-than-fifty.yaml").read_text("utf-8")

    assert len(heads(text)) == 50
    assert text.endswith("\n\n5 more problems are not shown\n")


if __name__ == "__main__":
    for each in [*PACKS, *PROFILES]:
        expected(each).write_text(f"{error(each).text('en')}\n", "utf-8")
