"""Ten rules written by hand in Polars for a benchmark, by somebody who read the rules and not the compiler: both must agree."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import ten
import ten_by_hand


@pytest.mark.parametrize("gaps", [0.0, 0.2, 0.5])
def test_ours_agree_with_what_was_written_by_hand(gaps: float, tmp_path: Path) -> None:
    """Outcome and amount of ten rules are the same, compiled and written by hand, for everybody of an invented city."""
    ten.lay_city(tmp_path, 6_000, gaps)
    found = zip(ten.ours(tmp_path, ten.rules()), ten_by_hand.by_hand(tmp_path), strict=True)
    for (compiled, written), ids in zip(found, (ten.OF_PERSONS, ten.OF_HOUSEHOLDS), strict=True):
        keys = ["household_id", "id"] if ids == ten.OF_PERSONS else ["household_id"]
        columns = [*keys, *(name for id in ids for name in (id, f"{id}.amount"))]
        ours, theirs = (frame.select(columns).collect().sort(keys) for frame in (compiled, written))

        assert ours.height > 2_000
        assert ours.equals(theirs), [
            name for name in columns if not ours.get_column(name).equals(theirs.get_column(name))
        ]
        if gaps > 0.2:
            continue
        granted, refused = (sum(ours.select(pl.col(ids).eq(outcome).any()).row(0)) for outcome in (2, 0))
        assert granted >= min(len(ids), 4)  # some are too rare for so few people
        assert refused >= min(len(ids), 4)
