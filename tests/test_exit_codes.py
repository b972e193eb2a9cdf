"""Every exit code of the command line, as a table, and never a traceback."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from families import ROOT, run

from eligibility.commands import main, screen

LI = "examples/li-family.yaml"
MARKER = "Zzmarkerzz"
COMMAND = [sys.executable, "cli.py"]
ENVIRONMENT = {"LANG": "en_US.UTF-8"} | {
    name: os.environ[name] for name in ("PATH", "ELIGIBILITY_CACHE") if name in os.environ
}

TABLE = {
    "nobody is eligible": (["screen", "examples/ma-care.yaml"], 0),
    "help": (["screen", "--help"], 0),
    "version": (["--version"], 0),
    "no command": ([], 2),
    "unknown command": (["scren", LI], 2),
    "unknown option": (["screen", LI, "--onyl", "x"], 2),
    "option without value": (["screen", LI, "--only"], 2),
    "flag with a value": (["screen", LI, "--all=1"], 2),
    "unknown choice": (["screen", LI, "--format", "xml"], 2),
    "unknown language": (["screen", LI, "--lang", "fr"], 2),
    "no such day": (["screen", LI, "--as-of", "2017-02-30"], 2),
    "a day too early": (["screen", LI, "--as-of", "1948-12-31"], 2),
    "no profile": (["screen"], 2),
    "too many arguments": (["explain", LI, "fee-free-preschool", "child", "more"], 2),
    "unknown entitlement": (["screen", LI, "--only", "fee-free-prescool"], 2),
    "unknown subject": (["explain", LI, "fee-free-preschool", "chld"], 2),
    "missing file": (["screen", "nosuch.yaml"], 2),
    "one of two files missing": (["screen", LI, "nosuch.yaml"], 2),
    "folder for a file": (["screen", "examples"], 2),
    "file for a folder": (["screen", LI, "--pack", "cli.py"], 2),
    "missing pack": (["screen", LI, "--pack", "nosuch"], 2),
    "pack without pack.yaml": (["screen", LI, "--pack", "examples"], 3),
}


def check_quiet(stderr: bytes) -> None:
    """Checks that nothing of the machinery is told."""
    for word in (b"Traceback", b'File "', b"Error:", b"click", MARKER.encode()):
        assert word not in stderr, stderr.decode()


@pytest.mark.parametrize("name", list(TABLE))
def test_a_call_ends_with_its_code(name: str) -> None:
    """Each call of the table ends with its code, and what is wrong is told on standard error alone."""
    arguments, code = TABLE[name]
    done = run(*arguments)

    assert done.returncode == code, done.stderr.decode()
    assert (done.stdout == b"") is (code != 0)
    assert (done.stderr == b"") is (code == 0)
    check_quiet(done.stderr)


@pytest.mark.parametrize("name", [name for name, (_, code) in TABLE.items() if code == 2 and name != "no command"])
def test_usage_errors_come_in_both_languages(name: str) -> None:
    """A usage error is in Chinese unless English is asked for."""
    zh, en = (run(*TABLE[name][0], environment={"ELIGIBILITY_LANG": lang}).stderr.decode() for lang in ("zh", "en"))

    assert not zh.isascii()
    assert en.isascii()


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (["scren"], "`screen`"),
        (["screen", LI, "--onyl", "x"], "`--only`"),
        (["screen", LI, "--format", "xml"], "`json`"),
    ],
)
def test_usage_errors_say_what_was_meant(arguments: list[str], near: str) -> None:
    """A slip is answered with the nearest command, option or value."""
    assert near in run(*arguments).stderr.decode()


BAD = {
    "empty": b"",
    "only a comment": b"# nothing\n",
    "a list": b"- 1\n- 2\n",
    "a text": b"hello\n",
    "gbk": f"id: {MARKER}\nmembers: [{{id: a, name: 王}}]\n".encode("gbk"),
    "utf-16": f"id: {MARKER}\n".encode("utf-16"),
    "no yaml": f"members: [{{id: a, name: {MARKER}\n".encode(),
    "wrong county": f'members: [{{id: a, name: {MARKER}, hukou_county: "999999"}}]\n'.encode(),
    "unknown fact": f"members: [{{id: a, nam: {MARKER}}}]\n".encode(),
    "wrong value": f"members: [{{id: a, sex: {MARKER}}}]\n".encode(),
    "wrong resident number": f'members: [{{id: a, resident_id: "{MARKER}"}}]\n'.encode(),
    "two members alike": f"members: [{{id: {MARKER}}}, {{id: {MARKER}}}]\n".encode(),
    "duplicate key": f"id: {MARKER}\nid: {MARKER}\n".encode(),
    "a day out of range": b"as_of: 1900-01-01\nmembers: []\n",
    "json with NaN": b'{"members": [{"id": "a", "age": NaN}]}\n',
    "deeply nested": b"[" * 20_000,
    "a null byte": f"id: {MARKER}\0\n".encode(),
}


@pytest.mark.parametrize("command", ["screen", "validate", "explain"])
@pytest.mark.parametrize("name", list(BAD))
def test_a_bad_profile_ends_with_3(name: str, command: str, tmp_path: Path) -> None:
    """A profile that cannot be taken is told with its file, its values hidden, and 3."""
    path = tmp_path / "family.yaml"
    path.write_bytes(BAD[name])
    more = ["fee-free-preschool"] if command == "explain" else []
    done = run(command, str(path), *more)

    assert done.returncode == 3, done.stderr.decode()
    assert b"family.yaml:" in done.stderr
    check_quiet(done.stderr + done.stdout)


def test_a_huge_profile_is_refused_quickly(tmp_path: Path) -> None:
    """100 MB end with 3 before they are read."""
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    begun = time.monotonic()
    done = run("screen", str(path))

    assert done.returncode == 3
    assert b"20,000,000" in done.stderr
    assert time.monotonic() - begun < 20


def test_a_stream_that_does_not_end_is_refused() -> None:
    """A device that never ends is refused like a file that is too large."""
    with Path("/dev/zero").open("rb") as endless:
        done = subprocess.run([*COMMAND, "screen", "-"], cwd=ROOT, stdin=endless, capture_output=True, check=False)

    assert done.returncode == 3


def test_a_file_that_may_not_be_read_ends_with_2(tmp_path: Path) -> None:
    """A file without the right to read it ends with 2."""
    path = tmp_path / "closed.yaml"
    path.write_text("members: []\n", "utf-8")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("whoever runs this may read everything")

    assert run("screen", str(path)).returncode == 2


def shell(script: str) -> subprocess.CompletedProcess[bytes]:
    """Runs a line of shell in which `$E` is the command line."""
    line = script.replace("$E", f'"{sys.executable}" cli.py')
    return subprocess.run(
        ["bash", "-c", line],  # noqa: S607 - whichever bash there is
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_closed_streams(form: str) -> None:
    """`-` with a closed input ends with 2; an output that is closed or full ends with 5 and one line."""
    given = shell(f"$E screen - --format {form} <&-")
    closed = shell(f"$E screen {LI} --format {form} >&-")
    full = shell(f"$E screen {LI} --format {form} >/dev/full")

    assert (given.returncode, given.stdout) == (2, b"")
    assert [closed.returncode, full.returncode] == [5, 5]
    assert [len(done.stderr.splitlines()) for done in (given, closed, full)] == [1, 1, 1]
    for done in (given, closed, full):
        check_quiet(done.stderr)


@pytest.mark.parametrize(
    "arguments",
    [
        f"screen {LI} examples/ma-care.yaml examples/chen-single.yaml",
        f"explain {LI} minimum-living-guarantee",
        "--help",
    ],
)
def test_a_reader_that_goes_away_ends_it_silently(arguments: str) -> None:
    """`| head -1` ends with 0 or 141, and nothing is said."""
    done = shell(f"$E {arguments} | (exec <&-; sleep 2); echo ${{PIPESTATUS[0]}}")

    assert done.stdout.strip() in {b"0", b"141"}
    assert done.stderr == b""


def test_an_interrupt_ends_with_130() -> None:
    """Ctrl-C while it waits for input ends with 130 and no traceback."""
    process = subprocess.Popen(
        [*COMMAND, "screen", "-"],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Whoever runs the tests in the background has switched the signal off for their children too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - the test has no threads
    )
    time.sleep(4)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)

    assert process.returncode == 130
    check_quiet(stderr)


def test_a_fault_of_ours_ends_with_5_and_no_value(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An exception that nobody foresaw shows a number and a place in our code, never what it holds."""

    def broken(_: object) -> None:
        raise ValueError(MARKER)

    monkeypatch.setattr(screen, "load_pack", broken)
    with pytest.raises(SystemExit) as ended:
        main(["screen", LI])

    told = capsys.readouterr().err
    assert ended.value.code == 5
    assert "ValueError" in told
    check_quiet(told.encode())


def test_an_output_that_breaks_midway_ends_with_5(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A disk that fills while we write is told in one line."""

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(screen, "print_json", full)
    with pytest.raises(SystemExit) as ended:
        main(["screen", str(ROOT / LI), "--format", "json"])

    assert ended.value.code == 5
    assert len(capsys.readouterr().err.splitlines()) == 1
