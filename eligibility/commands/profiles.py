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
)
from eligibility.commands.options import format_option, lang_option, pack_option
from eligibility.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from eligibility.derived import LeftOut
    from eligibility.packs.calendar import Rules
    from eligibility.profile import Profile

BAD_PROFILE, REJECTS = 3, 4


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
    return {"file": path, "valid": True, **told}


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
@click.option("--members", type=click.IntRange(1, 100), default=1, show_default=True, help="成员人数 How many members.")
@click.option("--only", metavar="ID", multiple=True, help="只要这些事项用到的 Only what these entitlements read.")
@lang_option
@format_option("text", "json")
@pack_option
def init_command(
    output: str | None,
    members: int,
    only: tuple[str, ...],
    lang: str | None,
    form: str,
    pack_folder: str | None,
    *,
    force: bool,
) -> int:
    """写一份空白档案，问题写在注释里。Writes an empty profile to fill in, with the questions as comments.

    JSON 中档案和问题分开写。As JSON the profile and the questions stand beside each other.

    \b
    例 Example:
      python cli.py init --only fee-free-preschool --members 2
    """  # noqa: D301 - click reads the control character
    from eligibility.commands.questionnaire import as_data, empty_profile, wanted

    tongue = language(lang)
    pack = load_pack(pack_folder)
    names = wanted(pack, only) if only else None
    if form == "json":
        text = as_json(as_data(pack, members, names), sys.stdout if output is None else None)
    else:
        text = empty_profile(pack, members, tongue, names, page_width(sys.stdout))
    if output is None:
        click.echo(text)
        return 0
    path = Path(output)
    if path.exists() and not force:
        raise click.UsageError(
            Words(f"`{output}` 已经存在；要覆盖就加 --force", f"`{output}` exists; --force overwrites it")[tongue]
        )
    path.write_text(f"{text}\n", encoding="utf-8")
    note(Words(f"已写入 {output}", f"{output} is written")[tongue])
    return 0
