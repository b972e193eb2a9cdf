"""A watcher in this process, for the tests of `watch`: events as Python has them in, lines out as JSON has them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from eligibility import RulePack
from eligibility.casebook import Casebook
from eligibility.changes import Change, as_data
from eligibility.course import Course, Said, Summary
from eligibility.examining import Engine
from eligibility.monitor import Line, Monitor
from eligibility.outlet import Disk, FileOutlet, Mark
from eligibility.secondopinion import SecondOpinion

LATEST = date(2030, 12, 31)


@dataclass
class Watched:
    """What a run came to: its lines, what it said, and its summary."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    summary: Summary = field(default_factory=Summary)

    def changes(self) -> list[tuple[str, str, str, str]]:
        """Returns each line as day, kind of change, entitlement and subject."""
        return [(each["day"], each["change"], each["entitlement"], each["subject"]) for each in self.lines]


def written(events: Iterable[Any]) -> bytes:
    """Returns events as JSON Lines; a text stands for itself."""
    return "".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in events).encode()


def watch(  # noqa: PLR0913 - what the options of the command say
    pack: RulePack,
    events: Iterable[Any],
    folder: Path,
    *,
    until: date | None = None,
    engine: Engine = "core",
    second: SecondOpinion | None = None,
    disk: Disk | None = None,
    others: dict[str, RulePack] | None = None,
    latest: date = LATEST,
    only: tuple[str, ...] = (),
) -> Watched:
    """Runs events through the store in a folder; `others` are the packs that events may name."""
    found, packs = Watched(), others or {}

    def say(said: Said) -> None:
        found.said.append(said.error.text("en") if said.error else said.words.en)

    def load(name: str | None, _: Sequence[str]) -> RulePack:
        if (short := name and Path(name).name) not in packs:
            raise OSError(name)
        return packs[short]

    path = folder / "changes.jsonl"
    with ExitStack() as stack:
        book = Casebook(folder / "cases.db", disk)
        stack.callback(book.close)
        known = book.mark(path)
        out = FileOutlet(path, known, book.disk)
        stack.callback(out.close)
        if known is None:
            book.set_mark(path, Mark())
            book.commit()
        before = out.mark.length
        course = Course(book, pack, out, _written, say, load, latest, engine, second, only)
        lines = [Line(number, raw) for number, raw in enumerate(written(events).split(b"\n"), 1) if raw.strip()]
        found.summary = Monitor(course, "events.jsonl").run(lines, until)
    found.lines = [json.loads(line) for line in path.read_bytes()[before:].splitlines()]
    return found


def _written(change: Change, _: RulePack) -> str:
    return json.dumps(as_data(change))


def opened(case: str, day: str, *members: dict[str, Any], id: str = "", **household: Any) -> dict[str, Any]:  # noqa: ANN401 - facts of any type
    """Returns the event that opens a case."""
    profile = {"household": household, "members": list(members)}
    return {"id": id or f"open-{case}", "event": "case_opened", "case": case, "day": day, "profile": profile}


def happened(id: str, event: str, day: str, case: str = "x", **said: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of any form
    """Returns an event of a case."""
    return {"id": id, "event": event, "case": case, "day": day, **said}
