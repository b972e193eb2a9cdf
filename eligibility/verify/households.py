"""A household that shows what was found, as people read it: as a profile states it, or in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from eligibility.determinations import shown as plain
from eligibility.leaves import HOUSEHOLD
from eligibility.money import yuan
from eligibility.packs.calendar import Rules
from eligibility.page import Block
from eligibility.profile_reader import Profile
from eligibility.speech import any_value, fact_value
from eligibility.verify.assuming import Supposition
from eligibility.verify.proof import Shown
from eligibility.words import Words

_HOME = Words("家庭", "household")


def shown(found: Shown, lang: str, *, words: bool) -> Iterator[Block]:
    """Yields a household, what is supposed beside it, and what it comes to."""
    yield Words("这样的一户：", "such a household:")[lang]
    profile = found.other if found.expect and found.other else found.profile
    yield tuple(in_words(found.rules, profile, lang) if words else facts(found.rules, profile))
    if found.supposed.values:
        yield Words("规则包没有、这里假定的数字：", "figures that the pack does not hold, as they are supposed here:")[
            lang
        ]
        yield tuple(supposed(found.rules, found.supposed, lang, words=words))
    if found.differs is not None and not found.expect:
        differs = found.differs[lang]
        if words and found.other is not None:
            differs = moved(found.rules, found.profile, found.other, lang)
        yield f"{Words('变动：', 'what changes: ')[lang]}{differs}"
    if found.told:
        yield Words("结果：", "what it comes to:")[lang]
        yield tuple(each[lang] for each in found.told)


def _owners(profile: Profile) -> list[tuple[str, Mapping[str, Any]]]:
    return [(HOUSEHOLD, profile.household), *((str(each["id"]), each) for each in profile.members)]


def in_words(rules: Rules, profile: Profile, lang: str) -> Iterator[str]:
    """Yields what is known of a household and of each member as people say it."""
    for owner, known in _owners(profile):
        said = [_said(rules, name, value, lang) for name, value in known.items() if name != "id"]
        if said or owner != HOUSEHOLD:
            called = _HOME[lang] if owner == HOUSEHOLD else owner
            yield Words("：", ": ")[lang].join((called, Words("；", "; ")[lang].join(said))) if said else called


def moved(rules: Rules, one: Profile, other: Profile, lang: str) -> str:
    """Returns as people say it what differs between two households of the same members."""
    told = []
    for (owner, before), (_, after) in zip(_owners(one), _owners(other), strict=True):
        for name in dict.fromkeys((*before, *after)):
            if before.get(name) != after.get(name):
                called = _HOME[lang] if owner == HOUSEHOLD else owner
                spec, contents = rules.pack.contents.schema.facts[name], rules.pack.contents
                new = fact_value(spec, after.get(name), contents, lang)
                told.append(f"{called}{Words('，', ', ')[lang]}{_said(rules, name, before.get(name), lang)} → {new}")
    return Words("；", "; ")[lang].join(told)


def _said(rules: Rules, name: str, value: Any, lang: str) -> str:  # noqa: ANN401 - a value of any fact
    spec = rules.pack.contents.schema.facts[name]
    return f"{spec.label[lang]}{Words('：', ': ')[lang]}{fact_value(spec, value, rules.pack.contents, lang)}"


def facts(rules: Rules, profile: Profile) -> Iterator[str]:
    """Yields each fact of a household as a profile would state it."""
    money = rules.pack.contents.schema.money
    for owner, known in _owners(profile):
        stated = [
            f"{name}: {as_text(plain(value, money=name in money))}" for name, value in known.items() if name != "id"
        ]
        if stated or owner != HOUSEHOLD:
            yield f"{owner}: {', '.join(stated)}" if stated else owner


def supposed(rules: Rules, found: Supposition, lang: str, *, words: bool) -> Iterator[str]:
    """Yields each figure that is supposed, with what it is taken to be."""
    contents = rules.pack.contents
    for each, value in found.values.values():
        text = yuan(value) if each.kind.kind == "money" else as_text(value)
        told = f"{each.name}: {text}"
        if words:
            label = contents.parameters[each.name].label
            told = f"{label[lang]}{Words('：', ': ')[lang]}{any_value(each.kind, value, contents, lang)}"
        why = each.entry.said.unknown
        yield told + (Words(f"（{why.zh}）", f" ({why.en})")[lang] if why else "")


def as_text(value: Any) -> str:  # noqa: ANN401 - a value of any type
    """Returns a value as a profile states it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
