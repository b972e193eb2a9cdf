"""`batch` at work: progress, what a run came to, and what is kept when it is broken off."""

from __future__ import annotations

import errno
import json
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from eligibility.commands.console import console, note, note_error, print_json
from eligibility.words import Words

if TYPE_CHECKING:
    from types import FrameType

    from eligibility.commands.batching import Asked
    from eligibility.page import Section
    from eligibility.population import Population, Step

REJECTS, FAULT, INTERRUPTED = 4, 5, 130
_BROKEN = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS}
"""What the system says of a disk that is full or broken."""
_AGAIN = Words(
    "做完的都已保存，加 --resume 再运行一次即可接着做", "what is finished is kept: run it again with --resume"
)
_MINUTE, _HOUR = 60, 3600


def run(asked: Asked, output: str) -> int:
    """Screens the tables, tells what they come to, and returns the exit code."""
    from eligibility.population import screen_tables
    from eligibility.runs.rejects import MiscountedError

    lang = asked.said
    try:
        with _stoppable(), ExitStack() as stack:
            done = screen_tables(
                asked.rules,
                asked.persons,
                output,
                households=asked.households,
                mapping=asked.mapping,
                options=asked.options,
                resume=asked.resume,
                each=_progress(stack, lang, quiet=asked.quiet),
                say=lambda words: note(words[lang]),
            )
    except KeyboardInterrupt:
        note(Words(f"已中断；{_AGAIN.zh}", f"interrupted; {_AGAIN.en}")[lang])
        return INTERRUPTED
    except MiscountedError as error:
        note_error(error, lang)
        return FAULT
    except OSError as error:
        if error.filename is not None and error.errno not in _BROKEN:
            raise
        words = Words(
            f"`{output}` 写不下去：磁盘已满或出错", f"`{output}` cannot be written: the disk is full or broken"
        )
        note(Words(f"{words.zh}；{_AGAIN.zh}", f"{words.en}; {_AGAIN.en}")[lang])
        return FAULT
    tell(asked, done)
    return REJECTS if done.counts.refused else 0


@contextmanager
def _stoppable() -> Iterator[None]:
    """Lets Ctrl-C, and whoever ends the process politely, be heard once: what then closes the run is not disturbed."""

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        # Polars hears Ctrl-C by itself in the midst of its work, and Python hears the same one after it.
        if not isinstance(sys.exception(), KeyboardInterrupt):
            raise KeyboardInterrupt

    heard = [each for each in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, stop) for each in heard}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _progress(stack: ExitStack, lang: str, *, quiet: bool) -> Callable[[Step], None]:
    """Returns what shows how far a run has come: a line on a terminal, and nothing elsewhere."""
    screen = console(stderr=True)
    if quiet or not screen.is_terminal:
        return lambda _: None
    from rich.progress import Progress, TextColumn

    bar = stack.enter_context(Progress(TextColumn("{task.description}"), console=screen, transient=True))
    task, begun, kept = bar.add_task(Words("正在读表", "reading the tables")[lang]), time.monotonic(), 0

    def show(step: Step) -> None:
        nonlocal kept
        kept = step.rows if step.kept else kept
        bar.update(task, description=progress(step, kept, time.monotonic() - begun)[lang])

    return show


def progress(step: Step, kept: int, seconds: float) -> Words:
    """Returns how far a run has come, how fast it is, and how long it will take.

    Args:
        step: how far.
        kept: the rows of it that an earlier run had done.
        seconds: since this one began.
    """
    pace = (step.rows - kept) / seconds if seconds else 0
    zh, en = f"{step.rows:,} 行", f"{step.rows:,} rows"
    if step.total:
        share = f"{100 * step.rows // step.total}%"
        zh, en = f"{share}，{step.rows:,}/{step.total:,} 行", f"{share}, {step.rows:,} of {step.total:,} rows"
    if pace:
        zh, en = f"{zh}，每秒 {pace:,.0f} 行", f"{en}, {pace:,.0f} a second"
        if step.total:
            left = _clock((step.total - step.rows) / pace)
            zh, en = f"{zh}，还要 {left}", f"{en}, {left} left"
    return Words(zh, en)


def _clock(seconds: float) -> str:
    """Returns a time as clocks show it."""
    hours, rest = divmod(round(seconds), _HOUR)
    return f"{hours}:{rest // _MINUTE:02}:{rest % _MINUTE:02}" if hours else f"{rest // _MINUTE}:{rest % _MINUTE:02}"


def tell(asked: Asked, done: Population) -> None:
    """Prints what a run came to: for people, or for machines where the files are for machines too."""
    if asked.form == "json":
        found = json.loads(done.manifest.written())
        print_json({key: value for key, value in found.items() if key != "pieces"})
        return
    from eligibility.commands.terminal import show

    show(list(_sections(asked, done)), console())


def _sections(asked: Asked, done: Population) -> Iterator[Section]:
    """Yields the closing screen."""
    from eligibility import speech
    from eligibility.page import Section, Table

    lang, counts, basis = asked.said, done.counts, done.manifest.basis
    file = asked.rules.pack.contents.file
    day, digest = speech.day(basis.as_of, lang), basis.digest.removeprefix("sha256:")[:12]

    def say(zh: str, en: str) -> str:
        return Words(zh, en)[lang]

    lines = (
        say(f"按{day}的规定（初筛，不是审批决定）", f"as of {day}; a first screening, not a decision"),
        say(f"规则包：{file.id} {file.version}（摘要 {digest}）", f"rules: {file.id} {file.version} ({digest})"),
        say(
            f"{counts.persons:,} 人，{counts.households:,} 户",
            f"persons {counts.persons:,}, households {counts.households:,}",
        ),
        say(
            f"读入 {counts.rows:,} 行：结果里 {counts.answered:,} 行，被拒 {counts.refused:,} 行",
            f"rows read {counts.rows:,}: {counts.answered:,} in the results, {counts.refused:,} refused",
        ),
    )
    yield Section(say("批量筛查已完成", "The tables are screened"), lines)
    names = ("eligible", "undetermined", "ineligible")
    rows = tuple((speech.OUTCOMES[name][lang], f"{getattr(counts, name):,}") for name in names)
    head = (say("结果", "result"), say("项次", "answers"))
    yield Section(say("结果", "Answers"), (Table(head, rows, ("true", "unknown", "false")),))
    place = done.folder.as_posix()
    hints = [
        say(
            "查一行的理由：同样的命令加 --explain 文件:行",
            "why a row came out so: the same command with --explain FILE:ROW",
        )
    ]
    if counts.refused:
        again = say(
            "被拒的行在 rejects.csv；改正后换一个文件夹再筛",
            "rows that were refused are in rejects.csv: correct them, and screen again into another folder",
        )
        hints.insert(0, again)
    place = done.folder.as_posix()
    yield Section(say(f"文件在 {place}", f"Files in {place}"), (tuple(_files(done, lang)), *hints))
    yield Section(say("请注意", "Please note"), (file.notice[lang], file.objection[lang]))


_WHAT = {
    "manifest": Words("依据和校验值", "what it rests on, and digests"),
    "determinations": Words("每项结果一行", "a row for each answer"),
    "persons": Words("每人一行", "a row for each person"),
    "households": Words("每户一行", "a row for each household"),
    "wide": Words("每人、每户一行", "a row for each person and household"),
    "entitlements": Words("各事项的名称和代码", "names and codes of the entitlements"),
    "rejects": Words("被拒的行和原因", "rows that were refused, and why"),
    "remarks": Words("读表时的说明", "what was taken for what"),
    "summary": Words("汇总", "totals"),
    "report": Words("汇总报告", "the totals as a page with charts"),
    "coming": Words("90 天内将符合或不再符合的", "who becomes entitled, or ceases to be, within 90 days"),
    "take-up": Words("应享未享、不应享而享", "who is entitled and receives nothing, and who not"),
}
"""What the files of a run are."""


def _files(done: Population, lang: str) -> Iterator[str]:
    """Yields where the results are: each file of the whole, and each folder that the chunks fill."""
    inside = {*done.manifest.files, *(name for piece in done.manifest.pieces for name in piece.files)}
    places = {name if "/" not in name else f"{Path(name).parent.as_posix()}/" for name in inside}
    for place in sorted({"manifest.json", *places}):
        what = _WHAT.get(Path(place).stem)
        yield place + (Words(f"：{what.zh}", f": {what.en}")[lang] if what else "")
