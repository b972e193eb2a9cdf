"""`batch` at work: progress, and what is kept when it is broken off."""

from __future__ import annotations

import errno
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from eligibility.commands.console import console, note, note_error
from eligibility.words import Words

if TYPE_CHECKING:
    from types import FrameType

    from eligibility.commands.batching import Asked
    from eligibility.population import Step

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
                own_day=asked.day is None,
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
    from eligibility.commands.closing import tell

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
    told = []
    if step.total:
        told.append(Words(share := f"{100 * step.rows // step.total}%", share))
    if step.total and pace:
        left = _clock((step.total - step.rows) / pace)
        told.append(Words(f"还要 {left}", f"{left} left"))
    if pace:
        told.append(Words(f"每秒 {pace:,.0f} 行", f"{pace:,.0f} rows a second"))
    # What stands last is cut off first on a narrow terminal.
    of = (f"/{step.total:,}", f" of {step.total:,}") if step.total else ("", "")
    told.append(Words(f"{step.rows:,}{of[0]} 行", f"{step.rows:,}{of[1]} rows"))
    return Words("，".join(each.zh for each in told), ", ".join(each.en for each in told))


def _clock(seconds: float) -> str:
    """Returns a time as clocks show it."""
    hours, rest = divmod(round(seconds), _HOUR)
    return f"{hours}:{rest // _MINUTE:02}:{rest % _MINUTE:02}" if hours else f"{rest // _MINUTE}:{rest % _MINUTE:02}"
