"""`verify`: proofs about the rules of a pack, each finding with a household that shows it."""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eligibility.commands.author import BAD_PACK, FOUND, as_data, chosen_folder
from eligibility.commands.console import language, load_pack, note, page_width, print_json, tell, write_private
from eligibility.commands.options import (
    Day,
    format_option,
    kept,
    lang_option,
    members_option,
    output_option,
    pack_option,
)
from eligibility.commands.paper import outlet, unused
from eligibility.commands.standing import in_force
from eligibility.commands.usage import Wrong
from eligibility.words import Words

if TYPE_CHECKING:
    from eligibility.verify.whole import Progress, Report, Run

_PATIENCE = 2.0
"""Seconds after which progress is told."""


@click.command("verify")
@click.argument("pack", required=False, type=click.Path())
@click.option("--on", "day", type=Day(), metavar="YYYY-MM-DD", help="只看这一天的规定 The law of this day only.")
@click.option(
    "--only", multiple=True, metavar="ID", help="只查这个事项，可多次 Only this entitlement; may be repeated."
)
@members_option(9)
@click.option("--all", "everything", is_flag=True, help="也列出仅供参考的 What is only worth knowing, too.")
@click.option(
    "--save", type=click.Path(), metavar="FILE|DIR", help="把发现存成案例 Save what is found as cases (*.test.yaml)."
)
@pack_option
@lang_option
@output_option
@format_option("text", "json", "html")
def verify_command(  # noqa: PLR0913 - one parameter for each option
    pack: str | None,
    day: date | None,
    *,
    only: tuple[str, ...],
    members: int,
    everything: bool,
    save: str | None,
    pack_folder: str | None,
    lang: str | None,
    form: str,
) -> int:
    """证明规则没有毛病：用不着、到不了、互相矛盾的条件，档次空缺，陡坡。Proves things about the rules of a pack.

    结束码 Exit codes: 0 没有问题 nothing found, 1 有发现或没有证明 findings or not proved, 3 不能载入 it does not load.

    \b
    例 Example:
      python cli.py verify examples/packs/heating
    """  # noqa: D301 - click reads the control character
    from eligibility.errors import PackError
    from eligibility.solver.engine import needed

    tongue = language(lang)
    needed()
    _places(form, save)
    try:
        run = _run(chosen_folder(pack, pack_folder), only, day, members)
    except PackError as error:
        if form != "json":
            raise
        print_json({"loads": False, "problems": [as_data(each) for each in error.problems]})
        return BAD_PACK
    report = run.over([day] if day is not None else [], _progress(tongue))
    _show(report, form, tongue, everything=everything)
    if save is not None:
        _save(report, Path(save), tongue)
    return 0 if report.passes else FOUND


def _places(form: str, save: str | None) -> None:
    """Sees to it, before anything is proved, that there is a place for what is made."""
    if form == "html":
        outlet()
    elif kept("output"):
        raise Wrong("-o 只用于 html", "-o is for html")
    if save is not None:
        _place(Path(save))


def _run(folder: str, only: tuple[str, ...], day: date | None, members: int) -> Run:
    """Returns the checks of a pack and its declared laws, all of them or those of some entitlements."""
    from eligibility.testing.declared import declared
    from eligibility.verify.whole import Run, law_days

    loaded = load_pack(folder)
    laws = declared(loaded)
    for id in only:
        loaded.entitlement(id)
    if day is not None:
        in_force(only, loaded.on(day))
    if day is None and not law_days(loaded):
        raise Wrong("没有可证明的：规则包没有任何事项", "there is nothing to prove: the pack has no entitlement")
    return Run(loaded, laws, only, members=members)


def _progress(lang: str) -> Progress:
    """Returns what tells on standard error how far a run is, now and then."""
    told = time.monotonic()

    def progress(day: date, at: int, count: int) -> None:
        nonlocal told
        if at and time.monotonic() - told > _PATIENCE:
            told = time.monotonic()
            note(Words(f"{day} 的规定（{at + 1}/{count}）", f"the law of {day} ({at + 1} of {count})")[lang])

    return progress


def _show(report: Report, form: str, lang: str, *, everything: bool) -> None:
    from eligibility.verify.told import as_data as whole
    from eligibility.verify.told import sections, summary

    if form == "json":
        print_json({"loads": True, **whole(report), "unused": [as_data(each) for each in report.unused]})
        return
    for problem in report.unused:
        (tell if form == "text" else note)(problem.text(lang, page_width(sys.stdout)) + "\n")
    if form == "html":
        from eligibility.commands.paper import write
        from eligibility.page import Sheet

        write([Sheet("proofs", tuple(sections(report, lang, everything=True, words=True)))], form, lang)
        return
    from eligibility.commands.terminal import print_page

    _, *rest = sections(report, lang, everything=everything)
    if rest:
        print_page(rest, form)
        tell("")
    tell(summary(report)[lang])


def _place(path: Path) -> None:
    """Sees to it, before anything is proved, that cases can be saved under a name.

    Raises:
        Wrong: they cannot.
    """
    if path.suffix not in {"", ".yaml", ".yml"} and not path.is_dir():
        raise Wrong(f"`{path}` 不是 .yaml 文件，也不是文件夹", f"`{path}` is neither a .yaml file nor a folder")
    if not path.parent.is_dir():
        raise Wrong(f"没有文件夹 `{path.parent}`", f"there is no folder `{path.parent}`")


def _save(report: Report, path: Path, lang: str) -> None:
    """Writes what was found as cases: into one file, or into a folder, a file for each entitlement.

    Raises:
        OSError: they cannot be written.
        Wrong: a file is there already and is not to be overwritten.
    """
    from eligibility.testing.cases import SUFFIX
    from eligibility.verify.told import case

    one = path.suffix in {".yaml", ".yml"}
    found: dict[Path, list[str]] = {}
    named = set[str]()
    for each in report.told:
        kept = case(each) if each.counts else None
        if kept is not None:
            named.add(kept[0])
            found.setdefault(path if one else path / f"{kept[0]}{SUFFIX}", []).append(kept[1])
    if one and len(named) > 1:
        zh = f"发现涉及 {len(named)} 个事项，一个案例文件只能写一个；--save 请给文件夹"
        en = f"what was found is about {len(named)} entitlements and a case file is about one; give --save a folder"
        raise Wrong(zh, en)
    for file in found:
        unused(str(file))
    if found and not one:
        path.mkdir(exist_ok=True)
    for file, cases in found.items():
        write_private(file, "".join(cases).encode())
    count = sum(map(len, found.values()))
    note(Words(f"存了 {count} 个案例", f"{count} case{'s' if count != 1 else ''} saved")[lang])
