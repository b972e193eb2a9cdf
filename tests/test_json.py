"""JSON is read strictly, with the place of every character, and refused in our own words."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eligibility.packs import json as json_text
from eligibility.packs import nodes
from eligibility.packs.nodes import MappingNode, Node, Scalar, SequenceNode, at, data
from eligibility.source import Source

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def read(text: str, *, lines: bool = False) -> tuple[list[Node | None], list[str]]:
    """Returns the documents of a text and what was said about it."""
    found = list(json_text.documents(Source("f.json", text), lines=lines))
    return [each.node for each in found], [problem.text("en") for each in found for problem in each.problems]


def plain_data(node: Node) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Returns a node as `json.loads` would give it."""
    if isinstance(node, Scalar):
        return json.loads(node.text) if node.plain else node.text
    if isinstance(node, SequenceNode):
        return [plain_data(item) for item in node.items]
    return {key.text: plain_data(value) for key, value in node.entries}


def scalars(node: Node) -> list[Scalar]:
    """Returns every scalar of a tree, keys included."""
    if isinstance(node, Scalar):
        return [node]
    if isinstance(node, SequenceNode):
        return [found for item in node.items for found in scalars(item)]
    return [found for pair in node.entries for part in pair for found in scalars(part)]


def allowed(value: object) -> bool:
    """Returns whether all texts of a value hold only characters that a text may hold."""
    (found,) = json_text.documents(Source("f", json.dumps(value, ensure_ascii=True)))
    return not found.problems


@given(VALUES.filter(allowed), st.booleans(), st.sampled_from([None, 0, 2]))
def test_nodes_hold_what_json_loads_holds(value: object, escaped: bool, indent: int | None) -> None:  # noqa: FBT001 - drawn
    """For every JSON text the nodes hold the same data as `json.loads`."""
    text = json.dumps(value, ensure_ascii=escaped, indent=indent)

    [node], said = read(text)

    assert said == []
    assert node is not None
    assert plain_data(node) == json.loads(text)


@given(VALUES.filter(allowed), st.booleans())
def test_every_character_stands_where_it_was_written(value: object, escaped: bool) -> None:  # noqa: FBT001 - drawn
    """A character of a scalar is found at its place in the source, or an escape begins there."""
    [node], _ = read(json.dumps(value, ensure_ascii=escaped))

    assert node is not None
    for scalar in scalars(node):
        offsets, text = scalar.passage.offsets, scalar.span.source.text
        assert len(offsets) == len(scalar.text) + 1
        assert all(text[place] in (said, "\\") for said, place in zip(scalar.text, offsets, strict=False))
        assert [*offsets] == sorted({*offsets})
        assert offsets[-1] == scalar.span.end - (not scalar.plain)


PIECES = st.sampled_from(
    [
        *"{}[]:,\"\\01-. \n\t\x00'张",
        "//",
        "-0.5e3",
        "01",
        "1.",
        "true",
        "nul",
        "null",
        "NaN",
        *('"a"', '"b"', '"\\u0041"', '"\\ud83d\\ude00"', '"\\q"'),
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join) | st.text(alphabet='{}[]:,"\\ 01ae-.', max_size=14))
def test_what_json_refuses_is_refused_and_nothing_else(text: str) -> None:
    """A text is taken when `json.loads` takes it, but for duplicate keys and figures that are none; else it is said why."""
    found, said = read(text)

    try:
        json.loads(text, parse_constant=lambda _: 1 / 0, object_pairs_hook=_no_duplicates)
        taken = True
    except (ValueError, ZeroDivisionError, KeyError):
        taken = False
    if text.strip(" \t\r\n"):
        assert taken == (not said)
        assert len(found) == 1
        assert found[0] is not None or said
    else:
        assert (found, said) == ([], [])


def _no_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(dict(pairs)) < len(pairs):
        raise KeyError
    return dict(pairs)


@given(st.text())
def test_no_text_brings_the_reader_down(text: str) -> None:
    """Any text gives a list of documents, and nothing that a terminal obeys or cannot encode is printed."""
    _, said = read(text)
    _, by_line = read(text, lines=True)

    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", "".join([*said, *by_line]))


REFUSED = {
    '{"a": 1,}': """
f.json:1:8: no comma may stand before `}`
  |
1 | {"a": 1,}
  |        ^
  = help: delete the comma
""",
    "[1, 2,]": """
f.json:1:6: no comma may stand before `]`
  |
1 | [1, 2,]
  |      ^
  = help: delete the comma
""",
    "{'a': 1}": """
f.json:1:2: JSON does not know this quote
  |
1 | {'a': 1}
  |  ^
  = help: write `"`
""",
    '{"a": NaN}': """
f.json:1:7: this is not a number
  |
1 | {"a": NaN}
  |       ^^^
  = help: write `null` for what is not known
""",
    "[-Infinity]": """
f.json:1:2: this is not a number
  |
1 | [-Infinity]
  |  ^^^^^^^^^
  = help: write `null` for what is not known
""",
    '{"a": True}': """
f.json:1:7: JSON does not write it so
  |
1 | {"a": True}
  |       ^^^^
  = help: one of: `true`, `false`, `null`
""",
    '{"a": 020}': """
f.json:1:7: JSON does not write a number so
  |
1 | {"a": 020}
  |       ^^^
  = help: write `20`, `-1` or `0.5`; the rest in double quotes
""",
    "[.5]": """
f.json:1:2: JSON does not write a number so
  |
1 | [.5]
  |  ^^
  = help: write `20`, `-1` or `0.5`; the rest in double quotes
""",
    "{a: 1}": """
f.json:1:2: this text has no quotes
  |
1 | {a: 1}
  |  ^
  = help: text and keys stand in double quotes `"`
""",
    '{"a": "x}': """
f.json:1:7: this quote is not closed
  |
1 | {"a": "x}
  |       ^
""",
    '{"a": "x\ny"}': """
f.json:1:7: this quote is not closed
  |
1 | {"a": "x
  |       ^
""",
    '["\\x"]': r"""
f.json:1:3: JSON does not know this escape
  |
1 | ["\x"]
  |   ^^
  = help: a backslash itself is written `\\`
""",
    '["a\tb"]': r"""
f.json:1:4: a tab cannot stand in text as it is
  |
1 | ["a    b"]
  |    ^^^^
  = help: write `\t`
""",
    '{"a" 1}': """
f.json:1:6: a `:` is missing here
  |
1 | {"a" 1}
  |      ^
""",
    '{"a": 1 "b": 2}': """
f.json:1:9: a `,` or `}` is missing here
  |
1 | {"a": 1 "b": 2}
  |         ^
""",
    '{"a": 1': """
f.json:1:1: this `{` is not closed
  |
1 | {"a": 1
  | ^
""",
    "[1, 2}": """
f.json:1:6: a `,` or `]` is missing here
  |
1 | [1, 2}
  |      ^
""",
    '{"a": 1} {"b": 2}': """
f.json:1:10: there is more after the end of the document
  |
1 | {"a": 1} {"b": 2}
  |          ^
  = help: several documents stand in a `.jsonl` file, one a line
""",
    '{"a": 1} // x': """
f.json:1:10: JSON has no comments
  |
1 | {"a": 1} // x
  |          ^^
  = help: delete the comment, or write YAML
""",
    '{"a": }': """
f.json:1:7: a value is missing here
  |
1 | {"a": }
  |       ^
""",
    '{"姓名"：1}': """
f.json:1:6: this is a full-width sign
  |
1 | {"姓名"：1}
  |        ^^
  = help: write it in half width
""",
    "{“a”: 1}": """
f.json:1:2: JSON does not know this quote
  |
1 | {“a”: 1}
  |  ^
  = help: write `"`
""",
    "[1,, 2]": """
f.json:1:4: a value is missing here
  |
1 | [1,, 2]
  |    ^
""",
    "{,}": """
f.json:1:2: a key is missing here
  |
1 | {,}
  |  ^
  = help: a key stands in double quotes
""",
    '{"a": 1, "a": 2}': """
f.json:1:10: the key `a` stands here twice
  |
1 | {"a": 1, "a": 2}
  |          ^^^
  = see also: f.json:1:2
  = help: keep one of them
""",
    '"\\ud800"': r"""
f.json:1:2: text cannot hold the character U+D800
  |
1 | "\ud800"
  |  ^
  = help: it cannot be seen; delete it
""",
    '["a\u2028b"]': """
f.json:1:4: text cannot hold the character U+2028
  |
1 | ["a�b"]
  |    ^
  = help: it cannot be seen; delete it
""",
    '["a\x00"]': """
f.json:1:4: text cannot hold the character U+0000
  |
1 | ["a�"]
  |    ^
  = help: it cannot be seen; delete it
""",
    "[1, @]": """
f.json:1:5: this is not JSON
  |
1 | [1, @]
  |     ^
  = help: text and keys stand in double quotes `"`
""",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_wrong_is_said_in_our_words(text: str) -> None:
    """Each usual slip has its place, its message and its advice."""
    _, said = read(text)

    assert "\n".join(said) == REFUSED[text].strip("\n")


def test_a_slip_is_said_in_chinese_too() -> None:
    """The same problem speaks Chinese."""
    (found,) = json_text.documents(Source("f.json", '{"a": 1,}'))

    assert found.problems[0].text("zh").startswith("f.json:1:8: `}` 前不能有逗号\n")
    assert found.problems[0].text("zh").endswith("= 提示: 删去逗号")


def test_a_bad_line_leaves_the_good_ones() -> None:
    """In JSON Lines each line is a document; a bad one is None with its problem, empty lines are passed over."""
    found, said = read('{"a": 1}\r\n\n{"a": }\n["\x07"]\n[1', lines=True)
    good, *bad = found

    assert isinstance(good, MappingNode)
    assert bad == [None, None, None]
    assert [line.splitlines()[0] for line in said] == [
        "f.json:3:7: a value is missing here",
        "f.json:4:3: text cannot hold the character U+0007",
        "f.json:5:1: this `[` is not closed",
    ]


def test_forty_levels_are_read_and_one_more_is_not() -> None:
    """Depth is limited, and a thousand levels are no harder to refuse than one too many."""
    assert read("[" * 40 + "]" * 40)[1] == []
    assert len(read("[" * 41 + "]" * 41)[1]) == 1
    assert len(read('{"a":' * 100_000)[1]) == 1


def test_too_many_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text with more values than the limit is refused, not read to its end."""
    monkeypatch.setattr(nodes, "MOST_NODES", 3)

    found, said = read("[1, 2, 3, 4]")

    assert found == [None]
    assert said[0].startswith("f.json:1:11: there are more than 3 values\n")


def test_a_number_of_any_length_is_text() -> None:
    """A figure is kept as written: no digit is lost, and none is counted as time."""
    [node], said = read("9" * 10_000)

    assert said == []
    assert isinstance(node, Scalar)
    assert (node.text, node.plain) == ("9" * 10_000, True)


def test_the_parts_of_a_tree_are_found() -> None:
    """A path leads to the deepest node on it, a key to its own place, and data to dictionaries and lists of passages."""
    [node], _ = read('{"a": [1, {"b": "x"}]}')

    assert isinstance(node, MappingNode)
    found = at(node, ("a", 1, "b", "lost"))
    assert isinstance(found, Scalar)
    assert (found.text, found.span.where) == ("x", "f.json:1:17")
    assert at(node, ("z", 0)) is node
    assert at(node, ("a", 2)) is node.get("a")
    assert at(node, ("a", "b")) is node.get("a")
    key = node.key("a")
    assert key is not None
    assert key.span.where == "f.json:1:2"
    assert node.key("z") is node.get("z") is None
    assert data(node)["a"][1]["b"] is found.passage
