"""The floors of the house: a module imports only what stands above it in `docs/house.md`."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatch
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOUSE = "eligibility"
MAY_BE_LAZY = (
    HOUSE,
    "eligibility.screening",
    "eligibility.testing",
    "eligibility.testing.plugin",
    "eligibility.testing.collecting",
    "eligibility.commands",
    "eligibility.commands.*",
)
"""Rooms that may import inside a function."""
LAZY_LIBRARIES = {
    "duckdb",
    "durable",
    "hypothesis",
    "narwhals",
    "polars",
    "pytest",
    "python_calamine",
    "rich",
    "stdnum",
    "typst",
    "z3",
}
"""Libraries that any room may import inside a function: they are slow to load, and few runs need them."""
NOT_AT_IMPORT = {
    "altair",
    "click",
    "duckdb",
    "durable",
    "hypothesis",
    "jinja2",
    "narwhals",
    "plotext",
    "polars",
    "pydantic",
    "python_calamine",
    "rich",
    "typst",
    "xlsxwriter",
    "yaml",
    "z3",
}


def floors() -> dict[str, str]:
    """Returns the modules of `docs/house.md` from top to bottom, each with the sentence beside it."""
    text = (ROOT / "docs" / "house.md").read_text("utf-8")
    block = text.split("```text\n", 1)[1].split("```", 1)[0]
    lines = (line.split(None, 1) for line in block.splitlines() if line.strip())
    return {_module(place): sentence.strip() for place, sentence in lines}


def _module(place: str) -> str:
    name = place.removesuffix("__init__.py").removesuffix(".py").rstrip("/").replace("/", ".")
    return f"{HOUSE}.{name}".rstrip(".")


def sources() -> dict[str, str]:
    """Returns the text of every module that exists, by its dotted name."""
    paths = (path.relative_to(ROOT / HOUSE) for path in (ROOT / HOUSE).rglob("*.py"))
    return {_module(path.as_posix()): (ROOT / HOUSE / path).read_text("utf-8") for path in paths}


def floor(module: str, order: Sequence[str]) -> int | None:
    """Returns how far down a module stands, 0 at the top; a line `room/*` is the place of each module in that room."""
    for at, line in enumerate(order):
        if module == line or fnmatch(module, line) or line == f"{module}.*":
            return at
    return None


def imported(text: str, known: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """Yields each module that a text imports, and whether it does so inside a function."""
    tree = ast.parse(text)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = {id(node) for function in functions for node in ast.walk(function)}
    for node in ast.walk(tree):
        lazy = id(node) in inside
        if isinstance(node, ast.Import):
            yield from ((alias.name, lazy) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield "." * node.level + (node.module or ""), lazy
                continue
            room = node.module or ""
            whole = (f"{room}.{alias.name}" for alias in node.names)
            yield from ((name if name in known else room, lazy) for name in whole)


def offences(order: Sequence[str], known: Mapping[str, str]) -> Iterator[str]:
    """Yields each import that the house does not allow, as a sentence."""
    for module, text in known.items():
        own = floor(module, order)
        free = any(fnmatch(module, room) for room in MAY_BE_LAZY)
        for target, lazy in imported(text, known):
            if target.startswith("."):
                yield f"{module} imports {target}: say the whole name"
            elif target.split(".")[0] == HOUSE:
                there = floor(target, order)
                if own is not None and there is not None and there > own:
                    yield f"{module} imports {target}, which stands below it"
            if lazy and not free and target.split(".")[0] not in LAZY_LIBRARIES:
                yield f"{module} imports {target} inside a function"
            if target == "importlib" and not free:
                yield f"{module} imports importlib, which hides what it imports"


def test_every_module_stands_in_the_house() -> None:
    """A module that exists is listed in docs/house.md."""
    order = list(floors())
    assert [module for module in sources() if floor(module, order) is None] == []


def test_no_module_imports_what_stands_below_it() -> None:
    """A module imports only what stands above it, imports inside functions counted, and those only where allowed."""
    assert list(offences(list(floors()), sources())) == []


def test_no_imports_in_a_circle() -> None:
    """The imports of the house go round nowhere, not even between the modules of one room."""
    known = sources()
    graph = {
        module: {target for target, _ in imported(text, known) if target in known} for module, text in known.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"imports in a circle: {' -> '.join(error.args[1])}")


def test_the_house_says_what_the_modules_say() -> None:
    """Each sentence in docs/house.md is the first line of its module's docstring."""
    known = sources()
    said = {module: sentence for module, sentence in floors().items() if module in known}
    meant = {module: (ast.get_docstring(ast.parse(known[module])) or "").split("\n")[0] for module in said}
    assert said == meant


@pytest.mark.parametrize(
    ("upper", "offence"),
    [
        ("import eligibility.lower", "stands below"),
        ("from eligibility import lower", "stands below"),
        ("from eligibility.lower import name", "stands below"),
        ("def name():\n    from eligibility.lower import name", "stands below"),
        ("from eligibility import name", "stands below"),
        ("from .lower import name", "whole name"),
        ("def name():\n    import json", "inside a function"),
        ("from importlib import import_module", "hides"),
    ],
)
def test_a_wrong_import_is_found(upper: str, offence: str) -> None:
    """Every form of an import that the house does not allow is noticed."""
    known = {"eligibility.upper": upper, "eligibility.lower": "", "eligibility": ""}
    assert any(offence in found for found in offences(list(known), known))


@pytest.mark.parametrize("lower", ["from eligibility import upper", "import json", "def name():\n    import rich"])
def test_a_right_import_is_let_through(lower: str) -> None:
    """Imports from above, of the standard library, and of slow libraries inside functions are allowed."""
    known = {"eligibility.upper": "", "eligibility.lower": lower}
    assert list(offences(list(known), known)) == []


def test_importing_the_house_loads_nothing_heavy() -> None:
    """`import eligibility` loads none of the libraries that take time."""
    code = "import sys, eligibility; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert NOT_AT_IMPORT.isdisjoint(result.stdout.split())
