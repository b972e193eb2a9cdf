"""`timeline`: month by month what a household had, what began, what ended, and what was due."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from eligibility.commands.console import language, load_pack, note, one_profile, print_json, today
from eligibility.commands.options import Day, format_option, lang_option, pack_option, reading_option
from eligibility.commands.usage import Wrong

if TYPE_CHECKING:
    from eligibility.profile import Profile
    from eligibility.timeline import Month, Stretch, Timeline


@click.command("timeline")
@click.argument("path", metavar="PROFILE")
@click.option(
    "--from",
    "first",
    type=Day(),
    metavar="YYYY-MM-DD",
    help="从哪天 The first day (默认 default: 档案的日期 the profile's).",
)
@click.option("--to", "last", type=Day(), metavar="YYYY-MM-DD", help="到哪天 The last day (默认 default: 一年 a year).")
@click.option("--applied", type=Day(), metavar="YYYY-MM-DD", help="哪天申请 The day of application.")
@click.option(
    "--only", multiple=True, metavar="ID", help="只查这个事项，可多次 Only this entitlement; may be repeated."
)
@click.option("--all", "everything", is_flag=True, help="面向所有人的服务也列出 Open services too.")
@click.option("--show-personal", "personal", is_flag=True, help="显示姓名 Show names.")
@pack_option
@reading_option
@lang_option
@format_option("text", "json", "markdown")
def timeline_command(  # noqa: PLR0913 - one parameter for each option
    path: str,
    first: date | None,
    last: date | None,
    *,
    applied: date | None,
    only: tuple[str, ...],
    pack_folder: str | None,
    lang: str | None,
    form: str,
    everything: bool,
    personal: bool,
) -> int:
    """逐月说明有什么、何时开始、何时结束、应发多少。Tells month by month what a household had and what was due.

    \b
    例 Example:
      python cli.py timeline examples/li-family.yaml --from 2017-01-01 --to 2019-12-31
    """  # noqa: D301 - click reads the control character
    from eligibility.timeline import timeline

    tongue, pack = language(lang), load_pack(pack_folder)
    for id in only:
        pack.entitlement(id)
    profile = one_profile(path, pack.on(today()))
    for words in profile.notes:
        note(words[tongue])
    line = timeline(pack, profile, *_days(first or profile.as_of or today(), last), applied=applied, only=only)
    if form == "json":
        print_json(as_data(profile, line, pack.contents.digest))
        return 0
    from eligibility.almanac import Almanac
    from eligibility.commands.terminal import print_page
    from eligibility.summary import names_of

    names = names_of(profile, personal=personal)
    print_page(Almanac(pack, profile.id, line, tongue, names, everything).sections(), form)
    return 0


def _days(first: date, last: date | None) -> tuple[date, date]:
    """Returns the first and the last day, a year apart where no last one is given."""
    from eligibility.elapsed import after_months
    from eligibility.packs.calendar import LATEST

    end = last or min(after_months(first, 12) - timedelta(1), LATEST)
    if end < first:
        raise Wrong("`--to` 早于 `--from`", "`--to` is before `--from`")
    return first, end


def as_data(profile: Profile, line: Timeline, digest: str) -> dict[str, Any]:
    """Returns a timeline as JSON has it."""
    from eligibility.money import yuan

    return {
        "household": profile.id,
        "from": line.first.isoformat(),
        "to": line.last.isoformat(),
        "applied": line.applied.isoformat() if line.applied else None,
        "digest": digest,
        "due": {"yuan": yuan(line.due)},
        "months": [_month(month) for month in line.months],
        "stretches": [_stretch(each) for each in line.stretches],
    }


def _month(month: Month) -> dict[str, Any]:
    from eligibility.money import yuan

    keys = {
        name: [list(each.key) for each in getattr(month, name)]
        for name in ("holds", "began", "changed", "ended", "unsettled")
    }
    return {
        "month": f"{month.first:%Y-%m}",
        **keys,
        "due": {"yuan": yuan(month.due)},
        "not_counted": month.unknown,
        "undetermined": month.open,
    }


def _stretch(each: Stretch) -> dict[str, Any]:
    amount = {"yuan": each.amount.yuan, "per": each.amount.per} if each.amount else None
    return {
        "entitlement": each.entitlement,
        "subject": each.subject,
        "from": each.first.isoformat(),
        "to": each.last.isoformat(),
        "promise": each.promise,
        "amount": amount,
        "paid_from": each.paid_from,
        "then": each.then,
        "waits": list(each.waits),
    }
