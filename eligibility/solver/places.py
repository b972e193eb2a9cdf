"""Which codes of places stand for all of them: those that the law names, one of each place around them, and one elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from eligibility import ir
from eligibility.kinds import PROVINCES
from eligibility.packs.calendar import RulePack
from eligibility.packs.figures import EVERYWHERE
from eligibility.schema import Fact

_PROVINCE, _CITY, _COUNTY = 2, 4, 6


def codes(known: Collection[str], fact: Fact) -> tuple[str, ...]:
    """Returns the values of a place that can be told apart, ordinary ones first, those beside codes last.

    Args:
        known: every code that is named.
        fact: the place.
    """
    provinces = sorted({each[:_PROVINCE] for each in known})
    elsewhere = next(each for each in sorted(PROVINCES) if each not in provinces)
    if fact.level == "province":
        return (*provinces, elsewhere, *fact.also)
    counties = sorted(each for each in known if len(each) == _COUNTY)
    around = [*sorted({each[:_CITY] for each in known if len(each) >= _CITY}), *provinces, elsewhere]
    return (*counties, *(_other(each, known) for each in around), *fact.also)


def _other(around: str, known: Collection[str]) -> str:
    """Returns a county in a place that the law does not name, nor anything else around it."""
    taken = tuple(each for each in known if len(each) > len(around) and each.startswith(around))
    digits = range(1, 100)
    while len(around) < _COUNTY:
        around += next(
            f"{each:02}" for each in digits if not any(code.startswith(f"{around}{each:02}") for code in taken)
        )
    return around


def named(pack: RulePack) -> frozenset[str]:
    """Returns every code that a pack names: places, those of figures and attributes, and those in conditions."""
    contents = pack.contents
    found = set(contents.places)
    for series in (*contents.parameters.values(), *contents.attributes.values()):
        found |= {entry.said.place for entry in series.entries if entry.said.place is not None}
    for expr in _written(pack):
        for node in ir.walk(expr):
            if isinstance(node, ir.Literal) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ir.In):
                found |= {each for each in node.values if isinstance(each, str)}
    return frozenset(each for each in found if each.isdigit() and len(each) in {_PROVINCE, _CITY, _COUNTY}) - {
        EVERYWHERE
    }


def _written(pack: RulePack) -> Iterator[ir.Expr]:
    contents = pack.contents
    for entitlement in contents.entitlements.values():
        yield from (each.expr for _, each in entitlement.expressions())
    for concept in contents.concepts.values():
        yield from (version.body.expr for version in concept.versions)
    for fact in contents.schema.facts.values():
        yield from (each.expr for each in (fact.derive, fact.only_if) if each is not None)
    yield from (rule.holds.expr for rule in contents.schema.integrity)
    for selectors in contents.selectors.values():
        yield from (each.expr for each in selectors)
