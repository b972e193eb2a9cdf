"""`watch` as a person runs it: streams, exit codes, schemas, and that no value of a person is told."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from families import ROOT, run
from jsonschema import Draft202012Validator
from watching import happened, opened, written

from eligibility.casebook import Casebook

EVENTS = str(ROOT / "examples/events/wei.jsonl")
MARKER = "Zzmarkerzz"
GOOD = opened("x", "2017-01-10", {"id": "a", "birth_date": "1950-05-05"}, dibao="none")


def schema(what: str, *more: str) -> Draft202012Validator:
    """Returns the validator of a published schema."""
    found = json.loads(run("schema", what, *more).stdout)
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


def test_every_line_out_has_the_published_shape(tmp_path: Path) -> None:
    """What goes to standard output is what goes to a file, and each line fits `schema change`."""
    printed = run("watch", EVENTS, "--store", ":memory:", "--until", "2023-10-01").stdout
    path = tmp_path / "out.jsonl"
    done = run("watch", EVENTS, "--store", str(tmp_path / "s.db"), "-o", str(path), "--until", "2023-10-01")
    validator = schema("change")

    assert (done.returncode, done.stdout, path.read_bytes()) == (0, b"", printed)
    lines = [json.loads(line) for line in printed.splitlines()]
    assert {each["change"] for each in lines} == {"gained", "lost", "amount_changed", "undetermined", "settled"}
    assert [error.message for line in lines for error in validator.iter_errors(line)] == []
    assert all(line["reasons"] and line["clauses"] for line in lines)


def test_the_event_schema_accepts_what_the_program_accepts() -> None:
    """Each event of the example fits `schema event`, in one of its shapes alone."""
    validator = schema("event")

    for line in (ROOT / EVENTS).read_text("utf-8").splitlines():
        assert [error.message for error in validator.iter_errors(json.loads(line))] == []


@pytest.mark.parametrize(
    "event",
    [
        happened("e", "job_lots", "2020-01-01", member="a"),
        happened("e", "job_lost", "2020-01-01"),
        happened("e", "job_lost", "2020-01-01", member="a", membr="b"),
        happened("e", "facts_changed", "2020-01-01", household={"dibao": "suburban"}),
        happened("e", "guarantee_granted", "2020-01-01", to="urban", facts={"monthly_income": 1}),
        {"id": "e", "event": "case_closed", "day": "2020-01-01"},
    ],
)
def test_the_event_schema_refuses_what_the_program_refuses(event: dict[str, Any]) -> None:
    """An unknown kind, a field too many or too few, and a wrong value fail the schema as they fail the program."""
    done = run("watch", "-", "--store", ":memory:", given=written([GOOD, event]))

    assert done.returncode == 4
    assert list(schema("event").iter_errors(event)) != []


def test_the_event_schema_speaks_another_pack() -> None:
    """The facts of an event are those of the pack."""
    validator = schema("event", "--pack", "examples/packs/heating")

    assert list(validator.iter_errors(happened("e", "facts_changed", "2020-01-01", household={"dibao": "none"}))) != []


def test_a_run_that_is_repeated_says_so_and_writes_nothing(tmp_path: Path) -> None:
    """The same input once more: every event was taken earlier, the file stays as it is."""
    arguments = ("watch", EVENTS, "--store", str(tmp_path / "s.db"), "-o", str(tmp_path / "out"), "--lang", "en")
    run(*arguments)
    before = (tmp_path / "out").read_bytes()
    again = run(*arguments)

    assert (again.returncode, (tmp_path / "out").read_bytes()) == (0, before)
    assert b"0 taken, 10 taken earlier" in again.stderr


def test_refused_events_end_with_4_each_time(tmp_path: Path) -> None:
    """Some events refused end with 4, and so does the next run over the same input; both say why, in both languages."""
    given = written([GOOD, happened("e", "job_lost", "2017-02-01", member="zz"), "oops"])
    for lang in ("zh", "en"):
        done = run("watch", "-", "--store", str(tmp_path / "s.db"), "--lang", lang, given=given)
        told = done.stderr.decode()
        assert done.returncode == 4
        assert "<stdin>:2:" in told
        assert "<stdin>:3:1" in told
        assert re.search(r"拒绝 2|2 refused", told)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["watch", EVENTS], 2),
        (["watch", "nosuch.jsonl", "--store", ":memory:"], 2),
        (["watch", "examples", "--store", ":memory:"], 2),
        (["watch", EVENTS, "--store", "nosuch/s.db"], 2),
        (["watch", EVENTS, "--store", "examples"], 2),
        (["watch", EVENTS, "--store", "README.md"], 2),
        (["watch", EVENTS, "--store", ":memory:", "-o", "README.md"], 2),
        (["watch", EVENTS, "--store", ":memory:", "-o", "/dev/null"], 2),
        (["watch", EVENTS, "--store", ":memory:", "-o", EVENTS], 2),
        (["watch", EVENTS, "--store", ":memory:", "--only", "nosuch"], 2),
        (["watch", EVENTS, "--store", ":memory:", "--until", "soon"], 2),
        (["watch", EVENTS, "--store", ":memory:", "--engine", "third"], 2),
        (["watch", EVENTS, "--store", ":memory:", "--pack", "examples"], 3),
    ],
)
def test_a_call_ends_with_its_code(arguments: list[str], code: int) -> None:
    """What cannot be opened, and what is asked for and does not exist, ends with its code, and nothing is written."""
    readme = (ROOT / "README.md").read_bytes()
    done = run(*arguments)

    assert (done.returncode, done.stdout) == (code, b"")
    assert done.stderr
    for word in (b"Traceback", b'File "'):
        assert word not in done.stderr
    assert (ROOT / "README.md").read_bytes() == readme
    for name in ("README.md.lock", "examples.lock"):
        (ROOT / name).unlink(missing_ok=True)


def test_a_second_watcher_is_refused(tmp_path: Path) -> None:
    """While one process watches with a store, another one is refused with 2; as soon as it is killed the store is free."""
    store = str(tmp_path / "s.db")
    first = subprocess.Popen(
        [sys.executable, "cli.py", "watch", "-", "--store", store],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert first.stdin is not None
    assert first.stdout is not None
    first.stdin.write(written([GOOD]))
    first.stdin.flush()
    assert json.loads(first.stdout.readline())["case"] == "x"  # a line comes out while the input stays open
    second = run("watch", EVENTS, "--store", store, "--lang", "en")
    first.kill()
    first.communicate()
    third = run("watch", EVENTS, "--store", store)

    assert second.returncode == 2
    assert b"another process watches" in second.stderr
    assert third.returncode == 0


def test_an_interrupt_ends_with_130_and_loses_nothing(tmp_path: Path) -> None:
    """Ctrl-C while it waits for more ends with 130; what was told is told, and the next run goes on."""
    store, path = str(tmp_path / "s.db"), tmp_path / "out.jsonl"
    process = subprocess.Popen(
        [sys.executable, "cli.py", "watch", "-", "--store", store, "-o", str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - the test has no threads
    )
    assert process.stdin is not None
    process.stdin.write(written([GOOD]))
    process.stdin.flush()
    for _ in range(300):
        if path.exists() and path.stat().st_size:
            break
        time.sleep(0.1)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    before = path.read_bytes()
    again = run("watch", "-", "--store", store, "-o", str(path), given=written([GOOD]))

    assert (process.returncode, again.returncode, path.read_bytes()) == (130, 0, before)
    assert b"Traceback" not in told


def test_a_full_disk_ends_with_5(tmp_path: Path) -> None:
    """Where the output cannot be written it ends with 5 and says that a new run goes on; then it does."""
    small = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (60000, 60000)); sys.argv[0] = 'cli.py'; from eligibility.commands import main; main()"
    arguments = ["watch", EVENTS, "--store", str(tmp_path / "s.db"), "-o", str(tmp_path / "out"), "--lang", "en"]
    environment = {name: os.environ[name] for name in ("PATH", "ELIGIBILITY_CACHE", "PYTHONPATH") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", small, *arguments], cwd=ROOT, env=environment, capture_output=True, check=False
    )
    again = run(*arguments)
    whole = run("watch", EVENTS, "--store", ":memory:").stdout

    assert done.returncode == 5, done.stderr
    assert b"run it again" in done.stderr
    assert again.returncode == 0
    assert (tmp_path / "out").read_bytes() == whole


def test_watching_one_entitlement(tmp_path: Path) -> None:
    """`--only` tells of one entitlement alone; another choice the next time is as another law, and tells the rest."""
    arguments = ("watch", EVENTS, "--store", str(tmp_path / "s.db"), "--until", "2020-01-01")
    one = run(*arguments, "--only", "fee-free-preschool").stdout
    more = run(*arguments, "--only", "fee-free-preschool", "--only", "severe-disability-nursing-subsidy").stdout

    assert {json.loads(line)["entitlement"] for line in one.splitlines()} == {"fee-free-preschool"}
    (told,) = (json.loads(line) for line in more.splitlines())
    assert (told["entitlement"], told["cause"]["kind"]) == ("severe-disability-nursing-subsidy", "law")


def test_no_second_engine_is_a_usage_error_that_says_so() -> None:
    """Asked for a second engine, it answers with it or says that there is none."""
    only = ("--only", "fee-free-preschool", "--until", "2018-01-01")
    done = run("watch", EVENTS, "--store", ":memory:", "--engine", "both", "--lang", "en", *only)

    assert done.returncode in {0, 2}
    assert done.returncode == 0 or b"no second engine" in done.stderr


@pytest.mark.parametrize(
    "event",
    [
        f'{{"id": "{MARKER} {MARKER}", "event": "case_closed", "case": "x", "day": "2020-01-01"}}',
        f'{{"id": "e", "event": "{MARKER}", "case": "x", "day": "2020-01-01"}}',
        f'{{"id": "e", "event": "case_closed", "case": "x", "day": "{MARKER}"}}',
        f'{{"id": "e", "event": "member_died", "case": "x", "day": "2020-01-01", "member": "{MARKER}"}}',
        f'{{"id": "e", "event": "member_moved", "case": "x", "day": "2020-01-01", "member": "a", "to": "{MARKER}"}}',
        f'{{"id": "e", "event": "facts_changed", "case": "x", "day": "2020-01-01", "members": [{{"id": "a", "name": ["{MARKER}"]}}]}}',
        f'{{"id": "e", "event": "certificate_issued", "case": "x", "day": "2020-01-01", "member": "a", "certificate": "{MARKER}"}}',
        f'{{"id": "e", "event": "member_joined", "case": "x", "day": "2020-01-01", "newcomer": {{"id": "b", "resident_id": "{MARKER}"}}}}',
        f'{{"id": "e", {MARKER}',
        f'{{"id": "e", "event": "law_changed", "day": "2020-01-01", "pack": "{MARKER}"}}',
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_value_of_an_event_is_told(event: str, lang: str) -> None:
    """Whatever is wrong with an event, no word of it but its keys comes back."""
    done = run("watch", "-", "--store", ":memory:", "--lang", lang, given=written([GOOD, event]))

    assert done.returncode == 4
    assert MARKER.encode() not in done.stderr + done.stdout
    assert b"<stdin>:2:" in done.stderr


def test_a_line_that_does_not_end_is_refused_and_not_kept_in_memory() -> None:
    """A line over the limit is refused by its number, and the next one is taken."""
    given = b'{"id": "' + b"x" * 3_000_000 + b'"}\n' + written([GOOD])
    done = run("watch", "-", "--store", ":memory:", "--lang", "en", given=given)

    assert done.returncode == 4
    assert b"<stdin>:1:1: this line is over 1,000,000 bytes" in done.stderr
    assert b"1 taken" in done.stderr


def test_text_for_people_stays_inside_the_width() -> None:
    """In both languages each line for people fits into 80 columns, and the first words say what happened."""
    for lang, word in (("zh", "获得"), ("en", "gained")):
        done = run("watch", EVENTS, "--store", ":memory:", "--format", "text", "--lang", lang)
        lines = done.stdout.decode().splitlines()
        assert word in lines[0] or any(word in line for line in lines)
        assert all(len(line) <= 80 for line in lines)


def test_a_byte_order_mark_and_windows_line_ends_are_taken() -> None:
    """What an editor on Windows writes is read."""
    given = b"\xef\xbb\xbf" + written([GOOD]).replace(b"\n", b"\r\n")

    assert run("watch", "-", "--store", ":memory:", given=given).returncode == 0


def test_gbk_is_refused_by_name() -> None:
    """A line in GBK is refused, and the reason names it."""
    given = json.dumps({"id": "e", "event": "结案"}, ensure_ascii=False).encode("gbk") + b"\n"
    done = run("watch", "-", "--store", ":memory:", given=given)

    assert done.returncode == 4
    assert b"GBK" in done.stderr


@pytest.mark.slow
def test_the_benchmark_runs() -> None:
    """The benchmark measures a handful of events and says so in a table with a row for each engine."""
    command = [sys.executable, "benchmarks/watch.py", "--cases", "2", "--events", "8", "--sample", "4"]
    environment = {name: os.environ[name] for name in ("PATH", "ELIGIBILITY_CACHE", "PYTHONPATH") if name in os.environ}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr.decode()
    rows = [line for line in done.stdout.decode().splitlines() if line.startswith(("| core", "| both"))]
    assert len(rows) == 2
    assert rows[0].startswith("| core | 8 |")


def test_what_is_due_is_found_by_an_index(tmp_path: Path) -> None:
    """The case that is due next is found without looking through all of them."""
    book = Casebook(tmp_path / "s.db")
    asked: list[str] = []
    book.database.set_trace_callback(asked.append)
    book.next_due(date(2020, 1, 1))
    book.database.set_trace_callback(None)
    plan = book.database.execute(f"EXPLAIN QUERY PLAN {asked[-1]}").fetchall()
    book.close()

    assert any("cases_due" in row[-1] for row in plan)
    assert not any("TEMP B-TREE" in row[-1] for row in plan)


@pytest.mark.parametrize("link", ["symlink_to", "hardlink_to"])
def test_one_store_under_two_names_is_one(tmp_path: Path, link: str) -> None:
    """A link to a store that is in use is refused as the store itself is, and so is a hard link at any time."""
    store, other = tmp_path / "a.db", tmp_path / "b.db"
    run("watch", EVENTS, "--store", str(store))
    getattr(other, link)(store)
    held = Casebook(store) if link == "symlink_to" else None

    done = run("watch", EVENTS, "--store", str(other), "--lang", "en")

    assert done.returncode == 2
    assert (b"another process" if held else b"another name") in done.stderr
    if held:
        held.close()


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal", ".lock"])
def test_the_output_is_no_file_of_the_store(tmp_path: Path, end: str) -> None:
    """What stands beside the store is never written over by the output."""
    store = str(tmp_path / "a.db")
    done = run("watch", EVENTS, "--store", store, "-o", store + end, "--lang", "en")

    assert done.returncode == 2
    assert b"files of their own" in done.stderr


def test_a_store_in_memory_leaves_nothing(tmp_path: Path) -> None:
    """`:memory:` writes nothing to the disk, neither beside it nor in the folder for temporary files."""
    done = run("watch", EVENTS, "--store", ":memory:", environment={"TMPDIR": str(tmp_path)}, folder=tmp_path)

    assert (done.returncode, done.stdout != b"", list(tmp_path.iterdir())) == (0, True, [])
