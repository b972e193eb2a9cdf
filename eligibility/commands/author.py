"""For those who write rules: `check` and `test`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eligibility.commands.console import language, load_pack, note, page_width, print_json, tell
from eligibility.commands.options import format_option, lang_option, pack_option
from eligibility.words import Words

if TYPE_CHECKING:
    from eligibility.errors import Problem
    from eligibility.packs.calendar import RulePack
    from eligibility.source import Span
    from eligibility.testing.cases import Case

FOUND, BAD_PACK = 1, 3
_PATIENCE = 2.0
"""Seconds after which progress is told."""


def chosen_folder(argument: str | None, option: str | None) -> str:
    """Returns the folder of the pack that is meant, from where the caller stands if that is shorter."""
    from eligibility.packs.calendar import default_folder

    if argument and option:
        raise click.UsageError("规则包写一次就够 the pack is given twice: PACK, --pack")
    chosen = argument or option or os.environ.get("ELIGIBILITY_PACK") or str(default_folder())
    path = Path(chosen)
    return str(path.relative_to(Path.cwd())) if path.is_absolute() and path.is_relative_to(Path.cwd()) else chosen


@click.command("check")
@click.argument("pack", required=False, type=click.Path())
@lang_option
@format_option("text", "json")
@pack_option
def check_command(pack: str | None, lang: str | None, form: str, pack_folder: str | None) -> int:
    """检查规则包：能否载入，有无可疑之处。Checks a rule pack: whether it loads, and what in it is odd.

    结束码 Exit codes: 0 没有问题 clean, 1 有可疑之处 findings, 3 不能载入 it does not load.

    \b
    例 Example:
      python cli.py check rules/baiyin
    """  # noqa: D301 - click reads the control character
    from eligibility.errors import PackError
    from eligibility.testing.declared import declared

    try:
        loaded = load_pack(chosen_folder(pack, pack_folder))
        declared(loaded)  # what is wrong with the laws is told like what is wrong with a rule
    except PackError as error:
        if form == "text":
            raise
        print_json({"loads": False, "problems": [as_data(each) for each in error.problems]})
        return BAD_PACK
    from eligibility.verify.findings import findings

    found = findings(loaded)
    if form == "json":
        told = [as_data(each) for each in found]
        print_json({"loads": True, "findings": told, "holds": _holds(loaded), "digest": loaded.contents.digest})
    else:
        tongue = language(lang)
        for each in found:
            tell(each.text(tongue, page_width(sys.stdout)) + "\n")
        tell(_summary(loaded, len(found))[tongue])
    return FOUND if found else 0


def as_data(problem: Problem) -> dict[str, Any]:
    """Returns a problem as JSON has it."""
    found: dict[str, Any] = {"message": {"zh": problem.message.zh, "en": problem.message.en}}
    if problem.span is not None:
        found |= _place(problem.span)
    if problem.also is not None:
        found["also"] = _place(problem.also)
    if problem.help is not None:
        found["help"] = {"zh": problem.help.zh, "en": problem.help.en}
    return found


def _place(span: Span) -> dict[str, Any]:
    line, column = span.source.place(span.start)
    if span.source.cells:
        sheet, _, cell = span.source.cells[line - span.source.first].partition("!")
        return {"file": span.source.name, "sheet": sheet or None, "cell": cell or None}
    return {"file": span.source.name, "line": line, "column": column}


def _holds(pack: RulePack) -> dict[str, int]:
    contents = pack.contents
    bodies = [body for one in contents.entitlements.values() for body in one.bodies()]
    # What stands at the top and holds for every version is one criterion, not one for each version.
    criteria = {id(each) for body in bodies for each in (*(body.criteria or ()), *(body.unless or ()))}
    return {
        "entitlements": len(contents.entitlements),
        "criteria": len(criteria),
        "facts": len(contents.schema.facts),
        "parameters": len(contents.parameters),
    }


def _summary(pack: RulePack, findings: int) -> Words:
    held = _holds(pack)
    zh = "{entitlements} 个事项，{criteria} 个条件和排除情形，{facts} 个事实，{parameters} 个参数".format(**held)
    en = "{entitlements} entitlements, {criteria} criteria and exclusions, {facts} facts, {parameters} parameters".format(
        **held
    )
    if not findings:
        return Words(f"{zh}：没有问题", f"{en}: clean")
    return Words(f"{zh}：{findings} 处可疑", f"{en}: {findings} finding{'s' if findings > 1 else ''}")


@click.command("test")
@click.argument("pack", required=False, type=click.Path())
@lang_option
@format_option("text", "json")
@pack_option
def test_command(pack: str | None, lang: str | None, form: str, pack_folder: str | None) -> int:
    """运行规则包的案例（*.test.yaml），列出没有案例触及的条件和界限。Runs the cases of a rule pack; tells what none exercises.

    结束码 Exit codes: 0 全部通过 all passed, 1 有未通过或未触及 some failed or something is not exercised,
    3 案例写错 a case file has errors.

    \b
    例 Example:
      python cli.py test rules/baiyin
    """  # noqa: D301 - click reads the control character
    from eligibility.testing.declared import declared
    from eligibility.testing.exercised import not_exercised

    tongue = language(lang)
    folder = chosen_folder(pack, pack_folder)
    loaded = load_pack(folder)
    declared(loaded)
    cases = _read(loaded, Path(folder))
    failures = list(_failures(cases, tongue, form))
    gaps = not_exercised(loaded, cases)
    failed = len({(each["file"], each["line"]) for each in failures})
    if form == "json":
        left_out = [{"entitlement": gap.entitlement, "part": gap.part} | as_data(gap.problem) for gap in gaps]
        print_json(
            {
                "passed": len(cases) - failed,
                "failed": failed,
                "failures": failures,
                "not_exercised": left_out,
            }
        )
    else:
        for gap in gaps:
            tell(gap.problem.text(tongue, page_width(sys.stdout)) + "\n")
        for line in _totals(len(cases), failed, len(gaps), tongue):
            tell(line)
    return FOUND if failed or gaps else 0


def _failures(cases: Iterable[Case], tongue: str, form: str) -> Iterator[dict[str, Any]]:
    """Yields each difference as JSON has it, and tells people of it at once."""
    for case, differences in _run(cases, tongue):
        line, _ = case.span.source.place(case.span.start)
        for words in differences:
            if form == "text":
                tell(f"{case.span.source.name}:{line}: {case.name}: {words[tongue]}")
            what = {"zh": words.zh, "en": words.en}
            yield {"file": case.span.source.name, "line": line, "case": case.name, "difference": what}


def _totals(cases: int, failed: int, gaps: int, tongue: str) -> Iterator[str]:
    """Yields what it all comes to; the last line is the same in both languages, for whatever reads it."""
    if gaps:
        yield Words(f"案例没有触及的有 {gaps} 处", f"{gaps} thing{'s' if gaps > 1 else ''} not exercised by any case")[
            tongue
        ]
    if tongue == "zh":
        yield f"案例 {cases} 个，通过 {cases - failed}，未通过 {failed}"
    yield f"{cases - failed} passed, {failed} failed"


def _read(pack: RulePack, folder: Path) -> list[Case]:
    """Returns the cases of every file of a pack.

    Raises:
        PackError: with the problems of all files.
    """
    from eligibility.errors import PackError
    from eligibility.testing.cases import case_files, read_cases

    cases: list[Case] = []
    problems: list[Problem] = []
    for path in case_files(folder):
        try:
            cases += read_cases(pack, path, path.as_posix())
        except PackError as error:
            problems += error.problems
    if problems:
        raise PackError(problems)
    return cases


def _run(cases: Iterable[Case], lang: str) -> Iterator[tuple[Case, list[Words]]]:
    """Yields each case with what differs, and tells now and then how far it is where that takes time."""
    from eligibility.testing.cases import run

    told = time.monotonic()
    for index, case in enumerate(cases):
        yield case, run(case)
        if time.monotonic() - told > _PATIENCE:
            told = time.monotonic()
            note(Words(f"已运行 {index + 1} 个案例", f"{index + 1} cases so far")[lang])
