"""Tables of text as offices save them: encodings, separators, quotes, and lines that are broken, each an affair of its own row."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from towns import RULES, profiles, rejects, take

from eligibility.errors import Problems, TableError
from eligibility.tables import lines, text
from eligibility.tables.chunks import People
from eligibility.tables.encodings import Encoding, encoding_of
from eligibility.tables.files import gathered
from eligibility.tables.rows import BROKEN, ROW

FEWER = "this row has fewer cells than there are headings; it may be broken in two"
MORE = "this row has more cells than there are headings; a cell with a separator in it stands in quotes"
QUOTE = "a quote is opened and not closed, or stands in the middle of a cell in quotes"
NO_ID = (
    "an id is not written like this; 1 to 64 ASCII letters, digits, Han or `-_.`, beginning with a letter, digit or Han"
)
LOST = "there are characters here that cannot be read: bytes of another encoding, or what was lost before"
TABLE = "household_id,id,姓名,age\n户1,a,王某,3\n户1,b,李某,4\n户2,a,张某,5\n"


def read(folder: Path, raw: bytes) -> tuple[list[str], list[tuple[int, str, str]]]:
    """Returns the households of a table of text, and what is refused of it: row, column and reason."""
    path = folder / "persons.csv"
    path.write_bytes(raw)
    chunks = take([path], [], folder / "work")
    return [each.id for each in profiles(chunks)], [(row, column, why) for _, row, column, _, why in rejects(chunks)]


def notes(folder: Path) -> list[str]:
    """Returns what is told of the table before it is read."""
    return [note.en for note in People.open([folder / "persons.csv"], [], RULES).notes]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_offices_save_is_found_and_told(codec: str, separator: str, end: str, tmp_path: Path) -> None:
    """Encoding, separator and line ends are found; what is not the usual is told."""
    raw = TABLE.replace(",", separator).replace("\n", end).encode(codec)

    assert read(tmp_path, raw) == (["户1", "户2"], [])
    name = {",": "commas", "\t": "tabs", ";": "semicolons"}[separator]
    said = f"`persons.csv`: in {codec.upper()}, separated by {name}".replace("-SIG", "")
    assert notes(tmp_path) == ([] if separator == "," and codec != "gb18030" else [said])


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-32"])
def test_another_encoding_is_refused_by_name(codec: str, tmp_path: Path) -> None:
    """A text in UTF-16 is not taken for one in bytes."""
    with pytest.raises(TableError, match=r"UTF-16|UTF-32"):
        read(tmp_path, TABLE.encode(codec))


def test_bytes_of_another_encoding_refuse_their_row(tmp_path: Path) -> None:
    """Lines in GBK inside a file in UTF-8 refuse the households that they name, where the text is used."""
    raw = TABLE.encode() + "h3,a,赵某,6\n".encode("gb18030") + "h4,a,钱某,7\n".encode()

    assert read(tmp_path, raw) == (["户1", "户2", "h4"], [(5, "姓名", LOST)])


def test_lost_bytes_in_a_column_that_is_not_used_are_nobody_s_loss(tmp_path: Path) -> None:
    """What is not read cannot be wrong."""
    raw = TABLE.replace("姓名", "备注").encode() + "h3,a,赵某,6\n".encode("gb18030")

    assert read(tmp_path, raw) == (["户1", "户2", "h3"], [])


def test_gb18030_is_found_late(tmp_path: Path) -> None:
    """A file that is ASCII for megabytes and then GB18030 is GB18030."""
    path = tmp_path / "late.csv"
    path.write_bytes(b"household_id,id,age,name\n" + b"h1,a,3,x\n" * 900_000 + "户2,a,3,王某\n".encode("gb18030") * 9)

    assert encoding_of(path) == Encoding("gb18030")


def test_a_utf8_file_with_a_broken_tail_stays_utf8(tmp_path: Path) -> None:
    """What was UTF-8 in Chinese is not taken for another encoding because of one line."""
    path = tmp_path / "tail.csv"
    path.write_bytes("户1,a,3,王某\n".encode() * 400_000 + "户2,a,3,王某\n".encode("gb18030"))

    assert encoding_of(path) == Encoding("utf-8")


BROKEN_LINES: dict[str, tuple[str, list[str], list[tuple[int, str, str]]]] = {
    "a quoted line break": ('户3,a,"赵\n某",6\n', ["户1", "户2", "户3"], []),
    "quotes in quotes, a separator in quotes": ('户3,a,"赵 ""某"", 某",6\n', ["户1", "户2", "户3"], []),
    "a quote inside a cell": ('户3,a,赵"某,6\n', ["户1", "户2", "户3"], []),
    "surplus empty cells": ("户3,a,赵某,6,,,\n", ["户1", "户2", "户3"], []),
    "empty lines": ('\n,,,\n"","","",""\n , ,,\n   \n户3,a,赵某,6\n\n\n', ["户1", "户2", "户3"], []),
    "fewer cells": ("户2,b,赵某\n", ["户1"], [(4, "", "another row of this household was refused"), (5, "", FEWER)]),
    "more cells": ("户3,a,赵,某,6\n", ["户1", "户2"], [(5, "", MORE)]),
    "a quote that is not closed": ('户3,a,"赵某,6\n户4,a,钱某,7\n', ["户1", "户2", "户4"], [(5, "", QUOTE)]),
    "a quote that closes too late": (
        '户3,a,"赵某,6\n户4,a,"钱某,7\n户5,a,孙某,8\n',
        ["户1", "户2", "户5"],
        [(5, "", QUOTE), (6, "", QUOTE)],
    ),
    "line ends of all kinds": (
        "户3,a,赵某,6\r\n户4,a,钱某,7\r户5,a,孙某,8\n\r\n户6,a,李某,9",
        ["户1", "户2", "户3", "户4", "户5", "户6"],
        [],
    ),
    "a quote that swallows rows and closes well": (
        '户3,a,"赵某,6\n户4,a,钱某,7\n户5,a,孙某",8\n',
        ["户1", "户2", "户4", "户5"],
        [(5, "", QUOTE)],
    ),
    "a quote that swallows one row": (
        '"户3,a,赵某,6\n户4",a,钱某,7\n',
        ["户1", "户2"],
        [(5, "", QUOTE), (6, "household_id", NO_ID)],
    ),
    "remarks with line breaks": ('户3,a,"赵,某\n钱,某\n",6\n', ["户1", "户2", "户3"], []),
    "text after a quote": ('户3,a,"赵"某,6\n', ["户1", "户2"], [(5, "", QUOTE)]),
    "a null byte in a name": ("户3,a,赵\x00某,6\n", ["户1", "户2"], [(5, "姓名", LOST)]),
    "a null byte in an id": ("户3,a\x00,赵某,6\n", ["户1", "户2"], [(5, "id", LOST)]),
    "a line without an end": ("户3,a,赵某,6", ["户1", "户2", "户3"], []),
    "a formula": (
        "户3,a,=cmd(),6\n户4,a,x,=1+1\n",
        ["户1", "户2", "户3"],
        [(6, "age", "a whole number belongs here, such as `3`")],
    ),
    "digits that a table program was to leave alone": (
        '户3,"=""001""",赵某,="6"\n户3,\'002,赵某,6\n',
        ["户1", "户2", "户3"],
        [],
    ),
    "a very large cell": (
        f"户3,a,{'x' * 300_000},6\n",
        ["户1", "户2"],
        [(5, "姓名", "this cell holds over 20,000 characters")],
    ),
    "a very large cell in quotes": (
        f'户3,a,"{"x" * 300_000}\n",6\n',
        ["户1", "户2"],
        [(5, "", "this line is too long"), (6, "", QUOTE)],
    ),
}


@pytest.mark.parametrize("case", BROKEN_LINES)
def test_a_broken_line_is_an_affair_of_its_own(case: str, tmp_path: Path) -> None:
    """A line that is broken is refused with its row and the reason, and the rows around it are read."""
    more, homes, refused = BROKEN_LINES[case]

    assert read(tmp_path, (TABLE + more).encode()) == (homes, refused)


def test_a_line_longer_than_a_block_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of megabytes costs one row and no memory."""
    monkeypatch.setattr(text, "BLOCK", 1000)
    raw = TABLE.encode() + b"x" * 10_000 + b"\n" + "户3,a,赵某,6\n".encode() + b"y" * 5_000

    assert read(tmp_path, raw) == (
        ["户1", "户2", "户3"],
        [(5, "", "this line is too long"), (7, "", "this line is too long")],
    )


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "the file is empty"),
        (b"x" * 3_000_000, "no heading that is known"),
        (b"1,2,3\n4,5,6\n", "no heading that is known"),
        (b"\n\n\n", "no heading that is known"),
        (b"household_id,id\na,b\n", "no column is a fact of the pack"),
        (b"household_id,id,age\n", "no row stands below the headings"),
        (b"household_id,id,age\n,,\n\n", "no row stands below the headings"),
        (b"household_id,id,age,age\na,b,3,3\n", "two columns hold `age`"),
        ("household_id,id,age,周岁年龄\na,b,3,3\n".encode(), "two columns hold `age`"),
        (b"household_id,id,monthly_income,monthly_income_fen\na,b,3,3\n", "two columns hold `monthly_income`"),
    ],
    ids=[
        "empty",
        "one line",
        "no headings",
        "blank lines",
        "no fact",
        "no row",
        "blank rows",
        "twice",
        "twice by label",
        "yuan and fen",
    ],
)
def test_a_table_that_says_nothing_is_an_error(raw: bytes, said: str, tmp_path: Path) -> None:
    """What cannot be a table of people is refused as a whole."""
    with pytest.raises(TableError, match=said):
        read(tmp_path, raw)


def test_headings_below_a_title_are_found(tmp_path: Path) -> None:
    """A title and a line about the separator above the headings do no harm; rows count from the top of the file."""
    raw = b"sep=,\n" + "白银市人口信息表,,,\n".encode() + TABLE.encode() + b"h9,a,,300\n"

    assert read(tmp_path, raw) == (["户1", "户2"], [(7, "age", "it lies between 0 and 130")])
    assert notes(tmp_path) == ["`persons.csv`: the headings stand in row 3"]


CELLS = st.text(st.sampled_from('ab",\n 户'), max_size=4)


@settings(max_examples=150)
@given(
    rows=st.lists(st.lists(CELLS, min_size=2, max_size=3), max_size=12),
    size=st.integers(4, 200),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_rows_are_cut_as_the_csv_module_cuts_them(
    rows: list[list[str]], size: int, quoting: Literal[0, 1], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever stands in quoted cells, in blocks of whatever size, the rows are those that were written."""
    folder = tmp_path_factory.mktemp("text")
    out = io.StringIO()
    writer = csv.writer(out, quoting=quoting, lineterminator="\n")
    rows = [["", *row, "x"][-3:] for row in rows]
    rows = [[cell.replace(",", "，") for cell in row] if "\n" in "".join(row) else row for row in rows]
    writer.writerows([["a", "b", "c"], *rows])
    path = folder / "t.csv"
    path.write_text(out.getvalue(), "utf-8")
    file = gathered([path], Problems(), [])[0]
    table = text.Text(file, Encoding("utf-8"), ",", (("a", "b", "c"),))

    size = max(size, *(len(line.encode()) + 1 for line in out.getvalue().split("\n")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "BLOCK", size)
        found = [tuple(cell or None for cell in row) for frame in table.frames([0, 1, 2]) for row in frame.rows()]

    assert found == [(number, None, *(cell or None for cell in row)) for number, row in enumerate(rows, 2)]


DAMAGES = st.lists(
    st.tuples(
        st.integers(0, 10**6),
        st.sampled_from(['"', '""', ",", "\x00", "户", "\ufffd", "=", "'", " ", "\t", ";", "DEL"]),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=150)
@given(
    damages=DAMAGES,
    mark=st.sampled_from(["", '"']),
    codec=st.sampled_from(["utf-8", "gb18030"]),
    size=st.sampled_from([300, 1 << 24]),
)
def test_damage_in_a_line_is_nothing_to_other_households(
    damages: list[tuple[int, str]],
    mark: str,
    codec: str,
    size: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Signs put into a line, or taken out of it, change at most the household of that line; every row is accounted for."""
    folder = tmp_path_factory.mktemp("text")
    written = [f"{mark}home-{at // 2:04}{mark},p{at % 2},{mark}王某{at}{mark},{at % 100},否" for at in range(40)]
    hurt: dict[int, str] = {}
    for where, what in damages:
        at = where % len(written)
        line = hurt.get(at, written[at])
        place = where // 40 % (len(line) + 1)
        hurt[at] = line[:place] + line[place + 1 :] if what == "DEL" else line[:place] + what + line[place:]
    body = [hurt.get(at, line) for at, line in enumerate(written)]
    path = folder / "persons.csv"
    path.write_bytes(("household_id,id,name,age,died\n" + "\n".join(body) + "\n").encode(codec, "replace"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "BLOCK", size)
        chunks = take([path], [], folder / "work", size=random.Random(size).choice([3, 1000]))  # noqa: S311 - no secret depends on it

    touched = {f"home-{at // 2:04}" for at in hurt}
    whole = {each.id: each.members for each in profiles(chunks)}
    whole_homes = {f"home-{at:04}" for at in range(20)}
    assert whole_homes - touched <= whole.keys()
    assert all(len(members) == 2 for home, members in whole.items() if home in whole_homes - touched)
    taken = [row for chunk in chunks for row in chunk.persons["row"]]
    refused = {row for row, *_ in ((row, why) for _, row, _, _, why in rejects(chunks))}
    assert sorted([*taken, *refused]) == list(range(2, 2 + sum(chunk.rows for chunk in chunks)))
    assert sum(chunk.rows for chunk in chunks) in range(41 - len(damages), 41)


def test_a_row_is_never_read_in_part(tmp_path: Path) -> None:
    """The quick way through a block checks each line, so that one line's surplus cannot make up for another's lack."""
    path = tmp_path / "t.csv"
    path.write_text("a,b,c\n1,2\n1,2,3,4\n1,2,3\n", "utf-8")
    file = gathered([path], Problems(), [])[0]

    frames = list(text.Text(file, Encoding("utf-8"), ",", (("a", "b", "c"),)).frames([0]))

    assert [frame.select(ROW, BROKEN).rows() for frame in frames] == [[(2, "fewer"), (3, "more"), (4, None)]]
    assert lines.MOST_LINES >= 2
