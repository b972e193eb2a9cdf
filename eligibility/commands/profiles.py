"""For those who fill in profiles: `validate`, `schema` and `init`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eligibility.commands.console import (
    as_json,
    files,
    language,
    load_pack,
    note,
    note_error,
    page_width,
    print_json,
    tell,
    today,
    write_bytes,
)
from eligibility.commands.options import format_option, lang_option, pack_option
from eligibility.commands.usage import Wrong
from eligibility.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from eligibility.answered import Taken
    from eligibility.derived import LeftOut
    from eligibility.packs.calendar import RulePack, Rules
    from eligibility.profile import Profile

BAD_PROFILE, REJECTS = 3, 4
_COLUMNS = 6
"""How many members a form of Excel has room for, unless told otherwise."""


@click.command("validate")
@click.argument("profile", nargs=-1, required=True, metavar="PROFILE…")
@lang_option
@format_option("text", "json")
@pack_option
def validate_command(profile: tuple[str, ...], lang: str | None, form: str, pack_folder: str | None) -> int:
    """检查档案，不作筛查；`-` 为标准输入。Checks profiles and screens nothing; `-` is standard input.

    结束码 Exit codes: 0 没有错误 fine, 3 有错误 a profile is wrong, 4 多份中有错 some of a stream are wrong.

    \b
    例 Example:
      python cli.py validate examples/li-family.yaml
    """  # noqa: D301 - click reads the control character
    from eligibility.errors import ProfileError

    tongue = language(lang)
    rules = load_pack(pack_folder).on(today())
    code = 0
    results = [(path, list(found)) for path, found in files(profile, rules)]
    one = sum(len(found) for _, found in results) == 1
    for path, found in results:
        wrong = sum(isinstance(each, ProfileError) for each in found)
        if wrong:
            code = BAD_PROFILE if len(found) == 1 or code == BAD_PROFILE else REJECTS
        for each in found:
            if form == "json":
                print_json(_as_data(path, each, rules), line=not one)
            elif isinstance(each, ProfileError):
                note_error(each, tongue, more=True)
            else:
                tell(_said(each)[tongue])
                for text in _beside(each, rules, tongue):
                    tell(f"  {text}")
    return code


def _known(profile: Profile) -> dict[str, int]:
    """Returns how many facts are known of the household and of each member."""
    home = {"household": len(profile.household)}
    return home | {str(member["id"]): len(member) - 1 for member in profile.members}


def _said(profile: Profile) -> Words:
    known, people = _known(profile), len(profile.members)
    facts = sum(known.values())
    return Words(
        f"{profile.id}：没有错误，{people} 名成员，已知 {facts} 项事实（家庭 {known['household']} 项）",
        f"{profile.id}: fine, {people} member{'s' if people != 1 else ''}, {facts} facts known ({known['household']} of the household)",
    )


def _beside(profile: Profile, rules: Rules, lang: str) -> Iterator[str]:
    """Yields what a reader should know although it is no error: codes that are not listed, members who do not count."""
    from eligibility import speech

    yield from (words[lang] for words in profile.notes)
    yield from speech.taken(profile.taken, rules.pack.contents, lang)
    out, day = _left_out(profile, rules)
    if out:
        yield speech.left_out(out, day, {}, lang)


def _left_out(profile: Profile, rules: Rules) -> tuple[Sequence[LeftOut], date]:
    """Returns the members who are not in the household on the profile's own day, and that day."""
    from eligibility.derived import prepare

    own = rules.pack.on(profile.as_of) if profile.as_of is not None else rules
    return prepare(own, profile.household, profile.members, own_day=True).left_out, own.day


def _as_data(path: str, found: Any, rules: Rules) -> dict[str, Any]:  # noqa: ANN401 - a profile, or what is wrong with it
    from eligibility.commands.author import as_data
    from eligibility.errors import ProfileError

    if isinstance(found, ProfileError):
        return {"file": path, "valid": False, "problems": [as_data(each) for each in found.problems]}
    notes = [{"zh": words.zh, "en": words.en} for words in found.notes]
    as_of = found.as_of.isoformat() if found.as_of else None
    out = [asdict(each) for each in _left_out(found, rules)[0]]
    told = {"household": found.id, "as_of": as_of, "known": _known(found), "left_out": out, "notes": notes}
    if found.taken:
        told["taken"] = [_taken(each, rules) for each in found.taken]
    return {"file": path, "valid": True, **told}


def _taken(taken: Taken, rules: Rules) -> dict[str, Any]:
    """Returns what an answer of a form was taken for, as JSON has it."""
    from eligibility import speech

    zh, en = (speech.taken_value(taken, rules.pack.contents, lang) for lang in ("zh", "en"))
    return {"cell": taken.cell, "name": taken.name, "value": {"zh": zh, "en": en}}


@click.command("schema")
@click.argument("what", type=click.Choice(["profile", "screening", "pack", "event", "change"]))
@format_option("json")
@pack_option
def schema_command(what: str, form: str, pack_folder: str | None) -> int:
    """打印 JSON Schema：档案、筛查结果、规则包中的事项、事件、变化。Prints the JSON Schema of what goes in and comes out.

    \b
    例 Example:
      python cli.py schema profile
    """  # noqa: D301 - click reads the control character
    from eligibility.commands import schemas

    del form  # a schema has one form; the option is there because every command has it
    if what in {"profile", "event"}:
        made = schemas.profile_schema if what == "profile" else schemas.event_schema
        print_json(made(load_pack(pack_folder)))
    else:
        fixed = {"screening": schemas.screening_schema, "change": schemas.change_schema, "pack": schemas.pack_schema}
        print_json(fixed[what]())
    return 0


@click.command("init")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(),
    help="写入文件 The file to write (默认 default: 标准输出 stdout).",
)
@click.option("--force", is_flag=True, help="覆盖已有文件 Overwrite the file.")
@click.option("--members", type=click.IntRange(1, 100), help="成员人数 How many members (默认 default: 1, xlsx 6).")
@click.option("--only", metavar="ID", multiple=True, help="只要这些事项用到的 Only what these entitlements read.")
@lang_option
@format_option("text", "json", "xlsx")
@pack_option
def init_command(
    output: str | None,
    members: int | None,
    only: tuple[str, ...],
    lang: str | None,
    form: str,
    pack_folder: str | None,
    *,
    force: bool,
) -> int:
    """写一份空白档案，问题写在注释里。Writes an empty profile to fill in, with the questions as comments.

    JSON 中档案和问题分开写。As JSON the profile and the questions stand beside each other.
    xlsx 是 Excel 表，填好后用 screen 筛查。As xlsx it is an Excel form, which screen reads when it is filled in.

    \b
    例 Example:
      python cli.py init --only fee-free-preschool --members 2
      python cli.py init --format xlsx --output form.xlsx
    """  # noqa: D301 - click reads the control character
    from eligibility.commands.questionnaire import wanted

    tongue = language(lang)
    if output is not None and Path(output).exists() and not force:
        raise Wrong(f"`{output}` 已经存在；要覆盖就加 --force", f"`{output}` exists; --force overwrites it")
    pack = load_pack(pack_folder)
    names = wanted(pack, only) if only else None
    if form == "xlsx":
        from eligibility.commands.blank_form import empty_form

        write_bytes(empty_form(pack, members or _COLUMNS, tongue, names), output, tongue)
        return 0
    _write_text(_empty(pack, form, members or 1, tongue, names, plain=output is not None), output, tongue)
    return 0


def _empty(pack: RulePack, form: str, members: int, lang: str, names: set[str] | None, *, plain: bool) -> str:
    """Returns an empty profile as a text, for a file or for standard output."""
    from eligibility.commands.questionnaire import as_data, empty_profile

    if form == "json":
        return as_json(as_data(pack, members, names), None if plain else sys.stdout)
    return empty_profile(pack, members, lang, names, page_width(sys.stdout))


def _write_text(text: str, output: str | None, lang: str) -> None:
    """Writes a text to a file in UTF-8, or to standard output."""
    if output is None:
        click.echo(text)
        return
    Path(output).write_text(f"{text}\n", encoding="utf-8")
    note(Words(f"已写入 {output}", f"{output} is written")[lang])
