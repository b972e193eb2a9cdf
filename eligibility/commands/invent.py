"""For trying a whole city: `invent` writes one that nobody lives in."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eligibility.commands.console import console, language, load_pack, note, tell
from eligibility.commands.options import Day, force_option, kept, lang_option, pack_option
from eligibility.commands.usage import Wrong
from eligibility.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eligibility.invented.laying import Form, Laid

_DAY = date(2019, 9, 1)
_MOST = 100_000_000


@click.command("invent")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="DIR",
    type=click.Path(file_okay=False),
    help="写入的文件夹 The folder to write into.",
)
@click.option(
    "--people", type=click.IntRange(1, _MOST), default=18_000, show_default=True, help="多少人 How many people."
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="种子 The same seed, the same city.")
@click.option(
    "--as-of",
    type=Day(),
    default=_DAY.isoformat(),
    show_default=True,
    metavar="YYYY-MM-DD",
    help="数据日期，batch 用同一天 The day of the data; give `batch` the same.",
)
@click.option(
    "--format", "form", type=click.Choice(["parquet", "csv", "xlsx"]), help="表的格式 (默认 default: parquet)."
)
@click.option(
    "--gaps",
    type=click.FloatRange(0, 1),
    default=0.2,
    show_default=True,
    help="空缺的比例 The share of cells left empty.",
)
@click.option(
    "--damage",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="错误格的比例 The share of cells made wrong.",
)
@click.option(
    "--office",
    is_flag=True,
    help="像机关那样写：GB18030、中文表头、是/否 As offices write: GB18030, Chinese headings (csv, xlsx).",
)
@click.option(
    "--numbers", is_flag=True, help="带明显虚构的身份号码和姓名 With plainly invented resident numbers and names."
)
@lang_option
@force_option
@pack_option
def invent_command(  # noqa: PLR0913, PLR0917 - one parameter for each option
    output: str,
    people: int,
    seed: int,
    as_of: date,
    form: Form | None,
    gaps: float,
    damage: float,
    lang: str | None,
    pack_folder: str | None,
    *,
    office: bool,
    numbers: bool,
) -> int:
    """虚构一座城市：人员表和家庭表，供试用 batch。Invents a city, a table of people and one of households, to try batch with.

    人口比例之外的一切都是虚构的假设，不是统计。All but the counties' shares of the people is invented, and no statistics.

    \b
    例 Example:
      python cli.py invent --people 300 -o city
    """  # noqa: D301 - click reads the control character
    from eligibility.invented.city import City
    from eligibility.invented.laying import lay
    from eligibility.invented.written import Hand

    tongue = language(lang)
    chosen = _form(form, office=office, people=people)
    folder = _folder(output, chosen)
    rules = load_pack(pack_folder).on(as_of)
    hand = Hand(rules.pack.contents, as_of, office=office, numbers=numbers)
    with _progress(people, tongue) as told:
        laid = lay(City(rules, people, seed, gaps, numbers), hand, folder, chosen, damage, told)
    for path in laid.files:
        tell(str(path))
    note(_said(laid)[tongue])
    return 0


def _form(form: Form | None, *, office: bool, people: int) -> Form:
    """Returns the form of the tables: an office has no Parquet, and a sheet has no room for a large city."""
    from eligibility.invented.files import MOST_ROWS

    if office and form == "parquet":
        raise Wrong(
            "--office 只用于 csv 和 xlsx",
            "--office is for csv and xlsx",
            Words("不写 --format，或写 csv", "leave --format out, or write csv"),
        )
    if form == "xlsx" and people > MOST_ROWS:
        raise Wrong(
            f"一张工作表最多 {MOST_ROWS:,} 行",
            f"a sheet has {MOST_ROWS:,} rows at most",
            Words("用 csv 或 parquet", "use csv or parquet"),
        )
    return form or ("csv" if office else "parquet")


def _folder(output: str, form: Form) -> Path:
    """Returns the folder, made where it is not there; a city that is there is not written over."""
    from eligibility.invented.laying import places

    folder = Path(output)
    there = next((path for path in places(folder, form) if path.exists()), None)
    if there is not None and not kept("force"):
        raise Wrong(f"`{there}` 已经存在；要覆盖就加 --force", f"`{there}` exists; --force overwrites it")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def _progress(people: int, lang: str) -> Iterator[Callable[[int], None]]:
    """Shows how far it is on standard error, where somebody sees it there."""
    if not (sys.stderr and sys.stderr.isatty()):
        yield lambda _: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    parts = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}/{task.total:,.0f}"),
        TimeRemainingColumn(),
    )
    with Progress(*parts, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task(Words("虚构", "inventing")[lang], total=people)
        yield lambda done: bar.update(task, completed=done)


def _said(laid: Laid) -> Words:
    """Returns what was written, and that none of it is so."""
    zh = f"虚构了 {laid.people:,} 人、{laid.households:,} 户"
    en = f"{laid.people:,} people in {laid.households:,} households were invented"
    if laid.damaged:
        zh, en = f"{zh}，其中 {laid.damaged:,} 格故意写错", f"{en}, with {laid.damaged:,} cells made wrong"
    return Words(
        f"{zh}。没有一个是真人；除各县区人口比例外都是假设，不是统计",
        f"{en}. None of them is real; all but the counties' shares of the people is assumed, and no statistics",
    )
