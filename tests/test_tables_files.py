"""The files of tables: folders by name, what is no table told or passed over, and a seal that every byte counts in."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import polars as pl
import pytest
from towns import RULES, profiles, rejects, take

from eligibility.errors import TableError
from eligibility.tables.chunks import People

LINES = "household_id,id,age\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Returns a folder with two tables and what lies about beside tables."""
    found = tmp_path / "tables"
    found.mkdir()
    (found / "b.csv").write_text(f"{LINES}h2,a,4\n", "utf-8")
    pl.DataFrame({"household_id": ["h1"], "id": ["a"], "age": [3]}).write_parquet(found / "a.parquet")
    for name in ("~$b.xlsx", ".DS_Store", "Thumbs.db"):
        (found / name).write_bytes(b"\x00\x01")
    return found


def test_a_folder_is_its_tables_in_the_order_of_their_names(folder: Path, tmp_path: Path) -> None:
    """What systems and table programs leave behind is passed over in silence."""
    chunks = take([folder], [], tmp_path / "work")

    assert [each.id for each in profiles(chunks)] == ["h1", "h2"]
    assert chunks[0].persons.select("file", "row").rows() == [("a.parquet", 2), ("b.csv", 2)]
    assert People.open([folder], [], RULES).notes == ()


def test_what_lies_beside_tables_is_told(folder: Path) -> None:
    """A file that is no table, or a folder in the folder, is not read, and that is told once."""
    (folder / "notes.docx").write_bytes(b"PK")
    (folder / "620402196910080017.txt.bak").write_bytes(b"")
    (folder / "more").mkdir()

    assert [note.en for note in People.open([folder], [], RULES).notes] == [
        "not read in the folder: `….txt.bak`, `more`, `notes.docx`"
    ]


def test_an_old_workbook_in_a_folder_is_an_error(folder: Path) -> None:
    """A table that cannot be read is not left out in silence: its persons would be missing."""
    (folder / "c.xls").write_bytes(b"\xd0\xcf\x11\xe0")

    with pytest.raises(TableError, match=r"a workbook like `c\.xls` cannot be read"):
        People.open([folder], [], RULES)


def test_a_folder_without_tables_is_an_error(tmp_path: Path) -> None:
    """An empty folder is no town."""
    with pytest.raises(TableError, match="there is no table in the folder"):
        People.open([tmp_path], [], RULES)


def test_a_file_that_is_not_there_or_locked_cannot_be_opened(tmp_path: Path) -> None:
    """What cannot be opened is the system's to say, with its path."""
    with pytest.raises(FileNotFoundError, match=r"gone\.csv"):
        People.open([tmp_path / "gone.csv"], [], RULES)
    with pytest.raises(FileNotFoundError, match=r"gone\.yaml"):
        People.open([tmp_path], [], RULES, tmp_path / "gone.yaml")
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(OSError, match="no regular file"):
        People.open([tmp_path / "pipe.csv"], [], RULES)


def test_a_file_is_known_by_what_it_holds(tmp_path: Path) -> None:
    """A file of columns under another name is still one, and a table under no name too."""
    pl.DataFrame({"household_id": ["h1"], "id": ["a"], "age": [3]}).write_parquet(tmp_path / "persons.dat")
    (tmp_path / "persons").write_text(f"{LINES}h2,a,4\n", "utf-8")

    assert [
        each.id for each in profiles(take([tmp_path / "persons.dat", tmp_path / "persons"], [], tmp_path / "work"))
    ] == ["h1", "h2"]


def test_a_file_of_columns_that_is_cut_off_is_an_error(folder: Path) -> None:
    """Half a file is none."""
    path = folder / "a.parquet"
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(TableError, match=r"a\.parquet: the file is not whole, or damaged"):
        People.open([folder], [], RULES)


@pytest.mark.parametrize(
    ("column", "why"),
    [
        (pl.Series("age", [[1]]), "this column holds lists or structures, and single values belong here"),
        (pl.Series("age", [{"a": 1}]), "this column holds lists or structures, and single values belong here"),
        (pl.Series("name", [b"x"]), "a column of type Binary cannot be read"),
        (pl.Series("receives", [[1]]), "this column holds lists or structures, and single values belong here"),
    ],
    ids=["list", "structure", "bytes", "numbers for texts"],
)
def test_a_column_of_a_type_that_no_fact_has_is_an_error(column: pl.Series, why: str, tmp_path: Path) -> None:
    """Nested and raw columns are refused with their name; one that is not used is nobody's concern."""
    pl.DataFrame([pl.Series("household_id", ["h"]), column]).write_parquet(tmp_path / "t.parquet")
    pl.DataFrame([pl.Series("age", [3]), column.alias("unused")]).write_parquet(tmp_path / "well.parquet")

    with pytest.raises(TableError, match=rf"t\.parquet:{column.name}: {why}"):
        People.open([tmp_path / "t.parquet"], [], RULES)
    assert [note.en for note in People.open([tmp_path / "well.parquet"], [], RULES).notes][1:] == [
        "the column `unused` is not used"
    ]


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """Rows of files with the same name in two folders are told with the folder."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "t.csv").write_text(f"{LINES}{name},x,200\n", "utf-8")

    chunks = take([tmp_path / "a" / "t.csv", tmp_path / "b" / "t.csv"], [], tmp_path / "work")

    assert [file.removeprefix(str(tmp_path)) for file, *_ in rejects(chunks)] == ["/a/t.csv", "/b/t.csv"]


def test_a_file_that_is_given_twice_is_an_error(folder: Path) -> None:
    """Everybody in it would be there twice."""
    with pytest.raises(TableError, match=r"b\.csv: the same file was given twice"):
        People.open([folder, folder / "b.csv"], [], RULES)


def test_the_seal_is_that_of_every_byte(tmp_path: Path) -> None:
    """The digest changes with a byte of a table or of the mapping, with the order and the role; not with the folder."""
    one, two, three, mapping = (tmp_path / name for name in ("one.csv", "two.csv", "three.csv", "m.yaml"))
    one.write_text(f"{LINES}h1,a,3\n", "utf-8")
    two.write_text("household_id,dibao\nh1,urban\n", "utf-8")
    mapping.write_text("persons:\n  unknown: [x]\n", "utf-8")
    three.write_text(f"{LINES}h3,a,3\n", "utf-8")
    (tmp_path / "copy").mkdir()
    shutil.copy(one, tmp_path / "copy" / "one.csv")

    def digest(persons: list[Path], households: list[Path], said: Path | None = None) -> str:
        return People.open(persons, households, RULES, said).digest

    first = digest([one], [two])
    assert first.startswith("sha256:")
    assert digest([tmp_path / "copy" / "one.csv"], [two]) == first
    others = {digest([one], []), digest([one, three], [two]), digest([one], [two], mapping)}
    mapping.write_text("persons:\n  unknown: [y]\n", "utf-8")
    others.add(digest([one], [two], mapping))
    one.write_text(f"{LINES}h1,a,4\n", "utf-8")
    others.add(digest([one], [two]))
    assert len(others | {first}) == 6


def test_rows_are_counted_where_that_is_cheap(folder: Path) -> None:
    """Files of columns know how many rows they have; texts have to be read first."""
    assert People.open([folder / "a.parquet"], [], RULES).rows == 1
    assert People.open([folder], [], RULES).rows is None
