"""The command `batch` as a process: killed, interrupted, on a full disk, and beside another one."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from batches import tree
from families import ROOT, run

from eligibility.runs.disk import PART
from eligibility.runs.folder import Folder, read

ONLY = ["--only", "minimum-living-guarantee", "--only", "medical-assistance", "--only", "resident-pension"]


def city(folder: Path, homes: int, rows: int = 20) -> list[str]:
    """Writes tables of some households, and returns the arguments that screen them in small chunks; a folder follows."""
    persons = [
        {"household_id": f"h{at}", "id": f"m{other}", "birth_date": date(1930 + (at + 31 * other) % 85, 3, 1 + at % 28)}
        for at in range(homes)
        for other in range(1 + at % 3)
    ]
    households = [{"household_id": f"h{at}", "dibao": [None, "none", "urban"][at % 3]} for at in range(homes)]
    pl.DataFrame(persons).write_parquet(folder / "persons.parquet")
    pl.DataFrame(households).write_parquet(folder / "households.parquet")
    tables = [str(folder / "persons.parquet"), "--households", str(folder / "households.parquet")]
    return ["batch", *tables, "--as-of", "2017-12-31", *ONLY, "--chunk-rows", str(rows), "--lang", "en", "-o"]


def begun(arguments: list[str], limit: Callable[[], None] | None = None) -> subprocess.Popen[bytes]:
    """Starts the command, deaf to nothing, whatever those who run the tests have switched off."""

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if limit is not None:
            limit()

    return subprocess.Popen(
        [sys.executable, "cli.py", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=prepare,  # noqa: PLW1509 - the tests have no threads
    )


def kill_often(folder: Path, kills: int, homes: int = 150) -> None:
    """Kills the command at random moments until it was killed so often, each time in the same folder as before."""
    arguments, start = city(folder, homes), time.monotonic()
    assert run(*arguments, str(folder / "whole")).returncode == 0
    whole, seconds = tree(folder / "whole"), time.monotonic() - start
    draw, done, runs = random.Random(7), 0, 0  # noqa: S311 - moments, no secret
    while done < kills:
        runs += 1
        out = folder / f"{runs}"
        while True:
            process = begun([*arguments, str(out), "--resume"])
            try:
                process.communicate(timeout=draw.uniform(0.4, 1.1) * seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                done += 1
                continue
            assert process.returncode == 0
            break
        assert tree(out) == whole


def test_a_run_that_is_killed(tmp_path: Path) -> None:
    """Killed at random moments and started again, the command writes what an undisturbed run writes."""
    kill_often(tmp_path, 1, homes=60)


@pytest.mark.slow
def test_a_run_that_is_killed_a_hundred_times(tmp_path: Path) -> None:
    """After a hundred kills at random moments every folder is, byte by byte, that of an undisturbed run."""
    kill_often(tmp_path, 100)


def wait_for_a_chunk(out: Path) -> None:
    """Returns when the first chunk is finished."""
    for _ in range(3000):
        found = read(out)
        if found and found.pieces:
            return
        time.sleep(0.01)
    pytest.fail("no chunk is finished")


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_an_interrupt_keeps_what_is_finished(number: signal.Signals, tmp_path: Path) -> None:
    """Ctrl-C or a polite end leave whole chunks and no scratch, say how to go on, end with 130, and lose nothing."""
    arguments = city(tmp_path, 40, rows=4)
    out = tmp_path / "out"
    process = begun([*arguments, str(out)])
    wait_for_a_chunk(out)
    process.send_signal(number)
    told = process.communicate(timeout=60)[1].decode()
    left = read(out)

    assert process.returncode == 130
    assert "--resume" in told
    assert "Traceback" not in told
    assert left is not None
    assert not left.complete
    assert [path for path in out.rglob("*") if path.name.endswith(PART) or path.name == ".work"] == []
    again = run(*arguments, str(out), "--resume")
    assert again.returncode == 0
    assert f"going on: {left.counts.rows:,} rows".encode() in again.stderr
    run(*arguments, str(tmp_path / "whole"))
    assert tree(out) == tree(tmp_path / "whole")


def test_a_second_writer_is_refused_at_once(tmp_path: Path) -> None:
    """While one process writes to a folder another one ends with 2, and the folder stays as it is."""
    arguments, out = city(tmp_path, 6), tmp_path / "out"
    with Folder(out):
        done = run(*arguments, str(out), "--resume")
    assert done.returncode == 2
    assert b"another run is writing" in done.stderr
    assert run(*arguments, str(out)).returncode == 0


def test_a_file_that_may_grow_no_further(tmp_path: Path) -> None:
    """Where the system ends a write, the command ends with 5, no half-written file is there, and it goes on later."""
    arguments, out = city(tmp_path, 40, rows=5), tmp_path / "out"
    process = begun([*arguments, str(out)], lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (7000, 7000)))
    stdout, stderr = process.communicate(timeout=120)

    assert (process.returncode, stdout) == (5, b"")
    assert b"full or broken" in stderr
    assert b"Error" not in stderr
    check_goes_on(arguments, out, tmp_path / "whole")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Gives a disk of 96 kB, where the tests may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", str(place)]
    if os.name != "posix" or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)  # noqa: S607 - whichever there is


@pytest.mark.slow
def test_a_small_disk(small_disk: Path, tmp_path: Path) -> None:
    """On a disk that is really full the command ends with 5, and with room again it goes on to the same bytes."""
    arguments, out = city(tmp_path, 200), small_disk / "out"
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"0" * 40_000)
    done = run(*arguments, str(out))

    assert (done.returncode, done.stdout) == (5, b"")
    assert b"full or broken" in done.stderr
    ballast.unlink()
    subprocess.run(["mount", "-o", "remount,size=9m", str(small_disk)], check=True)  # noqa: S607 - whichever there is
    check_goes_on(arguments, out, tmp_path / "whole")


def check_goes_on(arguments: list[str], out: Path, whole: Path) -> None:
    """Looks at what a full disk left, and goes on."""
    left = read(out)
    assert left is not None
    assert left.pieces
    assert not left.complete
    assert [path for path in out.rglob("*") if path.name.endswith(PART)] == []
    assert run(*arguments, str(out), "--resume").returncode == 0
    assert run(*arguments, str(whole)).returncode == 0
    assert tree(out) == tree(whole)


def test_the_machine_does_not_show(tmp_path: Path) -> None:
    """One core or several, another time zone, another order of hashes, another language of the system: the same bytes."""
    arguments = city(tmp_path, 60)
    office = {"POLARS_MAX_THREADS": "1", "PYTHONHASHSEED": "7", "TZ": "America/New_York", "LANG": "zh_CN.UTF-8"}
    assert run(*arguments, str(tmp_path / "one"), environment=office).returncode == 0
    assert run(*arguments, str(tmp_path / "two"), environment={"PYTHONHASHSEED": "1"}).returncode == 0
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_a_closed_or_full_output(tmp_path: Path) -> None:
    """Where nobody can read the closing screen the command ends with 5 in one line, and the run is there all the same."""
    arguments, out = city(tmp_path, 6), tmp_path / "out"
    line = " ".join([sys.executable, "cli.py", *arguments])
    closed = subprocess.run(["bash", "-c", f"{line} {tmp_path}/never >&-"], cwd=ROOT, capture_output=True, check=False)  # noqa: S607 - whichever there is
    full = subprocess.run(["bash", "-c", f"{line} {out} >/dev/full"], cwd=ROOT, capture_output=True, check=False)  # noqa: S607 - likewise

    assert [closed.returncode, full.returncode] == [5, 5]
    assert [len(done.stderr.splitlines()) for done in (closed, full)] == [1, 1]
    assert not (tmp_path / "never").exists()
    found = read(out)
    assert found is not None
    assert found.complete
