"""What a Chinese office really has, as a matrix over the example of every command that there is, later ones included."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path

import pytest
from families import run
from offices import call, premises
from starting import PLAIN, begin
from test_help import examples

from eligibility.words import width

SMALL = [line.replace("rules/baiyin", "examples/packs/heating") for line in examples()]
FIRST = {line.split()[0]: line for line in reversed(SMALL)}
CALLS = [pytest.param(line, marks=[pytest.mark.slow] * (FIRST[line.split()[0]] != line)) for line in SMALL]
"""The examples of each command, a small pack in the place of a large one, since each is run many times; one of each is quick."""
COSTLY = ("invent", "cases", "diff-run", "timeline", "coverage")
QUICK = [
    pytest.param(*each.values, marks=[pytest.mark.slow] * (bool(each.marks) or str(each.values[0]).startswith(COSTLY)))
    for each in CALLS
]
"""The same for what starts three processes: some commands that write as others do are slow."""
DOCTOR = "doctor"
"""The one command that says what the machine is like: its answer differs by what it is for."""
FINDING = "diff-run"
"""The one command whose example ends with 1: the runs that it compares differ."""
SERVER = {
    "LANG": "",
    "LC_ALL": "C",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
    "PYTHONIOENCODING": "ascii",
    "COLUMNS": "40",
    "HOME": "/proc/nowhere",
    "ELIGIBILITY_CACHE": "",
    "FONTCONFIG_FILE": os.devnull,
}
"""A server: `C` locale, ASCII, 40 columns, a home that cannot be written, no font."""
GBK = {"LANG": "zh_CN.GBK", "PYTHONUTF8": "0", "PYTHONIOENCODING": "gbk"}
QUIET = (b"Traceback", b"Error:", b"\x1b[")


@pytest.mark.parametrize("line", QUICK)
def test_an_example_runs_in_every_office(line: str, tmp_path: Path) -> None:
    """An example ends well, says the same on a GBK console, and ends well on a bare server; none of them asks the network."""
    places = [tmp_path / office for office in ("plain", "gbk", "server")]
    for each in places:
        each.mkdir()
    told = [run(*shlex.split(line), folder=premises(places[0]))]
    told += [call(line, premises(folder), own) for folder, own in zip(places[1:], (GBK, SERVER), strict=True)]
    plain, gbk, server = told

    if line == DOCTOR:
        assert (plain.returncode, gbk.returncode, server.returncode) == (0, 0, 1)
        assert "PYTHONIOENCODING" in server.stdout.decode("ascii")
        return
    codes = {plain.returncode, gbk.returncode, server.returncode}
    assert codes == {int(line.startswith(FINDING))}, plain.stderr + gbk.stderr + server.stderr
    assert [word for word in QUIET for each in told if word in each.stdout + each.stderr] == []
    assert _same(gbk.stdout.decode("gbk"), plain.stdout.decode())
    assert gbk.stderr.decode("gbk") == plain.stderr.decode()
    # Where Chinese cannot be carried English is spoken, so that no more is lost than a mark here and there.
    assert server.stdout.isascii()
    assert "??" not in server.stdout.decode("ascii")


def _same(one: str, other: str) -> bool:
    """Returns whether two outputs say the same; JSON escapes what a console may lack."""
    if one == other:
        return True
    return _json(one) is not None and _json(one) == _json(other)


def _json(text: str | bytes) -> object:
    """Returns what a text says as JSON; None where it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return None


@pytest.mark.parametrize("line", CALLS)
def test_an_example_fits_a_narrow_terminal(line: str, tmp_path: Path) -> None:
    """On a terminal of 40 columns without colour no line is wider and no control character is sent."""
    code, told = on_a_terminal(line, tmp_path, {"NO_COLOR": "1"})
    lines = told.replace("\r\n", "\n").split("\n")

    assert code == int(line.startswith(FINDING)) or line == DOCTOR
    assert "\x1b" not in told
    # Nobody reads JSON or the script of a shell on a narrow terminal.
    if "{" not in told[:2] and not line.startswith("completion"):
        wide = [each for each in lines if width(each) > 40]
        assert [each for each in wide if " " in each.strip() and not each.strip().startswith("python cli.py")] == []


def test_a_terminal_has_colours_unless_told_otherwise(tmp_path: Path) -> None:
    """The first word of an answer has a colour on a terminal, so that what looks for none can find one."""
    assert "\x1b[" in on_a_terminal("screen examples/li-family.yaml", tmp_path, {})[1]


def on_a_terminal(line: str, folder: Path, own: dict[str, str]) -> tuple[int, str]:
    """Runs an example on a terminal of 40 columns and returns its code and what the terminal is sent."""
    pty = pytest.importorskip("pty")
    termios = pytest.importorskip("termios")
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (24, 40))
    kept = {name: os.environ[name] for name in ("PATH", "ELIGIBILITY_CACHE") if name in os.environ}
    with Path(os.devnull).open("rb") as nobody:
        handles = [nobody.fileno(), slave, slave]
        ended = begin(shlex.split(line), premises(folder), PLAIN | kept | {"TERM": "xterm-256color"} | own, handles)[1]
    os.close(slave)
    told = b""
    try:
        while chunk := os.read(master, 1 << 16):
            told += chunk
    except OSError:
        # So a terminal of Linux says that nobody writes to it any more.
        pass
    finally:
        os.close(master)
    return int(ended.readline()), told.decode()
