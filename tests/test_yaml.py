"""YAML is read strictly, with the place of every character in all five forms, and refused in our own words."""

import pickle
import re
from typing import Any

import pytest
import yaml as library
from hypothesis import given
from hypothesis import strategies as st

from eligibility.errors import Problems, Refusal
from eligibility.packs import nodes, yaml
from eligibility.packs.nodes import MappingNode, Node, Scalar, SequenceNode, at, data
from eligibility.source import Source, Span

TEXTS = st.text(alphabet="abm.<=('\"#:-,é籍𠀀　  \n\t\\", max_size=24)
TREES = st.recursive(
    TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)
BASE: Any = getattr(library, "CBaseLoader", library.BaseLoader)  # it makes nothing but text
STYLES = st.sampled_from([None, "'", '"', "|", ">"])


def read(text: str, *, private: bool = False) -> tuple[list[Node], list[str]]:
    """Returns the documents of a text and what was said about it."""
    problems = Problems()
    found = yaml.nodes(Source("f.yaml", text, private), problems)
    return found, [problem.text("en") for problem in problems.found]


def value(text: str) -> Scalar:
    """Returns the value of `key: …`, which is read without a word."""
    [node], said = read(text)
    assert said == []
    assert isinstance(node, MappingNode)
    found = node.entries[0][1]
    assert isinstance(found, Scalar)
    return found


def texts(node: Node) -> Any:  # noqa: ANN401 - lists and dictionaries of texts
    """Returns a node as `BaseLoader` would give it: every scalar is its text."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, SequenceNode):
        return [texts(item) for item in node.items]
    return {key.text: texts(item) for key, item in node.entries}


def scalars(node: Node) -> list[Scalar]:
    """Returns every scalar of a tree, keys included."""
    if isinstance(node, Scalar):
        return [node]
    if isinstance(node, SequenceNode):
        return [found for item in node.items for found in scalars(item)]
    return [found for pair in node.entries for part in pair for found in scalars(part)]


def written(tree: object, style: str | None, width: int, line_end: str) -> str:
    """Returns a tree as YAML text in one of the forms a scalar can take."""
    text: str = library.safe_dump(tree, default_style=style, width=width, allow_unicode=True)
    return text.replace("\n", line_end)


def check_places(scalar: Scalar) -> None:
    """Asserts that each character is found at its place, or an escape there; and that spaces stand in between."""
    text, offsets = scalar.span.source.text, scalar.passage.offsets
    assert len(offsets) == len(scalar.text) + 1
    for said, place in zip(scalar.text, offsets, strict=False):
        assert text[place] == said or said in " \n" or (text[scalar.span.start] == '"' and text[place] == "\\")
    assert [*offsets] == sorted(offsets)
    assert scalar.span.start <= offsets[0]
    assert offsets[-1] <= scalar.span.end <= len(text)


@given(TREES, STYLES, st.sampled_from([10, 80]), st.sampled_from(["\n", "\r\n"]))
def test_what_was_written_is_read_and_every_character_found(
    tree: object, style: str | None, width: int, line_end: str
) -> None:
    """In all five forms, folded or not, with either line end, the text is as `BaseLoader` reads it and each place is exact."""
    text = written(tree, style, width, line_end)

    [node], said = read(text)

    assert said == []
    assert [texts(node)] == list(library.load_all(text, Loader=BASE))
    for scalar in scalars(node):
        check_places(scalar)


FRAGMENTS = st.sampled_from(
    [
        *"ab:-[]{},'\"|>#?% \n\t\\张",
        ": ",
        "- ",
        "\n  ",
        "\n    ",
        "\n\n",
        "\r\n",
        "  ",
        "\\n",
        "\\\n",
        "''",
        "---\n",
        "...\n",
    ]
)


@given(st.lists(FRAGMENTS, max_size=20).map("".join))
def test_any_text_is_read_as_the_library_reads_it_or_refused(text: str) -> None:
    """No text is read otherwise than by `BaseLoader`, none that it refuses is taken, and places are exact in whatever is read."""
    found, said = read(text)

    try:
        expected = list(library.load_all(text, Loader=BASE))
    except (library.YAMLError, TypeError):
        assert said
    else:
        assert said or [texts(node) for node in found if texts(node)] == [each for each in expected if each]
    for scalar in (each for node in found for each in scalars(node)):
        check_places(scalar)


@given(st.text() | st.lists(FRAGMENTS, max_size=20).map("".join))
def test_no_text_brings_the_reader_down(text: str) -> None:
    """Any text gives a list of documents, and nothing that a terminal obeys or cannot encode is printed."""
    _, said = read(text)

    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", "".join(said))


@given(TREES, STYLES, st.sampled_from([10, 80]))
def test_a_machine_without_the_c_library_reads_the_same(tree: object, style: str | None, width: int) -> None:
    """The reader in Python that stands in where the C library is missing gives the same nodes at the same places."""
    text = written(tree, style, width, "\n")
    [quick], _ = read(text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml, "_LOADER", library.SafeLoader)
        [slow], said = read(text)

    assert said == []
    assert texts(slow) == texts(quick)
    for one, other in zip(scalars(slow), scalars(quick), strict=True):
        check_places(one)
        assert (one.span.start, one.plain, [*one.passage.offsets][:-1]) == (
            other.span.start,
            other.plain,
            [*other.passage.offsets][:-1],
        )


FORMS = {
    "plain": "when: 户籍 == b",
    "plain over two lines": "when: 户籍\n  == b",
    "single-quoted": "when: '户籍 ''== b'",
    "double-quoted": 'when: "户\\u7c4d\\t\\x41 == b"',
    "double-quoted over lines": 'when: "户籍 \\\n   and\n\n  == b"',
    "literal": "when: |\n\n  户籍\n    == b\n",
    "literal, indentation said": "when: |2-\n    户籍 # x\n  == b\n",
    "folded": "when: >-  # why\n  户籍\n\n\n  and\n  == b\n\n",
    "folded, indented deeper": "when: >\n  a\n    户籍\n  == b\n",
    "astral characters": "when: 𠀀𠀀 == b",
    "a tab": "when:\t户籍\t== b",
}


@pytest.mark.parametrize("text", [*FORMS.values(), *(each.replace("\n", "\r\n") for each in FORMS.values())])
def test_a_word_is_pointed_at_in_every_form(text: str) -> None:
    """However a condition is written, `== b` in it leads to `== b` in the file."""
    said = value(text).passage
    start = said.text.index("== b")

    span = said.span(start, start + 4)

    assert text[span.start : span.end] == "== b"


def test_an_escape_is_pointed_at_where_it_begins() -> None:
    """A character written as an escape leads to its backslash, a doubled quote to the first of the two."""
    double = value('a: "\\u7c4d\\t\\U0001F600x\\\\"').passage
    single = value("a: 'x''y'").passage

    assert [*double.offsets] == [4, 10, 12, 22, 23, 25]
    assert [*single.offsets] == [4, 5, 7, 8]


def test_the_space_of_a_fold_stands_at_the_end_of_the_line() -> None:
    """Where lines are folded, the space between them is found at the line end, and line feeds at theirs."""
    assert [*value("a: x\n  y").passage.offsets] == [3, 4, 7, 8]
    assert [*value("a: x\n\n\n  y").passage.offsets] == [3, 4, 5, 9, 10]
    assert [*value('a: "x\\\n  y"').passage.offsets] == [4, 9, 10]
    assert [*value("a: |\n  x\n\n    y\n").passage.offsets][:6] == [7, 8, 9, 12, 13, 14]


def test_spans_are_exact() -> None:
    """A scalar spans its quotes, a group in braces its braces, a block its first to its last line, an empty value nothing."""
    text = "a: 'x'\nb: {c: 1}  # note\nd:\n  e:\n\nf: [1, 2]\n"
    [node], _ = read(text)
    assert isinstance(node, MappingNode)

    spans = {key.text: text[item.span.start : item.span.end] for key, item in node.entries}

    assert spans == {"a": "'x'", "b": "{c: 1}", "d": "e:", "f": "[1, 2]"}
    assert text[node.span.start : node.span.end] == text.rstrip()


def test_how_a_value_was_written_is_known() -> None:
    """Plain is what stands without quotes and not as a block; flow is what stands in braces or brackets."""
    [node], _ = read("a: no\nb: 'no'\nc: \"no\"\nd: |\n  no\ne: >\n  no\nf: {x: [no]}\n")
    assert isinstance(node, MappingNode)
    plain = [item.plain for _, item in node.entries if isinstance(item, Scalar)]
    inner = node.get("f")

    assert plain == [True, False, False, False, False]
    assert not node.flow
    assert isinstance(inner, MappingNode)
    assert inner.flow


def test_nothing_is_guessed() -> None:
    """`no`, `null`, `~`, a date and an empty value stay the text that was written."""
    [node], _ = read("on: no\na: null\nb: ~\nc: 2017-12-31\nd:\ne: 020\n")

    assert texts(node) == {"on": "no", "a": "null", "b": "~", "c": "2017-12-31", "d": "", "e": "020"}
    assert data(node)["d"].text == ""


def test_a_path_leads_to_the_deepest_node() -> None:
    """A path is followed as far as the tree goes."""
    [node], _ = read("a:\n  - b: x\n")

    assert at(node, ("a", 0, "b")).span.where == "f.yaml:2:8"
    assert at(node, ("a", 0, "z", 1)).span.where == "f.yaml:2:5"
    assert at(node, ()) is node


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("# x\n", 0), ("---\n---\n", 0), ("a: 1\n---\nb: 2\n...\n", 2), ("''", 1), ("~", 1)]
)
def test_an_empty_document_yields_no_node(text: str, count: int) -> None:
    """Documents of a stream are counted without the empty ones; what is written, if only `~`, is none of these."""
    found, said = read(text)

    assert (len(found), said) == (count, [])


def test_offsets_survive_pickling() -> None:
    """A value whose places were not yet worked out can be handed to another process."""
    said = value('a: "x\\ty"').passage

    again = pickle.loads(pickle.dumps(said))  # noqa: S301 - made in the line itself

    assert [*again.offsets] == [*said.offsets]
    assert again.offsets[1:] == [5, 7, 8]


def test_everything_wrong_is_said_at_once() -> None:
    """Reading goes on after tags, anchors, aliases, merges, duplicates and keys that are lists; what is left is whole."""
    found, said = read("a: !!str 1\nb: &x 2\nc: *x\n<<: d\n? [e]\n: f\na: 3\ng: h\n")

    assert [problem.splitlines()[0].split(": ")[1] for problem in said] == [
        "tags with `!` cannot be used",
        "anchors with `&` cannot be used",
        "aliases with `*` cannot be used",
        "`<<` cannot be used to merge keys",
        "a key must be one word, not a list or a group of keys",
        "the key `a` stands here twice",
    ]
    assert [texts(node) for node in found] == [{"a": "1", "b": "2", "c": "*x", "<<": "d", "g": "h"}]


def test_a_quoted_merge_sign_is_a_key_like_others() -> None:
    """Only a plain `<<` is refused: in quotes it is text."""
    [node], said = read("'<<': a\n")

    assert (texts(node), said) == ({"<<": "a"}, [])


def test_a_tagged_value_keeps_its_places() -> None:
    """Before a value that carries a tag and an anchor, both are refused, and the value itself is found."""
    [node], said = read('a: !x &y "b\\tc"\n')

    assert len(said) == 2
    assert [*scalars(node)[1].passage.offsets] == [10, 11, 13, 14]


REFUSED = {
    "a:\n\tb: 1\n": """
f.yaml:2:1: a tab cannot indent a line
  |
2 |     b: 1
  | ^^^^
  = help: use spaces
""",
    "a: 1\n\tb: 2\n": """
f.yaml:2:1: a tab cannot indent a line
  |
2 |     b: 2
  | ^^^^
  = help: use spaces
""",
    "a\nb: 1\n": """
f.yaml:1:1: there is no colon on this line
  |
1 | a
  | ^
  = help: write `key: value`
""",
    "a: 1\nb\nc: 2\n": """
f.yaml:2:1: there is no colon on this line
  |
2 | b
  | ^
  = help: write `key: value`
""",
    "a:1\nb: 2\n": """
f.yaml:1:2: a space is missing after this colon
  |
1 | a:1
  |  ^
  = help: write `key: value`
""",
    "x:\n  a:1\n  b: 2\n": """
f.yaml:2:4: a space is missing after this colon
  |
2 |   a:1
  |    ^
  = help: write `key: value`
""",
    "a: 1\n户籍：2\nc: 3\n": """
f.yaml:2:3: this colon is full-width
  |
2 | 户籍：2
  |     ^^
  = help: write `key: value`
""",
    'a: "x\nb: 1\n': """
f.yaml:1:4: this quote is not closed
  |
1 | a: "x
  |    ^
  = help: put the closing quote
""",
    "a: 'x\n---\n": """
f.yaml:1:4: this quote is not closed
  |
1 | a: 'x
  |    ^
  = help: put the closing quote
""",
    "a: [1, 2\nb: 3\n": """
f.yaml:1:4: this `[` is not closed
  |
1 | a: [1, 2
  |    ^
""",
    "a: [1,": """
f.yaml:1:4: this `[` is not closed
  |
1 | a: [1,
  |    ^
""",
    "a: {x: 1\nb: 3\n": """
f.yaml:1:4: this `{` is not closed
  |
1 | a: {x: 1
  |    ^
""",
    "a: {x: 1 y: 2}\n": """
f.yaml:1:11: a `,` or `}` is missing here
  |
1 | a: {x: 1 y: 2}
  |           ^
  = see also: f.yaml:1:4
  = help: put the whole value in quotes
""",
    "a: [1, 2}\n": """
f.yaml:1:9: a `,` or `]` is missing here
  |
1 | a: [1, 2}
  |         ^
  = see also: f.yaml:1:4
  = help: put the whole value in quotes
""",
    "a: ]\n": """
f.yaml:1:4: a value cannot start with `]`
  |
1 | a: ]
  |    ^
  = help: put the whole value in quotes
""",
    "a: 1\n  b: 2\n": """
f.yaml:2:3: this line is not indented like the lines it belongs to
  |
2 |   b: 2
  |   ^
  = help: lines of a group start in one column, items of a list with `- `
""",
    "a:\n    b: 1\n  c: 2\n": """
f.yaml:3:3: this line is not indented like the lines it belongs to
  |
3 |   c: 2
  |   ^
  = help: lines of a group start in one column, items of a list with `- `
""",
    "a:\n  - 1\n  b: 2\n": """
f.yaml:3:3: this line is not indented like the lines it belongs to
  |
3 |   b: 2
  |   ^
  = help: lines of a group start in one column, items of a list with `- `
""",
    'when: "x" == y\nb: 1\n': """
f.yaml:1:11: text goes on after a closing quote or bracket
  |
1 | when: "x" == y
  |           ^
  = help: put the whole value in quotes of the other kind
""",
    "a: b: c\n": """
f.yaml:1:5: a second colon on the line
  |
1 | a: b: c
  |     ^
  = help: put the whole value in quotes
""",
    "a: @x\n": """
f.yaml:1:4: a value cannot start with `@`
  |
1 | a: @x
  |    ^
  = help: put the whole value in quotes
""",
    "a: % x\n": """
f.yaml:1:4: a value cannot start with `%`
  |
1 | a: % x
  |    ^
  = help: put the whole value in quotes
""",
    "a: && b\n": """
f.yaml:1:4: a value cannot start with `&`
  |
1 | a: && b
  |    ^
  = help: put the whole value in quotes
""",
    "a: * b\n": """
f.yaml:1:4: a value cannot start with `*`
  |
1 | a: * b
  |    ^
  = help: put the whole value in quotes
""",
    "%YAML 1.1\n---\na: 1\n": """
f.yaml:1:1: directives with `%` cannot be used
  |
1 | %YAML 1.1
  | ^
  = help: delete this line
""",
    "%FOO\n---\na: 1\n": """
f.yaml:1:1: directives with `%` cannot be used
  |
1 | %FOO
  | ^
  = help: delete this line
""",
    "a: !z!x 1\n": """
f.yaml:1:4: tags with `!` cannot be used
  |
1 | a: !z!x 1
  |    ^
  = help: delete it, or put the whole value in quotes
""",
    "a: !!int 1\n": """
f.yaml:1:4: tags with `!` cannot be used
  |
1 | a: !!int 1
  |    ^^^^^
  = help: delete it, or put the whole value in quotes
""",
    "a: &x 1\n": """
f.yaml:1:4: anchors with `&` cannot be used
  |
1 | a: &x 1
  |    ^^
  = help: delete it, or put the whole value in quotes
""",
    "a: *x\n": """
f.yaml:1:4: aliases with `*` cannot be used
  |
1 | a: *x
  |    ^^
  = help: put the whole value in quotes
""",
    "<<: {b: c}\n": """
f.yaml:1:1: `<<` cannot be used to merge keys
  |
1 | <<: {b: c}
  | ^^
  = help: write the keys out
""",
    "a: 1\nb: 2\na: 3\n": """
f.yaml:3:1: the key `a` stands here twice
  |
3 | a: 3
  | ^
  = see also: f.yaml:1:1
  = help: keep one of them
""",
    "a: {b: 1, b: 2}\n": """
f.yaml:1:11: the key `b` stands here twice
  |
1 | a: {b: 1, b: 2}
  |           ^
  = see also: f.yaml:1:5
  = help: keep one of them
""",
    "? [a]\n: b\n": """
f.yaml:1:3: a key must be one word, not a list or a group of keys
  |
1 | ? [a]
  |   ^^^
""",
    "a: - b\n": """
f.yaml:1:4: a list cannot start on the line of its key
  |
1 | a: - b
  |    ^
  = help: start it on the next line, or put the whole value in quotes
""",
    "a: | text\n  x\n": """
f.yaml:1:4: after `|` the text starts on the next line
  |
1 | a: | text
  |    ^
  = help: put the whole value in quotes
""",
    'a: "\\q"\n': r"""
f.yaml:1:5: double quotes do not know this escape
  |
1 | a: "\q"
  |     ^
  = help: use single quotes
""",
    "{a: 1} b\n": """
f.yaml:1:8: the document has ended before this
  |
1 | {a: 1} b
  |        ^
  = help: between documents stands a line `---`
""",
    "a: x\x07y\nb: \x00\n": """
f.yaml:1:5: text cannot hold the character U+0007
  |
1 | a: x�y
  |     ^
  = help: it cannot be seen; delete it
f.yaml:2:4: text cannot hold the character U+0000
  |
2 | b: �
  |    ^
  = help: it cannot be seen; delete it
""",
    'a: "\\e[31m"\n': r"""
f.yaml:1:5: text cannot hold the character U+001B
  |
1 | a: "\e[31m"
  |     ^
  = help: it cannot be seen; delete it
""",
    "a: b\ud800\n": """
f.yaml:1:5: text cannot hold the character U+D800
  |
1 | a: b�
  |     ^
  = help: it cannot be seen; delete it
""",
    "a: b\rc: d\n": """
f.yaml:1:5: text cannot hold the character U+000D
  |
1 | a: b�c: d
  |     ^
  = help: it cannot be seen; delete it
""",
    "a: b\u2028c\n": """
f.yaml:1:5: text cannot hold the character U+2028
  |
1 | a: b�c
  |     ^
  = help: it cannot be seen; delete it
""",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_wrong_is_said_in_our_words(text: str) -> None:
    """Each usual slip has its place, its message and its advice."""
    _, said = read(text)

    assert "\n".join(said) == REFUSED[text].strip("\n")


def test_a_slip_is_said_in_chinese_too() -> None:
    """The same problem speaks Chinese."""
    problems = Problems()

    yaml.nodes(Source("f.yaml", "a: 1\na: 2\n"), problems)

    assert problems.found[0].text("zh") == (
        "f.yaml:2:1: 键 `a` 写了两次\n  |\n2 | a: 2\n  | ^\n  = 另见: f.yaml:1:1\n  = 提示: 只留一个"
    )


def test_a_person_s_words_are_not_repeated() -> None:
    """In a private text a duplicate key is named only when it is a word of the vocabulary's kind."""
    _, [chinese] = read("张三: 1\n张三: 2\n", private=True)
    _, [ascii_key] = read("age: 31\nage: 32\n", private=True)

    assert chinese.startswith("f.yaml:2:1: the key `…` stands here twice\n  |\n2 | …: …\n")
    assert ascii_key.startswith("f.yaml:2:1: the key `age` stands here twice\n  |\n2 | age: …\n")


def test_forty_levels_are_read_and_one_more_is_not() -> None:
    """Depth is limited, in brackets and in blocks."""
    assert read("[" * 40 + "]" * 40)[1] == []
    assert "more than 40 deep" in read("[" * 41 + "]" * 41)[1][0]
    assert "more than 40 deep" in read("- " * 100_000)[1][0]


def test_too_many_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text with more values than the limit is refused, not read to its end."""
    monkeypatch.setattr(nodes, "MOST_NODES", 3)

    found, said = read("[1, 2, 3, 4]")

    assert found == []
    assert said[0].startswith("f.yaml:1:11: there are more than 3 values\n")


CODINGS = {
    "GBK": "姓名: 张三\n".encode("gbk"),
    "GB18030": "姓名: 𠀀\n".encode("gb18030"),
    "UTF-16 with a mark": "姓名: 张三\n".encode("utf-16"),
    "UTF-16, big end first": "姓名: 张三\n".encode("utf-16-be"),
    "UTF-16, little end first": "姓名: 张三\n".encode("utf-16-le"),
    "UTF-32 with a mark": "姓名: 张三\n".encode("utf-32"),
    "UTF-32, big end first": "姓名: 张三\n".encode("utf-32-be"),
}


@pytest.mark.parametrize("called", CODINGS)
def test_another_encoding_is_refused_by_name(called: str) -> None:
    """A file in an encoding that offices use is refused by the encoding's name, its first Chinese words shown."""
    name = "GBK" if called.startswith("GB") else called[:6]

    with pytest.raises(Refusal) as refused:
        yaml.decode(CODINGS[called], "f.yaml")

    first = CODINGS["GBK"].decode("gbk") if called != "GB18030" else "姓名: 𠀀\n"
    assert refused.value.text("en") == str(refused.value)
    assert str(refused.value) == (
        f"f.yaml:1:1: this file is in {name}\n  |\n1 | {first.strip()}\n  | ^^^^\n  = help: save it as UTF-8"
    )


@pytest.mark.parametrize(
    ("raw", "where"),
    [
        (b"a: caf\xe9\n", "f:1:7"),
        ("姓名: 张三\n很好".encode() + b"\xff\n", "f:2:3"),
        ("户籍: 甘肃".encode()[:-1], "f:1:6"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "f:1:1"),
    ],
)
def test_what_is_no_text_is_refused_at_its_place(raw: bytes, where: str) -> None:
    """Damaged UTF-8 and files that are no text are refused at the first byte that cannot be read."""
    with pytest.raises(Refusal, match=f"^{where}: this is not text in UTF-8\n"):
        yaml.decode(raw, "f")


@given(st.binary(max_size=40) | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_bring_the_reader_down(raw: bytes) -> None:
    """Any bytes are UTF-8 and read, or refused in our words."""
    try:
        source = yaml.decode(raw, "f")
    except Refusal as refusal:
        assert refusal.problem.span  # noqa: PT017 - whether it is raised is not the question
    else:
        assert source.text.encode() == raw.removeprefix(b"\xef\xbb\xbf")


def test_a_byte_order_mark_is_left_out() -> None:
    """A file that begins with the mark of UTF-8 is read as one that does not."""
    source = yaml.decode(b"\xef\xbb\xbfa: 1\n", "f", private=True)

    assert (source.text, source.private) == ("a: 1\n", True)


def test_a_span_of_a_refusal_hides_what_is_private() -> None:
    """Under a private file in another encoding no value is shown."""
    with pytest.raises(Refusal) as refused:
        yaml.decode("姓名: 张三".encode("gbk"), "f", private=True)

    span = refused.value.problem.span
    assert isinstance(span, Span)
    assert span.excerpt() == "  |\n1 | …: …\n  | ^"
