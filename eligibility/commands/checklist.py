"""`checklist`: the papers for all that is applied for at once, each once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from eligibility.commands.console import language, load_pack, note, one_profile, print_json, today
from eligibility.commands.options import (
    as_of_option,
    format_option,
    lang_option,
    output_option,
    pack_option,
    reading_option,
)
from eligibility.commands.paper import PAPER, check_paper, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eligibility.checklist import Checklist
    from eligibility.packs.calendar import Rules
    from eligibility.page import Section
    from eligibility.profile import Profile
    from eligibility.screening import Screening


@click.command("checklist")
@click.argument("path", metavar="PROFILE")
@click.argument("ids", nargs=-1, metavar="[ID...]")
@pack_option
@reading_option
@as_of_option
@lang_option
@format_option("text", "json", "markdown", *PAPER)
@output_option
@click.option("--maybe", is_flag=True, help="待定的也算 Count what is still open as well.")
@click.option("--show-personal", "personal", is_flag=True, help="显示姓名 Show names.")
def checklist_command(  # noqa: PLR0913 - one parameter for each option
    path: str,
    ids: tuple[str, ...],
    pack_folder: str | None,
    as_of: date | None,
    lang: str | None,
    form: str,
    *,
    maybe: bool,
    personal: bool,
) -> int:
    """一次申请要带的全部材料，每样只写一次，注明谁要用。Lists the papers for all that is applied for at once, each once.

    写了 ID 就只算这些事项，待定的也算。With IDs only these count, also while they are open.

    \b
    例 Example:
      python cli.py checklist examples/li-family.yaml
    """  # noqa: D301 - click reads the control character
    from eligibility.checklist import Checklist
    from eligibility.screening import screen
    from eligibility.summary import Summary, names_of

    check_paper(form)
    said = language(lang)
    pack = load_pack(pack_folder)
    for id in ids:
        pack.entitlement(id)
    profile = one_profile(path, pack.on(as_of or today()))
    for words in profile.notes:
        note(words[said])
    rules = pack.on(as_of or profile.as_of or today())
    screening = screen(rules, profile, ids)
    names = names_of(profile, personal=personal)
    found = Checklist(pack.contents, Summary(screening, everything=bool(ids)), said, names, maybe=maybe or bool(ids))
    if form == "json":
        print_json({"household": screening.household, "as_of": rules.day.isoformat(), "papers": found.model_dump()})
        return 0
    _show(_sections(found, rules, profile, screening, ids), form, said)
    return 0


def _sections(
    found: Checklist, rules: Rules, profile: Profile, screening: Screening, ids: Sequence[str]
) -> list[Section]:
    """Returns the checklist under a line that says whose it is, with what is not on it."""
    from eligibility import speech
    from eligibility.commands.screen import not_in_force
    from eligibility.page import Section

    say, lang, file = found.say, found.lang, rules.pack.contents.file
    day = speech.day(rules.day, lang)
    head = [say(f"按{day}的规定（初筛，不是审批决定）", f"as of {day} (a first screening, not a decision)")]
    if not profile.members:
        head.append(say("没有列出成员，没有筛查什么人", "no member is listed: nobody was screened"))
    for id in ids:
        outcomes = {each.outcome for each in screening.determinations if each.entitlement == id}
        if rules.ruling(id) is None:
            head.append(not_in_force(rules, id)[lang])
        elif outcomes <= {"ineligible"}:
            label = rules.pack.entitlement(id).label[lang]
            head.append(say(f"{label}：不符合，没有算在内", f"{label}: not eligible, so not counted"))
    blocks = found.blocks() or (say("没有要带的材料。", "No papers are needed."),)
    title = say(f"材料清单：{screening.household}", f"Papers: {screening.household}")
    return [
        Section(title, tuple(head)),
        Section(say("要带的材料，和谁要用", "What to bring, and for whom"), blocks),
        Section(say("请注意", "Please note"), (file.notice[lang], file.objection[lang])),
    ]


def _show(sections: Sequence[Section], form: str, lang: str) -> None:
    """Prints the checklist, or writes it for paper."""
    if form in PAPER:
        from eligibility.page import Sheet

        write([Sheet("checklist", tuple(sections))], form, lang)
        return
    from eligibility.commands.terminal import print_page

    print_page(sections, form)
