"""One row of tables found again: by its file and row, or by household and member."""

from __future__ import annotations

from pathlib import Path

import pytest
from batches import WRONG, City, Make
from packs_for_tests import DAY, rule

from eligibility import BadChoice, RulePack
from eligibility.errors import TableError
from eligibility.population import Tables
from eligibility.runs.finding import Found, Place, find


@pytest.fixture
def city(make: Make, tmp_path: Path) -> City:
    """Gives some tables with a pack."""
    return City.build(make, tmp_path / "in")


def found(city: City, text: str, folder: Path) -> Found:
    """Returns what is found in small chunks."""
    rules = city.pack.on(DAY)
    people = Tables.of([city.persons], [city.households], None).open(rules)
    return find(people, rules, Place.read(text), folder, 5)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("persons.csv:12", Place(file="persons.csv", row=12)),
        ("C:\\tables\\persons.csv:12", Place(file="C:\\tables\\persons.csv", row=12)),
        ("h1/a", Place(household="h1", member="a")),
        ("h1", Place(household="h1")),
        ("12", Place(household="12")),
        ("persons.csv:", Place(household="persons.csv:")),
    ],
)
def test_a_place_is_read(text: str, place: Place) -> None:
    """A row is `FILE:ROW`, whatever stands in the name of the file; all else is a household, with a member after a slash."""
    assert Place.read(text) == place


@pytest.mark.parametrize(
    ("text", "household", "subject"),
    [
        ("persons.parquet:2", "h0", "a"),
        ("somewhere/persons.parquet:4", "h1", "b0"),
        ("households.parquet:4", "h2", "household"),
        ("h5/b1", "h5", "b1"),
        ("h13", "h13", None),
    ],
)
def test_a_row_is_found(text: str, household: str, subject: str | None, city: City, tmp_path: Path) -> None:
    """A row is found in whichever chunk it stands, with its whole household."""
    told = found(city, text, tmp_path)

    assert (told.profile.id, told.subject) == (household, subject)
    assert len(told.profile.members) == 1 + int(household.removeprefix("h")) % 3


@pytest.mark.parametrize("text", ["persons.parquet:99", "other.parquet:2", "h99", "h1/c", "", "h1/"])
def test_a_row_that_is_not_there(text: str, city: City, tmp_path: Path) -> None:
    """A row, a file, a household or a member that the tables do not have is said to be none of theirs."""
    if text == "h1/":
        assert found(city, text, tmp_path).subject is None
        return
    with pytest.raises(BadChoice, match="no such row"):
        found(city, text, tmp_path)


@pytest.mark.parametrize("text", ["persons.parquet:8", WRONG, f"{WRONG}/a"])
def test_a_household_that_cannot_be_so(text: str, city: City, tmp_path: Path) -> None:
    """A row that was refused because something cannot be so is told with that reason, however it is asked for."""
    with pytest.raises(TableError, match="`grade` does not apply here") as told:
        found(city, text, tmp_path)

    assert "不适用" in told.value.text("zh")


def test_another_row_of_such_a_household(city: City, tmp_path: Path) -> None:
    """Of a row that is refused for another one's sake that is what is told."""
    with pytest.raises(TableError, match="another row"):
        found(city, "households.parquet:5", tmp_path)


def test_a_row_that_was_never_taken(make: Make, tmp_path: Path) -> None:
    """A row that could not be read is told with its reasons, its value hidden."""
    pack: RulePack = make(rules={"one": rule("one")})
    table = tmp_path / "people.csv"
    table.write_text("household_id,id,stage\nx,a,Zzmarker\n", "utf-8")
    rules = pack.on(DAY)
    people = Tables.of([table], [], None).open(rules)
    with pytest.raises(TableError, match="`stage`") as told:
        find(people, rules, Place.read("people.csv:2"), tmp_path, 5)

    assert "Zzmarker" not in told.value.text("en")


def test_tables_of_one_name_are_told_apart(make: Make, tmp_path: Path) -> None:
    """Of two tables with the same name each row is found by the path that was given."""
    pack: RulePack = make(rules={"one": rule("one")})
    tables = []
    for name in ("x", "y"):
        (tmp_path / name).mkdir()
        tables.append(tmp_path / name / "people.csv")
        tables[-1].write_text(f"household_id,id,age\n{name},a,30\n", "utf-8")
    rules = pack.on(DAY)
    people = Tables.of(tables, [], None).open(rules)

    assert [find(people, rules, Place.read(f"{each}:2"), tmp_path, 5).profile.id for each in tables] == ["x", "y"]
