"""The store and the file: whatever fails, and whenever, no event is lost and no line is written twice."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from io import FileIO
from pathlib import Path
from typing import Any

import pytest
from families import ROOT
from packs_for_tests import rule
from watching import happened, opened, watch, written

from eligibility import BadChoice, RulePack
from eligibility.casebook import Casebook
from eligibility.outlet import Disk, FileOutlet, Mark

Make = Callable[..., RulePack]
UNTIL = date(2021, 6, 1)
EVENTS: list[Any] = [
    *(
        opened(f"c{at}", "2020-01-10", {"id": "a", "birth_date": f"2014-0{at + 1}-05"}, status="none")
        for at in range(4)
    ),
    happened("e1", "facts_changed", "2020-02-10", "c0", household={"status": "urban"}),
    "{broken",
    happened("e2", "facts_changed", "2020-02-01", "c0", household={"status": "rural"}),
    happened("e3", "child_born", "2020-03-01", "c1", newcomer={"id": "b"}),
    happened("e1", "facts_changed", "2020-02-10", "c0", household={"status": "urban"}),
    happened("e4", "facts_changed", "2020-09-01", "c2", household={"status": None}),
    happened("e5", "case_closed", "2020-10-01", "c3"),
    happened("e6", "member_left", "2020-11-01", "c1", member="a"),
]


def pack(make: Make) -> RulePack:
    """Returns a pack with a rule about an age and one about a status."""
    status = {"status": 'status in {"urban", "rural"}'}
    return make(
        rules={
            "young": rule("young", criteria={"child": "age < 6"}),
            "poor": rule("poor", subject="household", criteria=status),
        }
    )


class PowerCutError(Exception):
    """The machine stops."""


class Failing(Disk):
    """A disk on which the nth step fails: before it is done, when half of it is done, or just after."""

    def __init__(self, at: int, how: str) -> None:
        """Counts from 1; 0 never fails."""
        self.at, self.how, self.steps = at, how, 0

    def step(self, act: Callable[[], Any], half: Callable[[], Any] | None = None) -> Any:  # noqa: ANN401 - what the act returns
        """Does one step, or fails."""
        self.steps += 1
        if self.steps != self.at:
            return act()
        if self.how == "half" and half is not None:
            half()
        elif self.how == "after":
            act()
        raise PowerCutError

    def write(self, file: FileIO, data: bytes) -> None:
        """Writes all, half, or nothing."""
        write = super().write
        self.step(lambda: write(file, data), lambda: write(file, data[: len(data) // 2]))

    def sync(self, file: FileIO) -> None:
        """Syncs or fails."""
        sync = super().sync
        self.step(lambda: sync(file))

    def run(self, database: sqlite3.Connection, statement: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        """Runs a statement or fails."""
        run = super().run
        found: sqlite3.Cursor = self.step(lambda: run(database, statement, values))
        return found

    def commit(self, database: sqlite3.Connection) -> None:
        """Commits or fails."""
        commit = super().commit
        self.step(lambda: commit(database))


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets little stand in one transaction, so that a failure finds some work kept and some not."""
    monkeypatch.setattr("eligibility.course.BATCH", 3)


def undisturbed(rules: RulePack, folder: Path) -> tuple[bytes, int]:
    """Returns the file of a run that nothing disturbs, and how many steps it took."""
    folder.mkdir()
    disk = Failing(0, "")
    watch(rules, EVENTS, folder, until=UNTIL, disk=disk)
    return (folder / "changes.jsonl").read_bytes(), disk.steps


def check_every(make: Make, folder: Path, every: int, how: str) -> None:
    """Lets each step fail in turn, runs again until it is done, and compares the files."""
    rules = pack(make)
    whole, steps = undisturbed(rules, folder / "whole")
    assert whole.count(b"\n") > 8
    assert steps > 50
    for at in range(1 + steps % every, steps + 1, every):
        here = folder / f"{how}{at}"
        here.mkdir()
        with pytest.raises(PowerCutError):
            watch(rules, EVENTS, here, until=UNTIL, disk=Failing(at, how))
        again = watch(rules, EVENTS, here, until=UNTIL)
        assert (here / "changes.jsonl").read_bytes() == whole, f"step {at} failing {how}"
        assert (again.summary.refused, again.summary.events) == (2, len(EVENTS))


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("how", ["before", "half", "after"])
def test_some_steps_fail(how: str, make: Make, tmp_path: Path) -> None:
    """A write, a sync or a commit that fails leaves nothing behind that the next run does not put right."""
    check_every(make, tmp_path, 6, how)


@pytest.mark.slow
@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("how", ["before", "half", "after"])
def test_every_step_fails(how: str, make: Make, tmp_path: Path) -> None:
    """Each write, sync, statement and commit fails in turn, and the file comes out the same, byte by byte."""
    check_every(make, tmp_path, 1, how)


@pytest.mark.slow
@pytest.mark.usefixtures("small_batches")
def test_failures_upon_failures(make: Make, tmp_path: Path) -> None:
    """Where every run fails at the same step, as long as a run gets that far, all is done in the end and written once."""
    rules = pack(make)
    whole, steps = undisturbed(rules, tmp_path / "whole")
    for every in (29, 37, 43):
        here = tmp_path / f"every{every}"
        here.mkdir()
        for _ in range(steps):
            try:
                watch(rules, EVENTS, here, until=UNTIL, disk=Failing(every, "half"))
            except PowerCutError:
                assert whole.startswith(_whole_lines(here / "changes.jsonl"))
            else:
                break
        else:
            pytest.fail("no run gets on")
        assert (here / "changes.jsonl").read_bytes() == whole


def _whole_lines(path: Path) -> bytes:
    """Returns what a file holds up to the end of its last whole line."""
    data = path.read_bytes() if path.exists() else b""
    return data[: data.rfind(b"\n") + 1]


def killed(arguments: list[str], seconds: float) -> int:
    """Runs the command and kills it after some time; returns its code, negative where it was killed."""
    command = [sys.executable, "cli.py", "watch", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        return process.wait()


def kill_often(folder: Path, kills: int, families: int) -> None:
    """Kills the command at random moments until it was killed so often, each time with the same store as before."""
    events = folder / "events.jsonl"
    events.write_bytes(written(_many(families)))
    arguments = [str(events), "--until", "2019-12-31", "--store"]
    start = time.monotonic()
    assert killed([*arguments, str(folder / "whole.db"), "-o", str(folder / "whole.jsonl")], 600) == 0
    whole, seconds = (folder / "whole.jsonl").read_bytes(), time.monotonic() - start
    assert whole.count(b"\n") > 80
    draw, done, runs = random.Random(7), 0, 0  # noqa: S311 - moments, no secret
    while done < kills:
        runs += 1
        named = [str(folder / f"{runs}.db"), "-o", str(folder / f"{runs}.jsonl")]
        while killed([*arguments, *named], draw.uniform(0.3, 1) * seconds) != 0:
            done += 1
        assert (folder / f"{runs}.jsonl").read_bytes() == whole


def _many(families: int) -> list[dict[str, Any]]:
    """Returns the openings of some families of the Baiyin pack, and then an event of each."""
    found = [
        opened(f"c{at}", "2017-01-10", {"id": "a", "birth_date": f"19{50 + at % 40}-03-0{at % 9 + 1}"}, dibao="none")
        for at in range(families)
    ]
    return [
        *found,
        *(happened(f"g{at}", "guarantee_granted", "2018-03-01", f"c{at}", to="urban") for at in range(families)),
    ]


def test_a_watcher_that_is_killed(tmp_path: Path) -> None:
    """Killed twice at random moments and started again, the command writes what an undisturbed run writes."""
    kill_often(tmp_path, 2, 40)


@pytest.mark.slow
def test_a_watcher_that_is_killed_a_hundred_times(tmp_path: Path) -> None:
    """After a hundred kills at random moments every file is, byte by byte, that of an undisturbed run."""
    kill_often(tmp_path, 100, 60)


def test_one_store_has_one_watcher(tmp_path: Path) -> None:
    """Whoever opens a store that is held is refused, and it opens again as soon as the holder is gone."""
    first = Casebook(tmp_path / "cases.db")
    with pytest.raises(BadChoice, match="another process"):
        Casebook(tmp_path / "cases.db")
    first.close()
    Casebook(tmp_path / "cases.db").close()


def test_two_stores_do_not_write_one_file(tmp_path: Path) -> None:
    """A file that is being written is refused to another watcher, whatever its store."""
    path = tmp_path / "out.jsonl"
    first = FileOutlet(path, None, Disk())
    with pytest.raises(BadChoice, match="another process"):
        FileOutlet(path, None, Disk())
    first.close()


@pytest.mark.parametrize(
    ("text", "mark", "reason"),
    [
        ("somebody's\n", None, "holds something else"),
        ("", Mark(10, "x"), "shorter"),
        ("0123456789\n", Mark(10, "x"), "not the file"),
    ],
)
def test_a_file_that_is_not_ours_is_left_alone(text: str, mark: Mark | None, reason: str, tmp_path: Path) -> None:
    """A file with other content, one that was cut, and one that was swapped are refused and not touched."""
    path = tmp_path / "out.jsonl"
    path.write_text(text, "utf-8")
    with pytest.raises(BadChoice, match=reason):
        FileOutlet(path, mark, Disk())

    assert path.read_text("utf-8") == text


def test_a_file_that_was_taken_away_is_missed(make: Make, tmp_path: Path) -> None:
    """Where the file is gone that holds what was told, no other is begun under its name."""
    watch(pack(make), EVENTS[:6], tmp_path)
    (tmp_path / "changes.jsonl").rename(tmp_path / "first.jsonl")
    with pytest.raises(BadChoice, match="shorter"):
        watch(pack(make), EVENTS, tmp_path)


@pytest.mark.parametrize("content", [b"no database at all, but some text that is long enough to be read\n" * 40, None])
def test_a_store_that_is_none_is_left_alone(content: bytes | None, tmp_path: Path) -> None:
    """A file that is no database, and a database of something else, are refused and not touched."""
    path = tmp_path / "cases.db"
    if content is None:
        other = sqlite3.connect(path)
        other.execute("CREATE TABLE theirs (x)")
        other.commit()
        other.close()
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(BadChoice, match="no store"):
        Casebook(path)

    assert path.read_bytes()[:16] == before[:16]
    assert len(path.read_bytes()) == len(before)


def test_nobody_else_may_read_the_store(tmp_path: Path) -> None:
    """The store holds facts about people: it is made for its owner alone."""
    Casebook(tmp_path / "cases.db").close()

    assert (tmp_path / "cases.db").stat().st_mode & 0o077 == 0


def test_what_is_kept_is_kept_whole(tmp_path: Path) -> None:
    """What a store was told it tells when it is opened again."""
    book = Casebook(tmp_path / "cases.db")
    book.set("a", "甲")
    book.commit()
    book.set("b", "lost")
    book.close()
    again = Casebook(tmp_path / "cases.db")

    assert (again.get("a"), again.get("b"), again.run) == ("甲", None, 2)
    again.close()


def test_the_lines_of_a_file_are_json(make: Make, tmp_path: Path) -> None:
    """Every line of the file is an object with an id of its own."""
    watch(pack(make), EVENTS, tmp_path, until=UNTIL)
    lines = [json.loads(line) for line in (tmp_path / "changes.jsonl").read_bytes().splitlines()]

    assert len({line["event"] for line in lines}) == len(lines)


def test_what_the_store_does_not_vouch_for_is_cut_off(tmp_path: Path) -> None:
    """Whatever a run left behind after the last thing that was kept is gone before anything else is written."""
    path = tmp_path / "out.jsonl"
    first = FileOutlet(path, None, Disk())
    first.write("kept")
    mark = first.settle()
    first.write("left behind")
    first.close()
    FileOutlet(path, mark, Disk()).close()

    assert path.read_bytes() == b"kept\n"
