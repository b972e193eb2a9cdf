"""Tables of people in: whatever form an office gives them, the households are those that profiles would state."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from towns import RULES, named, parquet, profiles, rejects, rows, said, take, text, workbook

from eligibility.profile import Profile, read_profile
from eligibility.testing.strategies import profiles as drawn

FAMILIES = st.lists(drawn(RULES), min_size=1, max_size=4)


def written(families: list[Profile], folder: Path, kind: str, chance: random.Random) -> tuple[list[Path], list[Path]]:
    """Writes households as tables; those of persons and those of households."""
    together = chance.random() < 0.5
    tables = rows(families, together=together)
    found: list[list[Path]] = []
    for name, table in zip(("persons", "households"), tables, strict=True):
        path = folder / f"{name}.{kind}"
        chance.shuffle(table) if name == "households" else None
        if kind == "parquet":
            parquet(table, path, chance)
        elif kind == "xlsx":
            workbook(table, path, chance)
        else:
            raw = text(table, chance, chance.choice(",\t;"))
            path.write_bytes(raw.encode(chance.choice(["utf-8", "utf-8-sig", "gb18030"])))
        found.append([path])
    return found[0], [] if together else found[1]


@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx"])
@settings(max_examples=25)
@given(families=FAMILIES, seed=st.integers(0, 2**32))
def test_tables_say_what_profiles_say(
    kind: str, families: list[Profile], seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Households written as offices write them, in tables of every kind, read back as the strict reader has them."""
    families, folder = named(families), tmp_path_factory.mktemp("town")
    assume(any(len(facts) > 1 for each in families for facts in each.members))

    chance = random.Random(seed)  # noqa: S311 - no secret depends on it

    found = take(*written(families, folder, kind, chance), folder / "work")

    assert rejects(found) == []
    assert profiles(found) == families
    assert [replace(read_profile(said(each), RULES), notes=()) for each in families] == families
