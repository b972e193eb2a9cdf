"""The house style, as far as a machine can see it: docstrings, sizes, reasons beside exceptions, no machine's paths."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = (".ci", "benchmarks", "docs", "eligibility", "examples", "rules", "tests")
MOST_MODULE_LINES = 300
MOST_FUNCTION_LINES = 40
MACHINE_PATH = re.compile(r"(?<![\w.<:/-])(?:/(?:home|root|Users|work|opt|mnt)/|[A-Z]:\\Users)\w")
EXCEPTION = re.compile(r"#\s*(?P<kind>noqa|type:\s*ignore|pragma)\b(?P<rest>.*)")
REASONED = {
    "noqa": re.compile(r": [A-Z]+[0-9]+(, [A-Z]+[0-9]+)* - \S"),
    "type": re.compile(r"\[[a-z-]+(, [a-z-]+)*\]  # \S"),
    "pragma": re.compile(r": no cover - \S"),
}
"""How an exception looks with its code and its reason: `noqa: C901 - reason`, `type: ignore[arg-type]  # reason`."""


def files(suffix: str = "") -> Iterator[Path]:
    """Yields the files of the project, those at the root first."""
    for folder, pattern in [(ROOT, "*"), *((ROOT / room, "**/*") for room in ROOMS)]:
        for path in sorted(folder.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts and path.name.endswith(suffix):
                yield path


def lines(path: Path) -> Iterator[tuple[str, str]]:
    """Yields each line of a file with its place."""
    for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
        yield f"{path.relative_to(ROOT)}:{number}", line


def unreasoned(line: str) -> bool:
    """Says whether a line switches a check off without a code or without a reason."""
    found = EXCEPTION.search(line)
    return found is not None and not REASONED[found["kind"].split(":")[0]].match(found["rest"])


def test_everything_public_has_a_docstring() -> None:
    """Each module, public name and test says what it is for."""
    command = [
        sys.executable,
        "-m",
        "interrogate",
        "-vv",
        "--omit-covered-files",
        "eligibility",
        "tests",
        "benchmarks",
        "cli.py",
    ]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_modules_are_small() -> None:
    """No module is longer than 300 lines; a file of tests may be, since each module has one."""
    modules = (path.relative_to(ROOT) for path in files(".py"))
    sizes = {
        str(path): len((ROOT / path).read_text("utf-8").splitlines()) for path in modules if path.parts[0] != "tests"
    }
    assert {name: size for name, size in sizes.items() if size > MOST_MODULE_LINES} == {}


def test_functions_are_small() -> None:
    """No function is longer than 40 lines."""
    found = {}
    for path in files(".py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found[f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"] = (node.end_lineno or 0) - node.lineno + 1
    assert {name: size for name, size in found.items() if size > MOST_FUNCTION_LINES} == {}


def test_no_path_of_a_machine() -> None:
    """No file names a place that only one machine has."""
    assert [place for path in files() for place, line in lines(path) if MACHINE_PATH.search(line)] == []


def test_every_exception_has_its_reason() -> None:
    """Each `noqa`, `type: ignore` and `pragma` names its code and says why."""
    here = Path(__file__)
    assert [place for path in files(".py") if path != here for place, line in lines(path) if unreasoned(line)] == []


def test_every_lint_rule_left_out_has_its_reason() -> None:
    """Each rule that pyproject.toml leaves out has a comment beside it."""
    rule = re.compile(r'\s+"[A-Z]+[0-9]+",(?!\s+# \S)')
    assert [place for place, line in lines(ROOT / "pyproject.toml") if rule.match(line)] == []


@pytest.mark.parametrize(
    "line",
    [
        "x = 1  # noqa",
        "x = 1  # noqa: E501",
        "x = 1  # noqa: E501 because",
        "x = 1  # type: ignore",
        "x = 1  # type: ignore[arg-type]",
        "x = 1  # pragma: no cover",
    ],
)
def test_an_exception_without_reason_is_found(line: str) -> None:
    """Every form of a bare exception is noticed."""
    assert unreasoned(line)


@pytest.mark.parametrize(
    "line",
    ["x = 1  # noqa: E501, C901 - a table", "x = 1  # type: ignore[arg-type]  # narrowed above", "x = 1  # a comment"],
)
def test_an_exception_with_reason_is_let_through(line: str) -> None:
    """A code with its reason is enough."""
    assert not unreasoned(line)


@pytest.mark.parametrize("place", ["home/anna/x", "root/x", "Users/anna"])
def test_a_path_of_a_machine_is_found(place: str) -> None:
    """Home folders are noticed, addresses on the web are not."""
    assert MACHINE_PATH.search(f"see /{place}")
    assert not MACHINE_PATH.search(f"see https://example.org/{place}")
