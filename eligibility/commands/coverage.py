"""`coverage`: what became of each paragraph of the plan, what each entitlement rests on, and what is open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from eligibility.commands.console import language, load_pack, note_error, print_json, tell, today
from eligibility.commands.options import as_of_option, format_option, lang_option, pack_option
from eligibility.words import Words

if TYPE_CHECKING:
    from eligibility.commands.leaflet import Section
    from eligibility.packs.calendar import RulePack, Rules
    from eligibility.packs.model import Clause

_CLASSES = {
    "E": Words("个人待遇", "entitlement"),
    "P": Words("优先", "priority"),
    "U": Words("普遍服务", "service to all"),
    "D": Words("政府职责", "duty only"),
}


@click.command("coverage")
@as_of_option
@lang_option
@format_option("text", "json", "markdown")
@pack_option
@click.option("--engine", type=click.Choice(["durable"]), help="第二引擎装得下什么 What the second engine holds.")
def coverage_command(
    as_of: date | None, lang: str | None, form: str, pack_folder: str | None, engine: str | None
) -> int:
    """计划逐段：给出什么，或为何不给；各事项依据什么，哪些没有定论。What became of each paragraph, and what rests on what.

    \b
    例 Example:
      python cli.py coverage
    """  # noqa: D301 - click reads the control character
    pack, tongue = load_pack(pack_folder), language(lang)
    if engine:
        return _engine(pack, tongue, form)
    rules = pack.on(as_of or today())
    if form == "json":
        print_json(_coverage(rules))
        return 0
    _print([*_paragraphs(pack, tongue), _standings(rules, tongue), *_readings(pack, tongue)], form)
    if form == "text":
        tell(_summary(pack)[tongue])
    return 0


def _engine(pack: RulePack, lang: str, form: str) -> int:
    """Says what the second engine holds of every version of a pack; what it cannot hold is a finding."""
    from eligibility.commands import holding
    from eligibility.errors import NotCompilable
    from eligibility.holding import held

    try:
        found = held(pack)
    except NotCompilable as refused:
        note_error(refused, lang)
        return 1
    if form == "json":
        print_json(holding.as_json(found))
    else:
        _print(holding.sections(pack, found, lang), form)
    return 0


def _print(told: list[Section], form: str) -> None:
    """Prints sections for people."""
    if form == "markdown":
        from eligibility.commands.leaflet import markdown_lines

        click.echo("\n".join(markdown_lines(told)).rstrip())
    else:
        from eligibility.commands.catalogue import print_sections

        print_sections(told)


def _coverage(rules: Rules) -> dict[str, Any]:
    """Returns the paragraphs, what each entitlement rests on, and the readings, as JSON has them."""
    from pydantic import TypeAdapter

    from eligibility.grounds import Basis, basis
    from eligibility.ledger import OpenPoint, hanging, open_point, standings

    contents = rules.pack.contents
    sources, points = TypeAdapter(tuple[Basis, ...]), TypeAdapter(OpenPoint)
    entitlements = {
        each.entitlement: {
            "clause": list(contents.entitlements[each.entitlement].clause),
            "own_words": each.plan,
            "not_held": list(each.not_held),
            "readings": list(each.readings),
            "sources": sources.dump_python(basis(contents.entitlements[each.entitlement], contents), mode="json"),
        }
        for each in standings(rules)
    }
    return {
        "as_of": rules.day.isoformat(),
        "clauses": {id: clause.model_dump(mode="json", by_alias=True) for id, clause in contents.clauses.items()},
        "entitlements": entitlements,
        "readings": {
            id: {
                **points.dump_python(open_point(id, contents.readings[id]), mode="json"),
                "concept": contents.readings[id].concept,
                "entitlements": list(ids),
            }
            for id, ids in hanging(rules.pack).items()
        },
        "summary": _counts(rules.pack),
    }


def _counts(pack: RulePack) -> dict[str, int]:
    clauses = pack.contents.clauses.values()
    return {
        "clauses": len(clauses),
        "giving": sum(bool(each.gives) for each in clauses),
        "entitlements": len(pack.contents.entitlements),
        "clauses_to_come": sum(bool(each.to_come) and not each.gives for each in clauses),
        "to_come": len({id for each in clauses for id in each.to_come}),
        "giving_nothing": sum(not each.gives and not each.to_come for each in clauses),
        "readings": len(pack.contents.readings),
    }


def _summary(pack: RulePack) -> Words:
    count = _counts(pack)
    to_come = Words(
        f"{count['clauses_to_come']} 段待写入（全部待写事项 {count['to_come']} 个），" if count["to_come"] else "",
        f"{count['clauses_to_come']} are still to be written ({count['to_come']} entitlements to come in all), "
        if count["to_come"]
        else "",
    )
    zh = (
        f"共 {count['clauses']} 段：{count['giving']} 段给出 {count['entitlements']} 个事项，"
        f"{to_come.zh}{count['giving_nothing']} 段不产生待遇；没有定论的 {count['readings']} 处"
    )
    en = (
        f"{count['clauses']} paragraphs: {count['giving']} give {count['entitlements']} entitlements, "
        f"{to_come.en}{count['giving_nothing']} give nothing; {count['readings']} points are open"
    )
    return Words(zh, en)


def _paragraphs(pack: RulePack, lang: str) -> list[Section]:
    """Returns a section for each part of the plan."""
    from eligibility.commands.leaflet import Item, Section

    parts: dict[str, list[Item]] = {}
    for id, clause in pack.contents.clauses.items():
        classes = "、".join(_CLASSES[each].zh for each in clause.classes)
        kinds = ", ".join(_CLASSES[each].en for each in clause.classes)
        head = Words(
            f"{id} {clause.heading.zh}（{classes}；{clause.lead.zh}）",
            f"{id} {clause.heading.en} ({kinds}; {clause.lead.en})",
        )
        parts.setdefault(clause.part[lang], []).append(Item(head[lang], tuple(_fate(clause, pack, lang))))
    return [Section(part, tuple(items)) for part, items in parts.items()]


def _fate(clause: Clause, pack: RulePack, lang: str) -> Iterator[str]:
    """Yields what a paragraph gives, what of it is to come, or why it gives nothing."""
    for id in clause.gives:
        label = pack.contents.entitlements[id].label
        yield Words(f"给出：{label.zh} ({id})", f"gives: {label.en} ({id})")[lang]
    if clause.to_come:
        ids = ", ".join(clause.to_come)
        yield Words(f"待写入：{ids}", f"to come: {ids}")[lang]
    if clause.nothing_because is not None:
        why = clause.nothing_because
        yield Words(f"不产生待遇：{why.zh}", f"gives nothing: {why.en}")[lang]


def _standings(rules: Rules, lang: str) -> Section:
    """Returns what each entitlement rests on."""
    from eligibility import speech
    from eligibility.commands.leaflet import Item, Section
    from eligibility.ledger import standings

    contents, items = rules.pack.contents, []
    for each in standings(rules):
        lines = [Words("计划原文", "the plan's own words")[lang]] if each.plan else []
        for id in each.sources:
            source = contents.sources[id]
            lines.append(f"{source.title[lang]} ({speech.CONFIDENCE[source.confidence][lang]})")
        for name in each.not_held:
            label = contents.parameters[name].label
            lines.append(Words(f"没有掌握的数字：{label.zh} ({name})", f"not held: {label.en} ({name})")[lang])
        if each.readings:
            ids = ", ".join(each.readings)
            lines.append(Words(f"没有定论之处：{ids}", f"open points: {ids}")[lang])
        items.append(Item(f"{contents.entitlements[each.entitlement].label[lang]} ({each.entitlement})", tuple(lines)))
    return Section(Words("各事项的依据", "What each entitlement rests on")[lang], tuple(items))


def _readings(pack: RulePack, lang: str) -> Iterator[Section]:
    """Yields the readings, those first on which most entitlements hang."""
    from eligibility.commands.leaflet import Item, Section
    from eligibility.ledger import hanging

    items = []
    for id, ids in hanging(pack).items():
        reading = pack.contents.readings[id]
        others = "；".join(other.label.zh for other in reading.others.values())
        instead = "; ".join(other.label.en for other in reading.others.values())
        lines = (
            Words(f"所取读法：{reading.taken.zh}", f"taken: {reading.taken.en}"),
            Words(f"其他读法：{others}", f"others: {instead}"),
            Words(
                f"关系到 {len(ids)} 个事项：{', '.join(ids)}", f"{len(ids)} entitlements hang on it: {', '.join(ids)}"
            ),
        )
        items.append(Item(f"{reading.question[lang]} ({id})", tuple(each[lang] for each in lines)))
    if items:
        yield Section(Words("没有定论之处", "What the sources leave open")[lang], tuple(items))
