"""`watch`: life events in, and out come entitlements gained and lost, each told once."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eligibility.commands.console import (
    STDIN,
    as_json,
    console,
    language,
    load_pack,
    note,
    note_error,
    page_width,
    today,
)
from eligibility.commands.inlet import Inlet
from eligibility.commands.options import Day, format_option, lang_option, pack_option, reading_option
from eligibility.commands.usage import Wrong
from eligibility.words import Words, folded

if TYPE_CHECKING:
    from eligibility.casebook import Casebook
    from eligibility.changes import Change
    from eligibility.course import Said, Summary
    from eligibility.monitor import Line
    from eligibility.outlet import Mark, Outlet
    from eligibility.packs.calendar import RulePack

DIFFERENT, REJECTS, FAULT = 1, 4, 5
NOWHERE = ":memory:"
"""A store that is gone when the command ends, to try something out."""


@click.command("watch")
@click.argument("events", metavar="EVENTS")
@click.option("--store", required=True, type=click.Path(), metavar="FILE", help="案件库文件 The store of open cases.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(),
    help="写入文件，每行只写一次 The file to write, each line once (默认 default: 标准输出 stdout).",
)
@click.option(
    "--until",
    type=Day(),
    metavar="YYYY-MM-DD",
    help="最后让时间走到这天 Lets time pass to this day at the end.",
)
@click.option(
    "--engine",
    type=click.Choice(["core", "durable", "both"]),
    default="core",
    show_default=True,
    help="哪个引擎 Whose answers count; both compares.",
)
@click.option(
    "--only", multiple=True, metavar="ID", help="只看这个事项，可多次 Only this entitlement; may be repeated."
)
@click.option("--all", "everything", is_flag=True, help="面向所有人的服务也列出 Open services too, in text.")
@pack_option
@reading_option
@lang_option
@format_option("json", "text")
def watch_command(  # noqa: PLR0913 - one parameter for each option
    events: str,
    store: str,
    output: str | None,
    until: date | None,
    engine: Any,  # noqa: ANN401 - one of three words
    pack_folder: str | None,
    lang: str | None,
    *,
    form: str,
    only: tuple[str, ...],
    everything: bool,
) -> int:
    """跟踪家庭：生活事件进，待遇变化出。Watches households: life events in, entitlements gained and lost out.

    EVENTS 是 JSON Lines 文件，`-` 是标准输入。EVENTS is a file of JSON Lines; `-` is standard input.

    结束码 Exit codes: 0 完成 done, 1 两个引擎结论不同 the engines differ, 4 有事件被拒 some events were refused.

    \b
    例 Example:
      python cli.py watch examples/events/wei.jsonl --store cases.db -o changes.jsonl
    """  # noqa: D301 - click reads the control character
    run = _Run(store, output, until, engine, pack_folder, language(lang), form, only, everything)
    try:
        with ExitStack() as stack:
            return run.watch(events, stack)
    except sqlite3.Error:
        words = Words("案件库写不下去：磁盘已满或出错", "the store cannot be written: the disk is full or broken")
    except OSError as error:
        if error.filename is not None or not run.to_file:
            raise
        words = Words("输出文件写不下去：磁盘已满或出错", "the output cannot be written: the disk is full or broken")
    again = Words("已完成的都已保存，再运行一次即可继续", "what was done is kept: run it again to go on")
    note(Words(f"{words.zh}；{again.zh}", f"{words.en}; {again.en}")[run.lang])
    return FAULT


@dataclass(frozen=True)
class _Run:
    """One call of the command."""

    store: str
    output: str | None
    until: date | None
    engine: Any
    pack_folder: str | None
    lang: str
    form: str
    only: tuple[str, ...]
    everything: bool

    @property
    def to_file(self) -> bool:
        """Whether lines go to a file."""
        return self.output not in {None, STDIN}

    def watch(self, events: str, stack: ExitStack) -> int:
        """Opens everything, in such an order that what cannot be opened stops it before anything is written."""
        from eligibility.casebook import Casebook
        from eligibility.course import Course
        from eligibility.monitor import Monitor
        from eligibility.secondopinion import SecondOpinion

        _apart(events, self.store, self.output)
        pack = load_pack(self.pack_folder)
        for id in self.only:
            pack.entitlement(id)
        inlet = stack.enter_context(Inlet(events))
        second = stack.enter_context(SecondOpinion()) if self.engine != "core" else None
        # By its real name, so that a link to a store that is in use is seen to be the same.
        book = Casebook(None if self.store == NOWHERE else Path(self.store).resolve())
        stack.callback(book.close)
        course = Course(
            book=book,
            pack=pack,
            out=self.outlet(book, stack),
            write=self.line,
            say=self.say,
            load=lambda folder, local: load_pack(folder or self.pack_folder, local),
            latest=max(today(), self.until or date.min),
            engine=self.engine,
            second=second,
            only=tuple(sorted(set(self.only))),
        )
        monitor = Monitor(course, "<stdin>" if events == STDIN else events)
        summary = monitor.run(_shown(inlet, stack), self.until)
        note(_summed(summary, book.count())[self.lang])
        if summary.differences:
            return DIFFERENT
        return REJECTS if summary.refused else 0

    def outlet(self, book: Casebook, stack: ExitStack) -> Outlet:
        """Returns where lines go: a file, which the store vouches for from now on, or standard output."""
        from eligibility.outlet import FileOutlet, Mark

        if self.output is None or self.output == STDIN:
            return _Stream()
        path = Path(self.output).resolve()
        known = book.mark(path)
        found = FileOutlet(path, known, book.disk)
        stack.callback(found.close)
        if known is None:
            # Before the first line: else whatever a first run leaves behind would pass for another file.
            book.set_mark(path, Mark())
            book.commit()
        return found

    def line(self, change: Change, pack: RulePack) -> str | None:
        """Returns a change as a line for machines, or as some lines for people; None where they did not ask for it."""
        from eligibility.changes import as_data
        from eligibility.news import news

        stream = None if self.to_file else sys.stdout
        if self.form == "json":
            return as_json(as_data(change), stream, line=True)
        if change.promise == "open" and not (self.everything or self.only):
            return None
        return folded(news(change, pack.contents, self.lang), page_width(stream))

    def say(self, said: Said) -> None:
        """Tells whoever runs the watcher."""
        if said.error is not None:
            note_error(said.error, self.lang)
        else:
            note(said.words[self.lang])


def _apart(events: str, store: str, output: str | None) -> None:
    """Refuses one file for two purposes, those that stand beside the store and the output included."""
    beside = [Path(each).resolve() for each in (store, output) if each and each not in {STDIN, NOWHERE}]
    named = [*beside, Path(events).resolve()] if events != STDIN else beside
    taken = {each.with_name(each.name + end) for each in beside for end in ("-wal", "-shm", "-journal", ".lock")}
    if len(set(named)) < len(named) or taken & set(named):
        raise Wrong("事件、案件库和输出要是不同的文件", "events, store and output are files of their own")


class _Stream:
    """Standard output: a line may come again after a crash, under the same id."""

    def write(self, line: str) -> None:
        """Writes a line."""
        click.echo(line)

    def settle(self) -> Mark | None:
        """Returns when every line has left."""
        sys.stdout.flush()
        return None


def _shown(inlet: Inlet, stack: ExitStack) -> Iterator[Line | None]:
    """Yields the lines, with progress on standard error where that is a terminal and the input has an end."""
    screen = console(stderr=True)
    if not (sys.stderr.isatty() and inlet.size):
        yield from inlet.lines()
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TimeRemainingColumn

    bar = stack.enter_context(Progress(BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), console=screen))
    task = bar.add_task("", total=inlet.size)
    for line in inlet.lines():
        yield line
        bar.update(task, completed=inlet.read)


def _summed(found: Summary, cases: int) -> Words:
    """Returns what a run came to."""
    zh = f"事件 {found.events}：处理 {found.taken}，以前已处理 {found.earlier}，重复 {found.repeated}，拒绝 {found.refused}"
    en = (
        f"events {found.events}: {found.taken} taken, {found.earlier} taken earlier, {found.repeated} repeated, "
        f"{found.refused} refused"
    )
    zh, en = f"{zh}；变化 {found.changes}；在册家庭 {cases}", f"{en}; changes {found.changes}; open cases {cases}"
    if found.differences:
        zh, en = f"{zh}；两个引擎结论不同 {found.differences}", f"{en}; the engines differ {found.differences} times"
    if found.missing:
        zh, en = f"{zh}；第二个引擎没有结论 {found.missing} 次", f"{en}; no second opinion {found.missing} times"
    return Words(f"{zh}。初筛，不是审批决定", f"{en}. A first screening, not a decision")
