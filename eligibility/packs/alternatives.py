"""What a pack says under other readings than those that it takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pydantic import ValidationError

from eligibility.errors import BadChoice, UnknownName
from eligibility.packs.contents import Contents
from eligibility.packs.disputed import leans_on_all
from eligibility.packs.model import Concept, ConceptVersion, DatedMeaning
from eligibility.packs.readings import TAKEN, Alternative
from eligibility.words import Words

READING = Words("读法", "reading")


def under(contents: Contents, chosen: Mapping[str, str]) -> Contents:
    """Returns what a pack would say under other readings.

    Args:
        contents: of the pack, under the readings that it takes.
        chosen: by the id of a reading, that of another one, or `taken`.

    Raises:
        UnknownName: there is no such reading, or no such other one.
        BadChoice: it stands in words only, or two of them would replace one concept.
    """
    picked = {id: _alternative(contents, id, other) for id, other in chosen.items() if _is_other(contents, id, other)}
    concepts, entitlements = dict(contents.concepts), dict(contents.entitlements)
    replaced: dict[str, str] = {}
    for id, alternative in picked.items():
        reading = contents.readings[id]
        if alternative.versions and reading.concept is not None:
            if reading.concept in replaced:
                raise _rivals(replaced[reading.concept], id)
            replaced[reading.concept] = id
            concepts[reading.concept] = _replaced(concepts[reading.concept], alternative.versions)
        if alternative.in_force is not None:
            for bearer in reading.bearers():
                one = entitlements[bearer]
                try:
                    force = alternative.in_force.over(one.in_force)
                except ValidationError:
                    raise _together(
                        picked, "施行日期合不上", "state days in force that contradict each other"
                    ) from None
                entitlements[bearer] = one.model_copy(update={"in_force": force})
    if _circle(concepts, replaced):
        raise _together(picked, "互相依赖", "lean on each other")
    return replace(contents, concepts=concepts, entitlements=entitlements, chosen={id: chosen[id] for id in picked})


def _is_other(contents: Contents, id: str, other: str) -> bool:
    """Returns whether a choice differs from the reading taken."""
    if id not in contents.readings:
        raise UnknownName(READING, id, contents.readings)
    return other != TAKEN


def _alternative(contents: Contents, id: str, other: str) -> Alternative:
    """Returns another reading that can be screened under."""
    others = contents.readings[id].others
    if other not in others:
        raise UnknownName(READING, f"{id}={other}", [f"{id}={each}" for each in (TAKEN, *others)])
    if not others[other].written:
        zh = f"读法 `{id}={other}` 只有文字说明，不能据以筛查"
        raise BadChoice(Words(zh, f"the reading `{id}={other}` stands in words only and cannot be screened under"))
    return others[other]


def _together(picked: Iterable[str], zh: str, en: str) -> BadChoice:
    """Returns that readings which are each well cannot be chosen at once."""
    ids = [f"`{id}`" for id in picked]
    return BadChoice(
        Words(f"读法 {'、'.join(ids)} 不能同时选用：{zh}", f"the readings {', '.join(ids)} {en}: choose fewer")
    )


def _circle(concepts: Mapping[str, Concept], starts: Iterable[str]) -> bool:
    """Returns whether a concept leans on itself, directly or through others."""
    return any(used == start for start in starts for used, _ in leans_on_all(concepts[start], concepts))


def _rivals(one: str, other: str) -> BadChoice:
    zh = f"读法 `{one}` 和 `{other}` 改变的是同一个概念，一次只能选一个"
    return BadChoice(
        Words(zh, f"the readings `{one}` and `{other}` would replace the same concept: choose one of them")
    )


def _replaced(concept: Concept, versions: Iterable[DatedMeaning]) -> Concept:
    """Returns a concept with another meaning; it rests on the same citations."""
    cites = tuple(dict.fromkeys(cite for version in concept.versions for cite in version.cite))
    bodies = [
        ConceptVersion.model_construct(start=each.start, to=each.to, when=each.when, value=each.value, cite=cites)
        for each in versions
    ]
    return concept.model_copy(update={"versions": tuple(bodies)})
