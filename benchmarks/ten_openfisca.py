"""The ten rules for OpenFisca-Core: variables of persons and households, formulas over numpy arrays, as its documents teach.

OpenFisca has no unknown: what is not given is the default of its type. So it is given a city without gaps, and what is empty there
all the same (a grade of those who have no disability, what a household did not declare) is 0, `False` or a value of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import Simulation
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable
from ten import DAY, OF_HOUSEHOLDS, OF_PERSONS, TABLES, path
from ten_by_hand import HOME, HOUSEHOLD_FACTS, ID, PERSON_FACTS
from ten_formulas import EMPTY, HOMES, PEOPLE, Array, Formula

_ON_A_DAY = {"definition_period": DateUnit.DAY}
_PLACES = ("hukou_county", "hukou_province", "school_county", "insured_county", "residence_county")
PERSON = build_entity(key="person", plural="persons", label="person", is_person=True)
HOUSEHOLD = build_entity(
    key="household",
    plural="households",
    label="household",
    roles=[{"key": "member", "plural": "members", "label": "member"}],
)
ENTITIES = {"person": PERSON, "household": HOUSEHOLD}


class Ten:
    """The ten rules over a city in a folder.

    Args:
        folder: where the city lies.
    """

    def __init__(self, folder: Path) -> None:
        """Reads the city and tells the engine what every fact is."""
        facts = {"person": (HOME, ID, *PERSON_FACTS), "household": (HOME, *HOUSEHOLD_FACTS)}
        self.frames = {owner: pl.read_parquet(path(folder, owner), columns=list(facts[owner])) for owner in TABLES}
        self.system = TaxBenefitSystem([PERSON, HOUSEHOLD])
        self.arrays = {}
        for owner, frame in self.frames.items():
            for name in facts[owner]:
                if name not in {HOME, ID, "birth_date"}:
                    self.arrays[name], said = _array(name, frame.get_column(name))
                    self._add(name, owner, **said)
        for owner, formulas in (("person", PEOPLE), ("household", HOMES)):
            for name, (kind, formula) in formulas.items():
                self._add(name, owner, value_type=kind, formula=_formula(formula))

    def _add(self, name: str, owner: str, **said: Any) -> None:  # noqa: ANN401 - what a variable of OpenFisca may say
        self.system.add_variable(type(name, (Variable,), {"entity": ENTITIES[owner], **_ON_A_DAY, **said}))

    def answers(self) -> tuple[pl.LazyFrame, pl.LazyFrame]:
        """Returns outcome and amount of each of the ten, for persons and for households."""
        populations = self.system.instantiate_entities()
        persons, homes = self.frames["person"], self.frames["household"]
        numbered = homes.select(HOME).with_row_index("at")
        at = persons.select(HOME).join(numbered, on=HOME, how="left", maintain_order="left").get_column("at").to_numpy()
        for owner, frame in self.frames.items():
            populations[owner].count = frame.height
            populations[owner].ids = np.arange(frame.height)
        populations["household"].members_entity_id = at
        populations["household"].members_role = np.repeat(HOUSEHOLD.flattened_roles[0], len(at))
        simulation = Simulation(self.system, populations)
        for name, values in self.arrays.items():
            simulation.set_input(name, DAY.isoformat(), values)
        found = []
        for frame, ids, lives in ((persons, OF_PERSONS, "living"), (homes, OF_HOUSEHOLDS, "lives")):
            keys = frame.select([name for name in (HOME, ID) if name in frame.columns])
            found.append(keys.lazy().with_columns(_columns(simulation, ids, lives)))
        return found[0], found[1]


def _columns(simulation: Simulation, ids: tuple[str, ...], lives: str) -> Iterator[pl.Series]:
    alive = pl.Series(simulation.calculate(lives, DAY.isoformat()))
    nobody = pl.Series([None], dtype=pl.Int64).new_from_index(0, len(alive))
    for id in ids:
        name = id.replace("-", "_")
        holds = pl.Series(simulation.calculate(name, DAY.isoformat()))
        outcome = (holds.cast(pl.Int64) * 2).zip_with(alive, nobody)
        paid = pl.Series(simulation.calculate(f"{name}_amount", DAY.isoformat())).cast(pl.Int64)
        yield outcome.cast(pl.Int8).alias(id)
        yield paid.zip_with(holds & alive & (paid >= 0), nobody).alias(f"{id}.amount")


def _array(name: str, column: pl.Series) -> tuple[Array, dict[str, Any]]:
    """Returns the values of a fact as OpenFisca wants them, and what kind of variable it is."""
    if name in _PLACES:
        return column.cast(pl.Int32).fill_null(0).to_numpy(), {"value_type": int}
    if column.dtype == pl.Boolean:
        default = name == "members_complete"
        return column.fill_null(default).to_numpy(), {"value_type": bool}
    if column.dtype == pl.String:
        values = [EMPTY, *sorted(column.unique().drop_nulls())]
        possible = Enum(name, {value: value for value in values})
        codes = column.fill_null(EMPTY).cast(pl.Enum(values)).to_physical().to_numpy()
        kind = {"value_type": Enum, "possible_values": possible, "default_value": possible[EMPTY]}
        return EnumArray(codes.astype(np.uint8), possible), kind
    return column.fill_null(-1).to_numpy(), {"value_type": int}


def _formula(formula: Formula) -> Callable[[Any, Any], Array]:
    """Returns a formula as OpenFisca calls it."""

    def run(population: Any, period: Any) -> Array:  # noqa: ANN401 - of OpenFisca
        person = population.entity.is_person
        others = population.household if person else population.members
        return formula(lambda name: population(name, period), lambda name: others(name, period), population)

    return run
