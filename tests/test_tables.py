"""Tables of people in: whatever form an office gives them, the households are those that profiles would state."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from often import often
from towns import RULES, named, parquet, profiles, rejects, rows, said, take, text, workbook

from eligibility.profile import Profile, read_profile
from eligibility.testing.boundaries import boundaries
from eligibility.testing.strategies import draw_profile

LIMITS = boundaries(RULES)
KINDS = pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx"])


def families(chance: random.Random) -> list[Profile]:
    """Returns households of which anything from nearly nothing to everything is known."""
    drawn = [draw_profile(chance, LIMITS, chance.choice([0.1, 0.5, 0.9, 1.0])) for _ in range(chance.randint(1, 4))]
    known = Profile("", None, {"dibao": "none"}, ({"id": "m", "age": 3},))
    return named([*drawn, known])


def written(town: list[Profile], folder: Path, kind: str, chance: random.Random) -> tuple[list[Path], list[Path]]:
    """Writes households as tables; those of persons and those of households."""
    together = chance.random() < 0.5
    found: list[list[Path]] = []
    for name, table in zip(("persons", "households"), rows(town, together=together), strict=True):
        path = folder / f"{name}.{kind}"
        if name == "households":
            chance.shuffle(table)
        if kind == "parquet":
            parquet(table, path, chance)
        elif kind == "xlsx":
            workbook(table, path, chance)
        else:
            raw = text(table, chance, chance.choice(",\t;"))
            path.write_bytes(raw.encode(chance.choice(["utf-8", "utf-8-sig", "gb18030"])))
        found.append([path])
    return found[0], [] if together else found[1]


@KINDS
@settings(max_examples=10)
@given(seed=st.integers(0, 2**32))
def test_tables_say_what_profiles_say(kind: str, seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Households written as offices write them, in tables of every kind, read back as the strict reader has them."""
    chance, folder = random.Random(seed), tmp_path_factory.mktemp("town")  # noqa: S311 - no secret depends on it
    town = families(chance)

    found = take(*written(town, folder, kind, chance), folder / "work")

    assert rejects(found) == []
    assert profiles(found) == town
    assert [replace(read_profile(said(each), RULES), notes=()) for each in town] == town


test_tables_say_what_profiles_say_often = KINDS(
    often(test_tables_say_what_profiles_say, 40, seed=st.integers(0, 2**32))
)


def test_kinds_of_tables_may_be_mixed(tmp_path: Path) -> None:
    """Persons in a folder of a text, a workbook and a file of columns, households in a file beside it, are one town."""
    chance = random.Random(7)  # noqa: S311 - no secret depends on it
    town = families(chance)
    people, homes = rows(town, together=False)
    folder = tmp_path / "people"
    folder.mkdir()
    parts = [people[at::3] for at in range(3)]
    (folder / "a.csv").write_text(text(parts[0], chance), "utf-8")
    workbook(parts[1], folder / "b.xlsx", chance)
    parquet(parts[2], folder / "c.parquet", chance)
    (tmp_path / "homes.csv").write_text(text(homes, chance), "gb18030")

    found = profiles(take([folder], [tmp_path / "homes.csv"], tmp_path / "work"))

    assert {each.id: each.household for each in found} == {each.id: each.household for each in town}
    assert {each.id: by_id(each) for each in found} == {each.id: by_id(each) for each in town}


def by_id(profile: Profile) -> list[Mapping[str, Any]]:
    """Returns the members in the order of their ids."""
    return sorted(profile.members, key=lambda each: str(each["id"]))
