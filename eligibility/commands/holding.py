"""`coverage --engine durable`: how the second engine holds each criterion of a pack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from eligibility.commands.leaflet import Item, Section
from eligibility.words import Words

if TYPE_CHECKING:
    from eligibility.holding import Held, How
    from eligibility.packs.calendar import RulePack

_HOWS: dict[How, Words] = {
    "native": Words("由第二引擎在一条事实上判断", "judged by the second engine on one fact"),
    "joined": Words("由第二引擎连接几条事实判断", "judged by the second engine, joining several facts"),
    "derived": Words("比较的一边由核心算出", "a side of a comparison is reckoned by the core"),
}


def share(found: Sequence[Held]) -> int:
    """Returns how many of a hundred criteria run natively or joined, rounded down."""
    return 100 * sum(each.how != "derived" for each in found) // len(found) if found else 100


def sections(pack: RulePack, found: Sequence[Held], lang: str) -> list[Section]:
    """Returns the report as sections: how many in all, then each criterion by how it is held."""
    counts = Counter(each.how for each in found)
    total = Words(
        f"各版本不同的条件共 {len(found)} 个，其中 {share(found)}% 由第二引擎自己判断或连接",
        f"{len(found)} distinct criteria over all versions; {share(found)} % run natively or joined",
    )
    lines = [Item(total[lang])]
    lines += [Item(Words("{}：{}", "{}: {}")[lang].format(words[lang], counts[how])) for how, words in _HOWS.items()]
    title = Words("第二引擎装得下什么", "What the second engine holds")[lang]
    return [Section(title, tuple(lines)), *(_by(pack, found, how, lang) for how in _HOWS if counts[how])]


def _by(pack: RulePack, found: Sequence[Held], how: How, lang: str) -> Section:
    items: dict[str, list[str]] = {}
    for each in found:
        if each.how == how:
            names = Words("、", ", ")[lang].join(each.on)
            told = Words(
                f"{each.criterion}（其中由核心取得：{names}）", f"{each.criterion} (found by the core: {names})"
            )
            items.setdefault(each.entitlement, []).append(told[lang] if each.on else each.criterion)
    labels = pack.contents.entitlements
    rows = (Item(f"{labels[id].label[lang]} ({id})", tuple(lines)) for id, lines in items.items())
    return Section(_HOWS[how][lang], tuple(rows))


def as_json(found: Sequence[Held]) -> dict[str, Any]:
    """Returns the report as JSON has it."""
    criteria = [
        {"entitlement": each.entitlement, "criterion": each.criterion, "how": each.how, "on": list(each.on)}
        for each in found
    ]
    return {"criteria": criteria, "counts": dict(Counter(each.how for each in found)), "share_percent": share(found)}
