"""Which readings of the sources an answer rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from eligibility.answer import Answer
from eligibility.packs.calendar import Rules
from eligibility.ruled import Ruled


@dataclass(frozen=True)
class _Hangs:
    """What hangs on which readings in one entitlement, as it is in force.

    Args:
        whole: readings that bear on it whatever its criteria say.
        parts: those that each criterion or exclusion rests on.
        amount: those that the amount rests on.
        order: of the readings in the pack.
        known: what each combination of deciding parts came to before.
    """

    whole: frozenset[str]
    parts: tuple[frozenset[str], ...]
    amount: frozenset[str]
    order: tuple[str, ...]
    known: dict[tuple[int, ...] | None, tuple[str, ...]] = field(default_factory=dict)

    def of(self, deciding: tuple[int, ...] | None) -> tuple[str, ...]:
        """Returns the readings, in the order of the pack; all parts and the amount count where none is singled out."""
        found = self.known.get(deciding)
        if found is None:
            parts = self.parts if deciding is None else [self.parts[index] for index in deciding]
            names = self.whole.union(*parts, self.amount if deciding is None else ())
            found = self.known[deciding] = tuple(name for name in self.order if name in names)
        return found


def resting(answer: Answer) -> tuple[str, ...]:
    """Returns the readings that an answer rests on, in the order of the pack.

    A refusal rests on those of the criteria that refuse; everything else on those of all criteria and of the amount.
    """
    ruled = answer.ruled
    if not ruled.rules.pack.contents.readings:
        return ()
    hangs = _hangs(ruled)
    if answer.outcome != "ineligible":
        return hangs.of(None)
    pairs = zip(ruled.parts, answer.truths, strict=True)
    return hangs.of(tuple(index for index, (part, truth) in enumerate(pairs) if truth is part.exclusion))


def _hangs(ruled: Ruled) -> _Hangs:
    """Returns what hangs on what in an entitlement, made once for each state of the law."""
    memo, key = ruled.rules.state.memo, ("readings", ruled.entitlement.id)
    found: _Hangs | None = memo.get(key)
    if found is None:
        found = memo[key] = _build(ruled)
    return found


def _build(ruled: Ruled) -> _Hangs:
    rules, own = ruled.rules, ruled.entitlement.id
    by_concept, by_bearer = _carried(rules)
    parts = []
    for part in ruled.parts:
        whose, _, name = part.id.rpartition("/")
        bearer = f"{whose or own}/{name}"
        parts.append(_union(by_concept, part.reads.concepts) | by_bearer.get(bearer, frozenset()))
    required = {part.id.rpartition("/")[0] for part in ruled.parts} - {""}
    return _Hangs(
        whole=_union(by_bearer, (own, *required)),
        parts=tuple(parts),
        amount=_union(by_concept, ruled.amount_reads.concepts),
        order=tuple(rules.pack.contents.readings),
    )


def _carried(rules: Rules) -> tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]]:
    """Returns the readings that matter on the day, by the concept that carries them and by what they bear on."""
    found: tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]] | None = rules.state.memo.get("readings")
    if found is None:
        concepts: dict[str, frozenset[str]] = {}
        bearers: dict[str, frozenset[str]] = {}
        for id, reading in rules.pack.contents.readings.items():
            if not reading.on(rules.day):
                continue
            if reading.concept is not None:
                concepts[reading.concept] = concepts.get(reading.concept, frozenset()) | {id}
            for bearer in reading.bears_on:
                bearers[bearer] = bearers.get(bearer, frozenset()) | {id}
        found = rules.state.memo["readings"] = (concepts, bearers)
    return found


def _union(by: Mapping[str, frozenset[str]], names: Iterable[str]) -> frozenset[str]:
    return frozenset[str]().union(*(by.get(name, frozenset()) for name in names))
