"""The ten rules as formulas of OpenFisca: over numpy arrays, two-valued, each asking other variables by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from ten_by_hand import BOARDER, DAY_PUPIL, RURAL_FLOOR, RURAL_LINE, UNEMPLOYMENT, URBAN_FLOOR, URBAN_LINE

Array = Any
Ask = Callable[[str], Array]
Formula = Callable[[Ask, Ask, Any], Array]
"""Asks its own entity, then the household of a person or the members of a household; the last is OpenFisca's population."""
EMPTY = "empty"
"""The value of an enumeration that stands for nothing."""


def _among(values: Array, *names: str) -> Array:
    kinds = values.possible_values
    found = np.zeros(len(values), dtype=bool)
    for name in names:
        if name in kinds.__members__:
            found |= values == kinds[name]
    return found


def _by(key: Array, values: Mapping[str, int]) -> Array:
    return np.select([key == int(code) for code in values], list(values.values()), -1)


def _by_stage(stage: Array, values: Mapping[str, int]) -> Array:
    return np.select([_among(stage, name) for name in values], list(values.values()), -1)


def _tiers(*tiers: tuple[Array, Array | int]) -> Array:
    return np.select([applies for applies, _ in tiers], [amount for _, amount in tiers], -1)


def _guarantee(own: Ask, home: Ask, _: Any) -> Array:  # noqa: ANN401 - of OpenFisca
    return _among(home("dibao"), "urban", "rural") | _among(own("single_person_dibao"), "urban", "rural")


def _poor_student(own: Ask, home: Ask, _: Any) -> Array:  # noqa: ANN401 - as above
    status = own("extreme_poverty_support") | own("orphan")
    return own("needy_student") | own("guarantee") | home("poverty_registered") | status


def _counted(own: Ask, _: Ask, __: Any) -> Array:  # noqa: ANN401 - as above
    relation = own("relation")
    child = _among(relation, "child") & ((own("age") < 18) | own("dependent_student"))
    counts = _among(relation, "head", "spouse", "parent") | child | own("shares_livelihood")
    return own("living") & ~own("in_prison") & ~own("clergy_away_3_years") & counts


def _list(own: Ask, grade: int, *kinds: str) -> Array:
    return _among(own("disability_category"), *kinds) & (own("disability_grade") == grade)


def _first(own: Ask, _: Ask, __: Any) -> Array:  # noqa: ANN401 - as above
    return _list(own, 1, "intellectual", "mental", "physical", "visual") | _list(own, 2, "intellectual", "mental")


def _second(own: Ask, _: Ask, __: Any) -> Array:  # noqa: ANN401 - as above
    return _list(own, 1, "hearing", "speech") | _list(own, 2, "physical", "visual", "hearing", "speech")


def _living_subsidy(own: Ask, _: Ask, __: Any) -> Array:  # noqa: ANN401 - as above
    held = own("receives_orphan_allowance") | own("receives_work_injury_care_fee") | own("extreme_poverty_support")
    return own("disability_certificate") & (own("hukou_province") == 62) & own("guarantee") & ~held


def _living_subsidy_amount(own: Ask, home: Ask, _: Any) -> Array:  # noqa: ANN401 - as above
    dibao, single, alone = home("dibao"), own("single_person_dibao"), _among(home("dibao"), "none")
    rank: Array = np.where(_among(dibao, "rural"), home("dibao_class"), own("single_person_dibao_class"))
    rural = _among(dibao, "rural") | alone & _among(single, "rural")
    urban = _among(dibao, "urban") | alone & _among(single, "urban")
    return _tiers((urban | rural & (rank <= 2), 100_00), (rural, 60_00))


def _nursing(own: Ask, _: Ask, __: Any) -> Array:  # noqa: ANN401 - as above
    held = own("receives_work_injury_care_fee") | own("extreme_poverty_support")
    return own("disability_certificate") & (own("hukou_province") == 62) & (own("first") | own("second")) & ~held


def _preschool(own: Ask, _: Ask, __: Any) -> Array:  # noqa: ANN401 - as above
    enrolled = _among(own("education_stage"), "kindergarten") & own("school_registered")
    school = _among(own("school_ownership"), "public", "inclusive_private") & (own("school_county") // 10_000 == 62)
    return enrolled & (own("hukou_province") == 62) & school


def _single(own: Ask, _: Ask, __: Any) -> Array:  # noqa: ANN401 - as above
    category, grade = own("disability_category"), own("disability_grade")
    severe = own("disability_certificate") & ~_among(category, "none", EMPTY) & (grade >= 1) & (grade <= 2)
    means = own("supported_by_family") & ~own("can_form_own_household") & own("personal_hardship")
    return (own("age") >= 18) & _among(own("employment"), "jobless") & severe & means & ~own("guarantee")


def _single_amount(own: Ask, home: Ask, _: Any) -> Array:  # noqa: ANN401 - as above
    gap = np.maximum(_by(home("residence_county"), URBAN_LINE) - own("monthly_income"), 0)
    return np.where(_among(home("area"), "urban"), gap, 210_00)


def _pupil(own: Ask, _: Ask, __: Any) -> Array:  # noqa: ANN401 - as above
    return _among(own("education_stage"), "primary", "junior_secondary")


def _needy(own: Ask, home: Ask, _: Any) -> Array:  # noqa: ANN401 - as above
    rural = _among(home("dibao"), "rural") | _among(own("single_person_dibao"), "rural")
    support = _among(home("area"), "rural") & own("extreme_poverty_support")
    groups = home("poverty_registered") | own("disability_certificate") & own("poor_student") | rural | support
    return own("compulsory_education_fee_exemption") & (own("boards_at_school") & own("poor_student") | groups)


def _needy_amount(own: Ask, _: Ask, __: Any) -> Array:  # noqa: ANN401 - as above
    stage = own("education_stage")
    return np.where(own("boards_at_school"), _by_stage(stage, BOARDER), _by_stage(stage, DAY_PUPIL))


def _unemployed(own: Ask, _: Ask, __: Any) -> Array:  # noqa: ANN401 - as above
    lost = (own("unemployment_insurance_months") >= 12) & _among(own("job_loss"), "involuntary")
    seeks = own("registered_unemployed") & _among(own("employment"), "jobless") & own("wants_work")
    return lost & seeks & ~own("receives_state_pension")


def _elderly(own: Ask, home: Ask, _: Any) -> Array:  # noqa: ANN401 - as above
    poor = home("poor_household") | _among(own("single_person_dibao"), "urban", "rural")
    return (own("age") >= 60) & poor & ((own("age") >= 80) | _among(own("self_care"), "lost", "partial"))


def _total(own: Ask, members: Ask, household: Any) -> Array:  # noqa: ANN401 - as above
    earned = household.sum(np.where(members("counted"), members("monthly_income"), 0))
    return np.where(own("income_total") >= 0, own("income_total"), earned)


def _average(own: Ask, _: Ask, __: Any) -> Array:  # noqa: ANN401 - as above
    return np.where(
        own("income_per_person") >= 0, own("income_per_person"), own("total") // np.maximum(own("heads"), 1)
    )


def _poor_household(own: Ask, members: Ask, household: Any) -> Array:  # noqa: ANN401 - as above
    extreme = household.any(members("extreme_poverty_support") & members("living"))
    return own("in_hardship") | _among(own("dibao"), "urban", "rural") | own("poverty_registered") | extreme


def _minimum(own: Ask, members: Ask, household: Any) -> Array:  # noqa: ANN401 - as above
    local = household.any((members("hukou_county") // 100 == 6204) & members("living"))
    county, average = own("residence_county"), own("average")
    urban = np.maximum(_by(county, URBAN_LINE), URBAN_FLOOR)
    rural = np.maximum(_by(county, RURAL_LINE), RURAL_FLOOR)
    below = np.where(_among(own("area"), "urban"), average < urban, average * 12 < rural)
    return local & below & own("assets_within_limits") & ~_among(own("dibao"), "urban", "rural")


def _minimum_amount(own: Ask, _: Ask, __: Any) -> Array:  # noqa: ANN401 - as above
    gap = _by(own("residence_county"), URBAN_LINE) * own("heads") - own("total")
    return np.where(_among(own("area"), "urban"), gap, 210_00 * own("heads"))


PEOPLE: Mapping[str, tuple[type, Formula]] = {
    "living": (bool, lambda own, _, __: ~own("died")),
    "guarantee": (bool, _guarantee),
    "poor_student": (bool, _poor_student),
    "counted": (bool, _counted),
    "first": (bool, _first),
    "second": (bool, _second),
    "disability_living_subsidy": (bool, _living_subsidy),
    "disability_living_subsidy_amount": (int, _living_subsidy_amount),
    "severe_disability_nursing_subsidy": (bool, _nursing),
    "severe_disability_nursing_subsidy_amount": (int, lambda own, _, __: np.where(own("first"), 100_00, 50_00)),
    "fee_free_preschool": (bool, _preschool),
    "fee_free_preschool_amount": (int, lambda own, _, __: np.full(len(own("age")), 1000_00)),
    "single_person_minimum_living_guarantee": (bool, _single),
    "single_person_minimum_living_guarantee_amount": (int, _single_amount),
    "compulsory_education_fee_exemption": (bool, _pupil),
    "compulsory_education_fee_exemption_amount": (int, lambda own, _, __: np.full(len(own("age")), -1)),
    "needy_student_living_subsidy": (bool, _needy),
    "needy_student_living_subsidy_amount": (int, _needy_amount),
    "orphan_allowance": (
        bool,
        lambda own, _, __: (own("age") < 18) & own("orphan") & ~own("receives_orphan_allowance"),
    ),
    "orphan_allowance_amount": (int, lambda own, _, __: np.where(own("in_welfare_institution"), 1100_00, 720_00)),
    "unemployment_benefit": (bool, _unemployed),
    "unemployment_benefit_amount": (int, lambda own, _, __: _by(own("insured_county"), UNEMPLOYMENT)),
    "elderly_care_subsidy": (bool, _elderly),
    "elderly_care_subsidy_amount": (int, lambda own, _, __: np.full(len(own("age")), 80_00)),
}
HOMES: Mapping[str, tuple[type, Formula]] = {
    "lives": (bool, lambda _, members, household: household.any(members("living"))),
    "heads": (int, lambda _, members, household: household.sum(members("counted"))),
    "total": (int, _total),
    "average": (int, _average),
    "poor_household": (bool, _poor_household),
    "minimum_living_guarantee": (bool, _minimum),
    "minimum_living_guarantee_amount": (int, _minimum_amount),
}
"""Variables of persons, and of households: their type and formula."""
