"""Carets stand under what they mean, two columns for a Chinese character, and no value of a person is shown."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eligibility.source import Passage, Source, Span, passage
from eligibility.words import Words, width


def excerpt(text: str, marked: str, *, shown: tuple[str, ...] = (), private: bool = False) -> str:
    """Returns how a source looks with the first `marked` in it pointed at; the first of each `shown` stays readable."""
    keys = {(text.index(key), text.index(key) + len(key)) for key in shown}
    source = Source("f.yaml", text, private, keys)
    start = text.index(marked)
    return Span(source, start, start + len(marked)).excerpt()


def test_carets_stand_under_ascii_text() -> None:
    """A span on the second line is shown with its line number and as many carets as it has characters."""
    assert excerpt("age: 3\nsize: 20", "20") == "  |\n2 | size: 20\n  |       ^^"


def test_a_chinese_character_takes_two_columns() -> None:
    """Chinese before and inside a span moves and widens the carets by two columns each."""
    assert excerpt("户籍: 甘肃 x", "甘肃") == "  |\n1 | 户籍: 甘肃 x\n  |       ^^^^"


def test_a_tab_is_shown_as_four_columns() -> None:
    """A tab before the span moves the carets by the four spaces it is shown as."""
    assert excerpt("\ta: b", "b") == "  |\n1 |     a: b\n  |        ^"


def test_an_empty_span_has_one_caret() -> None:
    """Where something is missing, one caret shows where."""
    assert Span(Source("f", "a:"), 2, 2).excerpt() == "  |\n1 | a:\n  |   ^"


def test_the_end_of_the_text_is_a_place() -> None:
    """A span past the last line end stands on the empty line after it."""
    span = Span(Source("f", "a\n"), 2, 2)

    assert span.where == "f:2:1"
    assert span.excerpt() == "  |\n2 | \n  | ^"


def test_a_span_over_several_lines_is_marked_on_its_first() -> None:
    """Only the first line of a long span is shown, marked up to its end."""
    assert excerpt("a: b\nc: d", "b\nc") == "  |\n1 | a: b\n  |    ^"


def test_a_windows_line_end_is_not_shown() -> None:
    """A carriage return before the line feed belongs to the line's end."""
    assert excerpt("a: b\r\nc: d", "b") == "  |\n1 | a: b\n  |    ^"


def test_the_gutter_is_as_wide_as_the_line_number() -> None:
    """With a line number of two digits the carets still stand under the span."""
    assert excerpt("\n" * 11 + "a", "a") == "   |\n12 | a\n   | ^"


@pytest.mark.parametrize("at", [0, 300, 599])
def test_a_long_line_is_cut_around_the_span(at: int) -> None:
    """Wherever the span stands in a long line, it is in sight, the carets under it."""
    text = "a" * at + "X" + "a" * (600 - at)

    line, carets = excerpt(text, "X").splitlines()[1:]

    assert width(line) < 120
    assert line[carets.index("^")] == "X"


def test_a_private_excerpt_shows_keys_and_no_value() -> None:
    """Keys that were let through stay readable, every value becomes one sign, the caret under it."""
    found = excerpt("age: 张三 1969, b: x", "张三 1969", shown=("age", "b"), private=True)

    assert found == "  |\n1 | age: …, b: …\n  |      ^"


def test_a_private_value_that_spells_a_key_is_hidden() -> None:
    """It is the place of a key that is shown, not the word: the same word as a value is hidden."""
    found = excerpt("age: age", "age", shown=("age",), private=True)

    assert found == "  |\n1 | age: …\n  | ^^^"


SIGNS = " {}[],:-\"'\t"


@given(st.text(alphabet="abc张三19 :,-'\"{}[]\t.", max_size=60), st.data())
def test_nothing_of_a_private_line_is_shown_but_punctuation(text: str, data: st.DataObject) -> None:
    """Whatever a private line holds and wherever the span stands, only punctuation is left of it."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    line = Span(Source("f", text, private=True), start, end).excerpt().splitlines()[1]

    assert set(line.removeprefix("1 | ").replace("...", "")) <= {*SIGNS, "…"}


@given(st.text(alphabet="ab张é\n\r", max_size=40), st.data())
def test_a_place_counts_lines_and_characters(text: str, data: st.DataObject) -> None:
    """Line and column lead back to the same character."""
    offset = data.draw(st.integers(0, len(text)))

    line, column = Source("f", text).place(offset)

    before = text[:offset].split("\n")
    assert (line, column) == (len(before), len(before[-1]) + 1)


def test_a_passage_points_into_its_source() -> None:
    """A character of a text leads to the place from which it was cut, though escapes were undone on the way."""
    source = Source("f", r'a: "x\ty"')
    said = Passage("x\ty", source, [4, 5, 7, 8])

    assert said.span(2, 3) == Span(source, 7, 8)
    assert said.span(0, 3) == Span(source, 4, 8)


def test_a_span_outside_a_passage_is_drawn_back_into_it() -> None:
    """A span past the end of a text stands at its end."""
    said = passage("abc")

    assert (said.span(2, 9).start, said.span(2, 9).end) == (2, 3)
    assert (said.span(7, 9).start, said.span(7, 9).end) == (3, 3)


def test_a_source_survives_pickling() -> None:
    """A source with its lines counted can be handed to another process."""
    source = Source("f", "a\nb")
    source.place(2)

    again = pickle.loads(pickle.dumps(source))  # noqa: S301 - made in the line itself

    assert again.place(2) == (2, 1)


def test_words_speak_the_language_asked_for() -> None:
    """Each language gives its own text, and a third one is an error."""
    words = Words("是", "yes")

    assert (words["zh"], words["en"]) == ("是", "yes")
    with pytest.raises(KeyError):
        words["fr"]


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", 0), ("abc", 3), ("户籍", 4), ("ＡＢ", 4), ("é", 1), ("e\u0301", 1), ("、。", 4), ("𠀀", 2), ("…", 1)],
)
def test_width_counts_terminal_columns(text: str, columns: int) -> None:
    """Wide characters count two, combining ones none, all others one."""
    assert width(text) == columns


@given(st.text(), st.text())
def test_width_adds_up(left: str, right: str) -> None:
    """The width of two texts side by side is the sum of theirs."""
    assert width(left + right) == width(left) + width(right)
