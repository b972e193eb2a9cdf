"""`diff-run`: what two runs of `batch` answer differently, and the smallest household for each kind of change."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from eligibility.commands.console import language, load_pack, note, print_json
from eligibility.commands.options import format_option, kept, lang_option, output_option, pack_option
from eligibility.commands.usage import Wrong
from eligibility.errors import BadChoice
from eligibility.words import Words

if TYPE_CHECKING:
    import polars as pl

    from eligibility.packs.contents import Contents
    from eligibility.totals.difference import Difference
    from eligibility.totals.finished import Finished

FOUND = 1
"""The exit code where something differs."""


@click.command("diff-run")
@click.argument("old", type=click.Path())
@click.argument("new", type=click.Path())
@click.option(
    "--persons",
    multiple=True,
    type=click.Path(),
    metavar="TABLE",
    help="读过的人口表，用来显示最小的一户 The tables that were read, to show the smallest households.",
)
@click.option(
    "--households", multiple=True, type=click.Path(), metavar="TABLE", help="读过的家庭表 Their tables of households."
)
@click.option("--map", "mapping", type=click.Path(), metavar="FILE", help="用过的对照文件 The mapping that was used.")
@click.option(
    "--other-input", is_flag=True, help="两次读的表不同也比较 Compares runs of different tables: whom both have."
)
@click.option("--show-personal", "personal", is_flag=True, help="显示姓名和身份证号 Show names and resident numbers.")
@pack_option
@output_option
@lang_option
@format_option("text", "json", "csv", "html")
def diff_run_command(**given: Any) -> int:  # noqa: ANN401 - one value for each option
    """比较两次批量筛查：谁新符合、谁不再符合、金额怎样变。Compares two runs of batch: who gained, who lost, which amounts changed.

    OLD、NEW 是 batch 写的文件夹。OLD and NEW are folders that batch wrote. CSV 列出每一项变化 CSV lists every answer that differs.

    结束码 Exit codes: 0 没有差别 no difference, 1 有差别 something differs.

    \b
    例 Example:
      python cli.py diff-run examples/runs/2017 examples/runs/2018
    """  # noqa: D301 - click reads the control character
    return _Asked(**given).compare()


@dataclass(frozen=True)
class _Asked:
    """One call of the command; a field for each option."""

    old: str
    new: str
    persons: tuple[str, ...]
    households: tuple[str, ...]
    mapping: str | None
    other_input: bool
    personal: bool
    pack_folder: str | None
    lang: str | None
    form: str

    @property
    def said(self) -> str:
        """The language of what people read."""
        return language(self.lang)

    def compare(self) -> int:
        """Compares both runs and prints what differs."""
        from eligibility.commands.paper import outlet
        from eligibility.totals.difference import compared
        from eligibility.totals.finished import Finished

        if kept("output") and self.form in {"text", "json"}:
            raise Wrong("`-o` 用于 csv 和 html", "`-o` goes with csv and html")
        if self.persons and self.form in {"csv", "html"}:
            raise Wrong("`--persons` 用于 text 和 json", "`--persons` goes with text and json")
        if (self.households or self.mapping) and not self.persons:
            raise Wrong(
                "`--households`、`--map` 要与 `--persons` 同用", "`--households` and `--map` go with `--persons`"
            )
        path = outlet()
        old, new = Finished.open(Path(self.old)), Finished.open(Path(self.new))
        contents = load_pack(self.pack_folder).contents
        if contents.file.id != new.manifest.basis.pack:
            zh, en = "这两次用的不是这个规则包；用 --pack 指明", "the runs rest on another pack: name it by --pack"
            raise BadChoice(Words(zh, en))
        if self.form == "csv":
            with _opened(path) as file:
                rows = _Rows(contents, self.said, file)
                found = compared(old, new, other_input=self.other_input, each=rows)
            if path is not None:
                note(Words(f"已写入 {path}", f"{path} is written")[self.said])
        else:
            found = compared(old, new, other_input=self.other_input)
            self.show(found, contents, self.profiles(found, new))
        return FOUND if found.counts else 0

    def show(self, found: Difference, contents: Contents, profiles: dict[str, str]) -> None:
        """Prints totals and examples."""
        if self.form == "json":
            from eligibility.totals.changed import data

            print_json(data(found, contents, profiles))
            return
        from eligibility.totals.told import Told

        sections = Told(found, contents, self.said, shown=bool(profiles)).sections()
        if self.form == "html":
            from eligibility.commands.paper import write
            from eligibility.page import Sheet

            write([Sheet("difference", tuple(sections))], "html", self.said)
            return
        from eligibility.commands.terminal import print_page

        print_page(sections, "text")
        for each in profiles.values():
            click.echo(f"---\n{each}", nl=False)

    def profiles(self, found: Difference, new: Finished) -> dict[str, str]:
        """Returns the smallest household for each kind of change as a profile, by id, where the tables were given."""
        if not self.persons or not found.counts:
            return {}
        from eligibility.commands.keeping import text
        from eligibility.tables.chunks import People
        from eligibility.totals.smallest import profiles

        basis = new.manifest.basis
        rules = load_pack(self.pack_folder).on(basis.as_of)
        mapping = Path(self.mapping) if self.mapping else None
        people = People.open(list(map(Path, self.persons)), list(map(Path, self.households)), rules, mapping)
        if people.digest != basis.input:
            zh, en = "给出的表不是新的那次读的表", "these are not the tables that the new run read"
            raise BadChoice(Words(zh, en))
        wanted = {each.household for _, each in found.smallest().values()}
        with tempfile.TemporaryDirectory() as work:
            size = basis.options.chunk_rows
            told = profiles(people, rules, wanted, Path(work), size, personal=self.personal)
        return {id: text(each, rules.pack.contents.schema.money) for id, each in told.items()}


@contextmanager
def _opened(path: Path | None) -> Iterator[BinaryIO]:
    """Opens a file for its owner alone, or standard output."""
    if path is None:
        sys.stdout.flush()
        yield sys.stdout.buffer
        return
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        yield file


class _Rows:
    """Writes every answer that differs as a row of CSV, a part at a time."""

    def __init__(self, contents: Contents, lang: str, file: BinaryIO) -> None:
        """Takes where it goes."""
        self.contents, self.lang, self.file = contents, lang, file
        self.begun = False

    def __call__(self, found: Difference, changed: pl.DataFrame) -> None:
        """Writes a part."""
        from eligibility.runs.files import csv
        from eligibility.totals.changed import said

        self.file.write(csv(said(found, changed, self.contents, self.lang), heading=not self.begun))
        self.begun = True
