"""What a pack holds: `list` and `show`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from eligibility.commands.console import console, language, load_pack, print_json, tell, today
from eligibility.commands.options import as_of_option, format_option, lang_option, pack_option
from eligibility.words import Words

if TYPE_CHECKING:
    from eligibility.packs.calendar import RulePack
    from eligibility.packs.model import Entitlement

_LEAST = 20
"""Columns that a label has beside other things at least."""
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
@format_option("text", "json", "markdown")
@pack_option
def list_command(area: str | None, as_of: date | None, lang: str | None, form: str, pack_folder: str | None) -> int:
    """列出规则包里的事项。Lists the entitlements of the pack.

    加 --as-of 只列当日施行的。With --as-of only those in force on that day. markdown 为目录页 a page with each in a few lines.

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
    if form == "markdown":
        from eligibility.commands.leaflet import markdown_lines
        from eligibility.commands.pages import catalogue

        page = catalogue(pack, found, as_of or today(), tongue)
        click.echo("\n".join(markdown_lines(page)).rstrip())
        return 0
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


_DAY = 17
"""Columns that a day takes in either language: `31 December 2017?`."""


def _row(one: Entitlement, lang: str, columns: int) -> Iterator[str]:
    """Yields the lines of one entitlement: its label beside clause, promise and first day, its id below.

    Where there is little room beside these three, they stand below as well.
    """
    from eligibility.words import fold, spelled, width

    first = f"{spelled(one.in_force.first, lang)}" + ("?" if one.in_force.surely_from else "")
    right = f"  {', '.join(one.clause):<8}  {_PROMISES[one.promise][lang]:<5}  {first}{' ' * (_DAY - width(first))}"
    room = columns - width(right) - 2
    beside = room >= _LEAST
    for index, line in enumerate(fold(one.label[lang], room if beside else columns - 2)):
        yield f"  {line}" + (" " * (room - width(line)) + right.rstrip() if beside and index == 0 else "")
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
    print_sections(parts)
    return 0


def print_sections(parts: list[Any]) -> None:
    """Prints the sections of a leaflet, every line inside the width."""
    from rich.text import Text

    from eligibility.commands.leaflet import text_lines

    out = console()
    for line, heading in text_lines(parts, out.width):
        out.print(Text(line, style="bold" if heading else ""), soft_wrap=True)
