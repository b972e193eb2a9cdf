"""The ten rules as somebody writes them in Polars who knows it well: for this day and these figures alone, three-valued.

Nullable booleans are Kleene's; what a household has in common is gathered once. Everything that a general compiler has to ask
is known here: which facts there are, which figures are placed where, what is derived from what, and that no rule needs more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
from ten import DAY, OF_HOUSEHOLDS, OF_PERSONS, TABLES, path

c = pl.col
HOME, ID = "household_id", "id"
PERSON_FACTS = (
    "relation", "birth_date", "age", "hukou_county", "hukou_province", "died", "in_prison", "clergy_away_3_years",
    "dependent_student", "shares_livelihood", "monthly_income", "extreme_poverty_support", "disability_certificate",
    "disability_category", "disability_grade", "single_person_dibao", "single_person_dibao_class", "orphan",
    "receives_orphan_allowance", "receives_work_injury_care_fee", "education_stage",
    "school_registered", "school_ownership", "school_county", "boards_at_school", "needy_student", "employment",
    "supported_by_family", "can_form_own_household", "personal_hardship", "unemployment_insurance_months", "job_loss",
    "registered_unemployed", "wants_work", "receives_state_pension", "insured_county", "self_care", "in_welfare_institution",
)  # fmt: skip
HOUSEHOLD_FACTS = (
    "members_complete", "residence_county", "area", "dibao", "dibao_class", "poverty_registered", "income_total",
    "income_per_person", "assets_within_limits", "in_hardship",
)  # fmt: skip
URBAN_LINE = {"620402": 588_00, "620403": 566_00, "620421": 540_00, "620422": 530_00, "620423": 540_00}
RURAL_LINE = {"620402": 4600_00, "620403": 4400_00, "620421": 4200_00, "620422": 4100_00, "620423": 4200_00}
"""A year."""
UNEMPLOYMENT = {"620402": 1110_00, "620403": 1110_00, "620421": 1030_00, "620422": 1030_00, "620423": 1030_00}
BOARDER, DAY_PUPIL = {"primary": 1000_00, "junior_secondary": 1250_00}, {"primary": 500_00, "junior_secondary": 625_00}
URBAN_FLOOR, RURAL_FLOOR = 524_00, 4020_00


def by_hand(folder: Path) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Returns the answers of persons and of households, not worked out yet: outcome and amount of each of the ten."""
    persons, households = (pl.scan_parquet(path(folder, owner)) for owner in TABLES)
    people = persons.select(HOME, ID, *PERSON_FACTS).with_columns(age=pl.coalesce("age", _years(c("birth_date"))))
    people = people.with_columns(
        province=pl.coalesce("hukou_province", c("hukou_county").str.slice(0, 2)),
        living=~(c("died").fill_null(value=False) | (c("birth_date") > DAY).fill_null(value=False)),
    )
    homes = _gathered(households.select(HOME, *HOUSEHOLD_FACTS), people)
    shared = homes.select(
        HOME, "residence_county", "area", "dibao", "dibao_class", "poverty_registered", "poor_household", "urban"
    )
    return _of_persons(people.join(shared, on=HOME, how="left")), _of_homes(homes)


def _years(birth: pl.Expr) -> pl.Expr:
    """Returns full years; the day is the first of a month, so that no month is too short for it."""
    early = (birth.dt.month() > DAY.month) | ((birth.dt.month() == DAY.month) & (birth.dt.day() > DAY.day))
    return pl.when(birth <= DAY).then(DAY.year - birth.dt.year().cast(pl.Int64) - early.cast(pl.Int64))


def _gathered(households: pl.LazyFrame, people: pl.LazyFrame) -> pl.LazyFrame:
    """Returns households with all that rules ask of their living members."""
    counted = (
        ~c("in_prison")
        & ~c("clergy_away_3_years")
        & (
            c("relation").is_in(["head", "spouse", "parent"])
            | ((c("relation") == "child") & ((c("age") < 18) | c("dependent_student")))
            | c("shares_livelihood")
        )
    )
    members = (
        people.filter("living")
        .with_columns(counted=counted, local=c("hukou_county").str.slice(0, 4) == "6204")
        .group_by(HOME)
        .agg(
            (c("local").any(ignore_nulls=False)).alias("any_local"),
            (c("extreme_poverty_support").any(ignore_nulls=False)).alias("any_extreme"),
            pl.when(c("counted").is_not_null().all()).then(c("counted").sum().cast(pl.Int64)).alias("heads"),
            (c("counted").is_null() | (c("counted") & c("monthly_income").is_null())).any().alias("income_open"),
            c("monthly_income").filter("counted").sum().alias("income"),
            pl.lit(value=True).alias("lives"),
        )
    )
    whole = c("members_complete").fill_null(value=True)
    poor = c("in_hardship") | c("dibao").is_in(["urban", "rural"]) | c("poverty_registered")
    return (
        households.join(members, on=HOME, how="left")
        .with_columns(
            heads=pl.when(whole).then("heads"),
            any_local=c("any_local") | pl.when(~whole).then(None).otherwise(pl.lit(value=False)),
            any_extreme=c("any_extreme") | pl.when(~whole).then(None).otherwise(pl.lit(value=False)),
            total=pl.coalesce("income_total", pl.when(whole & ~c("income_open")).then("income")),
            urban=c("area") == "urban",
        )
        .with_columns(
            average=pl.coalesce("income_per_person", pl.when(c("heads") > 0).then(c("total") // c("heads"))),
            poor_household=poor | c("any_extreme"),
        )
    )


def _of_homes(homes: pl.LazyFrame) -> pl.LazyFrame:
    average, urban, county = c("average"), c("urban"), c("residence_county")
    below = (urban & ((average < _in_gansu(county, URBAN_FLOOR)) | (average < _by(county, URBAN_LINE)))) | (
        ~urban & ((average * 12 < _in_gansu(county, RURAL_FLOOR)) | (average * 12 < _by(county, RURAL_LINE)))
    )
    holds = c("any_local") & below & c("assets_within_limits") & ~c("dibao").is_in(["urban", "rural"])
    paid = _tiers(
        (urban, _by(county, URBAN_LINE) * c("heads") - c("total")), (~urban, _in_gansu(county, 210_00) * c("heads"))
    )
    return homes.select(HOME, *_answers(OF_HOUSEHOLDS, [(holds, paid)], c("lives")))


def _of_persons(people: pl.LazyFrame) -> pl.LazyFrame:
    return people.select(HOME, ID, *_answers(OF_PERSONS, [*_disabled(), *_at_school(), *_others()], c("living")))


DIBAO, SINGLE, ALONE = c("dibao"), c("single_person_dibao"), c("dibao") == "none"
GUARANTEE = DIBAO.is_in(["urban", "rural"]) | SINGLE.is_in(["urban", "rural"])
GANSU = c("province") == "62"
PLACED = pl.when(GANSU)
COUNTY, STAGE, CERTIFIED = c("residence_county"), c("education_stage"), c("disability_certificate")
EXTREME = c("extreme_poverty_support")
Found = tuple[pl.Expr, pl.Expr]
"""Whether somebody may have it, and how much."""


def _disabled() -> list[Found]:
    """Returns the living subsidy and the nursing subsidy."""
    kind, grade = c("disability_category"), c("disability_grade")
    mind, body = kind.is_in(["intellectual", "mental"]), kind.is_in(["physical", "visual"])
    senses = kind.is_in(["hearing", "speech"])
    first = ((mind | body) & (grade == 1)) | (mind & (grade == 2))
    second = (senses & (grade == 1)) | ((body | senses) & (grade == 2))
    free = ~c("receives_work_injury_care_fee") & ~EXTREME
    rural, own_rural = DIBAO == "rural", ALONE & (SINGLE == "rural")
    upper = (rural & (c("dibao_class") <= 2)) | (own_rural & (c("single_person_dibao_class") <= 2))
    lower = (rural & (c("dibao_class") >= 3)) | (own_rural & (c("single_person_dibao_class") >= 3))
    urban = (DIBAO == "urban") | (ALONE & (SINGLE == "urban"))
    return [
        (
            CERTIFIED & GANSU & GUARANTEE & ~c("receives_orphan_allowance") & free,
            _tiers((urban, PLACED.then(100_00)), (upper, PLACED.then(100_00)), (lower, PLACED.then(60_00))),
        ),
        (
            CERTIFIED & GANSU & (first | second) & free,
            _tiers((first, PLACED.then(100_00)), (second, PLACED.then(50_00))),
        ),
    ]


def _at_school() -> list[Found]:
    """Returns preschool, the guarantee of one person, which stands between them, compulsory education and its living subsidy."""
    pupil, boards = STAGE.is_in(["primary", "junior_secondary"]), c("boards_at_school")
    poor_student = c("needy_student") | GUARANTEE | c("poverty_registered") | EXTREME | c("orphan")
    groups = c("poverty_registered") | (CERTIFIED & poor_student) | (DIBAO == "rural") | (SINGLE == "rural")
    groups |= (c("area") == "rural") & EXTREME
    school = c("school_ownership").is_in(["public", "inclusive_private"]) & (c("school_county").str.slice(0, 2) == "62")
    severe = CERTIFIED & (c("disability_category") != "none") & (c("disability_grade") <= 2)
    means = c("supported_by_family") & ~c("can_form_own_household") & c("personal_hardship")
    gap = (_by(COUNTY, URBAN_LINE) - c("monthly_income")).clip(0)
    return [
        ((STAGE == "kindergarten") & c("school_registered") & GANSU & school, pl.lit(1000_00)),
        (
            (c("age") >= 18) & (c("employment") == "jobless") & severe & means & ~GUARANTEE,
            _tiers((c("urban"), gap), (~c("urban"), _in_gansu(COUNTY, 210_00))),
        ),
        (pupil, pl.lit(None)),
        (
            pupil & ((boards & poor_student) | groups),
            _tiers((boards, _by(STAGE, BOARDER)), (~boards, _by(STAGE, DAY_PUPIL))),
        ),
    ]


def _others() -> list[Found]:
    """Returns the orphan allowance, unemployment benefit, and the subsidy for poor elderly people."""
    institution = c("in_welfare_institution")
    lost = (c("unemployment_insurance_months") >= 12) & (c("job_loss") == "involuntary")
    seeks = c("registered_unemployed") & (c("employment") == "jobless") & c("wants_work")
    partial = (c("self_care") == "partial") & (_in_gansu(COUNTY, 1) == 1)
    great_or_weak = (c("age") >= 80) | (c("self_care") == "lost") | partial
    poor = c("poor_household") | SINGLE.is_in(["urban", "rural"])
    return [
        (
            (c("age") < 18) & c("orphan") & ~c("receives_orphan_allowance"),
            _tiers((institution, PLACED.then(1100_00)), (~institution, PLACED.then(720_00))),
        ),
        (lost & seeks & ~c("receives_state_pension"), _by(c("insured_county"), UNEMPLOYMENT)),
        ((c("age") >= 60) & poor & great_or_weak, pl.when(COUNTY.str.starts_with("6204")).then(80_00)),
    ]


def _answers(ids: Sequence[str], found: Sequence[tuple[pl.Expr, pl.Expr]], lives: pl.Expr) -> list[pl.Expr]:
    """Returns outcome and amount of each: what does not hold has no amount, and the dead have no answer."""
    columns = []
    for id, (holds, paid) in zip(ids, found, strict=True):
        outcome = pl.when(holds).then(2).when(holds.is_null()).then(1).otherwise(0)
        columns += [
            pl.when(lives).then(outcome).cast(pl.Int8).alias(id),
            pl.when(lives & holds.fill_null(value=True)).then(paid).cast(pl.Int64).alias(f"{id}.amount"),
        ]
    return columns


def _tiers(*tiers: tuple[pl.Expr, pl.Expr]) -> pl.Expr:
    """Returns the amount of the first tier that applies, none where that is not known."""
    found = pl.lit(None, pl.Int64)
    for applies, amount in reversed(tiers):
        found = pl.when(applies).then(amount).when(applies.is_null()).then(None).otherwise(found)
    return found


def _by(key: pl.Expr, values: Mapping[str, int]) -> pl.Expr:
    return key.replace_strict(values, default=None, return_dtype=pl.Int64)


def _in_gansu(county: pl.Expr, value: int) -> pl.Expr:
    """Returns what holds in the whole province, null elsewhere and where the place is not known."""
    return pl.when(county.str.starts_with("62")).then(value)
