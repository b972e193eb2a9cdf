"""Counties that a pack does not list although it knows their province: they are taken, and that is told."""

from __future__ import annotations

from collections import Counter

import polars as pl

from eligibility.packs.contents import Contents
from eligibility.words import Words


def counties(persons: pl.DataFrame, households: pl.DataFrame, contents: Contents) -> Counter[Words]:
    """Returns what is said of each such county, with the number of rows that name it.

    Args:
        persons: typed, see `columns/frames.py`.
        households: likewise.
        contents: of the pack.
    """
    found: Counter[Words] = Counter()
    facts = [fact.name for fact in contents.schema.facts.values() if (fact.type, fact.level) == ("place", "county")]
    for frame in (persons, households):
        for name in facts:
            if name not in frame.columns:
                continue
            for code, rows in frame[name].drop_nulls().value_counts().iter_rows():
                if code not in contents.places and code[:2] in contents.places:
                    zh = f"`{name}`：规则包没有列出县区 {code}，按未列出的地方处理"
                    en = f"`{name}`: the pack does not list the county {code}; what it holds for counties is unknown here"
                    found[Words(zh, en)] += rows
    return found
