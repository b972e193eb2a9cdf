"""Households without faces: in which county, in town or village, of which kind, and how old their members are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from eligibility.columns.frames import HOME, ID
from eligibility.invented.assume import DAYS_OLD, ago
from eligibility.invented.draws import COUNTY, HOUSE, KEY, Draws, full_years, of_cases, picked, spread
from eligibility.invented.table import Assumptions

BARE = frozenset({"residence_county", "area", "relation", "birth_date", "age", "sex", "resident_id"})
"""The facts that are invented before any assumption of the table; a resident number follows from them."""
MOST_MEMBERS = 8
"""How many numbers of persons each household has for itself."""
_YEAR, _OLDEST, _NEWBORN = 365.25, 105, 300
_AUTUMN = 9
"""The month in which school begins."""


def bare_homes(first: int, count: int, counties: Mapping[str, float], table: Assumptions, draws: Draws) -> pl.LazyFrame:
    """Returns households in the order of their numbers: where they are, and of which kind.

    Args:
        first: the number of the first one.
        count: how many.
        counties: with the share of the people of each.
        table: what is assumed.
        draws: of the city.
    """
    towns = {county: table.towns.get(county, table.towns["otherwise"]) for county in counties}
    county = pl.col("residence_county")
    beside = zip(counties, [*counties][1:] + [*counties][:1], strict=True)
    urban = (
        of_cases([(county == code, share) for code, share in towns.items()])
        .cast(pl.Float64)
        .fill_null(table.towns["otherwise"])
    )
    return (
        pl.LazyFrame({HOUSE: pl.int_range(first, first + count, dtype=pl.UInt64, eager=True)})
        .with_columns(
            picked(draws.evenly("county", HOUSE), _of_households(counties, towns, table))
            .cast(pl.String)
            .alias("residence_county")
        )
        .with_columns(
            pl.when(draws("area", HOUSE) < urban).then(pl.lit("urban")).otherwise(pl.lit("rural")).alias("area"),
            of_cases([(county == code, other) for code, other in beside]).cast(pl.String).alias("_neighbour"),
            pl.when(county.is_in(table.cities)).then(pl.lit("urban")).otherwise(pl.lit("county_seat")).alias("_town"),
            county.cast(pl.UInt64).fill_null(0).alias(COUNTY),
            pl.concat_str(pl.lit("h"), pl.col(HOUSE).cast(pl.String).str.zfill(8)).alias(HOME),
        )
        .with_columns(_kind(table, draws).alias("_home"), (pl.col("area") == "rural").alias("_rural"))
    )


def _of_households(counties: Mapping[str, float], towns: Mapping[str, float], table: Assumptions) -> dict[str, float]:
    """Returns the counties' shares of the households: where these are larger, fewer of them make as many people."""
    sizes = {}
    for area in ("urban", "rural"):
        kinds = [(home[area], 1 + len(home.get("others", []))) for home in table.homes.values()]
        sizes[area] = sum(share * size for share, size in kinds) / sum(share for share, _ in kinds)
    size = {county: sizes["urban"] * town + sizes["rural"] * (1 - town) for county, town in towns.items()}
    weights = {county: share / size[county] for county, share in counties.items()}
    return {county: weight / sum(weights.values()) for county, weight in weights.items()}


def _kind(table: Assumptions, draws: Draws) -> pl.Expr:
    drawn = draws("home", HOUSE)
    shares = {}
    for area in ("urban", "rural"):
        whole = sum(home[area] for home in table.homes.values())
        shares[area] = {name: home[area] / whole for name, home in table.homes.items()}
    return of_cases([(pl.col("area") == area, picked(drawn, each)) for area, each in shares.items()])


def members(homes: pl.LazyFrame, table: Assumptions, draws: Draws, day: date) -> pl.LazyFrame:
    """Returns the members of households, head first: relation, sex, birth date, age.

    Args:
        homes: as `bare_homes` gives them.
        table: what is assumed.
        draws: of the city.
        day: the day on which the facts hold.
    """
    heads = [
        (pl.col("_home") == name, spread(draws("head", HOUSE), home["head"])) for name, home in table.homes.items()
    ]
    women = of_cases([(pl.col("_home") == name, home["women"]) for name, home in table.homes.items()])
    frame = (
        homes.with_columns(of_cases(heads).alias("_head_age"), (draws("head_sex", HOUSE) < women).alias("_head_woman"))
        .join(_slots(table), on="_home", how="left", maintain_order="left_right")
        .with_columns((pl.col(HOUSE) * MOST_MEMBERS + pl.col("_slot")).alias(KEY))
        .with_columns(
            (_years(draws) * _YEAR).floor().clip(0, _OLDEST * _YEAR).alias(DAYS_OLD),
            pl.concat_str(HOME, pl.lit("-"), pl.col("_slot").cast(pl.String)).alias(ID),
            pl.when(_woman(draws)).then(pl.lit("female")).otherwise(pl.lit("male")).alias("sex"),
        )
        .with_columns(ago(pl.col(DAYS_OLD), day).alias("birth_date"))
    )
    school = date(day.year if day.month >= _AUTUMN else day.year - 1, _AUTUMN, 1)
    return frame.with_columns(
        full_years(pl.col("birth_date"), day).alias("age"),
        full_years(pl.col("birth_date"), school).alias("_school_age"),
    ).with_columns(((pl.col("relation") == "child") & (pl.col("age") < 18)).any().over(HOUSE).alias("_minors"))  # noqa: PLR2004 - of age


def _slots(table: Assumptions) -> pl.LazyFrame:
    rows = [
        (
            name,
            at,
            relation,
            low,
            high,
            any(other[0] == "spouse" for other in others) and relation in {"head", "spouse"},
        )
        for name, home in table.homes.items()
        for others in [home.get("others", [])]
        for at, (relation, low, high) in enumerate([("head", 0, 0), *others])
    ]
    types = {"_home": pl.String, "_slot": pl.UInt64, "relation": pl.String, "_low": pl.Float64, "_high": pl.Float64}
    return pl.LazyFrame(rows, schema=types | {"_paired": pl.Boolean}, orient="row")


def _years(draws: Draws) -> pl.Expr:
    """Returns how old somebody is in years: the head as drawn, the others beside the head, nobody less than nothing."""
    head, drawn = pl.col("_head_age"), draws("age")
    youngest = (head + pl.col("_low")).clip(0)
    oldest = pl.max_horizontal(head + pl.col("_high"), youngest + _NEWBORN / _YEAR)
    return pl.when(pl.col("_slot") == 0).then(head).otherwise(youngest + drawn * (oldest - youngest))


def _woman(draws: Draws) -> pl.Expr:
    """Returns whether somebody is a woman: spouses are of the two sexes, and so are two parents."""
    head, relation = pl.col("_head_woman"), pl.col("relation")
    second = (pl.col("_slot") % 2) == 1
    return (
        pl.when(relation == "head")
        .then(head)
        .when(relation == "spouse")
        .then(~head)
        .when(relation == "parent")
        .then(second)
    ).otherwise(draws("sex") < 0.485)  # noqa: PLR2004 - girls among the born, invented too
