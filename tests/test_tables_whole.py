"""Households are taken whole or not at all, in whatever order their rows come; every row is in exactly one place, with the reason."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from towns import RULES, profiles, rejects, take

from eligibility.errors import TableError
from eligibility.tables.chunks import Chunk, People
from eligibility.tables.rows import REJECTS, REMARKS

OTHERS = "another row of this household was refused"
TWICE = "two rows of this household have the same id"
DIFFER = "the rows of this household do not agree on this"
NOBODY = "no person of this household is listed"
SEVERAL = "two rows of the table of households are about this household"
NO_HOME = "the household is not named"
NO_ID = "the id of the member is missing"
AGE = "it lies between 0 and 130"


def tables(folder: Path, persons: str, households: str | None = None) -> tuple[list[Path], list[Path]]:
    """Writes tables as text."""
    found = []
    for name, text in (("persons", persons), ("households", households)):
        path = folder / f"{name}.csv"
        if text is not None:
            path.write_text(text, "utf-8")
            found.append([path])
    return found[0], found[1] if households is not None else []


def told(folder: Path, persons: str, households: str | None = None, size: int = 100) -> list[tuple[str, int, str, str]]:
    """Returns what is refused: which file, row and column, and why."""
    chunks = take(*tables(folder, persons, households), folder / "work", size=size)
    return [(file.partition(".")[0], row, column, why) for file, row, column, _, why in rejects(chunks)]


REFUSED: dict[str, tuple[str, str | None, list[tuple[str, int, str, str]]]] = {
    "a bad cell refuses its household": (
        "household_id,id,age\na,x,3\na,y,200\nb,x,4\n",
        None,
        [("persons", 2, "", OTHERS), ("persons", 3, "age", AGE)],
    ),
    "every bad cell of a row is told": (
        "household_id,id,age,sex\na,x,200,?\na,a b,300,x\n",
        None,
        [
            ("persons", 2, "age", AGE),
            (
                "persons",
                3,
                "id",
                "an id is not written like this; 1 to 64 ASCII letters, digits, Han or `-_.`, beginning with a letter, digit or Han",
            ),
            ("persons", 3, "age", AGE),
            ("persons", 3, "sex", "one of: `female`, `male`"),
        ],
    ),
    "two members with one id": (
        "household_id,id,age\na,x,3\na,x,3\nb,x,4\n",
        None,
        [("persons", 2, "id", TWICE), ("persons", 3, "id", TWICE)],
    ),
    "one id written in two ways of Unicode": (
        "household_id,id,age\na,\ufa10,3\na,\u585a,3\n",
        None,
        [("persons", 2, "id", TWICE), ("persons", 3, "id", TWICE)],
    ),
    "no household": (
        "household_id,id,age\n,x,3\n?,x,3\nb,x,4\n",
        None,
        [("persons", row, "household_id", NO_HOME) for row in (2, 3)],
    ),
    "no id": (
        "household_id,id,age\na,,3\na,y,4\nb,x,4\n",
        None,
        [("persons", 2, "id", NO_ID), ("persons", 3, "", OTHERS)],
    ),
    "rows that do not agree": (
        "household_id,id,age,dibao,as_of\na,x,3,urban,2017-12-31\na,y,4,rural,2017-12-30\na,z,5,,\nb,x,4,urban,\n",
        None,
        [
            ("persons", 2, "dibao", DIFFER),
            ("persons", 2, "as_of", DIFFER),
            ("persons", 3, "dibao", DIFFER),
            ("persons", 3, "as_of", DIFFER),
            ("persons", 4, "", OTHERS),
        ],
    ),
    "tables that do not agree": (
        "household_id,id,age,dibao\na,x,3,urban\nb,x,4,urban\n",
        "household_id,dibao\na,rural\nb,\n",
        [("persons", 2, "dibao", DIFFER), ("households", 2, "dibao", DIFFER)],
    ),
    "a household in two rows": (
        "household_id,id,age\na,x,3\nb,x,4\n",
        "household_id,dibao\na,rural\na,rural\n",
        [
            ("persons", 2, "", OTHERS),
            ("households", 2, "household_id", SEVERAL),
            ("households", 3, "household_id", SEVERAL),
        ],
    ),
    "a bad row of a household refuses its persons": (
        "household_id,id,age\na,x,3\nb,x,4\n",
        "household_id,dibao\na,town\nb,urban\n",
        [("persons", 2, "", OTHERS), ("households", 2, "dibao", "one of: `none`, `urban`, `rural`")],
    ),
    "a bad person refuses the row of the household": (
        "household_id,id,age\na,x,200\nb,x,4\n",
        "household_id,dibao\na,rural\nb,urban\n",
        [("persons", 2, "age", AGE), ("households", 2, "", OTHERS)],
    ),
    "a household without persons": (
        "household_id,id,age\nb,x,4\n",
        "household_id,dibao\na,rural\n,rural\nb,urban\n",
        [("households", 2, "household_id", NOBODY), ("households", 3, "household_id", NO_HOME)],
    ),
    "a row that is broken refuses the household that it names": (
        "household_id,id,age\na,x,3\na,y\nb,x,4\nb,y,5,6\nc,x,7\n",
        None,
        [
            ("persons", 2, "", OTHERS),
            ("persons", 3, "", "this row has fewer cells than there are headings; it may be broken in two"),
            ("persons", 4, "", OTHERS),
            (
                "persons",
                5,
                "",
                "this row has more cells than there are headings; a cell with a separator in it stands in quotes",
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_household_is_refused_whole_with_every_reason(case: str, tmp_path: Path) -> None:
    """Each reason is told at its cell, and the other rows of the household say that another one was refused."""
    persons, households, expected = REFUSED[case]

    assert told(tmp_path, persons, households) == expected


def test_over_a_hundred_members_are_refused(tmp_path: Path) -> None:
    """A hundred members are a household, a hundred and one are not."""
    lines = [f"{home},m{at},3" for home, many in (("a", 100), ("b", 101)) for at in range(many)]

    found = told(tmp_path, "household_id,id,age\n" + "\n".join(lines))

    assert Counter(why for *_, why in found) == {"this household has over 100 members": 101}
    assert {row for _, row, *_ in found} == set(range(102, 203))


def test_a_household_of_thousands_is_refused_without_being_held_at_once(tmp_path: Path) -> None:
    """Rows under one id that are far too many go through in chunks like others, each of them refused."""
    lines = [f"a,m{at},3" for at in range(10_500)] + ["b,x,4"]

    chunks = take(
        *tables(tmp_path, "household_id,id,age\n" + "\n".join(lines), "household_id,dibao\na,none\nb,none\n"),
        tmp_path / "work",
        size=1000,
    )

    assert max(chunk.rows for chunk in chunks) <= 1000
    assert Counter(why for *_, why in rejects(chunks)) == {"this household has over 100 members": 10_501}
    assert [each.id for each in profiles(chunks)] == ["b"]


def test_members_without_ids_are_numbered_in_order(tmp_path: Path) -> None:
    """Where the tables have no ids, members are m1, m2 and so on, in the order of their rows."""
    chunks = take(*tables(tmp_path, "household_id,age\na,3\nb,4\na,5\n"), tmp_path / "work")

    assert chunks[0].persons.select("household_id", "id", "age", "row").rows() == [
        ("a", "m1", 3, 2),
        ("a", "m2", 5, 4),
        ("b", "m1", 4, 3),
    ]


def test_rows_without_households_are_households_that_are_not_whole(tmp_path: Path) -> None:
    """Without a column of households each row is one of its own, of which nobody says that these are all."""
    paths = tables(tmp_path, "id,age\nx,3\nx,4\n")
    people = People.open(*paths, RULES)

    chunks = take(*paths, tmp_path / "work")

    assert not people.has_members
    assert [note.en for note in people.notes] == [
        "there is no column `household_id`: each row is a household of its own, and who else is in it is not known"
    ]
    assert [(each.id, each.household, each.members) for each in profiles(chunks)] == [
        ("r2", {"members_complete": False}, ({"id": "x", "age": 3},)),
        ("r3", {"members_complete": False}, ({"id": "x", "age": 4},)),
    ]


def test_a_blank_cell_is_unknown(tmp_path: Path) -> None:
    """What is not known is left out; it is no `false`, no 0 and no empty text."""
    chunks = take(
        *tables(tmp_path, "household_id,id,age,married,name,receives\na,x,,,,\na,y,3,,,\n"), tmp_path / "work"
    )

    assert profiles(chunks)[0].members == ({"id": "x"}, {"id": "y", "age": 3})


def test_a_household_that_its_table_lacks_is_told(tmp_path: Path) -> None:
    """Persons whose household has no row are taken, with nothing known of the household; how many are told."""
    chunks = take(
        *tables(tmp_path, "household_id,id,age\na,x,3\nb,x,4\nc,x,4\n", "household_id,dibao\nb,urban\n"),
        tmp_path / "work",
    )

    assert [(each.id, each.household) for each in profiles(chunks)] == [("a", {}), ("b", {"dibao": "urban"}), ("c", {})]
    assert [(row["en"], row["rows"]) for row in chunks[0].remarks.iter_rows(named=True)] == [
        ("no row of the table of households; facts of the household are unknown", 2)
    ]
    assert chunks[0].households.select("row", "file").rows() == [(None, None), (2, "households.csv"), (None, None)]


def test_nobody_in_the_tables_is_an_error(tmp_path: Path) -> None:
    """Headings with no row below them are no town."""
    with pytest.raises(TableError, match="no row stands below the headings"):
        told(tmp_path, "household_id,id,age\n")


def test_a_table_that_changes_while_it_is_read_is_an_error(tmp_path: Path) -> None:
    """A file that another program writes meanwhile is not read half old and half new."""
    persons, _ = tables(tmp_path, "household_id,id,age\n" + "\n".join(f"h{at},x,3" for at in range(50)))
    (tmp_path / "work").mkdir()
    chunks = People.open(persons, [], RULES).chunks(tmp_path / "work", 10)
    next(chunks)
    persons[0].write_text("household_id,id,age\nother,x,3\n", "utf-8")

    with pytest.raises(TableError, match="changed while it was read"):
        list(chunks)


@st.composite
def towns(draw: st.DrawFn) -> tuple[list[list[str]], list[list[str]]]:
    """Returns the rows of two tables, many of them wrong in one way or another."""
    home = st.sampled_from([*"abcdefgh", "", "?", "a b", "a\u0301"])
    person = st.tuples(
        home,
        st.sampled_from([*"xyz", *"xyz", "", "household", "620402198703011234"]),
        st.sampled_from(["3", "4", "５", "", "200", "x"]),
        st.sampled_from(["urban", "", "", "", "rural", "town"]),
    )
    household = st.tuples(home, st.sampled_from(["urban", "urban", "", "rural", "town"]))
    return (
        [list(each) for each in draw(st.lists(person, min_size=1, max_size=30))],
        [list(each) for each in draw(st.lists(household, max_size=8))],
    )


def places(chunk: Chunk) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Returns the rows that a chunk takes and those that it refuses, each once."""
    taken = [
        *chunk.persons.select("file", "row").rows(),
        *chunk.households.drop_nulls("row").select("file", "row").rows(),
    ]
    return taken, sorted(set(chunk.rejects.select("file", "row").rows()))


@settings(max_examples=60)
@given(town=towns(), size=st.integers(1, 40), kind=st.sampled_from(["csv", "parquet"]))
def test_every_row_is_in_exactly_one_place(
    town: tuple[list[list[str]], list[list[str]]], size: int, kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever stands in the tables, each row is taken or refused, never both, never twice, and counted in its chunk."""
    folder = tmp_path_factory.mktemp("town")
    paths = []
    for name, table, heads in zip(("p", "h"), town, ("household_id id age dibao", "household_id dibao"), strict=True):
        frame = pl.DataFrame(table, schema=dict.fromkeys(heads.split(), pl.String), orient="row")
        paths.append(folder / f"{name}.{kind}")
        frame.write_parquet(paths[-1]) if kind == "parquet" else frame.write_csv(paths[-1])

    chunks = take(paths[:1], paths[1:], folder / "work", size=size)

    both = [places(chunk) for chunk in chunks]
    every = [place for taken, refused in both for place in (*taken, *refused)]
    assert sorted(every) == sorted(
        (path.name, row)
        for path, table in zip(paths, town, strict=True)
        for row, line in enumerate(table, 2)
        if kind == "parquet" or any(line)  # in a text a line in which nothing stands is none
    )
    assert [chunk.rows for chunk in chunks] == [len(taken) + len(refused) for taken, refused in both]
    assert [chunk.number for chunk in chunks] == list(range(len(chunks)))
    for chunk in chunks:
        assert (chunk.rejects.schema, chunk.remarks.schema) == (pl.Schema(REJECTS), pl.Schema(REMARKS))
        assert (
            chunk.persons["household_id"].unique(maintain_order=True).to_list()
            == chunk.households["household_id"].to_list()
        )


@settings(max_examples=40)
@given(town=towns(), size=st.integers(1, 40), seed=st.integers(0, 2**32))
def test_the_order_of_rows_and_the_size_of_chunks_change_no_household(
    town: tuple[list[list[str]], list[list[str]]], size: int, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Shuffled rows, in chunks of any size, come to the same households and the same refusals."""
    chance = random.Random(seed)  # noqa: S311 - no secret depends on it
    folder = tmp_path_factory.mktemp("town")
    found = []
    for turn in range(2):
        people, homes = ([list(each) for each in table] for table in town)
        for table in (people, homes) if turn else ():
            chance.shuffle(table)
        texts = [
            "\n".join([",".join(line) for line in ([heads.split(), *table])]) + "\n"
            for heads, table in (("household_id id age dibao", people), ("household_id dibao", homes))
        ]
        own = folder / str(turn)
        own.mkdir()
        chunks = take(*tables(own, *texts), own / "work", size=1000 if not turn else size)
        found.append(
            (
                sorted(
                    (each.id, sorted(each.household.items()), sorted(str(member) for member in each.members))
                    for each in profiles(chunks)
                ),
                Counter((file, column, why) for file, _, column, _, why in rejects(chunks)),
            )
        )

    assert found[0] == found[1]


def test_rows_in_no_order_go_over_the_disk_and_come_whole(tmp_path: Path) -> None:
    """A shuffled town gives the households of the town in order, each in one chunk, the same each time."""
    lines = [f"h{at // 3},m{at % 3},{at % 90}" for at in range(3000)]
    random.Random(1).shuffle(lines)  # noqa: S311 - no secret depends on it
    paths = tables(tmp_path, "household_id,id,age\n" + "\n".join(lines))

    chunks = take(*paths, tmp_path / "work", size=500)
    again = take(*paths, tmp_path / "again", size=500)

    assert any((tmp_path / "work").iterdir())
    assert [chunk.rows for chunk in chunks] == [501, 501, 498, 501, 501, 498]
    assert all(len(each.members) == 3 for each in profiles(chunks))
    assert [chunk.persons.rows() for chunk in chunks] == [chunk.persons.rows() for chunk in again]


def test_rows_in_order_stay_off_the_disk(tmp_path: Path) -> None:
    """A town whose households stand together is read through, and nothing is put aside."""
    lines = [f"h{at // 3},m{at % 3},{at % 90}" for at in range(3000)]

    take(*tables(tmp_path, "household_id,id,age\n" + "\n".join(lines)), tmp_path / "work", size=500)

    assert list((tmp_path / "work").iterdir()) == []
