"""`cases`: writes a small suite of households for a pack, and says how many changes of the rules it notices."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eligibility.commands.author import FOUND, chosen_folder
from eligibility.commands.console import language, load_pack, note, print_json, tell, today
from eligibility.commands.options import Day, force_option, format_option, keep, kept, lang_option, pack_option
from eligibility.commands.standing import in_force
from eligibility.commands.usage import Wrong
from eligibility.words import Words

if TYPE_CHECKING:
    from eligibility.suite.making import Made
    from eligibility.suite.scoring import Fate, Verdict
    from eligibility.suite.whole import Suite

_PATIENCE = 5.0
"""Seconds after which progress is told."""
_DOING = {
    "sides": Words("条件：{0}/{1} 个事项", "conditions: {0} of {1} entitlements"),
    "changes": Words("改动：{0}/{1}", "changes: {0} of {1}"),
    "strangers": Words("随机家庭：改动 {0}/{1}", "households as people come: {0} of {1} changes"),
}


@click.command("cases")
@click.argument("pack", required=False, type=click.Path())
@click.option(
    "--on", type=Day(), metavar="YYYY-MM-DD", help="哪一天的规定 The day of the rules (默认 default: 今天 today)."
)
@click.option("--only", metavar="ID", multiple=True, help="只要这些事项 Only these entitlements.")
@click.option(
    "-o", "--output", metavar="DIR", type=click.Path(), help="案例写入的文件夹 The folder for the case files."
)
@click.option(
    "--score",
    is_flag=True,
    help="与同样多的随机家庭比较 Compare with as many households drawn as people come.",
    expose_value=False,
    callback=keep,
)
@force_option
@lang_option
@format_option("text", "json", "jsonl")
@pack_option
def cases_command(
    pack: str | None,
    on: date | None,
    only: tuple[str, ...],
    output: str | None,
    lang: str | None,
    form: str,
    pack_folder: str | None,
) -> int:
    """生成案例：每个条件在界限两侧各有一户由它单独决定；规则若改动，案例会发现。Makes cases in which each condition decides alone.

    没有人能到的一侧经过证明并列出。规则逐处改动，案例没有发现的要证明没有差别。What nobody can show is proved
    and listed; each change of the rules is noticed by a case, or proved to make no difference.

    结束码 Exit codes: 0 全部发现或证明 all noticed or proved, 1 有没发现或没证明的 something is not.

    \b
    例 Example:
      python cli.py cases --only resident-pension
      python cli.py cases --only resident-pension \\
        -o new-cases
    """  # noqa: D301 - click reads the control character
    tongue = language(lang)
    progress = _progress(tongue)
    found = _suite(chosen_folder(pack, pack_folder), on or today(), only, progress)
    if output is not None:
        _write(found, Path(output), tongue)
    beside = _strangers(found, progress) if kept("score") else None
    if form == "jsonl":
        _lines(found)
    elif form == "json":
        print_json(_data(found, beside))
    else:
        _say(found, beside, tongue)
    return 0 if found.proved else FOUND


def _suite(folder: str, day: date, only: tuple[str, ...], progress: Callable[[str, int, int], None]) -> Suite:
    """Returns the suite of a pack on a day, once it is sure that all of it is in force."""
    from eligibility.solver.engine import needed

    needed()
    from eligibility.suite.whole import suite

    rules = load_pack(folder).on(day)
    for id in only:
        rules.pack.entitlement(id)
    in_force(only, rules)
    return suite(rules, only, progress)


def _progress(lang: str) -> Callable[[str, int, int], None]:
    """Returns what tells now and then how far it is, where somebody sits before it."""
    told = [time.monotonic()]

    def tell_it(what: str, done: int, of: int) -> None:
        if sys.stderr.isatty() and time.monotonic() - told[0] > _PATIENCE:
            told[0] = time.monotonic()
            note(_DOING[what][lang].format(done, of))

    return tell_it


def _write(found: Suite, folder: Path, lang: str) -> None:
    """Writes a case file for each entitlement.

    Raises:
        OSError: the folder or a file cannot be written.
        Wrong: a file exists already.
    """
    from eligibility.suite.writing import case_file
    from eligibility.testing.cases import SUFFIX

    files = {folder / f"{id}{SUFFIX}": made for id, made in found.made.items() if made.households}
    there = next((path for path in files if path.exists()), None)
    if there is not None and not kept("force"):
        raise Wrong(f"`{there}` 已经存在；要覆盖就加 --force", f"`{there}` exists; --force overwrites it")
    folder.mkdir(parents=True, exist_ok=True)
    for path, made in files.items():
        path.write_bytes(case_file(made, lang).encode("utf-8"))
    written = f"{len(files)} case file{'s' if len(files) != 1 else ''} written to {folder}"
    note(Words(f"已写入 {folder}：{len(files)} 个案例文件", written)[lang])


def _lines(found: Suite) -> None:
    from eligibility.suite.writing import profiles

    for made in found.made.values():
        for line in profiles(made):
            click.echo(line)


def _strangers(found: Suite, progress: Callable[[str, int, int], None]) -> list[Verdict]:
    from eligibility.suite.strangers import compared

    return compared(found, progress)


def _data(found: Suite, beside: list[Verdict] | None) -> dict[str, Any]:
    """Returns a suite as JSON has it."""
    told: dict[str, Any] = {
        "as_of": found.rules.day.isoformat(),
        "households": found.size,
        "entitlements": {id: _made(made) for id, made in found.made.items()},
        "changes": {**_changes(found.counts), "noticed_by_conditions_alone": found.before},
        "not_noticed": [_both(each.edit.told()) for each in found.verdicts if each.fate in {"missed", "open"}],
        "no_difference": [_both(each.edit.told()) for each in found.verdicts if each.fate == "equivalent"],
    }
    if beside is not None:
        from eligibility.suite.scoring import counted

        told["as_people_come"] = {"households": found.size, **_changes(counted(beside))}
    return told


def _changes(counts: dict[Fate, int]) -> dict[str, Any]:
    from eligibility.suite.scoring import score

    names = {"noticed": "noticed", "equivalent": "no_difference", "missed": "not_noticed", "open": "not_proved"}
    found = {names[fate]: number for fate, number in counts.items()}
    return {"made": sum(counts.values()), **found, "score": round(score(counts), 4)}


def _made(made: Made) -> dict[str, Any]:
    from eligibility.suite.writing import as_data

    id = made.rule.entitlement.id
    return {
        "households": [as_data(each, f"{id}-{at}") for at, each in enumerate(made.households, 1)],
        "sides_shown": len(made.shown),
        "unreachable": [{"side": _both(side.told()), "why": _both(why)} for side, why in made.unreachable],
        "not_proved": [_both(side.told()) for side in made.open],
    }


def _both(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def _say(found: Suite, beside: list[Verdict] | None, lang: str) -> None:
    """Says what was made, what nobody can show, and what the changes came to."""
    from eligibility.commands.catalogue import print_sections
    from eligibility.commands.leaflet import Item, Section

    sections = []
    for id, made in found.made.items():
        items = [
            Item(f"{side.told()[lang]}：{why[lang]}" if lang == "zh" else f"{side.told().en}: {why.en}")
            for side, why in made.unreachable
        ]
        items += [
            Item(Words(f"没有证明：{side.told().zh}", f"not proved: {side.told().en}")[lang]) for side in made.open
        ]
        sections.append(Section(_heading(id, made, lang), tuple(items)))
    fates = {
        "missed": Words("没有发现的改动", "Changes that are not noticed"),
        "open": Words("没有证明的改动", "Changes that are not proved"),
    }
    for fate, heading in fates.items():
        told = tuple(Item(each.edit.told()[lang]) for each in found.verdicts if each.fate == fate)
        if told:
            sections.append(Section(heading[lang], told))
    print_sections(sections)
    for words in _totals(found, beside):
        tell(words[lang])


def _heading(id: str, made: Made, lang: str) -> str:
    shown, never = len(made.shown), len(made.unreachable)
    zh = f"{made.rule.entitlement.label.zh} ({id})：{len(made.households)} 户，{shown} 侧有案例，{never} 侧到不了"
    en = (
        f"{made.rule.entitlement.label.en} ({id}): {_households(len(made.households))}, "
        f"{shown} side{'s' if shown != 1 else ''} shown, {never} proved out of reach"
    )
    return Words(zh, en)[lang]


def _households(count: int) -> str:
    return f"{count} household{'s' if count != 1 else ''}"


def _totals(found: Suite, beside: list[Verdict] | None) -> Iterator[Words]:
    from eligibility.suite.scoring import counted

    counts = found.counts
    shown = sum(len(each.shown) for each in found.made.values())
    never = sum(len(each.unreachable) for each in found.made.values())
    open_ = sum(len(each.open) for each in found.made.values())
    yield Words(
        f"共 {found.size} 户：{shown} 侧有案例，{never} 侧已证明到不了，{open_} 侧没有证明",
        f"{_households(found.size)}: {shown} sides shown, {never} proved out of reach, {open_} not proved",
    )
    yield Words(
        f"规则改动 {sum(counts.values())} 处：发现 {counts['noticed']}（其中只靠条件两侧 {found.before}），"
        f"已证明没有差别 {counts['equivalent']}，没有发现 {counts['missed']}，没有证明 {counts['open']}",
        f"{sum(counts.values())} changes of the rules: {counts['noticed']} noticed ({found.before} by the sides of conditions alone), "
        f"{counts['equivalent']} proved to make no difference, {counts['missed']} not noticed, {counts['open']} not proved",
    )
    yield Words(f"得分 {_percent(counts)}", f"score {_percent(counts)}")
    if beside is not None:
        other = _percent(counted(beside))
        yield Words(f"同样多的随机家庭得分 {other}", f"as many households drawn as people come: score {other}")


def _percent(counts: dict[Fate, int]) -> str:
    from eligibility.suite.scoring import score

    share = score(counts)
    return f"{share:.1%}" if share < 1 else "100 %"
