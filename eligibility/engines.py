"""Whether the second engine, durable-rules, can be used here; where it cannot, why, and what to do."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from eligibility.words import Words

LIBRARY = "durable-rules"
MEASURED = "2.0.28"
"""The version whose behaviour was measured; `tests/test_durable_hazards.py` holds what was found."""
PATIENCE_SECONDS = 30

_REMOVED_IN = (3, 13)
"""From this Python on the library's C part asks for a function that is gone, so that it cannot be imported."""
_INSTALL = f"pip install {LIBRARY}=={MEASURED}"
_ANSWER = "li\n"
_TRIAL = """
from durable.engine import Ruleset
hits = []
pattern = {"$and": [{"kind": "child"}, {"of": {"first": "of"}}]}
rule = {"all": [{"first": {"kind": "parent"}}, {"second": pattern}], "run": lambda found: hits.append(found.second.name)}
rules = Ruleset("trial", None, {"rule": rule})
children = [{"kind": "child", "of": 1, "name": "li"}, {"kind": "child", "of": 2, "name": "wang"}]
state = rules.assert_facts([{"kind": "parent", "of": 1, "id": "parent"}, *children])
rules.do_actions(state, lambda error, result: None)
print(*hits)
"""
"""A parent, a child of theirs and one of others: the smallest question that the library can get wrong."""


@dataclass(frozen=True, slots=True)
class Lack:
    """Why the second engine cannot be used.

    Args:
        why: one line, lower case, no full stop.
        fix: what to do about it, in one line.
        broken: whether something is installed that does not do, rather than left out.
    """

    why: Words
    fix: Words
    broken: bool = False

    def __getitem__(self, lang: str) -> str:
        """Returns reason and fix in one sentence, in `zh` or `en`."""
        return self.why[lang] + Words("；", "; ")[lang] + self.fix[lang]


@dataclass(frozen=True, slots=True)
class Machine:
    """What decides whether durable-rules can be there.

    Args:
        python: the first two numbers of the version of Python.
        installed: the version of durable-rules that is installed, if one is.
        compiler: whether there is a C compiler.
        headers: whether there are the headers of this Python, without which nothing can be built for it.
    """

    python: tuple[int, int]
    installed: str | None
    compiler: bool
    headers: bool


def this_machine() -> Machine:
    """Returns what is here; nothing is imported or started."""
    own = (sysconfig.get_config_var("CC") or "cc").split()[0]
    return Machine(
        python=sys.version_info[:2],
        installed=_installed(),
        compiler=any(shutil.which(name) for name in (own, "cc")),
        headers=(Path(sysconfig.get_path("include")) / "Python.h").is_file(),
    )


def _installed() -> str | None:
    try:
        return version(LIBRARY)
    except PackageNotFoundError:
        return None


def lack(machine: Machine | None = None) -> Lack | None:
    """Returns why durable-rules cannot be used, without importing it; None where nothing speaks against it.

    Args:
        machine: what to judge; this one where None.
    """
    machine = machine or this_machine()
    if machine.python >= _REMOVED_IN:
        return _python_is_too_new(machine.python)
    if machine.installed is None:
        return _not_installed(machine)
    if machine.installed != MEASURED:
        why = Words(
            f"装的是 {LIBRARY} {machine.installed}，只测过 {MEASURED}",
            f"{LIBRARY} {machine.installed} is installed, and only {MEASURED} was measured",
        )
        return Lack(why, Words(f"运行 {_INSTALL}", f"run {_INSTALL}"), broken=True)
    return None


def trial(question: str = _TRIAL, seconds: float = PATIENCE_SECONDS) -> Lack | None:
    """Returns what went wrong when a process of its own put a tiny question to the library; None where nothing did.

    Args:
        question: what the process runs; it is right to print `li`.
        seconds: how long the process may take.
    """
    command = [sys.executable, "-P", "-W", "ignore", "-c", question]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)  # noqa: S603 - our own text
    except subprocess.TimeoutExpired:
        return _broken(Words("试问一题，没有答完", "it did not finish answering a tiny question"))
    except OSError:
        return _broken(Words("不能为它启动进程", "no process can be started for it"))
    if done.returncode < 0:
        number = -done.returncode
        return _broken(Words(f"试问一题，进程因信号 {number} 中止", f"a tiny question killed it by signal {number}"))
    if done.returncode > 0:
        return _broken(Words("不能导入或不能运行", "it cannot be imported or run"))
    if done.stdout != _ANSWER:
        return _broken(Words("试问一题，答错了", "it answered a tiny question wrong"))
    return None


def _broken(what: Words) -> Lack:
    again = f"pip install --force-reinstall --no-cache-dir {LIBRARY}=={MEASURED}"
    why = Words(f"{LIBRARY} {MEASURED} 已安装，但{what.zh}", f"{LIBRARY} {MEASURED} is installed, but {what.en}")
    return Lack(why, Words(f"重新编译：{again}", f"build it anew: {again}"), broken=True)


def _python_is_too_new(python: tuple[int, int]) -> Lack:
    own, limit = (".".join(map(str, each)) for each in (python, _REMOVED_IN))
    why = Words(
        f"{LIBRARY} {MEASURED} 不能在 Python {limit} 及以后的版本中导入，现在是 {own}",
        f"{LIBRARY} {MEASURED} cannot be imported by Python {limit} or newer, and this is {own}",
    )
    return Lack(why, Words("改用 Python 3.11 或 3.12", "use Python 3.11 or 3.12"))


def _not_installed(machine: Machine) -> Lack:
    compiler, headers = Words("C 编译器", "C compiler"), Words("Python 的头文件", "header of Python")
    lacking = [each for each, there in ((compiler, machine.compiler), (headers, machine.headers)) if not there]
    if not lacking:
        why = Words(f"没有安装 {LIBRARY}", f"{LIBRARY} is not installed")
        return Lack(why, Words(f"运行 {_INSTALL}", f"run {_INSTALL}"))
    zh, en = "和 ".join(each.zh for each in lacking), " and no ".join(each.en for each in lacking)
    why = Words(
        f"没有安装 {LIBRARY}，它要从源码编译，而这里没有 {zh}",
        f"{LIBRARY} is not installed; it is built from source, and there is no {en} here",
    )
    packages = "gcc python3-dev"
    fix = Words(
        f"先装编译器和头文件（Debian：apt install {packages}），再运行 {_INSTALL}",
        f"get a compiler and the headers (Debian: apt install {packages}), then run {_INSTALL}",
    )
    return Lack(why, fix)
