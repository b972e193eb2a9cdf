"""What two versions of a rule pack decide differently, or a pack on two days: `diff`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from eligibility.commands.console import language, load_pack, page_width, print_json, tell, today
from eligibility.commands.options import Day, format_option, lang_option, members_option
from eligibility.commands.standing import in_force
from eligibility.words import Words, folded

if TYPE_CHECKING:
    from eligibility.difference import Difference, Differences
    from eligibility.packs.calendar import RulePack, Rules
    from eligibility.solver.differing import Side

DIFFERENT = 1
_MOST = 12
_MOST_NAMES = 20
"""So many names are told at most; JSON has them all."""


@click.command("diff")
@click.argument("old", type=click.Path())
@click.argument("new", required=False, type=click.Path())
@click.option(
    "--on", type=Day(), metavar="YYYY-MM-DD", help="哪一天的规定 The day whose law counts (默认 default: 今天 today)."
)
@click.option("--and", "other", type=Day(), metavar="YYYY-MM-DD", help="第二份按哪一天 The day of the second one.")
@click.option(
    "--only", multiple=True, metavar="ID", help="只看这个事项，可多次 Only this entitlement; may be repeated."
)
@members_option(_MOST)
@lang_option
@format_option("text", "json")
def diff_command(  # noqa: PLR0913, PLR0917 - one for each option
    old: str,
    new: str | None,
    on: date | None,
    other: date | None,
    only: tuple[str, ...],
    members: int,
    lang: str | None,
    form: str,
) -> int:
    """两版规则包（或同一规则包的两天）判定有何不同：谁得到、谁失去、谁的金额变。What two packs decide differently.

    每处不同附一个小家庭，两版都重新核算过；没有不同是证明出来的。A household shows each difference; that there is none is a proof.

    结束码 Exit codes: 0 证明相同 proved equal, 1 有不同或未能证明 differences, or not proved.

    \b
    例 Examples:
      python cli.py diff rules/baiyin rules/baiyin
      eligibility diff old/baiyin new/baiyin \\
        --on 2018-09-01
      eligibility diff rules/baiyin \\
        --on 2017-12-31 --and 2018-09-01
    """  # noqa: D301 - click reads the control character
    from eligibility.solver.engine import needed

    needed()
    found = _found((old, new), (on, other), only, members)
    if form == "json":
        print_json(_data(found))
    else:
        tongue = language(lang)
        for line in _lines(found, (old, new or old), tongue, page_width(sys.stdout)):
            tell(line)
    return 0 if found.none else DIFFERENT


def _found(
    packs: tuple[str, str | None], days: tuple[date | None, date | None], only: tuple[str, ...], members: int
) -> Differences:
    """Returns what two packs, or one on two days, decide differently."""
    from eligibility.difference import differences

    first, day = _dated(packs[0])
    second, later = _dated(packs[1] or packs[0])
    if packs[1] is None and days[1] is None:
        raise click.UsageError("再写一个规则包，或写 --and 另一天 give a second pack, or another day by --and")
    begin = days[0] or day or today()
    end = days[1] or (later if packs[1] is not None else None) or begin
    one, two = load_pack(first), load_pack(second)
    for id in only:
        _known(one, two, id)
    in_force(only, one.on(begin), two.on(end))
    return differences(one.on(begin), two.on(end), only, members)


def _dated(pack: str) -> tuple[str, date | None]:
    """Returns the folder that is meant, and the day behind `@`, if one is written there."""
    from eligibility.fields import day

    folder, at, written = pack.rpartition("@")
    found = day(written) if at else None
    if found is None:
        return pack, None
    return folder, Day().convert(found, None, None)


def _known(one: RulePack, two: RulePack, id: str) -> None:
    """Sees to it that one of the packs has an entitlement."""
    if id not in one.contents.entitlements:
        two.entitlement(id)


def _lines(found: Differences, packs: tuple[str, str], lang: str, columns: int) -> Iterator[str]:
    """Yields what people see."""
    yield from (folded(line, columns) for line in _head(found, packs, lang))
    last = ""
    for each in found.found:
        if each.entitlement != last:
            yield ""
            yield folded(_called(found, each.entitlement, lang), columns)
            last = each.entitlement
        yield from _one(found, each, lang, columns)
    told = list(_rest(found, lang))
    yield from ([""] if told else [])
    yield from (folded(line, columns) for line in told)
    yield ""
    yield from (folded(line, columns) for line in _sum(found, lang))


def _head(found: Differences, packs: tuple[str, str], lang: str) -> Iterator[str]:
    names = (Words("旧", "old"), Words("新", "new"))
    for words, pack, rules in zip(names, packs, (found.old, found.new), strict=True):
        file = rules.pack.contents.file
        yield f"{words[lang]}  {_dated(pack)[0]}  {file.id} {file.version}  {rules.day}"


def _called(found: Differences, id: str, lang: str) -> str:
    entitlement = found.new.pack.contents.entitlements.get(id) or found.old.pack.contents.entitlements[id]
    return f"{entitlement.label[lang]}  {id}"


def _one(found: Differences, each: Difference, lang: str, columns: int) -> Iterator[str]:
    """Yields one difference: what it is, what both laws say, and the household as a file."""
    from eligibility.profile_file import as_yaml
    from eligibility.solver.differing import KINDS

    yield folded(f"  {KINDS[each.kind][lang]}", columns)
    told = f"{_side(each.before, each.kind, lang)} → {_side(each.after, each.kind, lang)}"
    yield folded(f"    {each.subject}{Words('：', ': ')[lang]}{told}", columns)
    schema = found.new.pack.contents.schema
    for line in as_yaml(each.profile, schema, columns - 4).splitlines():
        yield f"    {line}"


def _side(side: Side, kind: str, lang: str) -> str:
    """Returns what one law says."""
    from eligibility.money import spoken, yuan
    from eligibility.speech import OUTCOMES, amount_unknown, at_most

    told = [OUTCOMES[side.outcome][lang]]
    if side.outcome == "eligible" and side.per is not None:
        told.append(amount_unknown(None, lang) if side.amount is None else spoken(yuan(side.amount), side.per, lang))
        told += [at_most(side.months, lang)] if side.months is not None else []
    if kind == "status":
        status = Words("、", ", ")[lang].join(f"{fact}: {value}" for fact, value in side.grants)
        told.append(Words(f"给予 {status or '无'}", f"brings {status or 'no status'}")[lang])
    return Words("，", ", ")[lang].join(told)


def _rest(found: Differences, lang: str) -> Iterator[str]:
    """Yields what only one of the two has, what was not found out, and what was compared in another way."""
    names = (
        (Words("只在旧版施行", "in force in the old one alone"), found.only_old),
        (Words("只在新版施行", "in force in the new one alone"), found.only_new),
        (Words("未能证明", "not proved"), found.unproved),
        (Words("按日期比较，两天之间人会变老", "compared by dates, so that people grow older in between"), found.aged),
    )
    facts = (
        (Words("只有旧版有的事实", "facts that the old one has alone"), "old"),
        (Words("只有新版有的事实", "facts that the new one has alone"), "new"),
        (Words("两版含义不同的事实", "facts that mean something else in the other"), "other"),
    )
    by_fact = ((words, [name for name, side in found.facts.items() if side == where]) for words, where in facts)
    for words, listed in (*names, *by_fact):
        if listed:
            told = Words("、", ", ")[lang].join(listed[:_MOST_NAMES])
            more = len(listed) - _MOST_NAMES
            rest = Words(f"，等共 {len(listed)} 个", f", and {more} more")[lang] if more > 0 else ""
            yield words[lang] + Words("：", ": ")[lang] + told + rest
    yield from _reworded(found, lang)


def _reworded(found: Differences, lang: str) -> Iterator[str]:
    """Yields what is said otherwise and no proof compares."""
    from eligibility.rewording import ABOUT, ONLY_NEW, ONLY_OLD

    alone = {
        ONLY_OLD: Words("只有旧版有", "in the old one alone"),
        ONLY_NEW: Words("只有新版有", "in the new one alone"),
    }
    for each in found.reworded[:_MOST_NAMES]:
        parts = Words("、", ", ")[lang].join(alone[part][lang] if part in alone else part for part in each.parts)
        zh = f"写法不同，不在证明之内：{ABOUT[each.about].zh} {each.name}（{parts}）"
        en = f"said otherwise, and not compared by the proofs: {ABOUT[each.about].en} {each.name} ({parts})"
        yield Words(zh, en)[lang]
    if len(found.reworded) > _MOST_NAMES:
        yield Words(f"等共 {len(found.reworded)} 处", f"{len(found.reworded)} of these in all")[lang]


def _sum(found: Differences, lang: str) -> Iterator[str]:
    """Yields what it all comes to."""
    differing = len({each.entitlement for each in found.found})
    if found.none:
        zh = f"没有不同：{len(found.equal)} 个事项都证明相同"
        yield Words(zh, f"no difference: all {len(found.equal)} entitlements proved equal")[lang]
    else:
        zh = f"{len(found.equal)} 个事项证明相同，{differing} 个不同，{len(found.unproved)} 个未能证明"
        en = f"{len(found.equal)} entitlements proved equal, {differing} different, {len(found.unproved)} not proved"
        yield Words(zh, en)[lang]
    if found.equal:
        zh = f"证明针对两版都接受、成员都已列出、至多 {found.members} 人的家庭，不论知道多少事实"
        en = (
            f"the proof is for households that both accept, of up to {found.members} members, all listed, whatever else is "
            "known of them"
        )
        yield Words(zh, en)[lang]


def _data(found: Differences) -> dict[str, Any]:
    """Returns everything as JSON has it."""
    return {
        "old": _law(found.old),
        "new": _law(found.new),
        "members": found.members,
        "differences": [_difference(found, each) for each in found.found],
        "equal": list(found.equal),
        "not_proved": list(found.unproved),
        "only_old": list(found.only_old),
        "only_new": list(found.only_new),
        "facts": dict(found.facts),
        "reworded": [{"about": each.about, "name": each.name, "parts": list(each.parts)} for each in found.reworded],
        "grown_older": list(found.aged),
    }


def _law(rules: Rules) -> dict[str, str]:
    contents = rules.pack.contents
    return {
        "id": contents.file.id,
        "version": contents.file.version,
        "digest": contents.digest,
        "as_of": rules.day.isoformat(),
    }


def _difference(found: Differences, each: Difference) -> dict[str, Any]:
    from eligibility.money import yuan
    from eligibility.profile_file import as_data

    def side(one: Side) -> dict[str, Any]:
        amount = None if one.amount is None else {"yuan": yuan(one.amount), "per": one.per}
        return {"outcome": one.outcome, "amount": amount, "at_most_months": one.months, "gives": dict(one.grants)}

    return {
        "entitlement": each.entitlement,
        "kind": each.kind,
        "subject": each.subject,
        "before": side(each.before),
        "after": side(each.after),
        "profile": as_data(each.profile, found.new.pack.contents.schema),
    }
