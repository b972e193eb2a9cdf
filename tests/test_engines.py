"""Whether the second engine can be used: each reason with its fix, and none where nothing is wrong."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from eligibility.engines import LIBRARY, MEASURED, Machine, lack, this_machine, trial

ROOT = Path(__file__).resolve().parent.parent
WELL = Machine(python=(3, 12), installed=MEASURED, compiler=True, headers=True)
LEFT_OUT = replace(WELL, installed=None)


def test_nothing_is_wrong_where_the_measured_version_is_installed() -> None:
    """The measured version on a Python that can import it is no lack, with a compiler or without."""
    assert lack(WELL) is None
    assert lack(replace(WELL, compiler=False, headers=False)) is None


@pytest.mark.parametrize(
    ("machine", "zh", "en", "fix", "broken"),
    [
        (LEFT_OUT, "没有安装", "not installed", f"run pip install {LIBRARY}=={MEASURED}", False),
        (replace(LEFT_OUT, compiler=False), "没有 C 编译器", "no C compiler here", "get a compiler", False),
        (replace(LEFT_OUT, headers=False), "没有 Python 的头文件", "no header of Python here", "get a compiler", False),
        (
            replace(LEFT_OUT, compiler=False, headers=False),
            "没有 C 编译器和 Python 的头文件",
            "no C compiler and no header of Python here",
            "get a compiler",
            False,
        ),
        (replace(WELL, python=(3, 13)), "现在是 3.13", "this is 3.13", "use Python 3.11 or 3.12", False),
        (replace(LEFT_OUT, python=(3, 14)), "现在是 3.14", "this is 3.14", "use Python 3.11 or 3.12", False),
        (replace(WELL, installed="2.0.27"), "只测过 2.0.28", "2.0.27 is installed", f"=={MEASURED}", True),
    ],
)
def test_each_reason_has_its_fix(machine: Machine, zh: str, en: str, fix: str, broken: bool) -> None:  # noqa: FBT001 - a column
    """What speaks against the second engine is said in both languages with what to do, and what is broken is told apart."""
    found = lack(machine)

    assert found is not None
    assert zh in found["zh"]
    assert en in found["en"]
    assert fix in found.fix.en
    assert found.broken is broken


@pytest.mark.skipif(lack() is not None, reason="durable-rules cannot be used here")
def test_the_library_answers_the_tiny_question() -> None:
    """Where nothing speaks against it, the library finds the one child of the parent."""
    assert trial() is None


@pytest.mark.parametrize(
    ("question", "seconds", "told"),
    [
        ("print('wang')", 30, "answered a tiny question wrong"),
        ("print('li', 'wang')", 30, "answered a tiny question wrong"),
        ("import a_library_that_is_not_there", 30, "cannot be imported or run"),
        ("while True: pass", 0.5, "did not finish"),
        pytest.param(
            "import os; os.kill(os.getpid(), 9)",
            30,
            "killed it by signal 9",
            marks=pytest.mark.skipif(sys.platform == "win32", reason="no signals here"),
        ),
    ],
)
def test_a_trial_says_what_went_wrong(question: str, seconds: float, told: str) -> None:
    """A child that answers wrong, fails, hangs or dies takes nothing down, and each is said for what it is."""
    found = trial(question, seconds)

    assert found is not None
    assert found.broken
    assert told in found.why.en
    assert "build it anew" in found.fix.en


def test_a_folder_with_a_file_of_its_name_is_no_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file `durable.py` in the folder in which somebody works is not taken for the library."""
    (tmp_path / "durable.py").write_text("raise SystemExit('mine')", "utf-8")
    monkeypatch.chdir(tmp_path)

    assert trial("import sys; print('li' if '' not in sys.path else 'mine')") is None


def test_the_extra_names_the_measured_version() -> None:
    """The extra installs the version that was measured, on the Pythons that can import it, and development does not need it."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]

    assert extras["durable"] == [f"{LIBRARY}=={MEASURED}; python_version < '3.13'"]
    assert not any("durable" in each for each in extras["dev"])


def test_this_machine_is_looked_at_without_the_library() -> None:
    """Looking at the machine imports nothing of the library."""
    assert this_machine().python == sys.version_info[:2]
    program = "import sys; from eligibility.engines import lack; lack(); print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)

    assert "eligibility.engines" in done.stdout.splitlines()
    assert not any(name.startswith("durable") for name in done.stdout.splitlines())
