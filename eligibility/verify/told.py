"""What people see of the proofs of a pack: findings with a household each, what stayed open, cliffs, and what is excused and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from eligibility.determinations import shown as plain
from eligibility.money import yuan
from eligibility.packs.calendar import Rules
from eligibility.page import Block, Section
from eligibility.profile_reader import Profile
from eligibility.schema import Fact
from eligibility.speech import day as spoken
from eligibility.testing.written import case_text
from eligibility.verify.households import as_text, shown
from eligibility.verify.proof import Found, Shown
from eligibility.verify.whole import Report, Told
from eligibility.words import Words

CHECKS = {
    "dead": Words("没有人能满足", "nobody can meet it"),
    "always": Words("人人都满足", "everybody meets it"),
    "redundant": Words("多余", "redundant"),
    "inside": Words("包含在另一事项里", "inside another one"),
    "gap": Words("档次有空缺", "gap between tiers"),
    "overlap": Words("档次重叠", "tiers overlap"),
    "shadowed": Words("档次到不了", "tier out of reach"),
    "dates": Words("日期有空缺", "gap in time"),
    "exclusions": Words("互斥", "exclusions"),
    "cliff": Words("陡坡", "cliff"),
    "refinement": Words("知道得更多", "more is known"),
    "integrity": Words("事实之间的规则", "rules between facts"),
}
"""The checks as people call them; a law of hardship is called as the pack calls it."""
_NOT_PROVED = Words("没有证明", "not proved")
_MOST_DAYS = 3


def sections(report: Report, lang: str, *, everything: bool = False, words: bool = False) -> list[Section]:
    """Returns the report as sections, the first of them with what it all comes to.

    Args:
        report: of a run.
        lang: `zh` or `en`.
        everything: whether what is only worth knowing is told in full, which entitlement lies inside which among it.
        words: whether households are told in words and not as a profile states them.
    """
    found = [Section(_title(report)[lang], (summary(report)[lang],))]
    found += [_finding(each.found, report.members, lang, words=words) for each in report.told if each.counts]
    cliffs = [each.found for each in report.told if each.found.check == "cliff" and each.found.shown is not None]
    found += _cliffs(cliffs, lang, everything=everything, words=words)
    inside = [each.found for each in report.told if each.found.weight == "information" and each.found.check != "cliff"]
    if inside and everything:
        lines = tuple(f"{each.rule}: {each.said[lang]}" for each in inside)
        found.append(Section(Words("供参考", "Worth knowing")[lang], (lines,), 0))
    waived = [each for each in report.told if each.waiver is not None]
    if waived:
        found.append(Section(Words("有理由免除的", "Excused, with the reason")[lang], (tuple(_waived(waived, lang)),)))
    return found


def among(members: int) -> Words:
    """Returns of which households something is proved."""
    several = "s" if members > 1 else ""
    return Words(f"限于在世成员至多 {members} 人的家庭", f"for households of up to {members} living member{several}")


def _title(report: Report) -> Words:
    file = report.pack.contents.file
    return Words(f"{file.title.zh}：规则的证明", f"{file.title.en}: proofs of its rules")


def summary(report: Report) -> Words:
    """Returns in one sentence what was found and how much was proved."""
    wrong = sum(each.counts and each.found.weight == "finding" for each in report.told)
    open_ = sum(each.found.weight == "not_proved" for each in report.told)
    waived = sum(each.waiver is not None for each in report.told)
    laws, done = len(report.days), report.proofs
    zh, en = f"{laws} 版规定，{done} 项证明", f"{laws} law{'s' if laws > 1 else ''}, {done} proofs"
    bound = among(report.members)
    zh, en = f"{zh}（{bound.zh}）", f"{en} ({bound.en})"
    if report.passes:
        zh, en = f"{zh}：没有问题", f"{en}: clean"
    else:
        zh, en = f"{zh}：{wrong} 处发现", f"{en}: {wrong} finding{'s' if wrong != 1 else ''}"
    if open_:
        zh, en = f"{zh}，{open_} 项没有证明", f"{en}, {open_} not proved"
    if report.unused:
        count = len(report.unused)
        zh, en = f"{zh}，{count} 条免除没有用处", f"{en}, {count} unused waiver{'s' if count > 1 else ''}"
    if waived:
        zh, en = f"{zh}，{waived} 处有理由免除", f"{en}, {waived} excused with a reason"
    return Words(zh, en)


def _finding(found: Found, members: int, lang: str, *, words: bool) -> Section:
    kind = CHECKS.get(found.check, Words(found.check, found.check))[lang]
    if found.weight == "not_proved":
        kind = f"{_NOT_PROVED[lang]}: {kind}"
    return Section(f"{found.check} · {found.rule}", tuple(_blocks(found, kind, members, lang, words=words)))


def _blocks(found: Found, kind: str, members: int, lang: str, *, words: bool) -> Iterator[Block]:
    yield f"{kind}{Words('：', ': ')[lang]}{found.said[lang]}"
    yield _days(found.days)[lang]
    if found.shown is None and found.check != "dates" and found.weight == "finding":
        yield among(members)[lang]
    if found.shown is not None:
        yield from shown(found.shown, lang, words=words)


def _days(days: Sequence[date]) -> Words:
    told = [Words(spoken(day, "zh"), spoken(day, "en")) for day in days[:_MOST_DAYS]]
    more = len(days) - len(told)
    zh = f"按 {'、'.join(each.zh for each in told)} 的规定" + (f"，另 {more} 版" if more else "")
    en = f"by the law of {', '.join(each.en for each in told)}" + (f" and {more} more" if more else "")
    return Words(zh, en)


def _cliffs(found: Sequence[Found], lang: str, *, everything: bool, words: bool) -> list[Section]:
    """Returns the steepest cliff of a household in full, and those of single entitlements in a list."""
    if not found:
        return []
    whole = [each for each in found if each.entitlement is None] or list(found)
    steepest = max(whole, key=lambda each: each.measure)
    blocks: list[Block] = [steepest.said[lang], _days(steepest.days)[lang]]
    if steepest.shown is not None:
        blocks += shown(steepest.shown, lang, words=words)
    rest = tuple(f"{each.rule}: {each.said[lang]}" for each in found if each is not steepest)
    if rest and everything:
        blocks += [Words("其他：", "others:")[lang], rest]
    return [Section(Words("最陡的坡", "The steepest cliff")[lang], tuple(blocks))]


def _waived(told: Sequence[Told], lang: str) -> Iterator[str]:
    """Yields what is excused, each with its reason and where that is written."""
    for each in told:
        if each.waiver is not None:
            cite = Words("；", "; ")[lang].join(each.waiver.cite)
            rule, why = f"{each.found.check} · {each.found.rule}", each.waiver.why
            yield Words(f"{rule}：{why.zh}（{cite}）", f"{rule}: {why.en} ({cite})")[lang]


def case(told: Told) -> tuple[str, str] | None:
    """Returns the entitlement and the lines of a case that keeps something found, where a case can say it."""
    found = told.found
    if found.shown is None or found.entitlement is None or not found.shown.expect or found.shown.supposed.values:
        return None
    name = f"verify {found.check} {found.rule}"
    return found.entitlement, case_text(found.shown.rules, found.shown.profile, name, found.shown.expect)


def as_data(report: Report) -> dict[str, Any]:
    """Returns a report as JSON has it."""
    return {
        "passes": report.passes,
        "days": [day.isoformat() for day in report.days],
        "proofs": report.proofs,
        "members": report.members,
        "shared": report.shared,
        "findings": [_data(each) for each in report.told],
        "digest": report.pack.contents.digest,
    }


def _data(told: Told) -> dict[str, Any]:
    found = told.found
    kept = case(told)
    return {
        "check": found.check,
        "rule": found.rule,
        "entitlement": found.entitlement,
        "weight": found.weight,
        "counts": told.counts,
        "message": _both(found.said),
        "days": [day.isoformat() for day in found.days],
        "yuan": yuan(found.measure) if found.check == "cliff" else None,
        "waiver": {"why": _both(told.waiver.why), "cite": list(told.waiver.cite)} if told.waiver is not None else None,
        "household": _shown(found.shown) if found.shown is not None else None,
        "case": kept[1] if kept is not None else None,
    }


def _shown(found: Shown) -> dict[str, Any]:
    profiles = [each for each in (found.profile, found.other) if each is not None]
    return {
        "profiles": [_profile(found.rules, each) for each in profiles],
        "supposed": {each.name: as_text(value) for each, value in found.supposed.values.values()},
        "differs": _both(found.differs) if found.differs is not None else None,
        "comes_to": [_both(each) for each in found.told],
    }


def _profile(rules: Rules, profile: Profile) -> dict[str, Any]:
    schema = rules.pack.contents.schema

    def stated(known: Any) -> dict[str, Any]:  # noqa: ANN401 - facts by name
        return {
            name: _json(plain(value, money=name in schema.money), schema.facts.get(name))
            for name, value in known.items()
        }

    return {
        "as_of": rules.day.isoformat(),
        "household": stated(profile.household),
        "members": [stated(each) for each in profile.members],
    }


def _json(value: Any, spec: Fact | None) -> Any:  # noqa: ANN401 - a value of a fact
    del spec
    return value.isoformat() if isinstance(value, date) else value


def _both(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}
