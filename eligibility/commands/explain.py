"""`explain`: the full tree of one answer, with figures, clauses and sources."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

import click

from eligibility.commands.console import console, language, load_pack, note, one_profile, print_json, today
from eligibility.commands.options import as_of_option, format_option, lang_option, pack_option, reading_option
from eligibility.commands.usage import Wrong
from eligibility.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eligibility.determinations import Determination
    from eligibility.packs.calendar import Rules
    from eligibility.page import Branch
    from eligibility.profile import Profile
    from eligibility.screening import Screening


@click.command("explain")
@click.argument("path", metavar="PROFILE")
@click.argument("id", metavar="ID")
@click.argument("subject", required=False, metavar="[SUBJECT]")
@pack_option
@reading_option
@as_of_option
@lang_option
@format_option("text", "json")
@click.option("--show-personal", "personal", is_flag=True, help="显示姓名 Show names.")
def explain_command(  # noqa: PLR0913 - one parameter for each option
    path: str,
    id: str,
    subject: str | None,
    pack_folder: str | None,
    as_of: date | None,
    lang: str | None,
    form: str,
    *,
    personal: bool,
) -> int:
    """说明一项结果的全部理由：条件、数字、出处。Explains one answer in full: criteria, figures, clauses, sources.

    SUBJECT 是成员的标识或 household，不写就是全部。SUBJECT is a member's id or household; all where left out.

    \b
    例 Example:
      python cli.py explain examples/li-family.yaml fee-free-preschool child
    """  # noqa: D301 - click reads the control character
    from eligibility.screening import screen

    said = language(lang)
    pack = load_pack(pack_folder)
    pack.entitlement(id)
    profile = one_profile(path, pack.on(as_of or today()))
    for words in profile.notes:
        note(words[said])
    rules = pack.on(as_of or profile.as_of or today())
    screening = screen(rules, profile, [id])
    _check(rules, profile, screening, id, subject)
    tree = _tree(rules, profile, screening, id, subject, said, personal=personal)
    if form == "json":
        print_json(asdict(tree))
        return 0
    from eligibility.commands.terminal import show_tree

    show_tree(tree, console())
    return 0


def _check(rules: Rules, profile: Profile, screening: Screening, id: str, subject: str | None) -> None:
    """Raises UnknownName where there is no such subject, or none that the entitlement is about."""
    from eligibility.errors import UnknownName, one_of
    from eligibility.speech import why_left_out

    ruling = rules.ruling(id)
    members = [str(each["id"]) for each in profile.members]
    if subject is None or (ruling is None and subject in {*members, "household"}):
        return
    about = [each.subject for each in screening.determinations]
    if subject not in {*members, "household"}:
        raise UnknownName(Words("成员", "member"), subject, about or members)
    if subject not in about:
        why = next((why_left_out(each, rules.day) for each in screening.left_out if each.id == subject), None)
        zh = f"`{subject}` 不是事项 `{id}` 的对象" + (f"：{why.zh}" if why else "")
        en = f"`{subject}` is no subject of `{id}`" + (f": {why.en}" if why else "")
        raise Wrong(zh, en, one_of(about) if about else None)


def _tree(
    rules: Rules, profile: Profile, screening: Screening, id: str, subject: str | None, lang: str, *, personal: bool
) -> Branch:
    """Returns the answers of one entitlement under a line that says whose, which day and which rules."""
    from eligibility.commands.screen import not_in_force

    found = [each for each in screening.determinations if subject in {None, each.subject}]
    none = Words("名单里没有这个事项的对象", "nobody listed is a subject of this entitlement")
    if rules.ruling(id) is None:
        none = not_in_force(rules, id)
    return answers_tree(rules, profile, screening, found, lang, personal=personal, none=none)


def answers_tree(
    rules: Rules,
    profile: Profile,
    screening: Screening,
    found: Sequence[Determination],
    lang: str,
    *,
    personal: bool,
    none: Words,
) -> Branch:
    """Returns answers with all their reasons, under a line that says whose, which day and which rules.

    Args:
        rules: of the day.
        profile: what was screened.
        screening: its result.
        found: those of its answers that are to be explained.
        lang: `zh` or `en`.
        personal: whether names are shown.
        none: what is said where there are none.
    """
    from eligibility import speech
    from eligibility.explain import explanation
    from eligibility.otherwise import otherwise
    from eligibility.page import Branch
    from eligibility.summary import names_of

    names = names_of(profile, personal=personal)
    ids = {each.entitlement for each in found}
    others = otherwise(rules, profile, screening, sorted(ids)) if ids else []
    branches = [explanation(each, lang, names, others) for each in found] or [Branch(none[lang])]
    if screening.left_out:
        branches.append(Branch(speech.left_out(screening.left_out, rules.day, names, lang)))
    file = rules.pack.contents.file
    branches += [Branch(file.notice[lang]), Branch(file.objection[lang])]
    return Branch(_head(rules, screening)[lang], "", tuple(branches))


def _head(rules: Rules, screening: Screening) -> Words:
    """Returns whose answers they are, which day counts, and which rules."""
    from eligibility.speech import day

    file, digest = rules.pack.contents.file, screening.pack.digest.removeprefix("sha256:")[:12]
    zh, en = (day(rules.day, lang) for lang in ("zh", "en"))
    return Words(
        f"{screening.household}，按{zh}的规定；规则包 {file.id} {file.version}（{digest}）",
        f"{screening.household}, as of {en}; rules {file.id} {file.version} ({digest})",
    )
