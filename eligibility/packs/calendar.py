"""What is in force on a day: `RulePack.on(day)` gives the rules of that day."""

from __future__ import annotations

import gc
import os
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from eligibility.errors import UnknownName
from eligibility.ir import Expr
from eligibility.packs.alternatives import under
from eligibility.packs.compiled import load_kept
from eligibility.packs.contents import Contents
from eligibility.packs.figures import Series, Table, changes
from eligibility.packs.loader import load
from eligibility.packs.model import Body, Entitlement
from eligibility.words import Words

EARLIEST, LATEST = date(1949, 1, 1), date(2100, 12, 31)
"""The days between which rules can be asked for."""

ENTITLEMENT = Words("事项", "entitlement")


@dataclass(frozen=True, slots=True)
class Ruling:
    """An entitlement with the body that is in force.

    Args:
        entitlement: the whole of it.
        body: what it says on the day.
        unsure: whether it is not sure that it is in force yet (MEANING M7).
    """

    entitlement: Entitlement
    body: Body
    unsure: bool


@dataclass(frozen=True, eq=False)
class State:
    """The law between two days on which something changes.

    Args:
        rulings: in the order of the plan's clauses, then by id.
        figures: each parameter's values in force.
        attributes: each attribute of places, likewise.
        concepts: what each concept means.
        memo: what engines have made of expressions, by the identity of the expression.
    """

    rulings: tuple[Ruling, ...]
    figures: Mapping[str, Table]
    attributes: Mapping[str, Table]
    concepts: Mapping[str, Expr]
    memo: dict[Any, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Rules:
    """The rules of one day.

    Args:
        pack: where they come from.
        day: the day, as of which everything is asked.
        state: what is in force.
    """

    pack: RulePack
    day: date
    state: State

    def ruling(self, id: str) -> Ruling | None:
        """Returns the entitlement as it is in force, or None where it is not.

        Raises:
            UnknownName: the pack has no such entitlement.
        """
        self.pack.entitlement(id)
        return self._by_id.get(id)

    @cached_property
    def _by_id(self) -> dict[str, Ruling]:
        return {ruling.entitlement.id: ruling for ruling in self.state.rulings}

    @cached_property
    def reviews(self) -> Mapping[str, date | None]:
        """By entitlement, the day after which its being in force wants a review."""
        return {ruling.entitlement.id: ruling.entitlement.in_force.review_by for ruling in self.state.rulings}


class RulePack:
    """A rule pack, loaded and checked; it never changes and may be shared between threads."""

    def __init__(self, contents: Contents) -> None:
        """Takes what the loader read."""
        self.contents = contents
        self._states: dict[int, State] = {}

    @classmethod
    def load(
        cls,
        folder: str | os.PathLike[str],
        *,
        local: Sequence[str | os.PathLike[str]] = (),
        cache: Path | None = None,
    ) -> RulePack:
        """Reads a pack from a folder.

        Args:
            folder: where its files are; see `docs/pack-format.md`.
            local: files of local figures, laid over those of the pack; see `docs/pack-format.md`.
            cache: a folder in which to keep the loaded pack for the next time; nothing is kept where None.

        Raises:
            OSError: there is no such folder, or it cannot be read.
            PackError: with every problem of every file.
        """
        path, laid = Path(folder), [Path(each) for each in local]
        with _uncollected():
            return cls(load_kept(path, laid, cache) if cache and path.is_dir() else load(path, laid))

    @classmethod
    def default(cls, *, local: Sequence[str | os.PathLike[str]] = (), cache: Path | None = None) -> RulePack:
        """Reads the pack that ships with this library, from the wheel or from a checkout; see `load`."""
        return cls.load(default_folder(), local=local, cache=cache)

    def under(self, readings: Mapping[str, str]) -> RulePack:
        """Returns the pack under other readings than those that it takes.

        Args:
            readings: by the id of a reading, that of another one, or `taken`.

        Raises:
            UnknownName: there is no such reading, or no such other one.
            BadChoice: it stands in words only, or two of them would replace one concept.
        """
        return self if not readings else RulePack(under(self.contents, readings))

    def on(self, day: date) -> Rules:
        """Returns the rules of a day.

        Raises:
            ValueError: the day is before 1949 or after 2100.
        """
        if not EARLIEST <= day <= LATEST:
            msg = f"rules are asked for between {EARLIEST} and {LATEST}"
            raise ValueError(msg)
        at = bisect_right(self.changes, day)
        if at not in self._states:
            self._states[at] = self._state(day)
        return Rules(self, day, self._states[at])

    def entitlement(self, id: str) -> Entitlement:
        """Returns an entitlement by its id.

        Raises:
            UnknownName: there is none; the nearest id is named.
        """
        found = self.contents.entitlements.get(id)
        if found is None:
            raise UnknownName(ENTITLEMENT, id, self.contents.entitlements)
        return found

    @cached_property
    def changes(self) -> tuple[date, ...]:
        """Every day on which some law or figure of the pack changes, in order."""
        contents = self.contents
        found = changes((*contents.parameters.values(), *contents.attributes.values()))
        for entitlement in contents.entitlements.values():
            force = entitlement.in_force
            days = [force.start, force.not_before, force.surely_from, *(body.start for body in entitlement.versions)]
            ends = [force.to, *(body.to for body in entitlement.versions)]
            found |= _days(days, ends)
        for concept in contents.concepts.values():
            found |= _days([each.start for each in concept.versions], [each.to for each in concept.versions])
        readings = contents.readings.values()
        found |= _days([each.start for each in readings], [each.to for each in readings])
        return tuple(sorted(day for day in found if EARLIEST <= day <= LATEST))

    def _state(self, day: date) -> State:
        contents = self.contents
        rulings = (_ruling(entitlement, day) for entitlement in contents.entitlements.values())
        concepts: dict[str, Expr] = {}
        for name, concept in contents.concepts.items():
            for version in concept.versions:
                if version.start <= day and (version.to is None or day <= version.to):
                    concepts[name] = version.body.expr
        return State(
            rulings=tuple(ruling for ruling in rulings if ruling is not None),
            figures=_on(contents.parameters, day),
            attributes=_on(contents.attributes, day),
            concepts=concepts,
        )


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keeps the garbage collector from looking again and again at a pack while it grows: all of it stays."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def default_folder() -> Path:
    """Returns the folder of the pack that ships: inside the installed package, else `rules/` of the checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_packs" / "baiyin"
    return installed if installed.is_dir() else package.parent / "rules" / "baiyin"


def _on(series: Mapping[str, Series], day: date) -> dict[str, Table]:
    return {name: each.on(day) for name, each in series.items()}


def _ruling(entitlement: Entitlement, day: date) -> Ruling | None:
    if not entitlement.in_force.on(day):
        return None
    current: Body | None = None
    for body in entitlement.bodies():
        if (body.start is None or body.start <= day) and (body.to is None or day <= body.to):
            current = body
    return Ruling(entitlement, current, entitlement.in_force.unsure_on(day)) if current else None


def _days(starts: list[date | None], ends: list[date | None]) -> set[date]:
    found = {day for day in starts if day is not None and day > date.min}
    return found | {day + timedelta(1) for day in ends if day is not None and day < date.max}
