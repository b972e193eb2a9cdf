"""Several profiles in one text: each ends in a result or in an error, whatever stands beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from families import run
from hypothesis import assume, given
from hypothesis import strategies as st
from test_profile import messages, one, several

from eligibility import Profile, ProfileError

GOOD = ["members: [{id: a, age: 3}]\n", '{"id": "x", "members": []}\n', "# of a blind man\nhousehold: {rents: true}\n"]
BROKEN = [
    "members: [{id: a\n",
    "members: [{id: 'a}]\n",
    'members: [{id: "a}]\n',
    "members:\n\t- id: a\n",
    "members: [}\n",
    "id: a\n  members: []\n",
    "members: [] }\n",
    "members\n",
    "- - - : ]\n",
    "id: @a\n",
    "id: a\x00\n",
    "id: &a b\n",
    "%\n",
    "# nothing yet\n",
    "\n",
]
BAD_LINES = ["oops", '{"id": }', '{"id": "x"', "[1]", "members: []", '"', "}", "\x07", "-- -", ". {"]


def ids(found: list[Profile | ProfileError]) -> list[str | None]:
    """Returns the id of each profile, None for an error."""
    return [each.id if isinstance(each, Profile) else None for each in found]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 14)), min_size=2, max_size=8), st.booleans())
def test_no_document_takes_another_with_it(drawn: list[tuple[bool, int]], dos: bool) -> None:  # noqa: FBT001 - drawn
    """However a document is broken, each other one is read, and no id depends on it; line ends of Windows change nothing."""
    documents = [(good, (GOOD if good else BROKEN)[at % (len(GOOD) if good else len(BROKEN))]) for good, at in drawn]
    assume(sum('"x"' in text for _, text in documents) < 2)
    assume(documents[-1][1].strip())
    text = "".join(f"---\n{text}" for _, text in documents)

    found = several(text.replace("\n", "\r\n") if dos else text)

    assert ids(found) == [
        (("x" if '"x"' in text else f"p-{number}") if good else None)
        for number, (good, text) in enumerate(documents, 1)
    ]


def test_every_error_of_a_stream_stands_in_its_own_document() -> None:
    """An error names a line of the document that it is about, and shows the keys of that alone."""
    first, second, third = several("members: [{id: a\n---\nid: 'b\n---\nid: c d\n")

    assert [each.text("en").split(": ")[0] for each in (first, second, third) if isinstance(each, ProfileError)] == [
        "p.yaml:1:11",
        "p.yaml:3:5",
        "p.yaml:5:5",
    ]
    assert messages(first) == ["this `{` is not closed"]
    assert messages(second) == ["this quote is not closed"]
    assert messages(third) == ["an id is not written like this"]


@pytest.mark.parametrize(
    "text", ["id: a\n---\n---\nid: b\n", "id: a\n---\n# later\n---\nid: b\n", "id: a\n---\n...\n---\nid: b\n"]
)
def test_an_empty_document_is_said(text: str) -> None:
    """What stands empty between two profiles is an error of its own, not passed over."""
    first, empty, last = several(text)

    assert ids([first, last]) == ["a", "b"]
    assert messages(empty) == ["the profile is empty"]


@pytest.mark.parametrize(
    "text", ["id: a\n---\n", "---\nid: a\n...\n", "# a\n---\nid: a\n...\n---\n\n", "id: a\n...\n# z\n"]
)
def test_what_ends_a_stream_is_no_profile(text: str) -> None:
    """A line `---` or `...` with nothing behind it ends the stream."""
    assert one(text).id == "a"


@given(st.lists(st.one_of(st.just(None), st.sampled_from(BAD_LINES)), min_size=2, max_size=9), st.booleans())
def test_json_lines_are_the_same_by_every_name(lines: list[str | None], dos: bool) -> None:  # noqa: FBT001 - drawn
    """On standard input, where no name tells, bad lines among good ones change nothing for those."""
    assume(lines.count(None) * 2 >= len(lines))
    text = ("\r\n" if dos else "\n").join(line or json.dumps({"id": f"h{at}"}) for at, line in enumerate(lines))

    named = several(text, "p.jsonl")

    assert ids(named) == [None if line else f"h{at}" for at, line in enumerate(lines)]
    for name in ("<stdin>", "p.json"):
        found = several(text, name)
        assert ids(found) == ids(named)
        assert [messages(each) for each in found if isinstance(each, ProfileError)] == [
            messages(each) for each in named if isinstance(each, ProfileError)
        ]


@pytest.mark.parametrize(
    "text",
    [
        '{"id": "a"}\n---\n{"id": "b"}\n',
        '---\n{"id": "a"}\n---\n{"id": "b"}\n',
        '{"id": "a"}\n---\nid: b\n',
        "id: a\n---\nid: b\n---\n",
    ],
)
def test_objects_between_dashes_are_a_yaml_stream(text: str) -> None:
    """YAML takes JSON objects too; a line `---` between them tells it from JSON Lines."""
    assert ids(several(text, "<stdin>")) == ["a", "b"]


@pytest.mark.parametrize(
    "text",
    [
        '{"id": "a", "members": [\n{"id": "b"},\n{"id": "c"}\n]}',
        '{\n"id": "a",\n"members": [\n{"id": "b"}\n]\n}',
        'id: a\nhousehold: {}\nmembers: [\n{"id": "b"}\n]\n',
    ],
)
def test_lines_that_look_like_objects_inside_a_profile_are_none(text: str) -> None:
    """A profile that is written with a member on each line is one profile."""
    assert one(text, "<stdin>").id == "a"


def test_a_list_of_profiles_is_told_how_to_be_a_stream() -> None:
    """An array of profiles is refused with the form in which several are taken."""
    (found,) = several('[{"id": "a", "members": []}, {"id": "b", "members": []}]', "p.json")

    assert isinstance(found, ProfileError)
    assert found.problems[0].help is not None
    assert "JSON Lines" in found.problems[0].help.en


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id: a\n---\nid: a\n---\nid: b\n", ["a", None, "b"]),
        ("id: p-2\n---\nmembers: []\n", ["p-2", None]),
        ("members: []\n---\nmembers: []\n---\nid: p-2\n", ["p-1", "p-2", None]),
        ("id: 豈\n---\nid: \uf900\n", ["豈", None]),
        ("id: a\nmembrs: []\n---\nid: a\n", [None, None]),
    ],
)
def test_no_two_profiles_of_a_stream_have_one_id(text: str, expected: list[str | None]) -> None:
    """The second household with an id is an error that names both places, be the first well or not."""
    found = several(text)

    assert ids(found) == expected
    error = next(each for each in reversed(found) if isinstance(each, ProfileError))
    assert messages(error) == ["two profiles have the same id"]
    assert error.problems[0].also is not None


def test_an_id_is_taken_only_once_it_is_one() -> None:
    """An id in the wrong form is said once, and not again as one that is used twice."""
    first, second = several("id: a b\n---\nid: a b\n")

    assert [messages(first), messages(second)] == [["an id is not written like this"]] * 2


def test_several_files_with_one_id_are_refused(tmp_path: Path) -> None:
    """Stated ids, or names of files where none is stated: nothing is computed, and both places are named."""
    for folder, name, text in [("a", "li.yaml", "id: x"), ("b", "wang.yaml", "id: x"), ("b", "li.yaml", "members: []")]:
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_text(text, "utf-8")
    (tmp_path / "a" / "wang.yaml").write_text("id: li", "utf-8")
    stated = run("screen", str(tmp_path / "a" / "li.yaml"), str(tmp_path / "b" / "wang.yaml"), "--lang", "en")
    named = run("validate", str(tmp_path / "a" / "wang.yaml"), str(tmp_path / "b" / "li.yaml"), "--lang", "en")

    assert (stated.returncode, stated.stdout, named.returncode) == (3, b"", 3)
    said = " ".join(stated.stderr.decode().split())
    assert f"{tmp_path}/b/wang.yaml:1:5: two profiles have the same id" in said
    assert f"see also: {tmp_path}/a/li.yaml:1:5" in said
    assert "this one states no `id`" in named.stderr.decode()


def test_both_places_are_there_for_machines_too() -> None:
    """`validate --format json` names the other place of an id that is used twice."""
    done = run("validate", "-", "--format", "json", given=b"id: a\n---\nid: a\n")
    _, second = (json.loads(line) for line in done.stdout.splitlines())

    assert done.returncode == 4
    assert [(each["line"], each["also"]["line"]) for each in second["problems"]] == [(3, 1)]


def test_a_stream_of_five_hundred_families_with_ten_broken() -> None:
    """Four hundred and ninety results, ten errors, and the code that says so, in order."""
    texts = [f"id: h{at}\nmembers: [{{id: a}}{']' if at % 50 else ''}\n" for at in range(500)]
    done = run("screen", "-", "--only", "fee-free-preschool", "--format", "json", given="---\n".join(texts).encode())

    assert done.returncode == 4
    assert [json.loads(line)["household"] for line in done.stdout.splitlines()] == [
        f"h{at}" for at in range(500) if at % 50
    ]
    assert done.stderr.decode().count("没有闭合") == 10
