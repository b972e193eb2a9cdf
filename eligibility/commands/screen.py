"""`screen`: every entitlement of every member, grouped by what it came to."""

from __future__ import annotations

from datetime import date

import click

from eligibility.commands.console import (
    as_of_option,
    console,
    format_option,
    lang_option,
    language,
    load_pack,
    note,
    pack_option,
    print_json,
    profiles,
    today,
)

BAD_INPUT, REJECTS = 3, 4


@click.command("screen")
@click.argument("paths", nargs=-1, required=True, metavar="PROFILE...")
@pack_option
@as_of_option
@click.option("--only", multiple=True, metavar="ID", help="只查这个事项 Only this entitlement; may be repeated.")
@lang_option
@format_option("text", "json")
@click.option("--all", "everything", is_flag=True, help="全部列出 Show open services and everything that is closed.")
@click.option("--show-personal", "personal", is_flag=True, help="显示姓名 Show names.")
def screen_command(  # noqa: PLR0913 - one parameter for each option
    paths: tuple[str, ...],
    pack_folder: str | None,
    as_of: date | None,
    only: tuple[str, ...],
    lang: str | None,
    form: str,
    *,
    everything: bool,
    personal: bool,
) -> int:
    """筛查一个家庭。Screens a household; `-` is standard input.

    例 Example: `python cli.py screen examples/li-family.yaml`
    """
    from eligibility.errors import ProfileError
    from eligibility.outlook import openings
    from eligibility.report import Report
    from eligibility.screening import screen

    said, pack = language(lang), load_pack(pack_folder)
    found = [each for _, each in profiles(paths, pack.on(as_of or today()))]
    wrong = [each for each in found if isinstance(each, ProfileError)]
    for each in wrong:
        note(each.text(said))
    if wrong and (len(paths) > 1 or len(found) == len(wrong)):
        return BAD_INPUT
    for profile in found:
        if isinstance(profile, ProfileError):
            continue
        for line in profile.notes:
            note(line[said])
        rules = pack.on(as_of or profile.as_of or today())
        screening = screen(rules, profile, only)
        if form == "json":
            print_json(screening.model_dump(), line=len(found) > 1)
        else:
            report = Report(screening, profile, openings(rules, profile, screening), said, everything, personal)
            report.print(console())
    return REJECTS if wrong else 0
