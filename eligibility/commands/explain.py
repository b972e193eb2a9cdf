"""`explain`: the full tree of one answer, with figures, clauses and sources."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from eligibility.packs.model import Entitlement

BAD_INPUT = 3


@click.command("explain")
@click.argument("path", metavar="PROFILE")
@click.argument("id", metavar="ID")
@click.argument("subject", required=False)
@pack_option
@as_of_option
@lang_option
@format_option("text", "json")
def explain_command(
    path: str, id: str, subject: str | None, pack_folder: str | None, as_of: date | None, lang: str | None, form: str
) -> int:
    """说明一项结果的全部理由。Explains one answer in full: figures, clauses and sources.

    \b
    例 Example:
      python cli.py explain examples/li-family.yaml fee-free-preschool child
    """  # noqa: D301 - click reads the control character
    from eligibility.commands.terminal import show_tree
    from eligibility.errors import ProfileError
    from eligibility.explain import explanation
    from eligibility.screening import check_subject, screen

    said = language(lang)
    pack = load_pack(pack_folder)
    entitlement = pack.entitlement(id)
    for _, profile in profiles([path], pack.on(as_of or today())):
        if isinstance(profile, ProfileError):
            note(profile.text(said))
            return BAD_INPUT
        rules = pack.on(as_of or profile.as_of or today())
        screening = screen(rules, profile)
        if subject is not None:
            check_subject(screening, subject)
        found = [
            each for each in screening.determinations if each.entitlement == id and subject in {None, each.subject}
        ]
        if not found:
            note(_absent(entitlement, said))
        for each in found:
            tree = explanation(each, said)
            print_json(asdict(tree)) if form == "json" else show_tree(tree, console())
    return 0


def _absent(entitlement: Entitlement, lang: str) -> str:
    """Returns that an entitlement has no answer here: not in force, or about nobody listed."""
    from eligibility.speech import day

    label, first = entitlement.label[lang], day(entitlement.in_force.first, lang)
    if lang == "zh":
        return f"{label}：当日没有施行，或没有这样的对象（自{first}起）"
    return f"{label}: not in force on the day, or about nobody listed (from {first})"
