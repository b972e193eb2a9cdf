"""No value of a person leaves a table but in its frames: not in what is refused, remarked, noted, or raised."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from towns import FACTS, RULES, take

from eligibility.errors import TableError
from eligibility.schema import Fact
from eligibility.tables.chunks import People
from eligibility.tables.rows import shape

MARKER = "Zzmarker柴"
VALUES = {
    "text": MARKER,
    "long": MARKER * 60,
    "a word beside a number": f"{MARKER}3",
    "a number": "99999999999999919283746",
    "a resident number": "620402191928374617",
    "a place with a street": f"{MARKER}白银区",
    "a forced text": f'="{MARKER}"',
    "a moment": "1919-12-13 19:28:37",
}
SECRETS = ("Zzmarker", "柴", "1928374", "19:28")


def told(folder: Path, *paths: Path) -> str:
    """Returns everything that is said of tables, frames of persons and households left out."""
    people = People.open(list(paths), [], RULES)
    said = [text for note in people.notes for text in (note.zh, note.en)]
    for chunk in take(list(paths), [], folder / "work"):
        said += [str(cell) for frame in (chunk.rejects, chunk.remarks) for row in frame.rows() for cell in row]
    return "\n".join(said)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_value_is_never_repeated(kind: str, value: str, tmp_path: Path) -> None:
    """Whatever stands in whatever column, what is said of it shows its shape at most."""
    frame = pl.DataFrame({"household_id": [f"h{at}" for at in range(len(FACTS) + 3)]})
    for at, name in enumerate([*FACTS, "id", "as_of"]):
        cells: list[str | None] = [None] * len(frame)
        cells[at] = VALUES[value]
        frame = frame.with_columns(pl.Series(name, cells, dtype=pl.String))
    frame = frame.with_columns(pl.col("household_id").replace(f"h{len(FACTS) + 2}", VALUES[value]))
    path = tmp_path / f"persons.{kind}"
    frame.write_csv(path) if kind == "csv" else frame.write_parquet(path)

    said = told(tmp_path, path)

    assert said
    assert [secret for secret in SECRETS if secret in said] == []


@pytest.mark.parametrize(
    "line",
    [
        f"h,{MARKER}",
        f"h,{MARKER},3,4,5",
        f'h,"{MARKER},3',
        f'h,"{MARKER}"x,3',
        f"{MARKER} {MARKER},a,3",
        f"h,a,{MARKER}\x00",
    ],
)
def test_a_broken_line_is_never_repeated(line: str, tmp_path: Path) -> None:
    """A row that breaks is told by its number."""
    path = tmp_path / "persons.csv"
    path.write_text(f"household_id,id,age\n{line}\ng,a,3\n", "utf-8")

    assert [secret for secret in SECRETS if secret in told(tmp_path, path)] == []


@pytest.mark.parametrize(
    "text",
    [f"{MARKER},620402191928374617\n{MARKER},3\n", f"{MARKER}\n", f'"{MARKER}\n', f"household_id,{MARKER}\x00\n"],
)
def test_a_table_that_cannot_be_used_is_never_repeated(text: str, tmp_path: Path) -> None:
    """Where persons stand in the place of headings, or nothing is known, no line of the table is shown."""
    path = tmp_path / "persons.csv"
    path.write_text(text, "utf-8")

    with pytest.raises(TableError) as caught:
        told(tmp_path, path)

    said = caught.value.text("zh") + caught.value.text("en")
    assert [secret for secret in SECRETS if secret in said] == []


def test_a_file_named_after_somebody_is_told_without_the_number(tmp_path: Path) -> None:
    """Numbers in the names of files are hidden in what is refused."""
    path = tmp_path / "620402191928374617.csv"
    path.write_text("household_id,age\nh,x\n", "utf-8")

    assert "….csv" in told(tmp_path, path)
    assert "1928374" not in told(tmp_path, path)


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ("6.2E+17", "#.#E+##"),
        ("2017/13/45", "####/##/##"),
        ("1.2万元", "#.#万元"),
        ("王小明", "***"),
        ("李月", "***"),
        ("a b", "*** ***"),
        ("1" * 40, "#" * 24 + "…"),
        ("", ""),
        ("５岁", "#岁"),
        ("3王", "#***"),
    ],
)
def test_a_shape_says_how_a_value_looks_and_not_what_it_is(value: str, seen: str) -> None:
    """Digits become signs, letters and characters stars, whatever their number; signs and units of numbers stay."""
    assert shape(value) == seen


def test_no_fact_is_left_out_of_the_test() -> None:
    """Every fact of the pack has had its turn above."""
    assert all(isinstance(fact, Fact) for fact in FACTS.values())
    assert len(FACTS) > 100
