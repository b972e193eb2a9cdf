"""Laws that the rules of every pack keep, each of them one line in somebody's tests: `test_order = laws.order("rules/mine")`.

refinement  learning more never changes what is settled
order       order and ids of members change nothing
irrelevant  facts that no rule reads change nothing
engines     every engine that is there answers the same
batch       a household alone and one among many are answered alike
monotone    what `laws.yaml` calls worse never takes anything away
exclusions  an exclusion refuses, rivals are never drawn together, a status held excludes what it rules out
implies     whoever is eligible is what `laws.yaml` says of them
amounts     amounts are not below zero and not above the cap of `laws.yaml`
time        an answer changes overnight only where the law does, or an age or a term is reached
rises       a figure of a benefit that rises never lowers what a household comes to
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import settings

from eligibility.errors import Lacking
from eligibility.packs.calendar import RulePack, default_folder
from eligibility.testing import laws_engines, laws_facts, trying
from eligibility.testing.declared import declared
from eligibility.testing.laws_amounts import AMOUNTS, IMPLIES
from eligibility.testing.laws_exclusions import LABEL as EXCLUSIONS
from eligibility.testing.laws_rises import RISES
from eligibility.testing.laws_time import TIME
from eligibility.testing.searching import Scope, days_of
from eligibility.testing.tongue import tongue
from eligibility.testing.trying import Told
from eligibility.words import Words

MONOTONE = Words("声明为更差的情况不会让人失去任何待遇", "what is declared worse never takes anything away")
MOST_TOLD = 5
"""How many breaches are told of one law: each takes time to make small."""

Given = RulePack | str | os.PathLike[str] | None
"""A pack, its folder, or None for the pack that ships."""


@dataclass(frozen=True)
class Law:
    """A law that the rules of every pack keep.

    Called with a pack it gives a test that pytest collects: `test_order = laws.order("rules/mine")`.

    Args:
        id: its name.
        label: what it says.
        tried: yields what breaks it on a scope; of a law with several variants, one function for each.
        variants: the names of those.
    """

    id: str
    label: Words
    tried: tuple[Callable[[Scope], Iterator[Told]], ...]
    variants: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Returns its name."""
        return self.id

    def __call__(
        self, pack: Given = None, *, days: Sequence[date] = (), only: Sequence[str] = (), examples: int = 0
    ) -> Callable[..., None]:
        """Returns a test for pytest.

        Args:
            pack: whose rules.
            days: on which the law is tried; some of those on which the law of the pack changes where empty.
            only: ids of entitlements; all where empty.
            examples: how many households are drawn; as many as Hypothesis is set to where 0.
        """

        def holds(variant: str = "") -> None:
            self.holds(pack, days=days, only=only, examples=examples, variant=variant)

        def test() -> None:
            holds()

        def test_of(variant: str) -> None:
            holds(variant)

        found: Callable[..., None] = test
        if self.variants:
            found = pytest.mark.parametrize("variant", self.variants)(test_of)
        found.__doc__ = f"{self.label.en[:1].upper()}{self.label.en[1:]}."
        return found

    def holds(
        self,
        pack: Given = None,
        *,
        days: Sequence[date] = (),
        only: Sequence[str] = (),
        examples: int = 0,
        variant: str = "",
    ) -> None:
        """Fails the test at hand with everything that was found, or skips it where this machine lacks what it takes; see `broken`."""
        try:
            found = self.broken(pack, days=days, only=only, examples=examples, variant=variant)
        except Lacking as lacking:
            pytest.skip(lacking.text(tongue()))
        if found:
            pytest.fail("\n\n".join(each.text(tongue()) for each in found), pytrace=False)

    def broken(
        self,
        pack: Given = None,
        *,
        days: Sequence[date] = (),
        only: Sequence[str] = (),
        examples: int = 0,
        variant: str = "",
    ) -> list[Told]:
        """Returns what breaks the law, each household as small as can be, and waivers that excuse nothing.

        Args:
            pack: whose rules.
            days: on which the law is tried; some of those on which the law of the pack changes where empty.
            only: ids of entitlements; all where empty.
            examples: how many households are drawn; as many as Hypothesis is set to where 0.
            variant: one of several, such as an engine; all of them where empty.

        Raises:
            OSError: the pack, or its `laws.yaml`, cannot be read.
            PackError: with every problem of the pack or of its `laws.yaml`.
            Lacking: this machine lacks what it takes, such as an engine.
        """
        held = pack if isinstance(pack, RulePack) else loaded(str(Path(pack or default_folder()).absolute()))
        count = examples or settings().max_examples
        scope = Scope(held, declared(held), tuple(days) or tuple(days_of(held)), tuple(only), count)
        chosen = [each for name, each in zip(self.variants or ("",), self.tried, strict=True) if variant in {"", name}]
        return [told for each in chosen for told in islice(each(scope), MOST_TOLD)]


@cache
def loaded(folder: str) -> RulePack:
    """Returns the pack in a folder, loaded once."""
    return RulePack.load(folder)


def _neighbours(scope: Scope) -> Iterator[Told]:
    yield from trying.general(laws_facts.irrelevant, scope)
    yield from laws_engines.neighbours(scope)


refinement = Law("refinement", laws_facts.REFINEMENT, (partial(trying.general, laws_facts.refinement),))
order = Law("order", laws_facts.ORDER, (partial(trying.general, laws_facts.order),))
irrelevant = Law("irrelevant", laws_facts.IRRELEVANT, (_neighbours,))
engines = Law(
    "engines",
    laws_engines.ENGINES,
    tuple(partial(laws_engines.engine, name=name) for name in laws_engines.NAMES),
    tuple(laws_engines.NAMES),
)
batch = Law("batch", laws_engines.BATCH, (laws_engines.batch,))
monotone = Law("monotone", MONOTONE, (trying.monotone,))
exclusions = Law("exclusions", EXCLUSIONS, (trying.exclusions,))
implies = Law("implies", IMPLIES, (trying.implies,))
amounts = Law("amounts", AMOUNTS, (trying.amounts,))
time = Law("time", TIME, (trying.time,))
rises = Law("rises", RISES, (trying.rises,))

LAWS = (refinement, order, irrelevant, engines, batch, monotone, exclusions, implies, amounts, time, rises)
"""All of them: `@pytest.mark.parametrize("law", laws.LAWS, ids=str)`."""
