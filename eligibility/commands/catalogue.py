"""What a pack holds: `list`, `show` and `coverage`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from eligibility.commands.console import (
    as_of_option,
    console,
    format_option,
    lang_option,
    language,
    load_pack,
    pack_option,
    print_json,
    tell,
    today,
)
from eligibility.words import Words

if TYPE_CHECKING:
    from eligibility.packs.calendar import RulePack
    from eligibility.packs.model import Clause, Entitlement

_LEAST = 20
"""Columns that a label has beside other things at least."""
_CLASSES = {
    "E": Words("个人待遇", "entitlement"),
    "P": Words("优先", "priority"),
    "U": Words("普遍服务", "service to all"),
    "D": Words("政府职责", "duty only"),
}
_PROMISES = {
    "right": Words("应享", "right"),
    "may": Words("可享", "may"),
    "goal": Words("目标", "goal"),
    "open": Words("开放", "open"),
    "first": Words("优先", "first"),
}


@click.command("list")
@click.option("--area", metavar="AREA", help="只列一个领域 One area only (education, disability, …).")
@as_of_option
@lang_option
@format_option("text", "json")
@pack_option
def list_command(area: str | None, as_of: date | None, lang: str | None, form: str, pack_folder: str | None) -> int:
    """列出规则包里的事项。Lists the entitlements of the pack.

    加 --as-of 只列当日施行的。With --as-of only those in force on that day.

    \b
    例 Example:
      python cli.py list --area education
    """  # noqa: D301 - click reads the control character
    pack = load_pack(pack_folder)
    found = list(_wanted(pack, area, as_of))
    if form == "json":
        print_json([_entry(each) for each in found])
        return 0
    tongue = language(lang)
    if as_of is not None:
        tell(Words(f"{as_of} 施行的事项", f"in force on {as_of}")[tongue])
    _print_list(pack, found, tongue)
    held = len(found)
    tell(Words(f"{held} 个事项。用 `show ID` 看办事指南", f"{held} entitlements; `show ID` tells more")[tongue])
    return 0


def _wanted(pack: RulePack, area: str | None, as_of: date | None) -> Iterator[Entitlement]:
    from eligibility.errors import UnknownName

    if area is not None and area not in pack.contents.file.areas:
        raise UnknownName(Words("领域", "area"), area, pack.contents.file.areas)
    for one in pack.contents.entitlements.values():
        if area in {None, one.area} and (as_of is None or one.in_force.on(as_of)):
            yield one


def _entry(one: Entitlement) -> dict[str, Any]:
    force = one.in_force
    days = {"from": force.start, "not_before": force.not_before, "surely_from": force.surely_from, "to": force.to}
    return {
        "id": one.id,
        "label": {"zh": one.label.zh, "en": one.label.en},
        "clause": list(one.clause),
        "area": one.area,
        "subject": one.subject,
        "promise": one.promise,
        "in_force": {name: day.isoformat() for name, day in days.items() if day is not None},
    }


def _print_list(pack: RulePack, found: list[Entitlement], lang: str) -> None:
    """Prints the entitlements by area, in the order of the pack: clause, promise and first day beside each."""
    from rich.text import Text

    out = console()
    for area, label in pack.contents.file.areas.items():
        rows = [one for one in found if one.area == area]
        if rows:
            out.print(Text(f"{label[lang]} ({area})", style="bold"))
            for line in (line for one in rows for line in _row(one, lang, out.width)):
                out.print(Text(line), soft_wrap=True)
            out.print()


def _row(one: Entitlement, lang: str, columns: int) -> Iterator[str]:
    """Yields the lines of one entitlement: its label beside clause, promise and first day, its id below.

    Where there is little room beside these three, they stand below as well.
    """
    from eligibility.words import fold, width

    first = f"{one.in_force.first}" + ("?" if one.in_force.surely_from else "")
    right = f"  {', '.join(one.clause):<8}  {_PROMISES[one.promise][lang]:<5}  {first}"
    room = columns - width(right) - 2
    beside = room >= _LEAST
    for index, line in enumerate(fold(one.label[lang], room if beside else columns - 2)):
        yield f"  {line}" + (" " * (room - width(line)) + right if beside and index == 0 else "")
    if not beside:
        yield from (f"    {line}" for line in fold(right.strip(), columns - 4))
    yield f"    {one.id}"


@click.command("show")
@click.argument("id")
@as_of_option
@lang_option
@format_option("text", "json", "markdown")
@pack_option
def show_command(id: str, as_of: date | None, lang: str | None, form: str, pack_folder: str | None) -> int:
    """一个事项的办事指南：谁、给什么、凭什么、怎样办。One entitlement as a service guide.

    \b
    例 Example:
      python cli.py show fee-free-preschool --as-of 2017-12-31
    """  # noqa: D301 - click reads the control character
    from eligibility.guide import guide

    found = guide(load_pack(pack_folder), id, as_of or today())
    if form == "json":
        from pydantic import TypeAdapter

        print_json(TypeAdapter(type(found)).dump_python(found, mode="json"))
        return 0
    from eligibility.commands.leaflet import markdown_lines, sections

    parts = sections(found, language(lang))
    if form == "markdown":
        click.echo("\n".join(markdown_lines(parts)).rstrip())
        return 0
    _print_sections(parts)
    return 0


def _print_sections(parts: list[Any]) -> None:
    from rich.text import Text

    from eligibility.commands.leaflet import text_lines

    out = console()
    for line, heading in text_lines(parts, out.width):
        out.print(Text(line, style="bold" if heading else ""), soft_wrap=True)


@click.command("coverage")
@lang_option
@format_option("text", "json")
@pack_option
def coverage_command(lang: str | None, form: str, pack_folder: str | None) -> int:
    """计划逐段：给出什么，或为何不给。Each paragraph of the plan and what became of it.

    \b
    例 Example:
      python cli.py coverage
    """  # noqa: D301 - click reads the control character
    pack = load_pack(pack_folder)
    if form == "json":
        print_json(_coverage(pack))
        return 0
    tongue = language(lang)
    _print_sections(_paragraphs(pack, tongue))
    tell(_summary(pack)[tongue])
    return 0


def _coverage(pack: RulePack) -> dict[str, Any]:
    """Returns the paragraphs and what each entitlement rests on, as JSON has it."""
    from pydantic import TypeAdapter

    from eligibility.grounds import Basis, basis

    contents = pack.contents
    sources = TypeAdapter(tuple[Basis, ...])
    return {
        "clauses": {id: clause.model_dump(mode="json", by_alias=True) for id, clause in contents.clauses.items()},
        "entitlements": {
            id: {"clause": list(one.clause), "sources": sources.dump_python(basis(one, contents), mode="json")}
            for id, one in contents.entitlements.items()
        },
        "summary": _counts(pack),
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
    }


def _summary(pack: RulePack) -> Words:
    count = _counts(pack)
    zh = (
        f"共 {count['clauses']} 段：{count['giving']} 段给出 {count['entitlements']} 个事项，"
        f"{count['clauses_to_come']} 段待写入（全部待写事项 {count['to_come']} 个），{count['giving_nothing']} 段不产生待遇"
    )
    en = (
        f"{count['clauses']} paragraphs: {count['giving']} give {count['entitlements']} entitlements, "
        f"{count['clauses_to_come']} are still to be written ({count['to_come']} entitlements to come in all), "
        f"{count['giving_nothing']} give nothing"
    )
    return Words(zh, en)


def _paragraphs(pack: RulePack, lang: str) -> list[Any]:
    """Returns a section for each part of the plan, and one on what each entitlement rests on."""
    from eligibility import speech
    from eligibility.commands.leaflet import Item, Section
    from eligibility.grounds import basis

    contents = pack.contents
    parts: dict[str, list[Item]] = {}
    for id, clause in contents.clauses.items():
        classes = "、".join(_CLASSES[each].zh for each in clause.classes)
        kinds = ", ".join(_CLASSES[each].en for each in clause.classes)
        head = Words(
            f"{id} {clause.heading.zh}（{classes}；{clause.lead.zh}）",
            f"{id} {clause.heading.en} ({kinds}; {clause.lead.en})",
        )
        parts.setdefault(clause.part[lang], []).append(Item(head[lang], tuple(_fate(clause, pack, lang))))
    found = [Section(part, tuple(items)) for part, items in parts.items()]
    rests = []
    for one in contents.entitlements.values():
        sources = basis(one, contents)
        lines = (f"{each.title[lang]} ({speech.CONFIDENCE[each.confidence][lang]})" for each in sources)
        rests.append(Item(f"{one.label[lang]} ({one.id})", tuple(lines)))
    return [*found, Section(Words("各事项的依据", "What each entitlement rests on")[lang], tuple(rests))]


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
